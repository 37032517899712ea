"""Members of a cluster that lie: who is not known is refused, and nothing that comes back runs any code."""

from __future__ import annotations

import gc
import json
import pickle
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgpack
import pytest
from distributed import Client
from distributed.protocol.core import dumps
from distributed.protocol.serialize import Serialize, ToPickle
from distributed.protocol.utils import pack_frames

from circulars.errors import CircularsError, MachineError, UsageError
from circulars.merge.cluster import workers
from circulars.merge.cluster.access import Scheduler
from circulars.merge.cluster.plain import ClusterFault, Unread, message_of
from circulars.merge.cluster.ranges import WrongReplyError, packed_entries, packed_kit, read_reply
from circulars.merge.cluster.storage import Storage
from circulars.merge.cluster.workers import _connected
from circulars.merge.making.copies import Edition, Kit
from circulars.merge.planning.ledger import CopyRecord, Entry
from circulars.model.addressee import SALUTATION
from commands import HANGING, run_here
from merge.dask import Certificates, certificates, cluster
from merge.faults import LETTER

# One set of processes serves all of these tests, so one worker of pytest runs them.
pytestmark = pytest.mark.xdist_group("cluster")


class Bomb:
    """What makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The certificates of a cluster."""
    return certificates(tmp_path_factory.mktemp("certificates") / "cluster")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of another authority."""
    return certificates(tmp_path_factory.mktemp("certificates") / "strangers")


@pytest.fixture(autouse=True)
def clients_are_closed() -> Iterator[None]:
    """No client is left to be closed by Python, which waits for ever if another one begins at that moment."""
    yield
    assert {one.status for one in gc.get_objects() if isinstance(one, Client)} <= {"closed"}


def code(attempt: Callable[[], object]) -> str:
    """The code of the problem of an attempt."""
    with pytest.raises(CircularsError) as caught:
        attempt()
    [problem] = caught.value.problems
    return problem.code


def connect(known: Scheduler) -> None:
    """Connects to a scheduler, which must have a worker."""
    with _connected(known):
        pass


# Who is known.


def test_a_scheduler_without_tls_is_refused(tmp_path: Path) -> None:
    """Unless the command says so; the remedy names the option."""
    (tmp_path / "list.csv").write_text("id,language\na,en\n", encoding="utf-8")
    done = run_here(tmp_path, "merge", LETTER, "list.csv", "--cluster", "tcp://127.0.0.1:1")

    assert code(Scheduler("tcp://127.0.0.1:8786").check) == "insecure-cluster"
    Scheduler("tcp://127.0.0.1:8786", insecure=True).check()
    assert done.returncode == 2
    assert "insecure-cluster" in done.stderr and "--insecure-cluster" in done.stderr


@pytest.mark.parametrize("scheme", ["ws", "wss", "ucx", "http", "TLS", "plain-tcp", "tls+tcp"])
def test_other_protocols_are_refused(scheme: str) -> None:
    """Only those are spoken whose messages are read as plain values."""
    assert code(Scheduler(f"{scheme}://127.0.0.1:8786", insecure=True).check) == "wrong-scheduler"


def test_tls_needs_readable_certificates(files: Certificates, strangers: Certificates, tmp_path: Path) -> None:
    """They are checked before anything is planned; the key must belong to the certificate."""
    authority, own = str(files.authority), str(files.member("client"))
    (tmp_path / "text.pem").write_text("text")

    assert code(Scheduler("tls://127.0.0.1:1").check) == "no-cluster-certificate"
    assert code(Scheduler("tls://127.0.0.1:1", authority).check) == "no-cluster-certificate"
    assert code(Scheduler("tls://127.0.0.1:1", authority, str(tmp_path / "none.pem")).check) == "unreadable-file"
    assert code(Scheduler("tls://127.0.0.1:1", str(tmp_path / "text.pem"), own).check) == "unreadable-file"
    other = str(strangers.member("client"))
    assert code(Scheduler("tls://127.0.0.1:1", authority, own, other).check) == "unreadable-file"
    Scheduler("tls://127.0.0.1:1", authority, own).check()


def test_dask_s_own_configuration_names_the_certificates(files: Certificates) -> None:
    """Files that no option names are those of ``distributed.comm.tls``, also from the environment."""
    import dask

    own = str(files.member("client"))
    settings = {"distributed.comm.tls.ca-file": str(files.authority), "distributed.comm.tls.client.cert": own}
    with dask.config.set(settings):
        Scheduler("tls://127.0.0.1:1").check()


def test_strangers_are_refused_on_both_sides(files: Certificates, strangers: Certificates, tmp_path: Path) -> None:
    """A scheduler of another authority, or for another host, gets nothing; nor does a stranger reach the scheduler."""
    with cluster(tmp_path, workers=1, files=files) as real:
        connect(real.known)
        stranger = replace(real.known, certificate=str(strangers.member("client")))
        assert code(lambda: connect(stranger)) in ("untrusted-scheduler", "no-scheduler")
        mistaken = replace(real.known, authority=str(strangers.authority))
        assert code(lambda: connect(mistaken)) == "untrusted-scheduler"
        elsewhere = replace(real.known, address=real.address.replace("127.0.0.1", "localhost"))
        assert code(lambda: connect(elsewhere)) == "untrusted-scheduler"


def test_a_client_s_certificate_makes_no_scheduler(files: Certificates, tmp_path: Path) -> None:
    """Its purpose is checked, so who may merge cannot pretend to be the scheduler."""
    false = Certificates(tmp_path / "false")
    false.folder.mkdir()
    false.authority.write_bytes(files.authority.read_bytes())
    for role in ("scheduler", "worker", "client"):
        false.member(role).write_bytes(files.member("scheduler" if role == "client" else "client").read_bytes())
    port = _listening_with(false.member("scheduler"), false.authority)

    known = Scheduler(f"tls://127.0.0.1:{port}", str(files.authority), str(files.member("client")))
    assert code(lambda: connect(known)) == "untrusted-scheduler"


def _listening_with(own: Path, authority: Path) -> int:
    """The port of a TLS server with a certificate; it takes connections until the tests end."""
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority))
    context.load_cert_chain(own)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as talk:
                talk.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    return int(listening.getsockname()[1])


# What comes back.


def plain(value: object) -> bool:
    """Whether a value is a number, a text, bytes, or a collection of such, or what stands for a thing left unread."""
    if isinstance(value, dict):
        return all(plain(one) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple | set):
        return all(plain(one) for one in value)
    return value is None or type(value) in (bool, int, float, str, bytes, Unread, ClusterFault)


def messages(bomb: Bomb) -> dict[str, object]:
    """What a hostile scheduler may send: a bomb wherever Dask's own client would unpickle something."""
    pickled = pickle.dumps(bomb)
    return {
        "a pickle": ToPickle(bomb),
        "a pickle in a list": [{"op": "task-erred", "key": "a", "exception": ToPickle(bomb)}],
        "an object": Serialize(bomb),
        "an object as a result": {"status": "OK", "data": {"a": Serialize(bomb)}},
        "an error of a task": [{"op": "task-erred", "key": "a", "exception": pickled, "traceback": pickled}],
        "a serialized error": [{"op": "task-erred", "key": "a", "exception": Serialize(pickled)}],
        "an error of a call": {"status": "uncaught-error", "exception": pickled, "traceback": pickled},
        "a type": [{"op": "key-in-memory", "key": "a", "type": pickled}],
        "a warning": [{"op": "event", "topic": "warn", "event": (0, {"message": pickled, "category": pickled})}],
        "a print": [{"op": "event", "topic": "print", "event": (0, {"args": (ToPickle(bomb),)})}],
        "an unknown operation": [{"op": "update", "function": pickled}],
        "a status": [{"op": "restart", "status": "error", "exception": pickled, "traceback": pickled}],
        "an import": {"status": {"__Enum__": True, "name": "x", "__module__": "distributed.x", "__name__": "y"}},
    }


@pytest.mark.parametrize("name", messages(Bomb(Path())))
def test_no_message_is_unpickled(name: str, tmp_path: Path) -> None:
    """Wherever a pickle is, it is left unread: no file appears, and only plain values are returned."""
    bomb = Bomb(tmp_path / "file")
    read = message_of([bytes(frame) for frame in dumps(messages(bomb)[name])])

    assert plain(read)
    for told in read if isinstance(read, tuple) else [read]:
        if isinstance(told, dict):
            assert not {"type", "event", "function"} & told.keys()
            assert type(told.get("exception", ClusterFault())) is ClusterFault
    assert not (tmp_path / "file").exists()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client does not wait long for answers that never come."""
    monkeypatch.setattr(workers, "_SCHEDULER_TIMEOUT", 0.3)
    monkeypatch.setattr(workers, "_WORKER_TIMEOUT", 0.3)


@contextmanager
def scheduler(replies: Sequence[bytes]) -> Iterator[Scheduler]:
    """A scheduler that sends these bytes on each connection, and reads nothing."""

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            for reply in replies:
                connection.sendall(reply)
            connection.settimeout(HANGING)
            while connection.recv(100_000):
                pass

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield Scheduler(f"tcp://127.0.0.1:{listening.getsockname()[1]}", insecure=True)


def framed(message: object) -> bytes:
    """A message as it goes over a connection."""
    data = pack_frames(dumps(message))
    return struct.pack("Q", len(data)) + bytes(data)


HANDSHAKE = {"compression": None, "python": (3, 11, 0), "pickle-protocol": 5}


@pytest.mark.parametrize("name", messages(Bomb(Path())))
def test_no_scheduler_runs_code_where_the_command_runs(name: str, tmp_path: Path, impatient: None) -> None:
    """The whole client of a command, before a scheduler that answers everything with a pickle, ends with a problem."""
    bomb = Bomb(tmp_path / "file")
    with scheduler([framed(HANDSHAKE), framed(messages(bomb)[name])]) as known, pytest.raises(MachineError):
        connect(known)

    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    "reply",
    [
        struct.pack("Q", 2**63),
        struct.pack("Q", 65_000_000),
        struct.pack("Q", 8) + struct.pack("Q", 2**60),
        struct.pack("Q", 24) + struct.pack("QQQ", 2, 8, 2**62),
        struct.pack("Q", 3) + b"abc",
        framed("x").replace(msgpack.packb("x"), b"\xc1x"),
        struct.pack("Q", 2_016) + struct.pack("QQ", 1, 2_000) + b"\x91" * 2_000,
        struct.pack("Q", 24) + struct.pack("QQ", 1, 8) + b"\xdf\xff\xff\xff\xff\0\0\0",
        b"SSH-2.0-example\r\n" * 100,
    ],
)
def test_what_is_no_message_is_refused(reply: bytes, impatient: None) -> None:
    """No length is believed, and no depth: the command ends with a problem, and needs little memory."""
    with scheduler([reply]) as known:
        assert code(lambda: connect(known)) in ("no-scheduler", "scheduler-lost")
    with scheduler([framed(HANDSHAKE), reply]) as known:
        assert code(lambda: connect(known)) in ("no-scheduler", "scheduler-lost")


# What a worker returns.

RECORD: Any = [0, "pdf", 10, 0, 7, "ab" * 32, False]


def reply(*records: object) -> bytes:
    """A worker's reply."""
    return json.dumps({"records": records}).encode()


def test_records_are_read() -> None:
    """In the order of the addressees and the formats."""
    assert read_reply(reply(RECORD), 0, 1, ("pdf",)) == [CopyRecord(0, "pdf", 10, 0, 7, b"\xab" * 32, False)]


def test_a_worker_s_error_is_the_command_s() -> None:
    """It has the worker's problems."""
    problem = ["s3://bucket", 0, 0, "cannot-write", "the storage refused", "", [["resume", "continues", ""]]]
    read = read_reply(json.dumps({"error": "MachineError", "problems": [problem]}).encode(), 0, 1, ("pdf",))

    assert isinstance(read, MachineError)
    [found] = read.problems
    assert (found.code, found.choices[0].parameter) == ("cannot-write", "resume")


@pytest.mark.parametrize(
    "wrong",
    [
        None, 1, "text", [RECORD], {"records": [RECORD]}, bytearray(reply(RECORD)), b"", b"{", b"[]", b"null", b"[[[",
        b"[" * 100_000, b"\xff", b"{}", pickle.dumps([RECORD]),
        reply(), reply(RECORD, RECORD), reply([1, *RECORD[1:]]), reply([0, "docx", *RECORD[2:]]),
        reply([*RECORD, 1]), reply(RECORD[:-1]), reply(RECORD[0]), reply({}), reply(None), reply("abcdefg"),
        reply([True, *RECORD[1:]]), reply([0.0, *RECORD[1:]]), reply(["0", *RECORD[1:]]),
        reply([0, "pdf", -1, *RECORD[3:]]), reply([0, "pdf", 2**62, *RECORD[3:]]), reply([0, "pdf", 1e9, *RECORD[3:]]),
        reply([0, "pdf", 10, -1, *RECORD[4:]]), reply([0, "pdf", 10, 0, 2**32, *RECORD[5:]]),
        reply([*RECORD[:5], "ab" * 31, False]), reply([*RECORD[:5], "xy" * 32, False]), reply([*RECORD[:5], 7, False]),
        reply([*RECORD[:6], 1]), reply([*RECORD[:6], None]), reply([*RECORD[:6], "yes"]),
        b'{"records": [[0, "pdf", 10, 0, 7, "' + b"ab" * 32 + b'", NaN]]}',
        b'{"error": "SystemExit", "problems": []}', b'{"error": "MachineError", "problems": [1]}',
        b'{"error": "MachineError", "problems": [["a", 0, 0, 1, "b", "c", []]]}',
        b'{"error": "MachineError", "problems": [["a", -1, 0, "d", "b", "c", []]]}',
        b'{"error": "MachineError", "problems": [["a", 0, 0, "d", "b", "c", [["x"]]]]}',
        b'{"error": ["MachineError"], "problems": []}', b'{"error": "MachineError"}',
    ],
)  # fmt: skip
def test_any_other_reply_is_refused(wrong: object) -> None:
    """It must be bytes of JSON, about these copies, with values of the right types."""
    with pytest.raises(WrongReplyError):
        read_reply(wrong, 0, 1, ("pdf",))


# What a worker gets.


def test_workers_get_only_the_cells_that_the_letter_uses(tmp_path: Path) -> None:
    """Neither e-mail addresses nor other columns leave the command."""
    columns = ("id", "email", "name", "note", "surname", "category")
    cells = ("a", "ana@example.int", "Ana", "a secret", "Ejemplo", "member-state")
    edition = Edition(None, None, {}, ("addressee.name", f"{SALUTATION}|x"))  # type: ignore[arg-type]  # not used here
    kit = Kit(columns, None, {("en", 0): edition})  # type: ignore[arg-type]
    [entry] = pickle.loads(packed_entries(kit, [Entry(0, "a", "en", 0, cells, 2)]))

    assert (pickle.loads(packed_kit(kit)).columns, entry.cells) == (("name", "surname"), ("Ana", "Ejemplo"))


@pytest.mark.parametrize(
    "address",
    [
        "sftp://ana:secret@host/folder",
        "s3://key:secret@bucket",
        "simplecache::ftp://ana:secret@host/a",
        "ftp://:x@host",
    ],
)
def test_no_password_is_given_to_workers(address: str) -> None:
    """An address with one is refused, and not shown."""
    with pytest.raises(UsageError) as caught:
        Storage(address, False, "a.zip", None).check()  # type: ignore[arg-type]  # the date is not used

    assert caught.value.problems[0].code == "secret-shown"
    assert "secret@" not in str(caught.value)
