"""Reads an untrusted Word file: its stories, their paragraphs and runs, and the formatting of each run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.accessibility.finding import Spot, quoted
from circulars.accessibility.shared import ENCRYPTED, damaged
from circulars.files import opc
from circulars.files.word_document import NO_DOCUMENT, document_of, transitional

_NS: Final = "http://schemas.openxmlformats.org"
W: Final = f"{{{_NS}/wordprocessingml/2006/main}}"
WP: Final = f"{{{_NS}/drawingml/2006/wordprocessingDrawing}}"
A: Final = f"{{{_NS}/drawingml/2006/main}}"
R: Final = f"{{{opc.OFFICE}}}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MAX_ELEMENTS: Final = 600_000
"""How many elements all stories of a file may have together."""

Element = etree._Element
_BLANKS: Final[Mapping[str, str]] = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\u2011",
}
_SKIPPED: Final = frozenset({f"{W}txbxContent", f"{W}del", f"{W}moveFrom"})
_STORIES: Final = ("header", "footer", "footnotes", "endnotes")


class UncheckableFileError(Exception):
    """A file cannot be checked; ``code`` is the rule that it breaks, and ``fact`` says why.

    ``remedy`` says what to do, unless the rule's own remedy does.
    """

    def __init__(self, code: str, fact: str, remedy: str = "") -> None:
        super().__init__(code, fact, remedy)
        self.code, self.fact, self.remedy = code, fact, remedy


@dataclass(frozen=True, slots=True)
class Formatting:
    """The formatting of a run, including that of its styles; "" where it is not given. ``size`` is in points."""

    language: str
    color: str
    fill: str
    size: float
    bold: bool
    hidden: bool
    effect: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text with the same formatting, and its paragraph."""

    element: Element
    text: str
    paragraph: WordParagraph


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """A paragraph: its number in its story, from 1, the story's name ("" for the body), and its style's id."""

    element: Element
    story: str
    number: int
    style: str
    in_table: bool

    @property
    def part(self) -> str:
        """Its place in words, such as "header, paragraph 2"."""
        return f"{self.story}, paragraph {self.number}" if self.story else f"paragraph {self.number}"

    def runs(self) -> Iterator[Run]:
        """Its runs, without those in text boxes and without deleted ones."""
        for element in _own_elements(self.element):
            if element.tag == f"{W}r":
                yield Run(element, _text(element), self)

    @property
    def text(self) -> str:
        """Its text, as it is read aloud."""
        return "".join(run.text for run in self.runs())


@dataclass(frozen=True, slots=True)
class WordStory:
    """The body (named ""), a header, a footer, or the notes; ``part`` is its part of the package."""

    name: str
    part: str
    root: Element


class Styles:
    """The styles of a file, each with the styles that it is based on (ECMA-376 part 1, 17.7.2)."""

    def __init__(self, root: Element | None) -> None:
        self._root = root if root is not None else etree.Element(f"{W}styles")
        self._styles = {style.get(f"{W}styleId", ""): style for style in self._root.iter(f"{W}style")}
        self._default = next(
            (
                name
                for name, style in self._styles.items()
                if style.get(f"{W}type") == "paragraph" and is_on(style.get(f"{W}default", "0"))
            ),
            "",
        )
        self._chains: dict[str, tuple[Element, ...]] = {}

    @property
    def defaults(self) -> Element | None:
        """The default run properties of the file."""
        return self._root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    def chain(self, style: str, paragraph: bool = False) -> tuple[Element, ...]:
        """A style and the styles that it is based on, the nearest first.

        For a paragraph without a known style, the default style is used.
        """
        name = style if style in self._styles or not paragraph else self._default
        if name not in self._chains:
            found: list[Element] = []
            while (element := self._styles.get(name)) is not None and element not in found:
                found.append(element)
                name = value(element, "basedOn")
            self._chains[style if found else name] = tuple(found)
            return tuple(found)
        return self._chains[name]

    def first(self, style: str, path: str, paragraph: bool = False) -> Element | None:
        """The element at a path ("pPr/outlineLvl") in the nearest style of the chain that has it, or None."""
        steps = "/".join(f"{W}{step}" for step in path.split("/"))
        return next((e for s in self.chain(style, paragraph) if (e := s.find(steps)) is not None), None)

    def name(self, style: str) -> str:
        """A style's name in lower case; the names of Word's own styles are the same in every language."""
        element = self._styles.get(style)
        return value(element, "name").lower() if element is not None else ""


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word file: its parts, stories, styles, settings, lists, core properties and paragraphs."""

    name: str
    parts: Mapping[str, bytes]
    stories: tuple[WordStory, ...]
    styles: Styles
    settings: Element
    numbering: Element
    core: Element
    paragraphs: tuple[WordParagraph, ...]
    by_element: Mapping[Element, WordParagraph]

    def spot(self, part: str = "", words: str = "") -> Spot:
        """A place in the file."""
        return Spot(self.name, part=part, words=quoted(words))

    def place(self, element: Element, words: str = "") -> Spot:
        """The place of an element: its paragraph and the paragraph's words."""
        holder = next((e for e in (element, *element.iterancestors()) if e.tag == f"{W}p"), None)
        paragraph = self.by_element.get(holder) if holder is not None else None
        return self.spot(paragraph.part, words or paragraph.text) if paragraph else self.spot("", words)

    def formatting(self, run: Run) -> Formatting:
        """The formatting of a run."""
        own = run.element.find(f"{W}rPr")
        character = value(own, "rStyle") if own is not None else ""
        levels = [
            own,
            *(style.find(f"{W}rPr") for style in self.styles.chain(character) if character),
            *(style.find(f"{W}rPr") for style in self.styles.chain(run.paragraph.style, paragraph=True)),
            self.styles.defaults,
        ]
        given = [level for level in levels if level is not None]
        fill = _background(_first(given, "highlight"), _first(given, "shd"))
        size = _first(given, "sz")
        return Formatting(
            _language(run.text, given),
            (color.get(f"{W}val", "") if (color := _first(given, "color")) is not None else ""),
            fill,
            _number(size.get(f"{W}val", "")) / 2 if size is not None else 10.0,
            _toggled(_first(given, "b")),
            _toggled(_first(given, "vanish")),
            (effect.get(f"{W}val", "") if (effect := _first(given, "effect")) is not None else ""),
        )


def open_word(data: bytes, name: str) -> WordFile:
    """The Word file in some bytes.

    Raises:
        UncheckableFileError: it is not a Word file, or one that cannot be checked.
    """
    try:
        parts = transitional(opc.read_parts(data))
        main = document_of(parts)
        stories = tuple(_stories(parts, main))
        return word_file(name, parts, stories, lambda kind: _related(parts, main, kind), _core(parts))
    except opc.NoWordFileError as error:
        code = "encrypted-file" if error.is_encrypted else "unreadable-file"
        raise UncheckableFileError(code, ENCRYPTED if error.is_encrypted else error.fact, error.remedy) from error
    except opc.UnreadablePackageError as error:
        raise UncheckableFileError("unreadable-file", error.fact, error.remedy) from error
    except etree.XMLSyntaxError as error:  # of relationships or content types
        raise UncheckableFileError("unreadable-file", damaged("its list of parts")) from error


def word_file(
    name: str,
    parts: Mapping[str, bytes],
    stories: tuple[WordStory, ...],
    related: Callable[[str], Element | None],
    core: Element | None = None,
) -> WordFile:
    """A Word file of parsed parts: ``related`` returns the styles, settings and lists; the first story is the body."""
    paragraphs = tuple(paragraph for story in stories for paragraph in _paragraphs(story))
    return WordFile(
        name,
        parts,
        stories,
        Styles(related("styles")),
        _or_empty(related("settings"), "settings"),
        _or_empty(related("numbering"), "numbering"),
        _or_empty(core, "core"),
        paragraphs,
        {paragraph.element: paragraph for paragraph in paragraphs},
    )


def value(parent: Element, path: str, name: str = "val") -> str:
    """An attribute of a child ("pPr/pStyle"), or ""."""
    child = parent.find("/".join(f"{W}{step}" for step in path.split("/")))
    return child.get(f"{W}{name}", "") if child is not None else ""


def is_on(text: str) -> bool:
    """Whether an on/off value is on (ECMA-376 part 1, 17.17.4)."""
    return text.lower() not in ("0", "false", "off")


def _stories(parts: Mapping[str, bytes], main: str) -> Iterator[WordStory]:
    found = [("", main)]
    for kind in _STORIES:
        names = list(dict.fromkeys(name for name in opc.targets(parts, main, kind) if name in parts))
        found += [(kind if len(names) == 1 else f"{kind} {n}", name) for n, name in enumerate(names, start=1)]
    elements = 0
    for label, name in found:
        root = _parsed(parts, name)
        if label == "" and root.tag != f"{W}document":
            raise UncheckableFileError("unreadable-file", *NO_DOCUMENT[:2])
        # A fallback repeats the content of the choice before it for older programs.
        for fallback in list(root.iter(_FALLBACK)):
            parent = fallback.getparent()
            if parent is not None:
                parent.remove(fallback)
        elements += sum(1 for _ in root.iter())
        if elements > MAX_ELEMENTS:
            raise UncheckableFileError("unreadable-file", f"it has more than {MAX_ELEMENTS:,} elements")
        yield WordStory(label, name, root)


def _paragraphs(story: WordStory) -> Iterator[WordParagraph]:
    cells: set[Element] = set(story.root.iter(f"{W}tc"))
    for number, element in enumerate(story.root.iter(f"{W}p"), start=1):
        in_table = bool(cells) and any(above in cells for above in element.iterancestors(f"{W}tc"))
        yield WordParagraph(element, story.name, number, value(element, "pPr/pStyle"), in_table)


def _related(parts: Mapping[str, bytes], main: str, kind: str) -> Element | None:
    return next((_parsed(parts, name) for name in opc.targets(parts, main, kind) if name in parts), None)


def _parsed(parts: Mapping[str, bytes], name: str) -> Element:
    try:
        return opc.parse_part(parts[name])
    except etree.XMLSyntaxError as error:
        raise UncheckableFileError("unreadable-file", opc.broken_fact(error, opc.shown(name))) from error


def _core(parts: Mapping[str, bytes]) -> Element | None:
    """The core properties; their relationship has a special type (ECMA-376 part 2, 11)."""
    for link in opc.links_of(parts, ""):
        name = link.get("Target", "").lstrip("/")
        if link.get("Type", "").endswith("/core-properties") and name in parts:
            return _parsed(parts, name)
    return None


def _or_empty(element: Element | None, name: str) -> Element:
    return element if element is not None else etree.Element(f"{W}{name}")


def _own_elements(element: Element) -> Iterator[Element]:
    """The elements of a paragraph, without those in text boxes and without deleted ones."""
    waiting = [iter(element)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag not in _SKIPPED:
            yield child
            waiting.append(iter(child))


def _text(run: Element) -> str:
    return "".join((e.text or "") if e.tag == f"{W}t" else _BLANKS[str(e.tag)] for e in run if e.tag in _TEXT_ELEMENTS)


_TEXT_ELEMENTS: Final = frozenset({f"{W}t", *_BLANKS})


def _first(levels: list[Element], name: str) -> Element | None:
    return next((e for level in levels if (e := level.find(f"{W}{name}")) is not None), None)


def _toggled(element: Element | None) -> bool:
    return element is not None and is_on(element.get(f"{W}val", "1"))


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) else 0.0


def _language(text: str, levels: list[Element]) -> str:
    """The language of a run. Word keeps one each for Latin, right-to-left and East Asian text; the script decides."""
    name = "val"
    if _toggled(_first(levels, "rtl")) or re.search("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]", text):
        name = "bidi"
    elif re.search("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]", text):
        name = "eastAsia"
    tags = [tag for level in levels if (e := level.find(f"{W}lang")) is not None and (tag := e.get(f"{W}{name}"))]
    return tags[0] if tags else ""


# ECMA-376 part 1, 17.18.40.
_HIGHLIGHTS: Final[Mapping[str, str]] = {
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "green": "00FF00",
    "magenta": "FF00FF",
    "red": "FF0000",
    "yellow": "FFFF00",
    "white": "FFFFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
}


def shade(element: Element | None) -> str:
    """The colour of a shading, "" for none, and "?" for a pattern, which has no single colour."""
    if element is None or element.get(f"{W}val") == "nil":
        return ""
    pattern = element.get(f"{W}val", "clear")
    colour = element.get(f"{W}color" if pattern == "solid" else f"{W}fill", "auto")
    if pattern not in ("clear", "solid"):
        return "?"
    return "" if colour == "auto" else colour


def _background(highlight: Element | None, shading: Element | None) -> str:
    name = highlight.get(f"{W}val", "none") if highlight is not None else "none"
    return _HIGHLIGHTS.get(name, "") or shade(shading)
