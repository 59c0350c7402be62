"""The endpoint is judged by the suite that the GraphQL over HTTP specification is checked with."""

from api.main import create_app
from api.settings import Settings
from tests.graphql_http.audit import findings
from tests.serving import served


def test_the_shop_speaks_graphql_over_http_to_the_letter(settings: Settings) -> None:
    with served(create_app(settings)) as address:
        found = findings(f"{address}/graphql")

    assert len(found) == 61
    assert [finding for finding in found if finding["status"] != "ok"] == []


def test_the_endpoint_does_so_for_any_schema(app_url: str) -> None:
    assert {finding["status"] for finding in findings(app_url)} == {"ok"}
