"""Parses lightly marked-up text into spans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from circulars.model.text import Span, Spans, joined
from circulars.syntax.autolinks import autolinks
from circulars.syntax.emphasis import Token, delimiter_run, emphasised
from circulars.syntax.folding import are_joined

FOOTNOTE_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,35}"
_NAME = r"[a-z][a-z0-9-]*"
_LINK_NAME = re.compile(_NAME)
_FORM = rf"{_NAME}(?:\s*\|\s*{_NAME}){{0,2}}"
"""A format, the form of a noun, "capital", or several of them."""
_FIELD = re.compile(
    rf"({_NAME})(?:\s*\|\s*({_FORM}))?|(addressee)\.([A-Za-z][A-Za-z0-9_-]*)(?:\s*\|\s*({_FORM}))?"
    rf"|(ref):\s*({_NAME})(?:\s*\|\s*({_NAME}(?:\s*\|\s*{_NAME})?))?"
)
_OTHER_COLUMN = re.compile(r"addressee\.([^\W\d_][\w-]{0,59})")
# A line to be filled in by hand; 1.93 mm are an underscore of 11 points in Calibri.
_BLANK = re.compile(r"blank ?: ?(\d{1,3}(?:\.\d{1,2})?) ?(mm|cm)?", re.ASCII)
UNDERSCORE, _NARROWEST, _WIDEST = 1.9327, 5, 170
_UNDERSCORES = re.compile(r"_{3,}")
# Every mark begins with one of these characters; the rest is text.
_MARK = re.compile(r"[\\*\n{<\[]")
_MARK_OR_ADDRESS = re.compile(r"[\\*\n{<\[@]|://|www\.|___")
TOKEN = re.compile(
    r"""(?P<hardbreak>\\\n[ \t]*)
    | (?P<escape>\\[*\[\]<>\\{}])
    | (?P<underscores>\\_(?:\\?_){2,})
    | (?P<softbreak>\n[ \t]*)
    | (?P<asterisks>\*+)
    | (?P<field>\{\{(?P<expression>(?:(?!\{\{|\}\}).){0,200})\}\})
    | (?P<unclosed>\{\{)
    | (?P<statement>\{%)
    | (?P<angled><(?P<target>[A-Za-z][^\s<>*]{0,2000})>)
    | (?P<note>\[\^(?P<footnote>"""
    + FOOTNOTE_NAME
    + r""")\])
    | (?P<bracket>\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*+\])*+)\](?:
        \((?P<address>[^\s<>()]*+(?:\([^\s<>()]*+\)[^\s<>()]*+)*+)\)
        | \{lang=(?P<language>[^\s{}]{0,40})\}))""",
    re.VERBOSE | re.DOTALL,
)
# In angle brackets these are kept as typed: an HTML tag in a letter is text.
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
    """A fault in a text: its code, the fact, the remedy, and its ``words``, which begin at character ``at``."""

    code: str
    message: str
    hint: str
    words: str
    at: int


@dataclass(frozen=True, slots=True)
class Use:
    """Something that a text refers to. Its ``words`` begin at character ``at`` of the text.

    ``name`` is a field's expression, a link's target, a language's code, a footnote's name, or the name of an HTML
    element, which may be meant as a link's name.
    """

    kind: Literal["field", "link", "language", "html", "footnote"]
    name: str
    words: str
    at: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A parsed text: its spans, its faults, and what it refers to.

    A span's ``hole`` is a field's expression ("meeting|weekday", "ref:languages", "addressee.name"); its ``link`` is a
    link's name, an address, or "#id". ``<meeting-page>`` becomes a span with a link and no text.
    """

    spans: Spans
    faults: tuple[Fault, ...] = ()
    uses: tuple[Use, ...] = ()


@dataclass(slots=True)
class _Findings:
    """The faults and uses found so far in one text; with ``lines`` its line feeds are line breaks."""

    lines: bool
    faults: list[Fault] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


def parse(text: str, lines: bool = False) -> Prose:
    """The parsed text. With ``lines`` a line feed becomes a line break, otherwise a space."""
    if not _MARK_OR_ADDRESS.search(text):
        return Prose((Span(text),) if text else ())
    findings = _Findings(lines)
    spans = joined(emphasised(list(_tokens(text, findings))))
    return Prose(spans, tuple(findings.faults), tuple(findings.uses))


def marks(text: str) -> int:
    """The number of characters in a text that could begin a mark."""
    return len(_MARK.findall(text))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which blank lines separate."""
    return tuple(part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip())


def is_link_name(target: str) -> bool:
    """Whether a link's target is a link's name (``meeting-page``), not an address."""
    return _LINK_NAME.fullmatch(target) is not None


def is_html(name: str) -> bool:
    """Whether a name is that of an HTML element; in angle brackets it is kept as typed."""
    return name in _HTML


def _tokens(text: str, findings: _Findings, offset: int = 0, within_link: bool = False) -> Iterator[Token]:
    """The tokens of a stretch that begins at ``offset`` in the whole text. Within a link, links are kept as typed."""
    at = 0
    while mark := _MARK.search(text, at):
        match = TOKEN.match(text, mark.start())
        if match is None or (within_link and (match.lastgroup == "angled" or match["address"] is not None)):
            yield from _words(text[at : mark.end()], within_link)
            at = mark.end()
            continue
        before, at = text[at : match.start()], match.end()
        # `lastgroup` is the group that closes last, so it is the outermost one: the alternative that matched.
        if match.lastgroup == "softbreak":
            forced = findings.lines or before.endswith("  ")
            yield from _words(before.rstrip(" \t"), within_link)
            if forced or not _is_joined(text, match):
                yield Span("\n" if forced else " ")
        else:
            yield from _words(before, within_link)
            yield from _marked(match, findings, offset, within_link)
    yield from _words(text[at:], within_link)


def _is_joined(text: str, line_end: re.Match[str]) -> bool:
    """Whether the lines at a line end are joined without a space."""
    before = text[text.rfind("\n", 0, line_end.start()) + 1 : line_end.start()].rstrip(" \t")
    return not text.isascii() and are_joined(before, text[line_end.end() : line_end.end() + 80])


def _marked(match: re.Match[str], findings: _Findings, offset: int, within_link: bool) -> Iterator[Token]:
    """The tokens of one mark."""
    found, at = match.group(), offset + match.start()
    match match.lastgroup:
        case "hardbreak":
            yield Span("\n")
        case "escape":
            yield Span(found[1])
        case "underscores":
            yield Span(found.replace("\\", ""))
        case "asterisks":
            yield delimiter_run(match.string, *match.span())
        case "field" if _is_blank(match["expression"]):
            yield _blank(match["expression"], found, at, findings)
        case "field":
            yield _hole(match["expression"], found, at, findings)
        case "angled":
            span = _angled(match["target"])
            if span.link or is_html(match["target"]):
                findings.uses.append(Use("link" if span.link else "html", span.link or match["target"], found, at))
            yield span
        case "note":
            findings.uses.append(Use("footnote", match["footnote"], found, at))
            if within_link:
                fact, remedy = "a footnote cannot be marked inside the words of a link", f"write {found} after the link"
                findings.faults.append(Fault("misplaced-footnote", fact, remedy, found, at))
            yield Span("", note=match["footnote"])
        case "bracket":
            yield from _bracketed(match, findings, offset, within_link)
        case "unclosed":
            fact, remedy = "this field is not closed", "close it with '}}'; to show '{{' write '\\{\\{'"
            findings.faults.append(Fault("unclosed-field", fact, remedy, found, at))
        case "statement":
            fact, remedy = "'{%' has no meaning in a letter", "for a condition use 'when'; to show '{%' write '\\{%'"
            # "{% if %} … {% endif %}" is one fault.
            if not any(fault.words == found for fault in findings.faults):
                findings.faults.append(Fault("wrong-field", fact, remedy, found, at))
        case _:
            raise AssertionError(f"no rule for the mark {match.lastgroup}")


def _bracketed(match: re.Match[str], findings: _Findings, offset: int, within_link: bool) -> Iterator[Span]:
    """The spans of a mark with square brackets: a link, or words in another language."""
    words, address, language = match["words"], match["address"], match["language"]
    at = offset + match.end("words")
    typed = match.string[match.end("words") : match.end()]
    if address is not None:
        kind, code, hint = "link", "empty-link", "write a link as [words](name) or [words](https://…)"
    else:
        kind, code, hint = "mark", "wrong-language", "mark words in another language as [mots]{lang=fr}"
    if not words.strip() or not (address or language):
        lacking = "words" if address or language else "address" if kind == "link" else "language"
        findings.faults.append(Fault(code, f"this {kind} has no {lacking}", hint, typed, at))
        return
    findings.uses.append(Use("link", address, typed, at) if address else Use("language", language, typed, at))
    inner = emphasised(list(_tokens(words, findings, offset + match.start("words"), within_link or bool(address))))
    for span in joined(inner):
        yield replace(span, link=address) if address else replace(span, language=span.language or language)


def _words(text: str, within_link: bool) -> Iterator[Span]:
    """The spans of a stretch without marks; bare addresses become links."""
    at = 0
    if not within_link:
        for start, found, link in autolinks(text):
            if start >= at:
                yield from _with_blanks(text[at:start])
                yield Span(found, link=link)
                at = start + len(found)
    if at < len(text):
        yield from [Span(text[at:])] if within_link else _with_blanks(text[at:])


def _with_blanks(text: str) -> Iterator[Span]:
    """The spans of a text; three underscores or more are a line to be filled in, unless they are inside a word."""
    at = 0
    for run in _UNDERSCORES.finditer(text):
        if not (text[run.start() - 1 : run.start()].isalnum() and text[run.end() : run.end() + 1].isalnum()):
            yield Span(text[at : run.start()])
            yield Span(run[0], blank=True)
            at = run.end()
    yield Span(text[at:])


def _is_blank(expression: str) -> bool:
    """Whether a field is meant as a line to be filled in; without a length, ``blank`` may be a fact."""
    name, colon, _ = expression.partition(":")
    return name.strip().lower() == "blank" and (bool(colon) or name.strip() != "blank")


def _blank(expression: str, found: str, at: int, findings: _Findings) -> Span:
    """The line of a field ``{{ blank: 60 mm }}``; a wrong one is reported."""
    match = _BLANK.fullmatch(" ".join(expression.split()))
    width = float(match[1]) * (10 if match[2] == "cm" else 1) if match else 0
    if not _NARROWEST <= width <= _WIDEST:
        fact = f"'{' '.join(found.split())[:60]}' is not a line to be filled in"
        hint = f"write {{{{ blank: 60 mm }}}}, with a length from {_NARROWEST} to {_WIDEST} mm"
        findings.faults.append(Fault("wrong-field", fact, hint, found, at))
        return Span(found)
    return Span("_" * round(width / UNDERSCORE), blank=True, width=round(width))


def _hole(expression: str, found: str, at: int, findings: _Findings) -> Span:
    """The hole of a field; a field that is wrong is reported, and kept as typed."""
    expression = " ".join(expression.split())
    match = _FIELD.fullmatch(expression)
    if match is None:
        better = _plain(expression)
        hint = "write {{ name }}, {{ name | format }}, {{ ref: id }} or {{ addressee.column }}"
        if _FIELD.fullmatch(better):
            accents = "" if better == expression.lower().replace("_", "-") else " without accents,"
            hint = f"use lower-case letters{accents} and hyphens: {{{{ {better} }}}}"
        elif other := _OTHER_COLUMN.match(expression):
            named = f"when you merge, name the column that it is made of: seat={other[1]}"
            hint = f"write {{{{ addressee.seat }}}} or the like; {named}"
        shown = " ".join(found.split())
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        findings.faults.append(Fault("wrong-field", f"'{shown}' is not a field", hint, found, at))
        return Span(found)
    name, form, addressee, column, column_form, ref, target, case = match.groups()
    target, form = (
        (f"addressee.{column}", column_form) if addressee else (f"ref:{target}", case) if ref else (name, form)
    )
    hole = f"{target}|{form.replace(' ', '')}" if form else target
    findings.uses.append(Use("field", hole, found, at))
    return Span("", hole=hole)


def _plain(expression: str) -> str:
    """A field's expression as it may be meant: in lower case, without accents, with hyphens."""
    letters = unicodedata.normalize("NFKD", expression.lower().replace("_", "-"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _angled(target: str) -> Span:
    """The span of ``<target>``: a link if the target is a link's name or an address, otherwise text as typed."""
    if is_link_name(target) and not is_html(target):
        return Span("", link=target)
    if re.match(r"(?:https?://|mailto:|tel:)\S", target):
        return Span(target, link=target)
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", target, re.ASCII):
        return Span(target, link=f"mailto:{target}")
    return Span(f"<{target}>")
