"""What a Word template says about the people who worked on it: reported, removed, and in no letter."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from circulars.accessibility import check_output
from circulars.build import Order, build
from circulars.doctor.examine import word_findings
from circulars.doctor.repair import repair_template
from circulars.errors import PackError
from circulars.files.opc import read_parts
from circulars.files.word_keep import kept_parts
from circulars.files.word_traces import in_words, traces_of
from circulars.pack import load_pack
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from files.tracing import PERSON, TRACES, Parts
from hostile.conftest import HostilePack
from once import made_once

LETTER = ROOT / "letters" / "tsb-circular-213.yaml"
TEMPLATE = load_pack().read("letter.docx")

SHIPPED = {one.code for one in word_findings(TEMPLATE)}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A Word file of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return file.getvalue()


def traced(case: str, data: bytes) -> bytes:
    """A Word file with a trace."""
    parts: Parts = read_parts(data)
    TRACES[case][0](parts)
    return packed(parts)


@pytest.fixture
def pack(tmp_path: Path) -> HostilePack:
    """A copy of the pack "itu", of which a test replaces the template."""
    shutil.copytree(ROOT / "templates" / "itu", tmp_path / "itu")
    return HostilePack(load_pack("itu", (tmp_path,)))


@pytest.fixture(scope="session")
def letter(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A finished letter, as Word file."""

    def write(folder: Path) -> None:
        (output,) = build(read_letter(LETTER), Workspace(ROOT), Order(("en",), ("docx",)))
        (folder / "letter.docx").write_bytes(output.data)

    return (made_once(tmp_path_factory, "traced-letter", write) / "letter.docx").read_bytes()


@pytest.mark.parametrize("case", TRACES)
def test_a_trace_in_a_template_is_reported_once(case: str) -> None:
    """One finding has all names, and says that letters get none of it."""
    found = [one for one in word_findings(traced(case, TEMPLATE)) if one.code == "personal-information"]

    (finding,) = found
    assert finding.fact == f"there are traces of people and computers: {TRACES[case][1]}; no letter gets any"
    assert not finding.stops


@pytest.mark.parametrize("case", TRACES)
def test_a_repair_removes_a_trace(case: str) -> None:
    """The repaired template has no trace and no name left, and is otherwise sound."""
    repaired, fixes = repair_template(traced(case, TEMPLATE))

    assert {code for code, _ in fixes} - {"tracked-look"} <= {"comments", "personal-information"}
    assert traces_of(read_parts(repaired)) == ()
    assert not [word for part in read_parts(repaired).values() for word in PERSON if word.encode() in part]
    assert {one.code for one in word_findings(repaired)} - SHIPPED <= {"tracked-change"}


@pytest.mark.parametrize("case", TRACES)
def test_a_trace_reaches_no_letter(case: str, pack: HostilePack) -> None:
    """No part of the letter has the person's name, address or folder, compressed or not. Tracked words make none."""
    copy = pack.put(letter_docx=traced(case, TEMPLATE))
    if case == "a_tracked_change":
        with pytest.raises(PackError, match="accept or reject them in Word"):
            copy.write("docx")
        return
    data = copy.write("docx")

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            text = package.read(name)
            assert not [word for word in PERSON if word.encode() in text], name
            assert not [word for word in PERSON if word in name]


@pytest.mark.parametrize("case", TRACES)
def test_a_trace_in_anybodys_file_is_reported(case: str, letter: bytes) -> None:
    """The check of outputs reports it as a warning, with the names."""
    findings = check_output(traced(case, letter), "letter.docx")

    (finding,) = [one for one in findings if one.code == "personal-information"]
    assert finding.severity == "warning"
    assert TRACES[case][1].partition(";")[0] in finding.message


def test_a_letter_of_the_shipped_pack_has_no_traces(letter: bytes) -> None:
    """What circulars itself writes is meant for the readers."""
    assert traces_of(read_parts(letter)) == ()
    assert traces_of(read_parts(TEMPLATE)) == ()


def test_the_organization_that_a_letter_names_is_no_person(letter: bytes) -> None:
    """LibreOffice keeps the author that circulars wrote, and writes its own name as the program."""
    parts = read_parts(letter)
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"circulars", b"LibreOffice")

    assert traces_of(parts) == ()


def test_a_file_that_says_it_has_macros_is_named(letter: bytes) -> None:
    """Word refuses a template with macros whose name ends in .docx."""
    parts = read_parts(letter)
    plain, macros = b"wordprocessingml.document.main+xml", b"ms-word.template.macroEnabledTemplate.main+xml"
    types = parts["[Content_Types].xml"].replace(b"openxmlformats-officedocument." + plain, macros)
    assert types != parts["[Content_Types].xml"]

    found = check_output(packed(parts | {"[Content_Types].xml": types}), "letter.docx")

    assert "the file says that it has macros" in next(one.message for one in found if one.code == "active-content")


def test_the_shipped_template_is_kept_byte_for_byte() -> None:
    """Nothing in it is unnecessary, so no letter changes."""
    parts = read_parts(TEMPLATE)

    assert kept_parts(parts) == parts


@pytest.mark.parametrize("case", ["the_settings_of_a_printer", "revisions", "the_revision_of_a_style", "a_preview"])
def test_what_word_writes_into_every_file_is_no_trace_alone(case: str) -> None:
    """Printer settings, ids of revisions and a preview are listed only with other traces; letters never have them."""
    parts: Parts = read_parts(TEMPLATE)
    TRACES[case][0](parts)
    parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(b"Rosa Traza", b"")

    assert traces_of(parts) == ()


def test_many_names_are_counted() -> None:
    """Five names of a kind are shown."""
    parts: Parts = read_parts(TEMPLATE)
    variables = "".join(f'<w:docVar w:name="v{number}" w:val=""/>' for number in range(8))
    settings = parts["word/settings.xml"].decode()
    parts["word/settings.xml"] = settings.replace(
        "<w:themeFontLang", f"<w:docVars>{variables}</w:docVars><w:themeFontLang"
    ).encode()

    assert in_words(traces_of(parts)) == "variable 'v0', 'v1', 'v2', 'v3', 'v4' and 3 more"


def test_comments_in_the_xml_of_a_template_reach_no_letter(pack: HostilePack) -> None:
    """Programs write what they like into comments of the XML."""
    parts = read_parts(TEMPLATE)
    theme = parts["word/theme/theme1.xml"]
    parts["word/theme/theme1.xml"] = theme.replace(b"</a:theme>", b"<!-- Rosa Traza --></a:theme>")
    assert parts["word/theme/theme1.xml"] != theme

    data = pack.put(letter_docx=packed(parts)).write("docx")

    assert b"Traza" not in b"".join(read_parts(data).values())


def test_words_around_a_removed_mark_stay(pack: HostilePack) -> None:
    """A comment's marks go, and the words that it is about stay in the letter."""
    parts: Parts = read_parts(TEMPLATE)
    TRACES["a_comment"][0](parts)
    body = parts["word/document.xml"].replace(b"<w:t>.</w:t>", b"<w:t>commented words</w:t>")

    data = pack.put(letter_docx=packed(parts | {"word/document.xml": body})).write("docx")

    words = read_parts(data)["word/document.xml"]
    assert b"commented words" in words
    assert b"comment" not in words.replace(b"commented words", b"")


def test_names_of_controls_and_ids_of_paragraphs_reach_no_letter() -> None:
    """Their author sees the title and the tag of a control in Word; ids of paragraphs tell copies apart."""
    parts = read_parts(TEMPLATE)
    w14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" w14:paraId="7A0B1C2D"'
    control = (
        '<w:sdt><w:sdtPr><w:alias w:val="Rosa"/><w:tag w:val="rosa"/></w:sdtPr>'
        f"<w:sdtContent><w:p {w14}/></w:sdtContent></w:sdt><w:sectPr"
    )
    body = parts["word/document.xml"].decode()
    at = body.rindex("<w:sectPr")
    parts["word/document.xml"] = (body[:at] + control + body[at + len("<w:sectPr") :]).encode()

    kept = kept_parts(parts)["word/document.xml"]

    assert b"<w:sdtPr/>" in kept
    assert not [word for word in (b"Rosa", b"rosa", b"7A0B1C2D") if word in kept]
