"""Shapes of lists: their entries, the lists in these, and how all of them are labelled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from circulars.model.letter import LabelForm, ListedItem, Listing
from circulars.model.text import ItemStyle
from circulars.source.letters.by_language import LIST_KEYS, InLanguages, LanguageRecord
from circulars.source.letters.part_keys import ENTRY
from circulars.source.letters.prose_text import Paragraphs
from circulars.source.letters.report import letter_report
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import YesNo
from circulars.syntax.shape import Definition, Report, Schema, Shape, described

MAX_LEVELS: Final = 4

_LISTS: Mapping[str, tuple[ItemStyle, str]] = {
    "items": ("bullets", "Entries with round bullets."),
    "objectives": ("bullets", "Objectives, with round bullets."),
    "bullets": ("bullets", "Entries with round bullets."),
    "dashes": ("dashes", "Entries with dashes."),
    "boxes": ("boxes", "Entries with boxes to tick."),
    "numbers": ("numbers", "Entries with numbers: 1., 2., 3."),
    "steps": ("letters", "Steps with letters: a), b), c)."),
    "letters": ("letters", "Entries with letters: a), b), c)."),
    "romans": ("romans", "Entries with small Roman numerals: i), ii), iii)."),
    "outline": ("outline", "Entries with numbers of several levels, as in an agenda: 1, 1.1, 1.1.1."),
}
OTHER_NAMES: Final = {
    "bullets": ("bullet",),
    "items": ("list", "sublist", "sub-items", "subitems", "points", "entries"),
    "dashes": ("dash", "dashed", "hyphens"),
    "boxes": ("box", "checkboxes", "tick-boxes", "checklist", "choices"),
    "numbers": ("numbered-list", "ordered"),
    "outline": ("agenda", "multilevel", "decimal"),
    "romans": ("roman",),
    "letters": ("letter", "alpha"),
    "labels": ("label", "style", "format", "marker"),
    "continue": ("continued", "continues"),
}
"""What people call the keys of a list."""

_FORMS: dict[ItemStyle, LabelForm] = {
    "numbers": LabelForm(after="."),
    "letters": LabelForm(after=")"),
    "romans": LabelForm(after=")"),
}
_FIRST: dict[str, ItemStyle] = {
    "1": "numbers", "a": "letters", "A": "letters", "i": "romans", "I": "romans", "1.1": "outline", "•": "bullets",
    "–": "dashes", "-": "dashes", "☐": "boxes",
}  # fmt: skip
_TYPED: dict[ItemStyle, str] = {
    "bullets": "[•·▪–—-]",
    "dashes": "[•·▪–—-]",
    "boxes": r"[☐□❏]|\[ ?\]",
    "numbers": r"\(?1[.)]",
    "letters": r"\(?a[.)]|\(?A\)",
    "romans": r"\(?[iI][.)]",
    "outline": r"1[.)]|1(?:\.1)+\.?",
}
"""What people type as the label of a list's first entry."""
_LATER = re.compile(r"\(?(?:[0-9]{1,3}|[A-Za-z]|[ivxIVX]{1,6})[.)]?")
_LABEL = re.compile(r"(\(?)(1\.1|[1aAiI•–☐-])([.)]?)")


@dataclass(frozen=True, slots=True)
class _Labels(Shape[tuple[ItemStyle, LabelForm]]):
    """How a list is labelled, given as the label of its first entry."""

    def read(self, node: Node, report: Report) -> tuple[ItemStyle, LabelForm]:
        text = node.text.strip() if isinstance(node, nodes.Scalar) else ""
        match = _LABEL.fullmatch(text)
        if match is None or (match[1] and match[3] != ")"):
            hint = 'write the label of the first entry: "1", "1.", "(1)", "a)", "A.", "i)", "I.", "–", "•", "☐", "1.1"'
            if _LATER.fullmatch(text):
                hint = "lists begin with their first label; 'continue: true' goes on from the list before"
            raise report.refuse(node, "wrong-labels", f"{described(node)} is not how a list can be labelled", hint)
        return _FIRST[match[2]], LabelForm(match[1], match[3], match[2] in ("A", "I"))

    def schema(self, definitions: Schema) -> Schema:
        return {"type": ["string", "number"], "pattern": f"^(?:{_LABEL.pattern})$"}


_LABELS = Field("labels", _Labels(), 'How the entries are labelled, as the label of the first one: "1", "1)", "(a)".')
CONTINUE = Field("continue", YesNo(), "true: the labels go on from those of the last list of this kind.")


def list_fields(level: int = 1) -> tuple[Field, ...]:
    """The keys of a list at a level, from 1: one for each kind of list, and how it is labelled."""
    if level > MAX_LEVELS:
        return tuple(Field(key, _TooDeep(), "Lists have at most four levels.") for key in LIST_KEYS)
    entries = _Entries(Definition(f"entry-{level}", lambda: _ENTRIES[level - 1]), "a list of texts")
    return (*(Field(key, entries, _LISTS[key][1]) for key in LIST_KEYS), _LABELS)


class _Entries(ListOf[ListedItem]):
    """The entries of a list."""

    def read(self, node: Node, report: Report) -> tuple[ListedItem, ...]:
        if isinstance(node, nodes.Scalar) and node.text in LIST_KEYS:
            fact = f"expected {self.what} here, found {described(node)}"
            hint = f"name the list '{node.text}:', and write each entry below it on its own line, after '- '"
            raise report.refuse(node, "wrong-type", fact, hint)
        return super().read(node, report)


@dataclass(frozen=True, slots=True)
class _TooDeep(Shape[NoReturn]):
    """A list in four others, which is one too many."""

    def read(self, node: Node, report: Report) -> NoReturn:
        fact = f"this list is inside {MAX_LEVELS} others; lists have at most {MAX_LEVELS} levels"
        raise report.refuse(node, "too-deep", fact, "make it a list of its own below a paragraph, or join two levels")

    def schema(self, definitions: Schema) -> Schema:
        return {"not": {}}


def taken_listing(values: dict[str, Any], what: str, node: Node, report: Report) -> Listing | None:
    """The list among the values of a paragraph or an entry, taken out of them; None if there is none.

    Raises:
        UnreadableError: there are several lists, or keys of a list without one.
    """
    assert isinstance(node, nodes.Mapping)
    keys = [key for key in LIST_KEYS if key in values]
    style, form = values.pop("labels", (None, None))
    continued = values.pop("continue", False)
    if len(keys) > 1:
        fact = f"{what} has several lists: {' and '.join(keys)}"
        hint = "give each list a cell of its own" if "cell" in what else "give each list a paragraph of its own"
        raise report.refuse(node.pairs[keys[1]][0], "two-lists", fact, hint)
    if not keys:
        for key in ("labels", "continue"):
            if key in node.pairs:
                fact = f"'{key}' is for a list, and {what} has none"
                raise report.refuse(
                    node.pairs[key][0], "no-list", fact, f"write one, for example 'steps:', or delete '{key}'"
                )
        return None
    [key] = keys
    own = _LISTS[key][0]
    listing = Listing(style or own, values.pop(key), form or _FORMS.get(own, LabelForm()), continued)
    _warn_of_typed_label(listing, report)
    return listing


def _warn_of_typed_label(listing: Listing, report: Report) -> None:
    """Warns if the first entry's text begins with a label, which would be printed after the list's own."""
    first = listing.entries[0]
    pattern = _TYPED.get(listing.style, "")
    for text in first.text.values():
        start = text[0][0].text if text and text[0] else ""
        if match := re.match(rf"({pattern})[ \t\u00a0]+\S", start):
            fact = f"the list labels its entries; the '{match[1]}' of this text is printed after the label"
            letter_report(report).warn_at(first.where, "wrong-labels", fact, f"delete '{match[1]}' from the text")
            return


@dataclass(frozen=True, slots=True)
class _ItemShape(Shape[ListedItem]):
    """An entry of a list: a text, or a text by language with an optional list in it."""

    record: LanguageRecord

    def read(self, node: Node, report: Report) -> ListedItem:
        where = report.tree.place(node)
        if isinstance(node, nodes.Sequence):
            hint = "write 'items:' below the text of the entry above, and the entries below it"
            raise report.refuse(node, "wrong-type", "expected the text of an entry here, found a list", hint)
        if not isinstance(node, nodes.Mapping):
            return ListedItem(_PLAIN.read(node, report), where)
        values = self.record.read(node, report)
        listing = taken_listing(values, "this entry", node, report)
        return ListedItem(**values, where=where, listing=listing)

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [_TEXT.schema(definitions), self.record.schema(definitions)]}


_TEXT = Paragraphs(hint="write it", lines=True)
_PLAIN = InLanguages(_TEXT, "this entry")
_ENTRIES = tuple(
    _ItemShape(LanguageRecord(_TEXT, Record(dict, (*ENTRY, *list_fields(level + 1)), "this entry", OTHER_NAMES)))
    for level in range(1, MAX_LEVELS + 1)
)
