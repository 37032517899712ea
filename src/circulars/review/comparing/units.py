"""The parts of a document to compare, each with its words and its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from circulars.model.document import Picture
from circulars.model.text import Span, Spans, plain

TITLE_LENGTH: Final = 50
"""A longer title is cut where it names a place, and a longer first cell does not name its row."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a document: a paragraph, a row, a list, or the document itself.

    ``key`` is unique in the document, and the same in each language. A part is recognized by its ``name``, if it has
    one. Only parts of the same ``family`` can match. ``look`` describes the layout in words ("a note"). ``reference``
    is what a reference to an entry of a list shows: "5 a)". ``audience`` are the addressees that it is for, or "" for
    everybody. ``left`` is the number of entries after it in its list. A cell begins in ``column``, counted from 0, and
    covers ``width`` columns and ``height`` rows. ``gist`` has its own words in all languages of the letter, by which it
    is recognized.
    """

    key: str
    place: str
    spans: Spans = ()
    parts: tuple[Unit, ...] = ()
    name: str = ""
    id: str = ""
    number: str = ""
    family: str = "text"
    look: str = ""
    picture: Picture | None = None
    reference: str = ""
    audience: str = ""
    left: int = 0
    column: int = -1
    width: int = 1
    height: int = 1
    gist: str = ""
    words: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", plain(self.spans))

    @property
    def all_words(self) -> str:
        """Its own words, and those of all parts in it; if it has a ``gist``, in all languages."""
        return " ".join(filter(None, (self.gist or self.words, *(part.all_words for part in self.parts))))

    @property
    def lines(self) -> str:
        """Its own words, and those of all parts in it, each on a line of its own."""
        return "\n".join(part.words for part in self.walk() if part.words)

    def walk(self) -> Iterator[Unit]:
        """The part and all parts in it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.walk()


Audiences = Mapping[str, str]
"""The audience of each block that is not for everybody, by its id, and of each entry of a list, by its key.

For example "category: member-state".
"""
EVERYBODY: Audiences = {}


def lines_joined(lines: Iterable[Spans]) -> Spans:
    """The lines as one text, with line breaks between them."""
    result: list[Span] = []
    for place, line in enumerate(lines):
        result += [Span("\n")] * bool(place) + list(line)
    return tuple(result)


def cut(title: str) -> str:
    """A title as it is named in a place: a long one without its end."""
    return title if len(title) <= TITLE_LENGTH else f"{title[:TITLE_LENGTH].rsplit(' ', 1)[0]} …"
