"""The facts of a plan: typed, and stored so that ledgers of every release of this version can be read."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from circulars import api
from circulars.merge.planning.facts import PlanFacts, plan_id, read_facts, written_facts
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.planner import Planner
from circulars.merge.planning.tables import VERSION
from merge.mailroom import MailRoom, people

OLD = Path(__file__).with_name("ledger-version-1.sql")
"""The ledger of a merge of three addressees, with a rejected row and a list of one that was added, as 0.1.0 kept it."""


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with the old ledger, and without copies."""
    made = MailRoom(tmp_path)
    first = people(5)
    made.write([*first[:3], {**first[4], "country": "QQ"}])
    made.made.mkdir(parents=True)
    with closing(sqlite3.connect(made.made / "merge-files.sqlite")) as base:
        base.executescript(OLD.read_text(encoding="utf-8"))
    return made


def ledger_of(room: MailRoom) -> Path:
    """The file of the old ledger."""
    return room.made / "merge-files.sqlite"


def old_facts(room: MailRoom) -> PlanFacts:
    """The facts in the old ledger."""
    with closing(Ledger(ledger_of(room), read_only=True)) as ledger:
        facts = ledger.facts()
    assert facts
    return facts


def test_an_old_ledger_is_read(room: MailRoom) -> None:
    """Its facts have their types: counts, lists and orders."""
    facts = old_facts(room)

    assert (facts.count, facts.rows, facts.rejected, facts.done) == (4, 5, 1, True)
    assert (facts.inputs.letter, facts.inputs.order) == ("c", api.MergeOrder(formats=("docx",), skip_bad=True))
    assert [facts.list_of(n) for n in range(4)] == ["list.csv", "list.csv", "list.csv", "late.csv"]
    assert [(file.file, file.rows, file.part) for file in facts.rejected_files] == [("rejected.csv", 1, 0)]
    assert facts.before
    assert (facts.before.count, facts.messages_plan) == (3, facts.before.plan)


def test_facts_are_written_as_they_were_read(room: MailRoom) -> None:
    """Each name and each value is what the old program wrote, so that it can read a ledger of today."""
    with closing(sqlite3.connect(ledger_of(room))) as base:
        rows = dict(base.execute("SELECT name, value FROM facts"))
    facts = read_facts(rows)
    assert facts

    written = written_facts(facts)

    assert {name: json.loads(value) for name, value in written.items()} == {
        name: json.loads(value) for name, value in rows.items()
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("count", "true"), ("letter", "1"), ("columns", "[1]"), ("forms", '[["", 1]]'), ("categories", '{"state": "4"}')],
)
def test_facts_of_another_type_are_refused(room: MailRoom, name: str, value: str) -> None:
    """Every value has the type that it is declared with, however deep it is."""
    rows = written_facts(old_facts(room))

    with pytest.raises(TypeError):
        read_facts({**rows, name: value})


def test_a_plan_keeps_its_id(room: MailRoom) -> None:
    """Message-IDs depend on it: if the id of a plan changed, somebody would get a letter twice."""
    before = old_facts(room).before
    assert before

    assert plan_id(before.inputs, before.list_sha256) == before.plan


def test_the_state_of_an_old_merge_is_reported(room: MailRoom) -> None:
    """Like that of a merge of today."""
    [state] = api.merge_statuses(room.folder / "output", ["c"])

    assert (state.done, state.total, state.facts["state"]) == (4, 4, "done")
    assert state.facts["list"] == "list.csv, late.csv"


def test_an_old_merge_resumes(room: MailRoom) -> None:
    """Missing copies of an old ledger are made again; nobody is forgotten, nobody gets two."""
    letter = api.read_letter(room.folder / "letters" / "c.yaml", "letters/c.yaml")
    workspace = api.Workspace(room.folder)
    facts = old_facts(room)
    # The pack and the languages of today may be others than those of then: that would be refused, and rightly so.
    now = Planner(letter, api.open_list("list.csv", folder=room.folder), workspace, facts.inputs.order).inputs()
    assert now.letter_sha256 == facts.inputs.letter_sha256
    with closing(Ledger(ledger_of(room))) as ledger, ledger.change():
        ledger.save_facts(replace(facts, inputs=now))

    merged = api.run_merge(letter, "list.csv", workspace, facts.inputs.order, resume=True)

    assert (merged.summary.addressees, merged.summary.copies) == (4, 4)
    assert sorted(path.name for path in room.made.glob("x-*")) == [
        "x-0000.en.docx",
        "x-0001.es.docx",
        "x-0002.es.docx",
        "x-0003.es.docx",
    ]


def test_a_ledger_of_another_version_is_refused(room: MailRoom) -> None:
    """The data of a later program is not guessed at."""
    with closing(sqlite3.connect(ledger_of(room))) as base:
        base.execute(f"PRAGMA user_version = {VERSION + 1}")

    with pytest.raises(api.MachineError, match="not a ledger of this version"):
        Ledger(ledger_of(room))
