"""A template pack that tests can replace with a hostile one, and a server that records requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from circulars.errors import PackError, Problem
from circulars.model.fonts import fonts_named
from circulars.pack import Pack, load_pack
from circulars.render import writer
from render.sample_letters import PLAIN


@dataclass(frozen=True, slots=True)
class HostilePack:
    """A copy of the pack "itu" in its own folder, whose files a test replaces."""

    pack: Pack

    def put(self, **files: str | bytes) -> HostilePack:
        """Writes files of the pack; ``letter_css`` is letter.css."""
        for name, data in files.items():
            path = self.pack.folder / name.replace("_", ".")
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return self

    def body(self, inside: str, style: str = "") -> HostilePack:
        """Writes a page with the given elements in its body, and a stylesheet."""
        page = f"<html lang='en'><head><title>x</title></head><body><p>x</p>{inside}</body></html>"
        return self.put(letter_html_j2=page, letter_css=style)

    def write(self, format: str) -> bytes:
        """A plain letter in a format, made with the pack."""
        return writer(format)(PLAIN, self.pack).fill({})

    def problems(self, format: str) -> tuple[Problem, ...]:
        """The problems of the pack when a letter is made with it."""
        with pytest.raises(PackError) as raised:
            self.write(format)
        return raised.value.problems

    def message(self, format: str) -> str:
        """The problems as they are printed."""
        return "\n".join(map(str, self.problems(format)))


@pytest.fixture
def hostile_pack(tmp_path: Path) -> HostilePack:
    """A copy of the shipped pack's templates."""
    shipped = load_pack()
    return HostilePack(replace(shipped, folder=tmp_path, fonts=fonts_named(()))).put(
        letter_docx=shipped.read("letter.docx"),
        letter_html_j2=shipped.read("letter.html.j2"),
        letter_css=shipped.read("letter.css"),
    )


@dataclass(frozen=True, slots=True)
class Listener:
    """The port of a server on this machine, and the paths of the requests that it got."""

    port: int
    requests: list[str]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that records every request."""
    requests: list[str] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield Listener(server.server_port, requests)
    server.shutdown()
    server.server_close()
