"""A contact sheet shows the copies that are worth checking, with reasons, and changes nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from circulars.compose import compose
from circulars.east_asian import width
from circulars.language import load_language
from circulars.merge.front import MergeOrder
from circulars.merge.looking.cases import MAX_CASES, MAX_COUNTED, Case, Cases, find_cases
from circulars.merge.looking.contact import Thumbnails, contact_sheet
from circulars.merge.looking.preview import Preview, preview, preview_order
from circulars.merge.making.copies import Edition, Kit
from circulars.merge.making.run import Merge
from circulars.merge.planning.ledger import Entry
from circulars.merge.planning.opening import open_merge
from circulars.model.document import holes_of
from circulars.render.master import WholeMaster
from circulars.source.addressees import open_list
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from judges import page_validation, verapdf
from merge.mailroom import COLUMNS, MailRoom, blank, blank_page, people

pytestmark = pytest.mark.xdist_group("preview")

PEOPLE = people(300)
for one in PEOPLE:
    one |= {"title": "Ms", "language": "en", "category": "academia", "organization": "Example Union of Examples"}
    one |= {"email": ""}
PEOPLE[250]["language"] = "es"
PEOPLE[251]["category"] = "member-state"
PEOPLE[21]["organization"] = "X"
PEOPLE[22]["title"] = ""
PEOPLE[23]["surname"] = "المثال"
PEOPLE[24]["surname"] = "Примерова-Образцова"
PEOPLE[25]["address"] = "1 Example Street|Building B|Floor 3|Room 4|Desk 5|Exampletown"
PEOPLE[26]["organization"] = "Organization of many words " * 60
PEOPLE[27]["organization"] = "Union <b>{{ x }}</b>"
NORMAL = "x-0003"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> MailRoom:
    """A mail room with a list in which nearly all addressees are alike."""
    made = MailRoom(tmp_path_factory.mktemp("preview"))
    made.write(PEOPLE)
    return made


@pytest.fixture(scope="module")
def merge(room: MailRoom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Merge]:
    """A planned merge of the whole list."""
    scratch, workspace = tmp_path_factory.mktemp("scratch"), Workspace(room.folder)
    letter = read_letter(room.folder / "letters/c.yaml")
    listed = open_list(str(room.folder / "list.csv"), folder=room.folder)
    with open_merge(scratch, "files") as ledger:
        planned = Merge(letter, listed, workspace, preview_order(MergeOrder()), scratch, ledger)
        planned.plan()
        yield planned


@pytest.fixture(scope="module")
def made(merge: Merge) -> Preview:
    """Its contact sheet."""
    return preview(merge)


@pytest.fixture(scope="module")
def cases(made: Preview) -> Cases:
    """Its cases."""
    return made.cases


def case(cases: Cases, number: int) -> Case:
    """The case of an addressee."""
    [found] = [case for case in cases.shown if case.entry.n == number]
    return found


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (21, "the shortest 'organization': 1 character"),
        (22, "no 'title': 1 of 300 have none"),
        (23, "Arabic letters, from right to left"),
        (23, "the shortest 'surname': 6 characters"),
        (24, "Cyrillic letters"),
        (24, "the longest 'surname': 19 characters"),
        (25, "the most lines in the postal block: "),
        (26, "2 pages; the others have 1"),
        (26, "the longest 'organization': 1,619 characters"),
        (27, "signs of markup, shown as they were typed"),
    ],
)
def test_remarkable_copies_are_chosen(cases: Cases, number: int, reason: str) -> None:
    """Each is shown with the reason that the list has it for."""
    assert any(told.startswith(reason) for told in case(cases, number).reasons)


def test_each_language_and_audience_is_shown(cases: Cases) -> None:
    """Even those with a single addressee."""
    shown = {(case.entry.language, case.entry.audience) for case in cases.shown}

    assert shown == set(cases.editions) == {("en", 0), ("en", 1), ("es", 0)}
    assert cases.editions["es", 0] == 1
    assert case(cases, 250).reasons == ("the first of this language and audience",)
    assert case(cases, 251).reasons == ("the first of this language and audience",)


def test_the_most_important_copy_comes_first(cases: Cases) -> None:
    """A copy with more pages than the others is the first, with its number of pages."""
    first = cases.shown[0]

    assert (first.entry.n, first.pages, first.is_apart) == (26, 2, True)
    assert {one.pages for one in cases.shown[1:]} == {1}


def test_ordinary_copies_are_not_shown(cases: Cases) -> None:
    """Of the many copies that are alike none is shown for its own sake."""
    assert len(cases.shown) < 15
    assert NORMAL not in [one.entry.id for one in cases.shown]
    assert cases.left_out == 0


def test_a_column_that_is_always_empty_is_not_a_reason(cases: Cases) -> None:
    """If every cell is empty, an empty cell is not remarkable."""
    assert not any("email" in reason for one in cases.shown for reason in one.reasons)


def test_there_is_room_for_every_edition_first(merge: Merge) -> None:
    """If the sheet is full, all languages and audiences are still shown."""
    english, pack = load_language("en"), merge.planner.pack
    document = compose(merge.letter, english, pack, addressed=True)
    edition = Edition(english, document, {"pdf": WholeMaster(document, blank_page)}, holes_of(document))
    kit = Kit(COLUMNS, pack, {("en", audience): edition for audience in range(30)})
    rows = [{**one, "surname": chr(0x3B1 + n % 20) * (n + 1)} for n, one in enumerate(people(300))]
    entries = [Entry(n, row["id"], "en", n // 10, tuple(row.values()), n + 2) for n, row in enumerate(rows)]
    found = find_cases(kit, entries)

    assert len(found.shown) == MAX_CASES
    assert {one.entry.audience for one in found.shown} == set(range(30))
    assert (found.apart, found.counted) == (300, MAX_COUNTED)
    assert found.left_out > 0


def test_width_is_counted_in_characters() -> None:
    """A combining accent has no width, and a Chinese character that of two."""
    assert [width(text) for text in ("", "Ejemplo", "José", "Jose\u0301", "東京")] == [0, 7, 4, 4, 4]


def test_every_page_of_a_case_is_a_thumbnail(made: Preview) -> None:
    """Each shows the words of its page, and has an alternate text."""
    expected = [
        f"page {page} of the letter for {one.entry.id}" for one in made.cases.shown for page in range(1, one.pages + 1)
    ]

    with pikepdf.open(io.BytesIO(made.files["preview.pdf"])) as pdf:
        drawn = [name for page in pdf.pages for name in shown_on(page)]
        figures = [str(item.Alt) for item in pdf.objects if is_figure(item)]
    assert len(drawn) == len(expected)
    assert sorted(figures) == sorted(expected)
    words = text_of(made.files["preview.pdf"])
    assert words.count("With thanks") == len(expected) - 2  # one is in Spanish, and one letter has two pages
    assert "Example Street 21" in words  # the address of a copy that is filled, too
    assert "We write to Union <b>{{ x }}</b>, of which" in words


def shown_on(page: pikepdf.Page) -> list[str]:
    """The names of the pages of other PDFs that are drawn on a page."""
    content = pikepdf.parse_content_stream(page)
    names = [str(one.operands[0]) for one in content if str(one.operator) == "Do"]
    return [name for name in names if name.startswith("/Shown")]


def is_figure(item: object) -> bool:
    """Whether an object is the structure element of a picture."""
    return isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"


def text_of(data: bytes) -> str:
    """The words of a PDF in drawing order."""
    pdf = pypdfium2.PdfDocument(data)
    words = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    return words


def test_captions_say_who_and_why(made: Preview) -> None:
    """The id, the row of the list, the language, the audience, the pages, and every reason."""
    first = made.shown[0]
    words = " ".join(text_of(made.files["preview.pdf"]).split())

    assert (first.name, first.facts) == ("x-0026", "row 28 · en · 2 pages · other lines than most")
    assert made.shown[-1].facts == "row 253 · en · category: member-state · 1 page"
    for one in made.shown:
        for line in (one.name, one.facts, *one.remarks):
            assert line in words


def test_long_letters_are_cut_short(merge: Merge) -> None:
    """The first three pages are shown, and the number of the others."""
    document = compose(merge.letter, load_language("en"), merge.planner.pack)
    sheet = contact_sheet(document, merge.planner.pack, (), [Thumbnails("x", "en", ("long",), blank(5))])

    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        assert [shown_on(page) for page in pdf.pages] == [["/Shown0-0", "/Shown0-1", "/Shown0-2"]]
    assert "… and 2 more pages" in text_of(sheet)


def test_pictures_are_the_sheets(made: Preview) -> None:
    """One PNG for each sheet, in the shape of A4, not blank."""
    names = sorted(made.files)

    assert names == ["preview.pdf", "preview.png"]
    for name in names:
        if name.endswith(".png"):
            with Image.open(io.BytesIO(made.files[name])) as picture:
                assert (picture.format, picture.width > picture.height) == ("PNG", True)
                assert len(picture.getcolors(1 << 24) or ()) > 50


def test_the_sheet_is_accessible(made: Preview, tmp_path: Path) -> None:
    """It is PDF/UA-1 and PDF/A-3a, like the letters that it shows."""
    file = tmp_path / "preview.pdf"
    file.write_bytes(made.files["preview.pdf"])

    for found in (verapdf("PDF/UA-1", [file]), verapdf("PDF/A-3a", [file]), page_validation([file])):
        assert found[file] == ()


def test_the_command_writes_the_sheet_and_nothing_else(room: MailRoom, made: Preview) -> None:
    """The bytes are always the same; surplus pictures of an earlier preview are removed, and other files stay."""
    before = {path for path in room.folder.rglob("*") if path.is_file()}
    room.made.mkdir(parents=True)
    for name in ("preview-7.png", "preview-mine.png", "x-0001.en.pdf"):
        (room.made / name).write_bytes(b"old")
    done = room.merge("--preview", "--formats", "docx", "--as", "zip")

    assert done.returncode == 0, done.stderr
    assert "2 pages; the others have 1" in done.stdout
    assert str(room.made / "preview.pdf") in done.stdout
    written = {path for path in room.folder.rglob("*") if path.is_file()} - before
    assert {path.name: path.read_bytes() for path in written} == {
        **made.files, "preview-mine.png": b"old", "x-0001.en.pdf": b"old"
    }  # fmt: skip


def test_a_faulty_list_has_no_preview(tmp_path: Path) -> None:
    """The problems are reported as without --preview; nothing is written."""
    room = MailRoom(tmp_path)
    room.write([*people(3), people(1)[0]])
    done = room.merge("--preview")

    assert done.returncode == 1
    assert "nothing was merged" in done.stderr
    assert not room.made.exists()
