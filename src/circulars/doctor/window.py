"""Compares the position of the addressee's block in both templates with the envelope window in ``pack.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Final

from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.header_height import text_top
from circulars.doctor.page import UNITS, paper_of
from circulars.doctor.styles import name_of
from circulars.doctor.word import TemplateParagraph, WordTemplate, paragraphs_of
from circulars.model.window import EnvelopeWindow, WindowSide
from circulars.render.docx.markup import typed_text, w

CODE: Final = "window-mismatch"
# The braces are the place of " now" once the template is fixed.
_FROM, _TO = "the block's left edge is{} at", "the block's right edge is{} at"
_TOP, _BELOW = "the block{} begins at", "the letter{} continues at"
_SIZE, _LINE = "the block's font size is{}", "the block's line spacing is{}"
_TOLERANCE: Final = {"mm": 0.4, "pt": 0.06}  # programs round


@dataclass(frozen=True, slots=True)
class _Measure:
    """A measure in a template and in the pack; the template's may be larger by ``spare``."""

    what: str
    found: float
    wanted: float
    unit: str = "mm"
    spare: float = 0.0

    @property
    def differs(self) -> bool:
        near = _TOLERANCE[self.unit]
        return not -near <= self.found - self.wanted <= near + self.spare

    @property
    def fact(self) -> str:
        found = f"{self.what.format('')} {shown(self.found)} {self.unit}"
        return f"{found}; pack.yaml says {shown(self.wanted)} {self.unit}"

    @property
    def fix(self) -> str:
        return f"{self.what.format(' now')} {shown(self.wanted)} {self.unit}"


def shown(length: float) -> str:
    """A length with at most one decimal."""
    return f"{length:.1f}".removesuffix(".0")


Paper = tuple[float, float]
"""The width and the height of a sheet in millimetres."""


def _sides(window: EnvelopeWindow) -> Iterator[tuple[str, WindowSide]]:
    for name, side in (("left", window.left), ("right", window.right)):
        if side:
            yield name, side


# ── The stylesheet ───────────────────────────────────────────────────────────────────────────────────────────────────


def stylesheet_window_findings(source: str, window: EnvelopeWindow) -> Iterator[TemplateFinding]:
    """The measures in a stylesheet's rules ``.top`` and ``.addressee`` that differ from the window's.

    Other rules, and lengths in relative units, are not checked.
    """
    lengths, (upper, right, _, left) = _lengths_of(source)
    paper = paper_of(source)
    for (rule, key), found in lengths.items():
        measure = None
        match rule, key:
            case ".top", "padding-block-start":
                measure = _Measure(_TOP, upper + found.mm, window.top)
            case ".top", "min-block-size" if start := lengths.get((".top", "padding-block-start")):
                measure = _Measure(_BELOW, upper + start.mm + found.mm, window.below)
            case ".addressee", "font-size":
                measure = _Measure(_SIZE, found.mm / UNITS["pt"], window.size, "pt")
            case ".addressee", "line-height":
                measure = _Measure(_LINE, found.mm / UNITS["pt"], window.line, "pt")
            case _:
                side = dict(_sides(window)).get(rule.removeprefix(".addressee."))
                if side and key == "margin-left":
                    measure = _Measure(_FROM, left + found.mm, side.start)
                elif side and key == "margin-right" and paper:
                    measure = _Measure(_TO, paper[0] - right - found.mm, side.end)
        if measure and measure.differs:
            remedy = f"correct '{key}' of '{rule}', or 'window:' in pack.yaml"
            yield TemplateFinding(CODE, measure.fact, remedy, found.line)


@dataclass(frozen=True, slots=True)
class PageMeasures:
    """The margins of a stylesheet's pages in millimetres, and the size of its text in points; 0 if it has none."""

    top: float
    right: float
    bottom: float
    left: float
    size: float


def page_measures(source: str) -> PageMeasures:
    """The measures that a stylesheet states last."""
    lengths, margins = _lengths_of(source)
    size = lengths.get(("html", "font-size"))
    return PageMeasures(*margins, size.mm / UNITS["pt"] if size else 0.0)


@dataclass(frozen=True, slots=True)
class _Length:
    mm: float
    line: int


def _lengths_of(source: str) -> tuple[Mapping[tuple[str, str], _Length], tuple[float, float, float, float]]:
    """A stylesheet's lengths by selector and property, and the page's margins from the top clockwise (mm)."""
    import tinycss2

    lengths: dict[tuple[str, str], _Length] = {}
    margins = (0.0, 0.0, 0.0, 0.0)
    for rule in tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True):
        if rule.type not in ("qualified-rule", "at-rule") or rule.content is None:
            continue
        selector = tinycss2.serialize(rule.prelude).strip()
        for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            found = _millimetres(one.value) if one.type == "declaration" else []
            if rule.type == "qualified-rule" and len(found) == 1:
                lengths[selector, one.lower_name] = _Length(found[0], one.source_line)
            elif found and rule.type == "at-rule" and not selector and one.lower_name == "margin":
                right = found[1] if len(found) > 1 else found[0]
                bottom = found[2] if len(found) > 2 else found[0]
                margins = found[0], right, bottom, found[3] if len(found) > 3 else right
    return lengths, margins


def _millimetres(values: Sequence[Any]) -> list[float]:
    """The lengths in a declaration; empty if one of its values is not a length."""
    found = []
    for value in values:
        if value.type == "dimension" and value.lower_unit in UNITS:
            found.append(value.value * UNITS[value.lower_unit])
        elif value.type == "number" and value.value == 0:
            found.append(0.0)
        elif value.type != "whitespace":
            return []
    return found


# ── The Word template ────────────────────────────────────────────────────────────────────────────────────────────────

_STYLE: Final = "Addressee block"
_TWIPS: Final = 1440 / 25.4
_GAP: Final = 120 / _TWIPS  # 6 pt between the head and the block's row
_MAX_GAP: Final = 3.0
_LEAST_RIGHT: Final = 0.4
"""Where a window at the right begins at least, as a share of the width of the sheet."""
# The condition before each of the block's paragraphs: the window's side, and whether lines begin at the left.
_CONDITIONS: Final = {
    "if window == 'left' and direction == 'ltr'": ("left", True),
    "elif window == 'left'": ("left", False),
    "if window == 'right' and direction == 'ltr'": ("right", True),
    "elif window == 'right'": ("right", False),
    "elif direction == 'ltr'": ("right", True),
    "else": ("right", False),
}


@dataclass(frozen=True, slots=True)
class _WindowPlace:
    """A measure in a Word template: its place, and the attribute that sets it, which should be ``value``."""

    measure: _Measure
    where: str
    holder: etree._Element
    attribute: str
    value: int


def word_window_findings(word: WordTemplate, window: EnvelopeWindow, paper: Paper | None) -> Iterator[TemplateFinding]:
    """The measures of the block in a Word template that differ from the window's.

    These are the measures of the style *Addressee block*, of the paragraphs with ``{{ addressee }}``, and of their row.
    If the template's page size is not ``paper``, the stylesheet's, only the style is checked.
    """
    for place in _places(word, window, paper):
        if place.measure.differs:
            fact = f"{place.where}: {place.measure.fact}"
            yield TemplateFinding(
                CODE, fact, "correct 'window:' if that is wrong", repair="sets the template's measures"
            )


def measured_window(word: WordTemplate) -> tuple[str, EnvelopeWindow] | None:
    """The place of the only postal block in a Word template, and the side of the sheet that it is on.

    None if the template has no such block, or not all of its measures. The window has as many lines as have room.
    """
    nowhere = EnvelopeWindow(0, 1000, 1, 10, 12, left=WindowSide(0, 1))
    found = {place.measure.what: place.measure.found for place in _places(word, nowhere, None)}
    size = next(word.trees[word.main].iter(w("pgSz")), None)
    if size is None or not {_TOP, _BELOW, _SIZE, _LINE, _FROM, _TO} <= found.keys():
        return None
    side = WindowSide(round(found[_FROM], 1), round(found[_TO], 1))
    top, below, line = round(found[_TOP], 1), round(found[_BELOW], 1), round(found[_LINE], 1)
    lines = int((below - top) / (line * UNITS["pt"]))
    is_right = side.start > (_number(size, "w") or 0) / _TWIPS * _LEAST_RIGHT
    if lines < 1:
        return None
    window = EnvelopeWindow(top, below, lines, round(found[_SIZE], 1), line)
    if is_right:
        return "right", replace(window, right=side)
    return "left", replace(window, left=side)


def fix_window(word: WordTemplate, window: EnvelopeWindow, paper: Paper | None) -> Iterator[tuple[str, str]]:
    """Sets the measures of the block in a Word template to the window's."""
    for place in list(_places(word, window, paper)):
        if place.measure.differs:
            place.holder.set(w(place.attribute), str(place.value))
            yield CODE, f"{place.where}: {place.measure.fix}"


def _places(word: WordTemplate, window: EnvelopeWindow, paper: Paper | None) -> Iterator[_WindowPlace]:
    yield from _style_places(word, window)
    body = word.trees[word.main]
    paragraphs = list(paragraphs_of(body, word.stories[word.main]))
    blocks = [place for place, one in enumerate(paragraphs) if re.search(r"\{\{r?\s*addressee\s*\}\}", one.text)]
    size, margin = next(body.iter(w("pgSz")), None), next(body.iter(w("pgMar")), None)
    if size is None or margin is None or not blocks or (paper and not _has_width_of(paper, size)):
        return
    sides = dict(_sides(window))
    only = next(iter(sides)) if len(sides) == 1 else ""
    for place in blocks:
        side, from_left = _CONDITIONS.get(_condition(paragraphs[place - 1]) if place else "", (only, True))
        if found := sides.get(side):
            yield from _horizontal_places(paragraphs[place], found, from_left, size, margin)
    upper = _number(margin, "top")
    if upper is not None:
        yield from _vertical_places(paragraphs[blocks[0]], window, text_top(word, upper))


def _has_width_of(paper: Paper, size: etree._Element) -> bool:
    width, _ = paper
    return abs((_number(size, "w") or 0) / _TWIPS - width) < _TOLERANCE["mm"]


def _style_places(word: WordTemplate, window: EnvelopeWindow) -> Iterator[_WindowPlace]:
    styles = word.part("styles")
    for style in styles.iter(w("style")) if styles is not None else ():
        if name_of(style) != _STYLE:
            continue
        size, spacing = next(style.iter(w("sz")), None), next(style.iter(w("spacing")), None)
        where = f"the style '{_STYLE}'"
        if size is not None and (found := _number(size, "val")) is not None:
            yield _WindowPlace(
                _Measure(_SIZE, found / 2, window.size, "pt"), where, size, "val", round(window.size * 2)
            )
        if spacing is not None and (found := _number(spacing, "line")) is not None:
            measure = _Measure(_LINE, found / 20, window.line, "pt")
            yield _WindowPlace(measure, where, spacing, "line", round(window.line * 20))


def _condition(paragraph: TemplateParagraph) -> str:
    """The statement in a paragraph that is a tag, with single quotation marks and single spaces; else ""."""
    found = re.fullmatch(r"\s*\{%p\s+(.*?)\s*%\}\s*", paragraph.text)
    return " ".join(found[1].replace('"', "'").split()) if found else ""


def _horizontal_places(
    block: TemplateParagraph, side: WindowSide, from_left: bool, size: etree._Element, margin: etree._Element
) -> Iterator[_WindowPlace]:
    """The block's edges. Word measures indents from the beginning of a line, which is at the right in Arabic."""
    indent = next(block.element.iter(w("ind")), None)
    width, left, right = _number(size, "w"), _number(margin, "left"), _number(margin, "right")
    if indent is None or width is None or left is None or right is None:
        return
    before, after = _beside(block.element, width - left - right)
    left, right = left + before, right + after
    first, last = ("left", "right") if from_left else ("right", "left")
    if (found := _number(indent, first)) is not None:
        measure = _Measure(_FROM, (left + found) / _TWIPS, side.start)
        yield _WindowPlace(measure, block.place(), indent, first, round(side.start * _TWIPS) - left)
    if (found := _number(indent, last)) is not None:
        measure = _Measure(_TO, (width - right - found) / _TWIPS, side.end)
        yield _WindowPlace(measure, block.place(), indent, last, width - right - round(side.end * _TWIPS))


def _vertical_places(block: TemplateParagraph, window: EnvelopeWindow, upper: int) -> Iterator[_WindowPlace]:
    """The top of the block and the end of its row, if the heights of the rows above are known.

    ``upper`` is where the text of the page begins, in twips.
    """
    row = next(block.element.iterancestors(w("tr")), None)
    cell = next(block.element.iterancestors(w("tc")), None)
    before = _height_before(row) if row is not None else None
    if row is None or cell is None or before is None:
        return
    start = upper + before
    space = next((one for all_ in cell.iterfind(f"{w('tcPr')}/{w('tcMar')}") for one in all_.iter(w("top"))), None)
    if space is not None and (found := _number(space, "w")) is not None:
        measure = _Measure(_TOP, (start + found) / _TWIPS, window.top)
        yield _WindowPlace(measure, block.place(), space, "w", round(window.top * _TWIPS) - start)
    height = row.find(f"{w('trPr')}/{w('trHeight')}")
    if height is not None and (found := _number(height, "val")) is not None:
        measure = _Measure(_BELOW, (start + found) / _TWIPS, window.below, spare=_MAX_GAP)
        yield _WindowPlace(measure, block.place(), height, "val", round((window.below + _GAP) * _TWIPS) - start)


def _beside(block: etree._Element, text: int) -> tuple[int, int]:
    """The widths of what is before and after the block's cell in its row, in twips; ``text`` is that of all cells."""
    cell = next(block.iterancestors(w("tc")), None)
    row = cell.getparent() if cell is not None else None
    cells = row.findall(w("tc")) if row is not None else []
    widths = [_cell_width(one) for one in cells]
    if cell is None or len(widths) < 2 or None in widths:
        return 0, 0
    own = cells.index(cell)
    before = sum(width or 0 for width in widths[:own])
    return before, text - before - (widths[own] or 0)


def _cell_width(cell: etree._Element) -> int | None:
    width = cell.find(f"{w('tcPr')}/{w('tcW')}")
    return _number(width, "w") if width is not None and width.get(w("type")) == "dxa" else None


def _height_before(row: etree._Element) -> int | None:
    """The height of all rows above, or None if one is unknown. Of alternatives (``{%tr else %}``) the last counts."""
    table = row.getparent()
    if table is not None and any(
        one.tag == w("p") and typed_text(one).strip() for one in table.itersiblings(preceding=True)
    ):
        return None
    above = takewhile(lambda one: one is not row, table.iterchildren(w("tr"))) if table is not None else ()
    total = kept = 0
    for one in above:
        text = typed_text(one).strip()
        tag = re.match(r"\{%tr\s+(\w+)", text)
        height = one.find(f"{w('trPr')}/{w('trHeight')}")
        if tag and tag[1] == "if":
            kept = total
        elif tag and tag[1] in ("else", "elif"):
            total = kept
        elif not tag:
            found = _number(height, "val") if height is not None else None
            if found is None:
                return None
            total += found
    return total


def _number(element: etree._Element, attribute: str) -> int | None:
    """The whole number in an element's attribute, or None."""
    text = element.get(w(attribute), "")
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None
