"""Nothing is written where it does not belong: links are not followed, and personal files are their owner's alone."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from circulars.errors import CircularsError, MachineError, UsageError
from circulars.files.output import SUMS, atomic_file, open_folder, put_many, save, save_all, save_sums
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.ledger_file import BESIDE
from merge.mailroom import MailRoom, people
from once import made_once

PRECIOUS = b"precious"


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file outside all folders that are written to."""
    path = tmp_path / "victim"
    path.write_bytes(PRECIOUS)
    return path


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with four addressees."""
    made = MailRoom(tmp_path / "room")
    made.write(people(4))
    return made


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Sets the umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def swap(folder: Path, target: Path) -> None:
    """Puts a link to another folder in the place of a folder."""
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(target)


class SwappedMidway(dict[str, bytes]):
    """Files to write; after the first one a link is put in the place of the folder."""

    def __init__(self, folder: Path, target: Path) -> None:
        super().__init__({"a": b"1", "b": b"2"})
        self._places = folder, target

    def items(self) -> Iterator[tuple[str, bytes]]:  # type: ignore[override]  # an iterator is enough
        yield "a", self["a"]
        swap(*self._places)
        yield "b", self["b"]


def test_a_folder_that_becomes_a_link_while_files_are_written_keeps_them(tmp_path: Path) -> None:
    """All files go to the folder that was there at first; nothing goes to the link's target."""
    folder, outside = tmp_path / "output", tmp_path / "outside"
    outside.mkdir()
    folder.mkdir()

    save_all(folder, SwappedMidway(folder, outside))

    assert sorted(path.name for path in (tmp_path / "moved").iterdir()) == ["a", "b"]
    assert list(outside.iterdir()) == []


def test_copies_stay_in_a_folder_that_becomes_a_link(tmp_path: Path) -> None:
    """As for a merge into files."""
    folder, outside = tmp_path / "output", tmp_path / "outside"
    outside.mkdir()
    handle = open_folder(folder, private=True)

    def files() -> Iterator[tuple[str, tuple[bytes]]]:
        yield "a", (b"1",)
        swap(folder, outside)
        yield "b", (b"2",)

    put_many(handle, folder, files(), private=True)
    os.close(handle)

    assert sorted(path.name for path in (tmp_path / "moved").iterdir()) == ["a", "b"]
    assert list(outside.iterdir()) == []


def test_a_bound_file_stays_in_a_folder_that_becomes_a_link(tmp_path: Path) -> None:
    """As for printed letters and labels, which take long to make."""
    folder, outside = tmp_path / "output", tmp_path / "outside"
    outside.mkdir()

    with atomic_file(folder, "labels.pdf") as stream:
        swap(folder, outside)
        stream.write(b"%PDF")

    assert (tmp_path / "moved" / "labels.pdf").read_bytes() == b"%PDF"
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("name", ["a/b", "../a", "..", "/tmp/a", "a\0b", "COM¹", "a" * 300])
def test_no_name_leads_out_of_a_folder_of_copies(name: str, tmp_path: Path) -> None:
    """Whatever made the name."""
    handle = open_folder(tmp_path / "output")

    with pytest.raises(UsageError, match="cannot be the name of a file"):
        put_many(handle, tmp_path / "output", [(name, (b"1",))])

    os.close(handle)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("kind", ["files", "zip", "print", "labels", "envelopes"])
def test_a_link_in_the_place_of_a_letter_s_folder_is_refused(room: MailRoom, tmp_path: Path, kind: str) -> None:
    """Addressees' files are not written to another folder, and neither is the ledger."""
    outside = tmp_path / "outside"
    outside.mkdir()
    room.made.parent.mkdir()
    room.made.symlink_to(outside)

    done = room.merge("--as", kind)

    assert done.returncode == 3
    assert "outside-folder" in done.stderr
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("hard", [False, True])
def test_a_link_in_the_place_of_an_unfinished_archive_is_removed(room: MailRoom, victim: Path, hard: bool) -> None:
    """The link's target stays as it is, and the archive is whole."""
    room.made.mkdir(parents=True)
    planted = room.made / "c.zip.unfinished"
    planted.hardlink_to(victim) if hard else planted.symlink_to(victim)

    done = room.merge("--as", "zip", "--formats", "docx")

    assert done.returncode == 0, done.stderr
    assert victim.read_bytes() == PRECIOUS
    assert (room.made / "c.zip").stat().st_nlink == 1
    assert not (room.made / "c.zip").is_symlink()


def test_a_link_in_the_place_of_a_finished_archive_is_replaced(room: MailRoom, victim: Path) -> None:
    """Also if a finished merge is continued: the link does not count as the archive."""
    assert room.merge("--as", "zip", "--formats", "docx").returncode == 0
    archive = room.made / "c.zip"
    data = archive.read_bytes()
    victim.write_bytes(data)
    archive.unlink()
    archive.symlink_to(victim)

    assert room.merge("--as", "zip", "--formats", "docx", "--resume").returncode == 0

    assert not archive.is_symlink()
    assert archive.read_bytes() == victim.read_bytes() == data


@pytest.mark.parametrize("ending", ["", *BESIDE])
@pytest.mark.parametrize("hard", [False, True])
def test_a_link_in_the_place_of_a_ledger_s_file_is_refused(
    room: MailRoom, victim: Path, ending: str, hard: bool
) -> None:
    """SQLite would write to its target, or delete it."""
    room.made.mkdir(parents=True)
    planted = room.made / f"merge-files.sqlite{ending}"
    planted.hardlink_to(victim) if hard else planted.symlink_to(victim)

    done, state = room.merge("--formats", "docx"), room.status("c")

    assert done.returncode == 3
    assert "this is a link; a ledger must be a file of its own" in done.stderr
    assert state.returncode != 0
    assert victim.read_bytes() == PRECIOUS


@pytest.mark.parametrize("name", ["x-0000.en.docx", "x-0000.es.docx", SUMS, "merge-files.rejected.csv"])
def test_links_in_the_place_of_files_are_replaced(room: MailRoom, victim: Path, name: str) -> None:
    """Their targets stay as they are."""
    room.write([*people(4), {**people(5)[4], "country": "QQ"}])
    room.made.mkdir(parents=True)
    (room.made / name).symlink_to(victim)

    done = room.merge("--formats", "docx", "--skip-bad")

    assert done.returncode in (0, 1), done.stderr
    assert victim.read_bytes() == PRECIOUS


def test_sums_of_a_link_are_not_read(tmp_path: Path, victim: Path) -> None:
    """A file of sums that is a link to another file is replaced."""
    victim.write_text(f"{'0' * 64}  secret\n")
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / SUMS).symlink_to(victim)
    (tmp_path / "output" / "secret").touch()
    save(tmp_path / "output", "a", b"1")

    save_sums(tmp_path / "output", ["a"])

    assert "secret" not in (tmp_path / "output" / SUMS).read_text()
    assert "secret" in victim.read_text()


def modes(folder: Path) -> dict[str, str]:
    """The permissions of the files below a folder."""
    return {path.name: oct(stat.S_IMODE(path.lstat().st_mode)) for path in folder.rglob("*") if path.is_file()}


class Watch:
    """Looks at all files below a folder, over and over, and keeps those that others than the owner can open."""

    def __init__(self, folder: Path) -> None:
        self.seen: set[str] = set()
        self.open: dict[str, str] = {}
        self._folder, self._ended = folder, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            for folder, _, files in os.walk(self._folder):
                for name in files:
                    try:
                        mode = os.lstat(os.path.join(folder, name)).st_mode  # noqa: PTH118  # as fast as possible
                    except OSError:
                        continue
                    self.seen.add(name)
                    if mode & 0o077:
                        self.open[name] = oct(mode)


KINDS = {
    "files": (), "zip": (), "print": (), "labels": (), "envelopes": (), "eml": ("--from", "TSB <tsb@example.int>"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_personal_files_are_their_owner_s_alone(room: MailRoom, kind: str) -> None:
    """With umask 0, from the first byte to the last: copies, drafts, the ledger and SQLite's files, rejected rows."""
    room.write([*people(30), {**people(31)[30], "country": "QQ"}])

    with umask(0), Watch(room.folder / "output") as watch:
        done = room.merge("--as", kind, *KINDS[kind], "--skip-bad", "--jobs", "1")

    assert done.returncode in (0, 1), done.stderr
    found = modes(room.made)
    assert {f"merge-{kind}.sqlite", f"merge-{kind}.rejected.csv"} < set(found)
    assert set(found.values()) == {"0o600"}
    assert watch.open == {}
    assert f"merge-{kind}.sqlite-wal" in watch.seen


def test_reports_and_previews_are_their_owner_s_alone(room: MailRoom, tmp_path: Path) -> None:
    """They have names and addresses, too."""
    with umask(0):
        assert room.merge("--formats", "pdf").returncode == 0
        for suffix in ("csv", "xlsx", "html"):
            assert room.status("c", "--report", str(tmp_path / f"report.{suffix}")).returncode == 0
        assert room.merge("--formats", "pdf", "--preview").returncode == 0

    assert {modes(tmp_path)[f"report.{suffix}"] for suffix in ("csv", "xlsx", "html")} == {"0o600"}
    assert set(modes(room.made).values()) == {"0o600"}


def test_files_that_were_open_to_others_are_closed(room: MailRoom) -> None:
    """Of an earlier release, or copied by somebody: the ledger when it is opened, and each file when it is written."""
    assert room.merge("--formats", "docx").returncode == 0
    for path in room.made.iterdir():
        path.chmod(0o666)

    with umask(0):
        assert room.merge("--formats", "docx", "--again").returncode == 0

    assert set(modes(room.made).values()) == {"0o600"}


def test_a_letter_that_was_built_is_for_everybody(tmp_path: Path) -> None:
    """Its permissions are those that the umask leaves; those of an old file stay."""
    (tmp_path / "old").touch(mode=0o640)
    with umask(0o022):
        save_all(tmp_path, {"new": b"1", "old": b"1"})

    assert modes(tmp_path) == {"new": "0o644", "old": "0o640"}


@pytest.fixture
def ledger(room: MailRoom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of a finished merge."""

    def make(folder: Path) -> None:
        made = MailRoom(folder)
        made.write(people(4))
        assert made.merge("--formats", "docx").returncode == 0

    prepared = made_once(tmp_path_factory, "finished-for-writing", make)
    shutil.copytree(prepared / "output", room.folder / "output")
    return room.made / "merge-files.sqlite"


def test_a_journal_beside_a_ledger_is_refused(ledger: Path, room: MailRoom) -> None:
    """SQLite would play it back; a ledger has none."""
    journal = ledger.with_name(f"{ledger.name}-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(1000))
    before = ledger.read_bytes()

    for done in (room.merge("--formats", "docx", "--resume"), room.status("c")):
        assert done.returncode == 3
        assert "not one that circulars leaves beside a finished ledger" in done.stderr
    assert ledger.read_bytes() == before


def test_a_merge_that_was_killed_before_its_ledger_had_a_table_begins_anew(room: MailRoom) -> None:
    """Then there is a journal beside an empty ledger, and nothing is lost with them."""
    room.made.mkdir(parents=True)
    (room.made / "merge-files.sqlite").touch()
    (room.made / "merge-files.sqlite-journal").write_bytes(bytes(512))

    assert room.merge("--formats", "docx").returncode == 0
    assert len(room.files()) == 4


def test_a_ledger_is_made_private(tmp_path: Path) -> None:
    """Also where no merge opens it."""
    with umask(0), closing(Ledger(tmp_path / "merge-files.sqlite")):
        assert set(modes(tmp_path).values()) == {"0o600"}


def test_what_is_not_a_file_is_not_a_ledger(room: MailRoom) -> None:
    """A folder, or a pipe that would never end."""
    room.made.mkdir(parents=True)
    os.mkfifo(room.made / "merge-files.sqlite")
    (room.made / "merge-zip.sqlite").mkdir()

    for kind in ("files", "zip"):
        done = room.merge("--formats", "docx", "--as", kind)
        assert done.returncode == 3
        assert "not a file" in done.stderr
    with pytest.raises(MachineError):
        Ledger(room.made / "merge-files.sqlite", read_only=True)
    with pytest.raises(CircularsError):
        Ledger(room.made / "merge-zip.sqlite")
