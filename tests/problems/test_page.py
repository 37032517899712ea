"""``docs/problems.md`` is generated from the registry; renew it with ``python tests/problems/test_page.py``."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from circulars.problems import KINDS, Example, Explanation, explanations

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"

HEAD = """\
# Problem codes

Every problem has a code, such as `not-a-date`. Codes never change, so programs may rely on them. `circulars explain not-a-date`
prints the explanation of a code, and `circulars explain` lists all codes. With `--format json` both print JSON.

An example of a letter or a pack shows only the lines that matter. This page is made from the files in `src/circulars/problems/`.
"""  # noqa: E501  # a page's lines are as long as they come


def page() -> str:
    """The page made from the registry: a list of the codes, then a section for each."""
    lines = [HEAD]
    subjects = [(name, list(group)) for name, group in itertools.groupby(explanations().values(), lambda o: o.subject)]
    for name, group in subjects:
        lines.append(f"- [{name}](#{_anchor(name)}): {', '.join(f'[{one.code}](#{one.code})' for one in group)}")
    for name, group in subjects:
        lines += ["", f"## {name}", *(line for one in group for line in _section(one))]
    return "\n".join(lines) + "\n"


def _section(one: Explanation) -> list[str]:
    wrong = _escaped(one.wrong) + (f" This is {_AN[one.severity]}." if one.severity else "")
    right = ["", "This is right:", "", "```text", one.right.text, "```"] if one.right else []
    return ["", f"### {one.code}", "", wrong, "", *_example(one.example), *right, "", _escaped(one.remedy)]


_AN = {"error": "an error", "warning": "a warning"}


def _example(example: Example) -> list[str]:
    if example.kind == "case":
        return [f"For example: {_escaped(example.text)}"]
    if example.kind == "command":
        return ["For example:", "", "```console", *(f"$ {line}" for line in example.text.splitlines()), "```"]
    return [f"For example, {KINDS[example.kind]}:", "", "```text", example.text, "```"]


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _escaped(text: str) -> str:
    """A sentence with a backslash before each character that has a meaning in Markdown."""
    return re.sub(r"([\\*<>\[\]_`{}#]|(?<=\])\()", r"\\\1", text)


def test_the_page_agrees_with_the_registry() -> None:
    """The page is the one made from the registry now."""
    assert PAGE.read_text("utf-8") == page(), "renew the page: python tests/problems/test_page.py"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
