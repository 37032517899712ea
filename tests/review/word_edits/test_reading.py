"""An edited Word file is read paragraph by paragraph."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from circulars.files.opc import UnreadablePackageError
from circulars.review.word_edits.reading import read_edited


def _file(*paragraphs: str) -> bytes:
    document, file = docx.Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def test_paragraphs_are_read_in_order() -> None:
    """Each paragraph has its text and the name of its style."""
    read = read_edited(_file("First", "Second"))

    assert [(paragraph.text, paragraph.style) for paragraph in read.paragraphs] == [
        ("First", "normal"), ("Second", "normal"),
    ]  # fmt: skip


def test_what_is_not_a_word_file_is_refused() -> None:
    """The reader raises one error, whatever is wrong with a file."""
    with pytest.raises(UnreadablePackageError):
        read_edited(b"PK, but not a ZIP file")
