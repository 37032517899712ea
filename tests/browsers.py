"""Opens HTML files in jsdom and in Chromium, which run their scripts and fetch what they name."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from commands import HANGING

_HERE = Path(__file__).parent
Step = Mapping[str, str | bool]
"""What is done in a browser, see :class:`Visit`."""
_NODE = _HERE.parent / ".venv/node"


@dataclass(frozen=True, slots=True)
class Look:
    """What became of a file in a browser: whether a script of it ran, and its tree."""

    ran: bool
    tree: str


def look(browser: str, files: Sequence[Path]) -> Mapping[Path, Look]:
    """What "jsdom" or "chromium" makes of some HTML files. The test is skipped if the browser is not installed."""
    _need("jsdom")
    program = _chromium() if browser == "chromium" else browser
    found = _run("look.mjs", program, *map(str, files))
    return {Path(file): Look(**result) for file, result in found.items()}


@dataclass(frozen=True, slots=True)
class Visit:
    """How Chromium opens a file, and what is done there. In a page that is kept, "" is what is open there.

    ``width`` and ``height`` are those of the window in CSS pixels, of which each is ``scale`` pixels of the screen: in
    a window of 1280 x 1024 that is zoomed to 400 %, they are 320, 256 and 4. A step is a ``key`` that is pressed, a
    ``value`` of JavaScript, some to ``run``, a condition to wait for (``until``), ``axe`` to check the accessibility,
    or the file of a ``picture`` or of a PDF to ``print``.
    """

    file: str
    steps: Sequence[Step]
    width: int = 1280
    height: int = 1024
    scale: int = 1
    scheme: str = "light"
    forced: bool = False
    scripts: bool = True


def visit(visits: Sequence[Visit]) -> list[list[Any]]:
    """What the steps ``value`` and ``axe`` of each visit gave. The test is skipped if Chromium is not installed.

    All visits are in one page, which knows nothing of those of other calls.
    """
    _need("axe-core")
    return _visitor(_chromium()).found(visits)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser with one page, which is kept until the end. The test is skipped if Chromium is not installed."""
    _need("axe-core")
    browser = Browser(_chromium(), "kept")
    try:
        yield browser
    finally:
        browser.end()


class Browser:
    """A Chromium that runs as long as this process: a start takes seconds."""

    def __init__(self, program: str, *options: str) -> None:
        command, pipe = ["node", str(_HERE / "node/browser.mjs"), program, *options], subprocess.PIPE
        self._process = subprocess.Popen(command, env=_environment(), stdin=pipe, stdout=pipe)
        atexit.register(self.end)

    def end(self) -> None:
        """Ends the program."""
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()  # Chromium ends with it.

    def found(self, visits: Sequence[Visit]) -> list[list[Any]]:
        """What was found on some visits. After a failure the next visits have another Chromium."""
        assert self._process.stdin and self._process.stdout
        late = threading.Timer(HANGING, self._process.kill)
        late.start()
        try:
            self._process.stdin.write(json.dumps([asdict(one) for one in visits]).encode() + b"\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        except BaseException:
            _visitor.cache_clear()
            self.end()
            raise
        finally:
            late.cancel()
        assert "found" in answer, answer["failed"]
        found: list[list[Any]] = answer["found"]
        return found


@functools.cache
def _visitor(program: str) -> Browser:
    return Browser(program)


def _need(package: str) -> None:
    if not (_NODE / "node_modules" / package).exists():
        pytest.skip(f"{package} is not installed: scripts/install dev takes it from npm")


def _chromium() -> str:
    program = shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    return program


def _environment() -> dict[str, str]:
    return {**os.environ, "NODE_MODULES_OF": str(_NODE)}


def _run(script: str, program: str, *arguments: str) -> Any:
    # A process of the browser may still write to its profile when its folder is removed.
    with tempfile.TemporaryDirectory(prefix="circulars-browser-", ignore_cleanup_errors=True) as profile:
        run = subprocess.run(
            ["node", str(_HERE / "node" / script), program, profile, *arguments],
            env=_environment(),
            capture_output=True,
            timeout=HANGING,
        )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return json.loads(run.stdout)


def tree_of(source: str) -> str:
    """The tree of a page that is also well-formed XML, written as :class:`Look` has it."""
    return _tree(ElementTree.fromstring(source.removeprefix("<!DOCTYPE html>\n")))


def _tree(element: Element) -> str:
    names = [f"{name}={_text(value)}" for name, value in element.attrib.items()]
    text = element.text or ""
    # Browsers skip a line feed at the beginning of a "pre".
    inside = _text(text.removeprefix("\n") if element.tag == "pre" else text) + "".join(
        _tree(child) + _text(child.tail) for child in element
    )
    return f"({' '.join([element.tag, *names])}{inside})"


def _text(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False) if text else ""
