"""`place-order`: orders of three lines, each for another of the thousand items."""

from benchmarks.ordering import measure_orders
from benchmarks.stage import Stage


def run(stage: Stage) -> None:
    """Measure."""
    title = "Orders of 3 lines, mixed items"
    measure_orders(stage, "place-order", title, stage.shop.spread)
