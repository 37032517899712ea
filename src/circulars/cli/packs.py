"""``circulars template``: what packs offer, what is wrong with them, what their templates ask for."""

from __future__ import annotations

import argparse
import sys

from circulars.build import Workspace
from circulars.cli.show import print_problems
from circulars.errors import PackError, Place, Problem, UsageError, did_you_mean
from circulars.pack import pack_names


def run(options: argparse.Namespace, workspace: Workspace) -> int:
    """The exit code of ``template list``, ``template check`` or ``template fields``."""
    return {"list": _list, "check": _check, "fields": _fields}[options.action](options, workspace)


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
        first = next(iter(pack.words.values()))
        print("  lists of addressees, for 'to', 'copy' and 'distribution':")
        for listed, words in first.lists.items():
            print(f"    {listed:<20} {words}")
        print(f"  signatories: {', '.join(first.signatories)}")
    print_problems(problems, sys.stderr)
    return int(bool(problems))


def _check(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.review.packs import check_pack

    problems = check_pack(_known(options.name, workspace), workspace)
    print_problems(problems, sys.stdout)
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}" if problems else "no problems"
    print(f"pack {options.name}, {count}", file=sys.stderr)
    return int(bool(problems))


def _fields(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.review.packs import asked_by

    for asked in asked_by(workspace.pack(_known(options.name, workspace))):
        print(f"{asked.file}: {asked.field}")
    return 0


def _known(name: str, workspace: Workspace) -> str:
    """The name of a pack that is there; to ask for another one is to use the command wrongly."""
    if name not in (known := pack_names(workspace.pack_folders)):
        hint = did_you_mean(name, known, "the packs are " + ", ".join(known))
        raise UsageError(Problem(Place(), "unknown-pack", f"there is no template pack '{name}'", hint))
    return name
