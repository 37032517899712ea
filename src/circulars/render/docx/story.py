"""The state that the parts of a letter share while its Word file is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from circulars.model.document import Document, Picture, SettledFootnote, spans_of
from circulars.model.text import Block, Heading, Paragraph
from circulars.render.docx.markup import PIC, WP, A, R, quoted, tip
from circulars.render.docx.numbering import HEADINGS, OpenedLists
from circulars.render.docx.places import bookmark_name, with_bookmarks, without_names
from circulars.render.docx.stationery import Stationery
from circulars.render.docx.voice import Voice, speech_beside_text

_EMU = 36_000  # English Metric Units in a millimetre
FIRST_ID: Final = 1_001
"""The first id of a letter's bookmarks and pictures, above those of a template."""
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpeg"}


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of a part: the address of a hyperlink, or a picture."""

    id: str
    type: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class NumberedFootnote:
    """A footnote with its number in the file. ``is_repeated``: it has several marks, so the first one is a target."""

    number: int
    footnote: SettledFootnote
    is_repeated: bool


class Story:
    """A document, its template, and its relationships, lists, bookmarks and pictures so far.

    ``text_width`` is that of the pages that are being written, in twips. ``links`` has each link as it is written, with
    the runs inside it; ``footnotes`` has the footnotes by their ids.
    """

    def __init__(self, paper: Stationery, document: Document) -> None:
        self.paper = paper
        self.text_width = paper.text_width
        self.document = document
        self.voice = Voice(document.locale, document.direction)
        self.ledger = OpenedLists(paper.lists)
        self.relationships: dict[tuple[str, str], Relationship] = {}
        self.pictures: dict[str, bytes] = {}
        self.links: dict[str, str] = {}
        self.named_texts = {"Reference": document.properties.reference}
        self.footnotes = dict(_footnotes(paper, document))
        self.numbers = dict(_numbers(paper, _all_blocks(document)))
        self._marks = FIRST_ID
        self._drawings = FIRST_ID
        self._controls = FIRST_ID

    def style(self, name: str) -> str:
        """The id of the style with this name, as an attribute's value without quotation marks."""
        return self.paper.styles[name.lower()]

    def link(self, address: str) -> str:
        """The id of the relationship to an address."""
        return self._relationship("hyperlink", address, external=True).id

    def linked(self, address: str, inner: str) -> str:
        """The runs as a link to an address, with the address as a tooltip."""
        return self._link(f'r:id="{self.link(address)}"', address, inner)

    def led(self, id: str, words: str, inner: str) -> str:
        """The runs as a link to the block with an id, with the words as a tooltip."""
        return self._link(f'w:anchor="{self.bookmark(id)}"', words, inner)

    def property(self, text: str) -> str:
        """The name of the custom property with a text, for a field to show."""
        for name, held in self.named_texts.items():
            if held == text:
                return name
        name = f"Header{len(self.named_texts) + 1}"
        self.named_texts[name] = text
        return name

    def bookmark(self, id: str) -> str:
        """The name of the bookmark for a block's id."""
        return bookmark_name(id)

    def marked(self, id: str, inner: str) -> str:
        """The runs inside the bookmark of a block's id."""
        return self.inside(self.bookmark(id), inner) if id else inner

    def inside(self, name: str, inner: str) -> str:
        """The runs inside the bookmark with a name."""
        mark, self._marks = self._marks, self._marks + 1
        return f'<w:bookmarkStart w:id="{mark}" w:name="{name}"/>{inner}<w:bookmarkEnd w:id="{mark}"/>'

    def placed(self, part: str, text: str) -> str:
        """A part with text, with the names of the letter's places in it as bookmarks: those in the body alone."""
        if part != self.paper.main:
            return without_names(text)
        written, self._marks = with_bookmarks(text, self._marks)
        return written

    def drawing(self, picture: Picture | None, link: str = "") -> str:
        """A run with a picture in its true size, or ``""`` without a picture.

        A link is put around the run, because LibreOffice writes a link inside the drawing to a PDF without a tag.
        """
        if picture is None:
            return ""
        number, self._drawings = self._drawings, self._drawings + 1
        size = f'cx="{round(picture.width * _EMU)}" cy="{round(picture.height * _EMU)}"'
        run = (
            f"<w:r><w:rPr>{speech_beside_text(self.voice)}</w:rPr><w:drawing>"
            f'<wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:docPr id="{number}" name="Picture {number}" descr={quoted(picture.alt)}/>'
            f'<wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a="{A}" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic xmlns:a="{A}"><a:graphicData uri="{PIC}"><pic:pic xmlns:pic="{PIC}">'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip xmlns:r="{R}" r:embed="{self._picture(picture)}"/>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
        return self.linked(link, run) if link else run

    def control(self, runs: str) -> str:
        """The runs as a control that is filled in. Screen readers say its title."""
        label = self.document.blank_label
        if not label:
            return runs
        number, self._controls = self._controls, self._controls + 1
        properties = f'<w:alias w:val={quoted(label)}/><w:id w:val="{number}"/><w:showingPlcHdr/><w:text/>'
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{runs}</w:sdtContent></w:sdt>"

    def _link(self, target: str, shown: str, inner: str) -> str:
        link = f'<w:hyperlink {target} w:tooltip={tip(shown)} w:history="1">{inner}</w:hyperlink>'
        self.links[link] = inner
        return link

    def _picture(self, picture: Picture) -> str:
        name = next((name for name, data in self.pictures.items() if data == picture.data), "")
        if not name:
            name = f"circular{len(self.pictures) + 1}.{_EXTENSIONS[picture.media_type]}"
            self.pictures[name] = picture.data
        return self._relationship("image", f"media/{name}", external=False).id

    def _relationship(self, kind: str, target: str, external: bool) -> Relationship:
        new = Relationship(f"rIdC{len(self.relationships) + 1}", f"{R}/{kind}", target, external)
        return self.relationships.setdefault((kind, target), new)


def _footnotes(paper: Stationery, document: Document) -> Iterator[tuple[str, NumberedFootnote]]:
    repeated = {span.note for span in spans_of(document) if span.is_repeated} if document.footnotes else set()
    for number, footnote in enumerate(document.footnotes, paper.first_footnote):
        yield footnote.id, NumberedFootnote(number, footnote, footnote.id in repeated)


def _all_blocks(document: Document) -> Iterator[Block]:
    yield from document.body
    for annex in document.annexes:
        yield from annex.body


def _numbers(paper: Stationery, blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """The ids and numbers of the blocks that Word numbers, to which fields can refer."""
    for block in blocks:
        if isinstance(block, Paragraph) and paper.outline("Numbered paragraph").counts(block.number):
            yield block.id, block.number
        if isinstance(block, Heading) and paper.outline(HEADINGS).counts(block.number, block.level):
            yield block.id, block.number
