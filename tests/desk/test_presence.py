"""Everybody sees who has which letter open, and which text of it; whoever leaves is gone within seconds."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import HTTPErrorProcessor, Request, build_opener

import pytest

from browsers import Browser, Visit, browsing
from circulars.desk.people import DeskPerson
from circulars.desk.presence import MOST_PAGES, SECONDS, OpenText, Presence
from desk.people import HEADER, SETTINGS, Colleague, as_person, served_to_people

NAME = "sg-letter-dm-24-1021"
FIELD = json.dumps(["body", 0, "es"])
ANA = DeskPerson("Ana", "ana@example.int", "ana", "editor")
BEN = DeskPerson("Ben", "ben@example.int", "ben", "editor")


def told(person: Colleague, field: str = "", page: str = "1", **form: str) -> list[dict[str, str]]:
    """Where everybody else is, after a page has said where its reader is."""
    answer = person.post(f"/letters/{NAME}/people", {"page": page, "field": field, **form})
    assert answer.status == 200
    others: list[dict[str, str]] = answer.said["others"]
    return others


@pytest.fixture
def desk(office: Path) -> Iterator[Colleague]:
    with served_to_people(office) as colleague:
        yield colleague


def test_everybody_is_told_where_the_others_are(desk: Colleague) -> None:
    """Not where they are themselves, and nothing of other letters; readers see and are seen, too."""
    ana, ben, carla = (as_person(desk, login) for login in ("ana", "ben", "carla"))

    told(ana, FIELD)
    seen = told(ben)
    both = told(carla, FIELD)
    told(ana, left="yes")

    assert seen == [{"name": "Ana Pérez", "field": FIELD}]
    assert both == [{"name": "Ana Pérez", "field": FIELD}, {"name": "Ben Ode", "field": ""}]
    assert told(ben) == [{"name": "Carla Rossi", "field": FIELD}]
    elsewhere = ana.post("/letters/tsb-circular-213/people", {"page": "1", "field": ""})
    assert elsewhere.said == {"others": []}


def test_the_list_says_who_has_a_letter_open(desk: Colleague) -> None:
    """Beside its reference."""
    told(as_person(desk, "ana"))

    assert "Open: Ana Pérez" in as_person(desk, "ben").get("/").text
    assert "Open:" not in as_person(desk, "ana").get("/").text


@pytest.mark.parametrize(("letter", "field", "status"), [("none", "", 404), (NAME, "x" * 1001, 400)])
def test_nothing_else_is_remembered(letter: str, field: str, status: int, desk: Colleague) -> None:
    """No letter that is not there, and no name without end."""
    assert as_person(desk, "ana").post(f"/letters/{letter}/people", {"page": "1", "field": field}).status == status


def test_a_page_that_says_nothing_more_is_gone_after_seconds() -> None:
    """Its browser may have ended without a word."""
    now = 0.0
    presence = Presence(lambda: now)
    presence.note(NAME, FIELD, ANA, "1")
    now = SECONDS - 1
    before = presence.others(NAME, BEN)
    now = SECONDS

    assert before == [OpenText("Ana", FIELD)]
    assert presence.others(NAME, BEN) == []
    assert presence.letters(BEN) == {}


def test_a_person_with_several_pages_is_shown_once_for_each_text() -> None:
    """Pages without end are not remembered."""
    presence = Presence(lambda: 0.0)
    for page in ("1", "2"):
        presence.note(NAME, FIELD, ANA, page)
    once = presence.others(NAME, BEN)
    for number in range(100):
        presence.note(NAME, str(number), ANA, str(number))

    assert once == [OpenText("Ana", FIELD)]
    assert len(presence.others(NAME, BEN)) == MOST_PAGES
    assert presence.letters(BEN) == {NAME: ["Ana"]}


class _Kept(HTTPErrorProcessor):
    """Leaves every answer as it is."""

    def http_response(self, request: object, response: object) -> object:
        return response


@contextmanager
def naming_proxy(login: str) -> Iterator[ThreadingHTTPServer]:
    """A web server on this machine that names everybody by one login, and passes requests to ``server.desk``."""

    class Naming(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
            kept = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in ("connection", HEADER.lower())
            }
            asked = Request(f"{server.desk}{self.path}", data, {**kept, HEADER: login}, method=self.command)  # type: ignore[attr-defined]  # set below
            with build_opener(_Kept).open(asked) as answer:
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in ("transfer-encoding", "connection", "date"):
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  # http.server's name

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Naming) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def shown_in(browser: Browser, condition: str) -> None:
    """Waits until a condition holds in the page that is open."""
    browser.found([Visit("", [{"until": f"Boolean({condition})"}])])


def test_two_people_see_each_other_in_their_browsers(office: Path) -> None:
    """The name stands beside the text, describes it, is never announced, and goes with its person."""
    form = f"document.querySelector('form[data-field=' + JSON.stringify({json.dumps(FIELD)}) + ']')"
    with naming_proxy("ana") as one, naming_proxy("ben") as other, browsing() as first, browsing() as second:
        addresses = [f"http://127.0.0.1:{server.server_port}" for server in (one, other)]
        settings = SETTINGS.replace('["http://127.0.0.1:PORT"]', json.dumps(["http://127.0.0.1:PORT", *addresses]))
        with served_to_people(office, settings) as desk:
            one.desk = other.desk = desk.desk.access.address  # type: ignore[attr-defined]  # read above
            first.found([Visit(f"{addresses[0]}/letters/{NAME}?show=en&show=es", [])])
            second.found(
                [Visit(f"{addresses[1]}/letters/{NAME}?show=en&show=es", [{"run": f"{form}.elements.text.focus()"}])]
            )

            shown_in(first, f"{form}.querySelector('.who')?.textContent === 'In this text: Ben Ode'")
            shown_in(second, "document.getElementById('here').textContent === 'Also in this letter: Ana Pérez'")
            about = f"""(() => {{
                const who = {form}.querySelector('.who');
                const described = who.id === {form}.elements.text.getAttribute('aria-describedby');
                return [described, who.closest('[aria-live], [role]')];
            }})()"""
            # A field of the head has a hint, which describes it as well.
            head = (
                f"document.querySelector('form[data-field=' + JSON.stringify({json.dumps(json.dumps(['date']))}) + ']')"
            )
            second.found(
                [
                    Visit(
                        "",
                        [{"run": f"{head}.closest('details').open = true"}, {"run": f"{head}.elements.text.focus()"}],
                    )
                ]
            )
            shown_in(first, f"{head}.querySelector('.who')")
            ids = f"{head}.elements.text.getAttribute('aria-describedby').split(' ')"
            hints = f"{ids}.map((id) => Boolean(document.getElementById(id)))"
            [[hinted]] = first.found([Visit("", [{"value": hints}])])
            second.found([Visit("", [{"run": f"{form}.elements.text.focus()"}])])
            shown_in(first, f"{form}.querySelector('.who')")
            [[described, axe]] = first.found([Visit("", [{"value": about}, {"axe": True}])])
            second.found([Visit(f"{addresses[1]}/", [])])
            shown_in(first, f"!{form}.querySelector('.who') && document.getElementById('here').hidden")

    assert hinted == [True, True]
    assert described == [True, None]
    assert axe == []
