"""Rare problems with machines, networks and files that no other test causes, each with its code."""

from __future__ import annotations

import io
import socket
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from circulars.cli.secret import read_secret
from circulars.errors import CircularsError
from circulars.merge.cluster.access import Scheduler
from circulars.merge.cluster.ranges import unpacked_kit
from circulars.merge.paper.pdf_file import MAX_OBJECTS, PdfWriter
from circulars.merge.planning.opening import open_merge
from circulars.merge.post.smtp import Server, Session
from circulars.source.addressees import choosing, open_list


def code_of(cause: Callable[[], object]) -> str:
    """The code of the only problem that a call causes."""
    with pytest.raises(CircularsError) as caught:
        cause()
    [problem] = caught.value.problems
    return problem.code


def test_a_list_that_leads_to_itself_cannot_be_read(tmp_path: Path) -> None:
    """The system refuses to open a link that leads to itself."""
    (tmp_path / "list.csv").symlink_to("list.csv")

    assert code_of(lambda: open_list("list.csv", folder=tmp_path)) == "cannot-read"


def test_a_query_that_is_not_utf_8_is_a_fault(tmp_path: Path) -> None:
    """It may come from a command line in another encoding."""
    sqlite3.connect(tmp_path / "list.db").execute("create table members (id)").connection.close()

    def ask() -> object:
        return list(open_list("sqlite:///list.db", query="SELECT '\udc80' AS id", folder=tmp_path))

    assert code_of(ask) == "database-fault"


def test_an_empty_sample_is_refused() -> None:
    """A sample has at least one addressee."""
    assert code_of(lambda: choosing.sample([], 0)) == "wrong-number"


def test_an_empty_file_holds_no_pass_phrase(tmp_path: Path) -> None:
    """Its first line would be an empty pass phrase."""
    file = tmp_path / "phrase.txt"
    file.touch(stat.S_IRUSR | stat.S_IWUSR)

    assert code_of(lambda: read_secret("pass phrase", "--passphrase", "pass phrase", str(file), None)) == "empty-secret"


def test_a_pdf_to_print_has_at_most_as_many_objects_as_pdf_a_allows() -> None:
    """One object more than the limit is refused."""
    file = PdfWriter(io.BytesIO())
    file._places = bytearray(8 * MAX_OBJECTS)

    assert code_of(file.number) == "too-many-copies"


def test_a_file_that_is_not_a_ledger_is_reported(tmp_path: Path) -> None:
    """Another file has the name of a merge's ledger."""
    (tmp_path / "merge-files.sqlite").write_bytes(b"some text in the place of a database" * 20)

    def begin() -> None:
        with open_merge(tmp_path, "files"):
            pass

    assert code_of(begin) == "ledger"


@pytest.fixture
def refusing() -> Iterator[int]:
    """The port of a mail server that refuses every connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"554 no service for you\r\n")
                connection.recv(100)

        thread = threading.Thread(target=refuse)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join()


def test_a_server_that_refuses_the_connection_is_reported(refusing: int) -> None:
    """It answers 554 before the client has sent anything."""
    assert code_of(lambda: Session(Server("127.0.0.1", refusing, "none", timeout=5, patience=5))) == "server-refused"


def test_a_cluster_needs_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing Dask is reported before anything is read."""
    monkeypatch.setitem(sys.modules, "distributed", None)

    assert code_of(lambda: Scheduler("tcp://127.0.0.1:8786", insecure=True).check()) == "not-installed"


def test_a_worker_of_another_version_is_refused() -> None:
    """It might write other bytes."""
    assert code_of(lambda: unpacked_kit(b"", "0.0.0")) == "other-version"
