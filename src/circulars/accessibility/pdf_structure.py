"""Checks the tags of a PDF: their kinds, figures, headings, tables and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from circulars.accessibility.finding import Finding
from circulars.accessibility.pdf_content import Content
from circulars.accessibility.pdf_file import PdfFile, get, name_of, text
from circulars.accessibility.pdf_rules import PDF
from circulars.accessibility.pdf_tags import RoleMap, Tag, TagTree, actual_text, alternate_text, attribute
from circulars.accessibility.shared import empty_alternate_text, no_alternate_text, not_a_language
from circulars.accessibility.uninformative import is_language, says_nothing_as_picture

_MAX_WITHOUT_HEADINGS: Final = 4  # pages
_MAX_SPAN: Final = 500
_GROUPS: Final = ("THead", "TBody", "TFoot")
# The tags that a tag may contain, and the tags that may contain it (ISO 32000-1, 14.8.4.3).
_TABLE_KIDS: Final = {
    "Table": ("TR", *_GROUPS, "Caption"),
    "THead": ("TR",),
    "TBody": ("TR",),
    "TFoot": ("TR",),
    "TR": ("TH", "TD"),
}
_TABLE_PARENTS: Final = {
    "TR": ("Table", *_GROUPS),
    "TH": ("TR",),
    "TD": ("TR",),
    "THead": ("Table",),
    "TBody": ("Table",),
    "TFoot": ("Table",),
}
_LIST_KIDS: Final = {"L": ("LI", "L", "Caption"), "LI": ("Lbl", "LBody")}
_LIST_PARENTS: Final = {"LI": ("L",), "LBody": ("LI",)}


def check_roles(file: PdfFile, tree: TagTree, roles: RoleMap) -> Iterator[Finding]:
    """Checks the role map, and that the structure tree has no loops."""
    for kind in roles.remapped:
        yield PDF["role-map"].finding(file.spot(), f"the role map gives the standard tag {kind} another meaning")
    for kind in roles.circular:
        yield PDF["role-map"].finding(file.spot(), f"the role map maps {kind[:60]} back to itself")
    if tree.loops:
        count = f"{tree.loops} tags are" if tree.loops > 1 else "a tag is"
        yield PDF["looped-tags"].finding(file.spot(), f"{count} in two places, or inside itself")
    if tree.too_large:
        yield PDF["not-looked-at"].finding(
            file.spot(), "the file has too many or too deeply nested tags; some were not checked"
        )


def check_kinds(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks for unknown tags, and checks the languages of tags."""
    reported: set[str] = set()
    for tag in tree.tags:
        if not tag.kind and tag.written not in reported:
            reported.add(tag.written)
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF["unknown-tag"].finding(
                spot, f"the tag {tag.written[:60]} is not a standard one, nor mapped to one"
            )
        if (language := text(tag.node, "/Lang").strip()) and not is_language(language):
            yield PDF["bad-language"].finding(file.spot(tag.page, tree.text(tag, content)), not_a_language(language))


def check_figures(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the alternate texts of figures and formulas."""
    for tag in tree.tags:
        if tag.kind not in ("Figure", "Formula"):
            continue
        alternate = alternate_text(tag)
        spot = file.spot(tag.page, tree.text(tag, content))
        if not alternate and not actual_text(tag):
            yield PDF["no-alternate-text"].finding(spot, no_alternate_text(f"a {tag.kind.lower()}"))
        elif alternate and says_nothing_as_picture(alternate):
            fact = empty_alternate_text(f"a {tag.kind.lower()}", alternate)
            yield PDF["alternate-text-says-nothing"].finding(spot, fact)


def check_headings(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that there are headings, that they have words, and that they skip no level."""
    headings = [tag for tag in tree.tags if tag.kind == "H" or (tag.kind[:1] == "H" and tag.kind[1:].isdigit())]
    before = 0
    for tag in headings:
        words = tree.text(tag, content).strip()
        spot = file.spot(tag.page, words)
        if (
            not words
            and content.has_read(tag.page)
            and not any(alternate_text(below) for below in (tag, *tree.below(tag)))
        ):
            yield PDF["empty-heading"].finding(spot, f"a heading ({tag.kind}) has no words")
        if tag.kind == "H":
            continue
        level = int(tag.kind[1:])
        if not before and level > 1:
            yield PDF["first-heading"].finding(spot, f"the first heading is {tag.kind}")
        elif level > before + 1:
            yield PDF["heading-skipped"].finding(spot, f"{tag.kind} follows H{before}")
        before = level
    if before and (plain := next((tag for tag in headings if tag.kind == "H"), None)):
        yield PDF["mixed-headings"].finding(
            file.spot(plain.page, tree.text(plain, content)), "the file has both H and H1 to H6"
        )
    if not headings and len(file.pages) > _MAX_WITHOUT_HEADINGS:
        yield PDF["no-headings"].finding(file.spot(), f"the file has {len(file.pages)} pages and no headings")


def check_tables(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks that tables have header cells with a scope, and rows of equal width."""
    classes = get(file.root, "/StructTreeRoot", "/ClassMap")
    yield from _misplaced(file, content, tree, "table-structure", _TABLE_KIDS, _TABLE_PARENTS)
    for table in tree.tags:
        if table.kind != "Table":
            continue
        spot = file.spot(table.page, tree.text(table, content))
        rows = [row for row in tree.below(table) if row.kind == "TR" and _table_of(row, tree) is table]
        cells = [[cell for cell in tree.children(row) if cell.kind in ("TH", "TD")] for row in rows]
        heads = [cell for row in cells for cell in row if cell.kind == "TH"]
        if not heads:
            yield PDF["no-header-cells"].finding(spot, f"a table of {len(rows)} rows has no header cell")
        named = any(attribute(cell, "/Headers", classes) is not None for row in cells for cell in row)
        bare = [head for head in heads if not _has_scope(head, classes)] if not named else []
        if bare:
            fact = f"{len(bare)} of the table's header cells do not say which cells they belong to"
            yield PDF["header-cell-without-scope"].finding(file.spot(table.page, tree.text(bare[0], content)), fact)
        widths = _widths(cells, classes)
        if len(set(widths)) > 1:
            fact = f"the table's rows have different numbers of cells: {min(widths)} to {max(widths)}"
            yield PDF["uneven-table"].finding(spot, fact)


def _has_scope(head: Tag, classes: Any) -> bool:
    return name_of(attribute(head, "/Scope", classes)) in ("Row", "Column", "Both")


def _table_of(row: Tag, tree: TagTree) -> Tag | None:
    above = tree.parent(row)
    while above is not None and above.kind != "Table":
        above = tree.parent(above)
    return above


def _widths(rows: list[list[Tag]], classes: Any) -> list[int]:
    """The number of columns of each row, including cells that extend into it from above."""
    covered: dict[int, int] = {}  # by column: how many more rows a cell from above covers
    widths = []
    for row in rows:
        column = 0
        below: dict[int, int] = {at: left - 1 for at, left in covered.items() if left > 1}
        for cell in row:
            while column in covered:
                column += 1
            for at in range(column, column + _span(cell, "/ColSpan", classes)):
                if (down := _span(cell, "/RowSpan", classes)) > 1:
                    below[at] = down - 1
                column = at + 1
        while column in covered:
            column += 1
        widths.append(max([column, *(at + 1 for at in covered)]))
        covered = below
    return widths


def _span(cell: Tag, name: str, classes: Any) -> int:
    span = attribute(cell, name, classes)
    return min(max(span, 1), _MAX_SPAN) if isinstance(span, int) else 1


def check_lists(file: PdfFile, content: Content, tree: TagTree) -> Iterator[Finding]:
    """Checks the structure of lists."""
    yield from _misplaced(file, content, tree, "list-structure", _LIST_KIDS, _LIST_PARENTS)
    for tag in tree.tags:
        if (
            tag.kind == "LI"
            and not any(kid.kind == "LBody" for kid in tree.children(tag))
            and _has_content_without_label(tag, tree)
        ):
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF["list-structure"].finding(spot, "a list entry has no body (LBody)")


def _has_content_without_label(tag: Tag, tree: TagTree) -> bool:
    return tag.last > tag.first and not any(kid.kind == "Lbl" for kid in tree.children(tag))


def _misplaced(
    file: PdfFile,
    content: Content,
    tree: TagTree,
    code: str,
    kids: Mapping[str, tuple[str, ...]],
    parents: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:
    """Reports tags in places where they are not allowed."""
    for tag in tree.tags:
        above = tree.parent(tag)
        kind = above.kind if above is not None else "the root"
        if tag.kind in parents and kind not in parents[tag.kind]:
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF[code].finding(spot, f"{tag.kind} is in {kind or 'an unknown tag'}")
        elif kind in kids and tag.kind not in kids[kind] and tag.kind:
            spot = file.spot(tag.page, tree.text(tag, content))
            yield PDF[code].finding(spot, f"{kind} contains {tag.kind}")
