"""The known labels and envelopes, by their manufacturers' names; sizes in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from circulars.errors import Place, Problem, UsageError, did_you_mean


@dataclass(frozen=True, slots=True)
class Stock:
    """A sheet with ``columns`` times ``rows`` fields of ``width`` by ``height``.

    ``left`` and ``top`` are the first field's distances from the sheet's edges. ``horizontal_pitch`` and
    ``vertical_pitch`` are the distances from the start of one field to the start of the next. ``padding`` is the
    distance of the text from a field's sides, and from its top and bottom. The font size is ``max_size`` points, or
    less where the text needs it, but at least ``min_size``.
    """

    name: str
    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    horizontal_pitch: float
    vertical_pitch: float
    padding: tuple[float, float] = (0, 0)
    max_size: int = 11
    min_size: int = 7

    @property
    def fields(self) -> int:
        """The number of fields on a sheet."""
        return self.columns * self.rows

    def position(self, number: int) -> tuple[float, float]:
        """The distance of field ``number`` from the left and the top of its sheet; numbers begin at 0, row by row."""
        row, column = divmod(number % self.fields, self.columns)
        return self.left + column * self.horizontal_pitch, self.top + row * self.vertical_pitch


_A4 = (210.0, 297.0)
_LETTER = (215.9, 279.4)
_INCH = 25.4


def _sheet(
    page: tuple[float, float], columns: int, rows: int, width: float, height: float, gap: float, names: str
) -> Iterator[Stock]:
    """A sheet under each of its ``names``. The fields are centred on the page, as manufacturers do.

    ``gap`` is the space between columns; there is none between rows.
    """
    horizontal_pitch = width + gap
    left = (page[0] - columns * horizontal_pitch + gap) / 2
    top = (page[1] - rows * height) / 2
    padding = (min(5.0, width / 14), min(3.0, height / 16))
    for name in names.split():
        yield Stock(name, page, columns, rows, width, height, left, top, horizontal_pitch, height, padding)


def _by_name(stocks: Iterable[Stock]) -> dict[str, Stock]:
    return {stock.name: stock for stock in stocks}


# From the templates that Avery and Avery Zweckform publish: L for laser printers, J and 8 for ink-jet printers.
LABELS = _by_name(
    (
        *_sheet(_A4, 3, 8, 63.5, 33.9, 2.5, "L7159 J8159"),
        *_sheet(_A4, 3, 7, 63.5, 38.1, 2.5, "L7160 J8160"),
        *_sheet(_A4, 3, 6, 63.5, 46.6, 2.5, "L7161 J8161"),
        *_sheet(_A4, 2, 8, 99.1, 33.9, 2.5, "L7162 J8162"),
        *_sheet(_A4, 2, 7, 99.1, 38.1, 2.5, "L7163 J8163"),
        *_sheet(_A4, 3, 4, 63.5, 72.0, 2.5, "L7164"),
        *_sheet(_A4, 2, 4, 99.1, 67.7, 2.5, "L7165 J8165"),
        *_sheet(_A4, 2, 3, 99.1, 93.1, 2.5, "L7166 J8166"),
        *_sheet(_A4, 2, 5, 99.1, 57.0, 2.5, "L7173 J8173"),
        *_sheet(_A4, 3, 8, 70.0, 35.0, 0, "3422"),
        *_sheet(_A4, 3, 8, 70.0, 36.0, 0, "3475"),
        *_sheet(_A4, 3, 8, 70.0, 37.0, 0, "3474"),
        *_sheet(_LETTER, 3, 10, 2.625 * _INCH, 1 * _INCH, 0.125 * _INCH, "5160 8160"),
        *_sheet(_LETTER, 2, 10, 4 * _INCH, 1 * _INCH, 0.1875 * _INCH, "5161 8161"),
        *_sheet(_LETTER, 2, 7, 4 * _INCH, 4 / 3 * _INCH, 0.1875 * _INCH, "5162 8162"),
        *_sheet(_LETTER, 2, 5, 4 * _INCH, 2 * _INCH, 0.1875 * _INCH, "5163 8163"),
        *_sheet(_LETTER, 2, 3, 4 * _INCH, 10 / 3 * _INCH, 0.1875 * _INCH, "5164 8164"),
    )
)


def _envelope(name: str, width: float, height: float, left: float, top: float) -> Stock:
    """An envelope whose address begins at ``left`` and ``top`` and ends 15 mm before the other edges."""
    field = (width - left - 15, height - top - 15)
    return Stock(name, (width, height), 1, 1, *field, left, top, *field, max_size=12, min_size=9)


# Sizes from ISO 269. Postal services read an address that is at least 40 mm from the top and 15 mm from the right and
# the bottom, and that begins at most 140 mm from the right (Universal Postal Union, Convention Manual, "Place for the
# address"). The corner above it on the right is for the stamp, the one on the left for the sender.
ENVELOPES = _by_name(
    (
        _envelope("C4", 324, 229, 190, 110),
        _envelope("C5", 229, 162, 105, 75),
        _envelope("C6", 162, 114, 65, 52),
        _envelope("DL", 220, 110, 100, 45),
    )
)
SENDER = (15.0, 12.0, 74.0, 26.0)
"""The box of the sender's lines on an envelope: left, top, width and height."""


def labels_of(name: str) -> Stock:
    """The sheet of labels with a name, by default "L7160".

    Raises:
        UsageError: the name is unknown.
    """
    return _found(name or "L7160", LABELS, "unknown-labels", "there are no labels", "the labels are ")


def envelope_of(name: str) -> Stock:
    """The envelope with a name, by default "C5".

    Raises:
        UsageError: the name is unknown.
    """
    return _found(name or "C5", ENVELOPES, "unknown-envelope", "there is no envelope", "the envelopes are ")


def _found(name: str, known: dict[str, Stock], code: str, fact: str, otherwise: str) -> Stock:
    if stock := known.get(name.upper()):
        return stock
    hint = did_you_mean(name, known, otherwise + ", ".join(known))
    raise UsageError(Problem(Place(), code, f"{fact} '{name}'", hint))


def check_skip(stock: Stock, skip: int) -> None:
    """Refuses to skip more labels than a sheet has.

    Raises:
        UsageError: a sheet has fewer labels, or ``skip`` is negative.
    """
    if not 0 <= skip < stock.fields:
        fact = f"{skip} labels cannot be skipped: a sheet of {stock.name} has {stock.fields}"
        raise UsageError(Problem(Place(), "wrong-skip", fact, f"name a number from 0 to {stock.fields - 1}"))
