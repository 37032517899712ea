"""Lists of addressees in spreadsheets of LibreOffice (ODS).

``lists/delegates.ods`` was written by LibreOffice 7.4, from ``lists/delegates.xlsx`` by openpyxl.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.source.addressees import AddresseeList, FaultyRow, open_list
from circulars.source.addressees.cells import MAX_WIDTH
from circulars.source.addressees.opendocument import _above

LISTS = Path(__file__).parent / "lists"
PEOPLE = "<table:table-row><table:table-cell{}><text:p>id</text:p></table:table-cell></table:table-row>{}"
CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="list">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def cell(text: str, attributes: str = "") -> str:
    """A cell."""
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    """A row."""
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def written(folder: Path, *rows: str, content: str = CONTENT) -> AddresseeList:
    """The list in a file with these rows below a header row with the names "id" and "name"."""
    with zipfile.ZipFile(folder / "list.ods", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("content.xml", content.replace("{}", row(cell("id"), cell("name")) + "".join(rows)))
    return open_list("list.ods", folder=folder)


def seen(listed: AddresseeList) -> list[tuple[int, str, str]]:
    """The row, the id and the name of each addressee."""
    return [(one.row, one.id, one.columns["name"]) for one in listed]


def test_the_list_is_that_of_the_same_workbook_in_the_format_of_excel() -> None:
    """Cells are read as they are shown; a title, a total and a hidden row are left out, and hidden sheets, too."""
    ods, xlsx = (open_list(f"delegates.{suffix}", folder=LISTS) for suffix in ("ods", "xlsx"))

    [first, second, third], [*others] = ods, xlsx

    assert second == others[1]
    assert second.columns == {
        "id": "b",
        "language": "es",
        "name": "Max\nMuster",
        "postcode": "01200",
        "born": "2024-01-02 12:05",
        "at": "",
        "fee": "1,234.50",
        "ok": "FALSE",
        "note": "two  spaces",
    }
    assert first.columns == dict(others[0].columns) | {"note": "#DIV/0!"}
    faults = [[one.code for one in found.problems] for found in (first, third) if isinstance(found, FaultyRow)]
    assert faults == [["cell-error"], ["long-number"]]
    assert [one.message for one in ods.remarks()] == [one.message for one in xlsx.remarks()]
    assert (ods.about, ods.choices) == (xlsx.about, xlsx.choices)


def test_hidden_rows_are_taken_if_that_is_asked_for() -> None:
    """They are rows like others."""
    assert [one.id for one in open_list("delegates.ods", hidden=True, folder=LISTS)] == ["a", "b", "c", "h"]


def test_a_sheet_is_chosen_by_its_name() -> None:
    """Upper and lower case count as the same."""
    assert open_list("delegates.ods", sheet="other", folder=LISTS).about == "this is the sheet 'Other'"
    with pytest.raises(AddresseesError, match=r"there is no sheet 'Delegate'\n.*did you mean 'Delegates'"):
        open_list("delegates.ods", sheet="Delegate", folder=LISTS)


def test_hidden_columns_are_left_out(tmp_path: Path) -> None:
    """The columns are described before the rows."""
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="9"/>'

    listed = written(tmp_path, content=CONTENT.replace("{}", columns + "{}" + row(cell("a"), cell("Ana"))))

    assert listed.columns == ("id",)
    assert [one.code for one in listed.remarks()] == ["hidden-columns"]


def test_a_row_may_stand_for_many(tmp_path: Path) -> None:
    """Empty ones are passed over, a million of them included."""
    empty = row("<table:table-cell/>", attributes='table:number-rows-repeated="1048000"')
    twice = row(cell("x", 'table:number-columns-repeated="2"'), attributes='table:number-rows-repeated="2"')

    assert seen(written(tmp_path, twice, empty, row(cell("b")))) == [(2, "x", "x"), (3, "x", "x"), (1_048_004, "b", "")]


def test_a_cell_over_several_rows_counts_for_each(tmp_path: Path) -> None:
    """Its text is only in the first of them."""
    first = row(cell("a"), cell("Beispiel AG", 'table:number-rows-spanned="2"'))
    second = row(cell("b"), "<table:covered-table-cell/>")

    assert [name for *_, name in seen(written(tmp_path, first, second, row(cell("c"))))] == ["Beispiel AG"] * 2 + [""]


def test_neighbouring_cells_over_several_rows_count_each_for_itself(tmp_path: Path) -> None:
    """LibreOffice writes what they cover as one cell that is repeated."""
    spanned = 'table:number-rows-spanned="3"'
    first = row(cell("a", spanned), cell("Beispiel AG", spanned))
    covered = row('<table:covered-table-cell table:number-columns-repeated="2"/>')

    assert seen(written(tmp_path, first, covered, covered)) == [(at, "a", "Beispiel AG") for at in (2, 3, 4)]


def test_comments_are_not_part_of_a_cell(tmp_path: Path) -> None:
    """What is marked up is, and so are lines, spaces and links."""
    note = "<office:annotation><text:p>not this</text:p></office:annotation>"
    text = '<text:p>Ana<text:s text:c="2"/><text:span>de <text:a>Ejemplo</text:a></text:span></text:p><text:p/>'
    words = f"<table:table-cell>{note}{text}</table:table-cell>"

    assert seen(written(tmp_path, row(cell("a"), words))) == [(2, "a", "Ana  de Ejemplo")]


def test_a_date_is_not_what_the_format_shows(tmp_path: Path) -> None:
    """A format may leave out the year."""
    day = cell("3 May", 'office:value-type="date" office:date-value="2026-05-03"')
    moment = cell("3 May", 'office:value-type="date" office:date-value="2026-05-03T12:30:00"')
    time = cell("half past", 'office:value-type="time" office:time-value="PT12H30M05S"')

    names = [name for *_, name in seen(written(tmp_path, *(row(cell("a"), one) for one in (day, moment, time))))]

    assert names == ["2026-05-03", "2026-05-03 12:30", "12:30:05"]


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(10))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (row(cell("x" * 30_000_000)), "damaged"),
        (row(*[cell("x" * 1_000)] * 30_000), "a row of the sheet is larger"),
        (row(cell("x", 'table:number-columns-repeated="16384"')), "row 2 has more than 1,000 cells"),
        (row(cell("x"), cell("y"), attributes='table:number-rows-repeated="1048000"'), "more than 2,000,000 cells"),
        (row(cell("x", 'table:number-columns-repeated="99999999999"')), ""),
        (row(cell("x" * 5_000_000), attributes='table:number-rows-repeated="200"'), "the text of the cells is too"),
        ("</table:table><table:table>" * 250, "more than 250 sheets"),
        ("<table:table-row>", "damaged"),
        ("&e9;", "damaged"),
    ],
    ids=["long text", "long row", "wide", "many", "endless number", "text", "sheets", "not closed", "undefined entity"],
)
def test_a_sheet_of_enormous_size_is_refused(tmp_path: Path, rows: str, words: str) -> None:
    """Before it fills the memory."""
    if not words:
        assert len(list(written(tmp_path, rows))) == 1
        return
    with pytest.raises(AddresseesError, match=words):
        list(written(tmp_path, rows))


class Counted(dict[int, tuple[int, str]]):
    """Merged cells by column, which count how many of them were looked at."""

    looked_at = 0

    def __iter__(self) -> Iterator[int]:
        self.looked_at += len(self)
        return super().__iter__()

    def __contains__(self, column: object) -> bool:
        self.looked_at += 1
        return super().__contains__(column)


def test_empty_cells_cost_as_much_as_a_row_is_wide() -> None:
    """A file of some kilobytes may have millions of them below merged cells; comparing all with all takes hours."""
    merged = Counted(dict.fromkeys(range(MAX_WIDTH), (9, "x")))

    above = [_above(merged, 3, column, 1) for column in range(20_000)]

    assert above[MAX_WIDTH - 1 : MAX_WIDTH + 1] == [{MAX_WIDTH - 1: "x"}, {}]
    assert merged.looked_at <= 2 * MAX_WIDTH


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """Ten levels of ten references each would be ten billion characters."""
    content = CONTENT.replace("<office:document-content", f"<!DOCTYPE x [{BOMB}]><office:document-content", 1)

    with pytest.raises(AddresseesError, match="damaged"):
        written(tmp_path, row(cell("a"), cell("&e9;")), content=content)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"], ids=["empty", "cut", "old"])
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    """It has a name of a spreadsheet."""
    (tmp_path / "list.ods").write_bytes(data)

    with pytest.raises(AddresseesError, match=r"damaged|empty"):
        open_list("list.ods", folder=tmp_path)
