"""What every group of settings is."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseSettings):
    """Settings that belong together: a section of docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="STOCKROOM_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,  # only the whole is ever read
    )
