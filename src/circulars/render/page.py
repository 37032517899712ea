"""Makes the HTML page of a document with the pack's template. The HTML file and the PDF are made from it."""

from __future__ import annotations

import base64
import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from jinja2 import Template, TemplateError

from circulars.errors import PackError, Place, Problem
from circulars.model.document import Document, Picture
from circulars.model.text import Heading, Items, Note, Paragraph, Span, Table
from circulars.pack import Pack
from circulars.render.templates import outside
from circulars.render.templates.sandbox import Sandbox, failure, rendered

TEMPLATE = "letter.html.j2"
STYLESHEET = "letter.css"

_BLOCKS = {"paragraph": Paragraph, "heading": Heading, "items": Items, "table": Table, "note": Note}
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "svg": "image/svg+xml", "woff2": "font/woff2"}
_ADDRESS = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)""")


def page_of(document: Document, pack: Pack) -> str:
    """The document as an HTML page without a stylesheet. Pictures are ``data:`` URLs.

    Raises:
        PackError: the pack's template is wrong, or uses a field that a document does not have.
    """
    try:
        page = rendered(_template(_read(pack, TEMPLATE)), {"document": document}).lstrip()
    except TemplateError as error:
        line = getattr(error, "lineno", 0) or _line_of(error)
        where = Place(str(pack.folder / TEMPLATE), line, 1 if line else 0)
        raise PackError(Problem(where, "template-error", failure(error))) from error
    _refuse(outside.of_page(page), pack, TEMPLATE)
    return page


def stylesheet_of(pack: Pack, name: str = STYLESHEET) -> str:
    """A stylesheet of the pack, with the files that it names embedded as ``data:`` URLs.

    Raises:
        PackError: the stylesheet names an address outside the pack, or a file that does not exist.
    """
    style = _ADDRESS.sub(lambda found: f'url("{_inlined(found[2], pack)}")', _read(pack, name))
    _refuse(outside.of_stylesheet(style), pack, name)
    return style


def _read(pack: Pack, name: str) -> str:
    try:
        return pack.read(name).decode()
    except UnicodeDecodeError as error:
        fact = f"the file is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02X}"
        raise PackError(Problem(Place(str(pack.folder / name)), "not-utf-8", fact, "save it as UTF-8")) from None


def _refuse(found: Iterable[outside.Found], pack: Pack, name: str) -> None:
    place = Place(str(pack.folder / name))
    if problems := [Problem(place, "outside-address", fact, remedy) for fact, remedy in found]:
        raise PackError(*problems)


def data_url(data: bytes, media_type: str) -> str:
    """A ``data:`` URL with some bytes."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _inlined(address: str, pack: Pack) -> str:
    if address.startswith(("data:", "#")):
        return address
    if ":" in address or address.startswith("//"):
        place = Place(str(pack.folder / STYLESHEET))
        raise PackError(
            Problem(
                place,
                "outside-address",
                f"the stylesheet asks for '{address}'",
                "put the file into the pack's folder, and name it there",
            )
        )
    return data_url(pack.read(address), _TYPES.get(address.rpartition(".")[2].lower(), "application/octet-stream"))


@functools.lru_cache(maxsize=16)
def _template(source: str) -> Template:
    """The compiled template, cached for all letters."""
    sandbox = Sandbox({"by_link": _by_link, "address": _picture_address}, trim_blocks=True, lstrip_blocks=True)
    sandbox.tests |= {name: _test_of(block) for name, block in _BLOCKS.items()}
    return sandbox.from_string(source)


def _test_of(block: type) -> Callable[[object], bool]:
    """The test for one type of block, as in ``{% if block is paragraph %}``."""
    return lambda value: isinstance(value, block)


def _by_link(spans: Iterable[Span]) -> Iterator[tuple[str, list[Span]]]:
    """Groups spans by link, so that spans of different looks stay in one link."""
    for link, group in itertools.groupby(spans, key=lambda span: span.link):
        yield link, list(group)


def _picture_address(picture: Picture) -> str:
    return data_url(picture.data, picture.media_type)


def _line_of(error: BaseException) -> int:
    """The line of the template on which an error occurred, or 0."""
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
