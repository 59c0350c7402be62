"""What every program of one run shares; each part is made when the first program needs it."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Self

from benchmarks.load import Pace
from benchmarks.peers import Peers
from benchmarks.report import Report
from benchmarks.servers import Server, stockroom
from benchmarks.shop import Shop, open_shop


@dataclass
class Stage:
    """A shop, the product that serves it, and what was measured so far."""

    pace: Pace
    peers: Peers
    report: Report = field(default_factory=Report)
    _open: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def shop(self) -> Shop:
        """The shop of a thousand items."""
        return self._open.enter_context(open_shop())

    @cached_property
    def server(self) -> Server:
        """The product, serving that shop."""
        return self._open.enter_context(stockroom(self.shop))

    @property
    def ours(self) -> str:
        """The product's address."""
        return self.server.address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)
