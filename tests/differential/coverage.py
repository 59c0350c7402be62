"""What a run has to have seen, so that it proves something."""

from collections import Counter
from dataclasses import dataclass, field

from tests.differential.questions import Question
from tests.differential.sides import Answer

PLAIN = (
    *("alias", "the same selection twice", "one field with two selections"),
    *("one root field with two selections", "__typename", "__typename at the root"),
    *("inline fragment", "inline fragment with its type", "fragment on an interface"),
    *("fragment on an interface inside another", "type condition", "named fragment"),
    *("named fragment on an interface", "fragment spread again", "several operations"),
    *("@skip with a literal", "@skip with a variable", "@include with a literal"),
    *("@include with a variable", "variable", "variable used twice", "variable with a default"),
    *("default overruled", "variable that is null", "optional variable missing"),
    *("variable inside a value", "one value where a list is taken", "shorthand"),
    *(
        "link",
        "field nodes",
        "field edges",
        "field pageInfo",
        "where",
        "orderBy",
        "after",
        "before",
    ),
    *("thing by reference", "root me", "root node", "root nodes", "root item", "root items"),
    *("root category", "root categories", "root location", "root locations", "root stockLevel"),
    *("root stockLevels", "root stockMovements", "root posting", "root postings"),
    *("root stockAsOf", "root customer", "root customers", "root order", "root orders"),
    *("root fulfillments", "root user", "root users", "root apiKeys", "sent by GET"),
    *("root sessions", "root allSessions", "root audit", "root report", "root itemImages"),
    *("root trustedDocument", "root upload"),
    "mutation",
)
"""The engine itself must have answered documents with each of these."""

AMISS = (
    *("id of nothing", "page out of range", "first and last", "cursor of another list"),
    *("required variable missing", "variable of a wrong kind"),
    *("null where there must be something", "operation not named", "operation of no such name"),
    *("too deep", "too costly", "not valid", "introspection"),
)
"""These are rare; a long run must have met each."""

FAILURES = (
    *("operation raises", "key left out", "null", "a thing of another type", "odd value"),
    *("list for object, object for list", "odd field", "page spoilt"),
)
"""These are injected; a long run must have met each."""

LONG = 2000
SHARE = 0.6
SHARE_OF_FINE = 0.95


@dataclass
class Coverage:
    """What one run saw."""

    documents: int = 0
    undisturbed: int = 0
    by_engine: int = 0
    fine: int = 0
    fine_by_engine: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def note(self, question: Question, answer: Answer) -> None:
        """Count a question and what the engine's side answered."""
        answered = not answer.by_core and answer.body.startswith(b'{"data":')
        self.documents += 1
        self.seen.update(set(question.seen))
        self.met.update(answer.met)
        if answered:
            self.answered.update(set(question.seen))
        if question.failures is None:
            self.undisturbed += 1
            self.by_engine += answered
        if b'"errors":[{' not in answer.body and not question.seen["introspection"]:
            self.fine += 1
            self.fine_by_engine += answered

    @property
    def share(self) -> float:
        """How many of the questions without injected failures the engine answered itself."""
        return self.by_engine / max(self.undisturbed, 1)

    @property
    def share_of_fine(self) -> float:
        """The same of all answers in which nothing is amiss; what is left is not compiled."""
        return self.fine_by_engine / max(self.fine, 1)

    @property
    def gaps(self) -> list[str]:
        """What this run should have seen and did not."""
        missing = [f"answered by the engine: {name}" for name in PLAIN if not self.answered[name]]
        if self.documents >= LONG:
            missing += [f"asked: {name}" for name in AMISS if not self.seen[name]]
            missing += [f"injected: {name}" for name in FAILURES if not self.met[name]]
        if self.share < SHARE:
            missing.append(f"answered by the engine: {SHARE:.0%}, not {self.share:.0%}")
        if self.share_of_fine < SHARE_OF_FINE:
            missing.append(
                f"answered by the engine where nothing is amiss: {SHARE_OF_FINE:.0%},"
                f" not {self.share_of_fine:.0%}"
            )
        return missing

    @property
    def table(self) -> str:
        """Each feature, how often it was seen, and how often the engine answered it itself."""
        rows = [("feature", "documents", "by the engine")]
        for name in (*PLAIN, *AMISS):
            rows.append((name, str(self.seen[name]), str(self.answered[name])))
        rows += [(f"injected: {name}", str(self.met[name]), "") for name in FAILURES]
        return "\n".join(f"{name:42}{seen:>10}{by:>15}" for name, seen, by in rows)
