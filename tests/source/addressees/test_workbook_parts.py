"""Workbooks whose parts are not where, or not what, office programs write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from circulars.errors import AddresseesError
from circulars.files import opc
from circulars.source.addressees import open_list

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
FAR = 't="inlineStr"><is><t>x</t></is></c>'


def workbook(
    rows: str, strings: str = "", *, linked: bool = True, others: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """A workbook with a sheet of these rows; ``strings`` are the shared texts, and ``others`` more parts of ``xl``."""
    links = f'<Relationship Id="a" Type="{opc.OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    if strings and linked:
        links += f'<Relationship Id="b" Type="{opc.OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{opc.RELATIONSHIPS}"><Relationship Id="w" Target="xl/workbook.xml"'
        f' Type="{opc.OFFICE}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{opc.OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{opc.RELATIONSHIPS}">{links}</Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        **({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'} if strings else {}),
        **{f"xl/{name}": text for name, text in others.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


def read(folder: Path, data: bytes) -> list[str]:
    """The ids of the list in a workbook."""
    (folder / "list.xlsx").write_bytes(data)
    return [one.id for one in open_list("list.xlsx", folder=folder)]


def refusal(folder: Path, data: bytes) -> str:
    """What is wrong with a workbook."""
    with pytest.raises(AddresseesError) as raised:
        read(folder, data)
    (problem,) = raised.value.problems
    return problem.message


def test_texts_without_a_relationship_are_not_read(tmp_path: Path) -> None:
    """The library finds them by the name of their part, and would repeat a text of megabytes in every cell."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2_000))
    data = workbook(cells, f"<si><t>{'x' * 3_000_000}</t></si>", linked=False)

    assert refusal(tmp_path, data) == "the workbook lacks the texts of its cells"


def test_only_the_parts_that_were_checked_are_read(tmp_path: Path) -> None:
    """Another workbook in the file, and another list of texts, are not looked at."""
    row = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    others = {"SharedStrings2.xml": "<sst><si><t>wrong</t></si></sst>", "worksheets/_rels/sheet1.xml.rels": "<"}

    assert read(tmp_path, workbook(HEAD + row, "<si><t>right</t></si>", others=others)) == ["right"]


@pytest.mark.parametrize(
    "rows",
    [
        f'<c r="A1" {FAR}<c r="XFD1048576" {FAR}',
        f'{HEAD}<row r="2"></row><c r="XFD1048576" {FAR}',
        f'{HEAD}<row r="A1048576"><c {FAR}</row>',
        f'{HEAD}<row r="2"><:c r="XFD1048576" {FAR}</row>',
        f'{HEAD}<row r="2"><a/b:c r="XFD1048576" {FAR}</row>',
        f'{HEAD}<row r="2"><c r="$XFD$1048576" {FAR}</row>',
        HEAD + "</row>" * 1_000_000 + f"<row><c {FAR}</row>",
        f'{HEAD}<row x=\'a r="2"\' r="1048576"><c {FAR}</row>',
        f'{HEAD}<row r="2"><c x=\'a r="A2"\' r="XFD1048576" {FAR}</row>',
        f'{HEAD}<row r="2"><c x=\'<row r="3"><c r="A3"><v>\' r="XFD900" y="</v></c></row>"><v>7</v></c></row>'
        '<row r="4"></row>',
        '<row r="1">' + '<c r="A1" ' * 300_000 + "</row>",
        '<row r="1">' + '<c r="' * 300_000 + "</row>",
        '<row r="1">' + "<c><f>" * 300_000 + "</row>",
        HEAD + "<mergeCell ref='A1:A3'/>" * 200_000,
    ],
)
def test_cells_that_the_patterns_could_miss_are_refused(tmp_path: Path, rows: str) -> None:
    """The library is less strict about XML: it reads cells outside rows, and with any prefix."""
    assert refusal(tmp_path, workbook(rows))


@pytest.mark.parametrize(
    ("hostile", "place"),
    [
        ('<c r="XFD9000" t="n"><v>1</v></c>', 40_000),
        ('<c r="A9000" r="XFD9000"><v>1</v></c>', 80_000),
        ('<c r="$XFD$9000"><v>1</v></c>', 40_000),
        ("<c r='XFD9000'><v>1</v></c>", 80_000),
        ('<x:c r="XFD9000"><v>1</v></x:c>', 40_000),
        ('<c s=">" r="XFD9000"><v>1</v></c>', 80_000),
        ('<c s="1" r="XFD9000"><v>1</v></c>', 40_000),
        ('<c r="A9000"><v>1</v><c r="XFD9000"/></c>', 80_000),
        ('<c r="A9000"><v>1</v></c></row></row><row r="9000"><c r="XFD9000"><v>1</v></c>', 40_000),
        ('<c x=\'<row r="9001"><c r="A9001"><v>\' r="XFD9000" y="</v></c></row>"><v>1</v></c>', 80_000),
    ],
)
def test_a_hostile_row_among_plain_ones_is_refused(tmp_path: Path, hostile: str, place: int) -> None:
    """Most rows are as office programs write them, and are looked at more quickly; the others are not."""
    rows = [f'<row r="{n}"><c r="A{n}" t="n"><v>{n}</v></c></row>' for n in range(2, 80_002)]
    rows.insert(place, f'<row r="9000">{hostile}</row>')

    assert refusal(tmp_path, workbook(HEAD + "".join(rows)))


def test_a_text_that_is_referred_to_in_an_unusual_way_counts(tmp_path: Path) -> None:
    """The library takes a number that it does not understand for the first text."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v> 7</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(1, 9_000)
    )

    data = workbook(rows, f"<si><t>{'x' * 200_000}</t></si><si><t>y</t></si>")

    assert refusal(tmp_path, data) == "the text of the cells is too large for a list"


@pytest.mark.parametrize(
    ("strings", "fact"),
    [
        ("<si/>" * 3_100_000, "the workbook has more than 3,000,000 texts"),
        (f"<si><t>{'x' * 3_000_000}</t></si>", "a text of the workbook is too large for a cell"),
    ],
    ids=["many", "long"],
)
def test_texts_that_no_list_has_are_refused(tmp_path: Path, strings: str, fact: str) -> None:
    """They are counted before the library keeps them in memory."""
    assert refusal(tmp_path, workbook(HEAD + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>', strings)) == fact


def test_a_sheet_of_more_cells_than_a_list_has_is_refused(tmp_path: Path) -> None:
    """Every cell takes time to read, whether or not a list has so many."""
    row = "".join(f'<c r="{column}2"/>' for column in "ABCDEFGHIJKLMNOPQRST")
    rows = "".join(f'<row r="{number}">{row.replace("2", str(number))}</row>' for number in range(2, 100_003))

    assert refusal(tmp_path, workbook(HEAD + rows)) == "the sheet has more than 2,000,000 cells"


def test_a_directory_of_many_parts_is_not_read(tmp_path: Path) -> None:
    """Python's library would keep a description of each part in memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for number in range(60_000):
            package.writestr(f"{number:040}", b"")

    assert refusal(tmp_path, stream.getvalue()) == "the file has more than 2,000 parts"


def test_dates_from_1904_stay_what_they_are(tmp_path: Path) -> None:
    """Workbooks that were made on old Macintosh computers count days from 1904."""
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    row = '<row r="2"><c r="A2" s="1"><v>1</v></c></row>'
    data = workbook(HEAD + row, others={"styles.xml": styles})
    link = f'<Relationship Id="c" Type="{opc.OFFICE}/styles" Target="styles.xml"/></Relationships>'
    (tmp_path / "list.xlsx").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "list.xlsx") as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", link)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)

    assert [one.id for one in open_list("list.xlsx", folder=tmp_path)] == ["1904-01-02"]
