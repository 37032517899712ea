"""Injects real faults into builds: processes killed at any moment, full disks, concurrent builds in one folder.

    .venv/bin/python tests/faults.py [--kills 200] [--rounds 20]

After each fault every file must be either the old one or the new one, complete, and the next build must leave only the
new files. The tests do the same with smaller numbers.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

import pikepdf

from circulars.build import Order, build
from circulars.files.output import SUMS, is_temporary, save_all
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from commands import HANGING

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "letters" / "sg-letter-dm-24-1021.yaml").read_text(encoding="utf-8")
FORMATS = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace with new letters: the files that were built of the old letters, and those to be built of the new."""

    folder: Path
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    formats: tuple[str, ...]

    @property
    def output(self) -> Path:
        """The folder of the files."""
        return self.folder / "output"

    def command(self, *options: str) -> tuple[str, ...]:
        """The command that builds all letters."""
        program = (sys.executable, "-m", "circulars", "-C", str(self.folder), "build")
        return (*program, "--formats", ",".join(self.formats), *options)

    def restore(self) -> None:
        """Empties the folder of the files, and writes the old ones."""
        for path in self.output.iterdir():
            path.unlink()
        for name, data in self.old.items():
            (self.output / name).write_bytes(data)


def office(folder: Path, letters: int, formats: tuple[str, ...] = FORMATS) -> Office:
    """A workspace with new letters, and the old and new files; every file can be opened."""
    (folder / "letters").mkdir(parents=True)
    (folder / "output").mkdir()
    built = []
    for word in ("old", "new"):
        files: dict[str, bytes] = {}
        for number in range(letters):
            path = folder / "letters" / f"{number}.yaml"
            text = re.sub(r"^number: .*$", f"number: {1000 + number}", TEXT, flags=re.MULTILINE)
            # New letters are longer, so that a file overwritten in place would be noticed.
            words = f"{word} words " + " ".join(str(n * n) for n in range(9 if word == "old" else 900))
            path.write_text(text.replace("body:\n", f"body:\n  - {{en: The {words}., es: Las {words}.}}\n", 1), "utf-8")
            outputs = build(read_letter(path), Workspace(folder), Order(formats=formats))
            files |= {output.name: output.data for output in outputs}
        for name, data in files.items():
            check_opens(name, data)
        built.append(files)
    old, new = built
    assert old.keys() == new.keys() and all(old[name] != new[name] for name in old)
    return Office(folder, old, new, formats)


def check_opens(name: str, data: bytes) -> None:
    """Opens a file as its readers do, which fails for a partial file."""
    if name.endswith(".docx"):
        assert zipfile.ZipFile(BytesIO(data)).testzip() is None
    elif name.endswith(".pdf"):
        with pikepdf.open(BytesIO(data)) as pdf:
            assert len(pdf.pages) > 0


def found(folder: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Counter[str]:
    """How many files are old, new, or temporary files left by a process ("left"); any other file is an error."""
    counts: Counter[str] = Counter()
    for path in folder.iterdir():
        if path.name == SUMS:
            continue
        if is_temporary(path):
            counts["left"] += 1
            continue
        data = path.read_bytes()
        state = "old" if data == old.get(path.name) else "new" if data == new.get(path.name) else "other"
        assert state != "other", f"{path.name} is neither the old file nor the new one"
        counts[state] += 1
    missing = {name for name in old if not (folder / name).exists()}
    assert not missing, f"{missing} are missing"
    return counts


def built_after(office: Office, *options: str) -> None:
    """Builds again after a fault, and checks that all files are new and nothing else is there."""
    done = subprocess.run(office.command(*options), capture_output=True, text=True, timeout=HANGING)
    assert (done.returncode, done.stderr) == (0, "")
    assert found(office.output, office.old, office.new) == {"new": len(office.new)}


@dataclass(frozen=True, slots=True)
class Ended:
    """A build that was sent a signal: its exit code, its standard error, and the files in the folder."""

    code: int
    error: str
    files: Counter[str]


def ended_by(
    office: Office,
    number: int,
    wait: Callable[[subprocess.Popen[str]], None],
    *options: str,
    send: Callable[[int, int], None] = os.kill,
) -> Ended:
    """The result of a build that is sent the signal ``number`` after ``wait``; the folder has the old files before.

    With ``send=os.killpg`` every process of the build gets the signal, as from a terminal.
    """
    office.restore()
    with subprocess.Popen(
        office.command(*options),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=_enable_interrupts,
    ) as process:
        wait(process)
        with suppress(ProcessLookupError):  # the build may have ended already
            send(process.pid, number)
        # The build's other processes hold the same pipe: this waits until the last of them has ended.
        error = process.communicate(timeout=HANGING)[1]
    return Ended(process.returncode, error, found(office.output, office.old, office.new))


def _enable_interrupts() -> None:
    """Makes Ctrl-C work in a build: a process that is started in the background ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def any_moment(seconds: float, chance: random.Random) -> Callable[[subprocess.Popen[str]], None]:
    """A function that waits for a random time of up to so many seconds."""
    return lambda process: time.sleep(chance.uniform(0, seconds))


def while_writing(folder: Path, chance: random.Random) -> Callable[[subprocess.Popen[str]], None]:
    """A function that waits until the first or a later file is written to a folder, and for up to 4 ms more."""

    def wait(process: subprocess.Popen[str]) -> None:
        later, seen = chance.randrange(4), set[str]()
        while process.poll() is None and len(seen) <= later:
            seen |= {path.name for path in folder.iterdir() if is_temporary(path)}
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.004))

    return wait


def at_once(office: Office, count: int, *options: str) -> None:
    """Starts several builds of the same letters in one folder, and checks the files until the last has ended."""
    office.restore()
    builds = [
        subprocess.Popen(office.command(*options), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(count)
    ]
    while any(one.poll() is None for one in builds):
        _check_files(office)
        time.sleep(0.01)
    ended = [(one.communicate()[1], one.returncode) for one in builds]
    assert ended == [("", 0)] * count
    assert found(office.output, office.old, office.new) == {"new": len(office.new)}


def _check_files(office: Office) -> None:
    """Reads every file while builds write: none may be partial or missing."""
    for name, data in office.old.items():
        assert (office.output / name).read_bytes() in (data, office.new[name]), name


def steps(folder: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Counter[str]]:
    """The files found after saving was killed at its first step, at its second, and so on to the last.

    A step is a call from ``output.py`` into the system or the interpreter: nothing on the disk changes between steps.
    """
    for step in range(1, 10_000):
        for path in folder.iterdir():
            path.unlink()
        for name, data in old.items():
            (folder / name).write_bytes(data)
        if not (process := os.fork()):
            _save_and_die(folder, new, step)
        status = os.waitpid(process, 0)[1]
        yield found(folder, old, new)
        if os.waitstatus_to_exitcode(status) == 0:
            return


def _save_and_die(folder: Path, files: Mapping[str, bytes], step: int) -> None:
    """Saves files, and kills the process (kill -9) at its ``step``-th call."""
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        if event == "c_call" and frame.f_code.co_filename.endswith(("output.py", "pathlib.py")):
            calls += 1
            if calls == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    save_all(folder, files)
    os._exit(0)


@contextmanager
def small_disk(folder: Path, kilobytes: int, files: int = 0) -> Iterator[Path]:
    """A disk (tmpfs) of so many kilobytes that holds at most ``files`` files (0: no limit); only root can mount it."""
    folder.mkdir(exist_ok=True)
    size = f"size={kilobytes}k,nr_inodes={files}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "circulars-test", folder], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@cache
def may_mount() -> bool:
    """Whether a small disk can be mounted here: only by root, and in most containers not even by root."""
    try:
        with tempfile.TemporaryDirectory() as name, small_disk(Path(name), 64):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def main() -> None:
    """Prints what was found after each kind of fault, and ends with an error when a file was partial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="builds killed at random moments (default: 200)")
    parser.add_argument("--rounds", type=int, default=20, help="rounds of two and of four builds at once (default: 20)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the random numbers (default: 7)")
    parser.add_argument("--steps", type=Path, default=None, help="only save two files here, killed at each step")
    options = parser.parse_args()
    if options.steps:
        print(*_counts_of_steps(options.steps))
        return
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "steps").mkdir()
        old, new = ({f"{n}.txt": word * 100_000 for n in range(3)} for word in (b"old", b"newer"))
        killed = list(steps(folder / "steps", old, new))
        _show("saving three files, killed at each step", killed)
        letters = office(folder / "office", 8)
        start = time.monotonic()
        built_after(letters)
        seconds = time.monotonic() - start
        for jobs in ("1", "2"):
            ended = []
            for turn in range(options.kills // 2):
                wait = any_moment(seconds, chance) if turn % 2 else while_writing(letters.output, chance)
                ended.append(ended_by(letters, signal.SIGKILL, wait, "--jobs", jobs).files)
                if turn % 10 == 9:
                    built_after(letters)
            _show(f"builds of {len(letters.new)} files killed, --jobs {jobs}", ended)
        for count in (2, 4):
            for _ in range(options.rounds):
                at_once(letters, count)
            print(f"{options.rounds} x {count} builds at once: no error, no partial file at any time, nothing left")


def _counts_of_steps(folder: Path) -> tuple[int, int, int, int]:
    """The number of times that two files were saved, each time killed at the next step except the last.

    Also in how many of them a temporary file was left, in how many only one file was new, and how many files were new
    the last time.
    """
    old, new = ({f"{n}.txt": word * 100_000 for n in range(2)} for word in (b"old", b"newer"))
    killed = list(steps(folder, old, new))
    return len(killed), sum(bool(k["left"]) for k in killed), sum(k["new"] == 1 for k in killed), killed[-1]["new"]


def _show(what: str, files: list[Counter[str]]) -> None:
    both = sum(bool(one["old"] and one["new"]) for one in files)
    left = sum(bool(one["left"]) for one in files)
    total = sum(one["old"] + one["new"] for one in files)
    print(
        f"{what}: {len(files)} times; {total} files, {sum(one['old'] for one in files)} old, "
        f"{sum(one['new'] for one in files)} new, 0 partial, 0 missing; {both} times some of each, "
        f"{left} times a temporary file left",
        flush=True,
    )


if __name__ == "__main__":
    main()
