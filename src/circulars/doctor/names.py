"""Finds the fields that a template uses, following its loops and variables, and checks that letters have them."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.errors import nearest
from circulars.model.document import Document
from circulars.render.docx.shapes import SHAPES, Shape


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field that a template uses, with "[]" for the entries of a list, and the line where it is used.

    ``shown`` means that the field itself is printed, not used in a condition or as part of an expression.
    """

    field: str
    line: int
    shown: bool = False


def uses_of(tree: nodes.Template) -> Iterator[FieldUse]:
    """The fields that a template uses, in the order of its text."""
    return _uses(tree, _own_names(tree))


def _own_names(tree: nodes.Template) -> dict[str, str]:
    """The names that a template defines, each with the field that it stands for, or ""."""
    macros = {macro.name: "" for macro in tree.find_all(nodes.Macro)}
    variables = {
        assign.target.name: _path(assign.node, macros)
        for assign in tree.find_all(nodes.Assign)
        if isinstance(assign.target, nodes.Name)
    }
    given = dict.fromkeys(ImmutableSandboxedEnvironment().globals, "")
    return given | macros | variables | {"loop": "", "caller": "", "varargs": "", "kwargs": ""}


def _uses(node: nodes.Node, known: Mapping[str, str], shown: bool = False) -> Iterator[FieldUse]:
    """The fields that a part of a tree uses; ``known`` maps the names of variables to fields."""
    if isinstance(node, nodes.For):
        yield from _uses(node.iter, known)
        inner = _in_loop(node, known)
        for part in (*node.body, *node.else_):
            yield from _uses(part, inner)
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        yield from _uses(node.node.node, known)  # the field, not the method that is called on it
        for argument in node.args:
            yield from _uses(argument, known)
        return
    if isinstance(node, nodes.Macro):
        known = dict(known) | {argument.name: "" for argument in node.args}
    if isinstance(node, nodes.Getattr | nodes.Name) and (path := _path(node, known)):
        yield FieldUse(path, node.lineno, shown)
        return
    alone = isinstance(node, nodes.Output)
    for child in node.iter_child_nodes():
        yield from _uses(child, known, alone)


def _in_loop(node: nodes.For, known: Mapping[str, str]) -> dict[str, str]:
    if isinstance(node.target, nodes.Name) and (path := _path(node.iter, known)):
        return dict(known) | {node.target.name: f"{path}[]"}
    targets = [node.target] if isinstance(node.target, nodes.Name) else node.target.find_all(nodes.Name)
    return dict(known) | {target.name: "" for target in targets}


def _path(node: nodes.Node, known: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Name):
        return known.get(node.name, node.name if node.ctx == "load" else "")
    if isinstance(node, nodes.Getattr) and (path := _path(node.node, known)):
        return f"{path}.{node.attr}"
    return ""


Fault = tuple[str, str]
"""The fact and the remedy for a wrong name."""


def word_field_fault(field: str) -> Fault | None:
    """The fault of a field in the Word template, or None."""
    return _fault(field, SHAPES, _word_step)


def word_shape(field: str) -> Shape | None:
    """The shape of a field in the Word template, or None if letters have no such field."""
    shape: Shape | None = SHAPES
    for step in _steps(field):
        shape = _word_step(shape, step)
    return shape


def page_field_fault(field: str) -> Fault | None:
    """The fault of a field in the page's template, or None."""
    return _fault(field, {"document": Document}, _page_step)


Step = Callable[[typing.Any, str], typing.Any]


def _steps(field: str) -> list[str]:
    return field.replace("[]", ".[]").split(".")


def _fault(field: str, root: typing.Any, step: Step) -> Fault | None:
    """What is wrong with a field, at the first step of its path that does not exist; None if all steps exist."""
    shape, so_far = root, ""
    for name in _steps(field):
        if shape is ANY:
            return None
        inner = step(shape, name)
        if inner is None and name == "[]":
            return f"'{so_far}' is not a list", "write it without a loop"
        if inner is None:
            where = f"'{so_far}' has no field '{name}'" if so_far else f"letters have no field '{name}'"
            known = sorted(_names(shape, step))
            close = nearest(name, known)
            listed = f"it has {', '.join(known)}" if known and so_far else "docs/add-a-pack.md lists them"
            return where, f"did you mean '{close}'?" if close else listed
        shape, so_far = inner, so_far + ("[]" if name == "[]" else f".{name}" if so_far else name)
    return None


ANY = object()
"""The type of a value about which nothing is known."""


def _word_step(shape: Shape | None, name: str) -> Shape | None:
    if name == "[]":
        return shape[0] if isinstance(shape, tuple) else None
    return shape.get(name) if isinstance(shape, Mapping) else None


def _page_step(shape: typing.Any, name: str) -> typing.Any:
    """The type of a field, or of a list's entries; None if there is none, ANY if the type is unknown."""
    if isinstance(shape, Mapping):
        return shape.get(name)
    kinds = [kind for kind in _kinds(shape) if kind is not types.NoneType]
    for kind in kinds:
        if name == "[]" and typing.get_origin(kind) is tuple:
            return typing.get_args(kind)[0]
        if dataclasses.is_dataclass(kind) and name in (hints := typing.get_type_hints(kind)):
            return hints[name]
        if isinstance(computed := getattr(kind, name, None), property):
            return typing.get_type_hints(computed.fget)["return"]
    if all(dataclasses.is_dataclass(kind) or typing.get_origin(kind) is tuple for kind in kinds):
        return None
    return None if name == "[]" and kinds == [str] else ANY


def _kinds(shape: typing.Any) -> tuple[typing.Any, ...]:
    """The types of a union, one by one."""
    union = typing.get_origin(shape) in (types.UnionType, typing.Union)
    return tuple(kind for one in typing.get_args(shape) for kind in _kinds(one)) if union else (shape,)


def _names(shape: typing.Any, step: Step) -> tuple[str, ...]:
    if isinstance(shape, Mapping):
        return tuple(shape)
    return tuple(
        field.name for kind in _kinds(shape) if dataclasses.is_dataclass(kind) for field in dataclasses.fields(kind)
    )
