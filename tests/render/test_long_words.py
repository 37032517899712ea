"""A word that no line holds is broken, wherever it is and whatever it is made of; nothing else is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pypdfium2
import pytest

from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Letterhead,
    Particular,
    SettledAnnex,
    Signature,
)
from circulars.model.text import Cell, Heading, Item, Items, Note, Paragraph, Span, Spans, Table
from circulars.pack import Pack, load_pack
from circulars.render.page import page_of, stylesheet_of
from circulars.render.pdf import master
from circulars.render.pdf.press import press_with, see_nothing
from ink import ink_faults
from render.sample_letters import ARABIC, PLAIN, ROW_ES, TITLE, words

CODE: Final = "ACGTTGCAAGGCTTACGCATGCAATCGGTACCGGTTAACGGCATTCGGAAGCTTACG"
WORDS: Final[dict[str, Spans]] = {
    "bold, then plain": (Span("Code: "), Span(CODE, strong=True), Span(f"{CODE * 2} ends.")),
    "plain, then bold": (Span(CODE), Span(CODE * 2, strong=True), Span(" ends.")),
    "one look after another": tuple(Span(letter, strong=not place % 2) for place, letter in enumerate(CODE * 2)),
    "languages": (Span("fr "), Span(CODE, language="fr"), Span(CODE), Span(CODE, language="de")),
    "a link in part bold": (
        Span("see "), Span(CODE, link="https://example.org/x"), Span(CODE, strong=True, link="https://example.org/x"),
        Span(CODE),
    ),
    "a wide address": (Span("see "), Span("https://" + "W" * 51, link="https://" + "W" * 51), Span(".")),
    "an e-mail address": (Span("a" * 60, strong=True), Span("@"), Span(f"example.{'b' * 60}.org", strong=True)),
    "a file's name": (Span("report_" * 12, emphasis=True), Span("final_" * 12), Span(".pdf", strong=True)),
    "joined words": (Span("no\u00a0break\u00a0" * 8), Span("no\u2060break\u2060" * 20, strong=True)),
    "no-break hyphens": (Span("nb\u2011" * 18), Span("nb\u2011" * 18, strong=True)),
    "soft hyphens": (Span("do\u00adwn" * 60), Span("do\u00adwn" * 60, strong=True), Span("x" * 100)),
    "Arabic": (Span("بيت" * 40), Span("بيت" * 40, strong=True), Span("بيت" * 40, language="ar")),
    "Hebrew": (Span("שלום" * 30, language="he"), Span("שלום" * 30, strong=True, language="he")),
    "Thai": (Span("ภาษาไทยไม่มีช่องว่าง" * 6, language="th"), Span("ภาษาไทย" * 16, strong=True, language="th")),
    "Khmer": (Span("ភាសាខ្មែរ" * 16, language="km"), Span("ភាសាខ្មែរ" * 16, strong=True, language="km")),
    "Chinese": (Span("示例甲乙丙丁" * 20, language="zh"), Span("示例甲乙丙丁" * 20, strong=True, language="zh")),
}  # fmt: skip


def everywhere(spans: Spans, base: Document = PLAIN) -> Document:
    """A letter with the words in each kind of block, in the head, in the lists and in an annex's title."""
    return around(spans, within(spans, base))


def within(spans: Spans, base: Document = PLAIN) -> Document:
    """A letter with the words in each kind of block."""
    cell, other, entries = Cell((spans,)), Cell((words("b"),)), (Item("a)", spans),)
    body = (
        Paragraph(spans), Paragraph(spans, "12"), Paragraph(spans, "12.3.4.5"), Heading(spans, 1, "1"),
        Heading(spans, 3), Items("letters", entries), Note("NOTE – ", spans),
        Table((cell, other), ((other, cell), (Cell((spans,), dashes=True), other)), (0.7, 0.3)),
    )  # fmt: skip
    return replace(base, body=body, annexes=())


def around(spans: Spans, base: Document = PLAIN) -> Document:
    """A letter with the words in the head, in the lists and in an annex's title."""
    return replace(
        base,
        subject=(spans,),
        salutation=spans,
        particulars=(Particular("Ref:", (spans,)), Particular(CODE, (spans, spans))),
        addressees=(AddressList(CODE, (Item("–", spans), Item("–", spans))),),
        references=LabelledList(CODE, (Item("1)", spans),)),
        distribution=LabelledList(CODE, (Item("–", spans),)),
        annexes=(SettledAnnex("annex", CODE * 2, CODE * 2, spans, (Paragraph(spans),)),),
    )


def pdf(document: Document, pack: Pack | None = None) -> bytes:
    """The document as PDF."""
    return master(document, pack or load_pack()).fill({})


@pytest.mark.parametrize("name", WORDS)
def test_no_word_leaves_the_page(name: str, request: pytest.FixtureRequest) -> None:
    """Words that are partly bold, in italics, linked or in another language are inside the margins, as pdfium sees.

    Every other kind of words is in the blocks, the next one around them; which follows from the seed.
    """
    put = within if (list(WORDS).index(name) + request.config.option.seed) % 2 else around

    assert ink_faults(pdf(put(WORDS[name], replace(PLAIN, body=PLAIN.body[:1])))) == []


@pytest.mark.parametrize(
    ("name", "base"),
    [("bold, then plain", TITLE), ("a wide address", ARABIC), ("Arabic", ROW_ES)],
    ids=["title", "from right to left", "row"],
)
def test_no_word_leaves_the_page_of_any_layout(name: str, base: Document) -> None:
    """Nor in the blocks and the head of another layout, or of a letter that is written from right to left."""
    assert ink_faults(pdf(everywhere(WORDS[name], base))) == []


def test_no_name_or_footer_leaves_the_page() -> None:
    """Long words in the sender's names, the footer, the running header, the closing and the signature are broken."""
    letter = replace(
        PLAIN,
        letterhead=Letterhead(CODE, CODE, PLAIN.letterhead.mark), date_line=CODE, closing=CODE * 3,
        annex_note=(CODE * 3,), signature=Signature(CODE * 3, None, CODE * 3, (CODE * 3,)),
        footer=(CODE * 3,), running_header=(CODE * 3,),
        addressee=words(CODE * 3), body=(Paragraph(words("Text. " * 900)),),
    )  # fmt: skip

    assert ink_faults(pdf(letter)) == []


def shown(data: bytes) -> list[str]:
    """The lines of the first page, as pdfium reads them."""
    with pypdfium2.PdfDocument(data) as file:
        return [str(line).strip() for line in file[0].get_textpage().get_text_range().splitlines()]


def test_a_word_in_parts_is_broken_at_the_end_of_the_line_only() -> None:
    """A word whose first half is bold begins its own line, fills it, and goes on in the next; no letter is lost."""
    lines = shown(pdf(replace(PLAIN, body=(Paragraph(WORDS["bold, then plain"]),))))
    first = lines.index("Code:")

    assert lines[first + 1].startswith(CODE)
    assert len(lines[first + 1]) > len(CODE) + 20
    assert re.sub(r"\s", "", "".join(lines)).count(CODE * 3 + "ends.") == 1


def test_what_fits_is_not_broken() -> None:
    """Words that move to the next line whole are not broken for the sake of a longer word in another line."""
    spans = (Span("word " * 40), Span("Unbroken", strong=True), Span("half "), Span(CODE * 2), Span(" end."))
    lines = shown(pdf(replace(PLAIN, body=(Paragraph(spans),))))

    assert any("Unbrokenhalf" in line for line in lines)
    assert not any(line.endswith("wor") for line in lines)


@pytest.mark.parametrize("style", ["overflow-wrap: normal", "white-space: nowrap", "white-space: pre"])
def test_no_stylesheet_lets_words_leave_the_page(style: str) -> None:
    """Neither a pack without ``overflow-wrap`` nor text that is not to be wrapped runs over the margin."""
    pack = load_pack()
    sheet = stylesheet_of(pack).replace("url(", "none(") + f"* {{ {style} !important }}"
    letter = replace(PLAIN, body=(Paragraph(WORDS["bold, then plain"]),))

    assert ink_faults(press_with(sheet, pack.fonts).print(letter, page_of(letter, pack).tree)) == []


def test_the_checker_sees_words_outside() -> None:
    """What a stylesheet moves over the margin, the reader of pages finds."""
    pack = load_pack()
    sheet = stylesheet_of(pack) + ".plain { margin-inline-start: 160mm; inline-size: 30mm }"
    letter = replace(PLAIN, body=(Paragraph(words("Some words that are outside")),))

    [fault] = ink_faults(press_with(sheet, pack.fonts).print(letter, page_of(letter, pack).tree, look=see_nothing))

    assert fault.startswith("1: outside")
