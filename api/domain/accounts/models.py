"""Users, their sessions and API keys, and the one-time codes that are sent to them."""

from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.actors import Role, SessionKind
from api.domain.base import Base, CreatedAt, PublicId, Versioned, words
from api.domain.fields import Id, new_id


class User(Versioned, Base):
    """Somebody who signs in; `customer_id` says whose orders a customer sees."""

    __tablename__ = "users"
    __table_args__ = (words("ix_users_words", "name", "email"),)

    id: Mapped[Id] = mapped_column(
        PublicId("user"), primary_key=True, default=partial(new_id, "user")
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(String(200))
    customer_id: Mapped[Id | None] = mapped_column(
        PublicId("customer"), ForeignKey("customers.id", ondelete="RESTRICT"), index=True
    )
    disabled_at: Mapped[datetime | None]
    auth_version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counted up, it ends every session of the user; `sessions.end_all` does it."""
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


class Session(Base):
    """What begins with a sign-in; of its secret only hashes are kept: of the one in force, and of
    the refresh token before it.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id_id", "user_id", "id"),)

    id: Mapped[Id] = mapped_column(
        PublicId("session"), primary_key=True, default=partial(new_id, "session")
    )
    user_id: Mapped[Id] = mapped_column(PublicId("user"), ForeignKey("users.id"))
    kind: Mapped[SessionKind]
    device: Mapped[str | None] = mapped_column(String(200))
    auth_version: Mapped[int]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    refreshed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


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
    stored_documents_only: Mapped[bool] = mapped_column(server_default=false())
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Purpose(StrEnum):
    """What a one-time code is good for."""

    CONFIRM_EMAIL = "CONFIRM_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105  # no password


class OneTimeCode(Base):
    """A code that was sent to an address, for one purpose: a newer one takes its place, and only
    its hash is kept. A registration waits in it until the address is confirmed.
    """

    __tablename__ = "one_time_codes"

    purpose: Mapped[Purpose] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]
