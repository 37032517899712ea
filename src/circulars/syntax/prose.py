"""Turns lightly marked-up text into blocks and spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from circulars.model.text import Span, Spans, joined
from circulars.syntax.addresses import bare_addresses
from circulars.syntax.emphasis import Token, emphasised, stars_between

_NAME = r"[a-z][a-z0-9-]*"
_FIELD = re.compile(rf"({_NAME})(?:\s*\|\s*([a-z][a-z-]*))?|(addressee)\.([A-Za-z][A-Za-z0-9_-]*)|(ref):\s*({_NAME})")
# Every mark begins with one of these characters; all between is text.
_MARK = re.compile(r"[\\*\n{<\[]")
_MARK_OR_ADDRESS = re.compile(r"[\\*\n{<\[@]|://|www\.")
_TOKEN = re.compile(
    r"""(?P<hardbreak>\\\n[ \t]*)
    | (?P<escape>\\[*\[\]<>\\{}])
    | (?P<softbreak>\n[ \t]*)
    | (?P<stars>\*+)
    | (?P<field>\{\{(?P<expression>(?:(?!\{\{|\}\}).){0,200})\}\})
    | (?P<unclosed>\{\{)
    | (?P<code>\{%)
    | (?P<auto><(?P<target>[A-Za-z][^\s<>*]{0,2000})>)
    | (?P<bracket>\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*+\])*+)\](?:
        \((?P<address>[^\s<>()]*+(?:\([^\s<>()]*+\)[^\s<>()]*+)*+)\)
        | \{lang=(?P<language>[^\s{}]{0,40})\}))""",
    re.VERBOSE | re.DOTALL,
)
# These stand as typed between angle brackets: somebody's HTML is text here.
_HTML = frozenset(
    """
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code
    col data dd del details dfn dialog div dl dt em embed fieldset figure footer form h1 h2 h3 h4 h5 h6 head
    header hr html i iframe img input ins kbd label legend li link main map mark menu meta meter nav object ol
    option output p param picture pre progress q rp rt ruby s samp script section select slot small source span
    strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track u ul
    var video wbr
    """.split()
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a text: its code, the fact, the remedy, and the words that begin ``at`` that character."""

    code: str
    message: str
    hint: str
    words: str
    at: int


@dataclass(frozen=True, slots=True)
class Use:
    """A field's expression, a link's target, a language's code, or a word of HTML that might be meant for a link.

    Its ``words`` begin ``at`` that character of the text.
    """

    kind: Literal["field", "link", "language", "html"]
    name: str
    words: str
    at: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A text taken apart: its spans, what is wrong with it, and what it refers to.

    A span's ``hole`` is still a field's expression ("meeting|weekday", "ref:languages", "addressee.name"), and its
    ``link`` still a link's name, an address, or "#id". ``<meeting-page>`` is a span of that link without text.
    """

    spans: Spans
    faults: tuple[Fault, ...] = ()
    uses: tuple[Use, ...] = ()


@dataclass(slots=True)
class _Findings:
    """What is found on the way through one text; with ``lines`` its line feeds are line breaks."""

    lines: bool
    faults: list[Fault] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


def parse(text: str, lines: bool = False) -> Prose:
    """A text's spans; with ``lines`` every line feed is a line break, otherwise it is a space."""
    if not _MARK_OR_ADDRESS.search(text):
        return Prose((Span(text),) if text else ())
    findings = _Findings(lines)
    spans = joined(emphasised(list(_tokens(text, findings))))
    return Prose(spans, tuple(findings.faults), tuple(findings.uses))


def marks(text: str) -> int:
    """How many characters of a text may be marks."""
    return len(_MARK.findall(text))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: what blank lines separate."""
    return tuple(part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip())


def is_link_name(target: str) -> bool:
    """Whether a link's target is a name (``meeting-page``), not an address."""
    return re.fullmatch(_NAME, target) is not None


def is_html(name: str) -> bool:
    """Whether a name between angle brackets is somebody's HTML, and stands as typed."""
    return name in _HTML


def _tokens(text: str, findings: _Findings, outside: int = 0, within_link: bool = False) -> Iterator[Token]:
    """The marks and words of a text, which begins after ``outside`` characters; within a link, links are words."""
    at = 0
    while mark := _MARK.search(text, at):
        match = _TOKEN.match(text, mark.start())
        if match is None or (within_link and (match.lastgroup == "auto" or match["address"] is not None)):
            yield from _words(text[at : mark.end()], within_link)
            at = mark.end()
            continue
        before, at = text[at : match.start()], match.end()
        # A named group inside another one is never the last to close, so `lastgroup` is the alternative itself.
        if match.lastgroup == "softbreak":
            forced = findings.lines or before.endswith("  ")
            yield from _words(before.rstrip(" \t"), within_link)
            yield Span("\n" if forced else " ")
        else:
            yield from _words(before, within_link)
            yield from _marked(match, findings, outside, within_link)
    yield from _words(text[at:], within_link)


def _marked(match: re.Match[str], findings: _Findings, outside: int, within_link: bool) -> Iterator[Token]:
    found, at = match.group(), outside + match.start()
    match match.lastgroup:
        case "hardbreak":
            yield Span("\n")
        case "escape":
            yield Span(found[1])
        case "stars":
            yield stars_between(match.string, *match.span())
        case "field":
            yield _hole(match["expression"], found, at, findings)
        case "auto":
            span = _auto_link(match["target"])
            if span.link or is_html(match["target"]):
                findings.uses.append(Use("link" if span.link else "html", span.link or match["target"], found, at))
            yield span
        case "bracket":
            yield from _bracketed(match, findings, outside, within_link)
        case "unclosed":
            fact, remedy = "'{{' opens a field that no '}}' closes", "close it; for the sign itself write '\\{\\{'"
            findings.faults.append(Fault("unclosed-field", fact, remedy, found, at))
        case "code":
            fact, remedy = "'{%' means nothing in a letter", "a condition is the key 'when'; for the sign write '\\{%'"
            # "{% if %} … {% endif %}" is one mistake.
            if not any(fault.words == found for fault in findings.faults):
                findings.faults.append(Fault("wrong-field", fact, remedy, found, at))
        case _:
            raise AssertionError(f"no rule for the mark {match.lastgroup}")


def _bracketed(match: re.Match[str], findings: _Findings, outside: int, within_link: bool) -> Iterator[Span]:
    """The words between brackets: those of a link, or those in another language."""
    words, address, language = match["words"], match["address"], match["language"]
    at = outside + match.end("words")
    typed = match.string[match.end("words") : match.end()]
    if address is not None:
        kind, code, hint = "link", "empty-link", "a link is [words](name), or [words](https://…)"
    else:
        kind, code, hint = "mark", "wrong-language", "words in another language are marked so: [mots]{lang=fr}"
    if not words.strip() or not (address or language):
        lacking = "words" if address or language else "address" if kind == "link" else "language"
        findings.faults.append(Fault(code, f"this {kind} has no {lacking}", hint, typed, at))
        return
    findings.uses.append(Use("link", address, typed, at) if address else Use("language", language, typed, at))
    inner = emphasised(list(_tokens(words, findings, outside + match.start("words"), within_link or bool(address))))
    for span in joined(inner):
        yield replace(span, link=address) if address else replace(span, language=span.language or language)


def _words(text: str, within_link: bool) -> Iterator[Span]:
    """A stretch without marks, its bare addresses made links."""
    at = 0
    if not within_link:
        for start, found, link in bare_addresses(text):
            if start >= at:
                yield Span(text[at:start])
                yield Span(found, link=link)
                at = start + len(found)
    if at < len(text):
        yield Span(text[at:])


def _hole(expression: str, found: str, at: int, findings: _Findings) -> Span:
    expression = " ".join(expression.split())
    match = _FIELD.fullmatch(expression)
    if match is None:
        better = expression.lower().replace("_", "-")
        hint = "a field is {{ name }}, {{ name | format }}, {{ ref: id }} or {{ addressee.column }}"
        if _FIELD.fullmatch(better):
            hint = f"names have lower-case letters and hyphens: {{{{ {better} }}}}"
        shown = " ".join(found.split())
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        findings.faults.append(Fault("wrong-field", f"'{shown}' is not a field", hint, found, at))
        return Span(found)
    name, form, addressee, column, ref, target = match.groups()
    if addressee:
        hole = f"addressee.{column}"
    elif ref:
        hole = f"ref:{target}"
    else:
        hole = f"{name}|{form}" if form else name
    findings.uses.append(Use("field", hole, found, at))
    return Span("", hole=hole)


def _auto_link(target: str) -> Span:
    if is_link_name(target) and not is_html(target):
        return Span("", link=target)
    if re.match(r"(?:https?://|mailto:|tel:)\S", target):
        return Span(target, link=target)
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", target, re.ASCII):
        return Span(target, link=f"mailto:{target}")
    return Span(f"<{target}>")
