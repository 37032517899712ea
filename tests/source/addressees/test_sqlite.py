"""SQLite files whose views and values never end."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.source.addressees import open_list, sqlite

COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"


def refusal(folder: Path, *statements: str) -> str:
    """The code and the fact of the problem of a list whose file these statements made."""
    with closing(sqlite3.connect(folder / "list.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    with pytest.raises(AddresseesError) as raised:
        list(open_list("sqlite:///list.db", query="SELECT * FROM people", folder=folder))
    (problem,) = raised.value.problems
    return f"{problem.code}: {problem.message}"


@pytest.mark.parametrize(
    ("view", "fact"),
    [
        (f"{COUNT} SELECT x AS id, 'en' AS language FROM c", "the query returns more than 10"),
        (f"{COUNT} SELECT x AS id, 'en' AS language FROM c WHERE x < 0", "the query takes more steps or time than"),
        (f"{COUNT} SELECT count(*) AS id FROM c", "the query takes more steps or time than"),
        (f"{COUNT} SELECT x AS id FROM c ORDER BY random()", "the query takes more steps or time than"),
    ],
    ids=["rows", "no rows", "count", "sort"],
)
def test_a_view_without_an_end_is_stopped(
    tmp_path: Path, view: str, fact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of SQLite's machine and the rows are counted; how many there may be depends on the file's size."""
    monkeypatch.setattr(sqlite, "STEPS", sqlite.STEPS // 10)

    assert refusal(tmp_path, f"CREATE VIEW people AS {view}").startswith(f"endless-query: {fact}")


def test_a_large_value_is_refused(tmp_path: Path) -> None:
    """Neither a stored value nor a computed one may be larger than 50 kB."""
    table = "CREATE TABLE people (id, note)"

    assert "too big" in refusal(tmp_path, table, "INSERT INTO people VALUES ('a', zeroblob(100000))")
    (tmp_path / "list.db").unlink()
    column = "CREATE TABLE people (id, note AS (hex(zeroblob(100000 + id))))"
    assert "too big" in refusal(tmp_path, column, "INSERT INTO people VALUES (1)")


@pytest.mark.parametrize(
    "expression",
    ["instr(v, substr(v, 1, 20000) || 'b')", "v LIKE '%' || replace(hex(zeroblob(200)), '00', 'a%') || 'b'"],
    ids=["instr", "like"],
)
def test_many_steps_that_each_take_long_are_stopped(
    tmp_path: Path, expression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step may take the square of a value's size, so the computing time is limited, too."""
    monkeypatch.setattr(sqlite, "SECONDS", 0.5)
    rows = "SELECT 1, hex(zeroblob(20000)) UNION ALL SELECT x + 1, replace(v, '0', 'a') FROM c"
    view = f"WITH RECURSIVE c(x, v) AS ({rows})"
    statement = f"CREATE VIEW people AS {view} SELECT count({expression}) AS id FROM c"

    assert refusal(tmp_path, statement).startswith("endless-query: the query takes more")


def test_a_pipe_is_not_a_database(tmp_path: Path) -> None:
    """SQLite would wait for it."""
    os.mkfifo(tmp_path / "list.db")

    with pytest.raises(AddresseesError, match="it is a device or a pipe"):
        open_list("sqlite:///list.db", query="SELECT 1 AS id", folder=tmp_path)


def test_a_large_query_is_answered(tmp_path: Path) -> None:
    """A table, and a view of it that sorts, have as many rows as they have."""
    with closing(sqlite3.connect(tmp_path / "list.db")) as connection:
        connection.execute("CREATE TABLE people (id, language)")
        connection.executemany("INSERT INTO people VALUES (?, 'en')", ((f"p-{n}",) for n in range(200_000)))
        connection.execute("CREATE VIEW sorted AS SELECT * FROM people ORDER BY id DESC")
        connection.commit()

    found = open_list("sqlite:///list.db", query="SELECT * FROM sorted", folder=tmp_path)

    assert sum(1 for _ in found) == 200_000


def test_a_large_value_in_another_column_does_no_harm(tmp_path: Path) -> None:
    """Only the values that the query selects are limited."""
    with closing(sqlite3.connect(tmp_path / "list.db")) as connection:
        connection.execute("CREATE TABLE people (photo, id, language)")
        connection.execute("INSERT INTO people VALUES (zeroblob(5000000), 'a', 'en')")
        connection.commit()

    found = open_list("sqlite:///list.db", query="SELECT id, language FROM people", folder=tmp_path)

    assert [addressee.id for addressee in found] == ["a"]
