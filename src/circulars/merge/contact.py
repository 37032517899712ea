"""Draws a contact sheet: some copies, page by page and small, on one sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from circulars.document import Attachment, Direction, Properties
from circulars.errors import MachineError, Place, Problem
from circulars.pack import Pack
from circulars.render.page import data_address

_IN_A_ROW: Final = 6
_WIDTH, _HEIGHT = 62, 90  # of a page's picture with the space below it, in millimetres
_CAPTION, _TITLE, _MARGIN = 16, 12, 12
_SLACK = 5  # for roundings: a sheet is one page
_DOTS = 110  # of the pictures, for each inch
_MOST_PIXELS = 16_000  # the height of the PNG


@dataclass(frozen=True, slots=True)
class Shown:
    """One copy on a contact sheet: whose it is, its language, why it is shown, and its PDF."""

    id: str
    language: str
    reasons: tuple[str, ...]
    pdf: bytes


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """The sheet as PDF and as PNG, and how many pages each copy has."""

    pdf: bytes
    png: bytes
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What the file says of itself."""

    properties: Properties
    direction: Direction = "ltr"
    attachments: tuple[Attachment, ...] = ()

    @property
    def language(self) -> str:
        return self.properties.language


def contact_sheet(shown: Iterable[Shown], pack: Pack, properties: Properties) -> ContactSheet:
    """All pages of some copies on one sheet, each copy under a caption; ``properties`` are the sheet's.

    Raises:
        MachineError: the library that draws pages is not installed.
    """
    from circulars.render.pdf.press import Press  # WeasyPrint, half a second

    copies = [(one, _pictures(one.pdf)) for one in shown]
    rows = [-(-len(pictures) // _IN_A_ROW) for _, pictures in copies]
    height = 2 * _MARGIN + _TITLE + _SLACK + sum(_CAPTION + _HEIGHT * count for count in rows)
    style = files(__package__).joinpath("contact.css").read_text(encoding="utf-8")
    style += f"\n@page {{ size: {_IN_A_ROW * (_WIDTH + 4) + 2 * _MARGIN}mm {height}mm; margin: {_MARGIN}mm }}"
    families = ", ".join((*(f'"{family}"' for family in pack.fonts), "sans-serif"))
    style += f"\nhtml {{ font-family: {families} }}"
    pdf = Press(style, pack.fonts).print(_Said(properties), _page(copies, properties))
    return ContactSheet(pdf, _png(pdf), tuple(len(pictures) for _, pictures in copies))


def _page(copies: Sequence[tuple[Shown, Sequence[bytes]]], properties: Properties) -> str:
    sections = "".join(_section(one, pictures) for one, pictures in copies)
    title = escape(properties.title)
    return (
        f"<html lang={quoteattr(properties.language)}><head><title>{title}</title></head>"
        f"<body><h1>{title}</h1>{sections}</body></html>"
    )


def _section(one: Shown, pictures: Sequence[bytes]) -> str:
    count = len(pictures)
    what = f"{one.id} · {one.language} · {count} {'page' if count == 1 else 'pages'}"
    images = "".join(
        f"<img src={quoteattr(data_address(picture, 'image/png'))} "
        f"alt={quoteattr(f'{one.id}, {one.language}: page {number} of {count}')} />"
        for number, picture in enumerate(pictures, 1)
    )
    reasons = escape(" · ".join(one.reasons))
    return f'<section><h2>{escape(what)}</h2><p class="why">{reasons}</p><p class="pages">{images}</p></section>'


def _pictures(pdf: bytes) -> list[bytes]:
    """The pages of a PDF as PNG, small."""
    document = _opened(pdf)
    try:
        return [_drawn(page, _WIDTH / 25.4 * _DOTS / page.get_width()) for page in document]
    finally:
        document.close()


def _png(pdf: bytes) -> bytes:
    document = _opened(pdf)
    try:
        page = document[0]
        return _drawn(page, min(_DOTS / 72, _MOST_PIXELS / page.get_height()))
    finally:
        document.close()


def _opened(pdf: bytes) -> Any:
    try:
        import pypdfium2
    except ImportError:
        fact, remedy = "the library pypdfium2, which draws pages, is not installed", "pip install 'circulars[preview]'"
        raise MachineError(Problem(Place(), "missing-library", fact, remedy)) from None
    return pypdfium2.PdfDocument(pdf)


def _drawn(page: Any, scale: float) -> bytes:
    stream = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(stream, "PNG")
    return stream.getvalue()
