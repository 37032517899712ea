"""The words of a template pack in one language, the shape of their file, and what of it the pack needs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from circulars.errors import Place, Problem, did_you_mean, nearest
from circulars.model.office import SignatoryWords
from circulars.model.phrases import Manner, Pattern, Term
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, MapOf, Record, named_group
from circulars.syntax.nodes import Node, Tree, child, descendant
from circulars.syntax.phrase_shapes import LABEL_PLACES, LABELS, PLAIN_TEXT, RARE_LABELS, PatternText, term
from circulars.syntax.scalars import OneOf
from circulars.syntax.shape import AnyOf, Converted, Report, Shape


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of a kind of letter in one language: its name, reference, salutation, closing and labels.

    The ``closing`` may take up the salutation; then ``closing_plain`` is that of a letter without one.
    ``closing_named`` follows a salutation with a name ("Yours sincerely,"), ``closing_styled`` one that is a style
    ("Excellency,"); without them the ``closing`` follows any.
    """

    name: str
    reference: Term
    closing: Pattern
    salutation: str = ""
    closing_plain: str = ""
    closing_named: Pattern | None = None
    closing_styled: Pattern | None = None
    labels: Mapping[str, Pattern] = field(default_factory=dict)

    def closing_after(self, called: str, manner: Manner = "") -> str:
        """The closing of a letter to somebody who is ``called`` so within a sentence, or "" without a salutation."""
        closing = {"named": self.closing_named, "styled": self.closing_styled}.get(manner) or self.closing
        return closing.filled(salutation=called) if called or not closing.has(_SALUTATION) else self.closing_plain

    @property
    def follows_salutation(self) -> bool:
        """Whether the closing depends on the salutation."""
        return self.closing.has(_SALUTATION) or bool(self.closing_named or self.closing_styled)


@dataclass(frozen=True, slots=True)
class ListName:
    """A list of addressees: its plain name, and ``to`` where no label says to whom a letter goes: "A los Socios"."""

    plain: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a pack in one language."""

    organization: str
    place: str
    bureaus: Mapping[str, str]
    kinds: Mapping[str, KindWords]
    lists: Mapping[str, ListName]
    signatories: Mapping[str, SignatoryWords] = field(default_factory=dict)
    footer: tuple[str, ...] = ()


_ALIKE: Final = 0.8
"""How similar a name must be to one that is missing to be that one, misspelt."""
_TEXT: Final = PLAIN_TEXT
_SALUTATION: Final = "salutation"
_SIGNATORY: Final = ("name", "title-f", "title-m", "behalf", "behalf-f", "behalf-m")
_REFERENCE_PLACES: Final = ("group", "year")
_CLOSING: Final = PatternText((), (_SALUTATION,))
_FORMER: Final = {
    "closing-addressed": "call it 'closing-plain:', and write '{salutation}' in 'closing:' for the salutation in it"
}
_LABELS: Final = named_group(
    tuple(
        Field(name, PatternText((), LABEL_PLACES.get(name, ()), blank=name not in LABEL_PLACES), "")
        for name in (*LABELS, *RARE_LABELS)
    ),
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
    if words.closing.has(_SALUTATION) and not words.closing_plain:
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
        Field("closing", _CLOSING, "", required=True),
        Field("closing-plain", _TEXT, ""),
        Field("closing-named", _CLOSING, ""),
        Field("closing-styled", _CLOSING, ""),
        Field("salutation", _TEXT, ""),
        Field("labels", _LABELS, ""),
    ),
    part_of="this kind",
    former=_FORMER,
)
_LIST: Final[Shape[ListName]] = AnyOf(
    {
        "one": Converted(_TEXT, lambda text, *_: ListName(text)),
        "both": Record(ListName, (Field("plain", _TEXT, "", required=True), Field("to", _TEXT, "")), "this list"),
    },
    lambda node: "both" if isinstance(node, nodes.Mapping) else "one",
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
        Field("lists", MapOf(_LIST), "", required=True),
        Field(
            "signatories",
            MapOf(
                Record(
                    SignatoryWords,
                    (
                        Field("title", _TEXT, "", required=True),
                        Field("gender", OneOf(("f", "m"), "a gender"), ""),
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


def missing_words(words: Words, needed: Mapping[str, Iterable[str]], tree: Tree) -> Iterator[Problem]:
    """The problems of a file that has no words for names of its pack under ``kinds``, ``bureaus`` or ``lists``."""
    for group, names in needed.items():
        given = _names(words, group)
        further = [name for name in given if name not in names]
        for name in dict.fromkeys(names):
            if name not in given:
                fact = f"the {group.removesuffix('s')} '{name}' has no words"
                if typed := nearest(name, further, _ALIKE):
                    further.remove(typed)
                    where, hint = _place(tree, group, typed), f"write '{name}' instead of '{typed}'"
                else:
                    where, hint = _place(tree, group), f"add it under '{group}:'"
                yield Problem(where, "missing-words", fact, hint)


def unused_words(words: Words, needed: Mapping[str, Iterable[str]], tree: Tree) -> Iterator[Problem]:
    """Warnings about words for kinds of letters and bureaus that the pack does not have."""
    for group in ("kinds", "bureaus"):
        for name in _names(words, group):
            if name not in needed[group]:
                fact = f"pack.yaml has no {group.removesuffix('s')} '{name}'; these words are never used"
                hint = did_you_mean(name, needed[group], "delete them, or add it to pack.yaml")
                yield Problem(_place(tree, group, name), "unused-words", fact, hint)


def lost_places(kind: str, words: Words, languages: Iterable[Words]) -> Iterator[Problem]:
    """Warnings about the reference of a kind that lacks a place, such as {group}, which another language has in it.

    A place that only some of the forms have is lost in the others.
    """
    references = [one.kinds[kind].reference for one in languages if kind in one.kinds]
    named = {gap.name for reference in references for pattern in reference.forms.values() for gap in pattern.gaps}
    needed = [place for place in _REFERENCE_PLACES if place in named]
    own = words.kinds[kind].reference if kind in words.kinds else Term({})
    for place, (form, pattern) in itertools.product(needed, own.forms.items()):
        if not pattern.has(place):
            fact = f"the reference of '{kind}' has lost '{{{place}}}', which it has in another language or form"
            yield Problem(own.places.get(form, Place()), "missing-place", fact, f"write {{{place}}} where it belongs")


def _names(words: Words, group: str) -> tuple[str, ...]:
    return tuple(getattr(words, group))


def _place(tree: Tree, *keys: str) -> Place:
    """The place of the key to which others lead."""
    owner = descendant(tree.root, *keys[:-1])
    return tree.place(owner.pairs[keys[-1]][0]) if isinstance(owner, nodes.Mapping) else Place(tree.file)
