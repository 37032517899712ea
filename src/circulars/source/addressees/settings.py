"""Reads what a user says about the columns of a list: ``address=Street,ZIP+Town``, or a file beside the list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.errors import (
    AddresseesError,
    Choice,
    LetterError,
    Place,
    Problem,
    UsageError,
    did_you_mean,
    nearest,
    not_read,
)
from circulars.files.reading import read_beginning
from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees.meaning import key_of, plain_name
from circulars.syntax import nodes

ENDING: Final = ".columns.yaml"
"""The end of the name of the file beside a list; the name of the list without its suffix precedes it."""
MAX_USES: Final = 5
"""How many times a head may be used in the settings of a list."""
EXAMPLE: Final = "address=Street,ZIP+Town"
_KEY: Final = "columns"
_TOKEN: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^",+]+))')
_ALIKE: Final = 0.75
_NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class Setting:
    """What one column is made of: lines, and in each line the heads whose cells are joined by spaces.

    Without lines, no column of the list is meant. ``place`` is where it was said.
    """

    column: str
    lines: tuple[tuple[str, ...], ...]
    place: Place = _NOWHERE

    @property
    def heads(self) -> tuple[str, ...]:
        """All heads that it names."""
        return tuple(head for line in self.lines for head in line)

    def __str__(self) -> str:
        return f"{self.column}={','.join('+'.join(map(_quoted, line)) for line in self.lines)}"


def read_settings(texts: Sequence[str]) -> tuple[Setting, ...]:
    """The settings in texts like ``address=Street,ZIP+Town``.

    Raises:
        UsageError: a text is not a setting, or two are for one column.
    """
    settings, problems = [], list[Problem]()
    for text in texts:
        column, sign, value = text.partition("=")
        lines = _lines(value) if sign and column.strip() else None
        if lines is None:
            fact = f"'{text}' does not say what a column is made of"
            hint = f"write it like this: {EXAMPLE} (a comma begins a new line, + joins with a space)"
            problems.append(Problem(Place(), "wrong-columns", fact, hint))
        else:
            settings.append(Setting(column.strip(), lines))
    return _checked(settings, problems, UsageError)


def settings_beside(path: Path, name: str) -> tuple[Setting, ...]:
    """The settings in the file beside a list; none if there is no such file.

    Raises:
        AddresseesError: the file is not YAML, or has other keys than ``columns``.
    """
    file = path.with_name(f"{path.stem}{ENDING}")
    shown = str(Path(name).with_name(file.name))
    try:
        data = read_beginning(file, "YAML")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise AddresseesError(Problem(Place(shown), "cannot-read", not_read(error), "check the file")) from None
    try:
        tree = nodes.read_tree(data, shown)
    except LetterError as error:
        raise AddresseesError(*error.problems) from None
    found, problems = list[Setting](), list[Problem]()
    for column, value in _entries(tree):
        items = nodes.children(value) if isinstance(value, nodes.Sequence) else (value,)
        lines = [_lines(item.text) if isinstance(item, nodes.Scalar) else None for item in items]
        if None in lines:
            fact = f"'{column}' does not say what this column is made of"
            problems.append(Problem(tree.place(value), "wrong-columns", fact, f"write {column}: Street, or a list"))
        else:
            together = tuple(line for one in lines for line in one or ())
            found.append(Setting(column, together, tree.place(value)))
    return _checked(found, problems, AddresseesError)


def _entries(tree: nodes.Tree) -> Iterator[tuple[str, nodes.Node]]:
    """The columns under the key ``columns``, and their values.

    Raises:
        AddresseesError: the file has another form.
    """
    root = tree.root
    pairs = root.pairs if isinstance(root, nodes.Mapping) else {}
    unknown = next((pair for key, pair in pairs.items() if key != _KEY), None)
    value = pairs[_KEY][1] if _KEY in pairs else root
    if unknown or not isinstance(value, nodes.Mapping) or _KEY not in pairs:
        fact = f"this file has one key, '{_KEY}', and below it a line for each column"
        place = tree.place(unknown[0] if unknown else value)
        hint = f"write '{_KEY}:', and below it: '  address: [Street, ZIP+Town]'"
        raise AddresseesError(Problem(place, "wrong-columns", fact, hint))
    for key, (_, entry) in value.pairs.items():
        yield key, entry


def _lines(text: str) -> tuple[tuple[str, ...], ...] | None:
    """The heads of each line of a value; None if it cannot be read."""
    if not text.strip():
        return ()
    lines, line, at = [], list[str](), 0
    while token := _TOKEN.match(text, at):
        head = token[1].replace('""', '"') if token[1] is not None else token[2]
        line.append(head.strip())
        at = token.end()
        sign = text[at : at + 1]
        if sign != "+":
            lines.append(tuple(line))
            line = []
        if not sign:
            return None if any(not head for one in lines for head in one) else tuple(lines)
        if sign not in "+,":
            return None
        at += 1
    return None


def _quoted(head: str) -> str:
    return '"' + head.replace('"', '""') + '"' if re.search(r'[",+]', head) else head


def _checked(
    settings: Sequence[Setting], problems: Sequence[Problem], error: type[UsageError | AddresseesError]
) -> tuple[Setting, ...]:
    """The settings, with the names of columns as letters use them.

    Raises:
        UsageError, AddresseesError: a column is probably misspelt, or is there twice.
    """
    found = [*problems, *_used_too_often(settings)]
    checked: dict[str, Setting] = {}
    for setting in settings:
        column = plain_name(setting.column)
        if column not in KNOWN_COLUMNS and (not column or nearest(column, KNOWN_COLUMNS, _ALIKE)):
            fact = f"'{setting.column}' is not a column that the program knows"
            hint = did_you_mean(column, KNOWN_COLUMNS, f"it knows: {', '.join(KNOWN_COLUMNS)}")
            found.append(Problem(setting.place, "unknown-column", fact, hint))
        elif column in checked:
            fact = f"the column '{column}' is set twice"
            found.append(Problem(setting.place, "wrong-columns", fact, "keep one of the two"))
        checked.setdefault(column, Setting(column, setting.lines, setting.place))
    if found:
        raise error(*found)
    return tuple(checked.values())


def _used_too_often(settings: Sequence[Setting]) -> Iterator[Problem]:
    """A problem for each head that is used very often: a few lines of a file could make gigabytes of a row."""
    uses = Counter(key_of(head) for setting in settings for head in setting.heads)
    for setting in settings:
        if often := next((head for head in setting.heads if uses.pop(key_of(head), 0) > MAX_USES), ""):
            fact = f"'{often}' is used more than {MAX_USES} times"
            yield Problem(setting.place, "wrong-columns", fact, "use it only where it is needed")


def choice_of(column: str, head: str) -> Choice:
    """The remedy to choose one head for a column."""
    return Choice("columns", "chooses one", f"{column}={_quoted(head)}")
