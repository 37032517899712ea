"""Finds what fills the hole of a fact where the words around it ask for another form: "2 al 13 de mayo" after "del"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from circulars.model.addressee import STATED
from circulars.model.text import Spans, plain
from circulars.review.comparing.holes import Filling, hole
from circulars.review.comparing.tree import Unit

_VERSIONS: Final = (0, 1)
_BEFORE: Final = re.compile(r"(\w+)\W{0,2}$")


@dataclass(frozen=True, slots=True)
class _FilledHole:
    """A hole in a part of a document: its name, that of its form, and the words that fill it there."""

    name: str
    formed: str
    words: str


_Places = Mapping[tuple[str, int], _FilledHole]
"""The holes of a version, by the key of the part and the place of the span in it."""


def with_forms(opened: tuple[Unit, Unit], own: tuple[Unit, Unit], filling: Filling) -> tuple[Unit, Unit, Filling]:
    """Two documents with holes; those that are filled in another form than usual have a name and words of their own.

    ``own`` are the same documents without holes, the old and the new one. A form is known by the word before the hole,
    for the words around it are the same wherever the documents match.
    """
    values = filling.old, filling.new
    places = [dict(_places(opened[version], own[version], values[version])) for version in _VERSIONS]
    unusual = {
        one.formed
        for version in _VERSIONS
        for one in places[version].values()
        if one.words != values[version][one.name]
    }
    if not unusual:
        return *opened, filling
    named = [_named(places[version], unusual) for version in _VERSIONS]
    usual = {one.formed: one.name for found in places for one in found.values() if one.formed in unusual}
    filled = [
        {**values[version], **{form: named[version].get(form, values[version][name]) for form, name in usual.items()}}
        for version in _VERSIONS
    ]
    facts = {form: filling.facts[name] for form, name in usual.items()}
    old, new = (_renamed(opened[n], places[n], named[n]) for n in _VERSIONS)
    return old, new, Filling(filled[0], filled[1], {**filling.facts, **facts})


def _places(opened: Unit, own: Unit, values: Mapping[str, str]) -> Iterator[tuple[tuple[str, int], _FilledHole]]:
    known = {part.key: part for part in own.walk()}
    for part in opened.walk():
        holes = [n for n, span in enumerate(part.spans) if span.hole.startswith(STATED)]
        if not holes or part.key not in known:
            continue
        if found := re.fullmatch(_pattern(part.spans, values), known[part.key].words, re.DOTALL):
            for words, at in zip(found.groups(), holes, strict=True):
                name = part.spans[at].hole.removeprefix(STATED)
                before = _BEFORE.search(plain(part.spans[:at]))
                yield (part.key, at), _FilledHole(name, f"{name}|after:{before[1] if before else ''}", words)


def _pattern(spans: Spans, values: Mapping[str, str]) -> str:
    """An expression for the words of some spans, whose holes are filled as usual or in another way."""
    names = [span.hole.removeprefix(STATED) if span.hole.startswith(STATED) else "" for span in spans]
    pieces = (
        f"({re.escape(values[name])}|.+?)" if name else re.escape(plain((span,)))
        for name, span in zip(names, spans, strict=True)
    )
    return "".join(pieces)


def _named(places: _Places, unusual: set[str]) -> dict[str, str]:
    """The words of each form in a version. Where one word asks for several, none of them is known by it."""
    words: dict[str, set[str]] = {}
    for one in places.values():
        if one.formed in unusual:
            words.setdefault(one.formed, set()).add(one.words)
    return {formed: next(iter(found)) for formed, found in words.items() if len(found) == 1}


def _renamed(part: Unit, places: _Places, named: Mapping[str, str]) -> Unit:
    """A part with the names of forms in its holes."""
    parts = tuple(_renamed(inner, places, named) for inner in part.parts)
    formed = [(at, places.get((part.key, at))) for at in range(len(part.spans))]
    renamed = {at: one.formed for at, one in formed if one and one.formed in named}
    if not renamed:
        return part if _is_same(parts, part.parts) else replace(part, parts=parts)
    spans = tuple(
        replace(span, hole=hole(renamed[at])) if at in renamed else span for at, span in enumerate(part.spans)
    )
    return replace(part, spans=spans, parts=parts)


def _is_same(parts: Sequence[Unit], others: Sequence[Unit]) -> bool:
    return all(one is other for one, other in zip(parts, others, strict=True))
