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
    pdf_parents,
    pdf_structure,
    pdf_tables,
    pdf_traces,
)
from circulars.accessibility.finding import Finding, Spot
from circulars.accessibility.pdf_content import Content, read_content
from circulars.accessibility.pdf_file import PdfFile, UncheckablePdfError, damage_errors, open_pdf
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.pdf_tags import NO_TREE, RoleMap, TagTree, read_tree
from circulars.accessibility.shared import damaged
from circulars.files.recognize import DAMAGED_PDF

# What a check reads, in words, and the check.
_FILE_CHECKS: Final[tuple[tuple[str, Callable[[PdfFile], Iterator[Finding]]], ...]] = (
    ("its protection", pdf_document.check_access),
    ("its metadata", pdf_metadata.check_metadata),
    ("its bookmarks", pdf_document.check_bookmarks),
    ("an attachment, an action or a film", pdf_objects.check_objects),
    ("its layers", pdf_objects.check_layers),
    ("its form", pdf_objects.check_xfa),
    ("its metadata, an attachment or an annotation", pdf_traces.check_traces),
)
_PAGE_CHECKS: Final[tuple[tuple[str, Callable[[PdfFile, Content], Iterator[Finding]]], ...]] = (
    ("its pages", pdf_pages.check_limits),
    ("a font", pdf_font_checks.check_fonts),
    ("the colours of its pages", pdf_contrast.check_contrast),
)
_TAG_CHECKS: Final[tuple[tuple[str, Callable[[PdfFile, Content, TagTree], Iterator[Finding]]], ...]] = (
    ("its pages", pdf_pages.check_scans),
    ("its pages or their tags", pdf_pages.check_tagging),
    ("what leads to its tags", pdf_parents.check_parents),
    ("its pages", pdf_pages.check_repeated_lines),
    ("its pages or their tags", pdf_pages.check_order),
    ("a font", pdf_font_checks.check_characters),
    ("its tags", pdf_structure.check_kinds),
    ("the tag of a picture", pdf_structure.check_figures),
    ("the tag of a heading", pdf_structure.check_headings),
    ("the tags of a list", pdf_structure.check_lists),
    ("the tag of a note", pdf_structure.check_notes),
    ("a drawing that is used several times", pdf_structure.check_repeated_forms),
    ("its tags", pdf_nesting.check_nesting),
    ("the tags of a table", pdf_tables.check_tables),
    ("a language", pdf_languages.check_languages),
    ("a link", pdf_links.check_links),
    ("an annotation", pdf_links.check_annotations),
    ("a form field", pdf_links.check_form_tags),
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
    for what, file_check in _FILE_CHECKS:
        yield from _guarded(partial(file_check, file), file, what)
    content = read_content(file)
    for what, page_check in _PAGE_CHECKS:
        yield from _guarded(partial(page_check, file, content), file, what)
    if not pdf_document.is_tagged(file):
        yield PDF["no-tags"].finding(file.spot(), pdf_document.why_untagged(file))
        for what, check in (
            ("a language", partial(pdf_languages.check_language, file)),
            ("its pages", partial(pdf_pages.check_scans, file, content)),
            ("a font", partial(pdf_font_checks.check_characters, file, content, NO_TREE)),
        ):
            yield from _guarded(check, file, what)
        return
    roles = RoleMap(file.root.get("/StructTreeRoot"), file.is_pdf_2)
    try:
        tree = read_tree(file, roles)
    except damage_errors():
        yield PDF["damaged-part"].finding(file.spot(), damaged("its tags"))
        return
    yield from _guarded(partial(pdf_structure.check_roles, file, tree, roles), file, "its tags")
    for what, tag_check in _TAG_CHECKS:
        yield from _guarded(partial(tag_check, file, content, tree), file, what)


def _guarded(check: Callable[[], Iterator[Finding]], file: PdfFile, what: str) -> Iterator[Finding]:
    """The findings of a check; if it fails because the file is damaged, a finding that says what could not be read."""
    try:
        yield from check()
    except damage_errors():
        yield PDF["damaged-part"].finding(file.spot(), damaged(what))
