"""Settings of what the shop tells of itself."""

from typing import Self

from pydantic import Field, model_validator

from api.settings.group import Group


class Shown(Group):
    """What it tells of itself; what is not set follows `STOCKROOM_PAGES`."""

    pages: bool | None = Field(
        None, description="All of these. Without it, yes, but no in production."
    )
    landing: bool | None = Field(None, description="The page at `/`.")
    graphiql: bool | None = Field(None, description="The GraphQL explorer at `/graphiql`.")
    docs: bool | None = Field(None, description="The REST reference to try out, at `/docs`.")
    redoc: bool | None = Field(None, description="The REST reference to read, at `/redoc`.")
    openapi: bool | None = Field(None, description="`/openapi.json` and `/openapi-3.1.json`.")
    sdl: bool | None = Field(None, description="`/schema.graphql`.")
    problem_pages: bool = Field(
        True, description="What every error code means, at `/problems`: refusals lead there."
    )
    account_pages: bool = Field(
        True,
        description="The two that letters lead to; a shop with its own at `/confirm-email` and "
        "`/reset-password` needs none.",
    )

    def shows(self, what: str) -> bool:
        """Whether a page or a document is there."""
        for chosen in (getattr(self, what), self.pages):
            if chosen is not None:
                return bool(chosen)
        return not getattr(self, "production", False)

    @model_validator(mode="after")
    def _pages_have_their_document(self) -> Self:
        for page in ("docs", "redoc"):
            if self.shows(page) and not self.shows("openapi"):
                raise ValueError(f"STOCKROOM_{page.upper()} reads what STOCKROOM_OPENAPI shows")
        return self
