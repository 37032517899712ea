"""One letter to many: each in their language, none twice, none lost; the same bytes whatever happens on the way."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import re
import shutil
import subprocess
import zipfile
from contextlib import ExitStack, closing
from itertools import accumulate, pairwise
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pytest
import yaml

from circulars.errors import UsageError
from circulars.merge.front import MergeOrder, merge
from circulars.merge.looking.estimate import estimate
from circulars.merge.making.pool import Chunks, WorkerPool
from circulars.merge.making.run import Merge
from circulars.merge.planning.ledger import CopyRecord, Ledger
from circulars.merge.planning.opening import ledger_path, open_merge
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from commands import PROGRAM
from merge.mailroom import LETTER, ROOT, MailRoom, kill, people, table, unfinish

PEOPLE = people(230)


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room of 230 addressees."""
    made = MailRoom(tmp_path)
    made.write(PEOPLE)
    return made


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> MailRoom:
    """A mail room with an uninterrupted merge."""
    made = MailRoom(tmp_path_factory.mktemp("calm"))
    made.write(PEOPLE)
    for kind in ("files", "zip"):
        done = made.merge("--formats", "docx", "--as", kind)
        assert done.returncode == 0, done.stderr
    return made


def words(data: bytes) -> str:
    """The words of a Word file's paragraphs."""
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def test_each_gets_a_letter_in_their_language(calm: MailRoom) -> None:
    """One file each, in the chosen language, with the addressee's values and the parts for the addressee."""
    files = calm.files()

    assert sorted(files) == sorted(f"{one['id']}.{one['language']}.docx" for one in PEOPLE)
    for one in PEOPLE[:40]:
        text = words(files[f"{one['id']}.{one['language']}.docx"])
        thanks = "With thanks" if one["language"] == "en" else "Con nuestro agradecimiento"
        assert f"{thanks}, {one['surname']}." in text
        assert one["organization"] in text
        assert ("Member States alone" in text or "Estados Miembros" in text) == (one["category"] == "member-state")


def test_a_zip_holds_the_same_files(calm: MailRoom) -> None:
    """Byte for byte, in the order of the list, followed by their checksums."""
    with zipfile.ZipFile(calm.made / "c.zip") as package:
        names = [f"{one['id']}.{one['language']}.docx" for one in PEOPLE]
        assert package.namelist() == [*names, "SHA256SUMS"]
        assert {name: package.read(name) for name in names} == calm.files()
        assert sorted(package.read("SHA256SUMS").splitlines()) == sorted(
            (calm.made / "SHA256SUMS").read_bytes().splitlines()
        )


def test_the_checksums_are_those_of_the_files(calm: MailRoom) -> None:
    """``SHA256SUMS`` has a line for each copy; a ZIP file contains its copies' checksums."""
    lines = [line.split("  ") for line in (calm.made / "SHA256SUMS").read_text().splitlines()]

    assert {name: value for value, name in lines} == {
        name: hashlib.sha256(data).hexdigest() for name, data in calm.files().items()
    }


def test_filled_copies_are_the_bytes_of_full_layouts(room: MailRoom, calm: MailRoom) -> None:
    """A Word file that is filled from a master is the same as one that is laid out in full."""
    ids = ",".join(one["id"] for one in PEOPLE[:12])
    done = room.merge("--formats", "docx", "--full-layout", "--only", ids)

    assert done.returncode == 0, done.stderr
    assert "12 copies laid out in full" in done.stdout
    files = room.files()
    assert len(files) == 12
    assert files == {name: data for name, data in calm.files().items() if name in files}


@pytest.mark.parametrize("jobs", ["2", "3"])
def test_several_processes_make_the_same_zip(room: MailRoom, calm: MailRoom, jobs: str) -> None:
    """With any number of processes."""
    done = room.merge("--formats", "docx", "--as", "zip", "--jobs", jobs)

    assert done.returncode == 0, done.stderr
    assert (room.made / "c.zip").read_bytes() == (calm.made / "c.zip").read_bytes()


def test_the_same_list_in_any_form_makes_the_same_zip(room: MailRoom) -> None:
    """Address lines in cells of their own, separated by bars or written as a list give the same Word files and PDFs."""
    rows = [one | {"address": f"Example Street {n}|Floor {n}|Exampletown"} for n, one in enumerate(PEOPLE[:4])]
    lines = [one | {"address": one["address"].replace("|", "\n")} for one in rows]
    room.write(rows)
    (room.folder / "lines.csv").write_text(table(lines), encoding="utf-8")
    entries = [one | {"address": one["address"].split("|")} for one in rows]
    (room.folder / "list.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), "utf-8")
    book = openpyxl.Workbook()
    for cells in [list(rows[0]), *(list(one.values()) for one in lines)]:
        book.active.append(cells)
    book.save(room.folder / "list.xlsx")

    made = []
    for nth, listed in enumerate(["list.csv", "lines.csv", "list.yaml", "list.xlsx"]):
        out = room.folder / str(nth)
        done = room.merge("--as", "zip", "--formats", "docx,pdf", "--out", str(out), listed=listed)
        assert done.returncode == 0, done.stderr
        made.append((out / "c" / "c.zip").read_bytes())

    assert made == [made[0]] * 4


@pytest.mark.parametrize(
    ("jobs", "whole", "count"), [(1, False, 240), (2, False, 400), (1, True, 60), (2, True, 220)]
)  # with more than 200 there are several processes
def test_progress_is_reported_often(room: MailRoom, jobs: int, whole: bool, count: int) -> None:
    """First after twenty addressees; then after as many if each copy is laid out in full, otherwise after 200."""
    room.write(people(count))
    letter, listed = read_letter(room.folder / "letters" / "c.yaml"), open_list("list.csv", folder=room.folder)
    order, pool = MergeOrder(formats=("docx",), whole=whole), WorkerPool(jobs, ("docx",))
    told: list[int] = []
    with open_merge(room.made, "files") as ledger, ExitStack() as at_last:
        at_last.callback(pool.end)
        merge = Merge(letter, listed, Workspace(room.folder), order, room.made, ledger, pool)
        merge.plan()
        merge.run(lambda progress: told.append(progress.done))

    steps = [after - before for before, after in pairwise(told)]
    assert steps[0] == 20
    assert sum(steps) == len(room.files())
    assert max(steps) == (20 if whole else 200)


@pytest.mark.parametrize(("whole", "size"), [(0, 200), (1, 200), (20, 200), (40, 100), (100, 40), (200, 20), (400, 20)])
def test_a_chunk_has_about_twenty_copies_that_are_laid_out_in_full(whole: int, size: int) -> None:
    """By the copies of the chunk before; a chunk has at least twenty and at most 200 addressees."""
    shares = Chunks(7, 5000)
    assert shares.take() == (7, 27)
    shares.adapt(200, [CopyRecord(n, "docx", 1, 0, 0, b"", n < whole) for n in range(400)])

    assert shares.take() == (27, 27 + size)


def test_what_the_disk_lost_is_made_again(room: MailRoom, calm: MailRoom) -> None:
    """After a power cut the ledger may be ahead of the disk: a copy that is not as recorded is made again."""
    options = ("--formats", "docx")
    assert room.merge(*options).returncode == 0
    changed = sorted(room.made.glob("x-*"))
    changed[7].write_bytes(b"")
    changed[100].unlink()
    done = room.merge(*options, "--resume")

    assert done.returncode == 0, done.stderr
    assert room.files() == calm.files()


def test_a_finished_zip_is_left_alone(room: MailRoom, calm: MailRoom) -> None:
    """``--resume`` of a finished merge makes nothing, unless the file was changed."""
    options = ("--formats", "docx", "--as", "zip")
    assert room.merge(*options).returncode == 0
    archive = room.made / "c.zip"
    before = archive.stat()
    assert room.merge(*options, "--resume").returncode == 0
    assert archive.stat().st_ino == before.st_ino
    archive.write_bytes(archive.read_bytes()[:-3000])
    assert room.merge(*options, "--resume").returncode == 0

    assert archive.read_bytes() == (calm.made / "c.zip").read_bytes()


@pytest.mark.parametrize("kind", ["files", "zip", "labels"])
def test_a_finished_merge_is_not_replaced_by_one_of_others(room: MailRoom, kind: str) -> None:
    """Somebody who forgets ``--add`` or ``--out`` loses nothing, and sees the choices."""
    options = ("--as", kind, *(() if kind == "labels" else ("--formats", "docx")))
    room.write(PEOPLE[:30])
    assert room.merge(*options).returncode == 0
    before = room.contents()
    room.write(PEOPLE[5:40])
    told = room.merge(*options)

    assert told.returncode == 2
    assert "finished-merge" in told.stderr
    assert "5 of its addressees ('x-0000' …) are not in this list" in told.stderr
    assert all(option in told.stderr for option in ("--add", "--again", "--out"))
    assert room.contents() == before
    room.write([{**one, "surname": "Ejemplo"} for one in PEOPLE[:31]])
    assert room.merge(*options).returncode == 0  # a list that was mended, and has one more
    room.write(PEOPLE[5:40])
    assert room.merge(*options, "--again").returncode == 0


def test_a_template_that_is_edited_meanwhile_changes_no_copy(room: MailRoom) -> None:
    """Machines that make copies do not need the templates: these travel with the kit."""
    templates = room.folder / "templates"
    shutil.copytree(ROOT / "templates" / "itu", templates / "itu")
    letter, listed = read_letter(room.folder / "letters" / "c.yaml"), open_list("list.csv", folder=room.folder)
    order = MergeOrder(whole=True, only=("x-0001",))
    with open_merge(room.made, "files") as ledger:
        merge = Merge(letter, listed, Workspace(room.folder), order, room.made, ledger)
        merge.plan()
        kit, entry = merge.kit(), ledger.entry(0)
        before = [copy.data for copy in kit.copies(entry)]
        shutil.rmtree(templates)

        assert [copy.data for copy in pickle.loads(pickle.dumps(kit)).copies(entry)] == before


def test_a_stopped_merge_does_not_begin_anew_by_itself(room: MailRoom) -> None:
    """The error has both choices, to resume and to begin anew; beginning anew makes all copies."""
    kill(room, "zip", "list.csv", 20)
    options = ("--formats", "docx", "--as", "zip")
    told = room.merge(*options)

    assert told.returncode == 2
    assert "unfinished-merge  a merge was stopped here after" in told.stderr
    assert "--resume" in told.stderr
    assert "--again" in told.stderr
    assert room.merge(*options, "--again").returncode == 0
    with zipfile.ZipFile(room.made / "c.zip") as package:
        assert len(package.namelist()) == len(PEOPLE) + 1  # and their sums


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda room: room.write(PEOPLE, LETTER.replace("thanks", "many thanks")), "the letter changed"),
        (lambda room: room.write(people(231)), "the list of addressees changed"),
        (lambda room: room.write([*PEOPLE[1:], PEOPLE[0]]), "the list of addressees changed"),
    ],
)
def test_a_change_since_the_beginning_is_noticed(room: MailRoom, change: object, said: str) -> None:
    """Half of the addressees must not get a different letter from the rest."""
    assert room.merge("--formats", "docx").returncode == 0
    before = room.files()
    assert callable(change)
    change(room)
    done = room.merge("--formats", "docx", "--resume")

    assert done.returncode == 1
    assert "changed-plan  " in done.stderr
    assert said in done.stderr
    assert room.files() == before


def test_nothing_is_written_if_a_row_is_faulty(room: MailRoom) -> None:
    """All faulty rows are reported with row and column, and there is no copy."""
    rows = [dict(one) for one in PEOPLE]
    rows[3]["language"] = "tlh"
    rows[5]["country"] = "QQ"
    rows[9]["email"] = "nobody"
    rows[11]["id"] = rows[10]["id"]
    rows[12]["surname"] = ""
    rows[5]["email"] = "nobody"
    room.write(rows)
    done = room.merge("--formats", "docx")

    assert done.returncode == 1
    assert f"nothing was merged: 6 problems in 5 of {len(rows)} rows" in done.stderr
    for place in ("list.csv:5:2", "list.csv:7:8", "list.csv:11:9", "list.csv:13:1", "list.csv:14:5"):
        assert place in done.stderr
    assert not room.files()


def test_files_of_an_earlier_merge_are_counted(room: MailRoom) -> None:
    """The summary says how many files, one or several, are left from earlier merges."""
    room.merge("--formats", "docx", "--only", "x-0000,x-0001,x-0002")
    two = room.merge("--formats", "docx", "--only", "x-0002", "--again")
    one = room.merge("--formats", "docx", "--only", "x-0002,x-0001", "--again")

    assert "2 files are here from an earlier merge and do not belong to this one" in two.stdout
    assert "1 file is here from an earlier merge and does not belong to this one" in one.stdout


def test_the_sound_rows_can_be_merged_alone(room: MailRoom) -> None:
    """With ``--skip-bad`` the others get their letters, and a file has the rejected rows, ready to be merged."""
    rows = [dict(one) for one in PEOPLE]
    rows[3]["language"] = "tlh"
    rows[5]["country"] = "QQ"
    room.write(rows)
    done = room.merge("--formats", "docx", "--skip-bad")

    assert done.returncode == 0, done.stderr
    assert len(room.files()) == len(rows) - 2
    assert "2 rows rejected" in done.stdout
    rejected = list(open_list(str(room.made / "merge-files.rejected.csv"), folder=room.folder))
    assert [one.id for one in rejected] == [rows[3]["id"], rows[5]["id"]]


def test_a_language_can_be_stated_for_the_others(room: MailRoom) -> None:
    """Addressees whose language the letter lacks get the fallback; the summary has their number."""
    rows = [dict(one) for one in PEOPLE[:5]]
    rows[0]["language"], rows[1]["language"] = "", "fr"
    room.write(rows)
    done = room.merge("--formats", "docx", "--fallback", "es")

    assert done.returncode == 0, done.stderr
    assert {"x-0000.es.docx", "x-0001.es.docx"} <= set(room.files())
    assert "2 chose none of the letter's languages and get the fallback" in done.stdout
    one = room.merge("--formats", "docx", "--fallback", "es", "--only", "x-0001", "--again")
    assert "1 chose none of the letter's languages and gets the fallback" in one.stdout


def test_a_fallback_is_a_language_of_the_letter(room: MailRoom) -> None:
    """Another one is refused before anything is read, whether it is needed or not."""
    done = room.merge("--fallback", "fr")

    assert done.returncode == 2
    assert "it is in en, es" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--as", "labels", "--labels", "L9999"),
        ("--as", "labels", "--skip", "99"),
        ("--as", "envelopes", "--envelope", "A9"),
    ],
)
def test_what_is_refused_leaves_an_earlier_merge_alone(room: MailRoom, wrong: tuple[str, ...]) -> None:
    """An unknown name or a number that is too large is reported before the ledger is opened."""
    room.write(PEOPLE[:12])
    assert room.merge(*wrong[:2]).returncode == 0
    before = room.status("c").stdout
    done = room.merge(*wrong)

    assert done.returncode == 2
    assert "state:          done" in before
    assert room.status("c").stdout == before


def test_a_dry_run_writes_nothing(room: MailRoom) -> None:
    """It reports counts by language and category, and leaves the folder unchanged."""
    done = room.merge("--dry-run")

    assert done.returncode == 0, done.stderr
    assert "230 addressees, 460 copies as files" in done.stdout
    assert "member-state" in done.stdout
    assert re.search(
        r"^about [\d.]+ [kM]B, about [\d.]+ s with \d+ process(es)? on this machine$", done.stdout, re.MULTILINE
    )
    assert not room.made.exists()


def test_a_dry_run_estimates_the_time_of_the_whole_merge(room: MailRoom) -> None:
    """Reading the list, and laying out the masters and lines of a new length, count once; a usual copy many times."""
    listed = open_list(str(room.folder / "list.csv"), folder=room.folder)
    letter, order = read_letter(room.folder / "letters" / "c.yaml", "c.yaml"), MergeOrder(formats=("docx",))
    # Its time is 100 s when the letter is laid out. The third addressee's copies take 5 s, those of any other 20 ms.
    ticks = accumulate((100.0, 0.02, 0.02, 5.0, *[0.02] * 197))
    with open_merge(room.folder / "scratch", "files") as ledger:
        planned = Merge(letter, listed, Workspace(room.folder), order, room.folder / "scratch", ledger)
        planned.plan()
        told = estimate(planned, room.folder / "scratch", lambda: next(ticks), 90.0)

    assert told.seconds == pytest.approx(10.0 + 5.0 + 0.02 * 229)
    assert (told.copies, told.jobs, told.is_exact) == (230, 1, False)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--as", "labels", "--labels", "L9999"),
        ("--as", "labels", "--skip", "99"),
        ("--as", "envelopes", "--envelope", "A9"),
        ("--duplex",),
        ("--as", "eml"),
        ("--cluster", "foo"),
        ("--cluster", "localhost:8786"),
        ("--cluster", "tcp://localhost"),
        ("--cluster", "tcp://localhost:8786", "--as", "print"),
        ("--cluster", "tcp://localhost:8786", "--out", "nowhere://folder"),
        ("--out", "s3://bucket/folder"),
    ],
)
def test_a_dry_run_refuses_what_a_merge_refuses(room: MailRoom, wrong: tuple[str, ...]) -> None:
    """With the same words, and the same exit code for a usage error."""
    dry, real = room.merge("--dry-run", *wrong), room.merge(*wrong)

    assert (dry.returncode, dry.stderr) == (real.returncode, real.stderr) == (2, real.stderr)
    assert not room.made.exists() or not any(path.suffix != ".sqlite" for path in room.made.iterdir())


def test_a_dry_run_of_a_part_works_beside_a_finished_merge(room: MailRoom) -> None:
    """It shows the plan, and that a merge would be refused, in the same words, with the place of the finished one."""
    assert room.merge("--formats", "txt").returncode == 0
    dry, real = (room.merge("--formats", "txt", "--sample", "3", *more) for more in (["--dry-run"], []))

    assert "3 addressees, 3 copies as files" in dry.stdout
    assert (dry.returncode, real.returncode) == (2, 2)
    assert dry.stderr == f"nothing was written (--dry-run)\n{real.stderr}"
    assert f"{room.made / 'merge-files.sqlite'}  finished-merge" in real.stderr


def test_a_dry_run_finds_an_address_that_fits_no_label(room: MailRoom) -> None:
    """Before a sheet is wasted: the addressee's row, and the remedy."""
    room.write([*PEOPLE[:3], PEOPLE[3] | {"organization": "abcdefghij" * 150}])
    done = room.merge("--dry-run", "--as", "labels")

    assert done.returncode == 1
    assert "list.csv:5:1  address-too-long  the address of 'x-0003' does not fit on L7160" in done.stderr
    assert "shorten it, or use larger labels" in done.stderr


def test_a_missing_pango_is_reported(room: MailRoom, tmp_path: Path) -> None:
    """For every kind of PDF, a missing library is one sentence, not a traceback."""
    outputs = ("files", "print", "labels", "envelopes")
    commands = [room.command("--as", output)[len(PROGRAM) :] for output in outputs]
    program = f"from circulars.cli import main\nfor typed in {commands}:\n    print(main(typed))"
    (tmp_path / "weasyprint.py").write_text("""raise OSError("cannot load library 'libpango-1.0-0'")""")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT / "src")))}

    done = subprocess.run([PROGRAM[0], "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["1", "1", "3", "3"], done.stderr  # refused, or stopped
    assert done.stderr.count("missing-library  PDF needs the library Pango") == len(outputs)
    assert "bug in circulars" not in done.stderr


def test_a_dry_run_says_that_a_merge_was_stopped(room: MailRoom) -> None:
    """Like the merge itself; the ledger stays as it is."""
    room.merge("--formats", "docx")
    path = ledger_path(room.made, "files")
    with closing(Ledger(path)) as ledger, ledger.change():
        unfinish(ledger)
    done = room.merge("--formats", "docx", "--dry-run")

    assert done.returncode == 2
    assert "a merge was stopped here after 230 of 230 addressees" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--as", "labels", "--skip", "3"), "65 labels on 4 sheets of L7160"),
        (("--as", "envelopes", "--envelope", "DL"), "65 envelopes of DL"),
    ],
)
def test_a_dry_run_counts_labels_sheets_and_envelopes(room: MailRoom, options: tuple[str, ...], said: str) -> None:
    """As many as the file has pages later."""
    room.write(PEOPLE[:65])
    told = room.merge(*options, "--dry-run")
    assert room.merge(*options).returncode == 0
    [made] = room.made.glob("*.pdf")
    with pikepdf.open(made) as opened:
        pages = len(opened.pages)

    assert told.returncode == 0, told.stderr
    assert f"65 addressees, {said}\n" in told.stdout
    assert "laid out in full" not in told.stdout
    assert str(pages) in said


def test_a_program_gets_the_copies_one_by_one(room: MailRoom, calm: MailRoom) -> None:
    """The iterator yields the same bytes as the command, and writes nothing."""
    workspace = Workspace(room.folder)
    letter = read_letter(room.folder / "letters" / "c.yaml", "c.yaml")
    listed = open_list(str(room.folder / "list.csv"), folder=room.folder)
    copies = {copy.name: copy.data for copy in merge(letter, listed, workspace, MergeOrder(formats=("docx",)))}

    assert copies == calm.files()
    by_name = merge(letter, "list.csv", workspace, MergeOrder(formats=("docx",), only=("x-0001",)))
    assert [copy.data for copy in by_name] == [data for name, data in copies.items() if name.startswith("x-0001.")]
    assert not room.made.exists()


def test_a_program_gets_the_known_formats_in_an_error(room: MailRoom) -> None:
    """An order with an unknown format is refused in the same way as the command."""
    letter = read_letter(room.folder / "letters" / "c.yaml")

    with pytest.raises(UsageError, match="there is no format 'odt'"):
        next(merge(letter, "list.csv", Workspace(room.folder), MergeOrder(formats=("odt",))))


def test_a_finished_merge_of_another_letter_is_reported(room: MailRoom) -> None:
    """Somebody who has printed half of the copies should know that the new ones differ; a changed list is not
    reported.
    """
    room.merge("--formats", "txt")
    room.write([*PEOPLE, *people(231)[230:]])
    assert "changed since" not in room.merge("--formats", "txt").stdout
    room.write(people(231), LETTER.replace("With thanks", "With many thanks"))

    assert "the letter changed since the earlier merge here" in room.merge("--formats", "txt").stdout


def test_no_copy_has_data_of_another_addressee(calm: MailRoom) -> None:
    """No part of a copy has a word of another addressee: text, properties, source, or anything else."""
    files = calm.files()
    for one in PEOPLE[:10]:
        data = files[f"{one['id']}.{one['language']}.docx"]
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            inside = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
        for other in PEOPLE:
            if other is not one:
                assert f"{other['surname']}<" not in inside
                assert other["email"] not in inside
                assert other["id"] not in inside


def test_an_id_may_have_a_comma(room: MailRoom) -> None:
    """Quotation marks as in CSV keep it together, and --only may be repeated."""
    people = [one | {"id": f"x-{n}, {n}"} if n < 3 else one for n, one in enumerate(PEOPLE[:6])]
    room.write(people)
    done = room.merge("--formats", "txt", "--only", '"x-1, 1",x-0004', "--only", '"x-2, 2"', "--only", "X-0004")

    assert done.returncode == 0, done.stderr
    assert sorted(room.files()) == sorted(
        f"{one['id']}.{one['language']}.txt" for one in (people[1], people[2], people[4])
    )


@pytest.mark.parametrize("typed", [("--sort", "-surname"), ("--sort=-surname",)])
def test_a_hyphen_reverses_the_order(room: MailRoom, typed: tuple[str, ...]) -> None:
    """A hyphen before the column, with "=" or with a space; the options after it are still options."""
    room.write(PEOPLE[:4])
    done = room.merge(*typed, "--formats", "txt")

    assert done.returncode == 0, done.stderr
    with closing(Ledger(ledger_path(room.made, "files"), read_only=True)) as ledger:
        ids = [entry.id for entry in ledger.entries()]
    assert ids == [one["id"] for one in reversed(PEOPLE[:4])]


def test_an_option_is_not_a_column_to_sort_by(room: MailRoom) -> None:
    """A word with two hyphens is not taken for a column."""
    done = room.merge("--sort", "--formats", "txt")

    assert done.returncode == 2
    assert "--sort: expected one argument" in done.stderr


def test_a_file_for_all_is_in_one_language(room: MailRoom) -> None:
    """Titles are in the letter's first language, whatever the order of the list; the words of labels are in English."""
    room.write(sorted(PEOPLE[:30], key=lambda one: one["language"], reverse=True))
    assert room.merge("--as", "labels").returncode == 0
    assert room.merge("--preview").returncode == 0

    with pikepdf.open(room.made / "c.labels.pdf") as labels, pikepdf.open(room.made / "preview.pdf") as preview:
        said = [(str(file.docinfo["/Title"]), str(file.Root.Lang)) for file in (labels, preview)]
        with labels.open_outline() as outline:
            sheets = [sheet.title for part in outline.root for sheet in part.children]
    assert said == [
        ("TSB Circular 913: Labels", "en"),
        ("Meeting of an example group – preview", "en"),
    ]
    assert sheets == ["Sheet 1", "Sheet 2"]


def test_addresses_beyond_the_window_are_reported(room: MailRoom) -> None:
    """The letter has the whole address, and the summary names addressees whose window does not show it all."""
    long = PEOPLE[2] | {"organization": "abcdefghij" * 150}
    crowded = PEOPLE[3] | {"address": "|".join(f"Floor {n} of the Example Building" for n in range(12))}
    eight = PEOPLE[4] | {"address": "|".join(f"Line {n}" for n in range(20))}
    room.write([*PEOPLE[:2], long, crowded, eight])
    done, dry = room.merge("--formats", "docx"), room.merge("--formats", "docx", "--dry-run")

    told = "2 addressees have more lines than an envelope's window shows: x-0002 (row 4), x-0003 (row 5)\n"
    assert told in done.stdout
    assert told in dry.stdout
    assert "window" not in room.merge("--as", "labels", "--only", "x-0000").stdout

    letter = docx.Document(io.BytesIO(room.files()[f"x-0002.{long['language']}.docx"]))
    assert long["organization"] in "".join(node.text or "" for node in letter.element.iter("{*}t"))
