"""A letter with all parts, in which each word occurs once: every word that a template loses or repeats is known.

No field of a document is empty here, and every kind of block is in the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from circulars.files.picture import qr_picture
from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Letterhead,
    LinkCode,
    Particular,
    SettledAnnex,
    SettledFootnote,
    Signature,
    holes_of,
    strings_of,
)
from circulars.model.text import Block, Cell, Heading, Item, Items, ItemStyle, Note, Paragraph, Span, Spans, Table

WORD: Final = re.compile(r"wz[0-9]+z", re.IGNORECASE)
"""What every word of these letters looks like, whatever its case."""
_HOLE: Final = "name"
_WITHOUT: Final[Mapping[str, Mapping[str, Any]]] = {
    "a reference and contacts": {"particulars": (Particular("", ()),)},
    "addressees": {"addressees": ()},
    "a subject": {"subject": (), "subject_label": ""},
    "references": {"references": None},
    "a salutation": {"salutation": ()},
    "a closing": {"closing": ""},
    "a signatory": {"signature": None},
    "a QR code": {"link_code": None},
    "a postscript": {"postscript": ()},
    "initials": {"drafter": ""},
    "a note on annexes": {"annex_note": ()},
    "enclosures": {"enclosures": None},
    "copies at the end": {"copies": ()},
    "a distribution list": {"distribution": None},
    "annexes": {"annexes": ()},
}
"""What a letter may do without, and the fields that it then has."""


@dataclass(frozen=True, slots=True)
class WholeLetter:
    """A letter for trial: its document, the field of each of its words in reading order, and the values of its holes.

    A field is that of a Word template: "annexes[].title". ``lacking`` names the part that the letter does without.
    """

    document: Document
    fields: Mapping[str, str]
    values: Mapping[str, str]
    lacking: str = ""


@dataclass(slots=True)
class _Vocabulary:
    """Gives new words, and remembers the field of each."""

    fields: dict[str, str] = field(default_factory=dict)

    def word(self, path: str) -> str:
        new = f"wz{len(self.fields)}z"
        self.fields[new] = path
        return new

    def spans(self, path: str, link: str = "") -> Spans:
        return (Span(self.word(path), link=link),)

    def item(self, path: str, label: str = "–") -> Item:
        return Item(label, self.spans(path))

    def listed(self, path: str) -> LabelledList:
        label = self.word(f"{path}.label")
        return LabelledList(label, tuple(self.item(f"{path}.entries[].text") for _ in range(2)))

    def addressees(self, path: str) -> tuple[AddressList, ...]:
        """Two lists, of which the second belongs to the first."""
        return tuple(
            AddressList(
                self.word(f"{path}[].label"), tuple(self.item(f"{path}[].entries[].text") for _ in range(2)), is_part
            )
            for is_part in (False, True)
        )

    def particular(self, path: str) -> Particular:
        label = self.word(f"{path}.label")
        return Particular(label, tuple(self.spans(f"{path}.lines[]") for _ in range(2)))

    def cell(self, path: str) -> Cell:
        return Cell((self.spans(path), self.spans(path)))


_LABELS: Final[Mapping[ItemStyle, tuple[str, str]]] = {
    "bullets": ("•", "•"),
    "dashes": ("–", "–"),
    "boxes": ("☐", "☐"),
    "numbers": ("1.", "2."),
    "letters": ("a)", "b)"),
    "romans": ("i)", "ii)"),
    "outline": ("1", "2"),
    "references": ("1)", "2)"),
}


def whole_letters(base: Document, shown: frozenset[str]) -> tuple[WholeLetter, ...]:
    """A letter with all parts, with one signatory and with several, in the language and the layout of a document.

    ``shown`` are those of the fields that only some letters need that the letters may have. A pack may do without a
    label of the subject, and without a footer: the letters have them if the document has. Only the first letter has
    every kind of block: templates show the body as it is.
    """
    one = _whole(base, shown)
    if "signatures" not in shown:
        return (one,)
    short = _shortened(one)
    beside, below = _signed_by_several(short, side_by_side=True), _signed_by_several(short, side_by_side=False)
    return one, beside, _lacking(below, "a QR code")


def lacking_letters(whole: WholeLetter) -> Iterator[WholeLetter]:
    """The letters that lack one part each, with one signatory."""
    short = _shortened(whole)
    for part, fields in _WITHOUT.items():
        if any(getattr(whole.document, name) != value for name, value in fields.items()):
            yield _lacking(short, part)


def _lacking(whole: WholeLetter, part: str) -> WholeLetter:
    document = replace(whole.document, **_WITHOUT[part])
    return replace(_with_words_of(document, whole), lacking=part)


def _shortened(whole: WholeLetter) -> WholeLetter:
    """The letter with two blocks in its body and in each annex."""
    document = whole.document
    annexes = tuple(replace(annex, body=annex.body[-2:]) for annex in document.annexes)
    return _with_words_of(replace(document, body=document.body[-2:], annexes=annexes), whole)


def _with_words_of(document: Document, whole: WholeLetter) -> WholeLetter:
    """A letter with a document that has some of the words of another."""
    left = {word for text in strings_of(document) for word in WORD.findall(text)}
    left.update(whole.values[name] for name in holes_of(document))
    fields = {word: path for word, path in whole.fields.items() if word in left}
    return replace(whole, document=document, fields=fields)


def top(path: str) -> str:
    """The first name in the path of a field: "annexes" of "annexes[].title"."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _whole(base: Document, shown: frozenset[str]) -> WholeLetter:
    new = _Vocabulary()
    value = {_HOLE: new.word("salutation")}
    code = "https://example.org/"
    document = replace(
        base,
        letterhead=Letterhead(new.word("letterhead.organization"), new.word("letterhead.bureau"), base.letterhead.mark),
        addressee=(),
        date_line=new.word("date_line"),
        particulars=tuple(new.particular(path) for path in ("first", "others[]", "others[]")),
        addressees=new.addressees("addressees"),
        subject_label=new.word("subject_label") if base.subject_label else "",
        subject=(new.spans("subject[]"), new.spans("subject[]")),
        references=new.listed("references"),
        salutation=(*new.spans("salutation"), Span(" "), Span("", hole=_HOLE)),
        body=tuple(_blocks(new, "body", "a")),
        ends_briefly=False,
        closing=new.word("closing"),
        signature=_signature(new, "signature"),
        cosignatures=(),
        link_code=LinkCode(code, qr_picture(code, code), new.word("link_code.caption")),
        postscript=new.spans("postscript") if "postscript" in shown else (),
        drafter=new.word("drafter") if "drafter" in shown else "",
        annex_note=(new.word("annex_note[]"), new.word("annex_note[]")),
        enclosures=new.listed("enclosures") if "enclosures" in shown else None,
        copies=new.addressees("copies") if "copies" in shown else (),
        distribution=new.listed("distribution"),
        annexes=(_annex(new, "wide"), replace(_annex(new, "high"), orientation="portrait")),
        footer=(new.word("footer[]"), new.word("footer[]")) if base.footer else (),
        footnotes=tuple(
            SettledFootnote(id, str(number), str(number), f"[{number}]", new.spans("footnotes[]"))
            for number, id in enumerate(("a", "wide", "high"), 1)
        ),
    )
    return WholeLetter(document, new.fields, value)


def _signature(new: _Vocabulary, path: str) -> Signature:
    picture = qr_picture("https://example.org/", "Signature", 10)
    signed, name = new.word(f"{path}.signed"), new.word(f"{path}.name")
    return Signature(signed, picture, name, (new.word(f"{path}.title"), new.word(f"{path}.title")))


def _signed_by_several(one: WholeLetter, *, side_by_side: bool) -> WholeLetter:
    """A letter with three signatories, whose closing and QR code are in the field with the signatures."""
    new = _Vocabulary(dict(one.fields))
    others = (_signature(new, "signatures"), _signature(new, "signatures"))
    document = replace(one.document, cosignatures=others, side_by_side=side_by_side)
    together = ("closing", "signature", "link_code")
    fields = {word: "signatures" if top(path) in together else path for word, path in new.fields.items()}
    return replace(one, document=document, fields=fields)


def _annex(new: _Vocabulary, id: str) -> SettledAnnex:
    label, parent = new.word("annexes[].label"), new.word("annexes[].parent")
    title = new.spans("annexes[].title")
    body = tuple(_blocks(new, "annexes[].body", id))
    return SettledAnnex(id, label, parent, title, body, label, "landscape")


def _blocks(new: _Vocabulary, path: str, note: str) -> Iterator[Block]:
    """Every kind of block, with a footnote and a line to be filled in; a table is the last."""
    yield from (Heading(new.spans(path), level, "", f"{note}.{level}") for level in (1, 2, 3))
    marked = (
        *new.spans(path, link="https://example.org/"),
        Span(note, link=f"#{note}", note=note),
        Span(" "),
        *new.spans(path),
    )
    yield Paragraph((*marked, Span("____", blank=True), *new.spans(path)), "1", f"{note}.4")
    yield Paragraph(new.spans(path), "", f"{note}.5")
    for style, (first, second) in _LABELS.items():
        entry, further = new.spans(path), Paragraph(new.spans(path))
        inner = Items("bullets", (new.item(path, "•"), new.item(path, "•")), f"{note}.{style}.inner")
        yield Items(style, (Item(first, entry, (further, inner)), new.item(path, second)), f"{note}.{style}")
    yield Note(new.word(path), new.spans(path), f"{note}.note")
    caption = new.spans(path)
    head = (new.cell(path), replace(new.cell(path), colspan=2))
    rows = (
        (replace(new.cell(path), colspan=3, is_group=True),),
        (replace(new.cell(path), rowspan=2), replace(new.cell(path), dashes=True), new.cell(path)),
        (replace(new.cell(path), lists=(Items("bullets", (new.item(path, "•"), new.item(path, "•"))),)), Cell(())),
    )
    yield Table(head, rows, (0.25, 0.5, 0.25), id=f"{note}.table", caption=caption)
    deadlines = ((new.cell(path), new.cell(path)), (new.cell(path), new.cell(path)))
    yield Table((), deadlines, (0.25, 0.75), row_heads=True, id=f"{note}.deadlines")
