"""The screen with the whole source of a letter: its lines with numbers, and its problems, each linked to its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from circulars.desk.checks import letter_check
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.desk.refusals import CLASHING_SOURCE, NOT_TEXT, UNREADABLE_SOURCE
from circulars.desk.sources import SavedSource, SourceEdits, source_of
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of
from circulars.errors import LetterError, Problem


def show_source(visit: Visit) -> Response:
    """The source as it is in the file, or the draft that the reader has left."""
    name = visit.named("name")
    letter = read_letter_file(name, visit.desk.workspace)
    try:
        draft = SourceEdits(visit.desk.edits).draft(name, visit.person)
        text = source_of(letter)
    except LetterError as error:
        return visit.refused(NOT_TEXT, letter.file.shown, error.problems, back="/")
    visit.desk.edits.show(letter)
    if draft:
        return _draft(visit, *draft)
    is_done = visit.request.query_params.get("done") == "saved"
    found = letter_check(letter, visit.desk.workspace)
    return _page(
        visit,
        letter,
        text,
        letter.version,
        found.problems,
        warnings=found.warnings,
        has_draft=False,
        is_done=is_done,
    )


def _draft(visit: Visit, kept: SavedSource, version: str) -> Response:
    """The draft that the reader has left, with the lines that others have changed, too."""
    return _page(
        visit,
        kept.letter,
        kept.text,
        version,
        kept.problems,
        has_draft=True,
        refusal=CLASHING_SOURCE if kept.clashes else None,
        clashes=kept.clashes,
    )


def save_source(visit: Visit) -> Response:
    """Saves the source, or keeps it as a draft; or leaves the draft out."""
    name = visit.named("name")
    sources = SourceEdits(visit.desk.edits)
    if visit.form.get("act") == "drop":
        sources.drop(name, visit.person)
        return visit.redirect(f"{address_of(name)}/source")
    text = visit.typed("source").replace("\r\n", "\n").replace("\r", "\n")
    try:
        saved = sources.save(name, visit.typed("version"), text, visit.person)
    except LetterError as error:
        return visit.refused(NOT_TEXT, name, error.problems, mine=text, back=address_of(name))
    if saved.is_saved:
        return visit.redirect(f"{address_of(name)}/source?done=saved")
    return _not_saved(visit, saved)


def _not_saved(visit: Visit, saved: SavedSource) -> Response:
    refusal = CLASHING_SOURCE if saved.clashes else UNREADABLE_SOURCE
    version = saved.letter.version if saved.clashes else visit.typed("version")
    return _page(
        visit,
        saved.letter,
        saved.text,
        version,
        saved.problems,
        refusal.status,
        has_draft=True,
        refusal=refusal,
        clashes=saved.clashes,
    )


def _page(
    visit: Visit,
    letter: LetterBytes,
    text: str,
    version: str,
    problems: Sequence[Problem],
    status: HTTPStatus = HTTPStatus.OK,
    warnings: Sequence[Problem] = (),
    **values: Any,
) -> Response:
    shown: Mapping[str, Any] = {"refusal": None, "clashes": (), "is_done": False, **values}
    return visit.page(
        "source.html.j2",
        status,
        letter=letter,
        address=address_of(letter.file.name),
        source=text,
        version=version,
        lines=range(1, text.count("\n") + 2),
        problems=problems,
        warnings=warnings,
        marked=_lines_of(problems, letter),
        linked=_lines_of((*problems, *warnings), letter),
        **shown,
    )


def _lines_of(problems: Iterable[Problem], letter: LetterBytes) -> set[int]:
    """The lines of the letter in which there are problems."""
    return {one.where.line for one in problems if one.where.file == letter.file.shown and one.where.line}
