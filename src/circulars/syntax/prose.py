"""Turns lightly marked-up text into blocks and spans."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from circulars.model.text import Span, Spans, joined

_NAME = r"[a-z][a-z0-9-]*"
_FIELD = re.compile(rf"({_NAME})(?:\s*\|\s*([a-z][a-z-]*))?|(addressee)\.([A-Za-z][A-Za-z0-9_-]*)|(ref):\s*({_NAME})")
_TRAILING = ".,;:!?'\"»”’"
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
_BARE_URL = re.compile(r'(?:https?://|www\.)[^\s<>*\[\]{}\\"«»“”]+')
_BARE_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
# These stand as typed between angle brackets: somebody's HTML is text here.
_HTML = frozenset(
    [
        "a",
        "abbr",
        "address",
        "area",
        "article",
        "aside",
        "audio",
        "b",
        "base",
        "bdi",
        "bdo",
        "blockquote",
        "body",
        "br",
        "button",
        "canvas",
        "caption",
        "cite",
        "code",
        "col",
        "data",
        "dd",
        "del",
        "details",
        "dfn",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "map",
        "mark",
        "menu",
        "meta",
        "meter",
        "nav",
        "object",
        "ol",
        "option",
        "output",
        "p",
        "param",
        "picture",
        "pre",
        "progress",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "script",
        "section",
        "select",
        "slot",
        "small",
        "source",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "track",
        "u",
        "ul",
        "var",
        "video",
        "wbr",
    ]
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


@dataclass(slots=True)
class _Stars:
    """A run of stars, and whether it may open or close an emphasis (CommonMark's flanking rules)."""

    count: int
    opens: bool
    closes: bool
    length: int = field(init=False)

    def __post_init__(self) -> None:
        self.length = self.count


_Token = Span | _Stars


def parse(text: str, lines: bool = False) -> Prose:
    """A text's spans; with ``lines`` every line feed is a line break, otherwise it is a space."""
    if not _MARK_OR_ADDRESS.search(text):
        return Prose((Span(text),) if text else ())
    findings = _Findings(lines)
    spans = joined(_emphasised(list(_tokens(text, findings))))
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


def _tokens(text: str, findings: _Findings, outside: int = 0, within_link: bool = False) -> Iterator[_Token]:
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


def _marked(match: re.Match[str], findings: _Findings, outside: int, within_link: bool) -> Iterator[_Token]:
    found, at = match.group(), outside + match.start()
    match match.lastgroup:
        case "hardbreak":
            yield Span("\n")
        case "escape":
            yield Span(found[1])
        case "stars":
            yield _stars(match.string, *match.span())
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
    inner = _emphasised(list(_tokens(words, findings, outside + match.start("words"), within_link or bool(address))))
    for span in joined(inner):
        yield replace(span, link=address) if address else replace(span, language=span.language or language)


def _words(text: str, within_link: bool) -> Iterator[Span]:
    """A stretch without marks, its bare addresses made links."""
    at = 0
    if not within_link:
        for start, found, link in _bare_addresses(text):
            if start >= at:
                yield Span(text[at:start])
                yield Span(found, link=link)
                at = start + len(found)
    if at < len(text):
        yield Span(text[at:])


def _bare_addresses(text: str) -> list[tuple[int, str, str]]:
    """Where bare addresses start in a text, the address as it stands there, and what it links to."""
    found = []
    if "://" in text or "www." in text:
        for match in _BARE_URL.finditer(text):
            address = _trimmed(match.group())
            found.append((match.start(), address, address if address.startswith("http") else f"https://{address}"))
    if "@" in text:
        found += [(m.start(), m.group(), f"mailto:{m.group()}") for m in _BARE_EMAIL.finditer(text)]
    return sorted(found)


def _stars(text: str, start: int, end: int) -> _Stars:
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    left = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
    right = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
    return _Stars(end - start, left, right)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


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


def _trimmed(address: str) -> str:
    """A bare address without the punctuation of the sentence around it."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in _TRAILING or (address[end - 1] == ")" and unopened > 0)):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _emphasised(tokens: list[_Token]) -> list[Span]:
    """The spans with their emphasis: CommonMark's matching of delimiter runs, for the star alone."""
    if not any(isinstance(token, _Stars) for token in tokens):
        return [token for token in tokens if isinstance(token, Span) and _says_something(token)]
    # What a pair of runs adds to the tokens between them: +1 behind its first run, -1 at its second.
    strong, emphasis = [0] * (len(tokens) + 1), [0] * (len(tokens) + 1)
    for start, close, width in _pairs(tokens):
        change = strong if width == 2 else emphasis
        change[start + 1] += 1
        change[close] -= 1
    spans, bold, italic = [], 0, 0
    for at, token in enumerate(tokens):
        bold, italic = bold + strong[at], italic + emphasis[at]
        span = Span("*" * token.count) if isinstance(token, _Stars) else token
        if _says_something(span):
            spans.append(replace(span, strong=span.strong or bold > 0, emphasis=span.emphasis or italic > 0))
    return spans


def _pairs(tokens: Sequence[_Token]) -> Iterator[tuple[int, int, int]]:
    """The pairs of runs that emphasise what stands between them, and how many stars each of the two gives."""
    openers: list[int] = []
    barren: dict[tuple[bool, int], int] = {}  # before these places no opener for such a closer is left
    for close, closer in enumerate(tokens):
        if not isinstance(closer, _Stars):
            continue
        while closer.closes and closer.count:
            look = (closer.opens, closer.length % 3)
            place = _opener(tokens, openers, barren.get(look, 0), closer)
            if place < 0:
                barren[look] = close
                break
            opener = tokens[openers[place]]
            assert isinstance(opener, _Stars)
            width = 2 if opener.count >= 2 and closer.count >= 2 else 1
            opener.count -= width
            closer.count -= width
            yield openers[place], close, width
            # The runs between the two can open nothing any more.
            del openers[place + bool(opener.count) :]
        if closer.opens and closer.count:
            openers.append(close)


def _opener(tokens: Sequence[_Token], openers: Sequence[int], least: int, closer: _Stars) -> int:
    """The place among the openers of the nearest one that a run can close, or -1."""
    for place in range(len(openers) - 1, -1, -1):
        if openers[place] < least:
            break
        token = tokens[openers[place]]
        assert isinstance(token, _Stars)
        both_ways = token.closes or closer.opens
        odd = (token.length + closer.length) % 3 == 0 and (token.length % 3 or closer.length % 3)
        if not (both_ways and odd):
            return place
    return -1


def _says_something(span: Span) -> bool:
    return bool(span.text or span.hole or span.link)
