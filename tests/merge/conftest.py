"""One cache of layouts for the merges in all tests of this room, most of which merge the same few letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from circulars.cache import Cache, open_cache
from circulars.cli import commands
from once import made_once

OF_LAYOUTS = ("test_laid_out_once", "test_scripts")
"""The modules whose tests are about layouts and their cache."""


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the cache, for all workers, and of its key."""
    return made_once(tmp_path_factory, "shared_cache", lambda folder: (folder / "own").mkdir())


@pytest.fixture(autouse=True)
def kept_layouts(request: pytest.FixtureRequest, shared_cache: Path) -> Iterator[None]:
    """Commands in this process find what earlier ones laid out: the same bytes, as the tests of the cache show."""

    def shared(workspace: Path) -> Cache | None:
        return open_cache(shared_cache, shared_cache / "own")

    if request.path.stem in OF_LAYOUTS:
        yield
        return
    with mock.patch.object(commands, "open_cache", shared):
        yield
