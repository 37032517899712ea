"""Shapes of a letter's parts: paragraphs, headings, deadlines, tables, notes, venues."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from circulars.errors import nearest
from circulars.model.letter import Condition, Deadline, Deadlines, Grid, Part, Passage, Remark, TimeOfDay, Title, Venue
from circulars.source.letters.by_language import InLanguages, LanguageRecord, OneOrMany, is_scalar
from circulars.source.letters.links import is_target, wrong_target
from circulars.source.letters.prose_text import PROSE, Paragraphs, ProseText
from circulars.source.letters.report import LetterReport, Reference, letter_report
from circulars.source.letters.tables import TABLE
from circulars.syntax import nodes
from circulars.syntax.groups import NAME, NAME_IN_WORDS, Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_SENTENCE, Date, Text, WholeNumber, YesNo
from circulars.syntax.shape import AnyOf, Converted, Definition, Report, Schema, Shape, UnreadableError


def _without_fields(text: str, node: Node, report: Report) -> str:
    if "{{" in text:
        hint = "write the words themselves; fields are allowed in the subject, in paragraphs and in tables"
        report.add(node, "wrong-field", "fields are not allowed in this text", hint, words="{{")
        raise UnreadableError
    return text


def plain_text(text: Text) -> Shape[str]:
    """Text that is shown as typed: a name, a title, a caption. A field in it is a problem: nothing would fill it."""
    return Converted(text, _without_fields)


LABEL = InLanguages(plain_text(Text(refused=NO_SENTENCE)))


def _registered_id(name: str, node: Node, report: Report) -> str:
    letter_report(report).register_id(name, node)
    return name


ID: Shape[str] = Converted(Text("an id", NAME, "wrong-name", f"use {NAME_IN_WORDS}", max_length=36), _registered_id)
_VALUES = OneOrMany(Text("a value"), ListOf(Text("a value"), "a value or a list of values"), is_scalar)


def _condition(values: dict[str, tuple[str, ...]], node: Node, report: Report) -> Condition:
    return tuple(sorted(values.items()))


WHEN: Shape[Condition] = Converted(
    MapOf(_VALUES, "a condition", r"[A-Za-z][A-Za-z0-9_-]*", "the name of a column of the addressees"), _condition
)
_COMMON = (
    Field("id", ID, "A stable name for this part, for {{ ref: id }} and for reviews."),
    Field("when", WHEN, "Only for addressees with these values in these columns: {category: member-state}."),
)


_LISTS = {"objectives": "bullets", "items": "bullets", "steps": "letters"}
_ENTRIES = ListOf(InLanguages(ProseText(), "this entry"), "a list of texts")
_PASSAGE = LanguageRecord(
    Paragraphs(),
    Record(
        dict,
        (
            *_COMMON,
            Field("numbered", YesNo(), "false: this paragraph has no number."),
            Field("objectives", _ENTRIES, "Objectives below the paragraph, with round bullets."),
            Field("items", _ENTRIES, "Items below the paragraph, with round bullets."),
            Field("steps", _ENTRIES, "Steps below the paragraph: a), b), c)."),
        ),
        "this paragraph",
    ),
)


def _passage(values: dict[str, Any], node: Node, report: Report) -> Part:
    lists = [name for name in _LISTS if name in values]
    if len(lists) > 1:
        assert isinstance(node, nodes.Mapping)
        fact = f"this paragraph has several lists: {' and '.join(lists)}"
        hint = "give each list a paragraph of its own"
        raise report.refuse(node.pairs[lists[1]][0], "two-lists", fact, hint)
    found = {name: values.pop(name) for name in lists}
    for name, items in found.items():
        return Passage(**values, items=items, style=_LISTS[name], where=report.tree.place(node))  # type: ignore[arg-type]
    return Passage(**values, where=report.tree.place(node))


_TITLE: Record[dict[str, Any]] = Record(
    dict,
    (
        Field("heading", PROSE, "A section's title.", required=True),
        Field("level", WholeNumber(1, 3), "The level of the section: 1, 2 or 3."),
        *_COMMON,
    ),
    part_of="a heading",
)


def _title(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Title(values.pop("heading"), report.tree.place(node), **values)


_SPACE = r"[ \u00a0]+"


def _clock(text: str, node: Node, report: Report) -> TimeOfDay:
    match = re.fullmatch(rf"(\d{{1,2}})[:.h]?(\d{{2}})(?:{_SPACE}(?:hours|hrs|h))?(?:{_SPACE}(\S.*))?", text, re.ASCII)
    hour, minute = (int(match[1]), int(match[2])) if match else (99, 99)
    if match is None or minute > 59 or hour * 60 + minute > 24 * 60:
        raise report.refuse(
            node,
            "not-a-time",
            f"'{text[:40]}' is not a time of day",
            'write hours, minutes and the time zone: "23:59 UTC"',
        )
    return TimeOfDay(hour, minute, match[3] or "")


_DEADLINE = Converted(
    LanguageRecord(
        ProseText(),
        Record(
            dict,
            (
                Field("date", Date(), "The day: 2024-08-30.", required=True),
                Field("time", Converted(Text("a time"), _clock), 'The time of that day: "23:59 UTC".'),
            ),
            "this deadline",
        ),
    ),
    lambda values, node, report: Deadline(**values),
)
_DEADLINES: Record[dict[str, Any]] = Record(
    dict,
    (
        Field(
            "deadlines",
            ListOf(_DEADLINE, "a list of deadlines"),
            "Days and what is due on them, in any order.",
            required=True,
        ),
        *_COMMON,
    ),
    part_of="a list of deadlines",
)


def _deadlines(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Deadlines(values.pop("deadlines"), report.tree.place(node), **values)


_GRID: Record[dict[str, Any]] = Record(
    dict, (Field("table", TABLE, "A table.", required=True), *_COMMON), part_of="a table"
)


def _grid(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Grid(where=report.tree.place(node), **values.pop("table"), **values)


_REMARK: Record[dict[str, Any]] = Record(
    dict, (Field("note", PROSE, "A note set apart.", required=True), *_COMMON), part_of="a note"
)


def _remark(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Remark(values.pop("note"), report.tree.place(node), **values)


def _link(name: str, node: Node, report: Report) -> str:
    if name.startswith("#") or not is_target(name):
        raise report.refuse(node, "wrong-link", *wrong_target(name))
    letter_report(report).references.append(Reference("link", name, node))
    return name


LINK: Shape[str] = Converted(Text("a link's name or an address", lines=False), _link)
_VENUE: Record[dict[str, Any]] = Record(
    dict,
    (
        Field(
            "venue",
            Record(
                dict,
                (
                    Field("name", LABEL, "The name of the place.", required=True),
                    Field("address", LABEL, "The address; its line breaks are kept."),
                    Field("link", LINK, "A link's name, or an address on the web."),
                ),
                part_of="a venue",
            ),
            "Where a meeting takes place.",
            required=True,
        ),
        *_COMMON,
    ),
    part_of="a venue",
)


def _venue(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Venue(where=report.tree.place(node), **values.pop("venue"), **values)


_PARTS: dict[str, Shape[Part]] = {
    "heading": Converted(_TITLE, _title),
    "deadlines": Converted(_DEADLINES, _deadlines),
    "table": Converted(_GRID, _grid),
    "note": Converted(_REMARK, _remark),
    "venue": Converted(_VENUE, _venue),
    "passage": Converted(_PASSAGE, _passage),
}


_KEYS = tuple(name for name in _PARTS if name != "passage")


def _kind_of_part(node: Node) -> str:
    names = node.pairs if isinstance(node, nodes.Mapping) else {}
    return next((name for name in _KEYS if name in names), "passage")


@dataclass(frozen=True, slots=True)
class _OnePart(Shape[Part]):
    """One part of a body. Two parts in one entry, and a misspelt kind of part, are reported before the part is read."""

    parts: AnyOf[Part]

    def read(self, node: Node, report: Report) -> Part:
        if not isinstance(node, nodes.Mapping):
            return self.parts.read(node, report)
        letter = letter_report(report)
        own = [name for name in node.pairs if name in _KEYS]
        texts = [name for name in node.pairs if name not in _KEYS and letter.is_language(name)]
        if own and (texts or len(own) > 1):
            self._refuse_two(node, [*own, *texts], letter)
        if not own and not texts:
            for name, (key, _) in node.pairs.items():
                if name in _OTHER_NAMES:
                    fact = f"'{name}' is not part of a body"
                    raise report.refuse(key, "unknown-field", fact, _OTHER_NAMES[name])
                meant = nearest(name, _KEYS)
                if meant and name not in _PASSAGE_KEYS:
                    raise report.refuse(
                        key, "unknown-field", f"'{name}' is not part of a body", f"did you mean '{meant}'?"
                    )
        return self.parts.read(node, report)

    def _refuse_two(self, node: nodes.Mapping, names: list[str], report: LetterReport) -> NoReturn:
        if "id" in node.pairs:
            with suppress(UnreadableError):
                ID.read(nodes.child(node, "id"), report)
        second = max((node.pairs[name][0] for name in names[:2]), key=lambda key: key.start)
        kinds = " and ".join("a paragraph" if name not in _KEYS else f"'{name}'" for name in names[:2])
        raise report.refuse(second, "two-parts", f"{kinds} are in one entry", "begin each with a '- ' of its own")

    def schema(self, definitions: Schema) -> Schema:
        return self.parts.schema(definitions)


_PARAGRAPH = "write a paragraph, its languages as keys: 'en: …'"
_OTHER_NAMES = {
    "footnote": "did you mean 'note'? There are no footnotes",
    "quote": _PARAGRAPH,
    "quotation": _PARAGRAPH,
    "paragraph": _PARAGRAPH,
    "text": _PARAGRAPH,
    "title": "did you mean 'heading'?",
    "section": "did you mean 'heading'?",
    "list": "write a paragraph that leads into the list, with 'items:' below it",
    "bullets": "write a paragraph that leads into the list, with 'items:' below it",
}
"""What people call parts, with what to write."""
_PASSAGE_KEYS = {f.name for f in _PASSAGE.others.fields}
_ONE_PART: Shape[Part] = _OnePart(AnyOf(_PARTS, _kind_of_part))
BODY: Shape[tuple[Part, ...]] = ListOf(Definition("part", lambda: _ONE_PART), "a list of paragraphs")
