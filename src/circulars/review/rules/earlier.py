"""Earlier versions of letters: those that git has, read for many letters at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Final

from circulars.review.versions.git import NoGitError, Version, has_contents, histories, read_contents

MOST_VERSIONS: Final = 100
"""So many of the newest versions of a letter are read."""
_AT_ONCE: Final = 50  # letters


class EarlierVersions:
    """The versions of the letters in a folder to work in, read by one git process for many of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inside = folder.resolve()
        self._paths: dict[Path, str | None] = {}
        self._histories: dict[str, dict[str, tuple[Version, ...]]] = {}
        self._contents: dict[str, bytes] = {}

    def of(self, letter: Path, data: bytes) -> Iterator[str]:
        """The texts of a letter that differ from the one before, from the newest on, after that in the folder.

        ``data`` is the file in the folder.
        """
        path = self._path(letter)
        if path is None:
            return
        history = self._history(path)
        blobs = [blob for blob, _ in groupby(version.blob for version in history.get(path, ())[:MOST_VERSIONS])]
        if blobs and has_contents(data, blobs[0]):
            blobs = blobs[1:]
        for blob in blobs:
            if blob not in self._contents:
                self._read_from(path, history)
            if blob in self._contents:
                yield self._contents[blob].decode("utf-8", "replace")

    def _path(self, letter: Path) -> str | None:
        """The path of a letter in the folder; None if it is not inside."""
        if letter not in self._paths:
            resolved = letter.resolve()
            is_inside = resolved.is_relative_to(self._inside)
            self._paths[letter] = resolved.relative_to(self._inside).as_posix() if is_inside else None
        return self._paths[letter]

    def _history(self, path: str) -> dict[str, tuple[Version, ...]]:
        inside = path.rpartition("/")[0]
        if inside not in self._histories:
            self._histories[inside] = histories(self._folder, inside)
        return self._histories[inside]

    def _read_from(self, path: str, history: dict[str, tuple[Version, ...]]) -> None:
        """Reads the contents of a letter's versions, and of those of the next letters that have several."""
        paths = sorted(history)
        coming = [one for one in paths[paths.index(path) :] if one == path or len(history[one]) > 1][:_AT_ONCE]
        blobs = [version.blob for one in coming for version in history[one][:MOST_VERSIONS]]
        with suppress(NoGitError):
            self._contents = read_contents(blobs, self._folder)
