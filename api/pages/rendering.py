"""Turns a page's template into HTML, and names what the browser may do on it."""

from collections.abc import Iterable, Mapping
from enum import Enum
from html import escape
from pathlib import Path
from string import Template

from api.pages.assets import CDN, Asset, pinned

TEMPLATES = Path(__file__).parent / "templates"


class Page(Enum):
    """A page: its setting, path and title, the assets it loads, and what it is for."""

    LANDING = ("landing", "/", "Home", (), "Where you are.")
    GRAPHIQL = (
        "graphiql",
        "/graphiql",
        "GraphQL explorer",
        (
            "graphiql/graphiql.min.css",
            "react/umd/react.production.min.js",
            "react-dom/umd/react-dom.production.min.js",
            "graphql-ws/umd/graphql-ws.min.js",
            "graphiql/graphiql.min.js",
        ),
        "Write and run queries, with completion and examples to start from.",
    )
    SWAGGER = (
        "swagger",
        "/docs",
        "REST, to try out",
        ("swagger-ui-dist/swagger-ui.css", "swagger-ui-dist/swagger-ui-bundle.js"),
        "Every REST operation, with a form that sends it.",
    )
    REDOC = (
        "redoc",
        "/redoc",
        "REST reference",
        ("redoc/bundles/redoc.standalone.js",),
        "The same operations, laid out for reading.",
    )

    def __init__(
        self, setting: str, path: str, title: str, loads: tuple[str, ...], purpose: str
    ) -> None:
        self.setting = setting
        self.path = path
        self.title = title
        self.loads = loads
        self.purpose = purpose

    @property
    def assets(self) -> list[Asset]:
        everything = pinned()
        return [everything[name] for name in self.loads]


def rendered(
    page: Page,
    links: Mapping[str, str],
    enabled: Iterable[Page],
    local: bool,
    documents: Iterable[str],
) -> str:
    """Fill in the template; every value is escaped, and no script is written into the page."""
    safe = {name: escape(value) for name, value in links.items()}
    base = safe["base"]
    source = f"{base}/pages" if local else CDN
    return _template(page.setting).substitute(
        safe,
        credentials=_template("credentials").substitute(safe).rstrip(),
        title=escape(page.title),
        loads="\n    ".join(tag(asset, source) for asset in page.assets),
        navigation=navigation(page, enabled, base),
        cards=cards(page, enabled, base),
        documents=", ".join(f'<a href="{base}{it}">{it.strip("/")}</a>' for it in documents),
        notice="" if local or not page.loads else notice(),
    )


def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text("utf-8"))


def tag(asset: Asset, source: str) -> str:
    checked = f'integrity="{asset.integrity}" crossorigin="anonymous"'
    address = f"{source}/{asset.location}"
    if asset.path.endswith(".css"):
        return f'<link rel="stylesheet" href="{address}" {checked}>'
    return f'<script defer src="{address}" {checked}></script>'


def navigation(page: Page | None, enabled: Iterable[Page], base: str) -> str:
    here = ' aria-current="page"'
    return "\n        ".join(
        f'<a href="{base}{other.path}"{here if other is page else ""}>{escape(other.title)}</a>'
        for other in enabled
    )


def cards(page: Page, enabled: Iterable[Page], base: str) -> str:
    return "\n        ".join(
        f'<li><a href="{base}{other.path}">{escape(other.title)}</a>'
        f"<p>{escape(other.purpose)}</p></li>"
        for other in enabled
        if other is not page
    )


def notice() -> str:
    """A page that depends on another host says so, and says how to stop it."""
    return (
        f'<p class="notice" role="note">This page loads its scripts from {CDN}, at pinned versions '
        "checked by hash, because they are not installed here. With Node present, "
        "<code>python -m api.pages</code> and a restart make it work without internet.</p>"
    )


def security_headers(page: Page, local: bool) -> dict[str, str]:
    """Scripts come only from files we named; the page's makers' own calls home are refused."""
    named = [] if local else [f"{CDN}/{asset.location}" for asset in page.assets]
    scripts = " ".join(["'self'", *(url for url in named if url.endswith(".js"))])
    styles = " ".join(["'self'", *(url for url in named if url.endswith(".css"))])
    if page.loads:  # each of the three bundles writes style attributes or elements as it runs
        styles += " 'unsafe-inline'"
    policy = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": styles,
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
