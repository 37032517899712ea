"""What else a layout depends on: fonts, settings, other people's formats."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from circulars.cache.surroundings import surroundings
from circulars.formats import WRITERS, Format

_PRINTER = """\
import sys
from circulars.cache.surroundings import surroundings
print((surroundings(tuple(sys.argv[1:])) or b"").hex())
"""
_SETTINGS = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir>{more}</fontconfig>
"""
FONT = "/usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fonts of one's own."""
    (tmp_path / "fonts").mkdir()
    shutil.copy(FONT, tmp_path / "fonts/one.ttf")
    (tmp_path / "fonts.conf").write_text(_SETTINGS.format(folder=tmp_path, more=""), encoding="utf-8")
    return tmp_path


def told(folder: Path, *formats: str, **variables: str) -> str:
    """What a new process says of its surroundings, with the fonts of a folder."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf"), **variables}
    done = subprocess.run([sys.executable, "-c", _PRINTER, *formats], capture_output=True, check=True, env=environment)
    return done.stdout.decode().strip()


def test_two_processes_have_the_same_surroundings(folder: Path) -> None:
    """While nothing changes."""
    first = told(folder, "pdf")

    assert len(first) == 64
    assert told(folder, "pdf") == first


def test_each_font_counts_for_pages(folder: Path) -> None:
    """One more, another one of the same name, and none."""
    found = [told(folder, "pdf")]
    shutil.copy(FONT, folder / "fonts/two.ttf")
    found.append(told(folder, "pdf"))
    (folder / "fonts/two.ttf").unlink()
    (folder / "fonts/one.ttf").write_bytes(Path(FONT).read_bytes() + b"\0")
    found.append(told(folder, "pdf"))
    (folder / "fonts/one.ttf").unlink()
    found.append(told(folder, "pdf"))

    assert len(set(found)) == 4


def test_fontconfigs_settings_count_for_pages(folder: Path) -> None:
    """They choose another font for the same name."""
    first = told(folder, "pdf")
    more = "<alias><family>Carlito</family><prefer><family>Caladea</family></prefer></alias>"
    (folder / "fonts.conf").write_text(_SETTINGS.format(folder=folder, more=more), encoding="utf-8")

    assert told(folder, "pdf") != first
    assert told(folder, "pdf", LC_ALL="ja_JP.UTF-8") != told(folder, "pdf", LC_ALL="C.UTF-8")


def test_fonts_do_not_count_where_no_page_is_laid_out(folder: Path) -> None:
    """A Word file names its fonts; a reader's machine finds them."""
    first = told(folder, "docx", "html", "txt")
    shutil.copy(FONT, folder / "fonts/two.ttf")

    assert told(folder, "docx", "html", "txt") == first
    assert told(folder, "docx", "pdf") != first


def test_of_a_format_from_elsewhere_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its writer may read whatever it likes."""
    monkeypatch.setitem(WRITERS, "csv", Format("csv", "text/csv"))

    assert surroundings(("csv",)) is None
    assert surroundings(("txt", "csv")) is None
    assert surroundings(("nothing",)) is None
    assert surroundings(("txt",))
