"""Another list is added to a finished merge: nobody twice, nobody lost, the same bytes as from a single list."""

from __future__ import annotations

import csv
import hashlib
import io
import random
import shlex
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from circulars.errors import CircularsError
from circulars.files.output import SUMS
from circulars.merge.planning.facts import PlanFacts
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path
from merge.mailroom import COLUMNS, LETTER, MailRoom, kill, people, table, unfinish

PEOPLE = [one | {"category": "academia"} for one in people(30)]
FIRST, MORE = PEOPLE[:26], PEOPLE[26:]


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with a list of twenty-six addressees, and a list of four late ones."""
    made = MailRoom(tmp_path / "room")
    made.write(FIRST)
    (made.folder / "late.csv").write_text(table(MORE), encoding="utf-8")
    return made


@pytest.fixture
def whole(tmp_path: Path) -> MailRoom:
    """A mail room with all of them in a single list."""
    made = MailRoom(tmp_path / "whole")
    made.write(PEOPLE)
    return made


def plan(room: MailRoom, kind: str = "files") -> tuple[PlanFacts, list[tuple[str, ...]]]:
    """What a ledger has: its facts, and its addressees and copies in order."""
    with closing(Ledger(ledger_path(room.made, kind), read_only=True)) as ledger:
        entries = [(one.id, one.language, *one.cells) for one in ledger.entries()]
        facts = ledger.facts()
        assert facts
        return facts, [*entries, *((id, record.format) for id, _, record in ledger.named_records())]


def sums(room: MailRoom) -> dict[str, str]:
    """The lines of ``SHA256SUMS``."""
    lines = (line.split("  ") for line in (room.made / "SHA256SUMS").read_text().splitlines())
    return {name: value for value, name in lines}


@pytest.mark.parametrize(
    "options",
    [
        ("--formats", "docx"),
        ("--as", "zip", "--formats", "docx,pdf"),
        ("--as", "print", "--formats", "docx,pdf"),
        ("--as", "labels"),
        ("--as", "envelopes"),
    ],
    ids=lambda options: options[1],
)
def test_the_bytes_are_those_of_one_merge_of_both(room: MailRoom, whole: MailRoom, options: tuple[str, ...]) -> None:
    """Files, checksums and ledger cover all addressees, as from a single list."""
    kind = options[1] if options[0] == "--as" else "files"
    assert room.merge(*options).returncode == 0
    assert whole.merge(*options).returncode == 0
    done = room.merge(*options, "--add", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert "30 addressees" in done.stdout
    assert "added: 4; already in the merge: 26" in done.stdout
    made, wanted_files = room.contents(), whole.contents()
    late = [name for name in made if "-2." in name]
    assert {name: data for name, data in made.items() if name not in (*late, SUMS)} == {
        name: data for name, data in wanted_files.items() if name != SUMS
    }
    assert sorted(sums(room) if kind != "zip" else late) == sorted(late + (list(sums(whole)) if kind != "zip" else []))
    assert bool(late) == (kind in ("print", "labels", "envelopes"))
    (facts, known), (wanted, all_of_them) = plan(room, kind), plan(whole, kind)
    assert known == all_of_them
    same = ("characters", "forms", "categories", "count", "rows", "fell_back", "rejected", "done")
    assert {name: getattr(facts, name) for name in same} == {name: getattr(wanted, name) for name in same}
    assert facts.inputs.columns == wanted.inputs.columns
    assert facts.plan != wanted.plan


def test_earlier_addressees_keep_their_files(room: MailRoom) -> None:
    """Only the new copies are made: a deleted copy stays deleted, and an existing file is not touched."""
    assert room.merge("--formats", "docx").returncode == 0
    gone, kept = (room.made / f"{one['id']}.{one['language']}.docx" for one in FIRST[:2])
    gone.unlink()
    before = kept.stat()
    assert room.merge("--formats", "docx", "--add", listed="late.csv").returncode == 0

    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(room.files()) == len(PEOPLE) - 1
    assert sums(room) == {name: hashlib.sha256(data).hexdigest() for name, data in room.files().items()}


def test_status_and_reports_cover_all(room: MailRoom) -> None:
    """Both lists, all addressees, one plan."""
    assert room.merge("--formats", "docx").returncode == 0
    report = room.folder / "report.csv"
    done = room.merge("--formats", "docx", "--add", "--report", str(report), listed="late.csv")
    lines = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"))))

    assert done.returncode == 0, done.stderr
    assert [(line["Id"], line["State"]) for line in lines] == [(one["id"], "written") for one in PEOPLE]
    assert "late.csv" in room.status("c").stdout
    assert "30 of 30: 30 copies" in room.status("c").stdout


def test_drafts_are_added(room: MailRoom) -> None:
    """Four more drafts; the others and their Message-IDs stay the same."""
    options = ("--as", "eml", "--from", "TSB <tsb@example.int>", "--formats", "docx")
    assert room.merge(*options).returncode == 0
    before = room.files()
    assert room.merge(*options, "--add", listed="late.csv").returncode == 0

    assert len(room.files()) == len(PEOPLE)
    assert {name: data for name, data in room.files().items() if name in before} == before


def test_only_added_addressees_are_sorted(room: MailRoom) -> None:
    """``--sort`` sorts them after the others, whose order stays."""
    assert room.merge("--as", "labels").returncode == 0
    assert room.merge("--as", "labels", "--add", "--sort=-id", listed="late.csv").returncode == 0

    ids = [one[0] for one in plan(room, "labels")[1]]
    assert ids == [one["id"] for one in FIRST] + [one["id"] for one in reversed(MORE)]


def test_columns_may_be_reordered_or_missing(room: MailRoom, whole: MailRoom) -> None:
    """Columns are found by name; one that the letter does not need may be missing, as if its cells were empty."""
    lacking = [{**one, "email": ""} for one in MORE]
    whole.write([*FIRST, *lacking])
    columns = [column for column in reversed(COLUMNS) if column != "email"]
    rows = "\n".join(",".join(f'"{one[column]}"' for column in columns) for one in MORE)
    (room.folder / "late.csv").write_text(f"{','.join(columns)}\n{rows}\n", encoding="utf-8")
    options = ("--as", "zip", "--formats", "docx")
    assert room.merge(*options).returncode == 0
    assert whole.merge(*options).returncode == 0
    done = room.merge(*options, "--add", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert room.contents() == whole.contents()
    assert plan(room, "zip")[1] == plan(whole, "zip")[1]


def changed_letter(room: MailRoom) -> tuple[str, ...]:
    (room.folder / "letters" / "c.yaml").write_text(LETTER.replace("thanks", "many thanks"), encoding="utf-8")
    return ()


def a_row_that_is_wrong(room: MailRoom) -> tuple[str, ...]:
    (room.folder / "late.csv").write_text(table([*MORE[:2], {**MORE[2], "country": "QQ"}]), encoding="utf-8")
    return ()


def somebody_who_has_it(room: MailRoom) -> tuple[str, ...]:
    (room.folder / "late.csv").write_text(table([MORE[0], {**MORE[1], "id": "X-0003"}]), encoding="utf-8")
    return ()


def a_column_more(room: MailRoom) -> tuple[str, ...]:
    head, *rows = table(MORE).splitlines()
    (room.folder / "late.csv").write_text("\n".join([f"{head},seat", *(f"{row},7" for row in rows)]), encoding="utf-8")
    return ()


def a_column_that_the_letter_asks_for(room: MailRoom) -> tuple[str, ...]:
    text = table(MORE).replace("category", "kategory")
    (room.folder / "late.csv").write_text(text, encoding="utf-8")
    return ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed_letter, "since the merge began, the letter changed"),
        (lambda room: ("--no-source",), "since the merge began, the request (source) changed"),
        (
            lambda room: ("--formats", "docx,pdf"),
            "since the merge began, the request (formats) changed",
        ),
        (a_row_that_is_wrong, "late.csv:4:8  unknown-country"),
        (somebody_who_has_it, "late.csv:3:1  id-taken  id: 'X-0003' already has this letter from this merge"),
        (a_column_more, "late.csv:1:11  unknown-column  the list of this merge has no column 'seat'"),
        (a_column_that_the_letter_asks_for, "late.csv:1:10  unknown-column"),
        (lambda room: ("--only", "x-9999"), "x-9999"),
    ],
)
def test_a_refused_addition_changes_nothing(
    room: MailRoom, change: Callable[[MailRoom], tuple[str, ...]], said: str
) -> None:
    """The reason is reported; files, checksums and ledger stay the same, and the corrected list can be added."""
    assert room.merge("--formats", "docx").returncode == 0
    before, known = room.contents(), plan(room)
    done = room.merge("--formats", "docx", *change(room), "--add", listed="late.csv")

    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert (room.contents(), plan(room)) == (before, known)
    room.write(FIRST)
    (room.folder / "late.csv").write_text(table(MORE), encoding="utf-8")
    assert room.merge("--formats", "docx", "--add", listed="late.csv").returncode == 0
    assert len(room.files()) == len(PEOPLE)


def test_an_address_that_does_not_fit_adds_nobody(room: MailRoom) -> None:
    """Labels are laid out after planning: a refusal then reports the row of its own list, and the plan is undone."""
    assert room.merge("--as", "labels").returncode == 0
    before, known = room.contents(), plan(room, "labels")
    rows = [MORE[0], {**MORE[1], "address": "|".join(f"Line {n} of an address" for n in range(30))}]
    (room.folder / "late.csv").write_text(table(rows), encoding="utf-8")
    done = room.merge("--as", "labels", "--add", listed="late.csv")

    assert done.returncode == 1
    assert "late.csv:3" in done.stderr
    assert (room.contents(), plan(room, "labels")) == (before, known)


def test_a_list_is_not_added_without_a_finished_merge(room: MailRoom) -> None:
    """The addition is refused, and no file is left."""
    done = room.merge("--add", listed="late.csv")

    assert done.returncode == 2
    assert "there is no merge here to add addressees to" in done.stderr
    assert not room.made.exists()


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--skip-bad",), ("--preview",)])
def test_a_list_that_was_added_before_is_reported_in_one_sentence(room: MailRoom, more: tuple[str, ...]) -> None:
    """It is not reported row by row, because there may be hundreds; nothing changes."""
    assert room.merge("--formats", "docx").returncode == 0
    before, known = room.contents(), plan(room)
    done = room.merge("--formats", "docx", "--add", *more)

    assert done.returncode == 1
    assert done.stderr == (
        f"{room.folder}/list.csv  id-taken  all 26 addressees of this list are in this merge already: nothing to add\n"
        "    hint: if they are different people, give them different ids\n"
    )
    assert (room.contents(), plan(room)) == (before, known)


def test_a_list_that_was_added_in_part_hides_nothing(room: MailRoom) -> None:
    """Of hundreds of known addressees a few are named and the others counted; other problems are reported, too."""
    everybody = people(300)
    room.write(everybody)
    assert room.merge("--as", "labels").returncode == 0
    (room.folder / "late.csv").write_text(table([*everybody, {**MORE[0], "id": "new", "country": "QQ"}]))
    done = room.merge("--as", "labels", "--add", listed="late.csv")

    assert done.returncode == 1
    assert done.stderr.count("id-taken  ") == 25
    assert "late.csv:302:8  unknown-country" in done.stderr
    assert "id-taken, 25 of 300:\n" in done.stderr
    assert "nothing was merged: 301 problems in 301 of 301 rows\n" in done.stderr


@pytest.mark.parametrize("options", [("--add", "--again"), ("--add", "--again", "--dry-run"), ("--resume", "--again")])
def test_add_and_again_exclude_each_other(room: MailRoom, options: tuple[str, ...]) -> None:
    """It cannot be known which one is meant; nothing changes."""
    assert room.merge("--formats", "docx").returncode == 0
    before, known = room.contents(), plan(room)
    done = room.merge("--formats", "docx", *options, listed="late.csv")

    assert done.returncode == 2
    assert "wrong-option" in done.stderr
    assert "leave out one of the two" in done.stderr
    assert (room.contents(), plan(room)) == (before, known)


# Rejected rows.


def ids_in(rejected: Path) -> list[str]:
    """The ids in a file of rejected rows."""
    return [row["id"] for row in csv.DictReader(io.StringIO(rejected.read_text(encoding="utf-8-sig")))]


@pytest.fixture
def left_out(room: MailRoom) -> MailRoom:
    """A merge that left out two rows: one with a duplicate id, one with an unknown country."""
    rows = [dict(one) for one in PEOPLE]
    rows[4]["id"], rows[7]["country"] = rows[3]["id"], "QQ"
    room.write(rows)
    done = room.merge("--formats", "docx", "--skip-bad")
    assert done.returncode == 0, done.stderr
    return room


def test_rejected_rows_are_corrected_and_added(left_out: MailRoom, whole: MailRoom) -> None:
    """The command that the summary prints adds them after they are corrected: everybody has a letter."""
    rejected = left_out.made / "merge-files.rejected.csv"
    before = left_out.contents()
    refused = left_out.merge("--formats", "docx", "--skip-bad")
    [command] = [line.strip() for line in refused.stdout.splitlines() if line.startswith("  circulars")]
    assert shlex.split(command)[-4:] == [str(rejected), "--add", "--formats", "docx"]
    assert left_out.contents() == before
    text = rejected.read_text(encoding="utf-8-sig")
    rejected.write_text(text.replace("x-0003", "x-0004").replace(",QQ,", f",{PEOPLE[7]['country']},"), encoding="utf-8")
    done = left_out.merge("--formats", "docx", "--add", listed=str(rejected))

    assert done.returncode == 0, done.stderr
    assert whole.merge("--formats", "docx").returncode == 0
    assert left_out.files() == whole.files()
    assert "rejected rows" not in left_out.status("c").stdout


def test_rejected_rows_are_not_merged_over_the_others(left_out: MailRoom) -> None:
    """Merged as they are, they would replace letters of others with the same ids: both choices are named instead."""
    before, known = left_out.contents(), plan(left_out)
    done = left_out.merge("--formats", "docx", "--skip-bad", listed="output/c/merge-files.rejected.csv")

    assert done.returncode == 2
    assert "rejected-rows  " in done.stderr
    assert "--add adds the corrected rows to it" in done.stderr
    assert "--again begins anew" in done.stderr
    assert (left_out.contents(), plan(left_out)) == (before, known)


def _renamed(room: MailRoom, *, is_kept: bool) -> str:
    """The name of the rejected rows, saved under another name without the reasons."""
    rejected = room.made / "merge-files.rejected.csv"
    rows = list(csv.reader(io.StringIO(rejected.read_text(encoding="utf-8-sig"))))
    place = rows[0].index("rejected because")
    with (room.made / "late.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([*row[:place], *row[place + 1 :]] for row in rows)
    if not is_kept:
        rejected.unlink()
    return str(room.made / "late.csv")


@pytest.mark.parametrize("is_kept", [True, False])
def test_renamed_rejected_rows_without_reasons_are_recognised(left_out: MailRoom, *, is_kept: bool) -> None:
    """By their columns and ids: they do not replace the others, and count as merged once they are added."""
    late = Path(_renamed(left_out, is_kept=is_kept))
    refused = left_out.merge("--formats", "docx", "--skip-bad", listed=str(late))
    assert refused.returncode == 2
    taken_for = "rejected-rows  the rows of this list are those of merge-files.rejected.csv, which were left out of the"
    assert taken_for in refused.stderr

    text = late.read_text(encoding="utf-8")
    text = text.replace("x-0003", "x-0004").replace(",QQ,", f",{PEOPLE[7]['country']},")
    late.write_text(text.replace(f",{PEOPLE[7]['name']},", ",'=Ana,"), encoding="utf-8")
    done = left_out.merge("--formats", "docx", "--add", listed=str(late))
    assert done.returncode == 0, done.stderr
    said = "the rows of this list are taken for those of merge-files.rejected.csv, which this merge left out"
    assert said in done.stderr + done.stdout
    entries = plan(left_out)[1]
    assert any("=Ana" in entry for entry in entries)
    assert len({entry[0] for entry in entries}) == len(PEOPLE)
    status = left_out.status("c").stdout
    again = left_out.merge("--formats", "docx", "--add", listed=str(late))
    assert again.returncode != 0
    if is_kept:  # the row whose id was wrong stays, because nobody knows whose the new id is
        assert "rejected rows:  1" in status
        assert ids_in(left_out.made / "merge-files.rejected.csv") == ["x-0003"]


def test_a_renamed_row_that_is_still_faulty_is_in_the_file_once(left_out: MailRoom) -> None:
    """Also if another cell of it was changed meanwhile."""
    late = Path(_renamed(left_out, is_kept=True))
    text = late.read_text(encoding="utf-8").replace("x-0003", "x-0004").replace(",QQ,", ",QX,")
    late.write_text(text, encoding="utf-8")
    done = left_out.merge("--formats", "docx", "--add", "--skip-bad", listed=str(late))

    assert done.returncode == 0, done.stderr
    assert sorted(ids_in(left_out.made / "merge-files.rejected.csv")) == ["x-0003", PEOPLE[7]["id"]]


def test_late_rows_are_not_taken_for_rejected_ones(left_out: MailRoom) -> None:
    """Rows with other ids are late addressees, though their columns are the same."""
    late = dict(PEOPLE[0], id="x-late")
    (left_out.folder / "late.csv").write_text(table([late]), encoding="utf-8")
    done = left_out.merge("--formats", "docx", "--add", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert "taken for" not in done.stderr + done.stdout


def test_rows_that_are_still_faulty_stay_in_the_file(left_out: MailRoom) -> None:
    """The others go, because they have their letters; what is left can be corrected and added, too."""
    rejected = left_out.made / "merge-files.rejected.csv"
    corrected = rejected.read_text(encoding="utf-8-sig").replace(",QQ,", ",CH,")
    rejected.write_text(corrected, encoding="utf-8")
    done = left_out.merge("--formats", "docx", "--skip-bad", "--add", listed=str(rejected))

    assert done.returncode == 0, done.stderr
    assert f"1 row rejected: correct {rejected}" in done.stdout
    assert f"{rejected} --add" in done.stdout
    assert rejected.read_text(encoding="utf-8").splitlines()[:1] == corrected.splitlines()[:1]
    assert ids_in(rejected) == ["x-0003"]
    assert "rejected rows:  1" in left_out.status("c").stdout
    rejected.write_text(rejected.read_text(encoding="utf-8").replace("x-0003", "x-0004"), encoding="utf-8")
    assert left_out.merge("--formats", "docx", "--add", listed=str(rejected)).returncode == 0
    assert len(left_out.files()) == len(PEOPLE)
    assert "rejected rows" not in left_out.status("c").stdout
    assert len(rejected.read_text(encoding="utf-8").splitlines()) == 1


def test_corrected_rows_are_not_overwritten(left_out: MailRoom) -> None:
    """A new merge of the whole list removes rows that it decides about, unless somebody has edited the file."""
    rejected = left_out.made / "merge-files.rejected.csv"
    written = rejected.read_bytes()
    rows = [dict(one) for one in PEOPLE]
    rows[9]["country"] = "QQ"
    left_out.write(rows)
    assert left_out.merge("--formats", "docx", "--skip-bad").returncode == 0
    assert ids_in(rejected) == ["x-0009"]
    edited = written.replace(b"QQ", b"CH")
    rejected.write_bytes(edited)
    done = left_out.merge("--formats", "docx", "--skip-bad")

    assert done.returncode == 0, done.stderr
    assert rejected.read_bytes().startswith(edited)
    assert ids_in(rejected) == ["x-0003", "x-0007", "x-0009"]
    assert f"correct {rejected}" in done.stdout


def test_a_later_list_adds_its_rejected_rows(left_out: MailRoom) -> None:
    """Faulty rows of a later list with the same heads follow those of the first one."""
    rejected = left_out.made / "merge-files.rejected.csv"
    before = rejected.read_bytes()
    late = [{**one, "id": f"late-{n}"} for n, one in enumerate(MORE)]
    late[1]["country"] = "QQ"
    (left_out.folder / "late.csv").write_text(table(late), encoding="utf-8")
    assert left_out.merge("--formats", "docx", "--skip-bad", "--add", listed="late.csv").returncode == 0

    assert rejected.read_bytes().startswith(before)
    assert rejected.read_bytes().count(b"late.csv, row 3: country") == 1
    assert "rejected rows:  3" in left_out.status("c").stdout


def test_a_corrected_list_replaces_the_merge(left_out: MailRoom) -> None:
    """The whole list, merged again after it was corrected, is a new merge."""
    left_out.write(PEOPLE)
    done = left_out.merge("--formats", "docx")

    assert done.returncode == 0, done.stderr
    assert len(left_out.files()) == len(PEOPLE)


# Told before it is made.


def test_a_dry_run_counts_added_addressees(room: MailRoom) -> None:
    """It reports how many would be added, and how many are there already; nothing changes."""
    assert room.merge("--formats", "docx").returncode == 0
    before, known = room.contents(), plan(room)
    done = room.merge("--formats", "docx", "--add", "--dry-run", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert "30 addressees, 4 copies as files" in done.stdout
    assert "added: 4; already in the merge: 26" in done.stdout
    assert (room.contents(), plan(room)) == (before, known)
    again = room.merge("--formats", "docx", "--add", "--dry-run")
    assert "id-taken" in again.stderr


def test_a_preview_shows_added_addressees(room: MailRoom) -> None:
    """Nobody who has the letter already is on the contact sheet."""
    assert room.merge("--formats", "docx").returncode == 0
    known = plan(room)
    done = room.merge("--formats", "docx", "--add", "--preview", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert not [one for one in FIRST if one["id"] in done.stdout]
    assert [one for one in MORE if one["id"] in done.stdout]
    assert (room.made / "preview.pdf").exists()
    assert plan(room) == known


# Stopped, and on again.


@pytest.mark.parametrize(("kind", "calls"), [("files", 180_000), ("zip", 60_000)])  # fewer than are left to be made
def test_a_killed_addition_resumes(tmp_path: Path, kind: str, calls: int, chance: random.Random) -> None:
    """After kill -9 at any moment and ``--add --resume`` the bytes are those of an uninterrupted addition."""
    everybody = people(326)
    room, calm = MailRoom(tmp_path / "room"), MailRoom(tmp_path / "calm")
    options = ("--formats", "docx", "--as", kind, "--jobs", "1")
    room.write(everybody[:26])
    (room.folder / "late.csv").write_text(table(everybody[26:]), encoding="utf-8")
    assert room.merge(*options).returncode == 0
    shutil.copytree(room.folder, calm.folder)
    assert calm.merge(*options, "--add", listed="late.csv").returncode == 0
    finished = room.contents()
    kill(room, kind, "late.csv", 46, calls=chance.randrange(calls), add=True)
    assert {name: data for name, data in room.contents().items() if name in finished} == finished
    refused = room.merge(*options, "--add", listed="late.csv")
    assert (refused.returncode, "--resume continues it" in refused.stderr) == (2, True)
    done = room.merge(*options, "--add", "--resume", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert room.contents() == calm.contents()
    (facts, known), (wanted, all_of_them) = plan(room, kind), plan(calm, kind)
    assert (known, facts.plan) == (all_of_them, wanted.plan)


def test_an_addition_resumes_only_with_its_own_list(room: MailRoom) -> None:
    """``--resume`` with another list is refused; with the right one all copies are checked."""
    assert room.merge("--formats", "docx").returncode == 0
    assert room.merge("--formats", "docx", "--add", "--resume", listed="late.csv").returncode == 2
    assert room.merge("--formats", "docx", "--add", listed="late.csv").returncode == 0
    files = room.files()
    for one in (FIRST[3], MORE[1]):
        (room.made / f"{one['id']}.{one['language']}.docx").unlink()
    assert room.merge("--formats", "docx", "--add", "--resume", listed="late.csv").returncode == 0
    assert len(room.files()) == len(files) - 1
    (room.folder / "late.csv").write_text(table(MORE[1:]), encoding="utf-8")
    refused = room.merge("--formats", "docx", "--add", "--resume", listed="late.csv")
    assert (refused.returncode, "the list of addressees changed" in refused.stderr) == (1, True)
    done = room.merge("--formats", "docx", "--resume")

    assert done.returncode == 0, done.stderr
    assert room.files() == files


def test_an_addition_of_which_nothing_is_written_may_begin_anew(room: MailRoom) -> None:
    """After such a stop a corrected list can be added; ``--again`` allows it even if copies were written."""
    assert room.merge("--formats", "docx").returncode == 0
    assert room.merge("--formats", "docx", "--add", listed="late.csv").returncode == 0
    with closing(Ledger(ledger_path(room.made, "files"))) as ledger, ledger.change():
        unfinish(ledger)
    (room.folder / "late.csv").write_text(table(MORE[1:]), encoding="utf-8")
    refused = room.merge("--formats", "docx", "--add", listed="late.csv")
    assert (refused.returncode, "--again" in refused.stderr) == (2, True)
    again = room.merge("--formats", "docx", "--add", "--again", "--dry-run", listed="late.csv")
    assert (again.returncode, "added: 3; already in the merge: 26" in again.stdout) == (0, True)
    with closing(Ledger(ledger_path(room.made, "files"))) as ledger, ledger.change():
        ledger.forget_copies(len(FIRST))
    done = room.merge("--formats", "docx", "--add", listed="late.csv")

    assert done.returncode == 0, done.stderr
    assert "added: 3; already in the merge: 26" in done.stdout
    with closing(Ledger(ledger_path(room.made, "files"), read_only=True)) as ledger:
        assert (facts := ledger.facts()) and len(facts.added) == 1


# What is left beside the copies.


def test_a_list_with_problems_leaves_nothing(room: MailRoom) -> None:
    """No ledger and no folder, if there was none."""
    (room.folder / "list.csv").write_text("id,language\nch-001,en\n", encoding="utf-8")
    for more in ((), ("--skip-bad",)):
        done = room.merge("--formats", "docx", *more)
        assert (done.returncode, "missing-column" in done.stderr) == (1, True)

    assert not (room.folder / "output").exists()


def test_reading_a_ledger_leaves_no_files(room: MailRoom) -> None:
    """Neither status nor a report leaves SQLite's own files beside the ledger."""
    assert room.merge("--formats", "docx").returncode == 0
    before = sorted(path.name for path in room.made.iterdir())
    assert room.status("c", "--report", str(room.folder / "r.csv")).returncode == 0
    with pytest.raises(CircularsError), closing(Ledger(room.made / "none.sqlite", read_only=True)) as ledger:
        ledger.facts()

    assert sorted(path.name for path in room.made.iterdir()) == before
