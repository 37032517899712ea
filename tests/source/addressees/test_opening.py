"""Opening lists of addressees by suffix and scheme."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from circulars.errors import AddresseesError, CircularsError, UsageError
from circulars.source.addressees import open_list
from circulars.source.addressees.opening import SOURCES

KNOWN = "use postgresql://, postgres://, mysql://, mariadb://, sqlite://; from any other source, export a .csv file"


def refusal(source: str, folder: Path, query: str = "", sheet: str = "") -> CircularsError:
    """The error of a list that cannot be opened."""
    with pytest.raises(CircularsError) as caught:
        open_list(source, query=query, sheet=sheet, folder=folder)
    return caught.value


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("list.xlsb", "save it as .xlsx or as .csv"),
        ("list.xls", "save it as .xlsx or as .csv"),
        (
            "list.docx",
            "use a .csv, .xlsx, .ods, .yaml, .vcf or .ldif file, or the address of a database (postgresql://…, sqlite:///…)",
        ),
        (
            "list",
            "use a .csv, .xlsx, .ods, .yaml, .vcf or .ldif file, or the address of a database (postgresql://…, sqlite:///…)",
        ),
    ],
)
def test_unknown_kinds_of_lists_are_reported(tmp_path: Path, source: str, hint: str) -> None:
    """The hint names the known kinds."""
    error = refusal(source, tmp_path)

    assert isinstance(error, UsageError)
    assert error.problems[0].hint == hint


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (
            "https://example.org/list.csv",
            KNOWN,
        ),
        (
            "s3://bucket/list.csv",
            KNOWN,
        ),
        ("://x", KNOWN),
        ("sqllite:///x.db", "did you mean 'sqlite://'?"),
        ("postgre+psycopg://host/x", "did you mean 'postgres://'?"),
    ],
)
def test_an_address_with_an_unknown_scheme_is_refused(tmp_path: Path, source: str, hint: str) -> None:
    """No connection is attempted, and the rest of the address, which may contain a password, is not shown."""
    [problem] = refusal(source, tmp_path, query="SELECT 1").problems
    scheme = source.partition("://")[0]

    assert (problem.code, problem.where.file) == ("unknown-database", f"{scheme}://…")
    assert problem.message == f"lists cannot be read from addresses that begin with '{scheme}://'"
    assert problem.hint == hint


@pytest.mark.parametrize("scheme", ["mssql", "mssql+pyodbc", "MSSQL+pymssql", "sqlserver"])
def test_lists_in_sql_server_are_exported(tmp_path: Path, scheme: str) -> None:
    """The message says why the database is not read, and what to do instead; it is not taken for MySQL."""
    [problem] = refusal(f"{scheme}://reader:secret@host/members", tmp_path, query="SELECT 1").problems

    assert (problem.code, problem.where.file) == ("unknown-database", f"{scheme}://…")
    assert problem.message == ("lists are not read from SQL Server: its libraries log in wherever a server sends them")
    assert problem.hint == (
        "export the rows as a .csv file in UTF-8; or read them through a view in PostgreSQL or MariaDB"
    )


def test_the_scheme_of_an_address_may_have_capitals_and_name_its_driver(tmp_path: Path) -> None:
    """In both cases the scheme is accepted, and only the missing file is reported."""
    for source in ("SQLite:///gone.db", "sqlite+pysqlite:///gone.db"):
        assert refusal(source, tmp_path, query="SELECT 1").problems[0].code == "no-such-file"


def test_each_suffix_and_scheme_is_in_the_table_once() -> None:
    """No suffix or scheme belongs to two readers."""
    names = [name for kind in SOURCES for name in kind.names]

    assert len(names) == len(set(names))
    assert all(name.startswith(".") or name.endswith("://") for name in names)


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    """For a missing file the most similar one is suggested; a folder and an empty file are refused."""
    (tmp_path / "delegates.csv").write_text("id\n")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "empty.yaml").touch()

    assert refusal("delegate.csv", tmp_path).problems[0].hint == "did you mean 'delegates.csv'?"
    assert refusal("folder.csv", tmp_path).problems[0].message == "this is a folder, not a list"
    assert refusal("empty.yaml", tmp_path).problems[0].code == "empty-file"
    assert isinstance(refusal("a" * 300 + ".csv", tmp_path), AddresseesError)
    assert isinstance(refusal("a\0b.csv", tmp_path), UsageError)


def test_a_file_that_is_gone_when_it_is_read_is_reported(tmp_path: Path) -> None:
    """The file existed when the list was opened."""
    (tmp_path / "list.csv").write_text("id\n1\n")
    addressees = open_list("list.csv", folder=tmp_path)
    (tmp_path / "list.csv").unlink()

    with pytest.raises(AddresseesError, match="there is no such file"):
        list(addressees)


def test_parameters_of_other_kinds_are_refused(tmp_path: Path) -> None:
    """A query is for databases, a sheet for workbooks."""
    (tmp_path / "list.csv").write_text("id\n")

    assert refusal("list.csv", tmp_path, query="SELECT 1").problems[0].remedy() == "leave out query=QUERY"
    assert refusal("list.csv", tmp_path, sheet="x").problems[0].remedy() == "leave out sheet=SHEET"
    assert (
        refusal("sqlite:///x.db", tmp_path, query="SELECT 1", sheet="x").problems[0].remedy() == "leave out sheet=SHEET"
    )


def test_a_relative_path_refers_to_the_folder(tmp_path: Path) -> None:
    """The folder in which the program was started does not matter; absolute paths work as well."""
    (tmp_path / "LIST.CSV").write_text("id\n1\n")

    assert [addressee.id for addressee in open_list("LIST.CSV", folder=tmp_path)] == ["1"]
    assert [addressee.id for addressee in open_list(str(tmp_path / "LIST.CSV"), folder=Path("/nowhere"))] == ["1"]


def test_a_long_csv_is_not_held_in_memory(tmp_path: Path) -> None:
    """5 MB of rows are read with less than 1 MB."""
    (tmp_path / "list.csv").write_text("id,name\n" + "".join(f"{n},{'x' * 500}\n" for n in range(10_000)))
    open_list("list.csv", folder=tmp_path)  # what is imported at the first use is no part of the list
    tracemalloc.start()

    count = sum(1 for _ in open_list("list.csv", folder=tmp_path))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 1_000_000
