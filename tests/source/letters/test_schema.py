"""The JSON Schema accepts what the reader accepts, describes each key, and rejects typing errors."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from circulars.build import check_files
from circulars.source.letters import letter_schema
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[3]
BROKEN = sorted((ROOT / "tests" / "broken").glob("*.yaml"))
SCHEMA = letter_schema()

# What a schema can check: the types of values, the names of keys, and patterns of text.
VISIBLE = {
    "empty-list",
    "missing-field",
    "not-a-number",
    "not-true-or-false",
    "two-parts",
    "unknown-field",
    "unknown-name",
    "wrong-name",
    "wrong-type",
}
# Broken letters that the schema accepts all the same, with the reason.
UNSEEN = {
    "kind-asks": "the pack defines which keys a kind requires",
    "kind-asks-for-a-group": "the pack defines which keys a kind requires",
    "list-of-words": "the pack defines the names of lists",
    "signatory-without-post": "one of two keys is required",
}
HEAD = "kind: tsb-circular\nnumber: 1\ndate: 2024-07-12\nlanguages: [en, es]\nsubject: {en: a, es: b}\n"


class Core(yaml.SafeLoader):
    """The core schema of YAML 1.2, as editors use it: dates and "no" are text, 213 is a number."""


Core.yaml_implicit_resolvers = {}
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$|0x[0-9a-fA-F]+$"), None)
Core.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?$"), None)


def read(text: str | bytes) -> Any:
    """The values of a file as an editor reads it."""
    return yaml.load(text, Loader=Core)  # a SafeLoader with fewer resolvers


@functools.cache
def validator() -> Draft7Validator:
    """The validator of letters. Importing it takes seconds, which workers that run other tests need not wait for."""
    from jsonschema import Draft7Validator

    Draft7Validator.check_schema(SCHEMA)
    return Draft7Validator(SCHEMA)


def errors(text: str | bytes) -> list[str]:
    """The errors that an editor would underline."""
    return [error.message for error in validator().iter_errors(read(text))]


def with_line(line: str) -> str:
    """A small letter with a line added; the line replaces one with the same key."""
    key = line.partition(":")[0]
    lines = [own for own in f"{HEAD}body: [{{en: a, es: b}}]".splitlines() if not own.startswith(f"{key}:")]
    return "\n".join([*lines, line])


def test_the_schema_is_draft_7() -> None:
    """The schema is valid in draft 7, which VS Code's YAML extension reads."""
    validator()

    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert not [word for word in ("$defs", "unevaluatedProperties", "prefixItems") if word in str(SCHEMA)]


@pytest.mark.parametrize("path", sorted((ROOT / "letters").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_validates(path: Path) -> None:
    """An editor underlines nothing in the examples."""
    assert errors(path.read_bytes()) == []


def test_every_property_is_described() -> None:
    """Each key that an editor can offer has a description."""
    found = list(_properties(SCHEMA, ""))

    assert len(found) > 60
    assert [where for where, schema in found if not schema.get("description", "").endswith(".")] == []


def _properties(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from _properties(part, f"{where}/{number}")
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("properties", "patternProperties"):
                yield from ((f"{where}/{name}", described) for name, described in value.items())
            yield from _properties(value, f"{where}/{key}")


@pytest.mark.parametrize(
    "line",
    [
        "number: 213",
        "number: CACE/560",
        "number: 007",
        "number: '213'",
        "group: 5",
        "contact: {tel: 5, name: Ana}",
        "facts: {day: 2024-09-19, days: {from: 2024-09-19, to: 2024-09-20}, edition: 8, rate: 1.25}",
        "facts: {city: {en: Geneva, es: Ginebra}, name: ITU}",
        "facts: {agree: true, name: no, time: 12:30}",
        "to: member-states",
        "to: [member-states, {en: a, es: b}]",
        "to: []",
        "signatory: tsb-director",
        "signatory: {post: tsb-director, signed: true}",
        "qr: https://www.itu.int",
        "qr: {link: page, caption: Page}",
        "links: {page: https://www.itu.int, form: {en: 'mailto:a@b.int', es: 'tel:+41 22'}}",
        "amends: {kind: corrigendum, number: 1}",
        "closing: {en: Bye, zh-Hans: 再见}",
    ],
)
def test_what_the_reader_accepts_validates(line: str) -> None:
    """Numbers and dates need no quotation marks; one value may replace a list, or a text by language."""
    assert errors(with_line(line)) == []


@pytest.mark.parametrize(
    "part",
    [
        "{en: a, es: b, id: one, numbered: false, when: {category: [a, b], country: no}}",
        "{en: a, es: b, items: [a, {en: c, es: d}]}",
        "{heading: {en: a, es: b}, level: 2, id: two}",
        "{deadlines: [{date: 2024-08-30, time: 12:30, en: a, es: b}]}",
        "{table: {columns: [a, {en: b, es: c}], rows: [[1, 2.5]], widths: [1, 2]}}",
        "{note: Bring a pen}",
        "{venue: {name: ITU, address: {en: a, es: b}, link: page}}",
    ],
)
def test_every_kind_of_part_validates(part: str) -> None:
    """Paragraphs, headings, deadlines, tables, notes and venues may be in the body and in an annex."""
    body = f"body: [{part}]\n"

    assert errors(f"{HEAD}{body}annexes:\n  - title: A\n    {body}") == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("subjet: a", "subjet"),
        ("numbering: all", "all"),
        ("contact: Ana", "Ana"),
        ("to: {names: [a]}", "names"),
        ("date: [2024-07-12]", "2024"),
        ("date: 12 July 2024", "12 July"),
        ("amends: {kind: erratum, number: 1}", "erratum"),
        ("amends: {kind: addendum, number: one}", "one"),
        ("links: {page: javascript:alert(1)}", "javascript"),
        ("links: {My_Page: https://www.itu.int}", "My_Page"),
        ("signatory: {post: a, signd: true}", "signd"),
        ("signatory: {post: a, signed: yes}", "yes"),
        ("annexes: {title: a}", "title"),
        ("body: []", "[]"),
        ("body: [{headng: a}]", "headng"),
        ("body: [{heading: a, level: 4}]", "level"),
        ("body: [{table: {columns: [a]}}]", "columns"),
    ],
)
def test_what_the_reader_refuses_is_underlined(line: str, word: str) -> None:
    """Unknown keys, values of the wrong type and invalid names do not validate."""
    found = errors(with_line(line))

    assert found
    assert word in "".join(found)


def test_the_broken_letters_do_not_validate() -> None:
    """The schema rejects every broken letter with a mistake that a schema can check."""
    passed = []
    for case in BROKEN:
        codes = {problem.code for built in check_files([case], Workspace(case.parent)) for problem in built.problems}
        if codes & VISIBLE and "yaml-syntax" not in codes and not _underlined(case):
            passed.append(case.stem)

    assert sorted(passed) == sorted(UNSEEN)


def _underlined(case: Path) -> bool:
    try:
        return bool(errors(case.read_bytes()))
    except yaml.YAMLError:
        return True
