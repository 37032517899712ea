"""Tables in files: their rows as they are written there, and how they are written."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

BOMS: Final[Mapping[str, bytes]] = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
"""The byte order marks of encodings."""
Cells = Sequence[str]
Quoting = Literal[0, 1]
"""``csv.QUOTE_MINIMAL`` or ``csv.QUOTE_ALL``."""


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How a CSV file is written. ``names_separator``: it has a first line ``sep=;`` for Excel."""

    separator: str = ","
    encoding: str = "utf-8"
    has_bom: bool = True
    line_end: str = "\r\n"
    quoting: Quoting = csv.QUOTE_MINIMAL
    names_separator: bool = False


PLAIN: Final = CsvStyle()
"""The style of a list that comes from something else than a table in a file: spreadsheets open such CSV."""


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """The rows of a list in its file: their numbers, and their cells as they are written there.

    The header row has the number ``head``. ``style`` is that of a CSV file; a workbook has none.
    """

    head: int
    rows: Callable[[], Iterator[tuple[int, Cells]]]
    style: CsvStyle | None = None


def style_of(begin: bytes, separator: str, encoding: str = "utf-8", *, names_separator: bool = False) -> CsvStyle:
    """The style of a CSV file that begins with these bytes."""
    bom = BOMS.get(encoding, b"")
    text = begin.removeprefix(bom).decode(encoding, "replace") if bom else begin.decode(encoding, "replace")
    line_end = next((end for end in ("\r\n", "\n", "\r") if end in text), "\r\n")
    rows = islice(_written_rows(text, separator), names_separator, names_separator + 2)
    is_quoted = any(_all_quoted(cells, written, separator) for cells, written in rows)
    quoting: Quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    return CsvStyle(separator, encoding, bool(bom) and begin.startswith(bom), line_end, quoting, names_separator)


def _written_rows(text: str, separator: str) -> Iterator[tuple[Cells, str]]:
    """The rows of a CSV text that are not empty, each also as it is written. All line ends are ``\\n``.

    They end at the first that cannot be read: the one who reads the list reports it.
    """
    lines: list[str] = []

    def noted() -> Iterator[str]:
        for line in io.StringIO(text, newline=None):
            lines.append(line)
            yield line

    with suppress(csv.Error):
        for cells in csv.reader(noted(), delimiter=separator):
            written = "".join(lines).rstrip("\n")
            lines.clear()
            if written.strip():
                yield cells, written


def _all_quoted(cells: Cells, written: str, separator: str) -> bool:
    """Whether all cells of a row are in quotation marks where it is written."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    return text.getvalue() == written
