"""Finds everything in an untrusted Word file that letters may not have: what runs, reaches outside, or is unknown.

The rules are lists of what is allowed (``word_kinds``, ``word_fields``, ``embedded_picture``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from lxml import etree

from circulars.files import opc
from circulars.files.embedded_picture import picture_fault
from circulars.files.word_fields import field_codes
from circulars.files.word_kinds import (
    CODES,
    FILLED,
    FORBIDDEN_ELEMENTS,
    HYPERLINK,
    IMAGES,
    LINK_ATTRIBUTES,
    MERGE_SOURCES,
    PART_TYPES,
    PICTURE_ATTRIBUTES,
    PLAIN_XML,
    TEXT_ATTRIBUTES,
    USES,
    is_harmless,
)

TYPES_PART: Final = "[Content_Types].xml"
_SAVE_AGAIN: Final = "open it in Word and save it again"
_TAKE_OUT: Final = "take it out in Word: nothing runs and nothing is fetched when a letter is opened"
_ATTRIBUTES: Final = frozenset(["Id", "Type", "Target", "TargetMode"])
_NOT_A_PATH: Final = re.compile(r"[:\\\x00-\x1f?]|^//")
_NAMESPACES: Final = {
    "r": opc.OFFICE,
    "strict": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "o": "urn:schemas-microsoft-com:office:office",
}
_REFERENCES: Final = etree.XPath("//@r:* | //@strict:* | //@o:relid", namespaces=_NAMESPACES)
_ADDRESSES: Final = etree.XPath(
    "//@*[contains(., '//') or contains(., '\\\\')][namespace-uri() != 'http://www.w3.org/2001/XMLSchema-instance']"
)
_ADDRESS: Final = re.compile(r".*://|\s*(?://|\\\\)", re.DOTALL)
_DRAWN: Final = ("{urn:schemas-microsoft-com:vml}*", "{urn:schemas-microsoft-com:office:office}*")


@dataclass(frozen=True, slots=True)
class Reach:
    """Something in a Word file that letters may not have; ``code`` is its kind, ``part`` the part that it is in."""

    code: str
    part: str
    fact: str
    remedy: str = _TAKE_OUT


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: its type, and where it leads: out of the file, or to the part ``target``."""

    type: str
    target: str
    outside: bool

    @property
    def kind(self) -> str:
        """The last word of its type."""
        return self.type.rpartition("/")[2]


def reaches_of(parts: Mapping[str, bytes], filled: Collection[str] = ()) -> Iterator[Reach]:
    """Everything in the parts of a Word file that letters may not have.

    ``filled`` are the parts whose tags will be filled in. Fields with tags in them are not judged there yet.

    Raises:
        lxml.etree.XMLSyntaxError: a part is broken.
        UnreadablePackageError: a part has a document type.
    """
    yield from _Inspection(parts, filled).run()


def reaches_of_part(name: str, root: etree._Element, relations: Mapping[str, Relation]) -> Iterator[Reach]:
    """Everything in a filled part that letters may not have, and the addresses to which it may not link."""
    for one in relations.values():
        if one.type == HYPERLINK and not is_harmless(one.target):
            yield _link_fault(name, one.target)
    yield from _uses(name, root, relations)
    yield from _elements(name, root)
    yield from _fields(name, root, has_tags=False)


def reachable_parts(parts: Mapping[str, bytes], main: str) -> frozenset[str]:
    """The names of a part, of all parts that it needs, directly or through others, and of their relationships."""
    found: set[str] = set()
    waiting = [main]
    while waiting:
        name = waiting.pop()
        if name in found or name not in parts:
            continue
        found.add(name)
        if (relationships := opc.relationships_name(name)) in parts:
            found.add(relationships)
        waiting += [one.target for one in relations_in(parts, name).values() if not one.outside]
    return frozenset(found)


def relations_in(parts: Mapping[str, bytes], name: str) -> dict[str, Relation]:
    """The relationships of a part by their ids."""
    return {link.get("Id", ""): _relation(parts, link, name) for link in opc.links_of(parts, name)}


def relations_of(relationships: bytes, name: str) -> dict[str, Relation]:
    """The relationships of a part by their ids; ``relationships`` is the part that lists them."""
    return relations_in({opc.relationships_name(name): relationships}, name)


def _relation(parts: Mapping[str, bytes], link: etree._Element, name: str) -> Relation:
    address, kind = link.get("Target", ""), link.get("Type", "")
    if link.get("TargetMode", "Internal") != "Internal" or kind == HYPERLINK:
        return Relation(kind, address, outside=True)
    target = opc.target_of(link, name)
    return Relation(kind, target if target in parts else unquote(target), outside=False)


@dataclass(slots=True)
class _Inspection:
    """A walk through the parts of a file, along their relationships. ``passed`` are the parts that were reached."""

    parts: Mapping[str, bytes]
    filled: Collection[str]
    types: Mapping[str, str] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)

    def run(self) -> Iterator[Reach]:
        """Everything that the file may not have."""
        self.types = opc.content_types(self.parts)
        yield from self._doubled_types()
        self.passed.add(TYPES_PART)
        yield from self._followed("")
        for name in self.parts:
            if name not in self.passed:
                yield self._unused(name)

    def _doubled_types(self) -> Iterator[Reach]:
        seen: dict[str, str] = {}
        for entry in opc.parse_part(self.parts[TYPES_PART]).iterchildren(etree.Element):
            if entry.tag not in (f"{{{opc.CONTENT_TYPES}}}Default", f"{{{opc.CONTENT_TYPES}}}Override"):
                yield Reach(
                    "unknown-part", TYPES_PART, "the list of content types contains something else", _SAVE_AGAIN
                )
            key = (entry.get("PartName") or f"*.{entry.get('Extension')}").lower()
            if seen.setdefault(key, entry.get("ContentType", "")) != entry.get("ContentType", ""):
                fact = f"the file gives two content types for '{_shown(key)}'"
                yield Reach("unknown-part", TYPES_PART, fact, _SAVE_AGAIN)

    def _followed(self, first: str) -> Iterator[Reach]:
        """Judges the parts that the file itself or a part refers to, directly or through others."""
        waiting = [first]
        judged: set[tuple[str, str]] = set()
        while waiting:
            name = waiting.pop(0)
            if (relationships := opc.relationships_name(name)) in self.parts:
                self.passed.add(relationships)
            relations = relations_in(self.parts, name)
            yield from self._related(name)
            for one in relations.values():
                if one.outside or one.target not in self.parts or (one.type, one.target) in judged:
                    continue
                judged.add((one.type, one.target))
                if one.type not in PART_TYPES and one.type not in IMAGES:
                    self.passed |= reachable_parts(self.parts, one.target)  # nothing more is reported about them
                    continue
                if one.target not in self.passed:
                    self.passed.add(one.target)
                    waiting.append(one.target)
                yield from self._judged(one)

    def _related(self, name: str) -> Iterator[Reach]:
        """What the list of a part's relationships may not contain."""
        ids: set[str] = set()
        of = opc.relationships_name(name)
        for link in opc.links_of(self.parts, name):
            if link.tag != f"{{{opc.RELATIONSHIPS}}}Relationship" or not _ATTRIBUTES.issuperset(link.attrib):
                fact = f"the part '{_shown(of)}' contains something other than relationships"
                yield Reach("unknown-part", name, fact, _SAVE_AGAIN)
                continue
            if (id := link.get("Id", "")) in ids:
                yield Reach("unknown-part", name, f"the part '{_shown(of)}' has two ids '{_shown(id)}'", _SAVE_AGAIN)
            ids.add(id)
            yield from _link_faults(name, link)

    def _judged(self, one: Relation) -> Iterator[Reach]:
        """What is wrong with a part that is used by a relationship."""
        target, data = one.target, self.parts[one.target]
        if one.type in IMAGES:
            if fault := picture_fault(data):
                yield Reach("unknown-part", target, f"the picture '{_shown(target)}' {fault}", _SAVE_AGAIN)
            return
        type, allowed = self.types.get(target.lower(), ""), PART_TYPES[one.type]
        if type not in allowed and not (type in PLAIN_XML and allowed[0].endswith("xml")):
            code = "macros" if "macro" in type.lower() else "unknown-part"
            fact = f"the part '{_shown(target)}' ({one.kind}) has the content type '{_shown(type)}'"
            yield Reach(code, target, fact, _SAVE_AGAIN)
        if not allowed[0].endswith("xml") or not data.strip():
            return
        root = opc.parse_part(data)
        if one.kind == "customXml":
            yield from _form(target, root)
        else:
            yield from _uses(target, root, relations_in(self.parts, target))
            yield from _elements(target, root)
            yield from _fields(target, root, has_tags=target in self.filled)

    def _unused(self, name: str) -> Reach:
        fact = f"nothing in the file refers to the part '{_shown(name)}'"
        is_macro = name.lower().endswith(("vbaproject.bin", "vbadata.xml"))
        code = "macros" if is_macro or "macro" in self.types.get(name.lower(), "").lower() else "unused-part"
        return Reach(code, name, fact, _SAVE_AGAIN)


def _link_faults(name: str, link: etree._Element) -> Iterator[Reach]:
    """What is wrong with a relationship of a part by itself."""
    type, target, mode = link.get("Type", ""), link.get("Target", ""), link.get("TargetMode", "Internal")
    kind, shown = type.rpartition("/")[2], _shown(target)
    code = CODES.get(kind, "unknown-part")
    if mode not in ("Internal", "External"):
        yield Reach("unknown-part", name, f"{_place(name)} refers to '{shown}' in the mode '{_shown(mode)}'")
    elif type == HYPERLINK:
        if not is_harmless(target):
            yield _link_fault(name, target)
    elif mode == "External":
        if code in ("unknown-part", "embedded-object", "foreign-text", "macros", "outside-link"):
            code = "outside-part"
        yield Reach(code, name, f"{_place(name)} refers to '{shown}' ({_shown(kind)}), which is outside the file")
    elif type not in PART_TYPES and type not in IMAGES:
        code = "unknown-part" if code.startswith("outside-") else code
        fact = f"{_place(name)} refers to '{shown}' by the relationship '{_shown(type)}', which letters may not have"
        yield Reach(code, name, fact)
    elif _NOT_A_PATH.search(target):
        yield Reach("outside-part", name, f"{_place(name)} refers to '{shown}', which is not a part of the file")


def _link_fault(name: str, address: str) -> Reach:
    fact = f"{_place(name)} links to '{_shown(address)}', which is not a web address"
    return Reach("outside-link", name, fact, "write an address that begins with 'https:' or 'mailto:'")


def _uses(name: str, root: etree._Element, relations: Mapping[str, Relation]) -> Iterator[Reach]:
    """The uses of relationships that letters may not have, whatever types the relationships claim."""
    for id, element, attribute in _attributes(_REFERENCES(root)):
        relation = relations.get(id)
        if relation is None or element in FORBIDDEN_ELEMENTS:
            continue
        if relation.kind not in USES.get((element, attribute), ()):
            fact = f"{_place(name)}: <{element}> refers to '{_shown(relation.target)}' ({_shown(relation.kind)})"
            yield Reach(CODES.get(element, "unknown-part"), name, fact)


def _elements(name: str, root: etree._Element) -> Iterator[Reach]:
    """Elements that run or import something, and attributes with addresses."""
    for element in root.iter(*(f"{{*}}{forbidden}" for forbidden in FORBIDDEN_ELEMENTS)):
        kind = _local(element.tag)
        yield Reach(CODES.get(kind, "unknown-part"), name, f"{_place(name)}: letters may not have <{kind}>")
    for merge in root.iter("{*}mailMerge", "{*}recipients"):
        if any(_local(child.tag) in MERGE_SOURCES for child in merge):
            fact = f"{_place(name)} names the list of addresses of one of Word's own mail merges"
            yield Reach("mail-merge", name, fact)
    drawn = dict.fromkeys(root.iter(*_DRAWN))
    for element in drawn:
        yield from _drawn(name, element)
    for value, kind, attribute in _attributes(_ADDRESSES(root)):
        judged = attribute in (*LINK_ATTRIBUTES, *PICTURE_ATTRIBUTES) and value.getparent() in drawn
        if _ADDRESS.match(value) and attribute not in TEXT_ATTRIBUTES and not judged:
            yield Reach("outside-part", name, f"{_place(name)}: <{kind} {attribute}> refers to '{_shown(value)}'")
    if next(root.iter(etree.PI), None) is not None:
        yield Reach("unknown-part", name, f"{_place(name)} has an instruction for a program", _SAVE_AGAIN)


def _drawn(name: str, element: etree._Element) -> Iterator[Reach]:
    """The addresses in an element of an old drawing (VML), which need no relationship."""
    kind = _local(element.tag)
    for key, value in element.attrib.items():
        attribute, address = _local(key), str(value)
        is_link = attribute in LINK_ATTRIBUTES and kind not in FILLED
        if is_link and not is_harmless(address):
            yield _link_fault(name, address)
        elif attribute in (*LINK_ATTRIBUTES, *PICTURE_ATTRIBUTES) and not is_link and address.strip():
            fact = f"{_place(name)}: <{kind} {attribute}> refers to '{_shown(address)}'"
            yield Reach("outside-picture", name, fact)


def _fields(name: str, root: etree._Element, *, has_tags: bool) -> Iterator[Reach]:
    for one in field_codes(root):
        if fault := one.fault_in_template if has_tags else one.fault:
            code = _shown(" ".join(one.code.split()))
            fact = f"{_place(name)}: {f'the field {one.name}'.strip()} is refused, because {fault}: '{code}'"
            yield Reach("reaching-field", name, fact, "make it plain text in Word (Ctrl+Shift+F9)")


def _form(name: str, root: etree._Element) -> Iterator[Reach]:
    """The address of a form that older versions of Word fetch to show the properties of a file."""
    for element in root.iter("{*}xsnLocation"):
        if address := opc.text_of(element).strip():
            fact = f"{_place(name)} refers to the form '{_shown(address)}', which is outside the file"
            yield Reach("outside-part", name, fact)


def _attributes(found: object) -> Iterator[tuple[etree._ElementUnicodeResult, str, str]]:
    """The value of each attribute that an expression found, with the local names of its element and its own."""
    assert isinstance(found, list)
    for value in found:
        yield value, _local(value.getparent().tag), _local(value.attrname)


def _local(name: object) -> str:
    """The local name in lxml's notation of a qualified name."""
    return str(name).rpartition("}")[2]


def _place(name: str) -> str:
    return f"the part '{_shown(name)}'" if name else "the file"


def _shown(text: str) -> str:
    return opc.shown(text)
