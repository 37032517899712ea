"""Rebuilds a pack's page from the elements and attributes that letters may have, so that it can run and fetch nothing.

The page is read as browsers read it, and judged as a tree: what is not on the lists is refused, not removed. Then the
tree is written again, and what was written is read once more: it must give the same tree. So nothing that one parser
takes for text can be a script to another one. The HTML file and the PDF are both made from this tree.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from circulars.render.templates.outside import (
    LEAVE_OUT,
    MAX_DEPTH,
    MAX_ELEMENTS,
    Found,
    of_address,
    of_declarations,
    shortened,
)

MAX_SPAN: Final = 999
_MAX_TABLES = 4
_MAX_STYLES = 5_000  # different style attributes
# A parser of HTML that is written in Python takes 2 microseconds for a character, and 40 for a tag.
_MAX_HTML = 2_000_000
_MAX_TAGS = 50_000

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
"""What a browser may do with a letter: show its own styles, pictures and fonts; no scripts, and nothing is fetched."""
_DOCTYPE: Final = "<!DOCTYPE html>\n"
_HEAD: Final = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />\n<meta charset="utf-8" />\n'

_VOID: Final = frozenset("br col hr img meta wbr".split())
_IN_HEAD: Final = frozenset("title meta style".split())
# None of these changes how the text in it is read, as "svg", "noscript", "template" or "textarea" do.
_IN_BODY: Final = frozenset(
    """
    address article aside footer header h1 h2 h3 h4 h5 h6 hgroup main nav section
    blockquote dd div dl dt figcaption figure hr li ol p pre ul
    a abbr b bdi br cite code data del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u
    var wbr img caption col colgroup table tbody td tfoot th thead tr
    """.split()
)
_ANYWHERE: Final = "class dir id lang role style title xml:lang hidden"
_ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    tag: frozenset(f"{_ANYWHERE} {names}".split())
    for tag, names in {
        "a": "href hreflang name rel target",
        "blockquote": "cite",
        "col": "span width",
        "colgroup": "span width",
        "data": "value",
        "del": "cite datetime",
        "img": "alt height src width",
        "ins": "cite datetime",
        "li": "value",
        "meta": "charset content name",
        "ol": "reversed start type",
        "q": "cite",
        "table": "align border cellpadding cellspacing width",
        "td": "abbr align colspan headers height rowspan scope valign width",
        "th": "abbr align colspan headers height rowspan scope valign width",
        "time": "datetime",
        "tr": "align valign",
    }.items()
}
_COMMON: Final = frozenset(_ANYWHERE.split())
_FREE: Final = _COMMON - {"style"}  # their values mean nothing but themselves
_PLAIN: Final = _IN_BODY - _VOID
_NAMED = re.compile(r"(?:data|aria)-[a-z0-9_.-]+")
_RELATIONS: Final = frozenset(
    "author bookmark external help license next nofollow noopener noreferrer prev tag".split()
)
_LED_TO = re.compile(r"[ \t\n]*(?:https?://|mailto:|tel:|#|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\d{1,4}(?:\.\d{1,3})?(?:%|px)?\s*")
_SPANS = re.compile(r"\s*\d{1,3}\s*")
_SPACES = " \t\n"
# Characters that a parser of HTML changes, or that UTF-8 cannot have.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_BASE64 = re.compile("[A-Za-z0-9+/]{1000,}")
_ASIDE = re.compile("\ue000([0-9]{1,6})\ue001")
_XHTML = "{http://www.w3.org/1999/xhtml}"
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """A page that runs and fetches nothing: the tree that is laid out, and the HTML file without a stylesheet."""

    tree: Element
    source: str

    def with_style(self, style: str) -> str:
        """The HTML file with a stylesheet at the end of its head."""
        # A stylesheet must not close its own element; inside a text of CSS, "\\/" is "/".
        safe = style.replace("</", "<\\/")
        before, head, after = self.source.partition("</head>")
        return f"{before}<style>\n{safe}</style>\n{head}{after}"


class RefusedPageError(Exception):
    """A page has what letters may not have: ``found``."""

    def __init__(self, found: tuple[Found, ...]) -> None:
        super().__init__(str(found))
        self.found = found


def checked_page(page: str) -> CheckedPage:
    """The page, rebuilt.

    A page that is well-formed XML and that browsers read in the same way, as the shipped template's is, is read by a
    parser that is written in C. Any other page is read by a parser of HTML.

    Raises:
        RefusedPageError: it has what letters may not have, or cannot be written so that it is read in the same way.
    """
    if (tree := _read_as_xml(page)) is not None:
        try:
            return _rebuilt(tree)
        except RefusedPageError:
            pass  # a browser may read it otherwise
    return _rebuilt(_read_as_html(page))


def _read_as_xml(page: str) -> Element | None:
    source = re.sub(r"^\s*<!doctype\s+html\s*>", "", page, count=1, flags=re.IGNORECASE)
    if re.search("<!(?:doctype|entity)", source, re.IGNORECASE):
        return None
    try:
        tree = ElementTree.fromstring(source)  # noqa: S314  # without a document type it has no entities
    except (ElementTree.ParseError, ValueError):
        return None
    for element in tree.iter():
        element.tag = element.tag.removeprefix(_XHTML)
        if any(name.startswith(_XML) for name in element.attrib):
            values = {name.replace(_XML, "xml:"): value for name, value in element.attrib.items()}
            element.attrib.clear()
            element.attrib.update(values)
    return tree if tree.tag == "html" else None


def _read_as_html(page: str) -> Element:
    import tinyhtml5

    # Long data: URLs are put aside; their characters mean nothing to a parser of HTML.
    aside = _BASE64.findall(page)
    numbers = itertools.count()
    short = _BASE64.sub(lambda _found: f"\ue000{next(numbers)}\ue001", page)
    if len(short) > _MAX_HTML or short.count("<") > _MAX_TAGS:
        fact = f"the page is not well-formed XML, and has more than {_MAX_HTML:,} characters or {_MAX_TAGS:,} tags"
        raise RefusedPageError((Found(fact, "close each element and quote each attribute, or shorten the page"),))
    # Browsers read a page without a document type in another way ("quirks"); what is written here always has one.
    without = re.sub(r"^\s*<!doctype[^>]*>", "", short, count=1, flags=re.IGNORECASE)
    tree = _without_comments(tinyhtml5.parse(_DOCTYPE + without, namespace_html_elements=False))
    for element in tree.iter() if aside else ():
        for key, value in element.attrib.items():
            element.attrib[key] = _put_back(value, aside)
        element.text, element.tail = _put_back(element.text or "", aside), _put_back(element.tail or "", aside)
    return tree


def _put_back(text: str, aside: Sequence[str]) -> str:
    return _ASIDE.sub(lambda found: aside[int(found[1])] if int(found[1]) < len(aside) else found[0], text)


def _without_comments(root: Element) -> Element:
    """The tree without comments, which nobody sees."""
    for parent in list(root.iter()):
        previous: Element | None = None
        for child in list(parent):
            if isinstance(child.tag, str):
                previous = child
                continue
            if previous is None:
                parent.text = (parent.text or "") + (child.tail or "")
            else:
                previous.tail = (previous.tail or "") + (child.tail or "")
            parent.remove(child)
    return root


def _rebuilt(root: Element) -> CheckedPage:
    tree = _with_head(root)
    if found := (*dict.fromkeys(_of_tree(tree)),):
        raise RefusedPageError(found)
    source = _DOCTYPE + _written(tree)
    if unsafe := _UNSAFE.search(source):
        fact = f"the page has the control character U+{ord(unsafe[0]):04X}"
        raise RefusedPageError((Found(fact, "remove it"),))
    skeleton = _skeleton(tree)
    if skeleton.count("<") > 2 * _MAX_TAGS:
        fact = f"the page has more than {_MAX_TAGS:,} elements that all differ"
        raise RefusedPageError((Found(fact, "make several letters of it"),))
    if place := _unstable(skeleton):
        raise RefusedPageError((Found(f"browsers would read the page otherwise: {place}", "close each element there"),))
    return CheckedPage(tree, source)


def _with_head(root: Element) -> Element:
    """The page with exactly a head and a body, as browsers make it."""
    head, body = root.find("head"), root.find("body")
    others = [child for child in root if child not in (head, body)]
    texts = (root.text, *(child.tail for child in root))
    if body is None or others or any((text or "").strip(_SPACES) for text in texts) or root[-1] is not body:
        raise RefusedPageError((Found("the page has something outside its head and body", "write it into the body"),))
    root.text = body.tail = None
    if head is None:
        head = Element("head")
        root.insert(0, head)
    head.tail = "\n"
    for meta in [one for one in head if one.tag == "meta" and _declares_utf8(one)]:
        _remove(head, meta)
    head.text = (head.text or "").lstrip(_SPACES)
    return root


def _declares_utf8(meta: Element) -> bool:
    """Whether an element says only that the page is UTF-8, which the head always says."""
    return set(meta.attrib) == {"charset"} and meta.get("charset", "").strip().lower() in ("utf-8", "utf8")


def _remove(parent: Element, child: Element) -> None:
    place = list(parent).index(child)
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def _of_tree(root: Element) -> Iterator[Found]:
    """What a page has that it may not have."""
    waiting, count, styles = [(root, 1, 0)], 0, set[str]()
    while waiting:
        element, depth, tables = waiting.pop()
        count += _places(element) if element.tag in ("td", "th") else 1
        if depth > MAX_DEPTH or tables > _MAX_TABLES:
            yield Found(_too_deep(), "use less nesting")
            return
        if count > MAX_ELEMENTS:
            yield Found(f"the page has more than {MAX_ELEMENTS:,} elements", "make several letters of it")
            return
        if element.attrib or element.tag not in _PLAIN:
            styles.add(element.get("style", ""))
            if len(styles) > _MAX_STYLES:
                yield Found(f"the page has more than {_MAX_STYLES:,} different styles", "write them into letter.css")
                return
            yield from _of_element(element, depth)
        tables += element.tag == "table"
        if depth == 2:
            yield from _misplaced(element)
        waiting += ((child, depth + 1, tables) for child in reversed(element))


def _places(cell: Element) -> int:
    """The places of a table that a cell takes."""
    spans = (cell.get(name, "1").strip() for name in ("colspan", "rowspan"))
    return math.prod(max(int(span), 1) for span in spans if _SPANS.fullmatch(span))


def _too_deep() -> str:
    return f"the page is nested more than {MAX_DEPTH} elements or {_MAX_TABLES} tables deep"


def _misplaced(part: Element) -> Iterator[Found]:
    """What is in the head, and may not be there; what is in the body, and belongs into the head."""
    allowed = _IN_HEAD if part.tag == "head" else _IN_BODY
    for element in part.iter():
        if element is not part and element.tag not in allowed and element.tag in _IN_HEAD | _IN_BODY:
            where = "belongs into the head" if element.tag in _IN_HEAD else "does not belong into the head"
            yield Found(f"the page has a '<{element.tag}>' that {where}", "move it")


def _of_element(element: Element, depth: int) -> Iterator[Found]:
    tag = element.tag
    name = shortened(tag.rpartition("}")[2])
    if depth > 2 and tag not in _IN_HEAD | _IN_BODY:
        address = next((element.get(key) for key in ("href", "src", "data") if element.get(key)), "")
        fact = f"the page has a '<{name}>'" + (f" that asks for '{shortened(address)}'" if address else "")
        yield Found(fact, _REMEDIES.get(name, LEAVE_OUT), sought=f"<{name}")
        return
    if tag in _VOID and (len(element) or element.text):
        yield Found(f"the page has something inside a '<{name}>'", "write it behind it")
    if tag in ("style", "title") and len(element):
        yield Found(f"the page has an element inside its '<{name}>'", "remove it")
    if tag == "style":
        yield from of_declarations(element.text or "")
        if "<" in (element.text or ""):
            yield Found("a stylesheet of the page has a '<'", "write it into letter.css")
    for key, value in element.attrib.items():
        if key not in _FREE:
            yield from _of_attribute(tag, key, value)


_REMEDIES: Final = {
    "svg": "save the drawing as a file of the pack, and name it in letter.css",
    "link": "write its rules into letter.css",
    "bdo": "remove it: letters find their direction by themselves",
}


def _of_attribute(tag: str, key: str, value: str) -> Iterator[Found]:
    name = shortened(key.rpartition("}")[2])
    if key == "xmlns" and tag == "html":
        return
    if key not in _ATTRIBUTES.get(tag, _COMMON) and not _NAMED.fullmatch(key):
        if name.startswith("on"):
            yield Found(f"the page runs something ('{name}')", LEAVE_OUT, sought=name)
        elif tag == "meta" and name == "http-equiv":
            yield Found("the page has a '<meta http-equiv>'", LEAVE_OUT, sought=name)
        else:
            fact = f"the page has the attribute '{name}' of '<{tag}>': '{shortened(value)}'"
            yield Found(fact, "remove it", sought=f"{name}=")
    elif key in ("href", "cite"):
        if not _LED_TO.match(value):
            yield Found(
                f"a link of the page leads to '{shortened(value)}'", "lead it to https://, http://, mailto: or tel:"
            )
    elif key == "src":
        if value.startswith("#") or not value.strip():
            yield Found("a picture of the page has no address", "write '{{ picture | address }}'")
        yield from of_address(value, "the page")
    elif key == "rel" and not _RELATIONS.issuperset(value.lower().split()):
        yield Found(f"a link of the page has rel '{shortened(value)}'", LEAVE_OUT)
    elif key == "charset":
        yield Found(f"the page says that it is '{shortened(value)}'", "write '<meta charset=\"utf-8\" />'")
    elif key == "style":
        yield from of_declarations(value)
    elif key in ("colspan", "rowspan", "span") and not _SPANS.fullmatch(value):
        yield Found(f"a cell of the page spans '{shortened(value)}' others", f"the limit is {MAX_SPAN}")
    elif key in ("width", "height", "border", "cellpadding", "cellspacing") and not _NUMBER.fullmatch(value):
        yield Found(f"the page has '{name}' of '<{tag}>' that is '{shortened(value)}'", "write a number up to 9999")


def _written(root: Element) -> str:
    """A tree as HTML that is also well-formed XML."""
    pieces: list[str] = []
    _write(root, pieces)
    return "".join(pieces)


def _write(element: Element, pieces: list[str]) -> None:
    tag, text = element.tag, element.text or ""
    attributes = "".join(f' {key}="{_quoted(value)}"' for key, value in element.attrib.items() if key != "xmlns")
    if tag in _VOID:
        pieces.append(f"<{tag}{attributes} />")
        return
    pieces.append(f"<{tag}{attributes}>")
    if tag == "head":
        pieces.append(_HEAD)
    # A parser of HTML skips a line feed at the beginning of a "pre".
    if tag == "pre" and text.startswith("\n"):
        pieces.append("\n")
    pieces.append(text if tag == "style" else _escaped(text))
    for child in element:
        _write(child, pieces)
        if child.tail:
            pieces.append(_escaped(child.tail))
    pieces.append(f"</{tag}>")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(value: str) -> str:
    return _escaped(value).replace('"', "&#34;").replace("\n", "&#10;").replace("\t", "&#9;")


def _skeleton(root: Element) -> str:
    """The page with "x" for each text, and without the values of attributes: all that decides how its tags are read.

    Of many equal neighbours only three are kept: a parser that reads the third one like the second reads all others so.
    """
    tag = root.tag
    names = "".join(f' {key}=""' for key in root.attrib if key != "xmlns")
    if tag in _VOID:
        return f"<{tag}{names}>"
    pieces, equal = [_bare(root.text)], 0
    for child in root:
        piece = _skeleton(child) + _bare(child.tail)
        equal = equal + 1 if piece == pieces[-1] else 0
        if equal < 3:
            pieces.append(piece)
    return f"<{tag}{names}>{''.join(pieces)}</{tag}>"


def _bare(text: str | None) -> str:
    return "" if not text else "x" if text.strip(_SPACES) else " "


@functools.lru_cache(maxsize=256)
def _unstable(skeleton: str) -> str:
    """Where a parser of HTML makes another tree of a page; "" if it makes the same."""
    import tinyhtml5

    again = _skeleton(tinyhtml5.parse(_DOCTYPE + skeleton, namespace_html_elements=False))
    if again == skeleton:
        return ""
    place = next((at for at, (one, other) in enumerate(zip(skeleton, again, strict=False)) if one != other), 0)
    begin = skeleton.rfind("<", 0, max(place, 1))
    return f"there is '{shortened(skeleton[max(begin, 0) : place + 20])}'"
