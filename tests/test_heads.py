"""Heads of letters: contacts, addressees, labels, and letters without a number."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import docx as docx_library
import pypdfium2
import pytest

from circulars.build import check_files
from circulars.compose import compose
from circulars.errors import LetterError, Problem
from circulars.language import load_language
from circulars.merge.post.page import page_of
from circulars.model.document import Document, filled
from circulars.model.text import plain
from circulars.pack import load_pack
from circulars.render import docx, pdf
from circulars.render.txt import words_of
from circulars.review.comparing.compare import compare
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

USUAL = """\
kind: {kind}
date: 2024-07-12
languages: [en, es]
subject: {{en: Subject, es: Asunto}}
body: [{{en: Text., es: Texto.}}]
copy: false
"""


def settled(own: str, kind: str = "sg-letter", code: str = "en") -> Document:
    """A letter with some keys of its own, in one language."""
    has_number = own.startswith("number:") or "\nnumber:" in own
    number = "" if has_number else "number: DM-24/1\n"
    usual = USUAL.format(kind=kind)
    if own.startswith("languages:"):
        usual = usual.replace("languages: [en, es]\n", "")
    letter = parse_letter((usual + number + own).encode(), "x.yaml", "x", Path())
    return compose(letter, load_language(code), load_pack("itu"))


def head(own: str, kind: str = "sg-letter", code: str = "en") -> list[str]:
    """The lines of the plain text between the letterhead and the subject, without indentation."""
    lines = [line.strip() for line in "\n".join(words_of(settled(own, kind, code))).split("\n")]
    subject = "Subject: Subject" if code == "en" else "Asunto: Asunto"
    return [line for line in lines[lines.index("") : lines.index(subject)] if line]


def problems(own: str, kind: str = "sg-letter") -> tuple[Problem, ...]:
    """The problems of a letter with some keys of its own."""
    with pytest.raises(LetterError) as caught:
        settled(own, kind)
    return caught.value.problems


# Contacts.


def test_neighbouring_contacts_share_a_label() -> None:
    """A contact with only a name stands beside the next one's name; further contacts have rows of their own."""
    luis = "{name: Luis, post: {en: Counsellor, es: Consejero}, tel: 1}"
    own = f"to: false\ncontact: [{{name: Ana}}, {luis}, {{name: Eva, tel: 2}}]"

    assert head(own)[2:] == [
        "Contact: Ana", "Luis", "Counsellor", "Telephone: 1", "Contact: Eva", "Telephone: 2",
    ]  # fmt: skip


def test_a_contact_with_a_label_is_one_row_in_its_own_order() -> None:
    """The details have the labels of the language; name, post and town have none."""
    own = (
        "to: false\ncontact:\n  label: {en: 'For your reply:', es: 'Para su respuesta:'}\n  name: Ana\n"
        "  email: ana@example.int\n  fax: 1\n  tel: 2\n  town: {en: Geneva, es: Ginebra}"
    )

    reply = ["Para su respuesta: Ana", "Correo-e: ana@example.int", "Fax: 1", "Teléfono: 2", "Ginebra"]
    assert head(own, code="es")[2:] == reply
    [_, contact] = settled(own).particulars
    assert [span.link for span in contact.lines[1]] == ["", "mailto:ana@example.int"]


def test_further_rows_are_below_the_reference() -> None:
    """A row may have a label, a text or both."""
    own = "to: false\nrows: [{label: {en: 'Your reference:', es: A}, text: AB/12}, {text: Page 1/5}]\ncontact: {tel: 1}"

    assert head(own)[1:] == ["Ref: DM-24/1", "Your reference: AB/12", "Page 1/5", "Telephone: 1"]


def test_a_row_may_be_below_the_contacts() -> None:
    """Offices have telex and postal addresses below telephone and fax."""
    row = "{label: 'Tlx:', text: 00 ab, below: contact}"
    own = f"to: false\nrows: {row}\ncontact: {{name: [A, B], tel: [1, 2], fax: 3}}"

    assert head(own)[2:] == ["Contact: A", "B", "Telephone: 1", "2", "Fax: 3", "Tlx: 00 ab"]


def test_a_row_has_words() -> None:
    """A row without label and text is refused."""
    [problem] = problems("rows: [{}]")

    assert problem.code == "missing-field"


def test_the_letterhead_has_at_most_two_lines_under_the_organization() -> None:
    """More lines would move the postal block out of the envelope's window."""
    assert settled("bureau: |-\n  Council\n  Secretariat").letterhead.bureau == "Council\nSecretariat"
    assert [problem.code for problem in problems("bureau: |-\n  a\n  b\n  c")] == ["too-many"]


# Labels.


def test_a_letter_replaces_labels() -> None:
    """The letter's own label comes before that of the kind; ``false`` leaves it out."""
    own = "copy: [academia]\nlabels: {to: To, copy: 'cc:', tel: 'Phone:', reference: false}\ncontact: {tel: 1}"

    assert head(own.replace("copy: [academia]\n", ""))[1:] == [
        "DM-24/1", "To", "– Administrations of Member States of the Union", "Phone: 1",
    ]  # fmt: skip


def test_a_single_reference_has_no_number() -> None:
    """A text is shown as it is; a list is numbered."""
    document = settled("references: Circular-Letter No. 914\nlabels: {references: 'Reference:'}")

    assert document.references is not None
    assert (document.references.label, [entry.label for entry in document.references.entries]) == ("Reference:", [""])


# Addressees.

PERSON = '{name: Ms Olga Ejemplo, organization: Example Authority, address: "Calle Ejemplo 99\\n28000 Madrid"}'


@pytest.mark.parametrize("kind", ["sg-letter", "br-circular-letter", "bdt-circular"])
def test_an_address_keeps_its_lines_and_has_no_dash(kind: str) -> None:
    """One addressee with an address is no entry of a list."""
    [to] = settled(f"to: {PERSON}", kind).addressees

    [entry] = to.entries
    assert (entry.label, plain(entry.spans).split("\n")) == (
        "", ["Ms Olga Ejemplo", "Example Authority", "Calle Ejemplo 99", "28000 Madrid"],
    )  # fmt: skip


def test_a_text_of_three_lines_is_an_address() -> None:
    """It has no dash and no ";", and stands apart from the entries of the list."""
    own = "languages: [en]\nto:\n  - |\n    Ms Olga Ejemplo\n    Calle Ejemplo 99\n    28000 Madrid\n  - academia"

    assert head(own)[2:] == ["To:", "Ms Olga Ejemplo", "Calle Ejemplo 99", "28000 Madrid", "– ITU Academia"]


def test_attention_has_the_label_of_the_language() -> None:
    """It is the last line of an address, or a line of its own."""
    own = "to: [{name: Office, attention: Ms Ejemplo}, {attention: Mr Muestra}]"

    assert head(own)[2:] == ["To:", "Office", "Attention: Ms Ejemplo", "Attention: Mr Muestra"]
    assert head(own, code="es")[-1] == "A la atención de: Mr Muestra"


def test_the_whole_letter_may_go_to_somebody_s_attention() -> None:
    """The line is below all addressees, with no label "To:" if there are none."""
    own = "attention: Ms Ejemplo\nto: "

    assert head(f"{own}[academia]")[2:] == ["To:", "– ITU Academia", "Attention: Ms Ejemplo"]
    assert head(f"{own}false")[2:] == ["Attention: Ms Ejemplo"]


def test_groups_have_labels_of_their_own() -> None:
    """The kind's label is above the first group, and each group is part of the list above it."""
    own = "to: [{label: 'States:', entries: [member-states]}, {label: 'Others:', entries: {en: Chairs, es: P}}]"

    assert head(own)[2:] == [
        "To:", "States:", "– Administrations of Member States of the Union", "Others:", "– Chairs",
    ]  # fmt: skip
    assert [listed.part for listed in settled(own).addressees] == [False, True, True]


def test_the_label_of_a_group_is_never_left_out() -> None:
    """It is the letter's own, also above an entry that begins with its words; the kind's "To:" is left out there."""
    own = "to: [{label: 'Members:', entries: [{en: Members of the Council, es: A}, {en: Observers, es: B}]}]"

    assert head(own)[2:] == ["To:", "Members:", "– Members of the Council;", "– Observers"]
    assert head("to: [{label: 'To:', entries: [{en: To Members, es: A}]}]")[2:] == ["To:", "To:", "– To Members"]


@pytest.mark.parametrize("sentence", ["To the Director General", "To all Observer Organizations"])
def test_a_sentence_says_its_label_itself(sentence: str) -> None:
    """It has no label, no dash and no mark at its end."""
    [to] = settled(f"to: {{sentence: {sentence}}}").addressees

    assert (to.label, [(entry.label, plain(entry.spans)) for entry in to.entries]) == ("", [("", sentence)])


def test_addressees_of_a_letter_in_one_language_are_just_words() -> None:
    """ "Chairs of groups" is no name of a list; with several languages, each must say it."""
    assert head("languages: [en]\nto: [Chairs of groups]")[2:] == ["To:", "– Chairs of groups"]
    assert [problem.code for problem in problems("to: [Chairs of groups]")] == ["wrong-name"]


@pytest.mark.parametrize("typed", ["- To Administrations", "– To Administrations", "—To Administrations"])
@pytest.mark.parametrize("kind", ["sg-letter", "br-circular-letter"])
def test_a_typed_dash_is_not_repeated(typed: str, kind: str) -> None:
    """People copy "- To Administrations" from other letters; the list's own dash takes the place of theirs."""
    [to] = settled(f'to: [{{en: "{typed}", es: A}}]', kind).addressees

    assert (to.label, [(entry.label, plain(entry.spans)) for entry in to.entries]) == (
        "", [("–", "To Administrations")],
    )  # fmt: skip


# Letters without a number, a reference or a place.


@pytest.mark.parametrize("kind", ["sg-letter", "br-circular-letter", "bdt-circular", "tsb-collective"])
def test_a_letter_may_have_no_number(kind: str) -> None:
    """It has no reference, neither in its head nor on its other pages nor above its annexes."""
    document = settled("number: false\nannexes: [{title: T, body: [{en: x, es: x}]}]", kind)

    assert [row for row in document.particulars if row.label or row.lines] == []
    assert document.running_header == ("- {page} -",)
    assert [annex.parent for annex in document.annexes] == [""]


def test_a_letter_without_a_number_may_have_a_reference() -> None:
    """The reference is the letter's own."""
    assert head("to: false\nnumber: false\nreference: AB/12")[1:] == ["Ref: AB/12"]


def test_a_number_without_a_reference_is_not_lost_silently() -> None:
    """``reference: false`` beside a number is a contradiction."""
    [problem] = problems("number: 5\nreference: false")

    assert problem.code == "unshown-field"


def test_the_date_may_have_no_place() -> None:
    """``place: false`` leaves the pack's place out."""
    assert settled("place: false").date_line == "12 July 2024"


def test_two_letters_without_a_number_are_two_letters(tmp_path: Path) -> None:
    """They have no reference that could be the same."""
    files = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for file in files:
        file.write_text(USUAL.format(kind="sg-letter") + "number: false\n", "utf-8")

    assert [built.problems for built in check_files(files, Workspace(ROOT))] == [(), ()]


# Copies, changes and messages.

HOLES = """\
rows: [{label: "Your reference:", text: "{{ addressee.file }}"}]
to:
  - {name: "{{ addressee.name }}", attention: "{{ addressee.desk }}"}
  - {label: "Others:", entries: [{en: "- Colleagues of {{ addressee.name }}", es: A}]}
number: false
"""
VALUES = {"addressee.file": "AB/12", "addressee.name": "Łucja Przykład", "addressee.desk": "Desk <5> & others"}


@pytest.mark.parametrize("kind", ["sg-letter", "br-circular-letter", "bdt-circular"])
def test_copies_of_heads_are_filled_as_if_laid_out(kind: str) -> None:
    """A Word file that is filled has the bytes of one that is laid out in full; a PDF has its text."""
    document, pack = settled(HOLES, kind), load_pack("itu")
    word = docx.master(document, pack)
    page = pdf.master_for_copies(document, pack, frozenset("".join(VALUES.values())))

    assert word.fill(VALUES) == docx.laid_out(document, pack, VALUES).packed({})
    assert text_of_pages(page.fill(VALUES)) == text_of_pages(pdf.master(filled(document, VALUES), pack).fill({}))


def text_of_pages(data: bytes) -> list[str]:
    """The text that PDFium reads on each page."""
    file = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in file]
    file.close()
    return pages


def test_a_changed_contact_is_the_only_change() -> None:
    """Of two contacts with the same labels, the one that changed is named."""
    own = "contact: [{{name: Ana, tel: 1}}, {{name: Eva, tel: {}}}]"

    [change] = compare(settled(own.format(2)), settled(own.format(3)))
    assert change.place == "Telephone 2"


def test_an_email_shows_addresses_and_groups() -> None:
    """An address is a paragraph with line breaks; a group has its label above its list."""
    own = f"to: [{PERSON}, {{label: 'Others:', entries: [academia]}}]\nnumber: false"
    page = page_of(settled(own), "example.int").html

    assert "Ms Olga Ejemplo<br>Example Authority<br>Calle Ejemplo 99<br>28000 Madrid</p>" in page
    assert page.index(">Others:</p>") < page.index("– ITU Academia")


# Limits.


@pytest.mark.parametrize(
    ("own", "most"),
    [
        ("contact: [{}]", 20),
        ("rows: [{}]", 20),
        ("contact: {{name: [{}]}}", 10),
    ],
)
def test_heads_have_limits(own: str, most: int) -> None:
    """A head that no page holds is refused before anything is laid out."""
    entry = "A" if "name" in own else "{text: A b}" if "rows" in own else "{name: A}"

    settled(own.format(", ".join([entry] * most)))
    assert [problem.code for problem in problems(own.format(", ".join([entry] * (most + 1))))] == ["too-many"]


# Words and lists of the pack, in a letter of one language.

ENGLISH = "languages: [en]\n"


def entries(to: str) -> list[str]:
    """The addressees of a letter in English."""
    return [plain(entry.spans) for listed in settled(ENGLISH + f"to: {to}\n").addressees for entry in listed.entries]


@pytest.mark.parametrize(
    "word", ["Observers", "Someone.", "all observers", "'member states'", "Member States", "ITU-T"]
)
def test_words_are_addressees_in_a_letter_of_one_language(word: str) -> None:
    """A single word with a capital, and words that are no list of the pack, are printed as typed."""
    assert entries(f"[academia, {word}]")[1] == word.strip("'")


@pytest.mark.parametrize("word", ["member states", "sector members", "member state", "sector-member"])
def test_the_name_of_a_list_with_spaces_is_reported(word: str) -> None:
    """It is probably meant as the list."""
    [problem] = problems(ENGLISH + f"to: [{word}]\n")

    assert (problem.code, "did you mean" in problem.hint) == ("unknown-list", True)


def test_a_single_word_that_is_no_list_says_how_words_are_written() -> None:
    """It may be the name of a list, or the words themselves."""
    [problem] = problems(ENGLISH + "to: [observers]\n")

    assert problem.hint.endswith("if these are the words, write {en: observers}")


def test_empty_lines_separate_addresses_in_plain_text() -> None:
    """Without them, two addresses of several lines are one. Entries of one line need none."""
    address = "address: {en: 'A Street\n\n    Town', es: A}"
    text = "\n".join(
        words_of(
            settled(f"to: [{{name: Dr A, {address}}}, {{name: Dr B, {address}}}, {{name: Dr C}}, {{name: Dr D}}]\n")
        )
    )

    assert "Dr A\nA Street\nTown\n\nDr B\nA Street\nTown\n\nDr C\nDr D\n" in text


def test_lines_of_a_numbered_heading_are_below_each_other_in_plain_text() -> None:
    """The second line begins where the first does, as on the page."""
    head = "numbering: section\nannexes:\n- body: [{heading: 'First\n\n    second'}, {heading: 'Third'}]\n"
    text = "\n".join(words_of(settled(head)))

    assert "1   First\n    second\n" in text
    assert "\n2   Third" in text


def test_a_group_of_addressees_has_some() -> None:
    """A label over nobody is refused, not a failure."""
    (problem,) = problems('to: [{label: "Member States:", entries: []}]')

    assert problem.code == "empty-list"


def test_a_contact_with_a_label_shows_every_detail() -> None:
    """Also those for which the kind of letter has no row: its row has all of them."""
    contact = 'contact: {label: "For your reply:", name: Ana Ejemplo, fax: +41 22 730 0001}'
    own = USUAL.format(kind="letter") + f"pack: emwo\nnumber: 1\nto: false\n{contact}\n"
    letter = parse_letter(own.encode(), "x.yaml", "x", Path())
    text = "\n".join(words_of(compose(letter, load_language("en"), load_pack("emwo"))))

    assert "Fax: +41 22 730 0001" in text


# The width of labels.


def test_the_column_of_labels_is_as_wide_as_the_longest_word() -> None:
    """So no word is broken in two; the values have the less, and usual labels need no more than the usual width."""
    letter = settled('labels: {tel: {en: "Correspondence and telephone:", es: T}}\ncontact: {tel: "1"}', "tsb-circular")
    usual = settled('contact: {tel: "1"}', "tsb-circular")
    grids = [columns(docx.master(one, load_pack("itu")).fill({})) for one in (usual, letter)]
    with pypdfium2.PdfDocument(pdf.master(letter, load_pack("itu")).fill({})) as file:
        lines = file[0].get_textpage().get_text_range().split("\r\n")

    assert usual.label_width <= 22 < letter.label_width
    assert grids[0] == (1247, 3572, 4819)
    assert grids[1][0] == round(letter.label_width * 1440 / 25.4)
    assert sum(grids[1]) == sum(grids[0])
    assert grids[1][2] == grids[0][2]
    assert any(line.startswith("Correspondence ") for line in lines)


def test_words_of_other_scripts_need_no_wider_column() -> None:
    """Chinese and Japanese lines break between any letters, and Arabic letters are narrow."""
    arabic, chinese = "البريد الإلكتروني والهاتف", "联系我们的电话号码和传真号码"
    labels = f"labels: {{tel: {{en: {arabic}, es: T}}, fax: {{en: {chinese}, es: T}}}}"
    letter = settled(labels + '\ncontact: {tel: "1", fax: "2"}')

    assert letter.label_width <= 22


def test_a_label_of_two_arabic_words_with_a_no_break_space_is_on_one_line() -> None:
    """As the label of e-mail addresses in Arabic."""
    labels = 'labels: {tel: {en: "البريد\\u00a0الإلكتروني:", es: T}}'

    assert 28 <= settled(labels + '\ncontact: {tel: "1"}').label_width <= 32


def columns(file: bytes) -> tuple[int, ...]:
    """The widths in twips of the columns of the table in a head, which are those of the cells of each row, too."""
    tables: list[Any] = [table._tbl for table in docx_library.Document(io.BytesIO(file)).tables]
    [table] = (one for one in tables if one.tblPr.style == "ReferenceTable")
    widths = tuple(one.w.twips for one in table.tblGrid.gridCol_lst)
    for row in table.tr_lst:
        at = list(itertools.accumulate((cell.grid_span for cell in row.tc_lst), initial=0))
        assert [cell.width.twips for cell in row.tc_lst] == [sum(widths[a:b]) for a, b in itertools.pairwise(at)]
    return widths
