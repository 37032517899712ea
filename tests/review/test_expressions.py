"""What is one word in a language: dates, times, amounts, telephone numbers, addresses and references."""

from __future__ import annotations

import pytest

from circulars.review.comparing.expressions import expressions
from circulars.review.comparing.tokens import words_of

ONE_WORD = {
    "en": [
        "12 July 2024", "Friday, 12 July 2024", "12-14 July 2024", "July 12, 2024", "July 2024", "2024-07-12",
        "14:30", "2359 hours",
        "9.30 a.m.", "0930-1230 hours", "CHF 1 200.50", "USD 2 million", "€ 5", "500 Swiss francs", "15 %",
        "15 per cent", "2.4 GHz", "1 000", "+41 22 730 5111", "+41 (22) 730-51-11", "022 730 51 11", "12–14",
        "TSB Circular 213", "TSB Collective-letter 2/5", "Administrative Circular CACE/550",
        "Rec. ITU-R M.1457-13", "ITU-T L.1410 (2020)", "Recommendation ITU-T L.1410",
        "Resolution 72 (Rev. Hammamet, 2016)", "Question 6/5", "12 High Street",
        "Place des Nations, CH-1211 Geneva 20", "28071 Madrid", "https://example.int/2024/07/12?a=1,2",
        "secretariat-5@example.int", "www.example.int/a?b",
    ],
    "es": [
        "12 de julio de 2024", "viernes 12 de julio de 2024", "julio de 2024", "1.º de mayo",
        "14.30 horas", "1.000,50 euros", "15 por ciento",
        "500 francos suizos", "Circular TSB 213", "Recomendación UIT-T L.1410",
        "Resolución 72 (Rev. Hammamet, 2016)", "Carta circular 5/LCCE/97", "Calle de Alcalá, 45, 28014 Madrid",
    ],
    "fr": [
        "1er mai 2012", "9 h 30", "16 heures", "1 000 francs suisses", "12, rue de Varembé, 1202 Genève",
        "Circulaire TSB 213", "Lettre collective TSB 2/5", "Lettre circulaire CR/430", "Avis 5", "9\u00a0h\u00a030",
    ],
    "ru": [
        "12 июля 2024 г.", "Циркуляр БСЭ 213", "Резолюция 72 (Пересм. Хаммамет, 2016)", "2,4 ГГц",
        "Циркуляр 213 БСЭ", "Циркуляре 213 БСЭ", "Коллективное письмо 6/2 БСЭ", "Административному циркуляру CACE/560",
        "09 час. 30 мин.", "Документе 12", "10 Мбит/с", "12 июля 2024 года",
    ],
    "zh": [
        "2024年7月12日", "2024年7月12日星期五", "7月12-14日", "二〇二四年七月",
        "第213号通函", "第72号决议（2016年，哈马马特，修订版）",
        "第2/5号集体函", "2025年5月12-21日", "9时30分-12时30分", "勘误1",
    ],
    "ar": [
        "12 يوليو 2024", "القرار 72 (المراجَع في الحمامات، 2016)", "12-21 مايو 2025",
        "للقرار 72", "والتوصية ITU-T L.1410",
        "بالرسالة المعممة 213", "الرسالة الإدارية المعممة CACE/560", "الرسالة الجماعية 2/5", "التصويب 1",
    ],
}  # fmt: skip


@pytest.mark.parametrize("locale", ONE_WORD)
def test_an_expression_is_one_word(locale: str) -> None:
    """What is not read in parts is one word in the middle of a sentence, in each language."""
    texts = [f"x, {text}, y" for text in ONE_WORD[locale]]

    assert [words_of(text, locale)[2].text for text in texts] == ONE_WORD[locale]


@pytest.mark.parametrize(
    "text",
    ["paragraph 12 may be", "2024 Member States", "row 5/902", "SG5/XX", "a 20-year plan", "the 3GPP", "A5/1", "v1.2"],
)
def test_a_number_does_not_take_the_words_beside_it(text: str) -> None:
    """A number before or after other words is a word of its own, or part of a word without spaces."""
    assert [word.text for word in words_of(text, "en")[:-1]] == text.split()


def test_a_month_is_known_in_the_language_of_the_letter_and_in_english() -> None:
    """An unknown language has English dates only."""
    assert list(expressions("5 mayo y 5 May", "es-ES")) == [(0, 6), (9, 14)]
    assert list(expressions("5 mayo y 5 May", "xx")) == [(0, 1), (9, 14)]


def test_a_date_in_decomposed_letters_is_one_word() -> None:
    """The same letters in another encoding give the same words."""
    text = "le 1er aou\u0302t 2012"

    words = words_of(text, "fr")

    assert [word.text for word in words] == ["le", "1er aou\u0302t 2012", ""]
    assert [word.key for word in words] == [word.key for word in words_of("le 1er ao\u00fbt 2012", "fr")]
