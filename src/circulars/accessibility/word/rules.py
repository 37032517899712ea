"""The rules for Word files.

Their sources: "MS" is Microsoft's *Rules for the Accessibility Checker*. "WCAG" is the W3C's *Web Content Accessibility
Guidelines* 2.2, which apply to documents, too. "ECMA-376" is the standard of the format.
"""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Rule, table_of
from circulars.accessibility.shared import RULES

WORD: Final = table_of(
    # The file as a whole
    Rule(
        "unreadable-file",
        "error",
        "The file is a complete Word file, and small enough to be checked.",
        "open it in Word and save it again as Word Document (.docx)",
        "ECMA-376 part 2",
    ),
    Rule(
        "encrypted-file",
        "error",
        RULES["encrypted-file"],
        "remove the password: File, Info, Protect Document, Encrypt with Password",
        "MS: document access is not restricted",
    ),
    Rule(
        "restricted-editing",
        "warning",
        "Editing is not restricted, so that readers can enlarge, recolour and copy the text.",
        "end the protection: Review, Restrict Editing, Stop Protection",
        "MS: document access is not restricted",
    ),
    Rule(
        "no-title",
        "error",
        "The file has a title, which is read aloud first.",
        "add a title: File, Info, Properties, Title",
        "WCAG 2.4.2",
    ),
    Rule(
        "title-says-nothing",
        "warning",
        RULES["title-says-nothing"],
        "use the subject as the title: File, Info, Properties, Title",
        "WCAG 2.4.2",
    ),
    Rule(
        "no-language",
        "error",
        "Every word has a language: its own, its style's or the document's.",
        "select the text, then Review, Language, Set Proofing Language",
        "WCAG 3.1.1, 3.1.2",
    ),
    Rule(
        "bad-language",
        "error",
        RULES["bad-language"],
        "select the text, then Review, Language, Set Proofing Language",
        "WCAG 3.1.1, BCP 47",
    ),
    Rule(
        "older-mode",
        "warning",
        "Word opens the file in the current mode, not in compatibility mode.",
        "File, Info, Convert",
        "ECMA-376 part 1, 17.15.3",
    ),
    Rule(
        "tracked-changes",
        "warning",
        "There are no tracked changes, which show who wrote what before.",
        "Review, Accept All Changes",
        "good practice: hidden data",
    ),
    Rule(
        "comments",
        "warning",
        "There are no comments.",
        "Review, Delete All Comments in Document",
        "good practice: hidden data",
    ),
    Rule(
        "personal-information",
        "warning",
        "The file does not say who worked on it, on which computer, and with which other data.",
        "File, Info, Check for Issues, Inspect Document, Remove All; names that readers may see can stay",
        "good practice: hidden data",
    ),
    Rule(
        "hidden-text",
        "warning",
        "There is no hidden text: some readers would hear it, and others not see it.",
        "delete it, or show it: Home, Font, Hidden",
        "good practice: hidden data",
    ),
    Rule(
        "active-content",
        "error",
        "The file has no active content: macros, ActiveX controls, fields and links that start a program.",
        "save it as Word Document (.docx) without macros, and delete such fields and links",
        "good practice: active content",
    ),
    Rule(
        "remote-content",
        "warning",
        "The file fetches nothing when it is opened, such as a linked picture or a template from another place.",
        "insert the picture itself; attach a template on this computer: Developer, Document Template",
        "good practice: active content",
    ),
    Rule(
        "watermark",
        "warning",
        "There is no watermark under the text.",
        "Design, Watermark, Remove Watermark; write 'Draft' in the text instead",
        "MS: no image watermarks",
    ),
    # Pictures and other objects
    Rule(
        "no-alternate-text",
        "error",
        "Every picture, shape, chart, diagram and embedded object has an alternate text, or is marked as decorative.",
        "right-click it, View Alt Text, and describe what it shows; or tick 'Mark as decorative'",
        "MS: all non-text content has alternative text; WCAG 1.1.1",
    ),
    Rule(
        "alternate-text-says-nothing",
        "warning",
        RULES["alternate-text-says-nothing"],
        "right-click it, View Alt Text, and describe what it shows",
        "MS: all non-text content has alternative text; WCAG 1.1.1",
    ),
    Rule(
        "floating-object",
        "warning",
        "Pictures and other objects are in line with the text, so that they are read where they belong.",
        "select it, Layout Options, In Line with Text",
        "MS: image or object is in line with text",
    ),
    Rule(
        "same-picture-id",
        "error",
        "All pictures of a part have different ids; otherwise Word may report the file as damaged.",
        "cut one of them and insert it again",
        "ECMA-376 part 1, 20.4.2.5",
    ),
    # Tables
    Rule(
        "no-header-row",
        "error",
        "A table with data has a header row, or headers in its first column.",
        "select the first row, Table Layout, Repeat Header Rows; for a layout table, untick Header Row in Table Design",
        "MS: tables specify column header information; WCAG 1.3.1",
    ),
    Rule(
        "merged-cells",
        "warning",
        "A table with data has no merged or split cells.",
        "split the cells, and repeat the words in each of them",
        "MS: table has simple structure",
    ),
    Rule(
        "nested-table",
        "warning",
        "No table is inside another one.",
        "move the inner table below the outer one",
        "MS: table has simple structure",
    ),
    Rule(
        "layout-table",
        "warning",
        "A layout table, which only arranges things on the page, has no header row.",
        "untick Repeat Header Rows in Table Layout, and Header Row in Table Design; better, use tabs or columns",
        "MS: layout tables are structured for easy navigation",
    ),
    # Headings, paragraphs, lists
    Rule(
        "no-headings",
        "warning",
        "A long document has headings.",
        "use the styles Heading 1, Heading 2, … for its titles",
        "MS: documents use heading styles; WCAG 2.4.6",
    ),
    Rule(
        "first-heading",
        "warning",
        "The first heading has level 1.",
        "use the style Heading 1",
        "MS: headings are in a logical order; WCAG 1.3.1",
    ),
    Rule(
        "heading-skipped",
        "error",
        RULES["heading-skipped"],
        "use the style one level below the heading before it",
        "MS: headings are in a logical order; WCAG 1.3.1",
    ),
    Rule(
        "empty-heading",
        "error",
        RULES["empty-heading"],
        "delete the paragraph, or use the style Normal",
        "WCAG 2.4.6",
    ),
    Rule(
        "long-heading",
        "warning",
        "A heading has no more than 150 characters.",
        "shorten it, or use a style for text",
        "MS: documents use heading styles",
    ),
    Rule(
        "bold-as-heading",
        "warning",
        "Text that looks like a heading has a heading style.",
        "use the style Heading 1, Heading 2, …; change that style if it looks wrong",
        "MS: documents use heading styles; WCAG 1.3.1",
    ),
    Rule(
        "typed-list",
        "warning",
        "Bullets and numbers are Word's own, so that screen readers can say how many entries a list has.",
        "delete the typed bullets or numbers, and use Home, Bullets or Numbering",
        "WCAG 1.3.1",
    ),
    Rule(
        "undefined-list",
        "error",
        "Every list that a paragraph or its style refers to is defined.",
        "select the paragraph, and choose Bullets or Numbering again",
        "ECMA-376 part 1, 17.9.18",
    ),
    Rule(
        "empty-paragraph",
        "warning",
        "There are no empty paragraphs to make space, because they are read aloud as 'blank'.",
        "delete it, and add space to the paragraph before or after it: Layout, Spacing, Before or After; "
        "for a new page: Insert, Page Break",
        "MS: no repeated blank characters",
    ),
    Rule(
        "repeated-blanks",
        "warning",
        "Text is not arranged with three or more spaces, or with several tabs.",
        "use one tab with a tab stop, an indent, or a table",
        "MS: no repeated blank characters",
    ),
    Rule(
        "blinking-text",
        "error",
        "No text blinks or sparkles.",
        "select it and press Ctrl+Space",
        "WCAG 2.2.2, 2.3.1",
    ),
    Rule(
        "low-contrast",
        "error",
        "Text has a contrast of 4.5 to 1 with its background; 3 to 1 for text of 18 points, or 14 points in bold.",
        "use a darker colour on a light background, or a lighter one on a dark background: Home, Font Colour",
        "MS: sufficient contrast; WCAG 1.4.3",
    ),
    # Links and fields
    Rule(
        "empty-link",
        "error",
        "Every link has words, or a picture with an alternate text.",
        "delete it (Remove Hyperlink), or write what it leads to",
        "WCAG 2.4.4",
    ),
    Rule(
        "link-says-nothing",
        "warning",
        RULES["link-says-nothing"],
        "write what it leads to: Edit Hyperlink, Text to display",
        "MS: hyperlink text is meaningful; WCAG 2.4.4",
    ),
    Rule(
        "long-address",
        "warning",
        RULES["long-address"],
        "write what it leads to: Edit Hyperlink, Text to display",
        "MS: hyperlink text is meaningful; WCAG 2.4.4",
    ),
    Rule(
        "dead-link",
        "error",
        "Every link has a target, which is not a file on somebody's own computer.",
        "set the target again: Edit Hyperlink",
        "WCAG 2.4.4",
    ),
    Rule(
        "unnamed-field",
        "warning",
        "Every form field has a name.",
        "Developer, Properties, Title; for a legacy form field: Add Help Text",
        "MS: form fields have a title; WCAG 4.1.2",
    ),
)
