"""The rule for abbreviations: a text that uses one comes after the text that introduces it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from circulars.errors import quoted
from circulars.review.rules.running_text import RunningText
from circulars.review.rules.slips import Slip

_INTRODUCED: Final = re.compile(r"\((?<=[^\W\d_][\s\u00a0\ufffc\])»”*]\()(?P<short>[A-ZА-ЯЁ][A-ZА-ЯЁ0-9-]{1,9})\)")


_NO_REFERENCE: Final = r"(?![ \u00a0](?:[^\W\d_]+[ \u00a0]){0,2}\d)"
"""What follows an abbreviation that is not in a name with a number: "TSB Circular 203", "Circular TSB 203"."""


def late_introductions(texts: Sequence[RunningText]) -> Iterator[tuple[RunningText, Slip]]:
    """The first uses of abbreviations that a later text of the same language introduces: "the Union (ITU)"."""
    by_language: dict[str, list[RunningText]] = {}
    for text in texts:
        by_language.setdefault(text.language.code, []).append(text)
    for own in by_language.values():
        yield from _late(own)


def _late(texts: Sequence[RunningText]) -> Iterator[tuple[RunningText, Slip]]:
    seen: set[str] = set()
    for number, text in enumerate(texts):
        for found in _INTRODUCED.finditer(text.masked):
            short = found["short"]
            if short in seen:
                continue
            seen.add(short)
            used = _first_use(short, texts[:number], text, found.start())
            if used:
                where, at = used
                message = f"{quoted(short)} is used before it is introduced"
                hint = "introduce it here, at its first use"
                yield where, Slip("late-introduction", at, at + len(short), short, short, message, hint)


def _first_use(
    short: str, before: Sequence[RunningText], text: RunningText, start: int
) -> tuple[RunningText, int] | None:
    use = re.compile(rf"(?<![\w‑/-])(?<!\d[ \u00a0]){re.escape(short)}(?![\w‑-]){_NO_REFERENCE}")
    for one in before:
        if found := use.search(one.masked):
            return one, found.start()
    found = use.search(text.masked, 0, start)
    return (text, found.start()) if found else None
