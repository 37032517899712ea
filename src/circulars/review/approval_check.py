"""Refuses a letter without the approvals that are required."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from circulars.errors import LetterError, Problem
from circulars.model.letter import Letter
from circulars.review.settings_file import has_settings
from circulars.workspace import Workspace


def check_approvals(
    letter: Letter,
    workspace: Workspace,
    roles: Sequence[str] = (),
    *,
    now: datetime.datetime | None,
    languages: Sequence[str] = (),
    with_settings: bool = True,
) -> None:
    """Refuses a letter without the approvals that are required; the arguments are those of :func:`approval_problems`.

    Raises:
        LetterError: an approval is missing, void or not valid; the error has all of them, each with the reasons.
        UsageError: see there.
    """
    if problems := approval_problems(
        letter, workspace, roles, now=now, languages=languages, with_settings=with_settings
    ):
        raise LetterError(*problems)


def approval_problems(
    letter: Letter,
    workspace: Workspace,
    roles: Sequence[str] = (),
    *,
    now: datetime.datetime | None,
    languages: Sequence[str] = (),
    with_settings: bool = True,
) -> tuple[Problem, ...]:
    """Which approvals a letter lacks, and why those in its folder do not count. The letter is judged as it was read.

    ``roles`` are those that are required ("director"), or with ":looks" those who must have approved how it looks, too.
    Those of the folder's ``circulars.toml`` and of the letter's kind in the pack are required as well, unless
    ``with_settings`` is false. Each must have approved all languages of the letter, or those named. Certificates must
    be valid at the time ``now``, which is needed if approvals are required.

    Raises:
        UsageError: the settings have problems, a text names no role, or the time is missing.
        LetterError: the letter cannot be built.
    """
    if not roles and not (with_settings and _may_require(letter, workspace)):
        return ()
    from circulars.review.approval.requiring import lacking_approvals  # needs libraries that take long to import

    return lacking_approvals(letter, workspace, roles, now, languages, with_settings=with_settings)


def _may_require(letter: Letter, workspace: Workspace) -> bool:
    """Whether the settings of the folder, or the letter's kind, may require approvals."""
    kind = workspace.pack_of(letter).kinds.get(letter.kind.name)
    return has_settings(workspace.folder) or bool(kind and kind.approvals)
