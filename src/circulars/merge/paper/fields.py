"""Prints addresses into the fields of sheets: on labels and on envelopes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from circulars.errors import LetterError, Place, Problem
from circulars.merge.paper.addressed import Addressed
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.pdf import join
from circulars.merge.paper.stock import SENDER, Stock
from circulars.model.document import Attachment, Direction, Properties
from circulars.pack import Pack
from circulars.processes import Spread, in_turn
from circulars.render.page import stylesheet_of

STYLESHEET = "labels.css"
"""The stylesheet's name, in this package and in a pack that has rules of its own."""

TOGETHER = 200  # fields that are laid out at once: memory stays flat, and what few lines take is not paid for each


@dataclass(frozen=True, slots=True)
class _Said:
    """What the file says of itself."""

    properties: Properties
    direction: Direction
    attachments: tuple[Attachment, ...] = ()

    @property
    def language(self) -> str:
        return self.properties.language


def print_fields(
    addressed: Iterable[Addressed],
    stock: Stock,
    stream: BinaryIO,
    pack: Pack,
    properties: Properties,
    *,
    skip: int = 0,
    sheet: str = "{n}",
    direction: Direction = "ltr",
    spread: Spread = in_turn,
    on_done: Callable[[int], object] = bool,
) -> Joined:
    """What was written to ``stream``: a PDF of sheets with an address in each field, in order.

    The first ``skip`` fields stay empty: they were used before. ``sheet`` names a sheet of labels in the bookmarks
    ("Sheet {n}"); an envelope's bookmark is the first line of its address. ``properties`` are the file's. ``spread``
    may have several processes do the work of :func:`map`; ``on_done`` is told how many fields are in the file.

    Raises:
        LetterError: an address is empty, or does not fit even with the smallest letters; all of them at once.
        UsageError: there is no address.
        MachineError: no installed font shows one of the characters.
    """
    printer = _printer(stock, pack, _Said(properties, direction), sheet)
    problems: list[Problem] = []

    def parts() -> Iterator[tuple[str, bytes]]:
        count = 0
        for part in spread(printer.printed, printer.shares(addressed, skip % stock.fields)):
            problems.extend(part.problems)
            yield part.name, part.data
            count += part.count
            on_done(count)

    written = join(parts(), stream, title=properties.title)
    if problems:
        raise LetterError(*problems)
    return written


def _place(one: Addressed) -> Place:
    return Place(one.list, one.row, 1 if one.row else 0)


def _no_address(one: Addressed) -> Problem:
    fact, hint = f"'{one.id}' has neither name nor address", "write one, or leave the addressee out"
    return Problem(_place(one), "no-address", fact, hint)


def _without_address(some: Sequence[Addressed]) -> dict[int, Problem]:
    return {number: _no_address(one) for number, one in enumerate(some) if not any(one.lines)}


class _TooLargeError(Exception):
    """Some fields' lines are too high or too wide: the fields' numbers."""

    def __init__(self, numbers: frozenset[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class _AllFitError(Exception):
    """All fields' lines fit, and that is all that was to be found out."""


class Fitting:
    """Finds out whose address has no room in the fields of a stock, before any is printed."""

    def __init__(self, stock: Stock, pack: Pack) -> None:
        day = datetime.date.min
        said = _Said(Properties("", "", "", "", "en", day), "ltr")
        self._printer = _printer(stock, pack, said)

    def problems(self, some: Sequence[Addressed]) -> dict[int, Problem]:
        """What is wrong with some addresses, by their places among these."""
        wrong = _without_address(some)
        if len(wrong) == len(some):
            return wrong
        try:
            self._printer.lay_out(_Share(0, some, 0), wrong, _only_look)
        except _AllFitError:
            return wrong
        raise AssertionError  # it only looks


@dataclass(frozen=True, slots=True)
class _Share:
    """Some fields that are laid out at once: how many sheets are before them, and how many fields stay empty first."""

    before: int
    some: Sequence[Addressed]
    empty: int


@dataclass(frozen=True, slots=True)
class _Part:
    """The PDF of some fields, with the name of its first sheet, and what is wrong with addresses."""

    name: str
    data: bytes
    count: int
    problems: tuple[Problem, ...]


def _printer(stock: Stock, pack: Pack, said: _Said, sheet: str = "") -> _Printer:
    return _Printer(stock, _stylesheet(stock, pack), pack.fonts, said, sheet)


@dataclass(frozen=True, slots=True)
class _Printer:
    """Prints the sheets of one stock, some at a time; it may be sent to other processes."""

    stock: Stock
    stylesheet: str
    fonts: tuple[str, ...]
    said: _Said
    sheet: str

    def shares(self, addressed: Iterable[Addressed], empty: int) -> Iterator[_Share]:
        """All fields, in shares; the first so many stay empty."""
        rest, before = iter(addressed), 0
        count = max(1, TOGETHER // self.stock.fields) * self.stock.fields
        while some := list(islice(rest, count - empty)):
            yield _Share(before, some, empty)
            before += -(-(len(some) + empty) // self.stock.fields)
            empty = 0

    def printed(self, share: _Share) -> _Part:
        """A share's PDF."""
        wrong = _without_address(share.some)
        data = self.lay_out(share, wrong, _look)
        return _Part(self._name(share.before, share.some[0]), data, len(share.some), tuple(wrong.values()))

    def _name(self, nth: int, first: Addressed) -> str:
        if self.stock.fields == 1:
            return next(filter(None, first.lines), first.id)
        return self.sheet.replace("{n}", str(nth + 1))

    def lay_out(self, share: _Share, wrong: dict[int, Problem], look: Callable[[Any], None]) -> bytes:
        """The PDF of some fields; lines that do not fit are laid out again with smaller letters.

        ``wrong`` has the problems of fields that stay empty, and gets those of the addresses that never fit.
        """
        from circulars.render.pdf.press import press_with  # WeasyPrint, half a second

        press = press_with(self.stylesheet, self.fonts)
        sizes = [self._first_size(one) for one in share.some]
        while True:
            try:
                return press.print(self.said, self._page(share, sizes, wrong), look=look)
            except _TooLargeError as error:
                for number in error.numbers:
                    if sizes[number] > self.stock.smallest:
                        sizes[number] -= 1
                    else:
                        wrong[number] = self._does_not_fit(share.some[number])

    def _first_size(self, one: Addressed) -> int:
        """The largest letters that may do, by a guess that is never too small: half of their height is their width."""
        stock = self.stock
        width, height = stock.width - 2 * stock.inset[0], stock.height - 2 * stock.inset[1]
        for size in range(stock.largest, stock.smallest, -1):
            letter = size * 25.4 / 72
            lines = sum(max(1, -(-len(line) * letter * 0.3 // width)) for line in one.lines)
            if lines * letter * 1.2 <= height:
                return size
        return stock.smallest

    def _does_not_fit(self, one: Addressed) -> Problem:
        lines = f"{len(one.lines)} {'line' if len(one.lines) == 1 else 'lines'}"
        fact = f"the address of '{one.id}' does not fit on {self.stock.name}: {lines}"
        return Problem(
            _place(one),
            "address-too-long",
            fact + f", the longest of {max(map(len, one.lines))} characters",
            "shorten it, or take larger labels" if self.stock.fields > 1 else "shorten it, or take a larger envelope",
        )

    def _page(self, share: _Share, sizes: Sequence[int], left_out: Container[int]) -> str:
        stock, some, sheets = self.stock, share.some, []
        for nth, begin in enumerate(range(-share.empty, len(some), stock.fields), share.before):
            numbers = range(max(begin, 0), min(begin + stock.fields, len(some)))
            fields = [
                _sender(some[number]) + _field(some[number], number, number - begin, sizes[number], number in left_out)
                for number in numbers
            ]
            name = quoteattr(_clean(self._name(nth, some[numbers[0]])))
            sheets.append(f'<section class="sheet" data-name={name}>{"".join(fields)}</section>')
        said = self.said.properties
        return (
            f'<html lang={quoteattr(said.language)} class="{self.said.direction}"><head>'
            f"<title>{escape(said.title)}</title></head><body>{''.join(sheets)}</body></html>"
        )


def _stylesheet(stock: Stock, pack: Pack) -> str:
    rules = [files(__package__).joinpath(STYLESHEET).read_text(encoding="utf-8")]
    families = ", ".join(f'"{family}"' for family in pack.fonts)
    rules.append(f"@page {{ size: {stock.page[0]:.4f}mm {stock.page[1]:.4f}mm; margin: 0 }}")
    rules.append(f"html {{ font-family: {families + ', ' if families else ''}sans-serif }}")
    rules.append(f".sheet {{ width: {stock.page[0]:.4f}mm; height: {stock.page[1] - 0.01:.4f}mm }}")
    inset = f"{stock.inset[1]:.4f}mm {stock.inset[0]:.4f}mm"
    rules.append(f".field {{ width: {stock.width:.4f}mm; height: {stock.height:.4f}mm; padding: {inset} }}")
    for number in range(stock.fields):
        left, top = stock.place(number)
        rules.append(f".at-{number} {{ left: {left:.4f}mm; top: {top:.4f}mm }}")
    for size in range(stock.smallest, stock.largest + 1):
        rules.append(f".size-{size} {{ font-size: {size}pt }}")
    left, top, width, height = SENDER
    rules.append(f".sender {{ left: {left}mm; top: {top}mm; width: {width}mm; height: {height}mm }}")
    if (pack.folder / STYLESHEET).is_file():
        rules.append(stylesheet_of(pack, STYLESHEET))
    return "\n".join(rules)


def _field(one: Addressed, number: int, place: int, size: int, is_left_out: bool) -> str:
    lines = () if is_left_out else one.lines
    return (
        f'<p class="field at-{place} size-{size} {one.direction}" lang={quoteattr(one.language)} data-fit="{number}">'
        f"{_lines(lines)}</p>"
    )


def _sender(one: Addressed) -> str:
    if not one.sender:
        return ""
    return f'<p class="sender {one.direction}" lang={quoteattr(one.language)}>{_lines(one.sender)}</p>'


def _lines(lines: Iterable[str]) -> str:
    return "".join(f'<span class="line">{escape(_clean(line))}</span>' for line in lines)


# What XML cannot hold (XML 1.0, 2.2).
_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    return _UNHELD.sub("\ufffd", text)


def _look(sheets: Any) -> None:
    """Raises when the lines of a field reach over its edges."""
    found = {
        int(box.element.get("data-fit"))
        for sheet in sheets.pages
        for box in sheet._page_box.descendants()
        if box.element is not None and box.element_tag == "p" and box.element.get("data-fit") and not _fits(box)
    }
    if found:
        raise _TooLargeError(frozenset(found))


def _only_look(sheets: Any) -> None:
    _look(sheets)
    raise _AllFitError


def _fits(box: Any) -> bool:
    from circulars.render.pdf.engine import boxes

    left, top = box.content_box_x() - _SLACK, box.content_box_y() - _SLACK
    right, bottom = left + box.width + 2 * _SLACK, top + box.height + 2 * _SLACK
    for inner in box.descendants():
        if isinstance(inner, boxes.TextBox) and not left <= inner.position_x <= right - inner.width:
            return False
        if isinstance(inner, boxes.LineBox) and not top <= inner.position_y <= bottom - inner.height:
            return False
    return True


_SLACK = 0.05  # of a pixel, for the layout's rounding
