"""A PDF shows the words of a line in the order of the Unicode Bidirectional Algorithm, across inline elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest

from circulars.model.document import Document
from circulars.model.text import Paragraph, Span, Spans
from circulars.pack import load_pack
from circulars.render import writer
from glyph_order import alike, shown_lines
from render.sample_letters import ARABIC, PLAIN

CASES = Path(__file__).parent / "bidi_cases.txt"
BOLD = Span("Study Group", strong=True)
SIGNS = {
    "L": "abcd", "R": "אבגד", "AL": "ادرو", "EN": "1234", "AN": "١٢٣٤", "ES": "+-+-", "ET": "%#$%", "CS": ":,.:",
    "ON": "!*&=", "WS": "    ",
}  # fmt: skip
ISOLATES: dict[str, Literal["ltr", "rtl", "auto"]] = {"LRI": "ltr", "RLI": "rtl", "FSI": "auto"}
CODES = {"2066": "LRI", "2067": "RLI", "2068": "FSI", "2069": "PDI"}


@pytest.mark.parametrize(
    ("letter", "spans", "shown"),
    [
        (ARABIC, (Span("تجتمع ITU-T "), BOLD, Span(" five غدا")), "ادغ ITU-T Study Group five عمتجت"),
        (ARABIC, (Span("تجتمع "), Span("غدا", strong=True), Span(" 5")), "5 ادغ عمتجت"),
        (PLAIN, (Span("Mr سمر "), Span("مثنى", strong=True), Span(" (chair)")), "Mr ىنثم رمس (chair)"),
    ],
    ids=["Latin words", "Arabic words", "a name in an English letter"],
)
def test_words_in_bold_are_in_their_place_on_a_line(letter: Document, spans: Spans, shown: str) -> None:
    """Words that are partly in bold are read as a whole."""
    body = (Paragraph(spans),)

    assert alike(shown) in shown_lines(writer("pdf")(replace(letter, body=body), load_pack()).fill({}))


@dataclass(frozen=True)
class Case:
    """A case of Unicode's: what is in each place of a paragraph from right to left or not, and the order as shown."""

    signs: tuple[str, ...]
    rtl: bool
    order: tuple[int, ...]

    @property
    def spans(self) -> Spans:
        """A paragraph in which every other sign is bold. Isolates are spans of a direction."""
        spans: list[Span] = []
        direction: Literal["", "ltr", "rtl", "auto"] = ""
        for place, sign in enumerate(self.signs):
            if sign in ISOLATES:
                direction = ISOLATES[sign]
            elif sign == "PDI":
                direction = ""
            elif direction == "auto" and spans and spans[-1].direction == "auto":  # such spans are isolated one by one
                spans[-1] = replace(spans[-1], text=spans[-1].text + sign)
            else:
                spans.append(Span(sign, direction=direction, strong=place % 2 == 1))
        return tuple(spans)

    @property
    def shown(self) -> str:
        """The signs from left to right."""
        return alike("".join(self.signs[place] for place in self.order if len(self.signs[place]) == 1))


def cases() -> Iterator[Case]:
    """The cases of the file that show more than one sign."""
    order: tuple[int, ...] = ()
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines:
        parts = [part.split() for part in line.split(";")]
        if line.startswith("@Reorder:"):
            order = tuple(map(int, line.split()[1:]))
        elif len(parts) == 2:
            signs = tuple(SIGNS[name][place % 4] if name in SIGNS else name for place, name in enumerate(parts[0]))
            yield from (Case(signs, bit == 4, order) for bit in (2, 4) if int(parts[1][0]) & bit)
        else:
            signs = tuple(CODES.get(code) or chr(int(code, 16)) for code in parts[0])
            yield Case(signs, parts[1] == ["1"], tuple(map(int, parts[4])))


@pytest.mark.parametrize("rtl", [False, True], ids=["from left to right", "from right to left"])
def test_paragraphs_with_markup_are_shown_as_unicode_says(rtl: bool) -> None:
    """Each sign of Unicode's cases is where it belongs, whatever is in bold, and with isolates."""
    chosen = [case for case in cases() if case.rtl == rtl and len(case.shown) > 1]
    body = tuple(Paragraph(case.spans) for case in chosen)
    letter = replace(ARABIC if rtl else PLAIN, body=body, footer=(), running_header=())

    lines = [
        line for line in shown_lines(writer("pdf")(letter, load_pack()).fill({})) if len(line) > 1
    ]  # no page number

    first = lines.index(chosen[0].shown)
    assert lines[first : first + len(chosen)] == [case.shown for case in chosen]
