"""`rest-point`: one item by its id, another with every request."""

from benchmarks import rest_rows
from benchmarks.answers import same_answer
from benchmarks.load import Template, http
from benchmarks.race import race
from benchmarks.rows_in_sql import id_of
from benchmarks.servers import limit
from benchmarks.stage import Stage


def run(stage: Stage) -> None:
    """Measure, beside bare Starlette that PostgreSQL writes the answers for."""
    shop, ours = stage.shop, stage.ours
    headers = {"Authorization": shop.authorization}
    template = Template("GET", f"/v1/items/<item 1 {shop.size.items}>", headers)
    with limit(shop, _STATEMENT, app="bare") as most:
        size = same_answer(template, ours, most)
        runners = {
            "rest-point": http(ours, template, shop.folder),
            "limit": http(most, template, shop.folder),
        }
        race(stage.report, f"REST: an item, {size} B", runners, stage.pace, ["limit"])


_STATEMENT = f"""
SELECT convert_to({rest_rows.item("i").sql()}, 'UTF8')
FROM items i WHERE i.id = {id_of("item", "$1::text")}"""
