"""The groups of words that a language file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from circulars.courtesy import CourtesyTitle
from circulars.model.phrases import Pattern, Term


@dataclass(frozen=True, slots=True)
class AnnexWords:
    """The words for annexes: in their headings, in a sentence, where they are counted, and in a list of them.

    ``line`` is an annex in such a list with its sign ("2"), ``named_line`` with its name ("Annex 2"), if that differs.
    """

    heading: Pattern
    heading_only: str
    name: Term
    name_only: Term
    count: Mapping[str, Pattern]
    titles: Mapping[str, Pattern]
    line: Pattern = field(default_factory=lambda: Pattern.of("{sign} – {title}"))
    named_line: Pattern | None = None


@dataclass(frozen=True, slots=True)
class FootnoteWords:
    """How the sign of a footnote is written: raised (``mark``), and in plain text; ``label`` is read out."""

    mark: Pattern = field(default_factory=lambda: Pattern.of("{sign}"))
    plain_mark: Pattern = field(default_factory=lambda: Pattern.of("[{sign}]"))
    label: str = ""


@dataclass(frozen=True, slots=True)
class AddresseeWords:
    """The words for addressees: titles by a key that all languages share, and names of countries by their codes.

    ``country_forms`` are the names of countries within a sentence, by form and code: "les Pays-Bas", "Нидерландов".
    ``full_name`` is how a person is named whose name is in an East Asian script, ``other_name`` any other; without a
    pattern the parts of the name have the order of its script. ``largest_first`` says that the block of an address in
    Han goes from the country to the person, ``whole_name`` that a salutation has all of a name whose surname is not
    known. ``surname_particles`` are words ("de", "del") that have a capital where a surname begins with them in a
    salutation, without the first name: "Estimada Sra. De la Torre:".
    """

    titles: Mapping[str, CourtesyTitle] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    country_forms: Mapping[str, Mapping[str, Pattern]] = field(default_factory=dict)
    full_name: Pattern | None = None
    other_name: Pattern | None = None
    largest_first: bool = False
    surname_particles: tuple[str, ...] = ()
    whole_name: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """The decimal and the thousands separator."""

    decimal: str
    thousands: str


@dataclass(frozen=True, slots=True)
class Times:
    """How a time of day is written; ``full_hour`` is for a time without minutes, by the hour's plural form of CLDR.

    Without it, such a time is written like any other.
    """

    written: Pattern
    full_hour: Mapping[str, Pattern] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadingWords:
    """The words by which a text's numbers, times and references are known.

    ``numbers`` and ``scales`` ("million") have words by their value; one that ends with "*" has any ending. ``times``
    are words for an hour. ``doubtful`` are names of days or months, and numbers, that are also other words.
    ``prefixes`` are written together with the next word. ``addresses`` name the language in an address on the web. The
    full stop of the ``abbreviations`` ends no sentence. After a word of ``elsewhere``, an annex or a paragraph is that
    of another document; after one of ``referring``, it is this letter's. ``citations`` are patterns in which a letter
    is cited with its date, ``decades`` those of "the 1990s". ``letters`` are names of letters after a number, by the
    letter, and ``between_times`` words between the ends of a range. ``units`` are words for measures and currencies, by
    their symbols, which are read as well.
    """

    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    percent: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    before_hours: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()
    morning: tuple[str, ...] = ()
    afternoon: tuple[str, ...] = ()
    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    annexes: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    referring: tuple[str, ...] = ()
    citations: tuple[Pattern, ...] = ()
    decades: tuple[Pattern, ...] = ()
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    between_times: tuple[str, ...] = ()
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WritingWords:
    """How careful people write the language: what checks of its texts warn of.

    ``quotation_marks`` has an opening and a closing mark for each level. A no-break space is before and after some
    marks, and between a number and a unit. ``number_signs`` has the sign before a number, then those that are taken for
    it. ``accents`` are words that are often typed without their accents; without them they are no words. With
    ``small_months``, months begin with a small letter. ``opening_marks`` are those at the beginning of a sentence, by
    the mark at its end. ``spellings`` has the usual spelling of a word by another one. A word of ``doubled`` may come
    twice in a row.
    """

    quotation_marks: tuple[tuple[str, ...], ...] = ()
    no_break_before: tuple[str, ...] = ()
    no_break_after: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    number_signs: tuple[str, ...] = ()
    accents: tuple[str, ...] = ()
    small_months: bool = False
    opening_marks: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()
