"""Settings from the environment and `.env`, all under `STOCKROOM_` but `DATABASE_URL`.

Each group is a section of docs/settings.md, which `python3 dev.py contracts` writes from here.
"""

from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _listed(value: object) -> object:
    """The entries of a text with commas."""
    return (
        [entry.strip() for entry in value.split(",") if entry.strip()]
        if isinstance(value, str)
        else value
    )


def _network(value: str) -> str:
    return str(ip_network(value, strict=False))


_Listed = (NoDecode, BeforeValidator(_listed))
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], *_Listed]


class _Group(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="STOCKROOM_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,  # only the whole is ever read
    )


class Installation(_Group):
    """What this installation is, and where it keeps things."""

    production: bool = Field(
        False, description="Refuses to start with a short secret, with debug, or open to all."
    )
    debug: bool = Field(False, description="Logs more.")
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs tokens and cursors; 32 characters or more. Without it, one is made and "
        "kept in the data folder.",
    )
    data_dir: Path = Field(
        Path(".stockroom"), description="The embedded database, and the secret that was made."
    )
    admin_password: SecretStr | None = Field(
        None, description="The password of the demo users and of `create-admin`; else made up."
    )
    log_level: str = Field(
        "INFO", description="Logs are JSON, one object a line, on standard error."
    )
    telemetry: bool = Field(
        False,
        description="Reports every request to the OpenTelemetry SDK that you configured, which "
        "costs time.",
    )


class Serving(_Group):
    """Where it listens, and behind what."""

    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Processes.")
    trusted_proxies: Networks = Field(
        (),
        description="Addresses or networks of proxies, comma separated, whose `X-Forwarded-For` "
        "and `X-Forwarded-Proto` are believed.",
    )


class Storage(_Group):
    """The database."""

    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="`postgresql://user:password@host:5432/name`, PostgreSQL 16 or newer; embedded "
        "without it.",
    )
    pool_size: int = Field(
        8,
        ge=1,
        le=100,
        description="Connections of each process; processes times this must stay below the "
        "server's `max_connections`.",
    )
    pool_timeout_seconds: float = Field(
        10.0, gt=0, description="How long a request waits for one before it is answered 503."
    )
    statement_timeout_ms: int = Field(
        5000, ge=100, description="The longest that a statement runs."
    )
    lock_timeout_ms: int = Field(
        2000, ge=50, description="The longest that a statement waits for a lock."
    )

    @field_validator("database_url")
    @classmethod
    def _on_asyncpg(cls, url: str) -> str:
        scheme, mark, rest = url.partition("://")
        if not url:
            return url
        if scheme not in ("postgres", "postgresql", "postgresql+asyncpg") or not mark:
            raise ValueError("must look like postgresql://user:password@host:5432/name")
        return f"postgresql+asyncpg://{rest}"


class Access(_Group):
    """Who gets in."""

    access_token_minutes: int = Field(
        30, ge=1, le=1440, description="How long an access token is good."
    )
    credential_cache_seconds: float = Field(
        5.0,
        ge=0,
        le=60,
        description="How long a disabled user or a revoked key may still get through.",
    )


class Faces(_Group):
    """What is offered."""

    pages: bool = Field(True, description="The explorer and the documentation.")
    introspection: bool = Field(True, description="Whether GraphQL tells its schema.")
    graphql_engine: Literal["compiled", "reference"] = Field(
        "compiled", description="`reference` has every query executed by graphql-core alone."
    )


class Edges(_Group):
    """What a request may cost before it is understood."""

    max_body_bytes: int = Field(1_048_576, ge=1024, description="The largest body.")


class Settings(Installation, Serving, Storage, Access, Faces, Edges):
    """Everything that may differ between two installations; refuses what would be unsafe in
    production.
    """

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.production and len(self.secret.get_secret_value()) < 32:
            raise ValueError("STOCKROOM_SECRET must have at least 32 characters in production")
        if self.production and self.debug:
            raise ValueError("STOCKROOM_DEBUG must be off in production")
        return self

    @cached_property
    def secret_bytes(self) -> bytes:
        """The key of tokens and cursors."""
        return self.secret.get_secret_value().encode()
