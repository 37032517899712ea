"""Which test causes the problems whose example is told in words, and whether that test is there and names the code."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

from conftest import ROOT

CASES = Path(__file__).parent / "cases.txt"
"""On each line a code, and the test that causes it: a file, ``::`` and a function."""


def cases() -> dict[str, str]:
    """The test of each code."""
    return dict(line.split(maxsplit=1) for line in CASES.read_text("utf-8").splitlines())


def names_code(test: str, code: str) -> bool:
    """Whether there is such a test, and it names the code: in itself, its decorators, or a table that it uses."""
    file, _, name = test.partition("::")
    return bool(re.search(rf"(?<![\w-]){code}(?![\w-])", _tests(ROOT / file).get(name, "")))


@functools.cache
def _tests(file: Path) -> dict[str, str]:
    """The source of each function of a file with that of the tables which it names."""
    if not file.is_file():
        return {}
    source = file.read_text("utf-8")
    module = ast.parse(source)
    lines = source.splitlines()
    tables, functions = {}, {}
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            tables[ast.unparse(target)] = ast.get_source_segment(source, node) or ""
        elif isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            functions[node] = "\n".join(lines[first - 1 : node.end_lineno])
    return {
        node.name: "\n".join([text, *(tables.get(name, "") for name in _names(node))])
        for node, text in functions.items()
    }


def _names(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
