"""Reads the content of a paragraph: its runs with links, fields and tracked changes, and what begins or ends in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import is_on
from circulars.characters import DIRECTION, UNSEEN, is_no_letter
from circulars.errors import visible
from circulars.files.word_fields import link_targets
from circulars.files.word_words import COMPUTED
from circulars.render.docx.markup import MC, WRITTEN_MARKS, R, w
from circulars.render.docx.places import is_place
from circulars.review.word_edits.edited import EditedRun, TrackedEdit, TrackedKind, Unmapped
from circulars.review.word_edits.looks import UNDERLINED, Formats

TRACKED: Final[Mapping[str, TrackedKind]] = {
    w("ins"): "inserted", w("del"): "deleted", w("moveTo"): "moved here", w("moveFrom"): "moved away",
}  # fmt: skip
"""The elements of tracked changes, around runs, in the properties of a paragraph's end, and in those of a row."""

_COPY: Final = re.compile(r"_Copy_\d+$")  # LibreOffice calls a bookmark so in the words that a move has put elsewhere
_DIRECTIONS: Final = re.compile(f"[{DIRECTION}]")
_OUR_MARKS: Final = re.compile(f"[{WRITTEN_MARKS}]")
_BLANKS: Final = {w("tab"): "\t", w("ptab"): "\t", w("cr"): "\n", w("br"): "\n"}
_SIGNS: Final = {w("noBreakHyphen"): "\u2011", w("softHyphen"): "\u00ad"}
_NOTES: Final = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}
_TEXTS: Final = (w("t"), w("delText"))
_CODES: Final = (w("instrText"), w("delInstrText"))
_OBJECTS: Final = (w("drawing"), w("pict"), w("object"))
_REFERENCES: Final = ("REF", "NOTEREF", "PAGEREF")
_MATHS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_LONGEST_NAME: Final = 100
BREAK: Final = "break"
"""The look of a space that is a page break made by hand."""
_SINGLE: Final = "\u200d"  # LibreOffice puts it into a row that was inserted, so that its change is not empty


@dataclass(slots=True)
class OpenField:
    """A field that has begun: its code so far, and whether its result has begun."""

    code: str = ""
    shows: bool = False

    @property
    def name(self) -> str:
        """The name of the field, in capitals."""
        return (self.code.split() or [""])[0].upper()

    @property
    def link(self) -> str:
        """Where its result leads to, or ""."""
        words = self.code.split()
        if self.name in _REFERENCES and len(words) > 1:
            return f"#{words[1]}"
        return next(iter(link_targets(self.code)), "")


@dataclass(frozen=True, slots=True)
class StoryContext:
    """What is needed to read a part of the file: formats, the addresses of its links, and where to list the unmapped.

    ``fields`` are those that are open: a field may begin in one paragraph and end in another.
    """

    formats: Formats
    addresses: Mapping[str, str]
    unmapped: list[Unmapped]
    fields: list[OpenField] = field(default_factory=list)


@dataclass(slots=True)
class InlineContent:
    """What is in a paragraph.

    ``names`` are those of places, each with the offset where it begins. ``marks`` are where comments begin, end and are
    referred to: kind, number, offset. ``boxes`` are the text boxes that are anchored in it. ``signs`` are those of
    footnotes with marks of their own, and ``extras`` the kinds of formatting that letters cannot have, each with what
    it is.
    """

    runs: list[EditedRun] = field(default_factory=list)
    names: list[tuple[int, str]] = field(default_factory=list)
    marks: list[tuple[str, str, int]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    signs: dict[str, str] = field(default_factory=dict)
    extras: dict[tuple[str, str], None] = field(default_factory=dict)
    length: int = 0


@dataclass(frozen=True, slots=True)
class _RunAround:
    """What an element of a paragraph is in: a link, and a tracked change."""

    link: str = ""
    revision: TrackedEdit | None = None


def content_of(paragraph: etree._Element, context: StoryContext) -> InlineContent:
    """What is in a paragraph, in order. The code of a field ends with the paragraph at the latest."""
    reader = _InlineReader(paragraph, context)
    reader.read(paragraph, _RunAround())
    context.fields[:] = [one for one in context.fields if one.shows]
    return reader.content


def tracked(element: etree._Element | None) -> TrackedEdit | None:
    """The tracked change that is noted in the properties of a paragraph's end or of a row."""
    for one in element if element is not None else ():
        if one.tag in TRACKED:
            return _revision(one)
    return None


def place_names(mark: etree._Element) -> list[str]:
    """The place that a bookmark names, or nothing if it is another bookmark."""
    name = _COPY.sub("", mark.get(w("name"), ""))
    return [name] if is_place(name) else []


def chosen(element: etree._Element) -> etree._Element | None:
    """The content of alternate content that today's programs show."""
    choice = element.find(f"{{{MC}}}Choice")
    return choice if choice is not None else element.find(f"{{{MC}}}Fallback")


def safe(text: str) -> str:
    """Words of a stranger's file about people, without control and direction characters, on one line."""
    return visible(_DIRECTIONS.sub("", " ".join(text.split())))


def person(name: str) -> str:
    """The name of an author in a stranger's file, cut to what fits in a line; "" if nobody would see any of it."""
    shown = safe(name)
    is_seen = re.sub(f"[{UNSEEN}\\s]", "", shown) != ""
    return (shown if len(shown) <= _LONGEST_NAME else f"{shown[:_LONGEST_NAME]}…") if is_seen else ""


def _revision(element: etree._Element) -> TrackedEdit:
    return TrackedEdit(
        TRACKED[str(element.tag)], person(element.get(w("author"), "")), safe(element.get(w("date"), ""))
    )


@dataclass(slots=True)
class _InlineReader:
    """Reads one paragraph; ``paragraph`` gives its runs their look."""

    paragraph: etree._Element
    context: StoryContext
    content: InlineContent = field(default_factory=InlineContent)

    def read(self, parent: etree._Element, around: _RunAround) -> None:
        """Reads the children of the paragraph, or of what is around runs in it."""
        for child in parent:
            tag = str(child.tag)
            if tag == w("r"):
                self._run(child, around)
            elif tag == w("hyperlink"):
                self.read(child, replace(around, link=self._address(child)))
            elif tag in TRACKED:
                self.read(child, replace(around, revision=_within(around.revision, _revision(child))))
            elif tag == w("fldSimple"):
                self.context.fields.append(OpenField(child.get(w("instr"), ""), shows=True))
                self.read(child, around)
                self.context.fields.pop()
            elif tag == w("bookmarkStart"):
                self.content.names += ((self.content.length, name) for name in place_names(child))
            elif tag in (w("commentRangeStart"), w("commentRangeEnd")):
                self._comment(child, around)
            elif tag == f"{{{MC}}}AlternateContent":
                self._alternative(child, around)
            elif tag.startswith(_MATHS):
                self._formula(child, around)
            elif tag not in (w("pPr"), w("sdtPr"), w("sdtEndPr"), w("smartTagPr"), w("customXmlPr"), w("rt")):
                self.read(child, around)

    def _run(self, run: etree._Element, around: _RunAround) -> None:
        sign = next((one for one in run if one.tag in _NOTES), None)
        if sign is not None and is_on(sign.get(w("customMarkFollows"), "0")):
            text = "".join(one.text or "" for one in run.iter(w("t")))
            self.content.signs[sign.get(w("id"), "")] = text
            self._note(sign, around)
            return
        for child in run:
            self._within_run(run, child, around)

    def _within_run(self, run: etree._Element, child: etree._Element, around: _RunAround) -> None:
        tag = str(child.tag)
        if tag in _CODES:
            if self.context.fields and not self.context.fields[-1].shows:
                self.context.fields[-1].code += child.text or ""
        elif tag == w("fldChar"):
            self._field(child.get(w("fldCharType"), ""))
        elif tag in _NOTES:
            self._note(child, around)
        elif tag in _OBJECTS:
            self._object(child)
        elif tag == f"{{{MC}}}AlternateContent":
            if (choice := chosen(child)) is not None:
                for one in choice:
                    self._within_run(run, one, around)
        elif tag == w("commentReference"):
            self._comment(child, around)
        elif tag == w("ruby"):
            self._ruby(child, around)
        elif tag == w("br") and child.get(w("type"), "textWrapping") != "textWrapping":
            kind = f"{safe(child.get(w('type'), ''))} break"
            self.context.unmapped.append(Unmapped(kind, "a break by hand"))
            self._text(run, " ", around, BREAK)
        elif tag == w("sym"):
            self._symbol(run, child, around)
        else:
            self._text(run, self._shown(child), around)

    def _shown(self, child: etree._Element) -> str:
        """The text of an element of a run."""
        tag = str(child.tag)
        if tag in _TEXTS:
            return _OUR_MARKS.sub("", child.text or "")
        return _BLANKS.get(tag) or _SIGNS.get(tag, "")

    def _symbol(self, run: etree._Element, symbol: etree._Element, around: _RunAround) -> None:
        """Reads a sign of a font; where that has another sign than Unicode, it is listed."""
        code, font = symbol.get(w("char"), ""), safe(symbol.get(w("font"), ""))
        sign = chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{4}", code) and code[0].upper() not in "D" else "\ufffd"
        is_own = is_no_letter(sign) or sign == "\ufffd" or sign < "\u0100"
        if is_own:
            self.context.unmapped.append(Unmapped("symbol", f"{safe(code)} of the font {font}"))
        self._text(run, sign, around, *["symbol"] * is_own)

    def _text(self, run: etree._Element, text: str, around: _RunAround, *looks: str) -> None:
        fields = self.context.fields
        if not text or any(not one.shows for one in fields) or (text == _SINGLE and around.revision):
            return
        look, extras = self.context.formats.described(run, self.paragraph, text)
        inner = next((one for one in reversed(fields) if one.name != "HYPERLINK"), None)
        link = around.link or next((one.link for one in reversed(fields) if one.link), "")
        if not link:
            self.content.extras |= dict.fromkeys(extras)
        name = inner.name if inner else ""
        self._add(
            EditedRun(
                "" if name in COMPUTED else text,
                look.bold,
                look.italic,
                (*(one for one in look.others if not (link and one == UNDERLINED)), *looks),
                link,
                name,
                "",
                around.revision,
            )
        )

    def _add(self, run: EditedRun) -> None:
        """Adds a run, or its text to the last one if both are alike."""
        runs = self.content.runs
        self.content.length += len(run.text)
        if runs and not run.note and replace(runs[-1], text="") == replace(run, text=""):
            runs[-1] = replace(run, text=runs[-1].text + run.text)
        else:
            runs.append(run)

    def _note(self, sign: etree._Element, around: _RunAround) -> None:
        kind = _NOTES[str(sign.tag)]
        self._add(EditedRun("", note=f"{kind} {safe(sign.get(w('id'), ''))}", revision=around.revision))

    def _field(self, kind: str) -> None:
        fields = self.context.fields
        if kind == "begin":
            fields.append(OpenField())
        elif kind == "separate" and fields:
            fields[-1].shows = True
        elif kind == "end" and fields:
            fields.pop()

    def _comment(self, mark: etree._Element, around: _RunAround) -> None:
        self.content.marks.append((etree.QName(mark).localname, mark.get(w("id"), ""), self.content.length))

    def _object(self, drawn: etree._Element) -> None:
        """Lists a drawing; the texts in it are paragraphs of their own."""
        boxes = [*drawn.iter(w("txbxContent"))]
        self.content.boxes += boxes
        words = next((text for one in drawn.iter("{*}docPr", "{*}shape") if (text := _described(one))), "")
        self.context.unmapped.append(Unmapped("text box" if boxes else "picture", safe(words)))

    def _alternative(self, element: etree._Element, around: _RunAround) -> None:
        if (choice := chosen(element)) is not None:
            self.read(choice, around)

    def _formula(self, formula: etree._Element, around: _RunAround) -> None:
        words = "".join(one.text or "" for one in formula.iter(f"{_MATHS}t"))
        self.context.unmapped.append(Unmapped("formula", words))
        self._text(etree.Element(w("r")), words or "\ufffc", around, "formula")

    def _ruby(self, ruby: etree._Element, around: _RunAround) -> None:
        above = "".join(one.text or "" for text in ruby.iter(w("rt")) for one in text.iter(w("t")))
        self.context.unmapped.append(Unmapped("words above others", above))
        for base in ruby.iter(w("rubyBase")):
            self.read(base, around)

    def _address(self, link: etree._Element) -> str:
        address, place = self.context.addresses.get(link.get(f"{{{R}}}id", ""), ""), link.get(w("anchor"), "")
        return f"{address}#{place}" if place else address


def _within(outer: TrackedEdit | None, inner: TrackedEdit) -> TrackedEdit:
    """The change of words that are in two: what was removed is gone, whoever inserted it."""
    return outer if outer and outer.is_removal else inner


def _described(shape: etree._Element) -> str:
    return shape.get("descr") or shape.get("alt") or shape.get("name") or ""
