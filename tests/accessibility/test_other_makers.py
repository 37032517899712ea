"""The check of files from other programs, and LibreOffice's PDF/UA from our Word files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from accessibility.test_word import HYPERLINK, letter, saved
from circulars.accessibility import check_output
from circulars.build import Order, build
from circulars.pack import load_pack
from circulars.render import writer
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from commands import HANGING
from conftest import LETTERS
from judges import verapdf
from render.sample_letters import ALL

pytestmark = pytest.mark.xdist_group("libreoffice-pdfua")
PDFUA = 'pdf:writer_pdf_Export:{"PDFUACompliance":{"type":"boolean","value":"true"}}'


def converted(files: list[Path], kind: str, folder: Path) -> list[Path]:
    """The files that LibreOffice converts to another format."""
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=HANGING)
    return [folder / f"{file.stem}.{kind.partition(':')[0]}" for file in files]


def one_link(right_to_left: bool) -> Any:
    """A document with one paragraph that contains a link."""
    document = docx.Document()
    document.core_properties.title = "A link"
    document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    id = document.part.relate_to("https://www.example.int/", HYPERLINK, is_external=True)
    paragraph = document.add_paragraph()
    if right_to_left:
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:bidi {nsdecls('w')}/>"))
    run = '<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:t>the page</w:t></w:r>'
    paragraph._p.append(parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{id}">{run}</w:hyperlink>'))
    return document


def merged_cells_from_right_to_left() -> Any:
    """A document with one right-to-left table, whose cells are merged in both directions."""
    document = docx.Document()
    document.core_properties.title = "A table"
    table = document.add_table(3, 3)
    table._tbl.tblPr.append(parse_xml(f"<w:bidiVisual {nsdecls('w')}/>"))
    table.cell(0, 2).merge(table.cell(1, 2))
    table.cell(2, 1).merge(table.cell(2, 2))
    return document


SMALL: Mapping[str, Callable[[], Any]] = {
    "small": lambda: one_link(right_to_left=False),
    "small-rtl": lambda: one_link(right_to_left=True),
    "small-rtl-table": merged_cells_from_right_to_left,
}


@pytest.fixture(scope="module")
def rules_broken(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """The rules of PDF/UA-1 that LibreOffice's conversion of a Word file breaks, by the file's name.

    The files are all examples, all sample letters, and three minimal documents.
    """
    folder = tmp_path_factory.mktemp("pdfua")
    files = {name: saved(make()) for name, make in SMALL.items()}
    for path in LETTERS:
        files |= {out.name: out.data for out in build(read_letter(path), workspace, Order(formats=("docx",)))}
    files |= {name: writer("docx")(document, load_pack()).fill({}) for name, document in ALL.items()}
    for name, data in files.items():
        (folder / f"{name.removesuffix('.docx')}.docx").write_bytes(data)
    pdfs = converted(sorted(folder.glob("*.docx")), PDFUA, folder)
    return {pdf.stem: {fault.rule for fault in faults} for pdf, faults in verapdf("PDF/UA-1", pdfs).items()}


def test_libreoffice_writes_pdfua_from_our_word_files(rules_broken: Mapping[str, set[str]]) -> None:
    """It only breaks rules that it also breaks for a document with nothing but a link.

    LibreOffice 7.4 writes the tab order as a string, where PDF requires a name (ISO 14289-1, 7.18.3).
    """
    letters = {name: broken for name, broken in rules_broken.items() if name not in SMALL and not _is_arabic(name)}

    assert len(letters) > 15
    assert {name: broken for name, broken in letters.items() if not broken <= rules_broken["small"]} == {}
    assert len(rules_broken["small"]) <= 1


def test_faults_in_right_to_left_letters_are_libreoffices_own(rules_broken: Mapping[str, set[str]]) -> None:
    """Right-to-left links and merged cells lose their tags in minimal documents, too."""
    own = rules_broken["small-rtl"] | rules_broken["small-rtl-table"]
    letters = {name: broken for name, broken in rules_broken.items() if _is_arabic(name)}

    assert len(letters) >= 3
    assert {name: broken for name, broken in letters.items() if not broken <= own} == {}


def _is_arabic(name: str) -> bool:
    return name == "arabic" or name.endswith(".ar")


def test_a_pdf_without_tags_has_no_other_findings_about_tags() -> None:
    """WeasyPrint's ordinary PDF has no tags, and its title is only in the document information."""
    import weasyprint

    page = '<html lang="en"><title>Subject</title><h1>Subject</h1><p>Words</p></html>'
    pdf = weasyprint.HTML(string=page).write_pdf()

    codes = {finding.code for finding in check_output(pdf, "page.pdf")}

    assert {"no-tags", "no-title", "title-not-shown", "no-pdfua-claim", "no-pdfa-claim"} == codes


def test_a_fault_is_still_found_after_libreoffice_saved_the_file(tmp_path: Path) -> None:
    """A skipped heading is reported in the file that LibreOffice saved."""
    document = letter()
    document.add_heading("Rooms", 3)
    (tmp_path / "letter.docx").write_bytes(saved(document))
    out = tmp_path / "out"
    out.mkdir()

    [file] = converted([tmp_path / "letter.docx"], "docx", out)

    assert "heading-skipped" in {finding.code for finding in check_output(file.read_bytes(), "letter.docx")}
