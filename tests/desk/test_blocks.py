"""Blocks of all kinds, lists, columns and annexes are added at the desk, and blocks become other kinds."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from circulars.desk.blocks_screen import KIND_NAMES
from circulars.source.blocks import KINDS
from circulars.syntax.nodes import read_tree
from conftest import ROOT
from desk.desks import Answer, Reader

NAME = "sg-letter-dm-24-1021"
TABLE = "tsb-collective-2-5"
ROWS = ("annexes", 1, "body", 1, "table", "rows", 0)


@pytest.fixture
def letter(office: Path) -> Path:
    return office / f"letters/{NAME}.yaml"


def changed(reader: Reader, act: str, path: tuple[str | int, ...] | None, name: str = NAME, **values: str) -> Answer:
    form: dict[str, str] = {"act": act, "version": reader.version(name), **values}
    if path is not None:
        form["path"] = json.dumps(path)
    return reader.post(f"/letters/{name}/block/change", form)


def shown(reader: Reader, *path: str | int, name: str = NAME) -> Answer:
    return reader.get(f"/letters/{name}/block?path={quote(json.dumps(path))}")


def kinds_of(page: str, act: str) -> list[str]:
    """The kinds that a form of the page offers."""
    form = page.partition(f'name="act" value="{act}"')[2].partition("</form>")[0]
    return re.findall(r'name="kind" value="(\w+)"', form)


def test_the_button_leads_to_what_can_be_done(reader: Reader) -> None:
    """The page says which paragraph it is about, and what can be done with it."""
    form = {"act": "more", "path": '["body", 1]', "version": reader.version(NAME)}
    page = f"{reader.desk.access.address}/letters/{NAME}?show=es&view=pages"

    answer = reader.post(f"/letters/{NAME}/entry", form, Referer=page)

    assert answer.status == 303
    found = reader.get(answer.headers["location"]).text
    assert "<h1>Block 2 · Paragraph</h1>" in found and 'class="sample" lang="en"' in found
    assert kinds_of(found, "add") == [*KINDS]
    assert kinds_of(found, "turn")[0] == "heading" and kinds_of(found, "list")[0] == "items"
    assert KIND_NAMES.keys() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_block_is_added_below(kind: str, reader: Reader, letter: Path) -> None:
    """The reader is led to it, and undo restores the bytes."""
    before = letter.read_bytes()

    answer = changed(reader, "add", ("body", 1), kind=kind, rows="3", columns="2")

    assert answer.status == 303 and "#row-body-2" in answer.headers["location"]
    data = letter.read_bytes()
    same = next(at for at, (one, other) in enumerate(zip(before, data, strict=False)) if one != other)
    new = data[same:][: len(data) - len(before)]
    assert new.strip() and data.replace(new, b"", 1) == before
    problems = reader.get(f"/letters/{NAME}/problems", Accept="application/json").said
    assert problems["unwritten"] or kind == "table"
    assert {one["code"] for found in problems["errors"].values() for one in found} <= {"not-a-date"}
    reader.post(f"/letters/{NAME}/undo")
    assert letter.read_bytes() == before


@pytest.mark.parametrize(("rows", "columns"), [("0", "2"), ("2", "21"), ("x", "2"), ("", ""), ("9" * 5000, "1")])
def test_a_table_of_another_size_is_refused(rows: str, columns: str, reader: Reader, letter: Path) -> None:
    """The page says so, and nothing changes."""
    before = letter.read_bytes()

    answer = changed(reader, "add", ("body", 1), kind="table", rows=rows, columns=columns)

    assert answer.status == 422
    assert "so many rows or columns" in answer.text
    assert letter.read_bytes() == before


def test_a_paragraph_becomes_a_heading_and_a_paragraph_again(reader: Reader, letter: Path) -> None:
    """The bytes are the same then."""
    before = letter.read_bytes()

    first = changed(reader, "turn", ("body", 3), kind="heading")
    heading = letter.read_bytes()
    second = changed(reader, "turn", ("body", 3), kind="paragraph")

    assert (first.status, second.status) == (303, 303)
    assert first.headers["location"].endswith("#row-body-3-heading")
    assert b"heading:" in heading and heading != before
    assert letter.read_bytes() == before


def test_entries_get_lists_of_their_own(reader: Reader, letter: Path) -> None:
    """A list is added below a paragraph, and another one below its entry; removing the last entry removes the list."""
    before = letter.read_bytes()

    first = changed(reader, "list", ("body", 1), kind="steps")
    second = changed(reader, "list", ("body", 1, "steps", 0), kind="items")
    again = changed(reader, "list", ("body", 1), kind="items")

    assert first.headers["location"].endswith("#row-body-1-steps-0")
    assert second.headers["location"].endswith("#row-body-1-steps-0-items-0")
    assert again.status == 422
    for path in (("body", 1, "steps", 0, "items", 0), ("body", 1, "steps", 0)):
        form = {"act": "remove", "path": json.dumps(path), "version": reader.version(NAME)}
        assert reader.post(f"/letters/{NAME}/entry", form).status == 303
    assert letter.read_bytes() == before


def test_columns_are_added_moved_and_removed(reader: Reader, office: Path) -> None:
    """In the head, in each row, and in the widths."""
    letter = office / f"letters/{TABLE}.yaml"
    shutil.copy(ROOT / f"letters/{TABLE}.yaml", letter)
    before = letter.read_bytes()
    page = shown(reader, *ROWS, name=TABLE).text
    count = page.count('name="column"')

    added = changed(reader, "column-add", ROWS, TABLE, column="0")
    widths = [len(row) for row in cells(letter)]
    moved = changed(reader, "column-down", ROWS, TABLE, column="1")
    removed = changed(reader, "column-remove", ROWS, TABLE, column="2")

    assert count == 3
    assert [one.status for one in (added, moved, removed)] == [303, 303, 303]
    assert set(widths) == {4}
    assert letter.read_bytes() == before
    assert changed(reader, "column-up", ROWS, TABLE, column="0").status == 422
    assert changed(reader, "column-up", ("body", 1), column="1").status == 422
    assert letter.read_bytes() == before


def cells(letter: Path) -> list[list[object]]:
    root = read_tree(letter.read_bytes(), "").root
    for step in ROWS[:-1]:
        root = root.pairs[step][1] if isinstance(step, str) else root.items[step]  # type: ignore[attr-defined]
    return [one.items for one in root.items if hasattr(one, "items")]  # type: ignore[attr-defined]


def test_annexes_are_added_moved_and_removed(reader: Reader, letter: Path) -> None:
    """The first one brings the key, and the last one takes it away."""
    before = letter.read_bytes()

    first = changed(reader, "annex-last", None)
    changed(reader, "annex-last", None)
    path = ("annexes", 0, "title")
    reader.edit(NAME, (*path, "en"), "", "One")
    second = changed(reader, "annex-down", ("annexes", 0, "body", 0))
    titled = read_tree(letter.read_bytes(), "").root
    for _ in range(2):
        removed = changed(reader, "annex-remove", ("annexes", 0, "body", 0))
        assert removed.status == 303 and "done=removed" in removed.headers["location"]

    assert first.headers["location"].endswith("#row-annexes-0-title")
    assert second.headers["location"].endswith("#row-annexes-1-title")
    assert "annexes" in titled.pairs  # type: ignore[attr-defined]
    assert letter.read_bytes() == before


@pytest.mark.parametrize(
    "values",
    [
        {"act": "x", "path": '["body", 1]'}, {"act": "add", "path": '["body", 99]', "kind": "note"},
        {"act": "add", "path": '["facts"]', "kind": "note"}, {"act": "add", "kind": "note"}, {"act": "annex-remove"},
        {"act": "add", "path": '["body", 1]'}, {},
    ],
)  # fmt: skip
def test_what_no_page_sends_changes_nothing(values: Mapping[str, str], reader: Reader, letter: Path) -> None:
    """The request is refused."""
    before = letter.read_bytes()

    answer = reader.post(f"/letters/{NAME}/block/change", {"version": reader.version(NAME), **values})

    assert answer.status == 400
    assert letter.read_bytes() == before


@pytest.mark.parametrize("path", ["", "x", "[]", '["body", 99]', '["facts"]'])
def test_there_is_no_page_of_what_is_no_entry(path: str, same_reader: Reader) -> None:
    """A wrong path gets a page that says so."""
    assert same_reader.get(f"/letters/{NAME}/block?path={quote(path)}").status == 400


def test_a_letter_that_changed_meanwhile_stays(reader: Reader, letter: Path) -> None:
    """The number of the paragraph may be that of another one now."""
    version = reader.version(NAME)
    letter.write_bytes(letter.read_bytes() + b"# seen\n")
    before = letter.read_bytes()

    answer = changed(reader, "add", ("body", 1), kind="note", version=version)

    assert answer.status == 409
    assert letter.read_bytes() == before
