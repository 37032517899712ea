"""One ZIP file: readable by other programs, the same from any number of writers, truncated to what was recorded."""

from __future__ import annotations

import datetime
import random
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from circulars.errors import MachineError
from circulars.merge.making.archive import Allocator, Archive, SoleAllocator, end_offset
from circulars.merge.making.copies import Copy
from circulars.merge.planning.ledger import CopyRecord, Ledger

DATE = datetime.date(2024, 7, 12)
HEAD = random.Random(1).randbytes(5000)


def copies(first: int, end: int) -> Iterator[Copy]:
    """Copies with the same head; every seventh was laid out in full."""
    for n in range(first, end):
        tail = f"Señora {n}".encode() * (n % 13 + 1)
        yield Copy(n, f"ñ-{n}", "es", "pdf", b"" if n % 7 == 0 else HEAD, tail, n % 7 == 0)


def names(count: int) -> list[str]:
    """The names in a finished file: the copies, then the checksums."""
    return [*(f"ñ-{n}.es.pdf" for n in range(count)), "SHA256SUMS"]


def finished(path: Path, records: list[CopyRecord], archive: Archive) -> None:
    """Writes the checksums and the central directory, as a ledger has them, and checks both."""
    last = records[-1]
    with closing(Ledger(path.with_suffix(".sqlite"))) as ledger:
        with ledger.change():
            ledger.clear()
            ledger.add_addressees((r.n, f"ñ-{r.n}", "es", 0, "", r.n + 2, None) for r in records)
            ledger.record(records)
        place = end_offset(last, f"ñ-{last.n}.es.pdf")
        archive.finish(ledger, place)
        assert archive.is_finished(ledger, place)
        assert not archive.is_finished(ledger, place - 1)
    archive.close()


def written(path: Path, total: int, size: int, turn: Allocator | None = None) -> list[CopyRecord]:
    """Writes a file in chunks; returns the records."""
    archive = Archive(path, DATE, turn or SoleAllocator(0))
    records = [
        record
        for first in range(0, total, size)
        for record in archive.put(first, min(first + size, total), copies(first, min(first + size, total)))
    ]
    finished(path, records, archive)
    return records


def test_other_readers_find_every_copy(tmp_path: Path) -> None:
    """Python's zipfile and Info-ZIP find the names, the bytes and the checksums."""
    path = tmp_path / "all.zip"
    records = written(path, 300, 100)

    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert package.namelist() == names(300)
        assert [package.read(name) for name in names(300)[:-1]] == [copy.data for copy in copies(0, 300)]
        assert package.infolist()[0].date_time == (2024, 7, 12, 0, 0, 0)
    assert [record.whole for record in records] == [n % 7 == 0 for n in range(300)]
    if unzip := shutil.which("unzip"):
        subprocess.run([unzip, "-q", path, "-d", tmp_path / "all"], check=True, capture_output=True)
        subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=tmp_path / "all", check=True)


def test_the_size_of_chunks_changes_nothing(tmp_path: Path) -> None:
    """The same copies give the same bytes."""
    for size in (1, 37, 250):
        written(tmp_path / f"{size}.zip", 250, size)

    assert len({(tmp_path / f"{size}.zip").read_bytes() for size in (1, 37, 250)}) == 1


class InTurn:
    """An allocator for threads."""

    def __init__(self) -> None:
        self.changed, self.next, self.place = threading.Condition(), 0, 0

    def take(self, start: int, end: int, size: int) -> int:
        with self.changed:
            self.changed.wait_for(lambda: self.next == start)
            place, self.place, self.next = self.place, self.place + size, end
            self.changed.notify_all()
        return place


def test_several_writers_make_the_same_file(tmp_path: Path) -> None:
    """A chunk that is ready early waits until the earlier ones have their space."""
    turn, path, found = InTurn(), tmp_path / "several.zip", {}

    def write(first: int) -> None:
        archive = Archive(path, DATE, turn)
        found[first] = archive.put(first, first + 10, copies(first, first + 10))
        archive.close()

    threads = [threading.Thread(target=write, args=(first,)) for first in reversed(range(0, 100, 10))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finished(
        path, [record for first in sorted(found) for record in found[first]], Archive(path, DATE, SoleAllocator(0))
    )
    written(tmp_path / "one.zip", 100, 10)

    assert path.read_bytes() == (tmp_path / "one.zip").read_bytes()


def test_unrecorded_data_is_truncated(tmp_path: Path) -> None:
    """A file that has unrecorded data after the last recorded copy ends up the same."""
    path = tmp_path / "cut.zip"
    archive = Archive(path, DATE, SoleAllocator(0))
    noted = archive.put(0, 50, copies(0, 50))
    archive.put(50, 90, copies(50, 90))
    archive.close()
    place = end_offset(noted[-1], "ñ-49.es.pdf")
    again = Archive(path, DATE, SoleAllocator(place))
    assert all(again.holds(record, f"ñ-{record.n}.es.pdf") for record in noted)
    again.truncate(place)
    finished(path, noted + again.put(50, 100, copies(50, 100)), again)
    written(tmp_path / "calm.zip", 100, 50)

    assert path.read_bytes() == (tmp_path / "calm.zip").read_bytes()


def test_a_changed_copy_is_noticed(tmp_path: Path) -> None:
    """If one bit differs, the copy does not match its record."""
    path = tmp_path / "changed.zip"
    archive = Archive(path, DATE, SoleAllocator(0))
    [first, second] = archive.put(0, 2, copies(0, 2))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    assert archive.holds(first, "ñ-0.es.pdf")
    assert not archive.holds(second, "ñ-1.es.pdf")
    archive.close()


def test_a_file_of_more_than_four_gigabytes_can_be_read(tmp_path: Path) -> None:
    """Offsets beyond 4 GB are in ZIP64 records. The file is sparse, so it needs no space."""
    path = tmp_path / "large.zip"
    archive = Archive(path, DATE, SoleAllocator((1 << 32) + 5))
    records = archive.put(0, 3, copies(0, 3))
    finished(path, records, archive)

    with zipfile.ZipFile(path) as package:
        assert [package.read(name) for name in names(3)[:-1]] == [copy.data for copy in copies(0, 3)]


def test_more_than_65535_entries(tmp_path: Path) -> None:
    """70,000 copies are 70,000 entries, and one for their checksums."""
    path = tmp_path / "many.zip"
    archive = Archive(path, DATE, SoleAllocator(0))
    tiny = (Copy(n, f"ñ-{n}", "es", "pdf", b"", b"x", False) for n in range(70_000))
    finished(path, archive.put(0, 70_000, tiny), archive)

    with zipfile.ZipFile(path) as package:
        assert package.namelist() == names(70_000)


def test_a_full_disk_is_reported() -> None:
    """The error has the system's message and the file, and is no traceback."""
    with pytest.raises(MachineError, match="disk is full"):
        archive = Archive(Path("/dev/full"), DATE, SoleAllocator(0))
        archive.put(0, 1, copies(0, 1))


def test_a_changed_directory_is_noticed(tmp_path: Path) -> None:
    """If one bit after the copies differs, or a byte is missing or too many, the file does not match."""
    path = tmp_path / "changed.zip"
    records = written(path, 20, 20)
    place, data = end_offset(records[-1], "ñ-19.es.pdf"), path.read_bytes()
    flipped = bytearray(data)
    flipped[-30] ^= 1
    with closing(Ledger(path.with_suffix(".sqlite"), read_only=True)) as ledger:
        for changed in (flipped, data[:-1], data + b"\0"):
            path.write_bytes(changed)
            with closing(Archive(path, DATE, SoleAllocator(0))) as archive:
                assert not archive.is_finished(ledger, place)
