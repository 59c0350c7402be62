"""What may be set is told in full, and read as it is told."""

import pytest

from api.settings import Settings


def test_every_setting_stands_in_one_group_and_says_what_it_is_for() -> None:
    groups = [name for group in Settings.__bases__ for name in group.__annotations__]

    assert sorted(groups) == sorted(Settings.model_fields)
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_lists_come_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOCKROOM_TRUSTED_PROXIES", "10.0.0.1/8, ::1")

    assert Settings(_env_file=None).trusted_proxies == ("10.0.0.0/8", "::1/128")
