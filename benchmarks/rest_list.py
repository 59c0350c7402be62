"""`rest-list`: fifty items with their category, and five levels each with their location;
`rest-list-flat`: the items alone.
"""

from api.domain.keyring import Keyring
from benchmarks import rest_rows
from benchmarks.answers import same_answer
from benchmarks.item_pages import END_CURSOR, HAS_NEXT, SIZE, START_CURSOR, first_page
from benchmarks.load import Template, http
from benchmarks.race import race
from benchmarks.rows_in_sql import Json, constant, listed, number, record
from benchmarks.servers import limit
from benchmarks.stage import Stage

PEERS = {"fastify": ["fastify.js"]}


def run(stage: Stage) -> None:
    """Measure the list with its links."""
    path = f"/v1/items?limit={SIZE}&expand=category,stock_levels.location"
    links = {"category": number("coalesce(k.json, 'null')"), "stock_levels": _LEVELS}
    _measure(stage, "rest-list", "3 links deep", path, links)


def run_flat(stage: Stage) -> None:
    """Measure the items alone."""
    _measure(stage, "rest-list-flat", "alone", f"/v1/items?limit={SIZE}", {})


def _measure(stage: Stage, name: str, how: str, path: str, links: dict[str, Json]) -> None:
    shop, ours = stage.shop, stage.ours
    template = Template("GET", path, {"Authorization": shop.authorization})
    statement = _statement(first_page(Keyring(shop.settings.secret_bytes)), links)
    with (
        limit(shop, statement) as most,
        stage.peers.runners(shop, ours, template, PEERS) as peers,
    ):
        size = same_answer(template, ours, most)
        runners = {
            name: http(ours, template, shop.folder),
            "limit": http(most, template, shop.folder),
            **peers,
        }
        title = f"REST: {SIZE} items {how}, {size / 1000:.1f} kB"
        race(stage.report, title, runners, stage.pace, [*runners][1:])


_LEVELS = listed(
    rest_rows.level("l", number("p.json")),
    "FROM stock_levels l JOIN places p ON p.id = l.location_id WHERE l.item_id = i.id",
    order="l.id",
)


def _statement(page: str, links: dict[str, Json]) -> str:
    source = "FROM shown i" + (" LEFT JOIN kinds k ON k.id = i.category_id" if links else "")
    answer = record(
        {
            "data": listed(rest_rows.item("i", links), source),
            "page_info": record(
                {
                    "start_cursor": START_CURSOR,
                    "end_cursor": END_CURSOR,
                    "has_next_page": HAS_NEXT,
                    "has_previous_page": constant(False),
                }
            ),
            "total_count": constant(None),
            "is_capped": constant(None),
        }
    )
    places, kinds = rest_rows.location("l").sql(), rest_rows.category("c").sql()
    return f"""WITH {page},
    places AS MATERIALIZED (SELECT l.id, {places} AS json FROM locations l),
    kinds AS MATERIALIZED (SELECT c.id, {kinds} AS json FROM categories c)
    SELECT convert_to({answer.sql()}, 'UTF8')"""
