"""Mailboxes on this machine, as mail programs keep them: nothing in them is changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from circulars.errors import UsageError
from circulars.returned import sources
from circulars.returned.parsing import MAX_BEGINNING
from circulars.returned.sources import open_local
from circulars.returned.understanding import understand
from returned.mails import mbox, person, sample

MAILS = [person(sample(name=f"{n}@example.int"), "ana@example.org") for n in range(3)]


def found(path: Path) -> list[str]:
    """The Message-ID that each message of a mailbox answers."""
    return [understand(one.data).originals[0] for one in open_local(path).messages]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_has_its_messages_in_order(tmp_path: Path, end: bytes) -> None:
    """Also one whose lines end as in Windows, and with a line in a message that begins with "From "."""
    text = MAILS[0].replace(b"Thank you.", b"Thank you.\nFrom here on 2026\n\nFrom now on")
    (tmp_path / "Inbox").write_bytes(mbox([text, *MAILS[1:]]).replace(b"\n", end))

    assert found(tmp_path / "Inbox") == ["0@example.int", "1@example.int", "2@example.int"]


def test_a_folder_has_messages_in_subfolders_and_mboxes_too(tmp_path: Path) -> None:
    """Other files are left alone, and so are hidden ones and links."""
    (tmp_path / "more").mkdir()
    (tmp_path / "a.eml").write_bytes(MAILS[0])
    (tmp_path / "more" / "b.EML").write_bytes(b"\xef\xbb\xbf" + MAILS[1])
    (tmp_path / "more" / "c.mbox").write_bytes(mbox(MAILS[2:]))
    (tmp_path / "d.txt").write_bytes(MAILS[0])
    (tmp_path / ".e.eml").write_bytes(MAILS[0])

    assert found(tmp_path) == ["0@example.int", "1@example.int", "2@example.int"]


def test_a_maildir_has_new_and_old_messages(tmp_path: Path) -> None:
    """Their flags do not change."""
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / "1:2,S").write_bytes(MAILS[0])
    (tmp_path / "new" / "2").write_bytes(MAILS[1])
    (tmp_path / "tmp" / "3").write_bytes(MAILS[2])

    assert found(tmp_path) == ["0@example.int", "1@example.int"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["1:2,S", "2", "3"]


def test_one_message_is_a_mailbox_too(tmp_path: Path) -> None:
    """As it is saved, and as Apple Mail keeps it."""
    (tmp_path / "one.eml").write_bytes(MAILS[0])
    (tmp_path / "two.emlx").write_bytes(f"{len(MAILS[1])}\n".encode() + MAILS[1] + b"<?xml?>")
    (tmp_path / "empty").write_bytes(b"")

    assert found(tmp_path / "one.eml") == ["0@example.int"]
    assert found(tmp_path / "two.emlx") == ["1@example.int"]
    assert found(tmp_path / "empty") == []


@pytest.mark.parametrize(
    ("data", "words", "hint"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "of Outlook (.msg)", "save the messages as .eml"),
        (b"!BDN\0\0", "of Outlook (.pst or .ost)", "save the messages as .eml"),
        (b"PK\x03\x04....", "it is a ZIP file", "unpack it, and name the folder"),
        (b"\x1f\x8b....", "it is compressed", "unpack it"),
        (b"id,name\n1,Ana\n", "it does not begin as a message", "save the messages as .eml"),
    ],
)
def test_another_file_is_refused_with_what_to_do(tmp_path: Path, data: bytes, words: str, hint: str) -> None:
    """What it is, and how to make a mailbox of it."""
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(UsageError) as refused:
        open_local(tmp_path / "x")

    [problem] = refused.value.problems
    assert (problem.code, words in problem.message, hint in problem.hint) == ("wrong-mailbox", True, True)


@pytest.mark.parametrize("kind", ["nothing", "pipe", "device", "an empty folder"])
def test_what_is_no_mailbox_is_refused(tmp_path: Path, kind: str) -> None:
    """Nothing waits for a pipe, and no device is read."""
    path = tmp_path / "x"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "an empty folder":
        path.mkdir()

    with pytest.raises(UsageError, match=r"."):
        open_local(path)


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    """It may lead out of the folder; the other messages are read."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "secret").write_bytes(MAILS[0])
    (tmp_path / "mail" / "a.eml").symlink_to(tmp_path / "secret")
    (tmp_path / "mail" / "b.eml").write_bytes(MAILS[1])

    assert found(tmp_path / "mail") == ["1@example.int"]


def test_a_folder_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with more files is refused before any is read."""
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    for n, data in enumerate(MAILS):
        (tmp_path / f"{n}.eml").write_bytes(data)

    with pytest.raises(UsageError, match="more than 2 files"):
        open_local(tmp_path)


def test_of_a_large_message_only_the_beginning_is_read(tmp_path: Path) -> None:
    """The next message follows it."""
    large = MAILS[0] + b"x" * 70 * MAX_BEGINNING + b"\n" + b"y\n" * MAX_BEGINNING
    (tmp_path / "Inbox").write_bytes(mbox([large, MAILS[1]]))
    first, second = open_local(tmp_path / "Inbox").messages

    assert (len(first.data), first.is_cut, second.is_cut) == (MAX_BEGINNING, True, False)
    assert understand(second.data).originals[0] == "1@example.int"
