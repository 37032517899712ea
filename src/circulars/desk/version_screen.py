"""Saves a version of a letter in git."""

from __future__ import annotations

import time
from typing import Final

from starlette.responses import Response

from circulars.desk.letter_file import LetterFile, read_letter_file
from circulars.desk.refusals import NO_MESSAGE, NO_NAME, NO_VERSION, NOTHING_NEW, RefusedError
from circulars.desk.versions import NoNameError, NothingNewError, save_version
from circulars.desk.visit import Visit
from circulars.desk.writing_screen import address_of, back_to_letter
from circulars.review.versions.git import NoGitError, last_commits

MOST_CHARACTERS: Final = 2_000
"""The length of a message."""


def save_letter_version(visit: Visit) -> Response:
    """Commits the files of the letter with the message of the form."""
    name = visit.named("name")
    letter = read_letter_file(name, visit.desk.workspace)
    message = visit.typed("message").strip()
    if not message or len(message) > MOST_CHARACTERS or "\0" in message:
        raise RefusedError(NO_MESSAGE, letter.file.shown)
    now = time.time()
    try:
        save_version(letter.file, visit.desk.workspace, message, visit.person, _others(visit, letter.file))
    except NoGitError as error:
        return visit.refused(NO_VERSION, letter.file.shown, error.problems, back=address_of(name))
    except NoNameError as error:
        return visit.refused(NO_NAME, error.key, back=address_of(name))
    except NothingNewError:
        return visit.refused(NOTHING_NEW, letter.file.shown, back=address_of(name))
    visit.desk.edits.journal.note_saved(name, now)
    return back_to_letter(visit, name, "version")


def _others(visit: Visit, file: LetterFile) -> list[tuple[str, str]]:
    """The names and e-mail addresses of everybody else who has changed the letter since its last version."""
    path = f"letters/{file.path.name}"
    last = last_commits(visit.desk.workspace.folder, path).get(path)
    since = last.date.timestamp() if last and last.date else 0.0
    emails = visit.desk.edits.journal.authors(file.name, since)
    return [(visit.desk.access.name_of(one), one) for one in emails if one != visit.person.email]
