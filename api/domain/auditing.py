"""What an area says of its books, for the audit to recompute."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of the books as SQL that finds its breaches: subject, expected, found."""

    name: str
    breaches: str


@dataclass(slots=True)
class Difference:
    """One place where the books contradict themselves."""

    check: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.check}; expected {self.expected}, found {self.found}"
