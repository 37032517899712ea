"""The edits of a letter that can be asked for, and what a letter says after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from circulars.source.editing.forms import Form, Path, at_path, wanted_form
from circulars.source.editing.scalars import Value


@dataclass(frozen=True, slots=True)
class Replace:
    """Puts another text or value in the place of one."""

    path: Path
    value: Value
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Insert:
    """Adds an entry to a list; the path ends with the number that it gets."""

    path: Path
    value: Value
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class AddKey:
    """Adds a key, which the path ends with. It goes below the key ``after``.

    Otherwise a language goes where the letter's languages have it, and another key below the others.
    """

    path: Path
    value: Value
    after: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Removes an entry of a list, or a key with its value."""

    path: Path
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Moves an entry of a list, or a key, so that it becomes the one with the number ``to``."""

    path: Path
    to: int
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """Gives the key at ``path`` another name; its value and its place stay."""

    path: Path
    key: str
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Nest:
    """Puts some keys of the group at ``path`` below a new key, in the place of the first of them.

    Below the key is then a group with these keys, or if they are ``in_list``, a list with that group as its entry.
    """

    path: Path
    keys: Sequence[str]
    below: str
    in_list: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Unnest:
    """Puts the keys below the key at ``path`` in its place: those of a group, or of the only entry of a list."""

    path: Path
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """Moves an entry from its list to another one, where it gets the path ``to``. A list without entries goes."""

    path: Path
    to: Path
    everywhere: bool = False


Operation = Replace | Insert | AddKey | Remove | Move | Rename | Nest | Unnest | Transfer
"""An edit. One of something that aliases repeat is made only ``everywhere``."""


def owner_of(operation: Operation) -> Path:
    """The path of what an operation changes: a value, or the collection of its entries."""
    return operation.path if isinstance(operation, Replace | Nest) else operation.path[:-1]


def place_of_key(root: Form, operation: AddKey, keys: list[str]) -> int:
    """The number that a new key gets among others."""
    key = operation.path[-1]
    if operation.after:
        return keys.index(operation.after) + 1
    languages = root.get("languages") if isinstance(root, dict) else None
    order = [one[0] for one in languages if isinstance(one, tuple)] if isinstance(languages, list) else []
    if key in order:
        before = [other for other in order[: order.index(str(key))] if other in keys]
        others = [other for other in order if other in keys]
        if others:
            return keys.index(before[-1]) + 1 if before else keys.index(others[0])
    return len(keys)


def apply_to(root: Form, operation: Operation, owner: Path) -> None:
    """Changes a form as an operation does at its owner's path, or at another one that leads there by an alias.

    Raises:
        LookupError: there is no such entry, or a new key is there already.
    """
    if isinstance(operation, Replace):
        _set(at_path(root, owner[:-1]), owner[-1], wanted_form(operation.value))
        return
    inside, last = at_path(root, owner), operation.path[-1]
    if isinstance(operation, Rename | Nest | Unnest | Transfer):
        _restructure(root, operation, inside, owner)
        return
    match operation, inside, last:
        case Insert(), list(), int() if 0 <= last <= len(inside):
            inside.insert(last, wanted_form(operation.value))
        case AddKey(), dict(), str() if last not in inside:
            _put(inside, place_of_key(root, operation, [*inside]), last, wanted_form(operation.value))
        case Remove(), list(), int():
            del inside[last]
        case Remove(), dict(), str():
            del inside[last]
        case Move(), list(), int() if 0 <= operation.to < len(inside):
            inside.insert(operation.to, inside.pop(last))
        case Move(), dict(), str() if 0 <= operation.to < len(inside):
            _put(inside, operation.to, last, inside.pop(last))
        case _:
            raise LookupError(last)


def _restructure(root: Form, operation: Rename | Nest | Unnest | Transfer, inside: Form, owner: Path) -> None:
    last = operation.path[-1]
    match operation, inside, last:
        case Rename(), dict(), str() if operation.key not in inside:
            _exchange(inside, [last], {operation.key: inside[last]})
        case Nest(), dict(), _ if operation.keys and operation.below not in inside:
            group: Form = {key: inside[key] for key in inside if key in operation.keys}
            _exchange(inside, operation.keys, {operation.below: [group] if operation.in_list else group})
        case Unnest(), dict(), str():
            _exchange(inside, [last], _group_below(inside[last]))
        case Transfer(), list(), int():
            entry = inside.pop(last)
            to = at_path(root, operation.to[:-1])
            if not inside:
                group_around = at_path(root, owner[:-1])
                _exchange(group_around, [str(owner[-1])], {})
            number = operation.to[-1]
            if not isinstance(to, list) or not isinstance(number, int) or number > len(to):
                raise LookupError(number)
            to.insert(number, entry)
        case _:
            raise LookupError(last)


def _group_below(form: Form) -> dict[str, Form]:
    """The keys with their values that are below a key: in a group, or in the only entry of a list."""
    group = form[0] if isinstance(form, list) and len(form) == 1 else form
    if not isinstance(group, dict) or not group:
        raise LookupError("there are no keys below the key")
    return group


def _exchange(inside: Form, keys: Sequence[str], new: Mapping[str, Form]) -> None:
    """Puts new keys in the place of others; there must be some left, and none of the others may have their names."""
    if not isinstance(inside, dict) or any(key not in inside for key in keys):
        raise LookupError(*keys)
    pairs = [*inside.items()]
    at = next(number for number, (key, _) in enumerate(pairs) if key in keys)
    before = [pair for pair in pairs[:at] if pair[0] not in keys]
    after = [pair for pair in pairs[at:] if pair[0] not in keys]
    if (not before and not after and not new) or any(key in new for key, _ in (*before, *after)):
        raise LookupError(*keys)
    inside.clear()
    inside.update([*before, *new.items(), *after])


def _put(inside: dict[str, Form], number: int, key: str, value: Form) -> None:
    pairs = [*inside.items()]
    pairs.insert(number, (key, value))
    inside.clear()
    inside.update(pairs)


def _set(owner: Form, step: str | int, value: Form) -> None:
    match owner, step:
        case dict(), str():
            owner[step] = value
        case list(), int():
            owner[step] = value
        case _:
            raise KeyError(step)
