"""Heads higher than the rest of the first page begin on that page of a PDF."""

from __future__ import annotations

import pypdfium2
import pytest

from circulars.accessibility import check_output
from circulars.build import Order, build
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en]
subject: {en: Many}
body: [{en: Some words.}]
signatory: tsb-director
copy: false
"""
ADDRESSEES = f"contact: {{name: Ana Ejemplo}}\nto: [{', '.join(f'Office {n}' for n in range(60))}]\n"
CONTACTS = "contact:\n" + "".join(
    f"  - {{name: Office {n}, tel: [1, 2, 3], email: x@example.int}}\n" for n in range(15)
)


def pages(own: str) -> tuple[list[str], bytes]:
    letter = parse_letter((LETTER + own).encode(), "letters/x.yaml", "x", ROOT)
    [output] = build(letter, Workspace(ROOT), Order(formats=("pdf",)))
    with pypdfium2.PdfDocument(output.data) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf], output.data


@pytest.mark.parametrize("own", [ADDRESSEES, CONTACTS], ids=["addressees", "contacts"])
def test_a_head_higher_than_its_page_begins_on_it(own: str) -> None:
    """It goes on with the next page; no word is lost, and no other page is left empty."""
    (first, second), data = pages(own)
    count = 60 if own == ADDRESSEES else 15

    assert "TSB Circular 1" in first
    assert 0.5 * count < first.count("Office ") < count
    assert first.count("Office ") + second.count("Office ") == count
    assert "Some words." in second
    assert [one for one in check_output(data, "x.pdf") if one.severity == "error"] == []


def test_a_head_that_fits_has_its_addressees_beside_the_contact() -> None:
    """The first one is above the contact."""
    (first, *_), _ = pages(ADDRESSEES.partition(", Office 30")[0] + "]\n")

    assert first.index("Office 0") < first.index("Ana Ejemplo")
