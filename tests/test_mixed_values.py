"""Names with words of both directions, in the salutation and in the line of the name above the address."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import lxml.html
import pytest

from circulars.addressing.settle import settle
from circulars.compose import compose
from circulars.language import load_language
from circulars.merge.paper.address_field import address_field
from circulars.merge.paper.labels import print_labels
from circulars.merge.post.page import page_of
from circulars.model.addressee import Addressee
from circulars.model.document import Document, holes_of
from circulars.model.filling import filled_in_directions, isolates_in, with_isolates
from circulars.pack import load_pack
from circulars.render import writer
from circulars.render.pdf import master_for_copies
from circulars.source.letters.reading import parse_letter
from glyph_order import alike, shown_lines
from readers import libreoffice_files

LETTER = """{kind: tsb-circular, number: 1, date: 2024-07-12, languages: [ar, en], subject: {ar: نص, en: S}, to: false,
    copy: false, body: [{ar: نص, en: T}], signatory: {name: A. B, title: C}}"""
ADDRESS = {"address": "1 Way", "city": "City", "postcode": "1299", "country": "CH"}
HEBREW = ADDRESS | {"title": "Mr", "name": "יעל", "surname": "לדוגמה (AI)"}
NUMBER = ADDRESS | {"title": "Mr", "name": "سمر", "surname": "هاتف +41 22 730 0000"}
LATIN = ADDRESS | {"title": "Mr", "name": "John", "surname": "O'Sample (London) 5+"}
MIXED = ADDRESS | {"title": "Mr", "name": "Example", "surname": "Zoé (سمر 5) Ltd."}
SHOWN = {
    "a Hebrew name in English": ("en", HEBREW, ("Mr (AI) המגודל לעי", "Dear Mr (AI) המגודל,")),
    "a number in an Arabic name": ("en", NUMBER, ("Mr +41 22 730 0000 فتاه رمس", "Dear Mr +41 22 730 0000 فتاه,")),
    "a Latin name in Arabic": ("ar", LATIN, ("John O'Sample (London) 5+ ديسلا", "O'Sample (London) 5+ ديسلا")),
    "an Arabic word in a Latin name": ("ar", MIXED, ("Example Zoé (5 رمس) Ltd. ديسلا", "Zoé (5 رمس) Ltd. ديسلا")),
}


def _document(language: str) -> Document:
    letter = parse_letter(LETTER.encode(), "x.yaml", "x", Path())
    return compose(letter, load_language(language), load_pack(), addressed=True)


def _values(language: str, columns: dict[str, str]) -> dict[str, str]:
    return settle(Addressee("1", columns), load_language(language), load_pack(), holes_of(_document(language)))


@pytest.mark.parametrize(("language", "columns", "shown"), SHOWN.values(), ids=SHOWN)
def test_a_name_is_read_by_itself(
    language: str, columns: dict[str, str], shown: tuple[str, str], tmp_path: Path
) -> None:
    """In the PDF and in the Word file, as it is anywhere else in the letter."""
    document, values = _document(language), _values(language, columns)
    file = tmp_path / "x.docx"
    file.write_bytes(writer("docx")(document, load_pack()).fill(values))
    [word] = libreoffice_files([file], tmp_path)

    for pdf in (writer("pdf")(document, load_pack()).fill(values), word.read_bytes()):
        lines = shown_lines(pdf)
        assert [text for text in shown if not any(alike(text) in line for line in lines)] == []


def test_copies_are_the_letter_laid_out_in_full() -> None:
    """Such a name is not filled into a master, in which it would be shown in pieces."""
    document, values = _document("en"), _values("en", HEBREW)
    characters = frozenset(c for columns in (HEBREW, LATIN) for text in _values("en", columns).values() for c in text)
    master = master_for_copies(document, load_pack(), characters)

    assert master.tail(values) is None
    assert master.tail(_values("en", LATIN)) is not None


def test_an_e_mail_has_an_element_around_the_name() -> None:
    """With the direction of the name."""
    letter = filled_in_directions(_document("en"), _values("en", HEBREW))

    page = lxml.html.fromstring(page_of(letter, "mail.example").html)

    found = ["".join(map(str, one.itertext())) for one in page.iterfind(".//span[@dir='rtl']")]
    assert found == ["יעל לדוגמה (AI)", "לדוגמה (AI)"]


def test_a_label_has_the_name_as_the_letter_has_it() -> None:
    """The line of the name is that of the window."""
    stream = io.BytesIO()
    field = address_field(Addressee("1", HEBREW), load_language("en"), load_pack(), "x.csv")

    print_labels([field], "L7160", stream, load_pack(), _document("en").properties)

    assert alike("Mr (AI) המגודל לעי") in shown_lines(stream.getvalue())


def test_the_places_of_values_go_to_other_processes() -> None:
    """A text with them is the same text."""
    text = "Dear Mr לדוגמה (AI),"
    value = pickle.loads(pickle.dumps(with_isolates(text, ["לדוגמה (AI)"])))

    assert value == text
    assert [value[slice(*place)] for place in isolates_in(value, 0, len(value))] == ["לדוגמה (AI)"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Dear Ms Ejemplo,", ["Ejemplo"]),
        ("Dear Mr לדוגמה,", ["לדוגמה"]),
        ("السيد John O'Sample (AI)،", ["John O'Sample (AI)"]),
        ("السيد سمر (AI)،", ["سمر (AI)"]),
        ("Dear (AI) 12 מר", ["12", "(AI)"]),
    ],
)
def test_what_is_read_so_anyway_has_no_places(text: str, values: list[str]) -> None:
    """So most copies are filled as quickly as ever."""
    assert type(with_isolates(text, values)) is str
