"""Copies to print: two letters in two languages, one of a page and one of five."""

from __future__ import annotations

import datetime

import pytest

from circulars.build import Order, build
from circulars.model.document import Properties
from circulars.pack import Pack
from circulars.source.letters import read_letter
from circulars.workspace import Workspace

Copies = tuple[tuple[str, bytes], ...]


def _copies(workspace: Workspace, format: str) -> Copies:
    made = []
    for name in ("tsb-circular-213", "tsb-collective-2-5"):
        letter = read_letter(workspace.letters / f"{name}.yaml")
        made += [
            (output.name, output.data)
            for output in build(letter, workspace, Order(languages=("en", "es"), formats=(format,)))
        ]
    return tuple(made)


@pytest.fixture(scope="session")
def pdf_copies(workspace: Workspace) -> Copies:
    """The copies as PDF."""
    return _copies(workspace, "pdf")


@pytest.fixture(scope="session")
def docx_copies(workspace: Workspace) -> Copies:
    """The copies as DOCX."""
    return _copies(workspace, "docx")


@pytest.fixture(scope="session")
def pack(workspace: Workspace) -> Pack:
    """The pack of the letters."""
    return workspace.pack()


@pytest.fixture(scope="session")
def properties() -> Properties:
    """The properties of a file of labels."""
    day = datetime.date(2024, 7, 12)
    return Properties("Labels: TSB Circular 213", "Labels", "Example Union", "TSB Circular 213", "en", day)
