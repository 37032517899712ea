"""Remembers who has which letter open, and which text of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from circulars.desk.people import DeskPerson

SECONDS: Final = 6.0
"""So long a page counts that says nothing more. An open one says every two seconds where its reader is."""
MOST_PAGES: Final = 20
"""So many pages of one person are remembered, the newest ones."""


@dataclass(frozen=True, slots=True)
class OpenText:
    """A person who has a letter open, and the name of the field in which this person is; "" for none."""

    name: str
    field: str


@dataclass(frozen=True, slots=True)
class _OpenPage:
    letter: str
    field: str
    person: DeskPerson
    at: float


class Presence:
    """Who is where. A page is named by its person and a name of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pages: dict[tuple[str, str], _OpenPage] = {}

    def note(self, letter: str, field: str, person: DeskPerson, page: str) -> None:
        """Notes that a page of a person shows a letter, with the cursor in a field."""
        with self._lock:
            self._pages.pop((person.email, page), None)
            own = [key for key in self._pages if key[0] == person.email]
            for key in own[: max(len(own) - MOST_PAGES + 1, 0)]:
                del self._pages[key]
            self._pages[person.email, page] = _OpenPage(letter, field, person, self._clock())

    def leave(self, person: DeskPerson, page: str) -> None:
        """Notes that a page was left."""
        with self._lock:
            self._pages.pop((person.email, page), None)

    def others(self, letter: str, person: DeskPerson) -> list[OpenText]:
        """Everybody else who has a letter open, by their names."""
        pages = [one for one in self._now() if one.letter == letter and one.person.email != person.email]
        return sorted({OpenText(one.person.name, one.field) for one in pages}, key=lambda one: (one.name, one.field))

    def letters(self, person: DeskPerson) -> dict[str, list[str]]:
        """The names of everybody else who has a letter open, by the letter."""
        pages = [one for one in self._now() if one.person.email != person.email]
        return {
            name: sorted({one.person.name for one in pages if one.letter == name})
            for name in {one.letter for one in pages}
        }

    def _now(self) -> list[_OpenPage]:
        """The pages that are open; the others are forgotten."""
        with self._lock:
            late = self._clock() - SECONDS
            self._pages = {key: one for key, one in self._pages.items() if one.at > late}
            return [*self._pages.values()]
