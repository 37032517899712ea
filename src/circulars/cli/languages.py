"""``circulars language``: lists languages, begins them, and checks what they still lack."""

from __future__ import annotations

import argparse
import sys

from circulars.cli.show import plural, print_problems, problems_json
from circulars.translation import LanguageState, check_language, languages_of, new_language
from circulars.workspace import Workspace


def run(options: argparse.Namespace, workspace: Workspace) -> int:
    """Runs one of the actions of ``language``, and returns the exit code."""
    return {"list": _list, "check": _check, "new": _new}[options.action](options, workspace)


def _list(options: argparse.Namespace, workspace: Workspace) -> int:
    states = languages_of(workspace)
    for state in states:
        print(_line(state))
    problems = [problem for state in states for problem in state.problems]
    print_problems(problems, sys.stderr)
    return int(bool(problems))


def _line(state: LanguageState) -> str:
    """A language with its name, its direction, and what is still to be translated."""
    parts = [state.name or "its file has problems", "right to left" if state.direction == "rtl" else "left to right"]
    if state.is_own:
        parts.append(f"languages/{state.code}.yaml{_to_do(state.untranslated)}")
    packs = ", ".join(f"{name}{_to_do(lines)}" for name, lines in state.packs)
    parts.append(f"packs: {packs or 'none'}")
    return f"{state.code:<6} {' · '.join(parts)}"


def _to_do(lines: int) -> str:
    return f" ({lines} {plural(lines, 'line')} to translate)" if lines else ""


def _new(options: argparse.Namespace, workspace: Workspace) -> int:
    made = new_language(options.code, workspace, options.base)
    for path in made.files:
        print(path)
    begun = f"begun from {' and '.join(made.bases)}; " if made.bases else ""
    print(f"{begun}translate the lines with # TODO, then: circulars language check {made.code}", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace, workspace: Workspace) -> int:
    codes = options.codes or [state.code for state in languages_of(workspace) if state.is_own or state.packs]
    problems = {problem: None for code in codes for problem in check_language(code, workspace)}
    if options.format == "json":
        print(problems_json([*problems]))
    else:
        print_problems(problems, sys.stdout)
    count = f"{len(problems)} {plural(len(problems), 'problem')}" if problems else "no problems"
    print(f"{', '.join(codes)}: {count}", file=sys.stderr)
    return int(bool(problems))
