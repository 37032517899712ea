"""One copy on its way into a Word file that has many."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from lxml import etree

from circulars.errors import Place, Problem, UsageError
from circulars.files.opc import OFFICE, links_of, parse_part, target_of
from circulars.merge.paper.docx_volume import DOCUMENT, HEAD, NUMBERING, TYPES, TYPES_NAMESPACE, Volume, relation_kind
from circulars.render.docx.markup import w

_RELATED: Final = f"{{{OFFICE}}}"
_DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_BODY: Final = re.compile(rb"^(.*?<w:body>)(.*)(</w:body>.*)$", re.DOTALL)
# The order in which the parts of a section stand (ECMA-376, part 1, 17.6.17), as far as it matters here.
_BEFORE_TYPE: Final = ("headerReference", "footerReference", "footnotePr", "endnotePr")
_BEFORE_NUMBERS: Final = (*_BEFORE_TYPE, "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")
# Notes and comments have parts of their own; letters have none.
_UNKNOWN: Final = ("footnoteReference", "endnoteReference", "commentReference")
_TOLD_BY_FILE: Final = re.compile(r"\s*(?:DOCPROPERTY|TITLE|SUBJECT|AUTHOR|KEYWORDS)\b")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a copy ends: its last paragraph, or none when a table is the last thing, and its last section."""

    paragraph: etree._Element | None
    section: etree._Element

    def last(self) -> bytes:
        """The end of the file's last copy: the section stands after all paragraphs."""
        return (b"" if self.paragraph is None else etree.tostring(self.paragraph)) + etree.tostring(self.section)

    def followed(self) -> bytes:
        """The end of any other copy: the section stands in the last paragraph (17.6.18)."""
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
    """One copy on its way into the file."""

    volume: Volume
    parts: Mapping[str, bytes]
    label: str
    _root: etree._Element = field(init=False)
    _tells_the_same: bool = True

    def read(self) -> tuple[bytes, bytes]:
        """What stands before the document's body, and what after it."""
        if not self.volume.count:
            self.volume.begin(self.parts)
        else:
            self.volume.check(self.parts, self.label)
        self._tells_the_same = self.volume.tells_the_same(self.parts)
        self._root = parse_part(self.parts[DOCUMENT])
        if any(next(self._root.iter(w(name)), None) is not None for name in _UNKNOWN):
            fact = f"the copy of '{self.label}' has footnotes or comments"
            raise UsageError(Problem(Place(), "not-joined", fact, "take them out of the template, or print the PDFs"))
        shell = copy.copy(self._root)
        for child in shell:
            shell.remove(child)
        etree.SubElement(shell, w("body")).text = ""
        found = _BODY.match(HEAD + etree.tostring(shell).replace(b"<w:body/>", b"<w:body></w:body>"))
        assert found
        return found[1], found[3]

    def body(self) -> tuple[bytes, Ending]:
        """The copy's body as XML but for its end, and that."""
        body = self._root.find(w("body"))
        assert body is not None
        _flatten(self._root, self._tells_the_same)
        self._relate()
        self._rename_bookmarks()
        self._renumber()
        sections = list(body.iter(w("sectPr")))
        self._begin(sections[0])
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

    def _begin(self, section: etree._Element) -> None:
        """Lets the copy begin on a new page, which is its first; and have only its own headers and footers."""
        for kind in ("headerReference", "footerReference"):
            for reference in section.findall(w(kind)):
                self.volume.edges.setdefault((kind, reference.get(w("type"), "default")))
        for kind, type in self.volume.edges:
            if not any(one.get(w("type")) == type for one in section.findall(w(kind))):
                section.insert(0, self._empty_edge(kind, type))
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

    def _empty_edge(self, kind: str, type: str) -> etree._Element:
        """A reference to an empty header or footer: without one, a section has that of the copy before."""
        what = kind.removesuffix("Reference")
        tag = {"header": "hdr", "footer": "ftr"}[what]
        root = etree.Element(w(tag), nsmap=cast(dict[str, str], self._root.nsmap))
        etree.SubElement(root, w("p"))
        name = f"word/{what}0.xml"
        content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{what}+xml"
        override = {"PartName": f"/{name}", "ContentType": content}
        types = etree.Element(f"{{{TYPES_NAMESPACE}}}Types")
        etree.SubElement(types, f"{{{TYPES_NAMESPACE}}}Override", override)
        place = self.volume.place({TYPES: etree.tostring(types)}, name, HEAD + etree.tostring(root))
        id = self.volume.link(f"{OFFICE}/{what}", f"/{place}", "")
        return etree.Element(w(kind), {w("type"): type, f"{_RELATED}id": id})

    def _relate(self) -> None:
        """Gives every relationship that the document names the id that it has in the file."""
        links = {link.get("Id"): link for link in links_of(self.parts, DOCUMENT)}
        new: dict[str, str] = {}
        for node in self._root.iter():
            for name, id in node.attrib.items():
                if str(name).startswith(_RELATED) and id in links:
                    if id not in new:
                        new[str(id)] = self._placed(links[id])
                    node.set(name, new[str(id)])

    def _placed(self, link: etree._Element) -> str:
        if link.get("TargetMode") == "External":
            return self.volume.link(link.get("Type", ""), link.get("Target", ""), "External")
        name = target_of(link, DOCUMENT)
        data = self.parts[name]
        if relation_kind(link) in ("header", "footer") and not self._tells_the_same:
            root = parse_part(data)
            _flatten(root, False)
            data = HEAD + etree.tostring(root)
        return self.volume.link(link.get("Type", ""), "/" + self.volume.place(self.parts, name, data), "")

    def _rename_bookmarks(self) -> None:
        """Gives bookmarks names and numbers that no other copy's have."""
        names, ids = {}, {}
        for mark in self._root.iter(w("bookmarkStart")):
            number = self.volume.number()
            ids[mark.get(w("id"))] = str(number)
            names[mark.get(w("name"), "")] = f"_c{self.volume.count}_{number}"  # at most 40 characters
            mark.set(w("name"), names[mark.get(w("name"), "")])
            mark.set(w("id"), str(number))
        for mark in self._root.iter(w("bookmarkEnd")):
            mark.set(w("id"), ids.get(mark.get(w("id")), mark.get(w("id"), "")))
        for link in self._root.iter(w("hyperlink")):
            if (anchor := link.get(w("anchor"))) in names:
                link.set(w("anchor"), names[str(anchor)])
        for words in self._root.iter(w("instrText")):
            words.text = re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), words.text or "")
        for simple in self._root.iter(w("fldSimple")):
            asked = re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), simple.get(w("instr"), ""))
            simple.set(w("instr"), asked)

    def _renumber(self) -> None:
        """Gives pictures numbers of their own, and lists numbers that do not go on from another copy's."""
        for drawn in self._root.iter(_DRAWN):
            drawn.set("id", str(self.volume.number()))
        for tagged in self._root.iter(w("sdtPr")):
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
    """Inserts a part of a section after those that come before it."""
    names = {w(name) for name in before}
    place = max((index + 1 for index, child in enumerate(section) if child.tag in names), default=0)
    section.insert(place, new)


def _flatten(root: etree._Element, is_same: bool) -> None:
    """Leaves of fields that ask the file what it is only what they show, when the file says something else."""
    if is_same:
        return
    for paragraph in root.iter(w("p")):
        parts: list[etree._Element] = []
        words, depth, asks = "", 0, True
        for run in list(paragraph.iter(w("r"))):
            mark = run.find(w("fldChar"))
            kind = mark.get(w("fldCharType")) if mark is not None else ""
            if kind == "begin":
                parts, words, depth, asks = [run], "", depth + 1, True
            elif kind == "separate":
                parts.append(run)
                asks = False
            elif kind == "end" and depth:
                depth -= 1
                if _TOLD_BY_FILE.match(words):
                    for one in (*parts, run):
                        parent = one.getparent()
                        assert parent is not None
                        parent.remove(one)
            elif depth and asks:
                parts.append(run)
                words += "".join(text.text or "" for text in run.iter(w("instrText")))
