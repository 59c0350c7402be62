"""The catalog, through either door."""

from typing import Any

import pytest

from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import a_category, an_item, unique


async def test_a_new_item_is_found_by_id_and_by_sku(face: Face) -> None:
    category = await a_category(face)
    item = await an_item(face, category_id=category["id"], attributes={"color": "red", "legs": 4})

    assert item["version"] == 1
    assert item["price"] == {"amount": "49.50", "currency": "EUR"}
    assert item["attributes"] == {"color": "red", "legs": 4}
    assert await face.call("get_item", item_id=item["id"]) == item
    assert await face.call("get_item", item_id=f"sku:{item['sku'].lower()}") == item


async def test_both_doors_show_the_very_same_item(rest: RestFace, graphql: GraphQLFace) -> None:
    item = await an_item(rest, description="Solid.")

    assert await graphql.call("get_item", item_id=item["id"]) == item


async def test_two_items_cannot_share_a_sku_whatever_its_letter_case(face: Face) -> None:
    item = await an_item(face)

    with pytest.raises(Refused, match="DUPLICATE") as refused:
        await an_item(face, sku=item["sku"].lower())
    assert "SKU" in refused.value.message


async def test_a_change_names_what_changes_and_leaves_the_rest(face: Face) -> None:
    item = await an_item(face, description="Solid.")

    changed = await face.call(
        "update_item", item_id=item["id"], name="Ash chair", description=None, expected_version=1
    )

    assert changed == item | {"name": "Ash chair", "description": None, "version": 2}


async def test_a_change_of_an_older_version_is_refused(face: Face) -> None:
    item = await an_item(face)
    await face.call("update_item", item_id=item["id"], name="Ash chair", expected_version=1)

    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call("update_item", item_id=item["id"], name="Elm chair", expected_version=1)


async def test_a_name_cannot_be_taken_away(face: Face) -> None:
    item = await an_item(face)

    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("update_item", item_id=item["id"], name=None, expected_version=1)


async def test_what_is_only_validated_is_not_kept(face: Face) -> None:
    sku = unique("STOOL")
    tried = await face.call("create_item", sku=sku, name="Stool", validate_only=True)

    assert tried["sku"] == sku
    with pytest.raises(Refused, match="NOT_FOUND"):
        await must_be_there(face, f"sku:{sku}")


async def test_a_category_cannot_come_to_stand_under_itself(face: Face) -> None:
    top = await a_category(face)
    below = await a_category(face, parent_id=top["id"])

    with pytest.raises(Refused, match="CONFLICT"):
        await face.call(
            "update_category", category_id=top["id"], parent_id=below["id"], expected_version=1
        )


async def test_the_same_key_makes_one_item_over_either_door(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    sent = {"sku": unique("TABLE"), "name": "Table", "key": unique("key")}

    first = await rest.call("create_item", **sent)
    again = await graphql.call("create_item", **sent)

    assert again == first
    with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
        await graphql.call("create_item", **sent | {"name": "Desk"})


async def test_pages_join_without_a_gap_and_cursors_are_good_at_either_door(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    category = await a_category(rest)
    made = [await an_item(rest, category_id=category["id"]) for _ in range(7)]
    doors: list[Face] = [rest, graphql]
    after, seen = None, []
    for turn in range(4):
        more: dict[str, Any] = {"after": after} if after else {}
        page = await doors[turn % 2].call(
            "list_items",
            where={"category_id": {"in": [category["id"]]}},
            order_by=[{"field": "CREATED_AT", "direction": "DESC"}],
            first=2,
            count=True,
            **more,
        )
        seen += [item["id"] for item in page["data"]]
        after = page["page_info"]["end_cursor"]
        assert page["total_count"] == 7
        assert page["page_info"]["has_next_page"] is (turn < 3)

    assert seen == [item["id"] for item in reversed(made)]


async def test_a_page_before_a_cursor_holds_the_nearest_rows(face: Face) -> None:
    category = await a_category(face)
    for name in "abcde":
        await an_item(face, name=name, category_id=category["id"])
    where, order = {"category_id": {"in": [category["id"]]}}, [{"field": "NAME"}]
    whole = await face.call("list_items", where=where, order_by=order)
    last = whole["page_info"]["end_cursor"]

    page = await face.call("list_items", where=where, order_by=order, before=last, last=2)

    assert [item["name"] for item in page["data"]] == ["c", "d"]
    assert page["page_info"]["has_next_page"] is True
    assert page["page_info"]["has_previous_page"] is True


async def test_a_list_is_sorted_by_a_few_fields_only(face: Face) -> None:
    order = [{"field": "NAME"}, {"field": "SKU"}] * 3

    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("list_items", order_by=order)


async def test_a_cursor_from_elsewhere_is_refused(face: Face) -> None:
    for cursor in ("x", "AAAA", "\u2603", "a" * 1990):
        with pytest.raises(Refused, match="INVALID_CURSOR"):
            await face.call("list_items", after=cursor)


async def test_archiving_an_item_twice_changes_nothing(face: Face) -> None:
    item = await an_item(face)
    gone = await face.call("archive_item", item_id=item["id"], expected_version=1)
    again = await face.call("archive_item", item_id=item["id"], expected_version=2)

    assert (gone["version"], gone["archived_at"] is None) == (2, False)
    assert again == gone
    assert await face.call("get_item", item_id=item["id"]) == gone
    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call("archive_item", item_id=item["id"], expected_version=1)


async def test_an_item_is_found_by_a_sku_of_any_alphabet(face: Face) -> None:
    sku = unique("\u0130ST")
    item = await an_item(face, sku=sku)

    for spelled in (sku, sku.replace("\u0130", "i"), sku.replace("\u0130", "I")):
        assert await face.call("get_item", item_id=f"sku:{spelled}") == item
        page = await face.call("list_items", where={"sku": {"in": [spelled, "no such thing"]}})
        assert page["data"] == [item]
        with pytest.raises(Refused, match="DUPLICATE"):
            await an_item(face, sku=spelled)


async def test_skus_that_only_a_dictionary_takes_for_the_same_are_two(face: Face) -> None:
    number = unique("9")
    long, short = [
        await an_item(face, sku=f"{word}-{number}") for word in ("STRASSE", "stra\u00dfe")
    ]

    assert await face.call("get_item", item_id=f"sku:strasse-{number}") == long
    assert await face.call("get_item", item_id=f"sku:STRA\u1e9eE-{number}") == short


async def test_an_order_may_name_an_item_in_several_ways(face: Face) -> None:
    sku = unique("\u0130ST")
    item = await an_item(face, sku=sku, track_stock=False)
    names = [item["id"], f"sku:{sku}", "sku:" + sku.replace("\u0130", "i")]

    lines = [{"item_id": name, "quantity": 1} for name in names]
    order = await face.call("place_order", lines=lines, key=unique("key"))

    assert [line["item_id"] for line in order["lines"]] == [item["id"]] * 3


async def must_be_there(face: Face, ref: str) -> None:
    """Over GraphQL what is not there is null."""
    if await face.call("get_item", item_id=ref) is None:
        raise Refused("NOT_FOUND", ref)
