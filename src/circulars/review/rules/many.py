"""Checks letters, many of them in several processes."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from circulars.build import Built
from circulars.errors import CircularsError
from circulars.processes import cores
from circulars.processes.crew import Crew
from circulars.processes.limits import SECONDS, Part
from circulars.review.rules.checking import CheckedLetter, checked_letter
from circulars.review.rules.earlier import EarlierVersions
from circulars.review.rules.folder_letters import FolderLetters
from circulars.review.rules.settings import CheckSettings, read_settings
from circulars.workspace import Workspace

FEW: Final = 40
"""So many letters are checked before another process would be ready."""
_AT_ONCE: Final = 25


def check_letters(
    sources: Iterable[Path], workspace: Workspace, today: datetime.date | None = None, jobs: int = 0
) -> Iterator[Built]:
    """Checks letters and yields their results in order. What the rules find is among the warnings.

    The exit code of a letter is 1 also if a rule finds an error. With ``today`` deadlines before that are found, too.
    Many letters are checked in ``jobs`` processes (0: one for each core).

    Raises:
        UsageError: the settings of the folder, in ``circulars.toml``, or its ``terms.csv`` have problems.
    """
    named = list(sources)
    settings = read_settings(workspace.folder)
    others, first = FolderLetters(workspace, without=named), dict[tuple[str, ...], str]()
    jobs = (jobs or cores()) if len(named) > FEW else 1
    checked = _side_by_side(named, workspace, settings, today, jobs) if jobs > 1 else None
    for one in checked or _checked(named, workspace, settings, today):
        unnamed = others.file_with(one.identity) if one.identity else ""
        other = unnamed or (first.setdefault(one.identity, one.file) if one.identity else one.file)
        yield one.built if other == one.file else _with_same(one, other)


def _with_same(one: CheckedLetter, other: str) -> Built:
    """The result of a letter with the identity of the letter in another file."""
    if not one.same:
        return one.built
    problem = replace(one.same, message=other + one.same.message.removeprefix(one.file))
    return replace(one.built, problems=(problem, *one.built.problems), exit_code=1)


def _checked(
    sources: Sequence[Path], workspace: Workspace, settings: CheckSettings, today: datetime.date | None
) -> Iterator[CheckedLetter]:
    return _with(_known(workspace), sources, workspace, settings, today)


def _known(workspace: Workspace) -> tuple[EarlierVersions, FolderLetters]:
    return EarlierVersions(workspace.folder), FolderLetters(workspace)


def _with(
    known: tuple[EarlierVersions, FolderLetters],
    sources: Sequence[Path],
    workspace: Workspace,
    settings: CheckSettings,
    today: datetime.date | None,
) -> Iterator[CheckedLetter]:
    return (checked_letter(source, workspace, settings, *known, today) for source in sources)


def _side_by_side(
    sources: Sequence[Path], workspace: Workspace, settings: CheckSettings, today: datetime.date | None, jobs: int
) -> Iterator[CheckedLetter]:
    """The letters in order, some at a time in each process; those of a process that ends are checked in this one."""
    part = Part("some letters", "shorten the longest of them", seconds=SECONDS * _AT_ONCE)
    groups = [sources[at : at + _AT_ONCE] for at in range(0, len(sources), _AT_ONCE)]
    with closing(Crew(jobs, (__name__,))) as crew:
        tasks = [crew.submit(part, _group, group, workspace, settings, today) for group in groups]
        for group, task in zip(groups, tasks, strict=True):
            try:
                yield from task.result()
            except CircularsError:
                yield from _checked(group, workspace, settings, today)


def _group(
    sources: Sequence[Path], workspace: Workspace, settings: CheckSettings, today: datetime.date | None
) -> list[CheckedLetter]:
    return [*_with(_known_to_worker(workspace), sources, workspace, settings, today)]


_known_to_worker: Final = functools.cache(_known)
"""What a worker process knows of a folder, which it finds out once: it ends with the check."""
