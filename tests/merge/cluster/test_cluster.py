"""A merge on a cluster makes the same bytes as a merge on one machine, even if workers die."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from unittest import mock

import pytest
from distributed.comm.core import CommClosedError

from circulars.cli import main
from circulars.errors import MachineError
from circulars.merge.cluster import access, storage, workers
from circulars.merge.cluster.plain import ClusterFault
from circulars.merge.cluster.ranges import make_range
from circulars.merge.cluster.workers import ClusterMerge, _connected
from circulars.merge.making.run import Progress
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import open_merge
from circulars.merge.planning.order import MergeOrder
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from merge.dask import Certificates, Cluster, certificates, cluster
from merge.faults import LETTER
from merge.lists import write_list

# One set of processes serves all of these tests, so one worker of pytest runs them.
pytestmark = pytest.mark.xdist_group("cluster")

RANGE = 100
COUNT = 6 * RANGE + 7


@pytest.fixture(scope="module", autouse=True)
def small_ranges() -> Iterator[None]:
    """Ranges of a hundred addressees: the merging machine alone knows how long they are."""
    with mock.patch.object(storage, "RANGE", RANGE), mock.patch.object(workers, "RANGE", RANGE):
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The certificates of the cluster's members."""
    return certificates(tmp_path_factory.mktemp("certificates") / "cluster")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory, files: Certificates) -> Iterator[Cluster]:
    """A scheduler and three workers, with TLS on both sides; a task may end two of them before Dask gives it up."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "1")
        with cluster(tmp_path_factory.mktemp("cluster"), files=files) as one:
            yield one


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a letter and a list; ``files`` and ``zip`` hold the results of local merges."""
    folder = tmp_path_factory.mktemp("room")
    (folder / "letters").mkdir()
    shutil.copy(LETTER, folder / "letters")
    listed = write_list(folder / "list.csv", COUNT)
    for kind in ("files", "zip"):
        command = ["-C", str(folder), "merge", LETTER.stem, str(listed), "--as", kind, "--formats", "docx"]
        assert main([*command, "--jobs", "1", "--out", str(folder / kind)]) == 0
    return folder


def left_in(folder: Path) -> dict[str, bytes]:
    """All files of a merge except the ledger, and the problems of the list, which the command saves."""
    own = (".sqlite", ".problems.csv")
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(own)}


def merged(three: Cluster, room: Path, out: Path, kind: str, *, kills: bool = False) -> None:
    """Merges on the cluster; perhaps a worker is killed while it has a range to make."""
    letter, workspace = read_letter(room / "letters" / LETTER.name), Workspace(room)
    listed = open_list(str(room / "list.csv"), folder=room)
    with open_merge(out / "ledger", kind) as ledger, ThreadPoolExecutor(1) as threads:
        order = MergeOrder(kind=kind, formats=("docx",))
        merge = ClusterMerge(letter, listed, workspace, order, out / "ledger", ledger)
        merge.on(three.known, (out / "far").as_uri()).plan()
        ended = Event()
        killed = threads.submit(three.kill_one_at_work, make_range.__name__, ended) if kills else None
        try:
            merge.run(lambda _: None)
        finally:
            ended.set()
        assert killed is None or killed.result()


def told(merge: ClusterMerge) -> list[int]:
    """The progress that a merge reported, from beginning to end."""
    done: list[int] = []
    merge.run(lambda progress: done.append(progress.done))
    return done


@pytest.mark.parametrize("kind", ["files", "zip"])
def test_a_worker_that_is_killed_changes_nothing(three: Cluster, room: Path, tmp_path: Path, kind: str) -> None:
    """One of three workers is killed (kill -9) in the middle of a range: the bytes are those of one machine."""
    merged(three, room, tmp_path, kind, kills=True)

    assert left_in(tmp_path / "far" / LETTER.stem) == left_in(room / kind / LETTER.stem)


@pytest.mark.parametrize("kind", ["files", "zip"])
def test_what_a_killed_worker_left_half_written_is_cleared(
    three: Cluster, room: Path, tmp_path: Path, kind: str
) -> None:
    """The worker was killed after writing a file and before renaming it."""
    folder = tmp_path / "far" / LETTER.stem
    within = folder if kind == "files" else folder / f"{LETTER.stem}.zip.ranges"
    within.mkdir(parents=True)
    (within / ".circulars.0123456789abcdef.part").write_bytes(b"PK")

    merged(three, room, tmp_path, kind)

    assert left_in(folder) == left_in(room / kind / LETTER.stem)


def test_a_worker_that_was_killed_is_replaced(three: Cluster) -> None:
    """Another one starts soon after."""
    killed = three.kill_one()

    workers = three.wait_for(3, without=killed)

    assert killed not in workers
    assert len(workers) == 3


@pytest.mark.parametrize("kind", ["files", "zip"])
def test_copies_go_to_any_storage(room: Path, tmp_path: Path, kind: str) -> None:
    """A storage that is not a local folder (fsspec's own memory) gets the same bytes."""
    from distributed import LocalCluster
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    letter, workspace = read_letter(room / "letters" / LETTER.name), Workspace(room)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as here,
        open_merge(tmp_path, kind) as ledger,
    ):
        listed = open_list(str(room / "list.csv"), folder=room)
        merge = ClusterMerge(letter, listed, workspace, MergeOrder(kind=kind, formats=("docx",)), tmp_path, ledger)
        merge.on(access.Scheduler(here.scheduler_address), "memory://office").plan()
        assert told(merge)[-1] == COUNT

    stored = {path.rpartition("/")[2]: file.getvalue() for path, file in MemoryFileSystem.store.items()}
    assert stored == left_in(room / kind / LETTER.stem)


def test_a_missing_cluster_is_reported(room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens at the address; the error states the fact and the remedy."""
    monkeypatch.setattr("circulars.merge.cluster.workers._SCHEDULER_TIMEOUT", 0.5)
    letter = read_letter(room / "letters" / LETTER.name)
    listed = open_list(str(room / "list.csv"), folder=room)
    with open_merge(tmp_path, "zip") as ledger, pytest.raises(MachineError) as caught:
        merge = ClusterMerge(letter, listed, Workspace(room), MergeOrder(kind="zip"), tmp_path, ledger)
        merge.on(access.Scheduler("tcp://127.0.0.1:1", insecure=True), tmp_path.as_uri()).plan()
        told(merge)

    [problem] = caught.value.problems
    assert (problem.where.file, problem.code) == ("tcp://127.0.0.1:1", "no-scheduler")


def test_a_stopped_cluster_merge_resumes(room: Path, three: Cluster, tmp_path: Path) -> None:
    """After two ranges the merge stops; resumed, it keeps complete ranges and makes the same bytes."""
    letter, workspace = read_letter(room / "letters" / LETTER.name), Workspace(room)
    order = MergeOrder(kind="zip", formats=("docx",))

    def begun(ledger: Ledger) -> ClusterMerge:
        listed = open_list(str(room / "list.csv"), folder=room)
        merge = ClusterMerge(letter, listed, workspace, order, tmp_path, ledger)
        return merge.on(three.known, (tmp_path / "far").as_uri())

    with open_merge(tmp_path, "zip") as ledger:
        merge = begun(ledger)
        merge.plan()

        def stop(progress: Progress) -> None:
            if progress.done >= 2 * RANGE:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            merge.run(stop)
    with open_merge(tmp_path, "zip") as ledger:
        merge = begun(ledger)
        merge.plan(resume=True)
        done = told(merge)

    assert (done[0], done[-1]) == (2 * RANGE, COUNT)
    assert left_in(tmp_path / "far" / LETTER.stem) == left_in(room / "zip" / LETTER.stem)


@pytest.mark.parametrize("kind", ["files", "zip"])
def test_a_list_is_added_on_a_cluster(three: Cluster, room: Path, tmp_path: Path, kind: str) -> None:
    """A merge that ended within a range gets a second list: the bytes are those of one machine and one list."""
    head, *rows = (room / "list.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    told: list[list[int]] = []
    for name, some in (("first.csv", rows[: RANGE + 7]), ("late.csv", rows[RANGE + 7 :])):
        (tmp_path / name).write_text("".join([head, *some]), encoding="utf-8")
        letter, listed = read_letter(room / "letters" / LETTER.name), open_list(name, folder=tmp_path)
        with open_merge(tmp_path, kind) as ledger:
            order = MergeOrder(kind=kind, formats=("docx",))
            merge = ClusterMerge(letter, listed, Workspace(room), order, tmp_path, ledger, add=name == "late.csv")
            merge.on(three.known, (tmp_path / "far").as_uri()).plan()
            told.append([])
            merge.run(lambda progress: told[-1].append(progress.done))

    assert [done[0] for done in told] == [0, RANGE + 7 if kind == "files" else 0]
    assert left_in(tmp_path / "far" / LETTER.stem) == left_in(room / kind / LETTER.stem)


def test_the_command_merges_on_a_cluster(three: Cluster, room: Path, tmp_path: Path) -> None:
    """``--cluster`` writes to the address in ``--out`` what a local merge makes; the ledger stays here."""
    command = ["-C", str(tmp_path), "merge", str(room / "letters" / LETTER.name), str(room / "list.csv"), "--as", "zip"]
    far = (tmp_path / "far").as_uri()
    assert main([*command, "--formats", "docx", *three.typed, "--out", far]) == 0

    assert left_in(tmp_path / "far" / LETTER.stem) == left_in(room / "zip" / LETTER.stem)
    [ledger] = tmp_path.glob("output/*/*/*.sqlite")
    assert (ledger.name, ledger.parent.name) == ("merge-zip.sqlite", LETTER.stem)
    # What goes elsewhere, or stays here, has a ledger of its own: nothing is known of the other.
    few = ["--only", "a-0000001", "--formats", "docx"]
    assert main([*command, *few, *three.typed, "--out", (tmp_path / "farther").as_uri()]) == 0
    assert main([*command, *few]) == 0
    assert len([*tmp_path.glob("output/*/*/*.sqlite"), *tmp_path.glob("output/*/*.sqlite")]) == 3
    assert left_in(tmp_path / "far" / LETTER.stem) == left_in(room / "zip" / LETTER.stem)


def test_an_address_requires_a_cluster(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a cluster the output is a folder: an address is refused."""
    code = main(["-C", str(room), "merge", LETTER.stem, str(room / "list.csv"), "--out", "s3://bucket/folder"])

    assert (code, "not-a-folder" in capsys.readouterr().err) == (2, True)


def test_a_cluster_binds_nothing(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that holds all copies is made by one machine: a cluster is refused for it."""
    command = ["-C", str(room), "merge", LETTER.stem, str(room / "list.csv"), "--as", "print"]
    code = main([*command, "--cluster", "tcp://127.0.0.1:1"])

    assert (code, "not-on-a-cluster" in capsys.readouterr().err) == (2, True)


def test_a_scheduler_without_workers_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There would be nobody to make the copies."""
    monkeypatch.setattr(workers, "_WORKER_TIMEOUT", 0.5)

    with cluster(tmp_path, workers=0) as none, pytest.raises(MachineError, match="no-worker  "), _connected(none.known):
        pass


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClusterFault("distributed.scheduler.KilledWorker"), "workers-died"),
        (ClusterFault("builtins.OSError"), "cluster-fault"),
        (CommClosedError("the connection was closed"), "scheduler-lost"),
    ],
)
def test_a_cluster_that_gives_up_is_reported(error: Exception, code: str, three: Cluster) -> None:
    """Dask says so when workers die again and again, or the connection to the scheduler breaks."""
    with pytest.raises(MachineError, match=f"{code}  "), _connected(three.known):
        raise error


def test_a_task_that_returns_something_else_is_reported(three: Cluster) -> None:
    """A worker's reply is read as records; an error that is not of circulars is named, and not unpickled."""
    with pytest.raises(MachineError, match="wrong-reply  "), _connected(three.known) as client:
        workers._reply(client.submit(len, "x", pure=False), 0, 1, ("pdf",))  # type: ignore[arg-type]  # of the wrong type on purpose
    with pytest.raises(MachineError, match=r"cluster-fault  .*FileNotFoundError"), _connected(three.known) as client:
        client.submit(os.listdir, "/there/is/no/such/folder", pure=False).result()


def test_workers_that_die_again_and_again_are_reported(three: Cluster) -> None:
    """A task that ends each worker (Dask gives up after some) is not taken for a lost scheduler."""
    with pytest.raises(MachineError, match="workers-died  "), _connected(three.known) as client:
        client.submit(os._exit, 1, pure=False).result()

    three.wait_for(3)
