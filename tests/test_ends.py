"""Letters end as offices end them: several signatories, postscripts, copies, and annexes and enclosures with names."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import docx
import pikepdf
import pytest
from lxml import etree

from circulars.build import Order, documents
from circulars.compose import compose, doubts
from circulars.doctor.trial import lost_words, word_text
from circulars.errors import LetterError, PackError, Problem
from circulars.language import load_language
from circulars.merge.post.page import page_of as message_page
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.model.text import plain
from circulars.pack import Pack, load_pack
from circulars.render import writer
from circulars.render.docx import master
from circulars.render.docx.tags import LATER
from circulars.render.docx.turned import _ended
from circulars.render.page import page_of
from circulars.render.txt import text_of
from circulars.signing.placement import find_spot
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

USUAL = """\
kind: tsb-circular
number: 213
date: 2024-07-12
languages: [en, es]
subject: {en: Subject, es: Asunto}
body: [{en: Text., es: Texto.}]
"""
ONE = "body: [{en: One., es: Uno.}]"


def letter(own: str) -> Letter:
    """The letter of a YAML text; keys that it lacks get usual values."""
    keys = re.findall(r"^[a-z]+", own, re.MULTILINE)
    usual = [line for line in USUAL.splitlines() if line.partition(":")[0] not in keys]
    return parse_letter("\n".join([*usual, own]).encode(), "letters/x.yaml", "x", Path())


def settled(own: str, code: str = "en") -> Document:
    """The letter of a YAML text, settled in one language with the pack "itu"."""
    return compose(letter(own), load_language(code), load_pack("itu"))


def problems(own: str) -> list[Problem]:
    """The problems of the letter in all its languages."""
    with pytest.raises(LetterError) as caught:
        list(documents(letter(own), Workspace(ROOT), Order()))
    return list(caught.value.problems)


def labels(own: str, code: str = "en") -> list[str]:
    """The labels of the annexes in their headings."""
    return [annex.label for annex in settled(own, code).annexes]


def annexes(*keys: str) -> str:
    """The YAML of annexes with some keys each."""
    return "annexes: [" + ", ".join(f"{{{', '.join(filter(None, (one, ONE)))}}}" for one in keys) + "]"


# Annexes.


def test_annexes_are_labelled_in_the_style_of_the_letter() -> None:
    """1, 2 or A, B or I, II; without the key, that of the kind."""
    three = annexes("", "", "")

    assert labels(three) == ["ANNEX 1", "ANNEX 2", "ANNEX 3"]
    assert labels(f"annex-labels: letters\n{three}", "es") == ["ANEXO A", "ANEXO B", "ANEXO C"]
    assert labels(f"annex-labels: romans\n{three}") == ["ANNEX I", "ANNEX II", "ANNEX III"]


def test_the_fiftieth_annex_has_a_letter_too() -> None:
    """After Z come AA and BB, as in Word's lists."""
    found = labels("annex-labels: letters\n" + annexes(*[""] * 50))

    assert [found[25], found[26], found[49]] == ["ANNEX Z", "ANNEX AA", "ANNEX XX"]


def test_an_annex_may_have_a_name_of_its_own() -> None:
    """The name is printed as typed, also where a text refers to the annex; the others are numbered without it."""
    own = annexes("id: a", "id: form, label: {en: Form 1, es: Formulario 1}", "id: b")
    own += "\nbody: [{en: 'See {{ ref: form }} and {{ ref: b }}.', es: 'Véase {{ ref: form }}.'}]"

    english, spanish = settled(own), settled(own, "es")

    assert [one.label for one in english.annexes] == ["ANNEX 1", "Form 1", "ANNEX 2"]
    assert [plain(document.body[0].spans) for document in (english, spanish)] == [  # type: ignore[union-attr]
        "See Form 1 and Annex 2.",
        "Véase Formulario 1.",
    ]


def test_a_label_of_one_letter_replaces_only_the_number() -> None:
    """Some letters have Annexes A, B and E; those after E go on with F."""
    assert labels("annex-labels: letters\n" + annexes("", "", "label: E", "")) == [
        "ANNEX A", "ANNEX B", "ANNEX E", "ANNEX F",
    ]  # fmt: skip


def test_annexes_count_on_past_a_label_of_another_style() -> None:
    """A letter among numbers takes no number away; a number goes on from there."""
    assert labels(annexes("", "label: E", "")) == ["ANNEX 1", "ANNEX E", "ANNEX 2"]
    assert labels(annexes("", "label: 5", "")) == ["ANNEX 1", "ANNEX 5", "ANNEX 6"]
    assert labels("annex-labels: romans\n" + annexes("", "label: G", "")) == ["ANNEX I", "ANNEX G", "ANNEX II"]


@pytest.mark.parametrize("label", ["1.1", "1A", "A.1", "A-1", "IV.2", "1 bis"])
def test_a_label_may_be_a_number_of_several_parts(label: str) -> None:
    """It replaces only the number, and the next annex counts on past it."""
    assert labels(annexes("", f"label: '{label}'", "")) == ["ANNEX 1", f"ANNEX {label}", "ANNEX 2"]


@pytest.mark.parametrize("label", ["1.", "A letter", "Form 1", "AB", "1..1", "1 form"])
def test_other_labels_are_names(label: str) -> None:
    """They are printed as typed."""
    assert labels(annexes("", f"label: '{label}'")) == ["ANNEX", label]


def test_the_only_annex_has_a_number_if_the_letter_says_so() -> None:
    """ "Annex", or "Annex 1" with ``sole-annex: numbered``, or with a label."""
    assert labels(annexes("")) == ["ANNEX"]
    assert labels("sole-annex: numbered\n" + annexes("")) == ["ANNEX 1"]
    assert labels(annexes("label: 1")) == ["ANNEX 1"]
    assert labels(annexes("", "label: Form")) == ["ANNEX", "Form"]


def test_annexes_without_titles_are_listed_by_their_names() -> None:
    """The list has the number and the title of each, or its name if it has no title."""
    own = "annex-note: titles\n" + annexes("", "title: Programme", "label: Form 1", "label: Form 2, title: Visa")

    assert settled(own).annex_note == ("Annexes:", "Annex 1", "Annex 2 – Programme", "Form 1", "Form 2 – Visa")
    assert settled("annex-note: titles\n" + annexes("")).annex_note == ("Annex: 1",)
    assert settled("annex-note: titles\n" + annexes("label: Form 1")).annex_note == ("Annex: Form 1",)
    assert settled("annex-note: none\n" + annexes("")).annex_note == ()
    assert settled("kind: br-administrative\nannex-note: count\n" + annexes("", "")).annex_note == ("Annexes: 2",)


def test_a_form_that_belongs_to_an_annex_is_not_counted() -> None:
    """The note counts and lists the annexes that are listed; their labels and pages are those of the others."""
    own = annexes("title: Plan", "label: Form 1, listed: false, title: Visa", "")
    alone = annexes("listed: false")

    assert labels(own) == ["ANNEX 1", "Form 1", "ANNEX 2"]
    assert settled(own).annex_note == ("Annexes: 2",)
    assert settled("annex-note: titles\n" + own).annex_note == ("Annexes:", "Annex 1 – Plan", "Annex 2")
    assert (labels(alone), settled(alone).annex_note) == (["ANNEX"], ())


def test_the_label_of_the_annexes_may_be_replaced() -> None:
    """``annex`` is for one, ``annexes`` for several; ``false`` leaves it out."""
    own = "labels: {annexes: 'Attachments:', annex: 'Attachment:'}\n"

    assert settled(f"{own}annex-note: count\n" + annexes("", "")).annex_note == ("Attachments: 2",)
    assert settled(f"{own}annex-note: titles\n" + annexes("title: A")).annex_note == ("Attachment: A",)
    assert settled("labels: {annexes: false}\nannex-note: titles\n" + annexes("title: A", "title: B")).annex_note == (
        "1 – A", "2 – B",
    )  # fmt: skip


def test_two_annexes_of_one_name_are_a_problem() -> None:
    """Nobody would know which of them a text refers to."""
    [found] = {problem.code: problem for problem in problems(annexes("label: Form 1", "label: Form 1"))}.values()

    assert (found.code, found.message) == ("duplicate-label", "two annexes are called 'Form 1'")


# Enclosures.


def test_enclosures_are_listed_with_their_references_and_links() -> None:
    """They are documents of their own: they are named below the signature, each after a dash; no page is made."""
    own = """\
links: {agenda: https://meeting.example.int/agenda}
enclosures:
  - {title: {en: Draft agenda, es: Orden del día}, reference: C24/51, link: agenda}
  - {reference: TSB Circular 298, link: "https://meeting.example.int/298"}
  - {en: – A brochure, es: Un folleto}
"""

    listed = settled(own).enclosures

    assert listed is not None
    assert listed.label == "Enclosures:"
    assert [plain(entry.spans) for entry in listed.entries] == [
        "Draft agenda (C24/51)",
        "TSB Circular 298",
        "A brochure",
    ]
    assert [entry.spans[0].link for entry in listed.entries] == [
        "https://meeting.example.int/agenda", "https://meeting.example.int/298", "",
    ]  # fmt: skip
    assert settled("enclosures: [One]", "es").enclosures.label == "Documento adjunto:"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("own", "hint"),
    [("enclosures: 2", "a document of its own that goes with the letter"), ("annexes: 3", "write each annex with its")],
)
def test_a_number_of_annexes_or_enclosures_is_explained(own: str, hint: str) -> None:
    """The number is counted; what the letter needs is the list."""
    [problem] = problems(own)

    assert problem.code == "wrong-type" and hint in problem.hint


def test_an_enclosure_without_title_and_reference_is_refused() -> None:
    """A link alone has no words."""
    with pytest.raises(LetterError, match="an enclosure needs a 'title' or a 'reference'"):
        letter("enclosures: [{link: 'https://meeting.example.int/'}]")


# Signatories.


def test_several_signatories_sign_in_order() -> None:
    """They are side by side, or stacked if the letter says so."""
    both = "signatory: [tsb-director, {post: br-director, name: Ana Ejemplo, signed: true}]"
    found = settled(both)

    assert [one.name for one in found.signatures] == ["", "Ana Ejemplo"]
    assert found.side_by_side
    assert not settled(f"{both}\nsignatory-layout: stacked").side_by_side
    assert not settled("signatory: [tsb-director]").side_by_side


@pytest.mark.parametrize(
    ("own", "limit"),
    [
        ("signatory: [tsb-director, br-director, bdt-director, secretary-general]", 3),
        (f"enclosures: [{', '.join(['A brochure'] * 51)}]", 50),
        (annexes(*[""] * 51), 50),
    ],
)
def test_too_many_of_them_are_refused(own: str, limit: int) -> None:
    """Three signatures have room beside each other; 50 annexes and 50 enclosures are more than any letter has."""
    with pytest.raises(LetterError, match=f"the limit is {limit}"):
        letter(own)


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("post: secretary-general, gender: m", ["Secretario General"]),
        ("post: secretary-general, gender: f", ["Secretaria General"]),
        ("post: secretary-general", ["Secretaria General"]),
        ("post: br-director, gender: f", ["Directora de la Oficina de Radiocomunicaciones"]),
        ("title: Jefe, for: br-director", ["Jefe", "por el Director"]),
        ("for: {en: for the Head, es: por la Jefa}", ["por la Jefa"]),
        ("for: por la Jefa", ["por la Jefa"]),
        ("post: br-director, gender: m, for: secretary-general", ["Director de la Oficina de Radiocomunicaciones",
                                                                  "por la Secretaria General"]),
    ],
)  # fmt: skip
def test_a_title_has_the_gender_of_its_holder(own: str, title: list[str]) -> None:
    """A post has a form for each gender; below it is for whom somebody signs."""
    [signature] = settled(f"signatory: {{name: Kim Exemple, {own}}}", "es").signatures

    assert list(signature.title) == title


def test_a_title_that_depends_on_an_unknown_gender_gets_a_warning() -> None:
    """Only a named person has a gender to give, and only where the language has two forms."""
    pack = load_pack("itu")
    [doubt] = doubts(letter("signatory: {post: secretary-general, name: Kim Exemple}"), pack)

    assert (doubt.code, doubt.where.line) == ("unknown-gender", 7)
    assert "'Secretaria General' depends on the gender of Kim Exemple" in doubt.message
    settling = ["secretary-general", "{post: secretary-general, name: Kim, gender: f}", "{name: Kim, title: Head}"]
    assert not [*doubts(letter(f"signatory: [{', '.join(settling)}]"), pack)]
    assert not [
        *doubts(letter("languages: [en]\nsubject: S\nbody: [en: T]\nsignatory: {post: br-director, name: K}"), pack)
    ]


# What follows the signature.


def test_copies_may_be_listed_at_the_end() -> None:
    """``copy-at: end`` moves the list from the head to the end, with its label."""
    found = settled("copy-at: end")

    assert [one.label for one in found.addressees] == ["To:"]
    assert [(one.label, len(one.entries)) for one in found.copies] == [("Copy:", 3)]
    assert settled("copy-at: end\ncopy: false").copies == ()


def test_a_postscript_has_its_label_once() -> None:
    """The label is the language's; a postscript that begins with it keeps what was typed."""
    own = "postscript: {en: The hall opens early., es: 'PD: La sala abre temprano.'}"

    assert plain(settled(own).postscript) == "P.S. The hall opens early."
    assert plain(settled(own, "es").postscript) == "PD: La sala abre temprano."
    other = "postscript: {en: PSAA documents follow., es: PD La sala abre temprano.}"
    assert plain(settled(other).postscript) == "P.S. PSAA documents follow."
    assert plain(settled(other, "es").postscript) == "PD La sala abre temprano."


@pytest.mark.parametrize("label", ["'Note:'", "'Note: '"])
def test_a_space_is_after_the_letters_own_label_of_a_postscript(label: str) -> None:
    """Whether one was typed or not."""
    own = f"postscript: {{en: The hall opens early., es: Luego.}}\nlabels: {{postscript: {label}}}"

    assert plain(settled(own).postscript) == "Note: The hall opens early."


def test_the_end_is_read_in_order() -> None:
    """Signatures, postscript, initials, annexes, enclosures and copies follow each other."""
    own = f"""\
signatory: [tsb-director, br-director]
postscript: {{en: Later., es: Luego.}}
drafter: AB/cd
enclosures: [A brochure]
copy-at: end
copy: [academia]
distribution: [associates]
{annexes("title: Programme")}
"""
    text = text_of(settled(own))

    ending = [line for line in text[text.index("Yours faithfully") : text.index("\n\n\n")].split("\n") if line]
    assert ending[4:] == [
        "P.S. Later.", "AB/cd", "Annex: 1", "Enclosure:", "– A brochure", "Copy:", "– ITU Academia", "Distribution:",
        "– ITU-T Associates",
    ]  # fmt: skip


ALL = """\
signatory: [tsb-director, br-director]
postscript: {en: Later., es: Luego.}
drafter: AB/cd
enclosures: [A brochure]
copy-at: end
"""


def older_pack(folder: Path, file: str, old: str, new: str) -> Pack:
    """The pack "itu" with another text in one of its templates."""
    pack = replace(load_pack("itu"), folder=folder)
    if file == "letter.docx":
        with zipfile.ZipFile(load_pack("itu").folder / file) as source, zipfile.ZipFile(folder / file, "w") as copy:
            for name in source.namelist():
                text = source.read(name).decode()
                copy.writestr(name, re.sub(old, new, text) if name == "word/document.xml" else text)
    else:
        text = (load_pack("itu").folder / file).read_text("utf-8")
        (folder / file).write_text(re.sub(old, new, text), encoding="utf-8")
    return pack


@pytest.mark.parametrize("name", ["cosignatures", "postscript", "drafter", "enclosures", "copies"])
def test_a_page_that_would_lose_words_is_refused(name: str, tmp_path: Path) -> None:
    """A pack of last year does not show what letters may have now; it still makes letters without that."""
    pack = older_pack(tmp_path, "letter.html.j2", rf"document\.{name}\b", "[]")

    page_of(settled("copy-at: head"), pack)
    with pytest.raises(PackError, match=f"does not show '{name}'"):
        page_of(settled(ALL), pack)


def test_a_condition_alone_shows_nothing(tmp_path: Path) -> None:
    """A template that only asks whether there are copies is refused for a letter with copies."""
    shown = r"\{\{ addressees\(document\.copies\) \}\}"

    with pytest.raises(PackError, match="does not show 'copies'"):
        page_of(settled(ALL), older_pack(tmp_path, "letter.html.j2", shown, "copies"))


@pytest.mark.parametrize("name", LATER)
def test_a_word_file_that_would_lose_words_is_refused(name: str, tmp_path: Path) -> None:
    """The Word template of such a pack is refused for these letters alone, with the tag to add."""
    pack = older_pack(tmp_path, "letter.docx", rf"(?<=[ (]){name}\b(?:\.entries|\.label)?", "''")

    master(settled("copy-at: head"), pack)
    with pytest.raises(PackError, match=f"does not show '{name}'"):
        master(settled(ALL), pack)


# In the finished files.

WHOLE = f"""\
{ALL}annex-note: titles
links: {{page: https://meeting.example.int/}}
qr: {{link: page, caption: Meeting page}}
annexes:
  - {{title: {{en: Tall, es: Alta}}, {ONE}}}
  - {{orientation: landscape, body: [{{table: {{columns: [A, B], rows: [[x, y]]}}}}]}}
  - {{orientation: landscape, title: Wide, {ONE}}}
  - {{label: {{en: Form 1, es: Formulario 1}}, title: {{en: "Registration\\nform", es: Inscripción}}, {ONE}}}
"""


@functools.cache
def written(format: str, layout: str = "side-by-side") -> bytes:
    """The letter with all ends, in one format."""
    return writer(format)(settled(f"{WHOLE}signatory-layout: {layout}\n"), load_pack("itu")).fill({})


def test_an_annex_in_landscape_is_a_section_of_its_own_in_word() -> None:
    """The pages before and after it are upright, and only the first page of the letter is without running header."""
    sections = docx.Document(io.BytesIO(written("docx"))).sections

    assert [one.page_width > one.page_height for one in sections] == [False, True, False]  # type: ignore[operator]
    assert [one.different_first_page_header_footer for one in sections] == [True, False, False]
    assert {"".join(p.text for p in one.header.paragraphs) for one in sections} == {"- 2 -TSB Circular 213"}


def test_an_annex_in_landscape_has_wide_pages_in_a_pdf() -> None:
    """Each annex begins a page; the bookmarks name annexes by their labels."""
    with pikepdf.open(io.BytesIO(written("pdf"))) as pdf, pdf.open_outline() as outline:
        widths = [round(float(page.mediabox[2])) for page in pdf.pages]
        titles = [item.title for item in outline.root]

    assert widths == [595, 595, 842, 842, 595]
    assert titles == ["ANNEX 1 – Tall", "ANNEX 2", "ANNEX 3 – Wide", "Form 1 – Registration form"]


def test_a_section_ends_below_a_paragraph_without_words() -> None:
    """A template may have an empty line before the annexes; its paragraph has no end tag."""
    story = SimpleNamespace(style=lambda name: "TableGap")

    for block in ("<w:p/>", '<w:p w14:paraId="12AB"/>'):
        below = _ended(block, "w:p", "<w:sectPr/>", story)  # type: ignore[arg-type]  # only its styles are asked for
        assert below == f'{block}<w:p><w:pPr><w:pStyle w:val="TableGap"/><w:sectPr/></w:pPr></w:p>'


def test_a_table_in_landscape_is_as_wide_as_the_page() -> None:
    """In Word its width is that of the turned text area: 297 mm without the margins of 20 mm."""
    [table] = [one for one in docx.Document(io.BytesIO(written("docx"))).tables if one.cell(0, 0).text == "A"]

    assert sum(column.width.mm for column in table.columns) == pytest.approx(257, abs=0.1)


def test_no_page_is_turned_without_need() -> None:
    """A letter whose annexes are upright has one section."""
    plain_letter = writer("docx")(settled(annexes("", "")), load_pack("itu")).fill({})

    assert len(docx.Document(io.BytesIO(plain_letter)).sections) == 1


def words_in(format: str, layout: str) -> str:
    """The words of the letter in a format, without white space."""
    if format == "docx":
        text = word_text(written(format, layout))
    else:
        document = settled(f"{WHOLE}signatory-layout: {layout}\n")
        page = message_page(document, "example.org").html if format == "eml" else written(format, layout).decode()
        text = "".join(map(str, etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8")).itertext()))
    return "".join(text.split())


@pytest.mark.parametrize("layout", ["side-by-side", "stacked"])
@pytest.mark.parametrize("format", ["docx", "html", "eml"])
def test_every_word_of_the_ends_is_in_every_format(format: str, layout: str) -> None:
    """Signatures, postscript, initials, enclosures, copies and annexes are there in the order of reading."""
    found = words_in(format, layout)

    assert lost_words(settled(WHOLE), found) == []
    places = [found.index("".join(words.split())) for words in (
        "Yours faithfully,", "Standardization Bureau Director", "Director, Radiocommunication Bureau", "Meeting page",
        "P.S. Later.", "AB/cd",
        "Annexes: Annex 1 – Tall Annex 2 Annex 3 – Wide Form 1 – Registration form", "A brochure",
        "ITU-T Sector Members", "(to TSB Circular 213) Tall",
    )]  # fmt: skip
    assert places == sorted(places)


def test_a_name_is_written_in_the_script_of_each_language() -> None:
    """A Russian letter has the signatory's name in Cyrillic, and so the initials of the drafter."""
    own = """languages: [en, ru]
subject: {en: Subject, ru: Тема}
body: [{en: Text., ru: Текст.}]
signatory: {post: tsb-director, name: {en: Ivan Primerov, ru: Иван Примеров}, signed: true}
drafter: {en: AB/cd, ru: АБ/вг}
"""

    names = [(document.signatures[0].name, document.drafter) for document in (settled(own), settled(own, "ru"))]

    assert names == [("Ivan Primerov", "AB/cd"), ("Иван Примеров", "АБ/вг")]


def test_the_digital_signature_belongs_to_the_first_signatory() -> None:
    """The place "Signature" of a PDF is below the closing, at the left margin; the others have names of their own."""
    with pikepdf.open(io.BytesIO(written("pdf"))) as pdf:
        places = dict(pikepdf.NameTree(pdf.Root.Names.Dests).items())

    first, second = (places[name] for name in ("Signature", "Signature-2"))
    assert [float(first[2]), float(first[3])] == pytest.approx([56.7, float(second[3])], abs=1)
    assert float(second[2]) > 150
    assert find_spot(written("pdf"), 40, 10).box.left == pytest.approx(56.7, abs=1)


@pytest.mark.parametrize(
    ("own", "is_brief"), [("", True), ("columns: [A, B], ", False), ("caption: {en: A, es: B}, ", False)]
)
def test_a_header_or_a_title_is_a_second_line_of_a_row(own: str, is_brief: bool) -> None:
    """Only below a single line, the block before it is on the page of the closing, too."""
    document = settled(f'body: [{{en: One., es: Uno.}}, {{table: {{{own}rows: [["1", "2"]]}}}}]')

    assert document.ends_briefly == is_brief


def test_the_labels_of_lists_at_the_end_look_alike() -> None:
    """ "Annexes:" above a list is bold as "Enclosures:" is; a line such as "Annexes: 2" is not."""
    pack = load_pack("itu")
    listed = settled("annex-note: titles\n" + annexes("title: One", "title: Two") + "\nenclosures: [Card]")
    counted = settled("annex-note: count\n" + annexes("", ""))
    page = {one.text: one.get("class") for one in page_of(listed, pack).tree.iter("p")}
    word = {
        one.text: one.style and one.style.name
        for one in docx.Document(io.BytesIO(master(listed, pack).fill({}))).paragraphs
    }
    counting = {
        one.text: one.style and one.style.name
        for one in docx.Document(io.BytesIO(master(counted, pack).fill({}))).paragraphs
    }

    assert page["Annexes:"] == "list-label"
    assert word["Annexes:"] == word["Enclosure:"] == "Enclosed label"
    assert word["1 – One"] == word["2 – Two"] == "Enclosed unlabelled"
    assert counting["Annexes: 2"] == "Enclosures"
