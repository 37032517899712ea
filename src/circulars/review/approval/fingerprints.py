"""Fingerprints of a letter: of what is read in each language, and of its looks."""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from circulars.build import settle
from circulars.errors import LetterError, Problem
from circulars.language import load_language
from circulars.model.document import (
    Document,
    Letterhead,
    LinkCode,
    Picture,
    SettledAnnex,
    SettledFootnote,
)
from circulars.model.letter import Condition, Letter
from circulars.model.text import Cell, Heading, Item, Items, Note, Paragraph, Span, Spans, Table, changed, joined
from circulars.review.comparing.tree import tree_of
from circulars.review.versions.settling import audience_conditions, for_everybody
from circulars.workspace import Workspace

IDS: Final = frozenset({"id"})
"""Names that no reader sees. A link leads to the same place whatever the name of the place is."""
LOOKS: Final[Mapping[type, frozenset[str]]] = {
    Document: frozenset({"layout", "date_beside", "window", "label_width", "ends_briefly", "side_by_side"}),
    Picture: frozenset({"media_type", "width", "height"}),
    SettledAnnex: frozenset({"orientation"}),
    Item: frozenset({"is_filled"}),
    Paragraph: frozenset({"align", "new_page"}),
    Heading: frozenset({"new_page"}),
    Note: frozenset({"new_page"}),
    Items: frozenset({"start", "new_page"}),
    Cell: frozenset({"is_filled"}),
    Table: frozenset({"widths", "align", "splits", "new_page"}),
    Span: frozenset({"strong", "emphasis", "is_repeated", "width"}),
}
"""The fields of each class that change how a letter looks, not what is read, by eye or with a screen reader. The start
of a list follows from its labels, and what is marked as repeated from the footnotes."""
_DRAWN: Final[Mapping[type, frozenset[str]]] = {Letterhead: frozenset({"mark"}), LinkCode: frozenset({"picture"})}
"""Pictures of which only the alternate text is read: a code follows from its address, and the mark is the pack's."""
_BARE: Final[Mapping[str, Any]] = {one.name: one.default for one in fields(Span) if one.name in LOOKS[Span]}
"""The look of a text without any."""
_EMPTY: Final = ("", (), None, False)
NEITHER: Final[Mapping[type, frozenset[str]]] = {Document: frozenset({"attachments"})}
"""The fields that nobody perceives: files that carry the source."""
_LINKED: Final = (Paragraph, Heading, Items, Table, Note, SettledAnnex, SettledFootnote, Item)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """SHA-256 sums, in hexadecimal: of the ``words`` of a letter by language, and of its ``looks`` in all of them."""

    words: Mapping[str, str]
    looks: str


def fingerprints(letter: Letter, workspace: Workspace) -> Fingerprints:
    """The fingerprints of a letter, with the parts of all audiences.

    The words are all that is read, also by a screen reader or behind a link: texts, numbers, labels, addresses of
    links, pictures, the language and direction of words, and who gets which part. They are those of the pack and the
    language, too. The looks are all that a reader sees besides, with the files of the pack and the languages.

    Raises:
        LetterError: the letter cannot be built in one of its languages.
    """
    whole, conditions = for_everybody(letter), _exact(audience_conditions(letter))
    made: dict[str, Document] = {}
    problems: list[Problem] = []
    for named in letter.languages:
        composed, found = settle(whole, named, workspace)
        problems += found
        if composed:
            made[named.name] = composed.document
    if problems:
        raise LetterError(*problems)
    words = {code: _sum(_read(document, conditions, letter)) for code, document in made.items()}
    files = {code: load_language(code, workspace.language_folders).fingerprint for code in made}
    seen = {code: _seen(document) for code, document in made.items()}
    pack = workspace.pack_of(letter)
    return Fingerprints(words, _sum([pack.name, pack.fingerprint, letter.paper, files, seen]))


def _exact(conditions: Mapping[str, Condition]) -> dict[str, str]:
    """Who gets each part, by its key, so that the same addressees have the same text."""
    return {
        key: json.dumps(sorted([column, *sorted({*values})] for column, values in condition))
        for key, condition in conditions.items()
    }


def _read(document: Document, conditions: Mapping[str, str], letter: Letter) -> object:
    """What is read in a document, as values of JSON."""
    units = tree_of(document, conditions).walk()
    audiences = [[number, unit.audience] for number, unit in enumerate(units) if unit.audience]
    return [_plain(document, _places(document), is_seen=False), audiences, letter.addressee_block]


def _seen(document: Document) -> object:
    """What is seen of a document, as values of JSON."""
    return _plain(document, _places(document), is_seen=True)


def _sum(values: object) -> str:
    text = json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _places(document: Document) -> dict[str, str]:
    """A name for each place that a link may lead to, by its id: its number in the document."""
    places = [one for one in _all_in(document) if isinstance(one, _LINKED)]
    found: dict[str, str] = {}
    for number, place in enumerate(places):
        found.setdefault(place.id, f"#{number}")
    return found


def _all_in(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, tuple):
        for one in value:
            yield from _all_in(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _all_in(getattr(value, one.name))


def _plain(value: Any, places: Mapping[str, str], *, is_seen: bool) -> object:
    """A value of a document as values of JSON: what is read of it, or also what is seen. What is empty is left out."""
    if isinstance(value, tuple):
        if value and isinstance(value[0], Span):
            return [_run(span, places, is_seen=is_seen) for span in _runs(value, is_seen=is_seen)]
        return [_plain(one, places, is_seen=is_seen) for one in value]
    if is_dataclass(value):
        kind: type[Any] = type(value)
        left_out = IDS | NEITHER.get(kind, frozenset()) | (frozenset() if is_seen else LOOKS.get(kind, frozenset()))
        own = {one.name: getattr(value, one.name) for one in fields(kind) if one.name not in left_out}
        if not is_seen:
            own |= {name: own[name].alt for name in _DRAWN.get(kind, ()) if own[name]}
        kept = {name: _plain(one, places, is_seen=is_seen) for name, one in own.items() if one not in _EMPTY}
        return {"": kind.__name__, **kept}
    return _single(value)


def _runs(spans: Spans, *, is_seen: bool) -> Spans:
    """The pieces of a text that differ in what is read, whatever they look like; or also in what is seen."""
    return joined(spans if is_seen else (changed(span, **_BARE) for span in spans))


def _run(span: Span, places: Mapping[str, str], *, is_seen: bool) -> object:
    link = places.get(span.link.removeprefix("#"), span.link) if span.link.startswith("#") else span.link
    own = {"text": _single(span.text), "link": link, "note": places.get(span.note, span.note)}
    names = (one.name for one in fields(Span) if is_seen or one.name not in _BARE)
    return [own.get(name, getattr(span, name)) for name in names]


def _single(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, datetime.date) else value
