"""The Word files: what independent readers of DOCX find in them."""

from __future__ import annotations

import datetime
import importlib.util
import io
import itertools
import re
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx2python import docx2python
from lxml import etree

from circulars.errors import PackError
from circulars.model.document import AddressList, Document, LabelledList, SettledAnnex, Signature
from circulars.model.text import Cell, Heading, Item, Items, Note, Paragraph, Span, Table
from circulars.pack import Pack, load_pack
from circulars.render.docx import master
from circulars.render.docx.fields import fields_of
from circulars.render.docx.numbering import Level, Lists, OpenedLists, Outline, Series
from circulars.render.docx.stationery import stationery
from circulars.render.docx.story import Story
from circulars.render.docx.tags import LATER, NECESSARY, OPTIONAL
from circulars.render.docx.voice import Voice, directed, text_runs
from render import sample_letters as sample
from render.sample_letters import RTL_NAME, cell, items, words

TEMPLATES = Path(__file__).parents[2] / "templates/itu"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = "R&D <b> \"quoted\" 'single' {{ tag }} {% if %} {# c #}  two  spaces\ttab\nline 🎉 e\u0301 UIT\u2011T "


def written(document: Document, pack: Pack | None = None) -> bytes:
    return master(document, pack or load_pack("itu")).fill({})


def letter(*body: Paragraph | Heading | Items | Table | Note, **changes: object) -> Document:
    """A letter of one page with this body."""
    plain = replace(sample.PLAIN, body=body, annexes=(), link_code=None)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the changes name the document's own fields


def part(data: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(name))


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def paragraph_with(document: WordDocument, text: str) -> etree._Element:
    found = [p for p in document.element.iter(qn("w:p")) if text in "".join(t.text or "" for t in p.iter(qn("w:t")))]
    paragraph: etree._Element = found[-1]
    return paragraph


def value(parent: etree._Element, name: str) -> str:
    child = parent.find(f".//{W}{name}")
    assert child is not None
    return str(child.get(f"{W}val"))


def list_of(paragraph: etree._Element) -> str:
    return value(paragraph, "numId")


def style_of(paragraph: etree._Element) -> str:
    return value(paragraph, "pStyle")


def test_the_template_is_the_output_of_its_script() -> None:
    """After a change of the script, the template must be written again."""
    spec = importlib.util.spec_from_file_location("draw_letter_docx", TEMPLATES / "draw_letter_docx.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    sys.modules["draw_letter_docx"] = script  # dataclasses look their module up
    spec.loader.exec_module(script)

    assert script.draw() == script.draw() == (TEMPLATES / "letter.docx").read_bytes()


@pytest.mark.parametrize("name", sample.ALL)
def test_the_same_letter_is_the_same_bytes(name: str) -> None:
    """Neither the clock nor the previous letter changes a byte."""
    document = sample.ALL[name]
    first = written(document)
    written(sample.ALL["plain"])

    assert written(document) == first


@pytest.mark.parametrize("name", sample.ALL)
def test_every_style_and_list_that_a_letter_names_is_defined(name: str) -> None:
    """Word opens the file without a repair."""
    data = written(sample.ALL[name])
    styles = {style.get(f"{W}styleId") for style in part(data, "word/styles.xml").iter(f"{W}style")}
    lists = {num.get(f"{W}numId") for num in part(data, "word/numbering.xml").iter(f"{W}num")}
    body = part(data)

    named = {e.get(f"{W}val") for tag in ("pStyle", "rStyle", "tblStyle") for e in body.iter(f"{W}{tag}")}
    assert named <= styles
    assert {e.get(f"{W}val") for e in body.iter(f"{W}numId")} <= lists


@pytest.mark.parametrize("name", sample.ALL)
def test_no_tag_is_left_in_a_letter(name: str) -> None:
    """Readers see words, never the template's tags."""
    with zipfile.ZipFile(io.BytesIO(written(sample.ALL[name]))) as package:
        texts = [package.read(entry).decode() for entry in package.namelist() if entry.endswith((".xml", ".rels"))]

    assert not [mark for mark in ("{{", "}}", "{%", "%}") for text in texts if mark in text]


def test_words_come_through_unchanged() -> None:
    """XML and template syntax, spaces, tabs, breaks, emoji and accents are ordinary text."""
    hostile = words(HOSTILE)
    document = letter(
        Paragraph(hostile, "1", "body.1"),
        Items("bullets", (Item("•", hostile),)),
        Note(HOSTILE, ()),
        subject=(hostile,),
        date_line=HOSTILE,
        closing=HOSTILE,
        addressees=(AddressList(HOSTILE, (Item("–", hostile), Item("", hostile))),),
        signature=Signature(HOSTILE, None, HOSTILE, (HOSTILE,)),
    )
    opened_again = opened(written(document))

    texts = [p.text for p in opened_again.paragraphs]
    texts += [p.text for table in opened_again.tables for row in table.rows for c in row.cells for p in c.paragraphs]
    assert texts.count(HOSTILE) >= 10


def test_docx2python_reads_the_labels_that_the_document_gives() -> None:
    """Word's numbering shows the document's labels: in paragraphs, lists and sections, in body and annexes."""
    with docx2python(io.BytesIO(written(sample.COLUMNS))) as reader:
        text = reader.text

    for label, beginning in (
        ("3)", "The main objectives"),
        ("a)", "Register online"),
        ("b)", "send the form"),
        ("1)", "Recommendation ITU-T L.1"),
        ("--", "Provide an update"),
    ):
        assert re.search(rf"{re.escape(label)}\t{beginning}", text), label


def test_each_list_counts_from_its_own_beginning() -> None:
    """Two lists of letters both begin with a), and an annex numbers its paragraphs from 1."""
    steps = (Item("a)", words("first")), Item("b)", words("second")))
    annex = SettledAnnex("more", "ANNEX", "", words("More"), (Paragraph(words("in the annex"), "1"),))
    document = letter(
        Paragraph(words("in the body"), "1"), Items("letters", steps), Items("letters", steps), annexes=(annex,)
    )
    word = opened(written(document))
    lists = [list_of(p._p) for p in word.paragraphs if p.style and p.style.name == "List Number"]
    numbers = [list_of(p._p) for p in word.paragraphs if p.style and p.style.name == "Numbered paragraph"]

    assert len(lists) == 4
    assert lists[0] == lists[1] != lists[2] == lists[3]
    assert len(set(numbers)) == 2
    for num in part(written(document), "word/numbering.xml").iter(f"{W}num"):
        if num.get(f"{W}numId") in {*lists, *numbers}:
            assert [e.get(f"{W}val") for e in num.iter(f"{W}startOverride")] == ["1"]


def test_numbered_sections_are_one_outline_of_word() -> None:
    """2.1 is the second level of the list that 1 and 2 are in; a heading without a number is in none."""
    sections = [("1", 1), ("2", 1), ("2.1", 2), ("2.1.1", 3), ("3", 1)]
    document = letter(
        *(Heading(words(f"Section <{number}>"), level, number) for number, level in sections),
        Heading(words("Bare"), 1),
    )
    word = opened(written(document))
    numbered = [paragraph_with(word, f"Section <{number}>") for number, _ in sections]

    assert len({list_of(p) for p in numbered}) == 1
    assert [value(p, "ilvl") for p in numbered] == [str(level - 1) for _, level in sections]
    assert paragraph_with(word, "Bare").find(f".//{W}numPr") is None


def test_a_label_that_word_would_not_show_is_written_as_text() -> None:
    """The labels are those of the document, whatever the template's lists would show."""
    document = letter(Paragraph(words("text"), "3bis"), Items("letters", (Item("x.", words("entry")),)))
    word = opened(written(document))

    assert [p.text for p in word.paragraphs if "\t" in p.text] == ["3bis\ttext", "x.\tentry"]


def test_numbers_that_skip_are_a_new_list() -> None:
    """2 after 1 continues the list; 5 after 2 starts a new one at 5."""
    ledger = OpenedLists(Lists("", "", 10, {}))
    series = Series(ledger.begin, Outline("0", (Level("decimal", "%1"),)))

    assert [series.take((number,)) for number in (1, 2, 5, 6)] == [10, 10, 11, 11]
    assert '<w:startOverride w:val="5"/>' in ledger.opened[1]


def test_letters_go_on_after_z_as_word_writes_them() -> None:
    """The 27th entry is "aa)"."""
    outline = Outline("0", (Level("lowerLetter", "%1)"),))

    assert outline.counts("aa)", nth=27) == (27,)
    assert outline.counts("ab)", nth=28) is None


def test_links_are_word_s_own() -> None:
    """An address is an external relationship; adjacent spans with the same address are one hyperlink."""
    site = "https://example.int/?a=1&b=2"
    document = letter(Paragraph((Span("see "), Span("the ", link=site), Span("page", strong=True, link=site))))
    paragraph = next(p for p in opened(written(document)).paragraphs if p.hyperlinks)

    assert [(link.text, link.url) for link in paragraph.hyperlinks] == [("the page", site)]


def test_a_reference_to_a_paragraph_is_a_field() -> None:
    """ "paragraph 2" follows its paragraph when somebody adds one in Word; another text is a link to its bookmark."""
    number = Paragraph((Span("2", link="#languages"), Span(" and "), Span("below", link="#languages")), "1", "body.1")
    body = part(written(letter(number, Paragraph(words("Spanish."), "2", "languages"))))
    codes = [code.text for code in body.iter(f"{W}instrText")]

    assert codes == [r" REF languages \r \h "]
    assert [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")] == ["languages"]
    assert "languages" in [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]


@pytest.mark.parametrize(
    ("language", "slot", "own"), [("zh", "eastAsia", "zh-CN"), ("ja", "eastAsia", "ja-JP"), ("ar", "bidi", "ar-SA")]
)
def test_latin_words_are_not_in_the_language_of_another_script(language: str, slot: str, own: str) -> None:
    """LibreOffice breaks Latin words and numbers between any two letters where they are tagged as Chinese."""
    direction = "rtl" if language == "ar" else "ltr"
    made = letter(Paragraph((Span("示例 ITU-T"),)), language=language, locale=language, direction=direction)
    parts = written(made)
    places = [
        *part(parts, "word/styles.xml").iter(f"{W}lang"),
        *part(parts, "word/settings.xml").iter(f"{W}themeFontLang"),
    ]

    assert {lang.get(f"{W}val") for lang in (*places, *part(parts).iter(f"{W}lang"))} == {"en-GB"}
    assert {lang.get(f"{W}{slot}") for lang in places} == {own}


def test_a_language_is_east_asian_by_its_whole_code() -> None:
    """Cantonese is, and Konkani, whose code "kok" begins like that of Korean, is not."""
    assert 'w:eastAsia="zh-HK"' in text_runs("字", Voice("yue", "ltr"))
    assert "w:eastAsia" not in text_runs("एक", Voice("kok", "ltr"))


def test_bookmark_names_are_unique() -> None:
    """A name has only letters, digits and "_", at most 40 characters, and no two ids share one."""
    ids = ["a.b", "a-b", "a_b", "a_db", "ab", "a..b", "3", "é", "annex.programme.2", "x" * 41, "x" * 42]
    names = [Story.bookmark(Story.__new__(Story), id) for id in ids]

    assert len(set(names)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,39}", name, re.ASCII) for name in names)


def test_every_run_names_its_language() -> None:
    """A Spanish letter is proofed as Spanish, an Arabic name in it as Arabic, a Chinese one as Chinese."""
    body = part(written(sample.ROW_ES))
    languages = {
        tuple(lang.get(f"{W}{slot}", "") for slot in ("val", "bidi", "eastAsia")) if lang is not None else None
        for run in body.iter(f"{W}r")
        for lang in [run.find(f"{W}rPr/{W}lang")]
    }

    assert languages == {("es-ES", "", ""), ("en-GB", "ar-SA", ""), ("en-GB", "", "zh-CN")}
    defaults = part(written(sample.ROW_ES), "word/styles.xml").find(f"{W}docDefaults")
    assert defaults is not None
    assert [lang.get(f"{W}val") for lang in defaults.iter(f"{W}lang")] == ["es-ES"]
    settings = part(written(sample.ROW_ES), "word/settings.xml")
    assert settings.find(f"{W}themeFontLang").get(f"{W}val") == "es-ES"  # type: ignore[union-attr]  # the template has it


def test_a_right_to_left_name_is_a_run_of_its_own() -> None:
    """Only the name runs from right to left, and its language is known to Word's complex scripts."""
    run = (Span("Mr "), Span(RTL_NAME, language="ar"), Span(" (chair)"))
    body = part(written(letter(Paragraph(run))))
    rtl = [r for r in body.iter(f"{W}r") if r.find(f"{W}rPr/{W}rtl") is not None]

    assert ["".join(t.text or "" for t in r.iter(f"{W}t")) for r in rtl] == [RTL_NAME]
    assert rtl[0].find(f"{W}rPr/{W}lang").get(f"{W}bidi") == "ar-SA"  # type: ignore[union-attr]  # every run has one


@pytest.mark.parametrize(
    ("document", "span", "bidi"),
    [
        (sample.PLAIN, Span("עברית"), "he-IL"),
        (sample.PLAIN, Span("محمد"), "ar-SA"),
        (sample.PLAIN, Span("محمد", language="fa"), "fa-IR"),
        (sample.PLAIN, Span("ܐܪܡܝܐ"), "en-GB"),
        (sample.ARABIC, Span("محمد"), "ar-SA"),
        (sample.ARABIC, Span("עברית"), "he-IL"),
    ],
)
def test_a_right_to_left_run_tells_its_script_s_language(document: Document, span: Span, bidi: str) -> None:
    """Word proofs Hebrew as Hebrew and Arabic as Arabic, whatever the letter's own language."""
    body = part(written(replace(document, body=(Paragraph((span,)),), annexes=(), link_code=None)))
    (run,) = [r for r in body.iter(f"{W}r") if "".join(t.text or "" for t in r.iter(f"{W}t")) == span.text]

    assert run.find(f"{W}rPr/{W}rtl") is not None
    assert run.find(f"{W}rPr/{W}lang").get(f"{W}bidi") == bidi  # type: ignore[union-attr]  # every run has one


def test_texts_split_by_direction() -> None:
    """Characters between two words of one direction belong to them; others belong to the surrounding text."""
    assert list(directed("to אב גד (x)", "ltr")) == [("to ", False), ("אב גד", True), (" (x)", False)]
    assert list(directed("אב ITU-T 12 ג", "rtl")) == [("אב ", True), ("ITU-T 12", False), (" ג", True)]


def test_an_arabic_letter_runs_from_right_to_left() -> None:
    """Paragraphs, tables and the page are mirrored."""
    data = written(sample.ARABIC)

    assert part(data, "word/styles.xml").find(f"{W}docDefaults//{W}bidi") is not None
    tables = list(part(data).iter(f"{W}tbl"))
    assert all(table.find(f"{W}tblPr/{W}bidiVisual") is not None for table in tables)
    assert part(data).find(f"{W}body/{W}sectPr/{W}bidi") is not None


def test_tables_repeat_their_head_and_keep_their_rows_whole() -> None:
    """The header row is on every page of its table; no row is split."""
    body = part(written(sample.COLUMNS))
    tables = [t for t in body.iter(f"{W}tbl") if t.find(f"{W}tblPr/{W}tblStyle").get(f"{W}val") == "CircularTable"]  # type: ignore[union-attr]

    assert [len(list(table.iter(f"{W}tblHeader"))) for table in tables] == [0, 1]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in body.iter(f"{W}tr"))
    assert style_of(next(tables[0].iter(f"{W}p"))) == "TableHeading"


def test_a_body_and_an_annex_may_be_empty_for_some_readers() -> None:
    """A letter of which every block is for others is a letter without them."""
    annex = SettledAnnex("annex.1", "ANNEX", "", (Span("Form"),), (), "Annex")
    document = opened(written(letter(annexes=(annex,))))

    assert "Form" in [paragraph.text for paragraph in document.paragraphs]


def test_two_tables_do_not_become_one() -> None:
    """Word joins adjacent tables, so there is a paragraph between them, and one below the last."""
    table = Table((cell("A"),), ((cell("b"),),), (1.0,))
    body = part(written(letter(table, table, closing="", signature=None, annex_note=(), distribution=None)))
    kinds = [etree.QName(e).localname for e in body[0]]

    assert ("tbl", "tbl") not in list(itertools.pairwise(kinds[2:]))


@pytest.mark.parametrize("name", ["columns", "plain", "title", "row-es"])
def test_no_paragraph_is_there_for_its_space_alone(name: str) -> None:
    """Space comes from styles: only Word's own merged cells hold empty paragraphs."""
    body = part(written(sample.ALL[name]))
    merged = {p for c in body.iter(f"{W}tc") if c.find(f"{W}tcPr/{W}vMerge") is not None for p in c.iter(f"{W}p")}
    empty = [p for p in body.iter(f"{W}p") if p not in merged and not list(p.iter(f"{W}t", f"{W}drawing"))]

    assert [style_of(p) for p in empty if style_of(p) != "TableGap"] == []


def test_pictures_have_words_and_numbers_of_their_own() -> None:
    """Each picture is read out by its alternate text, and no two share an id."""
    body = part(written(sample.COLUMNS))
    drawings = [e for e in body.iter() if etree.QName(e).localname == "docPr"]

    assert drawings[0].get("descr") == sample.MARK.alt
    assert len({d.get("id") for d in drawings}) == len(drawings) == 2


def test_the_signature_stays_together_and_with_the_body_s_last_lines() -> None:
    """The closing, the name and the title are never split, and never alone on a page."""
    word = opened(written(letter(Paragraph(words("Last words."), "1"))))
    styles = part(written(sample.PLAIN), "word/styles.xml")
    keeping = {s.get(f"{W}styleId") for s in styles.iter(f"{W}style") if s.find(f"{W}pPr/{W}keepNext") is not None}

    assert paragraph_with(word, "Last words.").find(f".//{W}keepNext") is not None
    assert {"Closing", "Signed", "SignaturePicture"} <= keeping


def keeps(paragraph: etree._Element) -> set[str]:
    return {name for name in ("keepNext", "keepLines") if paragraph.find(f"{W}pPr/{W}{name}") is not None}


def test_a_paragraph_that_leads_into_a_list_keeps_with_its_first_entry() -> None:
    """ "…include:" never ends a page; the list itself may continue on the next one, but not with its last entry."""
    entries = items("•", "first entry", "second entry", "last entry")
    word = opened(written(letter(Paragraph(words("They include:"), "1"), Items("bullets", entries), Note("", ()))))

    assert keeps(paragraph_with(word, "They include:")) == {"keepNext", "keepLines"}
    assert keeps(paragraph_with(word, "second entry")) == {"keepNext", "keepLines"}
    assert keeps(paragraph_with(word, "first entry")) == keeps(paragraph_with(word, "last entry")) == set()


def test_a_header_row_keeps_with_the_row_below_it() -> None:
    """A page does not end with the header of a table; rows may be on other pages than the ones above them."""
    word = opened(written(letter(Table((cell("Head"),), ((cell("one"),), (cell("two"),)), (1.0,)), Note("", ()))))

    assert [keeps(paragraph_with(word, text)) for text in ("Head", "one")] == [{"keepNext", "keepLines"}, set()]


def test_what_is_before_a_brief_end_keeps_with_it() -> None:
    """If the last paragraph may have one line only, the one before it is on the page of the closing, too."""
    body = (Paragraph(words("Some words.")), Paragraph(words("Thank you.")))
    brief = opened(written(letter(*body, ends_briefly=True)))

    assert keeps(paragraph_with(brief, "Some words.")) == {"keepNext", "keepLines"}
    assert keeps(paragraph_with(opened(written(letter(*body))), "Some words.")) == set()


def test_rows_that_share_a_cell_keep_with_each_other() -> None:
    """A cell over several rows is not torn, unless no page has room for it or its rows may be split."""

    def kept(count: int, splits: bool = False) -> list[bool]:
        first, *others = [(cell(f"row {nth}"),) for nth in range(count)]
        rows = ((Cell((words("shared"),), rowspan=count), *first), *others, (cell("last"), cell("row")))
        table = Table((), rows, (0.5, 0.5), splits=splits)
        word = opened(written(letter(table, Note("", ()))))
        return [bool(keeps(paragraph_with(word, f"row {nth}"))) for nth in range(count)]

    assert kept(3) == [True, True, False]
    assert not any(kept(3, splits=True))
    assert not any(kept(80))


def test_two_rows_keep_with_the_closing() -> None:
    """Of a table at the end, the last two rows are on the page of the closing."""
    rows = tuple((cell(text),) for text in ("one", "two", "three"))
    word = opened(written(letter(Table((cell("Head"),), rows, (1.0,)))))

    assert [bool(keeps(paragraph_with(word, text))) for text in ("one", "two", "three")] == [False, True, True]


def test_a_row_that_no_page_holds_may_be_split() -> None:
    """A row of many lines, or of one long line in a narrow column, may be split; so may a row below a high header."""
    tables = (
        Table((cell("A"), cell("b")), ((cell("low"), cell("row")), (cell("line\n" * 80), cell("high"))), (0.5, 0.5)),
        Table((cell("A"), cell("b")), ((cell("narrow " * 60), cell("high")),), (0.1, 0.9)),
        Table((cell("A " * 250), cell("high")), ((cell("below"), cell("it")),), (0.1, 0.9)),
    )
    body = part(written(letter(*tables)))
    rows = {"".join(map(str, row.itertext()))[:6]: row for row in body.iter(f"{W}tr")}
    whole = {name: row.find(f"{W}trPr/{W}cantSplit") is not None for name, row in rows.items()}

    assert {name: whole[name] for name in ("lowrow", "lineli", "narrow", "A A A ", "belowi")} == {
        "lowrow": True, "lineli": False, "narrow": False, "A A A ": False, "belowi": False,
    }  # fmt: skip


def test_a_paragraph_that_no_page_holds_is_not_kept_whole() -> None:
    """A last paragraph of two pages begins below the salutation, and not on a page of its own."""
    word = opened(written(letter(Paragraph(words("Many words. " * 600), "1"))))

    assert keeps(paragraph_with(word, "Many words. " * 600)) == set()


def test_the_distribution_list_keeps_together() -> None:
    """Label and entries are on one page; nothing above or below moves with them."""
    listed = LabelledList("Distribution:", (*items("–", "one entry", "other entry"), Item("", words("bare entry"))))
    word = opened(written(letter(Paragraph(words("x")), annex_note=("Annex: 1",), distribution=listed)))
    styles = part(written(sample.PLAIN), "word/styles.xml")
    label = next(s for s in styles.iter(f"{W}style") if s.get(f"{W}styleId") == "DistributionLabel")

    assert label.find(f"{W}pPr/{W}keepNext") is not None
    assert [keeps(paragraph_with(word, text)) for text in ("one entry", "other entry")] == [{"keepNext"}] * 2
    assert keeps(paragraph_with(word, "bare entry")) == keeps(paragraph_with(word, "Annex: 1")) == set()


def test_the_code_stands_beside_the_signature() -> None:
    """Closing, name and title are in the left cell of one row that cannot split, picture and caption in the right."""
    tables = [t for t in opened(written(sample.COLUMNS)).tables if t.style and t.style.name == "Signature table"]

    left, right = tables[0].rows[0].cells
    assert left.text.startswith(sample.COLUMNS.closing)
    assert right.text.strip() == sample.COLUMNS.link_code.caption  # type: ignore[union-attr]  # this sample has one
    assert right._tc.find(f".//{W}drawing") is not None


def test_following_pages_show_number_and_reference_as_fields() -> None:
    """The first page has no header, the others "- 2 -" and the reference, which Word updates."""
    data = written(sample.COLUMNS)
    header = part(data, "word/header1.xml")

    assert [code.text for code in header.iter(f"{W}instrText")] == [" PAGE ", " DOCPROPERTY Reference "]
    lines = ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in header.iter(f"{W}p")]
    assert lines == ["- 2 -", "TSB Circular 213"]
    assert part(data).find(f"{W}body/{W}sectPr/{W}titlePg") is not None


def test_a_page_is_a4_with_margins_of_20_mm() -> None:
    """A letter prints on the paper that Geneva uses, and never opens in compatibility mode."""
    section = opened(written(sample.PLAIN)).sections[0]
    settings = part(written(sample.PLAIN), "word/settings.xml")
    modes = {e.get(f"{W}name"): e.get(f"{W}val") for e in settings.iter(f"{W}compatSetting")}

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)  # type: ignore[union-attr]
    assert round(section.left_margin.mm) == round(section.top_margin.mm) == 20  # type: ignore[union-attr]
    assert modes["compatibilityMode"] == "15"


def test_the_file_has_its_title_and_the_date_of_its_letter() -> None:
    """All properties, including dates, come from the letter, not from a clock."""
    properties = opened(written(sample.COLUMNS)).core_properties

    assert properties.title == sample.COLUMNS.properties.title
    assert properties.identifier == "TSB Circular 213"
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.date() == sample.DATE == datetime.date(2024, 7, 12)


def test_the_zip_begins_with_its_content_types_and_has_fixed_times() -> None:
    """Programs recognize a Word file by its first entry; the times in it are always the same."""
    with zipfile.ZipFile(io.BytesIO(written(sample.COLUMNS))) as package:
        entries = package.infolist()

    assert entries[0].filename == "[Content_Types].xml"
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert len({entry.filename for entry in entries}) == len(entries)


def test_a_hole_is_filled() -> None:
    """A copy shows the addressee's value, or the hole's name."""
    greeting = master(letter(Paragraph((Span("", hole="addressee.name"),))), load_pack("itu"))

    assert "Ana Ñúñez" in [p.text for p in opened(greeting.fill({"addressee.name": "Ana Ñúñez"})).paragraphs]
    assert "«addressee.name»" in [p.text for p in opened(greeting.fill({})).paragraphs]


def changed_template(folder: Path, *changes: tuple[str, str, str]) -> Pack:
    """A pack whose template has other words in some of its parts."""
    with zipfile.ZipFile(TEMPLATES / "letter.docx") as old, zipfile.ZipFile(folder / "letter.docx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for changed, before, after in changes:
                assert changed != name or before in text
                text = text.replace(before, after) if changed == name else text
            new.writestr(name, text)
    return replace(load_pack("itu"), folder=folder)


def test_an_unknown_field_of_a_template_is_reported(tmp_path: Path) -> None:
    """The problem names the template and the field."""
    pack = changed_template(tmp_path, ("word/document.xml", "{{ salutation }}", "{{ salutatoin }}"))

    with pytest.raises(PackError, match=r"letter\.docx.*'salutatoin' is undefined"):
        written(sample.COLUMNS, pack)


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        ("{{p body }}", "{{ body }}", "{{p body }}"),
        ("{{r letterhead.mark }}", "{{ letterhead.mark }}", "{{r letterhead.mark }}"),
        ("{{p annex.body }}", "{{annex.body}}", "{{p annex.body }}"),
        ("{{r annex.title }}", "Title: {{ annex.title }}, {{ annex.parent }}", "{{r annex.title }}"),
        ("{{r line }}", "{{ line }}", "{{r line }}"),
        ("{{ salutation }}", "{{ subject }}{{ salutation }}", "{%p for line in subject %}', '{{r line }}"),
        ("{{ salutation }}", "{{ annex_note }}{{ salutation }}", "{%p for line in annex_note %}', '{{ line }}"),
        ("{{ salutation }}", "{{ first }}{{ salutation }}", "'first.label', 'first.lines'"),
        ("{{p body }}</w:t>", "{{ body }}</w:t><w:tab/>", "{{p body }}"),
    ],
)  # fmt: skip
def test_a_tag_for_text_never_prints_xml(before: str, after: str, right: str, tmp_path: Path) -> None:
    """If the letter "p" or "r" is missing, the problem names the tag and its right spelling."""
    pack = changed_template(tmp_path, ("word/document.xml", before, after))

    with pytest.raises(PackError) as caught:
        written(sample.COLUMNS, pack)

    (problem,) = caught.value.problems
    assert problem.code == "template-error"
    assert re.findall(r"\{\{ ?[^}]*\}\}", after)[0].strip("{} ") in problem.message
    assert right in str(problem)


def test_tags_for_text_may_have_expressions(tmp_path: Path) -> None:
    """The result of a Jinja expression is text like any other; white space control works."""
    tag = "{{- salutation | upper -}}{{ ', ' ~ closing if closing else '' }}{{ annex_note | join('; ') }}"
    pack = changed_template(tmp_path, ("word/document.xml", "{{ salutation }}", tag))
    document = letter(Paragraph(words("x")), salutation=(Span("A <b> & c,"),), closing="it's", annex_note=("1", "2"))

    assert "A <B> & C,, it's1; 2" in [p.text for p in opened(written(document, pack)).paragraphs]


@pytest.mark.parametrize("field", NECESSARY)
def test_a_missing_necessary_field_is_reported(field: str, tmp_path: Path) -> None:
    """If a field's tag is deleted but its condition remains, the problem names the field and its tag."""
    with zipfile.ZipFile(TEMPLATES / "letter.docx") as package:
        source = package.read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:t [^>]*>([^<]*)</w:t>", source)
    lost = [text for text in dict.fromkeys(paragraphs) if re.search(rf"\b{field}\b", text) and "%p if" not in text]
    changes = [
        ("word/document.xml", f">{text}<", f">{text.replace(f' in {field}', ' in []') if '{%' in text else ''}<")
        for text in lost
    ]
    changes = [(name, old, re.sub(rf"\b{field}\.\w+(?:\[0\])?", "[]", new)) for name, old, new in changes]
    pack = changed_template(tmp_path, *changes)

    with pytest.raises(PackError) as caught:
        written(sample.COLUMNS, pack)

    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("template-error", f"the template does not ask for '{field}'")
    assert field in problem.hint


def test_each_missing_field_is_reported(tmp_path: Path) -> None:
    """Two faults of a template are reported together, with the right spelling of a misspelt name."""
    pack = changed_template(
        tmp_path, ("word/document.xml", "{{ closing }}", ""), ("word/document.xml", "{{p body }}", "{{p bdoy }}")
    )

    with pytest.raises(PackError) as caught:
        written(sample.COLUMNS, pack)

    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        ("the template does not ask for 'body'", "write {{p body }}"),
        ("the template does not ask for 'closing'", "write {{ closing }}"),
        ("the template fails: 'bdoy' is undefined", "did you mean 'body'?"),
    ]


def test_all_particulars_at_once_stand_for_the_first_and_the_others(tmp_path: Path) -> None:
    """A keeper may show the reference table in one loop."""
    pack = changed_template(
        tmp_path,
        ("word/document.xml", "{{ first.label }}", "{{ particulars[0].label }}"),
        ("word/document.xml", "first.lines", "particulars[0].lines"),
        ("word/document.xml", "in others", "in particulars[1:]"),
    )

    assert part(written(sample.COLUMNS, pack)) is not None


def test_the_fields_of_a_letter_are_the_known_ones() -> None:
    """The known fields of templates are exactly those of a letter."""
    paper = stationery((TEMPLATES / "letter.docx").read_bytes(), "en-GB", "ltr")

    assert set(fields_of(Story(paper, sample.COLUMNS))) == {*NECESSARY, *LATER, *OPTIONAL}


def test_a_missing_style_is_reported(tmp_path: Path) -> None:
    """The problem names the missing style."""
    pack = changed_template(tmp_path, ("word/styles.xml", 'w:name w:val="Note text"', 'w:name w:val="Remark"'))

    with pytest.raises(PackError, match="no style 'Note text'"):
        written(sample.COLUMNS, pack)


def test_a_template_that_is_not_a_word_file_is_refused(tmp_path: Path) -> None:
    """A file of another kind is refused with the remedy."""
    (tmp_path / "letter.docx").write_bytes(b"%PDF-1.7")

    with pytest.raises(PackError, match="not a Word file"):
        written(sample.COLUMNS, replace(load_pack("itu"), folder=tmp_path))


def test_a_broken_template_is_refused(tmp_path: Path) -> None:
    """A part that is not XML, or a package without its list of parts, is reported."""
    pack = changed_template(tmp_path, ("word/numbering.xml", "</w:numbering>", ""))
    with pytest.raises(PackError, match="broken"):
        written(sample.COLUMNS, pack)
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as package:
        package.writestr("word/document.xml", "<w/>")

    with pytest.raises(PackError, match="not a Word file"):
        written(sample.COLUMNS, pack)


def test_a_template_reaches_no_code(tmp_path: Path) -> None:
    """Templates run in a sandbox."""
    pack = changed_template(tmp_path, ("word/document.xml", "{{ salutation }}", "{{ salutation.__class__.__mro__ }}"))

    with pytest.raises(PackError):
        written(sample.COLUMNS, pack)


def test_a_tag_keeps_its_formatting(tmp_path: Path) -> None:
    """Word splits a tag into runs and marks its spelling; the value is one run, as bold as the tag."""
    tag = '<w:r><w:t xml:space="preserve">{{ salutation }}</w:t></w:r>'
    split = (
        '<w:r><w:rPr><w:b/><w:lang w:val="fr-CH"/></w:rPr><w:t>{{ </w:t></w:r><w:proofErr w:type="spellStart"/>'
        '<w:r><w:rPr><w:b/></w:rPr><w:t>salutation</w:t></w:r><w:proofErr w:type="spellEnd"/>'
        "<w:r><w:rPr><w:b/></w:rPr><w:t> }}</w:t></w:r>"
    )
    pack = changed_template(tmp_path, ("word/document.xml", tag, split))
    body = part(written(sample.PLAIN, pack))
    paragraph = next(p for p in body.iter(f"{W}p") if style_of(p) == "Salutation")

    runs = [etree.tostring(r).decode() for r in paragraph.iter(f"{W}r")]
    assert len(runs) == 1
    assert '<w:b/><w:lang w:val="en-GB"/>' in runs[0]


def test_an_address_is_one_relationship() -> None:
    """Two mentions of an address share its relationship."""
    address = "https://example.int/"
    document = letter(Paragraph((Span("a", link=address), Span(" "), Span("b", link=address))), particulars=())
    links = part(written(document), "word/_rels/document.xml.rels")

    assert [link.get("Target") for link in links].count(address) == 1


def test_entries_of_one_label_are_word_s_list() -> None:
    """Addressees have list bullets of Word, not typed dashes."""
    document = letter(Paragraph(words("x")), addressees=(AddressList("To:", items("–", "everybody")),))
    paragraph = paragraph_with(opened(written(document)), "everybody")

    assert style_of(paragraph) == "Addressee"
    assert "–" not in "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
