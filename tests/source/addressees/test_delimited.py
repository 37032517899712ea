"""Lists of addressees in CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, FaultyRow, open_list

HEAD = "id,language,name\n"


def read(folder: Path, text: str | bytes, name: str = "list.csv") -> AddresseeList:
    """The list in a file with this text."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_list(name, folder=folder)


def problems(folder: Path, text: str | bytes) -> list[str]:
    """The places and codes of the problems of a list."""
    with pytest.raises(AddresseesError) as caught:
        list(read(folder, text))
    return [f"{problem.where} {problem.code}" for problem in caught.value.problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_the_separator_is_detected_from_the_header_row(tmp_path: Path, separator: str, mark: bytes, end: str) -> None:
    """It may be a comma, a semicolon or a tab, with or without a byte order mark, and with any line ends."""
    rows = [["id", "language", "name"], ["007", "es", "Ana Ejemplo"]]
    text = end.join(separator.join(row) for row in rows) + end

    addressees = list(read(tmp_path, mark + text.encode()))

    assert addressees == [Addressee("007", {"id": "007", "language": "es", "name": "Ana Ejemplo"}, 2)]


def test_a_comma_within_a_column_name_is_not_the_separator(tmp_path: Path) -> None:
    """The separator is the one that gives the most known columns."""
    addressees = read(tmp_path, "id;language;room, seat, table, floor\n1;es;5\n")

    assert addressees.columns == ("id", "language", "room-seat-table-floor")


def test_a_first_line_for_excel_sets_the_separator(tmp_path: Path) -> None:
    """Excel does not show the line ``sep=;``; the row below it is the header row."""
    addressees = list(read(tmp_path, "sep=;\nid;name\n1;Ejemplo, Ana\n"))

    assert addressees == [Addressee("1", {"id": "1", "name": "Ejemplo, Ana"}, 2)]


def test_quoted_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    """Rows have the numbers of a spreadsheet, and all line ends in cells become ``\\n``."""
    addressees = list(read(tmp_path, 'id,address\r\n1,"Calle Mayor 1\r\nPiso 2"\r\n2,"the ""old"" town"\r\n'))

    assert addressees[0].columns["address"] == "Calle Mayor 1\nPiso 2"
    assert addressees[1] == Addressee("2", {"id": "2", "address": 'the "old" town'}, 3)


def test_cells_are_kept_as_typed_except_for_surrounding_white_space(tmp_path: Path) -> None:
    """No cell is converted to a number, a date, a formula or a field."""
    cells = ["007", "12345678901234567890", "no", "12:30", "1e3", "=1+1", "{{7*7}}", "<b>&amp;</b>", "2024-02-30"]

    addressees = list(read(tmp_path, "".join(["id,a\n", *(f"{n}, {cell} \n" for n, cell in enumerate(cells))])))

    assert [addressee.columns["a"] for addressee in addressees] == cells


def test_empty_rows_are_skipped(tmp_path: Path) -> None:
    """Empty lines and rows with separators only are not addressees, but they count as rows."""
    addressees = list(read(tmp_path, "\n,,\n" + HEAD + "\n,,\n , ,\n1,es,Ana\n\n"))

    assert [(addressee.id, addressee.row) for addressee in addressees] == [("1", 7)]


def test_missing_cells_at_the_end_of_a_row_are_empty(tmp_path: Path) -> None:
    """Spreadsheet programs leave them out."""
    addressees = list(read(tmp_path, HEAD + "1\n"))

    assert addressees == [Addressee("1", {"id": "1", "language": "", "name": ""}, 2)]


def test_an_extra_cell_is_reported_with_row_and_column(tmp_path: Path) -> None:
    """A separator in a cell without quotation marks shifts all cells after it."""
    first, second = read(tmp_path, HEAD + "1,es,Ejemplo, Ana\n2,es,Max\n")

    assert isinstance(first, FaultyRow)
    assert [(str(problem.where), problem.code) for problem in first.problems] == [
        ("list.csv:2:4", "cell-without-column")
    ]
    assert type(second) is Addressee


def test_the_list_can_be_read_again(tmp_path: Path) -> None:
    """Each iteration begins at the first row, even while another one is in progress."""
    addressees = read(tmp_path, HEAD + "1,es,Ana\n2,en,Max\n")

    first = iter(addressees)
    next(first)

    assert [addressee.id for addressee in addressees] == ["1", "2"]
    assert [addressee.id for addressee in first] == ["2"]


def test_an_encoding_that_is_not_certain_is_reported_with_a_hint(tmp_path: Path) -> None:
    """A single letter is not enough; the place is that of its byte."""
    assert problems(tmp_path, (HEAD + "1,es,Møn\n").encode("cp1252")) == ["list.csv:2:7 not-utf-8"]
    rows = "".join(f"{number},es,Ana\n" for number in range(50_000))
    assert problems(tmp_path, (HEAD + rows + "x,es,Møn\n").encode("cp1252")) == ["list.csv:50002:7 not-utf-8"]
    with pytest.raises(
        AddresseesError, match=r"the byte 0xF8 \('ø' in Windows-1252\) is not UTF-8(?s:.*)export the list"
    ):
        list(read(tmp_path, (HEAD + "1,es,Zoé\n").encode() + "2,en,Møn\n".encode("cp1252")))


def test_unbalanced_quotation_marks_are_reported_with_their_row(tmp_path: Path) -> None:
    """A quotation mark that is never closed would include the rest of the list in one cell."""
    assert problems(tmp_path, HEAD + '1,es,Ana\n2,es,"Max\n3,en,Eva\n') == ["list.csv:3:1 csv-syntax"]
    assert problems(tmp_path, HEAD + '2,es,"Max\n' + "3,en,Eva\n" * 100_000) == ["list.csv:2:1 csv-syntax"]
    assert problems(tmp_path, HEAD + '1,es,Ana\n2,es,"Max" M.\n') == ["list.csv:3:1 csv-syntax"]


def test_a_list_without_a_usable_header_row_is_refused(tmp_path: Path) -> None:
    """It has no rows, no names, too many columns, or one name twice, in any language."""
    assert problems(tmp_path, "") == ["list.csv empty-file"]
    assert problems(tmp_path, "\n\n") == ["list.csv:1:1 no-head-row"]
    assert problems(tmp_path, "id,name,Nombre,e-mail,Correo-e\n") == [
        "list.csv:1:3 column-twice",
        "list.csv:1:5 column-twice",
    ]
    assert problems(tmp_path, "id,???\n") == ["list.csv:1:2 wrong-column-name"]
    assert problems(tmp_path, ",".join(f"c{n}" for n in range(501))) == ["list.csv:1:501 too-many-columns"]


def test_column_names_may_be_in_either_language(tmp_path: Path) -> None:
    """Case, accents, spaces and hyphens do not matter; other columns have names as in letters."""
    spanish = (
        "ID,Idioma,Tratamiento,Nombre,Apellido(s),Organización,Dirección,Código postal,Ciudad,Región,País,Correo-e,"
        "Categoría,Saludo,N.º de asiento"
    )
    english = (
        "id,Language,Title,Given name,Family name,Organisation,Address,Post code,City,Region,Country,E-mail,"
        "Category,Salutation,Seat_no"
    )

    assert read(tmp_path, spanish + "\n").columns[:-1] == read(tmp_path, english + "\n").columns[:-1]
    assert read(tmp_path, spanish + "\n").columns[-1] == "n-o-de-asiento"
    assert read(tmp_path, english + "\n").columns[-1] == "seat_no"


def test_codes_are_normalized_as_in_iso(tmp_path: Path) -> None:
    """The country "es" becomes ES, and the language "ES" becomes es."""
    (addressee,) = read(tmp_path, "id,language,country\n1,ES,es\n")

    assert (addressee.columns["language"], addressee.columns["country"]) == ("es", "ES")
