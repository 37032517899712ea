"""Checks that an SQL query only reads."""

from __future__ import annotations

import re

# The lexical structure of SQL (PostgreSQL 15, 4.1.2 and 4.1.5; SQLite's is a subset): strings, names, comments.
_TOKEN = re.compile(
    r"""
      (?P<escaped>\b[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])
    | (?P<dollar>\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$)
    | (?P<line>--[^\n]*)
    | (?P<block>/\*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<end>;)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.DOTALL | re.VERBOSE,
)


def fault(query: str) -> str:
    """The reason why a query is not a single SELECT; "" if it is one. It may end with a semicolon."""
    first, ended, at = "", False, 0
    while at < len(query):
        token = _TOKEN.match(query, at)
        assert token is not None
        at = token.end()
        kind = token.lastgroup if token.lastgroup != "tag" else "dollar"
        if kind == "block":
            at = _end_of_comment(query, at)
            if not at:
                return "it has a comment that is never closed"
        elif kind in ("space", "line"):
            continue
        elif ended:
            return "it is more than one statement"
        elif kind == "end":
            ended = True
        elif kind == "other" and token[0] in "'\"":
            return "it has a quotation mark that is never closed"
        elif not first and token[0] != "(":
            first = token[0].upper()
    if not first:
        return "it is empty"
    return "" if first in ("SELECT", "WITH") else f"it begins with '{first[:40]}'"


_INTO_FILES = re.compile(r"\b(?:outfile|dumpfile)\b", re.IGNORECASE)


def fault_in_mysql(query: str) -> str:
    """The reason why a query might write a file on a server of MySQL, which a read-only transaction permits; or ""."""
    found = _INTO_FILES.search(query)
    return f"the word '{found[0]}' could write a file on the server" if found else ""


def _end_of_comment(query: str, at: int) -> int:
    """The end of a comment, which may contain others; 0 if it is not closed."""
    depth = 1
    for mark in re.finditer(r"/\*|\*/", query[at:]):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return at + mark.end()
    return 0


def without_semicolon(query: str) -> str:
    """The query without its semicolon and anything after it, since a cursor is declared for the bare statement."""
    at = len(query)
    for token in _TOKEN.finditer(query):
        if token.lastgroup == "end":
            at = token.start()
    return query[:at].strip()
