"""Makes a temporary folder for a letter that comes from a git revision or a finished file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from circulars.files.names import can_be_stored


@contextmanager
def folder_with(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A temporary folder with the files that a letter refers to, by name; it is deleted on exit.

    A name that leads out of the folder, or that no file beside the others can have, is skipped; reading the letter then
    reports the file as missing, at its line.
    """
    with TemporaryDirectory(prefix="circulars-") as place:
        root = Path(place).resolve()
        for name, data in files.items():
            if all(map(can_be_stored, name.split("/"))):
                target = root / name
                with suppress(OSError):  # a file cannot be in another file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
        yield root
