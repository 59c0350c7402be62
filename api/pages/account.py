"""The two pages that letters lead to: one confirms an address, one chooses a new password."""

from collections.abc import Mapping
from html import escape
from string import Template

from api.pages.rendering import TEMPLATES

PAGES = {"/confirm-email": "confirm_email", "/reset-password": "reset_password"}
"""Their templates, by address. The code stands behind the #, which browsers tell no server."""


def account_page(path: str, links: Mapping[str, str]) -> str:
    """One of the pages."""
    safe = {name: escape(value) for name, value in links.items()}
    forms = Template((TEMPLATES / f"{PAGES[path]}.html").read_text("utf-8")).substitute(safe)
    page = Template((TEMPLATES / "account.html").read_text("utf-8"))
    return page.substitute(safe, forms=forms)
