"""The folder to work in: where its letters, packs, languages and outputs are."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from circulars.cache import Cache
from circulars.errors import LetterError, PackError, Place, Problem
from circulars.files.inside import OutsideError, read_in_folder
from circulars.formats import WRITERS
from circulars.language import TO_TRANSLATE, has_country_names
from circulars.model.letter import Letter
from circulars.pack import DEFAULT_PACK, Pack, load_pack
from circulars.syntax.decoding import decoded


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder to work in: ``letters/``, ``templates/`` with packs (and ``languages/``) of its own, ``output/``.

    ``cache`` keeps layouts; without it, everything is laid out every time.
    """

    folder: Path
    cache: Cache | None = None

    @property
    def letters(self) -> Path:
        """The folder of the letters."""
        return self.folder / "letters"

    @property
    def output(self) -> Path:
        """The folder of the files that are built."""
        return self.folder / "output"

    def built_files(self) -> dict[str, int]:
        """When the newest output of each letter was written, in nanoseconds, by the name of the letter."""
        found: dict[str, int] = {}
        with suppress(OSError), os.scandir(self.output) as files:
            for file in files:
                name, *ending = file.name.rsplit(".", 2)  # the language and the format
                if len(ending) == 2 and ending[1] in WRITERS and file.is_file():
                    found[name] = max(found.get(name, 0), file.stat().st_mtime_ns)
        return found

    def pack(self, name: str = DEFAULT_PACK) -> Pack:
        """The pack with a name: the workspace's own, or else the one of the package.

        Raises:
            PackError: there is no such pack, it has problems, or names of countries in a language that CLDR lacks.
        """
        pack = load_pack(name, self.pack_folders)
        if pack.country_names and not has_country_names(pack.country_names):
            fact = f"country-names: '{pack.country_names}' is not a language that circulars itself has"
            place = Place(str(pack.folder / "pack.yaml"))
            hint = "write the code of a language in which CLDR names countries, for example fr or pt"
            raise PackError(Problem(place, "unknown-language", fact, hint))
        return pack

    def pack_of(self, letter: Letter) -> Pack:
        """The pack of a letter, for the paper of the letter or of its kind.

        Raises:
            PackError: see :meth:`pack`.
        """
        pack = self.pack(letter.pack.name if letter.pack else DEFAULT_PACK)
        kind = pack.kinds.get(letter.kind.name)
        paper = letter.paper or (kind.paper if kind else "")
        return load_pack(pack.name, self.pack_folders, paper) if paper in pack.paper else pack

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """The folders that are searched for packs before the package's own."""
        return _in_folder(self.folder, "templates")

    @property
    def language_folders(self) -> tuple[Path, ...]:
        """The folders that are searched for languages before the package's own."""
        return _in_folder(self.folder, "languages")


@functools.lru_cache(maxsize=16)
def _in_folder(folder: Path, name: str) -> tuple[Path, ...]:
    """A folder in another one, made once: what is looked up by its path is found faster."""
    return (folder / name,)


def untranslated(workspace: Workspace, pack: Pack, code: str) -> Iterator[Problem]:
    """A warning for each of the workspace's own files with words in a language of which lines are to be translated."""
    files = [folder / f"{code}.yaml" for folder in workspace.language_folders]
    if pack.folder.parent in workspace.pack_folders:
        files.append(pack.folder / "words" / f"{code}.yaml")
    for file in filter(Path.is_file, files):
        with suppress(LetterError, OSError, OutsideError):
            text = decoded(read_in_folder(file.parent, file.name, "YAML"), str(file))
            if marks := [*TO_TRANSLATE.finditer(text)]:
                lines = f"{len(marks)} line{'s are' if len(marks) > 1 else ' is'}"
                where = Place(str(file), text.count("\n", 0, marks[0].start()) + 1, 1)
                hint = f"'circulars language check {code}' lists them"
                fact = f"{lines} still to be translated, and in another language; this is the first"
                yield Problem(where, "untranslated", fact, hint)


def shown(path: Path, workspace: Workspace) -> str:
    """A path as problems show it: relative to the workspace's folder if it is inside."""
    try:
        return str(path.resolve().relative_to(workspace.folder.resolve()))
    except ValueError:
        return str(path)
