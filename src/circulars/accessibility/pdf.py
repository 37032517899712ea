"""Checks a PDF against every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from circulars.accessibility import (
    pdf_contrast,
    pdf_document,
    pdf_font_checks,
    pdf_languages,
    pdf_links,
    pdf_metadata,
    pdf_nesting,
    pdf_objects,
    pdf_pages,
    pdf_structure,
    pdf_tables,
)
from circulars.accessibility.finding import Finding, Spot
from circulars.accessibility.pdf_content import Content, read_content
from circulars.accessibility.pdf_file import PdfFile, UncheckablePdfError, damage_errors, open_pdf
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.pdf_tags import NO_TREE, RoleMap, TagTree, read_tree
from circulars.accessibility.shared import damaged
from circulars.files.recognize import DAMAGED_PDF

_FILE_CHECKS: Final[tuple[Callable[[PdfFile], Iterator[Finding]], ...]] = (
    pdf_document.check_access,
    pdf_metadata.check_metadata,
    pdf_document.check_bookmarks,
    pdf_objects.check_objects,
    pdf_objects.check_layers,
    pdf_objects.check_xfa,
)
_PAGE_CHECKS: Final[tuple[Callable[[PdfFile, Content], Iterator[Finding]], ...]] = (
    pdf_pages.check_limits,
    pdf_font_checks.check_fonts,
    pdf_contrast.check_contrast,
)
_TAG_CHECKS: Final[tuple[Callable[[PdfFile, Content, TagTree], Iterator[Finding]], ...]] = (
    pdf_pages.check_scans,
    pdf_pages.check_tagging,
    pdf_pages.check_repeated_lines,
    pdf_pages.check_order,
    pdf_font_checks.check_characters,
    pdf_structure.check_kinds,
    pdf_structure.check_figures,
    pdf_structure.check_headings,
    pdf_structure.check_lists,
    pdf_structure.check_notes,
    pdf_structure.check_repeated_forms,
    pdf_nesting.check_nesting,
    pdf_tables.check_tables,
    pdf_languages.check_languages,
    pdf_links.check_links,
    pdf_links.check_annotations,
    pdf_links.check_form_tags,
)


def check_pdf(data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings about a PDF; for a file that cannot be checked, one finding that says why."""
    try:
        with open_pdf(data, name) as file:
            return tuple(_checked(file))
    except UncheckablePdfError as error:
        return (PDF[error.code].finding(Spot(name), error.fact, error.remedy),)
    except damage_errors():
        return (PDF["unreadable-file"].finding(Spot(name), DAMAGED_PDF.fact, DAMAGED_PDF.remedy),)


def _checked(file: PdfFile) -> Iterator[Finding]:
    for file_check in _FILE_CHECKS:
        yield from _guarded(partial(file_check, file), file, "what it says about itself")
    content = read_content(file)
    for page_check in _PAGE_CHECKS:
        yield from _guarded(partial(page_check, file, content), file, "a font")
    if not pdf_document.is_tagged(file):
        yield PDF["no-tags"].finding(file.spot(), pdf_document.why_untagged(file))
        for check in (
            partial(pdf_languages.check_language, file),
            partial(pdf_pages.check_scans, file, content),
            partial(pdf_font_checks.check_characters, file, content, NO_TREE),
        ):
            yield from _guarded(check, file, "a font or a language")
        return
    roles = RoleMap(file.root.get("/StructTreeRoot"), file.is_pdf_2)
    try:
        tree = read_tree(file, roles)
    except damage_errors():
        yield PDF["damaged-part"].finding(file.spot(), damaged("its tags"))
        return
    yield from _guarded(partial(pdf_structure.check_roles, file, tree, roles), file, "its tags")
    for tag_check in _TAG_CHECKS:
        yield from _guarded(partial(tag_check, file, content, tree), file, "its tags, links or form fields")


def _guarded(check: Callable[[], Iterator[Finding]], file: PdfFile, what: str) -> Iterator[Finding]:
    """The findings of a check; if it fails because the file is damaged, a finding that says what could not be read."""
    try:
        yield from check()
    except damage_errors():
        yield PDF["damaged-part"].finding(file.spot(), damaged(what))
