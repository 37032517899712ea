"""Finds texts of a begun language that are left as another language has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from circulars.east_asian import HAN
from circulars.errors import Problem, quoted
from circulars.language import named_language
from circulars.syntax.nodes import Tree
from circulars.translation.cldr import Path as Keys
from circulars.translation.marks import SAME, is_marked_same, mark_line, untranslated, values

_IN_LETTERS: Final = (
    "labels", "deadline", "amended", "annex-parent", "annexes", "amendments", "signing", "footnotes", "blank", "box",
)  # fmt: skip
"""The groups of a language file whose words are in letters, and are others in each language."""
_TITLES: Final = ("addressees", "titles")
_PLACE: Final = re.compile(r"\{[^{}]*\}")
_WORD: Final = re.compile(rf"[{HAN}]{{2}}|[^\W\d_]{{4}}")
"""What makes a text more than a sign or an abbreviation, which several languages may have: "Fax:", "Web:"."""


def same_in_language_file(tree: Tree, others: Mapping[str, Tree]) -> Iterator[Problem]:
    """A problem for each text of a language file that the file of another language has under the same keys."""
    for problem_keys, problem in _same(tree, others):
        is_salutation = problem_keys[:2] == _TITLES and problem_keys[-1].startswith("salutation")
        if problem_keys[0] in _IN_LETTERS or is_salutation:
            yield problem


def same_in_words(tree: Tree, others: Mapping[str, Tree]) -> Iterator[Problem]:
    """A problem for each text of a pack's words that are the same in another language."""
    yield from (problem for keys, problem in _same(tree, others) if keys[0] != "footer")


def _same(tree: Tree, others: Mapping[str, Tree]) -> Iterator[tuple[Keys, Problem]]:
    """Each text that is the same in another language, once for its line; ``others`` are by the language's code."""
    known = {code: {(keys, value.text) for keys, value in values(other.root)} for code, other in others.items()}
    lines, seen = tree.text.split("\n"), {mark_line(tree, value) for _, value in untranslated(tree)}
    for keys, value in values(tree.root):
        line = mark_line(tree, value)
        if line in seen or not _WORD.search(_PLACE.sub("", value.text)) or is_marked_same(lines[line - 1]):
            continue
        if code := next((code for code, texts in known.items() if (keys, value.text) in texts), ""):
            seen.add(line)
            words = quoted(" ".join(value.text.split()))
            fact = f"'{'.'.join(keys)}' is as in {named_language(code)}: {words}"
            hint = f"translate the line, or write '{SAME}' at its end if the words are the same in both languages"
            yield keys, Problem(tree.place(value), "untranslated", fact, hint)
