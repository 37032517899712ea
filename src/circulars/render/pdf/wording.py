"""Makes the text of a PDF extractable as it was laid out, character by character, in reading order.

A PDF maps each glyph to characters (ToUnicode). WeasyPrint 70 sets this mapping when a glyph is first drawn, from the
glyph's cluster. If a cluster has several glyphs, such as a letter and its vowel sign or accent, WeasyPrint maps the
last glyph to all characters and the others to none, in the whole file. Other words with these glyphs then lose
characters, or get those of the first word.

So the text that the glyphs of each line map to is compared with the line. If it differs, each glyph is mapped to its
own characters, where the font has some. If that is not enough, because glyphs have another order than the characters
or represent several of them, the line gets a replacement text (ActualText: ISO 32000-1, 14.9.4).

This module uses names that are not public API of WeasyPrint 70: a text box's ``pango_layout``, a stream's ``add_font``,
and a font's ``hash``, ``to_unicode``, ``hb_face`` and ``index``.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pydyf

from circulars.render.pdf.engine import ffi, pango
from circulars.render.pdf.han_marks import narrowed
from circulars.render.pdf.hyphenation import is_hyphenated
from circulars.render.pdf.script_gaps import gaps_in
from circulars.render.pdf.widths import opened

_FONT = re.compile(rb"/(\S+) \S+ Tf")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")
# Invisible characters that carry no meaning: WeasyPrint draws no glyphs for them. Joiners are not among them, because
# they change how words are written in Persian or Hindi.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_JOINERS = re.compile("[\u200c\u200d]")
# The mapping of a glyph that has no characters of its own. Readers show nothing for WORD JOINER, and validators require
# a mapping.
_NOTHING = "\u2060"
_SOFT_HYPHEN: Final = "\u00ad"
_EMPTY: Final = pango.PANGO_GLYPH_EMPTY

Words = dict[int, str]
"""The characters of glyphs, by glyph number."""


class Cluster(NamedTuple):
    """Characters that are drawn together: the name of the font, the glyphs in the characters' order, the characters."""

    font: str
    glyphs: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in one style: its text box, and the positions of BT and ET in the content of the page."""

    box: Any
    stream: Any
    start: int
    stop: int

    @property
    def text(self) -> str:
        """The characters that were laid out."""
        text: str = self.box.pango_layout.text
        return text

    @property
    def meant(self) -> str:
        """The characters for readers: the hyphen of a divided word is a soft one, which joins its parts."""
        return self.text[:-1] + _SOFT_HYPHEN if self.is_hyphenated else self.text

    @property
    def is_hyphenated(self) -> bool:
        """Whether the line ends with a hyphen that is not in the letter."""
        return is_hyphenated(self.box.pango_layout)

    def said(self, words: Mapping[bytes, Words]) -> str:
        """The characters of its glyphs, in the order in which they are drawn."""
        said: list[str | None] = []
        known: Words = {}
        for item in self.stream.stream[self.start : self.stop]:
            if not isinstance(item, bytes):
                continue
            if item.endswith(b" Tf") and (font := _FONT.search(item)):
                known = words.get(font[1], {})
            elif item.endswith(b" TJ"):
                glyphs = b"".join(_GLYPHS.findall(item)).decode()
                count = len(glyphs) // 4
                said += map(known.get, struct.unpack(f">{count}H", bytes.fromhex(glyphs[: 4 * count])))
        return "".join([one or _NOTHING for one in said])

    def clusters(self) -> Iterator[Cluster]:
        """Its clusters, as Pango shapes the line; in the order in which they are drawn."""
        layout = self.box.pango_layout
        layout.reactivate(self.box.style)
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        data = layout.text.encode()
        run = layout.get_first_line()[0].runs[0]
        while run != ffi.NULL:
            item, string = run.data.item, run.data.glyphs
            font, _ = self.stream.add_font(item.analysis.font)
            glyphs = [string.glyphs[place].glyph for place in range(string.num_glyphs)]
            starts = [string.log_clusters[place] for place in range(string.num_glyphs)]
            shaped = data[item.offset : item.offset + item.length]
            yield from clusters_of(font.hash, glyphs, starts, shaped, item.analysis.level)
            run = run.next
        layout.deactivate()


def texts_of(data: bytes, starts: Sequence[int]) -> list[str]:
    """The text of each cluster of a run, in reading order; ``starts`` are the places of the clusters in its data."""
    text = data.decode()
    if len(text) == len(starts):
        return [*text]
    return [*map(bytes.decode, map(data.__getitem__, map(slice, starts, [*starts[1:], len(data)])))]


def clusters_of(font: str, glyphs: Sequence[int], starts: Sequence[int], data: bytes, level: int) -> list[Cluster]:
    """The clusters of a run of glyphs; ``starts`` are their positions in the characters of the run, as Pango says."""
    order = sorted({*starts})
    if len(order) == len(starts) and _EMPTY not in glyphs:
        texts = texts_of(data, order)
        if level % 2:
            texts.reverse()
        return [Cluster(font, (glyph,), text) for glyph, text in zip(glyphs, texts, strict=True)]
    ends = dict(zip(order, [*order[1:], len(data)], strict=True))
    drawn_at: dict[int, list[int]] = {}
    for glyph, start in zip(glyphs, starts, strict=True):
        drawn_at.setdefault(start, []).append(glyph)
    found: list[Cluster] = []
    unseen = ""  # a joiner has no glyph: it belongs to the character before it
    for start, drawn in drawn_at.items():
        text = data[start : ends[start]].decode()
        seen = [glyph for glyph in drawn if glyph != _EMPTY]
        if seen:
            found.append(Cluster(font, tuple(reversed(seen)) if level % 2 else tuple(seen), text + unseen))
            unseen = ""
        elif level % 2:
            unseen = text + unseen
        elif found:
            found[-1] = found[-1]._replace(text=found[-1].text + text)
    return found


@dataclass(slots=True)
class Wording:
    """Collects the lines of the pages as they are painted, then corrects the text of their glyphs."""

    _lines: list[_Line] = field(default_factory=list)

    def add_page(self, stream: Any, marks: Mapping[Any, Mapping[str, Any]]) -> None:
        """Notes where the lines of a page are drawn."""
        boxes = {mark["mcid"]: box for box, mark in marks.items() if getattr(box, "text", "").strip()}
        box, start = None, 0
        for place, item in enumerate(stream.stream):
            if isinstance(item, pydyf.Dictionary) and "MCID" in item:
                box = boxes.get(item["MCID"])
            elif item == b"BT":
                start = place
            elif item == b"ET" and box is not None:
                self._lines.append(_Line(box, stream, start, place))
                box = None

    def correct(self, fonts: Mapping[Any, Any]) -> None:
        """Makes the text of every line extractable: with the characters of its glyphs, or else with ``ActualText``.

        All pages are painted, and no font is written yet. Nothing is moved in the pages' content.
        """
        # If fonts have the same name, WeasyPrint writes the last one to the file.
        by_name = {font.hash: font for font in fonts.values()}
        words: dict[bytes, Words] = {name.encode(): font.to_unicode for name, font in by_name.items()}
        wrong = [line for line in self._lines if is_marked(line.text) or not is_same(line.said(words), line.text)]
        if not wrong and not any(line.is_hyphenated or is_replaced(line.text) for line in self._lines):
            return
        clusters = [cluster for line in wrong for cluster in line.clusters()]
        for name, font in by_name.items():
            told = words_of(font, (cluster for cluster in clusters if cluster.font == name), font.to_unicode)
            font.to_unicode.update(told)
        for line in self._lines:
            if _is_backward(line):
                # Readers reverse the text of right-to-left glyphs, and would reverse the line's ActualText too. So
                # only the clusters whose glyphs do not give the right text get ActualText.
                found = list(line.clusters())
                wrong_ones = [not is_told(cluster, words.get(cluster.font.encode(), {})) for cluster in found]
                if any(wrong_ones):
                    _write_clusters(line, found, wrong_ones)
            elif is_replaced(line.text) or not is_same(line.said(words), line.text):
                _write(line)
            elif line.is_hyphenated:
                _write_hyphen(line)


def words_of(font: Any, clusters: Iterable[Cluster], only: Mapping[int, str] | None = None) -> Words:
    """The characters of glyphs in clusters of a font: their own, if the font has some for them.

    With ``only``, the mapping by WeasyPrint, those glyphs are left out that it maps to neither a whole cluster nor to
    nothing.
    """
    alone: Words = {}
    named: Words = {}
    rest: Words = {}
    noted: dict[int, set[str]] = {}
    for cluster in clusters:
        if len(cluster.glyphs) == 1:
            (glyph,) = cluster.glyphs
            if glyph not in alone:
                alone[glyph] = _JOINERS.sub("", cluster.text) or cluster.text
                noted.setdefault(glyph, {""})
            continue
        own = _named(font, cluster)
        named |= own
        left = cluster.text
        for glyph in cluster.glyphs:
            noted.setdefault(glyph, {""}).add(cluster.text)
            left = left.replace(own.get(glyph, ""), "", 1)
        unnamed = next((glyph for glyph in cluster.glyphs if glyph not in own), None)
        if unnamed is not None:
            rest.setdefault(unnamed, left)
    return {
        glyph: alone.get(glyph) or named.get(glyph) or rest.get(glyph) or _NOTHING
        for glyph, texts in noted.items()
        if only is None or only.get(glyph, "") in texts
    }


def _named(font: Any, cluster: Cluster) -> Words:
    """The glyphs of a cluster that the font maps directly to a character of it, or to a part of a character."""
    found = _nominal(font, unicodedata.normalize("NFD", cluster.text) + cluster.text)
    return {glyph: found[glyph] for glyph in cluster.glyphs if glyph in found}


def own_word(font: Any, glyph: int, characters: str) -> str:
    """The character whose glyph in a font this is, of some characters; empty if it is none of them."""
    return _nominal(font, characters).get(glyph, "")


def _nominal(font: Any, characters: str) -> Words:
    """Characters by the glyph to which a font maps them directly."""
    face = opened(font)
    return {face.get_nominal_glyph(ord(one)): one for one in dict.fromkeys(characters)}


def is_same(said: str, text: str) -> bool:
    """Whether two texts have the same characters in the same order, with equal spaces and without invisible ones."""
    if said == text:
        return True
    if _NOTHING in said and _NOTHING not in text:
        return False
    plain, other = _plain(said), _plain(text)
    return plain == other or unicodedata.normalize("NFC", plain) == unicodedata.normalize("NFC", other)


def _plain(text: str) -> str:
    """A text without invisible characters, with all spaces replaced by the same one."""
    return re.sub(r"\s", " ", _UNSEEN.sub("", text)).strip()


def is_replaced(text: str) -> bool:
    """Whether a line has ActualText whatever its glyphs are.

    Readers would take its gaps for spaces, and a mark that is in the space of the one before it for another line.
    """
    return is_marked(text) or bool(gaps_in(text) or narrowed(text))


def is_marked(text: str) -> bool:
    """Whether there are combining marks. They are drawn offset, and readers that sort by position misplace them."""
    if text.isascii() or _UNMARKED.issuperset(text):
        return False
    _UNMARKED.update(one for one in text if unicodedata.category(one)[0] != "M")
    return not _UNMARKED.issuperset(text)


_UNMARKED: Final[set[str]] = set()
"""Characters that were found to be no marks."""


def _is_backward(line: _Line) -> bool:
    """Whether a part of a line, or its paragraph, is written from right to left."""
    return line.box.style["direction"] == "rtl" or has_backward(line.text)


def has_backward(text: str) -> bool:
    """Whether there are characters that are written from right to left."""
    if text.isascii() or not _MAYBE_BACKWARD.search(text) or _FORWARD.issuperset(text):
        return False
    if not _BACKWARD.isdisjoint(text):
        return True
    for one in text:
        (_BACKWARD if unicodedata.bidirectional(one) in ("R", "AL", "AN") else _FORWARD).add(one)
    return not _BACKWARD.isdisjoint(text)


_MAYBE_BACKWARD: Final = re.compile("[^\x00-\u058f]")  # before it, there are Latin, Greek, Cyrillic and Armenian only
_FORWARD: Final[set[str]] = set()
"""Characters that were found not to be written from right to left."""
_BACKWARD: Final[set[str]] = set()
"""Characters that were found to be written from right to left."""


def is_told(cluster: Cluster, words: Mapping[int, str]) -> bool:
    """Whether the glyphs of a cluster give its characters, apart from joiners, which have no glyph.

    ``words`` are those of the glyphs of its font.

    If a joiner were in a cluster's ActualText, pdfium and poppler would reverse the letters, which would be worse.
    """
    said = "".join([words.get(glyph) or _NOTHING for glyph in cluster.glyphs])
    if said == cluster.text:
        return True
    if len(said) == len(cluster.text) == 1 and unicodedata.mirrored(said) and unicodedata.mirrored(cluster.text):
        return True  # a bracket's glyph is drawn for "(" in words from left to right, for ")" in others
    return is_same(_JOINERS.sub("", said), _JOINERS.sub("", cluster.text))


def _write(line: _Line) -> None:
    """Gives a line ``ActualText``, which replaces the text of its glyphs."""
    content = line.stream.stream
    content[line.start] = opening(line.meant) + b"BT"
    content[line.stop] = b"ET\nEMC"


def _write_clusters(line: _Line, clusters: list[Cluster], wrong: list[bool]) -> None:
    """Gives some clusters of a line ``ActualText``."""
    content = line.stream.stream
    content[line.start : line.stop] = with_words(content[line.start : line.stop], clusters, wrong)


def _write_hyphen(line: _Line) -> None:
    """Makes the hyphen at the end of a line a soft one for readers (ISO 32000-1, 14.8.2.2.3)."""
    found = list(line.clusters())
    found[-1] = found[-1]._replace(text=_SOFT_HYPHEN)
    _write_clusters(line, found, [False] * (len(found) - 1) + [True])


def with_words(content: Sequence[Any], clusters: Sequence[Cluster], wrong: Sequence[bool]) -> list[Any]:
    """The operators of a line, with ``ActualText`` for some clusters.

    The line is then drawn in several pieces. Each continues where the previous one ended, so nothing moves.
    """
    before: dict[int, bytes] = {}
    after: dict[int, bytes] = {}
    count = 0
    for cluster, is_wrong in zip(clusters, wrong, strict=True):
        if is_wrong:
            before[count] = b"] TJ\n" + opening(cluster.text) + b"["
            after[count + len(cluster.glyphs) - 1] = b"] TJ\nEMC\n["
        count += len(cluster.glyphs)
    drawn = 0
    written: list[Any] = []
    for item in content:
        if not isinstance(item, bytes) or not item.endswith(b"] TJ"):
            written.append(item)
            continue
        pieces: list[bytes] = []
        for piece in re.split(rb"(<[0-9a-f]+>)", item):
            if not piece.startswith(b"<"):
                pieces.append(piece)
                continue
            for start in range(1, len(piece) - 1, 4):
                pieces += (before.get(drawn, b""), b"<%b>" % piece[start : start + 4], after.get(drawn, b""))
                drawn += 1
        written.append(b"".join(pieces))
    return written


def opening(text: str) -> bytes:
    """The beginning of marked content with ``ActualText`` in UTF-16 (ISO 32000-1, 14.6 and 14.9.4)."""
    data = b"\xfe\xff" + text.encode("utf-16-be")
    return b"/Span\n<</ActualText (%b)>>\nBDC\n" % b"".join([_OCTAL[byte] for byte in data])


_OCTAL: Final = [b"\\%03o" % byte for byte in range(256)]
