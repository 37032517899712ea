"""The rules for Word files.

Their sources: "MS" is Microsoft's *Rules for the Accessibility Checker*; "WCAG" the W3C's *Web Content Accessibility
Guidelines* 2.2, which ask the same of documents; "ECMA-376" the standard of the format.
"""

from __future__ import annotations

from typing import Final

from circulars.accessibility.finding import Rule, table_of

WORD: Final = table_of(
    # The file as a whole
    Rule(
        "unreadable-file",
        "error",
        "The file is a Word file, whole, and small enough to be looked at.",
        "open it in Word, and save it again as Word Document (.docx)",
        "ECMA-376 part 2",
    ),
    Rule(
        "encrypted-file",
        "error",
        "No password is needed to open the file.",
        "take the password away: File, Info, Protect Document, Encrypt with Password",
        "MS: document access is not restricted",
    ),
    Rule(
        "restricted-editing",
        "warning",
        "Nothing restricts what may be done with the file: a reader may enlarge, recolour and copy it.",
        "end the protection: Review, Restrict Editing, Stop Protection",
        "MS: document access is not restricted",
    ),
    Rule(
        "no-title",
        "error",
        "The file has a title, which is read out first.",
        "give it one: File, Info, Properties, Title",
        "WCAG 2.4.2",
    ),
    Rule(
        "title-says-nothing",
        "warning",
        "The title says what the document is about.",
        "write the subject as title: File, Info, Properties, Title",
        "WCAG 2.4.2",
    ),
    Rule(
        "no-language",
        "error",
        "Every word has a language, its own, its style's or the document's.",
        "select the text, then Review, Language, Set Proofing Language",
        "WCAG 3.1.1, 3.1.2",
    ),
    Rule(
        "bad-language",
        "error",
        "What is given as a language is one.",
        "select the text, then Review, Language, Set Proofing Language",
        "WCAG 3.1.1, BCP 47",
    ),
    Rule(
        "older-mode",
        "warning",
        "Word opens the file as one of its own of today, not in compatibility mode.",
        "File, Info, Convert",
        "ECMA-376 part 1, 17.15.3",
    ),
    Rule(
        "tracked-changes",
        "warning",
        "No tracked change is left: it would show who wrote what before.",
        "Review, Accept All Changes",
        "good practice: hidden data",
    ),
    Rule(
        "comments",
        "warning",
        "No comment is left.",
        "Review, Delete All Comments in Document",
        "good practice: hidden data",
    ),
    Rule(
        "hidden-text",
        "warning",
        "No text is hidden: some would hear what others cannot see.",
        "delete it, or show it: Home, Font, Hidden",
        "good practice: hidden data",
    ),
    Rule(
        "active-content",
        "error",
        "Nothing in the file runs: no macro, no ActiveX control, no field that starts a program (DDE).",
        "save it as Word Document (.docx) without macros, and delete such fields",
        "good practice: active content",
    ),
    Rule(
        "remote-content",
        "warning",
        "The file fetches nothing when it is opened: no linked picture, no template from elsewhere.",
        "insert the picture itself; attach a template of this computer: Developer, Document Template",
        "good practice: active content",
    ),
    Rule(
        "watermark",
        "warning",
        "No watermark lies under the text.",
        "Design, Watermark, Remove Watermark; say 'Draft' in words",
        "MS: no image watermarks",
    ),
    # Pictures and other objects
    Rule(
        "no-alternate-text",
        "error",
        "Every picture, shape, chart, diagram and embedded object has an alternate text, or is marked as decorative.",
        "right-click it, View Alt Text, and say what it shows; or tick 'Mark as decorative'",
        "MS: all non-text content has alternative text; WCAG 1.1.1",
    ),
    Rule(
        "alternate-text-says-nothing",
        "warning",
        "An alternate text says what is to be seen, not the name of a file.",
        "right-click it, View Alt Text, and say what it shows",
        "MS: all non-text content has alternative text; WCAG 1.1.1",
    ),
    Rule(
        "floating-object",
        "warning",
        "Pictures and other objects stand in line with the text, so that they are read where they belong.",
        "select it, Layout Options, In Line with Text",
        "MS: image or object is in line with text",
    ),
    Rule(
        "same-picture-id",
        "error",
        "No two pictures of a part have the same id: Word may call the file damaged.",
        "cut one of them, and insert it again",
        "ECMA-376 part 1, 20.4.2.5",
    ),
    # Tables
    Rule(
        "no-header-row",
        "error",
        "A table that holds data has a header row, or heads in its first column.",
        "select the first row, Table Layout, Repeat Header Rows; for a table that only arranges things, "
        "untick Header Row in Table Design",
        "MS: tables specify column header information; WCAG 1.3.1",
    ),
    Rule(
        "merged-cells",
        "warning",
        "A table that holds data has no merged and no split cells.",
        "split the cells, and write the words in each of them",
        "MS: table has simple structure",
    ),
    Rule(
        "nested-table",
        "warning",
        "No table stands inside another one.",
        "take the inner table out, and let it follow",
        "MS: table has simple structure",
    ),
    Rule(
        "layout-table",
        "warning",
        "A table that only arranges things on the page says so: it has no header row.",
        "untick Repeat Header Rows in Table Layout, and Header Row in Table Design; better, use tabs or columns",
        "MS: layout tables are structured for easy navigation",
    ),
    # Headings, paragraphs, lists
    Rule(
        "no-headings",
        "warning",
        "A long document has headings.",
        "give its titles the styles Heading 1, Heading 2, …",
        "MS: documents use heading styles; WCAG 2.4.6",
    ),
    Rule(
        "first-heading",
        "warning",
        "The first heading has level 1.",
        "give it the style Heading 1",
        "MS: headings are in a logical order; WCAG 1.3.1",
    ),
    Rule(
        "heading-skipped",
        "error",
        "Headings skip no level on the way down.",
        "give it the style of the level below the heading before it",
        "MS: headings are in a logical order; WCAG 1.3.1",
    ),
    Rule(
        "empty-heading",
        "error",
        "Every heading has words.",
        "delete the paragraph, or give it the style Normal",
        "WCAG 2.4.6",
    ),
    Rule(
        "long-heading",
        "warning",
        "A heading is short: no more than 150 characters.",
        "shorten it, or give it the style of text",
        "MS: documents use heading styles",
    ),
    Rule(
        "bold-as-heading",
        "warning",
        "What looks like a heading is one.",
        "give it the style Heading 1, Heading 2, …; change that style if it looks wrong",
        "MS: documents use heading styles; WCAG 1.3.1",
    ),
    Rule(
        "typed-list",
        "warning",
        "Bullets and numbers of lists are Word's own, so that it is said how many entries there are.",
        "delete what was typed, and use Home, Bullets or Numbering",
        "WCAG 1.3.1",
    ),
    Rule(
        "undefined-list",
        "error",
        "Every list that a paragraph or its style names is there.",
        "select the paragraph, and choose Bullets or Numbering again",
        "ECMA-376 part 1, 17.9.18",
    ),
    Rule(
        "empty-paragraph",
        "warning",
        "No empty paragraph makes space: each is read out as 'blank'.",
        "delete it, and give its neighbour space: Layout, Spacing, Before or After; for a new page: Insert, Page Break",
        "MS: no repeated blank characters",
    ),
    Rule(
        "repeated-blanks",
        "warning",
        "No row of three or more spaces, or of several tabs, arranges text.",
        "use one tab with a tab stop, an indent, or a table",
        "MS: no repeated blank characters",
    ),
    Rule(
        "blinking-text",
        "error",
        "No text blinks or sparkles.",
        "select it, and press Ctrl+Space",
        "WCAG 2.2.2, 2.3.1",
    ),
    Rule(
        "low-contrast",
        "error",
        "Text stands out from what is behind it: 4.5 to 1, or 3 to 1 from 18 points, or from 14 points bold.",
        "choose a darker colour on a light ground, or a lighter one on a dark ground: Home, Font Colour",
        "MS: sufficient contrast; WCAG 1.4.3",
    ),
    # Links and fields
    Rule(
        "empty-link",
        "error",
        "Every link has words, or a picture with words.",
        "delete it (Remove Hyperlink), or write what it leads to",
        "WCAG 2.4.4",
    ),
    Rule(
        "link-says-nothing",
        "warning",
        "The words of a link say where it leads.",
        "write what it leads to instead: Edit Hyperlink, Text to display",
        "MS: hyperlink text is meaningful; WCAG 2.4.4",
    ),
    Rule(
        "long-address",
        "warning",
        "An address that is its own words is no longer than 60 characters, and has no '%' or '=' in it.",
        "write what it leads to instead: Edit Hyperlink, Text to display",
        "MS: hyperlink text is meaningful; WCAG 2.4.4",
    ),
    Rule(
        "dead-link",
        "error",
        "Every link leads somewhere, and no link to a file of the writer's own computer.",
        "set it anew: Edit Hyperlink",
        "WCAG 2.4.4",
    ),
    Rule(
        "unnamed-field",
        "warning",
        "Every field that is to be filled in has a name.",
        "Developer, Properties, Title; for an old form field: Add Help Text",
        "MS: form fields have a title; WCAG 4.1.2",
    ),
)
