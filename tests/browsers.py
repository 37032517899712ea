"""Opens HTML files in jsdom and in Chromium, which run their scripts and fetch what they name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from commands import HANGING

_HERE = Path(__file__).parent
_NODE = _HERE.parent / ".venv/node"


@dataclass(frozen=True, slots=True)
class Look:
    """What became of a file in a browser: whether a script of it ran, and its tree."""

    ran: bool
    tree: str


def look(browser: str, files: Sequence[Path]) -> Mapping[Path, Look]:
    """What "jsdom" or "chromium" makes of some HTML files. The test is skipped if the browser is not installed."""
    program = browser
    if not (_NODE / "node_modules/jsdom").exists():
        pytest.skip("jsdom is not installed: scripts/install dev takes it from npm")
    if browser == "chromium":
        program = shutil.which("chromium") or ""
        if not program:
            pytest.skip("Chromium is not installed (Debian: chromium)")
    # A process of the browser may still write to its profile when its folder is removed.
    with tempfile.TemporaryDirectory(prefix="circulars-browser-", ignore_cleanup_errors=True) as profile:
        run = subprocess.run(
            ["node", str(_HERE / "node/look.mjs"), program, profile, *map(str, files)],
            env={**os.environ, "NODE_MODULES_OF": str(_NODE)},
            capture_output=True,
            timeout=HANGING,
        )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return {Path(file): Look(**result) for file, result in json.loads(run.stdout).items()}


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
