"""The rules for languages in step find what differs, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from circulars.language import load_language
from circulars.model.text import Span
from circulars.review.rules import RULES, RuleProblem
from circulars.review.rules.checking import rule_problems
from circulars.review.rules.running_text import MASK, masked
from circulars.review.rules.sides import words_of_own
from circulars.source.letters import read_letter
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

CASES = yaml.safe_load((Path(__file__).parent / "in_step.yaml").read_text("utf-8"))
WRONG = [(code, texts) for code, cases in CASES.items() for texts in cases["wrong"]]
RIGHT = [(code, texts) for code, cases in CASES.items() for texts in cases["right"]]
PUBLISHED = yaml.safe_load((Path(__file__).parent / "published.yaml").read_text("utf-8"))
DIFFERENT = [(code, texts) for code, passages in PUBLISHED.items() if code != "right" for texts in passages]


def found_in(texts: dict[str, str]) -> tuple[RuleProblem, ...]:
    """What the rules find in a letter with one text, beside two parts and a link that it may name."""
    own = {"id": "first", **dict.fromkeys(texts, ".")}, {"id": "second", **dict.fromkeys(texts, ".")}
    letter = {
        "kind": "tsb-circular", "number": 1, "date": "2025-01-15", "languages": [*texts], "subject": "Meeting",
        "links": {"page": "https://www.example.int/page"}, "body": [*own, texts], "signatory": "tsb-director",
    }  # fmt: skip
    data = json.dumps(letter, ensure_ascii=False).encode()
    found = rule_problems(parse_letter(data, "letter.yaml", "letter", Path()), (), Workspace(Path()))
    return tuple(problem for problem in found if RULES[problem.code].family == "in step")


@pytest.mark.parametrize(("code", "texts"), WRONG, ids=lambda one: one if isinstance(one, str) else "-".join(one))
def test_a_difference_is_found(code: str, texts: dict[str, str]) -> None:
    """Each text has one difference, which is reported once, with its own code."""
    assert [problem.code for problem in found_in(texts)] == [code]


@pytest.mark.parametrize(("code", "texts"), RIGHT, ids=lambda one: one if isinstance(one, str) else "-".join(one))
def test_texts_that_say_the_same_have_no_problem(code: str, texts: dict[str, str]) -> None:
    """Each language writes numbers, dates and times in its own way."""
    assert [str(problem) for problem in found_in(texts)] == []


@pytest.mark.parametrize("texts", PUBLISHED["right"], ids=lambda texts: "-".join(texts))
def test_passages_as_published_have_no_problem(texts: dict[str, str]) -> None:
    """In all languages together, and in the first beside each other one."""
    first, *others = texts
    together = [texts, *({first: texts[first], other: texts[other]} for other in others)]

    assert [str(problem) for one in together for problem in found_in(one)] == []


@pytest.mark.parametrize(("code", "texts"), DIFFERENT, ids=lambda one: one if isinstance(one, str) else "-".join(one))
def test_a_difference_in_a_passage_as_published_is_found(code: str, texts: dict[str, str]) -> None:
    """Each was planted in a passage that is right; it is reported once."""
    assert [problem.code for problem in found_in(texts)] == [code]


@pytest.mark.parametrize("run", ["a.b", "会议", "www.", "a@", "ab://", "[a"])
def test_each_character_is_searched_for_addresses_once(run: str) -> None:
    """Were a run of letters searched again from each of its characters, this would take an hour."""
    long = run * (1_000_000 // len(run))

    assert masked(f"{long} a@example.int").endswith(f" {MASK * len('a@example.int')}")
    assert words_of_own((Span(f"{long} Write to a@example.int"),), load_language("en"))[-2:] == ["Write", "to"]


def test_a_percentage_is_named_once() -> None:
    """It is also a number, which is only a piece of it."""
    [problem] = found_in({"en": "It grew by 10% in the end.", "es": "Ha crecido al final."})

    assert problem.message == "the Spanish text (es) lacks '10%', which the English one has"


def test_a_chinese_date_is_quoted_whole_and_alone() -> None:
    """Numbers of the words before it, which have no spaces between them, do not belong to it."""
    texts = {"en": "Study Group 5 (12-21 May 2025)", "zh": "第5研究组会议（2025年6月12-21日）"}
    [problem] = found_in(texts)

    assert problem.message == "the Chinese text (zh) has '2025年6月12-21日', the English one '12-21 May 2025'"


def test_an_amount_is_quoted_with_its_unit() -> None:
    """The number alone would be the same."""
    [problem] = found_in({"en": "The range is 5 km.", "es": "El alcance es de 5 MHz."})

    assert problem.message == "the Spanish text (es) has '5 MHz', the English one '5 km'"


@pytest.mark.parametrize(
    ("es", "is_same"),
    [
        ("el {{ opening | weekday-date }}", True),
        ("el {{ opening | weekday }}, {{ opening }}", True),
        ("el lunes {{ opening }}", True),
        ("el {{ opening }}", False),
    ],
)
def test_a_day_of_the_week_that_a_field_shows_is_in_the_other_languages(es: str, is_same: bool) -> None:
    """Whether it is that of a field there, or typed."""
    letter = f"""kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: Meeting
facts:
  opening: 2025-06-02
body:
- en: It opens on {{{{ opening | weekday-date }}}}.
  es: Comienza {es}.
signatory: tsb-director
"""
    found = rule_problems(parse_letter(letter.encode(), "letter.yaml", "letter", Path()), (), Workspace(Path()))

    assert [problem.code for problem in found] == ["different-weekday"] * (not is_same)


def test_a_text_in_a_form_shows_no_day_of_the_week() -> None:
    """Only a date does: "окружающей среды" is the environment."""
    letter = """kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, ru]
subject: Meeting
facts:
  topic: {en: environment, ru: {plain: окружающая среда, genitive: окружающей среды}}
body:
- en: Protection of the {{ topic }} is due.
  ru: Охрана {{ topic | genitive }} необходима.
signatory: tsb-director
"""
    found = rule_problems(parse_letter(letter.encode(), "letter.yaml", "letter", Path()), (), Workspace(Path()))

    assert [problem.code for problem in found if RULES[problem.code].family == "in step"] == []


def test_every_rule_has_enough_texts() -> None:
    """At least five texts trigger each rule, and at least five do not."""
    codes = {rule.code for rule in RULES.values() if rule.family == "in step"}

    assert CASES.keys() == codes
    assert all(len(cases[kind]) >= 5 for cases in CASES.values() for kind in ("wrong", "right"))


LETTERS = sorted([*(ROOT / "letters").glob("*.yaml"), *(ROOT / "tests" / "corpus").glob("*.yaml")])


@pytest.mark.parametrize("file", LETTERS, ids=lambda file: file.stem)
def test_published_wording_has_no_problem(file: Path) -> None:
    """The example letters, in up to six languages, and the corpus are in step."""
    found = rule_problems(read_letter(file), (), Workspace(ROOT))

    assert [str(problem) for problem in found if RULES[problem.code].family == "in step"] == []


PLANTED = {
    "a number": ("supported by 19 UN agencies", "supported by 18 UN agencies", "different-number"),
    "a date": ("on {{ meeting }}. These", "on 20 September 2024. These", "different-date"),
    "a month": ("on {{ meeting }}. These", "on 19 October 2024. These", "different-date"),
    "a link": ("available at: <meeting-page>.", "available at: <initiative>.", "different-address"),
    "a weekday": ("will be held in English", "will be held on Monday in English", "different-weekday"),
    "a paragraph": ("en: The U4SSC meeting", "en: |\n      It opens.\n\n      The meeting", "different-paragraphs"),
    "a Recommendation": ("U4SSC Hub;", "U4SSC Hub of Recommendation ITU-T Y.4900;", "different-reference"),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_difference_is_found(planted: str, tmp_path: Path) -> None:
    """One language of an example in six languages is changed: a problem with that language is reported."""
    old, new, code = PLANTED[planted]
    text = (ROOT / "letters" / "tsb-circular-213.yaml").read_text("utf-8")
    assert text.count(old) >= 1
    (tmp_path / "signature.png").write_bytes((ROOT / "letters" / "signature.png").read_bytes())

    letter = parse_letter(text.replace(old, new, 1).encode(), "letter.yaml", "letter", tmp_path)
    found = rule_problems(letter, (), Workspace(tmp_path))

    assert [problem.code for problem in found] == [code]
    assert "(en)" in found[0].message


def test_a_problem_is_where_the_odd_words_are() -> None:
    """The place is that of the words that only one language has, and the message quotes both."""
    [problem] = found_in({"en": "2,000 delegates came.", "es": "Asistieron 2 500 delegados."})

    assert problem.message == "the Spanish text (es) has '2 500', the English one '2,000'"
    assert problem.where.line == 1
    assert problem.where.column == 299


def test_words_of_a_language_are_data() -> None:
    """Each shipped language has the words by which its numbers, times and references are known."""
    for code in ("en", "es", "fr", "ru", "ar", "zh"):
        words = load_language(code).reading

        assert words.numbers and words.scales and words.percent and words.addresses, code
        assert words.hours or words.before_hours, code
        assert words.annexes and words.paragraphs, code


@pytest.mark.parametrize("digits", ["1" * 5_000, "一" * 5_000, "1," * 3_000 + "1"], ids=["digits", "Han", "groups"])
def test_numbers_of_thousands_of_digits_are_compared(digits: str) -> None:
    """Python refuses to compute with so many digits; they are the same in both languages, so nothing is found."""
    assert found_in({"en": f"The code {digits}.", "es": f"El código {digits}."}) == ()


def test_a_digit_among_thousands_is_found() -> None:
    """Numbers that are too long to compute with are compared sign by sign."""
    texts = {"en": f"The code {'1' * 5_000}.", "es": f"El código {'1' * 4_999}2."}

    assert [problem.code for problem in found_in(texts)] == ["different-number"]


@pytest.mark.parametrize(
    "texts",
    [
        {"en": "The fee is 9:75 p.m. now.", "es": "La tasa es de 9:75 p.m. ahora."},
        {"en": "the 11th session", "ar": "الدورة الحادية\u00a0عشرة"},
    ],
)
def test_odd_words_are_compared_and_end_no_check(texts: dict[str, str]) -> None:
    """Minutes that cannot be are read as digits, and a name of two words may have a no-break space."""
    assert found_in(texts) == ()
