"""The words of a template pack in one language, and the shape of their file."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from circulars.model.office import SignatoryWords
from circulars.model.phrases import Pattern, Term
from circulars.model.text import as_one_line
from circulars.syntax.groups import Field, ListOf, MapOf, OpenGroup, Record
from circulars.syntax.nodes import Node, child
from circulars.syntax.phrase_shapes import LABEL_PLACES, PLAIN_TEXT, PatternText, term
from circulars.syntax.scalars import OneOf
from circulars.syntax.shape import Converted, Report


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind of letter in one language: its name, reference, salutation, closing and labels.

    The ``closing`` may take up the salutation; then ``closing_plain`` is that of a letter without one.
    """

    name: str
    reference: Term
    closing: Pattern
    salutation: str = ""
    closing_plain: str = ""
    labels: Mapping[str, Pattern] = field(default_factory=dict)

    def closing_after(self, salutation: str) -> str:
        """The closing of a letter with a salutation: "Veuillez agréer, Excellence, …" after "Excellence,"."""
        called = _without_end(as_one_line(salutation.split("\n")))
        return self.closing.filled(salutation=called) if called or not self.takes_up_salutation else self.closing_plain

    @property
    def takes_up_salutation(self) -> bool:
        return self.closing.has(_SALUTATION)


def _without_end(salutation: str) -> str:
    """A salutation without the comma or the colon at its end; a full stop may be that of an abbreviation."""
    called = salutation.rstrip()
    while called and called[-1] != "." and unicodedata.category(called[-1]) == "Po":
        called = called[:-1].rstrip()
    return called


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
_SALUTATION: Final = "salutation"
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


def _with_plain_closing(words: KindWords, node: Node, report: Report) -> KindWords:
    """The words unchanged; a closing that takes up the salutation needs another for letters without one."""
    if words.takes_up_salutation and not words.closing_plain:
        fact = "this closing takes up the salutation, and there is none for letters without a salutation"
        hint = "add 'closing-plain:' with the same words without '{salutation}'"
        raise report.refuse(child(node, "closing"), "missing-field", fact, hint)
    return words


_KIND: Final = Record(
    _kind_words,
    (
        Field("name", _TEXT, "", required=True),
        Field("reference", term(("number",), _REFERENCE_PLACES), "", required=True),
        Field("to", _TEXT, ""),
        Field("closing", PatternText((), (_SALUTATION,)), "", required=True),
        Field("closing-plain", _TEXT, ""),
        Field("salutation", _TEXT, ""),
        Field("labels", _LABELS, ""),
    ),
    part_of="this kind",
)
WORDS: Final = Record(
    Words,
    (
        Field("organization", _TEXT, "", required=True),
        Field("place", _TEXT, "", required=True),
        Field("bureaus", MapOf(_TEXT), "", required=True),
        Field(
            "kinds",
            MapOf(Converted(_KIND, _with_plain_closing)),
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
