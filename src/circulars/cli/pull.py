"""``circulars pull``: takes the edits of a Word file into the letter that it was made from."""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from circulars.cli.show import plural
from circulars.errors import LetterError, Place, Problem, not_read, printable_json, visible
from circulars.files.reading import read_file
from circulars.review.word_edits import PulledEdit, PulledFile, pull_edits, write_pulled
from circulars.workspace import Workspace

_LEFT: Final = ("conflict", "question", "not mapped")


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """Shows what the edits change in the letter, writes it if that is asked for, and returns the exit code."""
    letter = source(options.into) if options.into else None
    data = _read(options.file)
    pulled = pull_edits(data, options.file, workspace, letter, here=options.here, facts=dict(options.fact))
    is_written = options.write and (pulled.is_whole or options.partial)
    if is_written:
        write_pulled(pulled)
    if options.format == "json":
        print(report_json(pulled, written=is_written))
    else:
        print(pulled.diff, end="")
        print("\n".join(_lines(pulled, written=is_written, asked=options.write)))
    return int(any(one.outcome in _LEFT for one in pulled.edits))


def _read(file: str) -> bytes:
    try:
        return read_file(Path(file), "finished file")
    except OSError as error:
        raise LetterError(Problem(Place(file), "unreadable-file", not_read(error), "check the name")) from None


def report_json(pulled: PulledFile, *, written: bool) -> str:
    """The edits of a Word file as JSON."""
    edits = [{name: getattr(one, name) for name in PulledEdit.__slots__} for one in pulled.edits]
    row = {
        "letter": pulled.file, "language": pulled.language, "written": written, "diff": pulled.diff, "edits": edits,
        "notes": pulled.notes,
    }  # fmt: skip
    return printable_json(row)


def _answers(one: PulledEdit) -> str:
    """How a question is answered."""
    name = shlex.quote(one.name)
    everywhere = (
        f"--fact {name}=VALUE changes the fact everywhere (a range of dates is FROM/TO, or {name}.from=FROM); "
        if one.is_fact
        else ""
    )
    return f"{everywhere}--here {name} says the words here only"


def _shown(words: str) -> str:
    """Words of several lines, with a mark for each line end and tab."""
    return " ↵ ".join(visible(line.replace("\t", " → ")) for line in words.splitlines())


def _lines(pulled: PulledFile, *, written: bool, asked: bool) -> Iterator[str]:
    """The report: each edit, then one sentence."""
    for one in pulled.edits:
        by = f" by {', '.join(one.authors)}" if one.authors else ""
        yield visible(f"{one.outcome}: {one.kind}{by}")
        is_same = one.old == one.new
        sides = (("text", one.old),) if is_same else (("before", one.old), ("edited", one.new), ("now", one.now))
        for label, words in sides:
            if words:
                yield f"    {label}: {_shown(words)}"
        if one.reason:
            yield visible(f"    {one.reason}" + (f"; {one.remedy}" if one.remedy else ""))
        if one.outcome == "question":
            yield visible("    " + _answers(one))
    for note in pulled.notes if any(one.outcome == "not mapped" for one in pulled.edits) else ():
        yield visible(f"note: {note}; what differs for that reason is listed above, too")
    counts = Counter(one.outcome for one in pulled.edits)
    taken = f"{counts['taken']} {plural(counts['taken'], 'edit')}"
    left = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _LEFT if counts[outcome])
    state = "written to" if written else "for"
    yield visible(f"{taken} {state} {pulled.file} in '{pulled.language}'" + (f", {left}" if left else ""))
    if asked and not written:
        yield "nothing is written, because an edit waits for a decision; --partial writes the others"
    elif not written and counts["taken"]:
        yield "nothing is written; --write writes it"
