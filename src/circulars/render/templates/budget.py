"""How much a template may do: counted, not timed, so that the same template and the same letter always end alike.

One unit is about what a loop costs to go round once; whatever handles a long text or a long list costs more by its
length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final

from jinja2 import TemplateRuntimeError

MAX_STEPS: Final = 5_000_000
"""The most that a template may do for one document."""
MAX_LETTERS: Final = 150_000_000
"""The most letters that a template may write while it runs, those that it throws away again counted."""
MAX_TEXT: Final = 20_000_000
"""The most letters of one text."""
MAX_ENTRIES: Final = 200_000
"""The most entries of one list, with those of the lists inside it; a hundred letters of a text count as one."""
MAX_SOURCE: Final = 1_000_000
"""The most letters of a template itself."""
MAX_TAGS: Final = 5_000
"""The most tags of a template."""
MAX_WIDTH: Final = 1_000
"""The most letters that a text may be made wide, and of what fills it."""
CALL: Final = 10
"""Steps that a call costs."""
A_STEP: Final = 100
"""How many letters are copied while a loop goes round once."""
_MAX_BITS = 10_000
_WIDE = re.compile(r"%[^a-zA-Z%]*(?:\d{4}|\*)")


class TooMuchError(TemplateRuntimeError):
    """A template does more than any letter needs."""


class Budget:
    """What a template may still do for one document."""

    __slots__ = ("letters", "steps")

    def __init__(self) -> None:
        self.steps, self.letters = MAX_STEPS, MAX_LETTERS

    def spend(self, steps: int, letters: int = 0) -> None:
        """Takes some work from what is left.

        Raises:
            TooMuchError: so much is not left.
        """
        self.steps -= steps
        self.letters -= letters
        if self.steps < 0:
            raise TooMuchError(f"it takes more than {MAX_STEPS:,} steps for one letter; does a loop run too often?")
        if self.letters < 0:
            raise TooMuchError(f"it writes more than {MAX_LETTERS:,} letters; does a loop run too often?")


BUDGET: Final[ContextVar[Budget]] = ContextVar("budget")
"""What the template that runs just now may still do."""


def size(value: Any) -> int:
    """The letters of a text; of a list its entries, nested ones counted, a hundred times: what it costs to look at all.

    Raises:
        TooMuchError: they are more than one value may have.
    """
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int):
        return value.bit_length()
    if not isinstance(value, list | tuple | dict | set | range):
        return 1
    if isinstance(value, range):
        return len(value) * A_STEP
    count, todo = 0, [value]
    while todo:
        container = todo.pop()
        count += len(container)
        entries: Iterable[Any] = container
        if isinstance(container, dict):
            entries = (*container.keys(), *container.values())
        for entry in entries:
            if isinstance(entry, str):
                count += len(entry) // A_STEP
            elif isinstance(entry, list | tuple | dict | set):
                todo.append(entry)
        if count + len(todo) > MAX_ENTRIES:
            raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")
    return count * A_STEP


def check_size(expected: int, like: Any) -> None:
    """Whether a value of that size may be made.

    Raises:
        TooMuchError: it is larger than one value may be.
    """
    if isinstance(like, str):
        if expected > MAX_TEXT:
            raise TooMuchError(f"it makes a text of more than {MAX_TEXT:,} letters")
    elif expected > MAX_ENTRIES * A_STEP:
        raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")


def check_product(left: Any, right: Any) -> None:
    """Whether two values may be multiplied, as :func:`check_size` does."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and isinstance(other, int):
            check_size(size(one) * max(other, 0), one)
            if not isinstance(one, str) and len(one) * max(other, 0) > MAX_ENTRIES:
                raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")
    if isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() + right.bit_length())


def check_bits(bits: int) -> None:
    """Whether a number of so many bits may be made, as :func:`check_size` does."""
    if bits > _MAX_BITS:
        raise TooMuchError(f"it makes a number of more than {_MAX_BITS:,} bits")


def check_format(pattern: str) -> None:
    """Whether a text may be formatted by a pattern (printf's), as :func:`check_size` does."""
    if _WIDE.search(pattern):
        raise TooMuchError("it formats a text wider than 999 letters")


def check_widths(given: Iterable[Any]) -> None:
    """Whether a text may be made as wide as these arguments ask, as :func:`check_size` does."""
    for value in given:
        if isinstance(value, int) and abs(value) > MAX_WIDTH:
            raise TooMuchError(f"it asks for a width of {value:,}; the limit is {MAX_WIDTH:,}")
        if isinstance(value, str) and len(value) > MAX_WIDTH:
            raise TooMuchError(f"it fills with a text of more than {MAX_WIDTH:,} letters")
