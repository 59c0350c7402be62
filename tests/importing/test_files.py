"""Files as people and their spreadsheets save them."""

from typing import Any

import pytest

from api.importing import Unreadable
from tests.faces import RestFace
from tests.factories import unique
from tests.importing.conftest import Bring, counts, faults

KNOWN = "Known fields: external_ref, name, email."


@pytest.mark.parametrize(
    ("content", "choices"),
    [
        ("\ufeffexternal_ref,name\r\n{ref},Ada\r\n", {}),
        ("external_ref;name\n{ref};Ada", {}),
        ('"external_ref"\t"name"\n"{ref}"\t"Ada"\n\n\n', {}),
        ("External_Ref , NAME\n {ref} , Ada \n", {}),
        ("name,Customer No.\nAda,{ref}\n", {"mapped": {"Customer No.": "external_ref"}}),
        ("name,external_ref,phone,\nAda,{ref},555,\n", {"ignored": ["phone", ""]}),
        ("external_ref~name\n{ref}~Ada\n", {"delimiter": "~"}),
        ("\nexternal_ref,name\r{ref},Ada\r", {}),
    ],
)
async def test_b98_a_file_is_read_however_it_was_saved(
    bring: Bring, rest: RestFace, content: str, choices: dict[str, Any]
) -> None:
    ref = unique("buyer")

    tally = await bring("customers", content.format(ref=ref), **choices)

    assert counts(tally) == (1, 0, 0)
    assert (await rest.call("get_customer", customer_id=f"ref:{ref}"))["name"] == "Ada"


@pytest.mark.parametrize(
    ("content", "choices", "why"),
    [
        ("", {}, f"The file is empty: its first line must name the columns. {KNOWN}"),
        ("\ufeff\n\n", {}, f"The file is empty: its first line must name the columns. {KNOWN}"),
        ("name,email\n", {}, f"There is no column for: external_ref. {KNOWN}"),
        ("external_ref,name,Name\n", {}, f"More than one column for: name. {KNOWN}"),
        (
            "external_ref,phone\n",
            {},
            "Unknown columns: 'phone'. Map each with --map COLUMN=FIELD"
            f" or leave it out with --ignore COLUMN. {KNOWN}",
        ),
        ("external_ref,na\0me\n", {}, r"Unknown columns: 'na\x00me'."),
        ("external_ref,\n", {}, "Unknown columns: ''."),
        ("external_ref\n", {"ignored": ["fax"]}, "no column 'fax', only 'external_ref'."),
        ("external_ref\n", {"mapped": {"No": "name"}}, "no column 'No', only 'external_ref'."),
        ("external_ref\n", {"mapped": {"external_ref": "key"}}, "Unknown columns: 'external_ref'."),
        (b"external_ref,name\n1,Ada\n2,Andr\xe9\n", {}, "Line 3 is not UTF-8 text"),
        ("external_ref,name".encode("utf-16"), {}, "Line 1 is not UTF-8 text"),
        (b"external_ref,name\n1,caf\xc3", {}, "Line 2 is not UTF-8 text"),
        (
            'external_ref,name\n1,Ada\n2,"Bob\n3,Cy\n',
            {},
            "Line 3 is not CSV: a quote that is opened there is not closed.",
        ),
        ('external_ref,name\n1,"A"da\n', {}, "Line 2 is not CSV: ',' expected after '\"'."),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    bring: Bring, content: str | bytes, choices: dict[str, Any], why: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        await bring("customers", content, **choices)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("x" * 1_048_576, "String should have at most 200 characters"),
        ("A\0da", "Text may not hold control characters or half a surrogate pair."),
        ("\u200b\ufffe", "Text may not hold characters that Unicode keeps unassigned."),
        ('"A\r\nda"', "Expected one line of text."),
    ],
)
async def test_a_cell_that_no_field_can_hold_is_the_fault_of_its_row(
    bring: Bring, cell: str, message: str
) -> None:
    wrong = await faults(bring("customers", f"external_ref,name\n{unique('buyer')},{cell}\n"))
    assert [(it.line, it.column, it.message) for it in wrong] == [(2, "name", message)]


async def test_a_price_without_a_currency_is_asked_about(bring: Bring) -> None:
    wrong = await faults(bring("items", f"sku,name,price\n{unique('CHAIR')},Chair,5\n"))
    message = "A price needs a currency: a column `currency`, or --currency."
    assert [(it.line, it.column, it.message) for it in wrong] == [(2, "price", message)]


@pytest.mark.parametrize("price", ["12,50", "1e3", "-5", "EUR 5", "1 000", ".5", "NaN", "5.12345"])
async def test_a_price_that_could_be_misread_is_refused(bring: Bring, price: str) -> None:
    content = f'sku,name,price\n{unique("CHAIR")},Chair,"{price}"\n'
    wrong = await faults(bring("items", content, currency="EUR"))
    assert [(it.line, it.column) for it in wrong] == [(2, "price")]


@pytest.mark.parametrize("quantity", ["5.0", "1e3", "1,000", "0x10", "٣", "+5", "05", ""])
async def test_a_quantity_that_could_be_misread_is_refused(bring: Bring, quantity: str) -> None:
    wrong = await faults(bring("stock", f'sku,location,quantity\nA,B,"{quantity}"\n'))
    assert [(it.line, it.column) for it in wrong] == [(2, "quantity")]
