"""Two thousand made-up requests to each face, good and bad: every answer is one that its contract
promises.
"""

import asyncio
from types import ModuleType

import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import RestFace
from tests.factories import a_linked_shop
from tests.fuzzing import graphql
from tests.fuzzing import rest as over_rest
from tests.fuzzing.asking import Caller, Report
from tests.hostile.conftest import Shop

CASES = 2_000
PARTS = 4
SEED = 20261122


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("over", [over_rest, graphql], ids=["rest", "graphql"])
async def test_a_face_answers_as_its_contract_says(
    rest: RestFace, shop: Shop, sign_in: SignIn, over: ModuleType, part: int
) -> None:
    await a_linked_shop(rest)
    buyer = await rest.call("create_customer", name="Fuzzy")
    authorizations = {
        "admin": await sign_in(Role.ADMIN),
        "manager": await sign_in(Role.MANAGER),
        "customer": await sign_in(Role.CUSTOMER, customer_id=buyer["id"]),
    }

    def asked() -> tuple[Report, list[str]]:
        callers = [
            Caller.with_key(shop.url, name, authorization)
            for name, authorization in authorizations.items()
        ]
        everybody = [*callers, Caller("nobody", {})]
        report = over.ask(shop.url, everybody, CASES, SEED, part=part, parts=PARTS)
        return report, [caller.name for caller in callers if not caller.still_let_in(shop.url)]

    report, lost = await asyncio.to_thread(asked)

    assert report.wrong == {}
    assert lost == []
    assert report.asked > CASES / PARTS * 0.6, str(report)
    assert sum(n for status, n in report.answers.items() if status < 300) > 20, str(report)
    assert '"level":"error"' not in shop.log.read_text()
