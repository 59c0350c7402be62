"""Values that settings take, and what they refuse."""

import re
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode


def _listed(value: object) -> object:
    """The entries of a text with commas."""
    if not isinstance(value, str):
        return value
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def _network(value: str) -> str:
    return str(ip_network(value, strict=False))


def _origin(value: str) -> str:
    if value != "*" and not _ORIGIN.fullmatch(value.lower()):
        raise ValueError(
            "an origin looks like https://shop.example, with its port where it has one"
        )
    return value.lower()


def _host(value: str) -> str:
    if not _HOST.fullmatch(value.lower()):
        raise ValueError("a host looks like shop.example or *.shop.example, without a port")
    return value.lower()


_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_Listed = (NoDecode, BeforeValidator(_listed))
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], *_Listed]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], *_Listed]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], *_Listed]
