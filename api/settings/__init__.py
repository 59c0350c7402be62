"""Settings from the environment and `.env`, all under `STOCKROOM_` but `DATABASE_URL`.

Each group is a section of docs/settings.md, which `python3 dev.py contracts` writes from here.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from api.domain.surroundings import Throttle
from api.settings.edges import Edges
from api.settings.group import Group
from api.settings.shown import Shown
from api.settings.values import Networks

CHEAPEST_HASH = 7168 * 5
"""Kibibytes to fill, of all that OWASP's Password Storage Cheat Sheet finds enough."""


class Installation(Group):
    """What this installation is, and where it keeps things."""

    production: bool = Field(
        False,
        description="Refuses to start with a short secret, with debug, open to all, or as a "
        "superuser of PostgreSQL.",
    )
    debug: bool = Field(False, description="Logs more.")
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs tokens and cursors; 32 characters or more. Without it, one is made and "
        "kept in the data folder.",
    )
    data_dir: Path = Field(
        Path(".stockroom"),
        description="The embedded database, the secret that was made, and pictures.",
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


class Serving(Group):
    """Where it listens, and behind what."""

    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Processes.")
    trusted_proxies: Networks = Field(
        (),
        description="Addresses or networks of proxies, comma separated, whose `X-Forwarded-For` "
        "and `X-Forwarded-Proto` are believed.",
    )


class Storage(Group):
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
    idempotency_hours: float = Field(
        24.0,
        gt=0,
        le=8760,
        description="How long a command's answer is remembered by its idempotency key.",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="`redis://user:password@host:6379/0`: processes then count together what "
        "callers try and spend, and keep answers for each other; without it each for itself.",
    )
    recall_seconds: float = Field(
        30.0,
        ge=0,
        le=3600,
        description="How long a report may be answered again from memory. A change ends that at "
        "once for all processes that share a Redis; several processes without one keep nothing. "
        "0 keeps nothing.",
    )
    files_url: SecretStr = Field(
        SecretStr(""),
        description="Where pictures are kept, when not in the data folder: `file:///folder`, or "
        "`s3://bucket/prefix?region=...&endpoint=...&access_key_id=...&secret_access_key=...`; "
        "what it does not say of S3 is read from `AWS_...`.",
    )

    @field_validator("files_url")
    @classmethod
    def _stored(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value().partition("://")[0] not in ("", "file", "s3"):
            raise ValueError("must begin with s3:// or file://")
        return url

    @field_validator("database_url")
    @classmethod
    def _on_asyncpg(cls, url: str) -> str:
        scheme, mark, rest = url.partition("://")
        if not url:
            return url
        if scheme not in ("postgres", "postgresql", "postgresql+asyncpg") or not mark:
            raise ValueError("must look like postgresql://user:password@host:5432/name")
        return f"postgresql+asyncpg://{rest}"


class Spending(Group):
    """How much callers may ask for in a while, over both faces together."""

    rate_limit_points: int = Field(
        600_000,
        ge=0,
        description="Points of each user, all tokens and keys together; about one for each thing "
        "in an answer. 0 sets no limit.",
    )
    rate_limit_points_anonymous: int = Field(
        60_000, ge=0, description="Points of each network from which strangers come."
    )
    rate_limit_seconds: int = Field(60, ge=1, le=86_400, description="The time they are for.")


class Access(Group):
    """Who gets in."""

    access_token_minutes: int = Field(
        10, ge=1, le=60, description="How long an access token is good."
    )
    refresh_token_days: int = Field(
        30, ge=1, le=365, description="How long a client that is not used stays signed in."
    )
    refresh_grace_seconds: int = Field(
        20,
        ge=0,
        le=30,
        description="How long a refresh token that was used may be sent again, by who lost the "
        "answer; afterwards that ends the session.",
    )
    browser_session_hours: int = Field(
        12, ge=1, le=720, description="How long a browser stays signed in."
    )
    credential_cache_seconds: float = Field(
        4.0,
        ge=0,
        le=60,
        description="How long a disabled user, a revoked key or an ended session may still get "
        "through; open sockets a second longer.",
    )
    password_kibibytes: int = Field(
        19_456,
        ge=8,
        le=1_048_576,
        description="The memory that one hash of a password fills (argon2id); two are made at "
        "once. Who signs in has theirs made anew when this has changed.",
    )
    password_passes: int = Field(
        2,
        ge=1,
        le=100,
        description="How often it is filled. Production takes 7168 KiB and 5 times at least, or as "
        "much in all with more memory.",
    )
    sign_in_tries: int = Field(
        10, ge=1, description="Tries to sign in to one account from one network, in a minute."
    )
    sign_in_tries_per_network: int = Field(
        30, ge=1, description="Tries to sign in from one network to whatever account, in a minute."
    )
    letters_per_network: int = Field(
        60,
        ge=1,
        description="Registrations and requests for a new password from one network, in an hour; "
        "for one address of its own five of them.",
    )


class Mail(Group):
    """Letters to people."""

    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Where people reach this server, or the shop before it: links in letters begin "
        "with it. Without it, `http://localhost` and the port.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="`smtp://user:password@host:587?starttls`, or `smtps://`; without it letters "
        "are files in `mail` in the data folder.",
    )
    mail_from: str = Field(
        "Stockroom <stockroom@localhost>", description="Who the letters are from."
    )

    @field_validator("smtp_url")
    @classmethod
    def _reachable(cls, url: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(url.get_secret_value() if url else "smtp://localhost")
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:587?starttls")
        kept = parts.scheme == "smtps" or parts.query == "starttls"
        if parts.password and not kept and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("would send the password for all to read: add ?starttls, or use smtps")
        return url or None  # set, but to nothing


class Faces(Group):
    """What is offered."""

    introspection: bool = Field(True, description="Whether GraphQL tells its schema.")
    suggestions: bool = Field(
        False, description="Whether GraphQL guesses what a wrong name was meant to be."
    )
    graphql_documents: Literal["off", "prefer", "only"] = Field(
        "prefer",
        description="Whether clients may name stored GraphQL documents by their hash: not at all, "
        "as well as send others, or `only` those are executed.",
    )
    graphql_get: bool = Field(
        True, description="Whether GET takes GraphQL queries that are not stored documents."
    )
    graphql_engine: Literal["compiled", "reference"] = Field(
        "compiled", description="`reference` has every query executed by graphql-core alone."
    )


class Settings(Installation, Serving, Storage, Spending, Access, Mail, Faces, Shown, Edges):
    """Everything that may differ between two installations; refuses what would be unsafe in
    production.
    """

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.production and len(self.secret.get_secret_value()) < 32:
            raise ValueError("STOCKROOM_SECRET must have at least 32 characters in production")
        if self.production and self.debug:
            raise ValueError("STOCKROOM_DEBUG must be off in production")
        filled = self.password_kibibytes * self.password_passes
        if self.production and (self.password_kibibytes < 7168 or filled < CHEAPEST_HASH):
            raise ValueError("STOCKROOM_PASSWORD_KIBIBYTES or _PASSES are too few for production")
        if self.production and "*" in self.allowed_origins:
            raise ValueError("STOCKROOM_ALLOWED_ORIGINS must name origins in production")
        return self

    @cached_property
    def secret_bytes(self) -> bytes:
        """The key of tokens and cursors."""
        return self.secret.get_secret_value().encode()

    @property
    def redis_address(self) -> str:
        """Where Redis is, password included; empty where there is none."""
        return self.redis_url.get_secret_value() if self.redis_url else ""

    @property
    def address(self) -> str:
        """Where people reach this server, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def sign_in_throttle(self) -> Throttle:
        """How often strangers may try to sign in."""
        tries = self.sign_in_tries
        return Throttle(60, tries, tries * 5, self.sign_in_tries_per_network)

    @property
    def mailing_throttle(self) -> Throttle:
        """How often strangers may have somebody written to."""
        return Throttle(3600, 5, 20, self.letters_per_network)
