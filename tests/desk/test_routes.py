"""Every route refuses what does not come from the desk's own pages, and changes nothing then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from circulars.desk.app import HEADERS, MOST_BYTES
from circulars.desk.routes import ROUTES, DeskRoute, static_file
from desk.desks import Reader, new_office, served
from desk.people import Colleague, as_person, served_to_people

VALUES = {
    "name": "tsb-circular-213", "token": "wrong", "language": "en", "number": "1", "file": "desk.css",
}  # fmt: skip
CLOSED = [route for route in ROUTES if route.needs != "nothing"]
CHANGING = [route for route in ROUTES if route.changes]
EVERY = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.address)
EVERY_CLOSED = pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.address)
EVERY_CHANGING = pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.address)


def path_of(route: DeskRoute) -> str:
    """An address of a route, for the example letter."""
    path = route.address
    for name, value in VALUES.items():
        path = path.replace("{" + name + "}", value)
    return path


@pytest.fixture(scope="module")
def stranger(same_office: Path) -> Iterator[Reader]:
    """A browser that has not opened the link of its desk, and nor has another one."""
    with served(same_office) as browser:
        yield browser


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A browser that has opened the link of a desk, whose letters may have been changed."""
    with served(new_office(tmp_path_factory.mktemp("written"))) as browser:
        yield browser.begin()


def files(folder: Path) -> Mapping[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_table_has_what_each_route_may_do() -> None:
    """Only the link, the sign-in and the stylesheets are open, and what changes something needs the session."""
    assert {route.address for route in ROUTES} - {route.address for route in CLOSED} == {
        "/begin/{token}",
        "/sign-in",
        "/signed-in",
        "/static/{file}",
    }
    assert len(CHANGING) == 19
    assert all(route.needs != "nothing" for route in CHANGING)
    assert len({route.address for route in ROUTES}) == len(ROUTES)


MAY: Mapping[str, str] = {
    "/sign-out": "reader translator editor",
    "/": "reader translator editor",
    "/folder": "editor",
    "/new": "editor",
    "/new/letter": "editor",
    "/new/file": "editor",
    "/language": "reader translator editor",
    "/letters/{name}": "reader translator editor",
    "/letters/{name}/text": "translator editor",
    "/letters/{name}/entry": "editor",
    "/letters/{name}/block": "editor",
    "/letters/{name}/block/change": "editor",
    "/letters/{name}/source": "editor",
    "/letters/{name}/source/save": "editor",
    "/letters/{name}/fix": "editor",
    "/letters/{name}/confirm": "translator editor",
    "/letters/{name}/language": "editor",
    "/letters/{name}/undo": "translator editor",
    "/letters/{name}/redo": "translator editor",
    "/letters/{name}/undecided": "translator editor",
    "/letters/{name}/version": "translator editor",
    "/letters/{name}/changes": "reader translator editor",
    "/letters/{name}/people": "reader translator editor",
    "/letters/{name}/problems": "reader translator editor",
    "/letters/{name}/preview/{language}": "reader translator editor",
    "/letters/{name}/draft/{language}": "translator editor",
    "/letters/{name}/pages/{language}": "reader translator editor",
    "/letters/{name}/pages/{language}/{number}": "reader translator editor",
    "/letters/{name}/build": "editor",
    "/letters/{name}/built": "reader translator editor",
    "/letters/{name}/files/{file}": "reader translator editor",
}
"""Which roles may use which route."""
LOGINS = {"": "", "reader": "carla", "translator": "ben", "editor": "ana"}


@pytest.fixture(scope="module")
def colleague(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Colleague]:
    """A browser at a desk for several people, whose letters may be changed."""
    with served_to_people(new_office(tmp_path_factory.mktemp("people"))) as browser:
        yield browser


def test_each_route_says_who_may_use_it() -> None:
    """The expectation and the table have the same routes: a new one needs a row in both."""
    assert MAY.keys() == {route.address for route in CLOSED}
    with pytest.raises(TypeError, match="needs"):
        DeskRoute("/new", static_file)  # type: ignore[call-arg]  # it has no default


@pytest.mark.parametrize("role", LOGINS)
@EVERY_CLOSED
def test_only_the_roles_of_a_route_may_use_it(route: DeskRoute, role: str, colleague: Colleague) -> None:
    """Others are refused before anything is read or changed; whoever may use it is not refused by the role."""
    person = as_person(colleague, LOGINS[role])
    before = files(colleague.desk.workspace.letters)

    answer = person.post(path_of(route)) if route.changes else person.get(path_of(route))

    if role and role in MAY[route.address].split():
        assert b"Your role does not allow this" not in answer.data and answer.status not in (403, 500)
    else:
        wanted = "Your role does not allow this" if role else "does not say who you are"
        assert (answer.status, wanted in answer.text) == (403, True)
        assert files(colleague.desk.workspace.letters) == before


@EVERY_CLOSED
def test_a_browser_without_the_session_gets_nothing(route: DeskRoute, stranger: Reader, same_office: Path) -> None:
    """A page says how to get in; nothing changes."""
    before = files(same_office)

    answer = stranger.post(path_of(route)) if route.changes else stranger.get(path_of(route))

    assert answer.status == 403
    assert "has not opened the desk" in answer.text and "Open the link" in answer.text
    assert "<form" not in answer.text and stranger.token not in answer.text
    assert files(same_office) == before


def test_a_number_of_any_length_needs_the_session_first(stranger: Reader) -> None:
    """It is not read before."""
    answer = stranger.get(f"/letters/tsb-circular-213/pages/en/{'9' * 5000}")

    assert answer.status == 403


@EVERY
def test_another_name_of_this_machine_is_refused(route: DeskRoute, same_reader: Reader, same_office: Path) -> None:
    """A site whose name leads to this machine gets no page of the desk, not even the link's."""
    before = files(same_office)

    answer = same_reader.ask(
        route.method, path_of(route), headers={"Host": f"evil.example:{same_reader.host.split(':')[1]}"}
    )

    assert answer.status == 421
    assert files(same_office) == before


@EVERY_CHANGING
@pytest.mark.parametrize(
    "wrong",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://127.0.0.1:1"}],
    ids=str,
)
def test_a_form_of_another_site_changes_nothing(
    route: DeskRoute, wrong: Mapping[str, str], same_reader: Reader, same_office: Path
) -> None:
    """The browser says which site a form is of, even if it sends the cookie and the token."""
    before = files(same_office)

    answer = same_reader.post(path_of(route), {}, **wrong)

    assert answer.status == 403
    assert "Another site" in answer.text
    assert files(same_office) == before


@EVERY_CHANGING
def test_a_form_without_the_token_changes_nothing(route: DeskRoute, same_reader: Reader, same_office: Path) -> None:
    """The token of an earlier desk is not that of this one."""
    before = files(same_office)

    answer = same_reader.post(path_of(route), {"token": "of an earlier desk"})

    assert answer.status == 403
    assert "before the desk was started again" in answer.text
    assert files(same_office) == before


@EVERY_CHANGING
def test_a_form_that_is_too_large_changes_nothing(route: DeskRoute, same_reader: Reader, same_office: Path) -> None:
    """No more than the limit is read."""
    before = files(same_office)

    answer = same_reader.post(path_of(route), {"text": "x" * MOST_BYTES})

    assert answer.status == 413
    assert files(same_office) == before


@EVERY_CHANGING
def test_what_changes_something_is_never_asked_for_with_get(
    route: DeskRoute, same_reader: Reader, same_office: Path
) -> None:
    """A link or a picture cannot change anything."""
    before = files(same_office)

    assert same_reader.get(path_of(route)).status == 405
    assert files(same_office) == before


@EVERY
def test_every_answer_says_what_it_may_do(route: DeskRoute, writer: Reader) -> None:
    """No page runs or fetches anything that is not the desk's own, and no other site may frame it."""
    answer = writer.post(path_of(route)) if route.changes else writer.get(path_of(route))

    assert {name.lower() for name in HEADERS} <= answer.headers.keys()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors" in policy
    assert "script-src" not in policy or "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


def test_a_page_names_its_icon(same_reader: Reader) -> None:
    """So browsers ask for no other."""
    assert '<link rel="icon" href="/static/icon.svg"' in same_reader.get("/").text
    assert same_reader.get("/static/icon.svg").headers["content-type"] == "image/svg+xml"


def test_the_link_works_once(same_office: Path) -> None:
    """A second browser with the same link is refused; the first one goes on."""
    with served(same_office) as first:
        link = first.desk.access.link.removeprefix(first.desk.access.address)
        first.begin()
        second = Reader(first.desk)
        refused = second.get(link)

        assert first.get(link).status == 303
        assert first.get("/").status == 200
        assert second.get("/").status == 403
    assert refused.status == 403
    assert "it works once" in refused.text and "start it again" in refused.text


@pytest.mark.parametrize("path", ["/nothing", "/begin/wrong", "/static/nothing"])
def test_a_stranger_gets_no_token(path: str, stranger: Reader) -> None:
    """A page that is refused without the session has no form."""
    page = stranger.get(path)

    assert page.status in (403, 404)
    assert "<form" not in page.text and stranger.token not in page.text


def test_a_look_at_the_head_does_not_use_up_the_link(same_office: Path) -> None:
    """A program that looks at a link before it opens it gets no session."""
    with served(same_office) as reader:
        answer = reader.ask("HEAD", reader.desk.access.link.removeprefix(reader.desk.access.address))

        assert "set-cookie" not in answer.headers
        assert reader.begin().get("/").status == 200


def test_a_wrong_link_opens_nothing(same_office: Path) -> None:
    """The link stays unused, and works afterwards."""
    with served(same_office) as reader:
        assert reader.get("/begin/x").status == 403
        assert reader.begin().get("/").status == 200


def test_the_cookie_is_not_for_scripts_or_other_sites(same_office: Path) -> None:
    """No page of another site sends it. Its name has the port, because cookies themselves are shared by all ports."""
    with served(same_office) as reader:
        answer = reader.get(reader.desk.access.link.removeprefix(reader.desk.access.address))

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"circulars-desk-{reader.host.split(':')[1]}=")
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie


@pytest.mark.parametrize(
    "path",
    [
        "/letters/..%2F..%2Fetc%2Fpasswd", "/letters/..%2Fletters%2Ftsb-circular-213", "/letters/%00",
        "/letters/tsb-circular-213/files/..%2F..%2Fletters%2Ftsb-circular-213.yaml",
        "/letters/tsb-circular-213.yaml", "/static/..%2Fapp.py", "/static/..%2Ftemplates%2Fframe.html.j2",
        "/letters/tsb-circular-213/preview/..%2Fen", "/letters/tsb-circular-213/pages/en/99",
        f"/letters/tsb-circular-213/pages/en/{'9' * 5000}", "/letters/tsb-circular-213/pages/en/-1", "/nothing",
    ],
)  # fmt: skip
def test_no_path_of_a_request_leads_to_a_file(path: str, same_reader: Reader) -> None:
    """What the desk's own listing does not have is not there."""
    answer = same_reader.get(path)

    assert answer.status == 404
    assert "<h1>There is no" in answer.text or "not in this language" in answer.text


def test_a_name_with_markup_stays_a_name(reader: Reader, office: Path) -> None:
    """The name of a letter and what it says are never markup on a page."""
    name = "<script>alert(1)<"
    letter = (office / "letters/tsb-circular-213.yaml").read_bytes()
    (office / f"letters/{name}.yaml").write_bytes(letter.replace(b"Eighth", b"<script>alert(2)</script>"))

    pages = [reader.get("/"), reader.get("/letters/%3Cscript%3Ealert(1)%3C")]

    assert [page.status for page in pages] == [200, 200]
    assert all("<script>alert" not in page.text and "&lt;script&gt;alert" in page.text for page in pages)
