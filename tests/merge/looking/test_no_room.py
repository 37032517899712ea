"""Addresses that do not fit their label or envelope, or are empty: all reported together, or left out and saved."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest

from circulars.merge.paper import fields
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path
from merge.mailroom import COLUMNS, MailRoom, people, table, unfinish

LETTER = """\
kind: tsb-circular
number: 913
date: 2024-07-12
languages: [en, es]
subject: {en: Meeting of an example group, es: Reunión de un grupo de ejemplo}
body:
  - {en: You are invited., es: Se le invita.}
signatory: {name: Max Mustermann, title: {en: Director, es: Director}}
"""
PEOPLE = people(30)
LONG = "|".join(f"Line {n} of an address" for n in range(40))
NOWHERE = dict.fromkeys(("name", "surname", "organization", "address"), "")
LABELS = ("--as", "labels", "--labels", "L7160", "--skip", "3")


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A list of thirty: one address is too long, one has only a country, and one country is unknown."""
    made = MailRoom(tmp_path / "room")
    rows = [dict(one) for one in PEOPLE]
    rows[4]["address"], rows[11]["country"] = LONG, "QQ"
    rows[7] |= NOWHERE | {"country": "ES"}
    made.write(rows, LETTER)
    return made


@pytest.fixture
def sound(tmp_path: Path) -> MailRoom:
    """A list of the other twenty-seven."""
    made = MailRoom(tmp_path / "sound")
    made.write([one for n, one in enumerate(PEOPLE) if n not in (4, 7, 11)], LETTER)
    return made


def rejected(path: Path) -> dict[str, str]:
    """The reasons why the rows of a file were rejected, by id."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    return {row["id"]: row["rejected because"] for row in rows}


def streets(room: MailRoom) -> list[int]:
    """The street numbers on the labels, in order."""
    pages = pypdfium2.PdfDocument(room.made / "c.labels.pdf")
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    return [int(number) for number in re.findall(r"Example Street (\d+)", text)]


def correct(path: Path) -> None:
    """Corrects the cells in a file of rejected rows."""
    right = {one["id"]: one for one in PEOPLE}
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, "rejected because"])
    writer.writeheader()
    writer.writerows(row | right[row["id"]] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def planned(room: MailRoom, kind: str) -> list[str]:
    """The ids of a plan, in order."""
    with closing(Ledger(ledger_path(room.made, kind), read_only=True)) as ledger:
        assert (facts := ledger.facts()) and facts.done
        return [entry.id for entry in ledger.entries()]


@pytest.mark.parametrize("options", [LABELS, ("--as", "envelopes", "--envelope", "C6")], ids=lambda one: one[1])
def test_addresses_that_do_not_fit_are_left_out_and_saved(
    room: MailRoom, sound: MailRoom, options: tuple[str, ...]
) -> None:
    """With ``--skip-bad`` the others are printed; the three rows are rejected, each with its reason."""
    done = room.merge(*options, "--skip-bad")
    assert sound.merge(*options).returncode == 0

    assert done.returncode == 0, done.stderr
    assert "27 addressees" in done.stdout
    assert f"3 rows rejected: correct {room.made}/merge-{options[1]}.rejected.csv, then run" in done.stdout
    assert re.findall(r"list.csv:(\d+):\d  (\S+)", done.stderr) == [
        ("6", "address-too-long"), ("9", "no-address"), ("13", "unknown-country"),
    ]  # fmt: skip
    file = f"c.{options[1]}.pdf"
    assert room.contents()[file] == sound.contents()[file]
    why = rejected(room.made / f"merge-{options[1]}.rejected.csv")
    assert list(why) == ["x-0004", "x-0007", "x-0011"]
    assert why["x-0004"].startswith("list.csv, row 6: the address of 'x-0004' does not fit on ")
    assert why["x-0007"].startswith("list.csv, row 9: 'x-0007' has no address: ")
    assert "rejected rows:  3" in room.status("c").stdout


def test_corrected_rows_are_printed_after_the_others(room: MailRoom) -> None:
    """Nobody is lost, and nobody has two labels."""
    told = room.merge(*LABELS, "--skip-bad")
    file = room.made / "merge-labels.rejected.csv"
    assert f"{file} --add --as labels --labels L7160 --skip 9" in told.stdout
    correct(file)
    done = room.merge(*LABELS, "--add", listed=str(file))

    assert done.returncode == 0, done.stderr
    assert "30 addressees" in done.stdout
    late = ["x-0004", "x-0007", "x-0011"]
    assert planned(room, "labels") == [*(one["id"] for one in PEOPLE if one["id"] not in late), *late]
    assert streets(room) == [n for n in range(30) if n not in (4, 7, 11)] + [4, 7, 11]
    assert "rejected rows" not in room.status("c").stdout


def test_what_is_still_too_long_stays_in_the_file(room: MailRoom) -> None:
    """This applies to added rows, too; if none of them is sound, nobody is added and nothing changes."""
    assert room.merge(*LABELS, "--skip-bad").returncode == 0
    file = room.made / "merge-labels.rejected.csv"
    before, known = room.contents(), planned(room, "labels")
    none = room.merge(*LABELS, "--skip-bad", "--add", listed=str(file))
    assert (none.returncode, "no-addressees" in none.stderr) == (1, True)
    assert (room.contents(), planned(room, "labels")) == (before, known)

    file.write_text(file.read_text(encoding="utf-8-sig").replace(",QQ,", ",CH,"), encoding="utf-8")
    done = room.merge(*LABELS, "--skip-bad", "--add", listed=str(file))
    assert done.returncode == 0, done.stderr
    assert planned(room, "labels") == [*known, "x-0011"]
    assert list(rejected(file)) == ["x-0004", "x-0007"]
    assert "rejected rows:  2" in room.status("c").stdout


def test_a_resumed_merge_leaves_out_the_same_rows(room: MailRoom) -> None:
    """After ``--resume`` the file, the plan and the rejected rows are the same, and so they are after ``--again``."""
    assert room.merge(*LABELS, "--skip-bad").returncode == 0
    before, known = room.contents(), planned(room, "labels")
    with closing(Ledger(ledger_path(room.made, "labels"))) as ledger, ledger.change():
        unfinish(ledger)
    for more in ("--resume", "--again", "--skip-bad"):
        done = room.merge(*LABELS, "--skip-bad", more)
        assert done.returncode == 0, done.stderr
        assert "3 rows rejected" in done.stdout
        assert (room.contents(), planned(room, "labels")) == (before, known)


def test_a_dry_run_says_who_would_be_left_out(room: MailRoom) -> None:
    """It reports their rows; nothing is written."""
    done = room.merge(*LABELS, "--skip-bad", "--dry-run")

    assert done.returncode == 0, done.stderr
    assert "27 labels on 2 sheets of L7160" in done.stdout
    assert "3 rows would be rejected" in done.stdout
    assert "list.csv:6:1  address-too-long" in done.stderr
    assert not room.made.exists()


def test_without_skipping_all_problems_are_reported_and_nothing_is_printed(room: MailRoom, sound: MailRoom) -> None:
    """A country or a title alone is not an address; both addresses that do not fit are reported together."""
    rows = [dict(one) for one in PEOPLE]
    rows[4]["address"] = LONG
    rows[7] |= NOWHERE | {"country": "ES", "title": ""}
    rows[9] |= NOWHERE | {"country": "", "title": "Ms"}
    sound.write(rows, LETTER)
    done = sound.merge(*LABELS)

    assert done.returncode == 1
    assert re.findall(r"list.csv:(\d+):1  (\S+)", done.stderr) == [
        ("6", "address-too-long"), ("9", "no-address"), ("11", "no-address"),
    ]  # fmt: skip
    assert sound.merge(*LABELS, "--dry-run").stderr == done.stderr
    assert "nothing was merged: 3 problems in 3 of 30 rows\n--skip-bad merges the others" in done.stderr
    assert not (sound.made / "c.labels.pdf").exists()


def test_a_finished_merge_stays_when_a_second_list_does_not_fit(sound: MailRoom) -> None:
    """The refusal leaves the file and the ledger unchanged, so others can still be added."""
    assert sound.merge(*LABELS).returncode == 0
    before, known = sound.contents(), planned(sound, "labels")
    rows = [one for n, one in enumerate(PEOPLE) if n not in (4, 7, 11)]
    sound.write([*rows, {**PEOPLE[4], "address": LONG}], LETTER)
    done = sound.merge(*LABELS)

    assert (done.returncode, "list.csv:29:1  address-too-long" in done.stderr) == (1, True)
    assert (sound.contents(), planned(sound, "labels")) == (before, known)
    (sound.folder / "late.csv").write_text(table([PEOPLE[4]]), encoding="utf-8")
    assert sound.merge(*LABELS, "--add", listed="late.csv").returncode == 0


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of fields in one layout: two sheets of labels instead of ten, so that a short list has two layouts."""
    monkeypatch.setattr(fields, "FIELDS_AT_ONCE", 42)
    return fields.FIELDS_AT_ONCE


@pytest.mark.parametrize("kind", ["labels", "envelopes"])
def test_several_processes_print_the_same(tmp_path: Path, kind: str, few_at_once: int) -> None:
    """One process and two print the same file, byte for byte."""
    made = {}
    for jobs in ("1", "2"):
        room = MailRoom(tmp_path / jobs)
        room.write(people(few_at_once + 10), LETTER)
        assert room.merge("--as", kind, "--jobs", jobs).returncode == 0
        [path] = room.made.glob("*.pdf")
        made[jobs] = path.read_bytes()

    assert made["1"] == made["2"]


def test_several_processes_leave_the_same_out(tmp_path: Path, few_at_once: int) -> None:
    """Two processes find the same addresses that do not fit as one, in the order of the list."""
    rows = people(few_at_once + 20)
    for wrong in (3, 41, 42, 43, 60):
        rows[wrong]["address"] = LONG
    rows[52]["country"] = "QQ"
    told, left_out = {}, {}
    for jobs in ("1", "2"):
        room = MailRoom(tmp_path / jobs)
        room.write(rows, LETTER)
        done = room.merge(*LABELS, "--skip-bad", "--jobs", jobs)
        assert done.returncode == 0, done.stderr
        told[jobs] = done.stderr
        left_out[jobs] = rejected(room.made / "merge-labels.rejected.csv")

    assert told["1"].replace(str(tmp_path / "1"), "") == told["2"].replace(str(tmp_path / "2"), "")
    assert left_out["1"] == left_out["2"]
    assert list(left_out["2"]) == [f"x-{n:04}" for n in (3, 41, 42, 43, 52, 60)]
