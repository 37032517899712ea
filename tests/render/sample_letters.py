"""Letters made by hand, one for each layout, in English and Spanish, that hold every block there is."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from pathlib import Path

import segno

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

ROOT = Path(__file__).parents[2]
MARK = Picture(
    (ROOT / "templates/itu/mark.png").read_bytes(), "image/png", "International Telecommunication Union", 16, 16
)
DATE = datetime.date(2024, 7, 12)
RTL_NAME = "ليلى بنت مثال"
CJK_NAME = "示例甲"


def words(text: str, **look: str | bool) -> Spans:
    """One span."""
    return (Span(text, **look),)  # type: ignore[arg-type]  # the look's names are the span's own


def cell(*lines: str, dashes: bool = False) -> Cell:
    """A cell of plain lines."""
    return Cell(tuple(words(line) for line in lines), dashes)


def items(label: str, *texts: str) -> tuple[Item, ...]:
    """Entries that all bear one label."""
    return tuple(Item(label, words(text)) for text in texts)


def link_code(address: str, caption: str) -> LinkCode:
    """A QR code, as the composer makes it."""
    file = io.BytesIO()
    segno.make(address, error="m").save(file, kind="png", scale=8, border=0)
    return LinkCode(address, Picture(file.getvalue(), "image/png", f"QR code: {address}", 25, 25), caption)


DEADLINES = Table(
    (),
    (
        (
            cell("30 August 2024"),
            cell("Requests for visa support letters", "Applications for fellowships", dashes=True),
        ),
        (cell("12 September 2024", "23:59 UTC"), cell("Registration", dashes=True)),
    ),
    (0.3, 0.7),
    row_heads=True,
    id="deadlines",
)
PROGRAMME = Table(
    (cell("Date"), cell("Event"), cell("Place")),
    tuple(
        (cell(f"{day} September 2024"), cell(f"Session {day}: standards for cities"), cell("Madrid"))
        for day in range(1, 61)
    ),
    (0.25, 0.5, 0.25),
    id="programme-table",
)
BODY: tuple[Block, ...] = (
    Paragraph(
        (
            Span("I am pleased to inform you that the "),
            Span("International Telecommunication Union", link="https://www.itu.int/"),
            Span(
                " (ITU) is organizing the Eighth Meeting of the United for Smart Sustainable Cities (U4SSC) "
                "Initiative. This meeting will take place in conjunction with The Spanish Network of Smart Cities "
                "(RECI) congress on smart cities, jointly co-organized by ITU and RECI in Madrid, Spain on "
                "19 September 2024. These events will be hosted by City of Madrid and the Spanish Federation of "
                "Municipalities and Provinces (FEMP)."
            ),
        ),
        "1",
        "body.1",
    ),
    Paragraph(words("The U4SSC meeting will be held in English and Spanish."), "2", "languages"),
    Paragraph(
        (
            Span("The main objectives of this meeting, described in "),
            Span("Annex 1", link="#programme"),
            Span(" and paragraph "),
            Span("2", link="#languages"),
            Span(", are to:"),
        ),
        "3",
        "body.3",
    ),
    Items(
        "bullets",
        items(
            "•",
            "Provide an update on the work of the U4SSC Thematic Groups;",
            "Present the activities of the U4SSC Hub;",
            "Discuss new U4SSC activities and approve the U4SSC Annual Work Plan (2024-2025), together with the "
            "reports of the rapporteurs who were named at the seventh meeting.",
        ),
        "body.3.items",
    ),
    Paragraph(
        (
            Span("Participation is "),
            Span("free of charge", strong=True),
            Span(" and "),
            Span("open to all", emphasis=True),
            Span("; see "),
            Span("the meeting's ", link="https://u4ssc.itu.int/latest-meetings/8th-meeting/"),
            Span("own page", strong=True, link="https://u4ssc.itu.int/latest-meetings/8th-meeting/"),
            Span(", fix\u00e9e \u00e0 l'avance", language="fr"),
            Span(".\nEfficient offices affix it."),
        ),
        "4",
        "body.4",
    ),
    Items(
        "letters",
        (Item("a)", words("Register online;")), Item("b)", words("send the form in the annex to the secretariat."))),
        "body.4.items",
    ),
    Heading(words("Key deadlines"), 1, "", "key-deadlines"),
    DEADLINES,
    Note("NOTE – ", words("All times are UTC; the secretariat is closed on 5 September 2024."), "note"),
    Heading(words("Practical information"), 2, "", "practical"),
    Paragraph(words("Rooms open at 09.00 hours."), "5", "body.5"),
    Heading(words("Visas"), 3, "", "visas"),
    Paragraph(words("Some participants need a visa."), "", "plain"),
)
DRAFT = SettledAnnex(
    "programme",
    "ANNEX 1",
    "(to TSB Circular 213)",
    words("Draft programme"),
    (
        Paragraph(words("The sessions are these."), "", "programme.1"),
        Heading(words("Sessions"), 1, "1", "programme.sessions"),
        PROGRAMME,
        Paragraph(words("Lunch is not provided."), "", "programme.2"),
    ),
)
FORM = SettledAnnex(
    "form",
    "ANNEX 2",
    "(to TSB Circular 213)",
    words("Registration form"),
    (
        Heading(words("Who you are"), 1, "1", "form.1"),
        Heading(words("Name"), 2, "1.1", "form.1.1"),
        Paragraph(words("Write your name in capital letters."), "", "form.p"),
        Items(
            "references",
            (
                Item(
                    "1)",
                    words("Recommendation ITU-T L.1"),
                ),
                Item("2)", words("Recommendation ITU-T L.2")),
            ),
            "form.refs",
        ),
    ),
)


def nested(letters: str, roman: str) -> tuple[Items, Items]:
    """Lists in lists: letters, in the second of them Roman numerals, in these dashes and numbers; then an outline."""
    first, second = tuple(letters)
    numbers = Items("numbers", (Item("1.", words("red;")), Item("2.", words("blue;"))))
    dashes = Items("dashes", (Item("–", words("a seal:"), (numbers,)), Item("–", words("a stamp;"))))
    romans = Items("romans", (Item(f"({roman})", words("signed;")), Item(f"({roman * 2})", words("with"), (dashes,))))
    within = (Paragraph(words("It has a paragraph of its own, which is long enough for a second line. " * 3)), romans)
    entries = (Item(f"{first})", words("complete;")), Item(f"{second})", words("attach."), within, "attached"))
    groups = Items("outline", (Item("2.1.1", words("Groups of experts")),))
    reports = Items("outline", (Item("2.1", words("Reports"), (groups,)), Item("2.2", words("Proposals"))))
    agenda = (Item("1", words("Opening")), Item("2", words("Work"), (reports,)), Item("3", words("Closing")))
    return Items("letters", entries, "form.letters"), Items("outline", agenda, "form.agenda")


FORM = replace(FORM, body=(*FORM.body, *nested("ab", "i")))
COLUMNS = Document(
    language="en",
    locale="en-GB",
    direction="ltr",
    layout="columns",
    date_first=True,
    letterhead=Letterhead("International Telecommunication Union", "Telecommunication Standardization Bureau", MARK),
    date_line="Geneva, 12 July 2024",
    particulars=(
        Particular("Ref:", (words("TSB Circular 213"), words("SG5/XX"))),
        Particular("Tel:", (words("+41 22 730 0000"),)),
        Particular("Fax:", (words("+41 22 730 5853"),)),
        Particular("E-mail:", (words("tsbsg5@itu.int", link="mailto:tsbsg5@itu.int"),)),
        Particular("Web:", (words("http://itu.int/go/tsg5", link="http://itu.int/go/tsg5"),)),
    ),
    addressees=(
        AddressList("To:", items("–", "Administrations of Member States of the Union")),
        AddressList(
            "Copy:",
            items(
                "–",
                "ITU-T Sector Members;",
                "ITU-T Associates;",
                "ITU Academia;",
                "the Chairs and Vice-Chairs of Study Groups;",
                "the Director of the Telecommunication Development Bureau;",
                "the Director of the Radiocommunication Bureau",
            ),
        ),
    ),
    subject_label="Subject:",
    subject=(
        words("Eighth Meeting of the United for Smart Sustainable Cities (U4SSC) Initiative"),
        words("(Madrid, Spain, 19 September 2024)"),
    ),
    references=None,
    salutation=(Span("Dear Sir/Madam,"),),
    body=BODY,
    closing="Yours faithfully,",
    signature=Signature("", None, "Max Mustermann", ("Director of the Telecommunication", "Standardization Bureau")),
    link_code=link_code("https://u4ssc.itu.int/latest-meetings/8th-meeting/", "Latest meeting information"),
    annex_note=("Annexes: 2",),
    distribution=None,
    annexes=(DRAFT, FORM),
    running_header=("- {page} -", "TSB Circular 213"),
    footer=(
        "International Telecommunication Union • Place des Nations • CH-1211 Geneva 20 • Switzerland",
        "Tel: +41 22 730 5111 • Fax: +41 22 733 7256 • E-mail: itumail@itu.int • www.itu.int",
    ),
    properties=Properties(
        title="Eighth Meeting of the United for Smart Sustainable Cities (U4SSC) Initiative "
        "(Madrid, Spain, 19 September 2024)",
        subject="TSB Circular 213",
        author="Telecommunication Standardization Bureau",
        reference="TSB Circular 213",
        language="en",
        date=DATE,
        keywords=("U4SSC", "smart cities"),
    ),
)
AIMS = Paragraph(words("The main objectives of this meeting are to:"), "3", "body.3")
PLAIN = replace(
    COLUMNS,
    body=(*BODY[:2], AIMS, BODY[3]),
    annexes=(),
    annex_note=(),
    link_code=None,
    signature=Signature("(signed)", None, "Max Mustermann", ("Director",)),
)
TITLE = replace(
    COLUMNS,
    layout="title",
    date_first=False,
    letterhead=Letterhead("International Telecommunication Union", "Radiocommunication Bureau", MARK),
    date_line="12 July 2024",
    particulars=(Particular("Administrative Circular", (words("CACE/560"),)),),
    addressees=(
        AddressList(
            "",
            (Item("", words("To Administrations of Member States of the ITU and Radiocommunication Sector Members")),),
        ),
    ),
    references=LabelledList(
        "Reference(s):", (Item("1)", words("Administrative Circular CACE/550")), Item("2)", words("CA/270")))
    ),
    salutation=(),
    body=(
        Heading(words("Introduction"), 1, "1", "introduction"),
        Paragraph(words("This circular announces the meeting. " * 12), "", "body.1"),
        Heading(words("Programme of the meeting"), 1, "2", "programme-2"),
        Heading(words("Contributions"), 2, "2.1", "contributions"),
        Paragraph(words("Contributions are processed as they arrive. " * 9), "", "body.2"),
        PROGRAMME,
    ),
    distribution=LabelledList(
        "Distribution:", items("–", "Administrations of Member States", "Radiocommunication Sector Members")
    ),
    annexes=(),
    running_header=("- {page} -", "CACE/560"),
)
ROW_ES = replace(
    COLUMNS,
    language="es",
    locale="es-ES",
    layout="row",
    date_first=False,
    letterhead=Letterhead(
        "Unión Internacional de Telecomunicaciones",
        "Oficina de Desarrollo de las Telecomunicaciones",
        replace(MARK, alt="Unión Internacional de Telecomunicaciones"),
    ),
    date_line="Ginebra, 12 de julio de 2024",
    particulars=(
        Particular("Ref.:", (words("BDT/IP/CSTG-13"),)),
        Particular("Contacto:", (words(RTL_NAME, language="ar"), words(CJK_NAME, language="zh"))),
        Particular("Correo-e:", (words("bdt@itu.int", link="mailto:bdt@itu.int"),)),
    ),
    addressees=(AddressList("A:", items("–", "las Administraciones de los Estados Miembros de la Unión")),),
    subject_label="Asunto:",
    subject=(words("Octava reunión de la iniciativa «Unidos por las ciudades inteligentes»"),),
    salutation=(Span("Muy Señora mía/Muy Señor mío:"),),
    body=(
        Paragraph(words("Me complace informarle 🎉 de la reunión en la que participará "), "", "body.1"),
        Paragraph(
            (
                Span("La señora "),
                Span(CJK_NAME, language="zh"),
                Span(" y el señor "),
                Span(RTL_NAME, language="ar"),
                Span(" asistirán."),
            ),
            "",
            "body.2",
        ),
    ),
    closing="Atentamente,",
    signature=Signature(
        "(firmado)",
        None,
        "Fulano Mengano Ejemplo",
        ("Director de la Oficina de Desarrollo de las Telecomunicaciones",),
    ),
    link_code=None,
    annex_note=("Anexo: 1",),
    annexes=(
        SettledAnnex(
            "anexo", "ANEXO", "(a BDT/IP/CSTG-13)", (), (Paragraph(words("Texto del anexo."), "", "anexo.1"),)
        ),
    ),
    running_header=("- {page} -", "Revisión 1 a la", "BDT/IP/CSTG-13"),
    properties=replace(COLUMNS.properties, language="es", title="Octava reunión", author="Oficina de Desarrollo"),
)
ARABIC = replace(
    PLAIN,
    language="ar",
    locale="ar",
    direction="rtl",
    salutation=(Span("السيدات والسادة،"),),
    body=(
        Paragraph(words("يسرني أن أعلمكم بأن الاتحاد الدولي للاتصالات ينظم الاجتماع الثامن. " * 6), "1", "body.1"),
        Items("bullets", items("•", "تقديم تحديث عن عمل الأفرقة؛", "مناقشة الأنشطة الجديدة."), "body.1.items"),
        *nested("أب", "i"),
        PROGRAMME,
    ),
    properties=replace(COLUMNS.properties, language="ar"),
)
ALL = {"columns": COLUMNS, "plain": PLAIN, "title": TITLE, "row-es": ROW_ES, "arabic": ARABIC}
