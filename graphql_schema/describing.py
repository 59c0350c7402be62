"""What the schema says of an operation."""

import inspect

from api.domain.actors import Permission
from api.domain.operations import AnyOperation


def described(operation: AnyOperation) -> str:
    """What it does, and which permission that takes."""
    said = inspect.cleandoc(operation.function.__doc__ or "")
    public = operation.permission is Permission.PUBLIC
    return f"{said}\n\n{'Open to everybody.' if public else f'Needs `{operation.permission}`.'}"
