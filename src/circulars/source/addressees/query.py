"""Makes sure that a query only asks."""

from __future__ import annotations

import re

# What SQL does not look into (PostgreSQL 15, 4.1.2 and 4.1.5; SQLite is a part of it): texts, names, comments.
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
    """Why a query is not one SELECT; "" when it is one. A semicolon may end it."""
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


def _end_of_comment(query: str, at: int) -> int:
    """Where a comment ends that may have others inside; 0 when it does not."""
    depth = 1
    for mark in re.finditer(r"/\*|\*/", query[at:]):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return at + mark.end()
    return 0


def without_end(query: str) -> str:
    """The query without the semicolon, and what may stand behind it: a cursor is declared for the statement alone."""
    at = len(query)
    for token in _TOKEN.finditer(query):
        if token.lastgroup == "end":
            at = token.start()
    return query[:at].strip()
