"""The shipped template as LibreOffice saves it, made once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from doctor.damages import SHIPPED
from once import made_once
from readers import libreoffice_files


def saved_by_libreoffice(factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The shipped template saved by LibreOffice once, and then once more."""
    folder = made_once(factory, "saved_by_libreoffice", _save)
    return (folder / "once/letter.docx").read_bytes(), (folder / "twice/letter.docx").read_bytes()


def _save(folder: Path) -> None:
    (folder / "letter.docx").write_bytes(SHIPPED)
    for times, source in (("once", folder), ("twice", folder / "once")):
        (folder / times).mkdir()
        libreoffice_files([source / "letter.docx"], folder / times, "docx")
