"""The cache's folder: what is kept in it, who may have written it, and what becomes of the rest."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from circulars.cache import Cache, open_cache
from circulars.cache.folder import FOLDERS

KEY = b"k" * 32
ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """The cache of an empty workspace."""
    return Cache(tmp_path, KEY, reserve=0)


def folder_of(cache: Cache) -> Path:
    """Where it is."""
    return cache.workspace.joinpath(*FOLDERS)


def entries(cache: Cache) -> list[str]:
    """What is kept, besides the files that tell what the folder is."""
    return sorted(path.name for path in folder_of(cache).iterdir() if path.name not in (".gitignore", "CACHEDIR.TAG"))


def test_what_is_kept_is_found_again(cache: Cache) -> None:
    """By another process, too: nothing is remembered but the folder and the key."""
    cache.put(ONE, b"a letter")

    assert Cache(cache.workspace, KEY).get(ONE) == b"a letter"
    assert cache.get(TWO) is None


def test_a_workspace_without_a_cache_has_nothing(tmp_path: Path) -> None:
    """To look makes no folder."""
    assert Cache(tmp_path, KEY).get(ONE) is None
    assert Cache(tmp_path / "gone", KEY).get(ONE) is None
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_look_into_it(cache: Cache) -> None:
    """It knows letters before they are sent."""
    cache.put(ONE, b"a letter")

    assert folder_of(cache).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder_of(cache).iterdir()} == {0o600}


def test_a_folder_that_others_may_look_into_is_closed_to_them(cache: Cache) -> None:
    """A workspace may have been copied without regard to permissions."""
    cache.put(ONE, b"a letter")
    folder_of(cache).chmod(0o755)

    assert cache.get(ONE) == b"a letter"
    assert folder_of(cache).stat().st_mode & 0o777 == 0o700


def test_git_passes_it_over(cache: Cache) -> None:
    """Without a word in the workspace's own .gitignore."""
    subprocess.run(["git", "init", "-q", cache.workspace], check=True)
    cache.put(ONE, b"a letter")

    seen = subprocess.run(["git", "status", "--porcelain"], cwd=cache.workspace, capture_output=True, check=True)
    assert seen.stdout == b""


@pytest.mark.parametrize("key", [b"m" * 32, b""])
def test_what_was_signed_with_another_key_is_not_there(cache: Cache, key: bytes) -> None:
    """A stranger's workspace may bring a cache along; it is taken away as it is met."""
    Cache(cache.workspace, key, reserve=0).put(ONE, b"a stranger's letter")

    assert cache.get(ONE) is None
    assert entries(cache) == []


def _cut(data: bytes) -> bytes:
    return data[:-1]


def _changed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _emptied(data: bytes) -> bytes:
    return b""


def _longer(data: bytes) -> bytes:
    return data + b"!"


@pytest.mark.parametrize("damage", [_cut, _changed, _emptied, _longer])
def test_what_is_damaged_is_not_there(cache: Cache, damage: object) -> None:
    """It is taken away, and can be kept anew."""
    cache.put(ONE, b"a letter")
    path = folder_of(cache) / ONE
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]

    assert cache.get(ONE) is None
    assert entries(cache) == []
    cache.put(ONE, b"a letter")
    assert cache.get(ONE) == b"a letter"


def test_an_entry_holds_at_its_own_address_only(cache: Cache) -> None:
    """One letter cannot be put in another one's place."""
    cache.put(ONE, b"a letter")
    (folder_of(cache) / ONE).rename(folder_of(cache) / TWO)

    assert cache.get(TWO) is None


def test_a_link_is_not_followed(cache: Cache, tmp_path: Path) -> None:
    """Not even to an entry that is sound."""
    cache.put(ONE, b"a letter")
    (folder_of(cache) / TWO).symlink_to(folder_of(cache) / ONE)
    outside = tmp_path / "outside"
    outside.write_bytes(b"somebody's")
    (folder_of(cache) / THREE).symlink_to(outside)

    assert cache.get(TWO) is None
    cache.put(THREE, b"another letter")
    assert outside.read_bytes() == b"somebody's"
    assert cache.get(THREE) == b"another letter"


@pytest.mark.parametrize("name", [FOLDERS[0], "/".join(FOLDERS)])
def test_a_folder_that_is_a_link_is_not_used(tmp_path: Path, name: str) -> None:
    """Nothing is written to wherever it leads."""
    outside, workspace = tmp_path / "outside", tmp_path / "workspace"
    (outside / FOLDERS[1]).mkdir(parents=True)
    (workspace / name).parent.mkdir(parents=True)
    (workspace / name).symlink_to(outside)

    Cache(workspace, KEY, reserve=0).put(ONE, b"a letter")

    assert [path for path in outside.rglob("*") if path.is_file()] == []


def test_a_pipe_keeps_nobody_waiting(cache: Cache) -> None:
    """Whoever may write here could otherwise stop every command."""
    cache.put(TWO, b"a letter")
    os.mkfifo(folder_of(cache) / ONE, 0o600)

    assert cache.get(ONE) is None


def test_what_was_used_least_recently_makes_room(tmp_path: Path) -> None:
    """To be read is to be used."""
    cache = Cache(tmp_path, KEY, most=10_000, reserve=0)
    for place, address in enumerate((ONE, TWO, THREE)):
        cache.put(address, bytes(2_000))
        os.utime(folder_of(cache) / address, (place, place))
    assert cache.get(ONE) == bytes(2_000)

    for name in "456":
        cache.put(name * 64, bytes(2_400))

    assert TWO not in entries(cache)
    assert ONE in entries(cache)
    assert sum(path.stat().st_size for path in folder_of(cache).iterdir()) <= 10_100


def test_what_is_large_beside_the_cache_is_not_kept(tmp_path: Path) -> None:
    """One letter takes the place of at most a quarter of the others."""
    cache = Cache(tmp_path, KEY, most=10_000, reserve=0)
    cache.put(ONE, bytes(2_000))

    cache.put(TWO, bytes(2_501))

    assert entries(cache) == [ONE]


def test_what_a_killed_process_left_goes_in_its_turn(tmp_path: Path) -> None:
    """A half-written file counts as one that nobody uses."""
    cache = Cache(tmp_path, KEY, most=10_000, reserve=0)
    cache.put(ONE, bytes(2_000))
    part = folder_of(cache) / f"{TWO}.{'0' * 16}.part"
    part.write_bytes(bytes(7_000))
    os.utime(part, (1, 1))

    cache.put(THREE, bytes(2_000))

    assert entries(cache) == [ONE, THREE]


def test_files_of_others_stay(tmp_path: Path) -> None:
    """Whatever somebody has put there, it is not the cache's to take away."""
    cache = Cache(tmp_path, KEY, most=1_000, reserve=0)
    cache.put(ONE, bytes(200))
    (folder_of(cache) / "notes.txt").write_bytes(bytes(5_000))
    for name in "23456789":
        cache.put(name * 64, bytes(200))

    assert "notes.txt" in entries(cache)


def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    """What people asked for needs the room."""
    cache = Cache(tmp_path, KEY, reserve=2**62)
    cache.put(ONE, b"a letter")

    assert entries(cache) == []


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / FOLDERS[0]).write_text("mine", encoding="utf-8")
    cache = Cache(tmp_path, KEY, reserve=0)

    cache.put(ONE, b"a letter")

    assert cache.get(ONE) is None
    assert (tmp_path / FOLDERS[0]).read_text(encoding="utf-8") == "mine"


def test_a_disk_that_takes_no_more_is_no_error(cache: Cache) -> None:
    """What was begun is taken away again."""
    cache.put(ONE, b"a letter")
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        cache.put(TWO, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)

    assert entries(cache) == [ONE]


_WRITER = """\
import sys
from pathlib import Path
from circulars.cache import Cache
cache = Cache(Path(sys.argv[1]), b"k" * 32, most=400_000, reserve=0)
print("begun", flush=True)
for number in range(int(sys.argv[2])):
    address = f"{number % 20:064x}"
    found = cache.get(address)
    assert found in (None, address.encode() * 500), address
    cache.put(address, address.encode() * 500)
"""


def _writer(workspace: Path, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WRITER, workspace, str(count)], stdout=subprocess.PIPE)


def test_several_processes_use_it_at_once(tmp_path: Path) -> None:
    """None ever reads what another one has half written, while room is made all the time."""
    writers = [_writer(tmp_path, 300) for _ in range(3)]

    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0, 0]


def test_a_killed_process_leaves_nothing_wrong(tmp_path: Path) -> None:
    """Every address has what was kept there, or nothing."""
    for pause in (0.0, 0.02, 0.05):
        with _writer(tmp_path, 1_000_000) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(pause)
            writer.kill()
    cache = Cache(tmp_path, KEY, reserve=0)

    addresses = [f"{number:064x}" for number in range(20)]
    found = {address: cache.get(address) for address in addresses}
    assert any(found.values())
    assert all(data in (None, address.encode() * 500) for address, data in found.items())


def test_the_key_is_made_once_for_all_workspaces(tmp_path: Path) -> None:
    """In the user's own folder, for nobody else to read."""
    own = tmp_path / "own"
    first, second = open_cache(tmp_path / "one", own), open_cache(tmp_path / "two", own)

    assert first and second
    assert first.key == second.key != bytes(32)
    assert [path.name for path in own.iterdir()] == ["cache.key"]
    assert (own / "cache.key").stat().st_mode & 0o777 == 0o600
    assert first.key.hex() not in repr(first)
    assert repr(first.key) not in repr(first)


def test_processes_that_make_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    """The one that is first makes it."""
    program = f"""\
from pathlib import Path
from circulars.cache import open_cache
print(open_cache(Path("."), Path({str(tmp_path / "own")!r})).key.hex())
"""
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(4)]

    assert len({one.communicate()[0] for one in started}) == 1


@pytest.mark.parametrize(("data", "mode"), [(b"k" * 32, 0o644), (b"k" * 31, 0o600), (b"", 0o600)])
def test_without_a_key_of_ones_own_there_is_no_cache(tmp_path: Path, data: bytes, mode: int) -> None:
    """Others can read it, or it is none."""
    (tmp_path / "cache.key").write_bytes(data)
    (tmp_path / "cache.key").chmod(mode)

    assert open_cache(tmp_path, tmp_path) is None


def test_without_a_folder_of_ones_own_there_is_no_cache(tmp_path: Path) -> None:
    """A service may run for a user who has none."""
    (tmp_path / "own").write_text("", encoding="utf-8")

    assert open_cache(tmp_path, tmp_path / "own") is None
