"""Letters whose words stand in the forms that the grammar of their language asks for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from circulars.addressing.cell_formats import written
from circulars.addressing.settle import settle
from circulars.build import Order, build_file, check_files, documents
from circulars.compose import compose, forms_doubts
from circulars.doctor.languages import language_doubts
from circulars.errors import LetterError, Problem
from circulars.language import SHIPPED, forget_languages, load_language
from circulars.model.addressee import BLOCK, Addressee
from circulars.model.document import filled, holes_of
from circulars.model.text import Paragraph
from circulars.pack import forget_packs, load_pack
from circulars.render.txt import text_of
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from conftest import ROOT

HEAD = """\
kind: tsb-circular
number: 213
date: 2024-05-01
languages: [ru, fr, ar, zh, es, en]
to: [member-states]
copy: false
subject: T
facts: {meeting: 2024-07-10, days: {from: 2025-05-01, to: 2025-05-03}, seats: 5}
signatory: {name: Kim Exemple, title: T}
"""
BODY = """\
body:
  - ru: "{{ meeting | weekday-date }}, в {{ meeting | weekday-date }}, до {{ meeting | month-year }}, в {{ seats }}
      залах; см. {{ ref: programme }}, в {{ ref: programme }}, {{ ref: programme | genitive }}."
    fr: "Le {{ meeting | weekday-date }}, du {{ days }}, voir {{ ref: programme | a }}."
    ar: "{{ meeting | weekday-date }}، و{{ ref: programme | bi }}، {{ ref: programme | li }}."
    zh: "{{ days }}，见{{ ref: programme }}。"
    es: "{{ meeting | weekday-date }}, {{ ref: programme }}."
    en: "{{ meeting | weekday-date }}, {{ ref: programme }}."
annexes:
  - {id: programme, body: [{ru: T, fr: T, ar: T, zh: T, es: T, en: T}]}
  - {body: [{ru: T, fr: T, ar: T, zh: T, es: T, en: T}]}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "letters").mkdir()
    yield Workspace(tmp_path)
    forget_languages()
    forget_packs()


def texts(workspace: Workspace, letter: str) -> dict[str, str]:
    """A letter as plain text on one line, by language."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter, "utf-8")
    source = read_letter(file, "a.yaml", workspace.language_folders)
    return {one.language: " ".join(text_of(one).split()) for one in documents(source, workspace, Order(), drawn=False)}


def warnings(workspace: Workspace, letter: str) -> list[str]:
    """The warnings of checking a letter."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter, "utf-8")
    (checked,) = check_files([file], workspace)
    assert checked.problems == ()
    return [str(one).partition("\n")[0] for one in checked.warnings]


def test_dates_and_annexes_stand_in_their_forms(workspace: Workspace) -> None:
    """In the form that the words before them ask for, or that the letter names; numbers stay as they are."""
    found = texts(workspace, HEAD + BODY)

    assert (
        "Среда, 10 июля 2024 года, в среду, 10 июля 2024 года, до июля 2024 года, в 5 залах; "
        "см. Приложение 1, в Приложении 1, Приложения 1." in found["ru"]
    )
    assert "Le mercredi 10 juillet 2024, du 1er au 3 mai 2025, voir à l'Annexe 1." in found["fr"]
    assert "Genève, le 1er mai 2024" in found["fr"]
    assert "الأربعاء 10 يوليو 2024، وبالملحق 1، للملحق 1." in found["ar"]
    assert "2025年5月1-3日，见附件1。" in found["zh"]
    assert "Miércoles 10 de julio de 2024, Anexo 1." in found["es"]


@pytest.mark.parametrize(
    ("head", "parents"),
    [
        (
            HEAD,
            ["(к Циркуляру 213 БСЭ)", "(de la Circulaire TSB 213)", "(بالرسالة المعممة 213 لمكتب تقييس الاتصالات)",
             "（电信标准化局第213号通函）", "(a la Circular TSB 213)", "(to TSB Circular 213)"],
        ),
        (
            HEAD + "amends: {kind: corrigendum, number: 1}\n",
            ["(к Исправлению 1 к Циркуляру 213 БСЭ)", "(du Corrigendum 1 à la Circulaire TSB 213)",
             "(بالتصويب 1 للرسالة المعممة 213 لمكتب تقييس الاتصالات)", "（电信标准化局第213号通函勘误1）",
             "(al Corrigéndum 1 a la Circular TSB 213)", "(to Corrigendum 1 to TSB Circular 213)"],
        ),
        (
            HEAD.replace("tsb-circular", "br-administrative").replace("213", "CA/3"),
            ["(к Административному циркуляру CA/3)", "(de la Circulaire administrative CA/3)",
             "(بالرسالة الإدارية المعممة CA/3)", "（行政通函CA/3）", "(a la Circular Administrativa CA/3)",
             "(to Administrative Circular CA/3)"],
        ),
    ],
)  # fmt: skip
def test_an_annex_names_its_letter_in_the_form_after_a_preposition(
    head: str, parents: list[str], workspace: Workspace
) -> None:
    """Declined, with its article, joined to it, or after its name."""
    found = texts(workspace, head + BODY)

    assert [parent for parent, text in zip(parents, found.values(), strict=True) if parent not in text] == []


def test_an_amendment_follows_the_reference_in_chinese(workspace: Workspace) -> None:
    """In the head, too, where other languages have it on a line of its own."""
    found = texts(workspace, HEAD + "amends: {kind: addendum, number: 2}\n" + BODY)

    assert "文号：电信标准化局第213号通函补遗2" in found["zh"]
    assert "المرجع: الإضافة 2 للرسالة المعممة 213 لمكتب تقييس الاتصالات" in found["ar"]


@pytest.mark.parametrize(
    ("kind", "own", "parents"),
    [
        (
            "tsb-circular",
            "{ru: Циркуляр 5/TSAG БСЭ, fr: Circulaire TSB 5/TSAG, ar: الرسالة المعممة 5, zh: 通函5, es: A 5, en: A 5}",
            ["(к Циркуляру 5/TSAG БСЭ)", "(de la Circulaire TSB 5/TSAG)", "(بالرسالة المعممة 5)", "（通函5）",
             "(a la A 5)", "(to A 5)"],
        ),
        (
            "br-administrative",
            "{ru: Административный циркуляр 5, fr: Circulaire administrative 5, ar: الرسالة الإدارية المعممة 5, "
            "zh: 行政通函5, es: Circular Administrativa 5, en: Administrative Circular 5}",
            ["(к Административному циркуляру 5)", "(de la Circulaire administrative 5)",
             "(بالرسالة الإدارية المعممة 5)", "（行政通函5）", "(a la Circular Administrativa 5)",
             "(to Administrative Circular 5)"],
        ),
        (
            "tsb-circular",
            "{ru: {nominative: Записка 5, dative: Записке 5}, fr: {plain: Avis 5, de: de l'Avis 5}, "
            "ar: {plain: مذكرة 5, bi: بمذكرة 5}, zh: 通知5, es: {plain: Aviso 5, to: al Aviso 5}, en: Notice 5}",
            ["(к Записке 5)", "(de l'Avis 5)", "(بمذكرة 5)", "（通知5）", "(al Aviso 5)", "(to Notice 5)"],
        ),
    ],
)  # fmt: skip
def test_a_reference_of_its_own_has_forms(kind: str, own: str, parents: list[str], workspace: Workspace) -> None:
    """Those that it gives, or else those of the usual reference, whose words are not said twice."""
    head = HEAD.replace("number: 213", f"reference: {own}").replace("tsb-circular", kind)
    found = texts(workspace, head + BODY)

    assert [parent for parent, text in zip(parents, found.values(), strict=True) if parent not in text] == []


def test_a_form_that_cannot_be_told_is_a_warning(workspace: Workspace) -> None:
    """The plain form is printed, and the warning says where to write the other."""
    head = HEAD.replace("number: 213", "reference: Memo 5").replace("[ru, fr, ar, zh, es, en]", "[ru]")
    body = "body:\n  - ru: 'См. {{ ref: form }}, к {{ ref: form }}.'\n  - ru: 'К {{ ref: form }}.'\n"
    body += "annexes:\n  - {id: form, label: Форма А, body: [ru: T]}\n"

    assert "к Форма А. " in texts(workspace, head + body)["ru"]
    assert warnings(workspace, head + body) == [
        "letters/a.yaml:2:12  missing-form  the reference has no form 'dative' in 'ru'; it is printed as 'Memo 5'",
        "letters/a.yaml:11:33  missing-form  'Форма А' has no form 'dative' in 'ru'; its plain form is printed",
        "letters/a.yaml:12:12  missing-form  'Форма А' has no form 'dative' in 'ru'; its plain form is printed",
    ]


def test_a_label_of_an_annex_has_the_forms_that_it_gives(workspace: Workspace) -> None:
    """A letter writes them as a language file does."""
    head = HEAD.replace("[ru, fr, ar, zh, es, en]", "[ru]")
    label = "{ru: {nominative: Форма А, dative: Форме А}}"
    body = f"body:\n  - ru: 'К {{{{ ref: form }}}}.'\nannexes:\n  - {{id: form, label: {label}, body: [ru: T]}}\n"

    assert "К Форме А." in texts(workspace, head + body)["ru"]
    assert warnings(workspace, head + body) == []


def test_a_word_that_another_date_asks_for_is_a_warning(workspace: Workspace) -> None:
    """Russian says "во вторник"; what the letter has is printed."""
    head = HEAD.replace("[ru, fr, ar, zh, es, en]", "[ru]").replace("2024-07-10", "2024-07-09")
    body = "body:\n  - ru: 'Во {{ meeting | weekday }}, в {{ meeting | weekday-date }}.'\n"

    assert "Во вторник, в вторник, 9 июля 2024 года." in texts(workspace, head + body)["ru"]
    assert warnings(workspace, head + body) == [
        "letters/a.yaml:11:40  other-preposition  the word before 'вторник, 9 июля 2024 года' is 'во', not 'в'"
    ]


def test_a_format_that_no_language_has_is_a_problem(workspace: Workspace) -> None:
    """With the line and the column, and the format that was probably meant."""
    with pytest.raises(LetterError) as caught:
        texts(
            workspace,
            HEAD + BODY.replace("weekday-date }}, в", "weekday-date | acusative }}, в"),
        )

    assert [str(problem) for problem in caught.value.problems] == [
        "a.yaml:11:10  unknown-format  'acusative' is not a format of 'meeting'\n    hint: did you mean 'accusative'?"
    ]


def test_a_format_that_another_language_has_is_a_warning(workspace: Workspace) -> None:
    """The usual format is printed: Spanish has no neuter ordinals, and no cases."""
    letter = HEAD.replace("[ru, fr, ar, zh, es, en]", "[es, ru]") + (
        "body:\n  - es: 'La {{ seats | ordinal-neuter }} reunión, {{ meeting | accusative }}'\n"
        "    ru: '{{ seats | ordinal-neuter }} собрание'\n"
    )

    assert "La 5.º reunión, 10 de julio de 2024" in texts(workspace, letter)["es"]
    assert "5-е собрание" in texts(workspace, letter)["ru"]
    assert [one.partition("  missing-form  ")[2] for one in warnings(workspace, letter)] == [
        "'ordinal-neuter' is not a format of 'es'; the usual one is printed",
        "'accusative' is not a format of 'es'; the usual one is printed",
    ]


@pytest.mark.parametrize(
    ("line", "code", "message", "hint"),
    [
        (
            "",
            "missing-form",
            "the reference of 'tsb-circular' has no form 'dative', in which it is cited; its plain form is used",
            "add 'dative:'",
        ),
        (
            '      datvie: "Циркуляру {number} БСЭ"\n',
            "unknown-form",
            "the language 'ru' has no form 'datvie'",
            "did you mean 'dative'?",
        ),
    ],
)
def test_a_pack_whose_words_lack_a_form_is_warned_of(
    line: str, code: str, message: str, hint: str, workspace: Workspace
) -> None:
    """In Russian the reference must have the dative; a misspelt form is reported as that alone."""
    shutil.copytree(ROOT / "templates" / "itu", workspace.folder / "templates" / "itu")
    file = workspace.folder / "templates" / "itu" / "words" / "ru.yaml"
    text = file.read_text("utf-8")
    dative = '      dative: "Циркуляру {number} БСЭ"\n'
    assert dative in text
    file.write_text(text.replace(dative, line), "utf-8")

    [found] = language_doubts(workspace.pack("itu"), workspace)

    assert (found.code, found.message, found.hint) == (code, message, hint)
    assert Path(found.where.file).name == "ru.yaml"
    assert found.where.line and found.where.column


def test_a_misspelt_form_of_a_pack_s_words_is_a_warning_of_each_letter_of_its_kind(workspace: Workspace) -> None:
    """Also if the letter has no annex and amends none, so that no form of its reference is printed."""
    change_words(workspace, "ru", 'dative: "Циркуляру {number} БСЭ', 'datvie: "Циркуляру {number} БСЭ')
    letter = HEAD.replace("[ru, fr, ar, zh, es, en]", "[ru]") + "body: [{ru: T}]\n"

    assert [one.partition("  ")[2] for one in warnings(workspace, letter)] == [
        "unknown-form  the language 'ru' has no form 'datvie'"
    ]


def test_a_lost_group_of_a_reference_is_a_warning(workspace: Workspace) -> None:
    """Other languages of the pack have it: "Carta Colectiva TSB 2" is not "TSB Collective letter 2/5"."""
    change_words(workspace, "es", 'TSB {number}/{group}", to', 'TSB {number}", to')
    letter = HEAD.replace("[ru, fr, ar, zh, es, en]", "[es]").replace("tsb-circular", "tsb-collective\ngroup: 5")

    assert [one.partition("  ")[2] for one in warnings(workspace, letter + "body: [{es: T.}]\n")] == [
        "missing-place  the reference of 'tsb-collective' has lost '{group}', which it has in another language or form"
    ]
    assert [one.code for one in language_doubts(workspace.pack("itu"), workspace)] == ["missing-place"]


def change_words(workspace: Workspace, code: str, old: str, new: str) -> None:
    """Changes the words of the workspace's own pack in a language."""
    shutil.copytree(ROOT / "templates" / "itu", workspace.folder / "templates" / "itu")
    file = workspace.folder / "templates" / "itu" / "words" / f"{code}.yaml"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def test_a_missing_form_is_a_warning_at_each_field(workspace: Workspace) -> None:
    """Not only at the first of several fields that are the same."""
    field = "{{ seats | ordinal-neuter }}"
    letter = (
        HEAD.replace("[ru, fr, ar, zh, es, en]", "[es]") + f"body:\n  - es: '{field}, {field}'\n  - es: '{field}'\n"
    )

    assert [one.partition("  ")[0] for one in warnings(workspace, letter)] == [
        f"letters/a.yaml:{place}" for place in ("11:10", "11:40", "12:10")
    ]


@pytest.mark.parametrize(
    ("code", "name", "surname", "title", "line"),
    [
        ("zh", "伟", "张", "Mr", "张伟先生"),
        ("zh", "Ana", "Ejemplo", "Ms", "Ana Ejemplo女士"),
        ("zh", "Ana Ejemplo", "", "Ms", "Ana Ejemplo女士"),
        ("zh", "Ana Ejemplo", "", "", "Ana Ejemplo"),
        ("ru", "Ana", "Ejemplo", "Ms", "Г-жа Ana Ejemplo"),
    ],
)
def test_an_addressee_is_named_as_the_language_does(code: str, name: str, surname: str, title: str, line: str) -> None:
    """In Chinese the title follows the name, and a surname in Han comes first; a Russian line begins with a capital."""
    row = {"name": name, "surname": surname, "title": title, "country": "CH"}
    values = settle(Addressee("a", row), load_language(code), load_pack(), [BLOCK])

    assert values[BLOCK] == line


def test_a_cell_of_a_list_has_forms(workspace: Workspace) -> None:
    """The word before a column asks for its form as for that of a fact."""
    letter = (
        HEAD.replace("[ru, fr, ar, zh, es, en]", "[ru]") + "body:\n  - ru: 'в {{ addressee.due | weekday-date }}'\n"
    )

    assert "в «addressee.due|weekday-date|accusative»" in texts(workspace, letter)["ru"]
    assert written("2024-07-10", "weekday-date|accusative", load_language("ru")) == "среду, 10 июля 2024 года"


@pytest.mark.parametrize("form", ["time", "number", "ordinal"])
def test_times_and_numbers_of_a_list_have_no_forms(form: str, workspace: Workspace) -> None:
    """Only dates have forms; a time in one would be read as a date."""
    field = f"{{{{ addressee.due | {form} | genitive }}}}"
    fact = f"unknown-format  '{form}|genitive' is not a format of a column of addressees"

    with pytest.raises(LetterError, match=re.escape(fact)):
        texts(workspace, HEAD.replace("[ru, fr, ar, zh, es, en]", "[ru]") + f"body:\n  - ru: '{field}'\n")


def codes(found: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in found]


def test_a_problem_of_a_language_file_stops_its_letters(workspace: Workspace) -> None:
    """A check reports it with its place, instead of printing the brace."""
    (workspace.folder / "languages").mkdir()
    shipped = (ROOT / "src" / "circulars" / "languages" / "fr.yaml").read_text("utf-8")
    file = workspace.folder / "languages" / "fr.yaml"
    file.write_text(shipped.replace('"{place}, le {date}"', '"{plce}, le {date}"'), "utf-8")
    letter = workspace.letters / "a.yaml"
    letter.write_text(HEAD.replace("[ru, fr, ar, zh, es, en]", "[fr]") + "body: [fr: T]\n", "utf-8")

    (checked,) = check_files([letter], workspace)

    assert codes(checked.problems) == ["unknown-place"]
    assert {problem.where.file for problem in checked.problems} == {str(file)}


def test_a_letter_is_not_blamed_for_the_fault_of_a_language_file(workspace: Workspace) -> None:
    """The forms that the file names are not known before it is correct; other problems of the letter are reported."""
    (workspace.folder / "languages").mkdir()
    shipped = (ROOT / "src" / "circulars" / "languages" / "fr.yaml").read_text("utf-8")
    file = workspace.folder / "languages" / "pt.yaml"
    file.write_text(shipped.replace("forms: [plain, ", "forms: [plain, em, ").replace("{place}", "{plce}", 1), "utf-8")
    letter = workspace.letters / "a.yaml"
    body = "body: [pt: '{{ ref: programme | em }} {{ lost }}']\nannexes: [{id: programme, body: [pt: T]}]\n"
    letter.write_text(HEAD.replace("[ru, fr, ar, zh, es, en]", "[pt]") + body, "utf-8")

    (checked,) = check_files([letter], workspace)

    assert codes(checked.problems) == ["unknown-place", "undefined-field"]


ROW = (
    HEAD.replace("[ru, fr, ar, zh, es, en]", "[ru]")
    + """\
body: [ru: "%s"]
annexes: [{id: a, body: [ru: T]}, {id: b, body: [ru: T]}, {id: c, body: [ru: T]}]
"""
)


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("в {{ ref: a }} и {{ ref: b }}", "в Приложении 1 и Приложении 2"),
        ("в {{ ref: a }}, {{ ref: b }} или {{ ref: c }}", "в Приложении 1, Приложении 2 или Приложении 3"),
        ("в *{{ ref: a }}* и {{ ref: b | genitive }}", "в Приложении 1 и Приложения 2"),
        ("в {{ ref: a }}. И {{ ref: b }}", "в Приложении 1. И Приложение 2"),
        ("в {{ meeting | weekday }} и {{ meeting | weekday }}", "в среду и среду"),
        ("до {{ meeting | weekday }}, {{ meeting }}", "до среды, 10 июля 2024 года"),
        ("между {{ ref: a }} и {{ ref: b }}", "между Приложением 1 и Приложением 2"),
        ("на основании {{ ref: a }}", "на основании Приложения 1"),
        ("кроме {{ meeting | weekday }}", "кроме среды"),
        ("перед {{ meeting | weekday-date }}", "перед средой, 10 июля 2024 года"),
        ("над {{ ref: a }}, под {{ ref: b }}", "над Приложением 1, под Приложением 2"),
        ("об {{ meeting | month-year }}", "об июле 2024 года"),
        ("около {{ ref: a }}; у {{ ref: a }}", "около Приложения 1; у Приложения 1"),
        ("относительно {{ ref: a }}, из-за {{ ref: b }}", "относительно Приложения 1, из-за Приложения 2"),
        ("вслед за {{ meeting | weekday }}; про {{ ref: a }}", "вслед за средой; про Приложение 1"),
        ("навстречу {{ meeting | weekday }}, в отношении {{ ref: a }}", "навстречу среде, в отношении Приложения 1"),
        ("пункт 2 {{ ref: a }}; п. 2.1 {{ ref: b }}", "пункт 2 Приложения 1; п. 2.1 Приложения 2"),
        (
            "содержание {{ ref: a }}; текст заменяет {{ ref: b }}",
            "содержание Приложения 1; текст заменяет Приложение 2",
        ),
        ("в 2 {{ ref: a }}", "в 2 Приложение 1"),
    ],
)
def test_fields_in_a_row_have_the_form_that_the_word_before_the_first_asks_for(
    words: str, printed: str, workspace: Workspace
) -> None:
    """A comma or a conjunction carries it on; other words, and a form that the letter names, do not."""
    letter = ROW % words

    assert printed in texts(workspace, letter)["ru"]


def test_a_word_that_asks_for_a_form_before_an_adjective_is_a_warning(workspace: Workspace) -> None:
    """The field stays in its plain form, as the program knows no adjectives; a form that the letter names is right."""
    words = (
        "в ближайшую {{ meeting | weekday }}; в новом большом {{ ref: a }}; в новом {{ ref: a | prepositional }}; "
        "в письме, {{ ref: a }}; см. {{ ref: a }}; в письме на {{ ref: a }}"
    )

    found = warnings(workspace, ROW % words)

    fact = "uncertain-form  'в' is before this field, with other words between; the field is in its plain form"
    assert [one.partition("  ")[2] for one in found] == [fact] * 2


@pytest.mark.parametrize(
    ("letter", "words", "facts"),
    [
        ("ru", "с {{ ref: a }} по {{ ref: b }}", ["'с' and 'по' make a range, whose forms are not known"]),
        ("ru", "с {{ ref: a | genitive }} по {{ ref: b | accusative }}", []),
        ("ru", "с {{ ref: a }} и по {{ ref: b }}; текст заменяет {{ ref: a }}", []),
        ("fr", "à {{ ref: a }} et {{ ref: b }}", ["'à' is before the first reference of this row only"]),
        ("fr", "à {{ ref: a }} et {{ ref: b | a }}, et voir {{ ref: c }}", []),
        ("ar", "لـ{{ ref: a }} و{{ ref: b }}", []),
    ],
)
def test_a_row_or_a_range_of_references_whose_forms_cannot_be_told_is_a_warning(
    letter: str, words: str, facts: list[str], workspace: Workspace
) -> None:
    """French has its article with the preposition, and Russian two cases in a range: the letter names the forms."""
    text = ROW.replace("ru: ", f"{letter}: ").replace("[ru]", f"[{letter}]") % words

    assert [one.partition("  ")[2] for one in warnings(workspace, text)] == [
        f"uncertain-form  {fact}" for fact in facts
    ]


EN = ROW.replace("ru: ", "en: ").replace("[ru]", "[en]")
ONE = EN.partition(", {id: b")[0] + "]\n"


def test_an_english_annex_has_an_article_only_while_there_is_no_other(workspace: Workspace) -> None:
    """The form "the" is right before and after a second annex comes; a typed article is not, and is a warning."""
    fact = "uncertain-form  'the' is before the name of an annex, which has it only if there is no other annex"

    assert "in the Annex." in texts(workspace, ONE % "in {{ ref: a | the }}.")["en"]
    assert "in Annex 1." in texts(workspace, EN % "in {{ ref: a | the }}.")["en"]
    for letter in (ONE, EN):
        assert warnings(workspace, letter % "in {{ ref: a | the }}") == []
        assert [one.partition("  ")[2] for one in warnings(workspace, letter % "in the {{ ref: a }}")] == [fact]


def test_a_reference_may_be_the_number_of_an_annex_alone(workspace: Workspace) -> None:
    """Every language can name several annexes with one noun; the only annex has no number, which is a warning."""
    words = "Annexes {{ ref: a | number }} and {{ ref: b | number }}."

    assert "Annexes 1 and 2." in texts(workspace, EN % words)["en"]
    assert (
        "Приложения 1 и 2." in texts(workspace, ROW % "Приложения {{ ref: a | number }} и {{ ref: b | number }}.")["ru"]
    )
    (warning,) = warnings(workspace, ONE % "Annex {{ ref: a | number }}")
    assert "missing-form  'Annex' has no form 'number'" in warning


def test_a_date_that_ends_with_a_full_stop_ends_the_sentence(workspace: Workspace) -> None:
    """Russian writes "г." for the year; an ellipsis after it keeps its stops."""
    letter = ROW % "от {{ meeting | citation }}. И от {{ meeting | citation }}...; {{ meeting }}."

    assert "от 10 июля 2024 г. И от 10 июля 2024 г....; 10 июля 2024 года." in texts(workspace, letter)["ru"]


def test_the_plain_form_of_an_annex_needs_no_words_of_its_own(workspace: Workspace) -> None:
    """English names annexes in one text for all forms; of a form that it lacks, the letter is told to ask no more."""
    letter = ROW.replace("ru: ", "en: ").replace("[ru]", "[en]") % "{{ ref: a | plain }} {{ ref: b | genitive }}"

    file = workspace.letters / "a.yaml"
    file.write_text(letter, "utf-8")
    (checked,) = check_files([file], workspace)

    assert [(one.code, one.hint) for one in checked.warnings] == [
        ("missing-form", "delete '| genitive' in this language")
    ]


def test_a_form_that_the_words_before_an_annex_ask_for_is_missing_in_the_language(workspace: Workspace) -> None:
    """The letter has no bar to delete; the language's file lacks the form."""
    text = (SHIPPED / "ru.yaml").read_text("utf-8").replace("    dative: Приложению {number}\n", "", 1)
    languages = workspace.language_folders[0]
    languages.mkdir(exist_ok=True)
    (languages / "ru.yaml").write_text(text, "utf-8")
    file = workspace.letters / "a.yaml"
    file.write_text(ROW % "к {{ ref: a }}", "utf-8")

    (checked,) = check_files([file], workspace)

    assert "add it under 'annexes:' in languages/ru.yaml" in [one.hint for one in checked.warnings]


def test_a_wrong_field_in_a_language_that_is_not_printed_is_a_warning(workspace: Workspace) -> None:
    """The translation is being written; the letter in its other languages is built."""
    letter = HEAD.replace("[ru, fr, ar, zh, es, en]", "[en]") + "body: [{en: T, pt: '{{ nada }}'}]\n"

    assert [one.partition("  ")[2] for one in warnings(workspace, letter)] == [
        "undefined-field  there is no fact named 'nada'"
    ]


@pytest.mark.parametrize(
    ("code", "text", "printed"),
    [
        ("fr", "La réunion aura lieu du {{ days }}.", "La réunion aura lieu du 1er au 3 mai 2025."),
        ("fr", "La réunion aura lieu {{ days | from-to }}.", "La réunion aura lieu du 1er au 3 mai 2025."),
        ("fr", "Les {{ days }}, {{ days | from-to-day-month }}", "Les 1er-3 mai 2025, du 1er au 3 mai"),
        ("fr", "Reportée du {{ days }} au 9 mai.", "Reportée du 1er-3 mai 2025 au 9 mai."),
        ("es", "Se celebrará del {{ days }}.", "Se celebrará del 1 al 3 de mayo de 2025."),
        ("en", "It is held from {{ days }}.", "It is held from 1 to 3 May 2025."),
        ("ru", "С {{ days }} проводится собрание.", "С 1 по 3 мая 2025 года проводится собрание."),
        ("ru", "{{ days | from-to-day-month }} проводится", "С 1 по 3 мая проводится"),
        ("zh", "会议于{{ days | from-to }}召开。", "会议于2025年5月1日至3日召开。"),
        ("ar", "من {{ days }}.", "من 1 إلى 3 مايو 2025."),
    ],
)
def test_a_range_stands_from_its_first_day_to_its_last(
    code: str, text: str, printed: str, workspace: Workspace
) -> None:
    """In a named format, and where the words before it begin that format, unless another range follows."""
    assert printed in body_of(workspace, code, text)


@pytest.mark.parametrize(
    ("code", "text", "printed"),
    [
        ("ru", "{{ meeting | weekday-date }}", "Среда, 10 июля 2024 года"),
        ("ru", "Да {{ meeting | weekday | capital }}", "Да Среда"),
        ("ru", "Да. В {{ meeting | weekday | capital }}", "Да. В Среду"),
        ("fr", "{{ meeting | month }} et {{ meeting | month }}", "Juillet et juillet"),
        ("ar", "{{ meeting | weekday }}", "الأربعاء"),
        ("es", "{{ word }}", "iPhone"),
    ],
)
def test_a_date_that_begins_a_paragraph_has_a_capital(code: str, text: str, printed: str, workspace: Workspace) -> None:
    """So has one for which the letter asks; the letter's own words stay as they are."""
    assert printed in body_of(workspace, code, text).split("T. ")[1]


def test_each_language_of_a_block_has_its_own_places(workspace: Workspace) -> None:
    """A field that several languages of a paragraph have is reported at its place in the text of the language."""
    head = HEAD.replace("[ru, fr, ar, zh, es, en]", "[en, fr, ru]").replace("2024-07-10", "2024-07-09")
    field = "{{ meeting | weekday }}"
    body = f"body:\n  - en: 'On {field}.'\n    fr: 'Demain. {field}.'\n    ru: 'Да, да, в {field}.'\n"
    found = [one.partition("  ")[0] for one in warnings(workspace, head + body)]

    assert found == ["letters/a.yaml:12:18", "letters/a.yaml:13:20"]


def test_a_date_that_begins_a_sentence_in_lower_case_is_a_warning(workspace: Workspace) -> None:
    """It may be after an abbreviation, so nothing is changed."""
    text = "Собрание состоится летом. {{ meeting | weekday }} удобна. В 9 час. {{ meeting | weekday }}."
    fact = "lower-case-start  'среда' begins a sentence, and its first letter is not a capital"

    assert warnings(workspace, letter_in("ru", text)) == [f"letters/a.yaml:11:36  {fact}"]


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", "It is a day. {{ days | from-to }}"), ("fr", "Le mardi 5 mai 2026. {{ days | from-to }}")],
)
def test_a_sentence_may_end_with_a_short_word_or_a_year(code: str, text: str, workspace: Workspace) -> None:
    """The field after it begins another sentence."""
    (found,) = [one for one in warnings(workspace, letter_in(code, text)) if "lower-case-start" in one]

    assert "begins a sentence, and its first letter is not a capital" in found


@pytest.mark.parametrize(
    ("code", "text", "printed", "doubt"),
    [
        ("fr", "mois de {{ meeting | month }}", "mois de juillet", ""),
        ("fr", "mois de {{ start | month }}", "mois de avril", "the word before 'avril' is 'd'', not 'de'"),
        ("fr", "l'{{ ref: form }}", "l'Formulaire 1", "the word before 'Formulaire 1' is 'le' or 'la', not 'l''"),
        ("fr", "l'{{ ref: annex }}, de {{ ref: annex }}", "l'Annexe, de l'Annexe", ""),
        (
            "fr",
            "voir à {{ ref: annex }}, du {{ ref: annex }}",
            "à l'Annexe, du Annexe",
            "'Annexe' is 'de l'', not 'du'",
        ),
        ("ru", "в конце {{ meeting | month }}, до {{ meeting | month }}", "в конце июля, до июля", ""),
        ("ru", "о {{ meeting | month }}", "о июле", "the word before 'июле' is 'об', not 'о'"),
        ("ru", "во {{ meeting | weekday }}", "во среду", "the word before 'среду' is 'в', not 'во'"),
        ("ru", "в течение {{ meeting | month-year }}", "в течение июля 2024 года", ""),
        ("ar", "لـ{{ city }} وبـ{{ place }} كـ{{ city }}", "للقاهرة وبجنيف كالقاهرة", ""),
        ("ar", "لـ{{ ref: form }} ولـ{{ ref: annex }}", "للاستمارة 1 وللملحق", ""),
        ("ar", "لـ{{ start }} لـ{{ word }}", "لـ1 أبريل 2026 لـiPhone", ""),
        ("ar", "من ل{{ ref: annex }} ب{{ ref: annex }}", "من للملحق بالملحق", ""),
        ("ar", "من للـ{{ ref: annex }} بال{{ ref: annex }} وال{{ ref: annex }}", "من للملحق بالملحق والملحق", ""),
        ("ar", "فـ{{ ref: annex }} وـ{{ city }} وبال{{ ref: annex }}", "فالملحق والقاهرة وبالملحق", ""),
        ("ar", "مقال{{ word }} أو{{ city }}", "مقالiPhone أوالقاهرة", ""),
        ("fr", "Oui. À {{ ref: annex }}. De {{ ref: annex }}.", "Oui. À l'Annexe. De l'Annexe.", ""),
        ("fr", "voir **à** {{ ref: annex }}, *de* {{ ref: annex }}", "voir à l'Annexe, de l'Annexe", ""),
        ("fr", "Oui. De {{ start | month }}", "Oui. De avril", "the word before 'avril' is 'D'', not 'De'"),
        ("fr", "Jusqu'à {{ meeting }}", "Jusqu'à 10 juillet 2024", "'10 juillet 2024' is 'au', not 'à'"),
        ("fr", "Jusqu'au {{ start }}, le {{ meeting }}", "Jusqu'au 1er avril 2026, le 10 juillet 2024", ""),
        ("fr", "Avant {{ meeting }}", "Avant 10 juillet 2024", "'10 juillet 2024' is 'Avant le', not 'Avant'"),
        ("fr", "lettre d'{{ start }}", "d'1er avril 2026", "'1er avril 2026' is 'du', not 'd''"),
        ("fr", "avant {{ meeting | weekday }}, à {{ meeting | year }}", "avant mercredi, à 2024", ""),
        ("fr", "le {{ days }}", "le 1er-3 mai 2025", "'1er-3 mai 2025' is 'du', not 'le'"),
        ("fr", "entre {{ meeting }} et", "entre 10 juillet 2024 et", "'10 juillet 2024' is 'entre le', not 'entre'"),
        ("fr", "entre le 2 mai et {{ meeting }}", "et 10 juillet 2024", "'10 juillet 2024' is 'et le', not 'et'"),
        ("fr", "les 2 mai et {{ meeting }}", "et 10 juillet 2024", ""),
        ("es", "entre el 2 y {{ meeting }}", "y 10 de julio", "'10 de julio de 2024' is 'y el', not 'y'"),
        ("fr", "pendant {{ days }}", "pendant 1er-3", "'1er-3 mai 2025' is 'pendant la période du', not 'pendant'"),
        ("fr", "le {{ days | from-to }}", "le du 1er au 3 mai 2025", ""),
        ("fr", "à {{ cairo }}. De {{ cairo }}", "au Caire. Du Caire", ""),
        ("fr", "jusqu'à {{ cairo }}, **de** {{ cairo }}", "jusqu'au Caire, du Caire", ""),
        ("fr", "à {{ lemans }}, de {{ lemans }}", "à Lens, de Lens", ""),
        ("fr", "voir {{ ref: annex }} et {{ ref: annex }}", "voir l'Annexe et l'Annexe", ""),
        ("fr", "dans {{ ref: annex }} ({{ ref: annex }})", "dans l'Annexe (Annexe)", ""),
        (
            "es",
            "a partir de {{ meeting | weekday-date }}",
            "de miércoles",
            "'miércoles 10 de julio de 2024' is 'a partir del', not 'a partir de'",
        ),
        ("es", "Hasta {{ meeting | weekday }}", "Hasta miércoles", "'miércoles' is 'Hasta el', not 'Hasta'"),
        ("es", "Circular de {{ meeting }}, hasta {{ meeting | month }}", "de 10 de julio de 2024, hasta julio", ""),
        ("es", "el {{ days }}", "el 1-3 de mayo de 2025", "'1-3 de mayo de 2025' is 'del', not 'el'"),
        ("es", "de {{ japan }}, a {{ japan }}", "del Japón, al Japón", ""),
        ("es", "a {{ salvador }}", "a El Salvador", ""),
        ("es", "España y {{ italy }}", "España y Italia", "'Italia' is 'e', not 'y'"),
        ("es", "Bergen o {{ oslo }}", "Bergen o Oslo", "'Oslo' is 'u', not 'o'"),
        ("es", "siete u {{ eight }}, e {{ italy }}", "siete u 8, e Italia", ""),
        ("es", "en {{ ref: annex }}, de {{ ref: annex }}, a {{ ref: annex }}", "en el Anexo, del Anexo, al Anexo", ""),
        ("fr", "depuis {{ ref: annex }}, renvoyer {{ ref: annex }}", "depuis l'Annexe, renvoyer l'Annexe", ""),
        ("es", "desde {{ ref: annex }}, tras {{ ref: annex }}", "desde el Anexo, tras el Anexo", ""),
        ("es", "véanse {{ ref: annex }} y {{ ref: annex }}", "véanse el Anexo y el Anexo", ""),
        ("en", "A {{ eight | ordinal }} meeting", "A 8th meeting", "'8th' is 'An', not 'A'"),
        ("en", "an {{ eight | ordinal }} meeting, a {{ seats | ordinal }}", "an 8th meeting, a 5th", ""),
        ("en", "an {{ seats | ordinal }} meeting", "an 5th", "'5th' is 'a', not 'an'"),
        ("en", "in {{ meeting }}", "in 10 July", "'10 July 2024' is 'on', not 'in'"),
        ("en", "in {{ meeting | month-year }}", "in July 2024", ""),
        ("en", "at {{ days }}", "at 1-3 May 2025", "'1-3 May 2025' is 'from', not 'at'"),
        ("fr", "à {{ days }}", "à 1er-3 mai 2025", "'1er-3 mai 2025' is 'du', not 'à'"),
        ("ru", "в {{ meeting }}", "в 10 июля", "the doubt: 'в' does not belong before '10 июля 2024 года'"),
        ("ru", "Со {{ meeting }}", "Со 10 июля", "'10 июля 2024 года' is 'С', not 'Со'"),
        ("ru", "в течение {{ days }}", "в течение 1", "'1–3 мая 2025 года' is 'в период с', not 'в течение'"),
        ("ru", "в период с {{ days }}", "в период с 1 по 3 мая 2025 года", ""),
        ("zh", "会议从{{ days }}举行", "从2025年5月1-3日", "the doubt: '从' does not belong before '2025年5月1-3日'"),
        ("zh", "会议从{{ days | from-to }}举行", "从2025年5月1日至3日", ""),
        ("en", "between {{ days }}", "between 1-3 May 2025", "'1-3 May 2025' is 'from', not 'between'"),
        ("ru", "за {{ meeting | weekday }}, за {{ meeting | month-year }}", "за среду, за июль 2024 года", ""),
        ("zh", "第{{ eight | ordinal }}次会议", "第8次会议", ""),
        ("zh", "召开第{{ eight | ordinal }}次会议", "召开第8次会议", ""),
        ("zh", "召开{{ eight | ordinal }}次会议，{{ meeting | year }}年", "召开第8次会议，2024年", ""),
    ],
)
def test_a_word_before_a_field_is_as_the_field_asks(
    code: str, text: str, printed: str, doubt: str, workspace: Workspace
) -> None:
    """Elision, contraction and prefixes: what can be told is printed right, and of the rest the check warns."""
    assert printed in body_of(workspace, code, text)
    assert [one.partition("  ")[2] for one in warnings(workspace, letter_in(code, text))] == (
        [f"other-preposition  {doubt.removeprefix('the doubt: ')}"]
        if doubt.startswith("the ")
        else [f"other-preposition  the word before {doubt}"]
        if doubt
        else []
    )


@pytest.mark.parametrize(
    ("code", "text", "due", "printed"),
    [
        ("ru", "Ждем вас в {{ addressee.due | weekday }}.", "2026-04-07", "Ждем вас во вторник."),
        ("ru", "Ждем вас в {{ addressee.due | weekday }}.", "2026-04-08", "Ждем вас в среду."),
        ("ru", "Ждем вас {{ addressee.due | citation }}.", "2026-04-08", "Ждем вас 8 апреля 2026 г."),
        ("ru", "{{ addressee.due | weekday }} удобна.", "2026-04-08", "Среда удобна."),
        ("fr", "Fin de {{ addressee.due | month }}", "2026-04-08", "Fin d'avril"),
        ("fr", "Fin de {{ addressee.due | month }}", "2026-05-08", "Fin de mai"),
        ("fr", "Fin d'{{ addressee.due | month }}", "2026-05-08", "Fin de mai"),
        ("fr", "Réunion à {{ addressee.due }}.", "Le Caire", "Réunion au Caire."),
        ("fr", "Réunion à {{ addressee.due }}.", "Genève", "Réunion à Genève."),
        ("zh", "第{{ addressee.due | ordinal }}次会议", "8", "第8次会议"),
        ("fr", "Ville de {{ addressee.due }}", "Avignon", "Ville d'Avignon"),
        ("en", "Government of {{ addressee.country | the }}", "NL", "Government of the Kingdom of the Netherlands"),
        ("en", "Government of {{ addressee.country | the }}", "FR", "Government of France"),
        ("fr", "Gouvernement de {{ addressee.country | le }}", "JP", "Gouvernement du Japon"),
        ("fr", "Gouvernement de {{ addressee.country | le }}", "US", "Gouvernement des États-Unis d'Amérique"),
        ("fr", "Gouvernement de {{ addressee.country | le }}", "FR", "Gouvernement de la France"),
        ("fr", "Gouvernement de {{ addressee.country | le }}", "HT", "Gouvernement d'Haïti"),
        ("fr", "Gouvernement de {{ addressee.country | le }}", "XK", "Gouvernement du Kosovo"),
        ("fr", "{{ addressee.country | en }}", "JP", "au Japon"),
        ("fr", "Siège {{ addressee.country | en }}", "CH", "Siège en Suisse"),
        ("fr", "Siège {{ addressee.country | en }}", "CU", "Siège à Cuba"),
        ("fr", "avant l'{{ addressee.due | weekday-date }}", "2025-05-01", "avant l'jeudi 1er mai 2025"),
        ("fr", "le {{ addressee.due }}", "hôtel", "l'hôtel"),
        ("es", "Madrid o {{ addressee.due }}", "Oslo", "Madrid u Oslo"),
        ("es", "Francia y {{ addressee.due }}", "Italia", "Francia e Italia"),
        ("es", "Francia **e** {{ addressee.due }}", "Perú", "Francia y Perú"),
        ("en", "A {{ addressee.due }} office", "Oslo", "An Oslo office"),
        ("fr", "Gouvernement de {{ addressee.country | le }}", "IL", "Gouvernement d'Israël"),
        ("fr", "{{ addressee.country | le | capital }} est membre", "CH", "La Suisse est membre"),
        ("es", "Gobierno de {{ addressee.country | el }}", "NL", "Gobierno del Reino de los Países Bajos"),
        ("es", "Gobierno de {{ addressee.country | el }}", "AR", "Gobierno de la Argentina"),
        ("es", "Gobierno de {{ addressee.country | el }}", "SV", "Gobierno de El Salvador"),
        ("ru", "Правительство {{ addressee.country | genitive }}", "NL", "Правительство Королевства Нидерландов"),
        ("ru", "Собрание в {{ addressee.country | prepositional }}", "EG", "Собрание в Египте"),
        ("ru", "Собрание в {{ addressee.country | prepositional }}", "FR", "Собрание во Франции"),
        ("ru", "Собрание в {{ addressee.country | prepositional }}", "CU", "Собрание на Кубе"),
        ("ru", "Поездка в {{ addressee.country | accusative }}", "CY", "Поездка на Кипр"),
        ("ru", "Поездка в {{ addressee.country | accusative }}", "BO", "в Многонациональное Государство Боливия"),
        ("ru", "Письмо к {{ addressee.country | dative }}", "KR", "Письмо к Республике Корея"),
        ("ru", "Вместе с {{ addressee.country | instrumental }}", "CH", "Вместе со Швейцарией"),
        ("ru", "{{ addressee.country | nominative }} сообщает", "NL", "Королевство Нидерландов сообщает"),
        ("ru", "Войти в {{ addressee.due }}", "Кипрский комитет", "Войти в Кипрский комитет"),
        ("ru", "Станция в {{ addressee.due }}", "Островецком районе", "Станция в Островецком районе"),
        ("fr", "Fin d’{{ addressee.due | month }}", "2026-04-08", "Fin d’avril"),
        ("en", "Made by {{ addressee.due }}.", "Example Inc.", "Made by Example Inc."),
        ("en", "See {{ addressee.due }}.pdf", "a.", "See a..pdf"),
        ("ar", "مرحبا بـ{{ addressee.due }}", "القاهرة", "مرحبا بالقاهرة"),
        ("ar", "مرحبا لـ{{ addressee.due }}", "القاهرة", "مرحبا للقاهرة"),
        ("ar", "مرحبا لـ{{ addressee.due }}", "ITU", "مرحبا لـITU"),
    ],
)
def test_words_beside_a_cell_are_as_its_value_asks(
    code: str, text: str, due: str, printed: str, workspace: Workspace
) -> None:
    """The letter cannot know the value, so each copy has the word, the full stop and the capital that it needs."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter_in(code, text), "utf-8")
    source, language = read_letter(file, "a.yaml", workspace.language_folders), load_language(code)
    document = compose(source, language, load_pack(), addressed=True)

    copy = filled(
        document, settle(Addressee("a", {"due": due, "country": due}), language, load_pack(), holes_of(document))
    )

    assert printed in " ".join(text_of(copy).split())


@pytest.mark.parametrize(
    ("code", "text", "city", "bold"),
    [
        ("fr", "Réunion à **{{ addressee.city }}**", "Le Caire", ("Réunion au ", "Caire")),
        ("fr", "Réunion à **{{ addressee.city }}**", "Genève", ("Réunion à ", "Genève")),
        ("fr", "Ville de **{{ addressee.city }}**", "Avignon", ("Ville d'", "Avignon")),
        ("es", "Invitamos a **{{ addressee.country | el }}**", "JP", ("Invitamos al ", "Japón")),
        ("es", "Invitamos a **{{ addressee.city }}**", "El Cairo", ("Invitamos a ", "El Cairo")),
        ("es", "Invitamos **a** {{ addressee.city }}", "Lima", ("Invitamos ", "a")),
    ],
)
def test_a_word_beside_a_cell_keeps_its_look(
    code: str, text: str, city: str, bold: tuple[str, str], workspace: Workspace
) -> None:
    """Only what is bold in the letter is bold in a copy, also where the word and the article of the value are one."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter_in(code, text), "utf-8")
    source, language = read_letter(file, "a.yaml", workspace.language_folders), load_language(code)
    document = compose(source, language, load_pack(), addressed=True)

    copy = filled(
        document, settle(Addressee("a", {"city": city, "country": city}), language, load_pack(), holes_of(document))
    )

    [paragraph] = (block for block in copy.body if isinstance(block, Paragraph))
    before = "".join(span.text for span in takewhile(lambda span: not span.strong, paragraph.spans))
    assert (before, "".join(span.text for span in paragraph.spans if span.strong)) == bold


def test_a_country_in_a_sentence_without_its_form_is_a_warning(workspace: Workspace) -> None:
    """The names that stand alone in an address have no article: "Netherlands (Kingdom of the)"."""
    text = "of {{ addressee.country }}, {{ addressee.country | the }}, {{ addressee.country | genitive }}"

    assert [one.partition("  ")[2] for one in warnings(workspace, letter_in("en", text))] == [
        'uncertain-form  the name of a country is in a sentence as it stands alone: "Netherlands (Kingdom of the)"',
        "missing-form  'en' has no form 'genitive' of names of countries; they are as they stand alone",
    ]


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("fr", "avant le {{ addressee.due | weekday-date }}, de {{ addressee.country | le }}", []),
        ("fr", "de {{ addressee.due | month-year }}, que {{ addressee.organization }}, le {{ addressee.due }}", []),
        ("es", "o {{ addressee.place }}, y {{ addressee.place }}, e {{ addressee.place }}", []),
        ("fr", "jusqu'à {{ addressee.due | date }}", ["the word before 'addressee.due | date' is 'au', not 'à'"]),
        ("fr", "l'{{ addressee.x }}", ["'l'' is before a value of the list, some of which may ask for 'le' or 'la'"]),
    ],
)
def test_a_value_of_the_list_is_not_judged_before_the_merge(
    code: str, text: str, found: list[str], workspace: Workspace
) -> None:
    """Only a word that is wrong before every value, or that no copy can make right, is a warning."""
    assert [one.split("  ", 2)[2] for one in warnings(workspace, letter_in(code, text))] == found


@pytest.mark.parametrize(
    ("code", "text", "hint"),
    [
        ("fr", "en {{ addressee.country }}", "write {{ addressee.country | en }} without 'en'"),
        ("fr", "de {{ addressee.country }}", "write {{ addressee.country | le }}, with which its article or case"),
        ("ru", "для {{ addressee.country }}", "write {{ addressee.country | genitive }}, with which its article"),
        ("ru", "в {{ addressee.country }}", "write {{ addressee.country | prepositional }}, with which its article"),
        ("ru", "на {{ addressee.country }}", "write the form that 'на' asks for here after '|': genitive, dative"),
    ],
)
def test_the_form_of_a_country_is_that_of_the_words_before_it(
    code: str, text: str, hint: str, workspace: Workspace
) -> None:
    """French "en" with an article would be "en le Japon"."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter_in(code, text), "utf-8")
    source = read_letter(file, "a.yaml", workspace.language_folders)

    found = forms_doubts(source, load_language(code), load_pack())

    assert [one.hint for one in found if hint in one.hint]


def test_the_full_stop_after_a_cell_is_outside_of_its_isolate(workspace: Workspace) -> None:
    """In an Arabic letter a Latin name is read from left to right, and the full stop after it is at its left."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter_in("ar", "من {{ addressee.due }}."), "utf-8")

    document = compose(read_letter(file, "a.yaml"), load_language("ar"), load_pack(), addressed=True)

    paragraph = document.body[0]
    assert isinstance(paragraph, Paragraph)
    assert [(span.hole, span.text) for span in paragraph.spans] == [("", "من "), ("addressee.due", ""), ("", ".")]


def letter_in(code: str, text: str) -> str:
    """A letter of one paragraph in one language, with facts and two annexes."""
    label = {"fr": "Formulaire 1", "ar": "الاستمارة 1"}.get(code, "X 1")
    return HEAD.replace("[ru, fr, ar, zh, es, en]", f"[{code}]").replace("subject: T\n", "subject: T.\n").replace(
        "seats: 5}",
        "seats: 5, start: 2026-04-01, word: iPhone, city: القاهرة, place: جنيف, eight: 8,"
        " cairo: Le Caire, lemans: Lens, japan: el Japón, salvador: El Salvador, italy: Italia, oslo: Oslo}",
    ) + (
        f'body:\n  - {code}: "{text}"\n'
        f"annexes:\n  - {{id: annex, body: [{code}: T]}}\n  - {{id: form, label: {label}, body: [{code}: T]}}\n"
    )


def body_of(workspace: Workspace, code: str, text: str) -> str:
    return texts(workspace, letter_in(code, text))[code]


@pytest.mark.parametrize(
    ("code", "line"), [("en", "To:"), ("ar", "إلى:"), ("zh", "致："), ("es", "Al Director"), ("fr", "Au Directeur")]
)
def test_a_letter_to_a_director_says_to_whom_it_goes(code: str, line: str, workspace: Workspace) -> None:
    """A kind without the label has that of the language where the name of a list does not say it itself."""
    letter = f"kind: br-administrative\nnumber: CACE/560\ndate: 2024-05-01\nlanguages: [{code}]\nsubject: T\n"
    signed = f"signatory: {{post: br-director, name: Kim Exemple, gender: f}}\nbody: [{{{code}: T}}]\n"

    assert f" {line} " in texts(workspace, f"{letter}to: [director-br]\n{signed}")[code]
    assert f" {line} " not in texts(workspace, f"{letter}to: [member-states-itu]\n{signed}")[code]


@pytest.mark.parametrize(
    ("code", "lines"),
    [("zh", "附件：甲 Form A：乙"), ("en", "Annex – 甲 Form A – 乙"), ("fr", "Annexe – 甲 Form A – 乙")],
)
def test_an_annex_with_its_name_in_a_list_has_the_mark_of_the_language(
    code: str, lines: str, workspace: Workspace
) -> None:
    """Beside an annex with a label of its own, the others have their name: 附件：甲, and not 附件. 甲."""
    head = f"kind: br-administrative\nnumber: CACE/560\ndate: 2024-05-01\nlanguages: [{code}]\nsubject: T\n"
    text = f"{{{code}: T}}"
    annexes = f"annexes: [{{title: 甲, body: [{text}]}}, {{title: 乙, label: Form A, body: [{text}]}}]\n"
    found = texts(workspace, f"{head}signatory: {{name: Kim, title: T}}\nbody: [{text}]\n{annexes}")[code]

    assert lines in found


def test_a_corrigendum_has_the_word_for_a_number_only_before_one(workspace: Workspace) -> None:
    """In Russian "№" is before the number of the letter, and not before "Исправление 1"."""
    letter = "kind: notice\npack: emwo\nnumber: 12\ndate: 2026-03-03\nlanguages: [ru]\nsubject: T\nbody: [{ru: T}]\n"
    amends = "amends: {kind: corrigendum, number: 1}\nsignatory: {post: secretary, name: Kim Exemple}\n"

    assert "Исх. № 12/2026" in texts(workspace, f"{letter}signatory: {{post: secretary, name: Kim Exemple}}\n")["ru"]
    assert "Исправление 1 к служебному уведомлению № 12/2026" in texts(workspace, letter + amends)["ru"]
    assert "№ Исправление" not in texts(workspace, letter + amends)["ru"]


COUNT = """\
facts:
  grants:
    count: 3
    words:
      en: {one: "{n} grant", other: "{n} grants"}
      ru: {one: "{n} стипендия", few: "{n} стипендии", other: "{n} стипендий"}
      ar: {two: منحتان, few: "{n} منح", other: "{n} منحة"}
      zh: "{n}个补贴"
body:
  - {en: "We have {{ grants }}.", ru: "Есть {{ grants }}.", ar: "{{ grants }}", zh: "有{{ grants }}。"}
"""


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (1, ["1 grant.", "1 стипендия.", "1 منحة", "有1个补贴。"]),
        (2, ["2 grants.", "2 стипендии.", "منحتان", "有2个补贴。"]),
        (5, ["5 grants.", "5 стипендий.", "5 منح", "有5个补贴。"]),
        (2021, ["2 021 grants.", "2 021 стипендия.", "2 021 منحة", "有2 021个补贴。"]),
    ],
)
def test_a_count_has_the_words_for_its_number(number: int, printed: list[str], workspace: Workspace) -> None:
    """By the plural forms that CLDR has for each language."""
    head = HEAD.replace("[ru, fr, ar, zh, es, en]", "[en, ru, ar, zh]").partition("facts:")[0]
    signed = "signatory: {name: Kim Exemple, title: T}\n"
    found = texts(workspace, head + signed + COUNT.replace("count: 3", f"count: {number}"))

    assert [text for text, code in zip(printed, ("en", "ru", "ar", "zh"), strict=True) if text not in found[code]] == []


def test_a_count_without_the_plural_form_of_its_number_is_a_warning(workspace: Workspace) -> None:
    """Only that form is asked for, since the letter has one number."""
    head = HEAD.replace("[ru, fr, ar, zh, es, en]", "[en, ru, ar, zh]").partition("facts:")[0]
    letter = head + "signatory: {name: Kim Exemple, title: T}\n" + COUNT.replace('few: "{n} стипендии", ', "")

    assert warnings(workspace, letter) == [
        "letters/a.yaml:14:11  missing-plural  the words for 3 in 'ru' have no plural form 'few'; 'other' is used"
    ]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "en {{ addressee.country }} et Jusqu'à {{ meeting }}"),
        ("ru", "для {{ addressee.country }} с {{ meeting }} по {{ days }}"),
        ("es", "entre {{ meeting }} y {{ days }}"),
        ("en", "A {{ meeting | weekday }} for {{ addressee.country }}"),
    ],
)
def test_a_check_doubts_what_a_build_doubts(code: str, text: str, workspace: Workspace) -> None:
    """A check takes the doubts from the document that it composes, a build from a look at the words with fields."""
    file = workspace.letters / "a.yaml"
    file.write_text(letter_in(code, text), "utf-8")

    [checked] = check_files([file], workspace)
    built = build_file(file, workspace, Order(formats=("txt",)), workspace.folder / "output")

    assert checked.problems == built.problems == ()
    assert checked.warnings == built.warnings
    assert checked.warnings
