"""The shape of a letter: all its fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from circulars.model.letter import Amendment, AnnexNote, AnnexStyle, CopyPlace, SignatoryLayout, SoleAnnex
from circulars.model.sheet import PAPERS
from circulars.source.letters.addressee_shapes import DISTRIBUTION, addressees
from circulars.source.letters.annex_shapes import (
    ANNEX,
    ENCLOSURE,
    LIST_ENCLOSURES,
    MAX_ANNEXES,
    MAX_ENCLOSURES,
    NUMBERING,
    WRITE_ANNEXES,
)
from circulars.source.letters.by_language import InLanguages, OrNone, Present
from circulars.source.letters.contact_shapes import BUREAU, CONTACTS, ROWS, short_text
from circulars.source.letters.end_shapes import QR, SIGNATORIES
from circulars.source.letters.footnotes import FOOTNOTES
from circulars.source.letters.head_shapes import FACT, LANGUAGES, LINK_TARGETS
from circulars.source.letters.pack_names import name_of
from circulars.source.letters.parts import BODY, LABEL, NOUN, SALUTATION
from circulars.source.letters.prose_text import PROSE, ProseText
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, MapOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import Date, OneOf, WholeNumber, YesNo
from circulars.syntax.shape import AnyOf, Converted, Report, Shape

MAX_PARTS = 2000
_SPLIT = "split the letter into several"


def _check_part_count(values: dict[str, Any], node: Node, report: Report) -> dict[str, Any]:
    parts = len(values["body"]) + sum(len(annex.body) for annex in values.get("annexes", ()))
    if parts > MAX_PARTS:
        assert isinstance(node, nodes.Mapping)
        fact = f"the letter and its annexes have {parts:,} parts; the limit is {MAX_PARTS:,}"
        raise report.refuse(node.pairs["annexes"][0], "too-many", fact, "split it into several letters")
    return values


def without_number(values: dict[str, Any], node: Node, report: Report) -> dict[str, Any]:
    """The values of a letter, which has no reference if its number is False and it states none."""
    if values.get("number") is False:
        return {**values, "number": "", "reference": values.get("reference", False)}
    return values


REFERENCES: Shape[Any] = AnyOf(
    {"one": PROSE, "several": ListOf(PROSE, "a list of texts")},
    lambda node: "several" if isinstance(node, nodes.Sequence) else "one",
)
LABELS = ("reference", "contact", "tel", "fax", "email", "web", "to", "copy", "attention", "subject", "references",
          "distribution", "signed", "annex", "annexes", "enclosure", "enclosures", "postscript")  # fmt: skip
"""The labels that a letter may replace."""
_LABELS: Shape[dict[str, Any]] = Record(
    dict,
    tuple(
        Field(name, OrNone(LABEL, name, f"label '{name}'"), f"Instead of the label of '{name}'; false: none.")
        for name in LABELS
    ),
    "the labels",
    {"copy": ("cc",), "reference": ("ref",), "tel": ("telephone", "phone"), "email": ("e-mail",)},
)


_OTHER_NAMES = {
    "annexes": ("annex", "attachment", "attachments"),
    "enclosures": ("enclosure", "enc", "encl", "encls", "enclosed", "attachment", "attachments"),
    "postscript": ("ps", "p.s", "p.s."),
    "drafter": ("typist", "drafted-by", "typed-by"),
    "closing": ("ending", "regards"),
    "copy": ("cc", "copies", "bcc"),
    "footnotes": ("footnote", "notes", "note", "endnotes"),
    "kind": ("type",),
    "languages": ("language", "lang"),
    "reference": ("ref",),
    "salutation": ("greeting", "opening"),
    "signatory": ("signatories", "signature", "signatures", "signed", "signed-by", "from"),
    "subject": ("title", "re", "about"),
    "to": ("addressees", "recipients"),
    "attention": ("attn", "att"),
    "bureau": ("letterhead", "session"),
    "rows": ("your-reference", "particulars"),
    "running-header": ("header", "page-header"),
    "body": ("text", "content", "paragraphs", "quote", "quotation"),
}
"""What people call the keys of a letter."""


_KEYS: Record[dict[str, Any]] = Record(
    dict,
    (
        Field(
            "kind",
            name_of("a kind of letter", "for example tsb-circular"),
            "A kind of letter of the template pack, for example tsb-circular.",
            required=True,
        ),
        Field(
            "number",
            OrNone(short_text("a number"), "number"),
            "The number, or a whole reference such as CACE/560; false: none.",
        ),
        Field("group", short_text("the number of a group"), "The study group, if the kind's reference has one."),
        Field(
            "amends",
            Record(
                Amendment,
                (
                    Field(
                        "kind",
                        OneOf(("corrigendum", "addendum", "revision"), "a kind of amendment"),
                        "Corrigendum, addendum or revision.",
                        required=True,
                    ),
                    Field("number", WholeNumber(1, 999), "Its number: 1 for the first one.", required=True),
                ),
                "an amendment",
            ),
            "Marks this letter as an amendment of the letter with the same kind and number.",
        ),
        Field("date", Date(), "The date of the letter: 2024-07-12.", required=True),
        Field("place", OrNone(LABEL, "place"), "The place before the date, if it is not the pack's; false: none."),
        Field(
            "reference", OrNone(NOUN, "reference"), "The whole reference, if it differs from the kind's; false: none."
        ),
        Field(
            "running-header",
            OrNone(LABEL, "running-header"),
            "The reference on every page but the first, if it differs from that of the first; false: none.",
        ),
        Field("bureau", BUREAU, "The lines under the organization's name, instead of the bureau's name."),
        Field("initials", short_text("text"), "The second line of the reference: SG5/XX."),
        Field("languages", LANGUAGES, "The languages of the letter, as codes: [en, es].", required=True),
        Field(
            "pack",
            name_of("the name of a pack", "for example itu", r"[A-Za-z0-9][A-Za-z0-9_-]*"),
            "The template pack; itu by default.",
        ),
        Field("paper", OneOf(tuple(PAPERS)), "The size of the paper, if it differs from the kind's."),
        Field(
            "contact",
            CONTACTS,
            "The person to contact about the letter, or a list of several.",
        ),
        Field("rows", ROWS, "Further rows below the reference."),
        Field("labels", _LABELS, "Labels of this letter, instead of the usual ones."),
        Field("to", addressees("to"), "Addressees: named lists of the pack, or texts by language."),
        Field("attention", PROSE, "To whose attention the letter goes."),
        Field("copy", addressees("copy"), "Who gets a copy: named lists of the pack, or texts by language."),
        Field(
            "copy-at",
            OneOf(get_args(CopyPlace), "a place of the list"),
            "Where the list of copies is, if it differs from the kind: head or end.",
        ),
        Field(
            "subject",
            OrNone(InLanguages(ProseText("the subject"), "the subject"), "subject"),
            "The subject; its line breaks are kept; false: none.",
            required=True,
        ),
        Field(
            "facts",
            MapOf(FACT, "a group of facts", doc="A date, a range of days, a number, a count or a text by language."),
            "Dates, numbers and names that are stated once: {{ meeting }} writes one out in each language.",
        ),
        Field(
            "links",
            MapOf(LINK_TARGETS, "a group of links", doc="An address."),
            "Addresses that are stated once and used by name: <meeting-page>.",
        ),
        Field("references", REFERENCES, "Documents that the letter refers to; those of a list are numbered."),
        Field(
            "salutation",
            OrNone(SALUTATION, "salutation"),
            "The salutation, if it differs from the kind's; false: none.",
        ),
        Field("addressee-block", YesNo(), "false: merged copies do not show the addressee's postal block."),
        Field("numbering", NUMBERING, "What is numbered, if it differs from the kind's numbering."),
        Field("body", BODY, "The letter's paragraphs, in order.", required=True),
        Field("closing", OrNone(LABEL, "closing"), "The closing, if it differs from the kind's; false: none."),
        Field(
            "signatory",
            SIGNATORIES,
            "Who signs: a signatory of the pack, or a name with a post or a title; or a list of two or three.",
        ),
        Field(
            "signatory-layout",
            OneOf(get_args(SignatoryLayout), "an arrangement of signatures"),
            "How several signatures are arranged: side-by-side (usual) or stacked.",
        ),
        Field("postscript", PROSE, "A postscript below the signature."),
        Field(
            "drafter",
            InLanguages(short_text("text")),
            "The initials of drafter and typist, below the signature: AB/cd.",
        ),
        Field("qr", QR, "A QR code with a link, beside the signature."),
        Field(
            "annexes",
            ListOf(ANNEX, "a list of annexes", most=MAX_ANNEXES, remedy=_SPLIT, instead_of_number=WRITE_ANNEXES),
            "The annexes, in order.",
        ),
        Field(
            "annex-labels",
            OneOf(get_args(AnnexStyle), "a style of labels"),
            "How annexes are labelled, if it differs from the kind: 1, 2 or A, B or I, II.",
        ),
        Field(
            "sole-annex",
            OneOf(get_args(SoleAnnex), "a style of labels"),
            'Whether the only annex is called "Annex 1" or "Annex", if it differs from the kind.',
        ),
        Field(
            "annex-note",
            OneOf(get_args(AnnexNote), "a form of the note"),
            "How the annexes are listed below the signature, if it differs from the kind.",
        ),
        Field(
            "enclosures",
            ListOf(
                ENCLOSURE,
                "a list of enclosures",
                most=MAX_ENCLOSURES,
                remedy=_SPLIT,
                instead_of_number=LIST_ENCLOSURES,
            ),
            "Documents of their own that go with the letter: listed below the signature.",
        ),
        Field("footnotes", FOOTNOTES, "Footnotes by the names with which texts mark them: [^name]."),
        Field("distribution", DISTRIBUTION, "The distribution list at the end: named lists of the pack, or texts."),
    ),
    "a letter",
    _OTHER_NAMES,
)
_OPTIONAL = frozenset(
    "amends annexes attention bureau contact drafter enclosures footnotes group initials links facts postscript qr "
    "references rows signatory".split()
)
"""Keys of what a letter has if it has the key; the others may be false, or have names of their own."""
_LETTER: Record[dict[str, Any]] = replace(
    _KEYS,
    fields=tuple(replace(f, shape=Present(f.shape, f.name)) if f.name in _OPTIONAL else f for f in _KEYS.fields),
)
KEYS: dict[str, Shape[Any]] = {f.name: f.shape for f in _LETTER.fields}
"""The shape of each key of a letter."""
LETTER_KEYS = frozenset(KEYS)
LETTER: Shape[dict[str, Any]] = Converted(Converted(_LETTER, _check_part_count), without_number)
