"""Edits of a letter in place: each keeps comments, quotation marks, lines and line ends."""

from __future__ import annotations

import pytest

from circulars.errors import LetterError
from circulars.source.editing import (
    AddColumn,
    AddKey,
    AddLanguage,
    Composite,
    Insert,
    Move,
    MoveColumn,
    Operation,
    Remove,
    RemoveColumn,
    Replace,
    edited,
    undone,
)

LETTER = """\
# the letter
number: 213   # its number
languages: [en, es]
subject: {en: "Meeting", es: Reunión}
facts:
  meeting: 2024-09-19
body:
  # the first paragraph
  - id: first
    en: >-
      One two three four five six seven
      eight nine {{ meeting }} ten.
    es: 'Uno ''dos'' tres.'

  # the second paragraph
  - en: Second.
    es: Segundo.

  - table:
      columns: [{en: Name, es: Nombre}, {en: Day, es: Día}]
      rows:
        - [Ana, 1]  # a row
        - group: {en: Others, es: Otros}
        - [Eva, 2]
      align: [start, end]
"""


def _edited(text: str, *operations: Operation | Composite) -> str:
    after = edited(text.encode(), operations)
    assert undone(after).decode() == text
    return after.data.decode()


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines of two texts without those that are the same at the start and at the end."""
    old, new = before.split("\n"), after.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return "\n".join(old), "\n".join(new)


EDITS: list[tuple[str, Operation | Composite, str, str]] = [
    (
        "a word in a folded text",
        Replace(("body", 0, "en"), "One two three 4 five six seven eight nine {{ meeting }} ten."),
        "      One two three four five six seven",
        "      One two three 4 five six seven",
    ),
    (
        "words on two lines",
        Replace(("body", 0, "en"), "One 2 three four five six seven eight nine {{ meeting }} eleven."),
        "      One two three four five six seven\n      eight nine {{ meeting }} ten.",
        "      One 2 three four five six seven\n      eight nine {{ meeting }} eleven.",
    ),
    (
        "a text in quotation marks",
        Replace(("body", 0, "es"), "Uno 'dos' o tres."),
        "    es: 'Uno ''dos'' tres.'",
        "    es: 'Uno ''dos'' o tres.'",
    ),
    ("a text that needs quotation marks", Replace(("body", 1, "en"), "Note: second."),
     "  - en: Second.", '  - en: "Note: second."'),
    ("a text that would be a number", Replace(("body", 1, "es"), "2024"), "    es: Segundo.", '    es: "2024"'),
    ("a number", Replace(("number",), "214"), "number: 213   # its number", "number: 214   # its number"),
    ("a number that is none in Python", Replace(("number",), 214),
     "number: 213   # its number", "number: 214   # its number"),
    ("a text in braces", Replace(("subject", "es"), "Reunión, y más"),
     'subject: {en: "Meeting", es: Reunión}', 'subject: {en: "Meeting", es: "Reunión, y más"}'),
    ("a text of two paragraphs", Replace(("body", 1, "en"), "Second.\n\nThird."),
     "  - en: Second.", "  - en: |\n      Second.\n\n      Third."),
    (
        "a new paragraph",
        Insert(("body", 1), {"en": "New.", "es": "Nuevo: sí."}),
        "",
        '  - en: New.\n    es: "Nuevo: sí."\n',
    ),
    ("a paragraph at the end of a list", Insert(("body", 2, "table", "rows", 3), ["Kofi", 3]),
     "", "        - [Kofi, 3]"),
    ("a fact", AddKey(("facts", "course"), {"from": "2024-08-26", "to": "2024-09-06"}),
     "", "  course:\n    from: 2024-08-26\n    to: 2024-09-06"),
    ("a key below another", AddKey(("group",), 5, after="number"), "", "group: 5"),
    ("a key in its place", AddKey(("body", 1, "numbered"), False, after="en"), "", "    numbered: false"),
    ("a removed paragraph", Remove(("body", 1)),
     "  # the second paragraph\n  - en: Second.\n    es: Segundo.\n", ""),
    ("the removed key at a dash", Remove(("body", 0, "id")), "  - id: first\n    en: >-", "  - en: >-"),
    ("a moved row", Move(("body", 2, "table", "rows", 2), 0),
     "        - [Ana, 1]  # a row\n        - group: {en: Others, es: Otros}\n        - [Eva, 2]",
     "        - [Eva, 2]\n        - [Ana, 1]  # a row\n        - group: {en: Others, es: Otros}"),
    ("a moved key", Move(("body", 1, "es"), 0),
     "  - en: Second.\n    es: Segundo.", "  - es: Segundo.\n    en: Second."),
    ("a new column", AddColumn(("body", 2, "table"), 1, [{"en": "Age", "es": "Edad"}, "30", "40"]),
     "", """\
      columns: [{en: Name, es: Nombre}, {en: Age, es: Edad}, {en: Day, es: Día}]
      rows:
        - [Ana, "30", 1]  # a row
        - group: {en: Others, es: Otros}
        - [Eva, "40", 2]
      align: [start, end, end]"""),
    ("a removed column", RemoveColumn(("body", 2, "table"), 0), "", """\
      columns: [{en: Day, es: Día}]
      rows:
        - [1]  # a row
        - group: {en: Others, es: Otros}
        - [2]
      align: [end]"""),
    ("a moved column", MoveColumn(("body", 2, "table"), 1, 0), "", """\
      columns: [{en: Day, es: Día}, {en: Name, es: Nombre}]
      rows:
        - [1, Ana]  # a row
        - group: {en: Others, es: Otros}
        - [2, Eva]
      align: [end, start]"""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operation", "old", "new"), EDITS, ids=[name for name, *_ in EDITS])
def test_an_edit_changes_the_lines_of_its_entry(name: str, operation: Operation, old: str, new: str) -> None:
    """An edit looks as if a careful person had made it."""
    before, after = _difference(LETTER, _edited(LETTER, operation))

    assert after == new
    assert before == old or not old


def test_a_language_is_added_to_the_list_and_to_its_texts() -> None:
    """A language comes behind the others, and its texts below theirs."""
    after = _edited(LETTER, AddLanguage("fr", {("subject",): "Réunion", ("body", 1): "Second : oui."}))

    assert "languages: [en, es, fr]" in after
    assert 'subject: {en: "Meeting", es: Reunión, fr: Réunion}' in after
    assert "    es: Segundo.\n    fr: 'Second : oui.'\n" in after.replace('"Second : oui."', "'Second : oui.'")


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    """New lines end as those of the file do."""
    data = b"\xef\xbb\xbf" + LETTER.replace("\n", "\r\n").encode()

    after = edited(data, [Insert(("body", 1), {"en": "New.", "es": "Nuevo."}), Remove(("facts",))])

    assert after.data.startswith(b"\xef\xbb\xbf# the letter\r\n")
    assert b"  - en: New.\r\n    es: Nuevo.\r\n\r\n  # the second" in after.data
    assert after.data.count(b"\n") == after.data.count(b"\r\n")
    assert undone(after) == data


def test_no_line_ends_within_a_field_or_a_link() -> None:
    """A long text gets lines that end between words, and not between those of a field or a link."""
    words = "word " * 20 + "{{ meeting | weekday-date }} " * 3 + "[the page of the meeting](https://example.int) end."

    after = _edited(LETTER, Replace(("body", 0, "en"), words))

    lines = after.split("\n")
    assert max(map(len, lines)) <= 120
    assert all(line.count("{{") == line.count("}}") and line.count("[") == line.count("]") for line in lines)


def test_chinese_is_broken_between_characters_without_a_space() -> None:
    """A long Chinese text gets lines that are read as one text."""
    letter = "body:\n  - zh: >-\n      会议将在马德里举行\n"
    text = "会议将在马德里举行" * 20

    after = _edited(letter, Replace(("body", 0, "zh"), text))

    assert after.count("\n") == 4
    assert after.replace("\n      ", "").startswith(f"body:\n  - zh: >-{text}")


def test_a_shared_text_is_reported_and_changed_everywhere_on_demand() -> None:
    """A text behind an anchor is in several places; nothing is changed unless all of them are meant."""
    letter = "subject: {en: &name Meeting, es: *name}\nbody: [{en: *name, es: X}]\n"

    with pytest.raises(LetterError, match=r"shared-text.*used 3 times \('subject en', 'subject es', 'body 1 en'\)"):
        edited(letter.encode(), [Replace(("subject", "es"), "Reunión")])

    after = _edited(letter, Replace(("subject", "es"), "Workshop", everywhere=True))
    assert after == letter.replace("Meeting", "Workshop")


@pytest.mark.parametrize(
    ("operation", "fact"),
    [
        (Replace(("body", 7, "en"), "x"), "no-such-entry  an edit of 'body 8' has no place there"),
        (AddKey(("number",), "x"), "no-such-entry  an edit of 'number' has no place there"),
        (Insert(("body", 9), {"en": "x"}), "no-such-entry  an edit of 'body 10' has no place there"),
        (Remove(("facts", "meeting")), "cannot-edit  .*it is the only entry; remove what it is in"),
        (Replace(("body", 1, "en"), "a\x07b"), r"cannot-edit  .*U\+0007"),
        (Replace(("body", 1, "en"), "a\u202eb"), r"cannot-edit  .*U\+202E"),
        (Replace(("body", 2, "table"), "x"), "cannot-edit"),
        (AddColumn(("body", 2, "table"), 0, ["x"]), "the column needs a cell for each of the 3 rows"),
        (RemoveColumn(("body", 2, "table"), 2), "no-such-entry"),
        (RemoveColumn(("body", 1), 0), "there is no table"),
    ],
)
def test_what_cannot_be_edited_is_refused_and_nothing_changes(operation: Operation, fact: str) -> None:
    """A refusal says why. Of several edits none is made."""
    with pytest.raises(LetterError, match=fact):
        edited(LETTER.encode(), [Replace(("body", 1, "es"), "y"), operation])


def test_an_edit_that_changes_nothing_returns_the_same_bytes() -> None:
    """The bytes of the file are the same, to the last line end."""
    assert _edited(LETTER, Replace(("body", 1, "en"), "Second.")) == LETTER
