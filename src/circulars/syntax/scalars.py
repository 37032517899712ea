"""Shapes of single values: text, one of a few names, whole numbers, true or false, dates."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from circulars.characters import UNSEEN
from circulars.errors import did_you_mean
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.shape import Report, Schema, Shape, described, shortened
from circulars.syntax.yaml_errors import QUOTE

QUOTE_HASH = "put text that begins with '#' in quotation marks"
NO_WORDS = r"true|True|TRUE|false|False|FALSE|null|Null|NULL|~"
"""Values of YAML that are not words: true, false and nothing (YAML 1.2.2, 10.3.2)."""
NO_SENTENCE = NO_WORDS + r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
"""The same, and numbers."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BLANK = re.compile(f"[\\s{UNSEEN}]*")


def is_blank(text: str) -> bool:
    """Whether a text has no visible character."""
    return _BLANK.fullmatch(text) is not None


def _one_line(text: str) -> str:
    """The text on one line, each run of spaces as one; no-break spaces are kept."""
    return " ".join(text.split()) if text.isascii() else re.sub(r"[ \t\n]+", " ", text).strip(" ")


@dataclass(frozen=True, slots=True)
class Text(Shape[str]):
    """Text as typed, with at least one visible character.

    ``what`` names the text in messages. The whole text must match ``pattern``; if not, the problem has ``code`` and
    ``hint``. Without ``lines``, line ends become spaces. With ``blank``, a quoted text may be empty. Text that matches
    ``refused`` must be quoted, since what is meant is probably a value.
    """

    what: str = "text"
    pattern: str = ""
    code: str = "wrong-type"
    hint: str = ""
    max_length: int = 20_000
    lines: bool = True
    blank: bool = False
    refused: str = ""

    def read(self, node: Node, report: Report) -> str:
        if not isinstance(node, Scalar):
            flow = report.tree.text[node.start : node.start + 1] in "[{"
            hint = self.hint or (QUOTE if flow else "write a single value")
            raise report.refuse(node, "wrong-type", f"expected {self.what} here, found {described(node)}", hint)
        text = node.text.strip("\n") if self.lines else _one_line(node.text)
        if not self.lines and "\n" in node.text.strip():
            fact = f"{self.what} is one line; this has several"
            raise report.refuse(node, "wrong-type", fact, f"write it on one line: {shortened(text)}")
        if is_blank(text) and not (self.blank and node.quoted):
            fact = f"expected {self.what} here, found nothing"
            raise report.refuse(node, "empty-text", fact, self._remedy(node, report))
        if self.refused and not node.quoted and re.fullmatch(self.refused, text):
            hint = f'write words; if they are these, put them in quotation marks: "{text}"'
            if self.blank and self.hint and text in ("~", "null"):
                hint = self.hint
            raise report.refuse(node, "not-words", f"expected {self.what} here, found the value {text}", hint)
        if len(text) > self.max_length:
            fact = f"this text has {len(text):,} characters; the limit is {self.max_length:,}"
            hint = "split it into several texts" if self.lines else "shorten it"
            raise report.refuse(node, "too-long", fact, hint)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise report.refuse(node, self.code, f"{described(node)} is not {self.what}", self.hint)
        return text

    def _remedy(self, node: Scalar, report: Report) -> str:
        """The hint for a missing text. The text may be there, but after a " #", which YAML reads as a comment."""
        if re.match(r" +#\S", report.tree.rest_of_line(node)):
            return QUOTE_HASH
        return self.hint or "write it, or delete the key"

    def schema(self, definitions: Schema) -> Schema:
        bare: Schema = {"type": ["string", "number", "boolean"]}
        return bare | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})


@dataclass(frozen=True, slots=True)
class OneOf(Shape[str]):
    """One of a few fixed names."""

    names: tuple[str, ...]
    what: str = "a name"
    code: str = "unknown-name"

    def read(self, node: Node, report: Report) -> str:
        choices = "one of: " + ", ".join(self.names)
        text = Text(self.what, hint=choices).read(node, report)
        if text not in self.names:
            hint = did_you_mean(text, self.names, choices)
            raise report.refuse(node, self.code, f"'{shortened(text)}' is not {self.what}", hint)
        return text

    def schema(self, definitions: Schema) -> Schema:
        return {"enum": list(self.names)}


@dataclass(frozen=True, slots=True)
class WholeNumber(Shape[int]):
    """A whole number within limits."""

    least: int = 0
    most: int = 1_000_000
    what: str = "a whole number"

    def read(self, node: Node, report: Report) -> int:
        hint = f"write it in digits, for example {self.least}"
        text = Text(self.what).read(node, report)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            fact = f"{described(node)} is not {self.what} from {self.least} to {self.most}"
            raise report.refuse(node, "not-a-number", fact, hint)
        return int(text)

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Measure(Shape[float]):
    """A length within limits, with at most two decimals, or as many as ``decimals``."""

    least: int = 0
    most: int = 1000
    decimals: int = 2

    def read(self, node: Node, report: Report) -> float:
        text = Text("a length").read(node, report)
        if (
            not re.fullmatch(rf"[0-9]{{1,4}}(\.[0-9]{{1,{self.decimals}}})?", text)
            or not self.least <= float(text) <= self.most
        ):
            fact = f"{described(node)} is not a length from {self.least} to {self.most}"
            raise report.refuse(node, "not-a-number", fact, "write it in digits, with a decimal point: 12.5")
        return float(text)

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class YesNo(Shape[bool]):
    """``true`` or ``false``."""

    def read(self, node: Node, report: Report) -> bool:
        text = Text("true or false", hint="write true or false").read(node, report)
        if text not in ("true", "false"):
            meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), text.lower())
            hint = f"write {meant}" if meant in ("true", "false") else "write true or false"
            raise report.refuse(node, "not-true-or-false", f"{described(node)} is neither true nor false", hint)
        return text == "true"

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Date(Shape[datetime.date]):
    """A date in ISO 8601 format: 2024-07-12."""

    def read(self, node: Node, report: Report) -> datetime.date:
        hint = "write year, month and day: 2024-07-12"
        text = Text("a date", hint=hint).read(node, report)
        if not _DATE.fullmatch(text):
            if short := re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", text, re.ASCII):
                hint = f"write {short[1]}-{int(short[2]):02}-{int(short[3]):02}"
            raise report.refuse(node, "not-a-date", f"{described(node)} is not a date", hint)
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise report.refuse(node, "not-a-date", f"there is no day {text}", _day_hint(text)) from None

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _day_hint(text: str) -> str:
    """A correction for a date that does not exist: day and month swapped, or the last day of the month."""
    year, month, day = map(int, text.split("-"))
    if month > 12 and 1 <= day <= 12 and month <= 31:
        return f"the month comes before the day: {year:04}-{day:02}-{month:02}"
    if year and 1 <= month <= 12 and day > 0:
        return f"the last day of that month is {year:04}-{month:02}-{calendar.monthrange(year, month)[1]}"
    return "write year, month and day: 2024-07-12"
