"""Lays out each kind's skeleton in every format, and reports errors and lost words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from circulars.build import Order, build, documents
from circulars.errors import CircularsError, PageError, Place, Problem
from circulars.files.opc import parse_part, read_parts, targets
from circulars.formats import WRITERS
from circulars.model.document import Document, Window, spans_of
from circulars.model.letter import PlacedName
from circulars.model.text import Span
from circulars.pack import Pack
from circulars.render import writer
from circulars.render.docx import TEMPLATE as WORD_TEMPLATE
from circulars.render.docx.stationery import story_names
from circulars.render.page import STYLESHEET
from circulars.render.page import TEMPLATE as PAGE_TEMPLATE
from circulars.source.letters import read_letter
from circulars.workspace import Workspace


def trial_problems(pack: Pack, workspace: Workspace) -> Iterator[Problem]:
    """The problems in laying out the skeleton of each kind in each format."""
    is_first = True
    for kind in pack.kinds:
        skeleton = pack.folder / "skeletons" / f"{kind}.yaml"
        if skeleton.is_file():
            yield from _laid_out(skeleton, pack, workspace, as_copy=is_first and pack.addressee_block != "none")
            is_first = False
            continue
        fact = f"the kind '{kind}' has no skeleton"
        yield Problem(Place(str(skeleton)), "missing-file", fact, "write the shortest letter of that kind")


def _laid_out(skeleton: Path, pack: Pack, workspace: Workspace, *, as_copy: bool) -> Iterator[Problem]:
    """The problems in writing a skeleton in each format; a fault in one template does not hide those in another.

    With ``as_copy`` the skeleton is also written as a copy for one addressee, whose block must be on the page.
    """
    try:
        letter = replace(read_letter(skeleton), pack=PlacedName(pack.name, Place(str(skeleton))))
    except CircularsError as error:
        yield from error.problems
        return
    for format in WRITERS:
        try:
            settled = list(documents(letter, workspace, Order()))
            outputs = list(build(letter, workspace, Order(formats=(format,))))
        except PageError as error:
            yield from _of_stylesheet(error, pack)
        except CircularsError as error:
            yield from error.problems
            continue
        if format in _TEMPLATES:
            name, read = _TEMPLATES[format]
            place = Place(str(pack.path(name)))
            for document, output in zip(settled, outputs, strict=True):
                yield from (
                    Problem(place, "lost-words", f"'{words}' is in the letter, but not on the page", _RESTORE_TAG)
                    for words in lost_words(document, read(output.data))
                )
        if as_copy and format in _BLOCK_FORMATS:
            yield from _lost_block(settled[0], pack, format)


def _of_stylesheet(error: PageError, pack: Pack) -> Iterator[Problem]:
    """The problems of pages of the shortest letters, which only the stylesheet can cause."""
    where = Place(str(pack.path(STYLESHEET)))
    return (replace(one, where=where, hint="correct the widths, margins and positions there") for one in error.problems)


_BLOCK = ("Ana Ejemplo", "Example Street 1", "1000 Exampletown")


def _lost_block(document: Document, pack: Pack, format: str) -> Iterator[Problem]:
    """A problem if a merged copy does not show its addressee's block as the pack says."""
    window: Window = "right" if pack.addressee_block == "right" else "left"
    copy = replace(document, addressee=(Span("\n".join(_BLOCK)),), window=window)
    try:
        data = writer(format)(copy, pack).fill({})
    except PageError as error:
        yield from _of_stylesheet(error, pack)
        return
    except CircularsError as error:
        yield from error.problems
        return
    if format not in _TEMPLATES:
        return
    name, read = _TEMPLATES[format]
    place = Place(str(pack.path(name)))
    shown = "".join(read(data).split())
    if any("".join(line.split()) not in shown for line in _BLOCK):
        fact = "merged copies would have no addressee's block, although pack.yaml says that they have one"
        remedy = f"put {_BLOCK_TAGS[format]} back into the template, or write 'addressee-block: none' in pack.yaml"
        yield Problem(place, "missing-tag", fact, remedy)


_RESTORE_TAG = "put its tag back into the template; 'circulars template fields' lists those of the shipped one"
_MAX_REPORTED = 3


def lost_words(document: Document, page: str) -> list[str]:
    """The first texts of a document that are missing on a page; white space is ignored."""
    shown = "".join(page.split())
    return [words for words in _texts(document) if "".join(words.split()) not in shown][:_MAX_REPORTED]


def _texts(document: Document) -> Iterator[str]:
    """Every text that must be on the page, except numbers and bullets, which Word itself writes."""
    head = document.letterhead
    yield from (head.organization, head.bureau, document.date_line, document.subject_label)
    yield from (span.text for span in spans_of(document))
    yield from (document.closing, document.drafter, *document.annex_note)
    yield from (one.label for one in (document.enclosures, *document.copies) if one)
    for signature in document.signatures:
        yield from (signature.signed, signature.name, *signature.title)
    yield from (text for annex in document.annexes for text in (annex.label, annex.parent))
    yield from document.footer


def word_text(data: bytes) -> str:
    """The text of a Word file: body, headers, footers and notes."""
    parts = read_parts(data)
    main = targets(parts, "", "officeDocument")[0]
    trees = (parse_part(parts[name]) for name in story_names(parts, main))
    return "".join(node.text or "" for tree in trees for node in tree.iter("{*}t"))


def _page_text(data: bytes) -> str:
    """The text of an HTML page."""
    reader = _Words()
    reader.feed(data.decode())
    return "".join(reader.found)


class _Words(HTMLParser):
    """Collects the text of an HTML page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        """Collects a piece of text."""
        self.found.append(data)


_BLOCK_TAGS = {"docx": "{{ addressee }}", "html": "{{ words(document.addressee) }}"}
_TEMPLATES: dict[str, tuple[str, Callable[[bytes], str]]] = {
    "docx": (WORD_TEMPLATE, word_text),
    "html": (PAGE_TEMPLATE, _page_text),
}
_BLOCK_FORMATS = (*_TEMPLATES, "pdf")
