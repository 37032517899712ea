"""Modules, classes and functions are short, class names are unique, and the architecture page is correct."""

from __future__ import annotations

import ast
import functools
import importlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import pytest

from circulars.model import letter, text

pytestmark = pytest.mark.xdist_group("architecture")  # one process reads the source

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "circulars"
MODULES = {str(path.relative_to(SOURCE)): path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))}

ROOMS = {
    path.stem
    for path in SOURCE.iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and not path.stem.startswith("__")
}
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

MODULE_LINES = 450
CLASS_LINES = 250
FUNCTION_LINES = 60

SHARED_NAMES = {
    "_Entry": "an entry of a letter's list, of a list of addressees, of the text of a letter",
    "_Reader": "reads the instructions of a PDF page, the elements of an HTML page, the events of a YAML list",
    "_Words": "the text of an HTML page, and words to try the holes of a PDF with",
}
"""Names of several classes, and what each class is. They are private to modules that do not import each other."""

_CODES = "ar bg de el en es fa fr he hi hu it ja ko nl pl pt-BR ro ru sv uk ur vi yi zh".split()
_LANGUAGE = re.compile(rf"(?:{'|'.join(_CODES)})(?:[-_][A-Z][A-Za-z]+)?")
_LANGUAGE_NAME = re.compile(r"\b(?:Arabic|Chinese|English|French|Hebrew|Japanese|Portuguese|Russian|Spanish)\b")
# Codes that are mostly something else, such as "tr" and "th" of tables, are not looked for.
IN_CODE = {
    "characters.py": ("Arabic Hebrew", "a message about characters that set a direction"),
    "courtesy.py": ("he", "the key of a title: His or Her Excellency"),
    "language/date_patterns.py": ("en", "a locale to try patterns with, whatever it is"),
    "language/names.py": ("en", "the language of the program's own messages"),
    "merge/looking/cases.py": ("Chinese Japanese", "the names of scripts, in a list of cases to look at"),
    "model/fonts.py": (
        "Arabic Hebrew ar fa he ja ko ur yi zh",
        "Word has a slot for the fonts of some scripts; names of fonts have those of scripts",
    ),
    "render/docx/template_fonts.py": ("ar fa he ja ko ur yi zh zh-HK zh-TW", "Word numbers sets of characters"),
    "render/docx/voice.py": ("ar-SA he he-IL ja-JP ko-KR yi zh-CN", "Word's languages of words in a script"),
    "render/docx/word_languages.py": (
        "ar ar-SA en-GB fa fa-IR he he-IL ja ja-JP ko ko-KR ur ur-PK zh zh-CN zh-HK zh-TW",
        "Word's names of languages",
    ),
    "review/reports/redline/remarks.py": ("en-GB", "the language of the program's own remarks, as Word names it"),
    "source/letters/prose_text.py": ("Chinese", "a message about punctuation that only Chinese has"),
}
"""The languages that code names, each with the reason; all else about languages is data."""


@functools.cache
def _nodes(module: str) -> tuple[ast.AST, ...]:
    """All nodes of a module."""
    return tuple(ast.walk(ast.parse(MODULES[module])))


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """The number of lines of a function or a class with its decorators, without a function's docstring."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    docstring = ast.get_docstring(node, clean=False) if not isinstance(node, ast.ClassDef) else None
    return (node.end_lineno or first) - first + 1 - (docstring.count("\n") + 1 if docstring else 0)


def _too_long(kinds: tuple[type[ast.AST], ...], limit: int) -> Iterator[str]:
    for name in MODULES:
        for node in _nodes(name):
            if isinstance(node, kinds):
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                if _lines(node) > limit:
                    yield f"{name}: {node.name} has {_lines(node)} lines"


def test_modules_are_short() -> None:
    """Every module has fewer than 450 lines."""
    long = {name: count for name, source in MODULES.items() if (count := len(source.splitlines())) >= MODULE_LINES}

    assert long == {}


def test_classes_are_short() -> None:
    """Every class has fewer than 250 lines."""
    assert list(_too_long((ast.ClassDef,), CLASS_LINES - 1)) == []


def test_functions_are_short() -> None:
    """Every function has at most 60 lines, not counting its docstring."""
    assert list(_too_long((ast.FunctionDef, ast.AsyncFunctionDef), FUNCTION_LINES)) == []


def test_no_two_classes_have_the_same_name() -> None:
    """Class names are unique, except for a few private names in modules that do not import each other."""
    homes: dict[str, list[str]] = defaultdict(list)
    for module in MODULES:
        for node in _nodes(module):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(module)
    shared = {name: modules for name, modules in homes.items() if len(modules) > 1}

    assert {name: shared[name] for name in shared.keys() - SHARED_NAMES.keys()} == {}
    assert shared.keys() == SHARED_NAMES.keys()  # a name that is no longer shared leaves the list
    for name, modules in shared.items():
        assert name.startswith("_")
        assert not any(_imports(one, other) for one in modules for other in modules)


def _imports(one: str, other: str) -> bool:
    """Whether a module imports another."""
    name = "circulars." + other.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return re.search(rf"^\s*from {re.escape(name)} import ", MODULES[one], re.MULTILINE) is not None


def test_accessibility_could_be_a_package_of_its_own() -> None:
    """Its contract allows itself, ``errors``, ``characters``, and the modules of ``files`` that inspect Word files."""
    [apart] = [one for one in CONTRACTS if one.get("source_modules") == ["circulars.accessibility"]]
    words = {"word_document", "word_program", "word_traces", "word_reach", "word_fields", "word_kinds"}
    inspecting = {"opc", "recognize", *words, "embedded_picture", "picture_traces"}
    files = {path.stem for path in (SOURCE / "files").glob("*.py")} - {"__init__", *inspecting}
    others = {*(ROOMS - {"accessibility", "characters", "errors", "files"}), *(f"files.{name}" for name in files)}

    assert set(apart["forbidden_modules"]) == {f"circulars.{name}" for name in others}


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def _section(page: str, title: str) -> str:
    """The text below a heading of the second level."""
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_room_is_on_the_page() -> None:
    """docs/architecture.md has a row for each module and package directly in ``src/circulars``."""
    named = {
        name
        for cell in re.findall(r"^\| (`.+?) \|", _section(ARCHITECTURE, "The rooms"), re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }

    assert named == ROOMS | {"languages"}


def test_the_layers_on_the_page_are_those_of_the_contract() -> None:
    """The layers in docs/architecture.md are those that import-linter enforces."""
    contract = next(one for one in CONTRACTS if one["name"] == "each layer imports only what is below it")
    drawn = re.findall(r"```text\n(.*?)\n```", _section(ARCHITECTURE, "Layers"), re.DOTALL)

    assert drawn == ["\n".join(contract["layers"]).replace("circulars.", "")]


@pytest.mark.parametrize("walk", ["The walk of a letter", "The walk of a request", "The walk of an addressee"])
def test_the_walks_name_functions_that_exist(walk: str) -> None:
    """Each module and function in a walk exists under the name on the page."""
    names = re.findall(r"`([a-z_]+(?:\.\w+)+)`", _section(ARCHITECTURE, walk))

    assert len(names) > 13
    for name in names:
        module, _, member = name.rpartition(".")
        assert hasattr(importlib.import_module(f"circulars.{module}"), member), name


def test_every_room_is_ordered_by_a_contract() -> None:
    """Every package of several modules has a contract that orders all of them."""
    packages = {
        ".".join(path.parent.relative_to(SOURCE).parts)
        for path in SOURCE.rglob("__init__.py")
        if len([*path.parent.glob("*.py"), *path.parent.glob("*/__init__.py")]) > 2
    } - {"."}
    ordered = {
        name.removeprefix("circulars.") for one in CONTRACTS if one.get("exhaustive") for name in one["containers"]
    }

    assert packages - ordered - {""} == set()


def test_the_glossary_is_in_order_and_linked() -> None:
    """The words are in alphabetical order, and the pages that programmers start with link to the glossary."""
    words = re.findall(r"^\| ([a-z ]+) \|", GLOSSARY.partition("\n## ")[0], re.MULTILINE)[1:]

    assert len(words) >= 25
    assert words == sorted(words)
    for page in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        assert "glossary.md)" in (ROOT / page).read_text(encoding="utf-8")


def test_the_two_vocabularies_are_complete() -> None:
    """The glossary maps every part of a letter to the blocks that it becomes."""
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", _section(GLOSSARY, "Two vocabularies"), re.MULTILINE)

    assert {part for part, _ in rows} == {kind.__name__ for kind in get_args(letter.Part)} | {"Annex"}
    blocks = {block for _, cell in rows for block in re.findall(r"`([A-Z]\w+)`", cell)}
    assert blocks == {kind.__name__ for kind in get_args(text.Block)} | {"SettledAnnex"}


def test_languages_are_data() -> None:
    """No module but those listed has the code or the name of a language in a text; those listed have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in MODULES:
        for typed in _texts(_nodes(name)):
            found[name] |= {*_LANGUAGE_NAME.findall(typed), *([typed] if _LANGUAGE.fullmatch(typed) else [])}
    listed = {name: set(languages.split()) for name, (languages, _) in IN_CODE.items()}
    assert {name: languages for name, languages in found.items() if languages} == listed


def _texts(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """The texts in a module that are no docstrings."""
    docstrings = {node.value for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value
