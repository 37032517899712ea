"""A whole merge through :mod:`circulars.api`, as another program would drive it."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from circulars import api
from merge.mailroom import MailRoom, kill, people, table

PEOPLE = people(60)
LATE = people(64)[60:]
DOCX = api.MergeOrder(formats=("docx",))


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A mail room with two lists, and nothing merged."""
    made = MailRoom(tmp_path)
    made.write(PEOPLE)
    (tmp_path / "late.csv").write_text(table(LATE), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> MailRoom:
    """A mail room with an uninterrupted merge and an addition to it."""
    made = MailRoom(tmp_path_factory.mktemp("calm"))
    made.write(PEOPLE)
    (made.folder / "late.csv").write_text(table(LATE), encoding="utf-8")
    run(made)
    run(made, "late.csv", add=True)
    return made


def letter_of(room: MailRoom) -> api.Letter:
    """The letter of a mail room."""
    return api.read_letter(room.folder / "letters" / "c.yaml", "letters/c.yaml")


def run(
    room: MailRoom, listed: str = "list.csv", order: api.MergeOrder = DOCX, *, resume: bool = False, add: bool = False
) -> api.Merged:
    """The result of a merge in a mail room."""
    return api.run_merge(letter_of(room), listed, api.Workspace(room.folder), order, jobs=1, resume=resume, add=add)


def killed(room: MailRoom, listed: str, after: int, *, add: bool = False) -> api.MergeStatus:
    """The status of a merge whose process was killed."""
    kill(room, "files", listed, after, add=add)
    [status] = api.merge_statuses(room.folder / "output")
    return status


def test_a_killed_merge_resumes(room: MailRoom, calm: MailRoom) -> None:
    """After kill -9 the status has the progress and the choices; resumed, the bytes are those of a calm merge."""
    status = killed(room, "list.csv", 20)
    assert (0 < status.done < status.total, status.facts["state"]) == (True, "stopped")
    assert [choice.parameter for choice in status.choices] == ["resume"]
    with pytest.raises(api.UsageError) as refused:
        run(room)
    assert [choice.parameter for choice in refused.value.problems[0].choices] == ["resume", "again"]

    merged = run(room, resume=True)

    assert (merged.summary.addressees, merged.summary.copies) == (60, 60)
    assert room.files().items() <= calm.files().items()
    assert len(room.files()) == 60
    assert api.merge_status(merged.ledger).choices == ()


def test_a_killed_addition_resumes(room: MailRoom, calm: MailRoom) -> None:
    """Late addressees are added to the others, whose copies do not change."""
    run(room)
    status = killed(room, "late.csv", 64, add=True)
    assert status.facts["list"] == "list.csv, late.csv"

    merged = run(room, "late.csv", resume=True, add=True)

    assert (merged.summary.addressees, merged.summary.added) == (64, 4)
    assert room.contents() == calm.contents()


def test_an_interrupt_stops_a_merge_between_two_copies(room: MailRoom, calm: MailRoom) -> None:
    """An exception from a callback is passed on; the ledger is consistent."""
    heard: list[int] = []

    def stop(progress: api.Progress) -> None:
        heard.append(progress.done)
        if progress.done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.run_merge(
            letter_of(room), "list.csv", api.Workspace(room.folder), DOCX, jobs=1,
            on_planned=heard.append, on_progress=stop,
        )  # fmt: skip
    assert heard[:2] == [60, 0]
    run(room, resume=True)

    assert room.files().items() <= calm.files().items()
    assert len(room.files()) == 60


def test_a_dry_run_reports_and_writes_nothing(room: MailRoom) -> None:
    """Counts, size and time; and the reason why a list without all earlier addressees would be refused."""
    run(room)
    before = room.contents()

    found = api.plan_merge(
        letter_of(room), "late.csv", api.Workspace(room.folder), DOCX, clock=time.monotonic, jobs=1, add=True
    )
    other = api.plan_merge(letter_of(room), "late.csv", api.Workspace(room.folder), DOCX, clock=time.monotonic, jobs=1)

    assert (found.estimate.addressees, found.added, found.already, found.refusal) == (64, 4, 60, ())
    assert found.estimate.bytes > 4 * 10_000
    assert [problem.code for problem in other.refusal] == ["finished-merge"]
    assert [choice.parameter for choice in other.refusal[0].choices] == ["add", "again", "out"]
    assert room.contents() == before


def test_a_preview_is_a_contact_sheet(room: MailRoom) -> None:
    """It shows the copies that are worth checking, and nothing is merged."""
    made = api.preview_merge(letter_of(room), "list.csv", api.Workspace(room.folder), DOCX)

    assert {path.name for path in made.files} == {path.name for path in room.made.iterdir()}
    assert made.files[0].name == "preview.pdf"
    assert made.shown
    assert "60 addressees" in made.about[0]


@pytest.mark.parametrize(
    ("order", "name", "pages"),
    [
        (api.MergeOrder("labels", stock="L7160", skip=3), "c.labels.pdf", 3),
        (api.MergeOrder("envelopes", stock="DL"), "c.envelopes.pdf", 60),
        (api.MergeOrder("print", formats=("pdf",), only=("x-0001", "x-0002")), "c.print.pdf", 2),
    ],
)
def test_each_kind_for_a_printer_is_one_file(room: MailRoom, order: api.MergeOrder, name: str, pages: int) -> None:
    """Labels, envelopes and printed letters are ordinary orders; labels ignore the formats."""
    merged = run(room, order=order)

    assert merged.summary.names == (name,)
    with pikepdf.open(Path(merged.summary.path, name)) as pdf:
        assert len(pdf.pages) == pages


def test_faulty_rows_are_counted_or_left_out(room: MailRoom) -> None:
    """An error has the number of faulty rows; left out, they are in a file and in the result."""
    room.write([{**PEOPLE[0], "country": "QQ"}, *PEOPLE[1:3]])
    with pytest.raises(api.MergeRefusedError) as refused:
        run(room)
    assert (refused.value.rows, refused.value.faulty, refused.value.faults) == (3, 1, 1)
    assert not room.made.exists()

    merged = run(room, order=api.MergeOrder(formats=("docx",), skip_bad=True))

    assert (merged.summary.addressees, merged.rejected.count) == (2, 1)
    assert merged.rejected.file == room.made / "merge-files.rejected.csv"
    assert [problem.code for problem in merged.rejected.problems] == ["unknown-country"]


def test_a_report_has_the_state_of_each_addressee(room: MailRoom, tmp_path: Path) -> None:
    """It is made from the ledger alone; an unknown kind of report is refused."""
    merged = run(room)

    report = api.merge_report(merged.ledger, tmp_path / "report.csv")

    rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert [row["Id"] for row in rows] == [one["id"] for one in PEOPLE]
    with pytest.raises(api.UsageError, match="unknown-report"):
        api.merge_report(merged.ledger, tmp_path / "report.doc")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (api.MergeOrder("paper"), "wrong-option"),
        (api.MergeOrder("send"), "wrong-option"),
        (api.MergeOrder(stock="L7160"), "wrong-option"),
        (api.MergeOrder("envelopes", skip=2), "wrong-option"),
        (api.MergeOrder(duplex=True), "wrong-option"),
        (api.MergeOrder(sender="TSB <tsb@example.int>"), "wrong-option"),
        (api.MergeOrder("print", formats=("html",)), "wrong-option"),
        (api.MergeOrder(formats=("zz",)), "unknown-format"),
        (api.MergeOrder("zip", formats=("zz",)), "unknown-format"),
        (api.MergeOrder("eml", formats=("zz",), sender="TSB <tsb@example.int>"), "unknown-format"),
        (api.MergeOrder(formats=()), "unknown-format"),
        (api.MergeOrder("print", formats=()), "unknown-format"),
        (api.MergeOrder("labels", stock="L1"), "unknown-labels"),
        (api.MergeOrder("labels", skip=21), "wrong-skip"),
        (api.MergeOrder("envelopes", stock="B4"), "unknown-envelope"),
        (api.MergeOrder("eml"), "missing-option"),
        (api.MergeOrder("eml", sender="tsb"), "wrong-email"),
    ],
)
def test_an_impossible_order_is_refused(room: MailRoom, order: api.MergeOrder, code: str) -> None:
    """Before any file is read or written, and without the names of command-line options."""
    with pytest.raises(api.UsageError) as refused:
        run(room, order=order)

    assert [problem.code for problem in refused.value.problems] == [code]
    assert "--" not in str(refused.value)
    assert not room.made.exists()
    with pytest.raises(api.UsageError, match=code):
        api.plan_merge(letter_of(room), "list.csv", api.Workspace(room.folder), order, clock=time.monotonic)


@pytest.mark.parametrize("formats", [("zz",), ()])
def test_copies_in_no_known_format_are_refused(room: MailRoom, formats: tuple[str, ...]) -> None:
    """Also by the merge that writes nothing."""
    order = api.MergeOrder(formats=formats)

    with pytest.raises(api.UsageError, match="unknown-format"):
        next(api.merge(letter_of(room), "list.csv", api.Workspace(room.folder), order))


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("formats", "txt", "unknown-format"),
        ("where", "category=academia", "wrong-option"),
        ("only", "x-0001", "wrong-option"),
    ],
)
def test_one_text_for_several_is_refused(part: str, text: str, code: str) -> None:
    """Its characters would be taken for formats, conditions or ids."""
    with pytest.raises(api.UsageError) as refused:
        api.MergeOrder(**{part: text})  # type: ignore[arg-type]

    [problem] = refused.value.problems
    assert (problem.code, problem.hint) == (code, f"write {part}=('{text}',)")


def test_a_merge_ordered_with_lists_resumes(room: MailRoom) -> None:
    """The ledger has the same order, whether it was written with lists or with tuples."""
    ids = [one["id"] for one in PEOPLE if one["category"] == "academia"][:3]
    lists: dict[str, Any] = {"formats": ["txt", "txt"], "where": ["category=academia"], "only": ids}
    tuples: dict[str, Any] = {"formats": ("txt",), "where": ("category=academia",), "only": tuple(ids)}
    first = run(room, order=api.MergeOrder(**lists))

    again = run(room, order=api.MergeOrder(**lists), resume=True)
    same = run(room, order=api.MergeOrder(**tuples), resume=True)

    assert [merged.summary.copies for merged in (first, again, same)] == [3, 3, 3]


def test_a_missing_ledger_is_named(tmp_path: Path) -> None:
    """The disk is not to blame, and no file is created."""
    missing = tmp_path / "merge-files.sqlite"

    for read in (api.merge_status, lambda path: api.merge_report(path, tmp_path / "report.csv")):
        with pytest.raises(api.MachineError) as refused:
            read(missing)
        [problem] = refused.value.problems
        assert (problem.where.file, problem.code, problem.message) == (
            str(missing),
            "ledger",
            "this file does not exist",
        )

    assert not list(tmp_path.iterdir())


def test_the_interface_has_the_words_of_its_signatures() -> None:
    """Kinds, stocks and the words for sending need no import of a module behind the interface."""
    assert {"files", "labels", "envelopes"} <= api.KINDS.keys()
    assert "L7160" in api.LABELS
    assert "C5" in api.ENVELOPES
    signed = {"AddresseesError", "Changed", "Decision", "Elsewhere", "Security", "Stock", "Timekeeper"}
    assert signed | {"check_order", "ledger_of"} <= {*api.__all__}


def test_results_are_frozen(room: MailRoom) -> None:
    """The result of a merge cannot be changed."""
    merged = run(room, order=api.MergeOrder(formats=("txt",), only=("x-0001",)))

    with pytest.raises(FrozenInstanceError):
        merged.changed = ("the letter",)  # type: ignore[misc]
