"""Letters with holes and their masters, each laid out once for all tests of a process."""

from __future__ import annotations

import functools
import random
from dataclasses import replace

from circulars.model.document import Document
from circulars.model.text import Block, Cell, Item, Items, Note, Paragraph, Span, Table
from circulars.pack import load_pack
from circulars.render.pdf import master_for_copies
from circulars.render.pdf.masters import PdfMaster
from render.sample_letters import COLUMNS, ROW_ES, TITLE

Values = dict[str, str]
NAME, COUNTRY, PLACE = Span("", hole="addressee.name"), Span("", hole="addressee.country"), Span("", hole="place")
BLOCK = Span("", hole="addressee.block")
LATIN = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÄÅÇÉÍŁÑÓÖØŠÚÜŽabcdefghijklmnopqrstuvwxyzàáâäåæçèéêëíïłñóôöøšßúüýž0123456789 ,.'’-/()&º–"
)
STRANGE = frozenset("Жан中文ליاسم\u0301🎉\u00ad\u2011\t\n  \u200b")
CHARACTERS = frozenset(LATIN) | STRANGE
"""What occurs in the values of a list of addressees: of that, only Latin words are filled in."""


def paragraph(*parts: str | Span, number: str = "") -> Paragraph:
    """A paragraph of words and holes."""
    return Paragraph(tuple(Span(part) if isinstance(part, str) else part for part in parts), number)


def with_holes(document: Document) -> Document:
    """A letter with holes in lines, list entries, tables, notes and long paragraphs, on several pages."""
    long = paragraph(
        "On the invitation of the Government of ", COUNTRY, ", the next meeting will take place in Geneva from 3 to "
        "5 March; (", NAME, ") is kindly asked to register as soon as possible, but not later than one month before "
        "its beginning, and to tell the secretariat, which will gladly help with visas, who takes part.", number="7",
    )  # fmt: skip
    inner = Items("romans", (Item("i)", (Span("for "), NAME)), Item("ii)", (Span("in "), COUNTRY, Span("; "), PLACE))))
    within = (paragraph("Further words for ", NAME), inner)
    body: tuple[Block, ...] = (
        paragraph("The administration of ", COUNTRY, ", fi To AVATAR, ", Span("is bold", strong=True), " and more."),
        *document.body[:2],
        long,
        Items("letters", (Item("a)", (Span("for "), replace(NAME, strong=True), Span(" and "), PLACE)),)),
        Items("bullets", (Item("•", (NAME, Span(" ("), COUNTRY, Span(")"))), Item("•", (Span("another"),), within))),
        Table(
            (Cell(((Span("Who"),),)), Cell(((Span("Where"),),))),
            ((Cell(((NAME,),)), Cell(((PLACE,),))), (Cell(((Span("Others"),),)), Cell(((Span("at "), PLACE),)))),
            (0.5, 0.5),
        ),
        Note("NOTE – ", (Span("Written to "), NAME, Span(", "), replace(PLACE, emphasis=True), Span("."))),
        *document.body[2:],
        paragraph(NAME, PLACE, ": the end"),
    )
    last = document.annexes[-1:]
    annexes = tuple(replace(one, body=(*one.body, paragraph("An annex for ", NAME))) for one in last)
    return replace(
        document,
        addressee=(BLOCK,),
        salutation=(Span("Dear "), NAME, Span(",")) if document.salutation else (),
        body=body,
        annexes=(*document.annexes[:-1], *annexes),
    )


# Without their long tables, and with each kind of block once: the others take long to lay out.
LETTERS = {
    "columns": replace(
        COLUMNS,
        body=(*COLUMNS.body[:2], COLUMNS.body[4], *COLUMNS.body[6:9]),
        annexes=(replace(COLUMNS.annexes[1], body=COLUMNS.annexes[1].body[:3]),),
    ),
    "title": replace(TITLE, body=TITLE.body[:-1]),
    "row": ROW_ES,
}


@functools.cache
def filled_letter(name: str) -> PdfMaster:
    """The master of a letter with holes."""
    samples = [values(-seed) for seed in range(30)]
    samples.append(samples[0] | {"addressee.block": ""})
    made = master_for_copies(with_holes(LETTERS[name]), load_pack(), CHARACTERS, samples)
    assert isinstance(made, PdfMaster)
    assert not made.slow
    return made


def values(seed: int) -> Values:
    """Values such as lists of addressees have them, accents, ligatures and kerning included."""
    dice = random.Random(seed)
    names = ("Ana Ejemplo", "Łucja Przykład", "Jean-Luc d’Exemple", "Tove Åsgård Øst", "AVATAR LTD", "Zoë O'Shea (Ms)")
    countries = ("Spain", "Türkiye", "Côte d'Ivoire", "United Kingdom of Great Britain and Northern Ireland", "Fiji")
    places = ("Madrid", "Offenbach", "Attica", "Vevey / Waadt", "Tyne & Wear", "12º fjord")
    letters = "".join(dice.choice(LATIN[:-20]) for _ in range(dice.randint(1, 25)))
    lines = ["Ministry of Examples", "12, rue de l’Exemple", "Íí ïóÑ", "28001 MADRID", "Łódź", "Nr. 5", "SPAIN", "x"]
    return {
        "addressee.block": "\n".join(lines[: dice.randint(1, 8)]),
        "addressee.name": dice.choice((*names, " ".join(letters.split()) or "x")),
        "addressee.country": dice.choice(countries),
        "place": dice.choice((*places, "fi" * dice.randint(1, 9))),
    }
