"""Explains the parser's YAML errors to letter writers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from circulars.errors import Place, Problem

QUOTE = "put the text in quotation marks"
UNBALANCED = "look for an extra bracket"
SECOND_DOCUMENT = "a second document begins here ('---')"
LIST_AS_KEY = "a list cannot be a key"
_DIRECTIVE = "a line that begins with '%' is not allowed here"


def tag_fault(tag: str) -> tuple[str, str]:
    """The fact and the remedy for text whose beginning YAML takes for a tag."""
    return f"'{tag}' is not part of the text: YAML takes it for a tag", f"{QUOTE}, or delete the tag"


def unquoted_start(start: str) -> str:
    """The fact that text begins with a character that YAML reserves."""
    return f"text without quotation marks cannot begin with '{start}'"


@dataclass(frozen=True, slots=True)
class _Point:
    """A point in the file: its line and column (both from 0), and the text of the line."""

    line: int
    column: int
    text: str

    @property
    def character(self) -> str:
        return self.text[self.column : self.column + 1]

    @property
    def before(self) -> str:
        return self.text[: self.column]


_Explanation = tuple[_Point, str, str]
"""Where to look, what is wrong, and what to do."""


def explained(error: Any, file: str, text: str) -> Problem:
    """The problem for a parser's error: the place of its cause, a fact and a remedy."""
    lines = text.split("\n")
    at = _point(error.problem_mark or error.context_mark, lines)
    start = _point(error.context_mark or error.problem_mark, lines)
    fact, context = error.problem or "", error.context or ""
    where, message, hint = (
        _by_character(at, start, fact, context)
        or _by_quotation(at, start, fact)
        or _by_bracket(at, start, fact, text, lines)
        or _by_line(at, start, fact, lines)
        or _by_indentation(at, start, fact, lines)
        or (at, f"this is not YAML: {fact}", "look at the indentation, the quotation marks and the colons of this line")
    )
    return Problem(Place(file, where.line + 1, where.column + 1), "yaml-syntax", message, hint)


def _point(mark: Any, lines: list[str]) -> _Point:
    line = min(mark.line, len(lines) - 1)
    return _Point(mark.line, mark.column, lines[line] if mark.line < len(lines) else "")


def _by_character(at: _Point, start: _Point, fact: str, context: str) -> _Explanation | None:
    """Explains a character with which a value cannot begin, or that is not allowed in a line."""
    if "tab character" in fact or ("cannot start any token" in fact and at.character == "\t"):
        return at, "there is a tab here", "indent with spaces, two for each level; YAML does not allow tabs"
    if "cannot start any token" in fact:
        return at, f"a value cannot begin with '{at.character}'", QUOTE
    if context in ("while scanning an alias", "while scanning an anchor", "while scanning a tag"):
        return start, unquoted_start(start.character), QUOTE
    if "tag handle" in fact:
        return at, unquoted_start(at.character), f"{QUOTE}, or delete the tag"
    if "found unexpected ':'" in fact:
        return at, "in brackets or braces, text without quotation marks cannot end with a colon", QUOTE
    if "mapping keys are not allowed" in fact:
        return at, unquoted_start("? "), QUOTE
    if "incompatible YAML" in fact or "directive" in fact:
        return at, _DIRECTIVE, "delete it"
    return None


def _by_quotation(at: _Point, start: _Point, fact: str) -> _Explanation | None:
    """Explains text in quotation marks that does not end, or that has a wrong escape in it."""
    if fact in ("found unexpected end of stream", "found unexpected document indicator"):
        return start, "the quotation mark that opens here is never closed", "close it where the text ends"
    if "unknown escape character" in fact:
        hint = r"for a backslash write '\\', or put the text in single quotation marks"
        return at, f"'{at.text[at.column : at.column + 2]}' has no meaning in double quotation marks", hint
    if "hexdecimal" in fact or "invalid Unicode" in fact:
        here = _Point(at.line, max(at.text.rfind("\\", 0, at.column), 0), at.text)
        typed = re.match(r"\\?.?\w{0,8}", at.text[here.column :])
        hint = r"write the character itself; for a backslash write '\\'"
        return here, f"'{typed[0] if typed else ''}' is not the number of a character", hint
    return None


def _by_bracket(at: _Point, start: _Point, fact: str, text: str, lines: list[str]) -> _Explanation | None:
    """Explains a bracket that is not closed, or not opened."""
    if "expected ',' or" in fact and at.character in ("[", "{") and re.search(r"[^\s,:\[{]\s*$", at.before):
        return at, f"in brackets or braces, '{at.character}' ends the text before it", QUOTE
    if "expected ',' or" in fact:
        closing = "]" if "]" in fact else "}"
        hint = f"close it with '{closing}'; if it is part of the text, {QUOTE}"
        return start, f"the '{start.character}' that opens here is not closed", hint
    if "expected node content" not in fact:
        return None
    if at.character:
        return at, f"'{at.character}' is not allowed here", f"delete it; if it is part of the text, {QUOTE}"
    opened = max(text.rfind("["), text.rfind("{"))
    line = text.count("\n", 0, opened)
    start = _Point(line, opened - text.rfind("\n", 0, opened) - 1, lines[line])
    hint = f"close it with '{']' if start.character == '[' else '}'}'"
    return start, f"the '{start.character}' that opens here is not closed", hint


def _by_line(at: _Point, start: _Point, fact: str, lines: list[str]) -> _Explanation | None:
    """Explains a line with a missing or extra colon, space or line end."""
    if "comment or line break" in fact:
        fact = f"text after '{start.character}' must begin on the next line"
        return at, fact, "press Enter here, and indent the text"
    if "block sequence entries" in fact:
        hint = f"begin the list on the next line; if the dash is part of the text, {QUOTE}"
        return at, "a list cannot begin on the line of its key", hint
    if "could not find expected ':'" in fact:
        return _without_colon(start)
    if "mapping values are not allowed" not in fact:
        return None
    if re.search(r"\{\{\s*ref$", at.before):
        hint = f"write {{{{ ref:name }}}} without the space, or {QUOTE}"
        return at, "because of the ': ' in this {{ ref: … }}, YAML takes the words before it for a key", hint
    if re.search(r":\s", at.before) or not at.before.strip():
        hint = f"{QUOTE}, or write it on the lines below, after '|'"
        return at, "this line has a second ':', and YAML takes the words before it for a key", hint
    above = _line_above(at, lines)
    if re.search(r":(?:\s|$)", above.text):
        here = _Point(at.line, len(at.before) - len(at.before.lstrip()), at.text)
        return here, "this line is indented more than the one above it", "begin it in the same column"
    return _without_colon(above)


def _without_colon(at: _Point) -> _Explanation:
    """Explains a line that has no ":", or one without a space after it."""
    without_space = re.match(r"\s*(?:- +)*[A-Za-z-]+:(?=\S)", at.text)
    if without_space:
        here = _Point(at.line, without_space.end(), at.text)
        return here, "the space after ':' is missing", "write 'key: value'"
    hint = "write 'key: value'; if the line continues a text, indent it more than the text's key"
    return at, "this line does not have the form 'key: value'", hint


def _by_indentation(at: _Point, start: _Point, fact: str, lines: list[str]) -> _Explanation | None:
    """Explains a line with the wrong indentation, or text that needs quotation marks."""
    above = _line_above(at, lines)
    if "document start" in fact:
        if above.text.startswith("%"):
            return above, _DIRECTIVE, "delete it"
        if above.text.startswith("..."):
            return above, "'...' ends the file here for YAML: what follows is not read", "delete the '...'"
        hint = "begin every key in the same column"
        return at, "this line is indented less than the file's first line", hint
    if "did not find expected" not in fact:
        return None
    if at.character and at.character in "]}":
        return at, f"this '{at.character}' closes a bracket that was not opened", "delete it"
    if at.character == ":":
        return at, "the key before this ':' is missing", "write 'key: value'"
    value = re.match(r"\s*(?:- +)*(?:[A-Za-z-]+: +)?", at.before)
    here = _Point(at.line, value.end() if value else 0, at.text)
    if here.column < at.column and here.character in "*&[{!":
        return here, unquoted_start(here.character), QUOTE
    if here.column < at.column and here.character in "\"'":
        mark = r"write \" for one inside the text" if here.character == '"' else "write '' for an apostrophe inside it"
        return at, "there is more text after the closing quotation mark", f"{mark}; is one missing here or above?"
    return at, *_misplaced(at, start, above)


def _misplaced(at: _Point, start: _Point, above: _Point) -> tuple[str, str]:
    """The fact and the remedy for a line in the wrong column; the remedy names the columns that are possible."""
    entry = at.text[at.column :].startswith("- ")
    if at.column == start.column:
        if entry:
            return "this '- ' begins a list entry among keys", "add a key for the list, and put the list below that key"
        hint = "begin it with '- '"
        if re.match(r"[A-Za-z-]+:(?: |$)", at.text[at.column :]):
            column = above.column + 1 if above.column > at.column else at.column + 3
            hint = f"if it belongs to the entry above, begin it in column {column}; if it is an entry, with '- '"
        return "this line is among the entries of a list, but does not begin with '- '", hint
    column = len(above.before) - len(above.before.lstrip(" ")) if entry else above.column
    columns = dict.fromkeys((column + 1, start.column + 1))
    hint = "begin it in column " + " or ".join(f"{column}" for column in columns)
    return "this line's indentation matches no line above it", f"{hint}, like the lines that it belongs to"


def _line_above(at: _Point, lines: list[str]) -> _Point:
    """The first word of the nearest line above that is not blank."""
    line = next((n for n in range(at.line - 1, -1, -1) if lines[n].strip()), 0)
    lead = re.match(r"\s*(?:- +)*", lines[line])
    return _Point(line, lead.end() if lead else 0, lines[line])
