"""`growth`: ten times the items, movements and orders, and how much longer an answer takes then."""

from dataclasses import dataclass, replace
from statistics import median

from benchmarks.graphql_nested import nested
from benchmarks.load import Load, Runner, Template, http
from benchmarks.ordering import by_rest
from benchmarks.report import Race, Served
from benchmarks.servers import stockroom
from benchmarks.shop import Shop, open_shop
from benchmarks.stage import Stage
from benchmarks.stocking import Size

TIMES = 10
ITEMS, ORDERS = 1000, 50
ENOUGH = 60  # items to fill a page and to choose an order's from
CONNECTIONS = 4  # few, so that times are those of the work and not of the queue


@dataclass(frozen=True)
class _Sides:
    small: Runner
    big: Runner


def run(stage: Stage) -> None:
    """Measure the same requests on both shops in turn."""
    share = stage.pace.share
    small = Size(max(ENOUGH, round(ITEMS * share)), max(2, round(ORDERS * share)))
    grown = Size(small.items * TIMES, small.orders * TIMES)
    with (
        open_shop(small) as little,
        open_shop(grown) as large,
        stockroom(little) as ours,
        stockroom(large) as theirs,
    ):
        before, after = _requests(little), _requests(large)
        worst = 0.0
        for kind, template in before.items():
            sides = _Sides(
                http(ours.address, template, little.folder),
                http(theirs.address, after[kind], large.folder),
            )
            worst = max(worst, _compared(stage, kind, sides))
        stage.report.compared("growth", "small", worst)


def _compared(stage: Stage, kind: str, sides: _Sides) -> float:
    """How many times as long half of the answers take at most."""
    pace = replace(stage.pace, connections=min(CONNECTIONS, stage.pace.connections))
    short = replace(pace, seconds=min(pace.seconds, 1))
    print(f"\nGrowth: {kind}, {pace.connections} connections", flush=True)
    for side in (sides.small, sides.big):
        side(short)  # warms up
    small, big = list[Load](), list[Load]()
    for _ in range(pace.rounds):
        small.append(sides.small(pace))
        big.append(sides.big(pace))
    served = [Served("small", small, False), Served(f"{TIMES} times as much", big, True)]
    stage.report.raced(Race(f"Growth: {kind}", served, plotted=False))
    pairs = zip(small, big, strict=True)
    ratio = median((after.p50_ms or 0) / (before.p50_ms or 1) for before, after in pairs)
    stage.report.compared(f"growth/{kind}", "small", ratio)
    return ratio


def _requests(shop: Shop) -> dict[str, Template]:
    headers = {"Authorization": shop.authorization}
    item = f"<item 1 {shop.size.items}>"
    return {
        "items": Template("GET", "/v1/items?limit=50", headers),
        "movements": Template("GET", "/v1/stock-movements?limit=50", headers),
        "orders": Template("GET", "/v1/orders?limit=50", headers),
        "nested": nested(shop),
        "point": Template("GET", f"/v1/items/{item}", headers),
        "place-order": by_rest(shop, shop.spread),
    }
