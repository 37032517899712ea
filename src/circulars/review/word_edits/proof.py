"""Proves edits: the letter with them makes the paragraphs of the edited file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from circulars.review.word_edits.accepted import AcceptedParagraph


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Neighbouring paragraphs that the letter would make in another way.

    ``near`` has their numbers in the edited file, or those around the place where it has none.
    """

    near: frozenset[int]
    made: tuple[AcceptedParagraph, ...]
    wanted: tuple[AcceptedParagraph, ...]


def mismatches(made: Sequence[AcceptedParagraph], wanted: Sequence[AcceptedParagraph]) -> Iterator[Mismatch]:
    """Where what a letter makes differs from an edited file. Paragraphs without words are not compared."""
    numbers = [number for number, one in enumerate(wanted) if _has_words(one)]
    own = [one for one in made if _has_words(one)]
    theirs = [wanted[number] for number in numbers]
    matcher = SequenceMatcher(None, [key_of(one) for one in own], [key_of(one) for one in theirs], autojunk=False)
    for kind, i, k, j, m in matcher.get_opcodes():
        if kind == "replace" and k - i == m - j:
            for step in range(k - i):
                number = numbers[j + step]
                yield Mismatch(frozenset((number,)), (own[i + step],), (theirs[j + step],))
        elif kind != "equal":
            first = numbers[j] if j < len(numbers) else len(wanted)
            near = frozenset(numbers[j:m]) or frozenset((first - 1, first))
            yield Mismatch(near, tuple(own[i:k]), tuple(theirs[j:m]))


def _has_words(one: AcceptedParagraph) -> bool:
    return bool(one.text.strip())


def key_of(one: AcceptedParagraph) -> tuple[object, ...]:
    """What readers see of a paragraph: its words with their looks and links, its style, and the cell that it is in.

    Results of fields do not count: Word and LibreOffice renew them when they please.
    """
    cell = (one.cell.row, one.cell.column) if one.cell else None
    signs: list[tuple[str, bool, bool, str, tuple[str, ...]]] = []
    for run in one.runs:
        if run.field:
            if signs[-1:] != [("\ufffc", False, False, run.field, ())]:
                signs.append(("\ufffc", False, False, run.field, ()))
            continue
        for sign in run.text:
            blank = sign.isspace()
            looks = () if blank else run.looks
            signs.append((sign, run.bold and not blank, run.italic and not blank, "" if blank else run.link, looks))
        if run.note:
            signs.append(("", False, False, "note", ()))
    while signs and signs[-1][0].isspace():
        signs.pop()
    while signs and signs[0][0].isspace():
        signs.pop(0)
    return tuple(signs), one.style, one.list_level, one.part, cell
