"""The encoding of a list in a merge: it is shown before anything is made, and a resumed merge keeps it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from merge.mailroom import MailRoom, people, table

WORDS = ("Größer", "Müller", "Schäfer", "Köhler", "Weiß", "Jäger", "Grün", "Fröhlich", "Österreich", "Häuser", "Brüder")


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A letter that shows an organization and a surname, and no list yet."""
    made = MailRoom(tmp_path)
    made.write([])
    return made


def write(room: MailRoom, words: tuple[str, ...], encoding: str) -> None:
    """Writes a list with these surnames."""
    ascii_only = {"name": "Ana", "title": "", "organization": "Org"}
    rows = [row | ascii_only | {"surname": word} for row, word in zip(people(len(words)), words, strict=True)]
    (room.folder / "list.csv").write_bytes(table(rows).encode(encoding))


def test_the_encoding_is_shown_before_and_after(room: MailRoom) -> None:
    """A dry run, a preview and a merge say how they read the list."""
    write(room, WORDS, "cp1252")

    for options in (["--dry-run"], ["--preview"], []):
        done = room.merge("--formats", "docx", *options)
        assert done.returncode == 0, done.stderr
        assert (
            "read-as  this file is not UTF-8; it is read as Windows-1252: 'Größer', 'Müller', 'Schäfer'" in done.stdout
        )
        assert "--encoding NAME names another encoding, if these words are wrong" in done.stdout


def test_a_list_whose_encoding_is_not_certain_is_refused_with_the_options_to_read_it(room: MailRoom) -> None:
    """Each option says what it would read."""
    write(room, ("Møn",), "cp1252")

    done = room.merge("--formats", "txt")

    assert done.returncode == 1
    assert "--encoding windows-1252 reads 'Møn'" in done.stderr
    assert "it is not certain in which other encoding it is" in done.stderr
    assert room.merge("--formats", "txt", "--encoding", "windows-1252").returncode == 0
    assert any(b"M\xc3\xb8n" in data for data in room.files().values())


def test_a_resumed_merge_keeps_the_encoding_of_its_list(room: MailRoom) -> None:
    """Nobody has to type it again; another one would be a changed list."""
    write(room, ("Møn", "Ana"), "cp1252")
    assert room.merge("--formats", "txt", "--encoding", "windows-1252").returncode == 0
    with closing(sqlite3.connect(room.made / "merge-files.sqlite")) as ledger:
        stored = ledger.execute("SELECT value FROM facts WHERE name = 'encoding'").fetchall()

    assert stored == [('"windows-1252"',)]
    assert room.merge("--formats", "txt", "--resume").returncode == 0
    other = room.merge("--formats", "txt", "--resume", "--encoding", "windows-1251")
    assert other.returncode == 1
    assert "changed-plan" in other.stderr
