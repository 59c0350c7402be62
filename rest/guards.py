"""Guards of whole routers: whoever may not pass is refused before a route is asked anything."""

from typing import Any

from fastapi import Depends
from fastapi.dependencies.models import Dependant

from api.deps import ScopeDep
from api.domain.actors import Permission
from api.domain.operations import refuse_without
from api.domain.scope import Scope


class Guard:
    """Lets pass who has a permission, whatever the route behind it would ask for."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, scope: ScopeDep) -> None:
        """For routes that FastAPI answers; the others ask `admit`."""
        self.admit(scope)

    def admit(self, caller: Scope) -> None:
        """Refuse the caller who lacks the permission."""
        if not caller.actor.may(self.permission):
            refuse_without(caller.actor, self.permission)


def requires(permission: Permission) -> Any:
    """The dependency of a router, or of one route, that only those with a permission pass."""
    return Depends(Guard(permission))


def guards_of(dependant: Dependant) -> tuple[Guard, ...]:
    """The guards of a route, its router's included."""
    return tuple(it.call for it in dependant.dependencies if isinstance(it.call, Guard))
