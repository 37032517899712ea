"""Copies of a Word file with holes: filled from a master, they have the bytes of copies that are laid out in full."""

from __future__ import annotations

import io
import pickle
import re
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from circulars.accessibility import check_output
from circulars.build import Order, documents
from circulars.files.carried import PART
from circulars.files.opc import read_parts
from circulars.model.document import Attachment, Document, filled, holes_of, spans_of
from circulars.model.text import Cell, Heading, Item, Items, Note, Paragraph, Span, Table
from circulars.pack import Pack, load_pack
from circulars.provenance import attachments_of
from circulars.render.docx import DocxMaster, laid_out, master
from circulars.render.docx.template_package import store
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import LETTERS
from judges import WORD_JUDGES
from readers import (
    docx2python_words,
    expected_words,
    first_difference,
    libreoffice_files,
    pandoc_words,
    pdftotext_words,
)
from render import sample_letters as sample
from test_conformance import faults_found, word_judge

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAME, ORGANIZATION, BLOCK = "addressee.name", "addressee.organization", "addressee.block"
SALUTATION = "addressee.salutation|tsb-circular"
ANA = {
    NAME: "Ana Ejemplo",
    ORGANIZATION: "Ministerio de Ejemplos",
    BLOCK: "Ana Ejemplo\nCalle Falsa 123\nMADRID",
    SALUTATION: "Dear Ms Ejemplo,",
}
MAX = {
    NAME: "Max Mustermann",
    ORGANIZATION: "R&D <Müller> GmbH",
    BLOCK: "Max Mustermann\nHauptstraße 1\nBERLIN",
    SALUTATION: "Dear Mr Mustermann,",
}
STRANGE = {
    "empty": "",
    "one space": " ",
    "spaces at the edges, and two": "  Ana  Ejemplo ",
    "markup": "<w:p/>&amp; \"quoted\" 'single' ]]> {{ tag }} {% if %} «addressee.name»",
    "breaks": "\nCalle Falsa 123\n\nMADRID\tEspaña\r\n",
    "accents": "Ünïçødé e\u0301 UIT\u2011T",
    "from right to left": f"Dr {sample.RTL_NAME}, (ITU) אב גד 12",
    "Chinese": sample.CJK_NAME,
    "Japanese": "東京の例",
    "Korean": "서울 예시",
    "emoji": "🎉👩\u200d🔬",
    "long": "Ministerio de los muy largos Ejemplos, y de otros " * 40,
    "longer than a stored block": "Ministerio & Ejemplos " * 4_000,
}
VALUES = st.one_of(
    st.sampled_from(list(STRANGE.values())),
    st.text(st.sampled_from("aZ9 .,-&<>\"'\n\téñßΩжשأيか中한🎉\u0301\u200d\xa0«»]"), max_size=60),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"])),
)


def hole(name: str, **look: str | bool) -> Span:
    """A span with a hole."""
    return Span("", hole=name, **look)  # type: ignore[arg-type]  # the look's names are the span's own


def with_holes(document: Document) -> Document:
    """The document with holes wherever words may stand: its subject, which is its title too, among them."""
    name, organization, block = hole(NAME), hole(ORGANIZATION, strong=True), hole(BLOCK)
    table = Table(
        (Cell(((Span("For "), name),)), Cell(((organization,),))),
        ((Cell(((block,),)), Cell(((Span("of "), organization), (name,)), dashes=True)),),
        (0.4, 0.6),
        id="of-an-addressee",
    )
    inner = Items("romans", (Item("i)", (name,)), Item("ii)", (block,))))
    within = (Paragraph((Span("and of "), organization)), inner)
    first, *others = document.subject
    return replace(
        document,
        addressee=(block,),
        salutation=(hole(SALUTATION),),
        subject=((*first, Span(" for "), hole(ORGANIZATION)), *others),
        properties=replace(document.properties, title=f"{document.properties.title} for «{ORGANIZATION}»"),
        body=(
            Paragraph((block,), "", "block"),
            *document.body,
            Heading((Span("What "), name, Span(" may do")), 1, "", "what"),
            Paragraph((name, Span(" of "), organization, Span(" is invited, "), name, hole(ORGANIZATION)), "", "who"),
            Items("bullets", (Item("•", (name,)), Item("•", (Span("with "), organization), within)), "list"),
            table,
            Note("NOTE – ", (Span("Write to "), hole(NAME, link="https://example.int/"), Span(".")), "remark"),
            Paragraph((Span("See "), Span("what ", link="#who"), hole(NAME, link="#who"), Span(" may do.")), "", "see"),
            Paragraph((hole(NAME, emphasis=True, language="fr"),), "", "french"),
        ),
    )


@pytest.fixture(scope="module")
def letters(workspace: Workspace) -> dict[str, Document]:
    """Every example in each of its languages, and the letters made by hand, with holes."""
    found: dict[str, Document] = {}
    for path in LETTERS:
        letter = read_letter(path)
        found |= {f"{letter.name}.{d.language}": with_holes(d) for d in documents(letter, workspace, Order())}
    return found | {name: with_holes(document) for name, document in sample.ALL.items()}


@pytest.fixture(scope="module")
def masters(letters: dict[str, Document]) -> dict[str, DocxMaster]:
    return {name: made(document) for name, document in letters.items()}


def made(document: Document, pack: Pack | None = None) -> DocxMaster:
    found = master(document, pack or load_pack())
    assert isinstance(found, DocxMaster)
    return found


def members(data: bytes) -> dict[str, bytes]:
    """The unpacked members of a ZIP, whose checksums are looked at."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The members as Python's zipfile writes them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, data in parts.items():
            store(package, name, data)
    return file.getvalue()


def lines_of(data: bytes) -> list[str]:
    """The paragraphs of the body, as python-docx reads them."""
    body = docx.Document(io.BytesIO(data)).element.body
    return [
        "".join(t.text or "" if t.tag == f"{W}t" else "\n" for t in p.iter(f"{W}t", f"{W}br"))
        for p in body.iter(f"{W}p")
    ]


@settings(max_examples=60)
@given(st.data())
def test_a_filled_copy_has_the_bytes_of_the_same_copy_in_full(
    masters: dict[str, DocxMaster], data: st.DataObject
) -> None:
    """Whatever the values are: long, empty, from right to left, of any script, with markup and spaces.

    And so has the copy whose values the template itself is given, as words like any other.
    """
    letter = masters[data.draw(st.sampled_from(sorted(masters)))]
    values = {name: data.draw(VALUES) for name in ANA}

    tail = letter.tail(values)

    assert tail is not None
    assert letter.head + tail == letter.fill(values) == letter.whole(values)
    assert letter.fill(values) == laid_out(letter.document, letter.pack, values).packed({})


@pytest.mark.parametrize(
    "values",
    [ANA, MAX, ANA | {NAME: "", ORGANIZATION: ""}, *(dict.fromkeys(ANA, text) for text in STRANGE.values() if text)],
)
def test_a_filled_copy_is_the_letter_that_says_so_itself(values: Mapping[str, str]) -> None:
    """Its parts are those of a document in which the values are words like any other."""
    document = with_holes(sample.COLUMNS)

    copy, plain = members(made(document).fill(values)), members(made(filled(document, values)).fill({}))

    tips = re.compile(rb' w:tooltip="[^"]*"')  # a tip is cut short elsewhere
    assert list(copy) != [] and set(copy) == set(plain)
    assert [name for name in copy if tips.sub(b"", copy[name]) != tips.sub(b"", plain[name])] == []


def test_rows_with_holes_are_kept_like_others() -> None:
    """Two rows are on the page of the closing, below a header with a hole, too; a value that fills pages is divided."""
    cells = tuple((Cell(((Span(f"row {nth} of "), hole(NAME)),)),) for nth in range(3))
    document = replace(sample.PLAIN, body=(Table((Cell(((hole(ORGANIZATION),),)),), cells, (1.0,)),))
    letter, long = made(document), ANA | {NAME: "Ana " * 1_000}

    usual, divided = (etree.fromstring(members(letter.fill(values))[BODY]) for values in (ANA, long))

    assert [_kept(row) for row in usual.iter(f"{W}tr")][-4:] == [(1, 1), (1, 0), (1, 1), (1, 1)]
    assert [_kept(row) for row in divided.iter(f"{W}tr")][-4:] == [(1, 1), (0, 0), (0, 0), (0, 0)]
    assert [copy for copy in (ANA, long) if letter.fill(copy) != laid_out(document, letter.pack, copy).packed({})] == []


def _kept(row: etree._Element) -> tuple[int, int]:
    """Whether a row is undivided, and on the page of the next one: 1 or 0."""
    return len(row.findall(f"{W}trPr/{W}cantSplit")), len(row.findall(f".//{W}keepNext"))


def test_holes_without_values_show_their_names(masters: dict[str, DocxMaster]) -> None:
    """A letter that is built, not merged, shows the names of its holes."""
    copy = masters["columns"].fill({NAME: "Ana"})

    assert f"Ana of «{ORGANIZATION}» is invited, Ana«{ORGANIZATION}»" in lines_of(copy)
    assert copy == masters["columns"].whole({NAME: "Ana"})


def test_the_title_of_the_file_is_filled_in_one_line(masters: dict[str, DocxMaster]) -> None:
    """A hole in the subject is one in the title too, where no line can break."""
    copy = masters["columns"].fill({**ANA, ORGANIZATION: " Ministerio\nde  Ejemplos "})

    title = docx.Document(io.BytesIO(copy)).core_properties.title
    assert title == f"{sample.COLUMNS.properties.title} for Ministerio de Ejemplos"


def test_texts_that_were_settled_with_a_hole_in_them_are_filled() -> None:
    """Signs that stand around other words are left alone, also where a value has them."""
    note = f"Annex: «{NAME}», «Unidos», «{ORGANIZATION}»"

    assert filled(note, {**ANA, NAME: f"A\n«{BLOCK}»"}) == f"Annex: A «{BLOCK}», «Unidos», Ministerio de Ejemplos"


def test_values_are_unchanged() -> None:
    """Spaces, markup, braces and signs of every script are what they were; a line feed is a line break.

    Where LibreOffice would show them in another order, there are marks of direction.
    """
    document = replace(sample.PLAIN, body=(Paragraph((hole(NAME),)),))
    letter = made(document)

    read = {name: lines_of(letter.fill({NAME: text})) for name, text in STRANGE.items() if name != "breaks"}
    read = {name: [re.sub("[\u200e\u200f]", "", line) for line in lines] for name, lines in read.items()}

    assert [name for name, lines in read.items() if STRANGE[name] not in lines] == []
    assert sample.RTL_NAME in lines_of(letter.fill({NAME: sample.RTL_NAME}))
    assert "Calle Falsa 123\nMADRID" in lines_of(letter.fill({NAME: "Calle Falsa 123\nMADRID"}))


def test_a_copy_is_hardly_larger_than_a_letter_in_one_piece(letters: dict[str, Document]) -> None:
    """What cannot look back across a hole, and what is stored in it, cost 300 bytes for each."""
    copy = made(letters["tsb-circular-213.en"]).fill(ANA)
    holes = sum(1 for span in spans_of(letters["tsb-circular-213.en"]) if span.hole)

    assert holes > 15
    assert len(copy) < len(zipped(members(copy))) + 300 * holes


def test_copies_differ_in_their_last_members_alone(masters: dict[str, DocxMaster]) -> None:
    """The head is all that no value changes, so that a sum or a hash over it is taken once."""
    letter = masters["columns"]
    ana, max_ = letter.fill(ANA), letter.fill(MAX)

    changed = [name for name, data in members(ana).items() if members(max_)[name] != data]
    assert changed == list(members(ana))[-len(changed) :] == ["docProps/core.xml", "word/document.xml"]
    assert ana.startswith(letter.head) and max_.startswith(letter.head)
    assert len(letter.head) > 10_000


def test_nothing_of_one_addressee_is_in_the_copy_of_another(masters: dict[str, DocxMaster]) -> None:
    """No word of the first is in any part of the second, packed or unpacked, nor in the master afterwards."""
    for letter in masters.values():
        letter.fill(ANA)
        copy = letter.fill(MAX)
        found = [
            word
            for word in re.findall(r"[^\W\d]\w{2,}|\d{5,}", " ".join(ANA.values()))
            for data in (copy, letter.head, *members(copy).values())
            if word.encode() in data and word not in str(filled(letter.document, MAX))
        ]
        assert found == []


def test_a_master_can_be_pickled(masters: dict[str, DocxMaster]) -> None:
    """Pickled and opened again it makes the same copies; it weighs less than a hundredth of a second's work."""
    letter = masters["columns"]

    travelled = pickle.dumps(letter)

    assert pickle.loads(travelled).fill(MAX) == letter.fill(MAX)
    assert len(travelled) < 600_000


def test_a_letter_without_holes_has_a_tail_as_well() -> None:
    """A letter to nobody in particular is a master like any other: all its copies are one."""
    letter = made(sample.COLUMNS)

    assert holes_of(sample.COLUMNS) == ()
    assert letter.tail({}) == letter.tail(ANA)
    assert letter.fill({}) == letter.whole({})


def test_a_letter_without_holes_is_deflated_in_one_piece() -> None:
    """Each member is what Python's zipfile writes."""
    copy = made(sample.COLUMNS).fill({})

    assert zipped(members(copy)) == copy


@pytest.mark.parametrize("text", ["\x00", "a\x01b\x02", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
@pytest.mark.parametrize("way", ["fill", "tail", "whole"])
def test_characters_that_xml_forbids_are_refused(text: str, way: str, masters: dict[str, DocxMaster]) -> None:
    """Readers of lists refuse them as well; no file is made that programs cannot open."""
    with pytest.raises(ValueError, match=r"has characters that XML forbids|surrogates not allowed"):
        getattr(masters["plain"], way)({**ANA, NAME: text})


# Templates of other people.


def changed(pack: Pack, folder: Path, part: str, *edits: tuple[str, str]) -> Pack:
    """The pack with a template in which something is written otherwise."""
    parts = read_parts(pack.read("letter.docx"))
    for old, new in edits:
        assert old in parts[part].decode()
        parts[part] = parts[part].decode().replace(old, new).encode()
    (folder / "letter.docx").write_bytes(zipped(parts))
    return replace(pack, folder=folder)


BODY, HEADER = "word/document.xml", "word/header1.xml"
CLOSING = '<w:t xml:space="preserve">{{ closing }}</w:t>'
SHOWN = {
    "as text": (BODY, CLOSING, CLOSING),
    "beside words": (BODY, CLOSING, '<w:t xml:space="preserve">({{ closing }})</w:t>'),
    "twice": (BODY, CLOSING, '<w:t xml:space="preserve">{{ closing }}/{{ closing }}</w:t>'),
    "beside a tab": (BODY, CLOSING, f"{CLOSING}<w:tab/><w:t>and</w:t>"),
    "beside a tab, twice": (BODY, CLOSING, "<w:tab/><w:t>{{ closing }}, {{ closing }}</w:t>"),
    "in a header": (HEADER, "{{r line }}", "{{ closing }}"),
    "after a condition": (BODY, CLOSING, CLOSING.replace("{{", "{% if closing %}{{").replace("}}", "}}{% endif %}")),
}
WORKED_ON = {
    "in capitals": "closing | upper",
    "cut": "closing | truncate(20)",
    "cut by hand": "closing[:9]",
    "counted": "closing ~ (closing | length)",
    "put apart": "closing | replace('.', '/')",
}


def closing(text: str) -> Document:
    """A letter in whose closing words somebody is named."""
    return replace(sample.PLAIN, body=(Paragraph((hole(NAME),)),), closing=text)


@pytest.mark.parametrize(("part", "old", "new"), SHOWN.values(), ids=SHOWN)
def test_a_template_shows_a_hole_where_it_likes(part: str, old: str, new: str, tmp_path: Path) -> None:
    """In a run of its own or of the template's, in the body or a header: the copy is filled, and says the words."""
    letter = made(closing(f"Yours, «{NAME}»!"), changed(load_pack(), tmp_path, part, (old, new)))

    copies = {text: letter.fill({NAME: text}) for text in STRANGE.values()}

    assert {text: letter.head + (letter.tail({NAME: text}) or b"") for text in copies} == copies
    assert {text: letter.whole({NAME: text}) for text in copies} == copies
    shown = {text: shown_in(members(copy)[part]) for text, copy in copies.items()}
    assert [text for text in shown if f"Yours, {' '.join(text.split())}!" not in shown[text]] == []


def shown_in(part: bytes) -> str:
    """The words of a part, with one space for each stretch of white space, and without marks of direction."""
    signs = {f"{W}tab": "\t", f"{W}br": "\n"}
    found = etree.fromstring(part).iter(f"{W}t", *signs)
    words = "".join(signs.get(str(sign.tag), sign.text or "") for sign in found)
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202c]", "", words).split())


@pytest.mark.parametrize("expression", WORKED_ON.values(), ids=WORKED_ON)
def test_a_template_that_works_on_a_value_gets_it(expression: str, tmp_path: Path) -> None:
    """Where more is done than to show a value, each copy is laid out in full."""
    edit = (CLOSING, CLOSING.replace("closing", expression))
    letter = made(closing(f"Yours, «{NAME}»!"), changed(load_pack(), tmp_path, BODY, edit))

    assert letter.head == b""
    assert letter.tail(ANA) is None
    assert letter.fill(ANA) == letter.whole(ANA) != letter.whole(MAX)


def test_a_template_cannot_ask_what_an_addressee_is_called(tmp_path: Path) -> None:
    """A question about a value is answered alike for every addressee, in copies that are filled and in full ones."""
    asked = CLOSING.replace("closing", "'Dear Ana' if 'Ana' in closing else closing")
    letter = made(closing(f"Yours, «{NAME}»!"), changed(load_pack(), tmp_path, BODY, (CLOSING, asked)))

    assert letter.fill(ANA) == letter.whole(ANA)
    assert "Yours, Ana Ejemplo!" in lines_of(letter.fill(ANA))


# Judges and readers.


@pytest.fixture(scope="module")
def copies(masters: dict[str, DocxMaster], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Document]:
    """A few copies, each with the document that it is to say."""
    folder = tmp_path_factory.mktemp("copies")
    found: dict[Path, Document] = {}
    texts = {"max": MAX} | {name: {**ANA, NAME: STRANGE[name]} for name in ("from right to left", "Chinese", "markup")}
    for name, (who, values) in zip(("tsb-circular-213.en", "columns", "row-es", "arabic"), texts.items(), strict=True):
        path = folder / f"{name}.{who.split()[0]}.docx"
        path.write_bytes(masters[name].fill(values))
        found[path] = filled(masters[name].document, values)
    return found


@pytest.mark.parametrize("judge", WORD_JUDGES)
def test_validators_find_no_error_in_a_copy(
    judge: str, copies: dict[Path, Document], request: pytest.FixtureRequest
) -> None:
    """A copy keeps Office Open XML as any built letter does."""
    files = list(copies)
    if "SDK" in judge:  # it needs a process for each file
        files = files[(request.config.option.seed + ("2016" in judge)) % 2 :: 2]

    assert faults_found(word_judge(judge), files) == {}


def test_our_own_check_finds_nothing_more_in_a_copy(copies: dict[Path, Document]) -> None:
    """It says of a copy what it says of the letter with those words: at most what the template brings with it."""
    told = {path.name: set(map(str, check_output(path.read_bytes(), path.name))) for path in copies}
    plain = {path.name: set(map(str, check_output(made(d).fill({}), path.name))) for path, d in copies.items()}

    assert told == plain
    assert not [fault for faults in told.values() for fault in faults if " error: " in fault]


def test_readers_find_the_words_of_a_copy(copies: dict[Path, Document]) -> None:
    """Two readers of DOCX read what the filled document says."""
    read = {
        (reader.__name__, path.name): first_difference(reader(path), expected_words(document, labels=False))
        for path, document in copies.items()
        for reader in (pandoc_words, docx2python_words)
    }

    assert {what: difference for what, difference in read.items() if difference} == {}


def test_libreoffice_prints_the_words_of_a_copy(copies: dict[Path, Document], tmp_path: Path) -> None:
    """Numbers, bullets and the addressee's words, in order."""
    path, document = next(iter(copies.items()))

    (printed,) = libreoffice_files([path], tmp_path)

    assert first_difference(pdftotext_words(printed, document), expected_words(document)) == ""


def test_unpackers_find_no_error_in_a_copy(copies: dict[Path, Document]) -> None:
    """Info-ZIP tests every checksum, and our own reader takes the package."""
    for path in copies:
        subprocess.run(["unzip", "-tqq", str(path)], check=True)
        assert list(read_parts(path.read_bytes()))[-1] == BODY


def test_a_copy_carries_the_source_of_its_letter() -> None:
    """What it was made from stands in the head, as in any built letter, and says nothing of who got it."""
    source = Attachment("letter.yaml", "application/yaml", "Source", "The letter", b"kind: circular\n")
    letter = made(with_holes(replace(sample.COLUMNS, attachments=(source,))))

    assert attachments_of(letter.fill(ANA), "copy.docx") == attachments_of(letter.fill(MAX), "copy.docx") == (source,)
    assert BODY.encode() not in letter.head[letter.head.index(PART.encode()) :]
