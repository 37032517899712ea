"""The pack "emwo" differs from "itu" in paper, head, window and typeface; one program makes the letters of both."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import docx
import pypdfium2
import pytest

from circulars.addressing.settle import settle
from circulars.build import Order, build, documents
from circulars.doctor import examine, repair_pack
from circulars.doctor.trial import word_text
from circulars.errors import PackError
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.addressee import BLOCK, Addressee
from circulars.model.sheet import PAPERS, LetterSheet, Margins
from circulars.pack import forget_packs, load_pack
from circulars.render.docx import master as word_master
from circulars.render.measures import measures_of
from circulars.render.page import PageSource, page_source
from circulars.render.pdf import master as pdf_master
from circulars.render.txt import words_of
from circulars.source.letters import read_letter
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from commands import run_here
from conftest import ROOT, Example
from render.sample_letters import PLAIN

LETTERS = ROOT / "templates/emwo/letters"


def pages(data: bytes) -> list[tuple[float, float]]:
    """The sizes of a PDF's pages, in millimetres."""
    return [(page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4) for page in pypdfium2.PdfDocument(data)]


def lines(data: bytes) -> list[str]:
    """The lines of a PDF's first page."""
    text: str = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    return text.splitlines()


def words_in(format: str, data: bytes) -> str:
    """The words of a file, without white space."""
    if format == "docx":
        text = word_text(data)
    else:
        text = "".join(lines(data)) if format == "pdf" else re.sub("<[^>]+>", "", data.decode())
    return "".join(text.split())


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A workspace with a copy of the pack "emwo"."""
    shutil.copytree(ROOT / "templates/emwo", tmp_path / "templates/emwo")
    forget_packs()
    return Workspace(tmp_path)


@pytest.mark.parametrize(("paper", "usual"), [("letter", "notice-12"), ("a4", "letter-7"), ("a4", "bulletin-4")])
def test_a_letter_is_on_the_paper_of_its_kind_or_its_own(paper: str, usual: str, examples: tuple[Example, ...]) -> None:
    """A notice is on Letter, a letter on A4 by its kind, a bulletin on A4 because it says so; in PDF and in Word."""
    example = next(one for one in examples if one.name == f"{usual}.en")
    [section, *_] = docx.Document(str(example.file("docx"))).sections

    assert all(size == pytest.approx(PAPERS[paper], abs=0.1) for size in pages(example.file("pdf").read_bytes()))
    assert section.page_width and section.page_height
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx(PAPERS[paper], abs=0.1)


def test_lines_break_alike_on_all_paper() -> None:
    """The text area keeps its width, so only the end of the page is elsewhere."""
    packs = [load_pack("emwo"), load_pack("emwo", paper="a4")]
    document = replace(PLAIN, layout="line", date_first=False)
    first, second = (lines(pdf_master(document, pack).fill({})) for pack in packs)

    assert packs[1].sheet.text_width == pytest.approx(packs[0].sheet.text_width)
    assert first[:25] == second[:25]


def test_a_sheet_keeps_its_text_area_on_other_paper() -> None:
    """A4 is 5.9 mm narrower than Letter; the right margin is narrower by as much."""
    letter = LetterSheet("letter", Margins(20, 24, 22, 22))

    assert letter.on("a4").margins == Margins(20, 18.1, 22, 22)
    assert letter.on("a4").on("letter") == letter


def test_the_reference_line_has_reference_and_date(examples: tuple[Example, ...]) -> None:
    """The line of the head is words of the letter, so it is one line in Word and in PDF."""
    example = next(one for one in examples if one.name == "notice-12.en")
    paragraphs = [paragraph.text for paragraph in docx.Document(str(example.file("docx"))).paragraphs]

    assert "Ref. 12/2026 · 3 March 2026" in paragraphs
    assert "Ref. 12/2026 · 3 March 2026" in lines(example.file("pdf").read_bytes())


def test_plain_text_and_e_mails_have_the_date_in_the_line_of_the_reference(office: Workspace) -> None:
    """They have the same line as the page; the date is nowhere else."""
    letter = read_letter(LETTERS / "notice-12.yaml")
    [document] = documents(letter, office, Order(languages=("en",)))
    text = list(words_of(document))
    page = re.sub("<[^>]+>", " ", page_of(document, "emwo.example").html)

    assert "Ref. 12/2026 · 3 March 2026" in text
    assert "Ref. 12/2026 · 3 March 2026" in " ".join(page.split())
    assert " ".join(page.split()).count("3 March 2026") == 1
    assert sum("3 March 2026" in line for line in text) == 1


@pytest.mark.parametrize(
    ("post", "gender", "title"),
    [
        ("secretary", "m", "Secretario"),
        ("secretary", "f", "Secretaria"),
        ("director-services", "f", "Directora"),
        ("director-services", "m", "Director"),
    ],
)
def test_titles_have_the_gender_of_who_signs(post: str, gender: str, title: str, office: Workspace) -> None:
    """Spanish has two forms of each."""
    text = (LETTERS / "letter-7.yaml").read_text("utf-8")
    signed = re.sub(r"^signatory: .*$", f"signatory: {{post: {post}, name: Max, gender: {gender}}}", text, flags=re.M)
    letter = parse_letter(signed.encode(), "letter-7.yaml", "letter-7", LETTERS)
    [document] = documents(letter, office, Order(languages=("es",)))

    assert document.signature is not None
    assert document.signature.title[0] == title


def test_a_letter_without_a_reference_has_the_date_alone(office: Workspace) -> None:
    """Nothing separates the date from a reference that is not there."""
    path = office.folder / "letter.yaml"
    text = re.sub(r"^number: 7$", "reference: false", (LETTERS / "letter-7.yaml").read_text(), flags=re.MULTILINE)
    path.write_text(text)
    [output] = build(read_letter(path), office, Order(languages=("en",), formats=("pdf",)))

    assert "20 January 2026" in lines(output.data)
    assert "·" not in "".join(one for one in lines(output.data) if "2026" in one)


@pytest.mark.parametrize("format", ["docx", "html", "pdf"])
def test_a_label_of_the_subject_is_before_it(format: str, office: Workspace, tmp_path: Path) -> None:
    """The pack has none, but a letter may have its own."""
    text = (LETTERS / "notice-12.yaml").read_text(encoding="utf-8")
    (tmp_path / "notice-12.yaml").write_text(text + "\nlabels: {subject: {en: On, es: Sobre}}\n", encoding="utf-8")
    letter = read_letter(tmp_path / "notice-12.yaml")
    output = next(one for one in build(letter, office, Order(formats=(format,))) if one.language == "en")
    subject = next(document for document in documents(letter, office, Order()) if document.language == "en").title

    assert "On" + "".join(subject.split()) in words_in(format, output.data)


def test_the_block_of_a_merged_copy_is_in_the_window_at_the_right() -> None:
    """In PDF and in Word each line of the block is between the edges that ``pack.yaml`` names."""
    pack = load_pack("emwo")
    addressee = Addressee("1", {"name": "Ana Ejemplo", "address": "Street 1", "city": "Bern", "country": "CH"})
    block = settle(addressee, load_language("en"), pack, (BLOCK,))[BLOCK]
    shown = replace(PLAIN.salutation[0], text=block)
    document = replace(PLAIN, layout="line", date_first=False, addressee=(shown,), window="right")
    page = pypdfium2.PdfDocument(pdf_master(document, pack).fill({}))[0]
    text, mm = page.get_textpage(), 25.4 / 72
    found = [text.search(line).get_next() for line in block.split("\n")]
    boxes = [text.get_charbox(place[0]) for place in found if place]
    word = docx.Document(io.BytesIO(word_master(document, pack).fill({})))
    [paragraph] = [one for one in word.tables[0]._cells[-1].paragraphs if "Ana Ejemplo" in one.text]

    assert len(boxes) == len(block.split("\n"))
    assert all(114.5 < left * mm < 116 for left, *_ in boxes)
    assert all(54 < (page.get_height() - top) * mm < 95 for *_, top in boxes)
    assert paragraph.paragraph_format.left_indent.mm + 22 == pytest.approx(115, abs=0.1)


def test_addresses_are_fitted_with_the_width_of_the_packs_letters() -> None:
    """A line that fits the window in Carlito does not fit the same window in wider letters."""
    window = load_pack("emwo").window

    assert window.letters == 115
    assert replace(window, letters=100).width > window.width * 1.1


def test_a_pack_with_a_base_has_its_page_and_its_own_macros() -> None:
    """The page is that of "itu"; lines of the macros are placed in their own file."""
    pack = load_pack("emwo")
    source = page_source(pack)
    own = pack.read("macros.html.j2").decode().splitlines()
    wanted = next(number for number, line in enumerate(own, 1) if "reference-line" in line)
    found = source.text.splitlines().index(own[wanted - 1]) + 1

    assert not (pack.folder / "letter.html.j2").exists()
    assert source.place(pack, found).file.endswith("emwo/macros.html.j2")
    assert source.place(pack, found).line == wanted
    last = source.place(pack, source.text.count("\n"))
    base = (ROOT / "templates/itu/letter.html.j2").read_text()
    assert (last.file.rpartition("/")[2], last.line) == ("letter.html.j2", base.count("\n"))


def test_faults_in_the_own_files_of_a_pack_with_a_base_are_placed_there(office: Workspace) -> None:
    """``template check`` names the file and the line of the pack, not of its base."""
    folder = office.folder / "templates/emwo"
    with (folder / "macros.html.j2").open("a") as macros:
        macros.write("{% macro annex(part) %}{{ document.clsing }}{% endmacro %}\n")
    with (folder / "look.css").open("a") as look:
        look.write(".name { font-family: Papyrus }\n")
    forget_packs()
    found = {(Path(one.where.file).name, one.code): one.where.line for one in examine(office.pack("emwo"))}

    assert found == {
        ("macros.html.j2", "unknown-name"): len((folder / "macros.html.j2").read_text().splitlines()),
        ("look.css", "unlisted-font"): len((folder / "look.css").read_text().splitlines()),
    }


def test_margins_and_size_of_the_word_template_are_those_of_the_pack(office: Workspace) -> None:
    """What differs is reported with both measures, and a repair sets those of the pack."""
    facts = office.folder / "templates/emwo/pack.yaml"
    facts.write_text(
        facts.read_text()
        .replace("right: 24", "right: 20")
        .replace("bottom: 22", "bottom: 30")
        .replace("size: 10.5", "size: 11")
    )
    forget_packs()
    found = [problem.message for problem in examine(office.pack("emwo")) if problem.code == "measure-mismatch"]
    fixed = [problem.message for problem in repair_pack("emwo", office).fixed if problem.code == "measure-mismatch"]

    assert found == [
        "the right margin is 24 mm; in the PDF it is 20 mm",
        "the bottom margin is 22 mm; in the PDF it is 30 mm",
        "the size of the text is 10.5 pt; in the PDF it is 11 pt",
    ]
    assert fixed == [
        "the right margin is now 20 mm",
        "the bottom margin is now 30 mm",
        "the size of the text is now 11 pt",
    ]
    assert "measure-mismatch" not in {problem.code for problem in examine(office.pack("emwo"))}


def test_a_base_that_is_not_shipped_is_refused(office: Workspace) -> None:
    """Only shipped packs can be a base: they are on every machine."""
    facts = office.folder / "templates/emwo/pack.yaml"
    facts.write_text(facts.read_text().replace("base: itu", "base: itv"))
    forget_packs()

    with pytest.raises(PackError, match="no shipped pack 'itv'"):
        office.pack("emwo")


def test_the_base_is_part_of_the_fingerprint(office: Workspace) -> None:
    """A letter is made with the base's page, so ``verify`` notices another one."""
    with_base = office.pack("emwo").fingerprint
    folder = office.folder / "templates/emwo"
    (folder / "letter.css").write_text((ROOT / "templates/itu/letter.css").read_text() + "p { color: red }")
    forget_packs()

    assert with_base == load_pack("emwo").fingerprint
    assert office.pack("emwo").fingerprint != with_base


def test_measures_come_from_the_pack_alone() -> None:
    """The stylesheet of "itu" names neither paper nor lengths of the window."""
    css = (ROOT / "templates/itu/letter.css").read_text()

    assert not re.search(r"size: A4|170mm|210mm|297mm|52mm|34\.5mm|12\.2pt", css)
    assert "@page{size:215.9mm 279.4mm;margin:20mm 24mm 22mm 22mm}" in measures_of(load_pack("emwo"))
    assert "size:210mm 297mm;margin:20mm 18.1mm 22mm 22mm" in measures_of(load_pack("emwo", paper="a4"))


def test_a_keeper_makes_a_pack_and_a_first_letter(tmp_path: Path) -> None:
    """The commands of the page "Add a template pack", from the Word file to a PDF."""
    run = partial(run_here, tmp_path)
    shutil.copy(ROOT / "templates/itu/letter.docx", tmp_path / "theirs.docx")

    made = run("template", "new", "office", "--from", "theirs.docx", "--title", "Office of Examples")
    assert (made.returncode, "correct its words" in made.stderr) == (0, True)
    assert run("template", "check", "office").returncode == 0
    assert run("new", "first", "--kind", "letter", "--pack", "office").returncode == 0
    assert run("build", "first", "--languages", "es", "--formats", "pdf").returncode == 0
    assert pages((tmp_path / "output/first.es.pdf").read_bytes()) == [pytest.approx(PAPERS["a4"], abs=0.1)]


def test_text_ends_within_all_paper(office: Workspace) -> None:
    """A text area that comes too near to the edge of other paper is a problem of the pack."""
    facts = office.folder / "templates/emwo/pack.yaml"
    facts.write_text(facts.read_text().replace("right: 24", "right: 8"))
    forget_packs()

    with pytest.raises(PackError, match="on the paper 'a4' the text would end less than 5 mm from the right edge"):
        office.pack("emwo")


def test_lines_below_the_own_macros_are_those_of_the_shared_page() -> None:
    """Also if the macros are on the first line."""
    place = PageSource("", 0, 5).place(load_pack("emwo"), 7)

    assert (Path(place.file).parent.name, place.line) == ("itu", 3)
