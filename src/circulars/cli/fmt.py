"""``circulars fmt``: writes letters in one layout, without a change to what they say."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from circulars.cli.show import plural, print_problems
from circulars.errors import CircularsError, visible
from circulars.files.output import save
from circulars.review.layout import Formatted, format_letter
from circulars.review.line_diff import line_diff
from circulars.review.versions.git import Version, read_version
from circulars.workspace import Workspace

_STANDARD_INPUT = "-"


def run(sources: Sequence[Path], workspace: Workspace, *, check: bool, diff: bool) -> int:
    """Formats letters and returns the exit code; with ``check`` or ``diff`` it only shows which would change."""
    counts: Counter[str] = Counter()
    for path in sources:
        try:
            formatted = format_letter(
                read_version(Version("", str(path)), Path()), str(path), path.parent, workspace.language_folders
            )
        except CircularsError as error:
            formatted = Formatted(b"", b"", error.problems)
        print_problems(formatted.problems, sys.stderr)
        counts["left" if formatted.problems else "changed" if formatted.changed else "unchanged"] += 1
        if formatted.changed:
            _show(path, formatted, check=check, diff=diff)
    print(_summary(counts, is_trial=check or diff), file=sys.stderr)
    return int(bool(counts["left"] or (counts["changed"] and (check or diff))))


def run_on_input(workspace: Workspace, *, check: bool, diff: bool) -> int:
    """Formats the letter on standard input, prints it, and returns the exit code."""
    data = sys.stdin.buffer.read()
    formatted = format_letter(data, _STANDARD_INPUT, workspace.letters, workspace.language_folders)
    print_problems(formatted.problems, sys.stderr)
    if diff:
        print(line_diff(formatted.old, formatted.new, _STANDARD_INPUT), end="")
    elif not check:
        sys.stdout.flush()
        sys.stdout.buffer.write(formatted.new)
    return int(bool(formatted.problems or (formatted.changed and (check or diff))))


def _show(path: Path, formatted: Formatted, *, check: bool, diff: bool) -> None:
    """Writes a file that formatting changes, or shows what would change."""
    if diff:
        print(line_diff(formatted.old, formatted.new, str(path)), end="")
    elif check:
        print(f"would format {visible(str(path))}")
    else:
        real = path.resolve()
        save(real.parent, real.name, formatted.new)
        print(f"formatted {visible(str(path))}")


def _summary(counts: Counter[str], *, is_trial: bool) -> str:
    """One sentence: "2 letters formatted, 5 unchanged, 1 left as it is"."""
    changed = f"{counts['changed']} {plural(counts['changed'], 'letter')} "
    changed += "would be formatted" if is_trial else "formatted"
    left = f", {counts['left']} left as {'they are' if counts['left'] > 1 else 'it is'}" if counts["left"] else ""
    return f"{changed}, {counts['unchanged']} unchanged{left}"
