"""What a circular letter is, before any language or layout is chosen."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeVar

from circulars.errors import Place
from circulars.model.document import Picture
from circulars.model.text import Spans

T = TypeVar("T")

ByLanguage = Mapping[str, T]
"""A value for each language of the letter."""

Prose = ByLanguage[Spans]
"""A text by language. Its holes are still the letter's fields ("meeting|weekday", "ref:languages", "addressee.name"),
its links still names, addresses or "#id"; :mod:`circulars.syntax.prose` says how."""

Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""What an addressee's columns must say: each named column one of some values. Empty: everybody."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """Two days and all between them."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of a day, 24:00 being its end, and the zone that it is told in."""

    hour: int
    minute: int
    zone: str = ""


Fact = datetime.date | DateRange | Decimal | ByLanguage[str]


@dataclass(frozen=True, slots=True)
class PlacedName:
    """The name of something in the pack, and where the letter says it."""

    name: str
    where: Place


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask."""

    name: str = ""
    tel: str = ""
    fax: str = ""
    email: str = ""
    web: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: a post of the pack, or a name and a title of the letter's own."""

    post: PlacedName | None = None
    name: str = ""
    title: ByLanguage[str] = field(default_factory=dict)
    signed: bool = False
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: the link that it holds, by name or address, and a caption."""

    link: str
    where: Place
    caption: ByLanguage[str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amendment:
    """That the letter amends the one of its kind and number: as its ``number``-th corrigendum, addendum or revision."""

    kind: Literal["corrigendum", "addendum", "revision"]
    number: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, and a list under it or none. ``text`` holds several paragraphs where a blank line parts them."""

    text: ByLanguage[tuple[Spans, ...]]
    where: Place
    id: str = ""
    when: Condition = ()
    numbered: bool = True
    items: tuple[Prose, ...] = ()
    style: Literal["bullets", "letters"] = "bullets"


@dataclass(frozen=True, slots=True)
class Title:
    """A section's title, of ``level`` 1 to 3."""

    text: Prose
    where: Place
    id: str = ""
    when: Condition = ()
    level: int = 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due on a day, and at what time of it ("23:59 UTC")."""

    date: datetime.date
    text: Prose
    time: TimeOfDay | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days and what is due on them."""

    entries: tuple[Deadline, ...]
    where: Place
    id: str = ""
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a head row, and rows of as many cells, each of some paragraphs. ``widths`` are shares, or empty."""

    columns: tuple[ByLanguage[tuple[Spans, ...]], ...]
    rows: tuple[tuple[ByLanguage[tuple[Spans, ...]], ...], ...]
    where: Place
    widths: tuple[int, ...] = ()
    id: str = ""
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A note set apart."""

    text: Prose
    where: Place
    id: str = ""
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a meeting takes place: name, address with its lines, and a link or none."""

    name: ByLanguage[str]
    where: Place
    address: ByLanguage[str] = field(default_factory=dict)
    link: str = ""
    id: str = ""
    when: Condition = ()


Part = Passage | Title | Deadlines | Grid | Remark | Venue


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its title and its parts."""

    title: Prose
    body: tuple[Part, ...]
    where: Place
    id: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a letter was read from: its YAML, and the files beside it that it names, by the names that it gives them."""

    text: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A circular letter in all its languages. Facts stand once, so a date cannot differ between two languages.

    ``addressee_block`` says whether a merged copy bears the addressee's postal block.

    ``name`` is the file's, without its ending. An empty ``reference``, ``salutation``, ``closing``, ``numbering`` or
    ``place`` means the kind's own; ``to`` and ``copy`` are None for the kind's usual addressees. ``places`` tells where
    the file first says a key ("number") or refers to something ("ref:languages"); ``origin`` is the file itself.
    """

    name: str
    file: str
    kind: PlacedName
    date: datetime.date
    subject: Prose
    body: tuple[Part, ...]
    languages: tuple[PlacedName, ...]
    number: str = ""
    group: str = ""
    pack: PlacedName | None = None
    amends: Amendment | None = None
    reference: ByLanguage[str] = field(default_factory=dict)
    initials: str = ""
    place: ByLanguage[str] = field(default_factory=dict)
    contact: Contact = field(default_factory=Contact)
    to: tuple[PlacedName | Prose, ...] | None = None
    copy: tuple[PlacedName | Prose, ...] | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    links: Mapping[str, ByLanguage[str]] = field(default_factory=dict)
    references: tuple[Prose, ...] = ()
    salutation: ByLanguage[str] = field(default_factory=dict)
    addressee_block: bool = True
    numbering: str = ""
    closing: ByLanguage[str] = field(default_factory=dict)
    signatory: Signatory | None = None
    qr: Code | None = None
    annexes: tuple[Annex, ...] = ()
    distribution: tuple[PlacedName | Prose, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    origin: Origin = field(default_factory=Origin, compare=False)
