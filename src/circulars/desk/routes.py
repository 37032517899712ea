"""The one table of routes: what each address answers, who may use it, and whether it changes anything."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from starlette.responses import Response

from circulars.desk import (
    arranging_screen,
    blocks_screen,
    building_screen,
    deciding_screen,
    fixing_screen,
    letters_screen,
    making_screen,
    people_screen,
    preview_screen,
    signing_screen,
    source_screen,
    version_screen,
    writing_screen,
)
from circulars.desk.people import Role
from circulars.desk.refusals import NO_PAGE, RefusedError
from circulars.desk.sessions import RETURN
from circulars.desk.visit import FOLDER, Visit

Needs = Role | Literal["nothing"]
"""Who may send a request: anybody, or people with a role, or with one that may do more."""


@dataclass(frozen=True, slots=True)
class DeskRoute:
    """A route. One that ``changes`` something, or takes what is typed, is asked for with POST by the desk's pages.

    Its form may have a file if it ``takes_file``.
    """

    address: str
    answer: Callable[[Visit], Response]
    needs: Needs
    changes: bool = False
    takes_file: bool = False

    @property
    def method(self) -> str:
        """The method of its requests."""
        return "POST" if self.changes else "GET"


def static_file(visit: Visit) -> Response:
    """A stylesheet or a script of the desk."""
    name = visit.named("file")
    path = _STATIC.get(name)
    if not path:
        raise RefusedError(NO_PAGE, name)
    return Response(path.read_bytes(), media_type=mimetypes.guess_type(name)[0])


_STATIC: Final = {path.name: path for path in (FOLDER / "static").iterdir() if path.is_file()}

ROUTES: Final = (
    DeskRoute("/begin/{token}", letters_screen.begin_session, "nothing"),
    DeskRoute("/sign-in", signing_screen.begin_sign_in, "nothing"),
    DeskRoute(RETURN, signing_screen.end_sign_in, "nothing"),
    DeskRoute("/sign-out", signing_screen.sign_out, "reader", changes=True),
    DeskRoute("/static/{file}", static_file, "nothing"),
    DeskRoute("/", letters_screen.show_letters, "reader"),
    DeskRoute("/folder", letters_screen.begin_folder, "editor", changes=True),
    DeskRoute("/new", making_screen.show_new, "editor"),
    DeskRoute("/new/letter", making_screen.make_new, "editor", changes=True),
    DeskRoute("/new/file", making_screen.file_upload, "editor", changes=True, takes_file=True),
    DeskRoute("/language", letters_screen.choose_language, "reader", changes=True),
    DeskRoute("/letters/{name}", writing_screen.show_letter, "reader"),
    DeskRoute("/letters/{name}/text", writing_screen.save_text, "translator", changes=True),
    DeskRoute("/letters/{name}/entry", arranging_screen.arrange_entry, "editor", changes=True),
    DeskRoute("/letters/{name}/block", blocks_screen.show_block, "editor"),
    DeskRoute("/letters/{name}/block/change", blocks_screen.change_block, "editor", changes=True),
    DeskRoute("/letters/{name}/source", source_screen.show_source, "editor"),
    DeskRoute("/letters/{name}/source/save", source_screen.save_source, "editor", changes=True, takes_file=True),
    DeskRoute("/letters/{name}/fix", fixing_screen.fix_problems, "editor", changes=True),
    DeskRoute("/letters/{name}/confirm", fixing_screen.confirm_text, "translator", changes=True),
    DeskRoute("/letters/{name}/language", arranging_screen.add_language, "editor", changes=True),
    DeskRoute("/letters/{name}/undo", writing_screen.undo_edit, "translator", changes=True),
    DeskRoute("/letters/{name}/redo", writing_screen.redo_edit, "translator", changes=True),
    DeskRoute("/letters/{name}/undecided", deciding_screen.decide_on_text, "translator", changes=True),
    DeskRoute("/letters/{name}/version", version_screen.save_letter_version, "translator", changes=True),
    DeskRoute("/letters/{name}/changes", writing_screen.show_changes, "reader"),
    DeskRoute("/letters/{name}/people", people_screen.note_place, "reader", changes=True),
    DeskRoute("/letters/{name}/problems", writing_screen.show_problems, "reader"),
    DeskRoute("/letters/{name}/preview/{language}", preview_screen.show_text, "reader"),
    DeskRoute("/letters/{name}/draft/{language}", preview_screen.show_draft, "translator", changes=True),
    DeskRoute("/letters/{name}/pages/{language}", preview_screen.show_pages, "reader"),
    DeskRoute("/letters/{name}/pages/{language}/{number}", preview_screen.show_page, "reader"),
    DeskRoute("/letters/{name}/build", building_screen.build_letter, "editor", changes=True),
    DeskRoute("/letters/{name}/built", building_screen.show_built, "reader"),
    DeskRoute("/letters/{name}/files/{file}", building_screen.download_file, "reader"),
)
"""All routes. There are no others."""
