"""The command line: the only room that prints, exits, or reads the clock."""

from __future__ import annotations

import functools
import io
import os
import sys

from circulars.cli.parser import build_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

EXIT_INTERRUPTED = 130
_READING = ("check", "status", "verify")  # commands that write no file


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code.

    0 done · 1 problems in the letters or the data · 2 used wrongly · 3 the machine
    """
    options = _parser().parse_args(arguments)
    options.typed = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(options)
    except KeyboardInterrupt as interrupt:
        written = "nothing was written" if options.command in _READING else "the files already written are complete"
        print(f"stopped; {written}", file=sys.stderr)
        return getattr(interrupt, "exit_code", EXIT_INTERRUPTED)


@functools.cache  # for programs that run many commands
def _parser() -> ArgumentParser:
    return build_parser()


def _run(options: Namespace) -> int:
    # Imported here: `circulars --help` must not wait for imports that only a command needs.
    from circulars.cli import commands
    from circulars.cli.interrupts import raise_on_termination_signals
    from circulars.cli.show import print_problems
    from circulars.errors import CircularsError, visible

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal may not be able to show every character of a problem
    raise_on_termination_signals()
    try:
        code = commands.run(options)
        sys.stdout.flush()
    except CircularsError as error:
        print_problems(error.problems, sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The program that read the output has ended (`circulars check | head`), so there is nobody to report to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if options.debug:
            raise
        print(
            f"this is a bug in circulars, not a fault in your letters: {type(error).__name__}: {visible(str(error))}"
            f" (in {_raised_at(error)})\n"
            "    hint: run the command again with --debug before its name, and report what it prints",
            file=sys.stderr,
        )
        return 3
    return code


def _raised_at(error: Exception) -> str:
    """Where an error was raised, as "file.py:line": in this package, and in the library that raised it."""
    import traceback
    from pathlib import Path

    frames = [(Path(one.filename), one.lineno) for one in traceback.extract_tb(error.__traceback__)]
    ours = next((one for one in reversed(frames) if Path(__file__).parents[1] in one[0].parents), frames[-1])
    return ", ".join(dict.fromkeys(f"{file.name}:{line}" for file, line in (ours, frames[-1])))
