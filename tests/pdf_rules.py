"""The project's own rules for its PDF files, beyond those of the judges and of ``circulars check --outputs``."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from circulars.model.document import Document
from circulars.model.text import Table, plain
from readers import bare, expected_words, first_difference, with_hyphens

Rule = Callable[[Path, Document], list[str]]


def furniture_is_artifacts(file: Path, document: Document) -> list[str]:
    """Text outside the structure tree is marked as an artifact, and is exactly the page's header or footer.

    The repeated head row of a table is also an artifact.
    """
    faults = []
    heads = [
        _squeezed("".join(plain(line) for row in table.heads for cell in row for line in cell.lines))
        for table in _tables(document)
    ]
    pdf = pypdfium2.PdfDocument(file)
    for number, page in enumerate(pdf, start=1):
        lines = document.footer if number == 1 else document.running_header
        expected = _squeezed(" ".join(lines).replace("{page}", str(number)))
        found = ""
        for text, marks, content in _texts(page):
            is_content = content >= 0
            found += "" if is_content else _squeezed(text)
            if is_content == ("Artifact" in marks):
                faults.append(f"page {number}: {text!r} is marked {marks}")
        for head in heads:
            found = found.replace(head, "", 1) if number > 1 and head else found
        if found != expected:
            faults.append(f"page {number}: {found!r} is furniture, not {expected!r}")
    pdf.close()
    return faults


def tree_has_the_words(file: Path, document: Document) -> list[str]:
    """The structure tree has the words of ``txt`` in their order; pdfium reads the text of each marked content."""
    texts: dict[tuple[int, int], str] = {}
    pages = pypdfium2.PdfDocument(file)
    for index, page in enumerate(pages):
        for text, _, number in _texts(page):
            texts[index, number] = texts.get((index, number), "") + text
    pages.close()
    with pikepdf.open(file) as pdf:
        in_order = [texts.get(mark, "") for mark in _marks(pdf)]
    expected = expected_words(document)
    read = with_hyphens(" ".join(in_order), bare(" ".join(expected)))
    difference = first_difference(read.split(), expected)
    return [difference] if difference else []


def title_is_the_subject(file: Path, document: Document) -> list[str]:
    """The letter's subject is the file's title, in Info and in XMP, and the window shows it."""
    with pikepdf.open(file) as pdf, pdf.open_metadata() as xmp:
        titles = {"Info": str(pdf.docinfo.get("/Title", "")), "XMP": str(xmp.get("dc:title", ""))}
        shown = pdf.Root.ViewerPreferences.get("/DisplayDocTitle", False)
    faults = [f"the title in {place} is {title!r}" for place, title in titles.items() if title != document.title]
    return faults if shown else [*faults, "the window shows the file's name"]


def language_is_set(file: Path, document: Document) -> list[str]:
    """The language of the file is the letter's."""
    with pikepdf.open(file) as pdf:
        language = str(pdf.Root.get("/Lang", ""))
    return [] if language == document.language else [f"the language is {language!r}, not {document.language!r}"]


def subject_is_the_only_title(file: Path, document: Document) -> list[str]:
    """The subject is the first heading, and the only one of level 1."""
    with pikepdf.open(file) as pdf:
        levels = [int(str(part.S)[2:]) for part in _elements(pdf) if re.fullmatch("/H[1-6]", str(part.S))]
    return [] if levels[:1] == [1] and levels.count(1) == 1 else [f"the levels are {levels}"]


PDF_RULES: Mapping[str, Rule] = {
    rule.__name__.replace("_", " "): rule
    for rule in (
        furniture_is_artifacts,
        tree_has_the_words,
        title_is_the_subject,
        language_is_set,
        subject_is_the_only_title,
    )
}


def _elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    return _below(pdf.Root.StructTreeRoot.K)


def _below(part: Any) -> Iterator[Any]:
    yield part
    for kid in _kids(part):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _below(kid)


def _kids(part: Any) -> list[Any]:
    held = part.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def _marks(pdf: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """The page (from 0) and the marked-content id of everything in the structure tree, in reading order."""
    pages: dict[Any, int] = {page.objgen: index for index, page in enumerate(pdf.pages)}

    def below(part: Any) -> Iterator[tuple[int, int]]:
        for kid in _kids(part):
            if not isinstance(kid, pikepdf.Dictionary):
                yield pages[part.Pg.objgen], int(kid)
            elif "/MCID" in kid:
                yield pages[kid.get("/Pg", part.get("/Pg")).objgen], int(kid.MCID)
            elif "/S" in kid:
                yield from below(kid)

    return below(pdf.Root.StructTreeRoot.K)


def _texts(page: Any) -> Iterator[tuple[str, list[str], int]]:
    """Every text object of a page: its text, the names of the marks around it, and its marked-content id or -1."""
    words = page.get_textpage()
    for shown in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], textpage=words):
        marks = [
            _name(pdfium.FPDFPageObj_GetMark(shown.raw, place))
            for place in range(pdfium.FPDFPageObj_CountMarks(shown.raw))
        ]
        yield shown.extract(), marks, pdfium.FPDFPageObj_GetMarkedContentID(shown.raw)


def _name(mark: Any) -> str:
    buffer, length = (ctypes.c_ushort * 64)(), ctypes.c_ulong()
    pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
    return bytes(buffer)[: length.value].decode("utf-16-le").rstrip("\0")


def _tables(document: Document) -> Iterator[Table]:
    bodies = (document.body, *(annex.body for annex in document.annexes))
    return (block for body in bodies for block in body if isinstance(block, Table))


def _squeezed(text: str) -> str:
    return "".join(text.split())
