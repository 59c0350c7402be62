"""The `stockroom` command."""

import gc

gc.disable()  # importing makes hundreds of thousands of objects and no garbage; commands turn it on

from api.cli.app import app  # noqa: E402

__all__ = ["app"]
