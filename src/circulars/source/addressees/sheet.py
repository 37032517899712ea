"""Inspects a sheet of a workbook, and copies what was inspected into a workbook for the library that reads values.

The library finds parts by their names, whatever refers to them. In the copy there are only the parts that were checked,
so nothing else can be read.
"""

from __future__ import annotations

import errno
import tempfile
import zipfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from circulars.errors import AddresseesError, Place, Problem, did_you_mean
from circulars.files import opc
from circulars.files.reading import open_file
from circulars.source.addressees import numbers
from circulars.source.addressees.cells import (
    MAX_BYTES,
    SAVE_AGAIN,
    CellDetails,
    blocks,
    details_of,
    has_cells,
    lengths_of,
    measure_sheet,
    rows_of,
)
from circulars.source.addressees.excel_tables import MAX_TABLES, ExcelTable, excel_tables
from circulars.source.addressees.hidden import Hidden, hidden_columns

ONLY_SHEET: Final = "list"
"""The name of the sheet in a copy."""
_MAX_PART: Final = 20_000_000
_MAX_BESIDE: Final = 20  # sheets that are looked into
_WORKBOOK: Final = "xl/workbook.xml"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COPY: Final = {
    "_rels/.rels": f'<Relationships xmlns="{opc.RELATIONSHIPS}"><Relationship Id="w" Target="{_WORKBOOK}"'
    f' Type="{opc.OFFICE}/officeDocument"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{opc.RELATIONSHIPS}"><Relationship Id="s"'
    f' Target="worksheets/sheet1.xml" Type="{opc.OFFICE}/worksheet"/></Relationships>',
    _WORKBOOK: f'<workbook xmlns="{_MAIN}" xmlns:r="{opc.OFFICE}"><workbookPr date1904="DATES"/>'
    f'<sheets><sheet name="{ONLY_SHEET}" sheetId="1" r:id="s"/></sheets></workbook>',
}
"""The parts of a copy that describe its structure."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that can be opened: its name, and the workbook's parts by their names in a copy.

    ``patterns`` has the number formats by cell style. ``is_marked`` says whether any cell has details. ``others`` are
    the names of the workbook's other sheets. ``from_1904`` says whether its dates count from 1904. ``hidden`` are the
    rows and columns that nobody sees, ``tables`` those that Excel marks as such. ``beside`` are the other visible
    sheets that have cells, if none was asked for.
    """

    name: str
    parts: Mapping[str, str]
    patterns: Mapping[bytes, str]
    is_marked: bool
    hidden: Hidden
    tables: tuple[ExcelTable, ...]
    beside: tuple[str, ...]
    others: tuple[str, ...] = ()
    from_1904: bool = False

    def marks(self, path: Path) -> Iterator[tuple[int, Mapping[int, CellDetails]]]:
        """Each row that has cells with details: its number, from 1, and the details by column, from 0."""
        if not self.is_marked:
            return
        with open_file(path, "workbook") as stream, zipfile.ZipFile(stream) as package:
            for number, row in rows_of(package, package.getinfo(self.parts[_SHEET])):
                if found := dict(details_of(row, self.patterns)):
                    yield number, found

    @contextmanager
    def copied(self, path: Path) -> Iterator[str]:
        """The file of a temporary workbook with this sheet alone, as :data:`ONLY_SHEET`.

        Raises:
            opc.UnreadablePackageError: a part has changed since it was inspected.
        """
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as target:
            with (
                open_file(path, "workbook") as stream,
                zipfile.ZipFile(stream) as package,
                zipfile.ZipFile(target, "w") as copy,
            ):
                for name, text in _COPY.items():
                    copy.writestr(name, text.replace("DATES", str(int(self.from_1904))))
                for name, part in self.parts.items():
                    with copy.open(name, "w", force_zip64=True) as written:
                        for block in blocks(package, package.getinfo(part)):
                            written.write(block)
            yield target.name


_SHEET: Final = "xl/worksheets/sheet1.xml"
_STYLES: Final = "xl/styles.xml"
_STRINGS: Final = "xl/sharedStrings.xml"


def inspect_sheet(path: Path, name: str, sheet: str) -> Sheet:
    """The sheet with a name, or the first one that is not hidden.

    Raises:
        AddresseesError: the file is not a workbook, is damaged, malicious or too large, or has no such sheet.
    """
    entries: list[zipfile.ZipInfo] = []
    try:
        with open_file(path, "workbook") as stream:
            opc.check_directory(stream)
            with zipfile.ZipFile(stream) as package:
                entries += [entry for entry in package.infolist() if not entry.is_dir()]
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
    with open_file(path, "workbook") as stream:
        is_older = stream.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    fact = "this is not a workbook (.xlsx), or it is damaged"
    if is_older:
        fact = "this workbook is in the format used before 2007, or has a password"
    return AddresseesError(Problem(Place(name), "wrong-workbook", fact, SAVE_AGAIN))


def _inspected(package: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], name: str, wanted: str) -> Sheet:
    parts = {entry.filename: entry for entry in entries}
    if _WORKBOOK not in parts:
        raise opc.UnreadablePackageError("this is not a workbook (.xlsx)", SAVE_AGAIN)
    # The small parts, which describe the workbook's structure and styles.
    small = {
        part: _small(package, parts[part]) for part in (_WORKBOOK, opc.relationships_name(_WORKBOOK)) if part in parts
    }
    sheet, part, others, beside = _chosen(small, name, wanted)
    if part not in parts:
        raise opc.UnreadablePackageError(f"the sheet '{sheet}' is not in the file", SAVE_AGAIN)
    used = {_SHEET: part}
    for kind, target in (("styles", _STYLES), ("sharedStrings", _STRINGS)):
        if found := _part_of_kind(small, parts, kind):
            used[target] = found
    patterns = _patterns(_small(package, parts[used[_STYLES]])) if _STYLES in used else {}
    lengths = array("I", lengths_of(package, parts[used[_STRINGS]]) if _STRINGS in used else ())
    hidden = hidden_columns(package, parts[part])
    tables = _tables(package, parts, part)
    hidden.is_filtered |= any(table.is_filtered for table in tables)
    is_marked = measure_sheet(package, parts[part], patterns, lengths, hidden.add)
    filled = (
        () if wanted else tuple(name for name, other in beside if other in parts and has_cells(package, parts[other]))
    )
    return Sheet(sheet, used, patterns, is_marked, hidden, tables, filled, others, _counts_from_1904(small))


def _tables(package: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], sheet: str) -> tuple[ExcelTable, ...]:
    """The tables of a sheet; none if the parts that describe them are damaged, for a list can be read without them."""
    if (links := opc.relationships_name(sheet)) not in parts:
        return ()
    try:
        small = {links: _small(package, parts[links])}
        names = [name for name in opc.targets(small, sheet, "table") if name in parts][:MAX_TABLES]
        return tuple(excel_tables([_small(package, parts[name]) for name in names]))
    except (opc.UnreadablePackageError, etree.LxmlError):
        return ()


def _part_of_kind(small: Mapping[str, bytes], parts: Mapping[str, zipfile.ZipInfo], kind: str) -> str:
    """The part to which the workbook has a relationship of a kind, or "".

    Raises:
        opc.UnreadablePackageError: there are several; readers may choose different ones.
    """
    found = {part for part in opc.targets(small, _WORKBOOK, kind) if part in parts}
    if len(found) > 1:
        raise opc.UnreadablePackageError(f"the workbook has several parts of the kind '{kind}'", SAVE_AGAIN)
    return found.pop() if found else ""


def _counts_from_1904(small: Mapping[str, bytes]) -> bool:
    facts = opc.parse_part(small[_WORKBOOK]).find("{*}workbookPr")
    return facts is not None and facts.get("date1904") in ("1", "true")


def _small(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _MAX_PART:
        raise opc.UnreadablePackageError(
            f"the part '{entry.filename}' is larger than office programs make it", SAVE_AGAIN
        )
    return b"".join(blocks(package, entry))


def _chosen(
    small: Mapping[str, bytes], name: str, wanted: str
) -> tuple[str, str, tuple[str, ...], Sequence[tuple[str, str]]]:
    """The name and the part of the chosen sheet, the names of the others, and the visible ones with their parts."""
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
    beside = [(sheet, sheets[sheet]) for sheet in shown if sheet != chosen]
    return chosen, sheets[chosen], tuple(sheet for sheet in sheets if sheet != chosen), beside[:_MAX_BESIDE]


def _patterns(styles: bytes) -> dict[bytes, str]:
    """The number formats that change how a number looks, by the index of their cell style."""
    found: dict[bytes, str] = {}
    root = opc.parse_part(styles)
    formats = {format.get("numFmtId"): format.get("formatCode", "") for format in root.iterfind("{*}numFmts/{*}numFmt")}
    for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        kind = style.get("numFmtId", "")
        pattern = formats.get(kind) or numbers.BUILT_IN.get(kind, "")
        if numbers.is_known(pattern):
            found[str(number).encode()] = pattern
    return found
