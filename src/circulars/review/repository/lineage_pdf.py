"""Writes who changed what in a letter as a PDF, on the letter's own paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from circulars.build import Order, documents
from circulars.errors import visible
from circulars.language import MESSAGES
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.model.text import Cell, Span, Spans, Table
from circulars.review.repository.lineage import LetterCommit, TextOrigin
from circulars.review.versions.git import Version, read_version
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace

_ALL: Final = "all"
_Row = tuple[tuple[Spans, ...], ...]
"""The lines of each cell of a row."""


def origins_pdf(path: Path, origins: Iterable[TextOrigin], workspace: Workspace) -> bytes:
    """A PDF with a row for each text of a letter: who last changed it, when, and its words.

    Raises:
        LetterError, PackError, MachineError: the letter cannot be read or laid out.
    """
    rows = [
        (_who(one.commit), ((Span(_ALL if one.language == "*" else one.language),),), ((_words(one),),))
        for one in origins
    ]
    heads, widths = ("Changed", "Language", "Text"), (0.22, 0.13, 0.65)
    return _pdf(path, "Who last changed each text", heads, rows, widths, workspace)


def history_pdf(path: Path, changes: Iterable[tuple[LetterCommit, str]], workspace: Workspace) -> bytes:
    """A PDF with a row for each commit that changed the words of a letter: who, when, and what the report says.

    Raises:
        LetterError, PackError, MachineError: the letter cannot be read or laid out.
    """
    rows = [(_who(commit), ((Span(visible(commit.subject), strong=True),), *_lines(text))) for commit, text in changes]
    return _pdf(path, "What each commit changed", ("Changed", "What"), rows, (0.22, 0.78), workspace)


def _who(commit: LetterCommit | None) -> tuple[Spans, ...]:
    if commit is None:
        return ((Span("not committed yet"),),)
    return tuple((Span(visible(text)),) for text in (commit.day, commit.author, commit.short_name))


def _words(origin: TextOrigin) -> Span:
    language = "" if origin.language == "*" else origin.language
    return Span(visible(origin.words), language=language, direction="auto")


def _lines(text: str) -> tuple[Spans, ...]:
    return tuple((Span(visible(line.strip()), direction="auto"),) for line in text.splitlines() if line.strip())


def _pdf(
    path: Path, title: str, heads: Sequence[str], rows: Sequence[_Row], widths: tuple[float, ...], workspace: Workspace
) -> bytes:
    from circulars.render.pdf import pdf_of  # importing it takes half a second

    data = read_version(Version("", str(path)), Path())
    letter = parse_letter(data, str(path), path.stem, path.parent, workspace.language_folders)
    document = _paper(letter, workspace)
    columns = tuple(Cell(((Span(head),),)) for head in heads)
    cells = tuple(tuple(Cell(lines) for lines in row) for row in rows)
    table = Table(columns, cells, widths, splits=True)
    subject = ((Span(f"{title}: {path.name}"),),)
    return pdf_of(replace(document, subject=subject, body=(table,)), workspace.pack_of(letter))


def _paper(letter: Letter, workspace: Workspace) -> Document:
    """The letter in English, or else in its first language, without what it says."""
    names = [named.name for named in letter.languages]
    language = MESSAGES if MESSAGES in names else names[0]
    [document] = documents(letter, workspace, Order(languages=(language,)), drawn=False)
    return replace(
        document,
        addressees=(), references=None, salutation=(), closing="", signature=None, cosignatures=(),
        link_code=None, postscript=(), annex_note=(), enclosures=None, copies=(), distribution=None, annexes=(),
        footnotes=(), drafter="", ends_briefly=False,
    )  # fmt: skip
