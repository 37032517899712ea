"""The settings of a folder to work in for its checks: ``[check]`` in ``circulars.toml``."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars.errors import Problem, did_you_mean
from circulars.review.rules.table import RULES
from circulars.review.rules.terms import GlossaryTerm, read_terms
from circulars.review.settings_file import SettingsFile, read_group, refuse

_KEYS: Final = ("off", "errors", "originals")


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
    terms, read = read_terms(folder), read_group(folder, "check")
    refuse(itertools.chain(read.problems, _problems(read)))
    off, errors, originals = (frozenset(read.values.get(name, ())) for name in _KEYS)
    return CheckSettings(off, errors, terms, originals)


def _problems(read: SettingsFile) -> Iterator[Problem]:
    """The problems of the settings; each is at the first place of its words in the file."""
    yield from read.unknown((name for name in read.values if name not in _KEYS), _KEYS)
    for name in _KEYS:
        codes = read.values.get(name, [])
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            yield read.problem(name, f"'{name}' is a list of codes", f'write {name} = ["same-text"]')
        elif name != "originals":
            yield from _unknown(codes, read)


def _unknown(codes: Collection[str], read: SettingsFile) -> Iterator[Problem]:
    for code in codes:
        if code not in RULES:
            hint = did_you_mean(code, RULES, "the rules are " + ", ".join(RULES))
            yield read.problem(code, f"there is no rule '{code}'", hint)
