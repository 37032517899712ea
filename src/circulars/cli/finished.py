"""Finds the finished files that a command checks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from circulars.accessibility import SUFFIXES
from circulars.cli.show import plural
from circulars.errors import Place, Problem, UsageError
from circulars.workspace import Workspace


def finished_files(names: Sequence[str], workspace: Workspace) -> list[Path]:
    """The named Word files and PDFs, and those in the named folders; without names, those in ``output/``.

    Raises:
        UsageError: names do not exist, or there is no Word file and no PDF.
    """
    named = [Path(name) for name in names]
    found: dict[Path, Path] = {}
    others = 0
    missing: list[Problem] = []
    for name in named or [workspace.output]:
        path = next((path for path in (name, workspace.folder / name) if _exists(path)), None)
        if path is None:
            missing.append(Problem(Place(), "no-such-file", f"there is no file '{name}'"))
            continue
        for file in sorted(_below(path)) if path.is_dir() else [path]:
            if file.suffix.lower() in SUFFIXES:
                # Links that lead nowhere, or in a circle, are reported when they are read, beside the other files.
                found.setdefault(file.resolve() if file.exists() else file.absolute(), file)
            else:
                others += not path.is_dir()
    if missing:
        raise UsageError(*missing)
    if others:
        print(f"{others} {plural(others, 'file')} of other kinds ignored", file=sys.stderr)
    if not found:
        where = ", ".join(map(str, named or [workspace.output]))
        hint = "name files that end in .docx or .pdf, or a folder that contains some"
        raise UsageError(Problem(Place(), "no-files", f"there is no Word file and no PDF in {where}", hint))
    return list(found.values())


def _exists(path: Path) -> bool:
    with suppress(OSError, ValueError):  # a name that is too long, or that has a NUL in it, is not an error here
        return path.exists() or path.is_symlink()
    return False


def _below(folder: Path) -> Iterator[Path]:
    """The Word files and PDFs in a folder and its subfolders, without hidden files and Word's lock files (``~$``)."""
    for path in folder.rglob("*"):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            below = path.relative_to(folder).parts
            if not any(part.startswith((".", "~$")) for part in below):
                yield path
