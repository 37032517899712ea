"""Serves a folder as ``circulars desk`` does, and asks for its pages as a browser would."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import uvicorn

from circulars.desk.access import Access, LinkAccess
from circulars.desk.app import desk_app
from circulars.desk.fields import text_hash
from circulars.desk.server import listening, settings_of
from circulars.desk.state import Desk, open_desk
from circulars.start import make_workspace
from circulars.workspace import Workspace
from commands import HANGING, PROGRAM
from conftest import ROOT, hear_interrupts

LINK = re.compile(r"http://127\.0\.0\.1:(\d+)(/begin/[\w-]{43})\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk answered."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def said(self) -> Any:
        """The data for a script."""
        return json.loads(self.data)


@dataclass(slots=True)
class Reader:
    """A browser, as far as the desk can see it: it keeps cookies, and names the page that a form is of."""

    desk: Desk
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.desk.access.address).netloc

    @property
    def token(self) -> str:
        """The token of the forms."""
        assert isinstance(self.desk.access, LinkAccess)
        return self.desk.access.form_token

    def headers(self) -> Mapping[str, str]:
        """What each request has."""
        return {}

    def begin(self) -> Reader:
        """Opens the link that works once."""
        assert self.get(urlsplit(self.desk.access.link).path).status == 303
        return self

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """Sends a form of the desk's own pages."""
        token = {} if form and "token" in form else {"token": self.token}
        body = urlencode({**token, **(form or {})}).encode()
        own = {"Origin": self.desk.access.address, "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, own | headers)

    def version(self, letter: str) -> str:
        """The hash of a letter's file, as a page that is loaded now has it; "" if there is no such file."""
        path = self.desk.workspace.letters / f"{letter}.yaml"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""

    def edit(
        self, letter: str, path: tuple[str | int, ...], was: str, text: str, version: str = "", **headers: str
    ) -> Answer:
        """Saves a text as the script of a page does, which shows a version of the letter: the newest, or another."""
        version = version or self.version(letter)
        form = {"version": version, "path": json.dumps(path), "was": text_hash(was), "text": text}
        return self.post(f"/letters/{letter}/text", form, **{"Accept": "application/json", **headers})

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        connection = HTTPConnection(self.host, timeout=HANGING)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            own = {"Cookie": cookies, **self.headers()}
            connection.request(method, path, body or None, {**own, **(headers or {})})
            found = connection.getresponse()
            for line in found.headers.get_all("Set-Cookie", []):
                self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
            return Answer(found.status, {name.lower(): value for name, value in found.headers.items()}, found.read())
        finally:
            connection.close()


def new_office(parent: Path) -> Path:
    """A folder with the example that ``circulars init`` makes, and a letter in two languages."""
    folder = parent / "office"
    make_workspace(folder)
    shutil.copy(ROOT / "letters" / "sg-letter-dm-24-1021.yaml", folder / "letters")
    return folder


@contextmanager
def served(folder: Path, keep_alive: int = 5, access: Callable[[int], Access] | None = None) -> Iterator[Reader]:
    """A reader of the desk over a folder, who has not opened the link yet.

    ``access`` gives another way to know who visits, for a port.

    A connection is closed ``keep_alive`` seconds after an answer.
    """
    with listening(0) as listener:
        port = listener.getsockname()[1]
        desk = open_desk(Workspace(folder), access(port) if access else LinkAccess(port))
        settings = settings_of(desk_app(desk))
        settings.timeout_keep_alive = keep_alive
        server = _Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Reader(desk)
        finally:
            try:
                server.end()
            finally:
                thread.join(HANGING)


class _Server(uvicorn.Server):
    """Ends as soon as it is asked to and its connections have ended; uvicorn's looks every tenth of a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: Future[asyncio.AbstractEventLoop] = Future()
        self._asked = asyncio.Event()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            if not self._loop.done():
                self._loop.set_exception(RuntimeError("the server ended before it answered anybody"))

    def end(self) -> None:
        self._loop.result(HANGING).call_soon_threadsafe(self._asked.set)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._loop.set_result(asyncio.get_running_loop())
        await self._asked.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for one in self.servers:
            one.close()
        await asyncio.sleep(0.01)  # What was accepted a moment ago is a connection then.
        state, late = self.server_state, time.monotonic() + (self.config.timeout_graceful_shutdown or 0)
        for connection in [*state.connections]:
            connection.shutdown()
        while (state.connections or state.tasks) and time.monotonic() < late:
            await asyncio.sleep(0.002)
        for task in state.tasks:
            task.cancel()
        for connection in [*state.connections]:
            connection.transport.abort()
        await asyncio.sleep(0.01)  # Transports close their sockets in the loop.


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """The command in a process of its own, with its port and the path of its link."""
    command = [*PROGRAM, "-C", str(folder), "desk", "--no-browser", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", preexec_fn=hear_interrupts) as process:
        assert process.stdout
        try:
            link = LINK.fullmatch(process.stdout.readline())
            assert link
            yield process, int(link[1]), link[2]
        finally:
            process.kill()


@contextmanager
def started_for_people(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command for several people in a process of its own, as soon as it has printed its address."""
    command = [*PROGRAM, "-C", str(folder), "desk", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", preexec_fn=hear_interrupts) as process:
        assert process.stdout
        try:
            assert process.stdout.readline().startswith("http")
            yield process
        finally:
            process.kill()
