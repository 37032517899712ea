"""Blocks of each kind are made as a careful person writes them, and turned into other kinds without a loss."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml

from circulars.errors import LetterError
from circulars.source.blocks import KINDS, adding_key, list_to_add, new_annex, new_block, other_kinds, removing, turned
from circulars.source.editing import Insert, Path, edited, undone
from circulars.source.editing.forms import Form, form_of
from circulars.source.editing.regrouping import comments
from circulars.source.editing.spots import spots
from circulars.source.letters.reading import parse_letter
from circulars.syntax.decoding import decoded
from circulars.syntax.nodes import read_tree
from random_letters import LetterMaker
from source.editing.layouts import LayoutMaker

LETTER = """\
kind: tsb-circular
number: 213
date: 2024-07-12
languages: [en, es]
subject: {en: Meeting, es: Reunión}
body:
  # the first paragraph
  - id: first
    en: >-
      One two
      three.
    # as agreed
    es: 'Uno ''dos'' tres.'  # said so

  - numbered: false
    en: Second.
    es: Segundo.
  - {en: "Third, it", es: Tercero}
  - items:
      - {en: A, es: B}
      - en: C
        es: D
      - {en: E, es: F}
  - en: "Lines:"
    es: "Líneas:"
    steps:
      - en: only
        es: solo
  - heading:
      en: Title
      es: Título
    level: 2
  - note: {en: Seats are limited., es: Las plazas son limitadas.}
"""


def _form(data: bytes) -> Form:
    return form_of(read_tree(data, "").root)


def _turned(text: str, path: Path, *kinds: str) -> str:
    data = text.encode()
    for kind in kinds:
        after = turned(data, path, kind)
        assert undone(after) == data
        data = after.data
    return data.decode()


@pytest.mark.parametrize(
    ("path", "kind", "old", "new"),
    [
        (
            ("body", 0), "heading",
            "    en: >-\n      One two\n      three.\n    # as agreed\n    es: 'Uno ''dos'' tres.'  # said so\n",
            "    heading:\n      en: >-\n        One two\n        three.\n      # as agreed\n"
            "      es: 'Uno ''dos'' tres.'  # said so\n",
        ),
        (
            ("body", 1), "numbers",
            "  - numbered: false\n    en: Second.\n    es: Segundo.\n",
            "  - numbers:\n      - en: Second.\n        es: Segundo.\n",
        ),
        (("body", 2), "note", '  - {en: "Third', '  - note: {en: "Third'),
        (("body", 2), "dashes", '  - {en: "Third', '  - dashes:\n      - {en: "Third'),
        (("body", 3), "numbers", "  - items:\n", "  - numbers:\n"),
        (("body", 3, "items", 2), "paragraph", "      - {en: E, es: F}\n", "  - {en: E, es: F}\n"),
        (
            ("body", 3, "items", 0), "paragraph",
            "  - items:\n      - {en: A, es: B}\n", "  - {en: A, es: B}\n  - items:\n",
        ),
        (
            ("body", 4, "steps", 0), "paragraph",
            "    steps:\n      - en: only\n        es: solo\n", "  - en: only\n    es: solo\n",
        ),
        (
            ("body", 5), "paragraph",
            "  - heading:\n      en: Title\n      es: Título\n    level: 2\n", "  - en: Title\n    es: Título\n",
        ),
        (("body", 6), "paragraph", "  - note: {en: Seats", "  - {en: Seats"),
    ],
)  # fmt: skip
def test_the_lines_of_the_block_change_and_no_others(path: Path, kind: str, old: str, new: str) -> None:
    """What is typed stays as it is written, with its comments, in another column."""
    after = _turned(LETTER, path, kind)

    assert after == LETTER.replace(old, new)
    assert after != LETTER


def test_a_paragraph_joins_the_list_above_it() -> None:
    """If it is one of that kind; otherwise the paragraph is a list of its own."""
    text = LETTER.replace("level: 2\n", "level: 2\n  - items:\n      - {en: A, es: B}\n")
    joined = _turned(text.replace("  - note: {en: Seats", "  - {en: Seats"), ("body", 7), "items")
    alone = _turned(text.replace("  - note: {en: Seats", "  - {en: Seats"), ("body", 7), "steps")

    assert joined == text.replace("  - note: {en: Seats", "      - {en: Seats")
    assert alone == text.replace("  - note: {en: Seats", "  - steps:\n      - {en: Seats")


@pytest.mark.parametrize("kind", ["heading", "numbers", "note"])
def test_back_and_forth_is_the_same_file(kind: str) -> None:
    """A paragraph without a setting of its own is written as before."""
    for number in (0, 2):
        assert _turned(LETTER, ("body", number), kind, "paragraph") == LETTER


@pytest.mark.parametrize(
    ("path", "kind", "fact"),
    [
        (("body", 4), "heading", "it has a list or other keys below it"),
        (("body", 3), "paragraph", "a list of several entries"),
        (("body", 3, "items", 1), "paragraph", "only the first and the last entry"),
        (("body", 3, "items", 1), "heading", "an entry of such a list"),
        (("body", 0), "table", "it cannot be turned into that"),
        (("body", 0), "paragraph", "it cannot be turned into that"),
        (("facts",), "heading", "has no place"),
        (("subject",), "heading", "only a block or an entry of a list"),
    ],
)
def test_what_is_not_certain_is_refused(path: Path, kind: str, fact: str) -> None:
    """Nothing changes then, and the problem says why."""
    with pytest.raises(LetterError) as caught:
        turned(LETTER.encode(), path, kind, "x.yaml")

    assert fact in caught.value.problems[0].message


def test_line_breaks_that_would_mean_something_else_are_refused() -> None:
    """In a paragraph they are spaces, and in a heading or an entry they are kept."""
    text = LETTER.replace("Second.", "|\n      Second\n      line.")
    twice = LETTER.replace("Second.", "|\n      Second.\n\n      Another.")

    assert [*other_kinds(_form(text.encode()), ("body", 1))] == []
    assert [*other_kinds(_form(twice.encode()), ("body", 1))][:2] == ["items", "dashes"]


def test_every_kind_of_block_is_read_as_that_kind() -> None:
    """Without words it lacks nothing else but a day."""
    for kind in KINDS:
        after = edited(LETTER.encode(), [Insert(("body", 3), new_block(kind, ("en", "es"), rows=3, columns=2))])

        assert _codes(after.data) <= {"empty-text", "not-a-date"}, kind
        assert undone(after).decode() == LETTER


def test_a_setting_of_blocks_stays_with_the_block() -> None:
    """It is no text in a language, and an entry of a list cannot begin a page; an alignment is of paragraphs only."""
    text = LETTER.replace("  - numbered: false\n", "  - new-page: true\n")
    above = text.replace("level: 2\n", "level: 2\n  - items:\n      - {en: A, es: B}\n")
    above = above.replace("- note: {en: Seats", "- new-page: true\n    note: {en: Seats")
    aligned = _form(text.replace("new-page: true", "align: center").encode())

    heading = _turned(text, ("body", 1), "heading")
    listed = _turned(above, ("body", 7), "paragraph", "items")

    assert "  - new-page: true\n    heading:\n      en: Second.\n      es: Segundo.\n" in heading
    assert "  - new-page: true\n    items:\n      - en: Seats are limited.\n" in listed
    assert _codes(heading.encode()) == _codes(listed.encode()) == set()
    assert [*other_kinds(aligned, ("body", 1))] == []


def test_the_labels_of_a_list_go_with_its_last_entry() -> None:
    """And no paragraph continues a list that it does not have."""
    text = LETTER.replace("    steps:\n", '    labels: "(a)"\n    steps:\n')

    with pytest.raises(LetterError, match="labels of its own"):
        turned(text.encode(), ("body", 4, "steps", 0), "paragraph")
    after = edited(text.encode(), removing(_form(text.encode()), ("body", 4, "steps", 0)))

    lines = '    labels: "(a)"\n    steps:\n      - en: only\n        es: solo\n'
    assert after.data.decode() == text.replace(lines, "") != text


def test_a_table_is_written_in_rows() -> None:
    """Its head and each row are on a line of their own."""
    table = new_block("table", ("en", "es"), rows=2, columns=2)

    after = edited(LETTER.encode(), [Insert(("body", 7), table)])

    assert after.data.decode() == LETTER + (
        "  - table:\n"
        '      columns: [{en: "", es: ""}, {en: "", es: ""}]\n'
        "      rows:\n"
        '        - [{en: "", es: ""}, {en: "", es: ""}]\n'
        '        - [{en: "", es: ""}, {en: "", es: ""}]\n'
    )


@pytest.mark.parametrize(("rows", "columns"), [(0, 2), (2, 0), (201, 1), (1, 21)])
def test_a_table_has_some_rows_and_not_too_many(rows: int, columns: int) -> None:
    """A mistyped number makes no huge file."""
    with pytest.raises(LookupError):
        new_block("table", ("en",), rows, columns)


def test_the_first_annex_is_where_letters_have_annexes() -> None:
    """Below the signatory, above the footnotes."""
    text = LETTER + "signatory: director\nfootnotes:\n  1: {en: A, es: B}\n"

    after = edited(text.encode(), [adding_key(_form(text.encode()), "annexes", [new_annex(("en", "es"))])])

    keys = [line.partition(":")[0] for line in after.data.decode().splitlines() if line[:1].isalpha()]
    assert keys[-4:] == ["body", "signatory", "annexes", "footnotes"]


def test_lists_have_four_levels_at_most() -> None:
    """A list is added below each entry that has none."""
    data: bytes = LETTER.encode()
    path: Path = ("body", 3, "items", 0)
    for _ in range(3):
        data = edited(data, [list_to_add(_form(data), path, "steps", ("en", "es"))]).data
        path = (*path, "steps", 0)

    with pytest.raises(LookupError, match="4 levels"):
        list_to_add(_form(data), path, "steps", ("en", "es"))
    with pytest.raises(LookupError, match="already"):
        list_to_add(_form(data), ("body", 4), "steps", ("en", "es"))


def _codes(data: bytes) -> set[str]:
    try:
        parse_letter(data, "x.yaml", "x", FilePath())
    except LetterError as error:
        return {one.code for one in error.problems}
    return set()


def _blocks(value: Any, path: Path = ()) -> Iterator[Path]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in pairs:
        if isinstance(step, int) and isinstance(one, dict):
            yield (*path, step)
        yield from _blocks(one, (*path, step))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    else:
        yield str(value).rstrip("\n")


def _comments(data: bytes) -> list[str]:
    text = decoded(data, "")
    return comments(text, spots(text))


def test_turning_loses_no_word_and_no_comment(chance: random.Random) -> None:
    """In letters of all layouts, but for a level and "numbered"; undo restores the bytes."""
    tried, refused = Counter[str](), Counter[str]()
    for _ in range(6):
        data = LayoutMaker(chance).file(LetterMaker(chance, most=40).letter())
        said = yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)
        form, codes = _form(data), _codes(data)
        for path in [*_blocks(said)]:
            for kind in other_kinds(form, path):
                tried[kind] += 1
                try:
                    after = turned(data, path, kind)
                except LetterError as error:
                    refused[error.problems[0].message] += 1
                    continue
                now = yaml.load(after.data.decode("utf-8-sig"), Loader=yaml.BaseLoader)
                lost = Counter(_texts(said)) - Counter(_texts(now))
                assert not Counter(_texts(now)) - Counter(_texts(said))
                assert set(lost) <= {"1", "2", "3", "false"}, (path, kind)
                assert _comments(after.data) == _comments(data) or lost, (path, kind, data.decode())
                assert (b"\r\n" in data) == (b"\r\n" in after.data)
                assert undone(after) == data
                assert _codes(after.data) <= {"unnumbered-reference", *codes}, (path, kind)
    assert set(tried) >= {"paragraph", "heading", "items", "numbers"}
    assert sum(refused.values()) < sum(tried.values()) / 10, refused


def test_a_list_becomes_another_one_with_any_of_its_entries() -> None:
    """At the desk only entries are shown: with each of them the whole list can be turned, also one in a cell."""
    text = "body:\n- items:\n  - {en: A}\n  - {en: B}\n- table: {columns: [X], rows: [[{dashes: [{en: C}]}]]}\n"

    assert "numbers" in other_kinds(_form(text.encode()), ("body", 0, "items", 1))
    assert _turned(text, ("body", 0, "items", 1), "numbers") == text.replace("items", "numbers")
    assert _turned(text, ("body", 1, "table", "rows", 0, 0, "dashes", 0), "steps") == text.replace("dashes", "steps")
