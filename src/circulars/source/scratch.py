"""A folder for a letter that has none: one out of a git revision, or out of a finished file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def folder_with(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with the files that a letter names, by the names that it gives them; gone when the letter is read.

    A name that leads out of the folder is left out: that its file is missing is the letter's problem, said at its line.
    """
    with TemporaryDirectory(prefix="circulars-") as place:
        root = Path(place).resolve()
        for name, data in files.items():
            target = (root / name).resolve()
            if target.is_relative_to(root) and target != root:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        yield root
