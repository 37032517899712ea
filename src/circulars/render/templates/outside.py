"""Judges stylesheets and drawings by their tokens: what they would fetch, run, or make too large is refused.

A stylesheet is read into tokens, the tokens are judged, and the stylesheet is written again from them. So escapes and
comments cannot hide anything, and what is laid out is exactly what was judged. Functions and rules must be on a list.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from circulars.characters import forbidden_in
from circulars.files.opc import has_doctype

MAX_NUMBER: Final = 10_000
"""The largest number in a stylesheet, in any unit."""
MAX_REPEAT: Final = 100
MAX_STYLE: Final = 100_000
"""The maximum number of characters of a stylesheet, without its ``data:`` URLs."""
MAX_SOURCE: Final = 20_000_000
"""The maximum number of characters of a stylesheet, with its ``data:`` URLs."""
MAX_STRING: Final = 1_000
MAX_SELECTORS: Final = 5_000
"""The maximum number of selectors of a stylesheet, once nested rules are expanded."""
MAX_DEPTH: Final = 60
"""The maximum depth of nested brackets in a stylesheet, and of nested elements in a page or a drawing."""
MAX_ELEMENTS: Final = 200_000
"""The maximum number of elements of a page or a drawing."""
_MAX_VARIABLES = 20  # in one declaration
_MAX_SEARCHES = 30  # of :has(), which looks through the elements below or after each element
_MAX_TAB = 99

_MATH = frozenset("calc min max clamp abs sign".split())
_FUNCTIONS: Final = _MATH | frozenset(
    """
    url var attr counter counters string content element running leader target-counter target-counters target-text
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark device-cmyk
    linear-gradient radial-gradient conic-gradient minmax repeat fit-content
    matrix translate translatex translatey translate3d scale scalex scaley rotate rotatex rotatey rotatez
    skew skewx skewy perspective rect inset circle ellipse polygon
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia cubic-bezier steps
    format local tech selector layer
    not is where has lang dir nth nth-child nth-last-child nth-of-type nth-last-of-type
    """.split()
)
_AT_RULES: Final = frozenset(
    """
    charset media supports layer container page font-face footnote
    top-left-corner top-left top-center top-right top-right-corner
    bottom-left-corner bottom-left bottom-center bottom-right bottom-right-corner
    left-top left-middle left-bottom right-top right-middle right-bottom
    """.split()
)
_REASONS: Final = {
    "import": ("asks for another one (@import)", "write its rules into letter.css"),
    "counter-style": ("makes a way to count (@counter-style)", "take one of those that CSS has"),
}
_RUN_OR_FETCH = frozenset(
    """
    script iframe frame frameset object embed applet base link audio video source track portal template
    foreignobject handler listener set animate animatetransform animatemotion
    """.split()
)
_FETCHED = frozenset("src srcset poster background data action formaction ping href".split())
_RASTERS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_FONTS = (b"wOFF", b"wOF2", b"OTTO", b"true", b"ttcf", b"\x00\x01\x00\x00")
_HERE = "put the file into the pack's folder, and name it in letter.css"
LEAVE_OUT: Final = "remove it: a letter's page contains only text and pictures"

# Values of "unicode-bidi" that show letters in another order than the file has.
_OVERRIDES: Final = frozenset(("bidi-override", "isolate-override"))


class Found(NamedTuple):
    """A fact, its remedy, and the line of the file, or 0; ``sought`` is a text that a template has at that place.

    ``code`` is that of the problem.
    """

    fact: str
    remedy: str
    line: int = 0
    sought: str = ""
    code: str = "outside-address"


@dataclass(frozen=True, slots=True)
class Style:
    """A stylesheet as it was judged.

    ``pieces`` is its text, without comments, cut at the addresses in it; ``addresses`` are those addresses, with their
    lines. ``found`` is what is wrong with it, apart from the addresses.
    """

    pieces: tuple[str, ...]
    addresses: tuple[tuple[str, int], ...]
    found: tuple[Found, ...]

    def text(self, addresses: Iterable[str]) -> str:
        """The stylesheet with some addresses in the place of its own."""
        from tinycss2.serializer import serialize_string_value

        head, *pieces = self.pieces
        texts = map(serialize_string_value, addresses)
        return head + "".join(f'url("{one}"){piece}' for one, piece in zip(texts, pieces, strict=True))


@functools.lru_cache(maxsize=512)
def style_of(source: str) -> Style:
    """A stylesheet, or the declarations of one element, judged and written again."""
    import tinycss2

    if len(source) > MAX_SOURCE or _depth(source) > MAX_DEPTH:
        fact = f"the stylesheet is longer than {MAX_SOURCE:,} characters, or has more than {MAX_DEPTH} nested brackets"
        return Style(("",), (), (Found(fact, "shorten it, and use less nesting"),))
    tokens = _without_comments(tinycss2.parse_component_value_list(source))
    judge = _Judge()
    found = [*judge.judged(tokens), *_nesting(tokens)]
    pieces = tuple(tinycss2.serialize(tokens).split("\0"))
    if sum(map(len, pieces)) > MAX_STYLE:
        found.append(Found(f"the stylesheet is longer than {MAX_STYLE:,} characters", "shorten it"))
    # What was written must be read as it was judged: a second reading must give the same text.
    elif not found:
        whole = "url(x)".join(pieces)
        if tinycss2.serialize(tinycss2.parse_component_value_list(whole, skip_comments=True)) != whole:
            found.append(Found("the stylesheet can be read in two ways", "use fewer backslashes in it"))
    return Style(pieces, tuple(judge.addresses), (*dict.fromkeys(found),))


def _without_comments(tokens: Iterable[Any]) -> list[Any]:
    """The tokens without comments. White space keeps their line feeds, so that lines keep their numbers."""
    kept: list[Any] = []
    feeds = ""
    for token in tokens:
        if token.type == "comment":
            feeds += "\n" * token.value.count("\n")
            continue
        if token.type == "whitespace":
            token.value, feeds = token.value + feeds, ""
        for inside in (getattr(token, "arguments", None), getattr(token, "content", None)):
            if inside:
                inside[:] = _without_comments(inside)
        kept.append(token)
    return kept


def _depth(source: str) -> int:
    """An upper limit of the depth of nested brackets. Those in texts and comments count as well."""
    deepest = depth = 0
    for bracket in re.finditer(r"[][(){}]", source):
        depth = depth + 1 if bracket[0] in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


class _Judge:
    """Finds what is wrong with tokens; gathers the addresses, and puts a mark in the place of each."""

    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []
        self._searches = 0

    def judged(self, tokens: list[Any], function: str = "") -> Iterator[Found]:
        """What is wrong with the tokens inside a function or a block, at any depth."""
        name, variables = "", 0
        for place, token in enumerate(tokens):
            if _is(token, ":") and not name:
                name = _name_before(tokens, place)
            elif _is(token, ";") or (token.type == "{} block" and not name.startswith("--")):
                name, variables = "", 0
            elif token.type == "function" and token.lower_name == "var":
                variables += 1
                if variables > _MAX_VARIABLES:
                    fact = f"the stylesheet has more than {_MAX_VARIABLES} variables in one declaration"
                    yield Found(fact, "write the values", token.source_line)
            if name.startswith("--") and _has_variable(token):
                yield Found("the stylesheet makes variables of variables", "write the values", token.source_line)
            if name == "tab-size" and (token.type == "function" or (_is_number(token) and token.value > _MAX_TAB)):
                fact = "the stylesheet makes a tab of a hundred spaces or more"
                yield Found(fact, "make it narrower", token.source_line)
            yield from self._of_token(tokens, place, function)

    def _of_token(self, tokens: list[Any], place: int, function: str) -> Iterator[Found]:
        token = tokens[place]
        line = token.source_line
        match token.type:
            case "error":
                yield Found(f"the stylesheet is broken: {token.message}", "correct it", line)
            case "url":
                self._take(tokens, place, token.value)
            case "string" if len(token.value) > MAX_STRING:
                fact = f"the stylesheet has a text of {len(token.value):,} characters"
                yield Found(fact, f"the limit is {MAX_STRING:,}", line)
            case "string" if wrong := forbidden_in(token.value):
                code, fact, remedy = wrong
                yield Found(fact, remedy, line, code=code)
            case "ident" if token.lower_value in _OVERRIDES:
                fact = f"'{token.value}' in the stylesheet changes the order in which text is read"
                yield Found(fact, "leave it out: letters find their direction by themselves", line, code="bidi-control")
            case _ if _is_number(token) and not abs(token.value) <= MAX_NUMBER:
                fact = f"the stylesheet has the number {token.representation[:20]}"
                yield Found(fact, f"the limit is {MAX_NUMBER:,}", line)
            case "number" if function == "repeat" and token.value > MAX_REPEAT:
                fact = f"the stylesheet repeats {token.representation[:20]} times"
                yield Found(fact, f"the limit is {MAX_REPEAT}", line)
            case "at-keyword" if token.lower_value not in _AT_RULES:
                fact, remedy = _REASONS.get(token.lower_value, (f"has '@{shortened(token.value)}'", "leave it out"))
                yield Found(f"the stylesheet {fact}", remedy, line)
            case "function":
                yield from self._of_function(tokens, place, function)
            case "{} block" | "[] block" | "() block":
                yield from self.judged(token.content, "" if token.type == "{} block" else function)
            case _:
                pass  # white space, colours and other harmless values

    def _of_function(self, tokens: list[Any], place: int, function: str) -> Iterator[Found]:
        token = tokens[place]
        name, line, arguments = token.lower_name, token.source_line, token.arguments
        if name not in _FUNCTIONS:
            yield Found(f"the stylesheet has '{shortened(name)}()'", "leave it out", line)
            return
        if name == "url":
            content = [each for each in arguments if each.type != "whitespace"]
            if len(content) == 1 and content[0].type == "string":
                self._take(tokens, place, content[0].value)
            else:
                yield Found("the stylesheet has an address that is not a plain text", _HERE, line)
            return
        if name == "attr" and not all(_is_plain(each) for each in arguments):
            yield Found("the stylesheet takes an address from an attribute (attr)", _HERE, line)
        if name == "has":
            self._searches += 1
            if self._searches > _MAX_SEARCHES or any(_is(each, "~") for each in arguments):
                yield Found("the stylesheet has 'has()' with siblings, or too often", "leave it out", line)
        if name.startswith("nth-") and any(_is_name(each) and each.lower_value == "of" for each in arguments):
            yield Found(f"the stylesheet has '{name}()' with 'of'", "leave 'of' out", line)
        if name == "repeat" and any(each.type == "function" and each.lower_name in _MATH for each in arguments[:2]):
            yield Found("the stylesheet computes how often it repeats", "write the number", line)
        if name in _MATH and function not in _MATH and not _bound(arguments) <= MAX_NUMBER:
            fact = f"the stylesheet computes a number that may be more than {MAX_NUMBER:,}"
            yield Found(fact, "write the result", line)
        yield from self.judged(arguments, name)

    def _take(self, tokens: list[Any], place: int, address: str) -> None:
        """Notes an address, and puts a mark in its place: no token can contain U+0000."""
        from tinycss2.ast import URLToken

        line = tokens[place].source_line
        self.addresses.append((address, line))
        tokens[place] = URLToken(line, tokens[place].source_column, address, "\0")


def _name_before(tokens: Sequence[Any], place: int) -> str:
    """The name before a colon: that of a property."""
    for token in reversed(tokens[:place]):
        if token.type != "whitespace":
            return str(token.value if token.value.startswith("--") else token.lower_value) if _is_name(token) else ""
    return ""


def _is(token: Any, literal: str) -> bool:
    return bool(token.type == "literal" and token.value == literal)


def _is_name(token: Any) -> bool:
    return bool(token.type == "ident")


def _is_number(token: Any) -> bool:
    return token.type in ("number", "percentage", "dimension")


def _has_variable(token: Any) -> bool:
    inside = getattr(token, "arguments", None) or getattr(token, "content", None) or ()
    return (token.type == "function" and token.lower_name == "var") or any(map(_has_variable, inside))


def _is_plain(token: Any) -> bool:
    """Whether an argument of ``attr()`` is a name or a text, but not the type of an address."""
    return token.type in ("whitespace", "string", "literal") or (_is_name(token) and token.lower_value != "url")


def _bound(tokens: Iterable[Any]) -> float:
    """The largest number that a computation can give, in any of its units.

    A variable counts as a hundred. A divisor must be a plain number.
    """
    sums, product, divides = 0.0, 1.0, False
    for token in tokens:
        match token.type:
            case _ if _is_number(token):
                value = abs(token.value)
            case "() block":
                value = _bound(token.content)
            case "function":
                value = _bound(token.arguments) if token.lower_name in _MATH else 100.0
            case _ if _is(token, "/"):
                divides = True
                continue
            case "literal" if token.value in "+-,":
                sums, product = max(sums, product) if token.value == "," else sums + product, 1.0
                continue
            case _:
                continue
        if divides:
            value = 1 / token.value if token.type == "number" and token.value else float("inf")
            divides = False
        product *= abs(value)
    return sums + product


def _nesting(tokens: Sequence[Any]) -> Iterator[Found]:
    """A nested rule has its selectors times those of the rules around it, for layout and browsers expand them."""
    total, waiting = 0, [(tokens, 1)]
    while waiting:
        inside, around = waiting.pop()
        begin = 0
        for place, token in enumerate(inside):
            if _is(token, ";"):
                begin = place + 1
            elif token.type == "{} block":
                count = around * _selectors(inside[begin:place])
                begin = place + 1
                total += count
                if total > MAX_SELECTORS:
                    fact = f"the stylesheet has more than {MAX_SELECTORS:,} selectors, once nested rules are expanded"
                    yield Found(fact, "use less nesting, and fewer selectors", token.source_line)
                    return
                waiting.append((token.content, count))


def _selectors(prelude: Sequence[Any]) -> int:
    """The number of selectors before a block; each ``&`` repeats the selectors around it."""
    if any(token.type == "at-keyword" for token in prelude):
        return 1
    literals = [token.value for token in _flat(prelude) if token.type == "literal"]
    return (1 + literals.count(",")) * max(1, literals.count("&"))


def _flat(tokens: Iterable[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _flat(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def of_declarations(style: str) -> Iterator[Found]:
    """What a ``style`` attribute would fetch or make too large."""
    judged = style_of(style)
    yield from judged.found
    for address, _line in judged.addresses:
        yield from of_address(address, "the stylesheet")


def of_address(address: str, who: str) -> Iterator[Found]:
    """What is wrong with the address of a picture or a font: it must be a ``data:`` URL, or lead into the page."""
    address = address.strip()
    if address.startswith("#") or not address:
        return
    if address[:5].lower() != "data:":
        yield Found(f"{who} asks for '{shortened(address)}'; nothing is fetched", _HERE)
    else:
        yield from _of_data(address)


@functools.lru_cache(maxsize=64)
def _of_data(address: str) -> tuple[Found, ...]:
    """What is wrong with a ``data:`` URL. What it holds is decided by its bytes, not by the type that it names."""
    kind, _, data = address.partition(",")
    try:
        source = unquote_to_bytes(data)
        if kind.replace(" ", "").lower().endswith(";base64"):
            source = base64.b64decode(source)
    except (binascii.Error, ValueError):
        return (Found(f"a picture or a font ('{shortened(kind)}') is not in Base64", "save it again"),)
    if source.startswith((*_RASTERS, *_FONTS)) or b"<" not in source:
        return ()
    try:
        return (*dict.fromkeys(_of_drawing(source)),)
    except RecursionError:
        return (Found("a drawing (SVG) has drawings in drawings without end", "draw them side by side"),)


def _of_drawing(source: bytes) -> Iterator[Found]:
    """What an SVG picture would fetch, run, or make too large."""
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError):
        yield Found("a drawing (SVG) is not well-formed XML", "save it again")
        return
    if has_doctype(root):
        yield Found("a drawing (SVG) has a document type (DTD)", "save it as plain SVG")
    yield from _of_elements(root)
    copies = list(root.iter("{*}use"))
    # Copies of copies grow exponentially.
    if len(copies) > MAX_REPEAT or any(True for use in copies for _ in use.iterancestors("{*}symbol", "{*}defs")):
        yield Found("a drawing (SVG) makes copies of copies ('use')", "draw them one by one")


def _of_elements(root: Any) -> Iterator[Found]:
    depth = {root: 1}
    for count, element in enumerate(root.getroottree().iter()):
        if not isinstance(element.tag, str):
            if "ProcessingInstruction" in type(element).__name__:
                yield Found("a drawing (SVG) has a processing instruction ('<?…')", LEAVE_OUT)
            continue
        parent = element.getparent()
        if parent is not None:
            depth[element] = depth[parent] + 1
        if depth[element] > MAX_DEPTH or count > MAX_ELEMENTS:
            fact = f"a drawing (SVG) has more than {MAX_ELEMENTS:,} elements, or is nested more than {MAX_DEPTH} deep"
            yield Found(fact, "simplify it")
            return
        tag = element.tag.rpartition("}")[2].lower()
        if tag in _RUN_OR_FETCH:
            yield Found(f"a drawing (SVG) has a '<{tag}>'", LEAVE_OUT)
        if tag == "style":
            yield from of_declarations("".join(element.itertext()))
        yield from _of_attributes(element)


def _of_attributes(element: Any) -> Iterator[Found]:
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2].rpartition(":")[2].lower()
        if name.startswith("on"):
            yield Found(f"a drawing (SVG) runs something ('{shortened(name)}')", LEAVE_OUT)
        elif name in _FETCHED:
            yield from of_address(value, "a drawing (SVG)")
        elif name == "style" or "(" in value or "\\" in value:
            yield from of_declarations(value)


def shortened(text: str) -> str:
    """The beginning of a text, for a message."""
    shown = "".join(character if character.isprintable() else "?" for character in text[:81])
    return shown if len(shown) <= 80 else shown[:79] + "…"
