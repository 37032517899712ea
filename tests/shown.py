"""Runs the examples of a page that are marked ``console run``, each in a new folder from ``circulars init``.

A line after ``$`` is a command of bash, lines after ``>`` continue it, and the lines below are what it prints, on
either stream; ``...`` stands for anything, as in a doctest. Commands of one example share their folder and shell, and
an example that is marked ``console run on`` goes on in those of the one before it. The mail server mail.example.int is
there while an example runs; what it returns is in ``returned.mbox``.
``python tests/shown.py docs/hostile-input.md`` writes what the commands print into the page: read it before you commit.
"""

from __future__ import annotations

import doctest
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from commands import HANGING, run_here
from conftest import ROOT
from merge.post.mailhost import MailHost
from merge.post.server import serving

_MARK = "\x1c"
_BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Step:
    """A command of an example as the page writes it, and the lines that the page shows below it."""

    command: str
    shown: str

    def is_shown(self, printed: str) -> bool:
        """Whether the page shows what the command printed."""
        return doctest.OutputChecker().check_output(self.shown, printed, doctest.ELLIPSIS)


def steps(example: str) -> list[Step]:
    """The commands of an example, each with what is shown below it."""
    return [
        Step(command, shown)
        for command, shown in re.findall(r"(^\$ .*\n(?:^>.*\n)*)((?:^(?!\$ ).*\n)*)", example, re.M)
    ]


_EXAMPLES = re.compile(r"(?<=^```console run\n).*?(?=^```$)|(?<=^```console run on\n).*?(?=^```$)", re.M | re.S)


def examples(page: str) -> list[list[re.Match[str]]]:
    """The examples of a page, each with those that go on with it."""
    found: list[list[re.Match[str]]] = []
    for match in _EXAMPLES.finditer(page):
        if page[: match.start()].endswith(" on\n"):
            found[-1].append(match)
        else:
            found.append([match])
    return found


def printed(example: str, folder: Path) -> list[str]:
    """What each command of an example prints when they are run in a new folder to work in, which is made here."""
    run_here(folder, "init", "office")
    if _MAIL not in example:
        return _printed(example, folder, "")
    with serving(security="none") as server:
        MailHost(server, folder / "kept", 1_000, folder / "office" / "returned.mbox")
        real = f"127.0.0.1:{server.port}"
        told = _printed(example, folder, _THROUGH_SERVER.format(shown=_MAIL, real=real))
        return [now.replace(f"smtp://{real} --plain", f"smtp://{_MAIL}").replace(real, _MAIL) for now in told]


_MAIL = "mail.example.int:587"
_THROUGH_SERVER = """
circulars() {{
    case "$*" in *smtp://{shown}*) set -- "${{@//smtp:\\/\\/{shown}/smtp://{real}}}" --plain;; esac
    command circulars "$@"
}}
"""


def _printed(example: str, folder: Path, before: str) -> list[str]:
    script = before + "".join(f"printf '\\x1c'\n{_typed(step.command)}\n" for step in steps(example))
    environment = {
        **os.environ,
        "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
        "XDG_STATE_HOME": str(folder / "state"),
    }
    running = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder / "office",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        return running.communicate(timeout=HANGING)[0].split(_MARK)[1:]
    finally:
        _end(running.pid)


def _typed(command: str) -> str:
    """A command without the prompts."""
    return re.sub(r"^(\$ |> ?)", "", command, flags=re.MULTILINE)


def _end(group: int) -> None:
    """Ends what an example left running in the background."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _renewed(page: str) -> str:
    """A page with what its commands print now; outputs that match what is shown stay as they are."""
    for parts in reversed(examples(page)):
        with tempfile.TemporaryDirectory() as folder:
            output = iter(printed("".join(part[0] for part in parts), Path(folder)))
        now = ["".join(_lines(part[0], output)) for part in parts]
        for part, lines in zip(reversed(parts), reversed(now), strict=True):
            page = page[: part.start()] + lines + page[part.end() :]
    return page


def _lines(example: str, output: Iterator[str]) -> Iterator[str]:
    for step in steps(example):
        now = next(output)
        yield step.command + (step.shown if step.is_shown(now) else now)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = ROOT / name
        page.write_text(_renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
