"""``circulars explain``: what a problem code means, with an example and what to do."""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterable
from dataclasses import asdict
from textwrap import indent

from circulars.problems import KINDS, Explanation, explain, explanations


def run(options: argparse.Namespace) -> int:
    """Prints the explanation of one code, or a list of all codes, and returns the exit code."""
    if options.format == "json":
        all_codes = [asdict(one) for one in explanations().values()]
        print(json.dumps(asdict(explain(options.code)) if options.code else all_codes, ensure_ascii=False, indent=2))
    else:
        print(_page(explain(options.code)) if options.code else _list(explanations().values()))
    return 0


def _page(one: Explanation) -> str:
    severity = f" ({one.severity})" if one.severity else ""
    example = f"  example, {KINDS[one.example.kind]}:\n{indent(one.example.text, '    ')}"
    if one.right:
        example += f"\n\n  this is right:\n{indent(one.right.text, '    ')}"
    return f"{one.code}{severity}\n  {one.wrong}\n\n{example}\n\n  what to do:\n    {one.remedy}"


def _list(explained: Iterable[Explanation]) -> str:
    """All codes under their subjects, each on a line with its meaning."""
    lines = []
    for subject, group in itertools.groupby(explained, lambda one: one.subject):
        lines += ["", subject, *(f"  {one.code:<28} {one.wrong}" for one in group)]
    return "\n".join(lines[1:])
