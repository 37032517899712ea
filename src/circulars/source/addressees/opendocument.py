"""Reads addressees from a spreadsheet of LibreOffice (OpenDocument, ODS), with cells as they are shown.

The sheet's XML is read in pieces (OpenDocument 1.3, part 3, 9). A row or a cell may stand for many equal ones.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import etree

from circulars.errors import AddresseesError, Place, Problem, did_you_mean
from circulars.files import opc
from circulars.files.reading import open_file
from circulars.source.addressees.cells import MAX_BYTES, MAX_CELLS, MAX_MEMORY, MAX_WIDTH, SAVE_AGAIN, blocks
from circulars.source.addressees.hidden import Hidden
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.spreadsheet import CellFault, SheetRow, SheetView, list_of_sheet

MAX_SHEETS: Final = 250
"""The maximum number of sheets in a file. What is hidden in one may need a megabyte of memory."""
_CONTENT: Final = "content.xml"
_MAX_ROW: Final = 20_000_000  # bytes of XML in a row, or outside of rows
_EXACT: Final = 10**15  # fifteen digits are kept; the last ones of a longer number are lost
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_MORE: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ENDS: Final = (f"{_TABLE}table-row", f"{_TABLE}table", f"{_TABLE}table-column", f"{_STYLE}style")
_TIME: Final = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def open_opendocument(path: Path, name: str, sheet: str, *, hidden: bool = False) -> AddresseeList:
    """The list in a sheet of an ODS file, by default the first one that is not hidden.

    Hidden rows and columns are left out, unless ``hidden`` is true.

    Raises:
        AddresseesError: the file is not such a spreadsheet, is encrypted, damaged or malicious, or has no such sheet.
    """
    sheets = [*itertools.islice(_Content(path, name).sheets(), MAX_SHEETS + 1)]
    if len(sheets) > MAX_SHEETS:
        fact = f"the workbook has more than {MAX_SHEETS} sheets"
        raise AddresseesError(Problem(Place(name), "wrong-workbook", fact, "move the list into a workbook of its own"))
    chosen = _chosen(sheets, name, sheet)
    others = tuple(one.name for one in sheets if one is not chosen)
    beside = () if sheet else tuple(one.name for one in sheets if one is not chosen and one.is_shown and one.is_filled)
    view = SheetView(chosen.name, others, chosen.hidden, lambda: _Content(path, name).rows(chosen.name), beside)
    return list_of_sheet(name, view, hidden=hidden)


@dataclass(slots=True)
class _Table:
    """A sheet: its name, whether it can be seen, whether it has any text, and what is hidden in it."""

    name: str
    is_shown: bool
    is_filled: bool = False
    hidden: Hidden = field(default_factory=Hidden)


def _chosen(sheets: list[_Table], name: str, wanted: str) -> _Table:
    """The sheet with a name, or the first one that is not hidden."""
    found = [one for one in sheets if one.name.casefold() == wanted.casefold()] if wanted else []
    found = found or [one for one in sheets if not wanted and one.is_shown]
    if found:
        return found[0]
    if wanted or not sheets:
        names = [one.name for one in sheets]
        hint = did_you_mean(wanted, names, f"the workbook has: {', '.join(names)}")
        raise AddresseesError(Problem(Place(name), "no-such-sheet", f"there is no sheet '{wanted}'", hint))
    fact, hint = "all sheets of the workbook are hidden", "name one of them, or unhide it"
    raise AddresseesError(Problem(Place(name), "no-such-sheet", fact, hint))


class _Content:
    """The content of a file, read from its beginning."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name

    def sheets(self) -> Iterator[_Table]:
        """The sheets, with what is hidden in each. The cells are only read past."""
        unseen: set[str] = set()
        table, columns, row = _Table("", is_shown=True), 0, 1
        for kind, element in self._elements():
            if kind == "start":
                name = element.get(f"{_TABLE}name", "")
                table, columns, row = _Table(name, element.get(f"{_TABLE}style-name", "") not in unseen), 0, 1
            elif element.tag == f"{_STYLE}style":
                if any(one.get(f"{_TABLE}display") == "false" for one in element):
                    unseen.add(element.get(f"{_STYLE}name", ""))
            elif element.tag == f"{_TABLE}table":
                yield table
            else:
                count, is_hidden = _repeated(element), element.get(f"{_TABLE}visibility") in ("collapse", "filter")
                table.hidden.is_filtered |= element.get(f"{_TABLE}visibility") == "filter"
                if element.tag == f"{_TABLE}table-column":
                    if is_hidden:
                        added = range(min(columns, MAX_WIDTH), min(columns + count, MAX_WIDTH))
                        table.hidden.columns |= frozenset(added)
                    columns += count
                else:
                    table.is_filled = table.is_filled or element.find(f"*/{_TEXT}p") is not None
                    if is_hidden:
                        table.hidden.add_rows(row, row + count)
                    row += count

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """The rows of a sheet. Empty ones between others are left out.

        Raises:
            AddresseesError: there are too many cells, or too much text in them.
        """
        number, cells, size, is_inside = 1, 0, 0, False
        merged: dict[int, tuple[int, str]] = {}
        for kind, element in self._elements():
            if kind == "start":
                is_inside = element.get(f"{_TABLE}name", "") == sheet
            elif is_inside and element.tag == f"{_TABLE}table":
                return
            elif is_inside and element.tag == f"{_TABLE}table-row":
                count = _repeated(element)
                texts, faults = self._cells(element, number, merged)
                if texts or faults:
                    cells += count * len(texts)
                    if cells > MAX_CELLS:
                        fact = f"the sheet has more than {MAX_CELLS:,} cells"
                        raise self._refusal(fact, "save the list as CSV UTF-8")
                    size += count * sum(map(len, texts))
                    if size > MAX_MEMORY:
                        raise self._refusal("the text of the cells is too large for a list", SAVE_AGAIN)
                    for repeated in range(count):
                        yield number + repeated, [*texts], faults
                number += count

    def _cells(
        self, row: etree._Element, number: int, merged: dict[int, tuple[int, str]]
    ) -> tuple[list[str], tuple[CellFault, ...]]:
        """The texts of the cells of a row, without empty ones at its end, and their faults.

        Raises:
            AddresseesError: there are too many columns.
        """
        texts: list[str] = []
        faults: list[CellFault] = []
        empty = 0
        for cell in row.iterchildren(*_CELLS):
            text, fault = _shown(cell)
            column, count = len(texts) + empty, _repeated(cell)
            above = {} if text or fault else _above(merged, number, column, count)
            if not text and not fault and not above:
                empty += count
                continue
            if column + (max(above) - column + 1 if above else count) > MAX_WIDTH:
                fact = f"row {number:,} has more than {MAX_WIDTH:,} cells"
                raise self._refusal(fact, "delete the cells on the right, or save the list as CSV UTF-8")
            if (spanned := _whole(cell.get(f"{_TABLE}number-rows-spanned"))) > 1:
                merged[column] = number + spanned - 1, text
            texts += [""] * empty
            texts += [above.get(at, "") for at in range(column, max(above) + 1)] if above else [text] * count
            empty = column + count - len(texts)
            if fault:
                faults += [CellFault(column + more, *fault) for more in range(count)]
        return texts, tuple(faults)

    def _elements(self) -> Iterator[tuple[str, etree._Element]]:
        """The beginning ("start") of each sheet, and the end of each row, column, style and sheet.

        Raises:
            AddresseesError: the file is not such a spreadsheet, is damaged, malicious or too large.
        """
        fact = "this is not a spreadsheet in the OpenDocument format (.ods), or it is damaged or has a password"
        try:
            with open_file(self._path, "workbook") as stream:
                opc.check_directory(stream)
                with zipfile.ZipFile(stream) as package:
                    opc.check_entries([entry for entry in package.infolist() if not entry.is_dir()], MAX_BYTES)
                    yield from _parsed(package, package.getinfo(_CONTENT))
        except opc.UnreadablePackageError as error:
            raise self._refusal(error.fact, SAVE_AGAIN) from None
        except (*opc.UNREADABLE, etree.LxmlError, KeyError):
            raise self._refusal(fact, SAVE_AGAIN) from None

    def _refusal(self, fact: str, hint: str) -> AddresseesError:
        return AddresseesError(Problem(Place(self._name), "wrong-workbook", fact, hint))


def _parsed(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[str, etree._Element]]:
    parser = etree.XMLPullParser(("start", "end"), tag=_ENDS, resolve_entities=False, no_network=True, load_dtd=False)
    size = 0
    for block in itertools.chain(blocks(package, entry), [None]):
        if block is None:
            parser.close()
        else:
            parser.feed(block)
            size += len(block)
        for kind, element in parser.read_events():
            assert isinstance(element, etree._Element)
            if kind == "end" or element.tag == f"{_TABLE}table":
                yield kind, element
            if kind == "end":
                _forget(element)
                size = 0
        if size > _MAX_ROW:
            raise opc.UnreadablePackageError("a row of the sheet is larger than spreadsheets are", SAVE_AGAIN)


def _forget(element: etree._Element) -> None:
    """Empties an element that was read, and removes those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


def _above(merged: Mapping[int, tuple[int, str]], row: int, column: int, count: int) -> dict[int, str]:
    """The texts of cells above that reach down to empty cells of a row, by column."""
    columns = range(column, min(column + count, MAX_WIDTH))
    # The smaller of the two is gone through, so a row of any number of empty cells takes MAX_WIDTH steps at most.
    both = (
        [at for at in merged if at in columns] if len(merged) < len(columns) else [at for at in columns if at in merged]
    )
    return {at: merged[at][1] for at in both if merged[at][1] and merged[at][0] >= row}


def _repeated(element: etree._Element) -> int:
    """How many equal rows, columns or cells an element stands for."""
    kind = "rows" if element.tag == f"{_TABLE}table-row" else "columns"
    return max(_whole(element.get(f"{_TABLE}number-{kind}-repeated")), 1)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _shown(cell: etree._Element) -> tuple[str, tuple[str, str, str] | None]:
    """A cell as text: dates and times in ISO 8601, all else as it is shown; and its fault: code, fact and hint."""
    text = "\n".join("".join(_words(one)) for one in cell.iterchildren(f"{_TEXT}p"))
    kind = cell.get(f"{_OFFICE}value-type", "")
    if cell.get(f"{_MORE}value-type") == "error":
        return text, ("cell-error", f"the cell shows the error {text}", "fix the formula, or write the value")
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", text).removesuffix("T00:00:00").replace("T", " ").removesuffix(
            ":00"
        ), None
    if kind == "time" and (parts := _TIME.fullmatch(cell.get(f"{_OFFICE}time-value", ""))):
        return f"{parts[1]}:{parts[2]}" + (f":{parts[3]}" if int(parts[3]) else ""), None
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "").upper(), None
    if kind == "float" and _is_long(cell.get(f"{_OFFICE}value", "")):
        hint = "format the column as text (Format Cells: Text), and type the number again"
        return text, ("long-number", "a spreadsheet keeps only 15 digits of a number, and this one has more", hint)
    if not kind and not text and cell.get(f"{_TABLE}formula"):
        hint = "open the file in LibreOffice or Excel, and save it; or write the value"
        return "", ("formula-without-result", "the cell's formula was never calculated", hint)
    return text, None


def _is_long(value: str) -> bool:
    try:
        return abs(float(value)) >= _EXACT
    except ValueError:
        return False


def _words(element: etree._Element) -> Iterator[str]:
    """The text of a paragraph in a cell: what is marked up, spaces, tabs and line breaks, but no comments."""
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * min(_whole(child.get(f"{_TEXT}c")) or 1, 1_000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag != f"{_OFFICE}annotation" and isinstance(child.tag, str):
            yield from _words(child)
        yield child.tail or ""
