"""What may be asked about customers."""

from enum import StrEnum
from typing import Annotated

from pydantic import MISSING, AfterValidator, Field, StringConstraints

from api.domain.fields import Email, Filter, Name, SearchText, Strict, clean_line

ExternalRef = Annotated[
    str, StringConstraints(strict=True, max_length=100), AfterValidator(clean_line)
]


class CreateCustomer(Strict):
    """A new customer."""

    name: Name
    email: Email | None = None
    external_ref: ExternalRef | None = Field(
        None, description="The customer's key in another system; `ref:<it>` then stands for the id."
    )


class UpdateCustomer(Strict):
    """What is to change; what is not named stays as it is."""

    name: Name | MISSING = MISSING
    email: Email | None | MISSING = MISSING
    external_ref: ExternalRef | None | MISSING = MISSING


class CustomerFilter(Filter):
    """Which customers."""

    q: SearchText | None = Field(
        None, description="Part of the name, the e-mail address or the external reference."
    )
    email: Email | None = Field(None, description="Exactly this e-mail address, in any case.")
    external_ref: ExternalRef | None = Field(None, description="Exactly this reference.")


class CustomerSort(StrEnum):
    """What customers can be sorted by."""

    NAME = "NAME"
    CREATED_AT = "CREATED_AT"
