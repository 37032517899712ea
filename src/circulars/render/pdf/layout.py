"""Lays a letter out once for all its addressees, and proves that filled copies equal those laid out in full.

The letter is usually laid out three times. The layout with words as long as those of most addressees is kept. The
layouts with the shortest and the longest words that fit the holes are compared with the kept layout, filled with the
same words. If a single byte of the drawn content differs, no copy is filled.
"""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.errors import PageError
from circulars.model.document import Document, filled, holes_of
from circulars.pack import Pack
from circulars.render.page import page_of
from circulars.render.pdf.content import shapes_drawn, text_drawn
from circulars.render.pdf.filling import BoxHole, Hole, PdfFilling, names_of
from circulars.render.pdf.hole_lines import room_for
from circulars.render.pdf.holes import Cutter
from circulars.render.pdf.legible import PageFault
from circulars.render.pdf.masters import PdfMaster
from circulars.render.pdf.press import press_of
from circulars.render.pdf.specimens import SlowError, slow
from circulars.render.pdf.string_cutting import all_words

# Letters without ligatures. The first ones occur in every text, so their widths are known from it.
_ALPHABETS = ("acdehmnorsu", "bgkpqvwz")
_FILLER = "n"
_WIDEST = 200  # letters
_LENGTHS = (15, 12, 18, 9)  # characters, so that a paragraph has as many lines as with most names
_SHOWN = 3  # letters: the beginning of a sample value, which is nowhere else
_SHARES = (0.5, 0.25, 0.75, 0.1, 0.9)
_VAIN = 2  # layouts in a row that take no more of the samples: others, as those with letters of other fonts, will not


def master_of(
    document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]] = ()
) -> PdfMaster:
    """The letter laid out once, to be filled with text of some characters.

    ``samples`` are the values of some addressees. Most of them can be filled into the layout: its words are as long as
    theirs, but are not theirs.
    """
    if not holes_of(document):
        return PdfMaster(document, pack, press_of(pack).print(document, page_of(document, pack).tree), None)
    try:
        filling, shown = _filling(document, pack, characters, samples)
    except SlowError as error:
        return PdfMaster(document, pack, b"", None, _shown(document, pack, samples), error.problems, characters)
    return PdfMaster(document, pack, filling.file.head, filling, shown, (), characters)


def _shown(document: Document, pack: Pack, samples: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Sample values as long as most addressees have them."""
    words, lengths = next(_tries(document, pack, samples))
    return words.values(lengths, _likely_boxes(lengths, pack, samples))


def _likely_boxes(names: Iterable[str], pack: Pack, samples: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """The holes with several lines: a box of fixed size is most likely the envelope window."""
    several = [name for name in names if any("\n" in sample[name] for sample in samples)]
    return dict.fromkeys(several, pack.window.lines)


def _filling(
    document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
) -> tuple[PdfFilling, dict[str, str]]:
    """The letter to be filled, and the words in its holes as it was laid out."""
    boxes, laid_out = _boxes(document, pack, characters, samples)
    best, found, reason, vain = -1, None, slow("", "cannot be filled"), 0
    too_long: dict[tuple[str, str], int] = {}  # the least length with which a hole's word was not shown unchanged
    for words, lengths in _tries(document, pack, samples):
        if any(length >= too_long.get((words.letters, name), sys.maxsize) for name, length in lengths.items()):
            continue
        shown = words.values(lengths, boxes)
        try:
            kept, laid_out = laid_out or words.cut(shown, frozenset(boxes), characters), None
        except SlowError as error:
            reason = error
            continue
        assert kept.file is not None
        filling = PdfFilling(kept.file, tuple(kept.holes), tuple(kept.fonts))
        if lost := set(shown) - names_of(filling.holes).union(*(one.names for one in kept.strings)):
            # The sample value is not in the layout unchanged, and would remain in every copy.
            reason = slow(min(lost), "is not shown unchanged on the pages")
            too_long |= {(words.letters, name): lengths[name] for name in lost if name not in boxes}
            continue
        # A layout with a line that ends too close to the end of its space cannot be used.
        if filling.streams(shown) is None:
            reason = slow(next(iter(shown)), "cannot be filled")
            continue
        count = sum(filling.streams(values) is not None for values in samples)
        vain = 0 if count > best else vain + 1
        if count > best:
            best, found = count, (words, shown, kept, filling)
        if count == len(samples) or vain == _VAIN:
            break
    if found is None:
        raise reason
    words, shown, kept, filling = found
    _refuse_faults(kept.faults, shown)
    empty = [name for name in boxes if not samples or any(not sample[name] for sample in samples)]
    for values in words.probes(filling, shown, empty):
        _compare(filling, kept, values, words.cut(values, frozenset(boxes)))
    return replace(filling, holes=tuple(_taking_none(hole, empty) for hole in filling.holes)), shown


def _refuse_faults(faults: Sequence[PageFault], shown: Mapping[str, str]) -> None:
    """Refuses a layout with words that readers would not see.

    Raises:
        PageError: they are the letter's own, so they are in every copy.
        SlowError: they are in a hole; whether a copy has the fault depends on its values.
    """
    words = {name: text.partition("\n")[0] for name, text in shown.items() if text}
    own = [fault for fault in faults if not any(text[:_SHOWN] in fault.fact for text in words.values())]
    if own:
        raise PageError(*((fault.problem(), fault.words) for fault in own))
    if faults:
        raise slow(next(iter(words)), "has words that readers would not see")


def _taking_none(hole: Hole, empty: Sequence[str]) -> Hole:
    """The hole; if it is a box that was also laid out empty, it may be empty."""
    return replace(hole, least=0) if isinstance(hole, BoxHole) and hole.hole in empty else hole


def _tries(
    document: Document, pack: Pack, samples: Sequence[Mapping[str, str]]
) -> Iterator[tuple[_Words, dict[str, int]]]:
    """Sample values for the layout, and their lengths."""
    for letters in _ALPHABETS:
        words = _Words(document, pack, letters)
        for lengths in words.lengths(samples):
            yield words, lengths


def _boxes(
    document: Document, pack: Pack, characters: frozenset[str], samples: Sequence[Mapping[str, str]]
) -> tuple[dict[str, int], Cutter | None]:
    """The holes that fill a box of fixed size, and the number of lines that fit in it.

    Also returns the first layout that was tried, if its boxes were as expected.
    """
    words, lengths = next(_tries(document, pack, samples))
    likely = _likely_boxes(lengths, pack, samples)
    with contextlib.suppress(SlowError):
        tried = words.cut(words.values(lengths, likely), frozenset(likely), characters)
        if _boxes_of(tried) == likely:
            return likely, tried
    words = _Words(document, pack, _ALPHABETS[0])
    return _boxes_of(words.cut(words.values(next(words.lengths(()))))), None


def _boxes_of(laid_out: Cutter) -> dict[str, int]:
    boxes: dict[str, int] = {}
    for group in (group for cut in laid_out.cuts for group in cut.groups):
        for spots in [group.spots] if group.kind is BoxHole else [(spot,) for spot in group.spots]:
            for name in spots[0].names:
                # A hole that occurs in two places fills no box.
                boxes[name] = 0 if name in boxes else room_for(spots)
    return {name: lines for name, lines in boxes.items() if lines}


@dataclass(frozen=True, slots=True)
class _Words:
    """Sample values for the holes of a letter, which occur nowhere else in it."""

    document: Document
    pack: Pack
    letters: str

    def lengths(self, samples: Sequence[Mapping[str, str]]) -> Iterator[dict[str, int]]:
        """The lengths of sample values for each hole in characters, the most likely one first."""
        names = holes_of(self.document)
        if not samples:
            yield from (dict.fromkeys(names, length) for length in _LENGTHS)
            return
        sorted_ = {name: sorted(len(sample[name]) for sample in samples) for name in names}
        for share in _SHARES:
            yield {name: found[int(share * (len(found) - 1))] for name, found in sorted_.items()}

    def values(self, lengths: Mapping[str, int], boxes: Mapping[str, int] | None = None) -> dict[str, str]:
        """Sample values of a length for each hole, with as many lines as its box has room for."""
        lines = boxes or {}
        return {
            name: "\n".join([_word(token, _LENGTHS[0] if name in lines else lengths[name])] * lines.get(name, 1))
            for name, token in self._tokens()
        }

    def _tokens(self) -> Iterator[tuple[str, str]]:
        names = holes_of(self.document)
        own = all_words(filled(self.document, dict.fromkeys(names, "")), self.pack)
        words = map("".join, itertools.product(self.letters, repeat=3))
        free = (word for word in words if word not in own)
        return zip(names, free, strict=False)

    def cut(
        self, values: Mapping[str, str], boxes: frozenset[str] = frozenset(), characters: frozenset[str] = frozenset()
    ) -> Cutter:
        """The letter with words in its holes, laid out and cut at them; to be filled with ``characters``, if any."""
        shown = frozenset("".join(values.values())) - {"\n"} | {" "}
        cutter = Cutter(values, boxes, characters | shown if characters else characters)
        whole = filled(self.document, values)
        press_of(self.pack).print(whole, page_of(whole, self.pack).tree, cutter, look=cutter.look)
        return cutter

    def probes(self, filling: PdfFilling, shown: Mapping[str, str], empty: Sequence[str]) -> Iterator[dict[str, str]]:
        """The shortest and the longest values that fit the holes, and values with empty ones where that is allowed."""
        tokens = dict(self._tokens())
        for lengths in (range(_WIDEST), range(_WIDEST, -1, -1)):
            values = dict(shown)
            for name in names_of(filling.holes):
                lines = shown[name].count("\n") + 1 if lengths[0] else 1
                fitting = ("\n".join([_word(tokens[name], length)] * lines) for length in lengths)
                values[name] = next(one for one in fitting if filling.streams(values | {name: one}) is not None)
            yield values
        if empty:
            yield {**shown, **dict.fromkeys(empty, "")}


def _word(token: str, length: int) -> str:
    """A word of a number of letters, at least three."""
    return token + _FILLER * (length - len(token))


def _compare(filling: PdfFilling, kept: Cutter, values: Mapping[str, str], probe: Cutter) -> None:
    """Refuses a layout if filling it differs from what WeasyPrint draws."""
    filling = replace(filling, holes=tuple(_taking_none(hole, tuple(values)) for hole in filling.holes))
    streams = filling.streams(values)
    assert streams is not None
    name = next(iter(values))
    # In a separate layout, a box without lines has no structure element, and sets no colour.
    is_empty = not all(values.values())
    drawn_of = shapes_drawn if is_empty else text_drawn
    if len(kept.cuts) != len(probe.cuts):
        raise slow(name, "changes the number of pages")
    rest = iter(streams)
    for one, other in zip(kept.cuts, probe.cuts, strict=True):
        made = _by_turns(one.constant, list(itertools.islice(rest, len(one.drawn))))
        drawn = _by_turns(other.constant, other.drawn)
        if drawn_of(made) != drawn_of(drawn):
            raise slow(name, "moves other text on the page")
    if not is_empty and kept.said != probe.said:
        raise slow(name, "is also in a heading, a link or the letter's properties")


def _by_turns(constant: list[bytes], holes: list[bytes]) -> bytes:
    """A page's content: the constant pieces, and the pieces in the holes."""
    return b"".join(piece for pair in zip(constant, [*holes, b""], strict=True) for piece in pair)
