"""Customers."""

from functools import partial

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt, PublicId, Versioned, words
from api.domain.fields import Id, new_id


class Customer(Versioned, Base):
    """Somebody who orders; a login of the role CUSTOMER is tied to one by `users.customer_id`."""

    __tablename__ = "customers"
    __table_args__ = (words("ix_customers_words", "name", "email", "external_ref"),)

    id: Mapped[Id] = mapped_column(
        PublicId("customer"), primary_key=True, default=partial(new_id, "customer")
    )
    name: Mapped[str] = mapped_column(String(200), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    external_ref: Mapped[str | None] = mapped_column(String(100), unique=True)
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
