"""Writes single values: which need quotation marks, and which take several lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from circulars.review.layout.entries import LayoutLeaf
from circulars.review.layout.hints import WrittenAs
from circulars.review.layout.sentences import lines_of, sentences
from circulars.syntax.folding import are_joined, with_joints, without_joints
from circulars.syntax.nodes import LOADER
from circulars.syntax.prose import paragraphs, parse
from circulars.syntax.scalars import NO_SENTENCE

Splitter = Callable[[str, Collection[str]], tuple[str, ...]]
WIDTH: Final = 120
"""The longest line on which a value stands beside its key, in characters."""
SHORT: Final = 80
"""The longest such line with a value of more than one sentence."""
STEP: Final = 2
"""The indentation of each level, in characters."""
_UNPRINTED: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]"
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_USUAL_ESCAPES: Final = frozenset('"\\\n/n ')
"""What may follow a backslash in a text whose escapes are not kept."""
_WORDS: Final = re.compile(r"[^\W\d_]|[“«‘„¿¡(€£]")
_NO_WORD: Final = re.compile(rf"(?:{NO_SENTENCE}|none|no|off|nil|n/a|yes|on|y|n|<<)$", re.IGNORECASE)
_NAMES: Final = re.compile(r"[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*")
"""What may be taken for the name of something, if it is not in quotation marks."""
_NOT_IN_BRACKETS: Final = re.compile(r"[,\[\]{}]|:$|: |^[-?:]")
_HARD: Final = re.compile(r"(?: {2,}|\\)\n[ \t]*")


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """A value as it is written: what follows its key, and the lines below it, which are not indented yet."""

    head: str
    lines: tuple[str, ...] = ()
    short: bool = True
    """Whether it may stand in brackets."""


def written_leaf(
    leaf: LayoutLeaf,
    text: WrittenAs | None,
    abbreviations: Collection[str],
    room: int,
    source: str,
    split: Splitter = lines_of,
) -> WrittenValue:
    """A value in its layout. ``room`` is what is left of the line behind its key; ``source`` is how it is typed.

    ``split`` makes lines of a paragraph.
    """
    value = composed(leaf.value)
    if leaf.style == '"' and {*_ESCAPE.findall(source)} - _USUAL_ESCAPES:
        return WrittenValue(_escaped(value))
    if not value:
        return WrittenValue(source if source in ('""', "''") else '""' if leaf.style else "")
    bare = value.strip("\n") if text else value
    flat = _flat(bare) if text and not text.lines else bare
    if flat and "\n" not in flat and (lines := _on_lines(flat, leaf, text, abbreviations, room, split)):
        return lines
    return _with_line_ends(value, text, abbreviations, split)


def composed(text: str) -> str:
    """A text in Unicode's composed form (NFC), but for characters that it would replace by others.

    Those are compatibility ideographs, which names are written with, and signs such as that of the ohm.
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    pieces, at = [], 0
    for index, character in enumerate(text):
        if not unicodedata.combining(character) and unicodedata.normalize("NFC", character) != character:
            pieces += [unicodedata.normalize("NFC", text[at:index]), character]
            at = index + 1
    return "".join([*pieces, unicodedata.normalize("NFC", text[at:])])


def same_reading(one: str, other: str, text: WrittenAs | None) -> bool:
    """Whether two values say the same, but for the form of their characters."""
    if text is None or text.lines:
        return composed(one).strip("\n") == composed(other).strip("\n")
    return _read(one) == _read(other)


def _read(text: str) -> list[object]:
    text = composed(text).strip("\n")
    return [parse(part).spans for part in paragraphs(text)] if "\n" in text else [parse(text).spans]


def _on_lines(
    flat: str, leaf: LayoutLeaf, text: WrittenAs | None, abbreviations: Collection[str], room: int, split: Splitter
) -> WrittenValue | None:
    """A value without line ends: beside its key, or each sentence on a line of its own; None if that is not possible.

    Only marked-up texts are split.
    """
    parts = sentences(flat, abbreviations) if text else (flat,)
    inline = _inline(flat, leaf, text)
    if len(inline) <= room and (len(parts) == 1 or len(inline) <= room - (WIDTH - SHORT)):
        return WrittenValue(inline)
    if not text and (leaf.style not in (">", "|") or " " not in flat):
        return WrittenValue(inline)
    for lines in (split(flat, abbreviations) if text else parts, (flat,)):
        if _folds_to(lines, flat):
            return WrittenValue(">-", lines, short=False)
    return WrittenValue(inline, short=False)


def _folds_to(lines: Sequence[str], flat: str) -> bool:
    """Whether a folded text with some lines is the text again, for YAML and for those who read it."""
    if _UNPRINTED.search(flat) or any(line != line.strip(" \t") or not line for line in lines):
        return False
    parsed = with_joints("a: >-\n" + "".join(f"  {line}\n" for line in lines))
    values = [event.value for event in yaml.parse(parsed, Loader=LOADER) if isinstance(event, yaml.ScalarEvent)]
    return without_joints(values[-1]) == flat


def _flat(value: str) -> str:
    """A running text of one paragraph without line ends, or "" if it has to keep some."""
    value = value.strip("\n")
    if _HARD.search(value) or len(paragraphs(value)) > 1:
        return ""
    flat = _joined(value.split("\n"))
    return flat if "\n" not in value or _read(flat) == _read(value) else ""


def _joined(lines: Sequence[str]) -> str:
    """Lines of a running text as one, as those who read it join them."""
    whole = lines[0].rstrip(" \t") if len(lines) > 1 else lines[0]
    for number, line in enumerate(lines[1:], start=1):
        after = line.lstrip(" \t")
        after = after.rstrip(" \t") if number < len(lines) - 1 else after
        whole += ("" if not whole.isascii() and are_joined(whole[-2100:], after[:80]) else " ") + after
    return whole


def _with_line_ends(
    value: str, text: WrittenAs | None, abbreviations: Collection[str], split: Splitter
) -> WrittenValue:
    """A value with line ends. The paragraphs of a running text have each sentence on a line of its own."""
    if text and not text.lines:
        parts = [_paragraph(part, abbreviations, split) for part in paragraphs(value.strip("\n"))]
        lines = tuple(line for number, part in enumerate(parts) for line in (*([""] if number else []), *part))
        if _is_literal(lines) and _read("\n".join(lines)) == _read(value):
            return WrittenValue("|", lines, short=False)
    kept = tuple(value.removesuffix("\n").split("\n"))
    if _is_literal(kept) and not value.endswith("\n\n"):
        return WrittenValue("|" if value.endswith("\n") or text else "|-", kept, short=False)
    return WrittenValue(_escaped(value), short=False)


def _paragraph(part: str, abbreviations: Collection[str], split: Splitter) -> list[str]:
    """The lines of one paragraph: its sentences, and its line breaks, each as a backslash."""
    lines: list[str] = []
    pieces = _HARD.split(part)
    for number, piece in enumerate(pieces):
        own = list(split(_joined(piece.split("\n")), abbreviations))
        if number < len(pieces) - 1:
            own[-1] += "\\"
        lines += own
    return lines


def _is_literal(lines: Sequence[str]) -> bool:
    """Whether lines can be a block of YAML as they are."""
    text = "\n".join(lines)
    return (
        not _UNPRINTED.search(text)
        and bool(lines and lines[0].strip(" \t"))
        and lines[0][:1] not in (" ", "\t")
        and all(line.strip(" ") or not line for line in lines)
        and bool(lines[-1])
    )


def _inline(value: str, leaf: LayoutLeaf, text: WrittenAs | None) -> str:
    """A value on one line: in quotation marks if it needs any, or had any and may need them."""
    if _UNPRINTED.search(value):
        return _escaped(value)
    if not leaf.style or (text and _is_plain(value)):
        return value
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'" if "'" not in value or "\\" in value else _escaped(value, seen=True)


def _is_plain(value: str) -> bool:
    """Whether a text on a line of its own needs no quotation marks."""
    return not (
        _WORDS.match(value) is None
        or _NO_WORD.match(value)
        or _NAMES.fullmatch(value)
        or re.search(r":(?: |$)|\s#|\t|\s$", value)
    )


def in_brackets(leaf: LayoutLeaf, text: WrittenAs | None, source: str) -> str:
    """A value as it is written in brackets, where commas and brackets need quotation marks; "" if it cannot be."""
    written = written_leaf(leaf, text, (), WIDTH, source)
    if not written.short or written.lines:
        return ""
    is_typed = written.head == composed(leaf.value)
    if is_typed and _NOT_IN_BRACKETS.search(written.head):
        return f'"{written.head}"' if '"' not in written.head and "\\" not in written.head else ""
    return written.head


def _escaped(value: str, seen: bool = False) -> str:
    """A value in double quotation marks, in which what nobody sees is an escape, unless it is ``seen``."""

    def shown(character: str) -> str:
        code = ord(character)
        if character in '"\\':
            return f"\\{character}"
        if character == "\n":
            return "\\n"
        if character == "\t":
            return "\\t"
        is_hidden = unicodedata.category(character)[0] in "ZC" and character != " " and not seen
        if is_hidden or _UNPRINTED.match(character):
            return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
        return character

    return '"' + "".join(map(shown, value)) + '"'
