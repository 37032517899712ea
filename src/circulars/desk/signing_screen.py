"""Signs people in with the provider that knows them, and out."""

from __future__ import annotations

from starlette.responses import Response

from circulars.desk.refusals import NO_PAGE, RefusedError
from circulars.desk.sessions import SESSION_SECONDS, SIGN_IN_SECONDS, OpenIdAccess
from circulars.desk.visit import Visit


def begin_sign_in(visit: Visit) -> Response:
    """Sends the reader to the provider."""
    access = _access(visit)
    address, browser = access.begin(visit.request.headers["host"])
    answer = visit.redirect(address)
    # Not "strict": the provider's site sends the browser back, and only this cookie says that it is the same one.
    answer.set_cookie(
        access.sign_in_cookie,
        browser,
        max_age=SIGN_IN_SECONDS,
        httponly=True,
        samesite="lax",
        secure=access.is_secure,
        path="/",
    )
    return answer


def end_sign_in(visit: Visit) -> Response:
    """Begins the session of whom the provider has sent back, and shows the letters.

    The page itself goes on to them: a browser sends a strict cookie in no chain of redirects from another site.
    """
    access = _access(visit)
    request = visit.request
    browser = request.cookies.get(access.sign_in_cookie, "")
    session, person = access.end(request.query_params.get("state", ""), browser, request.url.query)
    access.leave(request)
    answer = visit.page("signed_in.html.j2", person=person)
    answer.delete_cookie(access.sign_in_cookie, path="/", secure=access.is_secure, httponly=True, samesite="lax")
    answer.set_cookie(
        access.cookie,
        session,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=access.is_secure,
        path="/",
    )
    return answer


def sign_out(visit: Visit) -> Response:
    """Ends the session."""
    access = _access(visit)
    access.leave(visit.request)
    answer = visit.page("signed_out.html.j2")
    answer.delete_cookie(access.cookie, path="/", secure=access.is_secure, httponly=True, samesite="strict")
    return answer


def _access(visit: Visit) -> OpenIdAccess:
    access = visit.desk.access
    if not isinstance(access, OpenIdAccess):
        raise RefusedError(NO_PAGE, visit.request.url.path)
    return access
