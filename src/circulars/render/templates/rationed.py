"""Runs the filters, methods and operators of templates within their bounds.

What is not in the tables of :mod:`circulars.render.templates.bounds` does not exist for a template. Only text, numbers
and dates can become text: a function or a group would be written with its address in memory, which differs in each run.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sized
from typing import Any, Final

from jinja2 import TemplateRuntimeError, Undefined
from markupsafe import Markup, escape

from circulars.render.templates.bounds import FILTERS, OWN, TEXT_METHODS, replaced
from circulars.render.templates.budget import (
    BUDGET,
    CALL,
    CHARACTERS_PER_STEP,
    MAX_ENTRIES,
    MAX_READ,
    Budget,
    TooMuchError,
    check_bits,
    check_size,
    size,
    weight,
)

_READ_PER_STEP = 20  # characters that a filter can read in one step
_PRINTED = (str, int, float, datetime.date, Markup)
_SPECIFICATION = re.compile(
    r"%(?:\((?P<key>[^()%]{1,100})\))?[-+ 0#]{0,5}\d{0,3}(?:\.\d{0,2})?[sdifeEgGxXo%]|(?P<other>%)"
)
_FORMATTED = 1_100  # the most characters of a number, with its width

_COMPARING: Final = frozenset("eq equalto == ne != in gt > greaterthan ge >= lt < lessthan le <= divisibleby".split())
_LONG: Final = frozenset("e escape forceescape safe string trim".split())  # fast enough for texts of any length


def limited(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A filter of the table, which checks its size and spends its steps before it runs."""
    takes, makes = FILTERS.get(name, OWN)
    # Jinja reads this attribute to learn whether a filter needs the context or the environment as first argument.
    wanted = getattr(function, "jinja_pass_arg", None)

    def rationed(*arguments: Any, **named: Any) -> Any:
        budget = BUDGET.get()
        budget.spend(CALL)
        begin = 0 if wanted is None else 1
        value, *others = arguments[begin:] or (None,)
        for other in (*others, *named.values()):
            if not isinstance(other, str | int):
                budget.spend(size(other) // CHARACTERS_PER_STEP)
        if takes == "text":
            check_size(makes(_text(value, name in _LONG), *others, **named), "")
        elif takes != "any":
            value = _listed(value, takes == "same")
            check_size(makes(value, *others, **named), [])
        return checked(function(*arguments[:begin], value, *others, **named), budget)

    if wanted is not None:
        rationed.jinja_pass_arg = wanted  # type: ignore[attr-defined]  # Jinja reads this attribute
    return rationed


def limited_test(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A test, as in ``{% if a is odd %}``, which spends its steps before it runs."""
    # As of a filter.
    wanted = getattr(function, "jinja_pass_arg", None)
    cost = weight if name in _COMPARING else size

    def rationed(*arguments: Any) -> Any:
        budget = BUDGET.get()
        budget.spend(CALL)
        for value in arguments[0 if wanted is None else 1 :]:
            budget.spend(cost(value) // (1 if cost is weight else _READ_PER_STEP))
        return function(*arguments)

    if wanted is not None:
        rationed.jinja_pass_arg = wanted  # type: ignore[attr-defined]  # Jinja reads this attribute
    return rationed


def _text(value: Any, is_long: bool) -> str:
    """What a filter works on as text, after a check of its length. It must be a text, a number or a date."""
    text = str(printable(value))
    BUDGET.get().spend(len(text) // (CHARACTERS_PER_STEP if is_long else _READ_PER_STEP))
    if len(text) > MAX_READ and not is_long:
        raise TooMuchError(f"it works on a text of more than {MAX_READ:,} characters")
    return text


def _listed(values: Any, is_compared: bool) -> Any:
    """What a filter works on as a list, after a check of its length; the entries of an iterator are counted."""
    budget = BUDGET.get()
    if isinstance(values, Iterator):
        values = counted(values, 1, 0, MAX_ENTRIES)
        if is_compared:
            values = list(values)
    elif isinstance(values, Sized) and not isinstance(values, Undefined):
        if len(values) > MAX_ENTRIES:
            raise TooMuchError(f"it works on a list of more than {MAX_ENTRIES:,} entries")
        budget.spend((size(values) if not isinstance(values, str) else len(values)) // _READ_PER_STEP)
    if is_compared:
        budget.spend(4 * weight(values))  # sorting compares each entry with some others
    return values


def operation(operator: str, left: Any, right: Any, compute: Callable[[Any, Any], Any]) -> Any:
    """The result of an operator, after a check of its operands and of the size of its result.

    Raises:
        TooMuchError: the result would be too large.
        TemplateRuntimeError: an operand is not a number, a text or a list.
    """
    budget = BUDGET.get()
    if type(left) is int is type(right) and operator in ("+", "-"):
        budget.spend(2 + (left.bit_length() + right.bit_length()) // CHARACTERS_PER_STEP)
        return compute(left, right)
    budget.spend(4 + (size(left) + size(right)) // CHARACTERS_PER_STEP)
    if operator == "%" and isinstance(left, str):
        return checked(formatted(left, right), budget)
    for one in (left, right):
        if not isinstance(one, int | float | str | list | tuple | Undefined):
            raise TemplateRuntimeError(f"it computes with a {type(one).__name__} ('{operator}')")
    check_size(_computed(operator, left, right), left if isinstance(left, str) else right)
    return checked(compute(left, right), budget)


def _computed(operator: str, left: Any, right: Any) -> int:
    """The size of the result of an operator."""
    if isinstance(left, int) and isinstance(right, int):
        check_bits(
            left.bit_length() * max(abs(right), 1) if operator == "**" else left.bit_length() + right.bit_length()
        )
    elif operator == "+":
        return size(left) + size(right)
    elif operator == "*":
        for one, times in ((left, right), (right, left)):
            if isinstance(one, str | list | tuple) and isinstance(times, int):
                # Even an empty list in a list takes room.
                return size(one) * max(times, 0)
    return 1


def formatted(pattern: str, values: Any) -> str:
    """The result of ``"%s" % values``, with a part of Python's patterns, and widths up to 999.

    Raises:
        TooMuchError: it would be too long.
        TemplateRuntimeError: the pattern has something else, or a value is not a text, a number or a date.
    """
    found = list(_SPECIFICATION.finditer(pattern))
    if other := next((one for one in found if one["other"]), None):
        shown = pattern[other.start() : other.start() + 10]
        raise TemplateRuntimeError(f"it formats with '{shown}'; templates have '%s', '%d' and '%.2f', up to 999 wide")
    given: Any
    if isinstance(values, Mapping):
        given = {key: printable(value) for key, value in values.items()}
        lengths = {key: _length(value) for key, value in given.items()}
        expected = sum(lengths.get(one["key"], 0) for one in found)
    else:
        given = tuple(map(printable, values)) if isinstance(values, tuple) else printable(values)
        expected = sum(map(_length, given)) if isinstance(given, tuple) else _length(given)
    expected += len(pattern) + len(found) * _FORMATTED
    check_size(expected * (5 if isinstance(pattern, Markup) else 1), pattern)
    made: str = pattern % given  # markup stays markup, and escapes the values
    return made


def format_filter(pattern: Any, *values: Any, **named: Any) -> str:
    """Jinja's filter ``format``."""
    if values and named:
        raise TemplateRuntimeError("'format' takes values with names, or without, but not both")
    return formatted(_as_text(pattern), named or values)


def _as_text(value: Any) -> str:
    """A text, number or date as text; markup stays markup."""
    shown = printable(value)
    return shown if isinstance(shown, str) else str(shown)  # str() would forget that it is marked safe


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 1


def text_method(text: str, name: str, method: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The result of a method of a text, after a check of its size."""
    budget = BUDGET.get()
    for value in (text, *given, *named.values()):
        budget.spend(size(value) // CHARACTERS_PER_STEP)
    if name == "join" and given:
        return _joined(given[0], text)
    try:
        expected = TEXT_METHODS[name](text, *given, **named)
    except KeyError:
        raise TemplateRuntimeError(f"texts have no '{name}'") from None
    check_size(expected, text)
    return method(*given, **named)


def replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """Jinja's filter ``replace``; every text is escaped unless it is marked safe."""
    shown, old = printable(text), _as_text(old)
    safe = shown if isinstance(shown, Markup) else escape(str(shown))
    new, times = _as_text(new), -1 if count is None else count
    check_size(replaced(safe, str(old), new, times), safe)
    return safe.replace(str(old), new, times)


def join(values: Any, separator: Any = "", attribute: str | None = None) -> str:
    """Jinja's filter ``join``; ``attribute`` joins that attribute of the values."""
    if attribute is not None:
        values = [getattr(value, attribute, "") if not attribute.startswith("_") else "" for value in values]
    return _joined(values, escape(printable(separator)))


def add(values: Any, attribute: str | None = None, start: float = 0) -> float:
    """Jinja's filter ``sum``, for numbers only: a sum of lists copies each of them many times."""
    total = start
    for value in counted(values, 1, 0):
        number = getattr(value, attribute, None) if attribute and not attribute.startswith("_") else value
        if not isinstance(number, int | float) or not isinstance(total, int | float):
            raise TemplateRuntimeError("'sum' adds numbers only")
        total = operation("+", total, number, lambda one, other: one + other)
    return total


def _joined(values: Any, separator: str) -> str:
    listed = [printed(value) for value in counted(values, 1, 0, MAX_ENTRIES)]
    # One character may become five by escaping.
    times = 5 if isinstance(separator, Markup) else 1
    check_size(sum(map(_length, listed)) * times + len(separator) * len(listed), separator)
    return separator.join(value if isinstance(value, str) else str(value) for value in listed)


def concatenated(values: list[Any]) -> Markup | str:
    """The result of ``a ~ b``. If one value is marked safe, the others are escaped and the result is safe."""
    budget = BUDGET.get()
    listed = [printed(value) for value in values]
    check_size(sum(map(_length, listed)), "")
    safe = any(isinstance(value, Markup) for value in listed)
    joined: Markup | str = Markup("").join(listed) if safe else "".join(str(value) for value in listed)
    checked(joined, budget)
    return joined


def counted(values: Any, steps: int, characters: int, most: int | None = None) -> Iterator[Any]:
    """Iterates over values, ``most`` at most, and spends steps and characters for each."""
    budget, iterator = BUDGET.get(), iter(values)

    def entries() -> Iterator[Any]:
        for place, entry in enumerate(iterator):
            budget.spend(steps, characters)
            if most is not None and place >= most:
                raise TooMuchError(f"it works on a list of more than {most:,} entries")
            yield entry

    return entries()


def weighed(value: Any) -> Any:
    """The value; spends steps for its size."""
    BUDGET.get().spend(1 + size(value) // CHARACTERS_PER_STEP)
    return value


def compared(value: Any) -> Any:
    """The value; spends steps for comparing it with another one."""
    BUDGET.get().spend(1 if type(value) is int or value is None else weight(value))
    return value


def checked(value: Any, budget: Budget) -> Any:
    """The value, after a check of its size. Its characters are subtracted from the budget."""
    if isinstance(value, str):
        length = len(value)
        check_size(length, value)
        budget.spend(length // CHARACTERS_PER_STEP, length)
    elif isinstance(value, Iterator):
        return counted(value, 1, 0)
    else:
        budget.spend(size(value) // CHARACTERS_PER_STEP)
    return value


def printed(value: Any) -> Any:
    """The value of a tag, after a check that it can be printed.

    Raises:
        TooMuchError: it is too long.
        TemplateRuntimeError: it is not a text, a number or a date.
    """
    if isinstance(value, str):
        BUDGET.get().spend(1 + len(value) // CHARACTERS_PER_STEP, len(value))
        return value
    return printable(value)


def printable(value: Any) -> Any:
    """The value, if it is a text, a number or a date; anything else has no text that is the same in each run.

    Raises:
        TemplateRuntimeError: it is a list, a function or anything else.
    """
    if isinstance(value, _PRINTED) or value is None:
        return value
    if isinstance(value, Undefined):
        return str(value)
    raise TemplateRuntimeError("a tag prints a list, a group or a function instead of a text")
