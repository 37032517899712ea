"""Checks a letter: whether it can be built, and what the rules find in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.build import Built, checked_letters
from circulars.errors import LetterError, Problem
from circulars.language import load_language
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.review.rules.allowances import without_allowed
from circulars.review.rules.cited import wrong_citations
from circulars.review.rules.cited_dates import wrong_cited_dates
from circulars.review.rules.deadlines import wrong_deadlines
from circulars.review.rules.earlier import EarlierVersions
from circulars.review.rules.findings import RuleProblem
from circulars.review.rules.folder_letters import FolderLetters
from circulars.review.rules.former_facts import former_facts
from circulars.review.rules.in_step import in_step
from circulars.review.rules.notice import short_notice
from circulars.review.rules.settings import CheckSettings
from circulars.review.rules.stale import stale_translations
from circulars.review.rules.unreachable import unreachable
from circulars.review.rules.weekdays import wrong_weekdays
from circulars.review.rules.writing import wrong_writing
from circulars.source.letters.identity import identity_of, same_reference
from circulars.workspace import Workspace

_STALE: Final = "stale-translation"
_PAST: Final = "past-deadline"


@dataclass(frozen=True, slots=True)
class CheckedLetter:
    """The result for one letter by itself.

    ``identity`` is what no other letter may have, and ``same`` the problem if another one has it, with the name of this
    file, ``file``, in place of that of the other. A letter that cannot be read has no identity.
    """

    built: Built
    identity: tuple[str, ...] = ()
    same: Problem | None = None
    file: str = ""


def checked_letter(
    source: Path,
    workspace: Workspace,
    settings: CheckSettings,
    earlier: EarlierVersions,
    folder: FolderLetters,
    today: datetime.date | None = None,
) -> CheckedLetter:
    """Checks a letter, apart from whether another one has its reference. What the rules find is among the warnings.

    Of other letters in the ``folder`` only those are read that it cites.
    """
    [(built, settled)] = checked_letters([source], workspace, {})
    if not settled:
        return CheckedLetter(built)
    letter = settled[0]
    languages = {named.name: load_language(named.name, workspace.language_folders) for named in letter.languages}
    further = [*wrong_cited_dates(letter, languages, workspace, folder)]
    further += former_facts(letter, languages, source, earlier)
    if _STALE not in settings.off:
        try:
            further += stale_translations(letter, source, earlier, settings.originals)
        except LetterError as error:
            built = replace(built, problems=(*built.problems, *error.problems), exit_code=1)
    found = rule_problems(*settled, workspace, settings, further, today)
    warnings = tuple(sorted((*built.warnings, *found), key=lambda one: one.where))
    code = built.exit_code or int(any(one.severity == "error" for one in found))
    done = replace(built, warnings=warnings, exit_code=code)
    return CheckedLetter(done, identity_of(letter), same_reference(letter, letter), letter.file)


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
    found += wrong_writing(letter, languages, settings.terms)
    if documents:
        found += wrong_citations(letter, languages, documents)
        found += short_notice(letter, workspace.pack_of(letter).kinds[letter.kind.name])
    found += further
    own = [one for one in dict.fromkeys(found) if one.code not in off]
    kept = (one for one in without_allowed(own, letter, off) if one.code not in off)
    return tuple(replace(one, severity="error") if one.code in settings.errors else one for one in kept)
