"""Shapes of the addressees that a letter names in its head or in its distribution list."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from circulars.model.letter import AddresseeEntry, AddresseeGroup, NamedAddressee, PlacedName, Prose, Sentence
from circulars.source.letters.by_language import OneOrMany, OrNone
from circulars.source.letters.pack_names import name_of, named
from circulars.source.letters.parts import LABEL
from circulars.source.letters.prose_text import PROSE
from circulars.source.letters.report import letter_report
from circulars.syntax import nodes
from circulars.syntax.groups import NAME, Field, ListOf, Record
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.shape import AnyOf, Converted, Report, Schema, Shape

T = TypeVar("T")

_LINES: Final = ("name", "post", "organization", "address")
"""The keys of an addressee's lines, in the order in which they are shown."""
_OTHER_NAMES = {
    "post": ("title", "position"),
    "organization": ("organisation", "company", "office"),
    "attention": ("attn", "att", "for-attention"),
    "address": ("town", "street", "postal-address"),
}
"""What people call the keys of an addressee."""

_NAME = name_of("a list of the pack", "for example member-states; for other addressees write {en: …, es: …}")


class _Listed(Shape[PlacedName | Prose]):
    """The name of a list of the pack, or a text by language. In a letter of one language, words are a text as well.

    Several words without capitals may be a list's name with spaces; composing, which knows the lists, decides.
    """

    def read(self, node: Node, report: Report) -> PlacedName | Prose:
        if isinstance(node, Scalar):
            if len(letter_report(report).languages) != 1 or re.fullmatch(NAME, text := node.text.strip()):
                return _NAME.read(node, report)
            if not node.quoted and re.fullmatch(rf"{NAME}(?: {NAME})+", text):
                return named(text, node, report)
        return PROSE.read(node, report)

    def schema(self, definitions: Schema) -> Schema:
        return PROSE.schema(definitions)


_LISTED: Shape[PlacedName | Prose] = _Listed()


def _named(values: dict[str, Any], node: Node, report: Report) -> NamedAddressee:
    attention = values.get("attention", {})
    return NamedAddressee(tuple(values[name] for name in _LINES if name in values), attention)


_NAMED: Shape[NamedAddressee] = Converted(
    Record(
        dict,
        (
            Field("name", PROSE, "The name of one addressee."),
            Field("post", PROSE, "The addressee's post."),
            Field("organization", PROSE, "The addressee's organization."),
            Field("address", PROSE, "The postal address; its line breaks are kept."),
            Field("attention", PROSE, "To whose attention the letter goes."),
        ),
        "an addressee",
        _OTHER_NAMES,
    ),
    _named,
)
_SENTENCE: Record[Sentence] = Record(
    lambda sentence: Sentence(sentence),
    (Field("sentence", PROSE, "Addressees in running words; line breaks are kept.", required=True),),
    "a sentence",
)
_ENTRY: Shape[AddresseeEntry] = AnyOf(
    {"listed": _LISTED, "addressee": _NAMED, "sentence": _SENTENCE}, lambda node: _kind_of_entry(node)
)


def _kind_of_entry(node: Node) -> str:
    keys = node.pairs.keys() if isinstance(node, nodes.Mapping) else set[str]()
    if "sentence" in keys:
        return "sentence"
    meant = {*_LINES, "attention", *(other for others in _OTHER_NAMES.values() for other in others)}
    return "addressee" if keys & meant else "listed"


def _one_or_many(entry: Shape[T], least: int = 0) -> Shape[tuple[T, ...]]:
    many = ListOf(entry, "a list of addressees", least=least)
    return OneOrMany(entry, many)


_GROUP_NAMES = {"label": ("group", "heading"), "entries": ("to", "items", "members", "addressees")}
_GROUP_KEYS = {*_GROUP_NAMES, *(other for others in _GROUP_NAMES.values() for other in others)}
_GROUP: Shape[AddresseeGroup] = Record(
    AddresseeGroup,
    (
        Field("label", LABEL, "The label over these addressees: 'Member States:'.", required=True),
        Field("entries", _one_or_many(_ENTRY, least=1), "The addressees under the label.", required=True),
    ),
    "a group of addressees",
    _GROUP_NAMES,
)
_ENTRY_OR_GROUP: Shape[AddresseeEntry | AddresseeGroup] = AnyOf(
    {"entry": _ENTRY, "group": _GROUP},
    lambda node: "group" if isinstance(node, nodes.Mapping) and node.pairs.keys() & _GROUP_KEYS else "entry",
)


def _or_none(some: Shape[tuple[T, ...]], key: str) -> Shape[tuple[T, ...]]:
    return Converted(OrNone(some, key, "list"), lambda listed, node, report: listed or ())


def addressees(key: str) -> Shape[tuple[AddresseeEntry | AddresseeGroup, ...]]:
    """The addressees of a key of the head."""
    return _or_none(_one_or_many(_ENTRY_OR_GROUP), key)


DISTRIBUTION: Shape[tuple[PlacedName | Prose, ...]] = _or_none(_one_or_many(_LISTED), "distribution")
"""The addressees of a distribution list, without addresses and groups."""
