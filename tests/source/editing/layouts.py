"""Writes letters as people do: in all styles of YAML, with comments, blank lines, and the line ends of any system."""

from __future__ import annotations

import codecs
import json
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z“«(¿][\w ,.;()“”«»/&¿?‑-]*[\w.;)?»]")


class LayoutMaker:
    """Writes values in a layout drawn by chance. Each comment is another one."""

    def __init__(self, chance: random.Random, comments: float = 0.15) -> None:
        self._chance, self._comments = chance, comments
        self._written = 0

    def file(self, letter: Mapping[str, Any]) -> bytes:
        """The bytes of a letter's file."""
        text = "\n".join([*self._comment(0), *self._mapping(letter, 0)])
        text += self._chance.choice(["\n", "\n", "", "\n\n# the end\n"])
        text = text.replace("\n", self._chance.choice(["\n", "\n", "\r\n"]))
        return self._chance.choice([b"", b"", codecs.BOM_UTF8]) + text.encode()

    def _comment(self, indent: int) -> Iterator[str]:
        if self._chance.random() < self._comments:
            if self._chance.random() < 0.3:
                yield ""
            self._written += 1
            yield " " * indent + f"# note {self._written}: 'it' isn't {{en: a, - \"b\""

    def _mapping(self, value: Mapping[str, Any], indent: int) -> Iterator[str]:
        for number, (key, one) in enumerate(value.items()):
            if number:
                yield from self._comment(indent)
            yield from self._after(" " * indent + f"{key}:", one, indent + self._chance.choice([2, 2, 4]))

    def _after(self, lead: str, value: Any, indent: int) -> Iterator[str]:
        """The lines of a value behind a key."""
        if isinstance(value, Mapping | list) and value and self._chance.random() > 0.2:
            yield lead + self._behind()
            yield from self._lines(value, indent)
        else:
            first, *others = self._one(value, indent)
            yield f"{lead} {first}" + (self._behind() if not others else "")
            yield from others

    def _behind(self) -> str:
        return f"  {comment.strip()}" if (comment := "".join(self._comment(0)).strip()) else ""

    def _lines(self, value: Any, indent: int) -> Iterator[str]:
        if isinstance(value, Mapping):
            yield from self._mapping(value, indent)
            return
        gap = self._chance.choice([[], [], [""]])
        for number, one in enumerate(value):
            if number:
                yield from gap
                yield from self._comment(indent)
            dash = " " * indent + "- "
            if isinstance(one, Mapping | list) and one and self._chance.random() > 0.3:
                first, *others = self._lines(one, indent + 2)
                yield dash + first.strip()
                yield from others
            else:
                first, *others = self._one(one, indent + 2)
                yield dash + first + (self._behind() if not others else "")
                yield from others

    def _one(self, value: Any, indent: int) -> list[str]:
        """A value on one line, or a text in several."""
        if not isinstance(value, str):
            return [self._flow(value)]
        plain = [value] if _PLAIN.fullmatch(value) else []
        single = [] if "\n" in value else ["'" + value.replace("'", "''") + "'"]
        options = [[one] for one in (*plain, *single, json.dumps(value, ensure_ascii=False))]
        if value.strip() == value and value and not re.search(r"\n[ \t]", value):
            options += [["|", *_indented(value.split("\n"), indent)], ["|-", *_indented(value.split("\n"), indent)]]
        if value.strip() == value and value and not re.search(r"\s\s|\n|[^\S ]", value):
            options += [[self._chance.choice([">", ">-"]), *_indented(self._broken(value), indent)]] * 3
            options += [_indented(self._broken(value), indent)] if plain else []
        lines = self._chance.choice(options)
        return [lines[0].strip(), *lines[1:]] if lines[0][:1] not in "|>" else lines

    def _broken(self, text: str) -> list[str]:
        lines = [""]
        for word in text.split(" "):
            if len(lines[-1]) > self._chance.choice([20, 60, 100]):
                lines.append("")
            lines[-1] += f" {word}" if lines[-1] else word
        return lines

    def _flow(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{key}: {self._flow(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._flow, value)) + "]"
        return json.dumps(value, ensure_ascii=False)


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]
