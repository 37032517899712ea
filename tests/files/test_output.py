"""Files are written completely or not at all."""

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


def test_a_missing_folder_is_created(tmp_path: Path) -> None:
    """The folder is created with its first file, which has the usual permissions."""
    path = save(tmp_path / "a" / "b", "letter.txt", b"words")

    assert path.read_bytes() == b"words"
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_a_file_with_the_same_bytes_is_kept(tmp_path: Path) -> None:
    """It is not written again, but gets the current date."""
    path = save(tmp_path, "letter.txt", b"words")
    os.utime(path, (1, 1))
    before = path.stat()

    save(tmp_path, "letter.txt", b"words")

    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_mtime > 1


def test_a_file_of_the_same_length_is_replaced(tmp_path: Path) -> None:
    """All bytes are compared, not only the size."""
    path = save(tmp_path, "letter.txt", b"words")

    save(tmp_path, "letter.txt", b"wordS")

    assert path.read_bytes() == b"wordS"


def test_a_link_to_the_same_bytes_is_replaced(tmp_path: Path) -> None:
    """So is a file with another name (hard link): later changes under one name must not affect the other."""
    (tmp_path / "old").write_bytes(b"words")
    (tmp_path / "soft").symlink_to("old")
    (tmp_path / "hard").hardlink_to(tmp_path / "old")

    save_all(tmp_path, {"soft": b"words", "hard": b"words"})

    assert not (tmp_path / "soft").is_symlink()
    assert (tmp_path / "hard").stat().st_ino != (tmp_path / "old").stat().st_ino


@pytest.mark.parametrize("name", ["../letter.txt", "a/b", "con", "nul.txt", "a:b", "letter.", "what?", "..", "a\x07b"])
def test_a_name_that_some_system_cannot_store_is_refused(name: str, tmp_path: Path) -> None:
    """A path, or a name that Windows reserves, cannot be a file's name."""
    with pytest.raises(UsageError, match="cannot be the name"):
        save(tmp_path, name, b"")

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_reported(tmp_path: Path) -> None:
    """The error says why the files cannot be written."""
    (tmp_path / "output").write_text("in the way")

    with pytest.raises(MachineError, match="there is a file where a folder is needed"):
        save(tmp_path / "output", "letter.txt", b"words")


def test_a_limit_on_the_size_of_files_leaves_the_old_ones(tmp_path: Path) -> None:
    """If the second of two files is too large, no file changes, no temporary file is left, and the size is reported."""
    save(tmp_path, "a.txt", b"old")

    output = _saved_by_a_process(tmp_path, "{'a.txt': b'new', 'b.txt': b'n' * 300_000}", limit=100_000)

    assert "b.txt  cannot-write  the file would be larger than the system allows: 300.0 kB are to be written" in output
    assert "ulimit -f" in output
    assert _names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


@needs_disk
def test_a_full_disk_leaves_the_old_files(tmp_path: Path) -> None:
    """The message says how much is needed and how much is free; with more room, the same files are saved."""
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
        assert problem.hint == "make room, or name another folder; the old file, if any, is unchanged"

        (disk / "other").unlink()
        save_all(disk, {"a.txt": b"n" * 100_000, "b.txt": b"n" * 100_000})
        assert _names(disk) == ["a.txt", "b.txt"]


@needs_disk
def test_a_disk_with_the_maximum_number_of_files_is_reported(tmp_path: Path) -> None:
    """A disk may have free space, but no room for another file's entry."""
    with small_disk(tmp_path / "disk", 256, files=4) as disk:
        with pytest.raises(MachineError, match="or has the maximum number of files"):
            save_all(disk, {f"{number}.txt": b"n" for number in range(9)})

        assert _names(disk) == []


@needs_disk
def test_a_read_only_disk_is_reported(tmp_path: Path) -> None:
    """Not even root can write to it; the message says why, and what to do."""
    with small_disk(tmp_path / "disk", 256) as disk:
        save(disk, "a.txt", b"old")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        with pytest.raises(MachineError) as caught:
            save(disk, "a.txt", b"new")

        (problem,) = caught.value.problems
        assert problem.message == "writing here is not permitted: Read-only file system"
        assert problem.hint.startswith("name another folder, or ask for permission to write to this one")
        assert _names(disk) == ["a.txt"]


def test_a_folder_without_write_permission_is_reported(tmp_path: Path) -> None:
    """The old file is unchanged. If root runs this test, another user writes, because root needs no permission."""
    save(tmp_path, "a.txt", b"old")
    tmp_path.chmod(0o555)

    output = _saved_by_a_process(tmp_path, "{'a.txt': b'new'}", other_user=True)

    tmp_path.chmod(0o755)
    assert "a.txt  cannot-write  writing here is not permitted: Permission denied" in output
    assert _names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


def test_a_folder_in_the_place_of_a_file_is_reported(tmp_path: Path) -> None:
    """It is found before any file is written."""
    (tmp_path / "b.txt").mkdir()

    with pytest.raises(MachineError, match="there is a folder with the file's name"):
        save_all(tmp_path, {"a.txt": b"new", "b.txt": b"new"})

    assert _names(tmp_path) == ["b.txt"]


def test_saving_that_is_killed_at_any_step_leaves_the_old_files_or_the_new(tmp_path: Path) -> None:
    """After kill -9 before any system call, every file is complete; the next save deletes temporary files."""
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


def test_temporary_files_are_deleted_but_not_those_in_use(tmp_path: Path) -> None:
    """While another process locks the folder, nothing in it is changed; afterwards temporary files are deleted."""
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


def test_a_folder_that_stays_locked_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that was stopped with Ctrl-Z does not make others wait forever."""
    monkeypatch.setattr("circulars.files.output._TRIES", 3)
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    with pytest.raises(MachineError) as caught:
        save(tmp_path, "a.txt", b"new")

    os.close(other)
    assert caught.value.problems[0].code == "folder-busy"
    assert "type fg" in caught.value.problems[0].hint
    assert _names(tmp_path) == []


def test_without_locks_files_are_complete_and_temporary_files_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system without locks, a temporary file may belong to a running process."""

    def refuse(handle: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    (tmp_path / ".circulars.0123456789abcdef.part").write_bytes(b"half")

    save(tmp_path, "a.txt", b"new")

    assert _names(tmp_path) == [".circulars.0123456789abcdef.part", "a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_many_threads_save_the_same_files(tmp_path: Path) -> None:
    """In the end all files are from the same thread, with the usual permissions, and no temporary file is left."""
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
def test_a_new_file_has_the_permissions_of_the_umask(mask: int, tmp_path: Path) -> None:
    """The system applies the umask; it is not changed."""
    output = _saved_by_a_process(tmp_path, "{'a.txt': b'new'}", umask=mask)

    assert output == ""
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_permissions(mode: int, tmp_path: Path) -> None:
    """A private letter stays private, and one that a group may change can still be changed by the group."""
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "a.txt").chmod(mode)

    save(tmp_path, "a.txt", b"new")

    assert (tmp_path / "a.txt").stat().st_mode & 0o7777 == mode
    assert (tmp_path / "a.txt").read_bytes() == b"new"


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    """The target of a link is not changed, be it a file, a folder, or missing."""
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
    """The files are written to the target of the link."""
    (tmp_path / "real").mkdir()
    (tmp_path / "output").symlink_to("real")

    path = save(tmp_path / "output", "a.txt", b"new")

    assert path == tmp_path / "output/a.txt"
    assert (tmp_path / "real/a.txt").read_bytes() == b"new"


def test_a_long_name_can_be_saved(tmp_path: Path) -> None:
    """The name may be as long as the file system allows, because temporary files have short names."""
    path = save(tmp_path, "a" * 251 + ".txt", b"new")

    assert path.read_bytes() == b"new"


def test_a_new_file_does_not_replace_another_one(tmp_path: Path) -> None:
    """With ``new``, not even a broken link is replaced."""
    (tmp_path / "a.txt").symlink_to("gone")

    with pytest.raises(UsageError, match="this file already exists"):
        save(tmp_path, "a.txt", b"new", new=True)

    assert (tmp_path / "a.txt").is_symlink()


# Sums.


def test_sums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    """There is one line for each named file, sorted by the bytes of the names."""
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


def test_sums_of_other_files_are_kept_while_the_files_exist(tmp_path: Path) -> None:
    """The old sum of a file that somebody changed still detects the change; the line of a deleted file is removed."""
    save_all(tmp_path, dict.fromkeys(("a.txt", "b.txt", "gone.txt", "never.txt"), b"old"))
    save_sums(tmp_path, ["a.txt", "b.txt", "gone.txt"])
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "b.txt").write_bytes(b"changed by somebody")
    save(tmp_path, "a.txt", b"new")

    path = save_sums(tmp_path, ["a.txt"])

    sums = {line[66:]: line[:64] for line in path.read_text().splitlines()}
    assert sums == {"a.txt": hashlib.sha256(b"new").hexdigest(), "b.txt": hashlib.sha256(b"old").hexdigest()}


def test_wrong_lines_of_sums_are_removed(tmp_path: Path) -> None:
    """Whatever SHA256SUMS contains, the new one can be read by sha256sum."""
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


def _saved_by_a_process(folder: Path, files: str, limit: int = 0, umask: int = -1, other_user: bool = False) -> str:
    """The output of a process that saves files, with a limit on their size, with a umask, or as another user than root.

    It runs in the folder, because another user has no access to the folders above it.
    """
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from circulars.errors import CircularsError; from circulars.files.output import save_all\n"
        f"if {limit}: resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        f"if {other_user and os.geteuid() == 0}: import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"try: save_all(Path(), {files})\n"
        "except CircularsError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=HANGING, umask=umask, cwd=folder
    ).stdout
