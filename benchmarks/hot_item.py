"""`hot-item`: everybody orders the same item, so everybody waits for the same row."""

from benchmarks.ordering import measure_orders
from benchmarks.stage import Stage

HOT = 7


def run(stage: Stage) -> None:
    """Measure."""
    title = "Orders of 1 line, always the same item"
    measure_orders(stage, "hot-item", title, [(HOT, HOT)])
