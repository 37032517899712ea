"""The estimate of how many rows a line takes agrees with the layout."""

from __future__ import annotations

import random
from dataclasses import replace
from html import escape

import pytest
import weasyprint
from weasyprint.formatting_structure import boxes

from circulars.addressing.postal import fitted, overflows_window
from circulars.addressing.widths import rows_of, width_of
from circulars.model.window import EnvelopeWindow, WindowSide
from circulars.pack import load_pack

WINDOW = load_pack().window
_WORDS = [
    "MINISTERIO", "DE", "TELECOMUNICACIONES", "y", "la", "Dirección", "General", "Asuntos", "WWW", "Mammut-Straße",
    "CH-1211", "Ginebra", "República", "ÉCONOMIQUE", "Агентство", "Связи", "Łódź", "示例", "通信部", "Ελληνική",
    "Apartado", "1.234", "C/", "(UIT)", "iiiill", "Office", "“Unión”", "–", "No.", "12-14", "Saint-Étienne-du-Mont",
    "Wachstumsförderungsgesellschaft",
]  # fmt: skip


def laid_out(lines: list[str], width: float) -> list[int]:
    """The number of rows that WeasyPrint needs for each line at a width in millimetres."""
    style = f"@page {{ size: 210mm 9000mm }} p {{ width: {width}mm; font: 10pt Carlito; overflow-wrap: anywhere }}"
    page = "".join(f"<p>{escape(line)}</p>" for line in lines)
    counts: dict[object, int] = {}
    for sheet in weasyprint.HTML(string=f"<html lang=es><style>{style}</style>{page}").render().pages:
        for box in sheet._page_box.descendants():
            if box.element_tag == "p" and isinstance(box, boxes.BlockBox):
                found = sum(isinstance(inner, boxes.LineBox) for inner in box.descendants())
                counts[box.element] = counts.get(box.element, 0) + found
    return [*counts.values()]


@pytest.mark.parametrize("is_capital", [False, True])
def test_the_estimate_agrees_with_the_layout(is_capital: bool) -> None:
    """For words of any width and script the estimate is never too low, and one row too high for at most one in ten."""
    chance = random.Random(5)
    lines = [" ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 12))) for _ in range(700)]
    lines = [line.upper() for line in lines] if is_capital else lines
    more = [rows_of(line, WINDOW.width) - count for line, count in zip(lines, laid_out(lines, 72), strict=True)]

    assert set(more) <= {0, 1}
    assert sum(more) < len(lines) / 10


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("", 1),
        ("W" * 22, 1),
        ("W" * 23, 2),
        ("i" * 88, 1),
        ("i" * 90, 2),
        ("通" * 20, 1),
        ("通" * 21, 2),
        ("W" * 70, 4),
        ("الهيئة التجريبية لتنظيم الاتصالات والبريد", 1),
        ("الهيئة التجريبية لتنظيم الاتصالات والبريد وتكنولوجيا المعلومات والتحول الرقمي", 2),
    ],
)
def test_wide_letters_take_more_room(line: str, rows: int) -> None:
    """Widths count, not letters: a row has room for 88 of "i", but not for 23 of "W"."""
    assert rows_of(line, WINDOW.width) == rows


def test_a_block_overflows_the_window_as_in_the_layout() -> None:
    """A block in wide capitals overflows although it has few letters; one in narrow letters does not."""
    ministry = (
        "MINISTERIO DE TELECOMUNICACIONES Y COMUNICACIONES MÓVILES DE LA REPÚBLICA WWWWW, "
        "DIRECCIÓN GENERAL DE MEDIOS, DEPARTAMENTO DE COMUNICACIÓN"
    )
    wide = ["Excmo. Sr. WILLIAM MCMAMMOMWOOD", ministry, "AVENIDA MAXIMILIANO MUMMENMÜMMELMANN 100", "EDIFICIO MMM"]
    block = fitted([*wide, "PISO 10", "28001 MADRID", "ESPAÑA"], WINDOW)
    narrow = "\n".join(["C " * 150, "Street", "1211 Geneva", "SWITZERLAND"])

    for one in ("\n".join(block), narrow):
        assert overflows_window(one, WINDOW) == (sum(laid_out(one.split("\n"), 72)) > WINDOW.lines)


def test_a_narrower_window_shows_less() -> None:
    """The measures come from the pack: a block that fits one organisation's window may overflow another's."""
    small = EnvelopeWindow(top=40, below=80, lines=5, size=12, line=14, left=WindowSide(20, 80))
    block = "\n".join(["MINISTERIO DE TELECOMUNICACIONES Y COMUNICACIONES", "Street 1", "1211 Geneva", "SWITZERLAND"])

    assert small.width == 14_100
    assert rows_of("MINISTERIO DE TELECOMUNICACIONES", small.width) == 2
    assert not overflows_window(block, WINDOW)
    assert overflows_window(block + "\nC/ Ejemplo 1", small)
    assert len(fitted([f"line {number}" for number in range(8)], small)) == 5


def test_lines_of_han_share_a_line_with_a_full_width_comma() -> None:
    """Between Han the comma is that of Chinese; beside Latin letters it is that of other lines."""
    small = replace(WINDOW, lines=3)

    assert fitted(["示例甲", "示例部", "示例路99号", "中国"], small)[1] == "示例部，示例路99号"
    assert fitted(["示例甲", "Ministry", "示例路99号", "中国"], small)[1] == "Ministry, 示例路99号"


def test_a_postcode_shares_a_line_with_han_without_a_comma() -> None:
    """As in China and Japan: "100083 北京". Between other numbers and words, and between numbers, there is a comma."""
    small = replace(WINDOW, lines=3)

    assert fitted(["中国", "100083", "北京", "示例甲"], small)[1] == "100083 北京"
    assert fitted(["日本", "〒530-0001", "大阪市北区1-2-3", "例"], small)[1] == "〒530-0001 大阪市北区1-2-3"
    assert fitted(["Ana", "1211", "Geneva", "SWITZERLAND"], small)[1] == "1211, Geneva"


def test_a_gap_between_han_and_digits_counts() -> None:
    """The gap is a quarter of an em; a space that is typed has its own width."""
    assert width_of("示例99号") - width_of("示例号") - width_of("99") == 500
