"""Undo goes back by steps, and only one program writes at a time."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.desk.edits import LetterEdits, TextEdit, typed_characters
from circulars.desk.fields import letter_fields, text_hash
from circulars.desk.letter_file import read_letter_file
from circulars.files.output import locked_folder
from circulars.workspace import Workspace
from desk.desks import Reader, served

NAME = "tsb-circular-213"
PATH = ("body", 1, "en")
OLD = "The U4SSC meeting will be held in English and Spanish."

SUBJECT = "Eighth Meeting of the United for Smart Sustainable Cities (U4SSC) Initiative\n(Madrid, Spain, {{ meeting }})"


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def typing(desk: LetterEdits, office: Path, *texts: str) -> None:
    """Writes the texts one after another in place of the paragraph."""
    was = OLD
    for text in texts:
        version = read_letter_file(NAME, Workspace(office)).version
        desk.make(NAME, TextEdit(version, PATH, text_hash(was), text))
        was = text


def test_a_pause_begins_a_new_step(office: Path, letter: Path) -> None:
    """What was typed before it stays when what was typed after it is undone."""
    seconds: Iterator[float] = iter([0.0, 4.0, 8.0, 13.0, 14.0, 15.0])
    desk = LetterEdits(Workspace(office), lambda: next(seconds))
    before = letter.read_bytes()
    typing(desk, office, "One", "One two", "One two three", "One two three four")

    assert desk.undo(NAME).field.text == "One two three"
    assert desk.undo(NAME).field.text == OLD
    assert letter.read_bytes() == before


def test_much_that_is_typed_without_a_pause_is_several_steps(office: Path, letter: Path) -> None:
    """Undo does not take an hour's work back at once."""
    desk = LetterEdits(Workspace(office), lambda: 0.0)
    texts = [OLD + " word" * count for count in range(10, 101, 10)]
    typing(desk, office, *texts)

    undone = [desk.undo(NAME).field.text for _ in range(3)]

    assert undone == [texts[7], texts[3], OLD]


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [("", "", 0), ("abc", "abc", 0), ("ab", "axb", 1), ("abc", "ac", 1), ("aaa", "aa", 1), ("one", "two", 3)],
)
def test_only_what_changed_is_counted(old: str, new: str, count: int) -> None:
    """Words before and after it are not."""
    assert typed_characters(old, new) == count


def test_two_desks_lose_nothing(reader: Reader, office: Path, letter: Path) -> None:
    """Each writes another paragraph at the same time; no edit that was acknowledged is overwritten."""
    statuses: list[int] = []

    def write(browser: Reader, number: int, was: str) -> None:
        page = browser.get(f"/letters/{NAME}").text
        version = re.findall(r'name="version" value="([0-9a-f]{64})"', page)[0]  # the file may be another one by now
        for text in (f"{number} {count}" for count in range(10)):
            answer = browser.edit(NAME, ("body", number, "en"), was, text, version)
            statuses.append(answer.status)
            was, version = text, answer.said["version"]

    fields = letter_fields(letter.read_bytes(), "", letter.parent)
    texts = {one.path: one.text for one in fields.fields}
    with served(office) as other:
        other.begin()
        writers = [(reader, 1), (other, 2)]
        threads = [
            threading.Thread(target=write, args=(browser, number, texts["body", number, "en"]))
            for browser, number in writers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert statuses == [200] * 20
    after = {one.path: one.text for one in letter_fields(letter.read_bytes(), "", letter.parent).fields}
    assert {path: text for path, text in after.items() if text != texts[path]} == {
        ("body", 1, "en"): "1 9",
        ("body", 2, "en"): "2 9",
    }


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("text", {"path": json.dumps(PATH), "was": text_hash(OLD), "text": "Mine"}),
        ("entry", {"path": '["body", 1]', "act": "remove"}),
        ("entry", {"path": '["body", 0]', "act": "down"}),
        ("undo", {}),
    ],
    ids=["text", "remove", "move", "undo"],
)
def test_no_edit_is_made_while_another_program_edits(
    address: str, form: dict[str, str], reader: Reader, office: Path, letter: Path
) -> None:
    """It waits, and then sees what the other one wrote."""
    reader.edit(NAME, ("subject", "en"), SUBJECT, "Subject")
    version = reader.version(NAME)
    answers = []
    post = threading.Thread(
        target=lambda: answers.append(reader.post(f"/letters/{NAME}/{address}", {"version": version, **form}))
    )
    with locked_folder(office):
        post.start()
        post.join(0.5)
        assert post.is_alive()
        letter.write_bytes(letter.read_bytes().replace(OLD.encode(), b"Theirs"))
        before = letter.read_bytes()
    post.join()

    assert [one.status for one in answers] == [409]
    assert letter.read_bytes() == before
