"""Output on a terminal: colour, progress bars, help and usage."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars import __version__
from cli.conftest import LETTER

Run = Callable[..., subprocess.CompletedProcess[str]]


def on_terminal(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """The exit code of a command on a new terminal, and everything that the terminal shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "circulars", *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        | {"TERM": "xterm-256color", "COLUMNS": "100"}
        | environment,
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # Linux reports that the other end is closed
                break
            if not data:
                break
            shown += data
        os.close(ours)
    return process.returncode, shown.decode()


def test_a_terminal_shows_problems_in_colour(wrong: Path, run: Run) -> None:
    """The code is bold red on a terminal, and plain in a pipe."""
    code, shown = on_terminal(wrong, "check")

    assert code == 1
    assert "\x1b[1;31munknown-field\x1b[0m" in shown
    assert "\x1b" not in run("check").stdout


def test_no_color_turns_colour_off(wrong: Path) -> None:
    """NO_COLOR turns colour off, as no-color.org defines it."""
    code, shown = on_terminal(wrong, "check", NO_COLOR="1")

    assert code == 1
    assert "\x1b[1;31m" not in shown


@pytest.mark.parametrize("columns", ["20", "40", "80"])
def test_a_narrow_terminal_shows_how_many_are_merged(folder: Path, columns: str) -> None:
    """The count is shown whole, whatever else has to be left out."""
    (folder / "list.csv").write_text("id,language\n" + "".join(f"x-{n},en\n" for n in range(1000)))

    code, shown = on_terminal(folder, "merge", "one", "list.csv", "--formats", "txt", "--jobs", "1", COLUMNS=columns)

    assert code == 0
    assert "1000/1000" in shown
    assert "…" not in shown
    assert "merging" not in shown or columns != "20"


@pytest.mark.parametrize("columns", ["12", "20", "80"])
def test_a_narrow_terminal_shows_how_many_are_built(folder: Path, columns: str) -> None:
    """The count is shown whole, whatever else has to be left out."""
    two = (folder / "letters/one.yaml").read_text().replace("number: 1", "number: 2")
    (folder / "letters/two.yaml").write_text(two)

    code, shown = on_terminal(folder, "build", "--formats", "txt", COLUMNS=columns)

    assert code == 0
    assert "2/2" in shown
    assert ("building" in shown) == (columns == "80")


def test_a_terminal_shows_a_bar_for_several_letters(folder: Path, run: Run) -> None:
    """A pipe does not get the bar."""
    two = (folder / "letters/one.yaml").read_text().replace("number: 1", "number: 2")
    (folder / "letters/two.yaml").write_text(two)

    code, shown = on_terminal(folder, "build", "--formats", "txt")
    piped = run("build", "--formats", "txt")

    assert code == 0
    assert "building" in shown
    assert "2/2" in shown
    assert "4 files of 2 letters" in shown
    assert "building" not in piped.stdout + piped.stderr


def test_a_narrow_terminal_shows_whole_names(folder: Path) -> None:
    """A long path continues on the next line; it is never cut."""
    code, shown = on_terminal(folder, "build", "--formats", "txt", "--out", "o" * 80, COLUMNS="60")

    assert code == 0
    assert "…" not in shown
    assert "one.en.txt" in "".join(shown.split())


@pytest.mark.parametrize("arguments", [(), ("--languages", "en"), ("biuld",)])
def test_an_incomplete_or_unknown_command_prints_the_usage(arguments: tuple[str, ...], folder: Path, run: Run) -> None:
    """The usage goes to standard error, and the exit code is 2."""
    done = run(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: circulars ")


def test_help_names_every_command_and_the_exit_codes(folder: Path, run: Run, start: Run) -> None:
    """Help goes to standard output, and the exit code is 0."""
    done = start("--help")

    assert (done.returncode, done.stderr) == (0, "")
    for command in ("init", "new", "check", "build", "diff", "schema", "template", "completion"):
        assert f"    {command} " in done.stdout
        assert run(command, "--help").returncode == 0
    assert "Exit codes: 0 done · 1 problems" in done.stdout


def test_the_installed_command_is_the_module(folder: Path, start: Run) -> None:
    """``circulars`` and ``python -m circulars`` do the same."""
    command = Path(sysconfig.get_path("scripts")) / "circulars"
    if not command.exists():
        pytest.skip("circulars is not installed as a command")

    installed = subprocess.run([command, "--version"], capture_output=True, encoding="utf-8", check=True)

    assert installed.stdout == start("--version").stdout == f"circulars {__version__}\n"


def test_options_cannot_be_abbreviated(folder: Path, run: Run) -> None:
    """A new option must not change the meaning of a script."""
    assert run("build", "--form", "pdf").returncode == 2
    assert run("build", "--wat").returncode == 2


def test_an_internal_error_is_reported_as_such(folder: Path) -> None:
    """The exit code is 3, and a hint says how to report it."""
    program = (
        "import sys, circulars.cli.commands as c\n"
        "def broken(options): raise RuntimeError('oh')\n"
        "c._COMMANDS['check'] = broken\n"
        "from circulars.cli import main\n"
        "sys.exit(main(['check']))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 3
    first, hint = done.stderr.splitlines()
    told = r"this is a bug in circulars, not a fault in your letters: RuntimeError: oh \(in \w+\.py:\d+, <string>:2\)"
    assert re.fullmatch(told, first)
    assert hint.startswith("    hint: run the command again with --debug")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("key", ["\\e[2Jx", "\\x9b31mx", "\\u202ex"])
def test_control_characters_of_a_letter_do_not_reach_the_terminal(key: str, run: Run, folder: Path) -> None:
    """Escape sequences and bidirectional overrides are shown as escapes, in text and in JSON."""
    (folder / "letters/two.yaml").write_text(LETTER.replace("number: 1", "number: 2") + f'"{key}": 1\n')

    for format in ("text", "json"):
        done = run("check", "two", "--format", format)

        assert done.returncode == 1
        assert not any(character in done.stdout + done.stderr for character in "\x1b\x9b\u202e")
    assert json.loads(done.stdout)
