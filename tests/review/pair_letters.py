"""Reads the table of pairs of letters, and writes the two letters of a pair."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

PAIRS: Final = Path(__file__).with_name("pairs")
LANGUAGES: Final = ("en", "es")
Letter = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two versions of a letter, and what their report must say; ``test_pairs`` explains the fields."""

    name: str
    old: Letter = field(repr=False)
    new: Letter = field(repr=False)
    kinds: Mapping[str, Sequence[str]]
    says: Sequence[str] = ()
    never: Sequence[str] = ()
    marked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unmarked: Sequence[str] = ()


@cache
def pairs() -> tuple[Pair, ...]:
    """Every pair of the table."""
    base = read_yaml(PAIRS / "base.yaml")
    files = sorted(path for path in PAIRS.glob("*.yaml") if path.stem != "base")
    return tuple(_pair(name, entry, base) for path in files for name, entry in read_yaml(path).items())


def write_pair(pair: Pair, folder: Path) -> tuple[str, str]:
    """Writes the letters of a pair into ``letters/`` of a folder; returns their names."""
    letters = folder / "letters"
    letters.mkdir(exist_ok=True)
    for name, letter in (("old", pair.old), ("new", pair.new)):
        (letters / f"{name}.yaml").write_text(letter_text(letter), "utf-8")
    return "letters/old.yaml", "letters/new.yaml"


def letter_text(letter: Letter, quote: str | None = None, **style: Any) -> str:
    """A letter as the text of its file; texts of several words are within a ``quote``, if there is one."""
    layout = {"width": 120, "sort_keys": False, "allow_unicode": True} | style
    dumper = _DUMPERS[quote]
    written = yaml.dump(letter, Dumper=dumper, **layout)
    assert isinstance(written, str)
    return written


def _pair(name: str, entry: dict[str, Any], base: Letter) -> Pair:
    entry = dict(entry)
    old, new = entry.pop("old"), entry.pop("new")
    before, after = base | old, base | (old if entry.pop("same", False) else {}) | new
    kinds = entry.pop("kinds", {})
    if isinstance(kinds, list):
        kinds = dict.fromkeys(LANGUAGES, kinds)
    return Pair(name, copy.deepcopy(before), copy.deepcopy(after), kinds, **entry)


def read_yaml(path: Path) -> Any:
    """The values of a YAML file."""
    return yaml.load(path.read_text("utf-8"), Loader=_Loader)


class _Loader(yaml.SafeLoader):
    """Reads dates and decimals as text, as the letter format does."""


class _Dumper(yaml.SafeDumper):
    """Writes dates without quotation marks, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whether a value is written again rather than referred to."""
        return True


class _Quoting(_Dumper):
    """Writes texts of several words within quotation marks."""


class _QuotingSingly(_Dumper):
    """Writes texts of several words within single quotation marks."""


def _quoted(style: str) -> Any:
    def represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style if " " in text else None)

    return represent


_Quoting.add_representer(str, _quoted('"'))
_QuotingSingly.add_representer(str, _quoted("'"))
_DUMPERS: Final[dict[str | None, type[yaml.SafeDumper]]] = {None: _Dumper, '"': _Quoting, "'": _QuotingSingly}
_TYPES: Final = {f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "merge", "null")}
for _style in (_Loader, _Dumper, _Quoting, _QuotingSingly):
    _style.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in _TYPES]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
