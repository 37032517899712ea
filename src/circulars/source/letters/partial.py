"""Reads a letter with problems as far as possible: what cannot be read is left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from circulars.errors import Place
from circulars.model.letter import NO_DATE, Enclosure, Fact, Letter, PlacedName, QrCode, Venue
from circulars.model.text import Span
from circulars.model.written import Origin
from circulars.source.letters.letter_shape import KEYS, without_number
from circulars.source.letters.listed import guessed_languages, listed_languages
from circulars.source.letters.references import fact_fault
from circulars.source.letters.report import LetterReport
from circulars.syntax import nodes
from circulars.syntax.prose import is_link_name
from circulars.syntax.shape import UnreadableError


def partial_letter(tree: nodes.Tree, name: str, folder: Path) -> Letter | None:
    """The letter in a tree without what cannot be read; None if the tree is not that of a letter with any language.

    A text that is missing in a language is empty there. A key, an entry or a part that cannot be read is left out. Of
    what every letter must have, its kind and its number may be "", its date :data:`NO_DATE`, and its body empty. What
    refers to something that is not defined is as typed.
    """
    report = LetterReport(tree, partial=True, folder=folder)
    if not isinstance(tree.root, nodes.Mapping):
        return None
    report.languages = tuple(listed_languages(report)) or guessed_languages(tree.root)
    if not report.languages:
        return None
    values = _resolvable(_values(tree.root, report), report)
    places, origin = report.places(), Origin(tree.text, report.files)
    return Letter(name=name, file=tree.file, **values, places=places, origin=origin, folder=folder)


def _values(root: nodes.Mapping, report: LetterReport) -> dict[str, Any]:
    """The values of the keys that can be read, with placeholders for what every letter must have."""
    where = Place(report.tree.file)
    values: dict[str, Any] = {
        "kind": PlacedName("", where), "date": NO_DATE, "subject": False, "body": (),
    }  # fmt: skip
    for key, (_, value) in root.pairs.items():
        if key in KEYS:
            with suppress(UnreadableError):
                values[key.replace("-", "_")] = KEYS[key].read(value, report)
    values["languages"] = tuple(
        next((named for named in values.get("languages", ()) if named.name == code), PlacedName(code, where))
        for code in report.languages
    )
    return without_number(values, root, report)


def _resolvable(values: dict[str, Any], report: LetterReport) -> dict[str, Any]:
    """The values without references to what is not defined: fields and marks are as typed, links are words."""
    links, facts, footnotes = (values.get(key, {}) for key in ("links", "facts", "footnotes"))
    typed = {one.name: " ".join(one.typed.split()) for one in reversed(report.references) if one.kind == "field"}
    found: dict[str, Any] = _Defined(links, facts, footnotes, report.ids, typed).only(values)
    return {key: value for key, value in found.items() if key != "qr" or value.link}


@dataclass(frozen=True, slots=True)
class _Defined:
    """What a letter defines, by name; ``typed`` has the fields in its texts as they are first typed."""

    links: Collection[str]
    facts: Mapping[str, Fact]
    footnotes: Collection[str]
    ids: Collection[str]
    typed: Mapping[str, str]

    def only(self, value: Any) -> Any:
        """The value, with all values in it, without references to anything else."""
        if isinstance(value, Span):
            return self._with_field(self._with_link(self._with_mark(value)))
        if isinstance(value, Mapping):
            return {key: self.only(one) for key, one in value.items()}
        if isinstance(value, tuple):
            return tuple(self.only(one) for one in value)
        if isinstance(value, QrCode | Venue | Enclosure) and not self._has(value.link):
            value = replace(value, link="")
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{one.name: self.only(getattr(value, one.name)) for one in dataclasses.fields(value)}
            )
        return value

    def _has(self, link: str) -> bool:
        return link[1:] in self.ids if link.startswith("#") else not is_link_name(link) or link in self.links

    def _with_mark(self, span: Span) -> Span:
        return span if span.note in self.footnotes or not span.note else replace(span, note="", text=f"[^{span.note}]")

    def _with_link(self, span: Span) -> Span:
        if not span.link or self._has(span.link):
            return span
        return replace(span, link="", text=span.text or ("" if span.hole else f"<{span.link}>"))

    def _with_field(self, span: Span) -> Span:
        """The span, as typed if its field is not defined, and in the usual format if the fact does not have its own."""
        name, _, form = span.hole.partition("|")
        if not name or name.startswith("addressee.") or (name[:4] == "ref:" and name[4:] in self.ids):
            return span
        if name in self.facts:
            return replace(span, hole=name) if fact_fault(name, form, self.facts) else span
        return replace(span, hole="", text=self.typed.get(span.hole, span.hole))
