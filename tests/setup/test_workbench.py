"""dev.py on the machine of somebody who has only just heard of the shop."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What dev.py reads before it has made anything."""
    for name in ("dev.py", "requirements.lock", "requirements-runtime.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def dev(checkout: Path, *arguments: str, python: tuple[str, ...] = ()) -> tuple[int, str]:
    command = [sys.executable, *(python or (str(checkout / "dev.py"),)), *arguments]
    done = subprocess.run(
        command, cwd=checkout, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_help_names_every_command_and_makes_nothing(checkout: Path, arguments: list[str]) -> None:
    code, said = dev(checkout, *arguments)
    assert code == 0
    for command in ("up", "test", "check", "contracts", "migration NAME", "bench [NAME]", "lock"):
        assert f"python3 dev.py {command}" in said
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [(["serve"], "no command serve"), (["migration"], "dev.py migration add_reorder_points")],
)
def test_a_mistyped_command_is_answered_with_what_to_type(
    checkout: Path, arguments: list[str], advice: str
) -> None:
    code, said = dev(checkout, *arguments)
    assert (code, advice in said, "Traceback" in said) == (1, True, False)


def test_an_old_python_is_told_which_one_to_take(checkout: Path) -> None:
    run_as_old = (
        "import runpy, sys; sys.version_info = (3, 9, 2);"
        "sys.argv = ['dev.py', 'up']; runpy.run_path('dev.py', run_name='__main__')"
    )
    code, said = dev(checkout, python=("-c", run_as_old))
    assert (code, said.count("\n")) == (1, 1)
    assert "needs Python 3.11 or newer, and this is 3.9" in said


def test_an_old_python_can_read_the_file_at_all() -> None:
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_virtual_environments_is_told_what_to_install(
    checkout: Path, missing: str
) -> None:
    (checkout / f"{missing}.py").write_text(f"raise ImportError('none', name={missing!r})\n")
    code, said = dev(checkout, "up")
    assert (code, "Traceback" in said) == (1, False)
    assert f"without the module {missing}" in said
    assert "apt install python3-venv" in said


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-runtime.lock"])
def test_every_locked_package_has_a_hash_and_no_host_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = re.split(r"\n(?=\S)", text)
    assert len(packages) > 40
    assert all(re.match(r"\S+==\S+.*\\\n +--hash=sha256:", package) for package in packages)
    assert "://" not in text


def test_the_image_gets_the_same_versions_as_the_workbench_and_no_test_tools() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(), re.MULTILINE))

    served, developed = pins("requirements-runtime.lock"), pins("requirements.lock")
    assert served < developed
    assert not [pin for pin in served if pin.startswith(("pytest", "mypy", "ruff", "uv=="))]
