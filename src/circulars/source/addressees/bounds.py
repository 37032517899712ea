"""Reads the text of a list in bounded rows: a row that never ends is refused, not read into memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from circulars.errors import AddresseesError, Place, Problem
from circulars.files.reading import open_file

MAX_ROW: Final = 1_000_000
"""The maximum length of a row or an entry, in characters."""
MAX_EMPTY: Final = 1_000_000
"""The maximum number of empty rows in a list; a sheet of Excel has no more rows than that."""


UTF_8: Final = "utf-8-sig"
"""The codec of UTF-8 with or without a byte order mark."""


@dataclass(frozen=True, slots=True)
class ListText:
    """A file whose text is a list: its path, its name in messages, the codec of its encoding, and remarks about it."""

    path: Path
    name: str
    codec: str = UTF_8
    remarks: tuple[Problem, ...] = ()


def open_text(text: ListText, errors: str = "strict") -> TextIO:
    """The text of a list, without a byte order mark; line ends are ``\\n``."""
    return io.TextIOWrapper(open_file(text.path, "list"), encoding=text.codec, errors=errors)


class BoundedText:
    """A list's text, in lines or in pieces, of which no row may be longer than :data:`MAX_ROW`.

    The reader says where a row begins. A list with a longer row raises an ``AddresseesError``.
    """

    def __init__(self, stream: TextIO, name: str) -> None:
        self._stream, self._readline, self._name = stream, stream.readline, name
        self.begin_row(1)

    def begin_row(self, row: int) -> None:
        """Notes that the text up to here belongs to rows before this one."""
        self._row, self._left = row, MAX_ROW

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise self._too_long()
        if not line:
            raise StopIteration
        return line

    def read(self, size: int = -1, /) -> str:
        """At most ``size`` characters; "" at the end."""
        text = self._stream.read(size)
        self._left -= len(text)
        if self._left < 0:
            raise self._too_long()
        return text

    def _too_long(self) -> AddresseesError:
        fact = f"the row that begins here has more than {MAX_ROW:,} characters"
        hint = "write each addressee on a row of its own, and long texts in the letter"
        return AddresseesError(Problem(Place(self._name, self._row, 1), "row-too-long", fact, hint))


@contextmanager
def bounded_text(text: ListText) -> Iterator[BoundedText]:
    """The text of a list, open for reading."""
    with open_text(text) as stream:
        yield BoundedText(stream, text.name)


def check_empty(count: int, name: str, row: int) -> None:
    """Refuses a list with too many empty rows, before all of an endless one is read.

    Raises:
        AddresseesError: there are more than :data:`MAX_EMPTY`.
    """
    if count > MAX_EMPTY:
        fact = f"up to here the list has more than {MAX_EMPTY:,} empty rows"
        raise AddresseesError(Problem(Place(name, row, 1), "too-many-empty-rows", fact, "delete them"))
