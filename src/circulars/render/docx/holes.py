"""Finds the holes in a part that a template has written, and writes their values as Word's XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, assert_never, cast

from circulars.model.document import Direction
from circulars.model.fonts import WITH_OWN_MARKS, is_one_of
from circulars.render.docx.markup import APART, CLOSE, HOLE, OPEN, escaped, possible, quoted, shown_in, with_marks, xml
from circulars.render.docx.voice import BREAK, Voice, value_runs

# A value becomes "runs" of its own, "text" in a run of the template, the text of an "element" that allows no line
# breaks, an "attribute", or a "tip", which is an attribute that must be short.
Form = Literal["runs", "text", "element", "attribute", "tip"]

_IN_TEXT = re.compile("w:t[ >]")
_SHOWN_ATTRIBUTE = re.compile(r"\s(?:descr|title|name)=[\"'][^\"']*$")
_ANY = "\x7f"
_SILENT = Voice("", "ltr")
_LONGEST_IN_TIP = 100


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole in a part; ``shown`` is its current text: its name, or a value.

    With ``one_line``, every stretch of white space in a value becomes one space. ``is_code`` means that programs read
    the place as a code or an address, not only as text to show.
    """

    shown: str
    form: Form
    one_line: bool
    voice: Voice = _SILENT
    look: str = ""
    is_code: bool = False

    def xml(self, text: str) -> str:
        """The XML of a value in this place.

        Raises:
            ValueError: the text has characters that XML forbids.
        """
        words = " ".join(possible(text).split()) if self.one_line else possible(text)
        match self.form:
            case "runs":
                return with_marks(value_runs(words, self.voice, self.look))
            case "text":
                return escaped(words).replace("\n", BREAK)
            case "element":
                return escaped(words)
            case "attribute":
                return quoted(words)[1:-1]
            case "tip":
                cut = len(words) > _LONGEST_IN_TIP
                return quoted(f"{words[: _LONGEST_IN_TIP - 1]}…" if cut else words)[1:-1]
            case _:
                assert_never(self.form)

    def frame(self) -> tuple[str, str] | None:
        """The XML before and after a :data:`PLAIN` text, or None if it depends on the text.

        :data:`BREAK` goes between its lines.
        """
        voice = self.voice
        has_own_marks = self.form == "runs" and is_one_of(voice.language, WITH_OWN_MARKS)
        is_plain = voice.direction == "ltr" and not voice.is_behind
        if self.one_line or self.form not in ("runs", "text") or not is_plain or has_own_marks:
            return None
        before, _, after = self.xml(_ANY).partition(_ANY)
        return before, after


@dataclass(frozen=True, slots=True)
class Parted:
    """A part's text around its holes: one text more than the number of holes.

    ``exact`` says that no hole was cut in two.
    """

    texts: tuple[str, ...]
    holes: tuple[Hole, ...]
    exact: bool


def parted(part: str) -> Parted:
    """A part of the file, split at its holes."""
    pieces, holes, tag = HOLE.split(part), [], ""
    for text, kept in zip(pieces[::2], pieces[1::2], strict=False):
        tag = text.rpartition("<")[2] if "<" in text else tag + text
        holes.append(_hole(kept, tag))
    texts = tuple(text.replace(OPEN, "").replace(CLOSE, "") for text in pieces[::2])
    return Parted(texts, tuple(holes), texts == tuple(pieces[::2]))


def _hole(piece: str, tag: str) -> Hole:
    """The hole that a piece describes; ``tag`` is the XML from the last "<" up to the hole, without that "<"."""
    marked, *kept = piece.split(APART)
    shown, one_line = shown_in(marked)
    if len(kept) == 6:  # written by text_runs
        language, direction, stated, apart, behind, look = kept
        voice = Voice(language, cast(Direction, direction), bool(stated), bool(apart), bool(behind))
        return Hole(shown, "runs", one_line, voice, look)
    form: Form = "tip" if kept else "attribute" if ">" not in tag else "text" if _IN_TEXT.match(tag) else "element"
    # The template has escaped it.
    is_code = form == "element" or (form == "attribute" and not _SHOWN_ATTRIBUTE.search(tag))
    return Hole(xml(shown).unescape(), form, one_line, is_code=is_code)
