"""WordMarks of two letters as one text with signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from circulars.model.text import Span, Spans
from circulars.review.comparing.changes import Segment
from circulars.review.comparing.comparison import Matched
from circulars.review.comparing.spans import MarkedSpan
from circulars.review.comparing.words import word_changes
from circulars.review.reports.marked_pdf.signs import Sign, all_signed, shown, sign_of, signed, signed_spans, with_sign

PILCROW = "¶"
"""Shows the end of a paragraph that was split or merged."""
_WHOLE = {"added": Sign.ADDED, "removed": Sign.REMOVED, "moved": Sign.MOVED_HERE, "moved away": Sign.MOVED_AWAY}


def line(old: str, new: str) -> str:
    """A string of both letters, with signs."""
    if old == new:
        return shown(Span(new)).text
    return "".join(map(_signed, word_changes((Span(old),), (Span(new),))))


def whole_line(old: str, new: str) -> str:
    """A string of both letters that is marked whole or not at all, such as a name; its typography changes quietly."""
    segments = word_changes((Span(old),), (Span(new),))
    if all(one.mark == "equal" or one.quiet for one in segments):
        return line(old, new)
    return "".join((signed(old, Sign.REMOVED) if old else "", signed(new, Sign.ADDED) if new else ""))


def lines(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """The lines of both letters, one by one."""
    return tuple(line(before, after) for before, after in zip_longest(old, new, fillvalue=""))


def _signed(segment: Segment) -> str:
    if segment.mark == "equal":
        return shown(Span(segment.text)).text
    return signed(segment.text, sign_of(segment.mark, segment.quiet))


@dataclass(frozen=True, slots=True)
class WordMarks:
    """Marks the words of parts; ``homes`` has the part that is in both letters by the key of the old one."""

    homes: Mapping[str, Matched]

    def of(self, part: Matched) -> Spans:
        """The own words of a part."""
        if part.fate == "moved away":
            return self._away(part)
        if part.fate in ("added", "removed"):
            return all_signed(part.unit.spans, _WHOLE[part.fate])
        if part.fate == "moved":
            # What was removed from it is struck at its old place, so that this text is only in the new letter.
            pieces = (piece for piece in part.marked if piece.mark != "removed")
            return tuple(with_sign(piece.span, self._sign(piece, Sign.MOVED_HERE)) for piece in pieces)
        if _is_restyled(part):
            return tuple(span for piece in part.marked for span in _restyled(piece))
        return signed_spans(part.marked)

    def _away(self, part: Matched) -> Spans:
        """The words of a part at the place from which it moved."""
        assert part.old is not None  # it was there
        home = self.homes.get(part.old.key)
        if home is None:
            return all_signed(part.old.spans, Sign.REMOVED)
        pieces = (piece for piece in home.marked if piece.old)
        return tuple(with_sign(piece.old, self._sign(piece, Sign.MOVED_AWAY)) for piece in pieces if piece.old)

    @staticmethod
    def _sign(piece: MarkedSpan, otherwise: Sign) -> Sign:
        if piece.mark == "equal" or piece.quiet:
            return otherwise
        return Sign.ADDED if piece.mark == "added" else Sign.REMOVED


def _is_restyled(part: Matched) -> bool:
    """Whether a paragraph became a heading or a note, or the other way round."""
    return (
        part.unit.family == "text"
        and part.old is not None
        and part.new is not None
        and (part.old.look.partition(" only for ")[0] != part.new.look.partition(" only for ")[0])
    )


def _restyled(piece: MarkedSpan) -> Spans:
    if piece.mark == "equal":
        return (with_sign(piece.span, Sign.REFORMATTED),)
    return signed_spans((piece,))


def number(old: str | None, new: str | None, part: Matched) -> str:
    """The number or the label of a part, which changes quietly if only other parts came and went."""
    if old is None or new is None:
        sign = _WHOLE.get(part.fate, Sign.ADDED if old is None else Sign.REMOVED)
        return signed(new or old or "", sign)
    if part.fate == "moved":
        return signed(new, Sign.MOVED_HERE)
    if old == new:
        return shown(Span(new)).text
    return signed(old, Sign.QUIETLY_REMOVED) + signed(new, Sign.QUIETLY_ADDED)
