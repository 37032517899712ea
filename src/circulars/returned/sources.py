"""Opens mailboxes on this machine: an mbox, a Maildir, a folder of messages, or one message."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from circulars.errors import MachineError, Place, Problem, UsageError, not_read
from circulars.files.reading import open_file
from circulars.returned.parsing import MAX_BEGINNING

_KB: Final = 1000
_LINE: Final = 64 * 1024  # bytes that are read at a time
_FROM: Final = re.compile(rb"From \S.{0,300}\d{4}|From \S+ *\r?$")
_HEADER: Final = re.compile(rb"(\xef\xbb\xbf)?(>?From |\d{1,12} *\r?\n|[!-9;-~]{1,100}:)")
MAX_FILES: Final = 1_000_000
"""How many files of messages a folder may have."""


@dataclass(frozen=True, slots=True)
class FoundMail:
    """The beginning of a message, whether there is more of it, and how much of the mailbox has been read until then."""

    data: bytes
    is_cut: bool
    read: int


@dataclass(frozen=True, slots=True)
class OpenedMailbox:
    """A mailbox: its messages in order, and its size in ``unit``: "kB", "files" or "messages"."""

    name: str
    size: int
    unit: str
    messages: Iterable[FoundMail]


def open_local(path: Path) -> OpenedMailbox:
    """The mailbox in a file or a folder; nothing in it is changed.

    Raises:
        UsageError: it cannot be read, or it is not a mailbox.
    """
    if path.is_dir():
        files = _files_of(path)
        return OpenedMailbox(str(path), len(files), "files", _messages_in(files))
    try:
        with open_file(path, "mailbox") as stream:
            start = stream.read(_LINE)
    except OSError as error:
        raise UsageError(Problem(Place(str(path)), "unreadable-file", not_read(error))) from None
    _check_start(path, start)
    size = path.stat().st_size // _KB + 1
    return OpenedMailbox(
        str(path), size, "kB", _messages_of(path, is_mbox=bool(_FROM.match(start.partition(b"\n")[0])))
    )


_KINDS: Final = {
    b"\xd0\xcf\x11\xe0": "it is a message or a file of Outlook (.msg)",
    b"!BDN": "it is a file of Outlook (.pst or .ost)",
    b"PK\x03\x04": "it is a ZIP file",
    b"\x1f\x8b": "it is compressed (.gz)",
}
_HINTS: Final = {
    b"PK\x03\x04": "unpack it, and name the folder", b"\x1f\x8b": "unpack it, and name the unpacked file",
}  # fmt: skip
_SAVE: Final = "save the messages as .eml (in Outlook: drag them to a folder, or choose 'Save as'), or name imaps://…"


def _check_start(path: Path, start: bytes) -> None:
    """Refuses a file that does not begin as a message or an mbox does.

    Raises:
        UsageError: it does not.
    """
    if not start.strip() or _HEADER.match(start):
        return
    fact = _KINDS.get(start[:4]) or _KINDS.get(start[:2]) or "it does not begin as a message or an mbox does"
    hint = _HINTS.get(start[:4]) or _HINTS.get(start[:2]) or _SAVE
    raise UsageError(Problem(Place(str(path)), "wrong-mailbox", f"the file is not a mailbox: {fact}", hint))


def _files_of(folder: Path) -> list[Path]:
    """The files of the messages in a Maildir, or in a folder and its subfolders; an mbox if there is one alone.

    Raises:
        UsageError: there are none, or the folder cannot be read.
    """
    places = [folder / name for name in ("cur", "new")]
    is_maildir = all(place.is_dir() for place in places)
    found: list[Path] = []
    try:
        for place in places if is_maildir else [folder]:
            for parent, folders, names in os.walk(place):
                folders[:] = [] if is_maildir else sorted(one for one in folders if not one.startswith("."))
                chosen = (name for name in sorted(names) if not name.startswith("."))
                paths = (Path(parent, name) for name in chosen if is_maildir or _is_message(name))
                found += [path for path in paths if not path.is_symlink()]
                if len(found) > MAX_FILES:
                    fact, hint = f"it has more than {MAX_FILES:,} files", "divide it into several folders"
                    raise UsageError(Problem(Place(str(folder)), "wrong-mailbox", fact, hint))
    except OSError as error:
        raise UsageError(Problem(Place(str(folder)), "unreadable-file", not_read(error))) from None
    if not found and not is_maildir:
        fact = "there are no messages in this folder: no files that end in .eml or .mbox, and no Maildir"
        raise UsageError(Problem(Place(str(folder)), "wrong-mailbox", fact, _SAVE))
    return found


def _is_message(name: str) -> bool:
    return name.lower().endswith((".eml", ".emlx", ".mbox", ".mbx")) or name == "mbox"


def _messages_in(files: Iterable[Path]) -> Iterator[FoundMail]:
    for place, file in enumerate(files, start=1):
        with suppress(FileNotFoundError):  # a mail program moved it since
            try:
                with open_file(file, "mailbox", links=False) as stream:
                    start = stream.peek(_LINE)[:_LINE]
                    if start[:4] in _KINDS:
                        continue
                    messages = _mbox(stream) if _FROM.match(start.partition(b"\n")[0]) else [_whole(stream)]
                    yield from (FoundMail(one.data, one.is_cut, place) for one in messages)
            except FileNotFoundError:
                raise
            except OSError as error:
                raise _unread(file, error) from None


def _messages_of(path: Path, *, is_mbox: bool) -> Iterator[FoundMail]:
    try:
        with open_file(path, "mailbox") as stream:
            if is_mbox:
                yield from _mbox(stream)
            elif (one := _whole(stream)).data.strip():
                yield one
    except OSError as error:
        raise _unread(path, error) from None


def _unread(path: Path, error: OSError) -> MachineError:
    return MachineError(Problem(Place(str(path)), "unreadable-file", not_read(error)))


def _whole(stream: BinaryIO) -> FoundMail:
    """A file with one message; those of Apple Mail (.emlx) have its length on their first line."""
    data = stream.read(MAX_BEGINNING + 1).removeprefix(b"\xef\xbb\xbf")
    first, _, rest = data.partition(b"\n")
    if first.strip().isdigit():
        data = rest
    return FoundMail(data[:MAX_BEGINNING], len(data) > MAX_BEGINNING, stream.tell() // _KB)


def _mbox(stream: BinaryIO) -> Iterator[FoundMail]:
    """The messages of an mbox, of each no more than its beginning.

    A line that begins with "From ", after an empty line, begins a message.
    """
    lines: list[bytes] = []
    size, read, is_empty, is_start, has_begun = 0, 0, True, True, False
    while line := stream.readline(_LINE):
        read += len(line)
        if is_start and is_empty and line.startswith(b"From ") and _FROM.match(line):
            if has_begun:
                yield FoundMail(b"".join(lines), size > MAX_BEGINNING, read // _KB)
            lines, size, has_begun = [], 0, True
        else:
            if size < MAX_BEGINNING:
                lines.append(line[: MAX_BEGINNING - size])
            size += len(line)
        is_empty = is_start and line in (b"\n", b"\r\n")
        is_start = line.endswith(b"\n")
    if has_begun:
        yield FoundMail(b"".join(lines), size > MAX_BEGINNING, read // _KB)
