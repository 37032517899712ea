"""Reads finished files with independent programs, and compares the words found with those of the letter."""

from __future__ import annotations

import json
import re
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, assert_never

from circulars.model.document import AddressList, Document, LabelledList, SettledAnnex
from circulars.model.text import Block, Cell, Heading, Item, Items, Note, Paragraph, Table
from circulars.render.txt import words_of
from commands import HANGING


def expected_words(document: Document, labels: bool = True) -> list[str]:
    """The words of ``txt``; without ``labels``, the numbers and bullets that Word generates are left out."""
    return " ".join(words_of(document if labels else _unlabelled(document))).split()


_MARKS = re.compile("[\u200e\u200f]")


def first_difference(found: list[str], expected: list[str]) -> str:
    """The first word that differs, with the words around it; "" when all are the same.

    White space is not compared, because a line may break inside an address or after a hyphen, and neither are the
    invisible marks around words of the other direction in a Word file.
    """
    found = [_MARKS.sub("", word) for word in found]
    if _compared(found) == _compared(expected):
        return ""
    rest, at = "".join(found), 0
    for at, word in enumerate(expected):  # noqa: B007 # the place is used after the loop
        if not rest.startswith(word):
            break
        rest = rest.removeprefix(word)
    return f"'{' '.join(expected[max(0, at - 4) : at + 4])}' is expected; '{rest[:60]}' is read"


def _compared(words: list[str]) -> str:
    """The characters to compare.

    In a PDF, right-to-left text is in visual order, and readers convert it back in different ways. So the order of its
    characters and the direction of its brackets are ignored. A no-break hyphen counts as a hyphen, because LibreOffice
    writes it as one.
    """
    text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", "".join(words)).replace("\u2011", "-")
    return re.sub("[()\u0590-\u08ff]{2,}", lambda match: "".join(sorted(match.group().replace(")", "("))), text)


def pandoc_words(docx: Path, changes: str = "accept") -> list[str]:
    """The words that pandoc reads in a Word file, from its JSON syntax tree; it accepts or rejects tracked changes."""
    tree = json.loads(_run("pandoc", "-f", "docx", f"--track-changes={changes}", "-t", "json", str(docx)))
    return "".join(_pandoc(tree["blocks"])).split()


def _pandoc(node: Any) -> Iterator[str]:
    """The strings of pandoc's tree in order, with a space for each space and around each block."""
    if isinstance(node, list):
        for part in node:
            yield from _pandoc(part)
    elif isinstance(node, dict) and "t" in node:
        content = node.get("c", [])
        match node["t"]:
            case "Str" | "Code":
                yield content if isinstance(content, str) else content[1]
            case "Link" | "Span":
                yield from _pandoc(content[1])
            case "Image":
                return
            case "Quoted":
                yield from _quoted(*content)
            case "Emph" | "Strong" | "Underline" | "Strikeout":
                yield from _pandoc(content)
            case "Header":
                yield " "
                yield from _pandoc(content[2])
                yield " "
            case "Table":
                yield from _pandoc(content[3:])
            case "Div":
                yield from _pandoc(content[1])
            case _:
                yield " "
                yield from _pandoc(content)
                yield " "


def _quoted(kind: dict[str, str], content: list[Any]) -> Iterator[str]:
    double = kind["t"] == "DoubleQuote"
    yield "“" if double else "‘"
    yield from _pandoc(content)
    yield "”" if double else "’"


def docx2python_words(docx: Path) -> list[str]:
    """The words that docx2python reads in a Word file's body, without the labels of lists."""
    from docx2python import docx2python

    with warnings.catch_warnings(), docx2python(docx, duplicate_merged_cells=False) as file:
        warnings.filterwarnings("ignore", ".* numbering format not implemented")  # it reads "--" as the label
        text = " ".join(_leaves(file.body))
    # docx2python adds its own markup for footnotes, pictures and links.
    markup = r"----footnote\d+----|----Image alt text---->.*?<----\S+?----|<a href=\"[^\"]*\">|</a>"
    return re.sub(markup, "", text).split()


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield re.sub(r"^\t*\S{1,12}\t", "", node)
    else:
        for part in node:
            yield from _leaves(part)


def pdftotext_words(pdf: Path, document: Document) -> list[str]:
    """The words that Poppler reads in a PDF, without running headers and footers."""
    return without_furniture(pdftotext_pages(pdf), document)


def pdftotext_pages(pdf: Path) -> list[str]:
    """The text that Poppler reads on each page of a PDF."""
    return [page.replace("\u00ad\n", "") for page in _run("pdftotext", "-raw", str(pdf), "-").split("\f")[:-1]]


def pdfium_words(pdf: Path, document: Document) -> list[str]:
    """The words that PDFium reads in a PDF, without running headers and footers."""
    import pypdfium2

    file = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in file]
    file.close()
    said = bare(" ".join(expected_words(document)))
    return without_furniture([with_hyphens(page, said) for page in pages], document)


def bare(text: str) -> str:
    """A text without white space, with one form of hyphens."""
    return "".join(text.split()).replace("\u2011", "-")


def with_hyphens(page: str, said: str) -> str:
    """The text of a page as PDFium reads it, with the hyphens that a letter has at the ends of lines.

    PDFium has another sign for each hyphen there, also for those that divide a word, which the letter does not have.
    """
    pieces = re.split("[\ufffe\x02]", page)
    text = pieces[0]
    for piece in pieces[1:]:
        text += piece if is_divided(bare(text[-20:]), bare(piece[:20]), said) else f"-{piece}"
    return text


def is_divided(before: str, after: str, said: str) -> bool:
    """Whether a hyphen at the end of a line divides a word of the letter; some characters before and after are given.

    The word may go on in another column or on the next page. Its shortest pieces have three letters.
    """
    left, right = before[-3:], after[:3]
    if left.isalpha() and f"{left}-" not in said:
        return True
    return f"{left}{right}" in said and f"{left}-{right}" not in said


def without_furniture(pages: list[str], document: Document) -> list[str]:
    """The words of a letter's pages without those of running headers and footers, which must be there."""
    words: list[str] = []
    for number, page in enumerate(pages, start=1):
        furniture = document.footer if number == 1 else document.running_header
        expected = " ".join(furniture).replace("{page}", str(number)).split()
        found = page.split()
        # Readers put spaces between Chinese and Latin letters, or leave them out.
        said, most = "".join(expected), range(1, 3 * len(expected) + 1)
        if before := next((size for size in most if "".join(found[:size]) == said), 0):
            words += found[before:]
            continue
        after = next((size for size in most if "".join(found[-size:]) == said), 0)
        assert after, f"page {number} has no {' '.join(expected)!r}"
        words += found[:-after]
    return words


def html_words(page: Path) -> list[str]:
    """The words of an HTML page's body, without its footer."""
    reader = _Words()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.words


class _Words(HTMLParser):
    """The words of an HTML page's body, without its footer."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("head", "footer")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("head", "footer")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words += data.split()


def libreoffice_files(files: list[Path], folder: Path, format: str = "pdf") -> list[Path]:
    """The files that LibreOffice makes of Word files, in another format or in the same."""
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    _run("soffice", profile, "--headless", "--convert-to", format, "--outdir", str(folder), *map(str, files))
    return [folder / f"{file.stem}.{format}" for file in files]


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=HANGING).stdout


def _unlabelled(document: Document) -> Document:
    addressees = tuple(AddressList(listed.label, _plain(listed.entries)) for listed in document.addressees)
    return replace(
        document,
        # A head in one line is written as text, with the dashes.
        addressees=document.addressees if document.layout == "line" else addressees,
        references=_plain_list(document.references),
        distribution=_plain_list(document.distribution),
        enclosures=_plain_list(document.enclosures),
        copies=tuple(AddressList(listed.label, _plain(listed.entries)) for listed in document.copies),
        body=tuple(map(_plain_block, document.body)),
        annexes=tuple(_plain_annex(annex) for annex in document.annexes),
    )


def _plain(entries: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(Item("", entry.spans, tuple(map(_plain_within, entry.blocks))) for entry in entries)


def _plain_within(block: Paragraph | Items) -> Paragraph | Items:
    return replace(block, entries=_plain(block.entries)) if isinstance(block, Items) else block


def _plain_list(listed: LabelledList | None) -> LabelledList | None:
    return LabelledList(listed.label, _plain(listed.entries)) if listed else None


def _plain_annex(annex: SettledAnnex) -> SettledAnnex:
    return replace(annex, body=tuple(map(_plain_block, annex.body)))


def _plain_cell(cell: Cell) -> Cell:
    lists = tuple(replace(listed, entries=_plain(listed.entries)) for listed in cell.lists)
    return replace(cell, dashes=False, lists=lists)


def _plain_block(block: Block) -> Block:
    match block:
        case Paragraph() | Heading():
            return replace(block, number="")
        case Items():
            return replace(block, entries=_plain(block.entries))
        case Table():
            head, *subheads = [tuple(map(_plain_cell, row)) for row in block.heads] or [()]
            rows = tuple(tuple(map(_plain_cell, row)) for row in block.rows)
            return replace(block, columns=head, subheads=tuple(subheads), rows=rows)
        case Note():
            return block
        case _:
            assert_never(block)
