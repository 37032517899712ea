"""Checks where the pages of a letter end, as pdfium shows them; it knows nothing of how they were laid out.

The words of a document are found on the pages in reading order; so the same rules hold for a PDF and for what
LibreOffice makes of a Word file. Run it by hand for many letters drawn by chance:

    .venv/bin/python tests/page_rules.py 1000 --seed 1 --docx
"""

from __future__ import annotations

import argparse
import io
import itertools
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from circulars.build import Order, build, documents
from circulars.errors import LimitError
from circulars.model.document import Document
from circulars.model.text import Block, Cell, Heading, Items, Note, Paragraph, Spans, Table, plain
from circulars.render.txt import words_of
from circulars.workspace import Workspace
from conftest import ROOT
from random_letters import draw_letter, parsed
from readers import expected_words, is_divided, libreoffice_files

Line = tuple[int, int]
"""The number of a page, and the distance of a baseline from its lower edge in points."""

_HIGH: Final = 40
"""The lines of a part that may be as high as a page."""
_AT_ONCE: Final = 50
_LEAST: Final = 4
"""The fewest characters of a footnote on a page."""
_BACKWARD: Final = re.compile("[\u0590-\u08ff]")
_SILENT: Final = "\u00ad\u200b\u2060\u200e\u200f\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


_LINE_END: Final = "\ufffe"
"""What stands for the hyphen at the end of a line: PDFium does not say whether the letter has it."""


@dataclass(eq=False)
class Piece:
    """Words that belong together: a heading, an entry of a list, a row, the end, or other text; and their lines.

    ``leads``: what follows is on the same page. ``ends_list``: it begins the last of several entries. ``is_row``: it is
    not divided, unlike other parts that are ``in_table``. ``in_columns``: pdfium reads it in another order.
    ``begins_page``: nothing is before it on its page. ``follows``: it begins where what is before it ends.
    """

    words: str
    leads: bool = False
    ends_list: bool = False
    is_row: bool = False
    in_table: bool = False
    is_end: bool = False
    repeated: bool = False
    in_columns: bool = False
    begins_page: bool = False
    follows: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> int:
        return self.lines[0][0]

    @property
    def last(self) -> int:
        return self.lines[-1][0]


class NotAsReadError(AssertionError):
    """The words of a document are not on its pages in reading order, so its pages cannot be judged."""


def page_faults(document: Document, pdf: bytes, *, libreoffice: bool = False) -> list[str]:
    """What is wrong with the ends of pages: the rule, the page and the words.

    With ``libreoffice`` the pages are those of a Word file in LibreOffice, which parts a longer chain of paragraphs
    that keep with the next: what keeps with the signature may be parted from it, or the end from what is before it.
    """
    pieces = _with_words(pieces_of(document))
    _find(pieces, _signs_of(pdf, document))
    is_chain = libreoffice and any(piece.follows for piece in pieces)
    return [*_faults(pieces, is_chain)]


def lost_words(document: Document, pdf: bytes) -> str:
    """The first words that are not on the pages in reading order; "" if all are, and no others."""
    pieces = _with_words(pieces_of(document))
    signs = _signs_of(pdf, document)
    try:
        _find(pieces, signs)
    except NotAsReadError as error:
        return str(error)
    return "" if pieces[-1].lines[-1] == signs[-1][1] else f"{_reads(signs)[-40:]!r} is read at the end"


def _with_words(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces that are found on pages; what leads into an empty row cannot be compared with it."""
    found = [*pieces]
    for piece, below in itertools.pairwise(found):
        piece.leads = piece.leads and _bare(below.words) != ""
    return [piece for piece in found if _bare(piece.words)]


def _faults(pieces: Sequence[Piece], is_chain: bool) -> Iterator[str]:
    for piece, below in itertools.pairwise(pieces):
        if piece.leads and not below.begins_page and piece.last != below.first and not _is_high(piece):
            yield f"page {piece.last} ends with {piece.words[:40]!r}"
    for above, piece in itertools.pairwise(pieces):
        if piece.ends_list and above.last != piece.first and not _is_high(above):
            yield f"page {piece.first} begins with the last entry {piece.words[:40]!r}"
    for above, piece in itertools.pairwise(pieces):
        if piece.begins_page and above.last == piece.first:
            yield f"page {piece.first} does not begin with {piece.words[:40]!r}"
        if piece.follows and above.last != piece.first and not is_chain:
            yield f"page {piece.first} begins with {piece.words[:40]!r}"
    for piece in pieces:
        if piece.is_row and piece.first != piece.last and len({*piece.lines}) <= _HIGH:
            yield f"the row {piece.words[:40]!r} is on the pages {piece.first} and {piece.last}"
    if not is_chain:
        yield from _faults_of_end(pieces)


def _faults_of_end(pieces: Sequence[Piece]) -> Iterator[str]:
    at = [nth for nth, piece in enumerate(pieces) if piece.is_end]
    if not at or not at[0]:
        return
    end, before = [pieces[nth] for nth in at], pieces[: at[0]]
    if end[0].first != end[-1].last:
        yield f"the end is on the pages {end[0].first} and {end[-1].last}"
    lines = {line for piece in before for line in piece.lines if line[0] == end[0].first}
    rows = [piece for piece in before[-2:] if piece.is_row]  # which are kept with the end, if a page holds them
    kept = {line for piece in (*rows, *end) for line in piece.lines}
    is_begun = any(piece.begins_page and piece.first == end[0].first for piece in before)
    if len(lines) < 2 and not is_begun and not _is_high(before[-1]) and len(kept) <= _HIGH:
        yield f"page {end[0].first} has {len(lines)} lines before {end[0].words[:40]!r}"


def _is_high(piece: Piece) -> bool:
    return len({*piece.lines}) > _HIGH


def pieces_of(document: Document) -> Iterator[Piece]:
    """The pieces of a letter in reading order."""
    whole = replace(document, body=(), annexes=(), footnotes=())  # footnotes are not in reading order
    ending = replace(
        whole, postscript=(), drafter="", annex_note=(), enclosures=None, copies=(), distribution=None
    )  # fmt: skip
    head = replace(ending, closing="", signature=None, link_code=None)
    yield Piece(" ".join(words_of(head)), in_columns=True)
    yield from _blocks(document.body)
    known = [*words_of(head)], [*words_of(ending)]
    yield Piece(" ".join(known[1][len(known[0]) :]), is_end=True, in_columns=document.side_by_side)
    noted = replace(whole, enclosures=None, copies=(), distribution=None)
    below = (*words_of(replace(noted, annex_note=())),)
    with_note, all_words = [*words_of(noted)], [*words_of(whole)]
    yield Piece(" ".join(below[len(known[1]) :]), follows=True)
    yield Piece(" ".join(with_note[len(below) :]), follows=True)
    yield Piece(" ".join(all_words[len(with_note) :]))
    for annex in document.annexes:
        yield Piece(f"{annex.label} {annex.parent} {plain(annex.title)}", leads=True, begins_page=True)
        yield from _blocks(annex.body)


def _blocks(blocks: Iterable[Block]) -> Iterator[Piece]:
    for block in blocks:
        match block:
            case Paragraph():
                yield Piece(f"{block.number} {plain(block.spans)}", begins_page=block.new_page)
            case Heading():
                yield Piece(f"{block.number} {plain(block.spans)}", leads=True, begins_page=block.new_page)
            case Items():
                yield from _entries(block)
            case Note():
                yield Piece(block.label + plain(block.spans), begins_page=block.new_page)
            case Table():
                yield from _rows(block)


def _entries(block: Items) -> Iterator[Piece]:
    for entry in block.entries:
        is_last, begins = (
            entry is block.entries[-1] is not block.entries[0],
            entry is block.entries[0] and block.new_page,
        )
        yield Piece(f"{entry.label} {plain(entry.spans)}", ends_list=is_last, begins_page=begins)
        yield from _blocks(entry.blocks)


def _rows(table: Table) -> Iterator[Piece]:
    for place, piece in enumerate(_rows_of(table)):
        piece.begins_page = table.new_page and not place
        yield piece


def _rows_of(table: Table) -> Iterator[Piece]:
    if table.caption:
        yield Piece(plain(table.caption), leads=True)
    for head in table.heads:
        yield Piece(_row(head), leads=True, is_row=True, in_table=True, repeated=True)
    for row in table.rows:
        is_group = row[0].is_group and row is not table.rows[-1]
        yield Piece(_row(row), leads=is_group, is_row=not table.splits, in_table=True, in_columns=table.splits)


def _row(cells: Iterable[Cell]) -> str:
    return " ".join(words for cell in cells for words in _cell_words(cell))


def _cell_words(cell: Cell) -> Iterator[str]:
    yield from (_cell(line, cell.dashes) for line in cell.lines)
    yield from (piece.words for listed in cell.lists for piece in _entries(listed))


def _cell(line: Spans, dashes: bool) -> str:
    return ("– " if dashes else "") + plain(line)


def _bare(text: str) -> str:
    """The characters of a text that every reader finds."""
    return "".join(sign for sign in text.replace("\u2011", "-") if not sign.isspace() and sign not in _SILENT)


def _find(pieces: Sequence[Piece], signs: list[tuple[str, Line]]) -> None:
    """Notes the lines of each piece. Headers of tables, which are repeated on the pages of their rows, are left out."""
    at, head = 0, ""
    for piece in pieces:
        wanted = _bare(piece.words)
        head = wanted if piece.repeated else head if piece.in_table else ""
        if head and not piece.repeated:
            _leave_out_heads(signs, range(at, at + len(wanted)), head)
        if (piece.in_columns or _BACKWARD.search(wanted)) and _alike(wanted, signs[at : at + len(wanted)]):
            wanted = _reads(signs[at : at + len(wanted)])
        for sign in wanted:
            if at >= len(signs) or signs[at][0] != sign:
                raise NotAsReadError(f"{piece.words[:60]!r} is expected; {_reads(signs[at : at + 40])!r} is read")
            piece.lines.append(signs[at][1])
            at += 1


def _leave_out_heads(signs: list[tuple[str, Line]], places: Iterable[int], head: str) -> None:
    for place in places:
        begins_page = 0 < place < len(signs) and signs[place][1][0] != signs[place - 1][1][0]
        if begins_page and _reads(signs[place : place + len(head)]) == head:
            del signs[place : place + len(head)]


def _is(words: str, signs: Sequence[tuple[str, Line]], document: Document) -> bool:
    """Whether the signs are those of some words, in any order on a page from right to left."""
    return _alike(words, signs) if document.direction == "rtl" else _reads(signs) == words


def _alike(words: str, signs: Sequence[tuple[str, Line]]) -> bool:
    """Whether the signs are those of some words, in any order and direction.

    LibreOffice begins the letters of an Arabic list with a bare alif, Word with one that has a hamza.
    """
    alike = str.maketrans(")أ", "(ا")
    return sorted(words.translate(alike)) == sorted(_reads(signs).translate(alike))


def _reads(signs: Iterable[tuple[str, Line]]) -> str:
    return "".join(sign for sign, _ in signs)


def _signs_of(pdf: bytes, document: Document) -> list[tuple[str, Line]]:
    """The characters on the pages, with their lines, without running headers and footers."""
    found: list[tuple[str, Line]] = []
    notes = "".join(_bare(note.mark + plain(note.spans)) for note in document.footnotes)
    said = _bare(" ".join(expected_words(document)))
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as file:
        for number, page in enumerate(file, 1):
            signs = [(sign, (number, y)) for sign, y in _with_hyphens([*_signs_on(page.get_textpage())], said)]
            furniture = _bare(" ".join(document.footer if number == 1 else document.running_header))
            furniture = furniture.replace("{page}", str(number))
            length = len(furniture)
            if furniture and _is(furniture, signs[:length], document):
                signs = signs[length:]
            elif furniture and _is(furniture, signs[-length:], document):
                signs = signs[:-length]
            elif furniture:
                raise NotAsReadError(f"page {number} has no {furniture!r}")
            at_foot = _at_foot(signs, notes)
            found += signs[: len(signs) - at_foot]
            notes = notes[at_foot:]
    if notes:
        raise NotAsReadError(f"{notes[:60]!r} is not at the foot of a page")
    return found


def _with_hyphens(signs: Sequence[tuple[str, int]], said: str) -> Iterator[tuple[str, int]]:
    """The characters with the hyphens that the letter has, and without those that divide its words."""
    for place, (sign, y) in enumerate(signs):
        if sign != _LINE_END:
            yield sign, y
            continue
        # A long word in a narrow cell may be divided more than once.
        before = _text([one for one in signs[max(place - 8, 0) : place] if one[0] != _LINE_END])
        after = _text([one for one in signs[place + 1 : place + 9] if one[0] != _LINE_END])
        if not is_divided(before, after, said):
            yield "-", y


def _text(signs: Sequence[tuple[str, int]]) -> str:
    return "".join(sign for sign, _ in signs)


def _at_foot(signs: Sequence[tuple[str, Line]], notes: str) -> int:
    """The number of characters at the end of a page that are of footnotes; a footnote may go on on the next page."""
    text = _reads(signs)
    for length in range(min(len(notes), len(text)), min(len(notes), _LEAST) - 1, -1):
        before = signs[-length - 1 : -length] if length else []
        if length and text.endswith(notes[:length]) and (not before or before[0][1] != signs[-length][1]):
            return length
    return 0


def _signs_on(words: pypdfium2.PdfTextPage) -> Iterator[tuple[str, int]]:
    x, y = pdfium.c_double(), pdfium.c_double()
    for place in range(words.count_chars()):
        code = pdfium.FPDFText_GetUnicode(words.raw, place)
        sign = _LINE_END if code in (0x02, 0xFFFE) else "-" if code == 0x2011 else chr(code)
        if sign in ("-", _LINE_END) or (code >= ord(" ") and not sign.isspace() and sign not in _SILENT):
            pdfium.FPDFText_GetCharOrigin(words.raw, place, x, y)
            yield sign, round(y.value)


def judged(document: Document, pdf: bytes, *, libreoffice: bool = False) -> list[str] | str:
    """What is wrong with the ends of pages; the reason if they cannot be judged."""
    try:
        return page_faults(document, pdf, libreoffice=libreoffice)
    except NotAsReadError as error:
        return str(error)


def checked(chance: random.Random, count: int, docx: bool) -> Iterator[tuple[str, str, list[str] | str]]:
    """The text of letters drawn by chance, and what is wrong with their pages in each format; see :func:`judged`."""
    workspace = Workspace(ROOT)
    order = Order(formats=("pdf", "docx") if docx else ("pdf",))
    with tempfile.TemporaryDirectory() as name:
        folder, made = Path(name), dict[str, tuple[str, Document]]()
        for nth in range(count):
            text = draw_letter(chance)
            letter = parsed(text)
            settled = {document.language: document for document in documents(letter, workspace, order)}
            try:
                outputs = tuple(build(letter, workspace, order))
            except LimitError as error:
                yield text, "pdf", str(error)
                continue
            for output in outputs:
                document = settled[output.language]
                if output.format == "pdf":
                    yield text, "pdf", judged(document, output.data)
                else:
                    (folder / f"{nth}.{output.language}.docx").write_bytes(output.data)
                    made[f"{nth}.{output.language}"] = text, document
        files = [folder / f"{name}.docx" for name in made]
        for start in range(0, len(files), _AT_ONCE):
            for pdf in libreoffice_files(files[start : start + _AT_ONCE], folder):
                text, document = made[pdf.stem]
                yield text, "docx", judged(document, pdf.read_bytes(), libreoffice=True)


def main() -> None:
    """Prints what is wrong with each file whose pages break a rule or cannot be judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docx", action="store_true", help="also of the Word files, in LibreOffice")
    options = parser.parse_args()
    files, wrong, unjudged = Counter[str](), Counter[str](), Counter[str]()
    for _, format, faults in checked(random.Random(options.seed), options.count, options.docx):
        files[format] += 1
        if isinstance(faults, str):
            unjudged[format] += 1
            print(format, "cannot be judged:", faults)
            continue
        wrong[format] += bool(faults)
        for fault in faults:
            print(format, fault)
    for format, count in files.items():
        print(
            f"{wrong[format]} of {count} {format} files have pages that break a rule; "
            f"{unjudged[format]} cannot be judged"
        )


if __name__ == "__main__":
    main()
