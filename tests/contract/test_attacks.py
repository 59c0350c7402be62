"""docs/attacks.md lists what is attacked: no attack without a test, no test that it leaves out."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_attack_of_the_list_is_tried_and_every_attack_is_listed() -> None:
    listed = set(re.findall(r"\*\*b(\d+)\*\*", (ROOT / "docs" / "attacks.md").read_text()))
    tried: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"def test_((?:b\d+_)+)", path.read_text()):
            tried |= set(re.findall(r"\d+", name))

    assert tried == listed
