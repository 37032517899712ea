"""Reads ``circulars.toml``, the settings of a folder to work in, and finds the places of its problems."""

from __future__ import annotations

import itertools
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from circulars.errors import Place, Problem, UsageError, did_you_mean, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.syntax.nodes import MAX_PROBLEMS, too_many_problems

NAME: Final = "circulars.toml"
MOST_BYTES: Final = 100_000
"""The maximum size of the file."""
LONGEST_LINE: Final = 2_000
"""The maximum length of a line, in bytes: the work for a name grows with the square of the dots in it."""
GROUPS: Final = ("check", "approval")
"""The groups of settings that the file may have."""
_AT: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")
_END: Final = " (at end of document)"


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One group of the settings: its ``values``, and the whole text, in which problems have their places.

    ``problems`` are those of the groups themselves, such as an unknown one.
    """

    group: str
    values: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    text: str = ""
    problems: tuple[Problem, ...] = ()

    def place(self, words: str) -> Place:
        """The first place of some words in the group, or else in the file."""
        begin = max(self.text.find(f"[{self.group}"), 0)
        pattern = re.compile(rf"(?<![\w-]){re.escape(words)}(?![\w-])")
        found = pattern.search(self.text, begin) or pattern.search(self.text)
        at = found.start() if found else 0
        return Place(self.file, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))

    def problem(self, words: str, fact: str, hint: str) -> Problem:
        """A problem at the first place of some words."""
        return Problem(self.place(words), "wrong-setting", fact, hint)

    def unknown(self, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
        """A problem for each name of a setting that the group does not have."""
        for name in names:
            hint = did_you_mean(name, known, f"the settings are {', '.join(known)}")
            yield self.problem(name, f"'{name}' is not a setting of [{self.group}]", hint)


def has_settings(folder: Path) -> bool:
    """Whether a folder has settings, be it a link that leads nowhere, which must not mean that nothing is required."""
    return os.path.lexists(folder / NAME)


def read_group(folder: Path, group: str) -> SettingsFile:
    """A group of the settings of a folder to work in; without values if there are none.

    Raises:
        UsageError: the file cannot be read, or is not TOML.
    """
    file = folder / NAME
    if not has_settings(folder):
        return SettingsFile(group, file=str(file))
    try:
        data = read_in_folder(folder, NAME, "YAML")
        _check_size(data, str(file))
        text = data.decode()
        values = tomllib.loads(text)
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise UsageError(Problem(Place(str(file)), "outside-folder", fact, "copy the file here")) from None
    except OSError as error:
        raise UsageError(Problem(Place(str(file)), "unreadable-file", not_read(error), "check the file")) from None
    except UnicodeDecodeError:
        fact = "the file is not in UTF-8"
        raise UsageError(Problem(Place(str(file)), "not-utf-8", fact, "save it in UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_syntax_problem(str(error), str(file))) from None
    except (RecursionError, ValueError):
        raise UsageError(_not_read_as_toml(str(file))) from None
    found = SettingsFile(group, {}, str(file), text)
    problems = [*itertools.islice(_unknown_groups(values, found), MAX_PROBLEMS + 1)]
    own = values.get(group, {})
    if not isinstance(own, dict):
        problems.append(found.problem(group, f"'{group}' is a group of settings", f"write [{group}]"))
        own = {}
    return replace(found, values=own, problems=tuple(problems))


def _unknown_groups(values: Mapping[str, Any], found: SettingsFile) -> Iterator[Problem]:
    for name in values:
        if name not in GROUPS:
            hint = did_you_mean(name, GROUPS, "the groups are " + ", ".join(f"[{one}]" for one in GROUPS))
            yield found.problem(name, f"'{name}' is not a group of settings", hint)


def refuse(problems: Iterable[Problem]) -> None:
    """Refuses settings with problems; of very many, the first ones are listed.

    Raises:
        UsageError: there are problems.
    """
    if listed := [*itertools.islice(problems, MAX_PROBLEMS + 1)]:
        if len(listed) > MAX_PROBLEMS:
            listed[-1] = too_many_problems(listed[0].where.file)
        raise UsageError(*listed)


def _check_size(data: bytes, file: str) -> None:
    if len(data) > MOST_BYTES:
        fact = f"the file has more than {MOST_BYTES:,} bytes"
        raise UsageError(Problem(Place(file), "too-large", fact, "delete what is not a setting"))
    for number, line in enumerate(data.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            fact = f"this line has more than {LONGEST_LINE:,} bytes"
            raise UsageError(Problem(Place(file, number, 1), "too-large", fact, "write a long list on several lines"))


def _not_read_as_toml(file: str) -> Problem:
    fact = "this cannot be read as TOML: lists are nested too deeply, or a number is too long"
    return Problem(Place(file), "wrong-setting", fact, 'write settings like: off = ["same-text"]')


def _syntax_problem(message: str, file: str) -> Problem:
    at = _AT.search(message)
    place = Place(file, int(at[1]), int(at[2])) if at else Place(file)
    fact = f"this is not TOML: {_AT.sub('', message).removesuffix(_END)}"
    return Problem(place, "wrong-setting", fact, 'write settings like: off = ["same-text"]')
