"""Compares where lines of paragraphs end in a letter's PDF with where Pango ends them, for paragraphs drawn by chance.

Pango lays a whole paragraph out at once, with the fonts, the languages and the width of the letter. WeasyPrint has it
lay out one stretch of one look after another, and joins them to lines by itself. Run it by hand for many paragraphs:

    .venv/bin/python tests/line_breaks.py 20000 --seed 1
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final

from circulars.model.document import Document
from circulars.model.text import Block, Item, Items, Note, Paragraph, Span, Spans
from circulars.pack import load_pack
from circulars.render.page import page_of
from circulars.render.pdf.engine import Layout, boxes, ffi, pango
from circulars.render.pdf.press import press_of
from render.sample_letters import PLAIN

ffi.cdef("void pango_layout_set_markup(PangoLayout *layout, const char *markup, int length);")

UNITS: Final = 1024
CLOSE: Final = 0.25
"""The room in pixels by which a word may miss a line, so that both breaks are right."""
SPACES: Final = 7.0
"""The width of two spaces."""
AT_ONCE: Final = 250
_SHORT: Final = 60
WORDS: Final = (
    "a I A to of in on the and for its with from this that will held event study group other venue letter office "
    "meeting members sectors standards document programme contribution participation interoperability "
    "Telecommunication IMT-Advanced IMT-2020 well-known e-mail ITU-T/ITU-R and/or 2024-2025 0930 1\u00a0250 18.30 "
    "Kofi\u00a0Exemple «Madrid», “cities”, (Geneva) (RECI) [draft] 7/8 No.\u00a05 50% §4 – — Wi‑Fi Q&A; l'Union año "
    "día, días. vote; held: today, closed. Spain, (Madrid, 2024). U4SSC: ITU’s"
).split(" ")
_BETWEEN: Final = (" ",) * 8 + (", ", ". ", " (", ") ", "; ", " – ", "", "-", "/", "\u00a0")
LANGUAGES: Final = ("fr", "es", "de")
ADDRESSES: Final = (
    "https://www.example.int/", "https://www.example.int/imt-advanced-workshop", "https://example.org/a/b?c=d&e=f#g",
)  # fmt: skip


def draw_spans(chance: random.Random) -> Spans:
    """A paragraph of one to nine spans of all looks: bold, emphasis, links, other languages, lines."""
    spans: list[Span] = []
    for place in range(chance.randint(1, 9)):
        look, text = _look(chance), _text(chance, first=not place)
        # Words on two lines of a link would be read as one address.
        spans.append(replace(look, text=text.replace("\n", " ") if look.link else text))
        if spans[-1].link and chance.random() < 0.5:
            address = chance.choice(ADDRESSES)
            spans[-1] = Span(address, link=address)
    return tuple(_spaced(spans, chance))


def _look(chance: random.Random) -> Span:
    kind = chance.randrange(9)
    look = Span("", strong=kind in (1, 2), emphasis=kind in (2, 3))
    if kind in (4, 5):
        look = replace(look, link="https://www.example.int/page")
    elif kind == 6:
        look = replace(look, language=chance.choice(LANGUAGES))
    return look


def _text(chance: random.Random, first: bool) -> str:
    count = chance.choice((1, 1, 2, 3, 6, 12, 25) if not first else (1, 4, 12, 16, 20, 25))
    words = chance.choices(WORDS, k=count)
    text = words[0]
    for word in words[1:]:
        gap = chance.random()
        text += ("\n" if gap < 0.005 else " ") + word
    return text


def _spaced(spans: Sequence[Span], chance: random.Random) -> Iterator[Span]:
    """The spans with a space between neighbours, at the end of one, at the beginning of the other or by itself."""
    before = ""
    for place, span in enumerate(spans):
        following = spans[place + 1 : place + 2]
        # Words that touch a link may be read as parts of an address.
        joined = _BETWEEN[:-4] if span.link or (following and following[0].link) else _BETWEEN
        between = chance.choice(joined) if following else ""
        if span.text.endswith(("–", "—")) and between == "\u00a0":
            between = " "  # Unicode lets a line end between the two, which no look can show
        if following and span.link and following[0].link:
            yield replace(span, text=before + span.text)
            yield Span(" – ")  # two addresses that touch would be read as one
            before = ""
            continue
        span, before = replace(span, text=before + span.text), ""
        if not _is_bare(span) and chance.random() < 0.7:
            span, between = replace(span, text=span.text + between), ""
        yield span
        if between and (_is_bare(following[0]) or chance.random() < 0.5):
            yield Span(between)
        else:
            before = between


def _is_bare(span: Span) -> bool:
    return span.link != "" and span.link == span.text


def draw_block(chance: random.Random, id: str) -> Block:
    """A block of one paragraph, with a number, a bullet or a label, or without."""
    spans = draw_spans(chance)
    match chance.randrange(4):
        case 0:
            return Paragraph(spans, "", id)
        case 1:
            return Paragraph(spans, "12", id)
        case 2:
            return Items("letters", (Item("a)", spans),), id)
        case _:
            return Note("NOTE – ", spans, id)


@dataclass(frozen=True)
class SetBlock:
    """A block as it was laid out: its style, the width and its lines; ``indent`` is that of the first line."""

    block: Block
    style: Any
    width: float
    indent: float
    lines: list[str]


class _SeenError(Exception):
    """The pages have been looked at, and need not be written."""


def laid_out(blocks: Sequence[Block], document: Document = PLAIN) -> list[SetBlock]:
    """The blocks as WeasyPrint lays them out in a letter."""
    pack, found = load_pack(), dict[str, SetBlock]()
    by_id = {block.id: block for block in blocks}

    def look(sheets: Any) -> None:
        for sheet in sheets.pages:
            for box in sheet._page_box.descendants():
                if isinstance(box, boxes.BlockBox) and box.element is not None:
                    id = box.element.get("id")
                    if id in by_id and any(isinstance(child, boxes.LineBox) for child in box.children):
                        _add(found, by_id[id], box)
        raise _SeenError

    letter = replace(document, body=tuple(blocks))
    tree = page_of(letter, pack).tree
    for parent in tree.iter():
        for child in parent:
            if child.tag == "li" and parent.get("id"):
                child.set("id", parent.attrib.pop("id"))
    with contextlib.suppress(_SeenError):
        press_of(pack).print(letter, tree, look=look)
    return [found[block.id] for block in blocks]


def _add(found: dict[str, SetBlock], block: Block, box: Any) -> None:
    lines, indent = [], 0.0
    for line in box.children:
        words = ""
        for child in line.descendants():
            if isinstance(child, boxes.InlineBlockBox):
                indent = child.margin_width()
            elif isinstance(child, boxes.TextBox) and not _is_label(child):
                words += child.text
        lines.append(words)
    if block.id in found:
        found[block.id].lines.extend(lines)
    else:
        found[block.id] = SetBlock(block, box.style, box.width, indent, lines)


def _is_label(box: Any) -> bool:
    return box.element.get("class") in ("number", "label")


def pango_lines(one: SetBlock, slack: float = 0.0) -> list[str]:
    """The lines of a block as Pango breaks them if lines are wider by a number of pixels."""
    lines, indent = [], one.indent
    for spans in _split(_spans(one.block)):
        layout = Layout(one.style)
        pango.pango_layout_set_width(layout.layout, int((one.width + slack) * UNITS))
        pango.pango_layout_set_indent(layout.layout, round(indent * UNITS))
        data = "".join(map(_markup, spans)).encode()
        pango.pango_layout_set_markup(layout.layout, data, len(data))
        text = "".join(span.text for span in spans).encode()
        starts: list[int] = []
        while (line := pango.pango_layout_get_line_readonly(layout.layout, len(starts))) != ffi.NULL:
            starts.append(line.start_index)
        lines += [text[a:b].decode() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
        indent = 0.0
    return lines


def _spans(block: Block) -> Spans:
    if isinstance(block, Items):
        return block.entries[0].spans
    assert isinstance(block, Paragraph | Note)
    return (Span(block.label), *block.spans) if isinstance(block, Note) else block.spans


def _split(spans: Spans) -> Iterator[list[Span]]:
    line: list[Span] = []
    for span in spans:
        first, *others = span.text.split("\n")
        line.append(replace(span, text=first))
        for text in others:
            yield line
            line = [replace(span, text=text)]
    yield line


def _markup(span: Span) -> str:
    """A span in Pango's markup; each is shaped by itself, as by WeasyPrint."""
    look = 'fallback="true"'
    look += ' weight="bold"' * span.strong + ' style="italic"' * span.emphasis
    look += f' lang="{span.language}"' if span.language else ""
    look += ' allow_breaks="false"' if _is_bare(span) and len(span.text) < _SHORT else ""
    text = re.sub("(\u2011)", r'<span fallback="true">\1</span>', escape(span.text, quote=False))
    return f"<span {look}>{text}</span>"


def difference(one: SetBlock) -> str:
    """The first line that ends elsewhere than Pango ends it; "" if all are right."""
    found = [line.strip() for line in one.lines]
    # Pango lets only the last of several spaces hang over the end of a line.
    several = (SPACES,) if any("  " in span.text for span in _spans(one.block)) else ()
    for slack in (0.0, CLOSE, -CLOSE, *several):
        expected = [line.strip() for line in pango_lines(one, slack)]
        if found == expected:
            return ""
    expected = [line.strip() for line in pango_lines(one)]
    for place, (line, right) in enumerate(zip(found, expected, strict=False)):
        if line != right:
            return f"line {place + 1} of {one.block.id} ends with {line[-40:]!r}, not with {right[-40:]!r}"
    return f"{len(found)} lines instead of {len(expected)}: {found[-1]!r}"


def differences(count: int, chance: random.Random) -> Iterator[tuple[SetBlock, str]]:
    """The paragraphs with a line that ends elsewhere than Pango ends it, and that line."""
    for start in range(0, count, AT_ONCE):
        blocks = [draw_block(chance, f"p{place}") for place in range(start, min(count, start + AT_ONCE))]
        for one in laid_out(blocks):
            if wrong := difference(one):
                yield one, wrong


def main() -> None:
    """Prints every paragraph with a wrong line, and their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    for one, fault in differences(options.count, random.Random(options.seed)):
        wrong += 1
        print(fault, *_spans(one.block), *one.lines, *pango_lines(one), sep="\n    ")
    print(f"{wrong} of {options.count} paragraphs have a line that ends elsewhere than Pango ends it")


if __name__ == "__main__":
    main()
