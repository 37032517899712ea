"""Files whose edits are not taken, because they are damaged or of another letter."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from circulars.errors import LetterError
from circulars.pack import forget_packs
from circulars.pack_files import SHIPPED
from circulars.review.word_edits import pull_edits
from circulars.workspace import Workspace
from review.word_edits.pulled import letter_in, outcomes, pulled, with_words, word_file

BODY = "body:\n  - en: 'It is open to all.'\n"


def _codes(data: bytes, letter: Path, into: Path) -> list[str]:
    with pytest.raises(LetterError) as error:
        pull_edits(data, "edited.docx", Workspace(letter.parent.parent), into)
    return [problem.code for problem in error.value.problems]


@pytest.mark.parametrize(
    ("old", "new"), [("number: 214", "number: 215"), ("kind: tsb-circular", "kind: tsb-collective")]
)
def test_a_word_file_of_another_letter_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """The words would land in a letter in which nobody edited them."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    other = letter.with_name("other.yaml")
    other.write_text(letter.read_text().replace(old, new))

    assert _codes(data, letter, other) == ["another-letter"]


def test_a_file_that_is_no_letter_is_refused(tmp_path: Path) -> None:
    """Whatever else is named is not edited."""
    letter = letter_in(tmp_path, BODY)
    other = tmp_path / "passwd"
    other.write_text("root:x:0:0:root:/root:/bin/bash\n")

    assert _codes(word_file(letter), letter, other) == ["another-letter"]


def test_a_letter_with_another_name_or_a_number_of_its_own_is_the_same(tmp_path: Path) -> None:
    """A letter may be renamed, and a draft gets its number later."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    renamed = letter.with_name("renamed.yaml")
    renamed.write_bytes(letter.read_bytes())
    letter.write_text(letter.read_text().replace("number: 214", "number: 300"))

    for into in (renamed, letter):
        assert outcomes(pull_edits(data, "edited.docx", Workspace(tmp_path), into)) == [("words", "taken")]


def test_a_file_without_a_body_is_damaged(tmp_path: Path) -> None:
    """It does not count as one from which everything was removed."""
    letter = letter_in(tmp_path, BODY)
    made = BytesIO()
    with ZipFile(BytesIO(word_file(letter))) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"w:body>", b"w:other>"))

    assert _codes(made.getvalue(), letter, letter) == ["unreadable-file"]


def test_a_letter_with_another_name_is_found_by_its_number(tmp_path: Path) -> None:
    """A file's name may change; among several letters with the number nobody knows which one is meant."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    renamed = letter.rename(letter.with_name("renamed.yaml"))
    renamed.with_name("another.yaml").write_text(renamed.read_text().replace("number: 214", "number: 215"))
    renamed.with_name("broken.yaml").write_text("kind: [")

    found = pulled(letter, data)

    assert (found.letter, outcomes(found), found.notes) == (renamed, [("words", "taken")], ())
    renamed.with_name("copy.yaml").write_bytes(renamed.read_bytes())
    with pytest.raises(LetterError, match=r"copy\.yaml and renamed\.yaml have its number"):
        pulled(letter, data)


def test_a_new_letter_with_the_old_name_gets_no_edits_of_the_old_one(tmp_path: Path) -> None:
    """The letter that has the number of the edited file is the one that was edited."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    old = letter.with_name("last-year.yaml")
    old.write_bytes(letter.read_bytes())
    letter.write_text(letter.read_text().replace("number: 214", "number: '300'"))

    assert pulled(letter, data).letter == old


def test_of_several_letters_with_its_number_none_is_guessed(tmp_path: Path) -> None:
    """Not even the one with the name of the edited file, which has another number."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    for name in ("last-year.yaml", "copy.yaml"):
        letter.with_name(name).write_bytes(letter.read_bytes())
    letter.write_text(letter.read_text().replace("number: 214", "number: '300'"))

    with pytest.raises(LetterError, match=r"has another number now, and .* have its number"):
        pulled(letter, data)


def test_a_pack_that_has_changed_since_is_named(tmp_path: Path) -> None:
    """Its words look as if they had been edited, and the report says why."""
    letter = letter_in(tmp_path, BODY)
    data = with_words(word_file(letter), "open to all", "open to everybody")
    pack = shutil.copytree(SHIPPED / "itu", tmp_path / "templates" / "itu")
    words = pack / "words" / "en.yaml"
    words.write_text(words.read_text("utf-8") + "\n# changed\n", "utf-8")
    forget_packs()

    found = pulled(letter, data)

    assert outcomes(found) == [("words", "taken")]
    assert found.notes == ("the pack 'itu' is not the one that the file was made with",)
