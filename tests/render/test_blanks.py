"""Lines to be filled in by hand are the same in every format, and announced to screen readers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from lxml import etree, html

from circulars.accessibility import check_output
from circulars.build import Order, build, documents
from circulars.errors import LetterError
from circulars.merge.post.page import page_of
from circulars.model.document import spans_of
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from judges import ooxml_sdk, verapdf

LETTER = """\
kind: sg-letter
number: DM-25/12
date: 2025-01-15
languages: [es]
subject: {es: "Formulario __________"}
body:
  - es: "Nombre: {{ blank: 60 mm }}, véase https://a.example/__init___x y fecha ______[^1]."
  - table: {columns: [Punto, Rellenar], rows: [[{es: Pasaporte}, "{{ blank: 3 cm }}"]]}
footnotes: {1: "Firma: ____"}
signatory: {name: Ana Ejemplo, title: {es: "Secretaria"}}
"""
BLANKS = ["_" * length for length in (10, 31, 6, 16, 4)]
PLACES = (("Nombre:", 31), ("Pasaporte", 16))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Files = Mapping[str, Path]


def source(text: str) -> Any:
    return parse_letter(text.encode(), "letters/x.yaml", "x", ROOT)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The letter in every format."""
    folder, made = tmp_path_factory.mktemp("blanks"), {}
    for output in build(source(LETTER), Workspace(ROOT), Order(formats=("docx", "pdf", "html", "txt"))):
        made[output.format] = folder / output.name
        made[output.format].write_bytes(output.data)
    return made


def test_a_blank_is_underscores_typed_or_counted_by_its_length(files: Files) -> None:
    """31 underscores of 11 points are 60 mm long. Those in an address or a word are part of it."""
    document = next(iter(documents(source(LETTER), Workspace(ROOT), Order())))

    assert [span.text for span in spans_of(document) if span.blank] == BLANKS
    assert "https://a.example/__init___x" in files["txt"].read_text("utf-8")


def test_html_names_a_blank_instead_of_its_underscores(files: Files) -> None:
    """Its role is that of a picture, so its underscores are not read out."""
    page: Any = html.fromstring(files["html"].read_text("utf-8"))
    found = page.xpath("//*[contains(@class, 'blank')]")

    assert [one.text for one in found] == BLANKS
    assert {(one.get("role"), one.get("aria-label")) for one in found} == {("img", "espacio para rellenar")}


def test_a_message_names_a_blank_as_html_does() -> None:
    """The page of an e-mail has the same name for it; in a language without a name the underscores stay."""
    document = next(iter(documents(source(LETTER), Workspace(ROOT), Order())))
    named, unnamed = (
        html.fromstring(page_of(one, "mail.example").html) for one in (document, replace(document, blank_label=""))
    )

    found: Any = named.xpath("//*[@role='img']")
    assert [one.text for one in found] == BLANKS
    assert {one.get("aria-label") for one in found} == {"espacio para rellenar"}
    assert not unnamed.xpath("//*[@role='img']") and "______" in "".join(map(str, unnamed.itertext()))


def test_word_has_a_control_with_a_title(files: Files) -> None:
    """The control is filled in on the screen, too: what is typed replaces the underscores."""
    with zipfile.ZipFile(files["docx"]) as package:
        trees = [etree.fromstring(package.read(f"word/{name}.xml")) for name in ("document", "footnotes")]
    controls = [control for tree in trees for control in tree.iter(f"{W}sdt")]

    assert ["".join(node.text or "" for node in one.iter(f"{W}t")) for one in controls] == BLANKS
    assert {one.get(f"{W}val") for tree in trees for one in tree.iter(f"{W}alias")} == {"espacio para rellenar"}
    assert len({one.get(f"{W}val") for tree in trees for one in tree.iter(f"{W}id")}) == len(BLANKS)


def test_a_pdf_has_words_instead_of_a_blank(files: Files) -> None:
    """ActualText is what screen readers say; on the page the underscores are as long as the letter says."""
    with pikepdf.open(files["pdf"]) as pdf:
        said = [
            str(one.ActualText) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/ActualText" in one
        ]
    page = pypdfium2.PdfDocument(files["pdf"])[0].get_textpage()
    text = page.get_text_range()

    assert said == ["espacio para rellenar"] * len(BLANKS)
    assert [round(_length(page, text.index(f"{before} _") + len(before) + 1, count)) for before, count in PLACES] == [
        60,
        31,
    ]


def test_other_programs_find_no_fault(files: Files) -> None:
    """PDF/A-3a, PDF/UA-1, Open XML, and our own checks."""
    assert verapdf("PDF/A-3a", [files["pdf"]]) == {files["pdf"]: ()}
    assert verapdf("PDF/UA-1", [files["pdf"]]) == {files["pdf"]: ()}
    assert ooxml_sdk("Microsoft365", [files["docx"]]) == {files["docx"]: ()}
    assert [check_output(files[name].read_bytes(), files[name].name) for name in ("docx", "pdf")] == [(), ()]


@pytest.mark.parametrize("typed", ["{{ blank: 2 mm }}", "{{ blank: 20 cm }}", "{{ blank: long }}", "{{ blank: }}"])
def test_a_wrong_length_is_reported(typed: str) -> None:
    """A blank is 5 to 170 mm long."""
    with pytest.raises(LetterError) as caught:
        source(LETTER.replace("{{ blank: 60 mm }}", typed))

    (problem,) = caught.value.problems
    assert (problem.code, problem.where.line) == ("wrong-field", 7)
    assert "{{ blank: 60 mm }}" in problem.hint


def _length(page: Any, first: int, count: int) -> float:
    """The length in millimetres of some characters of a page."""
    left, *_ = page.get_charbox(first)
    _, _, right, _ = page.get_charbox(first + count - 1)
    return float(right - left) / 72 * 25.4


WIDE = """\
kind: tsb-circular
number: 5
date: 2025-01-15
languages: [en]
subject: Form
body:
  - {en: "{{ blank: 170 mm }} (name),"}
  - {en: "Write ({{ blank: 170 mm }}).", numbered: false}
  - items: [{en: "{{ blank: 17 cm }}", romans: [{en: "{{ blank: 170 mm }}"}]}]
  - table: {widths: [1, 2], rows: [["{{ blank: 100 mm }}", {en: "{{ blank: 170 mm }}"}], [Text, "{{ blank: 60 mm }}"]]}
signatory: {post: tsb-director}
"""


def test_a_blank_is_not_longer_than_its_column() -> None:
    """A page has one line for each; what fits is as long as it is asked for."""
    [pdf] = build(source(WIDE), Workspace(ROOT), Order(formats=("pdf",)))
    document = next(iter(documents(source(WIDE), Workspace(ROOT), Order())))
    counts = [len(span.text) for span in spans_of(document) if span.blank]
    with pypdfium2.PdfDocument(pdf.data) as file:
        lines = [line for page in file for line in page.get_textpage().get_text_range().split("\r\n") if "_" in line]

    assert counts[-1] == 31
    assert [run for line in lines for run in re.findall("_+", line)] == ["_" * count for count in counts]
