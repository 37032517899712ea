"""Builds a letter, and offers the files that were built."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from circulars.build import Order, Written, build_file
from circulars.desk.letter_file import read_letter_file
from circulars.desk.refusals import NO_FILE, NOT_BUILT, RefusedError
from circulars.desk.state import BuiltLetter
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of
from circulars.errors import MachineError
from circulars.files.reading import read_file
from circulars.formats import WRITERS


def build_letter(visit: Visit) -> Response:
    """Builds the letter in all its languages, as ``circulars build`` does; one with problems is not built."""
    desk, name = visit.desk, visit.named("name")
    letter = read_letter_file(name, desk.workspace)
    built = build_file(letter.file.path, desk.workspace, Order(), desk.workspace.output)
    if built.exit_code == MachineError.exit_code:
        return visit.failed(built.problems)
    if built.problems:
        return visit.refused(NOT_BUILT, letter.file.shown, built.problems, back=address_of(name))
    desk.built[name] = BuiltLetter(letter.version, built.written, len(built.warnings))
    return visit.redirect(f"{address_of(name)}/built")


def show_built(visit: Visit) -> Response:
    """The files that the desk built of the letter, and whether the letter has changed since."""
    name = visit.named("name")
    letter = read_letter_file(name, visit.desk.workspace)
    built = visit.desk.built.get(name)
    if not built:
        raise RefusedError(NO_FILE, letter.file.shown)
    is_old = built.version != letter.version
    return visit.page("built.html.j2", letter=letter, address=address_of(name), built=built, is_old=is_old)


def download_file(visit: Visit) -> Response:
    """One of the files that the desk built of the letter."""
    name, file = visit.named("name"), visit.named("file")
    built = visit.desk.built.get(name)
    found = next((one for one in built.written if one.path.name == file), None) if built else None
    if not found:
        raise RefusedError(NO_FILE, file)
    try:
        data = read_file(found.path, "finished file", links=False)
    except OSError:
        raise RefusedError(NO_FILE, file) from None
    return Response(data, media_type=WRITERS[found.format].media_type, headers=_as_download(found))


def _as_download(file: Written) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.path.name, safe='')}"}
