"""Makes the HTML page of a document with the pack's template. The HTML file and the PDF are made from it."""

from __future__ import annotations

import base64
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Template, TemplateError, nodes

from circulars.errors import PackError, Place, Problem
from circulars.model.document import Document, Picture
from circulars.model.grid import GridRow, grid
from circulars.model.text import Block, Cell, Heading, Items, Note, Paragraph, Span, Table, by_direction, isolated
from circulars.pack import Pack
from circulars.processes.server import working_on
from circulars.render.measures import measures_of
from circulars.render.templates import outside
from circulars.render.templates.markup import CheckedPage, RefusedPageError, checked_page
from circulars.render.templates.sandbox import Sandbox, failure, rendered
from circulars.render.templates.words import of_words

TEMPLATE = "letter.html.j2"
MACROS = "macros.html.j2"
"""The pack's own macros, which replace those of the template."""
STYLESHEET = "letter.css"
ADDITIONS = "look.css"
"""What the pack adds to the stylesheet."""
_INCLUDED = '{% include "macros.html.j2" ignore missing %}'

_FOOTNOTES = "copy the macros 'mark' and 'footnotes', and their use, from the shipped pack's letter.html.j2"
# What only some letters have: a pack's template may be older than that.
_LATER = ("cosignatures", "postscript", "drafter", "enclosures", "copies")
_BLOCKS = {"paragraph": Paragraph, "heading": Heading, "items": Items, "table": Table, "note": Note}
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "svg": "image/svg+xml", "woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class PageSource:
    """The page's template, with the pack's own macros in it.

    ``own`` is the number of the line before the first of them, and ``count`` the number of their lines.
    """

    text: str
    own: int = 0
    count: int = 0

    def place(self, pack: Pack, line: int) -> Place:
        """The file and the line that a line of the whole text comes from."""
        if self.own < line <= self.own + self.count:
            return Place(str(pack.path(MACROS)), line - self.own, 1)
        line -= max(self.count - 1, 0) if line > self.own else 0
        return Place(str(pack.path(TEMPLATE)), line, 1 if line else 0)


def page_source(pack: Pack) -> PageSource:
    """The source of the page: the template, with the pack's own macros in the line that includes them.

    A macro of the pack replaces the one of its base that has the same name.

    Raises:
        PackError: the template is missing, or is not UTF-8.
    """
    source = _read(pack, TEMPLATE)
    before, line, after = source.partition(_INCLUDED)
    if not line:
        return PageSource(source)
    own = _read(pack, MACROS).rstrip("\n") if pack.has(MACROS) else ""
    return PageSource(before + own + after, before.count("\n"), own.count("\n") + 1 if own else 0)


def page_of(document: Document, pack: Pack) -> CheckedPage:
    """The document as an HTML page without a stylesheet. Pictures are ``data:`` URLs.

    Raises:
        PackError: the pack's template is wrong, uses a field that a document does not have, or makes a page with more
            than text and pictures.
    """
    with working_on(f"the template {TEMPLATE}", "simplify its loops and its texts", Place(str(pack.path(TEMPLATE)))):
        return _page_of(document, pack)


def _page_of(document: Document, pack: Pack) -> CheckedPage:
    source = page_source(pack)
    present = [
        *(name for name in _LATER if getattr(document, name)),
        *(("blocks",) if _has_lists_in_lists(document) else ()),
        *(("lists",) if _has_lists_in_cells(document) else ()),
    ]
    whole = Place(str(pack.path(TEMPLATE)))
    try:
        if lost := [name for name in present if name not in _shown(source.text)]:
            facts = [f"the template does not show '{name}', which this letter has" for name in lost]
            remedy = "add it, as the template of the pack 'itu' has it"
            raise PackError(*(Problem(whole, "template-error", fact, remedy) for fact in facts))
        page = checked_page(rendered(_template(source.text), {"document": document}))
        if misleading := (*dict.fromkeys(of_words(page.tree, page.source, document)),):
            raise RefusedPageError(misleading)
        if document.footnotes and not {one.id for one in document.footnotes} <= {
            one.get("id") for one in page.tree.iter()
        }:
            fact = "the template does not show the footnotes of this letter"
            raise PackError(Problem(whole, "template-error", fact, _FOOTNOTES))
        return page
    except TemplateError as error:
        where = source.place(pack, getattr(error, "lineno", 0) or _line_of(error))
        raise PackError(Problem(where, "template-error", failure(error))) from error
    except RefusedPageError as refused:
        raise PackError(
            *(
                Problem(source.place(pack, _line_with(source.text, one.sought)), one.code, *one[:2])
                for one in refused.found
            )
        ) from None


@functools.lru_cache(maxsize=16)
def _shown(source: str) -> frozenset[str]:
    """The fields that a template uses outside conditions: ``{% if document.copies %}`` alone shows nothing."""
    waiting: list[nodes.Node] = [Sandbox({}, trim_blocks=True, lstrip_blocks=True).parse(source)]
    names = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Getattr):
            names.add(node.attr)
        waiting += node.iter_child_nodes(exclude=("test",))
    return frozenset(names)


def _has_lists_in_lists(document: Document) -> bool:
    """Whether an entry of a list has further paragraphs or a list."""
    return any(entry.blocks for block in _blocks(document) if isinstance(block, Items) for entry in block.entries)


def _has_lists_in_cells(document: Document) -> bool:
    tables = (block for block in _blocks(document) if isinstance(block, Table))
    return any(cell.lists for table in tables for row in (*table.heads, *table.rows) for cell in row)


def _blocks(document: Document) -> Iterator[Block]:
    """The blocks of the letter and of its annexes."""
    yield from document.body
    for annex in document.annexes:
        yield from annex.body


def _line_with(source: str, sought: str) -> int:
    """The line of a template in which a text begins, in capitals or not; 0 if it is nowhere."""
    place = source.lower().find(sought) if sought else -1
    return source.count("\n", 0, place) + 1 if place >= 0 else 0


def stylesheet_of(pack: Pack) -> str:
    """The stylesheet of the pack's letters: its measures, ``letter.css``, and the pack's own additions to that.

    Raises:
        PackError: see :func:`styles_in`.
    """
    own = styles_in(pack, ADDITIONS) if pack.has(ADDITIONS) else ""
    return measures_of(pack) + styles_in(pack, STYLESHEET) + own


def styles_in(pack: Pack, name: str) -> str:
    """A stylesheet of the pack, with the files that it names embedded as ``data:`` URLs, and without comments.

    Raises:
        PackError: the stylesheet names an address outside the pack, or a file that does not exist.
    """
    style = outside.style_of(_read(pack, name))
    addresses = [_embedded(address, pack) for address, _line in style.addresses]
    found = [*style.found]
    for address, (_address, line) in zip(addresses, style.addresses, strict=True):
        found += (one._replace(line=line) for one in outside.of_address(address, "the stylesheet"))
    if found:
        raise _refusal(found, pack, name)
    return style.text(addresses)


def _read(pack: Pack, name: str) -> str:
    try:
        return pack.read(name).decode()
    except UnicodeDecodeError as error:
        fact = f"the file is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02X}"
        raise PackError(Problem(Place(str(pack.path(name))), "not-utf-8", fact, "save it as UTF-8")) from None


def _refusal(found: Iterable[outside.Found], pack: Pack, name: str) -> PackError:
    file = str(pack.path(name))
    return PackError(*(Problem(Place(file, one.line, 1 if one.line else 0), one.code, *one[:2]) for one in found))


def data_url(data: bytes, media_type: str) -> str:
    """A ``data:`` URL with some bytes."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _embedded(address: str, pack: Pack) -> str:
    """The address of a file of the pack as a ``data:`` URL; any other address is unchanged."""
    if not address or ":" in address or address.startswith(("#", "//")):
        return address
    return data_url(pack.read(address), _TYPES.get(address.rpartition(".")[2].lower(), "application/octet-stream"))


@functools.lru_cache(maxsize=16)
def _template(source: str) -> Template:
    """The compiled template, cached for all letters."""
    sandbox = Sandbox(
        {
            "by_direction": by_direction,
            "by_link": _by_link,
            "isolated": isolated,
            "address": _picture_address,
            "grid": _grid,
        },
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sandbox.tests |= {name: _test_of(block) for name, block in _BLOCKS.items()}
    return sandbox.from_string(source)


def _test_of(block: type) -> Callable[[object], bool]:
    """The test for one type of block, as in ``{% if block is paragraph %}``."""
    return lambda value: isinstance(value, block)


def _by_link(spans: Iterable[Span]) -> Iterator[tuple[str, list[Span]]]:
    """Groups spans by link, so that spans of different looks stay in one link."""
    for link, group in itertools.groupby(spans, key=lambda span: span.link):
        yield link, list(group)


def _grid(rows: Sequence[Sequence[Cell]], table: Table) -> list[GridRow[Cell]]:
    """Rows of a table, with the place of each cell."""
    return [*grid(rows, len(table.widths))]


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
