"""People sign in with an OpenID provider; an answer that is not exactly of this sign-in lets nobody in."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from browsers import Step, Visit, browsing, visit
from circulars.desk.openid import OpenIdProvider
from circulars.desk.sessions import SESSION_SECONDS, SIGN_IN_SECONDS, OpenIdAccess
from circulars.desk.settings import DeskSettings, OpenIdSettings, read_settings
from circulars.workspace import Workspace
from commands import HANGING
from desk.desks import Answer, Reader, served
from desk.people import SETTINGS
from desk.provider import CLIENT, SECRET, Provider, running_provider

NAME = "sg-letter-dm-24-1021"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def served_with(provider: Provider, office: Path, clock: Callable[[], float], claim: str = "email") -> Iterator[Reader]:
    """A browser that has not signed in yet."""

    def access(port: int) -> OpenIdAccess:
        way = (
            f"openid: {{issuer: '{provider.issuer}', client: {CLIENT}, secret-variable: DESK_SECRET, claim: {claim}}}\n"
        )
        text = SETTINGS.replace("PORT", str(port)).replace("proxy:\n  from: 127.0.0.1\n", way)
        text = (
            text.replace("]\n", f', "http://localhost:{port}"]\n', 1)
            .replace("login: ana,", "")
            .replace("login: ben,", "login: '7'," if claim == "sub" else "")
        )
        (office / "desk.yaml").write_text(text, encoding="utf-8")
        read = functools.partial(read_settings, Workspace(office))
        settings = read().openid
        assert settings
        return OpenIdAccess(OpenIdProvider(settings, SECRET, {}, clock), read)

    with served(office, access=access) as reader:
        yield reader


@pytest.fixture
def reader(provider: Provider, office: Path, clock: Clock) -> Iterator[Reader]:
    with served_with(provider, office, clock) as one:
        yield one


def sent_back(reader: Reader) -> str:
    """The path to which the provider sends a browser back that has begun to sign in."""
    begun = reader.get("/sign-in")
    assert begun.status == 303
    at = urlsplit(begun.headers["location"])
    connection = HTTPConnection(at.netloc, timeout=HANGING)
    try:
        connection.request("GET", f"{at.path}?{at.query}")
        back = urlsplit(connection.getresponse().headers["Location"])
    finally:
        connection.close()
    assert back.netloc == reader.host
    return f"{back.path}?{back.query}"


def signed_in(reader: Reader) -> Answer:
    return reader.get(sent_back(reader))


def test_a_person_signs_in_writes_and_signs_out(provider: Provider, reader: Reader) -> None:
    """The cookies are for the desk alone, and that of the session is new; afterwards it counts for nothing."""
    before = reader.get("/")
    answer = signed_in(reader)
    page = reader.get("/")
    cookies = dict(reader.cookies)
    token = page.text.split('name="token" value="')[1].split('"')[0]

    left = reader.post("/sign-out", {"token": token})
    reader.cookies |= cookies

    assert (before.status, 'href="/sign-in"' in before.text, "<form" in before.text) == (403, True, False)
    assert answer.status == 200 and 'content="0;url=/"' in answer.text
    assert page.status == 200 and "Ana Pérez" in page.text and 'action="/sign-out"' in page.text
    assert left.status == 200 and "You are signed out" in left.text and 'href="/sign-in"' in left.text
    assert reader.get("/").status == 403
    assert provider.refused == []


def test_the_cookies_are_for_the_desk_alone(reader: Reader) -> None:
    """Scripts read none. Only the one of the sign-in comes back from the provider's site; it is deleted then."""
    begun = reader.get("/sign-in").headers["set-cookie"]
    answer = signed_in(reader)

    assert begun.startswith("circulars-desk-sign-in=") and "HttpOnly" in begun and "SameSite=lax" in begun
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=strict" in answer.headers["set-cookie"]


def test_by_tls_the_cookies_are_of_this_host_alone() -> None:
    """No other host of the domain can set them, so none can give a browser a session (session fixation)."""
    settings = DeskSettings(("https://letters.example.int",), ())
    provider = OpenIdProvider(OpenIdSettings("https://login.example.int", CLIENT), SECRET, {})
    access = OpenIdAccess(provider, lambda: settings)

    assert (access.is_secure, access.cookie) == (True, "__Host-circulars-desk")
    assert access.sign_in_cookie == "__Host-circulars-desk-sign-in"


def test_the_provider_is_asked_with_pkce_state_and_nonce(provider: Provider, reader: Reader) -> None:
    """Each is new each time, and the secret is in no address."""
    asked = [parse_qs(urlsplit(reader.get("/sign-in").headers["location"]).query) for _ in range(2)]

    one, other = asked
    assert one["code_challenge_method"] == ["S256"] and one["response_type"] == ["code"]
    assert one["scope"] == ["openid email"]
    assert one["redirect_uri"] == [f"http://{reader.host}/signed-in"]
    assert all(one[name] != other[name] and len(one[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert SECRET not in str(asked)


WRONG: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "nonce": ({"token": {"nonce": "another"}}, "nonce"),
    "no nonce": ({"token": {"nonce": None}}, "nonce"),
    "issuer": ({"token": {"iss": "https://evil.example"}}, "iss"),
    "audience": ({"token": {"aud": "another-client"}}, "aud"),
    "audiences": ({"token": {"aud": [CLIENT, "another"], "azp": "another"}}, "azp"),
    "no audience": ({"token": {"aud": None}}, "aud"),
    "expired": ({"token": {"exp": 1}}, "exp"),
    "never expires": ({"token": {"exp": None}}, "exp"),
    "of the future": ({"token": {"iat": 4_000_000_000}}, "in the future"),
    "alg none": ({"algorithm": "none"}, "127.0.0.1"),
    "alg HS256": ({"algorithm": "HS256"}, "127.0.0.1"),
    "foreign key": ({"is_foreign_key": True}, "bad_signature"),
    "issuer of the answer": ({"answer": {"iss": "https://evil.example"}}, "iss"),
    "no e-mail": ({"claims": {}, "userinfo": {"sub": "7"}}, "email"),
    "e-mail of another": ({"claims": {}, "userinfo": {"sub": "8", "email": "ana@example.int"}}, "sub"),
    "e-mail that is a list": ({"claims": {"email": ["ana@example.int"], "email_verified": True}}, "email"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_id_token_that_is_not_right_lets_nobody_in(wrong: str, provider: Provider, reader: Reader) -> None:
    """The page says the place, the fact and the remedy."""
    faults, place = WRONG[wrong]
    for name, value in faults.items():
        setattr(provider, name, value)

    answer = signed_in(reader)

    assert answer.status == 403
    assert "cannot be trusted" in answer.text and place in answer.text.split("</h1>")[0]
    assert "Ask whoever" in answer.text
    assert reader.get("/").status == 403


@pytest.mark.parametrize("value", [False, None, "true", 1])
def test_an_address_that_the_provider_has_not_confirmed_is_nobodys(
    value: Any, provider: Provider, reader: Reader
) -> None:
    """Otherwise whoever may type an address at the provider could be anybody."""
    provider.claims["email_verified"] = value

    answer = signed_in(reader)

    assert answer.status == 403 and "has not confirmed" in answer.text


def test_another_claim_names_people_by_their_logins(provider: Provider, office: Path, clock: Clock) -> None:
    """Such as "sub", which never changes."""
    with served_with(provider, office, clock, "sub") as reader:
        signed_in(reader)

        assert "Ben Ode" in reader.get("/").text


def test_claims_may_be_beside_the_id_token(provider: Provider, reader: Reader) -> None:
    """Some providers say the address when they are asked for the person alone."""
    provider.claims, provider.userinfo = {}, {"sub": "7", "email": "ana@example.int", "email_verified": True}
    signed_in(reader)

    assert "Ana Pérez" in reader.get("/").text


def test_somebody_else_of_the_provider_gets_nothing(provider: Provider, reader: Reader) -> None:
    """Whoever is not in the file has no session."""
    provider.claims["email"] = "dora@example.int"

    answer = signed_in(reader)

    assert answer.status == 403
    assert "not among the people" in answer.text and "dora@example.int" in answer.text
    assert reader.get("/").status == 403


def test_an_answer_counts_in_the_browser_that_began_and_once(reader: Reader) -> None:
    """Otherwise somebody could sign another's browser in under a wrong name, or use a link twice."""
    back = sent_back(reader)
    other = Reader(reader.desk)
    other.get("/sign-in")

    elsewhere, late, again = other.get(back), reader.get(back), reader.get(back)

    assert [elsewhere.status, late.status, again.status] == [403, 403, 403]
    assert "does not belong to a sign-in" in elsewhere.text and 'href="/sign-in"' in elsewhere.text


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?code=y", "?state=&code=", "?state=%00", "?" + "a=1&" * 500])
def test_an_answer_without_a_sign_in_lets_nobody_in(query: str, reader: Reader) -> None:
    """Whoever makes one up gets a page with a remedy."""
    reader.get("/sign-in")

    answer = reader.get(f"/signed-in{query}")

    assert answer.status == 403 and "does not belong to a sign-in" in answer.text


def test_a_sign_in_that_took_too_long_is_begun_again(reader: Reader, clock: Clock) -> None:
    """An address that was left in a history opens nothing."""
    back = sent_back(reader)
    clock.ahead = SIGN_IN_SECONDS + 1

    assert reader.get(back).status == 403


def test_whoever_declines_is_told_so(provider: Provider, reader: Reader) -> None:
    """The provider's word is shown as words, never as markup."""
    provider.answer = {"code": "", "error": "access_denied<script>"}

    answer = signed_in(reader)

    assert answer.status == 403
    assert "did not sign you in" in answer.text and "access_denied&lt;script&gt;" in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": b"<html>"}, {"body": b"[]"}, {"body": b"x" * 1_000_001}, {"body": b"[" * 100_000},
        {"discovery": {"token_endpoint": "http://evil.example/token"}}, {"discovery": {"jwks_uri": "file:///etc/passwd"}},
        {"discovery": {"authorization_endpoint": None}},
    ],
    ids=str,
)  # fmt: skip
def test_a_provider_that_answers_wrongly_is_a_page(
    wrong: Mapping[str, Any], provider: Provider, reader: Reader
) -> None:
    """Not a word is sent to an address that is not encrypted, and no file is read."""
    for name, value in wrong.items():
        setattr(provider, name, value)

    answer = reader.get("/sign-in")

    assert answer.status == 502 and "does not answer as it should" in answer.text


def test_a_provider_with_the_name_of_another_is_refused(provider: Provider, reader: Reader) -> None:
    """The issuer in its description is the one of the settings, to the letter."""
    provider.discovery = {"issuer": provider.issuer + "/"}

    assert reader.get("/sign-in").status == 403


def test_a_session_ends_after_a_working_day(reader: Reader, clock: Clock) -> None:
    """Whatever was done in it."""
    signed_in(reader)
    clock.ahead = SESSION_SECONDS - 60
    before = reader.get("/").status
    clock.ahead = SESSION_SECONDS + 60

    assert (before, reader.get("/").status) == (200, 403)


def test_a_person_who_is_removed_is_signed_out_at_once(office: Path, reader: Reader) -> None:
    """The session counts for nothing without its person."""
    signed_in(reader)
    settings = office / "desk.yaml"
    settings.write_text(settings.read_text("utf-8").replace("ana@", "anna@"), encoding="utf-8")

    assert reader.get("/").status == 403


@pytest.mark.parametrize("value", ["", "x", "x" * 43, "ana@example.int"])
def test_a_cookie_that_was_made_up_opens_nothing(value: str, reader: Reader) -> None:
    """Nor does one that a browser had before it signed in become a session."""
    reader.cookies["circulars-desk"] = value
    before = reader.get("/").status

    signed_in(reader)

    assert before == 403
    assert reader.cookies["circulars-desk"] != value and reader.get("/").status == 200
    assert Reader(reader.desk, {"circulars-desk": value}).get("/").status == 403


def test_a_new_sign_in_ends_the_session_before(reader: Reader) -> None:
    """Whoever has a copy of the former cookie has nothing."""
    signed_in(reader)
    former = Reader(reader.desk, dict(reader.cookies))
    signed_in(reader)

    assert former.get("/").status == 403
    assert reader.get("/").status == 200


def test_a_form_that_ends_the_session_has_the_token(reader: Reader) -> None:
    """Another site cannot sign anybody out."""
    signed_in(reader)

    answer = reader.ask(
        "POST",
        "/sign-out",
        b"token=x",
        {"Origin": reader.desk.access.address, "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status == 403
    assert reader.get("/").status == 200


def test_chromium_signs_in_and_out(provider: Provider, office: Path, clock: Clock) -> None:
    """The strict cookie is there after the way over the provider's site; every page of it is accessible."""
    with served_with(provider, office, clock) as reader:
        desk = f"http://localhost:{reader.host.split(':')[1]}/"  # another site than the provider, at 127.0.0.1
        sign_in = "document.querySelector('a[href=\"/sign-in\"]')"
        steps: list[Step] = [
            {"axe": True},
            {"run": f"{sign_in}.click()"},
            {"until": "document.querySelector('.letters') !== null"},
            {"value": "document.querySelector('.person').textContent"},
            {"axe": True},
            {"run": "document.querySelector('form[action=\"/sign-out\"] button').click()"},
            {"until": "document.title === 'You are signed out.'"},
            {"axe": True},
        ]
        found = visit([Visit(desk, steps), Visit(desk, [{"value": f"{sign_in} !== null"}])])

    assert found == [[[], "Ana Pérez", [], []], [True]]


SIGN_IN = """(() => {
  const link = document.createElement('a');
  Object.assign(link, {href: '/sign-in', target: '_blank', textContent: 'x'});
  document.body.append(link);
  link.focus();
})()"""
"""Makes a link that opens another window, and puts the focus on it."""


def test_what_is_typed_when_a_session_ends_is_saved_at_the_same_persons_next_sign_in(
    provider: Provider, office: Path, clock: Clock
) -> None:
    """The page keeps it and says why; it is never saved in the name of another person in the same browser."""
    field = f"document.querySelector('form[data-field=' + JSON.stringify({json.dumps(json.dumps(['date']))}) + ']')"
    typed = f"{field}.elements.text.value = '2024-10-22'; {field}.elements.text.dispatchEvent(new Event('input'))"
    letter = office / f"letters/{NAME}.yaml"

    def says(words: str) -> Step:
        return {"until": f"document.getElementById('status').textContent.includes({json.dumps(words)})"}

    def come(email: str) -> list[Step]:
        provider.claims["email"], provider.token = email, {"iat": int(clock()), "exp": int(clock()) + 300}
        return [{"run": SIGN_IN}, {"key": "Enter"}]

    with served_with(provider, office, clock) as reader, browsing() as browser:
        page = f"{reader.desk.access.address}/letters/{NAME}"
        arrived: Step = {"until": "document.querySelector('.letters') !== null"}
        browser.found([Visit(f"{reader.desk.access.address}/sign-in", [arrived]), Visit(page, [])])
        clock.ahead = SESSION_SECONDS + 60
        browser.found([Visit("", [{"run": typed}, says("your session has ended")])])
        browser.found([Visit("", [*come("ben@example.int"), says("before the desk was started again")])])
        as_another = "2024-10-22" in letter.read_text("utf-8")
        saved: Step = {"until": f"{field}.querySelector('.state').textContent === 'Saved'"}
        browser.found([Visit("", [*come("ana@example.int"), saved])])

    assert not as_another
    assert "2024-10-22" in letter.read_text("utf-8")
