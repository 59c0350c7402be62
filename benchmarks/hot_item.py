"""`hot-item`: everybody orders the same item, so everybody waits for the same row."""

from benchmarks.load import Pace
from benchmarks.ordering import measure_orders
from benchmarks.shop import Shop

HOT = 7


def run(shop: Shop, ours: str, pace: Pace) -> None:
    """Measure the server at `ours`."""
    title = "Orders of 1 line, always the same item"
    measure_orders("hot-item", title, shop, ours, pace, [(HOT, HOT)])
