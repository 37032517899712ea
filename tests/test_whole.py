"""A build that is interrupted or fails leaves each file complete, old or new, and the next build completes it."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars.files.output import is_temporary
from commands import HANGING
from faults import (
    Office,
    any_moment,
    at_once,
    built_after,
    ended_by,
    found,
    may_mount,
    office,
    small_disk,
    while_writing,
)

STOPPED = "stopped; the files already written are complete\n"


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Five letters, enough for two processes, in the two fastest formats."""
    return office(tmp_path_factory.mktemp("whole") / "office", 5, ("docx", "txt"))


def test_kill_9_at_any_moment_leaves_whole_files(letters: Office, chance: random.Random) -> None:
    """A build is killed while it starts, lays out or writes, in one or two processes. No file is incomplete."""
    for turn in range(8):
        wait = while_writing(letters.output, chance) if turn % 4 else any_moment(0.8, chance)
        ended = ended_by(letters, signal.SIGKILL, wait, "--jobs", "12"[turn % 2])

        assert ended.code in (0, -signal.SIGKILL)
        assert ended.files["old"] + ended.files["new"] == len(letters.new)

    built_after(letters)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_terminated_build_cleans_up(
    letters: Office, number: int, code: int, jobs: str, chance: random.Random
) -> None:
    """After Ctrl-C, SIGTERM and SIGHUP there are whole files, no temporary ones, and one message."""
    ended = ended_by(letters, number, while_writing(letters.output, chance), "--jobs", jobs)

    assert ended.files["left"] == 0
    assert (ended.code, ended.error) in ((code, STOPPED), (0, ""))


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc of Linux")


@needs_proc
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_interrupting_every_process_prints_one_message(
    letters: Office, number: int, code: int, chance: random.Random
) -> None:
    """Only the main process prints a message, even while workers are being started."""

    def wait(process: subprocess.Popen[str]) -> None:
        while process.poll() is None and not _children(process.pid):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.4))

    for _ in range(3):
        ended = ended_by(letters, number, wait, "--jobs", "2", send=os.killpg)

        # A build that is interrupted during its first imports is ended by the signal, like any program.
        assert (ended.code, ended.error) in ((code, STOPPED), (0, ""), (-number, STOPPED))


@needs_proc
def test_letters_of_a_killed_worker_are_reported(letters: Office) -> None:
    """A system without memory kills workers. Letters that were not built are named, with a remedy."""
    killed: list[int] = []

    def kill_a_worker(process: subprocess.Popen[str]) -> None:
        while not killed and process.poll() is None:
            for worker in _workers(process.pid):
                # Only the worker is killed, not the main process.
                os.kill(worker, signal.SIGKILL)
                killed.append(worker)
            time.sleep(0.001)

    ended = ended_by(letters, 0, kill_a_worker, "--jobs", "2")

    assert killed
    assert ended.code == 3
    assert "process-ended  a process that was building letters was ended from outside" in ended.error
    assert "the files already written are complete" in ended.error
    assert "build with --jobs 1" in ended.error
    assert "not built: " in ended.error
    assert "Traceback" not in ended.error
    built_after(letters)


@pytest.mark.parametrize("count", [2, 4])
def test_builds_into_one_folder_at_once_do_not_harm_each_other(letters: Office, count: int) -> None:
    """No build fails, no temporary files are left, and files are whole at any time."""
    at_once(letters, count, "--sums")

    checked = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=letters.output, capture_output=True)
    assert checked.returncode == 0
    (letters.output / "SHA256SUMS").unlink()


def test_a_limit_on_the_size_of_files_leaves_whole_files(letters: Office) -> None:
    """If some files exceed the limit, all files of the letters are the old ones, and the problem names each file."""
    sizes = sorted(map(len, letters.new.values()))
    limit = sizes[len(sizes) // 2]
    letters.restore()

    done = _limited(letters, limit)

    assert done.returncode == 3
    assert "the file would be larger than the system allows" in done.stderr
    assert "Traceback" not in done.stderr
    assert found(letters.output, letters.old, letters.new) == {"old": len(letters.old)}
    built_after(letters)


@pytest.mark.skipif(not may_mount(), reason="needs permission to mount a small disk")
def test_a_disk_that_fills_up_leaves_whole_letters(letters: Office, tmp_path: Path) -> None:
    """Each letter is completely new or completely old; once there is room, all are built."""
    before, after = (sum(_kilobytes(data) for data in files.values()) for files in (letters.old, letters.new))
    # Room for the temporary files of one letter, and for the growth of two.
    kilobytes = before + after // 5 + (after - before) * 3 // 10
    with small_disk(tmp_path / "disk", kilobytes) as disk:
        full = Office(letters.folder, letters.old, letters.new, letters.formats)
        for name, data in full.old.items():
            (disk / name).write_bytes(data)

        done = _run(full, "--out", str(disk), "--jobs", "1")

        assert done.returncode == 3
        assert "the disk is full: " in done.stderr
        assert "kB are needed, " in done.stderr
        files = found(disk, full.old, full.new)
        assert files["left"] == 0
        assert files["old"] > 0
        assert files["new"] > 0
        for number in range(5):
            own = [name for name in full.new if name.startswith(f"{number}.")]
            assert len({(disk / name).read_bytes() == full.new[name] for name in own}) == 1

        subprocess.run(["mount", "-o", "remount,size=100m", disk], check=True)
        assert _run(full, "--out", str(disk)).returncode == 0
        assert found(disk, full.old, full.new) == {"new": len(full.new)}


@pytest.mark.parametrize("command", [("init",), ("new", "tsb-circular-999")])
def test_init_and_new_complete_after_being_killed(
    command: tuple[str, ...], tmp_path: Path, chance: random.Random
) -> None:
    """After kills at any moment, the same command completes the workspace or the letter."""
    program = (sys.executable, "-m", "circulars", "-C", str(tmp_path), *command)
    for _ in range(4):
        with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.1, 0.5))
            process.kill()

    subprocess.run(program, capture_output=True, timeout=HANGING)

    assert not [path for path in tmp_path.rglob("*") if is_temporary(path)]
    assert subprocess.run((*program[:5], "check"), capture_output=True, timeout=HANGING).returncode == 0
    if command == ("init",):
        assert subprocess.run((*program[:5], "build", "--formats", "docx"), capture_output=True).returncode == 0


def _kilobytes(data: bytes) -> int:
    """The kilobytes that a file takes on a disk with blocks of 4 kB."""
    return -(-len(data) // 4096) * 4


def _run(office: Office, *options: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = office.command(*options)
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=HANGING, preexec_fn=before)


def _limited(office: Office, limit: int) -> subprocess.CompletedProcess[str]:
    return _run(office, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))


def _workers(process: int) -> list[int]:
    """The worker processes of a build, which are forked from its server."""
    return [worker for server in _children(process) for worker in _children(server)][:1]


def _children(process: int) -> list[int]:
    return [int(word) for word in _proc(f"{process}/task/{process}/children").split()]


def _proc(name: str) -> bytes:
    """A file about a process in /proc; empty if the process has ended."""
    try:
        return Path("/proc", name).read_bytes()
    except OSError:
        return b""
