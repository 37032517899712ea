"""``circulars template``: lists packs, makes and checks them, and lists the fields that their templates use."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from circulars.cli.show import plural, print_problems, print_warnings, problems_json
from circulars.errors import PackError, Place, Problem, UsageError, did_you_mean
from circulars.pack import pack_names
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.doctor import Repair


def run(options: argparse.Namespace, workspace: Workspace) -> int:
    """Runs one of the actions of ``template``, and returns the exit code."""
    return {"list": _list, "check": _check, "new": _new, "fields": _fields}[options.action](options, workspace)


def _list(options: argparse.Namespace, workspace: Workspace) -> int:
    problems: list[Problem] = []
    for name in pack_names(workspace.pack_folders):
        try:
            pack = workspace.pack(name)
        except PackError as error:
            problems += error.problems
            continue
        print(f"{name}: {pack.title} ({', '.join(pack.words)})\n  in {pack.folder}\n  kinds of letters:")
        for kind in pack.kinds:
            names = "; ".join(words.kinds[kind].name for words in pack.words.values() if kind in words.kinds)
            print(f"    {kind:<20} {names}")
        first = pack.words[pack.languages[0]]
        print("  lists of addressees, for 'to', 'copy' and 'distribution':")
        for listed, words in first.lists.items():
            print(f"    {listed:<20} {words.plain}")
        print(f"  signatories: {', '.join(first.signatories)}")
    print_problems(problems, sys.stderr)
    return int(bool(problems))


def _check(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.doctor import check_pack, doubts_about, repair_pack

    name = _known(options.name, workspace)
    repair = repair_pack(name, workspace) if options.repair else None
    problems, warnings = check_pack(name, workspace), doubts_about(name, workspace)
    if options.format == "json":
        print(problems_json(problems) if repair is None else _repair_json(repair, problems))
        print_warnings(warnings, sys.stderr)
    else:
        for fix in repair.fixed if repair else ():
            print(f"{fix.where}  fixed: {fix.code}  {fix.message}")
        print_problems(problems, sys.stdout)
        print_warnings(warnings, sys.stdout)
    done = f"{len(repair.fixed)} fixed, " if repair else ""
    kept = f"; the old file is {repair.kept}" if repair and repair.kept else ""
    count = f"{len(problems)} {plural(len(problems), 'problem')}" if problems else "no problems"
    count += f", {len(warnings)} {plural(len(warnings), 'warning')}" if warnings else ""
    print(f"pack {name}, {done}{count}{kept}", file=sys.stderr)
    return int(bool(problems))


def _repair_json(repair: Repair, problems: Sequence[Problem]) -> str:
    """What was fixed, the problems that are left, and the path of the old file, as JSON."""
    rows = {name: json.loads(problems_json(found)) for name, found in (("fixed", repair.fixed), ("problems", problems))}
    return json.dumps(rows | {"kept": str(repair.kept or "")}, ensure_ascii=False, indent=2)


def _new(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.doctor import new_pack

    made = new_pack(options.name, Path(options.source), options.title, workspace)
    for change in made.changed:
        print(f"{change.where}  changed: {change.code}  {change.message}")
    for note in made.notes:
        print(f"{options.source}  note: {note}")
    print(f"made {made.folder}; correct its words, then run: circulars template check {options.name}", file=sys.stderr)
    return 0


def _fields(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.doctor import asked_by

    for asked in asked_by(workspace.pack(_known(options.name, workspace))):
        print(f"{asked.file}: {asked.field}")
    return 0


def _known(name: str, workspace: Workspace) -> str:
    """The name, if a pack has it.

    Raises:
        UsageError: there is no such pack.
    """
    if name not in (known := pack_names(workspace.pack_folders)):
        hint = did_you_mean(name, known, "the packs are " + ", ".join(known))
        raise UsageError(Problem(Place(), "unknown-pack", f"there is no template pack '{name}'", hint))
    return name
