"""What templates call instead of Jinja's own functions: each costs what it handles, and makes nothing huge."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import TemplateRuntimeError, Undefined
from markupsafe import Markup, escape

from circulars.render.templates.budget import (
    A_STEP,
    BUDGET,
    CALL,
    MAX_WIDTH,
    Budget,
    check_format,
    check_size,
    check_widths,
    size,
)

_READ = 20  # letters are looked at by a filter in that time
_PRINTED = (str, int, float, datetime.date, Markup)


def checked(value: Any, budget: Budget) -> Any:
    """The value, when it is not too large; its letters are taken from what the template may still write."""
    length = size(value)
    if isinstance(value, str):
        check_size(length, value)
        budget.spend(length // A_STEP, length)
    elif isinstance(value, Iterator):
        return counted(value, 1, 0)
    else:
        budget.spend(length // A_STEP)
    return value


def limited(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A filter or a test that costs what its values and its result are long, and takes no huge widths."""
    # Jinja looks there for what a filter wants before its value: the context, or the environment.
    wanted = getattr(function, "jinja_pass_arg", None)

    def rationed(*arguments: Any, **named: Any) -> Any:
        budget = BUDGET.get()
        budget.spend(CALL)
        given = (*arguments, *named.values())
        for value in given:
            if isinstance(value, str | int | list | tuple | dict | set | range):
                budget.spend(size(value) // _READ)
        if name in ("batch", "center", "indent", "slice", "wordwrap", "truncate", "round", "divisibleby"):
            check_widths(given[1 + (wanted is not None) :])
        elif name == "format":
            check_format(str(given[0]))
        return checked(function(*arguments, **named), budget)

    if wanted is not None:
        rationed.jinja_pass_arg = wanted  # type: ignore[attr-defined]
    return rationed


def text_method(text: str, method: Callable[..., Any], given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """What a text's method gives, where its size is no bomb."""
    name = getattr(method, "__name__", "")
    budget = BUDGET.get()
    for value in (text, *given, *named.values()):
        budget.spend(size(value) // A_STEP)
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
    # Markup escapes what it puts in: five letters for one.
    check_size(len(text) + text.count(old) * len(new) * (5 if isinstance(text, Markup) else 1), text)


def replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """Jinja's filter ``replace``, where every text in it is escaped unless it is safe already."""
    safe = text if isinstance(text, Markup) else escape(str(text))
    _check_replaced(safe, str(old), str(new))
    return safe.replace(old, new, -1 if count is None else count)


def join(values: Any, separator: Any = "", attribute: str | None = None) -> str:
    """Jinja's filter ``join``, of an attribute of the values when one is named."""
    if attribute is not None:
        values = [getattr(value, attribute, "") if not attribute.startswith("_") else "" for value in values]
    return _joined(values, escape(separator))


def _joined(values: Any, separator: str) -> str:
    listed = [printed(value) for value in counted(values, 1, 0)]
    length = sum(len(value) if isinstance(value, str) else 1 for value in listed) + len(separator) * len(listed)
    # Escaping makes five letters of one.
    check_size(length, separator)
    return separator.join(value if isinstance(value, str) else str(value) for value in listed)


def concatenated(values: list[Any]) -> Markup | str:
    """What ``a ~ b`` says: safe when one of the two is, and then the others are escaped."""
    budget = BUDGET.get()
    listed = [printed(value) for value in values]
    check_size(sum(len(value) if isinstance(value, str) else 1 for value in listed), "")
    safe = any(isinstance(value, Markup) for value in listed)
    joined: Markup | str = Markup("").join(listed) if safe else "".join(str(value) for value in listed)
    checked(joined, budget)
    return joined


def counted(values: Any, steps: int, letters: int) -> Iterator[Any]:
    """The entries of a list, each of which costs something."""
    budget, iterator = BUDGET.get(), iter(values)

    def entries() -> Iterator[Any]:
        for entry in iterator:
            budget.spend(steps, letters)
            yield entry

    return entries()


def weighed(value: Any) -> Any:
    """The value; to look at it costs what it is long."""
    BUDGET.get().spend(1 + size(value) // A_STEP)
    return value


def printed(value: Any) -> Any:
    """The value of a tag, when it can be printed.

    Raises:
        TooMuchError: it is too long.
        TemplateRuntimeError: it is no text and no number.
    """
    if isinstance(value, Undefined):
        return str(value)
    if not isinstance(value, _PRINTED) and value is not None:
        raise TemplateRuntimeError("a tag prints a list, a group or a function, where a text is due")
    if isinstance(value, str):
        BUDGET.get().spend(1 + len(value) // A_STEP, len(value))
    return value
