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
from desk.desks import LINK, started


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
