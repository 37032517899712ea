"""Accounts for each byte that was appended to a PDF: signatures and what belongs to them, or changes to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from circulars.revisions import Ref, Revision, State, UnaccountedError, read_base, revisions_after
from circulars.revisions.values import refs_in
from circulars.signing.changes import changes_in, words_on_page
from circulars.signing.permitted import Review, Widget, apply_rules
from circulars.signing.placement import covers_something

_MOST_PAGES = 20  # whose words are shown


@dataclass(frozen=True, slots=True)
class Update:
    """An update of a PDF, from byte ``start`` to byte ``end``, and what it changed apart from signatures, in words.

    ``signatures`` are the fields that it signs; ``evidence`` means that it adds data for validation.
    ``stray`` means that the bytes are not an update that every reader understands in the same way.
    """

    start: int
    end: int
    changes: tuple[str, ...] = ()
    signatures: tuple[Widget, ...] = ()
    evidence: bool = False
    stray: bool = False

    @property
    def visible(self) -> int:
        """How many signatures show a block on a page."""
        return sum(1 for one in self.signatures if one.box)


def updates_after(data: bytes, start: int) -> tuple[Update, ...]:
    """Every update in ``data`` after its first ``start`` bytes, which are a PDF that was built or signed.

    Bytes that belong to no update make an update of their own, with the reason as its change.
    """
    found: list[Update] = []
    at = start
    if not data[start:].strip(b" \t\r\n"):
        return ()
    try:
        base = read_base(data[:start])
        state, awaited = State(base), base.awaited()
        signed = b"/ByteRange" in data[:start]
        for revision in revisions_after(data, start, base.table, base.trailer):
            update, state = _reviewed(data, revision, state, awaited, signed)
            signed = signed or bool(update.signatures)
            found.append(update)
            at = revision.end
    except UnaccountedError as error:
        place, fact = error.args
        found.append(Update(at, len(data), (f"{fact} (at byte {place:,})",), stray=True))
    return tuple(found)


def _reviewed(
    data: bytes, revision: Revision, old: State, awaited: frozenset[int], signed: bool
) -> tuple[Update, State]:
    new = old.after(revision.objects)
    review = Review(old, new, revision, data[: revision.end])
    apply_rules(review)
    changed = {
        ref
        for ref in revision.objects
        if ref not in review.allowed or not _is_regular(ref, old) or ref.number in awaited or ref in review.faults
    }
    words, pages = changes_in(review, changed)
    changes = [_page_in_words(data[: revision.end], number) for number in sorted(pages)[:_MOST_PAGES]] + words
    changes += [fault for fault in dict.fromkeys(review.faults.values()) if fault and fault not in changes]
    changes += _object_faults(revision, old, new, awaited)
    if not review.widgets and not (review.evidence and signed) and not changes:
        changes.append("objects were added that no signature needs")
    changes += _covered(data[: revision.start], review)
    return Update(revision.start, revision.end, tuple(changes), tuple(review.widgets), review.evidence), new


def _object_faults(revision: Revision, old: State, new: State, awaited: frozenset[int]) -> Iterator[str]:
    """Objects that an update deletes, replaces by its own tables, or refers to although they do not exist."""
    for number in sorted(revision.deleted):
        if old.has(Ref(number, 0)):
            yield f"the object {number} was deleted"
    for ref in sorted(revision.containers):
        if old.has(ref) or ref.number in awaited:
            yield f"the object {ref} was replaced by a stream of other objects"
    named = {ref.number for value in revision.objects.values() for ref in refs_in(value)}
    for number in sorted(named - awaited):
        if not new.has(Ref(number, 0)) and number not in {one.number for one in revision.containers}:
            yield f"the object {number} does not exist, but is referred to"


def _covered(before: bytes, review: Review) -> Iterator[str]:
    for one in review.widgets:
        if one.box and one.page:
            number = review.pages.index(one.page)
            if covers_something(before, number, one.box, (one.field.number, one.field.generation)):
                yield f"{_page_in_words(review.data, number + 1)}: the block of a signature covers a part of it"


def _is_regular(ref: Ref, old: State) -> bool:
    """Whether a changed object has the generation that it had, and a new object generation 0."""
    return old.get(ref) is not None or (ref.generation == 0 and not old.has(ref))


def _page_in_words(data: bytes, number: int) -> str:
    shown = words_on_page(data, number)
    return f"page {number}, which now shows " + (f"“{shown}”" if shown else "no text that can be read")
