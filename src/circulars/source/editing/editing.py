"""Makes edits: tries ways of writing what is wanted, and takes the first that is read as just that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.errors import LetterError, Problem
from circulars.source.editing.arranging import inserted, moved, removed, replaced
from circulars.source.editing.entries import entries
from circulars.source.editing.file_bytes import Splice, spliced, splices_of, undoing
from circulars.source.editing.forms import Form, Path, form_of, is_same, paths_to
from circulars.source.editing.operations import (
    AddKey,
    Insert,
    Move,
    Nest,
    Operation,
    Remove,
    Rename,
    Replace,
    Transfer,
    Unnest,
    apply_to,
    owner_of,
    place_of_key,
)
from circulars.source.editing.regrouping import comments, nested, renamed, transferred, unnested
from circulars.source.editing.rewording import Edits, Surroundings, ways_to_reword
from circulars.source.editing.spots import EditSpot, spots
from circulars.source.editing.tables import Composite, steps
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Tree, read_tree

_INDENT: Final = 2


@dataclass(frozen=True, slots=True)
class EditedFile:
    """The bytes of a file after edits; ``undo`` has the splices that restore the old bytes, for each edit in turn."""

    data: bytes
    undo: tuple[tuple[Splice, ...], ...] = ()


def edited(data: bytes, operations: Sequence[Operation | Composite], file: str = "") -> EditedFile:
    """The bytes of a letter's file after edits, all of them or none. Problems name the file ``file``.

    What is read afterwards differs from what was read before by what was asked for, and by nothing else. Comments,
    quotation marks, line ends and a byte order mark stay.

    Raises:
        LetterError: the file is not YAML, an edit's path leads nowhere, what it changes is repeated by aliases, or
            what is wanted cannot be written there.
    """
    undo, tree = [], read_tree(data, file)
    for operation in operations:
        try:
            single = steps(operation, form_of(tree.root))
        except LookupError as error:
            raise LetterError(_missing(tree, tree.root, (), str(error.args[0]))) from None
        for step in single:
            splices, tree = _made(data, tree, step)
            undo.append(undoing(data, splices))
            data = spliced(data, splices)
    return EditedFile(data, tuple(reversed(undo)))


def undone(after: EditedFile) -> bytes:
    """The bytes that a file had before its edits."""
    data = after.data
    for splices in after.undo:
        data = spliced(data, splices)
    return data


def node_at(tree: Tree, path: Path) -> Node:
    """The node to which a path leads.

    Raises:
        LetterError: it leads nowhere.
    """
    node = tree.root
    for length, step in enumerate(path):
        if isinstance(node, nodes.Mapping) and isinstance(step, str) and step in node.pairs:
            node = node.pairs[step][1]
        elif isinstance(node, nodes.Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
        else:
            raise LetterError(_missing(tree, node, path[: length + 1]))
    return node


def _made(data: bytes, tree: Tree, operation: Operation) -> tuple[tuple[Splice, ...], Tree]:
    """The splices of one edit, and the file as it is read afterwards."""
    owner = owner_of(operation)
    node = node_at(tree, owner)
    paths = [*paths_to(tree.root, node)]
    if len(paths) > 1 and not operation.everywhere:
        raise LetterError(_shared(tree, node, paths))
    before, wanted = form_of(tree.root), form_of(tree.root)
    try:
        for path in paths:
            apply_to(wanted, operation, path)
    except LookupError:
        raise LetterError(_missing(tree, node, operation.path)) from None
    if is_same(before, wanted):
        return (), tree
    reason = "there is no way of writing it that is read as it should be"
    if isinstance(operation, Remove) and len(form_of(node)) == 1:
        reason = "it is the only entry; remove what it is in"
    for edits in _ways(tree, operation, before):
        splices = splices_of(data, edits)
        try:
            after = read_tree(spliced(data, splices), tree.file)
        except LetterError as error:
            reason = error.problems[0].message
            continue
        if is_same(form_of(after.root), wanted) and not _loses_comments(operation, tree, after):
            return splices, after
    fact = f"this cannot be edited in place: {reason}"
    raise LetterError(Problem(tree.place(node), "cannot-edit", fact, "edit the file by hand"))


def _missing(tree: Tree, node: Node, path: Path, fact: str = "") -> Problem:
    fact = fact or f"an edit of '{_shown(path)}' has no place there"
    return Problem(tree.place(node), "no-such-entry", fact, "read the file again: it may have changed")


def _shown(path: Path) -> str:
    """A path in messages: "body 2 es", with numbers from 1."""
    return " ".join(step if isinstance(step, str) else str(step + 1) for step in path)


def _shared(tree: Tree, node: Node, paths: Sequence[Path]) -> Problem:
    shown = ", ".join(f"'{_shown(path)}'" for path in paths)
    fact = f"this is written once, with an anchor ('&'), and used {len(paths)} times ({shown})"
    hint = "write it out where it is to differ, or edit it everywhere"
    return Problem(tree.place(node), "shared-text", fact, hint)


def _ways(tree: Tree, operation: Operation, before: Form) -> Iterator[Edits]:
    """The edits that may do what is wanted, those that a careful person would make first."""
    text, root = tree.text, spots(tree.text)
    *outer, last = operation.path
    spot, in_flow = _spot_at(root, tuple(outer))
    match operation:
        case Insert():
            yield inserted(text, spot, int(last), "", operation.value)
        case AddKey():
            keys = [key.text for key in spot.keys]
            yield inserted(text, spot, place_of_key(before, operation, keys), str(last), operation.value)
        case Remove():
            if len(spot.values) > 1:
                yield removed(text, spot, _number(spot, last))
        case Move():
            yield moved(text, spot, _number(spot, last), operation.to)
        case Replace():
            number = _number(spot, last)
            value = operation.value
            old = spot.values[number].target or spot.values[number]
            if isinstance(value, str) and old.is_scalar and old.start < old.end:
                indent = entries(text, spot)[number].column + _INDENT
                yield from ways_to_reword(text, old, value, Surroundings(indent, in_flow or spot.is_flow))
            yield replaced(text, spot, number, value)
        case Rename() | Nest() | Unnest() | Transfer():
            yield from _ways_to_regroup(text, root, operation)


def _ways_to_regroup(text: str, root: EditSpot, operation: Rename | Nest | Unnest | Transfer) -> Iterator[Edits]:
    """The edits that keep what is written, in another column or another list."""
    *outer, last = operation.path
    spot, in_flow = _spot_at(root, tuple(outer))
    match operation:
        case Rename():
            yield renamed(spot, _number(spot, last), operation.key)
        case Nest():
            group, _ = _spot_at(root, operation.path)
            in_flow = in_flow or spot.is_flow
            yield from nested(text, group, operation.keys, operation.below, in_list=operation.in_list, in_flow=in_flow)
        case Unnest():
            yield from unnested(text, spot, _number(spot, last))
        case Transfer():
            around, _ = _spot_at(root, tuple(outer[:-1]))
            target, _ = _spot_at(root, operation.to[:-1])
            yield from transferred(text, (spot, target), around, _number(spot, last), int(operation.to[-1]))


def _loses_comments(operation: Operation, before: Tree, after: Tree) -> bool:
    """Whether what was to be kept as it is written has lost a comment."""
    if not isinstance(operation, Nest | Unnest | Transfer):
        return False
    return comments(before.text, spots(before.text)) != comments(after.text, spots(after.text))


def _number(spot: EditSpot, step: str | int) -> int:
    return step if isinstance(step, int) else [key.text for key in spot.keys].index(step)


def _spot_at(spot: EditSpot, path: Path) -> tuple[EditSpot, bool]:
    """The collection at a path, and whether it is within brackets."""
    in_flow = False
    for step in path:
        in_flow = in_flow or spot.is_flow
        value = spot.values[_number(spot, step)]
        spot = value.target or value
    return spot, in_flow
