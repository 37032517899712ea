"""What is below the signature of a Word file keeps with it: a postscript, initials and the note of annexes."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import docx as python_docx
import pytest
from docx.text.paragraph import Paragraph

from circulars.model.document import Document, Signature
from circulars.pack import load_pack
from circulars.render import docx
from render.sample_letters import PLAIN, words

NOTED = replace(PLAIN, drafter="AB/cd", annex_note=("Annexes:", "1 – One", "2 – Two"))
SIGNATURE = Signature("", None, "Erika Mustermann", ("Director",))


def kept(document: Document) -> list[str]:
    """The paragraphs from the closing on that keep with the next one by themselves, by style or in a row."""
    file = python_docx.Document(io.BytesIO(docx.master(document, load_pack("itu")).fill({})))
    found: list[str] = []
    for paragraph in file.element.body.iter("{*}p"):
        one: Any = Paragraph(paragraph, file)
        if one.paragraph_format.keep_with_next or one.style.paragraph_format.keep_with_next:
            found.append(one.text.partition("\n")[0])
    return found


def test_the_signature_keeps_with_what_is_below_it() -> None:
    """Each of them keeps with the next, down to the label of the note; the note's lines keep with nothing."""
    found = kept(replace(NOTED, signature=SIGNATURE, postscript=words("P.S. Later.")))

    assert [text for text in found if text in ("Erika Mustermann", "P.S. Later.", "AB/cd", "Annexes:", "2 – Two")] == [
        "Erika Mustermann", "P.S. Later.", "AB/cd", "Annexes:",
    ]  # fmt: skip


def test_signatures_side_by_side_keep_with_it() -> None:
    """All paragraphs of the table's last row do."""
    two = replace(NOTED, signature=SIGNATURE, cosignatures=(replace(SIGNATURE, name="Jan Voorbeeld"),))

    found = kept(replace(two, side_by_side=True))

    assert {"Erika Mustermann", "Jan Voorbeeld", "AB/cd"} <= {*found}


@pytest.mark.parametrize("change", [{"postscript": words("P.S. " + "Text. " * 900)}, {"drafter": "", "annex_note": ()}])
def test_a_signature_keeps_with_nothing_that_is_long_or_not_there(change: Any) -> None:
    """Neither with a postscript that may be higher than a page, nor with an annex."""
    found = kept(replace(NOTED, signature=SIGNATURE, **change))

    assert "Erika Mustermann" not in found
