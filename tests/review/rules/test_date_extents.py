"""Dates in texts are read from their first to their last word, and no number of something else is taken for a day."""

from __future__ import annotations

import pytest

from circulars.language import load_language
from circulars.review.rules.reader import reader_of
from work import lines_run


@pytest.mark.parametrize(
    ("code", "text", "dates"),
    [
        ("es", "el 5 de Marzo, a 10 de enero de 2025", ["5 de Marzo", "10 de enero de 2025"]),
        ("es", "30 de abril – 4 de mayo de 2018", ["30 de abril", "4 de mayo de 2018"]),
        ("en", "TSB Circular 213 of 6 August 2024", ["6 August 2024"]),
        ("en", "9-18 April 2018, and April 9-18, 2018", ["9-18 April 2018", "April 9-18, 2018"]),
        ("en", "on 12 May, 14 June 2024 and 5 July", ["12 May", "14 June 2024", "5 July"]),
        ("en", "12 and 14 May 2024 at 0930 hours", ["12 and 14 May 2024"]),
        ("en", "in May 2024", ["May 2024"]),
        ("fr", "du 9 au 18 avril 2018, salle 213", ["9 au 18 avril 2018"]),
        ("ru", "с 9 по 18 апреля 2018 года", ["9 по 18 апреля 2018"]),
        ("zh", "2018年4月9日至18日", ["2018年4月9日至18日"]),
        ("ar", "الرسالة 213 من 9 إلى 18 أبريل 2018", ["9 إلى 18 أبريل 2018"]),
    ],
)
def test_a_date_is_read_as_a_whole(code: str, text: str, dates: list[str]) -> None:
    """It has days on one side of its month, and one year."""
    found = reader_of(load_language(code)).items(text)

    assert [*dict.fromkeys(one.typed for one in found if one.kind == "date" and one.demanded)] == dates


@pytest.mark.parametrize(
    "repeated", [("Sat longer words here; ", "5 May 2025 longer words here; "), ("5 May 2025, Sat; ",), ("5 6 7 May ",)]
)
def test_each_date_is_compared_with_those_beside_it(repeated: tuple[str, ...]) -> None:
    """Twice as many dates and days of the week are twice as much work."""
    reader = reader_of(load_language("en"))

    def work(times: int) -> int:
        text = "".join(one * times for one in repeated)
        return lines_run(lambda: reader.items(text))

    work(1)
    assert work(400) < 2.2 * work(200)
