"""Arabic and Chinese letters say what the grammar of their language asks for."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx as docx_library
import pytest

from circulars.addressing.postal import fitted, full_name
from circulars.addressing.settle import settle
from circulars.compose import compose
from circulars.language import load_language
from circulars.model.addressee import BLOCK, Addressee
from circulars.model.text import Span, one_line
from circulars.pack import load_pack
from circulars.render import writer
from circulars.render.txt import text_of
from circulars.source.letters.reading import parse_letter
from circulars.syntax.autolinks import autolinks
from conftest import ROOT

SOURCE = """
    kind: {kind}
    number: {number}
    amends: {{kind: corrigendum, number: 1}}
    date: 2024-07-26
    languages: [ar, zh]
    subject: {{ar: الاجتماع, zh: 会议}}
    body:
      - ar: >-
          انظر {{{{ ref: programme }}}}، وفقاً {{{{ ref: programme | li }}}}،
          ولـ{{{{ ref: programme }}}} وبـ{{{{ ref: programme }}}}.
        zh: "见{{{{ ref: programme }}}}。"
      - deadlines: [{{date: 2024-09-12, time: "09:30 UTC", ar: التسجيل, zh: 注册}}]
    signatory: {{post: tsb-director, name: Erika Mustermann, gender: f}}
    annexes:
      - {{id: programme, title: {{ar: البرنامج, zh: 日程}}, body: [{{ar: نص, zh: 文字}}]}}
      - {{title: {{ar: الاستمارة, zh: 表格}}, body: [{{ar: نص, zh: 文字}}]}}
"""


def lines_of(language: str, kind: str, number: str) -> list[str]:
    """The lines of a corrigendum with two annexes, without those that are empty."""
    source = SOURCE.format(kind=kind, number=number).encode()
    letter = parse_letter(source, "x.yaml", "x", Path())
    return [line.strip() for line in text_of(compose(letter, load_language(language), load_pack())).split("\n") if line]


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (
            "tsb-circular", "213",
            ["المرجع: التصويب 1", "للرسالة المعممة 213 لمكتب تقييس الاتصالات",
             "(بالتصويب 1 للرسالة المعممة 213 لمكتب تقييس الاتصالات)", "الملحقات: 2"],
        ),
        (
            "br-administrative", "CACE/560",
            ["التصويب 1 للرسالة الإدارية المعممة CACE/560",
             "(بالتصويب 1 للرسالة الإدارية المعممة CACE/560)", "الملحقان:"],
        ),
    ],
)  # fmt: skip
def test_arabic_prepositions_are_joined_to_the_reference(kind: str, number: str, expected: list[str]) -> None:
    """ "To" and "of" are the letters ل and ب at the beginning of the next word."""
    lines = lines_of("ar", kind, number)

    assert [line for line in expected if line not in lines] == []


def test_an_arabic_text_asks_for_the_form_of_a_reference() -> None:
    """The annex has a joined preposition where the text says so; the time stands after what is due."""
    lines = lines_of("ar", "tsb-circular", "213")

    assert "1   انظر الملحق 1، وفقاً للملحق 1، وللملحق 1 وبالملحق 1." in lines
    assert "– التسجيل، الساعة 0930 بالتوقيت العالمي المنسق (UTC)" in lines


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (
            "tsb-circular",
            "213",
            ["文号：电信标准化局第213号通函勘误1", "（电信标准化局第213号通函勘误1）", "附件：2件"],
        ),
        ("br-administrative", "CACE/560", ["行政通函 CACE/560勘误1", "（行政通函CACE/560勘误1）", "附件："]),
        ("sg-letter", "DM-24/1021", ["文号：DM-24/1021勘误1", "（DM-24/1021号函勘误1）", "附件：2件"]),
    ],
)
def test_a_chinese_amendment_is_named_after_its_letter(kind: str, number: str, expected: list[str]) -> None:
    """The reference is one line, and an annex names the letter without a preposition."""
    lines = lines_of("zh", kind, number)

    assert [line for line in expected if line not in lines] == []


def test_a_chinese_time_has_no_leading_zero() -> None:
    """The hour is a plain number, and a full hour has no minutes."""
    chinese = load_language("zh")

    assert "– 注册，协调世界时（UTC）9时30分" in lines_of("zh", "tsb-circular", "213")
    assert (chinese.time(9, 0), chinese.time(16, 5)) == ("9时", "16时05分")


def test_arabic_ordinals_are_words_with_a_gender() -> None:
    """Up to the nineteenth; from the twentieth on the word depends on its case, so the number stands there."""
    arabic = load_language("ar")
    forms = [(arabic.number(Decimal(n), "ordinal"), arabic.number(Decimal(n), "ordinal-feminine")) for n in (8, 11, 20)]

    assert forms == [("الثامن", "الثامنة"), ("الحادي عشر", "الحادية عشرة"), ("20", "20")]


@pytest.mark.parametrize(
    ("typed", "arabic", "chinese"),
    [
        ("Mr", "حضرة السيد {surname}، تحية طيبة وبعد،", "尊敬的{surname}先生："),
        ("Sra. Dra.", "حضرة الدكتورة {surname}، تحية طيبة وبعد،", "尊敬的{surname}博士："),
        ("Dr", "", "尊敬的{surname}博士："),
        ("السفير", "سعادة السفير {surname}، تحية طيبة وبعد،", "尊敬的{surname}大使阁下："),
        ("H.E. Ms", "صاحبة السعادة، تحية طيبة وبعد،", "尊敬的{surname}女士阁下："),
        ("H.E. the Minister", "تحية طيبة لمعاليكم وبعد،", "尊敬的{surname}部长阁下："),
        ("معالي الوزيرة", "معالي الوزيرة {surname}، تحية طيبة وبعد،", "尊敬的{surname}部长阁下："),
        ("Prof. Dr. Ms", "حضرة الأستاذة الدكتورة {surname}، تحية طيبة وبعد،", "尊敬的{surname}教授："),
    ],
)
def test_salutations_go_with_the_title(typed: str, arabic: str, chinese: str) -> None:
    """By rank and gender; in Arabic a doctor whose gender is not known is greeted as anybody is."""
    titles = [load_language(code).title(typed) for code in ("ar", "zh")]

    assert [title and title.salutation for title in titles] == [arabic, chinese]


@pytest.mark.parametrize(
    ("title", "name", "surname", "expected"),
    [
        ("先生", "小明", "王", "王小明先生"),
        ("先生", "Jean-Marc", "Exemple", "Jean-Marc Exemple先生"),
        ("Sheriff", "Jean-Marc", "Exemple", "Jean-Marc Exemple Sheriff"),
        ("女士", "", "Exemple", "Exemple女士"),
    ],
)
def test_a_chinese_title_follows_the_name(title: str, name: str, surname: str, expected: str) -> None:
    """A surname in Han comes first, one in another script last; a title in Latin letters is kept apart."""
    words = load_language("zh").addressees

    assert full_name(title, name, surname, "CN", words.full_name, words.other_name) == expected


WANG = {
    "title": "女士", "name": "小样", "surname": "王", "organization": "示例部", "address": "示例大街8号",
    "postcode": "100804", "city": "北京市", "country": "CN",
}  # fmt: skip


def test_a_chinese_address_goes_from_the_country_to_the_person() -> None:
    """So do its lines in a Chinese letter; the country is the last line if the pack names it for the post."""
    chinese, pack = load_language("zh"), load_pack()
    row = Addressee("one", WANG)

    usual = settle(row, chinese, pack, [BLOCK])[BLOCK].split("\n")
    for_the_post = settle(row, chinese, replace(pack, country_names="en"), [BLOCK])[BLOCK].split("\n")

    assert usual == ["中国", "100804", "北京市", "示例大街8号", "示例部", "王小样女士"]
    assert for_the_post == ["100804", "北京市", "示例大街8号", "示例部", "王小样女士", "CHINA"]


def test_an_address_in_latin_letters_begins_with_the_person_in_chinese_too() -> None:
    """It has the order of its country."""
    row = Addressee("one", WANG | {"address": "8 Example Street", "city": "Beijing"})

    assert settle(row, load_language("zh"), load_pack(), [BLOCK])[BLOCK].split("\n")[0] == "王小样女士"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["السيد مثال", "الطابق 3", "أبوظبي", "الإمارات"], "الطابق 3، أبوظبي"),
        (["السيد مثال", "شارع المثال", "أبوظبي", "الإمارات"], "شارع المثال، أبوظبي"),
        (["中国", "北京市", "示例大街", "王小样"], "北京市，示例大街"),
        (["Ms Ejemplo", "Calle 1", "Madrid", "SPAIN"], "Calle 1, Madrid"),
    ],
)
def test_joined_lines_of_an_address_have_the_comma_of_their_script(lines: list[str], expected: str) -> None:
    """Where the window is too low for all lines."""
    window = replace(load_pack().window, lines=3)

    assert fitted(lines, window)[1] == expected


def test_an_arabic_letter_has_landscape_pages_and_telephone_numbers_in_word() -> None:
    """The marks of direction in Word's text do not hide where the pages turn."""
    source = b"""
        kind: bdt-circular
        number: BDT/1
        date: 2024-07-26
        languages: [ar]
        contact: {tel: [+41 22 730 0000, +41 22 730 0001]}
        to: [member-states]
        subject: {ar: X}
        body: [{ar: X}]
        annexes: [{orientation: landscape, body: [{ar: X}]}]
        signatory: bdt-director
    """
    document = compose(parse_letter(source, "x.yaml", "x", Path()), load_language("ar"), load_pack())

    file = writer("docx")(document, load_pack()).fill({})

    assert [s.orientation for s in docx_library.Document(io.BytesIO(file)).sections] == [0, 1]


def test_an_address_ends_before_arabic_punctuation() -> None:
    """A comma, a semicolon or a question mark after it belongs to the sentence."""
    assert [found[1] for found in autolinks("انظر www.example.int، ثم https://x.example/a؛ وهل؟")] == [
        "www.example.int", "https://x.example/a",
    ]  # fmt: skip


def test_a_chinese_annex_may_have_a_name_of_two_characters() -> None:
    """It is a name, and not a letter with a number, as A1 is."""
    source = SOURCE.format(kind="tsb-circular", number=213).replace(
        "- {title: {ar: الاستمارة", "- {label: 表1, title: {ar: الاستمارة"
    )
    letter = parse_letter(source.encode(), "x.yaml", "x", Path())
    document = compose(letter, load_language("zh"), load_pack())

    assert [annex.label for annex in document.annexes] == ["附件", "表1"]


def test_a_chinese_title_of_two_lines_has_no_space_before_full_width_brackets() -> None:
    """They have it in themselves; lines that end and begin with Han or digits are kept apart."""
    assert one_line((Span("第八次会议\n（2024年，马德里）"),)) == "第八次会议（2024年，马德里）"
    assert one_line((Span("第9研究组会议\n2015年6月10-17日"),)) == "第9研究组会议 2015年6月10-17日"
    assert one_line((Span("Eighth  Meeting\n(Madrid)"),)) == "Eighth Meeting (Madrid)"


def test_each_person_of_the_list_in_six_languages_has_a_salutation_of_their_own() -> None:
    """Their titles are known in the language that they read; only an organization is greeted as anybody is."""
    with (ROOT / "letters" / "addressees-six-languages.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    greeted = {row["id"]: load_language(row["language"]).title(row["title"]) for row in rows if row["surname"]}

    assert {row["language"] for row in rows} == {"ar", "en", "es", "fr", "ru", "zh"}
    assert [name for name, title in greeted.items() if not (title and title.written)] == []
    assert [name for name, title in greeted.items() if title and not title.salutation] == [
        "om-university",
        "uz-operator",
    ]
