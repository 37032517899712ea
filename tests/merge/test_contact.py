"""The contact sheet."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import pypdfium2
from PIL import Image

from circulars.build import Order, Workspace, build
from circulars.document import Properties
from circulars.merge.contact import Shown, contact_sheet
from circulars.source import read_letter
from judges import PDF_JUDGES


def test_all_pages_of_all_copies_stand_on_one_sheet(workspace: Workspace, tmp_path: Path) -> None:
    """Captions say whose copy it is, why it is shown, and how many pages it has; the PDF keeps the standards."""
    letter = read_letter(workspace.letters / "tsb-circular-213.yaml")
    built = build(letter, workspace, Order(formats=("pdf",)))
    shown = [Shown(f"ch-00{n}", output.language, ("longest name",), output.data) for n, output in enumerate(built)]
    said = Properties("Preview", "Preview", "Example Union", "1", "en", datetime.date(2024, 7, 12))

    sheet = contact_sheet(shown, workspace.pack(), said)

    pages = tuple(len(pypdfium2.PdfDocument(one.pdf)) for one in shown)
    document = pypdfium2.PdfDocument(sheet.pdf)
    words = " ".join(document[0].get_textpage().get_text_range().split())
    assert (len(document), sheet.pages) == (1, pages)
    for one, count in zip(shown, pages, strict=True):
        assert f"{one.id} · {one.language} · {count} {'page' if count == 1 else 'pages'} longest name" in words
    pictures = list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
    assert len(pictures) == sum(pages)
    assert Image.open(io.BytesIO(sheet.png)).format == "PNG"
    file = tmp_path / "contact.pdf"
    file.write_bytes(sheet.pdf)
    assert {name: judge([file])[file] for name, judge in PDF_JUDGES.items()} == dict.fromkeys(PDF_JUDGES, ())
