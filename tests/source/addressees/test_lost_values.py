"""Cells whose values another program lost."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from babel import Locale

from circulars.source.addressees import Checks, open_list
from circulars.source.addressees.lost_values import lost_values, may_be_lost
from circulars.source.addressees.postcodes import _pattern, with_zeros

FREE = "remark"


def found(column: str, cell: str) -> str:
    """The code for a cell, with a "?" after it if the cell may be meant as it is; "" if nothing is lost."""
    cells = {"id": "x", column: cell}
    values = [*lost_values(cells)]
    assert may_be_lost("x" + cell.replace("\n", ""), cells) or not values, "the quick test misses it"
    return "".join(f"{value.code}{'?' * value.is_doubtful}" for value in values)


def hint(column: str, cell: str) -> str:
    """The remedy for a cell."""
    (value,) = lost_values({column: cell})
    return value.hint


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("surname", ["????????", "M?ller", "M??ller", "Jos?", "?ukasz", "?", "??-??", "Мюл?ер", "M¿ller", "Jos¿"]),
        ("organization", ["??? ?????", "Telef?nica", "?berblick AG", "M??ller & Sons", "Foo ??"]),
        ("address", ["Stra?e 5", "??????? 5", "Weg 1\n?????"]),
        (FREE, ["????", "? ?", "Stra??e", "a ??? b"]),
    ],
)
def test_question_marks_for_lost_letters_are_found(column: str, cells: list[str]) -> None:
    """Two or more in a word, a cell of nothing else, or a single one where a name cannot have any."""
    assert {cell: found(column, cell) for cell in cells} == dict.fromkeys(cells, "lost-character")


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("organization", ["Who Cares?", "Yahoo! Inc.", "What? & Co.", "¿Qué tal? S. A.", "Why Not? Ltd"]),
        ("address", ["https://example.org/?a=b", "Weg 1 (hinten?)"]),
        (FREE, ["What?!", "Really??", "Is it M?", "vegetarian?", "https://example.org/??x"]),
        ("salutation", ["How are you?", "¿Cómo está?"]),
    ],
)
def test_questions_are_not_lost_letters(column: str, cells: list[str]) -> None:
    """A question mark after a word is one, except in a name."""
    assert {cell: found(column, cell) for cell in cells} == dict.fromkeys(cells, "")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("Fran‡ois", "François"),
        ("J‚r“me", "Jérôme"),
        ("Andr‚", "André"),
        ("Chƒteau", "Château"),
        ("GenŽve", "Genéve"),
        ("K”ln", "Köln"),
        ("S‹o", "São"),
        ("Espa¤a", "España"),
        ("MŸller", "Müller"),
        ("Muñoz M├╝ller", ""),
    ],
)
def test_text_of_dos_or_macintosh_is_found_with_what_it_may_have_been(cell: str, meant: str) -> None:
    """It was read as Windows-1252: it has signs where no word has them."""
    assert {found(column, cell) for column in ("surname", "city", "address")} == {"garbled-text"}
    assert f"'{meant}'" in hint("surname", cell) or not meant


@pytest.mark.parametrize(
    "cell",
    [
        "O’Brien", "Anne\u2011Marie", "Müller\u2013Meier", "Coŀlegi", "Col·legi", "Nº 5", "1ºA",
        "“Zum Bären”", "Zum „Bären“",
        "ŠKODA", "Škoda", "Žižka", "Ÿnis", "McŠafář", "Müller †", "§ 5 GmbH", "Rock ’n’ Roll",
        "„Haus“-Verwaltung", "50‰",
        "Zoë • Müller", "3\u00d74", "Café “Ö”", "Łódź", "Œuvre", "Sœur", "Müller & Söhne", "¡Hola!", "Ο «Νίκος»",
        "“示例”部", "示例部•国际司", "الاتحاد“المثال”للاتصالات",
    ],
)  # fmt: skip
def test_signs_around_and_between_words_are_meant(cell: str) -> None:
    """Quotation marks, dashes, apostrophes, and letters of other languages."""
    assert {column: found(column, cell) for column in ("surname", "organization", "address")} == dict.fromkeys(
        ("surname", "organization", "address"), ""
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('="01067"', "formula-without-result"),
        ("(blank)", "no-value"),
        ("(Leer)", "no-value"),
        ("(vide)", "no-value"),
        ("<NA>", "no-value"),
        ("[object Object]", "no-value"),
        ("_x000D_", "no-value"),
        ("Weg 1_x000D_", "garbled-text"),
        ("a_x0009_b", "garbled-text"),
    ],
)
def test_what_programs_write_in_place_of_values_is_found(cell: str, code: str) -> None:
    """In every column, also in those of the letter's own."""
    assert {found(column, cell) for column in ("postcode", "surname", "address", FREE)} == {code}


def test_a_text_formula_is_reported_with_its_text() -> None:
    """The zero that it keeps is not lost."""
    assert hint("postcode", '="01067"').startswith("write 01067; ")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("MÃ¼ller", "Müller"),
        ("ZoÃ©", "Zoé"),
        ("TelÃ©fonica", "Teléfonica"),
        ("Ð˜Ð²Ð°Ð½", "Иван"),
        ("РњР°РєСЃ", "Макс"),
        ("MÃ¼nchen â€“ Ost", "München – Ost"),
        ("M&uuml;ller", "Müller"),
        ("Rh&ocirc;ne &amp; Fils", "Rhône & Fils"),
        ("M&#252;ller", "Müller"),
        ("Ìîñêâà", "Москва"),
        ("áèÞíá", "αθήνα"),
        ("ãÍãæÏ", "محمود"),
    ],
)
def test_garbled_text_is_found_with_what_it_was(cell: str, meant: str) -> None:
    """UTF-8 that was read as Windows-1252 or 1251, codes of HTML, and another alphabet that was read as Latin."""
    assert found("surname", cell) == "garbled-text"
    assert f"'{meant}'" in hint("surname", cell)


def test_no_country_or_language_in_any_language_is_taken_for_garbled() -> None:
    """A false alarm would be worse than a miss: CLDR's names of countries, in languages of all scripts."""
    languages = "ar bg bn cs de el en es fa fi fr gu he hi hu hy is it ja ka km kn ko lo ml my pl pt ru th tr uk vi zh"
    names = {str(name) for code in languages.split() for name in Locale(code).territories.values()}

    assert len(names) > 8_000
    assert [name for name in names for column in ("surname", "organization", "address") if found(column, name)] == []


@pytest.mark.parametrize(
    "cell",
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NV",
        "#N/D",
        "#BEZUG!",
        "#¡REF!",
        "#Н/Д",
        "#ЗНАЧ!",
        "#YOK",
        "Err:502",
        "########",
        "Weg #N/A",
        "Weg 1\n#REF!",
    ],
)
def test_errors_of_spreadsheets_are_found_in_their_languages(cell: str) -> None:
    """Excel and LibreOffice show errors in the language of the program, and write them so into a CSV file."""
    assert found("organization", cell) == "cell-error"
    assert found("country", cell) == "cell-error"


def test_other_number_signs_are_not_errors() -> None:
    """Flats and rooms have numbers."""
    assert [found("address", cell) for cell in ("Apt #5", "# 12", "Suite #NO", "C# Street")] == [""] * 4


@pytest.mark.parametrize("cell", ["NULL", "null", "nan", "NaN", "undefined", "(null)", "<null>", "\\N"])
def test_words_for_empty_cells_are_found_in_every_column(cell: str) -> None:
    """Databases and programs write them; no letter should show them."""
    assert [found(column, cell) for column in ("organization", "address", FREE)] == ["no-value"] * 3


def test_words_that_may_be_meant_are_found_only_where_they_cannot_be() -> None:
    """In a column of the letter's own, "none" and "N/A" are answers."""
    assert [found("organization", cell) for cell in ("None", "N/A", "n/a", "-", "--", "—")] == ["no-value"] * 6
    assert [found(FREE, cell) for cell in ("None", "N/A", "n/a", "-", "--", "—")] == [""] * 6


def test_people_named_null_get_their_letters() -> None:
    """ "Null" is a surname, "Nan" a given name, and None a town; in capitals or small letters it is doubtful."""
    assert [found("surname", cell) for cell in ("Null", "Nullmeyer", "Nan", "NULL", "null", "NONE")] == [
        "",
        "",
        "",
        "no-value?",
        "no-value?",
        "no-value?",
    ]
    assert [found("name", cell) for cell in ("Nan", "Nil", "None", "NULL")] == ["", "", "no-value", "no-value?"]
    assert found("city", "None") == "no-value?"
    assert hint("surname", "NULL") == "leave the cell empty; if it is a name, write 'Null'"


@pytest.mark.parametrize(
    "cell",
    [
        "03-May",
        "3-may",
        "03. Mai",
        "13. Mrz",
        "03-mai",
        "12-févr.",
        "03/mai",
        "03.май",
        "3月5日",
        "Dec-45",
        "2025-05-03",
        "2025-05-03 00:00:00",
        "Hauptstrasse 03-May",
        "Hauptstrasse 03. Mai",
        "Hauptstrasse 2025-05-03",
        "03:05",
        "Piso 2\n03-May",
        "16-Oct-24",
        "03-مايو",
    ],
)
def test_dates_in_an_address_are_found(cell: str) -> None:
    """Excel makes a date of 3/5, in the language of the program; elsewhere a date may be meant."""
    assert found("address", cell) == "date-for-text"
    assert found(FREE, cell) == ""


def test_streets_that_are_named_after_a_date_are_not_dates() -> None:
    """Many countries have such streets."""
    streets = [
        "25 de Mayo 123",
        "Straße des 17. Juni 135",
        "Rue du 8 Mai 1945",
        "ul. 3 Maja 12",
        "6th of October City",
        "1-3 Mayfair",
        "12-Marstal",
        "Calle 5-20",
        "Carrera 7 # 18A-12",
        "10-Downing",
        "3.Etage",
        "2.OG",
        "Platz der Republik 1-45",
        "Straße des 17. Juni",
        "Berga 2:15",
        "c/o: Muster",
        "May-Street 12",
    ]

    assert [street for street in streets if found("address", street)] == []


def test_numbers_that_a_spreadsheet_shortened_are_found() -> None:
    """A telephone number in scientific notation has lost its digits; a postcode has no decimals."""
    assert [found("phone", cell) for cell in ("4.12E+10", "4,12E+10", "4E+11", "+41 22 730 5111", "2E10")] == [
        "number-for-text",
        "number-for-text",
        "number-for-text",
        "",
        "",
    ]
    assert [found("postcode", cell) for cell in ("1.2E+05", "1200.0", "1200")] == [
        "number-for-text",
        "number-for-text",
        "",
    ]


@pytest.mark.parametrize(
    ("postcode", "country", "whole"),
    [
        ("316", "NO", "0316"),
        ("10", "NO", "0010"),
        ("3720", "MX", "03720"),
        ("2134", "US", "02134"),
        ("601", "PR", "00601"),
        ("1310100", "BR", "01310100"),
        ("600001", "JP", "0600001"),
        ("950", "PL", "00950"),
        ("100", "KE", "00100"),
        ("1067", "DE", "01067"),
        ("1200", "CH", ""),
        ("01200", "CH", ""),
        ("1100", "PT", ""),
        ("15598", "IR", ""),
        ("23", "PE", ""),
        ("12", "GB", ""),
        ("5", "AE", ""),
        ("1", "", ""),
        ("316", "XX", ""),
    ],
)
def test_postcodes_without_their_zeros_are_found_by_the_pattern_of_the_country(
    postcode: str, country: str, whole: str
) -> None:
    """Postcodes of Norway have four digits, of Mexico five; other kinds of postcodes are left alone."""
    assert with_zeros(postcode, country) == whole


def test_all_is_reported_by_row_and_column(tmp_path: Path) -> None:
    """Each cell has one problem, also where another check would find a second one."""
    (tmp_path / "list.csv").write_text(
        "id,language,name,address,postcode,country,email\n1,en,????,03-May,316,NO,#N/A\n2,en,Ana,Weg 1,0316,#REF!,\n",
        encoding="utf-8",
    )
    addressees = open_list("list.csv", folder=tmp_path)
    checks = Checks(addressees, (), ("en",))
    problems = [problem for addressee in addressees for problem in checks.problems(addressee)]

    assert [f"{one.where.line}:{one.where.column} {one.code}" for one in problems] == [
        "2:3 lost-character",
        "2:4 date-for-text",
        "2:7 cell-error",
        "2:5 lost-zeros",
        "3:6 cell-error",
    ]
    assert problems[3].message == "postcode: '316' has 3 digits, and a postcode of Norway has 4"
    assert "write 0316" in problems[3].hint


def test_a_column_that_is_not_used_gives_one_warning(tmp_path: Path) -> None:
    """It names the rows; the rows are sound."""
    (tmp_path / "list.csv").write_text("id,language,name,fax\n1,en,Ana,#N/A\n2,en,Max,\n3,en,Zoe,#N/A\n")
    addressees = open_list("list.csv", folder=tmp_path)
    checks = Checks(addressees, ["name"], ("en",), used=lambda _: ["name"])

    assert [problem for addressee in addressees for problem in checks.problems(addressee)] == []
    assert [(one.where.line, one.code, one.message) for one in checks.doubts(["name"])] == [
        (2, "cell-error", "fax: the cell shows the error #N/A (2 cells like it, in the rows 2, 4)")
    ]


def test_an_error_in_a_workbook_is_counted_once(tmp_path: Path) -> None:
    """Although it is found when the workbook is read, and again in its text."""
    book = openpyxl.Workbook()
    for row in (["id", "language", "name", "fax"], ["1", "en", "Ana", "#REF!"]):
        book.active.append(row)
    book.active["D2"].data_type = "e"
    book.save(tmp_path / "list.xlsx")
    addressees = open_list("list.xlsx", folder=tmp_path)
    checks = Checks(addressees, ["name"], ("en",), used=lambda _: ["name"])

    assert [problem for addressee in addressees for problem in checks.problems(addressee)] == []
    assert [one.message for one in checks.doubts(["name"])] == ["fax: the cell shows the error #REF!"]


def test_what_is_no_country_is_not_remembered_for_ever() -> None:
    """A list may have millions of different cells in its column of countries, each of thousands of characters."""
    for number in range(2_000):
        assert not with_zeros("123", f"country {number}")

    assert _pattern.cache_info().currsize < 1_000


@pytest.mark.parametrize(
    ("cell", "code"), [("45415", "date-for-text?"), ("12045", ""), ("Weg 1\n45415", ""), ("٤٥٤١٥", "")]
)
def test_the_number_of_a_date_is_a_doubt(cell: str, code: str) -> None:
    """A house number 3/5 becomes one if it is taken for a date and then formatted as text."""
    assert found("address", cell) == code
    assert found("postcode", cell) == ""
