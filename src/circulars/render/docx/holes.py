"""Finds the holes in a part that a template has written, and makes Word's XML of what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from circulars.document import Direction
from circulars.render.docx.markup import APART, CLOSE, HOLE, OPEN, escaped, xml
from circulars.render.docx.runs import Voice, text_runs

# What XML may not hold (XML 1.0, 2.2); whoever reads the values has refused it long before.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ANY = "\x7f"
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_KEPT = 5


@dataclass(frozen=True, slots=True)
class Hole:
    """A place that an addressee fills; ``shown`` is what stands there now: its name, or its value.

    It becomes runs with a voice and a look; without a voice it is words within a run of the template's own.
    """

    shown: str
    voice: Voice | None = None
    look: str = ""

    def xml(self, text: str) -> str:
        """What a text is in this place.

        Raises:
            ValueError: no XML can hold the text.
        """
        if _FORBIDDEN.search(text):
            raise ValueError(f"no XML can hold {text!r}")
        if self.voice is None:
            return escaped(text).replace("\n", _BREAK)
        return text_runs(text, self.voice, self.look)

    def frame(self) -> tuple[str, str] | None:
        """What stands before and after a text of ASCII without marks, or nothing where that depends on the text."""
        if self.voice is not None and self.voice.direction == "rtl":
            return None
        before, _, after = self.xml(_ANY).partition(_ANY)
        return before, after


@dataclass(frozen=True, slots=True)
class Parted:
    """A part's text around its holes: one text more than there are holes.

    ``exact`` says that every hole stands where it can be filled, and not in an attribute or half cut off.
    """

    texts: tuple[str, ...]
    holes: tuple[Hole, ...]
    exact: bool


def parted(story: str) -> Parted:
    """The text of a part, parted at its holes."""
    texts, holes, exact, tag = [""], [], True, ""
    for nth, piece in enumerate(HOLE.split(story)):
        if nth % 2 and (hole := _hole(piece, tag)):
            holes.append(hole)
            texts.append("")
            continue
        words = piece.replace(OPEN, "").replace(CLOSE, "")
        exact = exact and not nth % 2 and words == piece
        texts[-1] += words
        tag = words.rpartition("<")[2] if "<" in words else tag
    return Parted(tuple(texts), tuple(holes), exact)


def without_holes(text: bytes) -> bytes:
    """The text of a part that has no places to fill: what stands in a hole stays."""
    return text.translate(None, f"{OPEN}{CLOSE}".encode())


def _hole(piece: str, tag: str) -> Hole | None:
    """The hole that a piece tells of; ``tag`` is the last tag before it, and what follows that."""
    shown, *kept = piece.split(APART)
    if len(kept) == _KEPT - 1:
        language, direction, stated, look = kept
        return Hole(shown, Voice(language, cast(Direction, direction), stated == "1"), look)
    in_text = tag.startswith(("w:t>", "w:t ")) and ">" in tag
    return Hole(xml(shown).unescape()) if in_text else None
