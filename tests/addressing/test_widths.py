"""The lines that an address takes are reckoned as they are laid out."""

from __future__ import annotations

import random
from html import escape

import pytest
import weasyprint
from weasyprint.formatting_structure import boxes

from circulars.addressing.postal import fitted, is_beyond_window
from circulars.addressing.widths import rows_of
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
    """On how many lines WeasyPrint sets each of some lines, in a place of some width (mm)."""
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
def test_lines_are_reckoned_as_they_are_laid_out(is_capital: bool) -> None:
    """Words of any width and script: never fewer lines than there are, and hardly ever one more."""
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
    ],
)
def test_wide_letters_take_more_room(line: str, rows: int) -> None:
    """Not the letters are counted: eighty-eight of "i" stand where twenty-three of "W" do not."""
    assert rows_of(line, WINDOW.width) == rows


def test_a_block_in_capitals_is_known_to_be_too_long() -> None:
    """Nine lines on the page, though few letters; and narrow ones that fit are no alarm."""
    ministry = (
        "MINISTERIO DE TELECOMUNICACIONES Y COMUNICACIONES MÓVILES DE LA REPÚBLICA WWWWW, "
        "DIRECCIÓN GENERAL DE MEDIOS, DEPARTAMENTO DE COMUNICACIÓN"
    )
    wide = ["Excmo. Sr. WILLIAM MCMAMMOMWOOD", ministry, "AVENIDA MAXIMILIANO MUMMENMÜMMELMANN 100", "EDIFICIO MMM"]
    block = fitted([*wide, "PISO 10", "28001 MADRID", "ESPAÑA"], WINDOW)
    narrow = "\n".join(["C " * 150, "Street", "1211 Geneva", "SWITZERLAND"])

    for one in ("\n".join(block), narrow):
        assert is_beyond_window(one, WINDOW) == (sum(laid_out(one.split("\n"), 72)) > WINDOW.lines)


def test_a_narrower_window_shows_less() -> None:
    """The measures are the pack's: what fits one organisation's window does not fit another's."""
    small = EnvelopeWindow(top=40, below=80, lines=5, size=12, line=14, left=WindowSide(20, 80))
    block = "\n".join(["MINISTERIO DE TELECOMUNICACIONES Y COMUNICACIONES", "Street 1", "1211 Geneva", "SWITZERLAND"])

    assert small.width == 14_100
    assert rows_of("MINISTERIO DE TELECOMUNICACIONES", small.width) == 2
    assert not is_beyond_window(block, WINDOW)
    assert is_beyond_window(block + "\nC/ Ejemplo 1", small)
    assert len(fitted([f"line {number}" for number in range(8)], small)) == 5
