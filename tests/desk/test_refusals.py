"""What cannot be saved is refused with the fact and the remedy, and no word that was typed is lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from circulars.errors import MachineError, Place, Problem
from desk.desks import Reader

NAME = "tsb-circular-213"
ACCESS = os.access
PATH = ("body", 1, "en")
OLD = "The U4SSC meeting will be held in English and Spanish."


def refuse(*_: object, **__: object) -> None:
    """What the system says of a folder that cannot be written."""
    raise MachineError(Problem(Place("letters"), "cannot-write", "Permission denied", "make it writable"))


def test_a_folder_that_cannot_be_written_says_so_on_every_page(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is typed."""
    before = [reader.get(path).text for path in ("/", f"/letters/{NAME}")]
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and ACCESS(path, mode))
    after = [reader.get(path).text for path in ("/", f"/letters/{NAME}")]

    assert ["cannot be written" in page for page in (*before, *after)] == [False, False, True, True]


def test_what_cannot_be_written_is_refused_with_what_was_typed(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without scripts the page that answers is all that the writer has."""
    monkeypatch.setattr("circulars.desk.letter_file.save", refuse)
    answer = reader.edit(NAME, PATH, OLD, "Typed <words>.", Accept="text/html")

    assert answer.status == 403
    assert "cannot be written" in answer.text and "make it writable" in answer.text
    assert "Typed &lt;words&gt;." in answer.text


def test_an_old_page_gives_back_what_was_typed(reader: Reader) -> None:
    """The token of an earlier desk does not save the text, but the page shows it."""
    answer = reader.post(f"/letters/{NAME}/text", {"token": "old", "text": "Typed words."})

    assert answer.status == 403
    assert "Typed words." in answer.text


def test_an_error_of_the_program_gives_back_what_was_typed(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is."""
    monkeypatch.setattr("circulars.desk.edits.LetterEdits.make", lambda *_: 1 // 0)

    answer = reader.edit(NAME, PATH, OLD, "Typed words.", Accept="text/html")

    assert answer.status == 500
    assert "Typed words." in answer.text


def test_a_build_that_cannot_be_written_does_not_blame_the_letter(office: Path, reader: Reader) -> None:
    """The letter has no problem: the folder of the output is a file."""
    shutil.rmtree(office / "output")
    (office / "output").write_text("")

    answer = reader.post(f"/letters/{NAME}/build")

    assert answer.status in (403, 500)
    assert "Solve the problems" not in answer.text
