"""What a caller adds to a command, whatever the command is."""

from dataclasses import dataclass
from typing import Any

from api.domain.errors import (
    BadRequest,
    IdempotencyKeyRequired,
    PreconditionFailed,
    PreconditionRequired,
    VersionConflict,
)
from api.domain.operations import Key, Operation


@dataclass(frozen=True, slots=True)
class Terms:
    """Retried safely, on one of which versions or on none yet, or only tried out."""

    key: str | None = None
    expected_versions: tuple[int, ...] = ()
    any_version: bool = False
    absent: bool = False
    validate_only: bool = False

    @property
    def preconditions(self) -> tuple[object, ...]:
        """What the command may meet, if that was said."""
        if self.expected_versions or self.any_version or self.absent:
            return sorted(self.expected_versions), self.any_version, self.absent
        return ()

    def check(self, operation: Operation[*tuple[Any, ...], Any]) -> None:
        """Refuse terms that the operation cannot be done under."""
        if operation.key is Key.REQUIRED and self.key is None and not self.validate_only:
            raise IdempotencyKeyRequired(f"{operation.name} needs an idempotency key.")
        if operation.key is Key.REFUSED and self.key is not None:
            raise BadRequest(
                f"{operation.name} takes no idempotency key: its answer is not stored."
            )
        if self.validate_only and not operation.tried:
            raise BadRequest(f"{operation.name} cannot be tried out: its answer counts at once.")
        named = bool(self.expected_versions)
        if named and not (operation.versioned or operation.upserts):
            raise BadRequest(f"{operation.name} takes no expected version.")
        if self.absent and (named or self.any_version or not operation.upserts):
            raise BadRequest(f"{operation.name} cannot be asked to find nothing there.")
        if operation.versioned and not named and not self.any_version:
            raise PreconditionRequired(
                "Say which version you change: If-Match, or expectedVersion."
            )

    def judge(self, what: str, version: int | None) -> None:
        """Refuse a version that the caller did not expect, where None says that there is none."""
        expected = self.expected_versions
        if version is None and (self.any_version or expected):
            raise PreconditionFailed(f"There is no such {what} to replace.")
        if version is not None and self.absent:
            raise PreconditionFailed(f"There is such a {what} already.", version)
        if version is not None and expected and version not in expected:
            raise VersionConflict.of(what, version, max(expected))


PLAIN = Terms()
