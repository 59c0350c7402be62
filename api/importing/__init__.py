"""Rows from files: checked by the operations' own commands and written by the operations
themselves.
"""

from api.importing.columns import Fault
from api.importing.files import Unreadable
from api.importing.kinds import KINDS, Kind
from api.importing.transaction import Choices, Outcome, Rejected, Tally, import_file

__all__ = [
    "KINDS",
    "Choices",
    "Fault",
    "Kind",
    "Outcome",
    "Rejected",
    "Tally",
    "Unreadable",
    "import_file",
]
