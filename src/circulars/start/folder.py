"""Makes the first files of a folder to work in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from circulars.errors import Place, Problem, UsageError
from circulars.files.output import is_temporary, save
from circulars.files.reading import has_bytes
from circulars.pack import DEFAULT_PACK, SHIPPED, find_pack
from circulars.source.letters import letter_schema

EXAMPLE = "tsb-circular-213.yaml"
ADDRESSEES = "addressees.csv"
SIX_LANGUAGES = "addressees-six-languages.csv"
"""The example letter, and lists of invented addressees to merge it with."""
_SETTINGS = {"yaml.schemas": {"./letter.schema.json": "letters/*.yaml"}, "[yaml]": {"editor.wordWrap": "on"}}


def make_workspace(folder: Path) -> tuple[Path, ...]:
    """Makes an example letter and list, a copy of the default pack, and a schema for editors; returns the new files.

    No file is overwritten: existing settings of an editor are kept. An interrupted call is completed by the next one.

    Raises:
        UsageError: the folder has letters or templates already.
        MachineError: the folder cannot be written to.
    """
    files = {folder / path: data for path, data in _first_files().items()}
    for name in ("letters", "templates"):
        if _has_other_files(folder / name, files) or all(path.exists() for path in files):
            raise UsageError(
                Problem(
                    Place(str(folder / name)),
                    "folder-in-use",
                    "this folder is there already",
                    "name a new folder: circulars init FOLDER",
                )
            )
    missing = {path: data for path, data in files.items() if not path.exists()}
    return tuple(save(path.parent, path.name, data, new=True) for path, data in missing.items())


def _first_files() -> dict[Path, bytes]:
    """The files of a new workspace: their paths in it, and their bytes."""
    pack = find_pack(DEFAULT_PACK)
    own = sorted(path for path in pack.rglob("*") if path.is_file() and not _is_for_pack_makers(path))
    return {
        **{Path("letters", name): _example(name).read_bytes() for name in (EXAMPLE, ADDRESSEES, SIX_LANGUAGES)},
        **{Path("templates", pack.name, path.relative_to(pack)): path.read_bytes() for path in own},
        Path("output/.gitkeep"): b"",
        Path(".gitignore"): b"/output/*\n!/output/.gitkeep\n",
        Path("letter.schema.json"): _json(letter_schema()),
        Path(".vscode/settings.json"): _json(_SETTINGS),
    }


def _has_other_files(folder: Path, files: Mapping[Path, bytes]) -> bool:
    """Whether a folder has files that an interrupted ``init`` did not make, or that were changed since."""
    there = [path for path in folder.rglob("*") if not path.is_dir() and not is_temporary(path)]
    return folder.exists() and any(path not in files or not has_bytes(path, files[path]) for path in there)


def _example(name: str) -> Path:
    """The file of an example: in ``letters/`` in a checkout, beside the packs in an installed package."""
    return next(path for path in (SHIPPED.parent / "letters" / name, SHIPPED / name) if path.is_file())


def _is_for_pack_makers(path: Path) -> bool:
    """Whether a file of a pack is a program that draws its pictures or its Word template."""
    return path.suffix in (".py", ".pyc")


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
