"""Finds in the source every problem code that the program can report.

The source writes a code in one of these forms only:

- as the argument of a parameter named ``code``: ``Problem(where, "no-such-file")``, ``add(node, "too-long")``;
- as the default of such a parameter, or of a class's field named ``code``;
- as the value of a variable named ``code``;
- as the first item of a tuple with a sentence after it, if it has a hyphen: ``return "merge-key", "…", hint``.
"""

from __future__ import annotations

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import circulars

SOURCE = Path(circulars.__file__).parent

_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_LOOKED_AT = (
    ast.AnnAssign,
    ast.Assign,
    ast.Call,
    ast.ClassDef,
    ast.FunctionDef,
    ast.ImportFrom,
    ast.Tuple,
)
_Positions = dict[str, set[int]]


@functools.cache
def reported_codes(root: Path = SOURCE) -> dict[str, list[str]]:
    """Every code that the modules below ``root`` can report, with the places (file and line) that report it."""
    modules = _modules(root)
    constants = dict(_constants(modules.values()))
    constants.pop("MESSAGES", None)  # the code of a language
    everywhere = _positions(modules.values())
    own = {file: _positions([module]) for file, module in modules.items()}
    found: dict[str, list[str]] = defaultdict(list)
    for file, module in modules.items():
        # A module's own or imported function takes precedence over one with the same name in another module.
        positions = everywhere | _imported(module, own) | own[file]
        for node in _nodes(module):
            for expression in _codes_at(node, positions):
                for code in _words(expression, constants):
                    found[code].append(f"{file}:{expression.lineno}")
    return dict(sorted(found.items()))


def untraceable_codes(root: Path = SOURCE) -> list[str]:
    """The places of problems whose code has none of the forms above, so that it cannot be found."""
    modules = _modules(root)
    constants = dict(_constants(modules.values()))
    return [
        f"{file}:{call.lineno}"
        for file, module in modules.items()
        for call in _nodes(module)
        if isinstance(call, ast.Call) and _called(call) == "Problem"
        if not any(_is_traceable(code, constants) for code in _arguments(call, {1}))
    ]


def _is_traceable(code: ast.expr, constants: Mapping[str, str]) -> bool:
    match code:
        case ast.Name(id="code") | ast.Attribute(attr="code") | ast.Starred():
            return True
        case _:
            return any(_words(code, constants))


@functools.cache
def _modules(root: Path) -> dict[str, ast.Module]:
    return {str(file.relative_to(root)): ast.parse(file.read_text("utf-8")) for file in sorted(root.rglob("*.py"))}


@functools.cache
def _nodes(module: ast.Module) -> tuple[ast.AST, ...]:
    """The nodes of a module that can have a code, which are looked through several times."""
    return tuple(node for node in ast.walk(module) if isinstance(node, _LOOKED_AT))


def _constants(modules: Iterable[ast.Module]) -> Iterator[tuple[str, str]]:
    """The string constants of modules, by name: ``TAKEN = "id-taken"``."""
    for module in modules:
        for node in module.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(word))):
                    yield name, word
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(word))):
                    yield name, word
                case _:
                    pass


def _positions(modules: Iterable[ast.Module]) -> _Positions:
    """The positions of the argument ``code`` in calls of each function, method and class, by name; often none."""
    found: dict[str, set[int]] = defaultdict(set)
    for module in modules:
        for node in _nodes(module):
            if isinstance(node, ast.FunctionDef):
                found[node.name] |= _position(node)
            elif isinstance(node, ast.ClassDef):
                makers = [method for method in node.body if getattr(method, "name", "") == "__init__"]
                found[node.name] |= _position(*makers or [node])
    return found


def _imported(module: ast.Module, own: Mapping[str, _Positions]) -> _Positions:
    """The positions for the functions and classes that a module imports by name."""
    found: _Positions = {}
    for node in _nodes(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            path = node.module.partition(".")[2].replace(".", "/")
            there = own.get(f"{path}.py") or own.get(f"{path}/__init__.py") or {}
            found |= {name.asname or name.name: there[name.name] for name in node.names if name.name in there}
    return found


def _position(node: ast.AST) -> set[int]:
    return {number for number, name in enumerate(_parameters(node)) if name == "code"}


def _parameters(node: ast.AST) -> list[str]:
    """The names of a function's parameters without ``self``, or of a class's fields."""
    if isinstance(node, ast.ClassDef):
        fields = (field.target for field in node.body if isinstance(field, ast.AnnAssign))
        return [field.id for field in fields if isinstance(field, ast.Name)]
    assert isinstance(node, ast.FunctionDef)
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return names[1:] if names[:1] == ["self"] else names


def _codes_at(node: ast.AST, positions: _Positions) -> Iterator[ast.expr]:
    """The expressions of codes at a node of the tree, not below it."""
    match node:
        case ast.Call():
            yield from _arguments(node, positions.get(_called(node), set()))
        case ast.FunctionDef(args=arguments):
            yield from _defaults(arguments)
        case ast.AnnAssign(target=ast.Name(id="code"), value=ast.expr() as value):
            yield value
        case ast.Assign(targets=[ast.Name(id="code")], value=value):
            yield value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            yield from (v for n, v in zip(names, values, strict=False) if isinstance(n, ast.Name) and n.id == "code")
        case ast.Tuple(elts=[ast.Constant(value=str(word)) as first, *rest]):
            if "-" in word and any(map(_is_sentence, rest)):
                yield first
        case _:
            pass


def _is_sentence(expression: ast.expr) -> bool:
    match expression:
        case ast.JoinedStr() | ast.Name(id="fact"):
            return True
        case ast.Constant(value=str(text)):
            return text.count(" ") > 1
        case _:
            return False


def _arguments(call: ast.Call, positions: set[int]) -> list[ast.expr]:
    """The arguments that a call passes as the code: a starred argument, if the code is among its items."""
    star = next((n for n, argument in enumerate(call.args) if isinstance(argument, ast.Starred)), len(call.args))
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    return named + [call.args[min(position, star)] for position in positions if min(position, star) < len(call.args)]


def _defaults(arguments: ast.arguments) -> Iterator[ast.expr]:
    names = [*arguments.posonlyargs, *arguments.args]
    for name, default in zip(reversed(names), reversed(arguments.defaults), strict=False):
        if name.arg == "code":
            yield default


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _words(expression: ast.expr, constants: Mapping[str, str]) -> Iterator[str]:
    """The codes that an expression can evaluate to."""
    match expression:
        case ast.Constant(value=str(word)) if _CODE.fullmatch(word):
            yield word
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.IfExp(body=one, orelse=other):
            yield from _words(one, constants)
            yield from _words(other, constants)
        case _:
            pass
