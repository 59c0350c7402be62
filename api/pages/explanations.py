"""Pages for people who have met an error code."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Any

from api.domain.deprecations import DEPRECATIONS
from api.pages.rendering import TEMPLATES, Page, navigation


@dataclass(frozen=True)
class Explained:
    """A code: what it means, what to do, and how either face says it, where it does."""

    code: str
    title: str
    meaning: str
    advice: str
    status: int | None = None
    rest: Mapping[str, Any] | None = None
    graphql: Mapping[str, Any] | None = None


def slug_of(code: str) -> str:
    """The last word of the address of a code's page."""
    return code.lower().replace("_", "-")


def one_code(explained: Explained, links: Mapping[str, str], enabled: Iterable[Page]) -> str:
    """The page of one code."""
    return _page(
        "problem",
        explained.title,
        links,
        enabled,
        code=escape(explained.code),
        meaning=_sentence(explained.meaning),
        advice=_sentence(explained.advice),
        examples="\n      ".join(_examples(explained)),
    )


def every_code(
    explained: Mapping[str, Explained], links: Mapping[str, str], enabled: Iterable[Page]
) -> str:
    """The list of all codes."""
    base = escape(links["base"])
    rows = "\n        ".join(
        f'<div><dt><a href="{base}/problems/{slug}"><code>{escape(it.code)}</code></a></dt>'
        f"<dd>{_sentence(it.meaning)}</dd></div>"
        for slug, it in sorted(explained.items())
    )
    return _page("problems", "Error codes", links, enabled, rows=rows)


def every_deprecation(links: Mapping[str, str], enabled: Iterable[Page]) -> str:
    """What will be gone, and when."""
    rows = "\n        ".join(
        f"<div><dt><code>{escape(it.operation)}({escape(it.name)})</code></dt>"
        f"<dd>{_sentence(it.reason)} Deprecated since {it.since}.</dd></div>"
        for it in DEPRECATIONS
    )
    return _page("deprecations", "What will be gone", links, enabled, rows=rows)


def _page(
    template: str, title: str, links: Mapping[str, str], enabled: Iterable[Page], **parts: str
) -> str:
    safe = {name: escape(value) for name, value in links.items()}
    return Template((TEMPLATES / f"{template}.html").read_text("utf-8")).substitute(
        safe, title=escape(title), navigation=navigation(None, enabled, safe["base"]), **parts
    )


def _examples(explained: Explained) -> Iterable[str]:
    if explained.rest is not None:
        yield f"<h2>Over REST, with status {explained.status}</h2>"
        yield _shown(explained.rest)
    if explained.graphql is not None:
        yield "<h2>Over GraphQL</h2>"
        yield _shown(explained.graphql)


def _shown(example: Mapping[str, Any]) -> str:
    return f"<pre><code>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</code></pre>"


def _sentence(text: str) -> str:
    """Words in backticks are what a program reads."""
    parts = escape(" ".join(text.split())).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
