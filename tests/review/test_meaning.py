"""What changed in one language and not in another, found without a translation."""

from __future__ import annotations

import pytest

from circulars.review.changes import Segment
from circulars.review.meaning import differences, is_same, numbers_of
from circulars.review.words import word_changes


def asked(english: tuple[str, str], spanish: tuple[str, str]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What changed in some languages only, from the old and the new text in each."""
    found = differences({"en": word_changes(*english), "es": word_changes(*spanish)})
    return [(one.what, one.having, one.lacking) for one in found]


@pytest.mark.parametrize(
    ("english", "spanish", "what", "having"),
    [
        (
            ("On 19 May the City of Madrid is host.", "On 20 May the City of Madrid is host."),
            ("El 19 de mayo recibe Madrid.", "El 20 de mayo recibe Toledo."),
            "‘Madrid’ became ‘Toledo’",
            "es",
        ),
        (
            ("Two copies for 25 people.", "Three copies for 30 people."),
            ("Dos copias para 25 personas.", "Tres copias para 25 personas."),
            "‘Two’ became ‘Three’",
            "en",
        ),
        (
            ("The hall opens early.", "The hall opens late. Breakfast is served to all the delegates."),
            ("La sala abre temprano.", "La sala abre tarde."),
            "‘early’ became ‘late. Breakfast is served to all the delegates’",
            "en",
        ),
        (
            ("Rooms are small. Bring a pen. Come soon.", "Rooms are tiny. Bring a pen. Come soon."),
            ("Las salas son pequeñas. Traiga algo. Venga.", "Las salas son diminutas. Traiga algo. Venga pronto."),
            "‘pronto’ was added",
            "es",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_in_another_language_is_asked(
    english: tuple[str, str], spanish: tuple[str, str], what: str, having: str
) -> None:
    """A name, a number, a sentence, or a change in a sentence that did not change in the other language."""
    found = asked(english, spanish)

    others = {"en": "es", "es": "en"}
    assert (having,) in {languages for _, languages, _ in found}
    assert what in {piece for piece, _, _ in found} or having == "en"
    assert {lacking for _, _, lacking in found} == {(others[having],)}


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (("On 19 September 2024.", "On 3 October 2024."), ("El 19 de septiembre de 2024.", "El 3 de octubre de 2024.")),
        (("Pay CHF 1,250 now.", "Pay CHF 1,500 now."), ("Abone 1 250 CHF ya.", "Abone 1 500 CHF ya.")),
        (("At 0930 hours.", "At 1430 hours."), ("A las 09.30 horas.", "A las 14.30 horas.")),
        (("From 9 a.m. on.", "From 2 p.m. on."), ("Desde las 9 horas.", "Desde las 14 horas.")),
        (("Fly to Geneva.", "Fly to Seville."), ("Vuele a Ginebra.", "Vuele a Sevilla.")),
        (("The reports are late.", "The report is late."), ("Los informes llegan tarde.", "El informe llega tarde.")),
        (("The ITU meets.", "The Union meets."), ("La UIT se reúne.", "La Unión se reúne.")),
    ],
)  # fmt: skip
def test_the_same_change_in_other_words_is_not_asked(english: tuple[str, str], spanish: tuple[str, str]) -> None:
    """Dates, numbers and times are written in another way; names and grammar differ."""
    assert asked(english, spanish) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 250,50", ("125050",)),
        ("1,250.50", ("125050",)),
        ("09:30", ("930",)),
        ("2 p.m.", ("14",)),
        ("2:30 PM", ("1430",)),
        ("12 p.m.", ("12",)),
        ("12-14 May 2025", ("12", "14", "2025")),
        ("nothing", ()),
        ("9" * 5000 + " p.m.", ("9" * 5000,)),
    ],
)
def test_a_number_is_the_same_in_every_language(text: str, numbers: tuple[str, ...]) -> None:
    """Separators of thousands, decimals and minutes do not matter."""
    assert numbers_of(text) == numbers


def test_a_date_typed_by_hand_is_the_same_change_as_that_of_a_fact() -> None:
    """The numbers of the typed date are those of the fact in the other language; other words are not."""
    fact = (Segment("removed", "19 de mayo", "fact", "meeting"), Segment("added", "26 de mayo", "fact", "meeting"))

    assert is_same(word_changes("On 19 May.", "On 26 May."), fact)
    assert not is_same(word_changes("On 19 May, early.", "On 26 May, late."), fact)
    assert not is_same(word_changes("Early.", "Late."), word_changes("Temprano.", "Temprano."))


def test_three_languages_are_asked_about_together() -> None:
    """The question names those that have the change, and those that have not."""
    texts = {
        "en": ("In Madrid.", "In Toledo."),
        "es": ("En Madrid.", "En Madrid, ya."),
        "fr": ("À Madrid.", "À Toledo."),
    }

    (found,) = differences({code: word_changes(*pair) for code, pair in texts.items()})

    assert (found.having, found.lacking) == (("en", "fr"), ("es",))


def test_a_number_in_a_long_text_is_named_alone() -> None:
    """A whole paragraph that was added is not quoted again."""
    added = {
        "en": word_changes("", "Register by 5 May 2025 with the desk of the Bureau in Geneva."),
        "es": word_changes("", "Inscríbase antes del 6 de mayo de 2025 en la Oficina de Ginebra."),
    }

    assert [(one.what, one.having) for one in differences(added)] == [
        ("‘5’ is new", ("en",)),
        ("‘6’ is new", ("es",)),
    ]


def test_a_number_that_only_a_fact_changed_is_not_asked_about() -> None:
    """The fact is in the English text only; what the other text says by itself is asked with the fact."""
    fact = (Segment("removed", "19 May", "fact", "meeting"), Segment("added", "26 May", "fact", "meeting"))

    assert differences({"en": fact, "es": word_changes("Temprano.", "Temprano.")}) == ()
