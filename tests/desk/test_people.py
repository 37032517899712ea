"""Several people use one desk: each is known, does what the role allows, and nobody is taken for somebody else."""

from __future__ import annotations

import ast
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from circulars.desk.journal import Journal
from circulars.desk.visit import FOLDER
from desk.desks import Reader
from desk.people import HEADER, SETTINGS, Colleague, as_person, served_to_people

NAME = "sg-letter-dm-24-1021"
SPANISH, ENGLISH = ("body", 0, "es"), ("body", 0, "en")


@pytest.fixture
def desk(office: Path) -> Iterator[Colleague]:
    """A browser whom the proxy does not name."""
    with served_to_people(office) as colleague:
        yield colleague


@pytest.fixture
def ana(desk: Colleague) -> Colleague:
    """An editor."""
    return as_person(desk, "ana")


@pytest.fixture
def ben(desk: Colleague) -> Colleague:
    """A translator into Spanish."""
    return as_person(desk, "ben")


@pytest.fixture
def carla(desk: Colleague) -> Colleague:
    """A reader."""
    return as_person(desk, "carla")


def text(reader: Reader, path: tuple[str | int, ...]) -> str:
    """A text of the letter as the file has it."""
    from circulars.desk.fields import field_at, letter_fields

    file = reader.desk.workspace.letters / f"{NAME}.yaml"
    found = field_at(letter_fields(file.read_bytes(), "", file.parent), path)
    assert found
    return found.text


def changed(reader: Reader, path: tuple[str | int, ...], new: str) -> int:
    """The status of the answer to another text."""
    return reader.edit(NAME, path, text(reader, path), new).status


def raw(reader: Reader, *headers: tuple[bytes, bytes]) -> bytes:
    """The beginning of the answer to a request with some headers, byte by byte as they are."""
    host, port = reader.host.split(":")
    lines = [b"GET / HTTP/1.1", b"Host: " + reader.host.encode(), *(b": ".join(one) for one in headers)]
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]))
        data = b""
        while piece := connection.recv(65536):
            data += piece
    return data


def test_the_page_says_who_is_signed_in(ana: Colleague) -> None:
    """The name of the header's person is on each page."""
    page = ana.get("/")

    assert page.status == 200
    assert '<span class="person"><bdi>Ana Pérez</bdi></span>' in page.text


@pytest.mark.parametrize("login", ["", "dora", "ANA", "ana@example.int", "ana, ben", " ", "../ana", "ana\tben"])
def test_whoever_is_not_named_as_in_the_file_gets_nothing(login: str, desk: Colleague) -> None:
    """The page says the place, the fact and the remedy, and has no form."""
    page = as_person(desk, login).get("/")

    assert page.status == 403
    assert "does not say who you are" in page.text or "not among the people" in page.text
    assert "Ask whoever" in page.text and "<form" not in page.text


def test_a_login_without_end_is_not_repeated(desk: Colleague) -> None:
    """The page shows its beginning."""
    page = as_person(desk, "x" * 10_000)
    answer = page.get("/")

    assert answer.status == 403 and len(answer.text) < 2_000


def test_a_header_that_is_sent_twice_names_nobody(desk: Colleague) -> None:
    """A proxy that adds its header to the one of a browser would let anybody in."""
    answer = raw(desk, (HEADER.encode(), b"ana"), (HEADER.lower().encode(), b"ana"))

    assert answer.startswith(b"HTTP/1.1 403") and b"says it twice" in answer


@pytest.mark.parametrize("value", [b"an\x00a", b"ana\x01", b"ana\x7f", b"\xff\xfe", "аna".encode(), b"ana\r\n ben"])
def test_a_header_with_other_characters_names_nobody(value: bytes, desk: Colleague) -> None:
    """Control characters, bytes that are no text, and letters that look like others."""
    answer = raw(desk, (HEADER.encode(), value))

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 403"))
    assert b"<form" not in answer


@pytest.mark.parametrize("name", [b"X_Remote_User", b"Remote-User", b"X-Forwarded-User"])
def test_only_the_header_of_the_settings_counts(name: bytes, desk: Colleague) -> None:
    """Some servers take "_" for "-"; the desk does not."""
    assert raw(desk, (name, b"ana")).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("claim", [{}, {"X-Forwarded-For": "10.0.0.5"}, {"Forwarded": "for=10.0.0.5"}])
def test_a_header_from_another_address_than_the_proxy_names_nobody(claim: dict[str, str], office: Path) -> None:
    """Whoever reaches the port without the proxy cannot say who it is, nor from where."""
    with served_to_people(office, SETTINGS.replace("from: 127.0.0.1", "from: 10.0.0.5")) as desk:
        answer = as_person(desk, "ana").get("/", **claim)

    assert answer.status == 403
    assert "answers only to its proxy" in answer.text and "127.0.0.1" in answer.text


def test_a_person_who_is_removed_is_refused_at_once(office: Path, ana: Colleague) -> None:
    """Nobody has to start the desk again; another role counts at once, too."""
    settings = office / "desk.yaml"
    assert changed(ana, ENGLISH, "One") == 200

    settings.write_text(settings.read_text("utf-8").replace("role: editor", "role: reader"), encoding="utf-8")
    as_reader = changed(ana, ENGLISH, "Two")
    settings.write_text(settings.read_text("utf-8").replace("login: ana", "login: anna"), encoding="utf-8")

    assert as_reader == 403
    assert ana.get("/").status == 403
    assert text(ana, ENGLISH) == "One"


def test_while_the_file_has_problems_nobody_is_known(office: Path, ana: Colleague) -> None:
    """Otherwise whoever was removed could stay because of a typing error. It is corrected without a restart."""
    settings = office / "desk.yaml"
    good = settings.read_text("utf-8")
    settings.write_text(good.replace("role: translator", "role: tanslator"), encoding="utf-8")

    broken = ana.get("/")
    settings.unlink()
    gone = ana.get("/")
    settings.write_text(good, encoding="utf-8")

    assert (broken.status, gone.status) == (503, 503)
    assert "desk.yaml:6:" in broken.text and "has problems" in broken.text
    assert ana.get("/").status == 200


def test_the_token_of_a_colleague_changes_nothing(ana: Colleague, ben: Colleague) -> None:
    """The forms of each person have a token of their own."""
    before = text(ana, SPANISH)
    assert ana.token != ben.token

    answer = ben.post(f"/letters/{NAME}/undo", {"token": ana.token})

    assert answer.status == 403 and "Nothing was changed" in answer.text
    assert text(ana, SPANISH) == before


def test_the_link_of_a_desk_for_one_person_opens_nothing(ana: Colleague, desk: Colleague) -> None:
    """There is none, and its cookie counts for nothing."""
    assert [ana.get("/begin/x").status, desk.get("/begin/x").status] == [404, 404]
    assert desk.get("/", Cookie=f"circulars-desk-{desk.host.split(':')[1]}=x").status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:PORT", "LOCALHOST", ""])
def test_only_the_addresses_of_the_settings_are_answered(host: str, ana: Colleague) -> None:
    """A site whose name leads to the desk gets nothing (DNS rebinding)."""
    assert ana.get("/", Host=host.replace("PORT", ana.host.split(":")[1])).status in (400, 421)


@pytest.mark.parametrize("origin", ["https://evil.example", "https://127.0.0.1:PORT", "http://127.0.0.1", "null", ""])
def test_a_form_of_another_site_changes_nothing(origin: str, ana: Colleague) -> None:
    """Although the proxy would name the person for it, too."""
    answer = ana.post("/language", {"language": "es"}, Origin=origin.replace("PORT", ana.host.split(":")[1]))

    assert answer.status == 403 and "Another site" in answer.text


def test_a_translator_writes_in_own_languages_alone(ben: Colleague) -> None:
    """Other texts, and what is the same in all languages, stay as they are; the page shows which."""
    before = text(ben, ENGLISH)

    statuses = [changed(ben, SPANISH, "Hola"), changed(ben, ENGLISH, "Hello"), changed(ben, ("date",), "2024-10-22")]
    page = ben.get(f"/letters/{NAME}").text

    assert statuses == [200, 403, 403]
    assert (text(ben, SPANISH), text(ben, ENGLISH), text(ben, ("date",))) == ("Hola", before, "2024-10-21")
    assert 'lang="en" dir="ltr" spellcheck="true" readonly' in page
    assert 'lang="es" dir="ltr" spellcheck="true">' in page
    assert "/build" not in page and "/entry" not in page and 'id="undo"' in page


def test_a_reader_sees_all_and_changes_nothing(carla: Colleague) -> None:
    """The pages have no button that would be refused."""
    letters, letter = carla.get("/"), carla.get(f"/letters/{NAME}")

    assert (letters.status, letter.status) == (200, 200)
    assert "/new" not in letters.text
    actions = {line.split('action="')[1].split('"')[0] for line in letter.text.splitlines() if 'method="post"' in line}
    assert actions <= {"/language", f"/letters/{NAME}/text"}
    assert 'class="save"' not in letter.text


def test_only_ones_own_step_is_undone(ana: Colleague, ben: Colleague) -> None:
    """Another's step is refused with the person's name, for editors, too; when it is undone, the step before can be."""
    old = text(ana, ENGLISH), text(ana, SPANISH)
    changed(ana, ENGLISH, "Hello")
    changed(ben, SPANISH, "Hola")

    since = ana.get(f"/letters/{NAME}/changes?since={ana.version(NAME)}").said
    shown = [one.get(f"/letters/{NAME}").text for one in (ana, ben)]
    refused = ana.post(f"/letters/{NAME}/undo")
    own = ben.post(f"/letters/{NAME}/undo")
    again = ana.post(f"/letters/{NAME}/redo")
    ana.post(f"/letters/{NAME}/undo")

    assert (since["can_undo"], since["can_redo"]) == (False, False)
    assert ["Ben Ode made the last change." in page for page in shown] == [True, False]
    assert refused.status == 403
    assert "Ben Ode" in refused.text and "only your own" in refused.text
    assert own.status == 303
    assert again.status == 403
    assert (text(ana, ENGLISH), text(ana, SPANISH)) == old


def test_a_translator_of_other_languages_now_undoes_nothing_in_the_former_ones(office: Path, ben: Colleague) -> None:
    """The step is still one's own; the text is not."""
    settings = office / "desk.yaml"
    changed(ben, SPANISH, "Hola")
    settings.write_text(settings.read_text("utf-8").replace("languages: [es]", "languages: [fr]"), encoding="utf-8")

    answer = ben.post(f"/letters/{NAME}/undo")

    assert answer.status == 403 and "You write in other languages" in answer.text
    assert text(ben, SPANISH) == "Hola"


def test_two_people_in_one_text_make_two_steps(office: Path, ana: Colleague, ben: Colleague) -> None:
    """The journal says whose each is."""
    changed(ana, SPANISH, "Hola")
    changed(ben, SPANISH, "Hola a todos")

    with Journal(office)._run() as run:
        steps = run("SELECT who FROM steps ORDER BY n").fetchall()

    assert steps == [("ana@example.int",), ("ben@example.int",)]
    assert ben.post(f"/letters/{NAME}/undo").status == 303
    assert text(ana, SPANISH) == "Hola"


def test_a_version_is_in_the_name_of_the_person(
    office: Path, ana: Colleague, ben: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever name git and its environment know."""
    monkeypatch.setenv("GIT_AUTHOR_NAME", "The Server")
    git = ["git", "-C", str(office)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "config", "user.name", "The Server"], check=True)
    for person, path in ((ana, ENGLISH), (ben, SPANISH)):
        changed(person, path, "Hi")
        assert person.post(f"/letters/{NAME}/version", {"message": "Greeting"}).status == 303

    log = subprocess.run([*git, "log", "--format=%an <%ae>, %cn <%ce>"], check=True, capture_output=True).stdout
    assert log.decode().splitlines() == [
        "Ben Ode <ben@example.int>, Ben Ode <ben@example.int>",
        "Ana Pérez <ana@example.int>, Ana Pérez <ana@example.int>",
    ]


def test_a_version_names_everybody_who_wrote_what_is_in_it(office: Path, ana: Colleague, ben: Colleague) -> None:
    """Whoever saves it is the author; the others since the last version are beside it, without what was undone."""
    git = ["git", "-C", str(office)]
    subprocess.run([*git, "init", "-q"], check=True)
    changed(ana, ENGLISH, "Hi")
    changed(ben, SPANISH, "Hola")
    ben.post(f"/letters/{NAME}/version", {"message": "Greeting"})
    changed(ben, SPANISH, "Hola a todos")
    ben.post(f"/letters/{NAME}/undo")
    changed(ana, ENGLISH, "Hello")
    ana.post(f"/letters/{NAME}/version", {"message": "Another"})

    log = subprocess.run([*git, "log", "--format=%an: %B"], check=True, capture_output=True).stdout.decode()

    assert log == "Ana Pérez: Another\n\nBen Ode: Greeting\n\nCo-authored-by: Ana Pérez <ana@example.int>\n\n"


def test_a_request_over_a_unix_socket_is_the_proxys(office: Path, tmp_path: Path) -> None:
    """The socket itself says that it is: only its user and group may connect."""
    from desk.desks import started_for_people

    path = tmp_path / "desk.sock"
    (office / "desk.yaml").write_text(SETTINGS.replace(":PORT", "").replace("  from: 127.0.0.1", "  header: X-User"))
    with started_for_people(office, "--socket", str(path)):
        connection = HTTPConnection("127.0.0.1")
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.connect(str(path))
        connection.request("GET", "/", headers={"X-User": "ana"})
        answer = connection.getresponse()

        assert (answer.status, "Ana Pérez" in answer.read().decode()) == (200, True)
        assert path.stat().st_mode & 0o777 == 0o660
        connection.close()


def test_every_screen_says_whose_a_change_is() -> None:
    """What edits a letter or saves a version is given the person of the request; nothing is in the owner's name."""
    changing = {"make", "arrange", "undo", "redo", "decide", "save", "drop", "draft", "save_version", "step"}
    calls = [
        ast.unparse(node)
        for path in FOLDER.glob("*_screen.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in changing
    ]
    others = [call for call in calls if "previews.draft" in call]

    assert len(calls) - len(others) >= 8
    assert [call for call in calls if "visit.person" not in call and call not in others] == []
