"""Real faults for real merges: kill -9 at any moment, a full disk, a database that goes away, hostile cells.

    benchmarks/faults [--kills 50] [--addressees 2000] [--hostile 1000]

After each fault no file may be half, and the same command with --resume must leave exactly what an undisturbed merge
leaves. What is told is how many addressees were lost, doubled or half-written. The tests do the same with smaller
numbers.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from lxml import etree

import postgresql
from circulars.files.output import SUMS
from circulars.merge.planning.ledger import Ledger
from commands import HANGING
from faults import any_moment, check_opens, may_mount, small_disk
from merge.hostile import MARK, write_hostile_list
from merge.lists import COLUMNS, write_list
from merge.post.faults import sent_through_faults

ROOT = Path(__file__).parents[2]
LETTER = ROOT / "benchmarks" / "speed" / "invitation.yaml"
Wait = Callable[[subprocess.Popen[str]], None]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many addressees were lost, doubled or half-written, of how many, in how many faults."""

    faults: int = 0
    addressees: int = 0
    lost: int = 0
    doubled: int = 0
    half: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.faults + other.faults,
            self.addressees + other.addressees,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.half + other.half,
        )

    @property
    def clean(self) -> bool:
        """Whether nobody was harmed."""
        return not (self.lost or self.doubled or self.half)

    def __str__(self) -> str:
        return (
            f"{self.faults:,} faults, {self.addressees:,} addressees: "
            f"{self.lost} lost, {self.doubled} doubled, {self.half} half-written"
        )


@dataclass(frozen=True, slots=True)
class MailRoom:
    """A folder to work in with a letter and a list, and what an undisturbed merge makes of them.

    ``wanted`` are the SHA-256 of the copies by their names, and ``files`` those of all files that a merge leaves;
    ``seconds`` is what the undisturbed merge took.
    """

    folder: Path
    listed: str
    kind: str
    formats: tuple[str, ...]
    count: int
    wanted: Mapping[str, str]
    files: Mapping[str, str]
    seconds: float

    @property
    def output(self) -> Path:
        """The folder of all merges."""
        return place_of(self.folder / "output")

    def command(self, *options: str, out: Path | None = None, listed: str = "") -> tuple[str, ...]:
        """The command that merges."""
        return (
            *(sys.executable, "-m", "circulars", "-C", str(self.folder), "merge", LETTER.stem, listed or self.listed),
            *("--as", self.kind, "--formats", ",".join(self.formats)),
            *("--out", str(out or self.folder / "output"), *options),
        )

    def clear(self) -> None:
        """Removes everything that earlier merges made."""
        shutil.rmtree(self.folder / "output", ignore_errors=True)


def place_of(out: Path) -> Path:
    """The folder of the files of a merge with this ``--out``."""
    return out / LETTER.stem


def mail_room(folder: Path, count: int, kind: str, formats: tuple[str, ...]) -> MailRoom:
    """A mail room with ``count`` addressees; the expected copies were merged by one process, uninterrupted, and
    opened.
    """
    (folder / "letters").mkdir(parents=True)
    shutil.copy(LETTER, folder / "letters")
    listed = str(write_list(folder / "addressees.csv", count))
    room = MailRoom(folder, listed, kind, formats, count, {}, {}, 0.0)
    start = time.monotonic()
    finished(room.command("--jobs", "1"))
    seconds = time.monotonic() - start
    for name, data in random.Random(count).sample(list(copies_in(room.output)), min(20, count)):
        check_opens(name, data)
    wanted = {name: hashlib.sha256(data).hexdigest() for name, data in copies_in(room.output)}
    assert len(wanted) == count * len(formats)
    files = files_in(room.output)
    room.clear()
    return MailRoom(folder, listed, kind, formats, count, wanted, files, seconds)


def finished(command: Sequence[str]) -> str:
    """The output of a command, which must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANGING)
    assert done.returncode == 0, done.stderr
    return done.stdout


def copies_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each copy of a merge, from files or from its ZIP file."""
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    if entry.filename != SUMS:
                        yield entry.filename, archive.read(entry)
        elif path.suffix in (".docx", ".pdf", ".txt", ".html"):
            yield path.name, path.read_bytes()


def files_in(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a merge by its name, except the ledger and the problems of the list."""
    own = (".sqlite", ".problems.csv")
    made = [path for path in folder.iterdir() if not path.name.endswith(own)]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


def half_of(room: MailRoom, folder: Path) -> int:
    """How many files have a copy's or the ZIP file's name but not the expected content."""
    try:
        return sum(hashlib.sha256(data).hexdigest() != room.wanted.get(name) for name, data in copies_in(folder))
    except zipfile.BadZipFile:
        return room.count


def tally_of(room: MailRoom, folder: Path, half: int = 0) -> Tally:
    """The tally of a merge that has succeeded; ``half`` is the number of half-written files found before.

    If nobody was harmed, every file is that of the undisturbed merge: the whole ZIP file and the sums, and no other.
    """
    names: Counter[str] = Counter()
    for name, data in copies_in(folder):
        names[name] += 1
        half += hashlib.sha256(data).hexdigest() != room.wanted.get(name)
    lost = {_addressee(name) for name in room.wanted if not names[name]}
    doubled = {_addressee(name) for name, times in names.items() if times > 1 or name not in room.wanted}
    missing = len(lost) + max(room.count - noted_in(folder), 0)
    tally = Tally(1, room.count, missing, len(doubled), half)
    assert not tally.clean or files_in(folder) == room.files
    return tally


def _addressee(name: str) -> str:
    return name.rsplit(".", 2)[0]


def noted_in(folder: Path) -> int:
    """How many addressees have all their copies by the ledger, which passes SQLite's own check."""
    [path] = folder.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(base.execute("SELECT count(DISTINCT n) FROM copies").fetchone()[0])


def while_copying(room: MailRoom, chance: random.Random) -> Wait:
    """Waits until copies are being written, and then for a part of the time that this takes."""

    def wait(process: subprocess.Popen[str]) -> None:
        while process.poll() is None and not any(_is_copy(path) for path in _listing(room.output)):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, room.seconds / 2))

    return wait


def _listing(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _is_copy(path: Path) -> bool:
    return not path.name.startswith("merge-") and path.name != SUMS


def killed(room: MailRoom, chance: random.Random, jobs: Sequence[str], most: int = 3) -> Tally:
    """What became of a merge that was killed (kill -9) once or several times, and went on after each with --resume.

    Now and then every process of it is killed at once, as when the machine loses its power; else the first one only,
    and the others must not disturb those who come after. ``jobs`` are the numbers of processes, one of which is chosen
    each time.
    """
    room.clear()
    half = kills = 0
    for _ in range(chance.randint(1, most)):
        wait = while_copying(room, chance) if chance.random() < 0.7 else any_moment(room.seconds, chance)
        kills += _kill(room, wait, chance.choice((os.kill, os.killpg)), chance.choice(jobs))
        half += half_of(room, room.output)
    finished(resuming(room, "--jobs", chance.choice(jobs)))
    return with_faults(tally_of(room, room.output, half), kills)


def _kill(room: MailRoom, wait: Wait, whom: Callable[[int, int], None], jobs: str) -> bool:
    """Whether a merge was killed before it ended."""
    with subprocess.Popen(
        resuming(room, "--jobs", jobs),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        wait(process)
        with suppress(ProcessLookupError):  # it may have ended by itself meanwhile
            whom(process.pid, signal.SIGKILL)
        code = process.wait(timeout=HANGING)
    assert code in (0, -signal.SIGKILL), f"it ended with {code}"
    return code == -signal.SIGKILL


def resuming(room: MailRoom, *options: str, out: Path | None = None, listed: str = "") -> tuple[str, ...]:
    """The command that resumes a merge, or begins it if nothing was begun."""
    return room.command(
        *options, *(["--resume"] if begun(place_of(out) if out else room.output) else []), out=out, listed=listed
    )


def begun(folder: Path) -> bool:
    """Whether a plan is in the ledger: before that there is nothing to resume."""
    for path in folder.glob("*.sqlite") if folder.exists() else ():
        try:
            with closing(sqlite3.connect(path)) as base:
                return bool(base.execute("SELECT count(*) FROM facts").fetchone()[0])
        except sqlite3.OperationalError:
            return False
    return False


def with_faults(tally: Tally, faults: int) -> Tally:
    """The same tally for ``count`` faults."""
    return Tally(faults, tally.addressees, tally.lost, tally.doubled, tally.half)


def disk_filled(room: MailRoom, folder: Path, megabytes: int = 10, jobs: str = "2") -> Tally:
    """The tally of a merge into a file system that fills up, resumed when there is room. Only for root."""
    with small_disk(folder, megabytes * 1000) as disk:
        done = subprocess.run(room.command("--jobs", jobs, out=disk), capture_output=True, text=True, timeout=HANGING)
        assert done.returncode == 3, (done.returncode, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        half = half_of(room, place_of(disk))
        subprocess.run(["mount", "-o", "remount,size=90%", disk], check=True, capture_output=True)
        finished(resuming(room, "--jobs", jobs, out=disk))
        return tally_of(room, place_of(disk), half)


def load_list(running: postgresql.Server, room: MailRoom) -> None:
    """Copies the mail room's list into a table of a database."""
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with running.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS addressees; CREATE TABLE addressees ({columns})".encode())
        with cursor.copy("COPY addressees FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(Path(room.listed).read_bytes())


def database_gone(room: MailRoom, running: postgresql.Server, chance: random.Random) -> Tally:
    """The tally of a merge whose database was killed during the query, or soon after, and of the next attempt."""
    room.clear()
    # It sleeps at each row, or there would be no middle.
    query = f"SELECT {', '.join(COLUMNS)} FROM addressees WHERE pg_sleep(0.0002) IS NOT NULL"
    command = resuming(room, "--query", query, listed=running.url)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8") as process:
        asked = _asked(running, process)
        time.sleep(chance.uniform(0, 0.0004 * room.count))
        if asked:
            with suppress(ProcessLookupError):
                os.kill(asked, signal.SIGKILL)
        said = process.communicate(timeout=HANGING)[1]
    assert process.returncode in (0, 3) and "Traceback" not in said, said
    assert asked, "the database was never asked"
    half = half_of(room, room.output)
    running.wait()
    finished(resuming(room, "--query", query, listed=running.url))
    return tally_of(room, room.output, half)


def _asked(running: postgresql.Server, process: subprocess.Popen[str]) -> int:
    """The server process that answers the merge, as soon as there is one; 0 if the merge ended before."""
    query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with running.connect() as connection:
        while process.poll() is None:
            if row := connection.execute(query).fetchone():
                return int(row[0])
            time.sleep(0.002)
    return 0


def hostile(folder: Path, count: int, seed: int, formats: tuple[str, ...] = ("docx", "pdf")) -> Tally:
    """The tally of a list of hostile cells: each row is merged or rejected, and each file can be opened."""
    (folder / "letters").mkdir(parents=True)
    shutil.copy(LETTER, folder / "letters")
    listed = write_hostile_list(folder / "hostile.csv", count, seed)
    room = MailRoom(folder, str(listed), "files", formats, count, {}, {}, 0.0)
    said = subprocess.run(room.command("--skip-bad"), capture_output=True, text=True, timeout=HANGING)
    assert said.returncode == 0 and "Traceback" not in said.stderr, said.stderr
    by_id = _marks(room.output)
    with (room.output / "merge-files.rejected.csv").open(encoding="utf-8-sig", newline="") as stream:
        rejected = Counter(row[MARK] for row in csv.DictReader(stream))
    merged: Counter[str] = Counter()
    half = 0
    for name, data in copies_in(room.output):
        merged[by_id[_addressee(name)]] += 1
        half += not _opens(name, data)
    every = {str(number) for number in range(count)}
    lost = {mark for mark in every if not rejected[mark] and merged[mark] != len(formats)}
    doubled = {mark for mark in every if rejected[mark] + (merged[mark] > 0) > 1 or merged[mark] > len(formats)}
    strange = [path for path in folder.rglob("*") if path.is_file() and not path.is_relative_to(room.output)]
    assert len(strange) == 2, f"{strange}: something was written outside the output's folder"
    return Tally(count, count, len(lost), len(doubled), half)


def _marks(folder: Path) -> Mapping[str, str]:
    """The mark of each addressee in the ledger, by the id in the copies' names."""
    [path] = folder.glob("*.sqlite")
    with closing(Ledger(path, read_only=True)) as ledger:
        place = (facts.inputs.columns if (facts := ledger.facts()) else ()).index(MARK)
        return {entry.id: entry.cells[place] for entry in ledger.entries()}


def _opens(name: str, data: bytes) -> bool:
    """Whether the file's reader opens it, and its XML is well-formed."""
    try:
        check_opens(name, data)
        if name.endswith(".docx"):
            with zipfile.ZipFile(BytesIO(data)) as package:
                for part in package.namelist():
                    if part.endswith((".xml", ".rels")):
                        etree.fromstring(package.read(part))
    except (AssertionError, zipfile.BadZipFile, etree.XMLSyntaxError, pikepdf.PdfError):
        return False
    return True


def main() -> None:
    """Prints the tally of each kind of fault, and ends with an error if any addressee was harmed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="kill -9 by chance (default: 50)")
    parser.add_argument("--addressees", type=int, default=2000, metavar="N", help="of each merge (default: 2000)")
    parser.add_argument("--databases", type=int, default=10, metavar="N", help="databases killed (default: 10)")
    parser.add_argument("--mail", type=int, default=200, metavar="N", help="messages sent (default: 200)")
    parser.add_argument("--hostile", type=int, default=1000, metavar="N", help="rows of hostile cells (default: 1000)")
    parser.add_argument("--formats", default="docx,pdf", metavar="docx,pdf", help="of the copies (default: docx,pdf)")
    parser.add_argument("--seed", type=int, default=7, help="what chance begins with (default: 7)")
    options = parser.parse_args()
    chance, formats = random.Random(options.seed), tuple(options.formats.split(","))
    total = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("files", "zip"):
            room = mail_room(folder / kind, options.addressees, kind, formats)
            for jobs in ("1", "2"):
                found = Tally()
                while found.faults < options.kills / 4:
                    found += killed(room, chance, (jobs,))
                total += _told(f"kill -9 at any moment, --as {kind} --jobs {jobs}", found)
            if may_mount():
                total += _told(f"10 MB of disk, --as {kind}", disk_filled(room, folder / "disk"))
            else:
                print("10 MB of disk: left out, for only root may mount one, and not in every container", flush=True)
        total += _database_faults(folder / "database", options.databases, formats, chance)
        total += _mail_faults(folder / "mail", options.mail, options.seed)
        total += _told("hostile cells", hostile(folder / "hostile", options.hostile, options.seed, formats))
    _told("in all", total)
    sys.exit(0 if total.clean else 1)


def _database_faults(folder: Path, times: int, formats: tuple[str, ...], chance: random.Random) -> Tally:
    programs = postgresql.programs()
    if programs is None:
        print("a database that goes away: left out, for PostgreSQL is not installed", flush=True)
        return Tally()
    room = mail_room(folder, 1000, "zip", formats)
    with postgresql.server(programs) as running:
        load_list(running, room)
        found = sum((database_gone(room, running, chance) for _ in range(times)), Tally())
    return _told("a PostgreSQL server killed while it was asked", found)


def _mail_faults(folder: Path, count: int, seed: int) -> Tally:
    fate = sent_through_faults(folder, LETTER, count, seed)
    what = (
        f"{count:,} sent by a server that refuses, stalls, breaks off and answers anything, {fate.kills} times killed"
    )
    told = f"{fate.sent} sent, {fate.failed} failed, {fate.doubtful} for a person to decide"
    return _told(f"{what} ({told})", Tally(count, count, fate.lost, fate.doubled, fate.half))


def _told(what: str, tally: Tally) -> Tally:
    print(f"{what}: {tally}", flush=True)
    return tally


if __name__ == "__main__":
    main()
