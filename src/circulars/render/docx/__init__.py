"""Writes a document as a Word file, with the pack's Word template."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateError
from lxml.etree import XMLSyntaxError

from circulars.errors import PackError, Place, Problem
from circulars.files.opc import UnreadablePackageError, broken_fact
from circulars.model.document import Document, filled, holes_of, spans_of
from circulars.pack import Pack
from circulars.render.docx.endings import with_kept_end
from circulars.render.docx.fields import fields_of
from circulars.render.docx.filling import DocxFilling, filling_of
from circulars.render.docx.footnotes import with_footnotes
from circulars.render.docx.head_table import with_wide_labels, without_empty_labels
from circulars.render.docx.hyphens import ADDRESSEE, with_whole_addresses
from circulars.render.docx.keeping import is_brief
from circulars.render.docx.lost_words import lost_words
from circulars.render.docx.markup import hole
from circulars.render.docx.package import Package, package_of
from circulars.render.docx.stationery import Stationery, stationery
from circulars.render.docx.story import Story
from circulars.render.docx.tags import UnfitTemplateError
from circulars.render.docx.turned import with_turned_pages
from circulars.render.master import LayOut, Master, Shaper, Shelf
from circulars.render.templates.sandbox import failure, rendered

TEMPLATE = "letter.docx"


_EXAMINE = "find the place with 'circulars template check'"
# Sample values: short and long, with capitals, with characters that XML escapes, and with spaces at the ends.
_TRIALS = ("", "a", " Ünï & <Cö.>  " * 12 + "z\nQ")


def master(document: Document, pack: Pack) -> Master:
    """The document as a Word file, made with the pack's template ``letter.docx``.

    Raises:
        PackError: the template is not a Word file, lacks a style, uses a field that documents do not have, or loses
            words of the document.
    """
    holes = holes_of(document)
    package = laid_out(document, pack, {name: name for name in holes}, is_checked=True)
    found = {hole.shown for part in package.last.values() for hole in part.holes}
    filling = filling_of(package) if package.exact and found <= set(holes) else None
    if filling and not all(_agree(filling, document, pack, dict.fromkeys(holes, text)) for text in _TRIALS if holes):
        filling = None
    in_blocks = dict.fromkeys(span.hole for span in spans_of((document.body, document.annexes)) if span.hole)
    return DocxMaster(document, pack, holes, filling, tuple(in_blocks))


def _agree(filling: DocxFilling, document: Document, pack: Pack, values: Mapping[str, str]) -> bool:
    """Whether a filled copy equals the one that the template writes with the values."""
    return filling.head + filling.tail(values) == laid_out(document, pack, values).packed({})


@dataclass(frozen=True, slots=True)
class DocxMaster:
    """A Word file with holes, laid out once.

    A hole may be wherever the template shows text: in the body, headers and notes, the file's title, or a tooltip. If
    the template does more with a value than show it (``{{ closing | upper }}``), each copy is laid out in full. So is a
    copy with a long value in one of the holes ``in_blocks``, which decides what a page may divide. A template cannot
    test whether a value contains a word, because values are not known while the template runs.

    Copies with the same values have the same bytes on one machine. Another build of zlib may compress differently.
    """

    document: Document
    pack: Pack
    holes: tuple[str, ...]
    filling: DocxFilling | None
    in_blocks: tuple[str, ...] = ()

    @property
    def head(self) -> bytes:
        """The first bytes of every copy: all parts without holes, including the letter's pictures and its source."""
        return self.filling.head if self.filling else b""

    def tail(self, values: Mapping[str, str]) -> bytes | None:
        """The parts with holes, and the ZIP directory; None if the copy must be laid out in full.

        Raises:
            ValueError: a value has characters that XML forbids.
        """
        if not self.filling:
            return None
        return self.filling.tail(values) if self._is_usual(values) else self.whole(values)[len(self.head) :]

    def shaper(self, lay_out: LayOut, shelf: Shelf) -> Shaper | None:
        """None: Word breaks lines itself, so no value needs another layout."""
        return None

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The bytes of the copy, laid out in full."""
        texts = {name: values.get(name, f"«{name}»") for name in self.holes}
        if self.filling and self._is_usual(values):
            return laid_out(self.document, self.pack, {name: name for name in self.holes}).packed(texts)
        return laid_out(self.document, self.pack, texts).packed({})

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The bytes of the copy."""
        tail = self.tail(values)
        return self.whole(values) if tail is None else self.head + tail

    def _is_usual(self, values: Mapping[str, str]) -> bool:
        """Whether what the values are in has a usual height."""
        return all(is_brief(values.get(name, "")) for name in self.in_blocks)


def laid_out(document: Document, pack: Pack, shown: Mapping[str, str], *, is_checked: bool = False) -> Package:
    """The Word file with a text in each hole, and the places of the holes.

    With ``is_checked``, its words are compared with those of the document.
    """
    with _pack_errors(pack):
        if shown:
            document = filled(document, {name: hole(text) for name, text in shown.items()})
        return _filled(_paper(document, pack), document, is_checked)


def later_fields(document: Document, pack: Pack) -> frozenset[str]:
    """Those of the fields that only some letters need that the pack's Word template shows.

    Raises:
        PackError: the template cannot be used.
    """
    with _pack_errors(pack):
        return _paper(document, pack).shown_fields


@contextlib.contextmanager
def _pack_errors(pack: Pack) -> Iterator[None]:
    """Raises what is wrong with a pack's template as problems of its file."""
    try:
        yield
    except UnreadablePackageError as error:
        raise PackError(_problem(pack, error.fact, error.remedy)) from error
    except UnfitTemplateError as unfit:
        raise PackError(*(_problem(pack, *fault, unfit.code) for fault in unfit.faults)) from unfit
    except XMLSyntaxError as error:
        raise PackError(
            _problem(pack, broken_fact(error), f"{_EXAMINE}, or save the template again in Word")
        ) from error
    except TemplateError as error:
        hint = "compare its tags with the list in the documentation"
        raise PackError(_problem(pack, failure(error), hint)) from error


def _paper(document: Document, pack: Pack) -> Stationery:
    try:
        sheet = pack.sheet
        return stationery(
            pack.read(TEMPLATE),
            document.locale,
            document.direction,
            carries=bool(document.attachments),
            paper=(sheet.width, sheet.height) if sheet.paper != pack.paper[0] else None,
            notes=bool(document.footnotes),
            hyphens=pack.type.hyphens,
            fonts=pack.fonts,
            size=pack.type.size,
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # A size that is not a number, a list without levels: Word's XML can be wrong in many ways.
        fact = "the template is damaged: a value in it is not of the kind that Word writes"
        raise UnfitTemplateError((fact, f"{_EXAMINE}, or save the template again in Word")) from error


def _filled(paper: Stationery, document: Document, is_checked: bool) -> Package:
    story = Story(paper, document)
    fields = fields_of(story)
    stories = {name: story.placed(name, rendered(template, fields)) for name, template in paper.stories.items()}
    body = with_kept_end(stories[paper.main], document)
    body = with_whole_addresses(body, paper.styles.get(ADDRESSEE, ""))
    stories |= {paper.main: with_turned_pages(without_empty_labels(with_wide_labels(body, story), story), story)}
    stories = with_footnotes(story, stories)
    if is_checked:
        _check_words(document, stories)
    return package_of(story, stories)


def _check_words(document: Document, stories: Mapping[str, str]) -> None:
    """Compares the words of the filled parts with those of the document.

    Raises:
        UnfitTemplateError: words of the document are lost.
    """
    if lost := lost_words(document, stories):
        raise UnfitTemplateError(*lost, code="lost-words")


def _problem(pack: Pack, fact: str, remedy: str, code: str = "template-error") -> Problem:
    return Problem(Place(str(pack.folder / TEMPLATE)), code, fact, remedy)
