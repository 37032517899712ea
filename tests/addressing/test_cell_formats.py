"""Cells in a letter's language: dates, times and numbers that can be read in one way only."""

import pytest

from circulars.addressing.cell_formats import CELL_FORMATS, fault_of, possible_characters, written
from circulars.language import load_language


@pytest.mark.parametrize(
    ("cell", "form", "english", "spanish"),
    [
        ("2026-05-03", "date", "3 May 2026", "3 de mayo de 2026"),
        ("2026-05-03 14:30", "date", "3 May 2026", "3 de mayo de 2026"),
        ("2026-05-03T14:30:59", "date", "3 May 2026", "3 de mayo de 2026"),
        ("2026-05-03", "day-month", "3 May", "3 de mayo"),
        ("2026-05-03", "month-year", "May 2026", "mayo de 2026"),
        ("2026-05-03", "year", "2026", "2026"),
        ("2026-05-03", "weekday", "Sunday", "domingo"),
        ("2026-05-03", "weekday-date", "Sunday, 3 May 2026", "domingo 3 de mayo de 2026"),
        ("14:30", "time", "1430 hours", "14.30 horas"),
        ("9:05", "time", "0905 hours", "09.05 horas"),
        ("24:00", "time", "2400 hours", "24.00 horas"),
        ("2026-05-03 14:30", "time", "1430 hours", "14.30 horas"),
        ("1250.50", "number", "1\u00a0250.50", "1\u00a0250,50"),
        ("-3", "number", "−3", "−3"),
        ("21", "ordinal", "21st", "21.º"),
        ("4", "ordinal-feminine", "4th", "4.ª"),
        ("", "date", "", ""),
    ],
)
def test_a_cell_is_written_in_the_letter_s_language(cell: str, form: str, english: str, spanish: str) -> None:
    """Each format of facts, and a time of day."""
    assert not cell or fault_of(cell, form) is None
    assert written(cell, form, load_language("en")) == english
    assert written(cell, form, load_language("es")) == spanish


@pytest.mark.parametrize(
    ("cell", "form", "code", "fact", "hint"),
    [
        ("03/05/2026", "date", "not-a-date", "'03/05/2026' may be two dates", "write 2026-05-03 or 2026-03-05"),
        ("3.5.26", "date", "not-a-date", "'3.5.26' may be two dates", "write 2026-05-03 or 2026-03-05"),
        ("05/05/2026", "date", "not-a-date", "is not a date in the form 2026-05-03", "write 2026-05-05;"),
        ("13/05/2026", "date", "not-a-date", "is not a date in the form 2026-05-03", "write 2026-05-13;"),
        ("1/2/3", "date", "not-a-date", "is not a date in the form", "write year, month and day"),
        ("2026/5/3", "date", "not-a-date", "is not a date in the form 2026-05-03", "write 2026-05-03;"),
        ("3 May 2026", "weekday", "not-a-date", "is not a date in the form", "write year, month and day: 2026-05-03;"),
        ("46145", "date", "not-a-date", "is not a date in the form 2026-05-03", "write 2026-05-03;"),
        ("2026-02-30", "date", "not-a-date", "there is no day '2026-02-30'", "write year, month and day: 2026-05-03"),
        ("0000-01-01", "date", "not-a-date", "there is no day", "write year, month and day"),
        ("2pm", "time", "not-a-time", "'2pm' is not a time of day", "14:30"),
        ("24:01", "time", "not-a-time", "'24:01' is not a time of day", "14:30"),
        ("12:60", "time", "not-a-time", "'12:60' is not a time of day", "14:30"),
        ("1,250", "number", "not-a-number", "'1,250' may be two numbers", "write 1250 or 1.250"),
        ("1e5", "number", "not-a-number", "'1e5' is not a number", "write it in digits, with a decimal point: 1250.5"),
        ("١٢", "number", "not-a-number", "'١٢' is not a number", "write it in digits"),
        ("4.5", "ordinal", "not-a-number", "'4.5' is not a whole number", "write it in digits: 4"),
        ("x" * 9_999, "date", "not-a-date", "x…' is not a date", "write year, month and day"),
    ],
)
def test_a_cell_of_two_meanings_is_a_problem(cell: str, form: str, code: str, fact: str, hint: str) -> None:
    """The remedy has what may be meant."""
    found = fault_of(cell, form)

    assert found is not None
    assert found[0] == code
    assert fact in found[1]
    assert hint in found[2]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("form", CELL_FORMATS)
def test_every_character_of_a_format_is_known_before(language: str, form: str) -> None:
    """A master's fonts must have the letters of all months and weekdays, which no cell contains."""
    spoken = load_language(language)
    cells = ["2027-09-26", "2025-12-31", "2026-08-05"] if form != "time" else ["23:59"]
    cells = ["1234567.89", "-5"] if form == "number" else ["23"] if form.startswith("ordinal") else cells

    assert all(fault_of(cell, form) is None for cell in cells)
    assert {*"".join(written(cell, form, spoken) for cell in cells)} <= possible_characters(form, spoken)
