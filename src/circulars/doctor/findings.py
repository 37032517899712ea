"""The kinds of faults in a template pack: the code of each, its description, and its automatic fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.errors import Choice, Place, Problem


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A kind of fault. ``fix`` says what ``repair_pack`` does about it, or is "" if it does nothing."""

    code: str
    description: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class TemplateFinding:
    """A fault in a file; ``fact`` names the place inside the file ("body, paragraph 3").

    ``stops`` means that no letter can be laid out with this fault. ``repair`` says what a repair of the pack does about
    it, or is "" if it does nothing.
    """

    code: str
    fact: str
    remedy: str = ""
    line: int = 0
    stops: bool = False
    repair: str = ""

    def problem(self, file: str) -> Problem:
        """The finding as a problem of a file."""
        place = Place(file, self.line, 1 if self.line else 0)
        choices = (Choice("repair", self.repair),) if self.repair else ()
        return Problem(place, self.code, self.fact, self.remedy, choices)


_WORD: Final = (
    FindingKind("no-word-file", "a file that is not a .docx: empty, truncated, encrypted, an old .doc, RTF or PDF"),
    FindingKind(
        "unsafe-file", "more than 20 MB unpacked, names that lead out of the file, a duplicate name, a document type"
    ),
    FindingKind("broken-part", "a part of the file that is not valid XML"),
    FindingKind(
        "missing-part",
        "styles, lists, settings, a header, a footer or a picture that the file refers to but does not contain",
        "takes styles, lists, settings, headers and footers from the shipped template",
    ),
    FindingKind(
        "split-tag", "a tag that Word has split into several runs", "joins them, with the formatting of the first"
    ),
    FindingKind(
        "mistyped-tag",
        "curly quotation marks, long dashes, no-break spaces and the like in a tag",
        "writes plain characters",
    ),
    FindingKind("unclosed-tag", "a tag without its end, or an end without its tag"),
    FindingKind("wrong-tag", "a tag that Jinja does not understand"),
    FindingKind(
        "wrong-nesting",
        "an `endif`, `endfor` or `else` that is missing, unmatched, or in another cell, row or content control",
    ),
    FindingKind(
        "words-beside-tag", "words in the paragraph of a `{%p … %}` or the row of a `{%tr … %}`; they would be lost"
    ),
    FindingKind("misplaced-tag", "`{%tr … %}` or `{%tc … %}` outside a table"),
    FindingKind(
        "wrong-letter",
        "a tag with a wrong letter, or none: `{{ body }}` instead of `{{p body }}`",
        "corrects the letter where the tag is alone in its paragraph",
    ),
    FindingKind("unknown-name", "a field that letters do not have; the message suggests the closest one"),
    FindingKind("missing-tag", "a field that letters or merged copies need, but that the template does not use"),
    FindingKind(
        "missing-style",
        "a style that letters need, but that was renamed or deleted, or has its name in another language",
        "restores the name, or takes the style from the shipped template",
    ),
    FindingKind(
        "undefined-style",
        "a paragraph, a run or a table whose style is not defined",
        "takes the style from the shipped template, if that has it",
    ),
    FindingKind(
        "lost-list",
        "a list style that is no longer linked to a list",
        "takes the list from the shipped template",
    ),
    FindingKind(
        "broken-list",
        "a list without a definition",
        "takes the list from the shipped template, if that has the style",
    ),
    FindingKind("attached-template", "a template (.dotx) that Word would look for by its path", "detaches it"),
    FindingKind("mail-merge", "Word's own mail merge and its data source", "removes it"),
    FindingKind("outside-picture", "a picture that is only linked"),
    FindingKind("outside-part", "other content outside the file: linked objects, frames, subdocuments"),
    FindingKind("outside-link", "a link to a file or to a script"),
    FindingKind(
        "unknown-part",
        "a part, a relationship or a picture of a kind that letters do not need: web extensions, sounds, signatures …",
    ),
    FindingKind("unused-part", "a part that nothing in the file refers to", "removes it"),
    FindingKind("macros", "macros and what starts them", "removes them"),
    FindingKind("embedded-object", "embedded objects (OLE), packages and ActiveX controls"),
    FindingKind("foreign-text", "text that Word would import from another document (`altChunk`)"),
    FindingKind(
        "reaching-field",
        "a field that may access files, programs or databases: DDE, INCLUDETEXT, LINK …",
        "replaces it with the text that it last showed",
    ),
    FindingKind(
        "computed-field",
        "a field whose words programs compute themselves: MERGEFIELD, IF, DATE, TITLE …, or any with a tag in it",
        "makes it plain text if it shows a tag",
    ),
    FindingKind(
        "bound-control",
        "a content control that shows data of the file instead of its words, or its placeholder",
        "removes the control, and its words stay; a placeholder without a tag is for you to replace",
    ),
    FindingKind(
        "two-text-boxes",
        "a text box that has other words for older programs",
        "takes the words that newer programs show",
    ),
    FindingKind(
        "lost-header",
        "a header or a footer that is on no page, or on odd pages only",
        "turns *Different First Page* on if it has tags, *Different Odd & Even Pages* off if no section needs it",
    ),
    FindingKind(
        "cut-off-words",
        "words that letters do not show: in lines, rows or boxes that are too low or too narrow, in hidden boxes, "
        "behind an opaque picture, or beside the page; squeezed letters",
    ),
    FindingKind(
        "unfilled-tag",
        "a tag where none is filled in: in the address of a link, the name of a bookmark, a chart or a diagram",
    ),
    FindingKind("tracked-change", "words that are marked as inserted, deleted or moved"),
    FindingKind(
        "tracked-look", "tracked formatting changes; change tracking that is on", "accepts them; turns tracking off"
    ),
    FindingKind("comments", "comments", "removes them"),
    FindingKind(
        "personal-information",
        "what the template says about those who worked on it: names in its properties, authors of changes, ids of "
        "revisions, variables, other programs' data, printer settings, the metadata of pictures; no letter has any of "
        "it",
        "removes it",
    ),
    FindingKind("protection", "protection against editing, which every letter would have", "removes it"),
    FindingKind("compatibility-mode", "a file that Word opens in compatibility mode", "sets the current mode"),
    FindingKind("hidden-text", "hidden text or tags; tags in the colour of the page, or too small to be read"),
    FindingKind(
        "duplicate-id",
        "pictures, bookmarks or paragraphs with the same id, or with an id that letters use themselves",
        "gives each its own",
    ),
    FindingKind("no-alternate-text", "a picture without alternate text"),
    FindingKind("page-size", "a page size that differs from the stylesheet's, or no page size"),
    FindingKind(
        "measure-mismatch",
        "margins, or a size of the text, that are not those of `pack.yaml`",
        "sets them as the PDF has them",
    ),
    FindingKind(
        "window-mismatch",
        "an addressee's block that is not where `window:` in `pack.yaml` says; also in `letter.css`",
        "moves it there, if the template's conditions and rows are the shipped ones",
    ),
    FindingKind(
        "unlisted-font",
        "a font of the template or the stylesheet that `pack.yaml` does not name, also one for words of other "
        "scripts that the pack's languages have",
    ),
)
_PAGE: Final = (
    FindingKind("no-language", "a page that does not declare its language"),
    FindingKind("unescaped-text", "a field that is not escaped on the page (the filter `safe`)"),
    FindingKind("active-content", "scripts, forms, frames, `on…=` and `javascript:`"),
    FindingKind("outside-address", "an address outside the pack: pictures, fonts, stylesheets, `@import`"),
    FindingKind("passed-over-style", "a property that WeasyPrint does not know, and ignores"),
)
_TRIAL: Final = (
    FindingKind("template-error", "any other error while a skeleton is laid out"),
    FindingKind("lost-words", "words of a letter that are missing on the page"),
    FindingKind("repeated-words", "words of a letter that are on the page twice"),
    FindingKind("words-out-of-order", "words of a letter that are in another order on the page"),
    FindingKind("outside-text-area", "words or a picture of a skeleton in the margins of the PDF, or over its edge"),
    FindingKind("overlapping-words", "words of a skeleton that are printed over each other"),
    FindingKind("hidden-words", "words of a skeleton under a picture, cut off by a box, or less than a point high"),
    FindingKind("empty-page", "an empty page of a skeleton"),
    FindingKind("missing-file", "a file that does not exist"),
    FindingKind("missing-font", "a font of `pack.yaml` that is not installed"),
    FindingKind("unnamed-font", "a language in another script than Latin, for which `pack.yaml` names no font"),
)

FINDING_KINDS: Final = (*_WORD, *_PAGE, *_TRIAL)
"""Everything that ``circulars template check`` reports, apart from problems in the pack's YAML files."""
