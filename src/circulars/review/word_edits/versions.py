"""The versions that a pull compares: what a Word file had, what it has now, and where its words are from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from circulars.model.letter import Letter
from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.origins import WordOrigin
from circulars.review.word_edits.pairing import PairedFile
from circulars.source.editing import Path


@dataclass(frozen=True, slots=True)
class PulledVersions:
    """The letter and the paragraphs that a Word file had, those that it has now, and where each is from.

    ``others`` has further origins of paragraphs that are made of several texts. Words typed over what ``here`` names
    are said there only; what ``answered`` names gets another value everywhere.
    """

    letter: Letter
    source: bytes
    language: str
    old: Sequence[AcceptedParagraph]
    new: Sequence[AcceptedParagraph]
    pairs: PairedFile
    origins: Mapping[int, WordOrigin]
    others: Mapping[int, tuple[WordOrigin, ...]]
    links: Mapping[str, str]
    here: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    authors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The authors of tracked changes in paragraphs, by the names of these; also of those that are gone."""
    unsaid: Mapping[int, str] = field(default_factory=dict)
    """What new words look like that letters cannot say, by the numbers of their paragraphs in the edited file."""


def entry_of(path: Path) -> Path:
    """The path of the entry of a list that a text belongs to: the row, if it is in a cell; () if it is in no list."""
    for at, step in enumerate(path):
        if isinstance(step, int) and at + 1 < len(path) and isinstance(path[at + 1], int):
            return path[: at + 1]
    ends = [at for at, step in enumerate(path) if isinstance(step, int)]
    return path[: ends[-1] + 1] if ends else ()
