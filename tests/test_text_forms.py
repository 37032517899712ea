"""Facts that are texts stand in the form that the words before them ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.build import Order, check_files, documents
from circulars.language import forget_languages
from circulars.pack import forget_packs
from circulars.render.txt import text_of
from circulars.source.letters import read_letter
from circulars.workspace import Workspace

HEAD = """\
kind: tsb-circular
number: 213
date: 2026-05-01
languages: [{code}]
to: [member-states]
copy: false
subject: T
facts:
  day: 2026-07-10
  city: {{ {code}: {city} }}
  body: U4SSC
signatory: {{name: Kim Exemple, title: T}}
"""
CAIRO = "{nominative: Каир, genitive: Каира, dative: Каиру, instrumental: Каиром, prepositional: Каире}"

GENEVA = "missing-form  'Женева' has no form 'prepositional' in 'ru'; it is printed as it is"
ACCUSATIVE = "missing-form  'Каир' has no form 'accusative' in 'ru'; it is printed as it is"
UNCERTAIN = "uncertain-form  after 'на', 'Каир' may be in more than one form; it is printed in its plain form"
ANNEXES = "annexes:\n  - {id: a, body: [fr: T]}\n  - {body: [fr: T]}\n"
LOCATIVE = "{nominative: Каир, locative: Каире}"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "letters").mkdir()
    yield Workspace(tmp_path)
    forget_languages()
    forget_packs()


def lacking(label: str, form: str, code: str) -> str:
    """What is said of a label without a form."""
    return f"'{label}' has no form '{form}' in '{code}'; its plain form is printed"


def letter(code: str, city: str, text: str, annexes: str = "") -> str:
    """A letter with one paragraph."""
    return f"{HEAD.format(code=code, city=city)}body:\n  - {code}: {text!r}\n{annexes}"


def printed(workspace: Workspace, letter: str) -> str:
    """The first paragraph of a letter."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter, "utf-8")
    (document,) = documents(read_letter(file, "a.yaml"), workspace, Order(), drawn=False)
    return next(line for line in text_of(document).splitlines() if line.startswith("1   ")).removeprefix("1   ")


def found(workspace: Workspace, letter: str) -> list[str]:
    """The problems and the warnings of checking a letter."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter, "utf-8")
    (checked,) = check_files([file], workspace)
    problems = (*checked.problems, *checked.warnings)
    return [f"{one.where.line}:{one.where.column}  {one.code}  {one.message}" for one in problems]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Собрание в {{ city }}.", "Собрание в Каире."),
        ("Из {{ city }} к {{ city }}, в {{ city }} и {{ city }}.", "Из Каира к Каиру, в Каире и Каире."),
        ("Перед {{ city | nominative }}.", "Перед Каир."),
        ("В городе {{ city }}, о {{ city | instrumental }}.", "В городе Каир, о Каиром."),
        ("{{ city | genitive }} в {{ body }}.", "Каира в U4SSC."),
    ],
)
def test_a_text_is_in_the_form_that_its_place_asks_for(typed: str, words: str, workspace: Workspace) -> None:
    """A form that is typed comes first; without a word that asks for one, the text is in its plain form."""
    assert printed(workspace, letter("ru", CAIRO, typed)) == words
    assert found(workspace, letter("ru", CAIRO, typed)) == []


@pytest.mark.parametrize(
    ("city", "typed", "facts"),
    [
        ("Женева", "В {{ city }}.", [f"14:12  {GENEVA}"]),
        ("Женева", "Да, {{ city }}; в {{ city }}.", [f"14:28  {GENEVA}"]),
        (CAIRO, "Про {{ city | accusative }}.", [f"14:14  {ACCUSATIVE}"]),
        ("New York", "В {{ city }}, на {{ body }}.", []),
        (CAIRO, "На {{ city }}.", [f"14:13  {UNCERTAIN}"]),
        (LOCATIVE, "Да.", ["10:34  unknown-form  the language 'ru' has no form 'locative'"]),
        ("Каир", "Да, {{ city | weekday }}.", ["14:14  unknown-format  'city' is text, which has no formats"]),
    ],
)  # fmt: skip
def test_a_form_that_a_text_lacks_is_reported(city: str, typed: str, facts: list[str], workspace: Workspace) -> None:
    """At the field whose word asks for it; not of words of another alphabet, which have no forms."""
    assert found(workspace, letter("ru", city, typed)) == facts


def test_a_form_is_asked_of_one_language_alone(workspace: Workspace) -> None:
    """The others have one text for all forms."""
    text = letter("ru", CAIRO, "В {{ city }}.").replace("languages: [ru]", "languages: [ru, en]")
    text = text.replace(f"ru: {CAIRO}", f"ru: {CAIRO}, en: Cairo").replace("  - ru:", "  - en: In {{ city }}.\n    ru:")

    assert found(workspace, text) == []


def test_a_form_of_a_text_is_joined_with_the_word_before_it(workspace: Workspace) -> None:
    """As that of an annex: "de" and "à" are part of it."""
    seminar = "{plain: séminaire, de: du séminaire, a: au séminaire}"

    assert printed(workspace, letter("fr", seminar, "Lieu de {{ city }}, grâce à {{ city }}.")) == (
        "Lieu du séminaire, grâce au séminaire."
    )


@pytest.mark.parametrize(
    ("code", "label", "typed", "facts"),
    [
        ("fr", "Programme", "Voyez, conformément à {{ ref: a }}.", [lacking("Programme", "a", "fr")]),
        ("fr", "Programme", "Texte de {{ ref: a }}.", [lacking("Programme", "de", "fr")]),
        ("fr", "Le programme", "Texte de {{ ref: a }}.", []),
        ("fr", "{plain: Programme, de: du Programme}", "Texte de {{ ref: a }}.", []),
        ("fr", "Ordre du jour", "Texte de {{ ref: a }}.", ["the word before 'Ordre du jour' is 'd'', not 'de'"]),
        ("es", "Programa", "Véase el texto de {{ ref: a }}.", [lacking("Programa", "de", "es")]),
    ],
)  # fmt: skip
def test_a_label_without_the_form_after_a_preposition_is_a_warning(
    code: str, label: str, typed: str, facts: list[str], workspace: Workspace
) -> None:
    """French says "du Programme", not "de Programme"; an article of the label is contracted."""
    annexes = f"annexes:\n  - {{id: a, label: {{ {code}: {label} }}, body: [{{ {code}: T }}]}}\n"

    problems = found(workspace, letter(code, "T", typed, annexes))

    assert [one.split("  ", 2)[2] for one in problems] == facts


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Собрание завершено. {{ city }} начнется.", ["lower-case-start"]),
        ("Собрание завершено. {{ city | capital }} начнется.", []),
        ("Собрание и {{ city }} начнутся.", []),
    ],
)
def test_a_text_that_begins_a_sentence_in_lower_case_is_a_warning(
    typed: str, codes: list[str], workspace: Workspace
) -> None:
    """A letter asks for a capital as for that of a date."""
    assert [one.split("  ")[1] for one in found(workspace, letter("ru", "семинар", typed))] == codes


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("До {{ day }}, но {{ day }} года.", ["14:27"]),
        ("До {{ day }} г. и {{ day | day-month }} года.", ["14:13"]),
        ("До {{ day }}: года.", []),
    ],
)
def test_a_word_with_which_a_date_ends_already_is_a_warning(
    typed: str, places: list[str], workspace: Workspace
) -> None:
    """A Russian date ends with "года"; nothing that is typed is left out."""
    problems = found(workspace, letter("ru", "Т", typed))

    assert [one.split("  ")[0] for one in problems if "repeated-word" in one] == places
    assert len(problems) == len(places)


@pytest.mark.parametrize(("form", "codes"), [("le", ["lower-case-start"]), ("le | capital", []), ("plain", [])])
def test_a_reference_that_begins_a_sentence_in_lower_case_is_a_warning(
    form: str, codes: list[str], workspace: Workspace
) -> None:
    """French has an article before the name of an annex: "l'Annexe 1"."""
    text = letter("fr", "T", f"La réunion est close. {{{{ ref: a | {form} }}}} suit.", ANNEXES)

    assert [one.split("  ")[1] for one in found(workspace, text)] == codes


def test_each_wrong_word_before_a_field_has_its_own_place(workspace: Workspace) -> None:
    """Also if the same field is there before, with the right word."""
    text = letter("es", "Italia", "España, {{ city }}; España e {{ city }}; España y {{ city }}.")

    assert found(workspace, text) == ["14:60  other-preposition  the word before 'Italia' is 'e', not 'y'"]


@pytest.mark.parametrize(
    ("code", "text", "problems"),
    [
        (
            "es",
            "Antes de {{ day }}, con fecha de {{ day }}.",
            ["14:19  other-preposition  the word before '10 de julio de 2026' is 'Antes del', not 'Antes de'"],
        ),
        (
            "ru",
            "Письмо из {{ city }}, собрание в {{ city }}, до {{ city }}.",
            [f"14:43  {GENEVA}"],
        ),
    ],
)
def test_a_warning_of_one_field_is_not_put_on_another_of_the_same_fact(
    code: str, text: str, problems: list[str], workspace: Workspace
) -> None:
    """It is at the field that it is about, once: the other has another word before it."""
    city = "{nominative: Женева, genitive: Женевы}" if code == "ru" else "Ginebra"

    assert found(workspace, letter(code, city, text)) == problems


@pytest.mark.parametrize(
    ("code", "city", "text", "problems"),
    [
        ("fr", "les Pays-Bas", "le {{ city }}", ["'le' is before 'les Pays-Bas', which begins with 'les' already"]),
        ("fr", "les Pays-Bas", "Au {{ city }}", ["'Au' is before 'les Pays-Bas', which begins with 'les' already"]),
        ("fr", "les Pays-Bas", "à la {{ city }}", ["'la' is before 'les Pays-Bas', which begins with 'les' already"]),
        ("fr", "les Pays-Bas", "à {{ city }}, de {{ city }}, pour {{ city }}", []),
        ("fr", "l'Italie", "la {{ city }}", ["'la' is before 'l'Italie', which begins with 'l'' already"]),
        ("fr", "l’Italie", "la {{ city }}", ["'la' is before 'l’Italie', which begins with 'l'' already"]),
        ("fr", "Lesotho", "le {{ city }}", []),
        ("es", "el Brasil", "el {{ city }}", ["'el' is before 'el Brasil', which begins with 'el' already"]),
        ("es", "el Brasil", "del {{ city }}", ["'del' is before 'el Brasil', which begins with 'el' already"]),
        ("es", "el Brasil", "a {{ city }}, de {{ city }}", []),
        ("en", "the Council", "the {{ city }}", ["'the' is before 'the Council', which begins with 'the' already"]),
    ],
)
def test_an_article_before_a_value_that_begins_with_one_is_a_warning(
    code: str, city: str, text: str, problems: list[str], workspace: Workspace
) -> None:
    """The articles of a language are data of its file."""
    assert [one.split("  ")[2] for one in found(workspace, letter(code, city, text))] == problems


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{{ ref: a }} contient le programme.", ["uncertain-form"]),
        ("La réunion est close. {{ ref: a }} contient le programme.", ["uncertain-form"]),
        ("{{ ref: a | le | capital }} contient le programme, {{ ref: a | plain }} aussi.", []),
        ("{{ ref: a }} contient le programme", []),
        ("{{ ref: a }}: le programme.", []),
    ],
)
def test_an_annex_that_begins_a_sentence_without_its_article_is_a_warning(
    text: str, codes: list[str], workspace: Workspace
) -> None:
    """A heading, which does not end like a sentence, and a label before a colon may begin so."""
    assert [one.split("  ")[1] for one in found(workspace, letter("fr", "T", text, ANNEXES))] == codes


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Voir la fin d'{{ ref: a }}.", "Voir la fin de l'Annexe 1."),
        ("Voir la fin d’{{ ref: a }}.", "Voir la fin de l'Annexe 1."),
        ("D’{{ ref: a }} à {{ ref: a }}.", "De l'Annexe 1 à l'Annexe 1."),
    ],
)
def test_an_elided_word_before_an_annex_becomes_that_of_its_form(words: str, shown: str, workspace: Workspace) -> None:
    """There is no "d'Annexe 1" in French, whichever apostrophe is typed."""
    text = letter("fr", "T", words, ANNEXES)

    assert printed(workspace, text) == shown
    assert found(workspace, text) == []


def test_a_warning_of_a_field_is_at_its_own_text_of_equal_ones(workspace: Workspace) -> None:
    """In each of two equal paragraphs, and not in a third with the same word in another format."""
    second = "  - ru: Собрание в {{ day | weekday }}.\n  - ru: Собрание во {{ day }}.\n"
    text = letter("ru", "Т", "Собрание в {{ day | weekday }}.").replace("2026-07-10", "2026-07-14")

    places = [one.split("  ")[:2] for one in found(workspace, text + second) if "'вторник'" in one]

    assert places == [["14:21", "other-preposition"], ["15:20", "other-preposition"]]
