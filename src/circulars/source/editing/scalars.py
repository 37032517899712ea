"""Writes single values in YAML, in each of its styles."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import yaml

from circulars.source.editing.lines import WIDTH, wrapped
from circulars.syntax.folding import with_joints, without_joints
from circulars.syntax.nodes import LOADER
from circulars.syntax.scalars import NO_SENTENCE, NO_WORDS

Value = str | bool | int | float | datetime.date | None | Sequence["Value"] | Mapping[str, "Value"]
"""What can be written: a text, a value that is no text, a list, or keys with their values."""

_WORDS: Final = re.compile(NO_WORDS)
_NUMBERS: Final = re.compile(NO_SENTENCE)
_INDICATORS: Final = re.compile(r"""[\s\-?:,\[\]{}#&*!|>'"%@`]|$|---|\.\.\.""")


def plain_word(value: Value) -> str | None:
    """How a value that is no text is written; None for texts and collections."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | datetime.date():
            return str(value)
        case _:
            return None


def is_word(text: str) -> bool:
    """Whether a text without quotation marks would be true, false or nothing."""
    return not text or _WORDS.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether a text without quotation marks may be a number, or true, false or nothing."""
    return not text or _NUMBERS.fullmatch(text) is not None


def escaped(text: str, style: str, indent: int) -> str | None:
    """A piece of a text as the style writes it; None if the style cannot. Lines begin after ``indent`` spaces."""
    lead = "\n" + " " * indent
    match style:
        case '"':
            return "".join(map(_escape, text))
        case "'":
            text = text.replace("'", "''")
        case "|":
            return re.sub(r"\n(?=[^\n])", lead, text)
        case _:
            pass
    # In the other styles one line end is a space, and each more of them is one line end of the text.
    return re.sub(r"\n+", lambda ends: "\n" * len(ends[0]) + lead, text)


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return r"\n"
    return r"\t" if character == "\t" else character


def one_line(text: str, *, in_flow: bool) -> Iterator[str]:
    """The ways of writing a text on one line, the simplest first."""
    if not is_number(text) and "\n" not in text and _reads_as(text, text, in_flow=in_flow):
        yield text
    if "\n" not in text and "\\" in text and "'" not in text:
        yield f"'{text}'"
    if "\n" not in text and '"' in text and "'" not in text:
        yield f"'{text}'"
    yield f'"{escaped(text, chr(34), 0)}"'


def _reads_as(written: str, text: str, *, in_flow: bool) -> bool:
    """Whether YAML reads what is written as a text."""
    if _INDICATORS.match(text) and not re.match(r"[-?:](?!\s|$)", text):
        return False
    file = f"[{written}]" if in_flow else f"a: {written}\n"
    try:
        events = [one for one in yaml.parse(with_joints(file), Loader=LOADER) if isinstance(one, yaml.NodeEvent)]
    except yaml.YAMLError:
        return False
    return len(events) == 2 + (not in_flow) and without_joints(getattr(events[-1], "value", "")) == text


def in_lines(text: str, indent: int, width: int = WIDTH) -> Iterator[str]:
    """The ways of writing a text in lines below its key, which begin after ``indent`` spaces."""
    if text[:1].isspace() or not text.strip():
        return
    is_long = any(indent + len(line) > width for line in text.split("\n"))
    if "\n" in text and not is_long:
        yield literal(text, indent)
    if not re.search(r"\n[ \t]", text):
        yield folded(text, indent, width)
    yield literal(text, indent)


def literal(text: str, indent: int, head: str = "|") -> str:
    """A text below "|", each of its lines as it is."""
    return f"{head}\n" + "\n".join(" " * indent + line if line else "" for line in text.split("\n"))


def folded(text: str, indent: int, width: int, head: str = ">-") -> str:
    """A text below ">", in lines of at most ``width`` characters where it can be broken."""
    written = []
    for piece in re.split(r"(\n+)", text):
        if piece.startswith("\n"):
            written.append("\n" * (len(piece) + 1))
        else:
            written.append("\n".join(" " * indent + line for line in wrapped(piece, indent, indent, width)))
    return f"{head}\n" + "".join(written)
