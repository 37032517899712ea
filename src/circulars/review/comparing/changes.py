"""The values of a comparison: a change, with its kind, its place, and the removed and added words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, takewhile
from typing import Literal

Kind = Literal[
    "changed", "replaced", "added", "removed", "moved", "split", "merged", "column",
    "audience", "look", "link", "typography", "consequences",
]  # fmt: skip
Mark = Literal["equal", "removed", "added"]
Quiet = Literal["", "encoding", "typography", "list", "fact", "reference"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that is equal, removed or added. Segments that are not ``added`` give exactly the old text.

    A removed or added piece is ``quiet`` if it need not be shown to readers, who see the added one as if it were equal:
    ``encoding`` (the same letters encoded otherwise), ``typography`` (only other quotation marks, spaces, dashes or
    apostrophes), ``list`` (punctuation that a list has supplied, white space where a text was split, and the header row
    of a table that was split), ``fact`` (what the letter states once, which is reported once for the letter: ``fact``
    is its name), or ``reference`` (the number of a part that was renumbered). A sentence that ``moved`` is now at that
    place, or was there before.
    """

    mark: Mark
    text: str
    quiet: Quiet = ""
    fact: str = ""
    moved: str = ""


Segments = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change that a reader would notice.

    ``place`` is its place in words ("paragraph 3"), in the new document, or in the old one if the part was removed.
    ``was`` is the former place of a moved part. ``id`` is the block's id. ``remarks`` describe changes that are not in
    the words: "now bold: …". ``old`` and ``new`` are the keys of the part in each document, the same in every language;
    one of them is empty if the part is not in that document.

    A text that was ``replaced`` is the old one whole and the new one whole. One that was ``split`` is at the places of
    its pieces, which line feeds separate in the new text, and ``was`` at its old place; one that was ``merged``
    likewise, the other way round. ``noted`` are the segments with the marks of footnotes as text files have them
    ("[1]"), if there are any. A ``column`` was added if it has no ``old`` key, removed if it has no ``new`` key,
    and moved otherwise; its segments are the words of its cells. The segments of a change of ``typography`` are all
    equal or quiet.
    """

    kind: Kind
    place: str
    id: str = ""
    segments: Segments = ()
    remarks: tuple[str, ...] = ()
    was: str = ""
    old: str = ""
    new: str = ""
    noted: Segments = field(default=(), compare=False)

    @property
    def in_words(self) -> bool:
        """Whether words were changed, added, removed or moved, not only formatting, links or numbers."""
        return self.kind in ("changed", "replaced", "added", "removed", "moved", "split", "merged", "column")

    @property
    def old_text(self) -> str:
        """The old text."""
        return "".join(segment.text for segment in self.segments if segment.mark != "added")

    @property
    def new_text(self) -> str:
        """The new text."""
        return "".join(segment.text for segment in self.segments if segment.mark != "removed")


@dataclass(frozen=True, slots=True)
class FactPlace:
    """A place that shows a fact in both versions; ``old`` and ``new`` are the keys of the part in each document.

    ``was`` is the place in the old document if it is another one.
    """

    place: str
    was: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FactChange:
    """A change of what a letter states once for all languages, such as a date under ``facts:``.

    ``name`` is "meeting" for a fact, "link programme" for a link, or "date of the letter", "reference", "contact,
    telephone" or "signatory". ``old`` and ``new`` are its values in words, by language; they are equal in a language in
    which it did not change, and "" in a version that does not have it. ``places`` are those that show it, by
    language; a text in which nothing else changed has no change of its own. Unless it is ``used``, no text shows it.
    ``questions`` ask about languages and texts in which it did not change; there are none if it is ``settled`` by the
    words of the pack, as the title of a post for a man or a woman.
    """

    name: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    places: Mapping[str, tuple[FactPlace, ...]] = field(default_factory=dict)
    used: bool = True
    questions: tuple[str, ...] = ()
    settled: bool = False
    kind: Literal["fact"] = "fact"


def as_read(segments: Iterable[Segment]) -> Segments:
    """The segments as readers see them: what is quiet is not removed, and what it became is equal text."""
    shown = (s if not s.quiet else Segment("equal", s.text) for s in segments if not (s.quiet and s.mark == "removed"))
    return tidy(shown)


def quiet_edges(segments: Segments) -> Segments:
    """The segments of a piece of a text; the white space between it and the next piece is quiet."""
    last = max((n for n, segment in enumerate(segments) if segment.mark == "equal"), default=-1)
    result = [*segments[: last + 1]]
    spaces: list[Segment] = []
    for segment in segments[last + 1 :]:
        text = segment.text.rstrip(" ")
        result += [replace(segment, text=text)] if text else []
        spaces += [Segment(segment.mark, segment.text[len(text) :], "list")] if text != segment.text else []
    return (*result, *spaces)


def tidy(segments: Iterable[Segment]) -> Segments:
    """The segments in a normal form: none is empty, equal neighbours are joined, removed text is before added text.

    White space at the beginning of both the removed and the added text becomes equal text.
    """
    result: list[Segment] = []
    for (in_change, quiet), run in groupby((s for s in segments if s.text), key=_kind):
        texts: dict[Mark, str] = {"equal": "", "removed": "", "added": ""}
        for segment in run:
            texts[segment.mark] += segment.text
        if in_change:
            kept = _shared_space(texts["removed"], texts["added"])
            texts = {"equal": texts["added"][:kept], "removed": texts["removed"][kept:], "added": texts["added"][kept:]}
        if texts["equal"] and result and result[-1].mark == "equal":
            result[-1] = Segment("equal", result[-1].text + texts.pop("equal"))
        result += [Segment(mark, text, "" if mark == "equal" else quiet) for mark, text in texts.items() if text]
    return tuple(result)


def _kind(segment: Segment) -> tuple[bool, Quiet]:
    return segment.mark != "equal", segment.quiet


def _shared_space(old: str, new: str) -> int:
    """The length of the white space at the beginning that two texts share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] and pair[0].isspace(), zip(old, new, strict=False)))
