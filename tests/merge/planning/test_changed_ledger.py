"""A ledger that another program has changed is refused: no copy is made from it, and no message is sent."""

from __future__ import annotations

import datetime
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.errors import MachineError
from circulars.merge.planning.checksums import row_sum
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.merge.planning.opening import open_merge
from circulars.merge.planning.tables import CHECKSUMS, MERGE_TABLES, POST_TABLES, VERSION, columns_of, create_tables
from circulars.merge.post.history import Leaving
from circulars.merge.post.outbox import Outbox
from merge.mailroom import MailRoom, people
from once import made_once

NOW = datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)
COPIES = [CopyRecord(n, "docx", 1000 + n, 0, n, bytes([n]) * 32, False) for n in range(4)]


def columns() -> list[tuple[str, str]]:
    """Each column of each table of a ledger, with that of the checksums."""
    tables = (*MERGE_TABLES, *POST_TABLES, CHECKSUMS)
    with closing(sqlite3.connect(":memory:")) as base:
        create_tables(base, tables)
        return [(table, column) for table in tables for column in columns_of(base, table)]


COLUMNS = columns()
TABLES = sorted({table for table, _ in COLUMNS})


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of a finished merge of four addressees, which also has rows in all other tables."""
    room = MailRoom(tmp_path_factory.mktemp("finished"))
    room.write(people(4))
    assert room.merge("--formats", "docx").returncode == 0
    path = room.made / "merge-files.sqlite"
    with closing(Ledger(path)) as ledger:
        outbox = Outbox(ledger.connection, lambda: NOW)
        for plan in ("earlier", "plan"):
            outbox.begin(plan, ((entry.n, entry.id, "ana@example.int") for entry in ledger.entries()))
            assert outbox.claim(0, Leaving("0@example.int"))
            outbox.settle(0, "sent", "250 ok")
        values = "('x-0009', 'en', 'docx', x'00', 'Ana', 1, 'plan')"
        ledger.connection.execute(f"INSERT INTO earlier_copies VALUES {values}")
    return path


@pytest.fixture
def path(finished: Path, tmp_path: Path) -> Path:
    """A copy of the ledger, to be changed."""
    return Path(shutil.copy(finished, tmp_path / "merge-files.sqlite"))


def change(path: Path, *statements: str) -> None:
    """Changes a ledger as a person with another program would."""
    with closing(sqlite3.connect(path)) as base, base:
        for statement in statements:
            assert base.execute(statement).rowcount != 0, statement


def refusal(path: Path, *, read_only: bool = False) -> str:
    """Why a ledger is refused."""
    with pytest.raises(MachineError) as refused, closing(Ledger(path, read_only=read_only)) as ledger:
        ledger.check()
    (problem,) = refused.value.problems
    assert problem.code == "ledger-changed"
    assert problem.hint
    return problem.message


def test_a_ledger_that_nobody_changed_opens(path: Path) -> None:
    """Again and again, for reading and for writing."""
    for _ in range(2):
        for read_only in (True, False):
            with closing(Ledger(path, read_only=read_only)) as ledger:
                ledger.check()
                assert ledger.count() == 4


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_value_is_noticed(path: Path, table: str, column: str) -> None:
    """In each column of each table, both by those who write and by those who only read."""
    with closing(sqlite3.connect(path)) as base:
        [kind] = base.execute(f"SELECT typeof({column}) FROM {table}").fetchone()
    other = {"integer": f"{column} + 100", "text": f"{column} || ' '", "blob": "x'FF'", "null": "x'00'"}[kind]

    change(
        path,
        f"UPDATE {table} SET {column} = {other} WHERE {column} IN (SELECT {column} FROM {table} LIMIT 1)"
        if kind != "null"
        else f"UPDATE {table} SET {column} = {other}",
    )

    assert refusal(path) == refusal(path, read_only=True)


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_row_is_noticed(path: Path, table: str) -> None:
    """In each table: one row, and all of them."""
    emptied = Path(shutil.copy(path, path.with_name("merge-zip.sqlite")))
    first = columns_of(sqlite3.connect(path), table)
    name = next(iter(first))

    change(path, f"DELETE FROM {table} WHERE {name} = (SELECT {name} FROM {table} LIMIT 1)")
    change(emptied, f"DELETE FROM {table}")

    assert refusal(path)
    assert refusal(emptied)


@pytest.mark.parametrize("table", TABLES)
def test_an_inserted_row_is_noticed(path: Path, table: str) -> None:
    """In each table: a row like the first one, with another key."""
    with closing(sqlite3.connect(path)) as base:
        names = list(columns_of(base, table))
        row = dict(zip(names, base.execute(f"SELECT * FROM {table} LIMIT 1").fetchone(), strict=True))
    key = names[0]
    row[key] = row[key] + 1000 if isinstance(row[key], int) else f"{row[key]}-2"
    row |= {"id": f"{row['id']}-2"} if "id" in row else {}

    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", list(row.values()))

    assert refusal(path)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (n)",
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER again AFTER UPDATE ON messages BEGIN UPDATE messages SET state = 'planned'; END",
        "CREATE INDEX more ON addressees (id)",
        "ALTER TABLE messages ADD COLUMN more TEXT",
        "ALTER TABLE copies RENAME COLUMN place TO at",
        "DROP TABLE checksums",
        "DROP TABLE copies",
        "DROP INDEX messages_by_state",
    ],
)
def test_another_definition_is_noticed(path: Path, statement: str) -> None:
    """A table, view, trigger, index or column that was added, renamed or removed."""
    change(path, statement)
    if statement == "DROP INDEX messages_by_state":  # an index has no data of its own: it is made again
        with closing(Ledger(path)) as ledger:
            Outbox(ledger.connection, lambda: NOW)
        return

    assert refusal(path)


def test_swapped_cells_are_noticed(path: Path) -> None:
    """The sum of all cells is the same, but not that of the rows."""
    change(
        path,
        "CREATE TEMP TABLE t AS SELECT n, cells FROM addressees",
        "UPDATE addressees SET cells = (SELECT cells FROM t WHERE t.n = 1 - addressees.n) WHERE n < 2",
    )

    assert "'addressees' is not as it was written" in refusal(path)


def test_a_sum_is_the_same_with_every_version_of_python() -> None:
    """Else another version would refuse every ledger."""
    assert row_sum(1, "x-0001", None, b"\xff\x00", 1 << 40, "é") == 3961478277599719770


def test_a_crash_between_two_changes_leaves_a_sound_ledger(path: Path) -> None:
    """The sums are changed in the transaction that changes the rows: what is not committed is gone with them."""
    with closing(Ledger(path)) as ledger:
        ledger.connection.execute("BEGIN")
        ledger.record([*COPIES, replace_format(COPIES[0])])
        ledger.forget_copies(2)
        ledger.connection.execute("ROLLBACK")

    with closing(Ledger(path)) as ledger:
        assert ledger.totals()[0] == 4


def replace_format(record: CopyRecord) -> CopyRecord:
    """The same record for another format."""
    return record._replace(format="pdf")


def test_every_change_of_the_program_itself_is_sound(path: Path) -> None:
    """Rows are added, replaced, sorted, cut off and deleted, and the ledger is still as it was written."""
    with closing(Ledger(path)) as ledger:
        facts = ledger.facts()
        assert facts
        with ledger.change():
            ledger.record([COPIES[1]._replace(size=1), *map(replace_format, COPIES)])
            ledger.add_addressees([(4, "y", "en", 0, "", 9, b"b"), (5, "z", "en", 0, "", 8, b"a")])
            ledger.sort_by_rank(4)
            ledger.save_facts(replace(facts, count=6))
        ledger.check()
        with ledger.change():
            ledger.truncate(3, replace(facts, count=3))
        ledger.check()
        with ledger.change():
            ledger.clear()
        ledger.check()

    with closing(Ledger(path)) as ledger:
        assert ledger.count() == 0


def test_a_merge_that_goes_on_while_its_ledger_is_checked_is_no_change(path: Path) -> None:
    """All that a check reads is of one moment: here copies are recorded between any two of its queries."""
    with closing(Ledger(path)) as writer, closing(Ledger(path, read_only=True)) as reader:
        queries = []

        def write(query: str) -> None:
            queries.append(query)
            with writer.change():
                writer.record([COPIES[0]._replace(size=len(queries))])

        reader.connection.set_trace_callback(write)
        reader.check()
        reader.connection.set_trace_callback(None)

    assert len(queries) > 10


@pytest.fixture
def old(path: Path) -> Path:
    """The ledger as version 0.2.0 would have left it."""
    change(path, f"DROP TABLE {CHECKSUMS}", "PRAGMA user_version = 1")
    return path


def test_an_old_ledger_gets_checksums(old: Path) -> None:
    """Without checksums, what it says counts; from now on a change is noticed."""
    with closing(Ledger(old)) as ledger:
        assert ledger.count() == 4
    with closing(sqlite3.connect(old)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (VERSION,)

    change(old, "UPDATE messages SET state = 'planned'")

    assert refusal(old)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE copies SET size = 'many' WHERE n = 0",
        "UPDATE addressees SET cells = x'FF' WHERE n = 0",
        "DELETE FROM addressees WHERE n = 3",
        "DELETE FROM addressees WHERE n = 1",
        "UPDATE facts SET value = '3' WHERE name = 'count'",
        "UPDATE facts SET value = '[' WHERE name = 'order'",
        "UPDATE facts SET value = '\"no\"' WHERE name = 'count'",
        "UPDATE facts SET value = replace(value, '\"files\"', '\"../..\"') WHERE name = 'order'",
        "DELETE FROM facts WHERE name = 'columns'",
        "DELETE FROM facts",
    ],
)
def test_an_old_ledger_must_at_least_make_sense(old: Path, statement: str) -> None:
    """Values of the wrong type, missing addressees and facts that cannot be read are noticed without checksums."""
    change(old, statement)

    assert refusal(old) == refusal(old, read_only=True)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mail room with a finished merge of four addressees, two of whose copies are missing."""

    def make(folder: Path) -> None:
        room = MailRoom(folder)
        room.write(people(6)[:4])
        assert room.merge("--formats", "docx").returncode == 0

    return made_once(tmp_path_factory, "changed-ledger", make)


EDITS = {
    "an id that leads out of the folder": "UPDATE addressees SET id = '../../../../outside' WHERE n = 1",
    "an id with a folder": "UPDATE addressees SET id = 'a/b' WHERE n = 1",
    "an addressee who is gone": "DELETE FROM addressees WHERE n = 3",
    "a format that leads out": "UPDATE copies SET format = '/../../x'",
    "copies that count as made": "UPDATE copies SET sha256 = zeroblob(32)",
    "copies that are gone": "DELETE FROM copies",
    "a plan that counts as stopped": "UPDATE facts SET value = 'false' WHERE name = 'done'",
    "fewer addressees": "UPDATE facts SET value = '2' WHERE name = 'count'",
}


@pytest.mark.parametrize("option", ["--resume", "--again", "--add", ""])
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_merge_does_not_go_on_from_a_changed_ledger(prepared: Path, tmp_path: Path, edit: str, option: str) -> None:
    """Whatever was changed, and however it is to go on: it ends with a remedy, and no file is written or changed."""
    room = MailRoom(Path(shutil.copytree(prepared, tmp_path / "a" / "b" / "room")))
    change(room.made / "merge-files.sqlite", edit)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and ".sqlite" not in path.name}

    done = room.merge("--formats", "docx", *([option] if option else []))

    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert "ledger-changed" in done.stderr
    assert "move it away, and merge again" in done.stderr
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and ".sqlite" not in path.name}
    assert after == before


def test_the_state_of_a_changed_merge_is_not_reported(prepared: Path, tmp_path: Path) -> None:
    """Neither as a status nor as a report, which somebody would rely on."""
    room = MailRoom(Path(shutil.copytree(prepared, tmp_path / "room")))
    change(room.made / "merge-files.sqlite", "UPDATE copies SET size = 1")

    for more in ((), ("--report", str(tmp_path / "report.csv"))):
        done = room.status("c", *more)
        assert done.returncode == 3
        assert "ledger-changed" in done.stderr
    assert not (tmp_path / "report.csv").exists()


def test_a_merge_can_begin_anew_beside_a_changed_ledger(prepared: Path, tmp_path: Path) -> None:
    """As the remedy says: once the ledger is moved away, all copies are made again."""
    room = MailRoom(Path(shutil.copytree(prepared, tmp_path / "room")))
    before = room.files()
    ledger = room.made / "merge-files.sqlite"
    change(ledger, "DELETE FROM copies")
    ledger.rename(tmp_path / "away")

    done = room.merge("--formats", "docx")

    assert done.returncode == 0, done.stderr
    assert room.files() == before


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger."""
    with open_merge(tmp_path / "c", "files") as ledger:
        yield ledger


def test_a_view_cannot_stand_for_a_table(opened: Ledger, tmp_path: Path) -> None:
    """What looks like a table to a query may be anything."""
    path = tmp_path / "other.sqlite"
    opened.copy_into(Ledger(path))
    change(path, "ALTER TABLE copies RENAME TO real", "CREATE VIEW copies AS SELECT * FROM real")

    assert refusal(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE addressees SET cells = replace(cells, 'Ana', 'Eva')",
        "UPDATE addressees SET language = CASE language WHEN 'en' THEN 'es' ELSE 'en' END WHERE n = 1",
        "UPDATE addressees SET id = 'somebody-else' WHERE n = 3",
        "UPDATE addressees SET row = row + 1",
    ],
)
def test_a_merge_resumes_only_with_the_addressees_of_its_list(prepared: Path, tmp_path: Path, statement: str) -> None:
    """Also if the ledger is of an old version, or if somebody has computed its checksums anew."""
    room = MailRoom(Path(shutil.copytree(prepared, tmp_path / "room")))
    ledger = room.made / "merge-files.sqlite"
    change(ledger, f"DROP TABLE {CHECKSUMS}", "PRAGMA user_version = 1")
    assert room.merge("--formats", "docx", "--resume").returncode == 0
    before = room.contents()
    change(ledger, f"DROP TABLE {CHECKSUMS}", "PRAGMA user_version = 1", statement)

    done = room.merge("--formats", "docx", "--resume")

    assert done.returncode == 3
    assert "its addressees are not those of the list" in done.stderr
    assert room.contents() == before
