"""Says what is wrong with the page of a pack, ``letter.html.j2``, and with its stylesheet, line by line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any, Final, NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.doctor.ailments import Finding
from circulars.doctor.names import page_fault, uses_of
from circulars.doctor.tags import Stand, Tag, Torn, guessed, nesting_faults, odd_signs, scan, syntax_fault
from circulars.errors import did_you_mean
from circulars.pack import Pack
from circulars.render.page import stylesheet_of

_ACTIVE: Final = ("script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "base", "portal")
_ADDRESSES: Final = ("src", "href", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href")
_REMOTE = re.compile(r"\s*(https?:|ftp:|file:|//)", re.IGNORECASE)
_SCRIPT = re.compile(r"\s*(javascript|vbscript)\s*:|\s*data:\s*text/html", re.IGNORECASE)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_GENERIC: Final = (
    "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math", "emoji", "ui-serif", "ui-sans-serif",
    "ui-monospace", "inherit", "initial", "unset", "revert",
)  # fmt: skip


def page_findings(source: str) -> Iterator[Finding]:
    """Everything that is wrong with the page's template."""
    try:
        tree = ImmutableSandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        found = tuple(_tags(source))
        fact = f"a tag is wrong: {error.message}"
        yield from found or (Finding("wrong-tag", fact, line=error.lineno, stops=True),)
    except RecursionError:
        yield Finding(
            "wrong-tag", "the page's blocks are nested too deep", "write them one after the other", stops=True
        )
    else:
        yield from _names(tree)
        yield from _unescaped(tree)
    yield from _markup(source)


def _tags(source: str) -> Iterator[Finding]:
    """What is wrong with each tag, and with their order, when Jinja cannot read the page."""
    statements: list[tuple[Tag, int]] = []
    for found in scan(source):
        line = source.count("\n", 0, found.start) + 1
        if isinstance(found, Torn):
            word = "end" if found.opens else "beginning"
            yield Finding("unclosed-tag", f"the tag '{_cut(found.typed)}' has no {word}", line=line, stops=True)
            statements += [(guessed(found), line)] if found.opens else []
            continue
        if (odd := odd_signs(found)) and syntax_fault(_as_typed(found))[0]:
            fact, remedy = f"'{_cut(found.meant)}' is typed with {odd}", "write it with plain signs"
            yield Finding("mistyped-tag", fact, remedy, line, stops=True)
        if (fault := syntax_fault(found))[0]:
            yield Finding("wrong-tag", f"'{_cut(found.meant)}': {fault[0]}", fault[1], line, stops=True)
            statements.append((guessed(found), line))
        else:
            statements.append((found, line))
    stand = Stand("", None, "")
    for place, fact, remedy in nesting_faults([(tag, stand) for tag, _ in statements]):
        yield Finding("wrong-nesting", fact, remedy, statements[place][1], stops=True)


def _as_typed(tag: Tag) -> Tag:
    return Tag(tag.start, tag.end, tag.typed, tag.typed)


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:60] + "…"


def _names(tree: nodes.Template) -> Iterator[Finding]:
    for use in dict.fromkeys((use.field, use.line) for use in uses_of(tree)):
        if fault := page_fault(use[0]):
            yield Finding("unknown-name", fault[0], fault[1], use[1], stops=True)


def _unescaped(tree: nodes.Template) -> Iterator[Finding]:
    remedy = "leave 'safe' out: an addressee's '<' would become markup"
    for call in tree.find_all(nodes.Filter):
        if call.name == "safe" and any(use.field for use in uses_of(nodes.Template([nodes.Output([call.node])]))):
            yield Finding("unescaped-text", "a field is put on the page unescaped", remedy, call.lineno)
    for scoped in tree.find_all(nodes.ScopedEvalContextModifier):
        yield Finding("unescaped-text", "a part of the page is not escaped", "leave 'autoescape' out", scoped.lineno)


def _markup(source: str) -> Iterator[Finding]:
    """What the page does by itself, or fetches."""
    reader = _Reader()
    # Tags become spaces, so that every line stays where it is.
    reader.feed(_TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), source))
    reader.close()
    yield from reader.findings
    root = re.search(r"<html\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", source, re.DOTALL | re.IGNORECASE)
    if root is not None and not re.search(r"\slang\s*=", root[0], re.IGNORECASE):
        line = source.count("\n", 0, root.start()) + 1
        remedy = "write '<html lang=\"{{ document.language }}\">'"
        yield Finding("no-language", "the page does not say its language", remedy, line)


class _Reader(HTMLParser):
    """Keeps what a page's elements do by themselves, or fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.findings: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Looks at an element's name and attributes."""
        values = {name: value or "" for name, value in attrs}
        if tag in _ACTIVE:
            self._keep(
                "active-content", f"the page has an element '{tag}'", "letters hold words, no programs: take it out"
            )
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self._keep("active-content", "the page leads elsewhere by itself (meta refresh)", "take it out")
        for name, value in values.items():
            if name.startswith("on"):
                self._keep("active-content", f"'{tag}' has '{name}': a script", "take it out")
            elif name in _ADDRESSES and _SCRIPT.match(value):
                self._keep("active-content", f"'{name}' of '{tag}' is a script", "take it out")
            elif name in _ADDRESSES and tag != "a" and _REMOTE.match(value):
                remedy = "put the file into the pack's folder, and name it there"
                self._keep("outside-address", f"'{tag}' asks for '{value.strip()}'", remedy)
            elif name == "style" and (
                found := re.search(r"url\(\s*['\"]?\s*((?:https?:|//)[^'\")]*)", value, re.IGNORECASE)
            ):
                self._keep("outside-address", f"'style' of '{tag}' asks for '{found[1]}'", "take it out")

    def _keep(self, code: str, fact: str, remedy: str) -> None:
        self.findings.append(Finding(code, fact, remedy, self.getpos()[0]))


def stylesheet_findings(source: str, fonts: Sequence[str]) -> Iterator[Finding]:
    """What a stylesheet reaches for, and the fonts in it that the pack does not name."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    own = [*fonts, *_own_fonts(rules)]
    for token in _tokens(rules):
        if token.type == "at-rule" and token.lower_at_keyword == "import":
            fact = "the stylesheet takes in another one (@import)"
            yield Finding("outside-address", fact, "copy its rules into letter.css", token.source_line)
        if token.type == "url" or (token.type == "function" and token.lower_name == "url"):
            address = token.value if token.type == "url" else "".join(getattr(a, "value", "") for a in token.arguments)
            if _REMOTE.match(address):
                remedy = "put the file into the pack's folder, and name it there"
                yield Finding(
                    "outside-address", f"the stylesheet asks for '{address}'", remedy, token.source_line, True
                )
            elif _SCRIPT.match(address):
                yield Finding("active-content", "the stylesheet has a script", "take it out", token.source_line, True)
        if token.type == "function" and token.lower_name == "expression":
            yield Finding(
                "active-content", "the stylesheet has a script (expression)", "take it out", token.source_line
            )
        if token.type == "declaration" and token.lower_name in ("behavior", "-moz-binding"):
            yield Finding("active-content", f"'{token.name}' loads a script", "take it out", token.source_line)
        if token.type == "declaration" and token.lower_name in ("font-family", "font"):
            for font in _families(token):
                if font.casefold() not in {name.casefold() for name in own}:
                    fact = f"the stylesheet has the font '{font}', which pack.yaml does not name"
                    remedy = did_you_mean(font, fonts, f"take {', '.join(fonts)}, or add it under 'fonts:'")
                    yield Finding("unlisted-font", fact, remedy, token.source_line)


def _tokens(rules: Sequence[Any]) -> Iterator[Any]:
    """Every rule, declaration and value of a stylesheet, however deep."""
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
    """The families that the stylesheet brings itself (@font-face)."""
    import tinycss2

    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content is not None:
            for token in tinycss2.parse_blocks_contents(rule.content):
                if token.type == "declaration" and token.lower_name == "font-family":
                    yield from _families(token)


def _families(declaration: Any) -> Iterator[str]:
    """The families of a declaration, generic ones left out; those of ``font`` stand behind its size."""
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
_UNITS: Final = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96}


def paper_of(source: str) -> tuple[float, float] | None:
    """The width and height in millimetres of the stylesheet's paper, or None when it names none."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "page" and rule.content is not None:
            for token in tinycss2.parse_blocks_contents(rule.content):
                if token.type == "declaration" and token.lower_name == "size":
                    return _paper(token.value)
    return None


def _paper(values: Sequence[Any]) -> tuple[float, float] | None:
    words = [value.lower_value for value in values if value.type == "ident"]
    lengths = [value.value * _UNITS[value.lower_unit] for value in values
               if value.type == "dimension" and value.lower_unit in _UNITS]  # fmt: skip
    named = next((_SIZES[word] for word in words if word in _SIZES), None)
    if named is None and lengths:
        named = (lengths[0], lengths[-1])
    if named is not None and "landscape" in words:
        named = (max(named), min(named))
    return named


class _Heard(logging.Handler):
    """Keeps what WeasyPrint says of a stylesheet."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one sentence."""
        self.said.append(record.getMessage())


def misspelt_styles(pack: Pack) -> Iterator[Finding]:
    """What WeasyPrint passes over in the stylesheet: a misspelt property changes nothing, and nobody is told.

    What is said of media is left out: a rule for screens is for browsers.

    Raises:
        PackError: the stylesheet names a file that is not there, or an address outside.
    """
    from circulars.render.pdf.engine import weasyprint

    heard, logger = _Heard(), logging.getLogger("weasyprint")
    logger.addHandler(heard)
    try:
        weasyprint.CSS(string=stylesheet_of(pack), media_type="pdf", url_fetcher=_fetch_nothing)
    finally:
        logger.removeHandler(heard)
    for said in heard.said:
        if "media" not in said.lower():
            place = re.search(r"at (\d+):(\d+)", said)
            line = int(place[1]) if place else 0
            yield Finding("passed-over-style", said[0].lower() + said[1:].rstrip("."), "is it spelt right?", line)


def _fetch_nothing(address: str) -> NoReturn:
    raise ValueError(f"nothing is fetched: {address}")
