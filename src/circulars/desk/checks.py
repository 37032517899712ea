"""Checks letters in worker processes within limits, so that no letter keeps the desk from answering."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from circulars.desk.letter_file import LetterBytes
from circulars.desk.numbers import Numbers, numbers_of
from circulars.errors import CircularsError, Place, Problem
from circulars.processes.crew import limited
from circulars.processes.limits import Part, seconds_for
from circulars.review.rules import check_letters
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LetterCheck:
    """What a check finds in a letter. A check that exceeds its limits is a problem."""

    problems: Sequence[Problem]
    warnings: Sequence[Problem] = ()


def part_to_check(letter: LetterBytes) -> Part:
    """The limits of a check, by the size of the letter."""
    return Part(
        f"the letter '{letter.file.name}'", where=Place(letter.file.shown), seconds=seconds_for(len(letter.data))
    )


def letter_check(letter: LetterBytes, workspace: Workspace) -> LetterCheck:
    """What ``circulars check`` finds in a letter."""
    try:
        return limited(part_to_check(letter), checked, letter, workspace, modules=(__name__,))
    except CircularsError as error:
        return LetterCheck(error.problems)


def letter_numbers(letter: LetterBytes, workspace: Workspace) -> Numbers:
    """The numbers of a letter's parts, as far as they are found within the limits."""
    file = letter.file
    with suppress(CircularsError):
        arguments = (letter.data, file.shown, file.path, workspace)
        return limited(part_to_check(letter), numbers_of, *arguments, modules=(__name__,))
    return {}


def checked(letter: LetterBytes, workspace: Workspace) -> LetterCheck:
    """See :func:`letter_check`; in a worker process."""
    [built] = check_letters([letter.file.path], workspace)
    return LetterCheck(built.problems, built.warnings)
