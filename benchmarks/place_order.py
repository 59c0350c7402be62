"""`place-order`: orders of three lines, each for another of the thousand items."""

from benchmarks.load import Pace
from benchmarks.ordering import measure_orders
from benchmarks.shop import SPREAD, Shop


def run(shop: Shop, ours: str, pace: Pace) -> None:
    """Measure the server at `ours`."""
    title = "Orders of 3 lines, mixed items"
    measure_orders("place-order", title, shop, ours, pace, SPREAD)
