"""What is wrong with a filter as such."""

from dataclasses import dataclass

from api.domain.refusals import Kind, StockroomError


@dataclass(eq=False)
class UnknownFilter(StockroomError):
    """A filter names a field or an operator that is not offered there."""

    kind = Kind.BAD_REQUEST
    field: str = ""

    @classmethod
    def at(cls, name: str, of: str) -> "UnknownFilter":
        """The refusal of a name in one of the types that filters are made of."""
        return cls(f"There is no {name[:100]} in {of}.", name[:100])
