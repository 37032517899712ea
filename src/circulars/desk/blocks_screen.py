"""The screen on which a block of a letter becomes another kind, and gets blocks, lists, columns and annexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from circulars.desk.arranging_screen import arranged, fields_of
from circulars.desk.fields import FieldRow, LetterFields
from circulars.desk.labels import field_label
from circulars.desk.letter_file import read_letter_file
from circulars.desk.phrases import marked
from circulars.desk.refusals import CANNOT_TURN, WRONG_FORM, WRONG_TABLE, RefusedError
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of, path_of
from circulars.source.blocks import (
    KINDS,
    LISTS,
    MOST_COLUMNS,
    MOST_ROWS,
    adding_key,
    column_to_add,
    columns_of,
    list_to_add,
    new_annex,
    new_block,
    other_kinds,
    removing,
    turning,
)
from circulars.source.editing import Composite, Insert, Move, MoveColumn, Operation, RemoveColumn, Transfer
from circulars.source.editing import Path as EditPath
from circulars.source.editing.forms import Form, at_path, form_of

KIND_NAMES: Final[Mapping[str, str]] = {
    "paragraph": marked("Paragraph"), "heading": marked("Heading"), "items": marked("List with bullets"),
    "dashes": marked("List with dashes"), "numbers": marked("List with numbers 1, 2, 3"),
    "steps": marked("List with letters a, b, c"), "romans": marked("List with numerals i, ii, iii"),
    "outline": marked("Agenda 1, 1.1, 1.1.1"), "table": marked("Table"), "deadlines": marked("Deadlines"),
    "note": marked("Note"), "venue": marked("Place of a meeting"),
}  # fmt: skip
"""The kinds of blocks in words."""
_SHOWN: Final = 80  # characters of the text of a block by which readers know it


@dataclass(frozen=True, slots=True)
class BlockColumn:
    """A column of a table: its number, and what is in its first row."""

    number: int
    name: str


def show_block(visit: Visit) -> Response:
    """What can be done with a block: each act is a form of its own."""
    name = visit.named("name")
    letter = read_letter_file(name, visit.desk.workspace)
    fields = fields_of(visit, name)
    path = path_of(visit.request.query_params.get("path", ""))
    row = fields.entries.get(path)
    if not row:
        raise RefusedError(WRONG_FORM)
    root = form_of(fields.tree.root)
    return visit.page(
        "block.html.j2",
        letter=letter,
        address=address_of(name),
        row=row,
        path=row.entry_name,
        label=field_label(row, visit.words),
        sample=_sample(row),
        kind_names=KIND_NAMES,
        kinds=KINDS if _block_of(path) else (),
        lists=LISTS if _can_have_list(root, path, fields) else (),
        others=[*other_kinds(root, path)],
        columns=[*_columns(root, path)],
        most=(MOST_ROWS, MOST_COLUMNS),
        annex=path[1] if path[0] == "annexes" else None,
        annexes=fields.lengths.get(("annexes",), 0),
    )


def change_block(visit: Visit) -> Response:
    """Does one of these things."""
    name, act = visit.named("name"), visit.typed("act")
    fields = fields_of(visit, name)
    root = form_of(fields.tree.root)
    path = path_of(visit.typed("path")) if "path" in visit.form else ()
    if act not in _ACTS or (act != "annex-last" and path not in fields.entries):
        raise RefusedError(WRONG_FORM)
    try:
        operations, found = _ACTS[act](visit, root, path, fields)
    except LookupError:
        raise RefusedError(WRONG_TABLE if act == "add" else CANNOT_TURN, name) from None
    return arranged(visit, name, operations, found, "removed" if act.endswith("-remove") else "")


Act = Callable[[Visit, Form, EditPath, LetterFields], tuple[Sequence[Operation | Composite], EditPath]]
"""The edits of an act, and the path to what is shown afterwards."""


def _block_of(path: EditPath) -> EditPath:
    """The path of the block in which an entry is; () if it is in none."""
    for at in range(len(path) - 1, 0, -1):
        if path[at - 1] == "body" and isinstance(path[at], int):
            return path[: at + 1]
    return ()


def _add(visit: Visit, root: Form, path: EditPath, fields: LetterFields) -> tuple[Sequence[Operation], EditPath]:
    *outer, number = _block_of(path)
    to = (*outer, int(number) + 1)
    sizes = (_number(visit, "rows"), _number(visit, "columns")) if visit.typed("kind") == "table" else ()
    return (Insert(to, new_block(visit.typed("kind"), fields.languages, *sizes)),), to


def _list(visit: Visit, root: Form, path: EditPath, fields: LetterFields) -> tuple[Sequence[Operation], EditPath]:
    new = list_to_add(root, path, visit.typed("kind"), fields.languages)
    return (new,), (*new.path, 0)


def _turn(visit: Visit, root: Form, path: EditPath, fields: LetterFields) -> tuple[Sequence[Operation], EditPath]:
    operations = turning(root, path, visit.typed("kind"))
    moved = [one.to for one in operations if isinstance(one, Transfer)]
    return operations, moved[0] if moved else _block_of(path)


def _move_column(
    visit: Visit, root: Form, path: EditPath, fields: LetterFields
) -> tuple[Sequence[Composite], EditPath]:
    table, at = _table(root, path), _number(visit, "column")
    to = at + (1 if visit.typed("act") == "column-down" else -1)
    if not 0 <= to < len(columns_of(root, table)):
        raise LookupError(to)
    return (MoveColumn(table, at, to),), table


def _add_column(visit: Visit, root: Form, path: EditPath, fields: LetterFields) -> tuple[Sequence[Composite], EditPath]:
    table = _table(root, path)
    return (column_to_add(root, table, _number(visit, "column") + 1, fields.languages),), table


def _remove_column(
    visit: Visit, root: Form, path: EditPath, fields: LetterFields
) -> tuple[Sequence[Composite], EditPath]:
    table = _table(root, path)
    return (RemoveColumn(table, _number(visit, "column")),), table


def _add_annex(visit: Visit, root: Form, path: EditPath, fields: LetterFields) -> tuple[Sequence[Operation], EditPath]:
    annex, count = new_annex(fields.languages), fields.lengths.get(("annexes",))
    if count is None:
        return (adding_key(root, "annexes", [annex]),), ("annexes", 0)
    to = ("annexes", _annex(path) + 1 if path else count)
    return (Insert(to, annex),), to


def _move_annex(visit: Visit, root: Form, path: EditPath, fields: LetterFields) -> tuple[Sequence[Operation], EditPath]:
    at = _annex(path)
    to = at + (1 if visit.typed("act") == "annex-down" else -1)
    if to < 0:
        raise LookupError(to)
    return (Move(("annexes", at), to),), ("annexes", to)


def _remove_annex(
    visit: Visit, root: Form, path: EditPath, fields: LetterFields
) -> tuple[Sequence[Operation], EditPath]:
    at = _annex(path)
    return removing(root, ("annexes", at)), ("annexes", max(at - 1, 0))


_ACTS: Final[Mapping[str, Act]] = {
    "add": _add, "list": _list, "turn": _turn, "column-add": _add_column, "column-up": _move_column,
    "column-down": _move_column, "column-remove": _remove_column, "annex-add": _add_annex, "annex-last": _add_annex,
    "annex-up": _move_annex, "annex-down": _move_annex, "annex-remove": _remove_annex,
}  # fmt: skip


def _annex(path: EditPath) -> int:
    """The number of the annex in which an entry is.

    Raises:
        LookupError: it is in none.
    """
    if path[:1] != ("annexes",) or len(path) < 2:
        raise LookupError(path)
    return int(path[1])


def _table(root: Form, path: EditPath) -> EditPath:
    """The path of the table of a block.

    Raises:
        LookupError: the block is none.
    """
    table = (*_block_of(path), "table")
    at_path(root, table)
    return table


def _columns(root: Form, path: EditPath) -> Iterator[BlockColumn]:
    """The columns of the table that an entry is in, unless a cell covers several."""
    try:
        cells = columns_of(root, _table(root, path))
    except LookupError:
        return
    for number, cell in enumerate(cells):
        texts = [*cell.values()] if isinstance(cell, dict) else [cell]
        yield BlockColumn(number, _text(texts[0]) if texts else "")


def _text(form: Form) -> str:
    text = form[0] if isinstance(form, tuple) else ""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def _sample(row: FieldRow) -> tuple[str, str]:
    """The beginning of what a row says, and its language."""
    one = next((one for one in row.fields if one.text), row.fields[0])
    return _text((one.text, False)), one.language


def _number(visit: Visit, name: str) -> int:
    """A number of a form.

    Raises:
        LookupError: it is none.
    """
    typed = visit.typed(name)
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        raise LookupError(typed)
    return int(typed)


def _can_have_list(root: Form, path: EditPath, fields: LetterFields) -> bool:
    try:
        list_to_add(root, path, LISTS[0], fields.languages)
    except LookupError:
        return False
    return True
