"""Finds the faults of a pack's page, ``letter.html.j2``, and of its stylesheet, each with its line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any, Final, NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.names import page_field_fault, uses_of
from circulars.doctor.tags import (
    HalfTag,
    Position,
    TemplateTag,
    intended_tag,
    nesting_faults,
    odd_characters,
    scan,
    syntax_fault,
)
from circulars.errors import did_you_mean
from circulars.pack import Pack
from circulars.render.page import styles_in

_ACTIVE: Final = ("script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "base", "portal")
_ADDRESSES: Final = ("src", "href", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href")
_REMOTE = re.compile(r"\s*(https?:|ftp:|file:|//)", re.IGNORECASE)
_SCRIPT = re.compile(r"\s*(javascript|vbscript)\s*:|\s*data:\s*text/html", re.IGNORECASE)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_GENERIC: Final = (
    "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math", "emoji", "ui-serif", "ui-sans-serif",
    "ui-monospace", "inherit", "initial", "unset", "revert",
)  # fmt: skip


def page_findings(source: str) -> Iterator[TemplateFinding]:
    """The faults of the page's template."""
    try:
        tree = ImmutableSandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        found = tuple(_tags(source))
        fact = f"a tag is wrong: {error.message}"
        yield from found or (TemplateFinding("wrong-tag", fact, line=error.lineno, stops=True),)
    except RecursionError:
        yield TemplateFinding("wrong-tag", "the page's blocks are nested too deeply", "nest fewer blocks", stops=True)
    else:
        yield from _names(tree)
        yield from _unescaped(tree)
    yield from _markup(source)


def _tags(source: str) -> Iterator[TemplateFinding]:
    """The faults of each tag, and of their nesting, when Jinja cannot read the page."""
    statements: list[tuple[TemplateTag, int]] = []
    for found in scan(source):
        line = source.count("\n", 0, found.start) + 1
        if isinstance(found, HalfTag):
            missing = "end" if found.opens else "beginning"
            fact = f"the tag '{_cut(found.typed)}' has no {missing}"
            yield TemplateFinding("unclosed-tag", fact, line=line, stops=True)
            statements += [(intended_tag(found), line)] if found.opens else []
            continue
        if (odd := odd_characters(found)) and syntax_fault(_as_typed(found))[0]:
            fact, remedy = f"'{_cut(found.normalized)}' is typed with {odd}", "type it with plain characters"
            yield TemplateFinding("mistyped-tag", fact, remedy, line, stops=True)
        if (fault := syntax_fault(found))[0]:
            yield TemplateFinding("wrong-tag", f"'{_cut(found.normalized)}': {fault[0]}", fault[1], line, stops=True)
            statements.append((intended_tag(found), line))
        else:
            statements.append((found, line))
    anywhere = Position("", None, "")
    for place, fact, remedy in nesting_faults([(tag, anywhere) for tag, _ in statements]):
        yield TemplateFinding("wrong-nesting", fact, remedy, statements[place][1], stops=True)


def _as_typed(tag: TemplateTag) -> TemplateTag:
    return TemplateTag(tag.start, tag.end, tag.typed, tag.typed)


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:60] + "…"


def _names(tree: nodes.Template) -> Iterator[TemplateFinding]:
    for use in dict.fromkeys((use.field, use.line) for use in uses_of(tree)):
        if fault := page_field_fault(use[0]):
            yield TemplateFinding("unknown-name", fault[0], fault[1], use[1], stops=True)


def _unescaped(tree: nodes.Template) -> Iterator[TemplateFinding]:
    remedy = "remove 'safe': a '<' in an addressee's name would become markup"
    for call in tree.find_all(nodes.Filter):
        if call.name == "safe" and any(use.field for use in uses_of(nodes.Template([nodes.Output([call.node])]))):
            yield TemplateFinding("unescaped-text", "a field is not escaped on the page", remedy, call.lineno)
    for scoped in tree.find_all(nodes.ScopedEvalContextModifier):
        yield TemplateFinding(
            "unescaped-text", "a part of the page is not escaped", "remove 'autoescape'", scoped.lineno
        )


def _markup(source: str) -> Iterator[TemplateFinding]:
    """The page's active content, and what it would fetch."""
    reader = _Reader()
    # Tags become spaces, so that line numbers stay right.
    reader.feed(_TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), source))
    reader.close()
    yield from reader.findings
    root = re.search(r"<html\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", source, re.DOTALL | re.IGNORECASE)
    if root is not None and not re.search(r"\slang\s*=", root[0], re.IGNORECASE):
        line = source.count("\n", 0, root.start()) + 1
        remedy = "write '<html lang=\"{{ document.language }}\">'"
        yield TemplateFinding("no-language", "the page does not declare its language", remedy, line)


class _Reader(HTMLParser):
    """Collects findings about active elements, and elements that would fetch something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[TemplateFinding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Checks an element's name and attributes."""
        values = {name: value or "" for name, value in attrs}
        if tag in _ACTIVE:
            self._add("active-content", f"the page has an element '{tag}'", "remove it: letters contain no programs")
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self._add("active-content", "the page redirects to another one (meta refresh)", "remove it")
        for name, value in values.items():
            if name.startswith("on"):
                self._add("active-content", f"'{tag}' has '{name}', which is a script", "remove it")
            elif name in _ADDRESSES and _SCRIPT.match(value):
                self._add("active-content", f"'{name}' of '{tag}' is a script", "remove it")
            elif name in _ADDRESSES and tag != "a" and _REMOTE.match(value):
                remedy = "put the file into the pack's folder, and refer to it there"
                self._add("outside-address", f"'{tag}' refers to '{value.strip()}'", remedy)
            elif name == "style" and (
                found := re.search(r"url\(\s*['\"]?\s*((?:https?:|//)[^'\")]*)", value, re.IGNORECASE)
            ):
                self._add("outside-address", f"'style' of '{tag}' refers to '{found[1]}'", "remove it")

    def _add(self, code: str, fact: str, remedy: str) -> None:
        self.findings.append(TemplateFinding(code, fact, remedy, self.getpos()[0]))


def stylesheet_findings(source: str, fonts: Sequence[str]) -> Iterator[TemplateFinding]:
    """The outside addresses and scripts in a stylesheet, and its fonts that the pack does not list."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    own = [*fonts, *_own_fonts(rules)]
    for token in _tokens(rules):
        if token.type == "at-rule" and token.lower_at_keyword == "import":
            fact = "the stylesheet imports another one (@import)"
            yield TemplateFinding("outside-address", fact, "copy its rules into letter.css", token.source_line, True)
        if token.type == "url" or (token.type == "function" and token.lower_name == "url"):
            address = token.value if token.type == "url" else "".join(getattr(a, "value", "") for a in token.arguments)
            if _REMOTE.match(address):
                remedy = "put the file into the pack's folder, and refer to it there"
                yield TemplateFinding(
                    "outside-address", f"the stylesheet refers to '{address}'", remedy, token.source_line, True
                )
            elif _SCRIPT.match(address):
                fact = "the stylesheet contains a script"
                yield TemplateFinding("active-content", fact, "remove it", token.source_line, True)
        if token.type == "function" and token.lower_name == "expression":
            fact = "the stylesheet contains a script (expression)"
            yield TemplateFinding("active-content", fact, "remove it", token.source_line, True)
        if token.type == "declaration" and token.lower_name in ("behavior", "-moz-binding"):
            yield TemplateFinding("active-content", f"'{token.name}' loads a script", "remove it", token.source_line)
        if token.type == "declaration" and token.lower_name in ("font-family", "font"):
            for font in _families(token):
                if font.casefold() not in {name.casefold() for name in own}:
                    fact = f"the stylesheet has the font '{font}', which pack.yaml does not list"
                    remedy = did_you_mean(font, fonts, f"use {', '.join(fonts)}, or add it under 'fonts:'")
                    yield TemplateFinding("unlisted-font", fact, remedy, token.source_line)


def _tokens(rules: Sequence[Any]) -> Iterator[Any]:
    """Every rule, declaration and value of a stylesheet, at any depth."""
    import tinycss2

    for rule in rules:
        yield rule
        if rule.type in ("at-rule", "qualified-rule"):
            yield from _values(rule.prelude)
            if rule.content is not None:
                yield from _tokens(
                    tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
                )
        if rule.type == "declaration":
            yield from _values(rule.value)


def _values(values: Sequence[Any]) -> Iterator[Any]:
    for value in values:
        yield value
        yield from _values(getattr(value, "arguments", None) or getattr(value, "content", None) or ())


def _own_fonts(rules: Sequence[Any]) -> Iterator[str]:
    """The font families that the stylesheet defines itself (@font-face)."""
    import tinycss2

    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content is not None:
            for token in tinycss2.parse_blocks_contents(rule.content):
                if token.type == "declaration" and token.lower_name == "font-family":
                    yield from _families(token)


def _families(declaration: Any) -> Iterator[str]:
    """The font families in a declaration, except generic ones; in ``font`` they come after the size."""
    names: list[list[str]] = [[]]
    values = list(declaration.value)
    if declaration.lower_name == "font":
        sizes = [place for place, value in enumerate(values) if value.type in ("dimension", "percentage")]
        if not sizes:
            return
        values = values[sizes[-1] + 1 :]
    for value in values:
        if value.type == "literal" and value.value == ",":
            names.append([])
        elif value.type in ("ident", "string"):
            names[-1].append(value.value)
    for words in names:
        name = " ".join(words)
        if name and name.lower() not in _GENERIC:
            yield name


_SIZES: Final = {
    "a3": (297, 420),
    "a4": (210, 297),
    "a5": (148, 210),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
}
UNITS: Final = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96}


def paper_of(source: str) -> tuple[float, float] | None:
    """The width and height of the stylesheet's last page size in millimetres, or None if it gives none."""
    import tinycss2

    found = None
    for rule in tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "page" and rule.content is not None:
            is_named = bool(tinycss2.serialize(rule.prelude).strip())
            for token in () if is_named else tinycss2.parse_blocks_contents(rule.content):
                if token.type == "declaration" and token.lower_name == "size":
                    found = _paper(token.value)
    return found


def _paper(values: Sequence[Any]) -> tuple[float, float] | None:
    words = [value.lower_value for value in values if value.type == "ident"]
    lengths = [value.value * UNITS[value.lower_unit] for value in values
               if value.type == "dimension" and value.lower_unit in UNITS]  # fmt: skip
    named = next((_SIZES[word] for word in words if word in _SIZES), None)
    if named is None and lengths:
        named = (lengths[0], lengths[-1])
    if named is not None and "landscape" in words:
        named = (max(named), min(named))
    return named


class _WarningCollector(logging.Handler):
    """Collects WeasyPrint's warnings about a stylesheet."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Collects one warning."""
        self.messages.append(record.getMessage())


def ignored_styles(pack: Pack, name: str) -> Iterator[TemplateFinding]:
    """What WeasyPrint ignores in a stylesheet, such as a misspelt property, which would otherwise go unnoticed.

    Warnings about media are left out, because rules for screens are meant for browsers.

    Raises:
        PackError: the stylesheet refers to a missing file, or to an address outside the pack.
    """
    from circulars.render.pdf.engine import weasyprint

    collector, logger = _WarningCollector(), logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        weasyprint.CSS(string=styles_in(pack, name), media_type="pdf", url_fetcher=_fetch_nothing)
    finally:
        logger.removeHandler(collector)
    for message in collector.messages:
        if "media" not in message.lower():
            place = re.search(r"at (\d+):(\d+)", message)
            line = int(place[1]) if place else 0
            fact = message[0].lower() + message[1:].rstrip(".")
            yield TemplateFinding("passed-over-style", fact, "is it spelt right?", line)


def _fetch_nothing(address: str) -> NoReturn:
    raise ValueError(f"addresses are not fetched: {address}")
