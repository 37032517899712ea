"""Writes Word files with the changes of pairs of letters tracked, beside those of the old and the new letter."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from circulars.build import Order, documents
from circulars.render.docx import master
from circulars.review.comparing.comparison import comparison
from circulars.review.reports.redline import redline
from circulars.workspace import Workspace
from conftest import ROOT
from review.edits import read
from review.pair_letters import Letter
from review.resolvers import Redline

DATE: Final = datetime.datetime(2024, 7, 12, tzinfo=datetime.UTC)


def write_redlines(name: str, old: Letter, new: Letter, folder: Path) -> Iterator[Redline]:
    """The redline of two letters in each language that both are in, written into a folder."""
    workspace = Workspace(ROOT)
    before = {document.language: document for document in documents(read(old), workspace, Order())}
    letter = read(new)
    pack = workspace.pack_of(letter)
    for after in documents(letter, workspace, Order()):
        language = after.language
        if language in before:
            files = {which: folder / f"{name}.{language}.{which}.docx" for which in ("tracked", "old", "new")}
            files["old"].write_bytes(master(before[language], pack).fill({}))
            files["new"].write_bytes(master(after, pack).fill({}))
            files["tracked"].write_bytes(redline(comparison(before[language], after), pack, "Ana Ejemplo", DATE))
            yield Redline(**files)
