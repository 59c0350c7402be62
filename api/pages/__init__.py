"""The pages people open in a browser: the landing page, GraphiQL, Swagger UI and ReDoc."""

from api.pages.assets import INSTALLED, install_assets
from api.pages.router import PageSettings, router

__all__ = ["INSTALLED", "PageSettings", "install_assets", "router"]
