"""What a terminal gets that a pipe does not, and what the bare command says."""

from __future__ import annotations

import json
import os
import pty
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
    """The exit code of a command on a terminal of its own, and everything that it shows."""
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
            except OSError:  # Linux says so when the other end is closed
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


def test_a_terminal_without_colour_is_respected(wrong: Path) -> None:
    """NO_COLOR, as no-color.org says."""
    code, shown = on_terminal(wrong, "check", NO_COLOR="1")

    assert code == 1
    assert "\x1b[1;31m" not in shown


@pytest.mark.parametrize("columns", ["20", "40", "80"])
def test_a_narrow_terminal_shows_how_many_are_merged(folder: Path, columns: str) -> None:
    """Whatever else there is no room for, the count is whole."""
    (folder / "list.csv").write_text("id,language\n" + "".join(f"x-{n},en\n" for n in range(1500)))

    code, shown = on_terminal(folder, "merge", "one", "list.csv", "--formats", "docx", COLUMNS=columns)

    assert code == 0
    assert "1500/1500" in shown
    assert "…" not in shown
    assert "merging" not in shown or columns != "20"


@pytest.mark.parametrize("columns", ["12", "20", "80"])
def test_a_narrow_terminal_shows_how_many_are_built(folder: Path, columns: str) -> None:
    """The same bar."""
    two = (folder / "letters/one.yaml").read_text().replace("number: 1", "number: 2")
    (folder / "letters/two.yaml").write_text(two)

    code, shown = on_terminal(folder, "build", "--formats", "txt", COLUMNS=columns)

    assert code == 0
    assert "2/2" in shown
    assert ("building" in shown) == (columns == "80")


def test_a_terminal_shows_a_bar_for_several_letters(folder: Path, run: Run) -> None:
    """It goes away when all is done; a pipe never sees it."""
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
    """A long path is folded, never cut."""
    code, shown = on_terminal(folder, "build", "--formats", "txt", "--out", "o" * 80, COLUMNS="60")

    assert code == 0
    assert "…" not in shown
    assert "one.en.txt" in "".join(shown.split())


@pytest.mark.parametrize("arguments", [(), ("--languages", "en"), ("biuld",)])
def test_a_command_without_sense_shows_its_usage(arguments: tuple[str, ...], folder: Path, start: Run) -> None:
    """Exit code 2, on standard error."""
    done = start(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: circulars ")


def test_help_names_every_command_and_the_exit_codes(folder: Path, run: Run, start: Run) -> None:
    """Help is a result: standard output, exit code 0."""
    done = start("--help")

    assert (done.returncode, done.stderr) == (0, "")
    for command in ("init", "new", "check", "build", "diff", "schema", "template", "completion"):
        assert f"    {command} " in done.stdout
        assert run(command, "--help").returncode == 0
    assert "Exit codes: 0 done · 1 problems" in done.stdout


def test_the_installed_command_is_the_module(folder: Path, start: Run) -> None:
    """``circulars`` and ``python -m circulars`` are the same."""
    command = Path(sysconfig.get_path("scripts")) / "circulars"
    if not command.exists():
        pytest.skip("circulars is not installed as a command")

    installed = subprocess.run([command, "--version"], capture_output=True, encoding="utf-8", check=True)

    assert installed.stdout == start("--version").stdout == f"circulars {__version__}\n"


def test_options_are_never_guessed_from_their_beginnings(folder: Path, run: Run) -> None:
    """A script must not change its meaning when a new option comes."""
    assert run("build", "--form", "pdf").returncode == 2
    assert run("build", "--wat").returncode == 2


def test_a_fault_of_circulars_itself_is_said_to_be_one(folder: Path) -> None:
    """Exit code 3, one sentence, and a hint how to report it."""
    program = (
        "import sys, circulars.cli.commands as c\n"
        "def broken(options): raise RuntimeError('oh')\n"
        "c._COMMANDS['check'] = broken\n"
        "from circulars.cli import main\n"
        "sys.exit(main(['check']))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 3
    assert done.stderr.startswith("this is a fault of circulars itself, not of your letters: RuntimeError: oh\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("key", ["\\e[2Jx", "\\x9b31mx", "\\u202ex"])
def test_a_terminal_obeys_no_letter(key: str, run: Run, folder: Path) -> None:
    """Escape sequences and overrides in a key are shown by their numbers, also in the JSON."""
    (folder / "letters/two.yaml").write_text(LETTER.replace("number: 1", "number: 2") + f'"{key}": 1\n')

    for format in ("text", "json"):
        done = run("check", "two", "--format", format)

        assert done.returncode == 1
        assert not any(sign in done.stdout + done.stderr for sign in "\x1b\x9b\u202e")
    assert json.loads(done.stdout)
