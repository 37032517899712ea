"""Sample documents for comparisons, with every part that a document can have, and short functions to change them."""

from __future__ import annotations

import datetime
from dataclasses import replace

from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Letterhead,
    LinkCode,
    Particular,
    Picture,
    Properties,
    SettledAnnex,
    Signature,
)
from circulars.model.text import Block, Cell, Heading, Item, Items, Note, Paragraph, Span, Spans, Table

PICTURE = Picture(b"picture", "image/png", "Signature of A. Ejemplo", 30, 15)


def words(text: str, **look: str | bool) -> Spans:
    """One span."""
    return (Span(text, **look),)  # type: ignore[arg-type]  # the look's names are the span's own


def cell(*lines: str, dashes: bool = False) -> Cell:
    """A cell of plain lines."""
    return Cell(tuple(words(line) for line in lines), dashes)


def bullets(id: str, *texts: str) -> Items:
    """A list with bullets."""
    return Items("bullets", tuple(Item("•", words(text)) for text in texts), id)


def numbered(*texts: str) -> tuple[Block, ...]:
    """Numbered paragraphs without ids of their own."""
    return tuple(Paragraph(words(text), str(number), f"body.{number}") for number, text in enumerate(texts, start=1))


DEADLINES = Table(
    (),
    (
        (cell("30 August 2024"), cell("Requests for visa support letters", "Fellowships", dashes=True)),
        (cell("12 September 2024"), cell("Registration", dashes=True)),
    ),
    (0.3, 0.7),
    row_heads=True,
    id="deadlines",
)
PROGRAMME = Table(
    (cell("Date"), cell("Event")),
    ((cell("18 September"), cell("Workshop")), (cell("19 September"), cell("Meeting of the initiative"))),
    (0.5, 0.5),
    id="plan.2",
)
ENGLISH = Document(
    language="en",
    locale="en-GB",
    direction="ltr",
    layout="columns",
    date_first=True,
    letterhead=Letterhead("International Telecommunication Union", "Telecommunication Standardization Bureau"),
    date_line="Geneva, 12 July 2024",
    particulars=(
        Particular("Ref:", (words("TSB Circular 213"), words("SG5/XX"))),
        Particular("Tel:", (words("+41 22 730 0000"),)),
        Particular("E-mail:", (words("tsb@example.int", link="mailto:tsb@example.int"),)),
    ),
    addressees=(
        AddressList("To:", (Item("–", words("Administrations of Member States of the Union")),)),
        AddressList("Copy:", (Item("–", words("ITU-T Associates;")), Item("–", words("ITU Academia")))),
    ),
    subject_label="Subject:",
    subject=(words("Eighth Meeting of the Initiative"), words("(Madrid, Spain, 19 September 2024)")),
    references=LabelledList("Reference(s):", (Item("1)", words("Administrative Circular CACE/550")),)),
    salutation=(Span("Dear Sir/Madam,"),),
    body=(
        Paragraph(
            (
                Span("I am pleased to invite you to "),
                Span("the meeting", link="https://example.int/"),
                Span(" in Madrid."),
            ),
            "1",
            "invitation",
        ),
        Paragraph(words("The meeting will be held in English and Spanish."), "2", "languages"),
        Paragraph(
            (Span("Kindly see paragraph "), Span("2", link="#languages"), Span(" about interpretation.")), "3", "body.3"
        ),
        bullets("body.3.items", "Provide an update on the work;", "Present the activities of the Hub."),
        Paragraph((Span("Participation is "), Span("free of charge", strong=True), Span(".")), "4", "body.4"),
        Heading(words("Key deadlines:"), 1, "", "body.5"),
        DEADLINES,
        Note("NOTE – ", words("All times are UTC."), "note"),
    ),
    closing="Yours faithfully,",
    signature=Signature("(signed)", PICTURE, "Ana Ejemplo", ("Director of the Telecommunication", "Bureau")),
    link_code=LinkCode("https://example.int/8/", PICTURE, "Meeting page"),
    annex_note=("Annexes: 2",),
    distribution=LabelledList("Distribution:", (Item("–", words("Administrations of Member States")),)),
    annexes=(
        SettledAnnex(
            "programme",
            "ANNEX 1",
            "(to TSB Circular 213)",
            words("Draft programme"),
            (Paragraph(words("The sessions are these."), "", "plan"), PROGRAMME),
            "Annex 1",
        ),
        SettledAnnex(
            "form",
            "ANNEX 2",
            "(to TSB Circular 213)",
            words("Form"),
            (Paragraph(words("Name"), "", "form.1"),),
            "Annex 2",
        ),
    ),
    running_header=("- {page} -", "TSB Circular 213"),
    footer=("Place des Nations, Geneva", "Tel: +41 22 730 5111"),
    properties=Properties(
        "Eighth Meeting", "TSB Circular 213", "ITU", "TSB Circular 213", "en", datetime.date(2024, 7, 12)
    ),
)


def with_body(*blocks: Block) -> Document:
    """The English letter with a different body."""
    return replace(ENGLISH, body=blocks)


def spanish(*blocks: Block) -> Document:
    """The letter in Spanish, as far as comparisons need it."""
    return replace(ENGLISH, language="es", body=blocks, subject_label="Asunto:", salutation=(Span("Muy Señora mía:"),))
