"""A circular letter as its file states it, before a language or a layout is chosen."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, TypeVar

from circulars.errors import Place, Problem
from circulars.model.document import Orientation, Picture
from circulars.model.phrases import Count, Noun
from circulars.model.text import Alignment, ItemStyle, Spans
from circulars.model.written import Origin, WrittenText

T = TypeVar("T")

ByLanguage = Mapping[str, T]
"""A value for each language of the letter."""

Prose = ByLanguage[Spans]
"""Text by language. Each hole is a field of the letter ("meeting|weekday", "ref:languages", "addressee.name"), and each
link is a link's name, an address or "#id". The ``note`` of a footnote's mark is the footnote's name. See
:mod:`circulars.syntax.prose`."""

Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""Columns, each with the values allowed in it. An addressee must match all of them; an empty condition matches all."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """A range of days, including the first and the last."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day and its time zone; 24:00 is the end of the day."""

    hour: int
    minute: int
    zone: str = ""


Gender = Literal["f", "m"]
"""The gender of an office-holder, for languages in which titles have two forms."""

Numbering = Literal["paragraph", "section", "none"]
"""What is numbered in a letter or in an annex."""

AnnexStyle = Literal["numbers", "letters", "romans"]
"""How annexes are labelled that have no label of their own: 1, 2 or A, B or I, II."""

AnnexNote = Literal["count", "titles", "none"]
"""How the annexes are announced below the signature."""

SoleAnnex = Literal["numbered", "unnumbered"]
"""Whether the only annex of a letter has a number."""

CopyPlace = Literal["head", "end"]
"""Where the list of copies is."""

SignatoryLayout = Literal["side-by-side", "stacked"]
"""How several signatures are arranged."""

NO_DATE: Final = datetime.date.min
"""The date of a letter or a deadline whose date cannot be read; it is not shown."""

Fact = datetime.date | DateRange | Decimal | Count | ByLanguage[str | Noun]
"""A value that the letter states once. A text is a noun in the languages in which the letter gives its forms."""


@dataclass(frozen=True, slots=True)
class PlacedName:
    """The name of something defined elsewhere, such as in the pack, and the place in the letter that uses it."""

    name: str
    where: Place


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who answers questions about the letter.

    With a ``label`` ("For your reply:") the contact is one row of the reference table, in the order of ``keys``, which
    are those that the letter has. Without it, each detail is a row of its own.
    """

    name: ByLanguage[str] = field(default_factory=dict)
    post: ByLanguage[str] = field(default_factory=dict)
    tel: ByLanguage[str] = field(default_factory=dict)
    fax: ByLanguage[str] = field(default_factory=dict)
    email: ByLanguage[str] = field(default_factory=dict)
    web: ByLanguage[str] = field(default_factory=dict)
    town: ByLanguage[str] = field(default_factory=dict)
    label: ByLanguage[str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A further row of the reference table: its label ("Your reference:") and its text. Either may be missing.

    It is ``below`` the reference or the contacts.
    """

    label: ByLanguage[str] = field(default_factory=dict)
    text: Prose = field(default_factory=dict)
    below: Literal["reference", "contact"] = "reference"


@dataclass(frozen=True, slots=True)
class NamedAddressee:
    """One addressee with the lines of a postal address; ``attention`` is the person to whose attention it goes."""

    lines: tuple[Prose, ...] = ()
    attention: Prose = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Addressees in running words, as typed: "To all observers". It has no dash."""

    text: Prose


@dataclass(frozen=True, slots=True)
class AddresseeGroup:
    """Addressees under a label of their own: "Member States:"."""

    label: ByLanguage[str]
    entries: tuple[AddresseeEntry, ...]


AddresseeEntry = PlacedName | Prose | NamedAddressee | Sentence
"""An addressee: a list of the pack, a text, a person or an office with an address, or a sentence."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """The person who signs: a post defined in the pack, or a name and a title given in the letter.

    ``gender`` chooses the form of the post's title. ``behalf`` says for whom the person signs: a post of the pack, or
    words ("for the Director").
    """

    post: PlacedName | None = None
    name: ByLanguage[str] = field(default_factory=dict)
    title: ByLanguage[str] = field(default_factory=dict)
    gender: Gender | None = None
    behalf: PlacedName | ByLanguage[str] | None = None
    signed: bool = False
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code: the link that it encodes (a link's name or an address) and a caption."""

    link: str
    where: Place
    caption: ByLanguage[str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amendment:
    """Makes the letter the ``number``-th corrigendum, addendum or revision of the letter with its kind and number."""

    kind: Literal["corrigendum", "addendum", "revision"]
    number: int


@dataclass(frozen=True, slots=True)
class LabelForm:
    """How labels are written: "(a)" has "(" before the letter and ")" after it; "A." has a capital letter."""

    before: str = ""
    after: str = ""
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its entries, and how they are labelled.

    With ``continued`` its labels go on from those of the last list with the same style.
    """

    style: ItemStyle
    entries: tuple[ListedItem, ...]
    form: LabelForm = field(default_factory=LabelForm)
    continued: bool = False


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An entry of a list: its paragraphs, and an optional list in it."""

    text: ByLanguage[tuple[Spans, ...]]
    where: Place
    id: str = ""
    when: Condition = ()
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class ListPart:
    """A list without a paragraph that leads into it."""

    listing: Listing
    where: Place
    id: str = ""
    when: Condition = ()
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with an optional list below it. ``text`` has several paragraphs if blank lines separate them.

    One whose ``align`` is not the usual one has no number.
    """

    text: ByLanguage[tuple[Spans, ...]]
    where: Place
    id: str = ""
    when: Condition = ()
    new_page: bool = False
    numbered: bool = True
    align: Alignment = "start"
    listing: Listing | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it has a number where paragraphs are numbered."""
        return self.numbered and self.align == "start"


@dataclass(frozen=True, slots=True)
class Title:
    """A section's title, of ``level`` 1 to 3."""

    text: Prose
    where: Place
    id: str = ""
    when: Condition = ()
    new_page: bool = False
    level: int = 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due on a day, with an optional time of day ("23:59 UTC")."""

    date: datetime.date
    text: Prose
    time: TimeOfDay | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """A list of deadlines."""

    entries: tuple[Deadline, ...]
    where: Place
    id: str = ""
    when: Condition = ()
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a table: its paragraphs with an optional list below them, and how many columns and rows it spans.

    ``is_group`` marks the title of the rows below it, which spans all columns.
    """

    text: ByLanguage[tuple[Spans, ...]]
    colspan: int = 1
    rowspan: int = 1
    is_group: bool = False
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: header rows, if any, and rows with as many cells, counting the columns and rows that a cell spans.

    ``columns`` is the first header row, and ``subheads`` are those below it. ``widths`` are the columns' relative
    widths; if it is empty, all columns are equally wide. With ``head_column`` the first cell of each row is its header.
    ``align`` has the alignment of each column, if any is not the usual one.
    """

    columns: tuple[GridCell, ...]
    rows: tuple[tuple[GridCell, ...], ...]
    where: Place
    widths: tuple[int, ...] = ()
    head_column: bool = False
    align: tuple[Alignment, ...] = ()
    caption: Prose = field(default_factory=dict)
    split_rows: bool = False
    subheads: tuple[tuple[GridCell, ...], ...] = ()
    id: str = ""
    when: Condition = ()
    new_page: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return sum(cell.colspan for cell in self.columns or self.rows[0])


@dataclass(frozen=True, slots=True)
class Remark:
    """A note, set apart from the paragraphs."""

    text: Prose
    where: Place
    id: str = ""
    when: Condition = ()
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a meeting takes place: its name, its address (several lines), and an optional link."""

    name: ByLanguage[str]
    where: Place
    address: ByLanguage[str] = field(default_factory=dict)
    link: str = ""
    id: str = ""
    when: Condition = ()
    new_page: bool = False


Part = Passage | ListPart | Title | Deadlines | Grid | Remark | Venue
"""A part of the body or of an annex. With ``new_page`` it begins a page."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote. Without a ``sign`` of its own it is counted."""

    text: Prose
    where: Place
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its title, which may be empty, and its parts.

    ``label`` is its whole name ("Form 1") instead of the usual one; a letter or a number ("1.1") replaces only the
    number. Without ``numbering``, that of the letter applies. The note below the signature counts what is ``listed``.
    """

    title: Prose
    body: tuple[Part, ...]
    where: Place
    id: str = ""
    numbering: str = ""
    label: ByLanguage[Noun] = field(default_factory=dict)
    orientation: Orientation = "portrait"
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A document of its own that goes with the letter: its title, its reference, and a link to it."""

    where: Place
    title: Prose = field(default_factory=dict)
    reference: ByLanguage[str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A circular letter in all its languages. Each fact is stated once, so a date cannot differ between two languages.

    ``name`` is the file's name without its suffix. Where ``reference``, ``salutation``, ``closing``, ``numbering`` or
    ``place`` is empty, the kind of letter supplies it; one that is False is left out, and so is a ``subject``.
    The ``running_header`` is the reference unless the letter has another. ``labels`` replace those of the
    kind and the language, by name. ``bureau`` replaces the bureau in the letterhead. A list of ``references`` is
    numbered, a single text is not. Where ``to`` or ``copy`` is None, the kind's usual addressees are used, and so are
    its ``annex_labels``, ``sole_annex``, ``annex_note`` and ``copy_at``.
    ``addressee_block`` says whether a merged copy shows the addressee's postal block. ``paper`` is the size of its
    paper, or "" for that of the kind. ``places`` maps a key ("number") or a reference ("ref:languages") to its first
    place in the file; ``field_places`` has the places of the fields of each text that has any, in their order, with
    the text itself. ``texts`` are all its texts in the order of the file, and ``origin`` is the file itself, which is
    in ``folder``, with its pictures and its approvals.
    ``warnings`` are doubts about what it says.
    """

    name: str
    file: str
    kind: PlacedName
    date: datetime.date
    subject: Prose | Literal[False]
    body: tuple[Part, ...]
    languages: tuple[PlacedName, ...]
    number: str = ""
    group: str = ""
    pack: PlacedName | None = None
    paper: str = ""
    amends: Amendment | None = None
    reference: ByLanguage[Noun] | Literal[False] = field(default_factory=dict)
    running_header: ByLanguage[str] | Literal[False] = field(default_factory=dict)
    initials: str = ""
    bureau: ByLanguage[str] = field(default_factory=dict)
    place: ByLanguage[str] | Literal[False] = field(default_factory=dict)
    labels: Mapping[str, ByLanguage[str] | Literal[False]] = field(default_factory=dict)
    rows: tuple[ReferenceRow, ...] = ()
    contact: tuple[Contact, ...] = ()
    to: tuple[AddresseeEntry | AddresseeGroup, ...] | None = None
    attention: Prose = field(default_factory=dict)
    copy: tuple[AddresseeEntry | AddresseeGroup, ...] | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    links: Mapping[str, ByLanguage[str]] = field(default_factory=dict)
    references: tuple[Prose, ...] | Prose = ()
    salutation: ByLanguage[str] | Literal[False] = field(default_factory=dict)
    addressee_block: bool = True
    numbering: str = ""
    closing: ByLanguage[str] | Literal[False] = field(default_factory=dict)
    signatory: tuple[Signatory, ...] = ()
    signatory_layout: SignatoryLayout = "side-by-side"
    postscript: Prose = field(default_factory=dict)
    drafter: ByLanguage[str] = field(default_factory=dict)
    qr: QrCode | None = None
    annexes: tuple[Annex, ...] = ()
    footnotes: Mapping[str, Footnote] = field(default_factory=dict)
    annex_labels: AnnexStyle | None = None
    sole_annex: SoleAnnex | None = None
    annex_note: AnnexNote | None = None
    enclosures: tuple[Enclosure, ...] = ()
    copy_at: CopyPlace | None = None
    distribution: tuple[PlacedName | Prose, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    field_places: tuple[tuple[Spans, tuple[Place, ...]], ...] = field(default=(), compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)
    texts: tuple[WrittenText, ...] = field(default=(), compare=False)
    origin: Origin = field(default_factory=Origin, compare=False)
    folder: Path = field(default_factory=Path, compare=False)
