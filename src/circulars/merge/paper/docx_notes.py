"""The footnotes of one copy in a Word file of many, and the part with the footnotes of all copies.

There the numbers of footnotes are text: Word counts through all copies, or from 1 in each section, of which a copy
has several, and LibreOffice from 1 after each heading.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from circulars.files.opc import links_of, parse_part, target_of
from circulars.render.docx.markup import HEAD, w

_REFERENCE: Final = w("footnoteReference")
_CUSTOM: Final = w("customMarkFollows")


def notes_part(parts: Mapping[str, bytes], main: str) -> str:
    """The name of the part with the footnotes of the document ``main``; ``""`` if it has none."""
    for link in links_of(parts, main):
        if link.get("Type", "").endswith("/footnotes"):
            return target_of(link, main)
    return ""


def notes_of(root: etree._Element, part: bytes) -> etree._Element:
    """The footnotes that a document refers to, below the root of their part.

    Numbers that Word counts become text, in the references and in the footnotes.
    """
    notes, number = parse_part(part), itertools.count(1)
    by_id = {note.get(w("id")): note for note in notes if not _is_separator(note)}
    used = set()
    for reference in root.iter(_REFERENCE):
        note = by_id.get(reference.get(w("id")))
        used.add(note)
        if reference.get(_CUSTOM) in (None, "0", "false", "off"):
            reference.set(_CUSTOM, "1")
            shown = str(next(number))
            reference.addnext(_text(shown))
            for mark in [] if note is None else [*note.iter(w("footnoteRef"))]:
                mark.getparent().replace(mark, _text(shown))  # type: ignore[union-attr]  # a mark has a parent
    for note in [one for one in notes if one not in used]:
        notes.remove(note)
    return notes


def _text(words: str) -> etree._Element:
    text = etree.Element(w("t"))
    text.text = words
    return text


def _is_separator(note: etree._Element) -> bool:
    return note.get(w("type"), "normal") != "normal"


@dataclass(slots=True)
class JoinedNotes:
    """The part with the footnotes of all copies. ``name`` is ``""`` as long as no copy has such a part."""

    name: str = ""
    links: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _notes: list[bytes] = field(default_factory=list)
    _next: int = 1
    _shell: etree._Element = field(init=False)

    def begin(self, name: str, part: bytes) -> None:
        """Takes the separators from the first copy that has any."""
        self.name, self._shell = name, parse_part(part)
        for note in list(self._shell):
            if not _is_separator(note):
                self._shell.remove(note)
        self._next = max((int(note.get(w("id"), "0")) for note in self._shell), default=0) + 1

    def link(self, kind: str, target: str, mode: str) -> str:
        """The id of the part's relationship of this kind to this target; adds it if necessary."""
        return self.links.setdefault((kind, target, mode), f"rId{len(self.links) + 1}")

    def add(self, notes: etree._Element, root: etree._Element) -> None:
        """Adds the footnotes of a copy; they and the references in its document get new numbers."""
        ids = {}
        for note in notes:
            ids[note.get(w("id"))] = str(self._next)
            note.set(w("id"), str(self._next))
            self._next += 1
            self._notes.append(etree.tostring(note))
        for reference in root.iter(_REFERENCE):
            id = reference.get(w("id"), "")
            reference.set(w("id"), ids.get(id, id))

    def part(self) -> bytes:
        """The part."""
        before, end, after = etree.tostring(self._shell).rpartition(b"</w:footnotes>")
        return HEAD.encode() + before + b"".join(self._notes) + end + after
