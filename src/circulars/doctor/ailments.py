"""What can be wrong with a pack: each ailment by its code, what it is, and what ``--repair`` does about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from circulars.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class Ailment:
    """One kind of thing that goes wrong in packs; ``mends`` says what ``--repair`` does, or "" when it does nothing."""

    code: str
    finds: str
    mends: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a file, its place inside the file ("body, paragraph 3") told in the fact.

    ``stops`` says that no letter can be laid out before it is gone.
    """

    code: str
    fact: str
    remedy: str = ""
    line: int = 0
    stops: bool = False

    def problem(self, file: str) -> Problem:
        """The problem that people see."""
        return Problem(Place(file, self.line, 1 if self.line else 0), self.code, self.fact, self.remedy)


_WORD: Final = (
    Ailment("no-word-file", "no .docx at all: empty, cut off, encrypted, an old .doc, RTF or PDF"),
    Ailment("unsafe-file", "more than 20 MB inside, names that lead out of the file, one name twice, a document type"),
    Ailment("broken-part", "a part of the file that is no XML"),
    Ailment(
        "missing-part",
        "styles, lists, settings, a header, a footer or a picture that the file names and does not hold",
        "takes styles, lists, settings, headers and footers from the shipped template",
    ),
    Ailment("split-tag", "a tag in several pieces: Word has split it", "joins it, in the look of its first piece"),
    Ailment(
        "mistyped-tag",
        "curly quotation marks, long dashes, no-break spaces and the like in a tag",
        "writes plain signs",
    ),
    Ailment("unclosed-tag", "a tag without its end, or an end without its tag"),
    Ailment("wrong-tag", "a tag that Jinja does not understand"),
    Ailment("wrong-nesting", "`endif`, `endfor` or `else` that is missing, too many, or in another cell or row"),
    Ailment(
        "words-beside-tag", "words in the paragraph of a `{%p … %}` or the row of a `{%tr … %}`: they would be lost"
    ),
    Ailment("misplaced-tag", "`{%tr … %}` or `{%tc … %}` outside a table"),
    Ailment(
        "wrong-letter",
        "a tag with a wrong letter, or none: `{{ body }}` for `{{p body }}`",
        "writes the right one where the tag stands alone",
    ),
    Ailment("unknown-name", "a field that letters do not have; the nearest one is named"),
    Ailment("missing-tag", "a field that letters need, or merged copies, and that the template does not ask for"),
    Ailment(
        "missing-style",
        "a style that letters need, renamed or deleted",
        "gives a renamed one its name back; takes a deleted one from the shipped template",
    ),
    Ailment(
        "undefined-style",
        "a paragraph, a run or a table whose style is not defined",
        "takes the style from the shipped template, where that has it",
    ),
    Ailment(
        "lost-list",
        "a style of a list that has no list any more",
        "takes the list from the shipped template",
    ),
    Ailment(
        "broken-list",
        "a list without a definition",
        "takes the list from the shipped template, where that has the style",
    ),
    Ailment("attached-template", "a template (.dotx) that Word would look for by its path", "detaches it"),
    Ailment("mail-merge", "Word's own mail merge, with its source of data", "takes it out"),
    Ailment("outside-picture", "a picture that is only linked"),
    Ailment("outside-part", "other things outside the file: linked objects, frames, subdocuments"),
    Ailment("outside-link", "a link to a file or to a script"),
    Ailment("macros", "macros, and what starts them", "takes them out"),
    Ailment("embedded-object", "embedded objects (OLE), packages and ActiveX controls"),
    Ailment("foreign-text", "another document's text that Word would take in (`altChunk`)"),
    Ailment(
        "reaching-field",
        "a field that reaches for files, programs or databases: DDE, INCLUDETEXT, LINK …",
        "keeps its last words, and takes the field out",
    ),
    Ailment("tracked-change", "words that are marked as inserted, deleted or moved"),
    Ailment(
        "tracked-look", "tracked changes of looks; tracking that is switched on", "keeps the looks as they are now"
    ),
    Ailment("comments", "comments", "takes them out"),
    Ailment("protection", "protection against editing, which every letter would have", "takes it off"),
    Ailment("compatibility-mode", "a file that Word opens in compatibility mode", "sets today's mode"),
    Ailment("hidden-text", "hidden text or tags"),
    Ailment(
        "duplicate-id",
        "two pictures, bookmarks or paragraphs with one id, or an id that letters use themselves",
        "gives each its own",
    ),
    Ailment("no-alternate-text", "a picture that says nothing to those who cannot see it"),
    Ailment("page-size", "paper that differs from the stylesheet's, or between sections"),
    Ailment("unlisted-font", "a font of the template or the stylesheet that `pack.yaml` does not name"),
)
_PAGE: Final = (
    Ailment("no-language", "a page that does not say its language"),
    Ailment("unescaped-text", "a field that is put on the page unescaped (the filter `safe`)"),
    Ailment("active-content", "scripts, forms, frames, `on…=` and `javascript:`"),
    Ailment("outside-address", "an address outside the pack: pictures, fonts, stylesheets, `@import`"),
    Ailment("passed-over-style", "a property that no stylesheet knows"),
)
_TRIAL: Final = (
    Ailment("template-error", "whatever else stops a skeleton from being laid out"),
    Ailment("lost-words", "words of a skeleton that are not on the page"),
    Ailment("missing-file", "a file that is not there"),
    Ailment("missing-font", "a font of `pack.yaml` that is not installed"),
)

AILMENTS: Final = (*_WORD, *_PAGE, *_TRIAL)
"""All that ``circulars template check`` looks for, besides what is wrong in the pack's YAML files."""
