"""The shape of one selection: its depth, its aliases, its repetitions and its cost."""

from dataclasses import dataclass, field

from graphql_schema.limits.cost import CEILING, Cost


@dataclass(slots=True)
class Shape:
    """Everything counted below one selection set, with its fragments expanded."""

    depth: int = 0
    introspection_depth: int = 0
    aliases: int = 0
    fields: int = 0
    comparisons: int = 0
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    cost: Cost = field(default_factory=Cost)
    row_cost: Cost = field(default_factory=Cost)
    sent_cost: Cost = field(default_factory=Cost)
    work: Cost = field(default_factory=Cost)

    def absorb(self, other: "Shape") -> None:
        """Take in a fragment's selections as if they had been written here."""
        self.depth = max(self.depth, other.depth)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.aliases = min(self.aliases + other.aliases, CEILING)
        self.fields = min(self.fields + other.fields, CEILING)
        self.comparisons = min(self.comparisons + other.comparisons, CEILING)
        self.cost.add(other.cost)
        self.row_cost.add(other.row_cost)
        self.sent_cost.add(other.sent_cost)
        self.work.add(other.work)
        for name, (size, squares) in other.sizes.items():
            self.repeat(name, size, squares)

    def enclose(self, name: str, aliased: bool, inner: "Shape", introspects: bool) -> None:
        """Take in one field and what it selects."""
        if introspects:
            self.introspection_depth = max(self.introspection_depth, 1 + inner.introspection_depth)
        else:
            self.depth = max(self.depth, 1 + inner.depth)
            self.introspection_depth = max(self.introspection_depth, inner.introspection_depth)
        self.aliases = min(self.aliases + aliased + inner.aliases, CEILING)
        self.fields = min(self.fields + 1, CEILING)
        self.comparisons = min(self.comparisons + inner.compared(), CEILING)
        size = min(1 + inner.size(), CEILING)
        self.repeat(name, size, size * size)

    def repeat(self, name: str, size: int, squares: int) -> None:
        known_size, known_squares = self.sizes.get(name, (0, 0))
        self.sizes[name] = (min(known_size + size, CEILING), known_squares + squares)

    def size(self) -> int:
        return sum(size for size, _ in self.sizes.values())

    def compared(self) -> int:
        """Pairs of fields that answer to the same name, each with all that lies under both."""
        here = sum((size * size - squares) // 2 for size, squares in self.sizes.values())
        return self.comparisons + here
