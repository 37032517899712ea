"""The first screen: the letters of the folder. It also begins a session, an empty folder, and a language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import Response

from circulars.desk.access import LinkAccess
from circulars.desk.labels import BETWEEN
from circulars.desk.letter_file import unnamed_files
from circulars.desk.listing import ListedLetter
from circulars.desk.phrases import PageWords, marked, page_languages
from circulars.desk.refusals import NO_PAGE, NOT_EMPTY, USED_LINK, WRONG_FORM, RefusedError
from circulars.desk.visit import LANGUAGE, Visit
from circulars.errors import UsageError, visible
from circulars.merge.looking.stages import LetterStage, MergeStage
from circulars.review.versions.git import last_commits
from circulars.start import make_workspace

_YEAR = 365 * 24 * 60 * 60


def begin_session(visit: Visit) -> Response:
    """Begins the session of the browser that opens the link, and shows the letters.

    A request for the head alone does not use up the link.
    """
    access = visit.desk.access
    if not isinstance(access, LinkAccess):
        raise RefusedError(NO_PAGE)
    if access.is_session(visit.request.cookies) or visit.request.method == "HEAD":
        return visit.redirect("/")
    session = access.redeem(visit.named("token"))
    if not session:
        raise RefusedError(USED_LINK)
    answer = visit.redirect("/")
    answer.set_cookie(access.cookie, session, httponly=True, samesite="strict", path="/")
    return answer


def show_letters(visit: Visit) -> Response:
    """The letters of the folder, or those with the words of a search."""
    search = visit.request.query_params.get("words", "")[:200]
    letters = visit.desk.listing.letters()
    found = [letter for letter in letters if letter.has(search)]
    workspace = visit.desk.workspace
    built, commits = workspace.built_files(), last_commits(workspace.folder)
    stages = visit.desk.stages.stages()
    return visit.page(
        "letters.html.j2",
        letters=sorted(found, key=lambda one: (one.date, one.name), reverse=True),
        total=len(letters),
        left_out=[visible(name) for name in unnamed_files(workspace)],
        search=search,
        pending=any(letter.problems is None for letter in found),
        subject_of=lambda letter: letter.subject(visit.words.code),
        date_of=lambda letter: _day(letter, visit.words),
        changed_of=lambda letter: visit.words.moment(letter.changed),
        stage_of=lambda letter: _stage(letter, built, stages.get(letter.name), visit.words),
        commits=commits,
        open=visit.desk.presence.letters(visit.person),
    )


def begin_folder(visit: Visit) -> Response:
    """Makes the first files of an empty folder, as ``circulars init`` does."""
    try:
        make_workspace(visit.desk.workspace.folder)
    except UsageError as error:
        return visit.refused(NOT_EMPTY, str(visit.desk.workspace.folder), error.problems)
    return visit.redirect("/")


def choose_language(visit: Visit) -> Response:
    """Keeps the language that the reader chose for the pages, and shows the page again."""
    code = visit.typed("language")
    if code not in page_languages():
        raise RefusedError(WRONG_FORM, code)
    came_from = urlsplit(visit.request.headers.get("referer", ""))
    own = visit.desk.access.is_own_host(came_from.netloc)
    answer = visit.redirect(came_from.path if own and visit.form.get("stay") else "/")
    answer.set_cookie(LANGUAGE, code, max_age=_YEAR, httponly=True, samesite="strict", path="/")
    return answer


def _day(letter: ListedLetter, words: PageWords) -> str:
    """The date of a letter in the reader's language, or as typed if it is none."""
    try:
        return words.date(datetime.date.fromisoformat(letter.date))
    except ValueError:
        return letter.date


_OF_MERGES: Final[Mapping[LetterStage, str]] = {
    "merging": marked("Merged for %(done)s of %(total)s"),
    "merged": marked("Merged"),
    "sending": marked("Sent to %(done)s of %(total)s"),
    "sent": marked("Sent"),
}


def _stage(letter: ListedLetter, built: Mapping[str, int], merged: MergeStage | None, words: PageWords) -> str:
    """How far a letter has come, by what is known of it; "" until it is checked."""
    if not letter.checked:
        return ""
    said = [words(marked("Problems"))] if letter.problems else []
    if merged:
        said.append(words(_OF_MERGES[merged.stage]) % {"done": merged.done, "total": merged.total})
        if merged.letter_sha256 != letter.sha256:
            said.append(words(marked("changed since")))
    elif not said:
        is_built = built.get(letter.name, 0) > letter.written
        said.append(words(marked("Built") if is_built else marked("Draft")))
    if letter.checked.is_approved:
        said.append(words(marked("Approved")))
    return BETWEEN.join(said)
