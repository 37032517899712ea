"""Maps each problem code whose example is described in words to the test that causes the problem.

``python tests/problems/cases.py`` corrects the map after tests were renamed: it takes another test of the same file
that names the code.
"""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases.txt"
"""A file with a code on each line, and the test that causes it: a file, ``::`` and a function."""


def cases() -> dict[str, str]:
    """The test for each code."""
    return dict(line.split(maxsplit=1) for line in CASES.read_text("utf-8").splitlines())


def naming_tests(code: str, test: str) -> list[str]:
    """The tests in a test's file that name a code in their body, in a decorator, or in a table that they use."""
    file = test.partition("::")[0]
    whole = re.compile(rf"(?<![\w-]){code}(?![\w-])")
    return [f"{file}::{name}" for name, text in _tests(ROOT / file).items() if whole.search(text)]


@functools.cache
def _tests(file: Path) -> dict[str, str]:
    """The source of each function of a file, with the source of the tables that it uses."""
    if not file.is_file():
        return {}
    source = file.read_text("utf-8")
    lines = source.splitlines()
    tables, functions = {}, []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            tables[ast.unparse(target)] = _lines(node, lines)
        elif isinstance(node, ast.FunctionDef):
            functions.append(node)
    return {node.name: "\n".join([_text(node, lines), *_used(node, tables)]) for node in functions}


def _text(function: ast.FunctionDef, lines: list[str]) -> str:
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return "\n".join(lines[first - 1 : function.end_lineno])


def _lines(node: ast.stmt, lines: list[str]) -> str:
    return "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _used(function: ast.FunctionDef, tables: dict[str, str]) -> list[str]:
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return [text for name, text in tables.items() if name in names]


def renew() -> None:
    """Replaces each test that no longer exists by another of its file; read the difference before you commit it."""
    lines = []
    for code, test in cases().items():
        others = naming_tests(code, test)
        lines.append(f"{code} {test if test in others or not others else others[0]}\n")
    CASES.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    renew()
