"""``circulars template``: what packs offer, what is wrong with them, what their templates ask for."""

from __future__ import annotations

import argparse
import sys

from circulars.build import Workspace
from circulars.cli.show import print_problems
from circulars.pack import pack_names


def run(options: argparse.Namespace, workspace: Workspace) -> int:
    """The exit code of ``template list``, ``template check`` or ``template fields``."""
    return {"list": _list, "check": _check, "fields": _fields}[options.action](options, workspace)


def _list(options: argparse.Namespace, workspace: Workspace) -> int:
    for name in pack_names(workspace.pack_folders):
        pack = workspace.pack(name)
        print(f"{name}: {pack.title} ({', '.join(pack.words)})\n  in {pack.folder}\n  kinds of letters:")
        for kind in pack.kinds:
            names = "; ".join(words.kinds[kind].name for words in pack.words.values() if kind in words.kinds)
            print(f"    {kind:<20} {names}")
        first = next(iter(pack.words.values()))
        print("  lists of addressees, for 'to', 'copy' and 'distribution':")
        for listed, words in first.lists.items():
            print(f"    {listed:<20} {words}")
        print(f"  signatories: {', '.join(first.signatories)}")
    return 0


def _check(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.review.packs import check_pack

    problems = check_pack(options.name, workspace)
    print_problems(problems, sys.stdout)
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}" if problems else "no problems"
    print(f"pack {options.name}, {count}", file=sys.stderr)
    return int(bool(problems))


def _fields(options: argparse.Namespace, workspace: Workspace) -> int:
    from circulars.review.packs import asked_by

    for asked in asked_by(workspace.pack(options.name)):
        print(f"{asked.file}: {asked.field}")
    return 0
