"""A request as the screens see it, and the pages that answer it."""

from __future__ import annotations

import functools
import os
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from circulars.desk.access import Visitor
from circulars.desk.people import DeskPerson
from circulars.desk.phrases import PageWords, page_languages, page_words, wished_language
from circulars.desk.refusals import FAILED, NOT_WRITTEN, WRONG_FORM, DeskRefusal, RefusedError
from circulars.desk.state import Desk
from circulars.desk.uploads import UploadedFile
from circulars.errors import Problem, visible
from circulars.language import MESSAGES, direction_of
from circulars.workspace import Workspace

FOLDER: Final = Path(__file__).parent
LANGUAGE: Final = "circulars-desk-language"
"""The name of the cookie with the language that a reader chose."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the desk, the names in its address, the values of its form, and the file that it carries."""

    desk: Desk
    request: Request
    form: Mapping[str, str] = field(default_factory=dict)
    file: UploadedFile | None = None

    @property
    def words(self) -> PageWords:
        """The words of the pages in the reader's language."""
        chosen = self.request.cookies.get(LANGUAGE, "")
        return page_words(wished_language(self.request.headers.get("accept-language", ""), chosen))

    @property
    def wants_data(self) -> bool:
        """Whether a script asks, which shows the answer itself."""
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def person(self) -> DeskPerson:
        """Who sends the request.

        Raises:
            RefusedError: nobody who may use the desk.
        """
        return self.desk.access.visitor(self.request).person

    def _visitor(self) -> Visitor | None:
        with suppress(RefusedError):
            return self.desk.access.visitor(self.request)
        return None

    def named(self, name: str) -> str:
        """A name in the address of the request."""
        return str(self.request.path_params[name])

    def typed(self, name: str) -> str:
        """A value of the form.

        Raises:
            RefusedError: the form does not have it.
        """
        if name not in self.form:
            raise RefusedError(WRONG_FORM, name)
        return self.form[name]

    def page(self, template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
        """A page from a template."""
        text = _environment(self.words.code).get_template(template).render(**self._values(), **values)
        return HTMLResponse(text, status)

    def parts(self, template: str, **values: Any) -> Any:
        """The pieces of pages that a template has as macros, for scripts."""
        return _environment(self.words.code).get_template(template).make_module({**self._values(), **values})

    def _values(self) -> dict[str, Any]:
        """What every template may show."""
        words, visitor = self.words, self._visitor()
        return {
            "words": words,
            "languages": [page_words(code) for code in page_languages()],
            "desk": self.desk,
            "own": MESSAGES,
            "can_write": can_write(self.desk.workspace),
            "visitor": visitor,
            "offers_sign_in": self.desk.access.offers_sign_in and not visitor,
            "form_token": visitor.form_token if visitor else "",
            "may": visitor.person.has if visitor else _nobody_may,
            "may_write": visitor.person.may_write if visitor else _nobody_may,
            "language_name": functools.partial(language_name, words=words),
            "direction_of": direction_of,
        }

    def refused(
        self, refusal: DeskRefusal, place: str = "", problems: Sequence[Problem] = (), **values: Any
    ) -> Response:
        """The answer to a request that is refused: a page, or data for a script."""
        words = self.words
        if self.wants_data:
            values.pop("mine", None)
            said = {"fact": words(refusal.fact), "remedy": words(refusal.remedy), "place": visible(place)}
            return JSONResponse({**said, "problems": [*map(problem_data, problems)], **values}, refusal.status)
        if typed := self.form.get("text") or self.form.get("message"):
            values.setdefault("mine", typed)
        return self.page("refused.html.j2", refusal.status, refusal=refusal, place=place, problems=problems, **values)

    def failed(self, problems: Sequence[Problem]) -> Response:
        """The answer if the computer could not do what was asked for."""
        is_unwritten = any(one.code == "cannot-write" for one in problems)
        return self.refused(NOT_WRITTEN if is_unwritten else FAILED, problems=problems)

    def redirect(self, address: str) -> Response:
        """Sends the reader to another page of the desk, which is asked for with GET."""
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _nobody_may(_: str) -> bool:
    return False


def can_write(workspace: Workspace) -> bool:
    """Whether letters can be saved in the folder."""
    return os.access(workspace.letters if workspace.letters.is_dir() else workspace.folder, os.W_OK)


def problem_data(problem: Problem) -> dict[str, str]:
    """A problem for a script: the place, the fact and the remedy."""
    return {
        "place": str(problem.where),
        "fact": visible(problem.message),
        "remedy": visible(problem.remedy()),
        "code": problem.code,
    }


def language_name(code: str, words: PageWords) -> str:
    """The name of a letter's language in the language of the page, or its code if it has no name there."""
    names: Mapping[str, str] = Locale.parse(words.code, sep="-").languages
    return names.get(code.replace("-", "_")) or names.get(code.partition("-")[0]) or code


@functools.cache
def _environment(code: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(page_words(code).texts, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.filters["shell"] = shlex.quote
    environment.filters["problem"] = problem_data
    return environment
