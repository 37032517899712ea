"""The failure conditions of the Matterhorn Protocol 1.1 that a machine can decide, and our rules for them.

The protocol has 136 conditions; the other ones need a person. ``clause`` is the clause of ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_NOT_YET: Final = "not checked"
_OTHER_CLAUSES: Final = {
    "06-002": "6.1",
    "10-001": "7.21.7",
    "17-003": "7.21.7",
    "28-006": "7.18.1",
    "28-016": "7.11",
    "31-018": "7.21.4.1",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A failure condition: its number, the clause, what fails, and our rules for it or the reason why there is none."""

    number: str
    clause: str
    failure: str
    codes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def verapdf_clauses(self) -> set[str]:
        """The clauses under which veraPDF reports the failure."""
        return {self.clause, _OTHER_CLAUSES.get(self.number, self.clause)}


def _checked(number: str, clause: str, failure: str, *codes: str) -> Condition:
    return Condition(number, clause, failure, codes)


def _unchecked(number: str, clause: str, failure: str, reason: str = _NOT_YET) -> Condition:
    return Condition(number, clause, failure, reason=reason)


CONDITIONS: Final = (
    _checked("01-003", "7.1", "An artifact is inside tagged content.", "tagged-artifact"),
    _checked("01-004", "7.1", "Tagged content is inside an artifact.", "tagged-artifact"),
    _checked("01-005", "7.1", "Content is neither tagged nor an artifact.", "untagged-content", "lost-content"),
    _checked("01-007", "7.1", "The file marks its own tags as suspect.", "suspect-tags"),
    _checked("02-001", "7.1", "A tag is neither standard nor mapped to a standard one.", "unknown-tag"),
    _checked("02-003", "7.1", "The role map has a circle.", "role-map"),
    _checked("02-004", "7.1", "The role map gives a standard tag another meaning.", "role-map"),
    _checked("06-001", "7.1", "The file has no metadata (XMP).", "no-title"),
    _checked("06-002", "5", "The metadata do not contain the PDF/UA identifier.", "no-pdfua-claim", "bad-pdfua-claim"),
    _checked("06-003", "7.1", "The metadata have no title (dc:title).", "no-title"),
    _checked("07-001", "7.1", "The file does not say that the window shows the title.", "title-not-shown"),
    _checked("07-002", "7.1", "The file says that the window does not show the title.", "title-not-shown"),
    _checked("09-004", "7.2", "Tags of a table are where they are not allowed.", "table-structure", "uneven-table"),
    _checked("09-005", "7.2", "Tags of a list are where they are not allowed.", "list-structure"),
    _checked("09-006", "7.2", "Tags of a table of contents are where they are not allowed.", "toc-structure"),
    _checked("09-007", "7.2", "Tags of ruby text are where they are not allowed.", "ruby-structure"),
    _checked("09-008", "7.2", "Tags of warichu text are where they are not allowed.", "warichu-structure"),
    _checked("10-001", "7.2", "A character code has no Unicode text.", "font-without-unicode"),
    _checked("11-001", "7.2", "The language of text on a page is unknown.", "no-language", "bad-language"),
    _checked("11-002", "7.2", "The language of an alternate, replacement or expansion text is unknown.", "no-language"),
    _checked("11-003", "7.2", "The language of bookmarks is unknown.", "no-language"),
    _checked("11-004", "7.2", "The language of an annotation's description is unknown.", "no-language"),
    _checked("11-005", "7.2", "The language of a form field's tooltip is unknown.", "no-language"),
    _checked("11-006", "7.2", "The language of the metadata is unknown.", "no-language"),
    _checked("13-004", "7.3", "A figure has no alternate or replacement text.", "no-alternate-text"),
    _checked("14-002", "7.4.2", "The first numbered heading is not H1.", "first-heading"),
    _checked("14-003", "7.4.2", "Numbered headings skip a level.", "heading-skipped"),
    _checked("14-006", "7.4.4", "A tag contains more than one H.", "several-headings"),
    _checked("14-007", "7.4.4", "The file has both H and numbered headings.", "mixed-headings"),
    _checked(
        "15-003",
        "7.5",
        "A header cell has no scope, and no cell refers to it.",
        "header-cell-without-scope",
        "unknown-header-cell",
    ),
    _checked("17-002", "7.7", "A formula has no alternate text.", "no-alternate-text"),
    _checked("17-003", "7.7", "The characters of a formula have no Unicode text.", "font-without-unicode"),
    _checked("19-003", "7.9", "A note has no ID.", "note-without-id"),
    _checked("19-004", "7.9", "Two notes have the same ID.", "same-note-id"),
    _checked("20-001", "7.10", "An alternative configuration of the layers has no name.", "unnamed-layers"),
    _checked("20-002", "7.10", "The default configuration of the layers has no name.", "unnamed-layers"),
    _checked("20-003", "7.10", "A configuration of the layers changes them automatically (AS).", "automatic-layers"),
    _checked("21-001", "7.11", "An embedded file does not have both names, F and UF.", "unnamed-attachment"),
    _checked("25-001", "7.15", "The file is a dynamic XFA form (dynamicRender).", "dynamic-xfa-form"),
    _checked("26-001", "7.16", "The file is encrypted, and does not say what is permitted (P).", "unreadable-file"),
    _checked("26-002", "7.16", "The file is encrypted, and does not permit screen readers.", "no-assistive-access"),
    _checked("28-002", "7.18.1", "An annotation is not directly in an Annot tag.", "untagged-annotation"),
    _checked(
        "28-004",
        "7.18.1",
        "An annotation has neither a description nor an alternate text.",
        "annotation-without-description",
    ),
    _checked("28-005", "7.18.1", "A form field has neither a tooltip nor an alternate text.", "unnamed-field"),
    _checked(
        "28-006",
        "7.18.2",
        "An annotation of an unknown kind is not tagged, or has no description.",
        "untagged-annotation",
        "annotation-without-description",
    ),
    _checked("28-007", "7.18.2", "There is a trap network annotation.", "trap-network"),
    _checked("28-008", "7.18.3", "A page with annotations does not say in which order Tab visits them.", "tab-order"),
    _checked(
        "28-009", "7.18.3", "On a page with annotations, Tab follows another order than that of the tags.", "tab-order"
    ),
    _checked("28-010", "7.18.4", "A form field is not in a Form tag.", "untagged-annotation"),
    _checked("28-011", "7.18.5", "A link is not in a Link tag.", "untagged-link"),
    _checked("28-012", "7.18.5", "A link has no description.", "link-without-description"),
    _checked("28-014", "7.18.6.2", "A media clip does not say of which type it is (CT).", "media-without-type"),
    _checked("28-015", "7.18.6.2", "A media clip has no alternate text (Alt).", "media-without-description"),
    _checked(
        "28-016",
        "7.18.7",
        "The file of a file attachment annotation does not have both names, F and UF.",
        "unnamed-attachment",
    ),
    _checked("28-017", "7.18.8", "A printer's mark is tagged.", "tagged-printer-mark"),
    _checked("28-018", "7.18.8", "What a printer's mark shows is not an artifact.", "tagged-printer-mark"),
    _checked("30-001", "7.20", "A form XObject stands for a page of another file.", "page-of-another-file"),
    _checked("30-002", "7.20", "A form XObject with tagged content is drawn more than once.", "content-drawn-twice"),
    _checked("31-001", "7.21.3.1", "A composite font and its CMap are of different registries.", "wrong-cmap"),
    _checked("31-002", "7.21.3.1", "A composite font and its CMap are of different orderings.", "wrong-cmap"),
    _checked("31-003", "7.21.3.1", "A composite font is of an older supplement than its CMap.", "wrong-cmap"),
    _checked("31-004", "7.21.3.2", "The CIDToGIDMap of a font is neither a stream nor Identity.", "wrong-cmap"),
    _checked("31-005", "7.21.3.2", "A font of type CIDFontType2 has no CIDToGIDMap.", "wrong-cmap"),
    _checked("31-006", "7.21.3.3", "A CMap is neither predefined nor embedded.", "wrong-cmap"),
    _checked(
        "31-007",
        "7.21.3.3",
        "A CMap's dictionary and its stream give different writing directions (WMode).",
        "wrong-cmap",
    ),
    _checked("31-008", "7.21.3.3", "A CMap uses another CMap that is not predefined.", "wrong-cmap"),
    _checked("31-009", "7.21.4.1", "The font of visible text is not embedded.", "font-not-embedded"),
    _checked(
        "31-011", "7.21.4.1", "An embedded font does not have all glyphs of the visible text.", "glyph-not-in-font"
    ),
    _checked(
        "31-012", "7.21.4.2", "The CharSet of a Type 1 font does not list a glyph of the font.", "wrong-glyph-list"
    ),
    _checked(
        "31-013",
        "7.21.4.2",
        "The CharSet of a Type 1 font lists a glyph that the font does not have.",
        "wrong-glyph-list",
    ),
    _checked("31-014", "7.21.4.2", "The CIDSet of a font does not list a glyph of the font.", "wrong-glyph-list"),
    _checked(
        "31-015", "7.21.4.2", "The CIDSet of a font lists a glyph that the font does not have.", "wrong-glyph-list"
    ),
    _checked("31-016", "7.21.5", "A glyph's width in the file differs from that in the font.", "wrong-glyph-width"),
    _checked("31-017", "7.21.6", "A non-symbolic TrueType font has no non-symbolic cmap.", "wrong-font-encoding"),
    _checked(
        "31-018", "7.21.6", "A glyph of a non-symbolic TrueType font is in no non-symbolic cmap.", "glyph-not-in-font"
    ),
    _checked("31-019", "7.21.6", "A non-symbolic TrueType font has no encoding.", "wrong-font-encoding"),
    _checked(
        "31-020", "7.21.6", "The encoding of a non-symbolic TrueType font has no base encoding.", "wrong-font-encoding"
    ),
    _checked(
        "31-021",
        "7.21.6",
        "The encoding of a non-symbolic TrueType font is neither MacRoman nor WinAnsi.",
        "wrong-font-encoding",
    ),
    _checked(
        "31-022",
        "7.21.6",
        "The encoding of a non-symbolic TrueType font names glyphs that Adobe does not list.",
        "wrong-font-encoding",
    ),
    _checked(
        "31-023",
        "7.21.6",
        "The encoding of a non-symbolic TrueType font differs from its base, and the font has no Unicode cmap.",
        "wrong-font-encoding",
    ),
    _checked("31-024", "7.21.6", "A symbolic TrueType font has an encoding.", "wrong-font-encoding"),
    _checked("31-025", "7.21.6", "A symbolic TrueType font has no cmap.", "wrong-font-encoding"),
    _checked(
        "31-026",
        "7.21.6",
        "A symbolic TrueType font has several cmaps, and none of them is a symbolic one.",
        "wrong-font-encoding",
    ),
    _checked("31-027", "7.21.7", "A font has no Unicode map, and needs one.", "font-without-unicode"),
    _checked("31-028", "7.21.7", "A font's Unicode map has the value 0.", "font-without-unicode"),
    _checked("31-029", "7.21.7", "A font's Unicode map has the value U+FEFF or U+FFFE.", "font-without-unicode"),
    _checked("31-030", "7.21.8", "Text shows the glyph .notdef.", "glyph-not-in-font"),
)
"""The conditions, in the order of the protocol."""
BY_NUMBER: Final = {condition.number: condition for condition in CONDITIONS}
