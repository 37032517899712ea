"""Reads the program's own tables: words, names and rules that are data, each in a YAML file beside its code."""

from __future__ import annotations

import importlib.resources
from typing import Any, Final

import yaml

# Without types that YAML guesses: "no" is the code of Norway or a word, and not false.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def own_table(package: str, name: str) -> Any:
    """The content of a YAML file in a package of the program: mappings, lists, and all else as text."""
    return yaml.load(importlib.resources.files(package).joinpath(name).read_bytes(), _LOADER)  # noqa: S506 - our own file
