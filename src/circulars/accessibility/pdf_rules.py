"""The rules for PDF files.

Their sources: ISO 14289-1 is PDF/UA-1. "MP" stands for the failure conditions in the PDF Association's *Matterhorn
Protocol* 1.1, which says how to check PDF/UA-1. "WCAG" is the W3C's *Web Content Accessibility Guidelines* 2.2.
"""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Rule, table_of
from circulars.accessibility.pdf_font_rules import FONTS
from circulars.accessibility.shared import RULES

_EXPORT: Final = (
    "export it again with tags (Word: Save As PDF, Options, Document structure tags; InDesign: Create Tagged PDF)"
)

PDF: Final = table_of(
    # The file as a whole
    Rule(
        "unreadable-file",
        "error",
        "The file is a complete PDF, and small enough to be checked.",
        "make the PDF again from its source",
        "ISO 32000-1",
    ),
    Rule(
        "damaged-part",
        "error",
        "Every part of the file conforms to the standard.",
        "make the PDF again from its source",
        "ISO 32000-1",
    ),
    Rule(
        "not-looked-at",
        "warning",
        "The pages have no more than 400,000 drawing instructions, in 8 MB; the rest is not checked.",
        "split the file, or simplify its drawings",
        "a limit of this program",
    ),
    Rule(
        "encrypted-file",
        "error",
        RULES["encrypted-file"],
        "save it without a password",
        "MP 26-001; WCAG conformance",
    ),
    Rule(
        "no-assistive-access",
        "error",
        "The file's protection allows screen readers.",
        "save it without protection, or allow 'text access for screen reader devices'",
        "ISO 14289-1, 7.16; MP 26-002",
    ),
    Rule(
        "no-tags",
        "error",
        "The file has tags, and declares that it does: only tags identify headings, lists and tables.",
        _EXPORT,
        "ISO 14289-1, 7.1; MP 01-005; WCAG 1.3.1",
    ),
    Rule(
        "scanned-pages",
        "error",
        "Pages are text, not pictures of text.",
        "make the PDF from its source; or recognize the text (OCR), tag it, and proofread it",
        "ISO 14289-1, 7.1; WCAG 1.4.5",
    ),
    Rule(
        "suspect-tags",
        "error",
        "The file does not mark its own tags as suspect.",
        "check the tags, then set Suspects to false (Acrobat: Tags, Mark Content)",
        "ISO 14289-1, 7.1; MP 01-007",
    ),
    Rule(
        "no-language",
        "error",
        "The file declares its language.",
        "set it in the source (Word: Review, Language), or in Acrobat: Properties, Advanced, Language",
        "ISO 14289-1, 7.2; MP 11-001; WCAG 3.1.1",
    ),
    Rule(
        "bad-language",
        "error",
        RULES["bad-language"],
        "use a tag such as en, es or pt-BR",
        "ISO 14289-1, 7.2; MP 11-001; BCP 47",
    ),
    Rule(
        "no-title",
        "error",
        "The file has a title in its metadata (XMP).",
        "add a title in the source (Word: File, Info, Title; InDesign: File Info), and export it again",
        "ISO 14289-1, 7.1; MP 06-003; WCAG 2.4.2",
    ),
    Rule(
        "title-says-nothing",
        "warning",
        RULES["title-says-nothing"],
        "use the subject as the title in the source, and export it again",
        "WCAG 2.4.2",
    ),
    Rule(
        "title-not-shown",
        "error",
        "The window's title bar shows the title, not the file's name.",
        "Acrobat: Properties, Initial View, Show: Document Title; InDesign: Export, Display Title: Document Title",
        "ISO 14289-1, 7.1; MP 07-001, 07-002",
    ),
    Rule(
        "no-pdfua-claim",
        "warning",
        "The file claims to conform to PDF/UA.",
        "export it as PDF/UA when there are no other findings (Word: Save As PDF, Options, PDF/UA)",
        "ISO 14289-1, 5; MP 06-002",
    ),
    Rule(
        "no-pdfa-claim",
        "warning",
        "The file claims to conform to PDF/A, so that archives accept it.",
        "export it as PDF/A (Word: Save As PDF, Options, PDF/A; InDesign: through Acrobat's Preflight)",
        "ISO 19005, 6.7.11",
    ),
    Rule(
        "no-bookmarks",
        "warning",
        "A file of more than 20 pages has bookmarks.",
        "export it with bookmarks for its headings",
        "ISO 14289-1, 7.17; WCAG 2.4.5",
    ),
    Rule(
        "active-content",
        "error",
        "The file has no active content: JavaScript, actions that start programs or send data, embedded programs.",
        "remove it (Acrobat: Preflight, Remove all JavaScript; Attachments), or make the PDF again",
        "ISO 19005-3, 6.5.1; good practice: active content",
    ),
    Rule(
        "xfa-form",
        "error",
        "The file is not an XFA form, which few programs can open.",
        "convert it to an ordinary form (AcroForm)",
        "ISO 14289-1, 7.15; MP 25-001",
    ),
    Rule(
        "unnamed-attachment",
        "warning",
        "Every embedded file has a name.",
        "attach it again",
        "ISO 14289-1, 7.11; MP 21-001",
    ),
    # Content
    Rule(
        "untagged-content",
        "error",
        "Everything on a page is tagged, or marked as an artifact.",
        f"tag it, or mark it as an artifact; better, {_EXPORT}",
        "ISO 14289-1, 7.1; MP 01-005",
    ),
    Rule(
        "lost-content",
        "error",
        "Content that is marked for the structure tree is in a tag.",
        _EXPORT,
        "ISO 14289-1, 7.1; ISO 32000-1, 14.7.4",
    ),
    Rule(
        "tagged-artifact",
        "error",
        "No content is both tagged and an artifact.",
        "either tag it, or mark it as an artifact",
        "ISO 14289-1, 7.1; MP 01-003, 01-004",
    ),
    Rule(
        "tagged-furniture",
        "warning",
        "Page numbers, running headers and footers are artifacts; otherwise they are read aloud within the text.",
        "mark it as an artifact (Acrobat: Reading Order, Background/Artifact; InDesign: Export Tag, Artifact)",
        "ISO 14289-1, 7.8; MP 18-001",
    ),
    Rule(
        "reading-order",
        "warning",
        "The tags are in the order of the pages and of their content.",
        "put the tags into the reading order (Acrobat: Tags; InDesign: Articles)",
        "ISO 14289-1, 7.1; MP 09-001; WCAG 1.3.2",
    ),
    Rule(
        "looped-tags",
        "error",
        "No tag is in two places of the structure tree, or inside itself.",
        _EXPORT,
        "ISO 32000-1, 14.7.2",
    ),
    Rule(
        "unknown-tag",
        "error",
        "Every tag is a standard one, or is mapped to one.",
        "map it (Acrobat: Tags, Edit Role Map; InDesign: Edit All Export Tags)",
        "ISO 14289-1, 7.1; MP 02-001",
    ),
    Rule(
        "role-map",
        "error",
        "The role map has no circles, and does not change the meaning of standard tags.",
        "fix it (Acrobat: Tags, Edit Role Map)",
        "ISO 14289-1, 7.1; MP 02-003, 02-004",
    ),
    # Fonts
    *FONTS,
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
        "Every header cell has a scope (row or column), or the other cells refer to their header cells.",
        "set the scope (Acrobat: Table Editor, Table Cell Properties)",
        "ISO 14289-1, 7.5; MP 15-003",
    ),
    Rule(
        "uneven-table",
        "error",
        "All rows of a table have the same number of cells, counting a merged cell once for each column.",
        "split merged cells in the source, and export it again",
        "ISO 14289-1, 7.5; MP 15-005",
    ),
    Rule(
        "table-structure",
        "error",
        "A table contains rows, directly or in THead, TBody and TFoot, and optionally a caption; a row contains cells.",
        _EXPORT,
        "ISO 14289-1, 7.2; MP 09-004",
    ),
    Rule(
        "list-structure",
        "error",
        "A list (L) has entries (LI), and these have labels (Lbl) and bodies (LBody). LI and LBody are nowhere else.",
        "use the program's own lists in the source, and export it again",
        "ISO 14289-1, 7.6; MP 09-005, 16-001",
    ),
    # Links and other annotations
    Rule(
        "untagged-link",
        "error",
        "Every link is in a Link tag.",
        _EXPORT,
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
        "Every visible annotation is in the structure tree: a form field in a Form tag, any other in Annot.",
        "tag it (Acrobat: Tags, Find, Unmarked Annotations)",
        "ISO 14289-1, 7.18.1, 7.18.4; MP 28-002, 28-010",
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
        "Every form field has a tooltip (TU), which screen readers use as its name.",
        "add a tooltip (Acrobat: Prepare Form, Properties, Tooltip; InDesign: Description)",
        "ISO 14289-1, 7.18.1; MP 28-005; WCAG 4.1.2",
    ),
    Rule(
        "tab-order",
        "error",
        "On pages with links or fields, the Tab key follows the structure tree.",
        "Acrobat: Page Thumbnails, Properties, Tab Order, Use Document Structure",
        "ISO 14289-1, 7.18.3; MP 28-008, 28-009",
    ),
)
