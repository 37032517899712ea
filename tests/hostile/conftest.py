"""A pack that a test may spoil, and what a stranger would read or reach with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from circulars.errors import PackError, Problem
from circulars.pack import Pack, load_pack
from circulars.render import writer
from render.sample_letters import PLAIN


@dataclass(frozen=True, slots=True)
class Spoiled:
    """The pack "itu" in a folder of its own, whose templates are somebody else's."""

    pack: Pack

    def put(self, **files: str | bytes) -> Spoiled:
        """Puts files in place: ``letter_css`` is letter.css."""
        for name, data in files.items():
            path = self.pack.folder / name.replace("_", ".")
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return self

    def body(self, inside: str, style: str = "") -> Spoiled:
        """Puts a page with some elements in its body, and a stylesheet."""
        page = f"<html lang='en'><head><title>x</title></head><body><p>x</p>{inside}</body></html>"
        return self.put(letter_html_j2=page, letter_css=style)

    def write(self, format: str) -> bytes:
        """A plain letter in a format."""
        return writer(format)(PLAIN, self.pack).fill({})

    def problems(self, format: str) -> tuple[Problem, ...]:
        """What is said of the pack when a letter is written."""
        with pytest.raises(PackError) as raised:
            self.write(format)
        return raised.value.problems

    def said(self, format: str) -> str:
        """The same as it is printed."""
        return "\n".join(map(str, self.problems(format)))


@pytest.fixture
def spoiled(tmp_path: Path) -> Spoiled:
    """A copy of the shipped pack's templates."""
    shipped = load_pack()
    return Spoiled(replace(shipped, folder=tmp_path, fonts=())).put(
        letter_docx=shipped.read("letter.docx"),
        letter_html_j2=shipped.read("letter.html.j2"),
        letter_css=shipped.read("letter.css"),
    )


@dataclass(frozen=True, slots=True)
class Listener:
    """A server on this machine, and what it was asked for."""

    port: int
    asked: list[str]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that notes whatever it is asked for, and gives a picture."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Listener(server.server_port, asked)
    server.shutdown()
    server.server_close()
