"""Sendings that earlier versions began go on without loss: what they knew is in the history, and nobody gets two."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from circulars import api
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.planner import Planner
from circulars.merge.planning.tables import CHECKSUMS, VERSION, version_of
from merge.post.server import MailServer
from merge.post.test_command import LETTER, Run, arguments, folder, run  # noqa: F401  # fixtures

OLD = Path(__file__).with_name("ledger-version-2.sql")
"""A letter that went to a and b, and failed for c. Then it changed: c has it, d is in doubt, e failed, f is still to
be sent.
"""
LIST = """\
id,language,name,organization,country,email
a,en,Ana Ejemplo,Example,CH,ana@example.int
c,en,Jan Voorbeeld,Example,US,jan@example.int
d,en,Eva Ejemplo,Example,US,eva@example.int
e,es,Zoe Ejemplo,Example,US,zoe@example.int
f,es,Zoe Ejemplo,Example,US,zoe2@example.int
"""


@pytest.fixture(params=[1, 2])
def ledger(request: pytest.FixtureRequest, folder: Path) -> Path:  # noqa: F811
    """A ledger of version 2, or the same of version 1, which has no checksums."""
    (folder / "letters" / "meeting.yaml").write_text(LETTER.replace("is inv", "is kindly inv"), encoding="utf-8")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    path = folder / "output" / "meeting" / "merge-send.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as base:
        base.executescript(OLD.read_text(encoding="utf-8"))
        base.executescript(f"PRAGMA application_id = 0x63697263; PRAGMA user_version = {request.param}")
        if request.param == 1:
            base.execute(f"DROP TABLE {CHECKSUMS}")
    return path


def test_everything_that_was_known_is_reported(run: Run, folder: Path, ledger: Path) -> None:  # noqa: F811
    """By a command that only reads, and leaves the ledger as it is; an address that was not recorded is empty."""
    before = ledger.read_bytes()
    done = run("merge", "status", "meeting", "--report", "told.csv")
    lines = list(csv.DictReader((folder / "told.csv").read_text(encoding="utf-8-sig").splitlines()))

    assert "1 sent, 1 failed, 1 in doubt, 1 still to be sent, 2 have it as it was\n" in done.stdout
    assert [(line["Id"], line["E-mail"], line["State"], line["Attempts"]) for line in lines] == [
        ("a", "", "has it as it was", "1"), ("c", "", "failed", "1"), ("c", "jan@example.int", "sent", "1"),
        ("d", "eva@example.int", "in doubt", "1"), ("e", "zoe@example.int", "failed", "1"),
        ("f", "zoe2@example.int", "still to be sent", "0"), ("b", "", "has it as it was", "1"),
    ]  # fmt: skip
    assert {line["At"] for line in lines} == {"2026-03-14T12:00:00Z", ""}
    assert len({line["Message-ID"] for line in lines}) == 7
    assert ledger.read_bytes() == before


def test_an_old_sending_goes_on(run: Run, folder: Path, ledger: Path, server: MailServer, arguments: list[str]) -> None:  # noqa: F811
    """Those without a letter get it, with the Message-ID that they had; a corrected address gets it, too."""
    letter, workspace = api.read_letter(folder / "letters" / "meeting.yaml"), api.Workspace(folder)
    with closing(Ledger(ledger)) as opened, opened.change():
        assert version_of(opened.connection) == VERSION
        facts = opened.facts()
        assert facts
        # The pack and the languages of today may be others than those of then: that would be refused, and rightly so.
        listed = api.open_list("list.csv", folder=folder)
        inputs = Planner(letter, listed, workspace, facts.inputs.order).inputs()
        assert inputs.letter_sha256 == facts.inputs.letter_sha256
        opened.save_facts(replace(facts, inputs=inputs))
        opened.connection.execute("DELETE FROM versions WHERE plan = ?", (facts.plan,))
        opened.save_facts(replace(facts, inputs=inputs))
    typed = [word if word != "docx" else "txt" for word in arguments]
    assert run(*typed, "--yes", "--resume", "--retry").stdout.startswith("meeting: 3 sent, 1 in doubt, 2 have it as")
    assert run("send", "meeting", "--decide", "d=again").returncode == 0
    assert run(*typed, "--yes", "--resume").stdout == "meeting: 4 sent, 2 have it as it was\n"
    retried, _, decided = (message["Message-ID"].partition("@")[0] for message in server.messages())
    assert retried == "<circular.a4179eef942d130ba8bd2ac45c1643c68eaed205"
    assert decided == "<circular.cc9b9247f0a24a7a92f660cececcb21bbd12a2bf"

    (folder / "list.csv").write_text(LIST.replace("eva@", "eva.2@"), encoding="utf-8")
    assert run(*typed, "--yes", "--corrected").stdout == "meeting: 4 sent, 2 have it as it was\n"
    assert server.count() == dict.fromkeys([f"{name}@example.int" for name in ("zoe", "zoe2", "eva", "eva.2")], 1)
