"""Runs a pack's templates in a sandbox: they get what they are given, and are stopped when they do too much.

Work is counted, not timed, so that the same template and the same letter always end alike. One unit is about what a
loop costs to go round once; whatever handles a long text or a long list costs more by its length.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import is_dataclass
from typing import Any, Final, cast

from jinja2 import StrictUndefined, Template, TemplateError, TemplateRuntimeError, TemplateSyntaxError, Undefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup, escape

MAX_STEPS: Final = 5_000_000
"""The most that a template may do for one document."""
MAX_LETTERS: Final = 150_000_000
"""The most letters that a template may write while it runs, those that it throws away again counted."""
MAX_TEXT: Final = 20_000_000
"""The most letters of one text."""
MAX_ENTRIES: Final = 200_000
"""The most entries of one list, with those of the lists inside it; a hundred letters of a text count as one."""
MAX_SOURCE: Final = 1_000_000
"""The most letters of a template itself."""
MAX_TAGS: Final = 5_000
"""The most tags of a template."""
_MAX_WIDTH = 1_000
_MAX_BITS = 10_000
_CALL = 10
_A_STEP = 100  # letters are copied while a loop goes round once
_READ = 20  # letters are looked at by a filter in that time

_FILTERS = [
    "abs",
    "batch",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "forceescape",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "wordcount",
    "wordwrap",
]
_TESTS = [
    "boolean",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "==",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    ">",
    ">=",
    "gt",
    "greaterthan",
    "in",
    "integer",
    "iterable",
    "le",
    "<",
    "<=",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "!=",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
]
_GLOBALS = ("range", "dict", "namespace", "cycler", "joiner")
_TEXT_METHODS = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "count",
        "endswith",
        "expandtabs",
        "find",
        "index",
        "isalnum",
        "isalpha",
        "isascii",
        "isdecimal",
        "isdigit",
        "islower",
        "isnumeric",
        "isprintable",
        "isspace",
        "istitle",
        "isupper",
        "join",
        "ljust",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rindex",
        "rjust",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
        "zfill",
        "striptags",
    ]
)
_METHODS: dict[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
    datetime.date: frozenset(("year", "month", "day", "isoformat", "weekday", "isoweekday")),
    int: frozenset(),
    float: frozenset(),
    bytes: frozenset(),
    Macro: frozenset(),
}
_OPEN = (LoopContext, Cycler, Joiner, Namespace)
_WIDE = re.compile(r"%[^a-zA-Z%]*(?:\d{4}|\*)")
_PRINTED = (str, int, float, datetime.date, Markup)
# A template's author cannot type these names, so that no template calls them.
_COUNTED, _WEIGHED, _CONCATENATED = "(counted)", "(weighed)", "(concatenated)"


class TooMuchError(TemplateRuntimeError):
    """A template does more than any letter needs."""


class Budget:
    """What a template may still do for one document."""

    __slots__ = ("letters", "steps")

    def __init__(self) -> None:
        self.steps, self.letters = MAX_STEPS, MAX_LETTERS

    def spend(self, steps: int, letters: int = 0) -> None:
        """Takes some work from what is left.

        Raises:
            TooMuchError: so much is not left.
        """
        self.steps -= steps
        self.letters -= letters
        if self.steps < 0:
            raise TooMuchError(f"it takes more than {MAX_STEPS:,} steps for one letter; does a loop run too often?")
        if self.letters < 0:
            raise TooMuchError(f"it writes more than {MAX_LETTERS:,} letters; does a loop run too often?")


_BUDGET: ContextVar[Budget] = ContextVar("budget")


def rendered(template: Template, fields: Mapping[str, Any]) -> str:
    """What a template of :class:`Sandbox` writes when it is given some fields.

    Raises:
        TemplateError: the template is wrong, asks for what there is not, or does more than any letter needs.
    """
    token = _BUDGET.set(Budget())
    try:
        return template.render(fields)
    except RecursionError as error:
        raise TooMuchError("a macro calls itself without end").with_traceback(error.__traceback__) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        fact = str(error) or type(error).__name__
        raise TemplateRuntimeError(fact).with_traceback(error.__traceback__) from None
    finally:
        _BUDGET.reset(token)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for templates of strangers: no files, no clock, no chance, nothing of Python, and limits."""

    # Each of these can make much out of little: 'a' * 10**9.
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, filters: Mapping[str, Callable[..., Any]] | None = None, **options: Any) -> None:
        super().__init__(
            autoescape=True, undefined=StrictUndefined, optimized=False, finalize=_printed, cache_size=0, **options
        )
        known = {name: self.filters[name] for name in _FILTERS} | {"join": _join, "replace": _replace}
        self.filters = {name: _limited(function, name) for name, function in {**known, **(filters or {})}.items()}
        self.filters |= {_COUNTED: _counted, _WEIGHED: _weighed, _CONCATENATED: _concatenated}
        self.tests = {name: _limited(cast(Callable[..., Any], self.tests[name]), name) for name in _TESTS}
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self._sizes: dict[str, int] = {}

    def wrap_str_format(self, value: Any) -> None:
        """Nothing: a template has no ``format`` method, whose pattern could read any attribute."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute: of Python's own types only a few, of ours what they say."""
        if attr.startswith("_"):
            return False
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return attr in names
        if isinstance(obj, Mapping):
            return attr in ("get", "items", "keys", "values")
        if is_dataclass(obj) and not isinstance(obj, type):
            return not callable(value)
        return isinstance(obj, _OPEN) or type(obj).__name__ == "TemplateReference"

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call something: its macros, and the methods that it may read."""
        if isinstance(obj, Macro | BlockReference | LoopContext | Cycler | Joiner) or obj in self.globals.values():
            return True
        owner = getattr(obj, "__self__", None)
        return owner is not None and self.is_safe_attribute(owner, getattr(obj, "__name__", "_"), obj)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # as Jinja calls it
        """What a call gives; it costs what it does, and a text's method what it makes."""
        budget = _BUDGET.get()
        name = getattr(__obj, "name", None) if isinstance(__obj, Macro) else None
        static = __self._sizes.get(name or "", 0) if isinstance(__obj, Macro | BlockReference | LoopContext) else 0
        budget.spend(_CALL + static // _A_STEP, static)
        if isinstance(__obj, LoopContext) and args:
            args = (_counted(args[0], 1, 0), *args[1:])
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str):
            # Jinja passes the variables of loops and blocks to every call, for functions that want the context.
            kwargs = {name: value for name, value in kwargs.items() if name not in ("_loop_vars", "_block_vars")}
            return _checked(_text_method(owner, __obj, args, kwargs), budget)
        for value in (*args, *kwargs.values()):
            budget.spend(size(value) // _A_STEP)
        return _checked(super().call(__context, __obj, *args, **kwargs), budget)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The value of an operation, where it is not too large to be worked out."""
        budget = _BUDGET.get()
        budget.spend(1 + (size(left) + size(right)) // _A_STEP)
        if operator == "*":
            _check_product(left, right)
        elif operator == "+" and not isinstance(left, int | float):
            _check_size(size(left) + size(right), left)
        elif operator == "%" and isinstance(left, str):
            _check_format(left)
        elif operator == "**" and isinstance(left, int) and isinstance(right, int) and abs(right) > 1:
            _check_bits(left.bit_length() * abs(right))
        return _checked(super().call_binop(context, operator, left, right), budget)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_SOURCE or source.count("{{") + source.count("{%") > MAX_TAGS:
            fact = f"the template is longer than {MAX_SOURCE:,} letters, or has more than {MAX_TAGS:,} tags"
            raise TemplateSyntaxError(fact, 1, name, filename)
        try:
            return super()._parse(source, name, filename)
        except RecursionError:
            raise TemplateSyntaxError("a tag has too many brackets", 1, name, filename) from None

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        try:
            self._sizes = _measured(source)
            generator = CodeGenerator(self, name, filename, defer_init=defer_init, optimized=False)
            generator.visit(source)
            code: str = generator.stream.getvalue()  # type: ignore[attr-defined]  # nothing was given to write into
            return code
        except RecursionError:
            raise TemplateSyntaxError("a tag has too many parts", 1, name, filename) from None

    def _compile(self, source: str, filename: str) -> Any:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError) as error:
            raise TemplateSyntaxError(f"its tags are nested too deeply ({error})", 1) from None


def _measured(tree: nodes.Template) -> dict[str, int]:
    """The letters of each macro's own text, "" being the whole template's; loops and comparisons are made to count."""
    for forbidden in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        raise TemplateSyntaxError("a template cannot bring in another file", forbidden.lineno)
    sizes = {macro.name: _static(macro) for macro in tree.find_all(nodes.Macro)}
    sizes[""] = _static(tree)
    for loop in list(tree.find_all(nodes.For)):
        letters = _static(loop)
        loop.iter = _filtered(cast(nodes.Expr, loop.iter), _COUNTED, 1 + letters // _A_STEP, letters)
    for compared in list(tree.find_all(nodes.Compare)):
        places: list[Any] = [compared, *compared.ops]
        for place in places:
            if not isinstance(place.expr, nodes.Const):
                place.expr = _filtered(place.expr, _WEIGHED)
    for part in list(tree.find_all(nodes.Getitem)):
        if isinstance(part.arg, nodes.Slice):
            part.node = _filtered(part.node, _WEIGHED)
    _replace_concatenations(tree)
    return sizes


def _replace_concatenations(node: nodes.Node) -> None:
    for child in node.iter_child_nodes():
        _replace_concatenations(child)
    for key, value in node.iter_fields():
        if isinstance(value, list):
            value[:] = [_concatenation(item) for item in value]
        else:
            setattr(node, key, _concatenation(value))


def _concatenation(node: Any) -> Any:
    """``a ~ b``, and a list that is written out, as calls that can be counted."""
    if isinstance(node, nodes.Concat):
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _CONCATENATED)
    if isinstance(node, nodes.List | nodes.Dict) or (isinstance(node, nodes.Tuple) and node.ctx == "load"):
        return _filtered(node, _WEIGHED)
    return node


def _filtered(node: nodes.Expr, name: str, *arguments: int) -> nodes.Filter:
    values = [nodes.Const(argument, lineno=node.lineno) for argument in arguments]
    made = nodes.Filter(node, name, values, [], None, None, lineno=node.lineno)
    made.set_environment(node.environment) if node.environment else None
    return made


def _static(node: nodes.Node) -> int:
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))


def size(value: Any) -> int:
    """The letters of a text; of a list its entries, nested ones counted, a hundred times: what it costs to look at all.

    Raises:
        TooMuchError: they are more than one value may have.
    """
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int):
        return value.bit_length()
    if not isinstance(value, list | tuple | dict | set | range):
        return 1
    if isinstance(value, range):
        return len(value) * _A_STEP
    count, todo = 0, [value]
    while todo:
        container = todo.pop()
        count += len(container)
        entries: Iterable[Any] = container
        if isinstance(container, dict):
            entries = (*container.keys(), *container.values())
        for entry in entries:
            if isinstance(entry, str):
                count += len(entry) // _A_STEP
            elif isinstance(entry, list | tuple | dict | set):
                todo.append(entry)
        if count + len(todo) > MAX_ENTRIES:
            raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")
    return count * _A_STEP


def _check_size(expected: int, like: Any) -> None:
    """Whether a value of that size may be made.

    Raises:
        TooMuchError: it is larger than one value may be.
    """
    if isinstance(like, str):
        if expected > MAX_TEXT:
            raise TooMuchError(f"it makes a text of more than {MAX_TEXT:,} letters")
    elif expected > MAX_ENTRIES * _A_STEP:
        raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")


def _check_product(left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and isinstance(other, int):
            _check_size(size(one) * max(other, 0), one)
            if not isinstance(one, str) and len(one) * max(other, 0) > MAX_ENTRIES:
                raise TooMuchError(f"it makes a list of more than {MAX_ENTRIES:,} entries")
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length())


def _check_bits(bits: int) -> None:
    if bits > _MAX_BITS:
        raise TooMuchError(f"it makes a number of more than {_MAX_BITS:,} bits")


def _check_format(pattern: str) -> None:
    if _WIDE.search(pattern):
        raise TooMuchError("it formats a text wider than 999 letters")


def _checked(value: Any, budget: Budget) -> Any:
    """The value, when it is not too large; its letters are taken from what the template may still write."""
    length = size(value)
    if isinstance(value, str):
        _check_size(length, value)
        budget.spend(length // _A_STEP, length)
    elif isinstance(value, Iterator):
        return _counted(value, 1, 0)
    else:
        budget.spend(length // _A_STEP)
    return value


def _limited(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A filter or a test that costs what its values and its result are long, and takes no huge widths."""
    # Jinja looks there for what a filter wants before its value: the context, or the environment.
    wanted = getattr(function, "jinja_pass_arg", None)

    def limited(*arguments: Any, **named: Any) -> Any:
        budget = _BUDGET.get()
        budget.spend(_CALL)
        given = (*arguments, *named.values())
        for value in given:
            if isinstance(value, str | int | list | tuple | dict | set | range):
                budget.spend(size(value) // _READ)
        if name in ("batch", "center", "indent", "slice", "wordwrap", "truncate", "round", "divisibleby"):
            _check_widths(given[1 + (wanted is not None) :])
        elif name == "format":
            _check_format(str(given[0]))
        return _checked(function(*arguments, **named), budget)

    if wanted is not None:
        limited.jinja_pass_arg = wanted  # type: ignore[attr-defined]
    return limited


def _check_widths(given: Iterable[Any]) -> None:
    for value in given:
        if isinstance(value, int) and abs(value) > _MAX_WIDTH:
            raise TooMuchError(f"it asks for a width of {value:,}; the limit is {_MAX_WIDTH:,}")
        if isinstance(value, str) and len(value) > _MAX_WIDTH:
            raise TooMuchError(f"it fills with a text of more than {_MAX_WIDTH:,} letters")


def _text_method(text: str, method: Callable[..., Any], given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """What a text's method gives, where its size is no bomb."""
    name = getattr(method, "__name__", "")
    budget = _BUDGET.get()
    for value in (text, *given, *named.values()):
        budget.spend(size(value) // _A_STEP)
    if name in ("center", "ljust", "rjust", "zfill", "expandtabs"):
        _check_widths((*given, *named.values()))
        if name == "expandtabs":
            _check_size(len(text) + text.count("\t") * 2 * _MAX_WIDTH, text)
    elif name == "replace" and len(given) > 1:
        _check_replaced(text, str(given[0]), str(given[1]))
    elif name == "join" and given:
        return _joined(given[0], text)
    return method(*given, **named)


def _check_replaced(text: str, old: str, new: str) -> None:
    # Markup escapes what it puts in: five letters for one.
    _check_size(len(text) + text.count(old) * len(new) * (5 if isinstance(text, Markup) else 1), text)


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """Jinja's filter ``replace``, where every text in it is escaped unless it is safe already."""
    safe = text if isinstance(text, Markup) else escape(str(text))
    _check_replaced(safe, str(old), str(new))
    return safe.replace(old, new, -1 if count is None else count)


def _join(values: Any, separator: Any = "", attribute: str | None = None) -> str:
    """Jinja's filter ``join``, of an attribute of the values when one is named."""
    if attribute is not None:
        values = [getattr(value, attribute, "") if not attribute.startswith("_") else "" for value in values]
    return _joined(values, escape(separator))


def _joined(values: Any, separator: str) -> str:
    listed = [_printed(value) for value in _counted(values, 1, 0)]
    length = sum(len(value) if isinstance(value, str) else 1 for value in listed) + len(separator) * len(listed)
    # Escaping makes five letters of one.
    _check_size(length, separator)
    return separator.join(value if isinstance(value, str) else str(value) for value in listed)


def _concatenated(values: list[Any]) -> Markup | str:
    """What ``a ~ b`` says: safe when one of the two is, and then the others are escaped."""
    budget = _BUDGET.get()
    listed = [_printed(value) for value in values]
    _check_size(sum(len(value) if isinstance(value, str) else 1 for value in listed), "")
    safe = any(isinstance(value, Markup) for value in listed)
    joined: Markup | str = Markup("").join(listed) if safe else "".join(str(value) for value in listed)
    _checked(joined, budget)
    return joined


def _counted(values: Any, steps: int, letters: int) -> Iterator[Any]:
    """The entries of a list, each of which costs something."""
    budget, iterator = _BUDGET.get(), iter(values)

    def entries() -> Iterator[Any]:
        for entry in iterator:
            budget.spend(steps, letters)
            yield entry

    return entries()


def _weighed(value: Any) -> Any:
    """The value; to look at it costs what it is long."""
    _BUDGET.get().spend(1 + size(value) // _A_STEP)
    return value


def _printed(value: Any) -> Any:
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
        _BUDGET.get().spend(1 + len(value) // _A_STEP, len(value))
    return value


__all__ = ["Sandbox", "TemplateError", "TooMuchError", "rendered", "size"]
