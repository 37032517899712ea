"""Says in a letter writer's words why a file is not YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from circulars.errors import Place, Problem

QUOTE = "put the text in quotation marks"
UNBALANCED = "is there a bracket too many?"
SECOND_DOCUMENT = "a second document begins here ('---')"
LIST_AS_KEY = "a list cannot be a key"


def tag_fault(tag: str) -> tuple[str, str]:
    """The fact that YAML takes the beginning of a text for a tag, and the remedy."""
    return f"'{tag}' is not part of the text: YAML takes it for a tag", f"{QUOTE}, or delete the tag"


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of the text: its line (from 0), its column (from 0), and the line's words."""

    line: int
    column: int
    words: str

    @property
    def character(self) -> str:
        return self.words[self.column : self.column + 1]

    @property
    def before(self) -> str:
        return self.words[: self.column]


_Told = tuple[_Point, str, str]


def explained(error: Any, file: str, text: str) -> Problem:
    """The problem that a parser's error means: where to look, what is wrong, what to do."""
    lines = text.split("\n")
    at = _point(error.problem_mark or error.context_mark, lines)
    start = _point(error.context_mark or error.problem_mark, lines)
    fact, context = error.problem or "", error.context or ""
    told = (
        _by_character(at, start, fact, context)
        or _by_quotation(at, start, fact)
        or _by_bracket(at, start, fact, text, lines)
        or _by_line(at, start, fact, lines)
        or _by_indentation(at, start, fact, lines)
        or (at, f"this is not YAML: {fact}", "look at the indentation, the quotation marks and the colons of this line")
    )
    where, message, hint = told
    return Problem(Place(file, where.line + 1, where.column + 1), "yaml-syntax", message, hint)


def _point(mark: Any, lines: list[str]) -> _Point:
    line = min(mark.line, len(lines) - 1)
    return _Point(mark.line, mark.column, lines[line] if mark.line < len(lines) else "")


def _by_character(at: _Point, start: _Point, fact: str, context: str) -> _Told | None:
    """A character with which no value can begin, or that no line can hold."""
    if "tab character" in fact or ("cannot start any token" in fact and at.character == "\t"):
        return at, "a tab stands here", "indent with spaces, two for each level; YAML takes no tabs"
    if "cannot start any token" in fact:
        return at, f"a value cannot begin with '{at.character}'", QUOTE
    if context in ("while scanning an alias", "while scanning an anchor", "while scanning a tag"):
        return start, f"a text cannot begin with '{start.character}'", QUOTE
    if "tag handle" in fact:
        return at, f"a text cannot begin with '{at.character}'", f"{QUOTE}, or delete the tag"
    if "mapping keys are not allowed" in fact:
        return at, "a text cannot begin with '? '", QUOTE
    if "incompatible YAML" in fact or "directive" in fact:
        return at, "a line that begins with '%' cannot stand in a letter", "delete it"
    return None


def _by_quotation(at: _Point, start: _Point, fact: str) -> _Told | None:
    """A text in quotation marks that does not end, or that holds what it cannot."""
    if fact in ("found unexpected end of stream", "found unexpected document indicator"):
        return start, "the quotation mark that opens here is never closed", "close it where the text ends"
    if "unknown escape character" in fact:
        hint = r"for a backslash write '\\', or put the text in single quotation marks"
        return at, f"'{at.words[at.column : at.column + 2]}' means nothing between double quotation marks", hint
    if "hexdecimal" in fact or "invalid Unicode" in fact:
        here = _Point(at.line, max(at.words.rfind("\\", 0, at.column), 0), at.words)
        typed = re.match(r"\\?.?\w{0,8}", at.words[here.column :])
        hint = r"write the character itself; for a backslash write '\\'"
        return here, f"'{typed[0] if typed else ''}' is not the number of a character", hint
    return None


def _by_bracket(at: _Point, start: _Point, fact: str, text: str, lines: list[str]) -> _Told | None:
    """A bracket that does not close, or one that nothing opened."""
    if "expected ',' or" in fact:
        closing = "]" if "]" in fact else "}"
        hint = f"close it with '{closing}'; if it begins a text, {QUOTE}"
        return start, f"the '{start.character}' that opens here is not closed", hint
    if "expected node content" not in fact:
        return None
    if at.character:
        return at, f"'{at.character}' cannot stand here", f"is there one too many? If it belongs to a text, {QUOTE}"
    opened = max(text.rfind("["), text.rfind("{"))
    line = text.count("\n", 0, opened)
    start = _Point(line, opened - text.rfind("\n", 0, opened) - 1, lines[line])
    hint = f"close it with '{']' if start.character == '[' else '}'}'"
    return start, f"the '{start.character}' that opens here is not closed", hint


def _by_line(at: _Point, start: _Point, fact: str, lines: list[str]) -> _Told | None:
    """A line in which a colon, a space or a line end is missing, or stands too often."""
    if "comment or line break" in fact:
        return (
            at,
            f"after '{start.character}' the text begins on the next line",
            "press Enter here, and indent the text",
        )
    if "block sequence entries" in fact:
        hint = "begin the list on the next line; if the dash belongs to a text, put the text in quotation marks"
        return at, "a list cannot begin on the line of its key", hint
    if "could not find expected ':'" in fact:
        return _without_colon(start)
    if "mapping values are not allowed" not in fact:
        return None
    if re.search(r"\{\{\s*ref$", at.before):
        hint = f"write {{{{ ref:name }}}} without the space, or {QUOTE}"
        return at, "the ': ' of this {{ ref: … }} makes a key of the words before it", hint
    if re.search(r":\s", at.before) or not at.before.strip():
        hint = f"{QUOTE}, or write it on the lines below, after '|'"
        return at, "a second ':' in one line: YAML takes the words before it for a key", hint
    above = _line_above(at, lines)
    if re.search(r":(?:\s|$)", above.words):
        here = _Point(at.line, len(at.before) - len(at.before.lstrip()), at.words)
        return here, "this line is indented further than the one above it", "begin it in the same column"
    return _without_colon(above)


def _without_colon(at: _Point) -> _Told:
    glued = re.match(r"\s*(?:- +)*[A-Za-z-]+:(?=\S)", at.words)
    if glued:
        here = _Point(at.line, glued.end(), at.words)
        return here, "after the ':' a space is missing", "write 'key: value'"
    hint = "write 'key: value'; if the line continues a text, indent it further than the text's key"
    return at, "this line is no key with a ':' and its value", hint


def _by_indentation(at: _Point, start: _Point, fact: str, lines: list[str]) -> _Told | None:
    """A line that belongs to nothing; often it is a text that wants quotation marks."""
    above = _line_above(at, lines)
    if "document start" in fact:
        if above.words.startswith("%"):
            return above, "a line that begins with '%' cannot stand in a letter", "delete it"
        if above.words.startswith("..."):
            return above, "a letter does not end with '...': what follows is not read", "delete the '...'"
        return at, "this line stands further left than the letter's first line", "begin every key of the letter alike"
    if "did not find expected" not in fact:
        return None
    if at.character and at.character in "]}":
        return at, f"this '{at.character}' closes nothing", "delete it"
    if at.character == ":":
        return at, "before this ':' a key is missing", "write 'key: value'"
    value = re.match(r"\s*(?:- +)*(?:[A-Za-z-]+: +)?", at.before)
    here = _Point(at.line, value.end() if value else 0, at.words)
    if here.column < at.column and here.character in "*&[{!":
        return here, f"a text cannot begin with '{here.character}'", QUOTE
    if here.column < at.column and here.character in "\"'":
        mark = r"write \" for one inside the text" if here.character == '"' else "write '' for an apostrophe inside it"
        return at, "more text follows after the closing quotation mark", f"{mark}; is one missing here or above?"
    return at, *_misplaced(at, start, above)


def _misplaced(at: _Point, start: _Point, above: _Point) -> tuple[str, str]:
    """What is wrong with a line's indentation, and the columns in which it could begin."""
    entry = at.words[at.column :].startswith("- ")
    if at.column == start.column:
        if entry:
            return "a list's '- ' stands among keys here", "give the list a key of its own, and put it below that key"
        return "this line stands among the entries of a list, and does not begin with '- '", "begin it with '- '"
    column = len(above.before) - len(above.before.lstrip(" ")) if entry else above.column
    columns = dict.fromkeys((column + 1, start.column + 1))
    hint = "begin it in column " + " or ".join(f"{column}" for column in columns)
    return "this line's indentation fits nothing above it", f"{hint}, with the lines that it belongs to"


def _line_above(at: _Point, lines: list[str]) -> _Point:
    """The nearest line above that is not blank, at its first word."""
    line = next((n for n in range(at.line - 1, -1, -1) if lines[n].strip()), 0)
    lead = re.match(r"\s*(?:- +)*", lines[line])
    return _Point(line, lead.end() if lead else 0, lines[line])
