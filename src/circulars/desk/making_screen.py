"""Makes a new letter: of a kind, as a copy, as an amendment, or of a file. Nobody is asked for a file name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.responses import Response

from circulars.desk.fields import letter_fields
from circulars.desk.letter_file import LetterBytes, read_letter_file
from circulars.desk.phrases import marked
from circulars.desk.refusals import NO_NUMBER, NO_UPLOAD, NOT_FILED, NOT_MADE, WRONG_FORM, RefusedError
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of
from circulars.errors import LetterError, PackError, UsageError
from circulars.pack import DEFAULT_PACK, pack_names
from circulars.start import amendment_name, copy_letter, file_letter, make_letter, next_name
from circulars.workspace import Workspace

AMENDED: Final = {
    "corrigendum": marked("Corrigendum"),
    "addendum": marked("Addendum"),
    "revision": marked("Revision"),
}


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letters of a pack, and its name in the language of the page."""

    pack: str
    kind: str
    shown: str

    @property
    def name(self) -> str:
        """By which a form names the kind."""
        return f"{self.pack}/{self.kind}"


def show_new(visit: Visit) -> Response:
    """What a new letter can be made of."""
    workspace = visit.desk.workspace
    kinds = [*_kinds(workspace, visit.words.code)]
    letters = visit.desk.listing.letters()
    return visit.page(
        "new.html.j2",
        kinds={pack: [one for one in kinds if one.pack == pack] for pack in dict.fromkeys(one.pack for one in kinds)},
        letters=sorted(letters, key=lambda one: (one.date, one.name), reverse=True),
        amended=AMENDED,
        chosen=visit.request.query_params.get("letter", ""),
    )


def make_new(visit: Visit) -> Response:
    """Makes the letter, with the next free number and the date of today, and shows it."""
    workspace, today = visit.desk.workspace, datetime.date.today()
    try:
        path = _made(visit, workspace, today)
    except (LetterError, PackError, UsageError) as error:
        return visit.refused(NOT_MADE, visit.form.get("letter", ""), error.problems, back="/new")
    return visit.redirect(address_of(path.stem))


def file_upload(visit: Visit) -> Response:
    """Puts a letter into the folder that is in a file of the reader's, and shows it with its problems."""
    if not visit.file:
        raise RefusedError(NO_UPLOAD)
    try:
        path = file_letter(visit.file.data, visit.file.name, visit.desk.workspace)
    except (LetterError, UsageError) as error:
        return visit.refused(NOT_FILED, visit.file.name, error.problems, back="/new")
    return visit.redirect(address_of(path.stem))


def _made(visit: Visit, workspace: Workspace, today: datetime.date) -> Path:
    match visit.typed("from"):
        case "kind":
            kind = next((one for one in _kinds(workspace, "") if one.name == visit.typed("kind")), None)
            if not kind:
                raise RefusedError(WRONG_FORM)
            return make_letter(next_name(kind.kind, workspace, kind.pack), kind.kind, workspace, kind.pack, today)
        case "copy":
            letter = read_letter_file(visit.typed("letter"), workspace)
            path = copy_letter(letter.data, letter.file.shown, workspace, today)
            if not path:
                raise RefusedError(NO_NUMBER, letter.file.shown)
            return path
        case "amendment" if visit.typed("amendment") in AMENDED:
            letter = read_letter_file(visit.typed("letter"), workspace)
            return _amendment(letter, visit.typed("amendment"), workspace, today)
    raise RefusedError(WRONG_FORM)


def _amendment(letter: LetterBytes, amendment: str, workspace: Workspace, today: datetime.date) -> Path:
    """An amendment of a letter, in its languages."""
    fields = letter_fields(letter.data, letter.file.shown, letter.file.path.parent)
    values = {row.path[0]: row.fields[0].text for row in fields.rows if len(row.path) == 1 and not row.is_text}
    name, pack = amendment_name(letter.file.name, amendment, workspace), values.get("pack", DEFAULT_PACK)
    if not name:
        raise RefusedError(NO_NUMBER, letter.file.shown)
    return make_letter(name, values.get("kind", ""), workspace, pack, today, fields.languages)


def _kinds(workspace: Workspace, code: str) -> Iterator[LetterKind]:
    """The kinds of the packs that can be read, with their names in a language, or else in the first of the pack."""
    for pack_name in pack_names(workspace.pack_folders):
        with suppress(PackError):
            pack = workspace.pack(pack_name)
            words = pack.words.get(code) or next(iter(pack.words.values()))
            for kind in pack.kinds:
                yield LetterKind(pack_name, kind, words.kinds[kind].name if kind in words.kinds else kind)
