"""Who would rather have JSON gets JSON, and who takes either is told that there are two."""

import httpx2
import pytest

PAGE, FILE = "application/json", "text/csv; charset=utf-8; header=present"


@pytest.mark.parametrize("path", ["/v1/stock-levels", "/v1/stock-movements"])
@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("text/csv", FILE),
        ("text/csv, */*;q=0.1", FILE),
        ("Text/CSV;q=0.5, application/json;q=0.4", FILE),
        ("text/csv;q=0", PAGE),
        ("text/csv;q=nonsense", PAGE),
        ("application/json, text/csv;q=0.1", PAGE),
        ("application/*, text/csv;q=0.9", PAGE),
        ("*/*", PAGE),
    ],
)
async def test_a_list_comes_in_the_form_that_is_wanted_most(
    client: httpx2.AsyncClient, admin: str, path: str, accept: str, answered: str
) -> None:
    answer = await client.get(path, headers={"Authorization": admin, "Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, answered)
    assert "Accept" in answer.headers["vary"].split(", ")
