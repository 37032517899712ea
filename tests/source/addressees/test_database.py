"""Lists of addressees in SQLite, and in servers of PostgreSQL and MariaDB that these tests start."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import mariadb
import postgresql
from circulars.errors import AddresseesError, CircularsError, MachineError, UsageError
from circulars.extras import to_install
from circulars.model.addressee import Addressee
from circulars.source.addressees import AddresseeList, FaultyRow, open_list
from circulars.source.addressees.query import fault, without_semicolon
from commands import HANGING

PEOPLE = "CREATE TABLE people (id text, language text, name text, born date, fee numeric(9,2), picture {binary})"
ROWS = """INSERT INTO people VALUES
    ('007', 'ES', 'Ana; {{7*7}} 100 %', '2000-02-29', 1.50, NULL), ('8', 'en', NULL, NULL, NULL, NULL)"""


@pytest.fixture(scope="module")
def programs() -> Path:
    """The folder with PostgreSQL's programs."""
    folder = postgresql.programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed: scripts/install dev installs it")
    return folder


@pytest.fixture(scope="module")
def server(programs: Path) -> Iterator[postgresql.Server]:
    """A PostgreSQL server with a table of people."""
    with postgresql.server(programs) as running:
        with running.connect() as connection:
            connection.execute(PEOPLE.format(binary="bytea").encode())
            connection.execute(ROWS.encode())
        yield running


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of an SQLite file with the same table."""
    with closing(sqlite3.connect(tmp_path / "people.db")) as connection:
        connection.execute(PEOPLE.format(binary="blob"))
        connection.execute(ROWS)
        connection.commit()
    return "sqlite:///people.db"


@pytest.fixture(scope="module")
def maria() -> Iterator[mariadb.Server]:
    """A MariaDB server with the same table."""
    if not mariadb.is_installed():
        pytest.skip("MariaDB is not installed: scripts/install dev installs it")
    with mariadb.server() as running:
        with running.connect(user="root", database="people") as connection, connection.cursor() as cursor:
            cursor.execute(PEOPLE.format(binary="blob"))
            cursor.execute(ROWS)
        yield running


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of each of the databases."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite"))
    running = request.getfixturevalue("server" if request.param == "postgresql" else "maria")
    assert isinstance(running, postgresql.Server | mariadb.Server)
    return running.url


def refusal(url: str, query: str, folder: Path) -> CircularsError:
    """The error of a query that cannot be run."""
    with pytest.raises(CircularsError) as caught:
        list(open_list(url, query=query, folder=folder))
    return caught.value


pytestmark = pytest.mark.xdist_group("postgresql")


def test_a_query_gives_the_list(url: str, tmp_path: Path) -> None:
    """Text is read as stored, dates in ISO 8601, NULL as an empty cell; ":" and "%" are not special."""
    query = "SELECT id, language AS idioma, name, born, fee FROM people WHERE ':x' <> '%s' AND id LIKE '%' ORDER BY id;"

    addressees = open_list(url, query=query, folder=tmp_path)

    assert addressees.columns == ("id", "language", "name", "born", "fee")
    fee = "1.5" if url.startswith("sqlite") else "1.50"
    first = {"id": "007", "language": "es", "name": "Ana; {{7*7}} 100 %", "born": "2000-02-29", "fee": fee}
    second = {"id": "8", "language": "en", "name": "", "born": "", "fee": ""}
    assert list(addressees) == [Addressee("007", first, 2), Addressee("8", second, 3)]
    assert list(addressees) == list(addressees)


def test_a_value_without_a_text_is_reported_with_row_and_column(url: str, tmp_path: Path) -> None:
    """A picture, for example, cannot be converted to text."""
    picture = "'\\x00ff'::bytea" if url.startswith("postgresql") else "x'00ff'"

    (addressee,) = open_list(url, query=f"SELECT id, {picture} AS picture FROM people WHERE id = '8'", folder=tmp_path)

    assert isinstance(addressee, FaultyRow)
    assert [(problem.where.line, problem.where.column, problem.code) for problem in addressee.problems] == [
        (2, 2, "not-text")
    ]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM people",
        "SELECT 1 AS id; DELETE FROM people",
        "WITH gone AS (DELETE FROM people RETURNING id) SELECT id FROM gone",
        "WITH ids AS (SELECT 'x' AS id) INSERT INTO people (id) SELECT id FROM ids",
        "SELECT id INTO others FROM people",
        "SELECT E'\\'; DELETE FROM people; --' AS id; DELETE FROM people",
        "",
        ";",
        "PRAGMA writable_schema = ON",
        "ATTACH 'other.db' AS other",
        "COPY people TO PROGRAM 'id'",
        "SELECT nope FROM people",
        "SELECT id FROM people WHERE (",
        "SELECT id, id FROM people",
    ],
)
def test_the_database_is_never_changed(url: str, query: str, tmp_path: Path) -> None:
    """A query that writes is refused, and leaves the database unchanged."""
    before = list(open_list(url, query="SELECT * FROM people ORDER BY id", folder=tmp_path))

    error = refusal(url, query, tmp_path)

    assert isinstance(error, UsageError | AddresseesError)
    assert list(open_list(url, query="SELECT * FROM people ORDER BY id", folder=tmp_path)) == before
    assert [path.name for path in tmp_path.glob("*.db")] in ([], ["people.db"])


def test_a_function_cannot_write_either(server: postgresql.Server, tmp_path: Path) -> None:
    """The transaction is read-only, also for functions that a SELECT calls."""
    with server.connect() as connection:
        connection.execute(
            "CREATE FUNCTION sweep() RETURNS text LANGUAGE plpgsql AS "
            "$$ BEGIN DELETE FROM people; RETURN 'x'; END $$"
        )  # fmt: skip

    error = refusal(server.url, "SELECT sweep() AS id", tmp_path)

    assert error.problems[0].code == "not-a-select"
    assert "read-only transaction" in error.problems[0].message


def test_writes_that_a_read_only_transaction_allows_are_rolled_back(server: postgresql.Server, tmp_path: Path) -> None:
    """PostgreSQL 15 allows large objects in such a transaction; it always ends with a rollback."""
    list(open_list(server.url, query="SELECT lo_create(0) AS id", folder=tmp_path))

    with server.connect() as connection:
        assert connection.execute("SELECT oid FROM pg_largeobject_metadata").fetchall() == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT 1", ""),
        ("  -- who\n /* all /* of */ them */ select ';' , \";\", $$;$$, $a$;$$;$a$ ; -- end\n", ""),
        ("(SELECT 1) UNION (SELECT 2)", ""),
        ("WITH a AS (SELECT 1) SELECT * FROM a", ""),
        ("SELECT E'\\';' AS id", ""),
        ("SELECT 'it''s;' AS id", ""),
        ("SELECT [;] FROM x", ""),
        ("SELECT 1; SELECT 2", "it is more than one statement"),
        ("SELECT '\\'; DROP TABLE x; --'", "it is more than one statement"),
        ("SELECT 1;;", "it is more than one statement"),
        ("SELECT 'x", "it has a quotation mark that is never closed"),
        ("/* SELECT 1", "it has a comment that is never closed"),
        ("-- SELECT 1", "it is empty"),
        ("UPDATE x SET y = 1", "it begins with 'UPDATE'"),
        ("EXPLAIN ANALYZE SELECT 1", "it begins with 'EXPLAIN'"),
    ],
)
def test_a_query_is_one_select(query: str, expected: str) -> None:
    """Semicolons in strings, names and comments do not count."""
    assert fault(query) == expected


def test_the_semicolon_at_the_end_is_left_out() -> None:
    """A cursor is declared for the bare statement."""
    assert without_semicolon("SELECT ';' AS id ; -- that was all") == "SELECT ';' AS id"
    assert without_semicolon("SELECT ';' -- ;") == "SELECT ';' -- ;"


def test_the_password_is_in_no_message(server: postgresql.Server, tmp_path: Path) -> None:
    """No message contains the password, right or wrong, in the address or in an option."""
    hidden = server.url.replace("o%20pen%3Ase%2Fsame%401", "geheim")
    aside = f"postgresql+psycopg://ana@/postgres?host={server.folder}&password=geheim"
    away = "postgresql://ana:geheim@127.0.0.1:1/postgres"
    for url in (
        hidden,
        aside,
        away,
        "oracle://ana:geheim@host/x",
        "mysql://ana:geheim@127.0.0.1:1/x",
        "postgres://ana:geheim",
        "x://ana:geheim@[/x",
    ):
        error = refusal(url, "SELECT 1 AS id", tmp_path)
        assert isinstance(error, MachineError | UsageError)
        assert "geheim" not in str(error)
        assert error.problems[0].hint
    assert "same" not in str(refusal(server.url, "SELECT nope", tmp_path))
    assert "same" not in open_list(server.url, query="SELECT 1 AS id", folder=tmp_path).name


def test_a_long_list_is_not_held_in_memory(server: postgresql.Server, tmp_path: Path) -> None:
    """Thirty thousand rows of 1 kB are read with less than 12 MB."""
    query = "SELECT g::text AS id, repeat('x', 1000) AS remark FROM generate_series(1, 30000) g"
    addressees = open_list(server.url, query=query, folder=tmp_path)
    tracemalloc.start()

    count = sum(1 for _ in addressees)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000
    assert peak < 12_000_000


ENDLESS = "SELECT g::text AS id, pg_backend_pid()::text AS pid FROM generate_series(1, 1000000) g"


def until_it_breaks(addressees: AddresseeList, victim: int) -> tuple[int, MachineError]:
    """How many addressees were read after a process was killed, and the error at the end."""
    count = 0
    with pytest.raises(MachineError) as caught:
        for addressee in addressees:
            count += 1
            if count == 3000:
                os.kill(victim or int(addressee.columns["pid"]), signal.SIGKILL)
    return count, caught.value


def test_a_connection_that_breaks_in_the_middle_is_an_error(server: postgresql.Server, tmp_path: Path) -> None:
    """It is not taken for the end of the list; a new attempt reads all rows."""
    addressees = open_list(server.url, query=ENDLESS, folder=tmp_path)

    count, error = until_it_breaks(addressees, 0)

    assert 3000 <= count < 1_000_000
    (problem,) = error.problems
    assert problem.code == "database-gone"
    assert f"after {count:,} rows" in problem.message
    server.wait()
    few = ENDLESS.replace("1000000", "5000")
    assert [addressee.id for addressee in open_list(server.url, query=few, folder=tmp_path)][-1] == "5000"


def test_a_server_that_dies_in_the_middle_is_an_error(programs: Path, tmp_path: Path) -> None:
    """Without a server, the next attempt reports that it cannot be reached."""
    with postgresql.server(programs) as running:
        addressees = open_list(running.url, query=ENDLESS, folder=tmp_path)

        count, error = until_it_breaks(addressees, running.process.pid)

        assert 3000 <= count < 1_000_000
        assert error.problems[0].code == "database-gone"
        running.process.wait(60)
        assert refusal(running.url, ENDLESS, tmp_path).problems[0].code == "database-unreachable"


def test_an_abandoned_iteration_closes_its_connection(server: postgresql.Server, tmp_path: Path) -> None:
    """Reading only the first rows leaves no connection open."""
    addressees = iter(open_list(server.url, query=ENDLESS, folder=tmp_path))
    pid = next(addressees).columns["pid"]

    addressees.close()  # type: ignore[attr-defined]

    assert _is_let_go(server, int(pid))


def _is_let_go(server: postgresql.Server, pid: int) -> bool:
    """Whether the server's process for a connection ends, shortly after the connection."""
    with server.connect() as connection:
        for _ in range(HANGING * 10):
            if not connection.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchall():
                return True
            time.sleep(0.1)
    return False


def test_text_in_sqlite_that_is_not_utf_8_is_reported(sqlite: str, tmp_path: Path) -> None:
    """The problem has the row where reading stopped."""
    query = "SELECT id FROM people UNION ALL SELECT CAST(x'f1' AS text)"

    (problem,) = refusal(sqlite, query, tmp_path).problems

    assert (problem.code, problem.where.line) == ("not-utf-8", 4)


def test_a_file_that_is_not_a_database_is_reported(tmp_path: Path) -> None:
    """No file is created if there was none."""
    assert refusal("sqlite:///none.db", "SELECT 1 AS id", tmp_path).problems[0].code == "no-such-file"
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "list.csv").write_text("id,name\n" * 1000)
    assert refusal("sqlite:///list.csv", "SELECT * FROM people", tmp_path).problems[0].code == "query-refused"


@pytest.mark.parametrize(
    "query", ["SELECT nope FROM people", "SELECT id FROM nowhere", "SELECT id FROM people WHERE ("]
)
def test_the_hint_for_a_wrong_name_or_syntax_says_so(url: str, query: str, tmp_path: Path) -> None:
    """The query has a wrong name or a syntax error."""
    (problem,) = refusal(url, query, tmp_path).problems

    assert (problem.code, problem.hint) == ("query-refused", "check the names and the syntax of the query")


def test_a_table_without_read_permission_is_reported(server: postgresql.Server, tmp_path: Path) -> None:
    """The hint is to ask for permission."""
    with server.connect() as connection:
        connection.execute(b"CREATE TABLE secrets (id text)")
        connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{postgresql.PASSWORD}'".encode())
    url = server.url.replace(f"//{postgresql.USER}:", "//reader:")

    (problem,) = refusal(url, "SELECT id FROM secrets", tmp_path).problems

    assert problem.code == "query-refused"
    assert "permission to read" in problem.hint


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT id, 1 / (fee - fee) AS name FROM people", "a value does not fit"),
        ("SELECT id, CAST(language AS int) AS name FROM people", "a value does not fit"),
        ("SELECT id, (SELECT id FROM people) AS name FROM people", "the database's own program"),
    ],
)
def test_the_hint_for_other_errors_does_not_mention_names(
    server: postgresql.Server, query: str, hint: str, tmp_path: Path
) -> None:
    """A division by zero, a text that is not a number, two rows where one is expected."""
    (problem,) = refusal(server.url, query, tmp_path).problems

    assert problem.code == "query-refused"
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("library", "scheme"), [("sqlalchemy", "postgresql"), ("psycopg", "postgresql"), ("pymysql", "mysql")]
)
def test_a_missing_library_is_reported_with_the_command_to_install_it(
    library: str, scheme: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Databases are an optional extra."""
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, "circulars.source.addressees.mysql", raising=False)

    error = refusal(f"{scheme}://ana@host/x", "SELECT 1 AS id", tmp_path)

    assert isinstance(error, MachineError)
    assert error.problems[0].hint == to_install("database")
