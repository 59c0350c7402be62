"""The `stockroom` command."""

import gc
import os
import sys

gc.disable()  # importing makes hundreds of thousands of objects and no garbage; commands turn it on

from api.cli import generated  # noqa: E402

generated.recall()

# What libraries look for and do as well without: the models of Pydantic 1, and colored tracebacks.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]  # commands do have a use for it

from api.cli.app import app  # noqa: E402

__all__ = ["app"]
