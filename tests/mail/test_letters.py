"""What letters say, and where they are when there is no mail server."""

from pathlib import Path

import pytest

from api.domain.letters import Letter, Occasion
from api.mail import PostOffice
from api.mail.folder import Folder
from api.mail.rendering import written
from tests.letters import Mailbox, text_of

SHOP = "https://shop.example.com"
WORDS = {"name": "Ada", "hours": "24"}


@pytest.mark.parametrize("occasion", Occasion)
def test_every_occasion_has_a_letter_that_says_the_same_twice(occasion: Occasion) -> None:
    letter = written(Letter(occasion, "ada@example.com", WORDS, "c" * 43), "shop@example.com", SHOP)

    assert letter["Subject"]
    assert "$" not in text_of(letter)
    assert [word for word in text_of(letter).split() if word not in text_of(letter, "html")] == []


@pytest.mark.parametrize("evil", ["a@example.com\nBcc: b@example.com", "a@example.com\rBcc: b@c"])
def test_no_letter_has_a_line_that_its_writer_did_not_mean(evil: str) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        written(Letter(Occasion.NO_ACCOUNT, evil), "shop@example.com", SHOP)


async def test_without_a_mail_server_letters_are_files_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    post = PostOffice(Folder(tmp_path / "mail"), "shop@example.com", SHOP)
    await post.send(Letter(Occasion.CONFIRM_EMAIL, "ada@example.com", WORDS, "c" * 43))

    [letter] = await Mailbox(tmp_path, "ada@example.com").letters()
    [file] = (tmp_path / "mail").iterdir()
    assert f"{SHOP}/confirm-email#code={'c' * 43}" in file.read_text()
    assert letter.get_content_type() == "multipart/alternative"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_a_letter_that_cannot_be_written_down_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("no folder")
    post = PostOffice(Folder(tmp_path / "mail"), "shop@example.com", SHOP, retries=())

    await post.send(Letter(Occasion.NO_ACCOUNT, "ada@example.com"))

    assert (tmp_path / "mail").read_text() == "no folder"
