"""Joins many copies into one Word file for a printer: each is a section that begins on a new page.

The copies are of one letter and one template, in one or several languages. Their styles may differ only in the
language, because every run also names its language. A general tool such as docxcompose takes headers, footers and
styles from the first document; here each copy keeps its own, and page numbers and lists restart. Copies are read one by
one and written at once, so memory holds one copy and the parts that all copies share.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, Final, cast

from circulars.errors import Place, Problem, UsageError
from circulars.files.opc import read_parts
from circulars.merge.paper.docx_copy import JoinedCopy
from circulars.merge.paper.docx_volume import DOCUMENT, DocxVolume
from circulars.merge.paper.joined import Joined

COPIES_IN_A_VOLUME: Final = 1_000
"""A good number of copies for one Word file: Word reads all pages before it shows the last one."""


def join(copies: Iterable[tuple[str, bytes]], stream: BinaryIO, *, duplex: bool = False, title: str = "") -> Joined:
    """Joins Word files and writes the result to ``stream``. Each copy is a name, for problems, and the bytes of a DOCX.

    With ``duplex`` each copy begins on an odd page. ``title`` is the title of the file, by default that of the first
    copy. The letters embedded in the copies are left out. The number of pages in the result is 0: Word lays them out.

    Raises:
        UsageError: there are no copies, or their styles or lists differ in more than the language.
    """
    written = _CountingStream(stream)
    with zipfile.ZipFile(cast(IO[bytes], written), "w", zipfile.ZIP_DEFLATED) as package:
        volume = DocxVolume(duplex)
        with package.open(_entry(DOCUMENT), "w", force_zip64=True) as document:
            for piece in _pieces(volume, copies):
                document.write(piece)
        for name, data in volume.other_parts(title):
            package.writestr(_entry(name), data)
    return Joined(volume.count, 0, 0, written.size)


def _pieces(volume: DocxVolume, copies: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The XML of the document, a copy at a time. The end of a copy depends on whether another follows."""
    tail, ending = b"", None
    for label, data in copies:
        one = JoinedCopy(volume, read_parts(data), label)
        head, tail = one.read()
        yield head if ending is None else ending.before_another()
        volume.count += 1
        inner, ending = one.body()
        yield inner
    if ending is None:
        raise UsageError(Problem(Place(), "nothing-to-print", "there is no copy to print", "select other addressees"))
    yield ending.last()
    yield tail


class _CountingStream:
    """A write-only stream that counts bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.size = stream, 0

    def write(self, data: bytes) -> int:
        self._stream.write(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry with a fixed time."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
