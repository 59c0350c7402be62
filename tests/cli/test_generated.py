"""What libraries generate at a start is compiled once, and the next start finds it."""

import os
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from marshal import dumps
from pathlib import Path

import pytest

START = """
import builtins
compiled, compile = [], builtins.compile
builtins.compile = lambda *told, **named: compiled.append(told[0]) or compile(*told, **named)

from api.cli import generated
from dataclasses import dataclass
@dataclass
class Chair:
    legs: "int"

generated.keep()
print(sum("legs" in str(text) for text in compiled), Chair(legs=4), generated.FILE)
"""


def start(tmp_path: Path) -> tuple[int, str, Path]:
    """How often the chair's code was compiled, the chair, and where it is remembered."""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", START],
        env=bare | {"PYTHONPYCACHEPREFIX": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    compiled, chair, file = done.stdout.split()
    return int(compiled), chair, Path(file)


def test_a_second_start_compiles_nothing_anew(tmp_path: Path) -> None:
    first, made, _ = start(tmp_path)
    again, remembered, _ = start(tmp_path)

    assert first > 0
    assert again == 0
    assert made == remembered == "Chair(legs=4)"


@pytest.mark.parametrize(
    "found", [b"", b"no bytecode", dumps(7), dumps((b"older Python", {})), dumps((MAGIC_NUMBER, 7))]
)
def test_what_cannot_be_used_is_made_anew(tmp_path: Path, found: bytes) -> None:
    *_, file = start(tmp_path)
    file.write_bytes(found)

    compiled, chair, _ = start(tmp_path)

    assert compiled > 0
    assert chair == "Chair(legs=4)"
    assert start(tmp_path)[0] == 0
