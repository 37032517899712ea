"""Names what can be edited in a letter in words that letter writers know, instead of the keys of its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from circulars.desk.fields import PARTS, FieldRow
from circulars.desk.phrases import PageWords, marked
from circulars.source.editing import Path as EditPath

BETWEEN: Final = " · "
KEYS: Final[Mapping[str, str]] = {
    "kind": marked("Kind"), "number": marked("Number"), "group": marked("Group"), "amends": marked("Amends"),
    "date": marked("Date"), "place": marked("Place"), "reference": marked("Reference"),
    "running-header": marked("Header of the further pages"), "bureau": marked("Letterhead"),
    "initials": marked("Initials"), "languages": marked("Languages"), "pack": marked("Template pack"),
    "paper": marked("Paper"), "contact": marked("Contact"), "name": marked("Name"), "post": marked("Post"),
    "tel": marked("Telephone"), "fax": marked("Fax"), "email": marked("E-mail"), "web": marked("Web page"),
    "town": marked("Town"), "label": marked("Label"), "text": marked("Text"), "below": marked("Below"),
    "labels": marked("Labels"), "to": marked("To"), "copy": marked("Copy"), "copy-at": marked("Place of the copies"),
    "attention": marked("Attention"), "subject": marked("Subject"), "references": marked("References"),
    "distribution": marked("Distribution"), "signed": marked("Signed"), "annex": marked("Annex"),
    "annexes": marked("Annexes"), "enclosure": marked("Enclosure"), "enclosures": marked("Enclosures"),
    "postscript": marked("Postscript"), "organization": marked("Organization"), "address": marked("Address"),
    "sentence": marked("Addressees in running words"), "entries": marked("Addressees"), "facts": marked("Facts"),
    "from": marked("First day"), "count": marked("Number"), "words": marked("Words"), "links": marked("Links"),
    "zero": marked("Words for zero"), "one": marked("Words for one"), "two": marked("Words for two"),
    "few": marked("Words for a few"), "many": marked("Words for many"), "other": marked("Words for other numbers"),
    "salutation": marked("Salutation"), "addressee-block": marked("Address block"), "numbering": marked("Numbering"),
    "body": marked("Body"), "closing": marked("Closing"), "signatory": marked("Signatory"), "title": marked("Title"),
    "gender": marked("Gender"), "for": marked("On behalf of"), "picture": marked("Picture of the signature"),
    "signatory-layout": marked("Arrangement of signatures"), "drafter": marked("Drafter and typist"),
    "qr": marked("QR code"), "link": marked("Link"), "caption": marked("Caption"), "id": marked("Stable name"),
    "listed": marked("Listed below the signature"),
    "orientation": marked("Orientation"), "annex-labels": marked("Labels of annexes"),
    "sole-annex": marked("Name of the only annex"), "annex-note": marked("List of annexes"),
    "footnotes": marked("Footnotes"), "sign": marked("Sign"), "heading": marked("Heading"), "level": marked("Level"),
    "when": marked("Only if"), "deadlines": marked("Deadlines"), "time": marked("Time"), "table": marked("Table"),
    "columns": marked("Column headings"), "colspan": marked("Columns covered"), "rowspan": marked("Rows covered"),
    "head-column": marked("First column is a header"), "widths": marked("Widths of the columns"),
    "align": marked("Alignment"), "new-page": marked("Begins a page"),
    "split-rows": marked("Rows may be split"), "rows": marked("Rows"),
    "note": marked("Note"), "venue": marked("Venue"), "numbered": marked("Numbered"), "items": marked("Bullets"),
    "objectives": marked("Objectives"), "bullets": marked("Bullets"), "dashes": marked("Dashes"),
    "boxes": marked("Boxes to tick"),
    "numbers": marked("Numbers 1, 2, 3"), "steps": marked("Letters a, b, c"), "letters": marked("Letters a, b, c"),
    "romans": marked("Numerals i, ii, iii"), "outline": marked("Agenda 1, 1.1"),
    "continue": marked("Continues the list before"),
}  # fmt: skip
"""The words for the keys of a letter."""
_OF_KEY: Final[Mapping[tuple[str, str], str]] = {
    ("facts", "to"): marked("Last day"),
    ("rows", "group"): marked("Title of the rows below"),
    ("contact", "label"): marked("Label of the contact"),
}
"""The words for keys that mean something else below another one."""
_NAMED: Final[Mapping[str, str]] = {
    "facts": marked("Fact “%(name)s”"),
    "links": marked("Link “%(name)s”"),
    "footnotes": marked("Footnote “%(name)s”"),
}
"""The words for what a letter has by names of its own."""
_COUNTED: Final[Mapping[str, str]] = {
    "body": marked("Block %(number)s"),
    "annexes": marked("Annex %(number)s"),
    "enclosures": marked("Enclosure %(number)s"),
    "deadlines": marked("Deadline %(number)s"),
    "rows": marked("Row %(number)s"),
    "columns": marked("Column %(number)s"),
    "references": marked("Reference %(number)s"),
    "languages": marked("Language %(number)s"),
}
"""The words for entries of lists, by the key of the list."""
_ENTRY: Final = marked("Entry %(number)s")
_COLUMN: Final = marked("Column %(number)s")
_PARAGRAPH: Final = marked("Paragraph")


def row_label(row: FieldRow, words: PageWords) -> str:
    """What a row is: "Contact · E-mail", "Paragraph", "Row 2 · Column 1". Its place in the letter is not said."""
    return BETWEEN.join(_steps(row, words, with_block=False))


def field_label(row: FieldRow, words: PageWords, language: str = "") -> str:
    """What a field is, with its place in the letter and the name of its language: "Block 2 · Paragraph · English"."""
    return BETWEEN.join(filter(None, [*_steps(row, words, with_block=True), language]))


def _steps(row: FieldRow, words: PageWords, *, with_block: bool) -> Iterator[str]:
    path = row.path
    if with_block or not row.is_in_body or "body" not in path:
        yield from _walk(path, words)
    else:
        at = path.index("body")
        yield from _walk(path[:at], words)
        yield from _walk(path[at:], words, skipped=2)
    if path[-2:-1] == ("body",) and row.is_text:
        yield words(_PARAGRAPH)


def _walk(path: EditPath, words: PageWords, skipped: int = 0) -> Iterator[str]:
    """The words for the steps of a path, but those that are ``skipped``."""
    at = skipped
    while at < len(path):
        step, before = path[at], path[at - 1] if at else ""
        following = path[at + 1] if at + 1 < len(path) else None
        at += 1
        if isinstance(step, int):
            yield _counted(_COLUMN if before == "columns" or _is_cell(path, at - 1) else _ENTRY, step, words)
        elif isinstance(following, int):
            at += 1
            if step in _COUNTED or step not in KEYS:
                yield _counted(_COUNTED.get(step, _ENTRY), following, words)
            elif path[0] in PARTS:
                yield _counted(_ENTRY, following, words)
            else:
                yield f"{words(KEYS[step])} {following + 1}"
        elif step in _NAMED and isinstance(following, str):
            at += 1
            yield words(_NAMED[step]) % {"name": following}
        elif step != "table" or following is None:
            parent = next((one for one in path[: at - 1][::-1] if isinstance(one, str) and one in KEYS), "")
            yield words(_OF_KEY.get((parent, step)) or KEYS.get(step, step))


def _is_cell(path: EditPath, at: int) -> bool:
    """Whether a step is the number of a cell in its row."""
    return at > 1 and isinstance(path[at - 1], int) and path[at - 2] in ("rows", "columns")


def _counted(text: str, number: int, words: PageWords) -> str:
    return words(text) % {"number": number + 1}
