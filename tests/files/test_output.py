"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from circulars.errors import MachineError, UsageError
from circulars.files.output import save, save_all, save_sums
from commands import HANGING
from conftest import ROOT
from faults import found, may_mount, small_disk

needs_disk = pytest.mark.skipif(not may_mount(), reason="a small disk may not be mounted here")


def test_a_file_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    """The folder comes into being with its first file, which has the process's usual permissions."""
    path = save(tmp_path / "a" / "b", "letter.txt", b"words")

    assert path.read_bytes() == b"words"
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_a_file_that_is_there_already_stays(tmp_path: Path) -> None:
    """It is not written again; its date says that it was made now."""
    path = save(tmp_path, "letter.txt", b"words")
    os.utime(path, (1, 1))
    before = path.stat()

    save(tmp_path, "letter.txt", b"words")

    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime > 1


def test_a_file_of_the_same_length_is_replaced(tmp_path: Path) -> None:
    """Every byte is compared."""
    path = save(tmp_path, "letter.txt", b"words")

    save(tmp_path, "letter.txt", b"wordS")

    assert path.read_bytes() == b"wordS"


def test_a_link_to_the_same_bytes_is_replaced(tmp_path: Path) -> None:
    """A file of many names, too: what is written under one of them later is not for the others."""
    (tmp_path / "old").write_bytes(b"words")
    (tmp_path / "soft").symlink_to("old")
    (tmp_path / "hard").hardlink_to(tmp_path / "old")

    save_all(tmp_path, {"soft": b"words", "hard": b"words"})

    assert not (tmp_path / "soft").is_symlink()
    assert (tmp_path / "hard").stat().st_ino != (tmp_path / "old").stat().st_ino


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


def test_a_limit_on_the_size_of_files_leaves_the_old_ones(tmp_path: Path) -> None:
    """The second of two files is too large: neither is new, nothing lies beside them, and the figures are told."""
    save(tmp_path, "a.txt", b"old")

    said = _saved_by_a_process(tmp_path, "{'a.txt': b'new', 'b.txt': b'n' * 300_000}", limit=100_000)

    assert "b.txt  cannot-write  the file may not be so large here: 300.0 kB are to be written" in said
    assert "ulimit -f" in said
    assert _names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


@needs_disk
def test_a_full_disk_leaves_the_old_files(tmp_path: Path) -> None:
    """How much is needed and how much is free is told; after room is made, the same files are saved."""
    with small_disk(tmp_path / "disk", 256) as disk:
        save(disk, "a.txt", b"old")
        (disk / "other").write_bytes(b"x" * 100_000)

        with pytest.raises(MachineError) as caught:
            save_all(disk, {"a.txt": b"n" * 100_000, "b.txt": b"n" * 100_000})

        assert _names(disk) == ["a.txt", "other"]
        assert (disk / "a.txt").read_bytes() == b"old"
        (problem,) = caught.value.problems
        assert problem.where.file == str(disk / "b.txt")
        assert problem.message == "the disk is full: 200.0 kB are needed, 155.6 kB are free"
        assert problem.hint == "make room, or name another folder; the old file, if any, stays"

        (disk / "other").unlink()
        save_all(disk, {"a.txt": b"n" * 100_000, "b.txt": b"n" * 100_000})
        assert _names(disk) == ["a.txt", "b.txt"]


@needs_disk
def test_a_disk_that_can_hold_no_more_files_says_so(tmp_path: Path) -> None:
    """A disk may have room, and none for another file's name."""
    with small_disk(tmp_path / "disk", 256, files=4) as disk:
        with pytest.raises(MachineError, match="or holds as many files as it can"):
            save_all(disk, {f"{number}.txt": b"n" for number in range(9)})

        assert _names(disk) == []


@needs_disk
def test_a_disk_that_is_read_only_is_told(tmp_path: Path) -> None:
    """Not even root writes there; the message says why, and what to do."""
    with small_disk(tmp_path / "disk", 256) as disk:
        save(disk, "a.txt", b"old")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        with pytest.raises(MachineError) as caught:
            save(disk, "a.txt", b"new")

        (problem,) = caught.value.problems
        assert problem.message == "this may not be written: Read-only file system"
        assert problem.hint.startswith("name another folder, or ask for permission to write in this one")
        assert _names(disk) == ["a.txt"]


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    """The old file stays; root, whom no permission stops, tries as somebody else."""
    save(tmp_path, "a.txt", b"old")
    tmp_path.chmod(0o555)

    said = _saved_by_a_process(tmp_path, "{'a.txt': b'new'}", somebody=True)

    tmp_path.chmod(0o755)
    assert "a.txt  cannot-write  this may not be written: Permission denied" in said
    assert _names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    """It is found before any file is new."""
    (tmp_path / "b.txt").mkdir()

    with pytest.raises(MachineError, match="a folder stands where the file is to be"):
        save_all(tmp_path, {"a.txt": b"new", "b.txt": b"new"})

    assert _names(tmp_path) == ["b.txt"]


def test_saving_that_is_killed_at_any_step_leaves_the_old_files_or_the_new(tmp_path: Path) -> None:
    """kill -9 before each call to the system: every file is whole, and what is left is cleared by the next saving."""
    (tmp_path / "files").mkdir()
    old, new = ({f"{n}.txt": word * 100_000 for n in range(2)} for word in (b"old", b"newer"))
    command = [sys.executable, str(ROOT / "tests/faults.py"), "--steps", str(tmp_path / "files")]

    done = subprocess.run(command, capture_output=True, text=True, timeout=HANGING)
    save_all(tmp_path / "files", new)

    assert (done.returncode, done.stderr) == (0, "")
    total, left, mixed, last = map(int, done.stdout.split())
    assert total > 50
    assert left > 10
    assert mixed > 0
    assert last == 2
    assert found(tmp_path / "files", old, new) == {"new": 2}


def test_what_others_left_is_cleared_but_not_what_they_are_writing(tmp_path: Path) -> None:
    """While another process has the folder, nothing in it is touched; once it is gone, its part is taken away."""
    part = tmp_path / ".circulars.0123456789abcdef.part"
    part.write_bytes(b"half")
    (tmp_path / ".circulars.txt.part").write_bytes(b"somebody's own")
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    program = "import sys; from pathlib import Path; from circulars.files.output import save\n"
    program += "save(Path(sys.argv[1]), 'a', b'')"

    with subprocess.Popen([sys.executable, "-c", program, tmp_path]) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert part.read_bytes() == b"half"
        assert not (tmp_path / "a").exists()
        os.close(other)
        assert process.wait(60) == 0

    assert _names(tmp_path) == [".circulars.txt.part", "a"]


def test_a_folder_that_is_never_given_back_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that was stopped with Ctrl-Z keeps no other one waiting for ever."""
    monkeypatch.setattr("circulars.files.output._TRIES", 3)
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    with pytest.raises(MachineError) as caught:
        save(tmp_path, "a.txt", b"new")

    os.close(other)
    assert caught.value.problems[0].code == "folder-busy"
    assert "type fg" in caught.value.problems[0].hint
    assert _names(tmp_path) == []


def test_without_locks_files_are_whole_and_nobody_s_part_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file system has no locks, a part that lies there may be one that another process is writing."""

    def refuse(handle: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    (tmp_path / ".circulars.0123456789abcdef.part").write_bytes(b"half")

    save(tmp_path, "a.txt", b"new")

    assert _names(tmp_path) == [".circulars.0123456789abcdef.part", "a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_many_threads_save_the_same_files(tmp_path: Path) -> None:
    """All files are the same one's in the end, nothing lies beside them, and the permissions are the usual ones."""
    names = [f"{number}.txt" for number in range(6)]

    def save_them(word: int) -> None:
        for _ in range(5):
            save_all(tmp_path, {name: str(word).encode() * 5000 for name in names})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save_them, range(8)))

    assert len({(tmp_path / name).read_bytes() for name in names}) == 1
    assert _names(tmp_path) == names
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in names} == {0o666 & ~_umask()}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077])
def test_a_new_file_may_be_read_by_whom_the_umask_lets(mask: int, tmp_path: Path) -> None:
    """The system applies it; nobody else's umask is touched."""
    said = _saved_by_a_process(tmp_path, "{'a.txt': b'new'}", umask=mask)

    assert said == ""
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_permissions(mode: int, tmp_path: Path) -> None:
    """A letter that was closed to others stays closed, one that a group may change stays open to it."""
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "a.txt").chmod(mode)

    save(tmp_path, "a.txt", b"new")

    assert (tmp_path / "a.txt").stat().st_mode & 0o7777 == mode
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    """To a file, to a folder, to nothing: what it led to stays as it was."""
    (tmp_path / "secret").write_bytes(b"mine")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "folder").mkdir()
    for name, target in (("file", "secret"), ("place", "folder"), ("nothing", "gone")):
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / f"{name}.txt").symlink_to(tmp_path / target)

    save_all(tmp_path / "out", {f"{name}.txt": b"new" for name in ("file", "place", "nothing")})

    assert {path.read_bytes() for path in (tmp_path / "out").iterdir()} == {b"new"}
    assert not any(path.is_symlink() for path in (tmp_path / "out").iterdir())
    assert (tmp_path / "secret").read_bytes() == b"mine"
    assert _names(tmp_path) == ["folder", "out", "secret"]
    assert _names(tmp_path / "folder") == []
    assert (tmp_path / "out/file.txt").stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_a_folder_may_be_a_link(tmp_path: Path) -> None:
    """The files go where it leads."""
    (tmp_path / "real").mkdir()
    (tmp_path / "output").symlink_to("real")

    path = save(tmp_path / "output", "a.txt", b"new")

    assert path == tmp_path / "output/a.txt"
    assert (tmp_path / "real/a.txt").read_bytes() == b"new"


def test_a_long_name_can_be_saved(tmp_path: Path) -> None:
    """As long as a file system allows: what is written beside it has a short name."""
    path = save(tmp_path, "a" * 251 + ".txt", b"new")

    assert path.read_bytes() == b"new"


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    """Not even a link that leads nowhere."""
    (tmp_path / "a.txt").symlink_to("gone")

    with pytest.raises(UsageError, match="this file is there already"):
        save(tmp_path, "a.txt", b"new", new=True)

    assert (tmp_path / "a.txt").is_symlink()


# Sums.


def test_sums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    """One line for each file that is named, in the order of the names' bytes, whole as every file."""
    save_all(tmp_path, {"b.txt": b"b", "ab.txt": b"ab", "a.txt": b"a", "Ñ.txt": b"n", "a b.txt": b"space"})

    path = save_sums(tmp_path, ["b.txt", "ab.txt", "a.txt", "Ñ.txt", "a b.txt"])

    lines = path.read_bytes().splitlines(keepends=True)
    assert lines[1] == hashlib.sha256(b"a").hexdigest().encode() + b"  a.txt\n"
    assert [line[66:].decode() for line in lines] == ["a b.txt\n", "a.txt\n", "ab.txt\n", "b.txt\n", "Ñ.txt\n"]
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert _names(tmp_path) == ["SHA256SUMS", "a b.txt", "a.txt", "ab.txt", "b.txt", "Ñ.txt"]


def test_sums_of_other_files_stay_while_the_files_do(tmp_path: Path) -> None:
    """The line of a file that somebody changed still finds it out; that of a file that is gone goes with it."""
    save_all(tmp_path, dict.fromkeys(("a.txt", "b.txt", "gone.txt", "never.txt"), b"old"))
    save_sums(tmp_path, ["a.txt", "b.txt", "gone.txt"])
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "b.txt").write_bytes(b"changed by somebody")
    save(tmp_path, "a.txt", b"new")

    path = save_sums(tmp_path, ["a.txt"])

    sums = {line[66:]: line[:64] for line in path.read_text().splitlines()}
    assert sums == {"a.txt": hashlib.sha256(b"new").hexdigest(), "b.txt": hashlib.sha256(b"old").hexdigest()}


def test_what_is_no_line_of_sums_is_left_out(tmp_path: Path) -> None:
    """Whatever stands in SHA256SUMS, it is read, and one that sha256sum can read comes of it."""
    other = hashlib.sha256(b"other").hexdigest()
    (tmp_path / "other.bin").write_bytes(b"other")
    lines = (
        f"{other} *other.bin",
        "nonsense",
        f"{other}  {'x' * 5000}",
        f"{other}  a\0b",
        "\udcff",
        "",
        f"{other}  ..",
    )
    (tmp_path / "SHA256SUMS").write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    save(tmp_path, "a.txt", b"a")

    path = save_sums(tmp_path, ["a.txt"])

    assert path.read_text().splitlines() == [f"{hashlib.sha256(b'a').hexdigest()}  a.txt", f"{other}  other.bin"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _saved_by_a_process(folder: Path, files: str, limit: int = 0, umask: int = -1, somebody: bool = False) -> str:
    """What a process said whose files may be no larger than a limit, which has a umask, or is not root.

    It runs in the folder: those that this one lies in are closed to others.
    """
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from circulars.errors import CircularsError; from circulars.files.output import save_all\n"
        f"if {limit}: resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        f"if {somebody and os.geteuid() == 0}: import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"try: save_all(Path(), {files})\n"
        "except CircularsError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=HANGING, umask=umask, cwd=folder
    ).stdout
