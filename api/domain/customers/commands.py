"""What may be asked about customers."""

from typing import Annotated

from pydantic import MISSING, AfterValidator, Field, StringConstraints

from api.domain.fields import Email, Name, Strict, clean_line

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


class UpsertCustomer(CreateCustomer):
    """All that is said of a customer; what is not named is emptied, but for the reference."""

    external_ref: ExternalRef | MISSING = Field(  # type: ignore[assignment]  # the address says it
        MISSING, description="The customer's key in another system, which the address may say."
    )


class UpdateCustomer(Strict):
    """What is to change; what is not named stays as it is."""

    name: Name | MISSING = MISSING
    email: Email | None | MISSING = MISSING
    external_ref: ExternalRef | None | MISSING = MISSING
