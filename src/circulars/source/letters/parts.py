"""Shapes of a letter's parts: paragraphs, headings, deadlines, tables, notes, venues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

from circulars.errors import nearest
from circulars.language import LANGUAGE_CODE
from circulars.model.letter import (
    NO_DATE,
    Deadline,
    Deadlines,
    Grid,
    Listing,
    ListPart,
    Part,
    Passage,
    Remark,
    TimeOfDay,
    Title,
    Venue,
)
from circulars.model.text import Alignment, ItemStyle
from circulars.source.letters.by_language import HOW_TO_MARK, LIST_KEYS, InLanguages, LanguageRecord
from circulars.source.letters.links import is_target, wrong_target
from circulars.source.letters.lists import CONTINUE, list_fields, taken_listing
from circulars.source.letters.lists import OTHER_NAMES as LIST_NAMES
from circulars.source.letters.part_keys import COMMON, ID
from circulars.source.letters.prose_text import PROSE, Paragraphs, ProseText
from circulars.source.letters.report import LetterReport, Reference, letter_report
from circulars.source.letters.tables import TABLE
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.phrase_shapes import noun
from circulars.syntax.prose import FOOTNOTE_NAME
from circulars.syntax.scalars import NO_SENTENCE, Date, OneOf, Text, WholeNumber, YesNo
from circulars.syntax.shape import AnyOf, Converted, Definition, Report, Schema, Shape, UnreadableError

_MARKED = (
    "the subject, addressees, texts of rows, references, the body, the postscript, titles of annexes and enclosures, "
    "the distribution list"
)
"""The texts that may have footnotes and fields, for hints."""


def _without_marks(text: str, node: Node, report: Report) -> str:
    if found := _FOOTNOTE_MARK.search(text):
        hint = f"mark it in another text; these can have footnotes: {_MARKED}"
        report.add(node, "misplaced-footnote", "a footnote cannot be marked in this text", hint, words=found[0])
        raise UnreadableError
    if "{{" in text:
        hint = f"write the words themselves; these texts can have fields: {_MARKED}, footnotes"
        if re.search(r"\{\{\s*blank\b", text):
            hint = "write the line as underscores: ______"
        report.add(node, "wrong-field", "fields are not allowed in this text", hint, words="{{")
        raise UnreadableError
    return text


def _salutation(text: str, node: Node, report: Report) -> str:
    if "{{" in text:
        fact = "fields are not allowed in the salutation"
        hint = "give the list of addressees a column 'salutation', and delete this key"
        report.add(node, "wrong-field", fact, hint, words="{{")
        raise UnreadableError
    return text


def plain_text(text: Shape[str]) -> Shape[str]:
    """Text that is shown as typed: a name, a title, a caption. A field or a footnote in it is a problem."""
    return Converted(text, _without_marks)


LABEL = InLanguages(plain_text(Text(refused=NO_SENTENCE)))
NOUN = InLanguages(noun(plain_text(Text(refused=NO_SENTENCE))))
"""Words that other words are about, such as a reference: in one form, or in several forms of the language."""
SALUTATION = InLanguages(plain_text(Converted(Text(refused=NO_SENTENCE), _salutation)))


_PASSAGE_FIELDS = (
    *COMMON,
    Field("numbered", YesNo(), "false: this paragraph has no number."),
    Field("align", OneOf(get_args(Alignment), "an alignment"), "center or end: its alignment; it has no number."),
    *list_fields(),
    CONTINUE,
)
_PASSAGE_NAMES = {**LIST_NAMES, "numbered": ("numbering",), "align": ("alignment",)}
_PASSAGE = LanguageRecord(Paragraphs(), Record(dict, _PASSAGE_FIELDS, "this paragraph", _PASSAGE_NAMES))


def _passage(values: dict[str, Any], node: Node, report: Report) -> Part:
    listing = taken_listing(values, "this paragraph", node, report)
    return Passage(**values, listing=listing, where=report.tree.place(node))


_LIST: Record[dict[str, Any]] = Record(dict, (*COMMON, *list_fields(), CONTINUE), "this list", LIST_NAMES)


def _list(values: dict[str, Any], node: Node, report: Report) -> Part:
    listing = taken_listing(values, "this list", node, report)
    if listing is None:
        raise UnreadableError
    return ListPart(listing, report.tree.place(node), **values)


_TITLE: Record[dict[str, Any]] = Record(
    dict,
    (
        Field("heading", PROSE, "A section's title.", required=True),
        Field("level", WholeNumber(1, 3), "The level of the section: 1, 2 or 3."),
        *COMMON,
    ),
    part_of="a heading",
)


def _title(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Title(values.pop("heading"), report.tree.place(node), **values)


_SPACE = r"[ \u00a0]+"
_FOOTNOTE_MARK = re.compile(rf"\[\^{FOOTNOTE_NAME}\]")


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
                Field("date", Date(), "The day: 2024-08-30.", required=True, otherwise=NO_DATE),
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
        *COMMON,
    ),
    part_of="a list of deadlines",
)


def _deadlines(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Deadlines(values.pop("deadlines"), report.tree.place(node), **values)


_GRID: Record[dict[str, Any]] = Record(
    dict, (Field("table", TABLE, "A table.", required=True), *COMMON), part_of="a table"
)


def _grid(values: dict[str, Any], node: Node, report: Report) -> Part:
    return Grid(where=report.tree.place(node), **values.pop("table"), **values)


_REMARK: Record[dict[str, Any]] = Record(
    dict, (Field("note", PROSE, "A note set apart.", required=True), *COMMON), part_of="a note"
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
        *COMMON,
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
    "list": Converted(_LIST, _list),
}


_KEYS = tuple(name for name in _PARTS if name not in ("passage", "list"))


def _kind_of_part(node: Node) -> str:
    names = node.pairs if isinstance(node, nodes.Mapping) else {}
    alone = any(name in LIST_KEYS for name in names) and not any(
        re.fullmatch(LANGUAGE_CODE, name) for name in names if name not in PASSAGE_KEYS
    )
    return next((name for name in _KEYS if name in names), "list" if alone else "passage")


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
                if meant and name not in PASSAGE_KEYS:
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
    "footnote": HOW_TO_MARK,
    "footnotes": HOW_TO_MARK,
    "quote": _PARAGRAPH,
    "quotation": _PARAGRAPH,
    "paragraph": _PARAGRAPH,
    "text": _PARAGRAPH,
    "title": "did you mean 'heading'?",
    "section": "did you mean 'heading'?",
    "list": "write 'items:', 'dashes:', 'numbers:' or 'steps:', alone or below a paragraph",
}
"""What people call parts, with what to write."""
PASSAGE_KEYS = frozenset(f.name for f in _PASSAGE.others.fields)
"""The keys that a paragraph may have besides its languages."""


def _check_continued(parts: tuple[Part, ...], node: Node, report: Report) -> tuple[Part, ...]:
    """The parts; a list that continues another without one of its kind before it gets a warning.

    It is no problem, for the other list may be for other readers.
    """
    before: set[ItemStyle] = set()
    for part, place in () if report.partial else zip(parts, nodes.children(node), strict=True):
        for listing, owner in _listings(part, place):
            if listing.continued and listing.style not in before:
                fact = "there is no list of this kind before this one, which it could continue"
                where = report.tree.place(nodes.child(owner, "continue"))
                letter_report(report).warn_at(where, "no-list", fact, "delete 'continue'")
            before.add(listing.style)
    return parts


def _listings(part: Part, place: Node) -> Iterator[tuple[Listing, Node]]:
    """The lists of a part in reading order, each with the part or the cell that has its keys."""
    if isinstance(part, Passage | ListPart) and part.listing:
        yield part.listing, place
    elif isinstance(part, Grid):
        for row, cells in zip(part.rows, nodes.children(nodes.child(nodes.child(place, "table"), "rows")), strict=True):
            for number, cell in enumerate(row):
                if cell.listing:
                    yield cell.listing, nodes.children(cells)[number]


_ONE_PART: Shape[Part] = _OnePart(AnyOf(_PARTS, _kind_of_part))
BODY: Shape[tuple[Part, ...]] = Converted(
    ListOf(Definition("part", lambda: _ONE_PART), "a list of paragraphs"), _check_continued
)
