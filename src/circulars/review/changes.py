"""What a change is: a kind, a place, and the words with what went and what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal

Kind = Literal["changed", "added", "removed", "moved", "look", "link", "renumbered"]
Mark = Literal["equal", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of words that stayed, went or came. All that are not ``added`` make the old text, exactly."""

    mark: Mark
    text: str


Segments = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a reader would notice.

    ``place`` is where it is, as a reader says it ("paragraph 3"), in the new document, or in the old one when it is
    gone; ``was`` is where a moved one stood. ``id`` is the block's. ``remarks`` tell what words cannot: "now bold: …".
    ``old`` and ``new`` name the same spot in every language of a letter; one of them is empty when it is not there.
    """

    kind: Kind
    place: str
    id: str = ""
    segments: Segments = ()
    remarks: tuple[str, ...] = ()
    was: str = ""
    old: str = ""
    new: str = ""

    @property
    def in_words(self) -> bool:
        """Whether words went, came or moved: not looks, addresses or numbers alone."""
        return self.kind in ("changed", "added", "removed", "moved")

    @property
    def old_text(self) -> str:
        """The words as they were."""
        return "".join(segment.text for segment in self.segments if segment.mark != "added")

    @property
    def new_text(self) -> str:
        """The words as they are."""
        return "".join(segment.text for segment in self.segments if segment.mark != "removed")


def tidy(segments: Iterable[Segment]) -> Segments:
    """The segments without empty ones, neighbours of one mark joined, what went before what came.

    White space that a change begins with on both sides stayed.
    """
    result: list[Segment] = []
    for in_change, run in groupby((s for s in segments if s.text), key=lambda segment: segment.mark != "equal"):
        texts: dict[Mark, str] = {"equal": "", "removed": "", "added": ""}
        for segment in run:
            texts[segment.mark] += segment.text
        if in_change:
            kept = _shared_space(texts["removed"], texts["added"])
            texts = {"equal": texts["added"][:kept], "removed": texts["removed"][kept:], "added": texts["added"][kept:]}
        if texts["equal"] and result and result[-1].mark == "equal":
            result[-1] = Segment("equal", result[-1].text + texts.pop("equal"))
        result += [Segment(mark, text) for mark, text in texts.items() if text]
    return tuple(result)


def _shared_space(old: str, new: str) -> int:
    """How many characters of white space two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] and pair[0].isspace(), zip(old, new, strict=False)))
