"""The groups of words that a language file has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from circulars.courtesy import CourtesyTitle


@dataclass(frozen=True, slots=True)
class AmendmentWords:
    """The words for an amendment: its name ("Corrigendum {number}"), and the word before it in a citation ("to")."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class AnnexWords:
    """The words for annexes: in their headings, in a sentence, and where they are counted."""

    heading: str
    heading_only: str
    name: str
    name_only: str
    parent: str
    count: Mapping[str, str]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FootnoteWords:
    """How the sign of a footnote is written: raised (``mark``), and in plain text; ``label`` is read out."""

    mark: str = "{sign}"
    plain_mark: str = "[{sign}]"
    label: str = ""


@dataclass(frozen=True, slots=True)
class AddresseeWords:
    """The words for addressees: titles by a key that all languages share, and names of countries by their codes."""

    titles: Mapping[str, CourtesyTitle] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The decimal and the thousands separator."""

    decimal: str
    thousands: str
