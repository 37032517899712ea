"""``circulars`` as it is typed: in the tests' own process, or in a process of its own.

Starting Python and importing WeasyPrint takes a second, and most commands take less. A test runs the command in its
own process (:func:`run_here`) unless the start, signals, a terminal, a pipe or the environment are what it is about
(:func:`start`).
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from circulars.cli import main
from circulars.language import forget_languages
from circulars.pack import forget_packs

PROGRAM = (sys.executable, "-m", "circulars")
HANGING = 600  # seconds; no command takes as long, however busy the machine is

Done = subprocess.CompletedProcess[str]


def run_here(
    folder: Path, *arguments: str | Path, typed: str = "", environment: Mapping[str, str] | None = None
) -> Done:
    """The exit code of ``main`` in a folder, and what it printed; no standard stream is a terminal."""
    out, err = _stream(), _stream()
    with ExitStack() as until_end:
        until_end.enter_context(chdir(folder))
        until_end.enter_context(mock.patch.dict(os.environ, environment or {}))
        until_end.enter_context(mock.patch.object(sys, "stdin", io.StringIO(typed)))
        until_end.enter_context(redirect_stdout(out))
        until_end.enter_context(redirect_stderr(err))
        until_end.enter_context(_same_signals())
        _forget_files()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse ends so
            code = ended.code if isinstance(ended.code, int) else 1
    return _done(arguments, code, _text(out), _text(err))


def start(folder: Path, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> Done:
    """The exit code of a new process in a folder, and what it printed; it has no terminal to ask on."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=HANGING,
        start_new_session=True,
        check=False,
    )
    return _done(arguments, done.returncode, done.stdout, done.stderr)


SECONDS = 10
MEMORY = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Bounded:
    """What a command printed within the limits that hold for any input, and its exit code; negative after a signal."""

    code: int
    out: str
    err: str


def bounded(folder: Path, *arguments: str | Path) -> Bounded:
    """A command in a new process that may use 10 seconds of computing time and 1 GB of memory.

    A process that it starts has the same limits of its own. The time until the end is not measured.
    """
    done = subprocess.run(
        [sys.executable, "-c", _BOUNDED, *map(str, arguments)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=HANGING,
        start_new_session=True,
        check=False,
    )
    assert done.returncode in (0, 1, 2), (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    assert "this is a bug" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    return Bounded(done.returncode, done.stdout, done.stderr)


# Python's own start is not counted: how long it takes depends on the machine.
_BOUNDED = f"""
import resource, sys
from circulars.cli import commands, main
import circulars.api
used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
resource.setrlimit(resource.RLIMIT_CPU, (used + {SECONDS} + 1,) * 2)
resource.setrlimit(resource.RLIMIT_DATA, ({MEMORY},) * 2)
sys.exit(main(sys.argv[1:]))
"""


def _done(arguments: tuple[str | Path, ...], code: int, out: str, err: str) -> Done:
    assert "Traceback" not in err, err
    return Done([*PROGRAM, *map(str, arguments)], code, out, err)


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def _forget_files() -> None:
    """Makes packs and languages be read again, as in a new process: a test may have changed their files."""
    forget_packs()
    forget_languages()


@contextmanager
def _same_signals() -> Iterator[None]:
    """Restores the signal handlers that the command replaced."""
    before = {request: signal.getsignal(request) for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for request, handler in before.items():
            signal.signal(request, handler)
