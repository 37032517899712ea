"""Runs a pack's templates in a sandbox, with nothing but their fields, and within limits."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import Any, NoReturn, cast

from jinja2 import StrictUndefined, Template, TemplateError, TemplateRuntimeError, TemplateSyntaxError, Undefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace

from circulars.render.templates.bounds import FILTERS, TEXT_METHODS
from circulars.render.templates.budget import (
    BUDGET,
    CALL,
    CHARACTERS_PER_STEP,
    MAX_SOURCE,
    MAX_TAGS,
    Budget,
    TooMuchError,
    size,
    weight,
)
from circulars.render.templates.rationed import (
    add,
    checked,
    compared,
    concatenated,
    counted,
    format_filter,
    join,
    limited,
    limited_test,
    operation,
    printed,
    replace,
    text_method,
    weighed,
)

_TESTS = """
    boolean defined divisibleby eq equalto == even false filter float ge > >= gt greaterthan in integer
    iterable le < <= lessthan lower lt mapping ne != none number odd sameas sequence string test true
    undefined upper
""".split()
_GLOBALS = ("range", "dict", "namespace", "cycler", "joiner")
_METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(TEXT_METHODS),
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
    datetime.date: frozenset(("year", "month", "day", "isoformat", "weekday", "isoweekday")),
    int: frozenset(),
    float: frozenset(),
    bytes: frozenset(),
    Macro: frozenset(),
}
_OPEN = (LoopContext, Cycler, Joiner, Namespace)
_WRITTEN = (Macro, BlockReference, LoopContext)  # calling these writes a part of the template again
_CALLED = (*_WRITTEN, Cycler, Joiner)
# Names with brackets, so that no template can call these filters.
_COUNTED, _WEIGHED, _COMPARED, _CONCATENATED = "(counted)", "(weighed)", "(compared)", "(concatenated)"


def rendered(template: Template, fields: Mapping[str, Any]) -> str:
    """The output of a template of :class:`Sandbox` with some fields.

    Raises:
        TemplateError: the template is wrong, uses an unknown name, or exceeds a limit.
    """
    token = BUDGET.set(Budget())
    try:
        return template.render(fields)
    except RecursionError as error:
        raise TooMuchError("a macro calls itself endlessly").with_traceback(error.__traceback__) from None
    except (
        ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError
    ) as error:  # fmt: skip
        fact = str(error) or type(error).__name__
        raise TemplateRuntimeError(fact).with_traceback(error.__traceback__) from None
    finally:
        BUDGET.reset(token)


def failure(error: TemplateError) -> str:
    """The message that a template fails, with the reason."""
    return f"the template fails: {error.message or error}"


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for untrusted templates: no files, no clock, no randomness, no Python internals, and limits."""

    # Each of these can make a huge value: 'a' * 10**9.
    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, filters: Mapping[str, Callable[..., Any]] | None = None, **options: Any) -> None:
        super().__init__(
            autoescape=True, undefined=StrictUndefined, optimized=False, finalize=printed, cache_size=0, **options
        )
        own: dict[str, Callable[..., Any]] = {
            "format": format_filter,
            "join": join,
            "replace": replace,
            "sum": add,
            "unknown": _unknown,
        }
        known = {name: own.get(name) or self.filters[name] for name in FILTERS}
        self.filters = {name: limited(function, name) for name, function in {**known, **(filters or {})}.items()}
        self.filters |= {_COUNTED: counted, _WEIGHED: weighed, _COMPARED: compared, _CONCATENATED: concatenated}
        self.tests = {name: limited_test(cast(Callable[..., Any], self.tests[name]), name) for name in _TESTS}
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self._sizes: dict[str, int] = {}

    def wrap_str_format(self, value: Any) -> None:
        """None: templates have no ``format`` method, because its pattern could read any attribute."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute: a few of Python's types, and the fields of ours."""
        readable = _is_readable(type(obj), attr)  # type: ignore[arg-type]  # a type can be hashed
        return not callable(value) if readable is None else readable

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call an object: its macros, and methods that it may read."""
        if isinstance(obj, _CALLED) or obj in self.globals.values():
            return True
        owner = getattr(obj, "__self__", None)
        return owner is not None and self.is_safe_attribute(owner, getattr(obj, "__name__", "_"), obj)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # Jinja's signature
        """The result of a call, which spends steps for its arguments and its result."""
        budget = BUDGET.get()
        written = isinstance(__obj, _WRITTEN)
        static = __self._sizes.get(__obj.name or "" if isinstance(__obj, Macro) else "", 0) if written else 0
        budget.spend(CALL + static // CHARACTERS_PER_STEP, static)
        if isinstance(__obj, LoopContext) and args:
            args = (counted(args[0], 1, 0), *args[1:])
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str):
            # Jinja passes the variables of loops and blocks to every call, for functions that need the context.
            kwargs = {name: value for name, value in kwargs.items() if name not in ("_loop_vars", "_block_vars")}
            return checked(text_method(owner, __obj.__name__, __obj, args, kwargs), budget)
        if written:
            budget.spend(sum(map(size, (*args, *kwargs.values()))) // CHARACTERS_PER_STEP)
        else:
            # Other functions may compare their arguments, with each other or with a list's entries.
            budget.spend(sum(map(weight, (owner, *args, *kwargs.values()))))
        return checked(super().call(__context, __obj, *args, **kwargs), budget)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result of an operation, after a check of its size."""
        return operation(operator, left, right, self.binop_table[operator])

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry of a list or a group; a list as its key costs what comparing it costs."""
        if not isinstance(argument, int | str | slice):
            BUDGET.get().spend(weight(argument))
            entry = super().getitem(obj, argument)
            if isinstance(entry, Undefined):  # its message would have the key's address in memory
                raise TemplateRuntimeError("a group or a list has no entry of this kind")
            return entry
        return super().getitem(obj, argument)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_SOURCE or source.count("{{") + source.count("{%") > MAX_TAGS:
            fact = f"the template is longer than {MAX_SOURCE:,} characters, or has more than {MAX_TAGS:,} tags"
            raise TemplateSyntaxError(fact, 1, name, filename)
        try:
            return super()._parse(source, name, filename)
        except RecursionError:
            raise TemplateSyntaxError("a tag has too many brackets", 1, name, filename) from None
        except ValueError as error:  # a number of thousands of digits
            raise TemplateSyntaxError(str(error), 1, name, filename) from None

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        try:
            self._sizes = _measured(source)
            generator = CodeGenerator(self, name, filename, defer_init=defer_init, optimized=False)
            generator.visit(source)
            code: str = generator.stream.getvalue()  # type: ignore[attr-defined]  # a StringIO, as no stream was passed
            return code
        except RecursionError:
            raise TemplateSyntaxError("a tag has too many parts", 1, name, filename) from None
        except ValueError as error:  # as above, in another base
            raise TemplateSyntaxError(str(error), 1, name, filename) from None

    def _compile(self, source: str, filename: str) -> Any:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError, OverflowError, ValueError) as error:
            raise TemplateSyntaxError(f"its tags are nested too deeply ({error})", 1) from None


@functools.lru_cache(maxsize=4096)
def _is_readable(kind: type[Any], attr: str) -> bool | None:
    """Whether a template may read an attribute of all values of a type; None: if it is not a method."""
    if attr.startswith("_"):
        return False
    for known, names in _METHODS.items():
        if issubclass(kind, known):
            return attr in names
    if issubclass(kind, Mapping):
        return attr in ("get", "items", "keys", "values")
    if is_dataclass(kind):
        return None
    return issubclass(kind, _OPEN) or kind.__name__ == "TemplateReference"


def _unknown(value: object) -> NoReturn:
    """The filter ``{{ block | unknown }}``, with which a template refuses a value that it does not handle."""
    shown = f"'{value}'" if isinstance(value, str) else f"a part of the type {type(value).__name__}"
    raise TemplateRuntimeError(f"it has no case for {shown}")


def _measured(tree: nodes.Template) -> dict[str, int]:
    """The number of literal characters by macro ("": the template). Makes loops and comparisons spend steps."""
    found: dict[type[nodes.Node], list[tuple[Any, int]]] = {}
    whole = _collect(tree, found)
    for kind in (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends):
        for forbidden, _ in found.get(kind, ()):
            raise TemplateSyntaxError("a template cannot include another file", forbidden.lineno)
    sizes = {macro.name: characters for macro, characters in found.get(nodes.Macro, ())} | {"": whole}
    for loop, characters in found.get(nodes.For, ()):
        steps = 1 + characters // CHARACTERS_PER_STEP
        loop.iter = _filtered(loop.iter, _COUNTED, steps, characters)
    for comparison, _ in found.get(nodes.Compare, ()):
        places: list[Any] = [comparison, *comparison.ops]
        for place in places:
            if not isinstance(place.expr, nodes.Const):
                place.expr = _filtered(place.expr, _COMPARED)
    for part, _ in found.get(nodes.Getitem, ()):
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
    """Replaces ``a ~ b`` and literal lists by filters that spend the budget."""
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


def _collect(node: nodes.Node, found: dict[type[nodes.Node], list[tuple[Any, int]]]) -> int:
    """Adds a node and those in it to ``found``, each with its number of literal characters. Returns the node's."""
    characters = len(node.data) if isinstance(node, nodes.TemplateData) else 0
    characters += sum(_collect(child, found) for child in node.iter_child_nodes())
    found.setdefault(type(node), []).append((node, characters))
    return characters
