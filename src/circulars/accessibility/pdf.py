"""Checks a PDF: every rule in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from circulars.accessibility import pdf_document, pdf_links, pdf_pages, pdf_structure
from circulars.accessibility.finding import Finding, Spot
from circulars.accessibility.pdf_content import Content, read_content
from circulars.accessibility.pdf_file import PdfFile, UnfitPdfError, open_pdf
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.pdf_tags import RoleMap, TagTree, read_tree

_OF_FILES: Final[tuple[Callable[[PdfFile], Iterator[Finding]], ...]] = (
    pdf_document.check_access,
    pdf_document.check_metadata,
    pdf_document.check_language,
    pdf_document.check_bookmarks,
    pdf_document.check_acting_content,
)
_OF_PAGES: Final[tuple[Callable[[PdfFile, Content], Iterator[Finding]], ...]] = (
    pdf_pages.check_limits,
    pdf_pages.check_scans,
    pdf_pages.check_fonts,
)
_OF_TAGS: Final[tuple[Callable[[PdfFile, Content, TagTree], Iterator[Finding]], ...]] = (
    pdf_pages.check_marks,
    pdf_pages.check_furniture,
    pdf_pages.check_order,
    pdf_structure.check_kinds,
    pdf_structure.check_figures,
    pdf_structure.check_headings,
    pdf_structure.check_tables,
    pdf_structure.check_lists,
    pdf_links.check_links,
    pdf_links.check_annotations,
)


def check_pdf(data: bytes, name: str) -> tuple[Finding, ...]:
    """What is wrong with a PDF; a file that cannot be looked at has one finding that says why."""
    try:
        with open_pdf(data, name) as file:
            return tuple(_checked(file))
    except UnfitPdfError as error:
        return (PDF[error.code].broken(Spot(name), error.fact),)
    except _damages() as error:
        return (PDF["unreadable-file"].broken(Spot(name), f"it is damaged: {_said(error)}"),)


def _checked(file: PdfFile) -> Iterator[Finding]:
    for of_file in _OF_FILES:
        yield from _made(lambda of_file=of_file: of_file(file), file)  # type: ignore[misc]
    try:
        content = read_content(file)
    except _damages() as error:
        yield PDF["damaged-part"].broken(file.spot(), f"what the pages show is damaged: {_said(error)}")
        return
    for of_pages in _OF_PAGES:
        yield from _made(lambda of_pages=of_pages: of_pages(file, content), file)  # type: ignore[misc]
    if not pdf_document.is_tagged(file):
        yield PDF["no-tags"].broken(file.spot(), pdf_document.why_untagged(file))
        return
    roles = RoleMap(file.root.get("/StructTreeRoot"))
    tree = read_tree(file, roles)
    yield from _made(lambda: pdf_structure.check_roles(file, tree, roles), file)
    for of_tags in _OF_TAGS:
        yield from _made(lambda of_tags=of_tags: of_tags(file, content, tree), file)  # type: ignore[misc]


def _made(check: Callable[[], Iterator[Finding]], file: PdfFile) -> Iterator[Finding]:
    """What a check finds; where a file is not what it should be, that is what it finds."""
    try:
        yield from check()
    except _damages() as error:
        yield PDF["damaged-part"].broken(file.spot(), f"a part of it is damaged: {_said(error)}")


def _damages() -> tuple[type[Exception], ...]:
    """What pikepdf raises where a value is of another kind than the standard says."""
    import pikepdf

    return (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, AttributeError,
            ArithmeticError, IndexError, RuntimeError, NotImplementedError, MemoryError)  # fmt: skip


def _said(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:100]
