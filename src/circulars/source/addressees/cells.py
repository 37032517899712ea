"""Reads the XML of a workbook's sheet in rows: what its cells need in memory, and what their values do not show.

The library that reads the values allocates a grid that reaches to the furthest cell. It does not report errors,
formulas without a result, and number formats (ECMA-376, part 1, 18.3 and 18.8). It also reads XML that no office
program writes, so what the patterns here could take for something else than the library does is refused.
"""

from __future__ import annotations

import copy
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.files import opc

MAX_BYTES: Final = 500_000_000
"""The maximum size of all parts of a workbook together, in bytes."""
MAX_WIDTH: Final = 1_000
MAX_MEMORY: Final = 900_000_000
"""The maximum size of a sheet in memory, in bytes, as :func:`measure_sheet` estimates it."""
MAX_CELLS: Final = 2_000_000
"""The maximum number of cells in a sheet. Reading as many takes about twenty seconds; they are 100,000 addressees."""
MAX_TEXTS: Final = 3_000_000
"""The maximum number of shared texts; each costs a microsecond."""
MAX_MERGED: Final = 100_000
"""The maximum number of merged cells in a sheet."""
SAVE_AGAIN: Final = "save it again as .xlsx, or save the list as CSV UTF-8"
_BLOCK: Final = 1 << 20
_MAX_ROW: Final = 16 * _BLOCK
# In bytes, measured: an empty cell of the grid; a cell with a value in it; a shared text beside its characters.
_PER_PLACE, _PER_CELL, _PER_TEXT = 30, 40, 32

# These patterns are written so that none can backtrack excessively. A name may have a prefix, even an empty one.
_NAME = rb"(?:(?!/)[^\s<>:]*:)?"
_ROW = re.compile(rb"<" + _NAME + rb"row[\s>/]")
_ROW_END = re.compile(rb"</(?:[^\s<>:]*:)?row[\s>]")
_ROW_NUMBER = re.compile(rb"<[^\s<>]+(?:\s[^<>]*?)?\sr\s*=\s*[\"']([0-9]{1,8})[\"']")
_NUMBERED_ROW = re.compile(rb"<" + _NAME + rb"row(?:\s[^<>]*?)?\sr\s*=\s*[\"'][0-9]{1,8}[\"']")
_ANY_CELL = re.compile(rb"<" + _NAME + rb"c[\s>/]")
_EMPTY_CELL = re.compile(rb"<" + _NAME + rb"c(?:\s[^<>]*)?/>")
_PLACED_CELL = re.compile(
    rb"<" + _NAME + rb"c(?:\s[^<>]*?)?\sr\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,12})[\"'][^<>]*(?<!/)>"
)
_EMPTY_PLACED_CELL = re.compile(rb"<" + _NAME + rb"c\s(?:[^<>]*\s)?r\s*=[^<>]*/>")
_PLACED = re.compile(rb"<" + _NAME + rb"(?:c|row)\s(?:[^<>]*\s)?r\s*=")
# A ">" or "<" in an attribute would hide what follows from the patterns, and a "=" could be taken for another
# attribute's; no office program writes them here.
_HIDING = re.compile(
    rb"=\s*(?:\"[^\"<>]*>|'[^'<>]*>)|<[^<>]*+(?:<|\Z)"
    rb"|<" + _NAME + rb"(?:c|row)\s[^<>]*=\s*(?:\"[^\"<>=]*=|'[^'<>=]*=)"
)
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")
_SHARED_CELL = re.compile(
    rb"<" + _NAME + rb"c\s(?:[^<>]*\s)?t\s*=\s*[\"']s[\"'][^<>]*>\s*<" + _NAME + rb"v\s*>([0-9]{1,9})<"
)
_INLINE = re.compile(rb"\st\s*=\s*[\"'](?:str|inlineStr|is|d)[\"']|<" + _NAME + rb"is[\s>]")
_MERGED = re.compile(rb"<" + _NAME + rb"mergeCell[\s>/]")
_CELL = re.compile(
    rb"<" + _NAME + rb"c(\s[^<>]*)?(?<!/)>([^<]*+(?:<(?!/?" + _NAME + rb"c[\s>/])[^<]*+)*+)</" + _NAME + rb"c\s*>"
)
_ATTRIBUTE = re.compile(rb"\s([rst])\s*=\s*[\"']([^\"'<>]*)[\"']")
_VALUE = re.compile(rb"<" + _NAME + rb"v(?:\s[^<>]*)?>([^<]*)<")
_FORMULA = re.compile(rb"<" + _NAME + rb"f[\s>/]")
_ITEM = re.compile(rb"<" + _NAME + rb"si[\s>/]")
# Rows as office programs write them. In these nothing is hidden, and other patterns would find the same cells.
_STYLE = rb"(?: s=\"[0-9]+\")?+"
_PLAIN_ROWS = re.compile(
    rb"(?:<row r=\"[0-9]{1,7}\"(?: (?!r=)[A-Za-z0-9:]+=\"[^\"<>=]*\")*+(?: ?/>|>(?:<c r=\"[A-Z]{1,3}[0-9]{1,7}\""
    + _STYLE
    + rb"(?: ?/>| t=\"inlineStr\""
    + _STYLE
    + rb"><is><t(?: xml:space=\"preserve\")?+>[^<>]*+</t></is></c>"
    rb"|(?: t=\"(?:s|n|b|e|str)\"" + _STYLE + rb")?+>(?:<f(?: [a-z]+=\"[^\"<>=]*\")*+>[^<>]*+</f>)?+<v>[^<>]*+</v></c>"
    rb"))*+</row>))++"
)
_PLAIN_CELL = re.compile(rb"<c r=\"([A-Z]+)([0-9]+)\"[^/>]*>")
_VALUED = re.compile(rb"<" + _NAME + rb"(?:v|is)[\s>]")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class CellDetails:
    """What the value of a cell does not show: its error, whether its formula has no result, its number format."""

    error: str = ""
    unresolved: bool = False
    pattern: str = ""


def blocks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry in blocks; an entry with another size than the directory states is refused."""
    free = copy.copy(entry)
    free.file_size = MAX_BYTES + 1  # without this, zipfile would stop at the stated size and not notice the rest
    count = 0
    with package.open(free) as stream:
        while block := stream.read(_BLOCK):
            count += len(block)
            if count > entry.file_size:
                break
            yield block
    if count != entry.file_size:
        raise opc.UnreadablePackageError(f"the part '{entry.filename}' does not have its stated size", SAVE_AGAIN)


def has_cells(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether there is a cell with something in it at the beginning of a sheet."""
    return bool(_VALUED.search(next(blocks(package, entry), b"")))


def lengths_of(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[int]:
    """The size of each shared text in the file, in bytes, rounded up."""
    last = at = count = 0
    rest = b""
    for block in blocks(package, entry):
        data = rest + block
        cut = max(data.rfind(b"<"), 0)
        for item in _ITEM.finditer(data, 0, cut):
            if last:
                yield at + item.start() - last
                count += 1
            last = at + item.start()
        if count > MAX_TEXTS:
            raise opc.UnreadablePackageError(f"the workbook has more than {MAX_TEXTS:,} texts", SAVE_AGAIN)
        at, rest = at + cut, data[cut:]
        if len(rest) > _BLOCK:
            raise opc.UnreadablePackageError("a text of the workbook is too large for a cell", SAVE_AGAIN)
    if last:
        yield at - last


def measure_sheet(
    package: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    patterns: Mapping[bytes, str],
    lengths: Sequence[int],
    on_rows: Callable[[int, bytes], object],
) -> bool:
    """Whether any cell of the sheet has details. ``lengths`` are the sizes of the shared texts.

    ``on_rows`` receives all rows as XML, many at a time, with the number of the first of them.

    Raises:
        opc.UnreadablePackageError: the sheet is too large for the memory, or was not written by an office program.
    """
    size = _Size()
    for number, rows in _chunks(package, entry):
        size.add(number, rows, patterns)
        on_rows(number, rows)
        if size.cells > MAX_CELLS:
            fact = f"the sheet has more than {MAX_CELLS:,} cells"
            raise opc.UnreadablePackageError(fact, "save the list as CSV UTF-8, which may have more")
    if size.width > MAX_WIDTH:
        fact = f"the sheet reaches as far as column {size.width:,} and row {size.height:,}"
    elif size.merged > MAX_MERGED:
        fact = f"the sheet has {size.merged:,} merged cells"
    elif size.shared and not lengths:
        fact = "the workbook lacks the texts of its cells"
    elif size.memory > MAX_MEMORY:
        fact = f"the sheet reaches as far as row {size.height:,}, and is too large for a list"
    else:
        text = sum(lengths) + _PER_TEXT * len(lengths) + (entry.file_size if size.is_inline else 0)
        if lengths and size.memory + text + size.shared * max(lengths) > MAX_MEMORY:
            text += _repeated(package, entry, lengths)
        if size.memory + text <= MAX_MEMORY:
            return size.is_marked
        fact = "the text of the cells is too large for a list"
    raise opc.UnreadablePackageError(fact, SAVE_AGAIN)


@dataclass(slots=True)
class _Size:
    """The size of a sheet, as far as it was read: how far it reaches, and how many cells of each kind it has."""

    width: int = 0
    height: int = 0
    cells: int = 0
    shared: int = 0
    merged: int = 0
    is_inline: bool = False
    is_marked: bool = False

    @property
    def memory(self) -> int:
        """The memory that the grid needs, in bytes, without texts."""
        return _PER_PLACE * self.width * self.height + _PER_CELL * self.cells

    def add(self, number: int, rows: bytes, patterns: Mapping[bytes, str]) -> None:
        """Adds the rows of a chunk, the first of which has a number.

        Raises:
            opc.UnreadablePackageError: they were not written by an office program.
        """
        if _PLAIN_ROWS.fullmatch(rows):
            self._reach(_PLAIN_CELL.findall(rows))
            self.cells += rows.count(b"<c ")
            self.shared += rows.count(b' t="s"')
            self.is_inline = self.is_inline or b"<is>" in rows or b' t="str"' in rows
        else:
            self._add_other(number, rows)
        self.is_marked = self.is_marked or next(details_of(rows, patterns), None) is not None

    def _add_other(self, number: int, rows: bytes) -> None:
        """Adds rows that may be written in any way."""
        placed, total = _PLACED_CELL.findall(rows), len(_ANY_CELL.findall(rows))
        _check_written(rows, number, len(placed))
        self._reach(placed)
        if len(placed) < total and len(placed) + len(_EMPTY_CELL.findall(rows)) < total:
            for row_number, row in split_rows(number, rows):
                self.width = max(self.width, len(_ANY_CELL.findall(row)))
                self.height = max(self.height, row_number)
        self.cells += total
        self.shared += len(_SHARED.findall(rows))
        self.merged += len(_MERGED.findall(rows))
        self.is_inline = self.is_inline or bool(_INLINE.search(rows))

    def _reach(self, placed: Sequence[tuple[bytes, bytes]]) -> None:
        """Extends the size to cells, each with the letters of its column and the figures of its row."""
        if placed:
            letters, numbers = zip(*placed, strict=True)
            self.width = max(self.width, *map(column_number, set(letters)))
            self.height = max(self.height, *map(int, set(numbers)))


def _check_written(rows: bytes, number: int, placed: int) -> None:
    """Refuses rows in which the library could see other cells than the patterns do.

    Raises:
        opc.UnreadablePackageError: they were not written by an office program.
    """
    starts = len(_ROW.findall(rows))
    # A reference in another form, such as "$A$1", or a row "A5", would not be measured.
    placed += len(_EMPTY_PLACED_CELL.findall(rows)) + len(_NUMBERED_ROW.findall(rows))
    if _HIDING.search(rows) or len(_ROW_END.findall(rows)) > starts or len(_PLACED.findall(rows)) != placed:
        fact = f"row {number} or one below it was not written by an office program"
        raise opc.UnreadablePackageError(fact, SAVE_AGAIN)


def _repeated(package: zipfile.ZipFile, entry: zipfile.ZipInfo, lengths: Sequence[int]) -> int:
    """The size of the shared texts of all cells, in bytes, counting a text once for each cell.

    A cell whose text is not stated in the usual way counts as one with the longest text.
    """
    size, longest = 0, max(lengths)
    for _, rows in _chunks(package, entry):
        stated = [int(item) for item in _SHARED_CELL.findall(rows)]
        size += sum(lengths[item] for item in stated if item < len(lengths))
        size += max(len(_SHARED.findall(rows)) - len(stated), 0) * longest
    return size


def rows_of(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """The rows of a sheet with their numbers, as XML, in the order of the file."""
    for number, rows in _chunks(package, entry):
        yield from split_rows(number, rows)


def _chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """The rows of a sheet, many at a time, as XML; each chunk with the number of its first row."""
    rest, number = b"", 0
    for block in blocks(package, entry):
        if b"\0" in block:
            raise opc.UnreadablePackageError("the sheet is not in UTF-8", SAVE_AGAIN)
        rest += block
        row = _ROW.search(rest)
        first = row.start() if row else len(rest)
        if not number and _ANY_CELL.search(rest, 0, first):
            raise opc.UnreadablePackageError("a cell of the sheet is in no row", SAVE_AGAIN)
        last = _last_row(rest, first)
        if last > first:
            rows = rest[first:last]
            number = _number(rows, number)
            yield number, rows
            number = _last_number(number, rows)
        rest = rest[last:] if row else rest[-_LONGEST_NAME:]
        if len(rest) > _MAX_ROW:
            raise opc.UnreadablePackageError(f"the row after row {number} is too large for a list", SAVE_AGAIN)
    if _ROW.match(rest):
        yield _number(rest, number), rest


def _last_row(data: bytes, first: int) -> int:
    """Where a row starts, as far back as possible; ``first`` is where the first row starts."""
    last = data.rfind(b"<row ")
    return last if last > first else max((row.start() for row in _ROW.finditer(data, first)), default=first)


def split_rows(number: int, rows: bytes) -> Iterator[tuple[int, bytes]]:
    """The rows of a chunk with their numbers."""
    starts = [row.start() for row in _ROW.finditer(rows)]
    number -= 1
    for start, end in itertools.pairwise([*starts, len(rows)]):
        number = _number(rows[start:end], number)
        yield number, rows[start:end]


def _last_number(number: int, rows: bytes) -> int:
    """The number of the last row of a chunk whose first row has a number."""
    last = rows.rfind(b"<row ")
    if last >= 0 and (stated := _ROW_NUMBER.match(rows, last)) and not _ROW.search(rows, stated.end()):
        return int(stated[1])
    return max(row_number for row_number, _ in split_rows(number, rows))


def _number(row: bytes, before: int) -> int:
    stated = _ROW_NUMBER.match(row)
    return int(stated[1]) if stated else before + 1


def column_number(letters: bytes) -> int:
    """The number of a column, from 1: "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def details_of(row: bytes, patterns: Mapping[bytes, str]) -> Iterator[tuple[int, CellDetails]]:
    """The details of a row's cells, by column from 0."""
    if not patterns and not any(sign in row for sign in (b"<f", b":f", b'"e"', b"'e'")):
        return
    column = -1
    for attributes, content in _CELL.findall(row):
        facts = dict(_ATTRIBUTE.findall(attributes))
        place = facts.get(b"r", b"").rstrip(b"0123456789")
        column = column_number(place) - 1 if place else column + 1
        kind, value = facts.get(b"t", b"n"), _VALUE.search(content)
        if kind == b"e":
            yield column, CellDetails(error=value[1].decode("utf-8", "replace") if value else "#?")
        elif _FORMULA.search(content) and kind != b"str" and not (value and value[1]):
            yield column, CellDetails(unresolved=True)
        elif kind == b"n" and (pattern := patterns.get(facts.get(b"s", b""))):
            yield column, CellDetails(pattern=pattern)
