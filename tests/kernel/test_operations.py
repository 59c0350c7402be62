"""What may be declared an operation, and who may run one."""

from typing import Any, cast

import pytest

from api.domain.actors import NOBODY, Permission, Role
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateItem
from api.domain.errors import Forbidden, Unauthenticated
from api.domain.operations import OPERATIONS, Kind, operation
from api.domain.scope import Scope
from tests.conftest import MakeScope
from tests.factories import unique


@pytest.mark.parametrize("nothing", [None, "", "catalog:write", []])
def test_b58_an_operation_that_names_no_permission_cannot_be_declared(nothing: Any) -> None:
    async def give_away(scope: Scope) -> None: ...

    with pytest.raises(TypeError, match="names no permission"):
        operation(Kind.COMMAND, nothing)(give_away)
    assert "give_away" not in OPERATIONS


def test_two_operations_of_one_name_cannot_be_declared() -> None:
    async def create_item(scope: Scope) -> None: ...

    with pytest.raises(TypeError, match="two operations named create_item"):
        operation(Kind.COMMAND, Permission.CATALOG_WRITE)(create_item)
    assert OPERATIONS["create_item"] is cast("Any", catalog.create_item)


async def test_who_is_not_signed_in_is_told_to_and_who_may_not_is_told_why(
    scope_of: MakeScope,
) -> None:
    command = CreateItem(sku=unique("S"), name="Chair")
    nobody = scope_of()
    nobody.actor = NOBODY

    with pytest.raises(Unauthenticated):
        await nobody.run(catalog.create_item, command)
    with pytest.raises(Forbidden) as refused:
        await scope_of(Role.CLERK).run(catalog.create_item, command)
    assert refused.value.permission == Permission.CATALOG_WRITE


async def test_an_operation_called_by_another_asks_for_its_own_permission(
    scope_of: MakeScope,
) -> None:
    clerk = scope_of(Role.CLERK)

    with pytest.raises(Forbidden):
        await catalog.create_item(clerk, CreateItem(sku=unique("S"), name="Chair"))
