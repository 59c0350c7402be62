"""Who is calling, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from api.domain.fields import Id


class Permission(StrEnum):
    """A right that an operation asks for; API keys list them as scopes."""

    PUBLIC = "public"
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    UPLOADS_MANAGE = "uploads:manage"
    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    STOCK_READ = "stock:read"
    STOCK_WRITE = "stock:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    ORDERS_READ = "orders:read"
    ORDERS_PLACE = "orders:place"
    ORDERS_WRITE = "orders:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    KEYS_MANAGE = "keys:manage"
    SESSIONS_MANAGE = "sessions:manage"
    DOCUMENTS_MANAGE = "documents:manage"
    ADMINISTER = "system:administer"


class Role(StrEnum):
    """What a user is to the business; each staff role may do all that the one before it may."""

    CUSTOMER = "CUSTOMER"
    VIEWER = "VIEWER"
    CLERK = "CLERK"
    MANAGER = "MANAGER"
    ADMIN = "ADMIN"


class SessionKind(StrEnum):
    """What the bearer of a session holds: rotating refresh tokens, or one cookie."""

    CLIENT = "CLIENT"
    BROWSER = "BROWSER"


_P = Permission
_CUSTOMER = {
    _P.PUBLIC,
    _P.PROFILE_READ,
    _P.PROFILE_WRITE,
    _P.UPLOADS_MANAGE,
    _P.KEYS_MANAGE,
    _P.SESSIONS_MANAGE,
    _P.CATALOG_READ,
    _P.CUSTOMERS_READ,  # of which they see themselves
    _P.ORDERS_READ,
    _P.ORDERS_PLACE,
}
_VIEWER = _CUSTOMER - {_P.ORDERS_PLACE} | {_P.STOCK_READ}
_CLERK = _VIEWER | {_P.ORDERS_PLACE, _P.ORDERS_WRITE, _P.STOCK_WRITE, _P.CUSTOMERS_WRITE}
_MANAGER = _CLERK | {_P.CATALOG_WRITE}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(_CUSTOMER),
    Role.VIEWER: frozenset(_VIEWER),
    Role.CLERK: frozenset(_CLERK),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller: a user in a session, a user's API key, the system itself, or nobody."""

    user_id: Id | None
    role: Role | None
    permissions: frozenset[Permission]
    customer_id: Id | None = None
    api_key_id: Id | None = None
    session_id: Id | None = None
    stored_documents_only: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the right is held; a right that nobody grants is held by nobody."""
        return permission in self.permissions

    @property
    def sees_only_own_orders(self) -> bool:
        """Whether rows of other customers must stay hidden; anyone without a staff role is a
        customer.
        """
        return self.role in (None, Role.CUSTOMER)

    @property
    def principal(self) -> str:
        """Whose idempotency keys these are."""
        return self.user_id or ("system" if self.role else "nobody")


NOBODY = Actor(None, None, frozenset({Permission.PUBLIC}))
SYSTEM = Actor(None, Role.ADMIN, frozenset(Permission))
