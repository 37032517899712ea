"""``circulars completion``: scripts that real shells accept."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

COMMANDS = ("init", "new", "check", "explain", "build", "diff", "schema", "template", "completion")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh", "fish"])
def test_the_shell_accepts_the_script(shell: str, tmp_path: Path, run: Run) -> None:
    """The shell itself parses it, if it is installed; it contains every command."""
    done = run("completion", shell)
    (tmp_path / "script").write_text(done.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert all(command in done.stdout for command in COMMANDS)
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    read = subprocess.run([shell, "-n", tmp_path / "script"], capture_output=True, encoding="utf-8", check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("",), set(COMMANDS)),
        (("b",), {"build"}),
        (("build", "--f"), {"--formats"}),
        (("check", "--format", ""), {"text", "json", "github", "sarif"}),
        (("template", ""), {"list", "check", "fields"}),
        (("completion", "b"), {"bash"}),
    ],
)
def test_bash_completes_commands_and_options(
    typed: tuple[str, ...], offered: set[str], tmp_path: Path, run: Run
) -> None:
    """Commands, options and their values come from the parser."""
    (tmp_path / "script").write_text(run("completion", "bash").stdout)
    words = " ".join(f"'{word}'" for word in ("circulars", *typed))
    program = (
        "source ./script; "
        f"COMP_WORDS=({words}); COMP_CWORD={len(typed)}; COMP_LINE='x'; COMP_POINT=1; "
        "name=$(complete -p circulars | sed 's/.*-F \\([^ ]*\\).*/\\1/'); "
        f"$name circulars '{typed[-1]}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )

    done = subprocess.run(
        ["bash", "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True, env=os.environ | {}
    )

    assert done.stderr == ""
    assert offered <= set(done.stdout.split())


@pytest.mark.skipif(not shutil.which("fish"), reason="needs fish")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", set(COMMANDS)),
        ("b", {"build"}),
        ("build --f", {"--formats"}),
        ("check --format ", {"text", "json", "github", "sarif"}),
        ("template ", {"list", "check", "fields"}),
    ],
)
def test_fish_completes_commands_and_options(typed: str, offered: set[str], tmp_path: Path, run: Run) -> None:
    """Commands, options and their values are offered with descriptions."""
    (tmp_path / "script").write_text(run("completion", "fish").stdout)
    program = f"source ./script; complete -C 'circulars {typed}'"

    done = subprocess.run(
        ["fish", "--no-config", "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )

    assert done.stderr == ""
    assert offered <= {line.partition("\t")[0] for line in done.stdout.splitlines()}


def test_an_unknown_shell_is_refused(run: Run) -> None:
    """The message names the supported shells."""
    done = run("completion", "elvish")

    assert done.returncode == 2
    assert "'bash', 'zsh', 'tcsh', 'fish'" in done.stderr
