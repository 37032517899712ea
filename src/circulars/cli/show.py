"""Prints results and problems, on a terminal or into a pipe."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final, TextIO

from circulars.build import Built
from circulars.errors import Choice, Problem, printable_json, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from circulars.source.addressees import ColumnsRead

_SHOWN = 50
"""About the maximum number of a list's problems to print; if there are more, a file has all of them."""
_SHOWN_OF_EACH = 5
"""At least this many problems of each kind are printed, if there are that many."""
_OPTIONS: Final = {
    "authorities": "trust", "authority": "cluster-authority", "certificate": "cluster-certificate",
    "certificates": "certificate", "confirm": "yes", "insecure": "insecure-cluster", "kind": "as", "sender": "from",
    "server": "smtp", "signers": "signer", "trusted": "trust", "whole": "full-layout",
}  # fmt: skip
"""Parameters whose options have different names."""
_SWITCHES: Final = {
    ("block", "BLOCK"): "--visible", ("security", "none"): "--plain", ("source", "False"): "--no-source",
}  # fmt: skip
"""Arguments (parameter, value) whose options take no value."""
_ALTERNATIVES: Final = ("changed", "decide")
"""Parameters whose values may be placeholders with alternatives ("rest|all"), of which the user types one."""


def option_words(choice: Choice) -> str:
    """A choice in words for a terminal, with the option's name ("--resume continues it")."""
    if switch := _SWITCHES.get((choice.parameter, choice.value)):
        return choice.named(switch)
    option = _OPTIONS.get(choice.parameter, choice.parameter.replace("_", "-"))
    # The value may be from a list: a shell must take it as it is.
    value = choice.value if choice.parameter in _ALTERNATIVES or not choice.value else shlex.quote(choice.value)
    return choice.named(f"--{option} {value}".rstrip())


def print_problems(problems: Iterable[Problem], stream: TextIO) -> None:
    """Prints problems as text; on a terminal the codes are in colour.

    Problems of the machine that have the same remedy, as fonts of one package, are together, with the remedy once.
    """
    kinds: dict[object, list[Problem]] = {}
    for nth, problem in enumerate(problems):
        key = nth if problem.where.file else (problem.code, problem.remedy(option_words))
        kinds.setdefault(key, []).append(problem)
    for problem in chain.from_iterable(map(_with_each_hint_once, kinds.values())):
        print(coloured(problem.text(option_words), problem, stream), file=stream)


def coloured(text: str, problem: Problem, stream: TextIO) -> str:
    """The text of a problem; on a terminal its code is in colour."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        return text
    return text.replace(f"{problem.code}  ", f"\x1b[1;31m{problem.code}\x1b[0m  ", 1)


def print_warnings(warnings: Iterable[Problem], stream: TextIO) -> None:
    """Prints doubts that stop nothing, each marked as a warning."""
    for one in warnings:
        print(one.text(option_words).replace(f"{one.code}  ", f"warning: {one.code}  ", 1), file=stream)


def are_many(problems: Sequence[Problem], counts: Mapping[str, int]) -> bool:
    """Whether :func:`print_many` prints only some of the problems."""
    return _kinds(problems, counts).total() > _SHOWN


def print_many(problems: Sequence[Problem], stream: TextIO, counts: Mapping[str, int]) -> None:
    """Prints problems; of many, the kinds with their counts and the first of each.

    ``counts`` is the number of problems by code, if ``problems`` does not have all of them.
    """
    if not are_many(problems, counts):
        print_problems(problems, stream)
        return
    kinds = _kinds(problems, counts)
    most = max(_SHOWN // len(kinds), _SHOWN_OF_EACH)
    for code in dict.fromkeys([problem.code for problem in problems] + [*kinds]):
        of_kind = [problem for problem in problems if problem.code == code][:most]
        print(f"{code}, {len(of_kind):,} of {kinds[code]:,}:", file=stream)
        print_problems(_with_each_hint_once(of_kind), stream)


def _kinds(problems: Sequence[Problem], counts: Mapping[str, int]) -> Counter[str]:
    """The number of problems by code."""
    return Counter(problem.code for problem in problems) | Counter(counts)


def _with_each_hint_once(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems, with the hint of several in a row that have the same one at the last of them."""
    for _, alike in groupby(problems, lambda problem: problem.remedy(option_words)):
        *others, last = alike
        yield from (replace(one, hint="", choices=()) for one in others)
        yield last


def print_columns(columns: ColumnsRead, stream: TextIO) -> None:
    """Prints from which heads of a list its columns were read, and which heads were left unused."""
    if columns.read:
        read = "; ".join(f"{one.column} from {one.words}" for one in columns.read)
        print(f"read from the list: {visible(read)}", file=stream)
    empty = f"{columns.empty:,} {plural(columns.empty, 'column')} without any cell filled" if columns.empty else ""
    unused = ", ".join(f"'{head}'" for head in columns.unused)
    if unused or empty:
        print(f"left unused: {visible(' and '.join(filter(None, (unused, empty))))}", file=stream)


def problems_json(problems: Iterable[Problem]) -> str:
    """The problems as a JSON list of objects with file, line, column, code, message, hint, and any other fields."""
    rows = []
    for problem in problems:
        row = asdict(problem)
        del row["choices"]
        rows.append(row.pop("where") | row | {"hint": problem.remedy(option_words)})
    return printable_json(rows)


def print_summary(built: Sequence[Built], seconds: float, stream: TextIO) -> None:
    """Prints a table of the files written: letter, language, format, size, path."""
    rows = [
        (one.source.stem, file.language, file.format, f"{file.size / 1000:,.1f}", visible(str(file.path)))
        for one in built
        for file in one.written
    ]
    print_table((("letter", "language", "format", "kB", "file"), *rows), stream)
    for one in built:
        if one.left_out:
            parts = "part is" if one.left_out == 1 else "parts are"
            only = "only for some addressees ('when:'); --audience shows them"
            print(f"{one.source.stem}: {one.left_out} {parts} {only}", file=stream)
        if one.unsigned:
            print(f"{', '.join(one.unsigned)}: was signed, and no longer is; sign it again", file=stream)
        if one.holes:
            print(
                f"{one.source.stem}: only an addressee fills {', '.join(one.holes)}; they are left open, as «…»",
                file=stream,
            )
    files = sum(len(one.written) for one in built)
    letters = sum(bool(one.written) for one in built)
    print(f"{files} {plural(files, 'file')} of {letters} {plural(letters, 'letter')} in {seconds:.1f} s", file=stream)


def print_table(rows: Sequence[Sequence[str]], stream: TextIO) -> None:
    """Prints a table with aligned columns: the head in bold on a terminal, the sizes right-aligned."""
    # rich's own table takes a second for the files of 500 letters.
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        padded = [(cell, " " * (width - cell_len(cell))) for cell, width in zip(row, widths, strict=False)]
        cells = [
            space + cell if head == "kB" else cell + space for (cell, space), head in zip(padded, rows[0], strict=False)
        ]
        line = "  ".join((*cells, row[-1]))
        print(f"\x1b[1m{line}\x1b[0m" if row is rows[0] and stream.isatty() else line, file=stream)


def plural(count: int, noun: str, several: str = "") -> str:
    """The noun in the singular or plural, as ``count`` requires; ``several`` is a plural that does not end in "s"."""
    return noun if count == 1 else several or f"{noun}s"


def size(count: int) -> str:
    """A number of bytes in words: "35.7 kB", "1.6 MB"."""
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1000:,.1f} kB"


@contextmanager
def progress(
    doing: str, total: int | None, stream: TextIO, done: int = 0, interval: float = 0.0
) -> Iterator[Callable[[int, str], None]]:
    """Yields a function to call with the number done so far and the language of the last one.

    ``interval`` is the number of seconds that each takes, if it is known; otherwise it is measured.

    A progress bar shows them if ``stream`` is a terminal and ``total`` is not 0 or 1. ``None`` is an unknown total.
    """
    if (total is not None and total < 2) or not stream.isatty():
        yield lambda done, language: None
        return
    from circulars.cli.bar import fitting_bar  # rich, a tenth of a second

    with fitting_bar("{task.description}", stream, interval) as bar:
        task = bar.add_task(doing, total=total, completed=done)

        def update(done: int, language: str) -> None:
            bar.update(task, completed=done, description=f"{doing} {language}".rstrip())

        yield update
