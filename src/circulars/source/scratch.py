"""Makes a temporary folder for a letter that comes from a git revision or a finished file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def folder_with(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A temporary folder with the files that a letter refers to, by name; it is deleted on exit.

    A name that leads out of the folder is skipped; reading the letter then reports the file as missing, at its line.
    """
    with TemporaryDirectory(prefix="circulars-") as place:
        root = Path(place).resolve()
        for name, data in files.items():
            target = (root / name).resolve()
            if target.is_relative_to(root) and target != root:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
        yield root
