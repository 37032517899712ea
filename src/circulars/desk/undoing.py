"""Remembers how to undo the edits of letters, step by step."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from circulars.desk.letter_file import LetterBytes
from circulars.source.editing import EditedFile, Splice, undone
from circulars.source.editing import Path as EditPath

MOST_UNDONE: Final = 200
"""So many steps of a letter can be undone."""
PAUSE: Final = 5.0
"""So many seconds without an edit end a step."""
MOST_TYPED: Final = 200
"""So many characters are undone in one step, and those of one more edit."""


@dataclass(frozen=True, slots=True)
class UndoStep:
    """Edits of one text that are undone together, in a file with the hash ``version``.

    The splices restore the bytes before the edits. ``typed`` is the number of characters that changed, and ``at`` when
    the last one did, in seconds. The edits of an entry, with the path (), are steps of their own.
    """

    path: EditPath
    version: str
    splices: tuple[tuple[Splice, ...], ...]
    typed: int
    at: float


class UndoSteps:
    """The steps of each letter, the newest last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: dict[str, list[UndoStep]] = defaultdict(list)

    def add(
        self, before: LetterBytes, after: LetterBytes, edit: EditedFile, path: EditPath = (), typed: int = 0
    ) -> None:
        """Adds an edit: to the last step if it goes on with the same text."""
        steps = self._steps[before.file.name]
        if not self.last(before):
            steps.clear()
        step = UndoStep(path, after.version, edit.undo, typed, self._clock())
        if steps and _goes_on(steps[-1], step):
            last = steps.pop()
            step = replace(step, splices=(*step.splices, *last.splices), typed=last.typed + typed)
        steps.append(step)
        del steps[:-MOST_UNDONE]

    def last(self, letter: LetterBytes) -> UndoStep | None:
        """The last step of a letter; None if there is none, or the file was changed since by something else."""
        steps = self._steps[letter.file.name]
        return steps[-1] if steps and steps[-1].version == letter.version else None

    def remove_last(self, letter: LetterBytes) -> None:
        """Forgets the last step of a letter, which was undone."""
        self._steps[letter.file.name].pop()


def before_step(letter: LetterBytes, step: UndoStep) -> bytes:
    """The bytes of a letter's file before its last step."""
    return undone(EditedFile(letter.data, step.splices))


def typed_characters(old: str, new: str) -> int:
    """The number of characters between what two texts have in common at the beginning and at the end."""
    first = _common(old, new)
    left, right = old[first:], new[first:]
    return max(len(left), len(right)) - _common(left[::-1], right[::-1])


def _common(one: str, other: str) -> int:
    """The number of characters with which both begin."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _goes_on(last: UndoStep, step: UndoStep) -> bool:
    return last.path == step.path != () and step.at - last.at < PAUSE and last.typed < MOST_TYPED
