"""Makes blocks of each kind for letters, and turns blocks into other kinds where nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from circulars.errors import LetterError, Problem
from circulars.language import LANGUAGE_CODE
from circulars.source.editing import (
    AddColumn,
    AddKey,
    EditedFile,
    Nest,
    Operation,
    Path,
    Remove,
    Rename,
    Transfer,
    Unnest,
    Value,
    edited,
    node_at,
)
from circulars.source.editing.forms import Form, at_path, form_of
from circulars.source.editing.tables import table_at
from circulars.source.letters.by_language import LIST_KEYS
from circulars.source.letters.letter_shape import KEYS
from circulars.source.letters.lists import MAX_LEVELS
from circulars.source.letters.part_keys import COMMON, ENTRY
from circulars.source.letters.parts import PASSAGE_KEYS
from circulars.syntax.nodes import read_tree

PARAGRAPH: Final = "paragraph"
LISTS: Final = ("items", "dashes", "numbers", "steps", "romans", "outline")
"""The kinds of lists, by one key for each."""
KINDS: Final = (PARAGRAPH, "heading", *LISTS, "table", "deadlines", "note", "venue")
"""The kinds of blocks, by their keys; a paragraph has none but its languages."""
MOST_ROWS: Final = 200
MOST_COLUMNS: Final = 20
_TITLES: Final = ("heading", "note")
"""The kinds that have one text below their key. Its line breaks are kept, while those of a paragraph become spaces."""
_OF_LISTS: Final = frozenset({*LIST_KEYS, "labels", "continue"})
_OF_ALL: Final = frozenset(one.name for one in COMMON)
_OF_BLOCKS: Final = _OF_ALL - {one.name for one in ENTRY}
"""The keys that a block may have, and an entry of a list may not."""
_NEEDED_ENTRIES: Final = frozenset({*LIST_KEYS, "deadlines", "annexes", "enclosures"})
"""Keys of lists that have at least one entry."""
_USUAL: Final = {"bullets": "items", "objectives": "items", "letters": "steps"}
"""Keys of lists that are labelled as those of another key are."""
_LOST: Final = {PARAGRAPH: "numbered", "heading": "level"}
"""The key of a kind that says nothing in another one."""


def new_block(kind: str, languages: Sequence[str], rows: int = 2, columns: int = 2) -> Value:
    """A block of a kind without words, in the letter's languages. A table has a head above its rows.

    Raises:
        LookupError: there is no such kind, or a table cannot have so many rows or columns.
    """
    empty = dict.fromkeys(languages, "")
    match kind:
        case "paragraph":
            return empty
        case "table":
            if not (1 <= rows <= MOST_ROWS and 1 <= columns <= MOST_COLUMNS):
                raise LookupError(f"a new table has 1 to {MOST_ROWS} rows and 1 to {MOST_COLUMNS} columns")
            return {"table": {"columns": [empty] * columns, "rows": [[empty] * columns] * rows}}
        case "deadlines":
            return {"deadlines": [{"date": "", **empty}]}
        case "venue":
            return {"venue": {"name": empty, "address": empty}}
        case _ if kind in _TITLES:
            return {kind: empty}
        case _ if kind in LIST_KEYS:
            return {kind: [empty]}
        case _:
            raise LookupError(f"'{kind}' is not a kind of block")


def new_annex(languages: Sequence[str]) -> Value:
    """An annex without words, with a title and a paragraph."""
    empty = dict.fromkeys(languages, "")
    return {"title": empty, "body": [empty]}


def adding_key(root: Form, key: str, value: Value) -> AddKey:
    """The edit that adds a key to a letter: where letters usually have it."""
    keys = [*root] if isinstance(root, dict) else []
    usual = [*KEYS]
    before = [one for one in keys if one in usual and usual.index(one) < usual.index(key)]
    return AddKey((key,), value, after=max(before, key=usual.index, default=""))


def list_to_add(root: Form, path: Path, kind: str, languages: Sequence[str]) -> AddKey:
    """The edit that adds a list below the paragraph or the entry of a list at a path.

    Raises:
        LookupError: it has a list, it is neither, or there are as many levels of lists as there may be.
    """
    block = at_path(root, path)
    if kind not in LIST_KEYS or not isinstance(block, dict) or not _texts(block):
        raise LookupError("only a paragraph or an entry of a list can have a list")
    if not _OF_LISTS.isdisjoint(block):
        raise LookupError("it has a list already")
    if sum(step in LIST_KEYS for step in path) >= MAX_LEVELS:
        raise LookupError(f"lists have {MAX_LEVELS} levels at most")
    return AddKey((*path, kind), [dict.fromkeys(languages, "")])


def columns_of(root: Form, path: Path) -> list[Form]:
    """The cells of the first row of the table at a path: what its columns are called.

    Raises:
        LookupError: there is no table, or a cell covers several columns or rows.
    """
    table, rows = table_at(path, root)
    cells = at_path(table, rows[0])
    return cells if isinstance(cells, list) else []


def column_to_add(root: Form, path: Path, at: int, languages: Sequence[str]) -> AddColumn:
    """The edit that adds a column without words to the table at a path. A cell has languages if the one beside it has.

    Raises:
        LookupError: there is no table, or a cell covers several columns or rows.
    """
    table, rows = table_at(path, root)
    beside = [at_path(table, (*row, max(at - 1, 0))) for row in rows]
    empty = dict.fromkeys(languages, "")
    return AddColumn(path, at, [empty if isinstance(one, dict) else "" for one in beside])


def removing(root: Form, path: Path) -> tuple[Remove, ...]:
    """The edits that remove an entry of a list. With the last one of a list, what has no other use goes, too."""
    *outer, last = path
    key = outer[-1] if outer else ""
    entries = at_path(root, tuple(outer))
    if not isinstance(last, int) or not isinstance(entries, list) or len(entries) > 1 or key not in _NEEDED_ENTRIES:
        return (Remove(path),)
    around = at_path(root, tuple(outer[:-1]))
    is_alone = isinstance(around, dict) and not around.keys() - _OF_ALL - _OF_LISTS - {key}
    if is_alone and len(outer) > 1:
        return (Remove(tuple(outer[:-1])),)
    others = [one for one in ("labels", "continue") if isinstance(around, dict) and one in around and key in LIST_KEYS]
    return tuple(Remove((*outer[:-1], one)) for one in (*others, key))


def turned(data: bytes, path: Path, kind: str, file: str = "") -> EditedFile:
    """The bytes of a letter's file after a block or an entry of a list has become one of another kind.

    Raises:
        LetterError: the file is not YAML, the path leads nowhere, or something would be lost.
    """
    tree = read_tree(data, file)
    node = node_at(tree, path)
    try:
        operations = turning(form_of(tree.root), path, kind)
    except LookupError as error:
        fact = f"this cannot be turned into '{kind}': {error.args[0]}"
        raise LetterError(Problem(tree.place(node), "cannot-edit", fact, "edit the file by hand")) from None
    return edited(data, operations, file)


def other_kinds(root: Form, path: Path) -> Iterator[str]:
    """The kinds into which the block or the entry of a list at a path can be turned with certainty."""
    for kind in KINDS:
        try:
            turning(root, path, kind)
        except LookupError:
            continue
        yield kind


def turning(root: Form, path: Path, kind: str) -> tuple[Operation, ...]:
    """The edits that turn a block into one of another kind.

    A paragraph becomes an entry of the list above it, if that is of the kind, or else a list of its own. The first and
    the last entry of a list become a paragraph. With an entry, its whole list becomes one of another kind.

    Raises:
        LookupError: it is of that kind, or something would be lost.
    """
    block = at_path(root, path)
    if not isinstance(block, dict) or len(path) < 2 or not isinstance(path[-1], int):
        raise LookupError("only a block or an entry of a list has a kind")
    if path[-2] in LIST_KEYS:
        return _leaving(root, path, block, kind)
    now = _kind_of(block)
    if path[-2] != "body" or kind in (now, _USUAL.get(now)) or {now, kind} - {PARAGRAPH, *_TITLES, *LIST_KEYS}:
        raise LookupError("it cannot be turned into that")
    lost = tuple(Remove((*path, key)) for kind_of, key in _LOST.items() if kind_of == now and key in block)
    if now in LIST_KEYS:
        return (*lost, *_from_list(path, block, kind, now))
    if now == PARAGRAPH:
        return (*lost, *_from_paragraph(root, path, block, kind))
    _check_line_ends(block[now], also_blank=True)
    out = Unnest((*path, now))
    if kind == PARAGRAPH:
        return (*lost, out)
    return (*lost, out, Nest(path, _texts(block[now]), kind, in_list=kind in LIST_KEYS))


def _kind_of(block: dict[str, Form]) -> str:
    keys = [key for key in (*_TITLES, "table", "deadlines", "venue") if key in block]
    lists = [key for key in LIST_KEYS if key in block] if not _texts(block) else []
    return next(iter((*keys, *lists)), PARAGRAPH)


def _texts(block: Form) -> list[str]:
    """The languages of the texts of a block."""
    if not isinstance(block, dict):
        return []
    keys = (key for key, one in block.items() if isinstance(one, tuple) and key not in PASSAGE_KEYS)
    return [key for key in keys if re.fullmatch(LANGUAGE_CODE, key)]


def _check_line_ends(texts: Form, *, also_blank: bool) -> None:
    """Refuses texts with line ends, which are spaces in a paragraph and line ends elsewhere; or with any."""
    if not isinstance(texts, dict) or not all(isinstance(one, tuple) for one in texts.values()):
        raise LookupError("it has other texts than one for each language")
    for text, _ in (one for one in texts.values() if isinstance(one, tuple)):
        if "\n" in (text if also_blank else re.sub(r"\n(?:[ \t]*\n)+", "", text)):
            raise LookupError("its line breaks would not be those of the new kind: put it into one line")


def _from_paragraph(root: Form, path: Path, block: dict[str, Form], kind: str) -> Iterator[Operation]:
    texts = _texts(block)
    if not texts or block.keys() - _OF_ALL - {"numbered", *texts}:
        raise LookupError("it has a list or other keys below it")
    _check_line_ends({code: block[code] for code in texts}, also_blank=kind in _TITLES)
    above = _list_above(root, path, kind)
    if above and _OF_BLOCKS.isdisjoint(block):
        yield Transfer(path, above)
    else:
        yield Nest(path, texts, kind, in_list=kind in LIST_KEYS)


def _list_above(root: Form, path: Path, kind: str) -> Path:
    """The path after the last entry of a list of a kind that the block above ends with; () if there is none."""
    *outer, number = path
    if kind not in LIST_KEYS or not isinstance(number, int) or not number:
        return ()
    before = at_path(root, (*outer, number - 1))
    entries = before.get(kind) if isinstance(before, dict) and "when" not in before else None
    return (*outer, number - 1, kind, len(entries)) if isinstance(entries, list) else ()


def _from_list(path: Path, block: dict[str, Form], kind: str, now: str) -> Iterator[Operation]:
    if kind in LIST_KEYS:
        yield _renamed((*path, now), block, kind)
        return
    entries = block[now]
    if kind != PARAGRAPH or not isinstance(entries, list) or len(entries) != 1 or block.keys() - _OF_ALL - {now}:
        raise LookupError("a list of several entries cannot be turned into that")
    _check_entry(entries[0])
    yield Unnest((*path, now))


def _renamed(path: Path, block: Form, kind: str) -> Rename:
    """The edit that makes another list of the one at a path, which is in a block, an entry or a cell."""
    if kind in (path[-1], _USUAL.get(str(path[-1]))):
        raise LookupError("it is of that kind")
    if not isinstance(block, dict) or "labels" in block or "continue" in block:
        raise LookupError("its labels are of its kind")
    return Rename(path, kind)


def _check_entry(entry: Form) -> None:
    texts = _texts(entry)
    if not isinstance(entry, dict) or not texts:
        raise LookupError("it has no text in languages")
    _check_line_ends({code: entry[code] for code in texts}, also_blank=False)


def _leaving(root: Form, path: Path, entry: dict[str, Form], kind: str) -> tuple[Operation, ...]:
    """The edits that make a paragraph of an entry of a list of the body, or another list of all its entries."""
    *outer, key, number = path
    if kind in LIST_KEYS:
        return (_renamed(path[:-1], at_path(root, tuple(outer)), kind),)
    if kind != PARAGRAPH or len(outer) < 2 or outer[-2] != "body":
        raise LookupError("an entry of such a list cannot be turned into that")
    _check_entry(entry)
    block, entries = at_path(root, tuple(outer)), at_path(root, path[:-1])
    assert isinstance(block, dict) and isinstance(entries, list)
    if "when" in block:
        raise LookupError("its list is for some addressees only")
    is_alone = _kind_of(block) == key
    if len(entries) == 1 and not {"labels", "continue"}.isdisjoint(block):
        raise LookupError("its list has labels of its own, or continues another one")
    if is_alone and len(entries) == 1:
        return (Unnest(path[:-1]),)
    at = int(outer[-1])
    if number == len(entries) - 1:
        return (Transfer(path, (*outer[:-1], at + 1)),)
    if number == 0 and is_alone and "id" not in block:
        return (Transfer(path, (*outer[:-1], at)),)
    raise LookupError("only the first and the last entry of a list become a paragraph: move it there first")
