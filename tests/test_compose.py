"""A letter is settled in each of its languages, with all words, numbers and labels."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from circulars.build import Order, check_files, documents
from circulars.compose import compose, compose_as_far_as_possible, doubts, holds, left_out_parts
from circulars.errors import LetterError, PackError, Problem
from circulars.language import load_language
from circulars.model.document import Document, holes_of
from circulars.model.letter import Letter
from circulars.model.text import Block, Heading, Items, Note, Paragraph, Span, Table, plain
from circulars.pack import load_pack
from circulars.render.txt import text_of
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

USUAL = """\
kind: tsb-circular
number: 213
date: 2024-07-12
languages: [en, es]
subject: {en: Subject, es: Asunto}
body: [{en: Text., es: Texto.}]
"""


def letter(own: str, file: str = "letters/x.yaml") -> Letter:
    """The letter of a YAML text; keys that it lacks get usual values."""
    keys = re.findall(r"^[a-z]+", own, re.MULTILINE)
    usual = [line for line in USUAL.splitlines() if line.partition(":")[0] not in keys]
    return parse_letter("\n".join([*usual, own]).encode(), file, "x", Path())


def settled(own: str, code: str = "en", **audience: str) -> Document:
    """The letter of a YAML text, settled in one language with the pack "itu"."""
    return compose(letter(own), load_language(code), load_pack("itu"), audience)


def lines(own: str, code: str = "en") -> list[str]:
    """The lines of the settled letter as plain text, without indentation."""
    return [line.strip() for line in text_of(settled(own, code)).splitlines()]


def problems(own: str) -> tuple[Problem, ...]:
    """The problems of the letter in all its languages."""
    with pytest.raises(LetterError) as caught:
        list(documents(letter(own), Workspace(ROOT), Order()))
    return caught.value.problems


def numbers(blocks: tuple[Block, ...]) -> list[str]:
    """The numbers of paragraphs and headings, "" for those without one."""
    return [block.number for block in blocks if isinstance(block, Paragraph | Heading)]


def first(document: Document) -> str:
    """The words of the body's first paragraph."""
    block = document.body[0]
    assert isinstance(block, Paragraph)
    return plain(block.spans)


# The wording of ITU's letters.

CONTACT = "contact: {name: Ana Ejemplo, tel: +41 22, fax: +41 23, email: a@example.int, web: u4ssc.itu.int}"
AMENDS = "amends: {kind: %s, number: 1}\nannexes: [{title: {en: T, es: T}, body: [{en: T, es: T}]}]"
ANNEX = "{title: {en: Draft, es: Proyecto}, body: [{en: Text., es: Texto.}]}"


@pytest.mark.parametrize(
    ("own", "english", "spanish"),
    [
        ("", "International Telecommunication Union", "Unión Internacional de Telecomunicaciones"),
        ("", "Telecommunication Standardization Bureau", "Oficina de Normalización de las Telecomunicaciones"),
        ("kind: br-circular-letter", "Radiocommunication Bureau", "Oficina de Radiocomunicaciones"),
        (
            "kind: bdt-circular",
            "Telecommunication Development Bureau",
            "Oficina de Desarrollo de las Telecomunicaciones",
        ),
        ("kind: sg-letter", "General Secretariat", "Secretaría General"),
        ("", "Geneva, 12 July 2024", "Ginebra, 12 de julio de 2024"),
        ("", "Ref: TSB Circular 213", "Ref.: Circular TSB 213"),
        (CONTACT, "Contact: Ana Ejemplo", "Contacto: Ana Ejemplo"),
        (CONTACT, "Tel: +41 22", "Tel.: +41 22"),
        (CONTACT, "Fax: +41 23", "Fax: +41 23"),
        (CONTACT, "E-mail: a@example.int", "Correo-e: a@example.int"),
        (CONTACT, "Web: u4ssc.itu.int", "Web: u4ssc.itu.int"),
        ("", "Copy:", "Copia:"),
        ("", "Subject: Subject", "Asunto: Asunto"),
        (
            "kind: tsb-collective\ngroup: 9\nnumber: 3",
            "Ref: TSB Collective letter 3/9",
            "Ref.: Carta Colectiva TSB 3/9",
        ),
        (
            "kind: br-administrative\nnumber: CACE/560",
            "Administrative Circular CACE/560",
            "Circular Administrativa CACE/560",
        ),
        ("kind: br-circular-letter\nnumber: CR/430", "Circular Letter CR/430", "Carta Circular CR/430"),
        ("kind: bdt-circular\nnumber: BDT/IP/CSTG-13", "Ref: BDT/IP/CSTG-13", "Ref.: BDT/IP/CSTG-13"),
        ("kind: sg-letter\nnumber: DM-20/1021", "Ref: DM-20/1021", "Ref.: DM-20/1021"),
        (AMENDS % "corrigendum", "Ref: Corrigendum 1 to", "Ref.: Corrigéndum 1 a la"),
        (AMENDS % "addendum", "Ref: Addendum 1 to", "Ref.: Addéndum 1 a la"),
        (AMENDS % "revision", "Ref: Revision 1 to", "Ref.: Revisión 1 a la"),
        (
            AMENDS % "corrigendum",
            "(to Corrigendum 1 to TSB Circular 213)",
            "(al Corrigéndum 1 a la Circular TSB 213)",
        ),
        (AMENDS % "addendum", "(to Addendum 1 to TSB Circular 213)", "(al Addéndum 1 a la Circular TSB 213)"),
        (AMENDS % "revision", "(to Revision 1 to TSB Circular 213)", "(a la Revisión 1 a la Circular TSB 213)"),
        (
            "",
            "– Administrations of Member States of the Union",
            "– A las Administraciones de los Estados Miembros de la Unión",
        ),
        ("", "– ITU-T Sector Members;", "– A los Miembros del Sector UIT‑T;"),
        ("", "– ITU-T Associates;", "– A los Asociados del UIT‑T;"),
        ("", "– ITU Academia", "– A las Instituciones Académicas de la UIT"),
        (
            "to: [study-group-chairs]",
            "– Chairs and Vice-Chairs of Study Groups",
            "– A los Presidentes y Vicepresidentes de las Comisiones de Estudio",
        ),
        ("", "Dear Sir/Madam,", "Muy Señora mía/Muy Señor mío:"),
        ("kind: sg-letter", "Dear Madam/Sir,", "Estimada Señora/Estimado Señor:"),
        ("", "Yours faithfully,", "Atentamente,"),
        ("signatory: {post: tsb-director, signed: true}", "(signed)", "(firmado)"),
        (
            "signatory: tsb-director",
            "Director of the Telecommunication",
            "Director de la Oficina de Normalización",
        ),
        ("signatory: tsb-director", "Standardization Bureau", "de las Telecomunicaciones"),
        (f"annexes: [{ANNEX}, {ANNEX}]", "ANNEX 1", "ANEXO 1"),
        (f"annexes: [{ANNEX}]", "ANNEX", "ANEXO"),
        (f"annexes: [{ANNEX}]", "(to TSB Circular 213)", "(a la Circular TSB 213)"),
        (f"annexes: [{ANNEX}]", "Annex: 1", "Anexo: 1"),
        (f"annexes: [{ANNEX}, {ANNEX}]", "Annexes: 2", "Anexos: 2"),
        (
            "",
            "International Telecommunication Union • Place des Nations • CH-1211 Geneva 20 • Switzerland",
            "Unión Internacional de Telecomunicaciones • Place des Nations • CH-1211 Ginebra 20 • Suiza",
        ),
        ("references: [{en: One, es: Uno}, {en: Two, es: Dos}]", "Reference(s):", "Referencia(s):"),
        ("references: [{en: One, es: Uno}]", "Reference:", "Referencia:"),
        ("distribution: [director-br]", "Distribution:", "Distribución:"),
        ("body: [{note: {en: See., es: Véase.}}]", "NOTE – See.", "NOTA – Véase."),
    ],
)
def test_itu_s_words_are_the_same_in_english_and_spanish(own: str, english: str, spanish: str) -> None:
    """Each line is worded in both languages as ITU words it."""
    assert english in lines(own, "en")
    assert spanish in lines(own, "es")


def test_a_spanish_list_of_addressees_needs_no_label() -> None:
    """English has the label "To:"; in Spanish the entries begin with "A las …" instead."""
    assert [listed.label for listed in settled("").addressees] == ["To:", "Copy:"]
    assert [listed.label for listed in settled("", "es").addressees] == ["", "Copia:"]


@pytest.mark.parametrize(
    ("kind", "salutation", "closing", "saludo", "despedida"),
    [
        ("tsb-circular", "Dear Sir/Madam,", "Yours faithfully,", "Muy Señora mía/Muy Señor mío:", "Atentamente,"),
        ("tsb-collective", "Dear Sir/Madam,", "Yours faithfully,", "Muy Señora mía/Muy Señor mío:", "Atentamente,"),
        ("br-administrative", "", "Yours faithfully,", "", "Atentamente,"),
        ("br-circular-letter", "Dear Sir/Madam,", "Yours faithfully,", "Muy Señora mía/Muy Señor mío:", "Atentamente,"),
        ("bdt-circular", "Dear Sir/Madam,", "Yours faithfully,", "Muy Señora mía/Muy Señor mío:", "Atentamente,"),
        ("sg-letter", "Dear Madam/Sir,", "Yours faithfully,", "Estimada Señora/Estimado Señor:", "Atentamente,"),
    ],
)
def test_each_kind_opens_and_closes_in_its_own_way(
    kind: str, salutation: str, closing: str, saludo: str, despedida: str
) -> None:
    """Only an administrative circular has no salutation; a letter to anybody ends faithfully."""
    group = "\ngroup: 5" if kind == "tsb-collective" else ""
    english, spanish = settled(f"kind: {kind}{group}"), settled(f"kind: {kind}{group}", "es")

    assert (plain(english.salutation), english.closing) == (salutation, closing)
    assert (plain(spanish.salutation), spanish.closing) == (saludo, despedida)


def test_a_letter_may_open_and_close_in_its_own_words() -> None:
    """A salutation and a closing in the letter replace the kind's, or are added if the kind has none."""
    words = "salutation: {en: 'Dear Colleagues,', es: 'Colegas:'}\nclosing: {en: Best, es: Saludos}"

    document = settled(f"kind: br-administrative\n{words}")

    assert (plain(document.salutation), document.closing) == ("Dear Colleagues,", "Best")


# The head.


@pytest.mark.parametrize(
    ("own", "english", "spanish"),
    [
        ("kind: tsb-circular", "Geneva, 12 July 2024", "Ginebra, 12 de julio de 2024"),
        ("kind: tsb-collective\ngroup: 5", "Geneva, 12 July 2024", "Ginebra, 12 de julio de 2024"),
        ("kind: br-administrative", "12 July 2024", "12 de julio de 2024"),
        ("kind: br-circular-letter", "12 July 2024", "12 de julio de 2024"),
        ("kind: bdt-circular", "Geneva, 12 July 2024", "Ginebra, 12 de julio de 2024"),
        ("kind: sg-letter", "Geneva, 12 July 2024", "Ginebra, 12 de julio de 2024"),
        ("place: {en: New York, es: Nueva York}", "New York, 12 July 2024", "Nueva York, 12 de julio de 2024"),
    ],
)
def test_each_kind_dates_in_its_own_way(own: str, english: str, spanish: str) -> None:
    """Letters of the Radiocommunication Bureau have no place before the date."""
    assert settled(own).date_line == english
    assert settled(own, "es").date_line == spanish


def test_a_reference_and_its_initials_are_two_lines() -> None:
    """The initials are in the reference's cell, below the reference."""
    first_row = settled("initials: SG5/XX").particulars[0]

    assert [plain(line) for line in first_row.lines] == ["TSB Circular 213", "SG5/XX"]


def test_a_reference_in_the_letter_replaces_the_kind_s_pattern() -> None:
    """A letter with its own reference needs no number."""
    source = USUAL.replace("number: 213\n", "") + "reference: {en: DM-24/1, es: DM-24/2}\n"
    read = parse_letter(source.encode(), "x.yaml", "x", Path())

    spanish = compose(read, load_language("es"), load_pack("itu"))

    assert plain(spanish.particulars[0].lines[0]) == "DM-24/2"
    assert spanish.running_header == ("- {page} -", "DM-24/2")


def test_an_amendment_of_a_titled_letter_is_its_title() -> None:
    """If the reference is a title, the amendment replaces the label above the number."""
    own = "kind: br-administrative\nnumber: CACE/560\namends: {kind: addendum, number: 2}"
    row = settled(own).particulars[0]

    assert row.label == "Addendum 2 to Administrative Circular"
    assert [plain(line) for line in row.lines] == ["CACE/560"]


def test_the_running_header_cites_the_whole_reference() -> None:
    """Below the page number is "Corrigendum 1 to TSB Circular 213"."""
    document = settled("amends: {kind: corrigendum, number: 1}")

    assert document.running_header == ("- {page} -", "Corrigendum 1 to TSB Circular 213")
    assert document.properties.reference == "Corrigendum 1 to TSB Circular 213"


def test_all_entries_of_a_list_but_the_last_end_with_a_semicolon() -> None:
    """Named lists and the letter's own texts are in one list, in the letter's order."""
    document = settled("to: [member-states, {en: the **Chair**, es: la Presidencia}, academia]\ncopy: []")

    (to,) = document.addressees
    assert [plain(entry.spans) for entry in to.entries] == [
        "Administrations of Member States of the Union;",
        "the Chair;",
        "ITU Academia",
    ]
    assert {entry.label for entry in to.entries} == {"–"}


@pytest.mark.parametrize(
    ("entries", "shown"),
    [
        (["Members;", "Associates; and", "Academia"], ["Members;", "Associates; and", "Academia"]),
        (["Members", "Chairs (5)", "SG 1, 2", "Academia."], ["Members;", "Chairs (5);", "SG 1, 2;", "Academia."]),
        (["Members,", "Associates:", "Academia"], ["Members,", "Associates:", "Academia"]),
        (["Members", "Associates and", "Land", "Academia"], ["Members;", "Associates and", "Land;", "Academia"]),
        (["成员国；", "部门成员；和", "学术成员"], ["成员国；", "部门成员；和", "学术成员"]),
    ],
)  # fmt: skip
def test_no_punctuation_is_doubled(entries: list[str], shown: list[str]) -> None:
    """An entry that ends with punctuation, or with a conjunction after it, gets no ";"."""
    [to, *_] = settled("to: [" + ", ".join(f"{{en: '{entry}', es: A}}" for entry in entries) + "]").addressees

    assert [plain(entry.spans) for entry in to.entries] == shown


def test_a_kind_without_ends_adds_no_semicolon(tmp_path: Path) -> None:
    """The pack says whether entries end with a mark."""
    shutil.copytree(ROOT / "templates" / "itu", tmp_path / "itu")
    facts = tmp_path / "itu" / "pack.yaml"
    facts.write_text(facts.read_text("utf-8").replace("    entry-end: true\n", ""), "utf-8")
    pack = load_pack("itu", (tmp_path,))

    [to, *_] = compose(letter("to: [member-states, academia]"), load_language("en"), pack).addressees
    assert [plain(entry.spans) for entry in to.entries] == [
        "Administrations of Member States of the Union", "ITU Academia",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "label"),
    [("To Administrations", ""), ("TO ADMINISTRATIONS", ""), ("Tokyo Office", "To:"), ("Administrations", "To:")],
)
def test_a_label_that_the_first_entry_says_is_left_out(entry: str, label: str) -> None:
    """ "To: – To Administrations" would say it twice."""
    [to, *_] = settled(f"to: [{{en: {entry}, es: A}}, academia]").addressees

    assert to.label == label


@pytest.mark.parametrize(
    ("kind", "entry", "label"),
    [
        ("sg-letter", "Administraciones", "A:"),
        ("sg-letter", "A las Administraciones", ""),
        ("bdt-circular", "Administraciones", "A:"),
        ("tsb-circular", "Administraciones", "A:"),
        ("tsb-circular", "Al Director General", ""),
        ("bdt-circular", "Para las Administraciones", ""),
        ("br-circular-letter", "Administraciones", ""),
    ],
)
def test_spanish_letters_have_the_label_that_their_kind_has(kind: str, entry: str, label: str) -> None:
    """Those of BR never have one, and no other where the first entry says it: "Al Director General"."""
    [to, *_] = settled(f"kind: {kind}\nto: [{{en: Administrations, es: {entry}}}]", "es").addressees

    assert to.label == label


@pytest.mark.parametrize(
    ("own", "code", "label", "entries"),
    [
        ("to: [academia, {en: X, es: Y, fr: Z}]", "es", "", ["A las Instituciones Académicas de la UIT", "Y"]),
        ("to: [{en: X, es: Y, fr: Z}, academia]", "es", "A:", ["Y", "Instituciones Académicas de la UIT"]),
        ("to: [director-br-f]", "es", "", ["A la Directora de la Oficina de Radiocomunicaciones"]),
        ("to: [director-br-f]", "fr", "", ["À la Directrice du Bureau des radiocommunications"]),
        ("to: [{en: X, es: Y, fr: Z}, associates]", "fr", "À:", ["Z", "Associés de l'UIT‑T"]),
        ("to: [member-states-itu]", "en", "", ["To Administrations of Member States of the ITU"]),
        (
            "to: [{en: X, es: Y, fr: Z}, member-states-itu]",
            "en",
            "To:",
            ["X", "Administrations of Member States of the ITU"],
        ),
    ],
)
def test_a_list_says_to_whom_a_letter_goes_only_where_no_label_does(
    own: str, code: str, label: str, entries: list[str]
) -> None:
    """ "A: – A los Miembros" would say it twice."""
    body = "subject: {en: S, es: S, fr: S}\nbody: [{en: T, es: T, fr: T}]"
    [to, *_] = settled(f"languages: [en, es, fr]\n{own}\n{body}", code).addressees

    assert (to.label, [plain(entry.spans).removesuffix(";").rstrip() for entry in to.entries]) == (label, entries)


def test_a_list_of_the_distribution_has_its_name_alone() -> None:
    """The label does not ask for "Al" or "To"."""
    own = "distribution: [member-states-itu, director-br]"

    assert [line.removesuffix(";") for line in lines(own, "es") if line.startswith("– ")][-2:] == [
        "– Administraciones de los Estados Miembros de la UIT",
        "– Director de la Oficina de Radiocomunicaciones",
    ]
    assert "– Administrations of Member States of the ITU" in [line.removesuffix(";") for line in lines(own)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Noon.", "Noon, 1200 hours."),
        ("Noon;", "Noon, 1200 hours;"),
        ("Papers (by e-mail)", "Papers (by e-mail), 1200 hours"),
        ("See *x*", "See x, 1200 hours"),
        ("Fees of 50 %", "Fees of 50 %, 1200 hours"),
        ("Forms of R&", "Forms of R&, 1200 hours"),
        ("Marked #", "Marked #, 1200 hours"),
    ],
)
def test_the_time_of_a_deadline_is_before_the_mark_at_its_end(text: str, written: str) -> None:
    """No bracket follows another, and no mark is in the middle."""
    own = f"body: [{{deadlines: [{{date: 2024-08-30, time: '12:00', en: '{text}', es: T}}]}}]"

    assert f"– {written}" in lines(own)


@pytest.mark.parametrize(
    ("own", "code", "parent"),
    [
        ("kind: bdt-circular\nreference: Circular BDT/1", "en", "(to Circular BDT/1)"),
        ("kind: bdt-circular\nreference: Circular BDT/1", "es", "(a la Circular BDT/1)"),
        ("kind: bdt-circular\nreference: BDT/1", "en", "(to Circular BDT/1)"),
        ("kind: bdt-circular\nnumber: BDT/1", "en", "(to Circular BDT/1)"),
        ("kind: bdt-circular\nreference: to Circular BDT/1", "en", "(to Circular BDT/1)"),
        ("kind: bdt-circular\nreference: a la Circular BDT/1", "es", "(a la Circular BDT/1)"),
        ("kind: bdt-circular\nreference: Addendum 1 to Circular BDT/1", "en", "(to Addendum 1 to Circular BDT/1)"),
        ("kind: bdt-circular\nreference: Addéndum 1 a la Circular 5", "es", "(al Addéndum 1 a la Circular 5)"),
        ("kind: bdt-circular\nreference: Revisión 2 a la Circular 5", "es", "(a la Revisión 2 a la Circular 5)"),
    ],
)
def test_words_of_an_own_reference_are_not_said_twice(own: str, code: str, parent: str) -> None:
    """The kind's "to Circular" and the letter's "Circular BDT/1" make one "Circular"; an addendum has its own words."""
    [annex] = settled(f"{own}\nannexes: [{{title: A, body: [{{en: A, es: A}}]}}]", code).annexes

    assert annex.parent == parent


@pytest.mark.parametrize("addressed", [False, True])
def test_false_leaves_salutation_closing_and_addressees_out(addressed: bool) -> None:
    """Also in a merged copy, which would have the addressee's own salutation."""
    bare = letter("salutation: false\nclosing: false\nto: false\ncopy: false")
    document = compose(bare, load_language("en"), load_pack("itu"), {}, addressed)

    assert (document.salutation, document.closing, document.addressees) == ((), "", ())


def test_own_addressees_beside_the_usual_copies_get_a_warning() -> None:
    """The kind's copies are easily forgotten; naming them, or ``false``, settles the doubt."""
    pack = load_pack("itu")

    [doubt] = doubts(letter("to: [academia]"), pack)
    assert (doubt.code, doubt.where.line) == ("usual-copies", 7)
    assert not any(
        [*doubts(letter(own), pack)] for own in ("number: 1", "to: [academia]\ncopy: false", "copy: [academia]")
    )


def test_an_addressee_named_twice_keeps_both_semicolons_right() -> None:
    """Only the last entry has no semicolon, even if an earlier one has the same words."""
    (to,) = settled("to: [academia, academia]\ncopy: []").addressees

    assert [plain(entry.spans) for entry in to.entries] == ["ITU Academia;", "ITU Academia"]


def test_a_sentence_of_addressees_has_no_dash() -> None:
    """A titled letter has one sentence "To …", without a label and a dash."""
    (to,) = settled("kind: br-administrative\nnumber: CA/270").addressees

    assert (to.label, to.entries[0].label) == ("", "")
    assert plain(to.entries[0].spans) == "To Administrations of Member States of the ITU"


def test_a_subject_has_the_lines_that_were_typed() -> None:
    """The line breaks of a subject are kept; the title in the file's properties is on one line."""
    document = settled("subject:\n  en: |\n    Eighth Meeting\n    (Madrid)\n  es: Asunto")

    assert [plain(line) for line in document.subject] == ["Eighth Meeting", "(Madrid)"]
    assert document.title == document.properties.title == "Eighth Meeting (Madrid)"


def test_contacts_are_links() -> None:
    """An e-mail address and a web page are links; https:// is added where it is missing."""
    rows = settled(CONTACT).particulars

    assert [row.lines[0][0].link for row in rows] == ["", "", "", "", "mailto:a@example.int", "https://u4ssc.itu.int"]


def test_a_contact_that_the_kind_does_not_show_is_a_problem(tmp_path: Path) -> None:
    """Parts of a contact are not left out silently."""
    file = tmp_path / "templates/itu/pack.yaml"
    shutil.copytree(ROOT / "templates/itu", file.parent)
    all_shown, some_shown = "[reference, contact, tel, fax, email, web]", "[reference, email]"
    file.write_text(file.read_text().replace(all_shown, some_shown, 1))

    with pytest.raises(LetterError) as caught:
        list(documents(letter(CONTACT), Workspace(tmp_path), Order()))

    shown = [(problem.code, problem.message) for problem in caught.value.problems]
    assert [code for code, _ in shown] == ["unshown-contact"] * 4
    assert [message.rpartition("contact's ")[2] for _, message in shown] == ["'fax'", "'name'", "'tel'", "'web'"]
    assert str(caught.value.problems[0].where) == "letters/x.yaml:7:1"


@pytest.mark.parametrize(
    ("own", "key"),
    [("group: 5", "group"), ("kind: br-administrative\nplace: {en: Rome, es: Roma}", "place")],
)
def test_a_field_of_the_head_that_the_kind_does_not_show_is_a_problem(own: str, key: str) -> None:
    """A circular shows no study group in its reference, and an administrative circular no place before its date."""
    (problem,) = problems(own)

    assert problem.code == "unshown-field"
    assert f"'{key}'" in problem.message
    assert problem.where == letter(own).places[key]


@pytest.mark.parametrize(
    ("kind", "key", "hint"),
    [
        ("tsb-circular", "number", "add 'number:'; a letter without one says 'number: false'"),
        ("tsb-collective", "group", "add 'group:'"),
    ],
)
def test_a_kind_requires_what_its_reference_is_made_of(kind: str, key: str, hint: str) -> None:
    """A circular without a number cannot be cited."""
    usual = USUAL.replace("tsb-circular", kind) + "group: 5\n"
    source = "\n".join(line for line in usual.splitlines() if not line.startswith(f"{key}:"))
    read = parse_letter(source.encode(), "x.yaml", "x", Path())

    with pytest.raises(LetterError) as caught:
        compose(read, load_language("en"), load_pack("itu"))

    assert str(caught.value) == f"x.yaml:1:7  missing-field  a {kind} needs '{key}'\n    hint: {hint}"


# Numbers.


def test_a_letter_has_the_group_that_the_words_of_its_kind_name(tmp_path: Path) -> None:
    """The reference would end with "302/"; a letter with a reference of its own needs no group."""
    shutil.copytree(ROOT / "templates" / "itu", tmp_path / "templates" / "itu")
    file = tmp_path / "templates" / "itu" / "words" / "en.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('plain: "TSB Circular {number}"', 'plain: "TSB Circular {number}/{group}"'), "utf-8")
    pack = load_pack("itu", (tmp_path / "templates",))

    with pytest.raises(LetterError) as caught:
        compose(letter(""), load_language("en"), pack)

    assert [str(one) for one in caught.value.problems] == [
        "letters/x.yaml:1:7  missing-field  a tsb-circular needs 'group'\n    hint: add 'group:'"
    ]
    assert compose(letter("reference: R 1"), load_language("en"), pack).properties.reference == "R 1"
    assert compose(letter("group: 5"), load_language("en"), pack).properties.reference == "TSB Circular 213/5"


@pytest.mark.parametrize(
    ("numbering", "expected"),
    [
        ("paragraph", ["", "1", "2", "", "", "3"]),
        ("section", ["1", "", "", "1.1", "2", ""]),
        ("none", ["", "", "", "", "", ""]),
    ],
)
def test_a_letter_numbers_paragraphs_or_sections_or_nothing(numbering: str, expected: list[str]) -> None:
    """The letter's numbering replaces the kind's."""
    body = """
body:
  - heading: {en: First, es: Primero}
  - {en: Text., es: Texto.}
  - {en: Text., es: Texto.}
  - {heading: {en: Inner, es: Interior}, level: 2}
  - heading: {en: Second, es: Segundo}
  - {en: Text., es: Texto.}
"""

    assert numbers(settled(f"numbering: {numbering}{body}").body) == expected


def test_paragraphs_can_be_left_unnumbered() -> None:
    """Numbering continues after a paragraph with 'numbered: false'."""
    body = "body: [{en: A, es: A}, {en: B, es: B, numbered: false}, {en: C, es: C}]"

    assert numbers(settled(body).body) == ["1", "", "2"]


def test_the_second_paragraph_of_a_text_has_no_number() -> None:
    """A blank line splits a text into two paragraphs under one number."""
    blocks = settled('body: [{en: "One.\\n\\nTwo.", es: Uno.}, {en: Three., es: Tres.}]').body

    assert numbers(blocks) == ["1", "", "2"]


def test_a_long_number_is_apart_from_its_words_in_plain_text() -> None:
    """ "1.1.1" is as wide as the room for numbers."""
    headings = ", ".join(f"{{heading: Title, level: {level}}}" for level in (1, 2, 3))

    assert {"1   Title", "1.1 Title", "1.1.1 Title"} <= {*lines(f"numbering: section\nbody: [{headings}]")}


def test_numbers_start_again_in_each_annex() -> None:
    """The first paragraph of each annex has the number 1."""
    body = "body: [{en: A, es: A}, {en: B, es: B}]"
    document = settled(f"{body}\nannexes: [{ANNEX}, {ANNEX}]")

    assert numbers(document.body) == ["1", "2"]
    assert [numbers(annex.body) for annex in document.annexes] == [["1"], ["1"]]


@pytest.mark.parametrize("levels", [[2], [1, 3], [1, 2, 1, 3]])
def test_a_section_without_the_one_above_it_is_a_problem(levels: list[int]) -> None:
    """There is no section 0.1: a heading of level 2 needs one of level 1 above it."""
    body = "".join(f"\n  - {{heading: {{en: T, es: T}}, level: {level}}}" for level in levels)

    (problem,) = problems(f"numbering: section\nbody:{body}")

    assert problem.code == "skipped-level"
    assert problem.where.line == 6 + len(levels) + 1


def test_a_lettered_list_continues_after_z() -> None:
    """As in Word, z) is followed by aa)."""
    entries = ", ".join("{en: T, es: T}" for _ in range(28))
    items = settled(f"body: [{{en: T, es: T, steps: [{entries}]}}]").body[1]

    assert isinstance(items, Items)
    assert [items.entries[n].label for n in (0, 25, 26, 27)] == ["a)", "z)", "aa)", "bb)"]


# References.


def test_a_text_may_refer_forward_and_back() -> None:
    """A reference shows the number of a paragraph and links to it."""
    document = settled(
        "body:\n"
        "  - {en: 'See {{ ref: last }}.', es: T}\n"
        "  - {id: middle, en: Text., es: T}\n"
        "  - {id: last, en: 'See {{ ref: middle }}.', es: T}\n"
    )

    assert document.body[0] == Paragraph((Span("See "), Span("3", link="#last"), Span(".")), "1", "body.1")
    assert document.body[2] == Paragraph((Span("See "), Span("2", link="#middle"), Span(".")), "3", "last")


def test_a_text_may_refer_to_annexes_and_sections() -> None:
    """A reference to the only annex is "Annex", to the first of two "Annex 1", and to a section its number."""
    section = "numbering: section\nbody: [{id: s, heading: {en: S, es: S}}, {en: 'In {{ ref: s }}.', es: T}]"
    refers = "body: [{en: 'In the {{ ref: a }}.', es: 'En el {{ ref: a }}.'}]"
    annex = "{id: a, title: {en: T, es: T}, body: [{en: T, es: T}]}"

    paragraph = settled(section).body[1]

    assert isinstance(paragraph, Paragraph)
    assert plain(paragraph.spans) == "In 1."
    assert first(settled(f"{refers}\nannexes: [{annex}]")) == "In the Annex."
    assert first(settled(f"{refers}\nannexes: [{annex}, {ANNEX}]")) == "In the Annex 1."
    assert first(settled(f"{refers}\nannexes: [{ANNEX}, {annex}]", "es")) == "En el Anexo 2."


@pytest.mark.parametrize(
    "target",
    [
        "{id: x, en: T, es: T, numbered: false}",
        "{id: x, heading: {en: T, es: T}}",
        "{id: x, note: {en: T, es: T}}",
        "{id: x, en: T, es: T, when: {category: associate}}",
    ],
)
def test_a_reference_to_a_part_without_a_number_is_a_problem(target: str) -> None:
    """The problem is reported once for both languages, at the first reference."""
    own = f"body:\n  - {{en: 'See {{{{ ref: x }}}}.', es: 'Véase {{{{ ref: x }}}}.'}}\n  - {target}"

    (problem,) = problems(own)

    assert problem.code == "unnumbered-reference"
    assert str(problem.where) == "letters/x.yaml:7:15"


def test_a_link_to_a_part_that_is_not_there_is_a_problem() -> None:
    """A link to a paragraph for some addressees would have no target for the others."""
    own = (
        "body:\n  - {en: '[there](#x)', es: T}\n  - {id: x, en: T, es: T, when: {category: associate}}\n"
        "  - {id: y, en: T, es: T}"
    )

    (problem,) = problems(own)

    assert problem.code == "unreachable-link"
    assert problem.where.line == 7
    assert settled(own, category="associate").body[0] == Paragraph((Span("there", link="#x"),), "1", "body.1")


# Deadlines, tables, venues.


def test_deadlines_are_sorted_and_days_are_grouped() -> None:
    """Deadlines are sorted by day and time; on each day those without a time come last."""
    document = settled(
        "body:\n  - deadlines:\n"
        "      - {date: 2024-09-12, en: Whole day, es: T}\n"
        "      - {date: 2024-09-12, time: '23:59 UTC', en: Registration, es: T}\n"
        "      - {date: 2024-08-30, en: Visa, es: T}\n"
        "      - {date: 2024-09-12, time: '9:05', en: Opening, es: T}\n"
    )

    (table,) = document.body

    assert isinstance(table, Table)
    assert table.row_heads
    assert [[plain(line) for cell in row for line in cell.lines] for row in table.rows] == [
        ["30 August 2024", "Visa"],
        ["12 September 2024", "Opening, 0905 hours", "Registration, 2359 hours UTC", "Whole day"],
    ]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("- Visa", "Visa"), ("–\u00a0**Visa**", "Visa"), ("— “Visa”", "“Visa”"), ("-5 °C", "-5 °C"), ("–", "–")],
)
def test_a_dash_typed_before_a_deadline_is_not_repeated(typed: str, printed: str) -> None:
    """The table has dashes of its own, as lists of addressees; a minus and a dash alone are words."""
    own = f"body: [{{deadlines: [{{date: 2024-08-30, en: '{typed}', es: T}}]}}]"

    (table,) = settled(own).body

    assert isinstance(table, Table)
    assert [plain(line) for line in table.rows[0][1].lines] == [printed]


def test_deadlines_are_worded_in_each_language() -> None:
    """The end of a day is "2400 hours UTC" in English and "24.00 horas UTC" in Spanish."""
    own = "body: [{deadlines: [{date: 2024-08-30, time: '24:00 UTC', en: Due, es: Entrega}]}]"

    assert "– Due, 2400 hours UTC" in lines(own)
    assert "– Entrega, 24.00 horas UTC" in lines(own, "es")
    assert "30 de agosto de 2024" in lines(own, "es")


def test_the_shares_of_a_table_s_columns_sum_to_one() -> None:
    """Without ``widths``, columns are equally wide."""
    table = "{columns: [A, B], rows: [[1, 2]]%s}"
    plain_table, wide = settled(f"body: [{{table: {table % ''}}}, {{table: {table % ', widths: [1, 3]'}}}]").body

    assert isinstance(plain_table, Table)
    assert isinstance(wide, Table)
    assert (plain_table.widths, wide.widths) == ((0.5, 0.5), (0.25, 0.75))


def test_a_venue_is_a_name_an_address_and_a_link() -> None:
    """The name is strong, the address is on lines of its own, and the link shows its URL."""
    (block,) = settled(
        "links: {page: {en: https://x.int/en, es: https://x.int/es}}\n"
        "body: [{venue: {name: {en: Hall, es: Sala}, address: {en: 'Calle 1', es: T}, link: page}}]"
    ).body

    assert isinstance(block, Paragraph)
    assert block.spans == (
        Span("Hall", strong=True),
        Span("\nCalle 1\n"),
        Span("https://x.int/en", link="https://x.int/en"),
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("Note: See.", "Note: See."), ("NOTE 1 – See.", "NOTE 1 – See."), ("**Note 2** – See.", "Note 2 – See."),
     ("Note that two are late.", "NOTE – Note that two are late."), ("Notes: two.", "NOTE – Notes: two.")],
)  # fmt: skip
def test_a_note_with_a_label_of_its_own_keeps_it(typed: str, printed: str) -> None:
    """Offices number their notes; words that only begin like the label are no label."""
    (block,) = settled(f"body: [{{note: {{en: '{typed}', es: T}}}}]").body

    assert isinstance(block, Note)
    assert block.label + plain(block.spans) == printed


@pytest.mark.parametrize(
    ("own", "counted"),
    [
        ("body: [{en: 1 Text., es: Texto.}]", 1),
        ("body: [{en: 1. Text., es: 1) Texto.}]", 2),
        ("body: [{en: 2 Text., es: 1 delegado}, {en: 2 000 copies., es: Texto.}]", 0),
        ("numbering: section\nbody: [{heading: {en: 1 Text, es: Texto}}, {level: 2, heading: 1.1 Both}]", 3),
        ("references: [{en: 1) One, es: Una}, {en: (2) Two, es: 3) Dos}]", 2),
        ("references: 1) One", 0),
        ("annexes: [{title: {en: Annex – Plan, es: Plan}, body: [{en: A, es: A}]}]", 1),
        ("annexes: [{title: {en: ANNEX 1, es: Anexos}, body: [{en: A, es: A}]}]", 1),
    ],
)
def test_a_number_that_is_printed_anyway_gets_a_warning(own: str, counted: int) -> None:
    """It would be there twice; nothing is removed, since it may belong to the text."""
    pack = load_pack("itu")
    settled = [compose_as_far_as_possible(letter(own), load_language(code), pack) for code in ("en", "es")]
    found = [doubt for one in settled for doubt in one.doubts]

    assert [one.code for one in found] == ["wrong-labels"] * counted


def test_the_warning_of_a_typed_name_is_at_the_title() -> None:
    """Not at the first key of the annex, and in each language at its own text."""
    own = "annexes:\n  - id: plan\n    title: {en: Annex – Plan, es: Anexo – Plan}\n    body: [{en: A, es: A}]"
    source, pack = letter(own), load_pack("itu")
    doubts = [compose_as_far_as_possible(source, load_language(code), pack).doubts[0] for code in ("en", "es")]

    lines = source.origin.text.split("\n")
    assert [lines[one.where.line - 1][one.where.column - 1 :].split(" –")[0] for one in doubts] == ["Annex", "Anexo"]


def test_a_note_has_a_label() -> None:
    """A note begins with "NOTE – "."""
    (block,) = settled("body: [{note: {en: See., es: T}}]").body

    assert block == Note("NOTE – ", (Span("See."),), "body.1")


# Facts, links, holes.


@pytest.mark.parametrize(
    ("field", "english", "spanish"),
    [
        ("day", "19 September 2024", "19 de septiembre de 2024"),
        ("day | date", "19 September 2024", "19 de septiembre de 2024"),
        ("day | day-month", "19 September", "19 de septiembre"),
        ("day | month-year", "September 2024", "septiembre de 2024"),
        ("day | year", "2024", "2024"),
        ("day | weekday", "Thursday", "jueves"),
        ("day | weekday-date", "Thursday, 19 September 2024", "jueves 19 de septiembre de 2024"),
        ("days", "20-28 September 2011", "20-28 de septiembre de 2011"),
        ("amount", "2\u00a0000.5", "2\u00a0000,5"),
        ("amount | number", "2\u00a0000.5", "2\u00a0000,5"),
        ("edition | ordinal", "8th", "8.º"),
        ("edition | ordinal-feminine", "8th", "8.ª"),
        ("city", "Madrid (Spain)", "Madrid (España)"),
    ],
)
def test_a_fact_is_written_out_in_each_language(field: str, english: str, spanish: str) -> None:
    """A fact is written out by the rules of each language, in the format after the "|"."""
    own = (
        "facts:\n  day: 2024-09-19\n  days: {from: 2011-09-20, to: 2011-09-28}\n  amount: 2000.5\n  edition: 8\n"
        "  city: {en: Madrid (Spain), es: Madrid (España)}\n"
        f"body: [{{en: '– {{{{ {field} }}}}', es: '– {{{{ {field} }}}}'}}]"
    )

    assert first(settled(own)) == f"– {english}"
    assert first(settled(own, "es")) == f"– {spanish}"


def test_a_link_shows_its_words_or_else_its_address() -> None:
    """A named link leads to the address for the document's language."""
    own = (
        "links: {page: {en: https://x.int/en, es: https://x.int/es}}\n"
        "body: [{en: 'See <page> or [it](page); write to a@x.int.', es: 'Véase <page>.'}]"
    )

    english, spanish = settled(own).body[0], settled(own, "es").body[0]

    assert isinstance(english, Paragraph)
    assert isinstance(spanish, Paragraph)
    assert [(span.text, span.link) for span in english.spans if span.link] == [
        ("https://x.int/en", "https://x.int/en"),
        ("it", "https://x.int/en"),
        ("a@x.int", "mailto:a@x.int"),
    ]
    assert spanish.spans[1] == Span("https://x.int/es", link="https://x.int/es")


def test_holes_stay_holes() -> None:
    """Holes for the addressee's values stay open and keep their look."""
    document = settled("body: [{en: 'Dear **{{ addressee.title }}** {{ addressee.surname }},', es: T}]")

    assert holes_of(document) == ("addressee.title", "addressee.surname")
    block = document.body[0]
    assert isinstance(block, Paragraph)
    assert block.spans[1] == Span("", strong=True, hole="addressee.title")


def test_parts_for_some_addressees_are_left_out_for_the_others() -> None:
    """A part is included if every column in its condition has one of the values."""
    own = (
        "body:\n  - {en: All., es: T}\n"
        "  - {en: Some., es: T, when: {category: [associate, academia], region: eu}}\n"
        "  - {en: End., es: T}\n"
    )

    assert numbers(settled(own).body) == ["1", "2"]
    assert numbers(settled(own, category="academia").body) == ["1", "2"]
    assert numbers(settled(own, category="academia", region="eu").body) == ["1", "2", "3"]
    assert len(left_out_parts(letter(own))) == 1


def test_a_condition_on_a_missing_column_does_not_hold() -> None:
    """The audience must have the column with one of the values."""
    assert holds((), {})
    assert holds((("a", ("1", "2")),), {"a": "2"})
    assert not holds((("a", ("1", "2")),), {"b": "2"})


# The end.


def test_annexes_are_announced_by_their_titles() -> None:
    """Letters of the Radiocommunication Bureau list the titles; a single title follows the label on its line."""
    one = settled(f"kind: br-administrative\nannexes: [{ANNEX}]", "es")
    two = settled(f"kind: br-administrative\nannexes: [{ANNEX}, {ANNEX}]")

    assert one.annex_note == ("Anexo: Proyecto",)
    assert two.annex_note == ("Annexes:", "1 – Draft", "2 – Draft")


def test_a_letter_without_annexes_announces_none() -> None:
    """There is neither a number nor a title below the signature."""
    assert settled("").annex_note == ()
    assert settled("kind: br-administrative").annex_note == ()


def test_a_signatory_has_the_title_of_the_post() -> None:
    """The pack has the title in each language; the letter adds the name, or has its own title."""
    post = settled("signatory: {post: tsb-director, name: Max Mustermann, signed: true}", "es").signature
    own = settled('signatory: {name: A, title: {en: "Head\\nfor the Director", es: T}}').signature

    assert post is not None
    assert post.title == ("Director de la Oficina de Normalización", "de las Telecomunicaciones")
    assert (post.signed, post.name) == ("(firmado)", "Max Mustermann")
    assert own is not None
    assert own.title == ("Head", "for the Director")


def test_a_letter_without_signatory_has_no_signature() -> None:
    """There is no empty block below the closing."""
    assert settled("").signature is None


def test_the_alternate_text_of_a_qr_code_has_its_address() -> None:
    """The alternate text is in the document's language."""
    code = settled("qr: {link: https://x.int/, caption: {en: Page, es: Página}}", "es").link_code

    assert code is not None
    assert (code.address, code.caption, code.picture.alt) == ("https://x.int/", "Página", "Código QR: https://x.int/")


def test_the_file_s_properties_are_the_letter_s() -> None:
    """The date is the letter's; the author is the organization's name in the document's language."""
    properties = settled("", "es").properties

    assert (properties.author, properties.language) == ("Unión Internacional de Telecomunicaciones", "es")
    assert properties.date.isoformat() == "2024-07-12"


# Problems.


def test_all_problems_of_all_languages_come_at_once() -> None:
    """A problem is reported once, whether it is in one language or in both."""
    found = problems(
        "to: [membr-states]\nsignatory: tsb-directr\nbody:\n"
        "  - {en: 'See {{ ref: x }}.', es: 'Véase {{ ref: x }}.'}\n"
        "  - {id: x, en: T, es: T, numbered: false}\n"
    )

    assert [(problem.code, problem.hint) for problem in found if problem.code != "unnumbered-reference"] == [
        ("unknown-list", "did you mean 'member-states'?"),
        ("unknown-signatory", "did you mean 'tsb-director'?"),
    ]
    assert len(found) == 3
    assert [problem.where.line for problem in found] == sorted(problem.where.line for problem in found)


def test_an_unknown_kind_names_the_nearest() -> None:
    """The problem's place is where the letter names the kind."""
    (problem,) = problems("kind: tsb-circulr")

    assert str(problem) == (
        "letters/x.yaml:6:7  unknown-kind  the pack 'itu' has no kind 'tsb-circulr'\n"
        "    hint: did you mean 'tsb-circular'?"
    )


def test_an_unknown_pack_or_language_is_a_problem_of_the_letter() -> None:
    """Both problems have their place in the letter."""
    (pack,) = problems("pack: it")
    (language,) = problems(
        "languages: [en, xx]\nsubject: {en: S, xx: S}\nbody: [{en: T, xx: T}]",
    )

    assert (pack.code, str(pack.where)) == ("unknown-pack", "letters/x.yaml:7:7")
    assert pack.hint == "did you mean 'itu'?"
    assert (language.code, language.where.file) == ("unknown-language", "letters/x.yaml")


def test_a_language_that_the_pack_lacks_is_reported_with_the_command_that_adds_it(tmp_path: Path) -> None:
    """Even if the language itself has a file, the pack needs words in it."""
    (tmp_path / "languages").mkdir()
    english = (ROOT / "src/circulars/languages/en.yaml").read_text()
    (tmp_path / "languages" / "de.yaml").write_text(english)
    german = letter("languages: [en, de]\nsubject: S\nbody: [T]".replace("body: [T]", "body: [{en: T, de: T}]"))

    with pytest.raises(LetterError) as caught:
        list(documents(german, Workspace(tmp_path), Order()))

    (problem,) = caught.value.problems
    assert problem.code == "unknown-language"
    assert "'circulars language new de' adds another" in problem.hint
    assert str(problem.where) == "letters/x.yaml:4:17"


def test_a_problem_of_the_pack_is_not_reported_for_the_letter(tmp_path: Path) -> None:
    """The problem's place is in the pack's file."""
    pack = tmp_path / "templates" / "itu"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("name: itu\n")

    with pytest.raises(LetterError) as caught:
        list(documents(letter(""), Workspace(tmp_path), Order()))

    assert {Path(problem.where.file) for problem in caught.value.problems} == {pack / "pack.yaml"}
    with pytest.raises(PackError):
        Workspace(tmp_path).pack()


def test_words_in_the_document_s_own_language_are_not_marked() -> None:
    """Words marked as Spanish keep the mark in the English document only."""
    own = 'body: [{en: "The [Cabildo]{lang=es} opens.", es: "El [Cabildo]{lang=es} abre."}]'

    english, spanish = settled(own).body[0], settled(own, "es").body[0]

    assert english == Paragraph((Span("The "), Span("Cabildo", language="es"), Span(" opens.")), "1", "body.1")
    assert spanish == Paragraph((Span("El Cabildo abre."),), "1", "body.1")


LINKS = """\
links: {page: "https://evil.example/", desk: {en: "mailto:evil@evil.example", es: "mailto:ana@good.example"}}
facts: {site: "https://good.example/", word: {en: the page, es: la página}, mail: ana@good.example, end: .example}
"""


@pytest.mark.parametrize(
    "text",
    [
        "[https://good.example/](page)",
        "[{{ site }}](page)",
        "[see {{ site }} now](https://evil.example/)",
        "[{{ mail }}](desk)",
        "[*{{ mail }}*](mailto:evil@evil.example)",
        "[good](page){{ end }}",
        "{{ site }}[evil](page)",
        "[{{ site }}](#there)",
    ],
)
def test_a_fact_or_a_name_does_not_hide_where_a_link_leads(text: str) -> None:
    """A link's words are judged with their facts, and its address with the name's, in each language."""
    body = f"body: [{{id: there, en: {text!r}, es: Texto.}}]"

    (problem,) = problems(LINKS + body)
    assert problem.code == "deceptive-link"
    assert (problem.where.line, problem.where.column) >= (8, 30)
    assert "but it leads to" in problem.message


def test_a_link_that_misleads_in_one_language_is_a_problem() -> None:
    """The same words lead to the right address in Spanish, and to another one in English."""
    body = "body: [{en: 'See [{{ mail }}](desk).', es: 'Véase [{{ mail }}](desk).'}]"

    (problem,) = problems(LINKS + body)
    assert "leads to 'evil@evil.example'" in problem.message


def test_a_check_finds_a_caption_that_misleads(tmp_path: Path) -> None:
    """Although it does not draw the QR code."""
    own = "qr: {link: 'https://www.example.int/', caption: {en: www.example.org, es: A}}"
    (tmp_path / "x.yaml").write_text(USUAL + own, "utf-8")
    (built,) = check_files([tmp_path / "x.yaml"], Workspace(ROOT))

    assert [problem.code for problem in built.problems] == ["deceptive-link"]


def test_fields_of_a_letter_with_faults_are_no_fault_of_the_program(tmp_path: Path) -> None:
    """A field where none is allowed is reported, whatever fields other texts have."""
    own = "distribution: [{en: '{{ city }}', es: A}]\nannexes: [{title: A, body: [{venue: {name: '{{ city }}'}}]}]\n"
    (tmp_path / "x.yaml").write_text(f"{USUAL}facts: {{city: Madrid}}\n{own}", "utf-8")
    (built,) = check_files([tmp_path / "x.yaml"], Workspace(ROOT))

    assert [problem.code for problem in built.problems] == ["wrong-field"]


def test_the_caption_of_a_code_is_its_words() -> None:
    """A QR code cannot be read by people, so its caption must not name another address."""
    body = "body: [{en: Text., es: Texto.}]\nqr: {link: page, caption: {en: good.example, es: Página}}"

    (problem,) = problems(LINKS + body)
    assert "say 'good.example', but it leads to 'evil.example'" in problem.message


def test_facts_may_be_the_words_of_a_link() -> None:
    """Words from facts that are no address, or the link's own, are right."""
    body = "body: [{en: '[{{ word }}](page), [{{ site }}](https://good.example/a)', es: '[{{ word }}](page)'}]"

    assert "the page" in lines(LINKS + body)[-1] or any("the page" in line for line in lines(LINKS + body))
