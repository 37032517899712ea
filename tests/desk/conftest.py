"""A folder to work in with the example letters, and the desk over it."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from circulars.start import make_workspace
from conftest import ROOT

if TYPE_CHECKING:
    from desk.desks import Reader

collect_ignore_glob = [] if importlib.util.find_spec("starlette") else ["test_*.py"]  # without the extra


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the example that ``circulars init`` makes, and a letter in two languages."""
    folder = tmp_path / "office"
    make_workspace(folder)
    shutil.copy(ROOT / "letters" / "sg-letter-dm-24-1021.yaml", folder / "letters")
    return folder


@pytest.fixture
def reader(office: Path) -> Iterator[Reader]:
    """A browser that has opened the link of the desk over the office."""
    from desk.desks import served

    with served(office) as browser:
        yield browser.begin()
