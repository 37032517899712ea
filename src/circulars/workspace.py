"""The folder to work in, and where in it things are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from circulars.cache import Cache
from circulars.errors import PackError, Place, Problem
from circulars.language import known_languages
from circulars.model.letter import Letter
from circulars.pack import DEFAULT_PACK, Pack, load_pack


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder to work in: ``letters/``, ``templates/`` with packs (and ``languages/``) of its own, ``output/``.

    ``cache`` keeps what was laid out; None lays everything out anew.
    """

    folder: Path
    cache: Cache | None = None

    @property
    def letters(self) -> Path:
        """Where the letters are."""
        return self.folder / "letters"

    @property
    def output(self) -> Path:
        """Where the files go."""
        return self.folder / "output"

    def pack(self, name: str = DEFAULT_PACK) -> Pack:
        """The pack of a name: the workspace's own, else the one that travels with the package.

        Raises:
            PackError: there is no such pack, it is wrong, or it names countries in a language that the package has not.
        """
        pack = load_pack(name, self.pack_folders)
        if pack.country_names and pack.country_names not in (known := known_languages()):
            fact = f"country-names: '{pack.country_names}' is not a language that circulars itself has"
            place = Place(str(pack.folder / "pack.yaml"))
            raise PackError(Problem(place, "unknown-language", fact, f"write one of: {', '.join(known)}"))
        return pack

    def pack_of(self, letter: Letter) -> Pack:
        """The pack of a letter.

        Raises:
            PackError: as :meth:`pack` does.
        """
        return self.pack(letter.pack.name if letter.pack else DEFAULT_PACK)

    @property
    def pack_folders(self) -> tuple[Path, ...]:
        """Where packs are looked for before the package's own."""
        return (self.folder / "templates",)

    @property
    def language_folders(self) -> tuple[Path, ...]:
        """Where languages are looked for before the package's own."""
        return (self.folder / "languages",)


def shown(path: Path, workspace: Workspace) -> str:
    """A path as a problem shows it: from the workspace's folder when it lies in it."""
    try:
        return str(path.resolve().relative_to(workspace.folder.resolve()))
    except ValueError:
        return str(path)
