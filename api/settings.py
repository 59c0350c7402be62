"""Settings from the environment and `.env`, all under `STOCKROOM_` but `DATABASE_URL`."""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that may differ between two installations; refuses what would be unsafe in
    production.
    """

    model_config = SettingsConfigDict(
        env_prefix="STOCKROOM_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    production: bool = False
    debug: bool = False
    database_url: str = Field("", validation_alias="DATABASE_URL")
    secret: SecretStr = SecretStr("")
    data_dir: Path = Path(".stockroom")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    pool_size: int = Field(8, ge=1, le=100)
    pool_timeout_seconds: float = Field(10.0, gt=0)
    statement_timeout_ms: int = Field(5000, ge=100)
    lock_timeout_ms: int = Field(2000, ge=50)
    access_token_minutes: int = Field(30, ge=1, le=1440)
    credential_cache_seconds: float = Field(5.0, ge=0, le=60)
    max_body_bytes: int = Field(1_048_576, ge=1024)
    pages: bool = True
    introspection: bool = True
    graphql_engine: Literal["compiled", "reference"] = "compiled"
    log_level: str = "INFO"
    telemetry: bool = False  # FastAPI's own, for an OpenTelemetry SDK; asking for one costs time
    admin_password: SecretStr | None = None

    @field_validator("database_url")
    @classmethod
    def _on_asyncpg(cls, url: str) -> str:
        scheme, mark, rest = url.partition("://")
        if not url:
            return url
        if scheme not in ("postgres", "postgresql", "postgresql+asyncpg") or not mark:
            raise ValueError("must look like postgresql://user:password@host:5432/name")
        return f"postgresql+asyncpg://{rest}"

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
