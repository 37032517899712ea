"""Reads the codes of Word's fields, and finds those that access something outside the file.

A code may be in many runs, hold other fields, be partly deleted by a tracked change, or differ between the branches of
alternate content. The name of a field must be complete before any of this, so that every program reads the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.files.opc import text_of
from circulars.files.word_kinds import is_harmless

ALLOWED: Final = frozenset(
    [
        "=", "ADDRESSBLOCK", "ADVANCE", "ASK", "AUTHOR", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "BARCODE",
        "BIBLIOGRAPHY", "BIDIOUTLINE", "CITATION", "COMMENTS", "COMPARE", "CREATEDATE", "DATE", "DISPLAYBARCODE",
        "DOCPROPERTY", "DOCVARIABLE", "EDITTIME", "EQ", "FILENAME", "FILESIZE", "FILLIN", "FORMCHECKBOX",
        "FORMDROPDOWN", "FORMTEXT", "GOTOBUTTON", "GREETINGLINE", "HYPERLINK", "IF", "INDEX", "INFO", "KEYWORDS",
        "LASTSAVEDBY", "LISTNUM", "MERGEBARCODE", "MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "NOTEREF",
        "NUMCHARS", "NUMPAGES", "NUMWORDS", "PAGE", "PAGEREF", "PRINTDATE", "QUOTE", "REF", "REVNUM", "SAVEDATE",
        "SECTION", "SECTIONPAGES", "SEQ", "SET", "SHAPE", "SKIPIF", "STYLEREF", "SUBJECT", "SYMBOL", "TA", "TC",
        "TEMPLATE", "TIME", "TITLE", "TOA", "TOC", "USERADDRESS", "USERINITIALS", "USERNAME", "XE",
    ]
)  # fmt: skip
"""The fields that access nothing outside the file (ECMA-376, part 1, 17.16.5)."""

_NAME: Final = re.compile(r"\s*(=|[A-Za-z]+)")
_ENDS_NAME: Final = re.compile(r"[\s\"\\]")
# An address or a switch of HYPERLINK. Programs differ in how they read backslashes and curly quotation marks.
_QUOTED: Final = r'"[^"\\\u201c-\u201f]*"'
_BARE: Final = r'[^\s"\\\u201c-\u201f]+'
# LibreOffice takes what it does not know for the address: a switch in capitals, and the word after it.
_LINK_WORDS: Final = re.compile(
    rf"\s+(?:\\[ot]\s+(?:{_QUOTED}|{_BARE})|\\l\s+(?P<place>{_QUOTED}|{_BARE})|\\[nmh](?!\S)"
    rf"|\\\*\s+(?:MERGEFORMAT|CHARFORMAT|Upper|Lower|Caps|FirstCap)(?!\S)"
    rf"|(?P<address>{_QUOTED}|{_BARE}))"
)
_TAG: Final = re.compile(r"\{[{%#]")
_CODE: Final = ("instrText", "delInstrText")
_WORDS: Final = ("t", "delText", "sym", "tab", "br", "cr", "noBreakHyphen", "softHyphen")
_MARKS: Final = ("fldChar", "fldSimple", *_CODE)
_SCOPES: Final = frozenset(["txbxContent", "Choice", "Fallback", "footnote", "endnote", "comment", "docPart"])
_DELETED: Final = frozenset(["del", "moveFrom"])
_INSERTED: Final = frozenset(["ins", "moveTo"])
_REFUSED: Final = "letters may not have it"
_UNCLEAR: Final = "its code is not plain text from its beginning"


@dataclass(slots=True)
class FieldCode:
    """A field: its code, and the elements that make it a field; ``element`` is the first of them.

    ``plain`` is the code up to the first thing in it that is not plain text, or None if there is nothing else.
    """

    element: etree._Element
    tracked: str = ""
    code: str = ""
    plain: str | None = None
    shows: bool = False
    is_mark_known: bool = True
    marks: list[etree._Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the field in capitals, or ""."""
        found = _NAME.match(self.code)
        return found[1].upper() if found else ""

    @property
    def fault_in_template(self) -> str:
        """Why templates may not have the field, or "": as far as can be said before its tags are filled in."""
        tag = _TAG.search(self.code)
        if tag is None:
            return self.fault
        before = self.code[: tag.start()]
        found = _NAME.match(before)
        is_complete = found is not None and _ENDS_NAME.match(before[found.end() :]) is not None
        return _REFUSED if is_complete and self.name not in ALLOWED else ""

    @property
    def fault(self) -> str:
        """Why letters may not have the field, or "" if they may."""
        if not self.is_mark_known:
            return "it has a mark of an unknown kind"
        if self.plain is None and not self.code.strip():
            return ""
        plain = self.code if self.plain is None else self.plain
        found = _NAME.match(plain)
        if found is None:
            return _UNCLEAR
        after = plain[found.end() :]
        if found[1] != "=" and not _ENDS_NAME.match(after) and (after or self.plain is not None):
            return _UNCLEAR
        if found[1].upper() not in ALLOWED:
            return _REFUSED
        return self._link_fault(after) if found[1].upper() == "HYPERLINK" else ""

    def _link_fault(self, words: str) -> str:
        if self.plain is not None:
            return "its address is not plain text"
        words, place = words.rstrip(), 0
        while place < len(words):
            found = _LINK_WORDS.match(words, place)
            if found is None:
                return "its address or its switches cannot be read for certain"
            if found["address"] and not is_harmless(found["address"].strip('"')):
                return f"its address '{found['address'][:80]}' is not a web address"
            place = found.end()
        return ""

    def _interrupt(self) -> None:
        if self.plain is None:
            self.plain = self.code


def field_codes(root: etree._Element) -> Iterator[FieldCode]:
    """Every field of a part, nested fields before the fields around them. Fields without an end come last."""
    if next(root.iter(*(f"{{*}}{name}" for name in _MARKS)), None) is not None:
        yield from _Reader().read(root)


def link_targets(code: str) -> list[str]:
    """The addresses in the code of a HYPERLINK field, or else "#" and its place in the file; none for other fields."""
    name = _NAME.match(code)
    if name is None or name[1].upper() != "HYPERLINK":
        return []
    words = [*_LINK_WORDS.finditer(code, name.end())]
    addresses, places = (
        [text for one in words if (text := (one[kind] or "").strip('"'))] for kind in ("address", "place")
    )
    return addresses or [f"#{place}" for place in places]


class _Reader:
    """The fields that are open while a part is read, by the scope in which they began."""

    def __init__(self) -> None:
        self._open: dict[etree._Element | None, list[FieldCode]] = {}
        self._stray: dict[etree._Element | None, FieldCode] = {}

    def read(self, root: etree._Element) -> Iterator[FieldCode]:
        for element in root.iter(*(f"{{*}}{name}" for name in (*_MARKS, *_WORDS))):
            kind = etree.QName(element).localname
            if kind in _WORDS and not self._is_code_open():
                continue
            scope, tracked = _surroundings(element)
            for other, fields in self._open.items():
                if other is not scope and fields and not fields[-1].shows:
                    fields[-1]._interrupt()
            if kind == "fldSimple":
                self._interrupt(scope)
                yield FieldCode(element, tracked, _attribute(element, "instr"), marks=[element])
            elif kind == "fldChar":
                yield from self._marked(element, scope, tracked)
            else:
                self._add(element, kind, scope, tracked)
        yield from (one for fields in self._open.values() for one in fields)
        yield from self._stray.values()

    def _is_code_open(self) -> bool:
        return any(fields and not fields[-1].shows for fields in self._open.values())

    def _interrupt(self, scope: etree._Element | None) -> None:
        if (fields := self._open.get(scope)) and not fields[-1].shows:
            fields[-1]._interrupt()

    def _marked(self, mark: etree._Element, scope: etree._Element | None, tracked: str) -> Iterator[FieldCode]:
        """Takes a mark in (ECMA-376, part 1, 17.16.18), and yields the field that it ends."""
        kind = _attribute(mark, "fldCharType")
        fields = self._open.setdefault(scope, [])
        if stray := self._stray.pop(scope, None):
            yield stray
        if kind == "begin":
            self._interrupt(scope)
            fields.append(FieldCode(mark, tracked))
        elif kind not in ("separate", "end"):
            yield FieldCode(mark, is_mark_known=False, marks=[mark])
        if fields:
            fields[-1].marks.append(mark)
            fields[-1].shows |= kind == "separate"
            if kind == "end":
                yield fields.pop()

    def _add(self, element: etree._Element, kind: str, scope: etree._Element | None, tracked: str) -> None:
        """Adds a piece of text to the code that it belongs to."""
        fields = self._open.get(scope)
        is_code = kind in _CODE
        if fields and not fields[-1].shows:
            one = fields[-1]
        elif is_code:  # without a beginning
            one = self._stray.setdefault(scope, FieldCode(element, tracked))
        else:
            return
        if kind.startswith("del"):
            tracked = "deleted"
        if tracked != one.tracked:
            one._interrupt()
        one.code += text_of(element) if is_code or kind in ("t", "delText") else " "
        one.marks.append(element)


def _surroundings(element: etree._Element) -> tuple[etree._Element | None, str]:
    """The scope around an element, which has fields of its own, and how its text is tracked."""
    tracked = ""
    for above in element.iterancestors():
        name = etree.QName(above).localname
        if name in _SCOPES:
            return above, tracked
        if name in _DELETED:
            tracked = "deleted"
        elif name in _INSERTED:
            tracked = tracked or "inserted"
    return None, tracked


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name: some programs read Strict names in a Transitional file."""
    return next((str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), "")
