"""What a test needs beyond Python and the packages, read off its code, its fixtures and what they call."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import pytest

from slow import name_of, slow_tests

MARKS: Mapping[str, str] = {
    "libreoffice": "needs LibreOffice",
    "java": "needs the Java that veraPDF runs on",
    "postgresql": "needs PostgreSQL",
    "programs": "starts another program, or this one as a process of its own",
    "slow": "is in slow.txt, or looks at all examples",
}
SLOW = slow_tests()
SLOW_FIXTURES = frozenset(["examples"])
"""The fixtures that take seconds."""
_BY_WORD = {"soffice": "libreoffice", "verapdf.py": "java", "postgres": "postgresql"}
_STARTERS = (subprocess.run, subprocess.Popen, pty.fork, os.fork)
_HERE = str(Path(__file__).parent)


def needs_of(item: pytest.Item) -> frozenset[str]:
    """The marks of a test: by a word such as "soffice" in the code, a call that starts a program, or its file."""
    if not isinstance(item, pytest.Function):
        return frozenset()
    fixtures = [one.func for found in item._fixtureinfo.name2fixturedefs.values() for one in found]
    named = {name_of(item.nodeid), item.nodeid.partition("::")[0]}
    is_slow = not (SLOW.isdisjoint(named) and SLOW_FIXTURES.isdisjoint(item.fixturenames))
    slow = frozenset(["slow"] if is_slow else [])
    return slow | needs(item.obj if isinstance(item.obj, types.FunctionType) else item.obj.__func__, *fixtures)


@cache
def needs(*begin: object) -> frozenset[str]:
    """What functions need, with all that they call."""
    return frozenset(need for function in _reached(begin) for need in _needs_itself(function))


def _reached(begin: Sequence[object]) -> Iterator[types.FunctionType]:
    """The functions of the tests' own files that some functions call, themselves included, each once."""
    seen: set[int] = set()
    waiting = [*begin]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        waiting += _inside(value)
        if isinstance(value, types.FunctionType) and value.__code__.co_filename.startswith(_HERE):
            yield value
            waiting += _named(value)


def _inside(value: object) -> Sequence[object]:
    """The functions in a value: of a class, a partial call, a table, or something that wraps a function."""
    match value:
        case type() if _is_ours(value.__module__):
            return [*vars(value).values()]
        case property():
            return [value.fget]
        case partial():
            return [value.func, *value.args]
        case dict():
            return [*value.values()]
        case list() | tuple():
            return [*value]
        case _:
            wrapped = getattr(value, "__wrapped__", None)
            return [wrapped] if wrapped else []


@cache
def _is_ours(module: str) -> bool:
    return str(getattr(sys.modules.get(module), "__file__", "")).startswith(_HERE)


@cache
def _named(function: types.FunctionType) -> Sequence[object]:
    """What a function's code names: globals, and what it takes from modules."""
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    found: list[object] = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    for value in (function.__globals__.get(name) for name in names):
        if isinstance(value, types.ModuleType):
            found += [getattr(value, name) for name in names if hasattr(value, name)]
        elif value is not None:
            found.append(value)
    return found


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code, and that of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


@cache
def _needs_itself(function: types.FunctionType) -> frozenset[str]:
    words = {constant for code in _codes(function.__code__) for constant in _flat(code.co_consts)}
    needs = {need for word, need in _BY_WORD.items() if word in words}
    if any(value is starter for value in _named(function) for starter in _STARTERS):
        needs.add("programs")
    return frozenset(needs)


def _flat(constants: Sequence[object]) -> Iterator[object]:
    for constant in constants:
        if isinstance(constant, tuple):
            yield from _flat(constant)
        else:
            yield constant
