"""Renames an item with a client made from openapi.json, and prints what it saw."""

import json
import sys

from stockroom_client import AuthenticatedClient
from stockroom_client.api.catalog import create_item, get_item, list_items, update_item
from stockroom_client.models import CreateItem, Item, MoneyInput, Problem, UpdateItem

address, token, sku = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)

command = CreateItem(sku=sku, name="Oak chair", price=MoneyInput(amount="49.50", currency="EUR"))
made = create_item.sync(client=client, body=command)
found = get_item.sync(f"sku:{sku}", client=client)
page = list_items.sync(client=client, sku=[sku])
assert isinstance(made, Item)
assert isinstance(found, Item)
tag = f'"{found.version}"'
renamed = update_item.sync(made.id, client=client, body=UpdateItem(name="Ash chair"), if_match=tag)
stale = update_item.sync(made.id, client=client, body=UpdateItem(name="Elm chair"), if_match=tag)
again = create_item.sync(client=client, body=command)

print(
    json.dumps(
        {
            "made": made.id,
            "found": found.id,
            "listed": [item.id for item in page.data],
            "price": found.price.amount if found.price else None,
            "renamed": renamed.name if isinstance(renamed, Item) else None,
            "stale": stale.code if isinstance(stale, Problem) else None,
            "again": again.code if isinstance(again, Problem) else None,
        }
    )
)
