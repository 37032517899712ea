"""Finds in a page or a stylesheet everything that would be fetched, be run, or exceed a limit."""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from circulars.files.opc import has_doctype

MAX_NUMBER: Final = 10_000
"""The largest number in a stylesheet, in any unit."""
MAX_REPEAT: Final = 100
MAX_STYLE: Final = 100_000
"""The maximum number of characters of a stylesheet, without its ``data:`` URLs."""
MAX_STRING: Final = 1_000
MAX_SPAN: Final = 200
MAX_DEPTH: Final = 60
"""The maximum depth of nested elements in a page, and of nested brackets in a stylesheet."""
MAX_ELEMENTS: Final = 200_000
_MAX_TABLES = 4

_RUN_OR_FETCH = frozenset(
    """
    script iframe frame frameset object embed applet base link audio video source track portal template
    foreignobject handler listener set animate animatetransform animatemotion
    """.split()
)
_FETCHED = frozenset(
    """
    src srcset poster background data action formaction ping manifest codebase archive classid profile href
    """.split()
)
_LINKS = frozenset(("a", "area"))
_LED_TO = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
_DATA = re.compile(r"""data:[^"')\s]*""")
_SVG_IMAGE = re.compile(r"data:image/svg", re.IGNORECASE)
_QUOTING = frozenset(("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "element", "expression"))

_REFUSED = frozenset(("symbols", "paint"))
_VARIABLE_OF_VARIABLES = re.compile(r"--[\w-]+\s*:[^;{}]*var\(", re.IGNORECASE)
_WIDE_TAB = re.compile(r"tab-size\s*:\s*\d{3}", re.IGNORECASE)

Found = tuple[str, str]
"""A fact and its remedy."""

_HERE = "put the file into the pack's folder, and name it in letter.css"
_LEAVE_OUT = "remove it: a letter's page contains only text and pictures"


@functools.lru_cache(maxsize=16)
def of_stylesheet(style: str) -> tuple[Found, ...]:
    """What a stylesheet would fetch or make too large. The pack's own files must be ``data:`` URLs already."""
    import tinycss2

    if len(_DATA.sub("", style)) > MAX_STYLE:
        return ((f"the stylesheet is longer than {MAX_STYLE:,} characters", "shorten it"),)
    if _nested(style) > MAX_DEPTH:
        return ((f"the stylesheet has more than {MAX_DEPTH} nested brackets", "use less nesting"),)
    if _VARIABLE_OF_VARIABLES.search(style):
        return (("the stylesheet makes variables of variables", "write the values"),)
    if _WIDE_TAB.search(style):
        return (("the stylesheet makes a tab of a hundred spaces or more", "make it narrower"),)
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return (*dict.fromkeys(_of_rules(rules)),)


def of_page(page: str) -> tuple[Found, ...]:
    """What an HTML page would fetch, run, or make too large."""
    from lxml import etree, html

    try:
        root = html.document_fromstring(page, parser=html.HTMLParser(recover=True, huge_tree=True))
    except (etree.ParserError, ValueError):
        return (("the page is empty", "let the template write one"),)
    return (*dict.fromkeys(_of_tree(root)),)


def _nested(style: str) -> int:
    """The depth of nested brackets, including those in texts."""
    deepest = depth = 0
    for bracket in re.findall(r"[][(){}]", style):
        depth = depth + 1 if bracket in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _of_rules(rules: Iterable[Any]) -> Iterator[Found]:
    for rule in rules:
        if rule.type == "error":
            continue  # browsers and WeasyPrint ignore it as well
        if rule.type == "at-rule":
            if rule.lower_at_keyword == "import":
                yield "the stylesheet asks for another one (@import)", "write its rules into letter.css"
            if rule.lower_at_keyword == "counter-style":
                yield "the stylesheet makes a way to count (@counter-style)", "take one of those that CSS has"
        yield from _of_tokens(rule.prelude or ())
        yield from _of_tokens(rule.content or ()) if getattr(rule, "content", None) else ()


def _of_tokens(tokens: Iterable[Any], function: str = "") -> Iterator[Found]:
    for token in tokens:
        match token.type:
            case "url":
                yield from _of_address(token.value, "the stylesheet")
            case "string" if function in _QUOTING:
                yield from _of_address(token.value, "the stylesheet")
            case "string" if len(token.value) > MAX_STRING:
                yield f"the stylesheet has a text of {len(token.value):,} characters", f"the limit is {MAX_STRING:,}"
            case "number" | "percentage" | "dimension" if not abs(token.value) <= MAX_NUMBER:
                yield f"the stylesheet has the number {token.representation[:20]}", f"the limit is {MAX_NUMBER:,}"
            case "number" if function == "repeat" and token.value > MAX_REPEAT:
                yield f"the stylesheet repeats {token.representation[:20]} times", f"the limit is {MAX_REPEAT}"
            case "ident" if function == "attr" and token.lower_value == "url":
                yield "the stylesheet takes an address from an attribute (attr)", _HERE
            case "at-keyword" if token.lower_value in ("import", "counter-style"):
                yield f"the stylesheet has an '@{token.lower_value}' inside a rule", "leave it out"
            case "function":
                siblings = token.lower_name == "has" and any(each == "~" for each in token.arguments)
                # Functions that repeat colours or text without a limit, and selectors that search the whole page.
                if siblings or token.lower_name in _REFUSED or token.lower_name.startswith("repeating-"):
                    yield f"the stylesheet has '{token.lower_name}()'", "leave it out"
                yield from _of_tokens(token.arguments, token.lower_name)
            case "{} block" | "[] block" | "() block":
                yield from _of_tokens(token.content, function)
            case _:
                pass  # white space, colours and other harmless values


def _of_address(address: str, who: str) -> Iterator[Found]:
    address = address.strip()
    if address.startswith("#") or not address:
        return
    if address[:5].lower() != "data:":
        yield f"{who} asks for '{_short(address)}'; nothing is fetched", _HERE
    elif _SVG_IMAGE.match(address):
        yield from _of_drawing(address)


def _of_drawing(address: str) -> Iterator[Found]:
    """What an SVG picture in a ``data:`` URL would fetch, run, or make too large."""
    from lxml import etree

    kind, _, data = address.partition(",")
    try:
        source = base64.b64decode(unquote_to_bytes(data)) if kind.endswith(";base64") else unquote_to_bytes(data)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, binascii.Error, ValueError):
        yield "a drawing (SVG) is not well-formed XML", "save it again"
        return
    if has_doctype(root):
        yield "a drawing (SVG) has a document type (DTD)", "save it as plain SVG"
    yield from _of_tree(root, drawing=True)
    copies = list(root.iter("{*}use"))
    # Copies of copies grow exponentially.
    if len(copies) > MAX_REPEAT or any(True for use in copies for _ in use.iterancestors("{*}symbol", "{*}defs")):
        yield "a drawing (SVG) makes copies of copies ('use')", "draw them one by one"


def _of_tree(root: Any, drawing: bool = False) -> Iterator[Found]:
    count, depth, tables = 0, {root: 1}, {root: 0}
    for element in root.iter():
        if not isinstance(element.tag, str):
            if "ProcessingInstruction" in type(element).__name__:
                yield "the page has a processing instruction ('<?…')", _LEAVE_OUT
            continue
        tag = element.tag.rpartition("}")[2].lower()
        parent = element.getparent()
        count += 1
        if parent is not None:
            depth[element] = depth[parent] + 1
            tables[element] = tables[parent] + (tag == "table")
        if depth[element] > MAX_DEPTH or tables[element] > _MAX_TABLES:
            yield f"the page is nested more than {MAX_DEPTH} elements or {_MAX_TABLES} tables deep", "use less nesting"
            return
        if count > MAX_ELEMENTS:
            yield f"the page has more than {MAX_ELEMENTS:,} elements", "make several letters of it"
            return
        if tag in _RUN_OR_FETCH:
            where = element.get("href") or element.get("src") or element.get("data") or ""
            yield f"the page has a '<{tag}>'" + (f" that asks for '{_short(where)}'" if where else ""), _LEAVE_OUT
        if tag == "meta" and element.get("http-equiv"):
            yield "the page has a '<meta http-equiv>'", _LEAVE_OUT
        if tag == "style" and element.text:
            yield from of_stylesheet(element.text)
        yield from _of_attributes(element, tag, drawing)


def _of_attributes(element: Any, tag: str, drawing: bool) -> Iterator[Found]:
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2].rpartition(":")[2].lower()
        if name.startswith("on"):
            yield f"the page runs something ('{_short(name)}')", _LEAVE_OUT
        elif name == "href" and tag in _LINKS and not drawing:
            if value.strip() and not _LED_TO.match(value.strip()):
                yield f"a link of the page leads to '{_short(value)}'", "lead it to https://, http://, mailto: or tel:"
        elif name in _FETCHED and tag not in _RUN_OR_FETCH:
            yield from _of_address(value, "the page")
        elif name == "rel" and "attachment" in value.lower():
            yield "the page attaches a file", _LEAVE_OUT
        elif name == "style" or (drawing and "url(" in value.lower()):
            yield from _of_declarations(value)
        elif name in ("colspan", "rowspan", "span") and not re.fullmatch(r"\s*\d{1,3}\s*", value):
            yield f"a cell of the page spans '{_short(value)}' others", f"the limit is {MAX_SPAN}"


@functools.lru_cache(maxsize=512)
def _of_declarations(style: str) -> tuple[Found, ...]:
    import tinycss2

    bomb = _VARIABLE_OF_VARIABLES.search(style) or _WIDE_TAB.search(style)
    if bomb or len(_DATA.sub("", style)) > MAX_STYLE or _nested(style) > MAX_DEPTH:
        return (("a style of the page is too long, or exceeds a limit", "write it into letter.css"),)
    return (*_of_tokens(tinycss2.parse_component_value_list(style, skip_comments=True)),)


def _short(text: str) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in text[:81])
    return shown if len(shown) <= 80 else shown[:79] + "…"
