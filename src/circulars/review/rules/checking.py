"""Checks letters: whether they can be built, and what the rules find in those that can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from circulars.build import Built, checked_letters
from circulars.language import load_language
from circulars.model.letter import Letter
from circulars.review.rules.findings import RuleProblem
from circulars.review.rules.in_step import in_step
from circulars.workspace import Workspace


def check_letters(sources: Iterable[Path], workspace: Workspace) -> Iterator[Built]:
    """Checks letters and yields their results. What the rules find is among the warnings."""
    for built, letter in checked_letters(sources, workspace):
        found = rule_problems(letter, workspace) if letter else ()
        yield replace(built, warnings=tuple(sorted((*built.warnings, *found), key=lambda one: one.where)))


def rule_problems(letter: Letter, workspace: Workspace) -> tuple[RuleProblem, ...]:
    """What the rules find in a letter."""
    languages = {named.name: load_language(named.name, workspace.language_folders) for named in letter.languages}
    return tuple(dict.fromkeys(in_step(letter, languages)))
