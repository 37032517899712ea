"""Shapes of a letter's parts: paragraphs, headings, deadlines, tables, notes, venues."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from circulars.errors import nearest
from circulars.model.letter import Condition, Deadline, Deadlines, Grid, Part, Passage, Remark, TimeOfDay, Title, Venue
from circulars.source.letters.by_language import IN_THIS_LANGUAGE, InLanguages, OneOrMany, is_scalar, read_languages
from circulars.source.letters.language_names import LANGUAGE_CODE
from circulars.source.letters.links import is_target, wrong_target
from circulars.source.letters.prose_text import Paragraphs, ProseText
from circulars.source.letters.report import LetterReport, Reference, letter_report
from circulars.syntax import nodes
from circulars.syntax.groups import NAME, NAME_IN_WORDS, Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_SENTENCE, NO_WORDS, Date, Text, WholeNumber, YesNo
from circulars.syntax.shape import AnyOf, Converted, Definition, Report, Schema, Shape, UnreadableError, described

PROSE = InLanguages(ProseText())


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


@dataclass(frozen=True, slots=True)
class _LanguageRecord(Shape[dict[str, Any]]):
    """A mapping with language keys and other keys: ``{date: …, en: …, es: …}``. ``text`` in its value has the texts."""

    inner: Shape[Any]
    others: Record[dict[str, Any]]

    def read(self, node: Node, report: Report) -> dict[str, Any]:
        letter = letter_report(report)
        if not isinstance(node, nodes.Mapping):
            hint = f"write {letter.example[1:-1]}, each on its own line"
            raise report.refuse(node, "wrong-type", f"expected a paragraph here, found {described(node)}", hint)
        keys = tuple(f.name for f in self.others.fields)
        # An unknown key that is similar to one of the other keys is a misspelt key, not a language.
        names = tuple(
            n for n in node.pairs if n in keys or (not letter.is_language(n.lower()) and self.others.meant_by(n, node))
        )
        own = {name: node.pairs[name] for name in names}
        values, texts = None, None
        with suppress(UnreadableError):
            inside = nodes.Mapping(node.line, node.column, node.start, node.end, node.size, own)
            values = self.others.values(inside, report)
        with suppress(UnreadableError):
            texts = read_languages(node, self.inner, self.others.part_of, letter, (*keys, *names))
        if values is None or texts is None:
            raise UnreadableError
        values["text"] = texts
        return values

    def schema(self, definitions: Schema) -> Schema:
        text = self.inner.schema(definitions) | IN_THIS_LANGUAGE
        names = "|".join(f.name for f in self.others.fields)
        # The pattern excludes the other keys, so that an editor does not take them for languages.
        return self.others.schema(definitions) | {"patternProperties": {f"^(?!(?:{names})$){LANGUAGE_CODE}$": text}}


_LISTS = {"objectives": "bullets", "items": "bullets", "steps": "letters"}
_ENTRIES = ListOf(InLanguages(ProseText(), "this entry"), "a list of texts")
_PASSAGE = _LanguageRecord(
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
    _LanguageRecord(
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


_CELL = Paragraphs("a cell's text", 'write "–" in an empty cell', NO_WORDS)
_CELLS = ListOf(InLanguages(_CELL, "this cell"), "a list of cells")
_GRID: Record[dict[str, Any]] = Record(
    dict,
    (
        Field(
            "table",
            Record(
                dict,
                (
                    Field("columns", _CELLS, "The header row: a cell for each column.", required=True),
                    Field(
                        "rows",
                        ListOf(_CELLS, "a list of rows"),
                        "The rows, each with one cell for each column.",
                        required=True,
                    ),
                    Field(
                        "widths", ListOf(WholeNumber(1, 100), "a list of shares"), "The relative widths of the columns."
                    ),
                ),
                part_of="a table",
            ),
            "A table with a header row.",
            required=True,
        ),
        *_COMMON,
    ),
    part_of="a table",
)


def _grid(values: dict[str, Any], node: Node, report: Report) -> Part:
    table = values.pop("table")
    columns, failed = table["columns"], False
    inner = nodes.child(node, "table")
    for cells, row in zip(table["rows"], nodes.children(nodes.child(inner, "rows")), strict=True):
        if len(cells) != len(columns):
            fact = f"this row has {_counted(len(cells), 'cell')}; the table has {_counted(len(columns), 'column')}"
            few = len(cells) < len(columns)
            hint = 'add cells; write "–" for an empty one' if few else "add a column, or remove a cell"
            report.add(row, "uneven-row", fact, hint)
            failed = True
    if "widths" in table and len(table["widths"]) != len(columns):
        fact = f"there are {_counted(len(table['widths']), 'width')} for {_counted(len(columns), 'column')}"
        report.add(nodes.child(inner, "widths"), "uneven-row", fact, "write one width for each column")
        failed = True
    if failed:
        raise UnreadableError
    return Grid(where=report.tree.place(node), **table, **values)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


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
