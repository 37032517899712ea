"""Letters as Word files that are edited and pulled, for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document

from circulars.build import Order, build
from circulars.review.word_edits import PulledFile, pull_edits
from circulars.source.letters import read_letter
from circulars.workspace import Workspace

HEAD = (
    "kind: tsb-circular\nnumber: 214\ndate: 2024-07-12\nlanguages: [{languages}]\n"
    "subject: A meeting\nfacts: {{meeting: 2024-09-19}}\n"
    "links: {{page: https://example.int/page}}\n"
)


def letter_in(folder: Path, body: str, languages: str = "en") -> Path:
    """A letter with this body in a folder to work in."""
    path = folder / "letters" / "letter.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD.format(languages=languages) + body, "utf-8")
    return path


def word_file(letter: Path, language: str = "en", audience: Sequence[tuple[str, str]] = ()) -> bytes:
    """The Word file of a letter."""
    workspace = Workspace(letter.parent.parent)
    order = Order((language,), ("docx",), dict(audience))
    return next(iter(build(read_letter(letter), workspace, order))).data


def edited_file(data: bytes, edit: Callable[[Document], None]) -> bytes:
    """A Word file that python-docx has edited and saved."""
    document, file = docx.Document(BytesIO(data)), BytesIO()
    edit(document)
    document.save(file)
    return file.getvalue()


def with_words(data: bytes, old: str, new: str) -> bytes:
    """A Word file with other words in the only run that has the old ones."""

    def edit(document: Document) -> None:
        (run,) = [run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text]
        run.text = run.text.replace(old, new)

    return edited_file(data, edit)


def pulled(letter: Path, data: bytes) -> PulledFile:
    """What becomes of the edits of a Word file."""
    return pull_edits(data, "edited.docx", Workspace(letter.parent.parent))


def outcomes(found: PulledFile) -> list[tuple[str, str]]:
    """The kinds of edits, and what becomes of each."""
    return [(one.kind, one.outcome) for one in found.edits]
