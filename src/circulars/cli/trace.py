"""``circulars source`` and ``circulars verify``: what made a file, and whether it still is what was made."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from circulars.build import Workspace
from circulars.cli.show import print_problems
from circulars.document import Attachment
from circulars.errors import CircularsError, LetterError, Place, Problem, UsageError
from circulars.output import save_all
from circulars.provenance import MADE, attachments_of
from circulars.verify import Verdict, verify


def source(options: argparse.Namespace) -> int:
    """Prints the letter that a file was made from, or writes it with its pictures into a folder."""
    carried = attachments_of(_read(Path(options.file)), options.file)
    if options.facts:
        carried = tuple(one for one in carried if one.name == MADE)
    if options.out:
        for path in _written(carried, Path(options.out)):
            print(path)
        return 0
    sys.stdout.buffer.write(carried[0].data)
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fact = f"the file cannot be read: {error.strerror or error}"
        raise UsageError(Problem(Place(str(path)), "unreadable-file", fact, "is the name right?")) from None


def _written(carried: Sequence[Attachment], folder: Path) -> list[Path]:
    """The paths of the files, written into a folder; a file of another content is not written over."""
    paths: list[Path] = []
    for one in carried:
        path = folder / one.name
        if ".." in Path(one.name).parts or Path(one.name).is_absolute():
            fact = f"the file carries '{one.name}', which leads out of a folder"
            raise LetterError(Problem(Place(str(path)), "outside-folder", fact, "somebody changed the file"))
        if path.exists() and path.read_bytes() != one.data:
            fact = "another file of this name is there"
            raise UsageError(Problem(Place(str(path)), "file-exists", fact, "name another folder"))
    for one in carried:
        path = folder / one.name
        paths += save_all(path.parent, {path.name: one.data})
    return paths


def verify_files(options: argparse.Namespace, workspace: Workspace) -> int:
    """Prints of each file whether its source makes the same bytes; 1 when one's does not."""
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for name in options.files:
        try:
            verdict = verify(_read(Path(name)), name, workspace)
        except CircularsError as error:
            problems += error.problems
            continue
        rows.append(_row(name, verdict))
        if options.format == "text":
            print("\n".join(_lines(name, verdict)))
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    print_problems(problems, sys.stderr)
    return int(bool(problems) or not all(row["same"] and not row["added"] for row in rows))


def _row(name: str, verdict: Verdict) -> dict[str, Any]:
    making = verdict.making
    made = {"letter": making.letter, "language": making.language, "pack": making.pack, "circulars": making.circulars}
    return {
        "file": name,
        "same": verdict.same,
        "added": verdict.added,
        "differences": list(verdict.differences),
        "reasons": list(verdict.reasons),
        "made": made | {"audience": dict(making.audience)},
    }


def _lines(name: str, verdict: Verdict) -> list[str]:
    making = verdict.making
    made = f"made of {making.letter} in '{making.language}' with the pack '{making.pack}'"
    if verdict.same and not verdict.added:
        return [f"{name}: the same bytes, {made}"]
    if verdict.same:
        return [f"{name}: the same bytes, {made}; {verdict.added:,} bytes were added behind them"]
    lines = [f"{name}: not the bytes that its source makes here, {made}"]
    lines += [f"    {difference}" for difference in verdict.differences]
    causes = verdict.reasons or ("the file was changed, or fonts or libraries here are others",)
    return [*lines, f"    why: {'; '.join(causes)}"]
