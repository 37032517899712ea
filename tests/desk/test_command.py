"""``circulars desk`` serves a folder on this machine until it is stopped."""

from __future__ import annotations

import signal
import socket
import sys
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock

import pytest

from circulars.desk import server
from circulars.desk.server import listening
from circulars.errors import MachineError
from commands import HANGING, run_here
from desk.desks import LINK, started, started_for_people


def asked(port: int, path: str, address: str = "127.0.0.1") -> int:
    connection = HTTPConnection(address, port, timeout=HANGING)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_command_prints_a_link_that_works_once_and_ends_with_ctrl_c(office: Path) -> None:
    """The desk answers as soon as the link is printed."""
    with started(office) as (process, port, link):
        assert [asked(port, link), asked(port, link), asked(port, "/")] == [303, 403, 403]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=HANGING)

    assert "works once; Ctrl-C ends the desk" in err
    assert "Traceback" not in err
    assert process.returncode == 130


def test_the_desk_listens_on_this_machine_only() -> None:
    """No other machine can reach the socket."""
    with listening(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_a_problem(office: Path) -> None:
    """The remedy is another port, or any."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_here(office, "desk", "--no-browser", "--port", str(port))

    assert done.returncode == 3
    assert f"port-in-use  the desk cannot use the port {port}: Address already in use" in done.stderr
    assert "choose another port" in done.stderr


@pytest.mark.parametrize("typed", ["-1", "65536", "x", "1e3", "٣"])
def test_only_a_port_is_a_port(typed: str, office: Path) -> None:
    """Nothing is served then."""
    done = run_here(office, "desk", f"--port={typed}")

    assert done.returncode == 2
    assert "is not a port" in done.stderr


SETTINGS = """\
addresses: [https://letters.example.int]
people:
  - {name: Ana, email: ana@example.int, role: editor}
"""


@pytest.mark.parametrize(
    ("settings", "options", "words"),
    [
        ("", ["--socket", "desk.sock"], "there is no such file, which says who may use the desk"),
        (SETTINGS, ["--socket", "desk.sock"], "the file does not say how people are known"),
        (f"{SETTINGS}proxy: {{}}\n", ["--listen", "127.0.0.1:0"], "the proxy has no address"),
    ],
    ids=["no file", "no way", "no address"],
)
def test_several_people_need_a_way_to_be_known(settings: str, options: list[str], words: str, office: Path) -> None:
    """Otherwise nothing is served, and the remedy says what to write."""
    if settings:
        (office / "desk.yaml").write_text(settings, encoding="utf-8")

    done = run_here(office, "desk", *options)

    assert done.returncode == 1
    assert f"no-sign-in  {words}" in done.stderr and "hint: " in done.stderr and "'proxy:'" in done.stderr
    assert not (office / "desk.sock").exists()


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("secret-file: FILE", "secret-file  open-secret  others on this machine can read the file"),
        ("secret-file: FILE.none", "secret-file  unreadable-file"),
        (
            "secret-variable: DESK_TEST_SECRET",
            "empty-secret  the variable DESK_TEST_SECRET of the environment is empty",
        ),
    ],
)
def test_without_its_secret_the_desk_is_not_served(
    way: str, words: str, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret itself is in no message."""
    monkeypatch.delenv("DESK_TEST_SECRET", raising=False)
    (tmp_path / "file").write_text("hush", encoding="utf-8")
    (tmp_path / "file").chmod(0o644)
    openid = f"openid: {{issuer: https://login.example.int, client: desk, {way}}}\n"
    (office / "desk.yaml").write_text(SETTINGS + openid.replace("FILE", str(tmp_path / "file")), encoding="utf-8")

    done = run_here(office, "desk", "--listen", "127.0.0.1:0")

    assert done.returncode == 2
    assert words in done.stderr and "hint: " in done.stderr and "hush" not in done.stderr


def test_a_desk_with_a_provider_starts_without_asking_it(office: Path, tmp_path: Path) -> None:
    """The provider may be down then; nobody gets in without it."""
    (tmp_path / "file").write_text("hush\n", encoding="utf-8")
    (tmp_path / "file").chmod(0o600)
    openid = f"openid: {{issuer: https://login.example.int, client: desk, secret-file: {tmp_path / 'file'}}}\n"
    (office / "desk.yaml").write_text(SETTINGS + openid, encoding="utf-8")

    with started_for_people(office, "--listen", "127.0.0.1:0") as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=HANGING)

    assert "for the people of desk.yaml" in err and "Traceback" not in err


@pytest.mark.parametrize("typed", ["8137", "localhost:8137", "10.0.0.7", "10.0.0.7:x", "::1:", "[10.0.0.7", ":8137"])
def test_only_an_ip_address_and_a_port_is_listened_at(typed: str, office: Path) -> None:
    """A name could lead to another address than is meant."""
    done = run_here(office, "desk", f"--listen={typed}")

    assert done.returncode == 2
    assert "is not an IP address and a port" in done.stderr or "is not a port" in done.stderr


def test_a_port_and_a_place_for_several_people_exclude_each_other(office: Path) -> None:
    """One desk listens at one place."""
    assert run_here(office, "desk", "--port=8137", "--socket=desk.sock").returncode == 2


def test_the_socket_of_a_desk_that_was_killed_is_used_again(office: Path, tmp_path: Path) -> None:
    """That of one that runs is not, nor is another file in its place."""
    path = tmp_path / "desk.sock"
    (office / "desk.yaml").write_text(f"{SETTINGS}proxy: {{}}\n", encoding="utf-8")
    with started_for_people(office, "--socket", str(path)):
        taken = run_here(office, "desk", "--socket", str(path))
    left = path.is_socket()
    with started_for_people(office, "--socket", str(path)) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=HANGING)
    path.write_text("a file", encoding="utf-8")
    other = run_here(office, "desk", "--socket", str(path))

    assert (taken.returncode, other.returncode) == (3, 3)
    assert f"port-in-use  the desk cannot use the socket {path}: Address already in use" in taken.stderr
    assert left and "Traceback" not in err
    assert path.read_text(encoding="utf-8") == "a file"


def test_without_the_extra_the_command_says_how_to_install_it() -> None:
    """The rest of the program works without it."""
    with mock.patch.dict(sys.modules, {"uvicorn": None}), pytest.raises(MachineError) as raised:
        server.require()

    [problem] = raised.value.problems
    assert (problem.code, "uvicorn" in problem.message) == ("missing-library", True)
    assert problem.hint == "in the checkout: scripts/install extras"


def test_a_browser_is_opened_unless_it_is_not_wanted(office: Path) -> None:
    """The browser gets the link; the terminal says so."""
    with (
        mock.patch("webbrowser.open", return_value=True) as opened,
        mock.patch("uvicorn.Server.run", lambda *_, **__: None),
    ):
        with_browser = run_here(office, "desk")
        without = run_here(office, "desk", "--no-browser")

    assert opened.call_count == 1
    assert LINK.fullmatch(with_browser.stdout) and LINK.fullmatch(without.stdout)
    assert "is open in the browser" in with_browser.stderr
    assert "open this link" in without.stderr
