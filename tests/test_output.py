"""Files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from circulars.errors import MachineError, UsageError
from circulars.output import save


def test_a_file_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    """The folder comes into being with its first file, which has the process's usual permissions."""
    path = save(tmp_path / "a" / "b", "letter.txt", b"words")

    assert path.read_bytes() == b"words"
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.parametrize("name", ["../letter.txt", "a/b", "con", "nul.txt", "a:b", "letter.", "what?", "..", "a\x07b"])
def test_a_name_that_some_system_cannot_store_is_refused(name: str, tmp_path: Path) -> None:
    """Neither a path nor what Windows reserves can be a file's name."""
    with pytest.raises(UsageError, match="cannot be the name"):
        save(tmp_path, name, b"")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_the_machines_fault(tmp_path: Path) -> None:
    """The error says which file could not be written, and why."""
    (tmp_path / "output").write_text("in the way")

    with pytest.raises(MachineError, match="a file stands where a folder is needed"):
        save(tmp_path / "output", "letter.txt", b"words")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old file stays as it was, and nothing lies beside it."""
    save(tmp_path, "letter.txt", b"old")
    real = os.fdopen

    def full(handle: int, mode: str) -> object:
        os.dup2(os.open("/dev/full", os.O_WRONLY), handle)
        return real(handle, mode)

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(MachineError, match="No space left"):
        save(tmp_path, "letter.txt", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert (tmp_path / "letter.txt").read_bytes() == b"old"


def test_a_killed_process_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    """kill -9 at any moment leaves a whole file."""
    old, new = b"o" * 3_000_000, b"n" * 3_000_000
    program = (
        "import sys; from pathlib import Path; from circulars.output import save\n"
        f"while True: save(Path({str(tmp_path)!r}), 'letter.txt', b'n' * 3_000_000)"
    )
    for moment in range(6):
        save(tmp_path, "letter.txt", old)
        with subprocess.Popen([sys.executable, "-c", program]) as process:
            time.sleep(0.15 + moment * 0.013)
            process.send_signal(signal.SIGKILL)

        assert (tmp_path / "letter.txt").read_bytes() in (old, new)
