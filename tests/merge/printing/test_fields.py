"""Addresses on labels and envelopes."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pypdfium2
import pytest

from circulars.errors import LetterError, UsageError
from circulars.merge.paper import fields
from circulars.merge.paper.address_field import AddressField
from circulars.merge.paper.envelopes import print_envelopes, sender_lines
from circulars.merge.paper.field_sizes import surely_fits
from circulars.merge.paper.fields import FitCheck
from circulars.merge.paper.labels import print_labels
from circulars.merge.paper.stock import ENVELOPES, LABELS, Stock, envelope_of, labels_of
from circulars.model.document import Properties
from circulars.pack import Pack
from circulars.render.pdf.press import Press
from glyph_order import shown_lines
from judges import PDF_JUDGES
from merge.script_lists import SCRIPTS
from tasks import halted_at_first

_ANA = ("Sra. Ana Ejemplo", "Ministerio de Ejemplos", "Calle de la Muestra 1", "28000 Muestra", "ESPAÑA")
_LONG = ("Mr Max Mustermann", "Federal Authority for Sample Matters and Other Questions of Example", "EXAMPLAND")
_IN_DEVANAGARI = (
    "अनन्या उदाहरण",
    "नमूना संस्थान",
    "Musterstraße 1",
    "10115 Berlin",
)  # measured: its widths are not estimated
_POINT = 25.4 / 72


def _addressed(count: int, lines: tuple[str, ...] = _ANA, language: str = "es") -> list[AddressField]:
    return [AddressField(f"ch-{n:03}", (f"{lines[0]} {n}", *lines[1:]), language) for n in range(count)]


def _labels(some: Sequence[AddressField], sheet: str, pack: Pack, said: Properties, skip: int = 0) -> bytes:
    stream = io.BytesIO()
    print_labels(some, sheet, stream, pack, said, skip=skip)
    return stream.getvalue()


def _boxes(data: bytes) -> list[list[tuple[float, float, float, float]]]:
    """The boxes of each page's words: left, top, right, bottom in millimetres from the upper left corner."""
    pages = []
    for page in pypdfium2.PdfDocument(data):
        text, height = page.get_textpage(), page.get_height()
        rectangles = [text.get_rect(n) for n in range(text.count_rects())]
        pages.append(
            [(x * _POINT, (height - up) * _POINT, y * _POINT, (height - low) * _POINT) for x, low, y, up in rectangles]
        )
    return pages


def _holder(stock: Stock, box: tuple[float, float, float, float]) -> int | None:
    """The number of the field that contains a box."""
    for number in range(stock.fields):
        left, top = stock.position(number)
        if left <= box[0] and box[2] <= left + stock.width and top <= box[1] and box[3] <= top + stock.height:
            return number
    return None


@pytest.mark.parametrize("name", ["L7159", "L7160", "L7163", "L7165", "3475", "5160", "5163"])
def test_every_word_is_on_a_label(name: str, pack: Pack, properties: Properties) -> None:
    """Measured in the PDF, every line lies within its label, and every label of the sheet is used."""
    stock = labels_of(name)
    (boxes,) = _boxes(_labels(_addressed(stock.fields), name, pack, properties))

    holders = [_holder(stock, box) for box in boxes]
    assert None not in holders
    assert set(holders) == set(range(stock.fields))


def test_sheets_have_the_published_measures() -> None:
    """The number of labels, size, first margins and pitch of a few sheets."""
    l7160, us = labels_of("l7160"), labels_of("5160")

    assert (l7160.fields, l7160.width, l7160.height, l7160.horizontal_pitch, l7160.vertical_pitch) == (
        21,
        63.5,
        38.1,
        66.0,
        38.1,
    )
    assert (round(l7160.left, 2), round(l7160.top, 2)) == (7.25, 15.15)
    assert (us.fields, us.horizontal_pitch, us.vertical_pitch, round(us.top, 4)) == (30, 69.85, 25.4, 12.7)
    assert us.left == pytest.approx(4.7625)


@pytest.mark.parametrize("stock", [*LABELS.values(), *ENVELOPES.values()], ids=lambda stock: stock.name)
def test_no_field_reaches_over_the_paper(stock: Stock) -> None:
    """The last field of every sheet ends on the paper."""
    left, top = stock.position(stock.fields - 1)

    assert left + stock.width <= stock.page[0] + 1e-9
    assert top + stock.height <= stock.page[1] + 1e-9


def test_labels_that_were_used_are_skipped(pack: Pack, properties: Properties) -> None:
    """With four labels skipped the first address is on the fifth; the rest continues on a second sheet."""
    stock = labels_of("L7160")
    first, second = _boxes(_labels(_addressed(20), "L7160", pack, properties, skip=4))

    assert {_holder(stock, box) for box in first} == set(range(4, 21))
    assert {_holder(stock, box) for box in second} == {0, 1, 2}


def test_addresses_keep_their_order_over_many_sheets(pack: Pack, properties: Properties) -> None:
    """More labels than are laid out at once come in the order of the list, each once."""
    data = _labels(_addressed(240, ("No", "X"), "en"), "L7160", pack, properties, skip=1)

    words = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)).split()
    assert [int(word) for word in words if word.isdigit()] == list(range(240))


def test_long_lines_are_set_smaller(pack: Pack, properties: Properties) -> None:
    """An address that is too long for eleven points fits its label in a smaller font."""
    stock = labels_of("5160")
    (boxes,) = _boxes(_labels(_addressed(3, (*_LONG, "Line four", "Line five")), "5160", pack, properties))

    assert {_holder(stock, box) for box in boxes} == {0, 1, 2}


class _HaltedField(AddressField):
    """An address whose first layout uses up the time of its process."""

    seen: Path

    def __reduce__(self) -> tuple[object, ...]:
        return halted_at_first, (self.seen, AddressField(self.id, self.lines, self.language))


def _halted(seen: Path) -> list[AddressField]:
    first, *rest = _addressed(2, _IN_DEVANAGARI)
    halted = _HaltedField(first.id, first.lines, first.language)
    object.__setattr__(halted, "seen", seen)
    return [halted, *rest]


def test_addresses_are_printed_though_the_machine_was_halted(
    pack: Pack, properties: Properties, tmp_path: Path
) -> None:
    """A machine that has too much to do counts time as used that was not, so labels get a second try."""
    seen = tmp_path / "seen"
    printed = _labels(_halted(seen), "L7160", pack, properties)

    assert seen.exists()
    assert printed == _labels(_addressed(2, _IN_DEVANAGARI), "L7160", pack, properties)


def test_addresses_are_measured_though_the_machine_was_halted(pack: Pack, tmp_path: Path) -> None:
    """The check before anything is printed gets a second try, too."""
    seen = tmp_path / "seen"

    assert FitCheck(envelope_of("C5"), pack).problems(_halted(seen)) == {}
    assert seen.exists()


def test_addresses_that_do_not_fit_are_all_named(pack: Pack, properties: Properties) -> None:
    """Each address that is too long even in the smallest font is reported with its row in the list."""
    some = [AddressField(f"ch-{n}", ("A line of an address",) * 15, "en", list="list.csv", row=n + 2) for n in range(2)]

    with pytest.raises(LetterError) as caught:
        _labels([*some, *_addressed(3)], "L7160", pack, properties)
    assert [(str(p.where), p.code) for p in caught.value.problems] == [
        ("list.csv:2:1", "address-too-long"),
        ("list.csv:3:1", "address-too-long"),
    ]


def test_empty_addresses_are_all_named(pack: Pack, properties: Properties) -> None:
    """No label stays empty silently."""
    some = [AddressField(f"ch-{n}", ("",), "en", list="list.csv", row=n + 2) for n in range(2)]

    with pytest.raises(LetterError) as caught:
        _labels([*some, *_addressed(3)], "L7160", pack, properties)
    assert [(str(p.where), p.code) for p in caught.value.problems] == [
        ("list.csv:2:1", "no-address"),
        ("list.csv:3:1", "no-address"),
    ]


def test_unknown_sheets_are_refused(pack: Pack, properties: Properties) -> None:
    """A misspelt name is reported with the nearest one, and no more labels can be skipped than there are."""
    with pytest.raises(UsageError, match="did you mean 'L7160'"):
        _labels(_addressed(1), "L-7160", pack, properties)
    with pytest.raises(UsageError, match="a sheet of L7160 has 21"):
        _labels(_addressed(1), "L7160", pack, properties, skip=21)


def _envelopes(some: Sequence[AddressField], name: str, pack: Pack, said: Properties) -> bytes:
    stream = io.BytesIO()
    print_envelopes(some, name, stream, pack, said)
    return stream.getvalue()


@pytest.mark.parametrize(("sheet", "most"), [("5160", 9), ("L7160", 25)])
def test_the_check_finds_what_printing_finds(sheet: str, most: int, pack: Pack, properties: Properties) -> None:
    """Of addresses in twelve scripts, those that do not fit are found before printing, though few are laid out."""
    choice = random.Random(7)
    some = [AddressField(f"{n}", _drawn_lines(choice, most), "en", list="list.csv", row=n) for n in range(100)]
    sure = [one for one in some if surely_fits(one.lines, labels_of(sheet).min_size, labels_of(sheet))]

    found = FitCheck(labels_of(sheet), pack).problems(some)
    with pytest.raises(LetterError) as caught:
        _labels(some, sheet, pack, properties)

    assert {one.where.line for one in caught.value.problems} == set(found)
    assert 10 < len(sure) < 90


def _drawn_lines(choice: random.Random, most: int) -> tuple[str, ...]:
    words = choice.choice(list(SCRIPTS.values()))
    organization = words.between.join(choice.choices(words.organizations, k=choice.randint(1, most)))
    name = words.between.join((choice.choice(words.names), choice.choice(words.surnames)))
    return (name, organization, "Musterstraße 194", "10115 Berlin", "GERMANY")


def test_neighbours_of_a_long_address_are_laid_out_once(
    pack: Pack, properties: Properties, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only addresses that may not fit are laid out again, alone; the check before printing lays out no other."""
    laid_out: list[int] = []
    page = Press.print
    monkeypatch.setattr(fields, "limited", lambda part, function, *given, modules=(): function(*given))

    def counting(press: Press, info: Any, root: Element, **more: Any) -> bytes:
        laid_out.append(len(root.findall(".//p")))
        return page(press, info, root, **more)

    monkeypatch.setattr(Press, "print", counting)
    some = [*_addressed(20), AddressField("long", _LONG * 2, "en")]

    assert FitCheck(labels_of("L7160"), pack).problems(some) == {}
    assert laid_out == []
    _labels(some, "L7160", pack, properties)

    assert laid_out[-1] == 21
    assert set(laid_out[:-1]) == {1}


@pytest.mark.parametrize("name", list(ENVELOPES))
def test_addresses_are_where_sorting_machines_expect_them(name: str, pack: Pack, properties: Properties) -> None:
    """At least 40 mm from the top, 15 mm from the right and the bottom, and at most 140 mm from the right."""
    width, height = envelope_of(name).page
    (boxes,) = _boxes(_envelopes(_addressed(1), name, pack, properties))

    assert all(width - 140 <= left and right <= width - 15 for left, _, right, _ in boxes)
    assert all(top >= 40 and bottom <= height - 15 for _, top, _, bottom in boxes)


def test_the_sender_is_at_the_top_left(pack: Pack, properties: Properties) -> None:
    """It is the footer of the pack's letters, outside the corner of the stamp."""
    sender = sender_lines(pack, "es")
    data = _envelopes([AddressField("ch-001", _ANA, "es", sender=sender)], "DL", pack, properties)

    (boxes,) = _boxes(data)
    above = [box for box in boxes if box[1] < 40]
    assert len(above) == len(sender) > 1
    assert all(right < 220 - 74 and bottom < 40 for _, _, right, bottom in above)


def test_labels_and_envelopes_keep_the_standards(pack: Pack, properties: Properties, tmp_path: Path) -> None:
    """Labels of two scripts and directions, and envelopes, are PDF/A-3a and PDF/UA-1."""
    arabic = AddressField("ch-900", ("السيدة مثال نموذج", "وزارة الأمثلة", "مصر"), "ar", "rtl")
    labels, envelopes = tmp_path / "labels.pdf", tmp_path / "envelopes.pdf"
    labels.write_bytes(_labels([*_addressed(30), arabic], "L7160", pack, properties))
    envelopes.write_bytes(_envelopes([*_addressed(2), arabic], "C5", pack, properties))

    for judge in PDF_JUDGES.values():
        assert judge([labels, envelopes]) == {labels: (), envelopes: ()}


def test_addresses_are_text(pack: Pack, properties: Properties) -> None:
    """Markup in a cell is printed as it was typed, and characters that XML does not allow are replaced."""
    one = AddressField("ch-001", ("<b>Ana</b> & Co {n}", "A\x0bB"), "en")
    data = _labels([one], "L7160", pack, properties)

    words = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    assert "<b>Ana</b> & Co {n}" in words
    assert "\x0b" not in words


def test_lines_of_an_arabic_label_have_their_own_directions(pack: Pack, properties: Properties) -> None:
    """A line in Latin letters begins with its number and ends with its full stop, as the postman reads it."""
    lines = ("سمر", "99 Example Avenue", "1299 Geneva", "Sample Co.")
    field = AddressField("a", lines, "ar", "rtl")

    shown = shown_lines(_labels([field], "L7160", pack, properties))

    assert shown == ["رمس", "99ExampleAvenue", "1299Geneva", "SampleCo."]
