"""What is to be reached, by program and reference."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A ratio that is to be reached, or else not to be exceeded."""

    ratio: float
    at_most: bool = False

    def is_met(self, ratio: float) -> bool:
        """Whether this is good enough."""
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.ratio:g}"


GOALS = {
    ("attack", "goal-100ms"): Goal(1.0, at_most=True),
    ("attack", "alone-p99"): Goal(2.0, at_most=True),
    ("graphql-nested", "limit"): Goal(0.5),
    ("graphql-nested", "mercurius-jit"): Goal(1.4),
    ("graphql-nested", "graphql-core"): Goal(20),
    ("graphql-point", "mercurius-jit"): Goal(0.5),
    ("rest-list", "limit"): Goal(0.55),
    ("rest-list", "fastify"): Goal(1.0),
    ("rest-point", "limit"): Goal(0.6),
    ("place-order", "pgbench"): Goal(0.5),
    ("hot-item", "pgbench"): Goal(0.6),
    ("export", "copy"): Goal(0.3),
    ("export", "goal-32MiB"): Goal(1, at_most=True),
    ("import", "copy"): Goal(0.1),
    ("start", "goal-6s"): Goal(1, at_most=True),
    ("start", "goal-2s"): Goal(1, at_most=True),
    ("start", "goal-160MiB"): Goal(1, at_most=True),
    ("growth", "small"): Goal(1.2, at_most=True),
}
