"""The letters of a folder to work in, read only as far as a citation asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.errors import CircularsError
from circulars.files.inside import OutsideError, read_in_folder
from circulars.model.letter import Letter
from circulars.source.letters import read_letter
from circulars.source.letters.identity import identity_of
from circulars.workspace import Workspace, shown

_NUMBER: Final = re.compile(rb"^number:[ \t]*[\"']?([\w./-]+)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_REFERENCE: Final = re.compile(rb"^[\"']?reference[\"']?[ \t]*:.*(?:\n(?:[ \t].*|\r?$))*", re.MULTILINE)
"""The key with all lines that are indented below it."""

_MOST_LETTERS: Final = 300  # whole letters in memory at once
_SIGN: Final = re.compile(r"(?<![a-z0-9./_-])[a-z./_-]*[0-9][a-z0-9./_-]*")
"""What tells references apart: "213", "bdt/ip/cstg-13". Each begins a run of such characters: the search is linear."""


class FolderLetters:
    """The letters in ``letters/``, ``without`` some files.

    Their numbers are read quickly from all files, the letters only where they match. ``references`` has the forms in
    which languages cite letters, by file and language, once they were asked for.
    """

    def __init__(self, workspace: Workspace, without: Iterable[Path] = ()) -> None:
        self._workspace = workspace
        self._without = frozenset(without)
        self._stated: dict[Path, _Stated] | None = None
        self._letters: dict[Path, Letter | None] = {}
        self.references: dict[tuple[str, str], frozenset[str]] = {}

    def with_number_in(self, words: str) -> Iterator[Letter]:
        """The letters whose number some words, in small letters, have; and those that do not state it plainly."""
        signs = _signs(words)
        return self._where(lambda stated: stated.may_be_in(words, signs))

    def file_with(self, identity: tuple[str, ...]) -> str:
        """The first file with a letter of this identity; "" if there is none."""
        words = " ".join(identity).casefold()
        letters = self.with_number_in(words) if _signs(words) else self._where(lambda stated: not stated.number)
        return next((letter.file for letter in letters if identity_of(letter) == identity), "")

    def _where(self, may_be: Callable[[_Stated], bool]) -> Iterator[Letter]:
        if self._stated is None:
            self._stated = {path: _stated(path) for path in self._files()}
        for path in (path for path, stated in self._stated.items() if may_be(stated)):
            if path not in self._letters:
                if len(self._letters) >= _MOST_LETTERS:
                    self._letters.clear()
                self._letters[path] = self._read(path)
            if letter := self._letters[path]:
                yield letter

    def _files(self) -> list[Path]:
        """The files, sorted; one of ``without`` may be named in another way."""
        files = [path for path in sorted(self._workspace.letters.glob("*.yaml")) if path not in self._without]
        without = {path.resolve() for path in self._without} if files else ()
        return [path for path in files if path.resolve() not in without]

    def _read(self, path: Path) -> Letter | None:
        with suppress(CircularsError):
            return read_letter(path, shown(path, self._workspace), self._workspace.language_folders)
        return None


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a file states, in small letters: its number; or, if it has a reference of its own, the ``signs`` in that."""

    number: str = ""
    signs: frozenset[str] = frozenset()

    def may_be_in(self, words: str, signs: frozenset[str]) -> bool:
        """Whether some words with some ``signs`` may have the reference."""
        return self.number in words if self.number else not self.signs or bool(signs & self.signs)


def _stated(path: Path) -> _Stated:
    with suppress(OutsideError, OSError):
        data = read_in_folder(path.parent, path.name, "YAML")
        if own := _REFERENCE.search(data):
            return _Stated(signs=_signs(own[0].decode("utf-8", "replace").casefold()))
        if found := _NUMBER.search(data):
            return _Stated(found[1].decode("utf-8", "replace").casefold())
        return _Stated(signs=_signs(data.decode("utf-8", "replace").casefold()))
    return _Stated()


def _signs(words: str) -> frozenset[str]:
    return frozenset(sign.strip("./-") for sign in _SIGN.findall(words))
