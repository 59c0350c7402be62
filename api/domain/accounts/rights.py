"""What may be given away: nothing that the giver may not do."""

from collections.abc import Collection

from api.domain.actors import Permission
from api.domain.errors import Forbidden
from api.domain.scope import Scope


def refuse_beyond(scope: Scope, rights: Collection[str]) -> None:
    """Refuse who would give rights, or take them, that their own credentials do not have."""
    beyond = sorted({Permission(right) for right in rights} - scope.actor.permissions)
    if beyond:
        raise Forbidden(
            f"You may not give away what you may not do: {', '.join(beyond)}.", beyond[0]
        )
