"""The rules for PDF files.

Their sources: ISO 14289-1 is PDF/UA-1. "MP" stands for the failure conditions in the PDF Association's *Matterhorn
Protocol* 1.1, which says how to check PDF/UA-1. "WCAG" is the W3C's *Web Content Accessibility Guidelines* 2.2.
"""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Rule, table_of
from circulars.accessibility.pdf.font_rules import FONTS
from circulars.accessibility.pdf.tag_rules import EXPORT, TAG_RULES
from circulars.accessibility.shared import RULES

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
        "WCAG conformance",
    ),
    Rule(
        "no-assistive-access",
        "error",
        "The file's protection allows screen readers.",
        "save it without protection, or allow 'text access for screen reader devices'",
        "ISO 14289-1, 7.16; MP 26-001, 26-002",
    ),
    Rule(
        "no-tags",
        "error",
        "The file has tags, and declares that it does: only tags identify headings, lists and tables.",
        EXPORT,
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
        "The file declares its language; or its text, descriptions, tooltips, bookmarks and title all declare theirs.",
        "set it in the source (Word: Review, Language), or in Acrobat: Properties, Advanced, Language",
        "ISO 14289-1, 7.2; MP 11-001 to 11-006; WCAG 3.1.1",
    ),
    Rule(
        "bad-language",
        "error",
        RULES["bad-language"],
        "use a tag such as en, es or pt-BR (Acrobat: Properties of the tag, Language)",
        "ISO 14289-1, 7.2; BCP 47",
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
        "error",
        "The file claims to conform to PDF/UA.",
        "export it as PDF/UA when there are no other findings (Word: Save As PDF, Options, PDF/UA)",
        "ISO 14289-1, 5; MP 06-002",
    ),
    Rule(
        "bad-pdfua-claim",
        "error",
        "A claim to conform to PDF/UA has the prefix pdfuaid, and names PDF/UA-1 in a file of PDF 1, or PDF/UA-2 in a "
        "file of PDF 2.0.",
        "export it as PDF/UA again, with a current version of the program (Word: Save As PDF, Options, PDF/UA; "
        "InDesign: Export, PDF/UA; Acrobat: Preflight, PDF/UA)",
        "ISO 14289-1, 5; MP 06-002",
    ),
    Rule(
        "newer-standard",
        "warning",
        "The rules are those of PDF/UA-1. Of a file that claims PDF/UA-2, only what both parts require is checked.",
        "check it with a program that knows PDF/UA-2, too, such as veraPDF",
        "ISO 14289-2, 5",
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
        "warning",
        "The file has no active content: JavaScript, actions that start programs or send data, embedded programs.",
        "remove it (Acrobat: Preflight, Remove all JavaScript; Attachments), or make the PDF again",
        "ISO 19005-3, 6.5.1; good practice: active content",
    ),
    Rule(
        "personal-information",
        "warning",
        "The file says neither who commented on it nor on whose computer it was, and its source of another program is "
        "not attached. It may name its author.",
        "remove it (Acrobat: Redact, Remove Hidden Information), or remove it in the source and export it again",
        "good practice: hidden data",
    ),
    Rule(
        "xfa-form",
        "warning",
        "The file is not an XFA form, which few programs can open.",
        "convert it to an ordinary form (AcroForm)",
        "ISO 14289-1, 7.15",
    ),
    Rule(
        "dynamic-xfa-form",
        "error",
        "The file is not a dynamic XFA form, whose pages exist only in some programs.",
        "save it as a static form (Designer: Save as type, Static PDF Form), or convert it to an ordinary form",
        "ISO 14289-1, 7.15; MP 25-001",
    ),
    Rule(
        "unnamed-attachment",
        "error",
        "Every embedded file has a name, both for older programs (F) and for current ones (UF).",
        "attach it again with a current program (Acrobat: Attachments, Add)",
        "ISO 14289-1, 7.11; MP 21-001, 28-016",
    ),
    Rule(
        "unnamed-layers",
        "error",
        "Every configuration of the layers (optional content) has a name, by which readers choose it.",
        "export it again without layers (InDesign: untick Create Acrobat Layers; Acrobat: Layers, Flatten Layers), or "
        "give the configuration a name",
        "ISO 14289-1, 7.10; MP 20-001, 20-002",
    ),
    Rule(
        "automatic-layers",
        "error",
        "No layer is shown or hidden automatically (AS), for example when the page is enlarged or printed.",
        "export it again without layers (InDesign: untick Create Acrobat Layers; Acrobat: Layers, Flatten Layers)",
        "ISO 14289-1, 7.10; MP 20-003",
    ),
    Rule(
        "media-without-type",
        "error",
        "Every film and sound (media clip) says of which type it is (CT).",
        "insert it again with a current program (Acrobat: Rich Media, Add Video)",
        "ISO 14289-1, 7.18.6.2; MP 28-014",
    ),
    Rule(
        "media-without-description",
        "error",
        "Every film and sound (media clip) has an alternate text (Alt).",
        "add one (Acrobat: Rich Media, Properties), or describe it in the text and remove it",
        "ISO 14289-1, 7.18.6.2; MP 28-015; WCAG 1.2.1",
    ),
    Rule(
        "page-of-another-file",
        "error",
        "No drawing stands for a page of another file (reference XObject), which others cannot see.",
        "place the page itself, and export it again",
        "ISO 14289-1, 7.20; MP 30-001",
    ),
    Rule(
        "content-drawn-twice",
        "error",
        "What is tagged inside a form XObject is drawn only once.",
        EXPORT,
        "ISO 14289-1, 7.20; MP 30-002",
    ),
    # Content
    Rule(
        "untagged-content",
        "error",
        "Everything on a page is tagged, or marked as an artifact.",
        f"tag it, or mark it as an artifact; better, {EXPORT}",
        "ISO 14289-1, 7.1; MP 01-005",
    ),
    Rule(
        "lost-content",
        "error",
        "Content that is marked for the structure tree is in a tag, and leads to it.",
        EXPORT,
        "ISO 14289-1, 7.1; MP 01-005; ISO 32000-1, 14.7.4",
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
        EXPORT,
        "ISO 32000-1, 14.7.2",
    ),
    Rule(
        "tag-without-parent",
        "error",
        "Every tag names the tag above it (P).",
        EXPORT,
        "ISO 14289-1, 7.1; ISO 32000-1, 14.7.2",
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
        "The role map maps no tag back to itself, and does not change the meaning of standard tags.",
        "fix it (Acrobat: Tags, Edit Role Map)",
        "ISO 14289-1, 7.1; MP 02-003, 02-004",
    ),
    Rule(
        "low-contrast",
        "error",
        "Text stands out from its background: 4.5 to 1, or 3 to 1 for large text.",
        "choose a darker or a lighter colour in the source, and export it again",
        "WCAG 1.4.3",
    ),
    # Fonts
    *FONTS,
    *TAG_RULES,
)
