"""Lists of addressees in MySQL and MariaDB: what is special about them, and servers that lie."""

from __future__ import annotations

import ipaddress
import itertools
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509

import mariadb
from circulars.errors import AddresseesError, CircularsError, MachineError, UsageError
from circulars.source.addressees import open_list
from circulars.source.addressees.database import open_database
from circulars.source.addressees.query import fault_in_mysql
from commands import HANGING
from signing.authority import AUTHORITY, Holder, issue, pem

pytestmark = pytest.mark.xdist_group("mariadb")
SERIES = "SELECT seq AS id, CONNECTION_ID() AS pid{} FROM seq_1_to_{}"


@pytest.fixture(scope="module")
def authority() -> Holder:
    """An authority that certifies servers."""
    return issue("Example Authority", None, extensions=AUTHORITY)


@pytest.fixture(scope="module")
def trusted(authority: Holder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with its certificate."""
    file = tmp_path_factory.mktemp("client") / "authority.pem"
    file.write_bytes(pem(authority.certificate))
    return file


@pytest.fixture(scope="module")
def server(authority: Holder) -> Iterator[mariadb.Server]:
    """A MariaDB server, also at a port of this machine, with a certificate for 127.0.0.1 alone."""
    if not mariadb.is_installed():
        pytest.skip("MariaDB is not installed: scripts/install dev installs it")
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    holder = issue("server", authority, extensions=((name, False),))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with mariadb.server(holder.pem_certificates + holder.pem_key(), port) as running:
        yield running


def refusal(url: str, query: str) -> CircularsError:
    """The error of a query that cannot be run."""
    with pytest.raises(CircularsError) as caught:
        list(open_list(url, query=query, folder=Path()))
    return caught.value


TLS = "SELECT VARIABLE_VALUE AS id FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_version'"


def test_a_server_with_a_known_certificate_is_read_over_tls(server: mariadb.Server, trusted: Path) -> None:
    """Its authority is named in the address."""
    (addressee,) = open_list(server.over_tcp("127.0.0.1", f"ssl_ca={trusted}"), query=TLS, folder=Path())

    assert addressee.id.startswith("TLSv1.")


def test_a_certificate_must_be_for_the_host(server: mariadb.Server, trusted: Path) -> None:
    """The server's is not for "localhost"."""
    error = refusal(server.over_tcp("localhost", f"ssl_ca={trusted}"), TLS)

    assert isinstance(error, MachineError)
    assert error.problems[0].code == "database-unreachable"
    assert "certificate" in error.problems[0].message


def test_within_this_machine_tls_is_not_needed(server: mariadb.Server) -> None:
    """Nobody can listen there."""
    assert [*open_list(server.over_tcp("127.0.0.1", ""), query=TLS, folder=Path())] == []


def test_elsewhere_tls_is_required(server: mariadb.Server) -> None:
    """The name of this machine is not known to be of this machine, so its certificate is asked for."""
    elsewhere = server.over_tcp("127.0.0.1", "").replace("@127.0.0.1:", f"@{socket.gethostname()}:")

    error = refusal(elsewhere, TLS)

    assert error.problems[0].code == "database-unreachable"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("local_infile=1", "'local_infile' is not an option of the address"),
        ("init_command=DELETE", "'init_command' is not an option of the address"),
        ("ssl_ca=/none.pem", "a certificate that the address names cannot be read"),
    ],
)
def test_other_options_of_the_library_are_refused(options: str, words: str) -> None:
    """They could change data, or send files of this machine to the server."""
    error = refusal(f"mysql://ana@127.0.0.1:1/people?{options}", "SELECT 1 AS id")

    assert isinstance(error, UsageError)
    assert words in error.problems[0].message


def test_the_password_may_be_in_a_file(server: mariadb.Server, tmp_path: Path) -> None:
    """Other users of the machine can see an address, but not the file."""
    (tmp_path / "my.cnf").write_text(f'[client]\nuser = {mariadb.USER}\npassword = "{mariadb.PASSWORD}"\n')
    url = f"mysql:///people?unix_socket={server.folder}/socket&read_default_file={tmp_path / 'my.cnf'}"

    assert [one.id for one in open_list(url, query="SELECT 7 AS id", folder=tmp_path)] == ["7"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id FROM people INTO OUTFILE '/tmp/x'", "the word 'OUTFILE' could write a file on the server"),
        ("SELECT id FROM people # '\n INTO dumpfile 'x'", "the word 'dumpfile' could write a file on the server"),
        ("SELECT id /*! INTO OUTFILE 'x' */ FROM people", "the word 'OUTFILE' could write a file on the server"),
        ("SELECT id AS outfiles FROM people", ""),
    ],
)
def test_a_query_writes_no_file_on_the_server(query: str, expected: str) -> None:
    """A read-only transaction permits that. No comment and no string can hide the word."""
    assert fault_in_mysql(query) == expected


@pytest.mark.parametrize(
    "query", ["SELECT NEXTVAL(numbers) AS id", "SELECT sweep() AS id", "SELECT 1 AS id FOR UPDATE"]
)
def test_functions_cannot_write_either(server: mariadb.Server, query: str) -> None:
    """The transaction is read-only, also for functions that a SELECT calls."""
    with server.connect(user="root", database="people") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE SEQUENCE numbers")
        cursor.execute("CREATE OR REPLACE TABLE people (id text)")
        cursor.execute("INSERT INTO people VALUES ('x')")
        cursor.execute("CREATE OR REPLACE FUNCTION sweep() RETURNS text BEGIN DELETE FROM people; RETURN 'x'; END")

    error = refusal(server.url, query.replace("1 AS id FOR", "id FROM people FOR"))

    assert error.problems[0].code == "not-a-select"
    with server.connect(user="root", database="people") as connection, connection.cursor() as cursor:
        assert cursor.execute("SELECT id FROM people") == 1


def test_strings_end_where_they_end_in_other_databases(server: mariadb.Server) -> None:
    """A backslash is a letter. Otherwise what is checked would not be what the server runs."""
    query = "SELECT 1 AS id, '\\' AS name, '12:30:00' AS at, CAST('12:30' AS time) AS time"

    (addressee,) = open_list(server.url, query=query, folder=Path())

    assert addressee.columns == {"id": "1", "name": "\\", "at": "12:30:00", "time": "12:30"}


def test_a_long_list_is_not_held_in_memory(server: mariadb.Server) -> None:
    """Thirty thousand rows of 1 kB are read with less than 12 MB."""
    addressees = open_list(server.url, query=SERIES.format(", REPEAT('x', 1000) AS remark", 30_000), folder=Path())
    tracemalloc.start()
    try:
        count = sum(1 for _ in addressees)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 30_000
    assert peak < 12_000_000


def test_a_connection_that_breaks_in_the_middle_is_an_error(server: mariadb.Server) -> None:
    """It is not taken for the end of the list."""
    count = 0
    with pytest.raises(MachineError) as caught:
        for addressee in open_list(server.url, query=SERIES.format(", REPEAT('x', 99) AS x", 1_000_000), folder=Path()):
            count += 1
            if count == 3_000:
                with server.connect() as connection, connection.cursor() as cursor:
                    cursor.execute(f"KILL {addressee.columns['pid']}")

    (problem,) = caught.value.problems
    assert 3_000 <= count < 1_000_000
    assert problem.code == "database-gone"
    assert f"after {count:,} rows" in problem.message


def test_the_columns_are_learnt_without_reading_the_rows(server: mariadb.Server) -> None:
    """The connection is closed instead: each row after the ninth would wait for a second."""
    query = SERIES.format(", REPEAT('x', 20000) AS x, SLEEP(seq > 9) AS y", 1_000_000)

    assert open_list(server.url, query=query, folder=Path()).columns == ("id", "pid", "x", "y")


def test_an_abandoned_iteration_closes_its_connection(server: mariadb.Server) -> None:
    """Reading only the first rows leaves no connection open."""
    addressees = iter(open_list(server.url, query=SERIES.format(", REPEAT('x', 99) AS x", 1_000_000), folder=Path()))
    pid = next(addressees).columns["pid"]

    addressees.close()  # type: ignore[attr-defined]

    assert _is_let_go(server, pid)


def _is_let_go(server: mariadb.Server, pid: str) -> bool:
    """Whether the server's thread for a connection ends, shortly after the connection."""
    with server.connect() as connection, connection.cursor() as cursor:
        for _ in range(HANGING * 10):
            if not cursor.execute("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s", (pid,)):
                return True
            time.sleep(0.1)
    return False


def test_a_table_without_read_permission_is_reported(server: mariadb.Server) -> None:
    """The hint is to ask for permission."""
    with server.connect(user="root", database="people") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE secrets (id text)")
        cursor.execute("CREATE OR REPLACE USER reader@localhost IDENTIFIED BY %s", (mariadb.PASSWORD,))
        cursor.execute("GRANT SELECT ON people.people TO reader@localhost")

    error = refusal(server.url.replace(f"//{mariadb.USER}:", "//reader:"), "SELECT id FROM secrets")

    assert isinstance(error, AddresseesError)
    assert "permission to read" in error.problems[0].hint


def test_a_wrong_password_is_reported(server: mariadb.Server) -> None:
    """The message does not have it."""
    error = refusal(server.url.replace("o%20pen", "geheim"), "SELECT 1 AS id")

    assert error.problems[0].code == "database-unreachable"
    assert "geheim" not in str(error)


GREETING = b"\x0a5.5.5-10.11.6-MariaDB\0" + struct.pack("<I", 1) + b"saltsalt\0" + b"\xff\xf7\x2d\x02\0\xff\x81"
GREETING += b"\x15" + bytes(10) + b"saltsaltsalt\0mysql_native_password\0"
READY = b"\0\0\0\x02\0\0\0"
MOST = 500_000
"""How many times a packet comes: more than any limit allows. Then the connection is closed."""


def packet(number: int, body: bytes) -> bytes:
    """A packet of MySQL's protocol."""
    return struct.pack("<I", len(body))[:3] + bytes([number % 256]) + body


@contextmanager
def answering(pieces: Callable[[], Iterator[bytes]], *, greets: bool) -> Iterator[str]:
    """The address of a server that accepts a client, greets it if ``greets``, and then sends these pieces."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            if greets:
                connection.sendall(packet(0, GREETING))
                connection.recv(10_000)
                connection.sendall(packet(2, READY))
                connection.recv(10_000)
            for piece in pieces():
                connection.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"mysql://ana@127.0.0.1:{listening.getsockname()[1]}/people"
        thread.join(HANGING)


def test_a_flood_while_a_connection_is_opened_is_cut_off() -> None:
    """The clock stands still: the size alone ends it."""
    flood = itertools.chain([b"\xff\xff\xff\0"], itertools.repeat(b"x" * 1_000, MOST))
    with answering(lambda: flood, greets=False) as url, pytest.raises(MachineError) as caught:
        open_database(url, "SELECT 1 AS id", Path(), lambda: 0.0)

    [problem] = caught.value.problems
    assert problem.code == "database-unreachable"
    assert "an answer of more than 1,000,000 bytes" in problem.message


@pytest.mark.parametrize("answer", ["a long packet", "columns without end"])
def test_an_answer_without_end_is_cut_off(answer: str) -> None:
    """No answer to a command can fill the memory."""
    column = b"\x03def\0\0\0\x01a\0\x0c\x21\0" + bytes(4) + b"\xfd" + bytes(5)

    def columns() -> Iterator[bytes]:
        yield packet(1, b"\xfe" + b"\xff" * 7 + b"\x7f")  # how many there are
        for number in range(MOST):
            yield packet(number + 2, column)

    pieces: dict[str, Callable[[], Iterator[bytes]]] = {
        "a long packet": lambda: itertools.chain([b"\xff\xff\xff\x01"], itertools.repeat(b"x" * 1_000, MOST)),
        "columns without end": columns,
    }
    with answering(pieces[answer], greets=True) as url, pytest.raises(MachineError) as caught:
        open_database(url, "SELECT 1 AS id", Path(), lambda: 0.0)

    assert caught.value.problems[0].code in ("database-unreachable", "database-fault")


def test_a_drip_is_cut_off() -> None:
    """A byte now and then delays nothing for longer than a minute."""
    drip = itertools.chain([b"\xff\xff\xff\0"], itertools.repeat(b"x", MOST))
    with (
        answering(lambda: drip, greets=False) as url,
        pytest.raises(MachineError, match="no complete answer within 60 seconds"),
    ):
        open_database(url, "SELECT 1 AS id", Path(), itertools.count(step=5.0).__next__)
