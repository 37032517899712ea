"""``circulars language``: lists, begins and checks languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from commands import Done

Run = Callable[..., Done]


def test_a_language_is_begun_listed_and_checked(tmp_path: Path, run: Run) -> None:
    """Whoever installed the program adds a language in a folder of their own."""
    run("init")

    made = run("language", "new", "pt")
    assert made.stdout.splitlines() == ["languages/pt.yaml", "templates/itu/words/pt.yaml", "templates/itu/pack.yaml"]
    assert made.stderr == "begun from es; translate the lines with # TODO, then: circulars language check pt\n"
    assert "ordinal-apocopated" not in (tmp_path / "languages/pt.yaml").read_text("utf-8")
    listed = run("language", "list").stdout.splitlines()
    (line,) = (line for line in listed if line.startswith("pt "))
    assert line.startswith("pt     português · left to right · languages/pt.yaml (")
    checked = run("language", "check", "pt", "--format", "json")
    assert checked.returncode == 1
    assert {problem["code"] for problem in json.loads(checked.stdout)} == {"untranslated"}
    run("new", "tsb-circular-4", "--languages", "pt")
    assert run("check", "tsb-circular-4").stdout.count("warning: untranslated") == 2
    for file in ("languages/pt.yaml", "templates/itu/words/pt.yaml"):
        path = tmp_path / file
        path.write_text(path.read_text("utf-8").replace("  # TODO", "  # same"), "utf-8")
    done = run("language", "check", "pt")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "pt: no problems\n")
    assert run("new", "tsb-circular-5", "--languages", "pt,en").returncode == 0
    warned = run("check", "letters/tsb-circular-5.yaml")
    assert (warned.returncode, warned.stdout.count("warning: to-do")) == (0, 7)


def test_a_language_begins_with_another_one_if_asked(tmp_path: Path, run: Run) -> None:
    """``--from`` names it."""
    run("init")

    assert run("language", "new", "pt", "--from", "en").stderr.startswith("begun from en; ")
    assert 'subject: "Subject:"  # TODO' in (tmp_path / "languages/pt.yaml").read_text("utf-8")
