"""A folder to work in with the example letters, and the desk over it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from desk.desks import Reader

# Without the extra, or without what it has for OpenID.
collect_ignore_glob = [] if importlib.util.find_spec("starlette") else ["test_*.py"]
collect_ignore_glob += [] if importlib.util.find_spec("authlib") else ["test_openid.py"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the example that ``circulars init`` makes, and a letter in two languages."""
    from desk.desks import new_office

    return new_office(tmp_path)


@pytest.fixture(scope="module")
def same_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder for tests that change nothing in it."""
    from desk.desks import new_office

    return new_office(tmp_path_factory.mktemp("same"))


@pytest.fixture
def reader(office: Path) -> Iterator[Reader]:
    """A browser that has opened the link of the desk over the office."""
    from desk.desks import served

    with served(office) as browser:
        yield browser.begin()


@pytest.fixture(scope="module")
def same_reader(same_office: Path) -> Iterator[Reader]:
    """Such a browser for tests that change nothing."""
    from desk.desks import served

    with served(same_office) as browser:
        yield browser.begin()
