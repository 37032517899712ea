"""An edit is in the journal before it is in the file, so nothing that was typed is lost, and undo survives restarts."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars.desk import edits
from circulars.desk.edits import LetterEdits, NothingToUndoError, TextEdit
from circulars.desk.fields import field_at, letter_fields, text_hash
from circulars.desk.letter_file import read_letter_file
from circulars.errors import UsageError
from circulars.source.editing import Remove
from circulars.workspace import Workspace
from desk.desks import Reader

NAME = "tsb-circular-213"
PATH, OTHER = ("body", 1, "en"), ("body", 1, "es")
OLD, NEW = "The U4SSC meeting will be held in English and Spanish.", "The U4SSC meeting is in Spanish."
Desks = Callable[[], LetterEdits]


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


@pytest.fixture
def started(office: Path) -> Desks:
    """A desk that is started again each time, as after a kill -9."""

    def start() -> LetterEdits:
        desk = LetterEdits(Workspace(office), lambda: 0.0)
        desk.recover()
        return desk

    return start


def type_text(desk: LetterEdits, office: Path, text: str, path: tuple[str | int, ...] = PATH) -> None:
    letter = read_letter_file(NAME, Workspace(office))
    field = field_at(letter_fields(letter.data, "", office), path)
    assert field
    desk.make(NAME, TextEdit(letter.version, path, field.was, text))


def kill_while_typing(desk: LetterEdits, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends the desk when the edit is in the journal, and the file is not written yet."""

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(edits, "write_letter_file", kill)
        with pytest.raises(KeyboardInterrupt):
            type_text(desk, office, NEW)


def test_what_is_only_in_the_journal_is_written_at_the_start(
    started: Desks, office: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it can be undone."""
    before = letter.read_bytes()
    kill_while_typing(started(), office, monkeypatch)
    assert letter.read_bytes() == before

    desk = started()

    assert letter.read_bytes() == before.replace(OLD.encode(), NEW.encode())
    desk.undo(NAME)
    assert letter.read_bytes() == before


def test_it_is_merged_with_what_another_program_wrote_since(
    started: Desks, office: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text finds its place, and the other texts stay as the other program has them."""
    kill_while_typing(started(), office, monkeypatch)
    others = letter.read_text(encoding="utf-8").replace("body:\n", "body:\n  - en: First\n", 1)
    letter.write_text(others, encoding="utf-8")

    started()

    assert letter.read_text(encoding="utf-8") == others.replace(OLD, NEW)


def test_where_another_program_changed_the_same_text_somebody_decides(
    reader: Reader, started: Desks, office: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both versions are on the page of the letter until one is chosen; nothing is overwritten."""
    kill_while_typing(started(), office, monkeypatch)
    theirs = letter.read_bytes().replace(OLD.encode(), b"Theirs in English.")
    letter.write_bytes(theirs)
    desk = started()
    now = read_letter_file(NAME, Workspace(office))

    [(text, field)] = desk.undecided(now)

    assert (text.text, field and field.text, letter.read_bytes()) == (NEW, "Theirs in English.", theirs)
    page = reader.get(f"/letters/{NAME}").text
    assert f'name="number" value="{text.number}"' in page and NEW in page
    form = {"number": str(text.number), "act": "save", "was": text_hash("Something else.")}
    assert reader.post(f"/letters/{NAME}/undecided", form).status == 409
    form["was"] = text_hash("Theirs in English.")
    assert reader.post(f"/letters/{NAME}/undecided", form).status == 303
    assert letter.read_bytes() == theirs.replace(b"Theirs in English.", NEW.encode())
    assert desk.undecided(now) == []


def test_a_text_that_is_not_wanted_any_more_is_left_out(
    reader: Reader, started: Desks, office: Path, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file stays as it is."""
    kill_while_typing(started(), office, monkeypatch)
    letter.write_bytes(letter.read_bytes().replace(OLD.encode(), b"Theirs in English."))
    before = letter.read_bytes()
    desk = started()
    [(text, _)] = desk.undecided(read_letter_file(NAME, Workspace(office)))

    answer = reader.post(f"/letters/{NAME}/undecided", {"number": str(text.number), "act": "drop"})

    assert (answer.status, letter.read_bytes()) == (303, before)
    assert NEW not in reader.get(f"/letters/{NAME}").text


def test_undo_and_redo_survive_restarts(started: Desks, office: Path, letter: Path) -> None:
    """Byte for byte, step by step, in whichever desk over the folder."""
    bytes_of = [letter.read_bytes()]
    type_text(started(), office, NEW)
    bytes_of.append(letter.read_bytes())
    started().arrange(NAME, read_letter_file(NAME, Workspace(office)).version, Remove(("body", 0)))
    bytes_of.append(letter.read_bytes())

    found = []
    for step in ("undo", "undo", "redo", "redo"):
        getattr(started(), step)(NAME)
        found.append(bytes_of.index(letter.read_bytes()))

    assert found == [1, 0, 1, 2]
    with pytest.raises(NothingToUndoError):
        started().redo(NAME)


def test_a_new_edit_ends_what_can_be_made_again(started: Desks, office: Path) -> None:
    """Redo would overwrite it."""
    desk = started()
    type_text(desk, office, NEW)
    desk.undo(NAME)
    now = read_letter_file(NAME, Workspace(office))
    assert desk.can_redo(now)

    type_text(desk, office, "Otro texto.", OTHER)

    assert not desk.can_redo(read_letter_file(NAME, Workspace(office)))


def test_a_version_that_a_page_showed_is_known_after_a_restart(started: Desks, office: Path, letter: Path) -> None:
    """An edit of a page from before finds its place in a file that was changed since."""
    shown = read_letter_file(NAME, Workspace(office))
    started().show(shown)
    letter.write_text(
        letter.read_text(encoding="utf-8").replace("body:\n", "body:\n  - en: First\n", 1), encoding="utf-8"
    )

    saved = started().make(NAME, TextEdit(shown.version, PATH, text_hash(OLD), NEW))

    assert saved.field.path == ("body", 2, "en")


def test_what_was_sent_without_an_answer_is_no_conflict(started: Desks, office: Path) -> None:
    """The desk was killed before it answered, and the writer has typed on."""
    shown = read_letter_file(NAME, Workspace(office))
    first, second = "The U4SSC meeting is", "The U4SSC meeting is in"
    started().make(NAME, TextEdit(shown.version, PATH, text_hash(OLD), first))

    edit = TextEdit(shown.version, PATH, text_hash(OLD), NEW, (text_hash(first), text_hash(second)))
    saved = started().make(NAME, edit)

    assert saved.field.text == NEW


def test_the_journal_is_private_and_git_ignores_it(started: Desks, office: Path) -> None:
    """It has the texts of letters that are not published yet."""
    subprocess.run(["git", "init", "-q", office], check=True)
    type_text(started(), office, NEW)

    found = subprocess.run(["git", "-C", office, "status", "--porcelain"], capture_output=True, check=True).stdout
    assert stat.S_IMODE((office / ".desk").stat().st_mode) == 0o700
    assert (office / ".desk/journal.sqlite").exists() and b".desk" not in found


def test_a_damaged_journal_is_put_aside(started: Desks, office: Path, letter: Path) -> None:
    """The letters are in their own files."""
    type_text(started(), office, NEW)
    for file in (office / ".desk").glob("journal.sqlite*"):
        file.write_bytes(b"no database" * 1000)

    type_text(started(), office, "Again.")

    assert "    en: Again.\n" in letter.read_text(encoding="utf-8")
    assert (office / ".desk/damaged-journal.sqlite").exists()


def test_no_link_in_the_place_of_the_journal_is_followed(started: Desks, office: Path) -> None:
    """A folder from somebody else may have one; what it leads to stays as it is."""
    (office / ".desk").mkdir()
    target = office / "target"
    (office / ".desk/journal.sqlite").symlink_to(target)

    type_text(started(), office, NEW)

    assert not target.exists()


def test_a_letter_that_cannot_be_written_stops_no_other(started: Desks, office: Path, letter: Path) -> None:
    """A file with its name cannot be stored on every system."""
    (office / "letters/what?.yaml").write_bytes(letter.read_bytes())
    version = read_letter_file("what?", Workspace(office)).version
    with pytest.raises(UsageError):
        started().make("what?", TextEdit(version, PATH, text_hash(OLD), NEW))

    type_text(started(), office, NEW)

    assert NEW in letter.read_text(encoding="utf-8")


@pytest.mark.parametrize("layout", [1, 2])
def test_a_journal_of_a_former_layout_keeps_its_steps(layout: int, office: Path, started: Desks, letter: Path) -> None:
    """Its tables get what they lack: who made a step, and the drafts of sources."""
    before = letter.read_bytes()
    type_text(started(), office, NEW)
    with sqlite3.connect(office / ".desk/journal.sqlite") as former:
        former.execute("DROP TABLE drafts")
        for table in ("steps", "begun") if layout == 1 else ():
            former.execute(f"ALTER TABLE {table} DROP COLUMN who")
        former.execute(f"PRAGMA user_version = {layout}")
    former.close()

    started().undo(NAME)

    assert letter.read_bytes() == before
    assert not [*(office / ".desk").glob("damaged-*")]
