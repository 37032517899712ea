"""Checks a PDF against every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from circulars.accessibility.finding import Finding, Spot
from circulars.accessibility.pdf import (
    contrast,
    document,
    font_checks,
    languages,
    links,
    metadata,
    nesting,
    objects,
    pages,
    parents,
    structure,
    tables,
    traces,
)
from circulars.accessibility.pdf.content import Content, read_content
from circulars.accessibility.pdf.file import PdfFile, UncheckablePdfError, damage_errors, open_pdf
from circulars.accessibility.pdf.rules import PDF
from circulars.accessibility.pdf.tags import NO_TREE, RoleMap, TagTree, read_tree
from circulars.accessibility.shared import damaged
from circulars.files.recognize import DAMAGED_PDF

# What a check reads, in words, and the check.
_FILE_CHECKS: Final[tuple[tuple[str, Callable[[PdfFile], Iterator[Finding]]], ...]] = (
    ("its list of objects", document.check_object_list),
    ("its protection", document.check_access),
    ("its metadata", metadata.check_metadata),
    ("its bookmarks", document.check_bookmarks),
    ("an attachment, an action or a film", objects.check_objects),
    ("its layers", objects.check_layers),
    ("its form", objects.check_xfa),
    ("its metadata, an attachment or an annotation", traces.check_traces),
)
_PAGE_CHECKS: Final[tuple[tuple[str, Callable[[PdfFile, Content], Iterator[Finding]]], ...]] = (
    ("its pages", pages.check_limits),
    ("a font", font_checks.check_fonts),
    ("the colours of its pages", contrast.check_contrast),
)
_TAG_CHECKS: Final[tuple[tuple[str, Callable[[PdfFile, Content, TagTree], Iterator[Finding]]], ...]] = (
    ("its pages", pages.check_scans),
    ("its pages or their tags", pages.check_tagging),
    ("what leads to its tags", parents.check_parents),
    ("its pages", pages.check_repeated_lines),
    ("its pages or their tags", pages.check_order),
    ("a font", font_checks.check_characters),
    ("its tags", structure.check_kinds),
    ("the tag of a picture", structure.check_figures),
    ("the tag of a heading", structure.check_headings),
    ("the tags of a list", structure.check_lists),
    ("the tag of a note", structure.check_notes),
    ("a drawing that is used several times", structure.check_repeated_forms),
    ("its tags", nesting.check_nesting),
    ("the tags of a table", tables.check_tables),
    ("a language", languages.check_languages),
    ("a link", links.check_links),
    ("an annotation", links.check_annotations),
    ("a form field", links.check_form_tags),
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
    if not document.is_tagged(file):
        yield PDF["no-tags"].finding(file.spot(), document.why_untagged(file))
        for what, check in (
            ("a language", partial(languages.check_language, file)),
            ("its pages", partial(pages.check_scans, file, content)),
            ("a font", partial(font_checks.check_characters, file, content, NO_TREE)),
        ):
            yield from _guarded(check, file, what)
        return
    roles = RoleMap(file.root.get("/StructTreeRoot"), file.is_pdf_2)
    try:
        tree = read_tree(file, roles)
    except damage_errors():
        yield PDF["damaged-part"].finding(file.spot(), damaged("its tags"))
        return
    yield from _guarded(partial(structure.check_roles, file, tree, roles), file, "its tags")
    for what, tag_check in _TAG_CHECKS:
        yield from _guarded(partial(tag_check, file, content, tree), file, what)


def _guarded(check: Callable[[], Iterator[Finding]], file: PdfFile, what: str) -> Iterator[Finding]:
    """The findings of a check; if it fails because the file is damaged, a finding that says what could not be read."""
    try:
        yield from check()
    except damage_errors():
        yield PDF["damaged-part"].finding(file.spot(), damaged(what))
