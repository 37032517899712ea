"""Prints addresses in the fields of labels and envelopes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from circulars.errors import LetterError, Place, Problem
from circulars.language import MESSAGES
from circulars.merge.paper.address_field import AddressField
from circulars.merge.paper.field_sizes import largest_size, surely_fits
from circulars.merge.paper.joined import Joined
from circulars.merge.paper.pdf import join
from circulars.merge.paper.stock import SENDER, Stock
from circulars.model.directions import has_backward
from circulars.model.document import Attachment, Direction, Properties
from circulars.model.filling import isolates_in
from circulars.model.fonts import PackFonts
from circulars.pack import Pack
from circulars.processes import ParallelMap, serial_map
from circulars.processes.crew import limited
from circulars.processes.limits import SECONDS, TRIES, Part
from circulars.render.measures import font_rules
from circulars.render.page import styles_in

STYLESHEET = "labels.css"
"""The name of the stylesheet, in this package and in a pack that adds rules."""

_MODULES = ("circulars.render.pdf.early",)
FIELDS_AT_ONCE = 200
"""The number of fields in one layout: few enough for memory, and enough to spread the fixed cost of a layout."""


@dataclass(frozen=True, slots=True)
class _FileInfo:
    """The properties of the file."""

    properties: Properties
    direction: Direction
    attachments: tuple[Attachment, ...] = ()

    @property
    def language(self) -> str:
        return self.properties.language


def print_fields(
    addresses: Iterable[AddressField],
    stock: Stock,
    stream: BinaryIO,
    pack: Pack,
    properties: Properties,
    *,
    skip: int = 0,
    sheet: str = "{n}",
    direction: Direction = "ltr",
    parallel_map: ParallelMap = serial_map,
    on_done: Callable[[int], object] = bool,
) -> Joined:
    """Writes a PDF to ``stream`` with an address in each field, in order.

    The first ``skip`` fields stay empty because they are used already. ``sheet`` names a sheet of labels in the
    bookmarks ("Sheet {n}"); an envelope's bookmark is the first line of its address. ``properties`` are those of the
    file. ``parallel_map`` may use several processes; ``on_done`` receives how many fields are in the file.

    Raises:
        LetterError: addresses are empty, or do not fit even in the smallest font; all of them are reported together.
        UsageError: there is no address.
        MachineError: no installed font shows one of the characters.
    """
    printer = _printer(stock, pack, _FileInfo(properties, direction), sheet)
    problems: list[Problem] = []

    def printed_parts() -> Iterator[tuple[str, bytes]]:
        count = 0
        for part in parallel_map(printer.printed, printer.batches(addresses, skip % stock.fields)):
            problems.extend(part.problems)
            yield part.name, part.data
            count += part.count
            on_done(count)

    written = join(printed_parts(), stream, title=properties.title)
    if problems:
        raise LetterError(*problems)
    return written


def _problem_place(one: AddressField) -> Place:
    return Place(one.list, one.row, 1 if one.row else 0)


def _no_address(one: AddressField) -> Problem:
    fact = f"'{one.id}' has no address: address, postcode, city and region are empty"
    hint = "write the address, or leave the addressee out"
    return Problem(_problem_place(one), "no-address", fact, hint)


def _without_address(fields: Sequence[AddressField]) -> dict[int, Problem]:
    return {number: _no_address(one) for number, one in enumerate(fields) if not any(one.lines)}


class _TooLargeError(Exception):
    """Text overflows some fields; ``numbers`` are those of the fields."""

    def __init__(self, numbers: frozenset[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class _MeasuredError(Exception):
    """Ends a layout that was only a measurement; ``numbers`` are those of the fields that text overflows."""

    def __init__(self, numbers: frozenset[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class FitCheck:
    """Finds addresses that do not fit the fields of a stock, before anything is printed."""

    def __init__(self, stock: Stock, pack: Pack) -> None:
        day = datetime.date.min
        info = _FileInfo(Properties("", "", "", "", MESSAGES, day), "ltr")
        self._printer = _printer(stock, pack, info)
        self._has_styles = (pack.folder / STYLESHEET).is_file()

    def problems(self, fields: Sequence[AddressField]) -> dict[int, Problem]:
        """The problems of addresses, by their index."""
        problems, stock = _without_address(fields), self._printer.stock
        in_doubt = {
            number: one
            for number, one in enumerate(fields)
            if number not in problems and (self._has_styles or not surely_fits(one.lines, stock.min_size, stock))
        }
        if not in_doubt:
            return problems
        largest = limited(_part(fields), self._printer.overflowing_smallest, in_doubt, modules=_MODULES)
        return problems | {number: self._printer.does_not_fit(fields[number]) for number in largest}


def _part(fields: Sequence[AddressField]) -> Part:
    """The addresses of a batch, for problems of limits."""
    name = f"the addresses from '{fields[0].id}' to '{fields[-1].id}'"
    return Part(name, "shorten the longest ones", seconds=2 * SECONDS, tries=TRIES)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Fields that are laid out together, after ``sheets_before`` sheets; the first ``skipped`` fields stay empty."""

    sheets_before: int
    fields: Sequence[AddressField]
    skipped: int


@dataclass(frozen=True, slots=True)
class _PrintedBatch:
    """The PDF of a batch, with the name of its first sheet, and the problems of its addresses."""

    name: str
    data: bytes
    count: int
    problems: tuple[Problem, ...]


def _printer(stock: Stock, pack: Pack, info: _FileInfo, sheet: str = "") -> _Printer:
    return _Printer(stock, _stylesheet(stock, pack), pack.fonts, info, sheet)


@dataclass(frozen=True, slots=True)
class _Printer:
    """Prints the sheets of one stock, batch by batch; can be pickled for other processes."""

    stock: Stock
    stylesheet: str
    fonts: PackFonts
    info: _FileInfo
    sheet: str

    def batches(self, addresses: Iterable[AddressField], skipped: int) -> Iterator[_Batch]:
        """All fields, in batches; the first ``skipped`` fields stay empty."""
        rest, sheets_before = iter(addresses), 0
        count = max(1, FIELDS_AT_ONCE // self.stock.fields) * self.stock.fields
        while fields := list(islice(rest, count - skipped)):
            yield _Batch(sheets_before, fields, skipped)
            sheets_before += -(-(len(fields) + skipped) // self.stock.fields)
            skipped = 0

    def printed(self, batch: _Batch) -> _PrintedBatch:
        """A batch, printed."""
        return limited(_part(batch.fields), self._printed, batch, modules=_MODULES)

    def _printed(self, batch: _Batch) -> _PrintedBatch:
        problems = _without_address(batch.fields)
        data = self._laid_out(batch, problems)
        name = self._name(batch.sheets_before, batch.fields[0])
        return _PrintedBatch(name, data, len(batch.fields), tuple(problems.values()))

    def _name(self, nth: int, first: AddressField) -> str:
        if self.stock.fields == 1:
            return next(filter(None, first.lines), first.id)
        return self.sheet.replace("{n}", str(nth + 1))

    def _laid_out(self, batch: _Batch, problems: dict[int, Problem]) -> bytes:
        """The PDF of a batch, with each address in the largest font size in which it fits.

        Fields with ``problems`` stay empty. The problems of addresses that do not fit in any font size are added.
        """
        fields, stock = batch.fields, self.stock
        sizes = [largest_size(one.lines, stock) for one in fields]
        self._shrink(
            {
                number: one
                for number, one in enumerate(fields)
                if number not in problems and not surely_fits(one.lines, sizes[number], stock)
            },
            sizes,
            problems,
        )
        while True:
            try:
                return self._print(self._page(batch, sizes, problems), _check_fit)
            except _TooLargeError as error:
                self._shrink({number: fields[number] for number in error.numbers}, sizes, problems)

    def _shrink(self, fields: Mapping[int, AddressField], sizes: list[int], problems: dict[int, Problem]) -> None:
        """Lays out some fields in smaller and smaller fonts, until each fits or has a problem."""
        while fields:
            too_large = self._overflowing(fields, sizes)
            fields = {number: one for number, one in fields.items() if number in too_large}
            for number, one in list(fields.items()):
                if sizes[number] > self.stock.min_size:
                    sizes[number] -= 1
                else:
                    problems[number] = self.does_not_fit(one)
                    del fields[number]

    def overflowing_smallest(self, fields: Mapping[int, AddressField]) -> frozenset[int]:
        """The numbers of the fields that do not fit even in the smallest font."""
        return self._overflowing(fields, dict.fromkeys(fields, self.stock.min_size))

    def _overflowing(
        self, fields: Mapping[int, AddressField], sizes: Sequence[int] | Mapping[int, int]
    ) -> frozenset[int]:
        placed = "".join(_field(one, number, 0, sizes[number], is_left_out=False) for number, one in fields.items())
        try:
            self._print(self._html(f'<section class="sheet" data-name="">{placed}</section>'), _measure)
        except _MeasuredError as error:
            return error.numbers
        raise AssertionError  # _measure always raises

    def _print(self, page: str, look: Callable[[Any], None]) -> bytes:
        from circulars.render.pdf.press import press_with  # WeasyPrint, half a second

        press = press_with(self.stylesheet, self.fonts)
        return press.print(self.info, ElementTree.fromstring(page), look=look)  # noqa: S314  # our own page

    def does_not_fit(self, one: AddressField) -> Problem:
        """The problem of an address that does not fit."""
        lines = f"{len(one.lines)} {'line' if len(one.lines) == 1 else 'lines'}"
        fact = f"the address of '{one.id}' does not fit on {self.stock.name}: {lines}"
        return Problem(
            _problem_place(one),
            "address-too-long",
            fact + f", the longest of {max(map(len, one.lines))} characters",
            "shorten it, or use larger labels" if self.stock.fields > 1 else "shorten it, or use a larger envelope",
        )

    def _page(self, batch: _Batch, sizes: Sequence[int], left_out: Container[int]) -> str:
        stock, count, sheets = self.stock, len(batch.fields), []
        for nth, begin in enumerate(range(-batch.skipped, count, stock.fields), batch.sheets_before):
            numbers = range(max(begin, 0), min(begin + stock.fields, count))
            fields = [
                _sender(batch.fields[number])
                + _field(batch.fields[number], number, number - begin, sizes[number], number in left_out)
                for number in numbers
            ]
            name = quoteattr(_clean(self._name(nth, batch.fields[numbers[0]])))
            sheets.append(f'<section class="sheet" data-name={name}>{"".join(fields)}</section>')
        return self._html("".join(sheets))

    def _html(self, sheets: str) -> str:
        info = self.info.properties
        return (
            f'<html lang={quoteattr(info.language)} class="{self.info.direction}"><head>'
            f"<title>{escape(info.title)}</title></head><body>{sheets}</body></html>"
        )


def _stylesheet(stock: Stock, pack: Pack) -> str:
    rules = [files(__package__).joinpath(STYLESHEET).read_text(encoding="utf-8")]
    rules.append(f"@page {{ size: {stock.page[0]:.4f}mm {stock.page[1]:.4f}mm; margin: 0 }}")
    rules.append(font_rules(pack.fonts))
    rules.append(f".sheet {{ width: {stock.page[0]:.4f}mm; height: {stock.page[1] - 0.01:.4f}mm }}")
    padding = f"{stock.padding[1]:.4f}mm {stock.padding[0]:.4f}mm"
    rules.append(f".field {{ width: {stock.width:.4f}mm; height: {stock.height:.4f}mm; padding: {padding} }}")
    for number in range(stock.fields):
        left, top = stock.position(number)
        rules.append(f".at-{number} {{ left: {left:.4f}mm; top: {top:.4f}mm }}")
    for size in range(stock.min_size, stock.max_size + 1):
        rules.append(f".size-{size} {{ font-size: {size}pt }}")
    left, top, width, height = SENDER
    rules.append(f".sender {{ left: {left}mm; top: {top}mm; width: {width}mm; height: {height}mm }}")
    if (pack.folder / STYLESHEET).is_file():
        rules.append(styles_in(pack, STYLESHEET))
    return "\n".join(rules)


def _field(one: AddressField, number: int, place: int, size: int, is_left_out: bool) -> str:
    lines = () if is_left_out else one.lines
    return (
        f'<p class="field at-{place} size-{size} {one.direction}" lang={quoteattr(one.language)} data-fit="{number}">'
        f"{_lines(lines, one.direction)}</p>"
    )


def _sender(one: AddressField) -> str:
    if not one.sender:
        return ""
    return f'<p class="sender {one.direction}" lang={quoteattr(one.language)}>{_lines(one.sender, one.direction)}</p>'


def _lines(lines: Iterable[str], direction: Direction) -> str:
    """The lines of an address. Each is read in the direction of its first letter, whatever that of the label is."""
    return "".join(f'<span class="line">{_line(line, direction)}</span>' for line in lines)


def _line(line: str, direction: Direction) -> str:
    text, end = "", 0
    for first, last in isolates_in(line, 0, len(line)):
        text += f"{escape(_clean(line[end:first]))}<bdi>{escape(_clean(line[first:last]))}</bdi>"
        end = last
    text += escape(_clean(line[end:]))
    return f"<bdi>{text}</bdi>" if direction == "rtl" or has_backward(text) else text


# Characters that XML does not allow (XML 1.0, 2.2).
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)


def _check_fit(sheets: Any) -> None:
    """Raises :class:`_TooLargeError` if text overflows a field."""
    if found := _overflows(sheets):
        raise _TooLargeError(found)


def _measure(sheets: Any) -> None:
    raise _MeasuredError(_overflows(sheets))


def _overflows(sheets: Any) -> frozenset[int]:
    return frozenset(
        int(box.element.get("data-fit"))
        for sheet in sheets.pages
        for box in sheet._page_box.descendants()
        if box.element is not None and box.element_tag == "p" and box.element.get("data-fit") and not _fits(box)
    )


def _fits(box: Any) -> bool:
    from circulars.render.pdf.engine import boxes

    left, top = box.content_box_x() - _TOLERANCE, box.content_box_y() - _TOLERANCE
    right, bottom = left + box.width + 2 * _TOLERANCE, top + box.height + 2 * _TOLERANCE
    for inner in box.descendants():
        if isinstance(inner, boxes.TextBox) and not left <= inner.position_x <= right - inner.width:
            return False
        if isinstance(inner, boxes.LineBox) and not top <= inner.position_y <= bottom - inner.height:
            return False
    return True


_TOLERANCE = 0.05  # CSS pixels, for rounding in the layout
