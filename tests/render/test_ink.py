"""Every page of every letter as pdfium shows it: from our PDF, and from what LibreOffice makes of our Word file."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from circulars.model.document import AddressList, Document
from circulars.model.text import Block, Cell, Heading, Item, Items, Note, Paragraph, Span, Spans, Table
from circulars.pack import load_pack
from circulars.render import writer
from circulars.render.page import page_of
from circulars.render.pdf.legible import PageFault, page_faults
from circulars.render.pdf.press import press_of
from conftest import LETTERS, Example
from ink import ink_faults
from readers import libreoffice_files
from render.printed import printed_sample
from render.sample_letters import ALL
from render.test_long_words import WORDS, everywhere

SEED: Final = 15
PIECES: Final = (
    *("word ", "a ", "Wide", "path/to/a/file/", "name(at)host", "_file_name_", "\u00a0joined\u00a0"),
    *("\u2060", "über\u00adlang", "ﬁne", "n\u2011b", "0123456789", "—", "/", "示例", "ภาษาไทย", "ខ្មែរ"),
)
OTHERS: Final = frozenset(path.stem for path in LETTERS if path.parent.parent.name == "emwo")
RIGHT_TO_LEFT_NUMBERS: Final = "outside: 1"
"""LibreOffice sets the number of a paragraph that is written from right to left into the margin, beside the text."""


def _margin(example: Example) -> float:
    """The smallest margin at the side of an example, in mm: the pack ``emwo`` has 18 at the right of A4."""
    return 18.0 if example.name.rpartition(".")[0] in OTHERS else 20.0


def spans(chance: random.Random) -> Spans:
    """Words of any length and look."""
    found = []
    for _ in range(chance.randint(1, 7)):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 6))) * chance.choice((1, 1, 3, 8))
        is_linked = chance.random() < 0.3
        found.append(
            Span(
                text,
                strong=chance.random() < 0.4,
                emphasis=chance.random() < 0.3,
                link="https://example.org/" if is_linked else "",
                language=chance.choice(("", "", "fr", "ar", "zh")),
            )
        )
    return tuple(found)


def block(chance: random.Random) -> Block:
    """A block of any kind, with any words."""
    kind = chance.randrange(5)
    if kind == 0:
        return Heading(spans(chance), chance.randint(1, 3), chance.choice(("", "1", "12.10.11")))
    if kind == 1:
        return Items(chance.choice(("bullets", "letters", "references")), (Item("•", spans(chance)),) * 2)
    if kind == 2:
        return Note("NOTE – ", spans(chance))
    if kind == 3:
        count = chance.randint(2, 5)
        row = tuple(Cell((spans(chance),), dashes=chance.random() < 0.3) for _ in range(count))
        return Table(row, (row,), (1 / count,) * count)
    return Paragraph(spans(chance), chance.choice(("", "1", "123")))


def hostile(chance: random.Random) -> Document:
    """A letter with words of any length and look everywhere."""
    return replace(
        chance.choice([*ALL.values()]),
        subject=(spans(chance),),
        addressees=(AddressList("To:", (Item("–", spans(chance)),)),),
        body=tuple(block(chance) for _ in range(5)),
        annexes=(),
    )


def laid_out(document: Document) -> tuple[bytes, list[PageFault]]:
    """The document as PDF, and the faults that the program finds."""
    pack, found = load_pack(), list[PageFault]()
    data = press_of(pack).print(
        document, page_of(document, pack).tree, look=lambda sheets: found.extend(page_faults(sheets))
    )
    return data, found


def test_no_example_has_words_that_readers_do_not_see(examples: tuple[Example, ...]) -> None:
    """Every word of every example in every language is inside the margins, over no other and under no picture."""
    assert {
        example.name: faults for example in examples if (faults := ink_faults(example.file("pdf"), _margin(example)))
    } == {}


def test_nor_has_one_as_libreoffice_shows_it(examples: tuple[Example, ...], libreoffice: None) -> None:
    """So it is in the Word files, as LibreOffice shows them."""
    assert {
        example.name: faults
        for example in examples
        if (faults := ink_faults(example.libreoffice_pdf, _margin(example)))
    } == {}


@pytest.mark.parametrize("name", ALL)
def test_no_sample_letter_has_words_that_readers_do_not_see(name: str) -> None:
    """Nor has a sample letter in any layout or direction; the program, which would not print them, finds none."""
    assert ink_faults(printed_sample(name)) == []


def test_no_words_leave_the_page_whatever_they_are(chance: random.Random) -> None:
    """In random letters of hostile words, neither the program nor the reader of pages finds a fault."""
    drawn = random.Random(SEED)
    letters = [hostile(drawn) for _ in range(12)]
    for number in chance.sample(range(12), 4):
        data, found = laid_out(letters[number])

        assert (number, ink_faults(data), found) == (number, [], [])


def test_no_words_leave_the_page_in_libreoffice(tmp_path: Path) -> None:
    """LibreOffice breaks the same words, too, wherever they are in the Word file."""
    chance = random.Random(SEED)
    letters = {
        "words": everywhere(tuple(span for spans in WORDS.values() for span in (*spans, Span(" ")))),
        **{f"random-{number}": hostile(chance) for number in range(3)},
        **ALL,
    }
    files = []
    for name, letter in letters.items():
        files.append(tmp_path / f"{name}.docx")
        files[-1].write_bytes(writer("docx")(letter, load_pack()).fill({}))
    found = {file.stem: ink_faults(file) for file in libreoffice_files(files, tmp_path / "pdf")}

    assert {
        name: others
        for name, faults in found.items()
        if (others := [fault for fault in faults if RIGHT_TO_LEFT_NUMBERS not in fault])
    } == {}
