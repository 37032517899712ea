"""Replacements for Jinja's functions that spend the budget and limit the size of their results."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import TemplateRuntimeError, Undefined
from markupsafe import Markup, escape

from circulars.render.templates.budget import (
    BUDGET,
    CALL,
    CHARACTERS_PER_STEP,
    MAX_WIDTH,
    Budget,
    check_format,
    check_size,
    check_widths,
    size,
)

_READ_PER_STEP = 20  # characters that a filter can read in one step
_PRINTED = (str, int, float, datetime.date, Markup)


def checked(value: Any, budget: Budget) -> Any:
    """The value, after a check of its size. Its characters are subtracted from the budget."""
    length = size(value)
    if isinstance(value, str):
        check_size(length, value)
        budget.spend(length // CHARACTERS_PER_STEP, length)
    elif isinstance(value, Iterator):
        return counted(value, 1, 0)
    else:
        budget.spend(length // CHARACTERS_PER_STEP)
    return value


def limited(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A filter or a test that spends steps for the size of its arguments and its result, and refuses huge widths."""
    # Jinja reads this attribute to learn whether a filter needs the context or the environment as first argument.
    wanted = getattr(function, "jinja_pass_arg", None)

    def rationed(*arguments: Any, **named: Any) -> Any:
        budget = BUDGET.get()
        budget.spend(CALL)
        given = (*arguments, *named.values())
        for value in given:
            if isinstance(value, str | int | list | tuple | dict | set | range):
                budget.spend(size(value) // _READ_PER_STEP)
        if name in ("batch", "center", "indent", "slice", "wordwrap", "truncate", "round", "divisibleby"):
            check_widths(given[1 + (wanted is not None) :])
        elif name == "format":
            check_format(str(given[0]))
        return checked(function(*arguments, **named), budget)

    if wanted is not None:
        rationed.jinja_pass_arg = wanted  # type: ignore[attr-defined]
    return rationed


def text_method(text: str, method: Callable[..., Any], given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """The result of a method of a text, after a check of its size."""
    name = getattr(method, "__name__", "")
    budget = BUDGET.get()
    for value in (text, *given, *named.values()):
        budget.spend(size(value) // CHARACTERS_PER_STEP)
    if name in ("center", "ljust", "rjust", "zfill", "expandtabs"):
        check_widths((*given, *named.values()))
        if name == "expandtabs":
            check_size(len(text) + text.count("\t") * 2 * MAX_WIDTH, text)
    elif name == "replace" and len(given) > 1:
        _check_replaced(text, str(given[0]), str(given[1]))
    elif name == "join" and given:
        return _joined(given[0], text)
    return method(*given, **named)


def _check_replaced(text: str, old: str, new: str) -> None:
    # Markup escapes the new text: one character may become five.
    check_size(len(text) + text.count(old) * len(new) * (5 if isinstance(text, Markup) else 1), text)


def replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """Jinja's filter ``replace``; every text is escaped unless it is marked safe."""
    safe = text if isinstance(text, Markup) else escape(str(text))
    _check_replaced(safe, str(old), str(new))
    return safe.replace(old, new, -1 if count is None else count)


def join(values: Any, separator: Any = "", attribute: str | None = None) -> str:
    """Jinja's filter ``join``; ``attribute`` joins that attribute of the values."""
    if attribute is not None:
        values = [getattr(value, attribute, "") if not attribute.startswith("_") else "" for value in values]
    return _joined(values, escape(separator))


def _joined(values: Any, separator: str) -> str:
    listed = [printed(value) for value in counted(values, 1, 0)]
    length = sum(len(value) if isinstance(value, str) else 1 for value in listed) + len(separator) * len(listed)
    # One character may become five by escaping.
    check_size(length, separator)
    return separator.join(value if isinstance(value, str) else str(value) for value in listed)


def concatenated(values: list[Any]) -> Markup | str:
    """The result of ``a ~ b``. If one value is marked safe, the others are escaped and the result is safe."""
    budget = BUDGET.get()
    listed = [printed(value) for value in values]
    check_size(sum(len(value) if isinstance(value, str) else 1 for value in listed), "")
    safe = any(isinstance(value, Markup) for value in listed)
    joined: Markup | str = Markup("").join(listed) if safe else "".join(str(value) for value in listed)
    checked(joined, budget)
    return joined


def counted(values: Any, steps: int, characters: int) -> Iterator[Any]:
    """Iterates over values, and spends steps and characters for each."""
    budget, iterator = BUDGET.get(), iter(values)

    def entries() -> Iterator[Any]:
        for entry in iterator:
            budget.spend(steps, characters)
            yield entry

    return entries()


def weighed(value: Any) -> Any:
    """The value; spends steps for its size."""
    BUDGET.get().spend(1 + size(value) // CHARACTERS_PER_STEP)
    return value


def printed(value: Any) -> Any:
    """The value of a tag, after a check that it can be printed.

    Raises:
        TooMuchError: it is too long.
        TemplateRuntimeError: it is not a text, a number or a date.
    """
    if isinstance(value, Undefined):
        return str(value)
    if not isinstance(value, _PRINTED) and value is not None:
        raise TemplateRuntimeError("a tag prints a list, a group or a function instead of a text")
    if isinstance(value, str):
        BUDGET.get().spend(1 + len(value) // CHARACTERS_PER_STEP, len(value))
    return value
