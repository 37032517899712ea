"""The changes between two documents as a reader would report them: paragraph by paragraph, and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from circulars.model.document import Document
from circulars.model.text import Span, one_line
from circulars.review.comparing.changes import Change, Kind, Segment, Segments
from circulars.review.comparing.columns import cells_beside_columns, column_changes
from circulars.review.comparing.comparison import Comparison, Matched, comparison
from circulars.review.comparing.consequences import announcing, consequences, otherwise_numbered, together
from circulars.review.comparing.divided import Homes, divided_change, homes_of, is_of_other
from circulars.review.comparing.holes import filled_change
from circulars.review.comparing.looks import look_remarks, picture_remarks
from circulars.review.comparing.spans import with_plain_marks
from circulars.review.comparing.tokens import words_of
from circulars.review.comparing.tree import EVERYBODY, Audiences, Unit
from circulars.review.comparing.units import cut

# The remark on a text that moved together with the table below it.
_WITH_TABLE: Final = "with its table"
_ROWS = frozenset({"row", "head"})
_TEXTS = frozenset({"text", "item", "item text"})
# Fewer words that are all others are changed, not replaced.
_LONG = 4
_SHARES: Final = re.compile(r"(?<=columns), [\d:]+")
"""The widths in the look of a table."""
_OTHER_WIDTHS: Final = "the columns have other widths"


def compare(
    old: Document, new: Document, old_audiences: Audiences = EVERYBODY, new_audiences: Audiences = EVERYBODY
) -> tuple[Change, ...]:
    """The changes that a reader would notice, in reading order; removed parts are in their old places.

    The audiences of blocks that are not for everybody are given by block id; a remark reports a changed audience.
    """
    return changes_of(comparison(old, new, old_audiences, new_audiences))


def changes_of(compared: Comparison) -> tuple[Change, ...]:
    """The changes in a comparison; see :func:`compare`."""
    told = _Told(announcing(compared), compared.new.locale, homes_of(compared.bare))
    read = _changes(compared.bare, told)
    filled = _numbered_alike((filled_change(change, compared.filling) for change in read), compared)
    changes = [*_noted(filled, compared)]
    remarks = consequences(compared)
    return (*changes, *((Change("consequences", "letter", remarks=remarks),) if remarks else ()))


def _numbered_alike(changes: Iterable[Change], compared: Comparison) -> Iterator[Change]:
    """The changes without remarks on numbers that paragraphs lost or got because the whole letter did."""
    numbers = {new.key: _number_remark(old, new) for old, new in otherwise_numbered(compared)}
    for change in changes:
        remark = numbers.get(change.new)
        if remark is None or remark not in change.remarks:
            yield change
        elif change.kind != "look" or len(change.remarks) > 1:
            yield replace(change, remarks=tuple(one for one in change.remarks if one != remark))


def _noted(changes: Iterable[Change], compared: Comparison) -> Iterator[Change]:
    """The changes with the marks of footnotes as in text files, where a text of one part has them."""
    signs = [{note.id: note.plain_mark for note in document.footnotes} for document in (compared.old, compared.new)]
    if not any(signs):
        yield from changes
        return
    parts = {tuple(unit.key if unit else "" for unit in (part.old, part.new)): part for part in compared.root.walk()}
    for change in changes:
        part = parts.get((change.old, change.new))
        old, new = (unit.spans if unit else () for unit in ((part.old, part.new) if part else (None, None)))
        is_whole = change.kind not in ("split", "merged", "column")
        noted = with_plain_marks(change.segments, (old, signs[0]), (new, signs[1])) if is_whole else ()
        yield replace(change, noted=noted)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a whole comparison: the keys of parts that are ``quiet``, its locale, the homes of tables."""

    quiet: frozenset[str]
    locale: str
    homes: Homes


def _changes(part: Matched, told: _Told, was: str = "") -> Iterator[Change]:
    """The changes of a part and of everything in it; ``was`` is the old place of one that is now within another one."""
    if part.fate == "moved away" or part.unit.key in told.quiet:
        return
    if part.fate in ("split", "merged"):
        yield _joined_change(part, told.locale)
        for inner in part.walk():  # what was in an entry that is a piece, and is none itself
            if inner.fate in ("added", "removed") and inner.unit.family in _TEXTS:
                yield from _whole_change(inner)
        return
    yield from _own_changes(part, told.locale, was)
    yield from column_changes(part)
    if part.unit.family == "table":
        yield from divided_change(part, told.homes)
    stayed = frozenset(old.key for old in part.old.parts) if part.old else frozenset()
    tables = _with_tables(part.parts)
    for inner in _compared_parts(part):
        was = "" if inner.old and inner.old.key in stayed else _former_place(inner)
        if part.unit.family == "table" and is_of_other(inner, part):
            inner = replace(inner, carried=True)
        for change in _changes(inner, told, was):
            is_with = change.kind == "moved" and change.new == inner.unit.key in tables
            yield replace(change, remarks=(_WITH_TABLE, *change.remarks)) if is_with else change


def _with_tables(parts: Sequence[Matched]) -> frozenset[str]:
    """The keys of the moved parts after which a table comes that moved only with them."""
    found, last = set(), ""
    for part in parts:
        if part.fate == "moved" and not part.carried:
            last = part.unit.key
        elif part.carried and part.unit.family == "table":
            found.add(last)
    return frozenset(found)


def _compared_parts(part: Matched) -> Iterator[Matched]:
    """The parts in a part whose changes are not in that of a column, of an added row, or of an annex."""
    is_in_both = part.old is not None and part.new is not None
    if part.columns:
        yield from (replace(row, parts=tuple(cells_beside_columns(row, part.columns))) for row in part.parts)
    elif is_in_both or part.unit.family not in _ROWS:
        # "(to Circular 213)" is under the heading of every annex.
        yield from (inner for inner in part.parts if is_in_both or inner.unit.name != "parent")
    else:
        yield from (cell for cell in part.parts if cell.fate == "moved")


def _former_place(part: Matched) -> str:
    """The old place of a text that is now within another part, and not of another kind there; otherwise ""."""
    is_text = part.fate == "kept" and part.unit.family in _TEXTS
    return part.old.place if is_text and part.old and part.new and part.old.family == part.new.family else ""


def _own_changes(part: Matched, locale: str, was: str) -> Iterator[Change]:
    """The changes of a part's own words, of its formatting, and of its audience."""
    old, new = part.old, part.new
    if old is None or new is None:
        yield from _whole_change(part)
        return
    if part.fate == "moved" and not part.carried and part.unit.family != "cell":
        was = old.place
    if change := _own_change(part, old, new, was, locale):
        yield change
    is_list_of_text = new.family == "list" and new.key.endswith(".items")  # it is for the readers of its paragraph
    if old.audience != new.audience and not is_list_of_text:
        remark = f"now {_readers(new)}, formerly {_readers(old)}"
        yield Change("audience", new.place, new.id, remarks=(remark,), old=old.key, new=new.key)


def _readers(unit: Unit) -> str:
    return f"only for {unit.audience}" if unit.audience else "for everybody"


def _own_change(part: Matched, old: Unit, new: Unit, was: str, locale: str) -> Change | None:
    """The change of a part's own words and formatting, or None."""
    looks, links = _remarks(part, old, new, locale)
    words = part.words
    kind: Kind
    if was:
        kind = "moved"
    elif old.words != new.words and (found := _kind_of_words(words, locale)):
        kind = found
    elif links or looks:
        kind = "link" if links else "typography" if looks == [_OTHER_WIDTHS] else "look"
    else:
        return None
    place = old.place if kind == "removed" and new.family == "field" else new.place
    if kind == "changed" and new.family == "cell" and (line := _other_line(old.words, new.words)):
        kind, place = line[0], f"{place}, line {line[1]}"
    return Change(
        kind, place, new.id, words, (*looks, *links, *_moved(words, old.place, new.place)), was, old.key, new.key
    )


def _moved(words: Segments, old: str = "", new: str = "") -> Iterator[str]:
    """Remarks on the sentences of a text, at an old and a new place, that are in another text now, or were."""
    for segment in words:
        sentence = f"“{cut(one_line((Span(segment.text),)))}”"
        if segment.moved and segment.mark == "removed":
            yield f"{sentence} moved within it" if segment.moved == new else f"{sentence} is now in {segment.moved}"
        elif segment.moved and segment.moved != old:
            yield f"{sentence} was in {segment.moved}"


def _other_line(old: str, new: str) -> tuple[Literal["added", "removed"], int] | None:
    """Whether a line was added to a cell or removed from it, and its number there; None if the cell changed otherwise.

    Deadlines of the same day are lines of one cell.
    """
    before, after = old.split("\n"), new.split("\n")
    if abs(len(before) - len(after)) != 1:
        return None
    fewer, more = sorted((before, after), key=len)
    number = next((n for n, (one, other) in enumerate(zip(fewer, more, strict=False)) if one != other), len(fewer))
    if fewer != more[:number] + more[number + 1 :]:
        return None
    return ("added" if more is after else "removed"), number + 1


def _remarks(part: Matched, old: Unit, new: Unit, locale: str) -> tuple[list[str], list[str]]:
    """Remarks on what is not in the words: on the look of a part, and on its links."""
    looks, links = look_remarks(old.spans, new.spans, locale) if old.spans != new.spans else ([], [])
    if all(column.fate == "kept" for column in part.columns):
        looks += _layout_remarks(old, new)
    looks += picture_remarks(old.picture, new.picture)
    return looks, links


def _joined_change(part: Matched, locale: str) -> Change:
    """The change of a text that was split or merged; its pieces are in lines of their own."""
    pieces = [piece for piece in part.walk() if piece.old and piece.new and piece.unit.family in _TEXTS]
    whole = part.old or part.new
    assert whole is not None  # a part of neither document is never made
    is_split = part.fate == "split"
    between: Segments = (Segment("added" if is_split else "removed", "\n", "list"),)
    segments = tuple(s for n, piece in enumerate(pieces) for s in ((*between, *piece.words) if n else piece.words))
    units = [(piece.old, piece.new) for piece in pieces if piece.old and piece.new]
    places = together((new if is_split else old).place for old, new in units)
    # A paragraph that took in the entries of its list was no entry itself.
    stays = not is_split and any(old.look == new.look for old, new in units)
    remarks = dict.fromkeys(
        remark for piece, (old, new) in zip(pieces, units, strict=True)
        for remarks in _remarks(
            piece, replace(old, number=new.number, look=new.look if stays else old.look), new, locale
        ) for remark in remarks
    )  # fmt: skip
    place, was = (places, whole.place) if is_split else (whole.place, places)
    first_old, first_new = units[0]
    return Change(
        "split" if is_split else "merged", place, whole.id, segments, tuple(remarks), was, first_old.key, first_new.key
    )


def _layout_remarks(old: Unit, new: Unit) -> list[str]:
    if old.look != new.look:
        if new.family == "signatures" and not (old.look and new.look):  # one person signed, or signs now
            return []
        if new.family == "table" and _SHARES.sub("", old.look) == _SHARES.sub("", new.look):
            return [_OTHER_WIDTHS]
        was = f", formerly {old.look}" if old.look else ""
        return [f"now {new.look}{was}" if new.look else f"no longer {old.look}"]
    if bool(old.number) == bool(new.number) or new.family == "row":
        return []
    return [_number_remark(old, new)]


def _number_remark(old: Unit, new: Unit) -> str:
    return f"now numbered {new.number}" if new.number else f"no longer numbered, formerly {old.number}"


def _kind_of_words(words: Segments, locale: str) -> Kind | None:
    """The kind of a change of a part's own words; None if only their encoding or a list's punctuation differs."""
    changed = [segment for segment in words if segment.mark != "equal"]
    if all(segment.quiet for segment in changed):
        return "typography" if any(segment.quiet == "typography" for segment in changed) else None
    if all(segment.mark == "added" for segment in words):
        return "added"
    if all(segment.mark == "removed" for segment in words):
        return "removed"
    return "replaced" if len(changed) == len(words) and _is_long(words, locale) else "changed"


def _is_long(words: Segments, locale: str) -> bool:
    """Whether both texts have so many words that it matters whether they were replaced or changed; a date is one."""
    return all(
        sum(any(map(str.isalnum, word.text)) for word in words_of(segment.text, locale)) >= _LONG for segment in words
    )


def _whole_change(part: Matched) -> Iterator[Change]:
    """The change of an added or removed part that has words; of a row, with those of its cells."""
    unit = part.unit
    stayed = {cell.unit.key for cell in part.parts if cell.fate in ("moved", "moved away")}
    cells = [cell.lines for cell in unit.parts if cell.key not in stayed]
    if unit.family in _ROWS and all(one.quiet for cell in part.parts for one in cell.words):
        return
    words = " | ".join(cells) if unit.family in _ROWS else unit.words
    remarks = tuple(_moved(part.words))
    if words and part.new:
        yield Change("added", unit.place, unit.id, (Segment("added", words),), remarks, new=unit.key)
    elif words:
        yield Change("removed", unit.place, unit.id, (Segment("removed", words),), remarks, old=unit.key)
