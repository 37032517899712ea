"""The words of a template pack in one language, and the shape of their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from circulars.model.office import SignatoryWords
from circulars.model.phrases import Pattern, Term
from circulars.syntax.groups import Field, ListOf, MapOf, OpenGroup, Record
from circulars.syntax.phrase_shapes import LABEL_PLACES, PLAIN_TEXT, PatternText, term
from circulars.syntax.scalars import OneOf


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind of letter in one language: its name, reference, salutation, closing and labels.

    ``closing_addressed`` is the closing of copies with a salutation of their addressee's own, if it differs.
    """

    name: str
    reference: Term
    closing: str
    salutation: str = ""
    closing_addressed: str = ""
    labels: Mapping[str, Pattern] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a pack in one language."""

    organization: str
    place: str
    bureaus: Mapping[str, str]
    kinds: Mapping[str, KindWords]
    lists: Mapping[str, str]
    signatories: Mapping[str, SignatoryWords] = field(default_factory=dict)
    footer: tuple[str, ...] = ()


_TEXT: Final = PLAIN_TEXT
_SIGNATORY: Final = ("name", "title-f", "title-m", "behalf", "behalf-f", "behalf-m")
_REFERENCE_PLACES: Final = ("group", "year")
_LABELS: Final = OpenGroup(
    tuple(Field(name, PatternText((), places), "") for name, places in LABEL_PLACES.items()),
    PatternText(blank=True),
    "this group of labels",
)


def _kind_words(to: str = "", **words: Any) -> KindWords:
    """The words of a kind; ``to`` is what comes before its reference where that is the form "to"."""
    reference: Term = words["reference"]
    if to and "to" not in reference.forms:
        forms = {name or "plain": pattern for name, pattern in reference.forms.items()}
        words["reference"] = Term({**forms, "to": Pattern.of(f"{to} {reference.plain.text}")}, reference.places)
    return KindWords(**words)


WORDS: Final = Record(
    Words,
    (
        Field("organization", _TEXT, "", required=True),
        Field("place", _TEXT, "", required=True),
        Field("bureaus", MapOf(_TEXT), "", required=True),
        Field(
            "kinds",
            MapOf(
                Record(
                    _kind_words,
                    (
                        Field("name", _TEXT, "", required=True),
                        Field("reference", term(("number",), _REFERENCE_PLACES), "", required=True),
                        Field("to", _TEXT, ""),
                        Field("closing", _TEXT, "", required=True),
                        Field("closing-addressed", _TEXT, ""),
                        Field("salutation", _TEXT, ""),
                        Field("labels", _LABELS, ""),
                    ),
                    part_of="this kind",
                )
            ),
            "",
            required=True,
        ),
        Field("lists", MapOf(_TEXT), "", required=True),
        Field(
            "signatories",
            MapOf(
                Record(
                    SignatoryWords,
                    (
                        Field("title", _TEXT, "", required=True),
                        Field("gender", OneOf(("f", "m")), ""),
                        *(Field(name, _TEXT, "") for name in _SIGNATORY),
                    ),
                    part_of="this signatory",
                )
            ),
            "",
        ),
        Field("footer", ListOf(_TEXT), ""),
    ),
    part_of="this file of words",
)
