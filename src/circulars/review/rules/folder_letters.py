"""The letters of a folder to work in, read only as far as a citation asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from circulars.errors import CircularsError
from circulars.files.inside import OutsideError, read_in_folder
from circulars.model.letter import Letter
from circulars.source.letters import read_letter
from circulars.workspace import Workspace, shown

_NUMBER: Final = re.compile(rb"^number:[ \t]*[\"']?([^\s#\"']+)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)


class FolderLetters:
    """The letters in ``letters/``. Their numbers are read quickly from all files, the letters only where they match."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._numbers: dict[Path, str] | None = None
        self._letters: dict[Path, Letter | None] = {}

    def with_number_in(self, words: str) -> Iterator[Letter]:
        """The letters whose number some words, in small letters, have; and those that do not state it on one line."""
        if self._numbers is None:
            self._numbers = {path: _number(path) for path in sorted(self._workspace.letters.glob("*.yaml"))}
        for path, number in self._numbers.items():
            if number in words:
                if path not in self._letters:
                    self._letters[path] = self._read(path)
                if letter := self._letters[path]:
                    yield letter

    def _read(self, path: Path) -> Letter | None:
        with suppress(CircularsError):
            return read_letter(path, shown(path, self._workspace), self._workspace.language_folders)
        return None


def _number(path: Path) -> str:
    with suppress(OutsideError, OSError, ValueError, RuntimeError):
        found = _NUMBER.search(read_in_folder(path.parent, path.name, "YAML"))
        return found[1].decode("utf-8", "replace").casefold() if found else ""
    return ""
