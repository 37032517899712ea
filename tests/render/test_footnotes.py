"""Footnotes in every format: numbered in reading order, with marks and footnotes that lead to each other."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from lxml import etree, html

from circulars.accessibility import check_output
from circulars.build import Order, build, documents
from circulars.compose import compose
from circulars.errors import PackError
from circulars.language import FootnoteWords, load_language
from circulars.model.document import Document
from circulars.model.phrases import Pattern
from circulars.pack import load_pack
from circulars.render import writer
from circulars.render.page import page_of
from circulars.render.pdf import master_for_copies
from circulars.render.pdf.engine import boxes
from circulars.render.pdf.press import press_of
from circulars.review.comparing.compare import compare
from circulars.source.letters.excerpt import excerpt
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from judges import ooxml_sdk, openxml_audit, verapdf
from work import lines_run

LETTER = """\
kind: tsb-circular
number: 300
date: 2025-01-15
languages: [en]
to: [member-states]
copy: false
facts: {day: 2025-03-04}
subject: {en: "A meeting[^title] on samples"}
body:
  - en: "The first text[^1] and *another*[^two]."
    items:
      - {en: "an item[^3];"}
      - {en: "the first again[^1], and the title[^title]."}
  - {en: "Only for members[^member].", when: {category: member-state}}
  - table:
      caption: {en: "Fees[^caption]"}
      columns: [{en: "Name[^head]"}, Value]
      rows: [[{en: "A[^cell]"}, "1"]]
annexes:
  - title: {en: "Programme[^annex]"}
    body: [{en: "In the annex[^last]."}]
footnotes:
  last: {en: The last one.}
  title: {sign: "*", en: Not another meeting.}
  1: {en: "See https://www.example.org/ on {{ day }}."}
  two: {en: "The **second** one."}
  3: Third.
  member: Members only.
  caption: In a caption.
  head: In a head.
  cell: In a cell.
  annex: In a title.
signatory: tsb-director
"""
SIGNS = {
    "title": "*", "1": "1", "two": "2", "3": "3", "caption": "4", "head": "5", "cell": "6", "annex": "7", "last": "8",
}  # fmt: skip
Files = Mapping[str, Path]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def source(text: str = LETTER) -> Any:
    return parse_letter(text.encode(), "letters/x.yaml", "x", ROOT)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The letter in every format."""
    folder = tmp_path_factory.mktemp("footnotes")
    made = {}
    for output in build(source(), Workspace(ROOT), Order(formats=("docx", "pdf", "html", "txt"))):
        made[output.format] = folder / output.name
        made[output.format].write_bytes(output.data)
    return made


def test_footnotes_are_numbered_in_reading_order() -> None:
    """A caption is read before its table; signs are not counted; what only others read has no footnote."""
    document = next(iter(documents(source(), Workspace(ROOT), Order())))

    assert {one.id.removeprefix("footnote:"): one.sign for one in document.footnotes} == SIGNS
    assert document.title == "A meeting on samples"


HEAD = """\
date: 2025-01-15
number: X/5
languages: [en]
contact: {name: "Ana Ejemplo"}
rows: {label: "Your ref:", text: "AB[^row]"}
to: [{en: "Members[^to]"}]
attention: {en: "Ms X[^attention]"}
copy: [{en: "Observers[^to], others[^copy]"}]
references: ["R1[^reference]"]
subject: {en: "S[^subject], AB[^row]"}
body: [{en: x}]
signatory: {name: Max Mustermann, title: Director}
footnotes: {row: a, to: b, attention: c, copy: d, reference: e, subject: f}
"""


@pytest.mark.parametrize(
    "kind", ["kind: sg-letter", "kind: br-circular-letter", "kind: bdt-circular", "pack: emwo\nkind: notice"]
)
def test_footnotes_of_the_head_have_one_order_in_all_formats(kind: str) -> None:
    """Word numbers them by their places in its file: the addressees are before all rows but the first."""
    letter = source(f"{kind}\n{HEAD}")
    made = {one.format: one.data for one in build(letter, Workspace(ROOT), Order(formats=("docx", "html", "txt")))}
    with zipfile.ZipFile(io.BytesIO(made["docx"])) as package:
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        body = etree.fromstring(package.read("word/document.xml"))
    words = {note.get(f"{W}id"): "".join(node.text or "" for node in note.iter(f"{W}t")) for note in notes}
    in_word = [words[str(mark.get(f"{W}id"))].strip() for mark in body.iter(f"{W}footnoteReference")]
    page: Any = html.fromstring(made["html"].decode())
    marks = [mark.text for mark in page.xpath("//a[@role='doc-noteref']")]
    text = made["txt"].decode()

    assert in_word == ["b", "c", "d", "a", "f", "e"]
    assert marks == ["1", "2", "1", "3", "4", "5", "4", "6"]
    assert re.findall(r"\w\[(\d)\]", text) == marks
    assert re.findall(r"^\[\d\] (\w)", text, re.MULTILINE) == in_word


def test_what_is_below_the_signature_is_numbered_before_the_annexes() -> None:
    """A postscript and enclosures are read before an annex."""
    text = LETTER.replace("  cell: In a cell.", "  cell: In a cell.\n  ps: Postscript.\n  report: Enclosure.")
    text += 'postscript: {en: "Last[^ps]."}\nenclosures: [{title: {en: "Report[^report]"}}]\n'
    document = next(iter(documents(source(text), Workspace(ROOT), Order())))

    assert [one.id for one in document.footnotes][-4:] == [
        f"footnote:{name}" for name in ("ps", "report", "annex", "last")
    ]


def test_plain_text_has_footnotes_at_its_end(files: Files) -> None:
    """Signs are in brackets, as they cannot be raised."""
    text = files["txt"].read_text("utf-8")

    assert "The first text[1] and another[2]." in text
    assert "the first again[1], and the title[*]." in text
    notes = text.partition("In the annex[8].\n\n\n")[2].splitlines()
    assert notes[:3] == [
        "[*] Not another meeting.",
        "[1] See https://www.example.org/ on 4 March 2025.",
        "[2] The second one.",
    ]
    assert notes[8] == "[8] The last one."


def test_html_leads_from_marks_to_footnotes_and_back(files: Files) -> None:
    """Each mark is a link to its footnote; the footnote's sign leads to the first mark. Roles say what they are."""
    page: Any = html.fromstring(files["html"].read_text("utf-8"))
    marks = page.xpath("//a[@role='doc-noteref']")
    (section,) = page.xpath("//*[@role='doc-endnotes']")

    assert section.get("aria-label") == "Footnotes"
    assert [mark.text for mark in marks] == ["*", "1", "2", "3", "1", "*", "4", "5", "6", "7", "8"]
    for back in section.xpath(".//a[@role='doc-backlink']"):
        (mark,) = page.xpath(f"//*[@id='{back.get('href')[1:]}']")
        assert mark.get("href") == f"#{back.getparent().getparent().get('id')}"
        assert mark.text == back.text


def test_word_has_footnotes_of_its_own(files: Files) -> None:
    """Word counts them; a sign follows its reference; a later mark refers to the first one."""
    with zipfile.ZipFile(files["docx"]) as package:
        notes = etree.fromstring(package.read("word/footnotes.xml"))
        body = etree.fromstring(package.read("word/document.xml"))
    kinds = [note.get(f"{W}type") for note in notes]
    words = {note.get(f"{W}id"): "".join(node.text or "" for node in note.iter(f"{W}t")) for note in notes}
    references = [
        (mark.get(f"{W}id"), mark.get(f"{W}customMarkFollows")) for mark in body.iter(f"{W}footnoteReference")
    ]
    codes = [node.text or "" for node in body.iter(f"{W}instrText") if "NOTEREF" in (node.text or "")]

    assert kinds[:2] == ["separator", "continuationSeparator"]
    assert references == [("1", "1"), *((str(number), None) for number in range(2, 10))]
    assert words["1"] == "* Not another meeting."
    assert words["2"] == " See https://www.example.org/ on 4 March 2025."
    assert codes == [r" NOTEREF footnote_x3a_1 \f \h "]
    assert body.xpath("//*[local-name()='bookmarkStart'][@*[.='footnote_x3a_1']]")


def test_a_pdf_has_notes_and_references(files: Files) -> None:
    """Each Note has an ID that the tree knows; marks are References with links, and the notes' labels lead back."""
    with pikepdf.open(files["pdf"]) as pdf:
        tree = pdf.Root.StructTreeRoot
        parts = [*_parts(tree.K)]
        ids = [str(part.ID) for part in parts if part.S == "/Note"]
        listed = [str(name) for name in [*tree.IDTree.Names][::2]]
        links = [kid.S for part in parts if part.S == "/Reference" for kid in _kids(part)]
        labels = [_kids(_kids(part)[0])[0].S for part in parts if part.S == "/Note"]

    assert ids == [f"footnote:{name}" for name in SIGNS]
    assert listed == sorted(ids)
    assert links == ["/Link"] * 11
    assert labels == ["/Link"] * 9


def test_links_of_marks_and_footnotes_can_be_clicked(files: Files) -> None:
    """Each is as high as its words, though the line of a raised sign has no height."""
    with pikepdf.open(files["pdf"]) as pdf:
        links = [note.Rect for page in pdf.pages for note in page.Annots if note.Subtype == "/Link"]

    assert len(links) == 11 + 9 + 1
    assert [link for link in links if abs(float(link[3]) - float(link[1])) < 5] == []


def test_footnotes_are_on_the_page_of_their_marks(files: Files) -> None:
    """Those of the letter are on its first page, those of the annex on the second."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(files["pdf"])]

    assert [("In a cell." in page, "In a title." in page) for page in pages] == [(True, False), (False, True)]


def test_no_footnote_is_lost_or_late_where_a_page_ends() -> None:
    """A line whose footnote has no room goes to the next page with it; footnotes of lines above stay where they are."""
    for lines in (26, 27, 28):
        (output,) = build(source(_crowded(lines)), Workspace(ROOT), Order(formats=("pdf",)))
        pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(output.data)]
        texts = ["".join(page.split()) for page in pages]

        marked = {number: [f"({number})" in text for text in texts] for number in range(18)}
        noted = {number: [f"Footnote{number}of" in text for text in texts] for number in range(18)}
        assert marked == noted, lines


def test_right_to_left_letters_have_footnotes(tmp_path: Path) -> None:
    """In Arabic the footnotes and their signs are at the right."""
    language = replace(
        load_language("en"), code="ar", locale="ar", direction="rtl", footnotes=FootnoteWords(Pattern.of("({sign})"))
    )
    text = LETTER.replace("The first text", "إلى إدارات الدول الأعضاء").replace("Third.", "{en: هذه حاشية}")
    pack = load_pack()
    words = {**pack.words, "ar": pack.words["en"]}
    letter = source(re.sub(r"\ben:", "ar:", text).replace("[en]", "[ar]"))
    document = compose(letter, language, replace(pack, words=words))
    paths = {name: tmp_path / f"x.{name}" for name in ("pdf", "docx")}
    for name, path in paths.items():
        path.write_bytes(writer(name)(document, pack).fill({}))
    with pikepdf.open(paths["pdf"]) as pdf:
        link = next(one for one in pdf.pages[0].Annots if "mark" in str(one.get("/Dest")))
        middle = float(pdf.pages[0].MediaBox[2]) / 2

    assert float(link.Rect[0]) > middle
    assert verapdf("PDF/UA-1", [paths["pdf"]]) == {paths["pdf"]: ()}
    assert ooxml_sdk("Microsoft365", [paths["docx"]]) == {paths["docx"]: ()}


def test_other_programs_find_no_fault(files: Files) -> None:
    """PDF/A-3a, PDF/UA-1, Open XML, and our own checks."""
    assert verapdf("PDF/A-3a", [files["pdf"]]) == {files["pdf"]: ()}
    assert verapdf("PDF/UA-1", [files["pdf"]]) == {files["pdf"]: ()}
    assert ooxml_sdk("Microsoft365", [files["docx"]]) == {files["docx"]: ()}
    assert openxml_audit([files["docx"]]) == {files["docx"]: ()}
    assert [check_output(files[name].read_bytes(), files[name].name) for name in ("docx", "pdf")] == [(), ()]


def test_a_letter_without_footnotes_has_no_part_for_them() -> None:
    """Its Word file is as it was before."""
    text = re.sub(r"\[\^\w+\]", "", LETTER).partition("footnotes:")[0] + "signatory: tsb-director\n"
    (output,) = build(source(text), Workspace(ROOT), Order(formats=("docx",)))

    assert not any("footnotes" in part for part in zipfile.ZipFile(io.BytesIO(output.data)).namelist())


def test_a_language_may_write_its_signs_in_its_own_way() -> None:
    """（1） in Chinese: Word counts between the brackets."""
    language = replace(load_language("en"), footnotes=FootnoteWords(mark=Pattern.of("（{sign}）")))
    document = compose(source(), language, load_pack())
    file = docx.Document(io.BytesIO(writer("docx")(document, load_pack()).fill({})))
    (runs,) = (one._p for one in file.paragraphs if "The first text" in one.text)

    written = "".join(
        node.text or "" if node.tag == f"{W}t" else "#" for node in runs.iter(f"{W}t", f"{W}footnoteReference")
    )
    assert written == "The first text（#） and another（#）."


def test_word_copies_with_holes_in_footnotes_equal_full_layouts() -> None:
    """The addressee's words are in a mark's paragraph and in a footnote; both are filled without a new layout."""
    text = LETTER.replace("Third.", "{en: 'For {{ addressee.name }} only.'}").replace("an item", "{{ addressee.name }}")
    document = next(iter(documents(source(text), Workspace(ROOT), Order())))
    master = writer("docx")(document, load_pack())
    values = {"addressee.name": "Ana Ejemplo"}

    assert master.tail(values) is not None
    assert master.fill(values) == master.whole(values)


def test_pdf_copies_with_a_hole_in_a_footnote_look_like_full_layouts() -> None:
    """They are filled without a new layout; each pixel is the same."""
    document = next(
        iter(documents(source(LETTER.replace("Third.", "{en: 'For {{ addressee.name }}.'}")), Workspace(ROOT), Order()))
    )
    values = {"addressee.name": "Ana Ejemplo"}
    master = master_for_copies(document, load_pack(), frozenset("Ana Ejemplo"), [values])

    assert master.tail(values) is not None
    assert _pixels(master.fill(values)) == _pixels(master.whole(values))


def test_comparing_two_versions_shows_changes_of_footnotes() -> None:
    """A changed footnote is a change; one that is only numbered otherwise is not a change of the text with its mark."""
    old = compose(source(), load_language("en"), load_pack())
    text = LETTER.replace("The **second** one", "The **other** one").replace("The first text", "The[^9] first text")
    new = compose(source(text.replace("  3: Third.", "  3: Third.\n  9: Ninth.")), load_language("en"), load_pack())

    changes = [(change.kind, change.place) for change in compare(old, new)]

    assert ("changed", "footnote 3") in changes
    assert ("added", "footnote 1") in changes
    assert ("changed", "Annex") not in changes
    assert not any(kind == "changed" and "item 1" in place for kind, place in changes)


def test_a_copy_does_not_carry_footnotes_of_parts_that_its_reader_does_not_get() -> None:
    """The source inside a file leaves out a part for others together with its footnote."""
    letter = source()
    left_out = frozenset(part.where for part in letter.body if part.when)

    text = excerpt(letter.origin.text, left_out)

    assert "Members only" not in text and "In a cell" in text
    assert source(text).footnotes.keys() == letter.footnotes.keys() - {"member"}


def test_a_pack_that_does_not_show_footnotes_is_refused(tmp_path: Path) -> None:
    """No words are lost because a template is older than footnotes."""
    pack = load_pack()
    (tmp_path / "letter.html.j2").write_text(pack.read("letter.html.j2").decode().replace("{{ footnotes() }}", ""))
    document = next(iter(documents(source(), Workspace(ROOT), Order())))

    with pytest.raises(PackError, match="does not show the footnotes") as caught:
        writer("html")(document, replace(pack, folder=tmp_path)).fill({})

    assert [problem.code for problem in caught.value.problems] == ["template-error"]


def _pixels(data: bytes) -> list[bytes]:
    return [page.render(scale=1).to_pil().tobytes() for page in pypdfium2.PdfDocument(data)]


def _crowded(lines: int) -> str:
    """A letter of a number of lines before a paragraph and a table full of footnotes, at the end of a page."""
    marks = " ".join(f"words and ({number})[^{number}] and some more words, which fill the line" for number in range(6))
    cells = "".join(
        f"        - [Cell, {{en: 'Some words before ({number})[^{number}] and more after it, to the line’s end.'}}]\n"
        for number in range(6, 18)
    )
    return (
        "kind: sg-letter\nnumber: DM-25/1\ndate: 2025-03-04\nlanguages: [en]\nsubject: {en: Notes}\nbody:\n"
        + "".join(f"  - {{en: Line {number}.}}\n" for number in range(lines))
        + f"  - {{en: '{marks}.'}}\n  - table:\n      split-rows: true\n      columns: [A, B]\n      rows:\n{cells}"
        + "footnotes:\n"
        + "".join(f"  {number}: Footnote {number} of a few words.\n" for number in range(18))
        + "signatory: {name: Ana Ejemplo, title: {en: Secretary}}\n"
    )


def _parts(node: Any) -> Iterator[Any]:
    for kid in node if isinstance(node, pikepdf.Array) else [node]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _parts(kid.get("/K", pikepdf.Array()))


def _kids(part: Any) -> list[Any]:
    kids = part.K if isinstance(part.K, pikepdf.Array) else [part.K]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def test_the_rule_above_footnotes_is_as_long_as_in_word() -> None:
    """Two inches, also on a page in landscape; footnotes are as wide as the text of their page."""
    turned = LETTER.replace("  - title: {", "  - orientation: landscape\n    title: {")
    [document] = documents(source(turned), Workspace(ROOT), Order())
    pack, widths = load_pack(), list[int]()

    def look(sheets: Any) -> None:
        for sheet in sheets.pages:
            [area] = (box for box in sheet._page_box.descendants() if isinstance(box, boxes.FootnoteAreaBox))
            widths.extend(round(box.width * 72 / 96) for box in (area, area.children[-1]))

    press_of(pack).print(document, page_of(document, pack).tree, look=look)

    assert widths == [144, 482, 144, 729]  # points: 170 and 257 mm


def test_footnotes_of_a_page_take_time_in_proportion_to_their_number() -> None:
    """Each is measured once, whatever the number of footnotes above it."""
    few, many = (
        lines_run(functools.partial(writer("pdf")(of_marks(count), load_pack()).fill, {})) for count in (20, 40)
    )

    assert many < 2.5 * few


def of_marks(count: int) -> Document:
    """A letter of one paragraph with some marks."""
    marks = " ".join(f"x[^{number}]" for number in range(count))
    notes = "\n".join(f"  {number}: Text of the footnote." for number in range(count))
    text = LETTER[: LETTER.index("body:")].replace("[^title]", "") + f"body:\n  - en: {marks}\nfootnotes:\n{notes}\n"
    return next(iter(documents(source(text + "signatory: tsb-director\n"), Workspace(ROOT), Order())))
