"""Letters in languages beside English and Spanish, and in one whose file is in the user's folder."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path

import pikepdf
import pytest

from circulars.accessibility import check_output
from circulars.addressing.settle import settle
from circulars.build import Order, build, check_files, documents
from circulars.compose import compose
from circulars.files.output import save
from circulars.language import load_language
from circulars.model.addressee import Addressee
from circulars.model.document import filled, holes_of
from circulars.model.text import Paragraph, plain
from circulars.pack import load_pack
from circulars.render import master_for_copies, writer
from circulars.render.txt import text_of
from circulars.review.diffing import diff
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT
from readers import docx2python_words, expected_words, first_difference, pdftotext_words

LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-01
languages: [fr, en]

contact: {name: Zoé Exemple, tel: +41 22 730 0000, email: zoe@example.int}

subject:
  fr: |
    Réunion d'été
    (Genève, 30 juin – 4 juillet 2025)
  en: |
    Summer meeting
    (Geneva, 30 June – 4 July 2025)

facts:
  days: {from: 2025-06-30, to: 2025-07-04}
  seats: 1250
  edition: 1

body:
  - fr: La {{ edition | ordinal-feminine }} réunion se tiendra du lundi au vendredi ({{ days }}); {{ seats }} places.
    en: The {{ edition | ordinal }} meeting will be held from Monday to Friday ({{ days }}); {{ seats }} seats.
  - fr: "Voir l'{{ ref: programme }}."
    en: "See {{ ref: programme }}."
    steps:
      - {fr: s'inscrire;, en: register;}
      - {fr: venir., en: come.}
  - deadlines:
      - {date: 2025-05-01, time: "23:59 UTC", fr: Inscription, en: Registration}

signatory: {post: tsb-director, name: Zoé Exemple, gender: f, signed: true}

annexes:
  - id: programme
    title: {fr: Programme, en: Programme}
    body:
      - {fr: À venir., en: To follow.}
"""


@pytest.fixture
def french(tmp_path: Path) -> Workspace:
    """A workspace with a French letter, and a copy of the default pack."""
    shutil.copytree(ROOT / "templates" / "itu", tmp_path / "templates" / "itu")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "circulaire-1.yaml").write_text(LETTER, "utf-8")
    return Workspace(tmp_path)


def test_a_french_letter_is_all_in_french(french: Workspace) -> None:
    """Labels, dates, ranges, numbers, ordinals and plurals come from the French data."""
    letter = read_letter(french.letters / "circulaire-1.yaml")
    first, _ = documents(letter, french, Order())

    text = text_of(first)

    for words in (
        "Genève, le 1er janvier 2025",
        "Réf.: Circulaire TSB 1",
        "La 1re réunion",
        "30 juin – 4 juillet 2025",
        "1\u00a0250 places",
        "l'Annexe",
        "Inscription, 23\u00a0h\u00a059 UTC",
        "Annexe: 1",
        "(de la Circulaire TSB 1)",
        "considération distinguée",
        "Directrice du Bureau",
    ):
        assert words in text


def test_french_words_have_their_articles_before_a_reference(french: Workspace) -> None:
    """The words de and à merge with the article of the noun, and a revision is one "of" a letter."""
    heads = {kind: _amendment(french, "fr", kind) for kind in ("corrigendum", "addendum", "revision")}

    assert heads == {
        "corrigendum": ("Corrigendum 1 à la / Circulaire TSB 1", "(du Corrigendum 1 à la Circulaire TSB 1)"),
        "addendum": ("Addendum 1 à la / Circulaire TSB 1", "(de l'Addendum 1 à la Circulaire TSB 1)"),
        "revision": ("Révision 1 de la / Circulaire TSB 1", "(de la Révision 1 de la Circulaire TSB 1)"),
    }


def test_russian_words_are_in_the_cases_that_a_reference_needs(french: Workspace) -> None:
    """What is amended is in the dative after "к", and in the genitive after a revision."""
    heads = {kind: _amendment(french, "ru", kind) for kind in ("corrigendum", "addendum", "revision")}

    assert heads == {
        "corrigendum": ("Исправление 1 / к Циркуляру 1 БСЭ", "(к Исправлению 1 к Циркуляру 1 БСЭ)"),
        "addendum": (
            "Дополнительный документ 1 / к Циркуляру 1 БСЭ",
            "(к Дополнительному документу 1 к Циркуляру 1 БСЭ)",
        ),
        "revision": ("Пересмотр 1 / Циркуляра 1 БСЭ", "(к Пересмотру 1 Циркуляра 1 БСЭ)"),
    }


def test_russian_dates_and_annexes_are_in_the_case_that_the_word_before_them_asks_for(french: Workspace) -> None:
    """A letter says "в {{ day | weekday-date }}" and "в {{ ref: programme }}"; the language knows the case."""
    text = """\
kind: tsb-circular
number: 2
date: 2025-01-01
languages: [ru]
subject: {ru: Собрание}
facts: {day: 2025-05-14}
body:
  - ru: "В {{ day | weekday-date }}, до {{ day | weekday }}, в {{ day | month-year }}; см. {{ ref: programme }}."
  - ru: "В {{ ref: programme }}, в соответствии с {{ ref: programme }}, {{ ref: programme | dative }}."
annexes:
  - {id: programme, title: {ru: Программа}, body: [{ru: Текст.}]}
  - {title: {ru: Перечень}, body: [{ru: Текст.}]}
"""
    (french.letters / "ru.yaml").write_text(text, "utf-8")

    (document,) = documents(read_letter(french.letters / "ru.yaml"), french, Order())

    assert [plain(block.spans) for block in document.body if isinstance(block, Paragraph)] == [
        "В среду, 14 мая 2025 года, до среды, в мае 2025 года; см. Приложение 1.",
        "В Приложении 1, в соответствии с Приложением 1, Приложению 1.",
    ]


def _amendment(workspace: Workspace, code: str, kind: str) -> tuple[str, str]:
    """The reference in the head of an amendment, on one line, and what its annex belongs to."""
    text = LETTER.replace("fr: ", f"{code}: ").replace("[fr, en]", f"[{code}]")
    file = workspace.letters / "amendment.yaml"
    file.write_text(text.replace("number: 1\n", f"number: 1\namends: {{kind: {kind}, number: 1}}\n"), "utf-8")
    (document,) = documents(read_letter(file), workspace, Order())
    return " / ".join(map(plain, document.particulars[0].lines)), document.annexes[0].parent


def test_a_language_may_be_in_the_folder_of_the_user(french: Workspace) -> None:
    """A language that the program does not have needs only a file of its own and one of the pack's words."""
    (french.folder / "languages").mkdir()
    spanish = (ROOT / "src/circulars/languages/es.yaml").read_text("utf-8").replace("locale: es_ES", "locale: gl")
    (french.folder / "languages/gl.yaml").write_text(spanish, "utf-8")
    shutil.copy(ROOT / "templates/itu/words/es.yaml", french.folder / "templates/itu/words/gl.yaml")
    (french.letters / "circulaire-1.yaml").write_text(LETTER.replace("fr: ", "gl: ").replace("[fr,", "[gl,"), "utf-8")

    first, _ = documents(read_letter(french.letters / "circulaire-1.yaml"), french, Order())

    assert (first.language, first.date_line) == ("gl", "Ginebra, 1 de xaneiro de 2025")


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("  tsb-circular:", "  tsb-letter:", "the pack's words in 'fr' have no kind 'tsb-circular'"),
        ("  tsb: Bureau", "  tsd: Bureau", "the pack's words in 'fr' have no bureau 'tsb'"),
    ],
)
def test_a_letter_needs_the_words_of_its_kind(french: Workspace, old: str, new: str, fact: str) -> None:
    """An incomplete file of words is a problem at the letter's language, also if the letter has other problems."""
    facts = french.folder / "templates/itu/pack.yaml"
    listed = re.sub(
        r"(?m)^languages: .*", "languages: [en]", facts.read_text("utf-8")
    )  # a language that is not listed may lack words
    facts.write_text(listed, "utf-8")
    words, path = french.folder / "templates/itu/words/fr.yaml", french.letters / "circulaire-1.yaml"
    words.write_text(words.read_text("utf-8").replace(old, new), "utf-8")
    faulty = french.letters / "faulty.yaml"
    faulty.write_text(path.read_text("utf-8").replace("number: 1", "numbr: 1"), "utf-8")

    (checked,) = check_files([path], french)
    (problem,) = checked.problems
    assert (problem.code, problem.message, problem.where.line) == ("missing-words", fact, 4)
    assert "'words/fr.yaml' of the pack" in problem.hint
    (letter,) = diff("letters/circulaire-1.yaml", "letters/faulty.yaml", french).letters
    assert letter.old_problems == (problem,)
    assert {one.code for one in letter.new_problems} == {"missing-words", "unknown-field"}


def test_a_french_letter_is_written_in_every_format(french: Workspace, tmp_path: Path) -> None:
    """The files of a French letter have all its words and the language French; DOCX and PDF are accessible."""
    letter = read_letter(french.letters / "circulaire-1.yaml")
    document = next(iter(documents(letter, french, Order())))
    files = {
        output.format: save(tmp_path / "out", output.name, output.data)
        for output in build(letter, french, Order(("fr",), ("docx", "pdf", "html", "txt")))
    }

    for format in ("docx", "pdf"):
        assert check_output(files[format].read_bytes(), files[format].name) == ()
    assert first_difference(docx2python_words(files["docx"]), expected_words(document, labels=False)) == ""
    assert first_difference(pdftotext_words(files["pdf"], document), expected_words(document)) == ""
    assert '<html lang="fr"' in files["html"].read_text(encoding="utf-8")
    with pikepdf.open(files["pdf"]) as pdf:
        assert str(pdf.Root.Lang) == "fr"


def test_a_closing_takes_up_the_salutation_of_the_letter(french: Workspace) -> None:
    """A letter to "Excellence," ends with "Veuillez agréer, Excellence, …", one without a salutation with neither."""
    closings = [
        _closing(french, own)
        for own in (
            "",
            "salutation: {fr: 'Excellence,', en: 'Excellency,'}",
            "salutation: {fr: 'Chers collègues,', en: 'Dear colleagues,'}",
            "salutation: false",
        )
    ]

    assert closings == [
        "Veuillez agréer, Madame, Monsieur, l'assurance de ma considération distinguée.",
        "Veuillez agréer, Excellence, l'assurance de ma considération distinguée.",
        "Veuillez agréer, chers collègues, l'assurance de ma considération distinguée.",
        "Veuillez agréer l'assurance de ma considération distinguée.",
    ]


def test_a_closing_takes_up_the_salutation_of_each_addressee(french: Workspace) -> None:
    """A copy that begins with "Monsieur le Ministre," ends with "Veuillez agréer, Monsieur le Ministre, …"."""
    letter, language, pack = read_letter(french.letters / "circulaire-1.yaml"), load_language("fr"), load_pack()
    document = compose(letter, language, pack, addressed=True)
    rows: tuple[dict[str, str], ...] = (
        {"salutation": "Monsieur le Ministre,"},
        {"title": "Ms"},
        {"title": "H.E. Mr"},
        {},
    )

    closings = [
        filled(document, settle(Addressee("1", row), language, pack, holes_of(document))).closing for row in rows
    ]

    assert [closing.removesuffix(", l'assurance de ma considération distinguée.") for closing in closings] == [
        "Veuillez agréer, Monsieur le Ministre",
        "Veuillez agréer, Madame",
        "Veuillez agréer, Excellence",
        "Veuillez agréer, Madame, Monsieur",
    ]


def test_copies_with_a_closing_of_their_own_are_filled_into_one_master(french: Workspace, tmp_path: Path) -> None:
    """A closing that differs for each addressee costs no layout of its own, and is the same as one in a full layout."""
    letter, language, pack = read_letter(french.letters / "circulaire-1.yaml"), load_language("fr"), load_pack()
    document = compose(letter, language, pack, addressed=True)
    rows = [
        {"salutation": words, "name": "Zoé", "surname": "Exemple"} for words in ("Monsieur,", "Madame la Ministre,")
    ]
    values = [settle(Addressee("1", row), language, pack, holes_of(document)) for row in rows]
    characters = frozenset("".join(value for one in values for value in one.values()))
    docx, pdf = writer("docx")(document, pack), master_for_copies("pdf", document, pack, characters, values)

    for one, row in zip(values, rows, strict=True):
        words, whole = f"Veuillez agréer, {row['salutation'][:-1]}, l'assurance".split(), filled(document, one)
        assert docx.tail(one)
        assert pdf.tail(one)
        for format, master, read in (
            ("docx", docx, docx2python_words),
            ("pdf", pdf, partial(pdftotext_words, document=whole)),
        ):
            file = save(tmp_path, f"copy.{format}", master.fill(one))
            assert " ".join(words) in " ".join(read(file))


def _closing(french: Workspace, own: str) -> str:
    file = french.letters / "circulaire-1.yaml"
    file.write_text(f"{LETTER}\n{own}\n", "utf-8")
    return compose(read_letter(file), load_language("fr"), load_pack()).closing
