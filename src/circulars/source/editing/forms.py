"""Compares what YAML files say, whatever way they write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from circulars.source.editing.scalars import Value, is_word, plain_word
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar

Form = tuple[str, bool] | list["Form"] | dict[str, "Form"]
"""What is read: a text and whether it is a word without quotation marks, a list, or keys with their values."""
Path = tuple[str | int, ...]
"""Where a value is: keys, and numbers of entries from 0: ("body", 2, "es")."""


def form_of(node: Node) -> Form:
    """The form of a node; a new one each time, also where an alias repeats a node."""
    match node:
        case Scalar():
            # Readers of letters leave out line ends at the end of a text.
            return node.text.rstrip("\n"), not node.quoted and is_word(node.text)
        case nodes.Mapping():
            return {key: form_of(value) for key, (_, value) in node.pairs.items()}
        case nodes.Sequence():
            return [form_of(item) for item in node.items]
        case _:
            raise AssertionError(node)


def wanted_form(value: Value) -> Form:
    """The form that a value must have when it is read."""
    if (word := plain_word(value)) is not None:
        return word, is_word(word)
    match value:
        case str():
            return value.rstrip("\n"), False
        case Mapping():
            return {key: wanted_form(one) for key, one in value.items()}
        case Sequence():
            return [wanted_form(one) for one in value]
        case _:
            raise TypeError(f"cannot be written: {value!r}")


def is_same(one: Form, other: Form) -> bool:
    """Whether two forms are the same, their keys in the same order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [*one] == [*other] and all(is_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def at_path(form: Form, path: Path) -> Form:
    """The form at a path.

    Raises:
        LookupError: there is none.
    """
    for step in path:
        match form, step:
            case dict(), str():
                form = form[step]
            case list(), int() if step >= 0:
                form = form[step]
            case _:
                raise KeyError(step)
    return form


def paths_to(root: Node, wanted: Node) -> Iterator[Path]:
    """All paths to a node: several if aliases repeat it."""
    return (path for path, node in _inner(root, ()) if node is wanted)


def text_paths(root: Node) -> dict[int, Path]:
    """The path to each single value, by the character of the file where it begins; the first to a repeated one."""
    found: dict[int, Path] = {}
    for path, node in _inner(root, ()):
        if isinstance(node, Scalar):
            found.setdefault(node.start, path)
    return found


def _inner(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """A node and all nodes below it, each with its path."""
    yield path, node
    for step, inner in _steps(node):
        yield from _inner(inner, (*path, step))


def _steps(node: Node) -> Iterator[tuple[str | int, Node]]:
    if isinstance(node, nodes.Mapping):
        yield from ((key, value) for key, (_, value) in node.pairs.items())
    elif isinstance(node, nodes.Sequence):
        yield from enumerate(node.items)
