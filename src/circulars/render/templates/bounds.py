"""The filters and the methods of templates: what each takes, and the most that it can make, known before it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from circulars.render.templates.budget import (
    BUDGET,
    CHARACTERS_PER_STEP,
    MAX_WIDTH,
    MAX_WRAPPED,
    TooMuchError,
    check_widths,
)

_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"

Bound = Callable[..., int]
"""The most characters of a result, from the arguments; a list counts a hundred for each entry."""


class Ration(NamedTuple):
    """What a filter takes, and how much it makes."""

    takes: str
    """"text", "list", "any", or "same": a list whose entries are compared."""
    makes: Bound


def _grown(times: int) -> Bound:
    """A text whose characters become a number of others at most: "ΐ" has three in capitals, "'" is "&#39;"."""
    return lambda text, *_others, **_named: len(text) * times


def _one(*_given: Any, **_named: Any) -> int:
    """A number, a truth value, or something that exists already."""
    return 1


def _centered(text: str, width: int = 80) -> int:
    check_widths([width])
    return len(text) + width


def _indented(text: str, width: int | str = 4, *_others: Any, **_named: Any) -> int:
    check_widths([width])
    return len(text) + (text.count("\n") + 1) * (len(width) if isinstance(width, str) else width)


def _truncated(text: str, length: int = 255, *others: Any, **named: Any) -> int:
    check_widths([length, *others, *named.values()])
    return len(text) + MAX_WIDTH


def _wrapped(text: str, width: int = 79, *others: Any, **named: Any) -> int:
    """Wrapping copies the rest of a long word for each of its lines."""
    check_widths([width, *others, *named.values()])
    if len(text) > MAX_WRAPPED:
        raise TooMuchError(f"it wraps a text of more than {MAX_WRAPPED:,} characters")
    width = max(int(width), 1)
    BUDGET.get().spend(len(text) ** 2 // (width * 2_000) + len(text) // 5)
    longest = max([len(value) for value in (*others, *named.values()) if isinstance(value, str)], default=1)
    return len(text) + (len(text) // width + text.count("\n") + 1 + len(text)) * longest


def _stripped(text: str, characters: str | None = None) -> int:
    """Each character of the text is looked for among the others."""
    check_widths([characters])
    BUDGET.get().spend(len(text) * len(characters or "") // 2_000)
    return len(text)


def _rounded(_number: Any, *others: Any, **named: Any) -> int:
    check_widths([*others, *named.values()])
    return 1


def _cut(values: Any, *others: Any, **named: Any) -> int:
    check_widths([*others, *named.values()])
    return _entries(values) + MAX_WIDTH * CHARACTERS_PER_STEP


def _entries(values: Any, *_others: Any, **_named: Any) -> int:
    """A list of the same entries. The entries of an iterator are counted as they are made."""
    return len(values) * CHARACTERS_PER_STEP if isinstance(values, Sized) else 1


FILTERS: Final[Mapping[str, Ration]] = {
    **dict.fromkeys(("capitalize", "lower", "title", "upper"), Ration("text", _grown(3))),
    **dict.fromkeys(("safe", "string", "striptags"), Ration("text", _grown(1))),
    **dict.fromkeys(("e", "escape", "forceescape"), Ration("text", _grown(5))),
    "urlencode": Ration("text", _grown(12)),
    "trim": Ration("text", _stripped),
    **dict.fromkeys(("wordcount", "int", "float"), Ration("text", _one)),
    "center": Ration("text", _centered),
    "indent": Ration("text", _indented),
    "truncate": Ration("text", _truncated),
    "wordwrap": Ration("text", _wrapped),
    **dict.fromkeys(("round", "abs"), Ration("any", _rounded)),
    # These compute what they make themselves, below.
    **dict.fromkeys(("format", "join", "replace", "sum"), Ration("any", _one)),
    **dict.fromkeys(("count", "length", "d", "default", "items", "unknown"), Ration("any", _one)),
    **dict.fromkeys(("batch", "slice"), Ration("list", _cut)),
    **dict.fromkeys(("first", "last"), Ration("list", _one)),
    **dict.fromkeys(("dictsort", "groupby", "sort", "unique", "max", "min"), Ration("same", _entries)),
    **dict.fromkeys(
        ("list", "map", "reject", "rejectattr", "reverse", "select", "selectattr"), Ration("list", _entries)
    ),
}
"""The filters that templates have of Jinja's. Where a filter can do several things, it does only what is said here."""


def _padded(text: str, width: int, fill: str = " ") -> int:
    check_widths([width])
    return len(text) + width + len(fill)


def _expanded(text: str, tabsize: int = 8) -> int:
    check_widths([tabsize])
    return len(text) + text.count("\t") * MAX_WIDTH


def _split(text: str, sep: str | None = None, maxsplit: int = -1) -> int:
    count = text.count(sep) if sep else len(text) // 2
    return (1 + (count if maxsplit < 0 else min(count, maxsplit))) * CHARACTERS_PER_STEP + len(text)


def _lines(text: str, *_others: Any, **_named: Any) -> int:
    return (1 + sum(map(text.count, _LINE_ENDS))) * CHARACTERS_PER_STEP + len(text)


def replaced(text: str, old: str, new: str, count: int = -1) -> int:
    """The size of a text in which another one replaces a piece."""
    # Markup escapes the new text: one character may become five.
    found = text.count(old)
    return len(text) + (found if count < 0 else min(found, count)) * len(new) * (5 if isinstance(text, Markup) else 1)


OWN: Final = Ration("any", _one)
"""The ration of the packs' own filters, which only group and show parts."""

TEXT_METHODS: Final[Mapping[str, Bound]] = {
    **dict.fromkeys("capitalize casefold lower swapcase title upper".split(), _grown(3)),
    **dict.fromkeys("striptags removeprefix removesuffix partition rpartition".split(), _grown(1)),
    **dict.fromkeys(
        """
        count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric isprintable isspace
        istitle isupper rfind rindex startswith
        """.split(),
        _one,
    ),
    **dict.fromkeys(("lstrip", "rstrip", "strip"), _stripped),
    **dict.fromkeys(("center", "ljust", "rjust", "zfill"), _padded),
    "expandtabs": _expanded,
    **dict.fromkeys(("split", "rsplit"), _split),
    "splitlines": _lines,
    "replace": replaced,
    "join": _one,  # it computes what it makes itself, below
}
"""The methods of a text that templates have."""
