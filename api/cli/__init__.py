"""The `stockroom` command."""

from api.cli.app import app

__all__ = ["app"]
