"""The places where stock is kept, through either door."""

import asyncio
from typing import Any

import pytest

from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import unique


async def a_place(face: Face, **more: Any) -> dict[str, Any]:
    """A warehouse, unless said otherwise."""
    sent = {"code": unique("W"), "name": "Main warehouse", **more}
    place: dict[str, Any] = await face.call("create_location", **sent)
    return place


async def test_a_warehouse_is_found_by_id_and_by_code(face: Face) -> None:
    place = await a_place(face)

    assert (place["kind"], place["holds_stock"], place["sellable"]) == ("WAREHOUSE", True, True)
    assert await face.call("get_location", location_id=place["id"]) == place
    coded = f"code:{place['code'].lower()}"
    assert await face.call("get_location", location_id=coded) == place


async def test_both_doors_show_the_very_same_place(rest: RestFace, graphql: GraphQLFace) -> None:
    place = await a_place(rest)

    assert await graphql.call("get_location", location_id=place["id"]) == place


async def test_nothing_is_sold_from_a_lorry_unless_it_is_said(face: Face) -> None:
    assert (await a_place(face, kind="TRANSIT"))["sellable"] is False
    assert (await a_place(face, kind="EXTERNAL"))["sellable"] is False
    assert (await a_place(face, kind="TRANSIT", sellable=True))["sellable"] is True


async def test_two_places_cannot_share_a_code_whatever_its_letter_case(face: Face) -> None:
    place = await a_place(face)

    with pytest.raises(Refused, match="DUPLICATE"):
        await a_place(face, code=place["code"].lower())


async def test_a_change_names_what_changes_and_leaves_the_rest(face: Face) -> None:
    top = await a_place(face)
    shelf = await a_place(face, kind="BIN", parent_id=f"code:{top['code']}")
    assert shelf["parent_id"] == top["id"]

    changed = await face.call(
        "update_location",
        location_id=shelf["id"],
        parent_id=None,
        priority=5,
        expected_version=1,
    )

    assert changed == shelf | {"parent_id": None, "priority": 5, "version": 2}
    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call("update_location", location_id=shelf["id"], priority=6, expected_version=1)


async def test_a_place_cannot_come_to_stand_inside_itself(face: Face) -> None:
    top = await a_place(face)
    middle = await a_place(face, parent_id=top["id"])
    below = await a_place(face, parent_id=middle["id"])

    for inside in (below, middle, top):
        with pytest.raises(Refused, match="CONFLICT"):
            await face.call(
                "update_location",
                location_id=top["id"],
                parent_id=inside["id"],
                expected_version=1,
            )


async def test_two_places_that_move_into_each_other_at_once_make_no_ring(rest: RestFace) -> None:
    for _ in range(3):
        one, other = await a_place(rest), await a_place(rest)
        moves = [
            rest.call(
                "update_location",
                location_id=place["id"],
                parent_id=into["id"],
                expected_version=1,
            )
            for place, into in ((one, other), (other, one))
        ]

        ends = await asyncio.gather(*moves, return_exceptions=True)

        refused = [end for end in ends if isinstance(end, Refused)]
        assert [end.code for end in refused] == ["CONFLICT"]
        assert len(ends) - len(refused) == 1


async def test_an_archived_place_is_told_apart_from_live_ones(face: Face) -> None:
    place = await a_place(face)
    closed = await face.call("archive_location", location_id=place["id"], expected_version=1)
    assert closed["archived_at"] is not None

    for is_archived, found in ((True, [closed]), (False, [])):
        where = {"code": {"eq": place["code"]}, "is_archived": {"eq": is_archived}}
        assert (await face.call("list_locations", where=where))["data"] == found


async def test_places_are_listed_by_kind_parent_and_words(face: Face) -> None:
    top = await a_place(face, name=unique("North"))
    bins = [await a_place(face, kind="BIN", parent_id=top["id"], priority=n) for n in (2, 1)]
    order = [{"field": "PRIORITY"}]

    inside = await face.call(
        "list_locations", where={"parent_id": {"eq": top["id"]}}, order_by=order
    )
    named = await face.call(
        "list_locations", q=top["name"].lower(), where={"is_root": {"eq": True}}
    )
    none = await face.call(
        "list_locations", where={"parent_id": {"eq": top["id"]}, "kind": {"eq": "STORE"}}
    )

    assert [place["id"] for place in inside["data"]] == [bins[1]["id"], bins[0]["id"]]
    assert [place["id"] for place in named["data"]] == [top["id"]]
    assert none["data"] == []


async def test_archiving_a_place_twice_changes_nothing(face: Face) -> None:
    place = await a_place(face)
    closed = await face.call("archive_location", location_id=place["id"], expected_version=1)
    again = await face.call("archive_location", location_id=place["id"], expected_version=2)

    assert closed["version"] == 2
    assert again == closed
    assert await face.call("get_location", location_id=place["id"]) == closed


async def test_a_place_is_found_by_a_code_of_any_alphabet(face: Face) -> None:
    code = unique("\u0130ST")
    place = await a_place(face, code=code)

    for spelled in (code, code.replace("\u0130", "i")):
        assert await face.call("get_location", location_id=f"code:{spelled}") == place
        page = await face.call("list_locations", where={"code": {"eq": spelled}})
        assert page["data"] == [place]
