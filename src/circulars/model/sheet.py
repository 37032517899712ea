"""The sheet of paper that a letter is printed on: its text area and its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

PAPERS: Final = {"a4": (210.0, 297.0), "letter": (215.9, 279.4), "legal": (215.9, 355.6)}
"""The width and height of each size of paper, in millimetres."""


Hyphens = Literal["columns", "text", "none"]
"""Where words are hyphenated: in the narrow columns of tables, there and in running text, or nowhere."""


@dataclass(frozen=True, slots=True)
class Margins:
    """The distances of the text area from the edges of the sheet, in millimetres."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True)
class Typeface:
    """The type of the text: its size in points, its line height as a factor of it, and how wide its letters are.

    ``width`` is in percent of the letters of Carlito, for which :mod:`circulars.addressing.widths` has measures.
    ``hyphens`` says where long words are hyphenated.
    """

    size: float = 11
    line: float = 1.2207
    width: int = 100
    hyphens: Hyphens = "columns"


@dataclass(frozen=True, slots=True)
class LetterSheet:
    """A size of paper, and the margins of a letter on it."""

    paper: str
    margins: Margins

    @property
    def width(self) -> float:
        """The width of the sheet, in millimetres."""
        return PAPERS[self.paper][0]

    @property
    def height(self) -> float:
        """The height of the sheet, in millimetres."""
        return PAPERS[self.paper][1]

    @property
    def text_width(self) -> float:
        """The width of the text area, in millimetres."""
        return self.width - self.margins.left - self.margins.right

    def on(self, paper: str) -> LetterSheet:
        """The same text area on other paper.

        It keeps its width, and its distances from the left, top and bottom edges. So lines break alike on all paper,
        and the postal block stays in the envelope's window.
        """
        one = self.margins
        right = PAPERS[paper][0] - one.left - self.text_width
        return LetterSheet(paper, Margins(one.top, round(right, 4), one.bottom, one.left))


TEXT_INDENT: Final = 14.0
"""Where the text of a list's entry, or after the number of a paragraph, begins: in millimetres from the margin."""
LABEL_WIDTHS: Final[Mapping[str, float]] = {"narrow": 6.5, "wide": 10.0, "widest": TEXT_INDENT}
"""The room for the labels of a list before the text, in millimetres; see ``Items.label_width``."""
CELL_SIDES: Final = 4.5
"""The space at both sides of a cell with its rules, in millimetres."""
SIGN_WIDTH: Final = 3.0
"""The room for a sign that is close to a line to be filled in, in millimetres."""
LEAST_MARGIN: Final = 5
"""The least margin of a letter, in millimetres: few printers print beyond it."""
USUAL_SHEET: Final = LetterSheet("a4", Margins(20, 20, 20, 20))
USUAL_TYPEFACE: Final = Typeface()
"""What a pack has that does not name its own."""
