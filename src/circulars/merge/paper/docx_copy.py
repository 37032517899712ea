"""Adds one copy to a Word file of many."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from lxml import etree

from circulars.errors import Place, Problem, UsageError
from circulars.files.opc import OFFICE, links_of, parse_part, target_of
from circulars.merge.paper.docx_notes import notes_of, notes_part
from circulars.merge.paper.docx_volume import (
    DOCUMENT,
    HEAD,
    NUMBERING,
    TYPES,
    TYPES_NAMESPACE,
    DocxVolume,
    relation_kind,
)
from circulars.render.docx.markup import w

_RELATED: Final = f"{{{OFFICE}}}"
_DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_BODY: Final = re.compile(rb"^(.*?<w:body>)(.*)(</w:body>.*)$", re.DOTALL)
# The order of a section's elements (ECMA-376, part 1, 17.6.17), as far as it matters here.
_BEFORE_TYPE: Final = ("headerReference", "footerReference", "footnotePr", "endnotePr")
_BEFORE_NUMBERS: Final = (*_BEFORE_TYPE, "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")
# Endnotes and comments have parts of their own, which are not joined; letters have none.
_UNSUPPORTED: Final = ("endnoteReference", "commentReference")
_PROPERTY_FIELDS: Final = re.compile(r"\s*(?:DOCPROPERTY|TITLE|SUBJECT|AUTHOR|KEYWORDS)\b")
_NOTE_FIELDS: Final = re.compile(r"\s*NOTEREF\b")


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a copy: its last paragraph (None if it ends in a table), and its last section."""

    paragraph: etree._Element | None
    section: etree._Element

    def last(self) -> bytes:
        """The XML if this is the last copy in the file: the section follows all paragraphs."""
        return (b"" if self.paragraph is None else etree.tostring(self.paragraph)) + etree.tostring(self.section)

    def before_another(self) -> bytes:
        """The XML if another copy follows: the section is in the last paragraph (17.6.18)."""
        paragraph = etree.Element(w("p")) if self.paragraph is None else self.paragraph
        look = paragraph.find(w("pPr"))
        if look is None:
            look = etree.Element(w("pPr"))
            paragraph.insert(0, look)
        change = look.find(w("pPrChange"))
        look.insert(len(look) if change is None else look.index(change), self.section)
        return etree.tostring(paragraph)


@dataclass(slots=True)
class JoinedCopy:
    """One copy that is being added to the file."""

    volume: DocxVolume
    parts: Mapping[str, bytes]
    label: str
    _root: etree._Element = field(init=False)
    _notes: etree._Element | None = None
    _same_properties: bool = True

    def read(self) -> tuple[bytes, bytes]:
        """Reads the copy; returns the XML before the document's body and the XML after it."""
        if not self.volume.count:
            self.volume.begin(self.parts)
        else:
            self.volume.check(self.parts, self.label)
        self._same_properties = self.volume.has_same_properties(self.parts)
        self._root = parse_part(self.parts[DOCUMENT])
        if any(next(self._root.iter(w(name)), None) is not None for name in _UNSUPPORTED):
            fact = f"the copy of '{self.label}' has endnotes or comments"
            raise UsageError(Problem(Place(), "not-joined", fact, "remove them from the template, or print the PDFs"))
        shell = copy.copy(self._root)
        for child in shell:
            shell.remove(child)
        etree.SubElement(shell, w("body")).text = ""
        found = _BODY.match(HEAD + etree.tostring(shell).replace(b"<w:body/>", b"<w:body></w:body>"))
        assert found
        return found[1], found[3]

    def body(self) -> tuple[bytes, Ending]:
        """The XML of the copy's body without its end, and the end."""
        body = self._root.find(w("body"))
        assert body is not None
        if not self._same_properties:
            _flatten(self._root, _PROPERTY_FIELDS)
        self._read_notes()
        self._relink(self._root, DOCUMENT, self.volume.link)
        self._rename_bookmarks()
        self._renumber()
        if self._notes is not None:
            self.volume.notes.add(self._notes, self._root)
        sections = list(body.iter(w("sectPr")))
        self._start_page(sections[0])
        section = sections[-1]
        body.remove(section)
        last = body[-1] if len(body) and body[-1].tag == w("p") else None
        if last is not None and last.find(f"{w('pPr')}/{w('sectPr')}") is None:
            body.remove(last)
        else:
            last = None
        found = _BODY.match(etree.tostring(self._root))
        assert found
        return found[2], Ending(last, section)

    def _read_notes(self) -> None:
        """Reads the copy's footnotes. Their numbers become text, also where a field repeats one."""
        name = notes_part(self.parts, DOCUMENT)
        if not name:
            return
        self.volume.begin_notes(self.parts, name)
        self._notes = notes_of(self._root, self.parts[name])
        _flatten(self._root, _NOTE_FIELDS)
        self._relink(self._notes, name, self.volume.notes.link)

    def _all(self, name: str) -> Iterator[etree._Element]:
        """The elements with this name in the document and in its footnotes."""
        yield from self._root.iter(name)
        if self._notes is not None:
            yield from self._notes.iter(name)

    def _start_page(self, section: etree._Element) -> None:
        """Starts the copy on a new page with number 1, with only its own headers and footers."""
        for kind in ("headerReference", "footerReference"):
            for reference in section.findall(w(kind)):
                self.volume.headers_and_footers.setdefault((kind, reference.get(w("type"), "default")))
        for kind, type in self.volume.headers_and_footers:
            if not any(one.get(w("type")) == type for one in section.findall(w(kind))):
                section.insert(0, self._empty_header_or_footer(kind, type))
        if self.volume.count > 1:
            for old in section.findall(w("type")):
                section.remove(old)
            begin = "oddPage" if self.volume.duplex else "nextPage"
            _insert(section, etree.Element(w("type"), {w("val"): begin}), _BEFORE_TYPE)
        numbers = section.find(w("pgNumType"))
        if numbers is None:
            numbers = etree.Element(w("pgNumType"))
            _insert(section, numbers, _BEFORE_NUMBERS)
        if numbers.get(w("start")) is None:
            numbers.set(w("start"), "1")

    def _empty_header_or_footer(self, kind: str, type: str) -> etree._Element:
        """A reference to an empty header or footer: without one, a section inherits that of the previous copy."""
        what = kind.removesuffix("Reference")
        tag = {"header": "hdr", "footer": "ftr"}[what]
        root = etree.Element(w(tag), nsmap=cast(dict[str, str], self._root.nsmap))
        etree.SubElement(root, w("p"))
        name = f"word/{what}0.xml"
        content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{what}+xml"
        override = {"PartName": f"/{name}", "ContentType": content}
        types = etree.Element(f"{{{TYPES_NAMESPACE}}}Types")
        etree.SubElement(types, f"{{{TYPES_NAMESPACE}}}Override", override)
        place = self.volume.place_part({TYPES: etree.tostring(types)}, name, HEAD + etree.tostring(root))
        id = self.volume.link(f"{OFFICE}/{what}", f"/{place}", "")
        return etree.Element(w(kind), {w("type"): type, f"{_RELATED}id": id})

    def _relink(self, root: etree._Element, part: str, link: Callable[[str, str, str], str]) -> None:
        """Replaces a part's ids of relationships with those of the joined file, which ``link`` gives."""
        links = {link.get("Id"): link for link in links_of(self.parts, part)}
        new: dict[str, str] = {}
        for node in root.iter():
            for name, id in node.attrib.items():
                if str(name).startswith(_RELATED) and id in links:
                    if id not in new:
                        new[str(id)] = link(*self._relinked(links[id], part))
                    node.set(name, new[str(id)])

    def _relinked(self, link: etree._Element, part: str) -> tuple[str, str, str]:
        """The kind, the target and the mode of a relationship of a part, in the joined file."""
        kind = link.get("Type", "")
        if link.get("TargetMode") == "External":
            return kind, link.get("Target", ""), "External"
        name = target_of(link, part)
        data = self.parts[name]
        if relation_kind(link) in ("header", "footer") and not self._same_properties:
            root = parse_part(data)
            _flatten(root, _PROPERTY_FIELDS)
            data = HEAD + etree.tostring(root)
        return kind, "/" + self.volume.place_part(self.parts, name, data), ""

    def _rename_bookmarks(self) -> None:
        """Gives bookmarks names and numbers that are unique in the file."""
        names, ids = {}, {}
        for mark in self._all(w("bookmarkStart")):
            number = self.volume.number()
            ids[mark.get(w("id"))] = str(number)
            names[mark.get(w("name"), "")] = f"_c{self.volume.count}_{number}"  # at most 40 characters
            mark.set(w("name"), names[mark.get(w("name"), "")])
            mark.set(w("id"), str(number))
        for mark in self._all(w("bookmarkEnd")):
            mark.set(w("id"), ids.get(mark.get(w("id")), mark.get(w("id"), "")))
        for link in self._all(w("hyperlink")):
            if (anchor := link.get(w("anchor"))) in names:
                link.set(w("anchor"), names[str(anchor)])
        for element in self._all(w("instrText")):
            element.text = re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), element.text or "")
        for simple in self._all(w("fldSimple")):
            instruction = re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), simple.get(w("instr"), ""))
            simple.set(w("instr"), instruction)

    def _renumber(self) -> None:
        """Gives each picture a unique number, and each list a numbering that does not continue another copy's."""
        for drawn in self._all(_DRAWN):
            drawn.set("id", str(self.volume.number()))
        for tagged in self._all(w("sdtPr")):
            for id in tagged.findall(w("id")):
                id.set(w("val"), str(self.volume.number()))
        if self.volume.count == 1 or NUMBERING not in self.parts:
            return
        nums = {num.get(w("numId")): num for num in parse_part(self.parts[NUMBERING]).findall(w("num"))}
        new: dict[str, str] = {}
        for used in self._root.iter(w("numId")):
            number = used.get(w("val"), "")
            if number in nums:
                if number not in new:
                    new[number] = self.volume.add_list(nums[number])
                used.set(w("val"), new[number])


def _insert(section: etree._Element, new: etree._Element, before: Sequence[str]) -> None:
    """Inserts an element into a section, after the elements named in ``before``."""
    names = {w(name) for name in before}
    place = max((index + 1 for index, child in enumerate(section) if child.tag in names), default=0)
    section.insert(place, new)


def _flatten(root: etree._Element, fields: re.Pattern[str]) -> None:
    """Replaces the fields whose code begins as ``fields`` says with their text."""
    for paragraph in root.iter(w("p")):
        parts: list[etree._Element] = []
        instruction, depth, in_instruction = "", 0, True
        for run in list(paragraph.iter(w("r"))):
            mark = run.find(w("fldChar"))
            kind = mark.get(w("fldCharType")) if mark is not None else ""
            if kind == "begin":
                parts, instruction, depth, in_instruction = [run], "", depth + 1, True
            elif kind == "separate":
                parts.append(run)
                in_instruction = False
            elif kind == "end" and depth:
                depth -= 1
                if fields.match(instruction):
                    for one in (*parts, run):
                        parent = one.getparent()
                        assert parent is not None
                        parent.remove(one)
            elif depth and in_instruction:
                parts.append(run)
                instruction += "".join(text.text or "" for text in run.iter(w("instrText")))
