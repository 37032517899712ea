"""The web application: each request is checked before a route answers it, and each answer says what it may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, cast
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from circulars.desk.letter_file import LetterGoneError
from circulars.desk.people import Role
from circulars.desk.refusals import (
    FAILED,
    FILE_TOO_LARGE,
    NO_LETTER,
    NO_PAGE,
    NOT_ALLOWED,
    OLD_FORM,
    OTHER_HOST,
    OTHER_SITE,
    TOO_LARGE,
    WRONG_FORM,
    WRONG_METHOD,
    RefusedError,
)
from circulars.desk.routes import ROUTES, DeskRoute
from circulars.desk.state import Desk
from circulars.desk.uploads import UploadedFile, WrongUploadError, form_of_upload
from circulars.desk.visit import Visit
from circulars.errors import CircularsError

MOST_BYTES: Final = 2_000_000
"""The size of a form. Each character of a text may take several bytes in it."""
MOST_VALUES: Final = 20

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""What each answer has, unless it has its own."""


def desk_app(desk: Desk) -> ASGIApp:
    """The application that serves a desk."""
    routes = [Route(one.address, _endpoint(one, desk), methods=[one.method]) for one in ROUTES]

    async def not_found(request: Request, error: Exception) -> Response:
        refusal = WRONG_METHOD if isinstance(error, HTTPException) and error.status_code == 405 else NO_PAGE
        return Visit(desk, request).refused(refusal, request.url.path)

    async def failed(request: Request, error: Exception) -> Response:
        return Visit(desk, request, getattr(request.state, "form", {})).refused(FAILED)

    return _Guard(Starlette(routes=routes, exception_handlers={HTTPException: not_found, Exception: failed}), desk)


def _endpoint(route: DeskRoute, desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        visit = Visit(desk, request)
        try:
            visitor = None if route.needs == "nothing" else desk.access.visitor(request)
            if visitor and not visitor.person.has(cast(Role, route.needs)):
                raise RefusedError(NOT_ALLOWED, visitor.person.name)
            if route.changes:
                visit = Visit(desk, request, *await _form(request, route, desk))
                request.state.form = visit.form
                if not visitor or not visitor.has_token(visit.form.get("token", "")):
                    raise RefusedError(OLD_FORM)
            return await run_in_threadpool(route.answer, visit)
        except ClientDisconnect:
            return visit.refused(WRONG_FORM)  # nobody reads it
        except RefusedError as error:
            return visit.refused(error.refusal, error.place)
        except LetterGoneError as error:
            return visit.refused(NO_LETTER, str(error))
        except CircularsError as error:
            return visit.failed(error.problems)

    return answer


async def _form(request: Request, route: DeskRoute, desk: Desk) -> tuple[dict[str, str], UploadedFile | None]:
    """The values of a form of the desk's own pages, and its file.

    Raises:
        RefusedError: the form is of another site, too large, or no form.
    """
    if not desk.access.is_own_origin(request.headers.get("origin", ""), request.headers.get("host", "")):
        raise RefusedError(OTHER_SITE)
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip()
    is_upload = route.takes_file and kind == "multipart/form-data"
    if not is_upload and kind != "application/x-www-form-urlencoded":
        raise RefusedError(WRONG_FORM)
    data = b""
    async for piece in request.stream():
        data += piece
        if len(data) > MOST_BYTES:
            raise RefusedError(FILE_TOO_LARGE if is_upload else TOO_LARGE)
    try:
        if is_upload:
            return form_of_upload(data, content_type)
        pairs = parse_qsl(data.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_VALUES)
    except (ValueError, WrongUploadError):
        raise RefusedError(WRONG_FORM) from None
    return dict(pairs), None


class _Guard:
    """Refuses requests under another host's name, and adds the headers of every answer."""

    def __init__(self, inner: ASGIApp, desk: Desk) -> None:
        self._inner, self._desk = inner, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if not self._desk.access.is_own_host(Headers(scope=scope).get("host", "")):
            refused = PlainTextResponse(f"{OTHER_HOST.fact} {OTHER_HOST.remedy}\n", OTHER_HOST.status)
            await refused(scope, receive, send_with_headers)
        else:
            await self._inner(scope, receive, send_with_headers)
