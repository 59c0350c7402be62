"""Puts a letter into words: plain text from its template, and the same as HTML."""

from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, make_msgid
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from api.domain.letters import Letter

TEMPLATES = Path(__file__).parent / "templates"


def written(letter: Letter, sender: str, address: str) -> EmailMessage:
    """The message; the headers' class refuses line ends in them."""
    subject, text = _template(letter.occasion)
    words = {**letter.words, "address": address, "code": letter.code or ""}
    message = EmailMessage(policy=SMTP if letter.to.isascii() else SMTPUTF8)
    message["From"] = sender
    name, _, domain = letter.to.rpartition("@")
    message["To"] = Address(username=name, domain=domain)  # whose parser takes ASCII alone
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="stockroom.invalid")
    message["Auto-Submitted"] = "auto-generated"  # no answer from whom is on holiday (RFC 3834)
    plain = text.substitute(words)
    page = _layout().substitute(subject=subject, body="\n".join(_html(plain)))
    cte = "7bit" if plain.isascii() else "8bit"  # as it is: links stay whole, files readable
    message.set_content(plain, cte=cte)
    message.add_alternative(page, subtype="html", cte=cte)
    return message


@cache
def _template(name: str) -> tuple[str, Template]:
    """The subject, which is the first line, and the text below it."""
    subject, _, text = (TEMPLATES / f"{name}.txt").read_text("utf-8").partition("\n\n")
    return subject, Template(text)


@cache
def _layout() -> Template:
    return Template((TEMPLATES / "layout.html").read_text("utf-8"))


def _html(text: str) -> Iterator[str]:
    """Paragraphs; one that is a link alone becomes one."""
    for paragraph in text.strip().split("\n\n"):
        safe = escape(paragraph)
        if paragraph.startswith(("http://", "https://")) and not paragraph.split()[1:]:
            safe = f'<a href="{safe}">{safe}</a>'
        yield f"<p>{safe}</p>"
