"""The digest of the environment: fonts, settings, and formats from other packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from circulars.cache.environment import environment_digest
from circulars.formats import WRITERS, Format

_PRINTER = """\
import sys
from circulars.cache.environment import environment_digest
print((environment_digest(tuple(sys.argv[1:])) or b"").hex())
"""
_SETTINGS = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir>{more}</fontconfig>
"""
FONT = "/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a font and with settings for fontconfig."""
    (tmp_path / "fonts").mkdir()
    shutil.copy(FONT, tmp_path / "fonts/one.ttf")
    (tmp_path / "fonts.conf").write_text(_SETTINGS.format(folder=tmp_path, more=""), encoding="utf-8")
    return tmp_path


def digest(folder: Path, *formats: str, **variables: str) -> str:
    """The digest that a new process computes with the fonts of a folder."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf"), **variables}
    done = subprocess.run([sys.executable, "-c", _PRINTER, *formats], capture_output=True, check=True, env=environment)
    return done.stdout.decode().strip()


def test_two_processes_compute_the_same_digest(folder: Path) -> None:
    """Nothing changed between them."""
    first = digest(folder, "pdf")

    assert len(first) == 64
    assert digest(folder, "pdf") == first


def test_each_font_changes_the_digest_for_pages(folder: Path) -> None:
    """One font more, another file of the same name, and no font."""
    found = [digest(folder, "pdf")]
    shutil.copy(FONT, folder / "fonts/two.ttf")
    found.append(digest(folder, "pdf"))
    (folder / "fonts/two.ttf").unlink()
    (folder / "fonts/one.ttf").write_bytes(Path(FONT).read_bytes() + b"\0")
    found.append(digest(folder, "pdf"))
    (folder / "fonts/one.ttf").unlink()
    found.append(digest(folder, "pdf"))

    assert len(set(found)) == 4


def test_fontconfigs_settings_change_the_digest_for_pages(folder: Path) -> None:
    """They may choose another font for the same name."""
    first = digest(folder, "pdf")
    more = "<alias><family>Carlito</family><prefer><family>Caladea</family></prefer></alias>"
    (folder / "fonts.conf").write_text(_SETTINGS.format(folder=folder, more=more), encoding="utf-8")

    assert digest(folder, "pdf") != first
    assert digest(folder, "pdf", LC_ALL="ja_JP.UTF-8") != digest(folder, "pdf", LC_ALL="C.UTF-8")


def test_fonts_do_not_change_the_digest_for_other_formats(folder: Path) -> None:
    """A Word file only names its fonts; the reader's machine finds them."""
    first = digest(folder, "docx", "html", "txt")
    shutil.copy(FONT, folder / "fonts/two.ttf")

    assert digest(folder, "docx", "html", "txt") == first
    assert digest(folder, "docx", "pdf") != first


def test_a_format_of_another_package_has_no_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its writer may depend on anything."""
    monkeypatch.setitem(WRITERS, "csv", Format("csv", "text/csv"))

    assert environment_digest(("csv",)) is None
    assert environment_digest(("txt", "csv")) is None
    assert environment_digest(("nothing",)) is None
    assert environment_digest(("txt",))
