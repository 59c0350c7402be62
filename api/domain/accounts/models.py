"""Users and their API keys."""

from datetime import datetime
from functools import partial

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.actors import Role
from api.domain.base import Base, CreatedAt, PublicId, Versioned
from api.domain.fields import Id, new_id


class User(Versioned, Base):
    """Somebody who signs in; `customer_id` says whose orders a customer sees."""

    __tablename__ = "users"

    id: Mapped[Id] = mapped_column(
        PublicId("user"), primary_key=True, default=partial(new_id, "user")
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(String(200))
    customer_id: Mapped[Id | None] = mapped_column(
        PublicId("customer"), ForeignKey("customers.id", ondelete="RESTRICT"), index=True
    )
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class ApiKey(Base):
    """A credential for programs: only the hash of its secret is kept."""

    __tablename__ = "api_keys"

    id: Mapped[Id] = mapped_column(
        PublicId("key"), primary_key=True, default=partial(new_id, "key")
    )
    user_id: Mapped[Id] = mapped_column(PublicId("user"), ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    prefix: Mapped[str] = mapped_column(String(20), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
