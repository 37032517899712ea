"""The cache's folder: its entries, their signatures, its limits, and what happens to everything else in it."""

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
    return Cache(tmp_path, KEY, min_free=0)


def folder_of(cache: Cache) -> Path:
    """The cache's folder."""
    return cache.workspace.joinpath(*FOLDERS)


def entries(cache: Cache) -> list[str]:
    """The names of the cache's files, without the two that mark the folder as a cache."""
    return sorted(path.name for path in folder_of(cache).iterdir() if path.name not in (".gitignore", "CACHEDIR.TAG"))


def test_an_entry_is_found_again(cache: Cache) -> None:
    """Another cache with the same folder and key finds it too."""
    cache.put(ONE, b"a letter")

    assert Cache(cache.workspace, KEY).get(ONE) == b"a letter"
    assert cache.get(TWO) is None


def test_looking_into_a_missing_cache_finds_nothing(tmp_path: Path) -> None:
    """A lookup makes no folder."""
    assert Cache(tmp_path, KEY).get(ONE) is None
    assert Cache(tmp_path / "gone", KEY).get(ONE) is None
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_can_open_it(cache: Cache) -> None:
    """It holds letters before they are sent."""
    cache.put(ONE, b"a letter")

    assert folder_of(cache).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder_of(cache).iterdir()} == {0o600}


def test_a_folder_that_others_can_open_is_closed_to_them(cache: Cache) -> None:
    """Copying a workspace may have changed its permissions."""
    cache.put(ONE, b"a letter")
    folder_of(cache).chmod(0o755)

    assert cache.get(ONE) == b"a letter"
    assert folder_of(cache).stat().st_mode & 0o777 == 0o700


def test_git_ignores_it(cache: Cache) -> None:
    """The workspace's own .gitignore need not mention it."""
    subprocess.run(["git", "init", "-q", cache.workspace], check=True)
    cache.put(ONE, b"a letter")

    seen = subprocess.run(["git", "status", "--porcelain"], cwd=cache.workspace, capture_output=True, check=True)
    assert seen.stdout == b""


@pytest.mark.parametrize("key", [b"m" * 32, b""])
def test_an_entry_signed_with_another_key_is_deleted(cache: Cache, key: bytes) -> None:
    """A stranger's workspace may contain a cache; its entries are never used."""
    Cache(cache.workspace, key, min_free=0).put(ONE, b"a stranger's letter")

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
def test_a_damaged_entry_is_deleted(cache: Cache, damage: object) -> None:
    """It can be stored again."""
    cache.put(ONE, b"a letter")
    path = folder_of(cache) / ONE
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]

    assert cache.get(ONE) is None
    assert entries(cache) == []
    cache.put(ONE, b"a letter")
    assert cache.get(ONE) == b"a letter"


def test_an_entry_is_valid_at_its_own_address_only(cache: Cache) -> None:
    """One letter cannot be put in the place of another."""
    cache.put(ONE, b"a letter")
    (folder_of(cache) / ONE).rename(folder_of(cache) / TWO)

    assert cache.get(TWO) is None


def test_a_link_is_not_followed(cache: Cache, tmp_path: Path) -> None:
    """Not even a link to a valid entry."""
    cache.put(ONE, b"a letter")
    (folder_of(cache) / TWO).symlink_to(folder_of(cache) / ONE)
    outside = tmp_path / "outside"
    outside.write_bytes(b"somebody's")
    (folder_of(cache) / THREE).symlink_to(outside)

    assert cache.get(TWO) is None
    cache.put(THREE, b"another letter")
    assert outside.read_bytes() == b"somebody's"
    assert cache.get(THREE) == b"another letter"


def test_no_folder_is_made_outside_the_workspace(tmp_path: Path) -> None:
    """``.circulars`` is a link to another folder, or to one that does not exist."""
    outside, workspace, other = tmp_path / "outside", tmp_path / "workspace", tmp_path / "other"
    for folder in (outside, workspace, other):
        folder.mkdir()
    (workspace / FOLDERS[0]).symlink_to(outside)
    (other / FOLDERS[0]).symlink_to(tmp_path / "missing")

    for folder in (workspace, other):
        cache = Cache(folder, KEY, min_free=0)
        cache.put(ONE, b"a letter")
        assert cache.get(ONE) is None

    assert list(outside.iterdir()) == []
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("name", [FOLDERS[0], "/".join(FOLDERS)])
def test_a_folder_that_is_a_link_is_not_used(tmp_path: Path, name: str) -> None:
    """Nothing is written to the link's target."""
    outside, workspace = tmp_path / "outside", tmp_path / "workspace"
    (outside / FOLDERS[1]).mkdir(parents=True)
    (workspace / name).parent.mkdir(parents=True)
    (workspace / name).symlink_to(outside)

    Cache(workspace, KEY, min_free=0).put(ONE, b"a letter")

    assert [path for path in outside.rglob("*") if path.is_file()] == []


def test_a_pipe_blocks_no_command(cache: Cache) -> None:
    """Opening a pipe would otherwise wait for a writer."""
    cache.put(TWO, b"a letter")
    os.mkfifo(folder_of(cache) / ONE, 0o600)

    assert cache.get(ONE) is None


def test_a_folder_in_the_place_of_an_entry_is_not_an_error(cache: Cache) -> None:
    """The entry is missing each time; no partial file stays, and no file stays open."""
    cache.put(TWO, b"a letter")
    (folder_of(cache) / ONE).mkdir()
    opened = len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(3):
        cache.put(ONE, b"another letter")
        assert cache.get(ONE) is None

    assert entries(cache) == [ONE, TWO]
    assert len(list(Path("/proc/self/fd").iterdir())) == opened
    assert cache.get(TWO) == b"a letter"


def test_the_least_recently_used_entry_is_deleted_first(tmp_path: Path) -> None:
    """Reading an entry counts as using it."""
    cache = Cache(tmp_path, KEY, max_size=10_000, min_free=0)
    for time_used, address in enumerate((ONE, TWO, THREE)):
        cache.put(address, bytes(2_000))
        os.utime(folder_of(cache) / address, (time_used, time_used))
    assert cache.get(ONE) == bytes(2_000)

    for name in "456":
        cache.put(name * 64, bytes(2_400))

    assert TWO not in entries(cache)
    assert ONE in entries(cache)
    assert sum(path.stat().st_size for path in folder_of(cache).iterdir()) <= 10_100


def test_an_entry_over_a_quarter_of_the_limit_is_not_stored(tmp_path: Path) -> None:
    """One letter must not displace most of the others."""
    cache = Cache(tmp_path, KEY, max_size=10_000, min_free=0)
    cache.put(ONE, bytes(2_000))

    cache.put(TWO, bytes(2_501))

    assert entries(cache) == [ONE]


def test_a_partial_file_of_a_killed_process_is_deleted_like_an_entry(tmp_path: Path) -> None:
    """It has not been used since it was written."""
    cache = Cache(tmp_path, KEY, max_size=10_000, min_free=0)
    cache.put(ONE, bytes(2_000))
    part = folder_of(cache) / f"{TWO}.{'0' * 16}.part"
    part.write_bytes(bytes(7_000))
    os.utime(part, (1, 1))

    cache.put(THREE, bytes(2_000))

    assert entries(cache) == [ONE, THREE]


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    """The cache deletes only its own files."""
    cache = Cache(tmp_path, KEY, max_size=1_000, min_free=0)
    cache.put(ONE, bytes(200))
    (folder_of(cache) / "notes.txt").write_bytes(bytes(5_000))
    for name in "23456789":
        cache.put(name * 64, bytes(200))

    assert "notes.txt" in entries(cache)


def test_nothing_is_stored_on_a_nearly_full_disk(tmp_path: Path) -> None:
    """The letters themselves need the space."""
    cache = Cache(tmp_path, KEY, min_free=2**62)
    cache.put(ONE, b"a letter")

    assert entries(cache) == []


def test_a_folder_that_cannot_be_made_is_not_an_error(tmp_path: Path) -> None:
    """A file has its name."""
    (tmp_path / FOLDERS[0]).write_text("mine", encoding="utf-8")
    cache = Cache(tmp_path, KEY, min_free=0)

    cache.put(ONE, b"a letter")

    assert cache.get(ONE) is None
    assert (tmp_path / FOLDERS[0]).read_text(encoding="utf-8") == "mine"


def test_a_failed_write_is_not_an_error(cache: Cache) -> None:
    """The partial file is deleted."""
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
cache = Cache(Path(sys.argv[1]), b"k" * 32, max_size=400_000, min_free=0)
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
    """None reads an entry that another has half written, although entries are deleted all the time."""
    writers = [_writer(tmp_path, 300) for _ in range(3)]

    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0, 0]


def test_a_killed_process_leaves_the_cache_intact(tmp_path: Path) -> None:
    """Every address has its own data, or none."""
    for pause in (0.0, 0.02, 0.05):
        with _writer(tmp_path, 1_000_000) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(pause)
            writer.kill()
    cache = Cache(tmp_path, KEY, min_free=0)

    addresses = [f"{number:064x}" for number in range(20)]
    found = {address: cache.get(address) for address in addresses}
    assert any(found.values())
    assert all(data in (None, address.encode() * 500) for address, data in found.items())


def test_all_workspaces_share_one_key(tmp_path: Path) -> None:
    """It is in the user's own folder, and only the user can read it."""
    own = tmp_path / "own"
    first, second = open_cache(tmp_path / "one", own), open_cache(tmp_path / "two", own)

    assert first and second
    assert first.key == second.key != bytes(32)
    assert [path.name for path in own.iterdir()] == ["cache.key"]
    assert (own / "cache.key").stat().st_mode & 0o777 == 0o600
    assert first.key.hex() not in repr(first)
    assert repr(first.key) not in repr(first)


def test_processes_that_make_the_key_at_once_get_the_same_key(tmp_path: Path) -> None:
    """The key of the first process is used by all."""
    program = f"""\
from pathlib import Path
from circulars.cache import open_cache
print(open_cache(Path("."), Path({str(tmp_path / "own")!r})).key.hex())
"""
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(4)]

    assert len({one.communicate()[0] for one in started}) == 1


@pytest.mark.parametrize(("data", "mode"), [(b"k" * 32, 0o644), (b"k" * 31, 0o600), (b"", 0o600)])
def test_without_a_private_key_there_is_no_cache(tmp_path: Path, data: bytes, mode: int) -> None:
    """The file of the key is readable by others, or is not a key."""
    (tmp_path / "cache.key").write_bytes(data)
    (tmp_path / "cache.key").chmod(mode)

    assert open_cache(tmp_path, tmp_path) is None


def test_without_a_folder_for_the_key_there_is_no_cache(tmp_path: Path) -> None:
    """A service may run as a user without a home directory."""
    (tmp_path / "own").write_text("", encoding="utf-8")

    assert open_cache(tmp_path, tmp_path / "own") is None
