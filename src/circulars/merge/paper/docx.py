"""Joins many copies into one Word file that a printer takes: each is a section that begins on a new page.

The copies are of one letter and one template, in one language or several: their styles may differ in the language
alone, which every run says as well. A general joiner such as docxcompose takes headers, footers and styles from the
first document; here each copy keeps its own, with page numbers and lists that begin anew. What is read is written at
once: memory holds one copy, and of all others only what the file has once for all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, Final, cast

from circulars.errors import Place, Problem, UsageError
from circulars.files.opc import read_parts
from circulars.merge.paper.docx_copy import JoinedCopy
from circulars.merge.paper.docx_volume import DOCUMENT, Volume
from circulars.merge.paper.joined import Joined

COPIES_IN_A_VOLUME: Final = 1_000
"""How many copies one Word file holds well: Word reads all pages of a file before it shows the last one."""


def join(copies: Iterable[tuple[str, bytes]], stream: BinaryIO, *, duplex: bool = False, title: str = "") -> Joined:
    """What was written to ``stream``: one Word file of many, each a name, for problems, and the bytes of a DOCX.

    With ``duplex`` each copy begins on an odd page. ``title`` is the file's; without it the first copy's. What the
    copies carry (their letter) stays with the copies. How many pages there are is not told: Word lays them out.

    Raises:
        UsageError: there is no copy, or the copies' styles or lists differ in more than the language.
    """
    written = _Written(stream)
    with zipfile.ZipFile(cast(IO[bytes], written), "w", zipfile.ZIP_DEFLATED) as package:
        volume = Volume(duplex)
        with package.open(_entry(DOCUMENT), "w", force_zip64=True) as document:
            for piece in _pieces(volume, copies):
                document.write(piece)
        for name, data in volume.other_parts(title):
            package.writestr(_entry(name), data)
    return Joined(volume.count, 0, 0, written.size)


def _pieces(volume: Volume, copies: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The document's XML, a copy at a time; that one follows is known when it comes."""
    tail, ending = b"", None
    for label, data in copies:
        one = JoinedCopy(volume, read_parts(data), label)
        head, tail = one.read()
        yield head if ending is None else ending.followed()
        volume.count += 1
        inner, ending = one.body()
        yield inner
    if ending is None:
        raise UsageError(Problem(Place(), "nothing-to-print", "there is no copy to be printed", "choose others"))
    yield ending.last()
    yield tail


class _Written:
    """A stream that is only written to, and counts."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.size = stream, 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry whose time is always the same."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
