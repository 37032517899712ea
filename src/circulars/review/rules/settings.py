"""The settings of a folder to work in for its checks: ``[check]`` in ``circulars.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from circulars.errors import Place, Problem, UsageError, did_you_mean, not_read
from circulars.files.inside import OutsideError, read_in_folder
from circulars.review.rules.table import RULES
from circulars.review.rules.terms import GlossaryTerm, read_terms

NAME: Final = "circulars.toml"
_KEYS: Final = ("off", "errors", "originals")
_AT: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")
_END: Final = " (at end of document)"


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """The codes of rules that are switched ``off``, of those whose problems are ``errors``, and the term base.

    ``originals`` are the languages from which letters are translated; without any, each language may be the first.
    """

    off: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    terms: tuple[GlossaryTerm, ...] = ()
    originals: frozenset[str] = frozenset()


def read_settings(folder: Path) -> CheckSettings:
    """The settings for checks of a folder to work in: ``circulars.toml`` and ``terms.csv``, if they are there.

    Raises:
        UsageError: one of the files cannot be read, or has problems; the error has all of them.
    """
    file, terms = folder / NAME, read_terms(folder)
    if not file.exists():
        return CheckSettings(terms=terms)
    try:
        text = read_in_folder(folder, NAME, "YAML").decode()
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
    problems = [*_problems(values, text, str(file))]
    if problems:
        raise UsageError(*problems)
    check = values.get("check", {})
    off, errors, originals = (frozenset(check.get(name, ())) for name in _KEYS)
    return CheckSettings(off, errors, terms, originals)


def _syntax_problem(message: str, file: str) -> Problem:
    at = _AT.search(message)
    place = Place(file, int(at[1]), int(at[2])) if at else Place(file)
    fact = f"this is not TOML: {_AT.sub('', message).removesuffix(_END)}"
    return Problem(place, "wrong-setting", fact, 'write settings like: off = ["same-text"]')


def _problems(values: dict[str, Any], text: str, file: str) -> Iterator[Problem]:
    """The problems of the settings; each is at the first place of its words in the file."""
    for name in values:
        if name != "check":
            fact, hint = f"'{name}' is not a group of settings", "the only one is [check]"
            yield Problem(_place(name, text, file), "wrong-setting", fact, hint)
    check = values.get("check", {})
    if not isinstance(check, dict):
        yield Problem(_place("check", text, file), "wrong-setting", "'check' is a group of settings", "write [check]")
        return
    for name, codes in check.items():
        if name not in _KEYS:
            hint = did_you_mean(name, _KEYS, f"the settings are {', '.join(_KEYS)}")
            yield Problem(_place(name, text, file), "wrong-setting", f"'{name}' is not a setting of [check]", hint)
        elif not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            fact, hint = f"'{name}' is a list of codes", f'write {name} = ["same-text"]'
            yield Problem(_place(name, text, file), "wrong-setting", fact, hint)
        elif name != "originals":
            yield from _unknown(codes, text, file)


def _unknown(codes: Collection[str], text: str, file: str) -> Iterator[Problem]:
    for code in codes:
        if code not in RULES:
            hint = did_you_mean(code, RULES, "the rules are " + ", ".join(RULES))
            yield Problem(_place(code, text, file), "wrong-setting", f"there is no rule '{code}'", hint)


def _place(words: str, text: str, file: str) -> Place:
    found = re.search(rf"(?<![\w-]){re.escape(words)}(?![\w-])", text)
    at = found.start() if found else 0
    return Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
