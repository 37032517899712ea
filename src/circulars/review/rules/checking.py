"""Checks letters: whether they can be built, and what the rules find in those that can."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from circulars.build import Built, checked_letters
from circulars.errors import LetterError
from circulars.language import load_language
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.review.rules.allowances import without_allowed
from circulars.review.rules.cited import wrong_citations
from circulars.review.rules.deadlines import wrong_deadlines
from circulars.review.rules.earlier import EarlierVersions
from circulars.review.rules.findings import RuleProblem
from circulars.review.rules.in_step import in_step
from circulars.review.rules.settings import CheckSettings, read_settings
from circulars.review.rules.stale import stale_translations
from circulars.review.rules.unreachable import unreachable
from circulars.review.rules.weekdays import wrong_weekdays
from circulars.workspace import Workspace

_STALE: Final = "stale-translation"
_PAST: Final = "past-deadline"


def check_letters(sources: Iterable[Path], workspace: Workspace, today: datetime.date | None = None) -> Iterator[Built]:
    """Checks letters and yields their results. What the rules find is among the warnings.

    The exit code of a letter is 1 also if a rule finds an error. With ``today`` deadlines before that are found, too.

    Raises:
        UsageError: the settings of the folder, in ``circulars.toml``, have problems.
    """
    settings = read_settings(workspace.folder)
    earlier = EarlierVersions(workspace.folder)
    for built, settled in checked_letters(sources, workspace):
        stale: tuple[RuleProblem, ...] = ()
        if settled and _STALE not in settings.off:
            try:
                stale = tuple(stale_translations(settled[0], built.source, earlier))
            except LetterError as error:
                built = replace(built, problems=(*built.problems, *error.problems), exit_code=1)
        found = rule_problems(*settled, workspace, settings, stale, today) if settled else ()
        warnings = tuple(sorted((*built.warnings, *found), key=lambda one: one.where))
        code = built.exit_code or int(any(one.severity == "error" for one in found))
        yield replace(built, warnings=warnings, exit_code=code)


def rule_problems(
    letter: Letter,
    documents: Sequence[Document],
    workspace: Workspace,
    settings: CheckSettings | None = None,
    further: Iterable[RuleProblem] = (),
    today: datetime.date | None = None,
) -> tuple[RuleProblem, ...]:
    """What the rules find in a letter, by the ``settings`` of its folder, without what its comments allow.

    ``documents`` is the letter in each of its languages; without any, its annexes and numbers are not checked. The
    ``further`` problems are those of rules that need more than the letter.
    """
    settings = settings or CheckSettings()
    off = settings.off if today else settings.off | {_PAST}
    languages = {named.name: load_language(named.name, workspace.language_folders) for named in letter.languages}
    found = [*in_step(letter, languages), *wrong_weekdays(letter, languages), *wrong_deadlines(letter, today)]
    found += unreachable(letter)
    if documents:
        found += wrong_citations(letter, languages, documents)
    found += further
    own = [one for one in dict.fromkeys(found) if one.code not in off]
    kept = (one for one in without_allowed(own, letter, off) if one.code not in off)
    return tuple(replace(one, severity="error") if one.code in settings.errors else one for one in kept)
