"""Inspects a sheet of a workbook before it is opened: whether it fits in memory, and what its values do not show.

The library that reads the values allocates a grid that reaches to the furthest cell. It does not report errors,
formulas without a result, and number formats (ECMA-376, part 1, 18.3 and 18.8).
"""

from __future__ import annotations

import copy
import errno
import itertools
import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from circulars.errors import AddresseesError, Place, Problem, did_you_mean
from circulars.files import opc
from circulars.source.addressees import numbers

MAX_BYTES: Final = 1_000_000_000
"""The maximum size of all parts of a workbook together, in bytes."""
MAX_WIDTH: Final = 1_000
MAX_AREA: Final = 30_000_000
MAX_TEXT: Final = 1_000_000_000
"""The maximum size of the text of all cells, in bytes; a text that several cells share counts once for each cell."""
_MAX_PART: Final = 20_000_000
_BLOCK: Final = 1 << 20
_MAX_ROW: Final = 64 * _BLOCK
SAVE_AGAIN: Final = "save it again as .xlsx, or save the list as CSV UTF-8"
_WORKBOOK = "xl/workbook.xml"

# These patterns are written so that none can backtrack excessively.
_NAME = rb"(?:[^\s<>:/]+:)?"
_ROW = re.compile(rb"<" + _NAME + rb"row[\s>/]")
_ROW_NUMBER = re.compile(rb"<[^\s<>]+(?:\s[^<>]*?)?\sr\s*=\s*[\"']([0-9]{1,8})[\"']")
_ANY_CELL = re.compile(rb"<" + _NAME + rb"c[\s>/]")
_EMPTY_CELL = re.compile(rb"<" + _NAME + rb"c(?:\s[^<>]*)?/>")
_PLACED_CELL = re.compile(
    rb"<" + _NAME + rb"c(?:\s[^<>]*?)?\sr\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,12})[\"'][^<>]*(?<!/)>"
)
# A ">" in an attribute would hide what follows from the patterns; no office program writes one here.
_HIDING = re.compile(rb"=\s*(?:\"[^\"<>]*>|'[^'<>]*>)")
_CELL = re.compile(rb"<" + _NAME + rb"c(\s[^<>]*)?(?<!/)>(.*?)</" + _NAME + rb"c\s*>", re.DOTALL)
_ATTRIBUTE = re.compile(rb"\s([rst])\s*=\s*[\"']([^\"'<>]*)[\"']")
_VALUE = re.compile(rb"<" + _NAME + rb"v(?:\s[^<>]*)?>([^<]*)<")
_FORMULA = re.compile(rb"<" + _NAME + rb"f[\s>/]")
_ITEM = re.compile(rb"<" + _NAME + rb"si[\s>/]")
_NUMBERS = re.compile(rb"v>([0-9]{1,9})<")
_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class CellDetails:
    """What the value of a cell does not show: its error, whether its formula has no result, its number format."""

    error: str = ""
    unresolved: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that can be opened: its name, and its part in the package.

    ``patterns`` has the number formats by cell style. ``is_marked`` says whether any cell has details. ``others`` are
    the names of the workbook's other sheets.
    """

    name: str
    part: str
    patterns: Mapping[bytes, str]
    is_marked: bool
    others: tuple[str, ...] = ()

    def marks(self, path: Path) -> Iterator[tuple[int, Mapping[int, CellDetails]]]:
        """Each row that has cells with details: its number, from 1, and the details by column, from 0."""
        if not self.is_marked:
            return
        with zipfile.ZipFile(path) as package:
            for number, row in _rows(package, package.getinfo(self.part)):
                if found := dict(_marks(row, self.patterns)):
                    yield number, found


def inspect_sheet(path: Path, name: str, sheet: str) -> Sheet:
    """The sheet with a name, or the first one that is not hidden.

    Raises:
        AddresseesError: the file is not a workbook, is damaged, malicious or too large, or has no such sheet.
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            opc.check_entries(entries, MAX_BYTES)
            return _inspected(package, entries, name, sheet)
    except opc.UnreadablePackageError as error:
        fact = error.fact if sum(entry.file_size for entry in entries) <= MAX_BYTES else "the workbook is too large"
        raise AddresseesError(Problem(Place(name), "wrong-workbook", fact, SAVE_AGAIN)) from None
    except OSError as error:
        # EINVAL comes from a ZIP directory that points before the beginning of the file.
        if error.errno != errno.EINVAL:
            raise
        raise _unreadable(path, name) from None
    except (*opc.UNREADABLE, etree.LxmlError):
        raise _unreadable(path, name) from None


def _unreadable(path: Path, name: str) -> AddresseesError:
    with path.open("rb") as stream:
        is_older = stream.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    fact = "this is not a workbook (.xlsx), or it is damaged"
    if is_older:
        fact = "this workbook is in the format used before 2007, or has a password"
    return AddresseesError(Problem(Place(name), "wrong-workbook", fact, SAVE_AGAIN))


def _inspected(package: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], name: str, wanted: str) -> Sheet:
    parts = {entry.filename: entry for entry in entries}
    if _WORKBOOK not in parts:
        raise opc.UnreadablePackageError("this is not a workbook (.xlsx)", SAVE_AGAIN)
    small = {part: _small(package, entry) for part, entry in parts.items() if _is_small(part)}
    sheet, part, others = _chosen(small, name, wanted)
    if part not in parts:
        raise opc.UnreadablePackageError(f"the sheet '{sheet}' is not in the file", SAVE_AGAIN)
    patterns = _patterns(small)
    lengths = array("I")
    for shared in opc.targets(small, _WORKBOOK, "sharedStrings"):
        lengths.extend(_lengths(package, parts[shared]) if shared in parts else ())
    is_marked = _measured(package, parts[part], patterns, lengths)
    return Sheet(sheet, part, patterns, is_marked, others)


def _is_small(part: str) -> bool:
    """Whether a part is one of the small ones that describe the workbook's structure and styles."""
    return part in (_WORKBOOK, opc.relationships_name(_WORKBOOK)) or part.endswith("styles.xml")


def _small(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _MAX_PART:
        raise opc.UnreadablePackageError(
            f"the part '{entry.filename}' is larger than office programs make it", SAVE_AGAIN
        )
    return b"".join(_blocks(package, entry))


def _blocks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
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


def _chosen(small: Mapping[str, bytes], name: str, wanted: str) -> tuple[str, str, tuple[str, ...]]:
    """The name and the part of the chosen sheet, and the names of the others."""
    links = {link.get("Id"): link for link in opc.links_of(small, _WORKBOOK)}
    sheets, shown = {}, []
    for element in opc.parse_part(small[_WORKBOOK]).iter("{*}sheet"):
        link = next(
            (links[value] for key, value in element.attrib.items() if str(key).endswith("}id") and value in links), None
        )
        if link is not None and link.get("Type", "").endswith("/worksheet"):
            sheets[element.get("name", "")] = opc.target_of(link, _WORKBOOK)
            if element.get("state", "visible") == "visible":
                shown.append(element.get("name", ""))
    if wanted not in sheets:  # spreadsheet programs ignore case in names of sheets
        wanted = next((sheet for sheet in sheets if sheet.casefold() == wanted.casefold()), wanted)
    if wanted and wanted not in sheets:
        hint = did_you_mean(wanted, sheets, f"the workbook has: {', '.join(sheets)}")
        raise AddresseesError(Problem(Place(name), "no-such-sheet", f"there is no sheet '{wanted}'", hint))
    if not wanted and not shown:
        fact, hint = "all sheets of the workbook are hidden", "name one of them, or unhide it"
        raise AddresseesError(Problem(Place(name), "no-such-sheet", fact, hint))
    chosen = wanted or shown[0]
    return chosen, sheets[chosen], tuple(sheet for sheet in sheets if sheet != chosen)


def _patterns(small: Mapping[str, bytes]) -> dict[bytes, str]:
    """The number formats that change how a number looks, by the index of their cell style."""
    found: dict[bytes, str] = {}
    for part in opc.targets(small, _WORKBOOK, "styles"):
        if part not in small:
            continue
        root = opc.parse_part(small[part])
        formats = {
            format.get("numFmtId"): format.get("formatCode", "") for format in root.iterfind("{*}numFmts/{*}numFmt")
        }
        for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
            kind = style.get("numFmtId", "")
            pattern = formats.get(kind) or numbers.BUILT_IN.get(kind, "")
            if numbers.is_known(pattern):
                found[str(number).encode()] = pattern
    return found


def _lengths(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[int]:
    """The size of each shared text in the file, in bytes, rounded up."""
    last = at = 0
    rest = b""
    for block in _blocks(package, entry):
        data = rest + block
        cut = max(data.rfind(b"<"), 0)
        for item in _ITEM.finditer(data, 0, cut):
            if last:
                yield at + item.start() - last
            last = at + item.start()
        at, rest = at + cut, data[cut:]
    if last:
        yield at - last


def _measured(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, patterns: Mapping[bytes, str], lengths: Sequence[int]
) -> bool:
    """Whether any cell of the sheet has details.

    Raises:
        opc.UnreadablePackageError: the sheet is too large for the memory.
    """
    columns: set[bytes] = set()
    width = height = cells = 0
    is_marked = False
    for number, row in _rows(package, entry):
        if _HIDING.search(row):
            raise opc.UnreadablePackageError(f"row {number} was not written by an office program", SAVE_AGAIN)
        placed, total = _PLACED_CELL.findall(row), len(_ANY_CELL.findall(row))
        cells += total
        if placed:
            letters, numbers = zip(*placed, strict=True)
            columns.update(letters)
            height = max(height, *map(int, set(numbers)))
        if len(placed) < total and len(placed) + len(_EMPTY_CELL.findall(row)) < total:
            width, height = max(width, total), max(height, number)
        is_marked = is_marked or next(_marks(row, patterns), None) is not None
    width = max(width, *map(_column, columns), 0)
    if width > MAX_WIDTH or width * height > MAX_AREA:
        fact = f"the sheet reaches as far as column {width:,} and row {height:,}"
        raise opc.UnreadablePackageError(fact, SAVE_AGAIN)
    if lengths and cells * max(lengths) > MAX_TEXT:
        shared = itertools.chain.from_iterable(_NUMBERS.findall(row) for _, row in _rows(package, entry))
        if sum(lengths[int(item)] for item in shared if int(item) < len(lengths)) > MAX_TEXT:
            raise opc.UnreadablePackageError("the text of the cells is too large for a list", SAVE_AGAIN)
    return is_marked


def _rows(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    """The rows of a sheet with their numbers, as XML, in the order of the file."""
    rest, number = b"", 0
    for block in _blocks(package, entry):
        rest += block
        starts = [row.start() for row in _ROW.finditer(rest)]
        for start, end in itertools.pairwise(starts):
            number = _number(rest[start:end], number)
            yield number, rest[start:end]
        rest = rest[starts[-1] :] if starts else rest[-_LONGEST_NAME:]
        if len(rest) > _MAX_ROW:
            raise opc.UnreadablePackageError(f"the row after row {number} is too large for a list", SAVE_AGAIN)
    if _ROW.match(rest):
        yield _number(rest, number), rest


def _number(row: bytes, before: int) -> int:
    stated = _ROW_NUMBER.match(row)
    return int(stated[1]) if stated else before + 1


def _column(letters: bytes) -> int:
    """The number of a column, from 1: "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _marks(row: bytes, patterns: Mapping[bytes, str]) -> Iterator[tuple[int, CellDetails]]:
    """The details of a row's cells, by column from 0."""
    if not patterns and b"<f" not in row and b":f" not in row and not _ERROR.search(row):
        return
    column = -1
    for attributes, content in _CELL.findall(row):
        facts = dict(_ATTRIBUTE.findall(attributes))
        place = facts.get(b"r", b"").rstrip(b"0123456789")
        column = _column(place) - 1 if place else column + 1
        kind, value = facts.get(b"t", b"n"), _VALUE.search(content)
        if kind == b"e":
            yield column, CellDetails(error=value[1].decode("utf-8", "replace") if value else "#?")
        elif _FORMULA.search(content) and kind != b"str" and not (value and value[1]):
            yield column, CellDetails(unresolved=True)
        elif kind == b"n" and (pattern := patterns.get(facts.get(b"s", b""))):
            yield column, CellDetails(pattern=pattern)
