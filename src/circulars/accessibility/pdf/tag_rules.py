"""The rules for the tags and annotations of PDF files; ``rules`` names their sources."""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Rule
from circulars.accessibility.shared import RULES

EXPORT: Final = (
    "export it again with tags (Word: Save As PDF, Options, Document structure tags; InDesign: Create Tagged PDF)"
)
_FOOTNOTE: Final = (
    "export it again with a current program (Word, InDesign), or set it (Acrobat: Tags, Properties of the Note tag, ID)"
)

TAG_RULES: Final = (
    # Tags
    Rule(
        "no-alternate-text",
        "error",
        "Every figure and formula has an alternate text or a replacement text (ActualText).",
        "add one in the source, and export it again (InDesign: Object Export Options; Acrobat: Set Alternate Text)",
        "ISO 14289-1, 7.3, 7.7; MP 13-004, 17-002; WCAG 1.1.1",
    ),
    Rule(
        "alternate-text-says-nothing",
        "warning",
        RULES["alternate-text-says-nothing"],
        "change it in the source, and export it again",
        "ISO 14289-1, 7.3; MP 13-006; WCAG 1.1.1",
    ),
    Rule(
        "first-heading",
        "error",
        "The first heading is H1.",
        "make it level 1 in the source, and export it again",
        "ISO 14289-1, 7.4.2; MP 14-002",
    ),
    Rule(
        "heading-skipped",
        "error",
        RULES["heading-skipped"],
        "make it one level below the heading before it in the source, and export it again",
        "ISO 14289-1, 7.4.2; MP 14-003",
    ),
    Rule(
        "mixed-headings",
        "error",
        "A file uses either H or H1 to H6, not both.",
        "use H1 to H6 only",
        "ISO 14289-1, 7.4.4; MP 14-007",
    ),
    Rule(
        "several-headings",
        "error",
        "A tag contains no more than one H: each unnumbered heading is in a section of its own.",
        "use H1 to H6 (Acrobat: Tags, Properties, Type), or a section (Sect) for each heading",
        "ISO 14289-1, 7.4.4; MP 14-006",
    ),
    Rule(
        "empty-heading",
        "warning",
        RULES["empty-heading"],
        "delete the empty heading in the source, and export it again",
        "WCAG 2.4.6",
    ),
    Rule(
        "no-headings",
        "warning",
        "A file of more than 4 pages has headings.",
        "use heading styles for the titles in the source, and export it again",
        "ISO 14289-1, 7.4; WCAG 2.4.6",
    ),
    Rule(
        "no-header-cells",
        "error",
        "Every table has header cells (TH).",
        "mark the header row in the source (Word: Repeat Header Rows; InDesign: Header Rows), and export it again",
        "ISO 14289-1, 7.5; MP 15-001, 15-002; WCAG 1.3.1",
    ),
    Rule(
        "header-cell-without-scope",
        "error",
        "Every header cell has a scope (row or column), or each of the other cells refers to its header cells.",
        "set the scope (Acrobat: Table Editor, Table Cell Properties; InDesign: Header Rows)",
        "ISO 14289-1, 7.5; MP 15-003",
    ),
    Rule(
        "unknown-header-cell",
        "error",
        "A cell refers only to header cells that exist (Headers).",
        "set the header cells again (Acrobat: Table Editor, Table Cell Properties)",
        "ISO 14289-1, 7.5; MP 15-003",
    ),
    Rule(
        "uneven-table",
        "error",
        "All rows of a table have the same number of cells, and all columns, too, counting a merged cell once for each "
        "row and column; no two cells are in the same place.",
        "split merged cells in the source, and export it again",
        "ISO 14289-1, 7.2; MP 09-004",
    ),
    Rule(
        "table-structure",
        "error",
        "A table contains rows, directly or in TBody with at most one THead and one TFoot, and at most one caption, "
        "first or last; a row contains cells.",
        EXPORT,
        "ISO 14289-1, 7.2; MP 09-004",
    ),
    Rule(
        "list-structure",
        "error",
        "A list (L) has entries (LI), and these have labels (Lbl) and bodies (LBody). LI and LBody are nowhere else. A "
        "caption is first.",
        "use the program's own lists in the source, and export it again",
        "ISO 14289-1, 7.2; MP 09-005",
    ),
    Rule(
        "entry-without-body",
        "warning",
        "What a list entry says is in its body (LBody).",
        "use the program's own lists in the source, and export it again",
        "ISO 32000-1, 14.8.4.3.3",
    ),
    Rule(
        "list-without-numbering",
        "warning",
        "A list with numbers or letters says how it is numbered (ListNumbering).",
        "use the program's own numbering in the source, and export it again; or set it (Acrobat: Tags, Properties, "
        "Edit Attribute Objects)",
        "ISO 14289-1, 7.6; MP 16-001",
    ),
    Rule(
        "toc-structure",
        "error",
        "A table of contents (TOC) has entries (TOCI), and a caption only as its first tag; TOCI is nowhere else.",
        "use the program's own table of contents in the source, and export it again (Word: References, Table of "
        "Contents; InDesign: Layout, Table of Contents)",
        "ISO 14289-1, 7.2; MP 09-006",
    ),
    Rule(
        "ruby-structure",
        "error",
        "Ruby text has a base (RB) and an annotation (RT), with or without brackets (RP); these are nowhere else.",
        EXPORT,
        "ISO 14289-1, 7.2; MP 09-007",
    ),
    Rule(
        "warichu-structure",
        "error",
        "Warichu text (WT) is between two brackets (WP), in a Warichu tag; these are nowhere else.",
        EXPORT,
        "ISO 14289-1, 7.2; MP 09-008",
    ),
    Rule(
        "note-without-id",
        "error",
        "Every footnote or endnote (Note) has an ID.",
        _FOOTNOTE,
        "ISO 14289-1, 7.9; MP 19-003",
    ),
    Rule(
        "same-note-id",
        "error",
        "No two footnotes or endnotes (Note) have the same ID.",
        _FOOTNOTE,
        "ISO 14289-1, 7.9; MP 19-004",
    ),
    # Links and other annotations
    Rule(
        "untagged-link",
        "error",
        "Every link is in a Link tag.",
        EXPORT,
        "ISO 14289-1, 7.18.5; MP 28-011",
    ),
    Rule(
        "link-without-description",
        "error",
        "Every link annotation has a description that says where it leads (Contents).",
        "add one (Acrobat: Properties of the link's tag), or export it again with another program",
        "ISO 14289-1, 7.18.5; MP 28-012",
    ),
    Rule(
        "empty-link",
        "error",
        "Every Link tag has words, or a picture with an alternate text.",
        "delete the link in the source, or add words to it",
        "WCAG 2.4.4",
    ),
    Rule(
        "link-says-nothing",
        "warning",
        RULES["link-says-nothing"],
        "write what it leads to in the source, and export it again",
        "WCAG 2.4.4",
    ),
    Rule(
        "long-address",
        "warning",
        RULES["long-address"],
        "write what it leads to in the source, and export it again",
        "WCAG 2.4.4",
    ),
    Rule(
        "untagged-annotation",
        "error",
        "Every visible annotation is in the structure tree: a form field in a Form tag, any other directly in Annot.",
        "tag it (Acrobat: Tags, Find, Unmarked Annotations)",
        "ISO 14289-1, 7.18.1, 7.18.4; MP 28-002, 28-006, 28-010",
    ),
    Rule(
        "annotation-without-description",
        "error",
        "Every visible annotation has a description (Contents), or its tag has an alternate text (Alt).",
        "add it (Acrobat: Properties of the annotation)",
        "ISO 14289-1, 7.18.1; MP 28-004",
    ),
    Rule(
        "unnamed-field",
        "error",
        "Every form field has a tooltip (TU), which screen readers use as its name, or its tag has an alternate text.",
        "add a tooltip (Acrobat: Prepare Form, Properties, Tooltip; InDesign: Description)",
        "ISO 14289-1, 7.18.1; MP 28-005; WCAG 4.1.2",
    ),
    Rule(
        "tab-order",
        "error",
        "On pages with links, fields or other annotations, the Tab key follows the structure tree.",
        "Acrobat: Page Thumbnails, Properties, Tab Order, Use Document Structure",
        "ISO 14289-1, 7.18.3; MP 28-008, 28-009",
    ),
    Rule(
        "crowded-form-tag",
        "error",
        "A Form tag contains one form field, and nothing else.",
        "put labels into tags of their own (Acrobat: Tags)",
        "ISO 14289-1, 7.18.4; ISO 32000-1, 14.8.4.5",
    ),
    Rule(
        "trap-network",
        "error",
        "There are no trap networks (TrapNet), which are only for printing plates.",
        "remove it (Acrobat: Print Production, Trap Presets), or export the file for reading, not for printing",
        "ISO 14289-1, 7.18.2; MP 28-007",
    ),
    Rule(
        "tagged-printer-mark",
        "error",
        "Printer's marks are neither tagged nor shown as content.",
        "export it without printer's marks (InDesign: Marks and Bleeds), or delete their tags (Acrobat: Tags)",
        "ISO 14289-1, 7.18.8; MP 28-017, 28-018",
    ),
)
