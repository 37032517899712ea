"""The ends that entries have for their place in a list: ";" and "; and", or the full stop of the last one."""

from __future__ import annotations

import re

_AND = "and|or|y|e|o|u|et|ou|и|или|و|أو|和|或|以及"
_END = re.compile(rf"(?:\s*[;,.؛،；，。](?:\s*(?:{_AND}))?|,?\s+(?:{_AND}))\s*$")
_LONGEST = 12


def end_of_entry(text: str) -> int:
    """The position at which the end of an entry begins: its length if it has none."""
    found = _END.search(text, max(0, len(text) - _LONGEST))
    return found.start() if found else len(text)


def bare_entry(text: str) -> str:
    """The words of an entry without its end."""
    return text[: end_of_entry(text)]
