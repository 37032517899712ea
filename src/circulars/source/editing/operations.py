"""The edits of a letter that can be asked for, and what a letter says after each."""

from __future__ import annotations

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


Operation = Replace | Insert | AddKey | Remove | Move
"""An edit. One of something that aliases repeat is made only ``everywhere``."""


def owner_of(operation: Operation) -> Path:
    """The path of what an operation changes: a value, or the collection of its entries."""
    return operation.path if isinstance(operation, Replace) else operation.path[:-1]


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
