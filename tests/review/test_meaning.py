"""What changed in one language and not in another, found without a translation."""

from __future__ import annotations

import pytest

from circulars.review.comparing.changes import Segment
from circulars.review.comparing.meaning import differences, is_same, numbers_of
from circulars.review.comparing.words import word_changes


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
        ("14:00, 14.00, 14 h 00, 1400 hours, 2.00 p.m., 14 heures", ("14",) * 6),
        ("9 h 30, 9h30, 9:30, 9时30分, 0930 hours, 09.30 horas", ("930",) * 6),
        ("1400 people, 1,400 people, 100 hours", ("1400", "1400", "100")),
        ("CHF 14.00, 14,00 francs, 1,400.00", ("14", "14", "140000")),
        ("١٬٢٥٠ ٠٥ ٩:٣٠", ("1250", "5", "930")),
        ("12-14 May 2025", ("12", "14", "2025")),
        ("nothing", ()),
        ("9" * 5000 + " p.m.", ("9" * 5000,)),
    ],
)
def test_a_number_is_the_same_in_every_language(text: str, numbers: tuple[str, ...]) -> None:
    """Separators do not matter, nor do minutes that are none, and the script of the digits."""
    assert numbers_of(text) == numbers


def test_a_date_typed_by_hand_is_the_same_change_as_that_of_a_fact() -> None:
    """The numbers of the typed date are those of the fact in the other language; other words are not."""
    fact = (Segment("removed", "19 de mayo", "fact", "meeting"), Segment("added", "26 de mayo", "fact", "meeting"))

    assert is_same(word_changes("On 19 May.", "On 26 May."), fact)
    assert not is_same(word_changes("On 19 May, early.", "On 26 May, late."), fact)
    assert not is_same(word_changes("Early.", "Late."), word_changes("Temprano.", "Temprano."))


@pytest.mark.parametrize(
    ("english", "spanish", "said"),
    [
        (
            ("By 3 April 2025.", "By 3 May 2025."),
            ("Antes del 3 de abril de 2025.", "Antes del 3 de junio de 2025."),
            ["‘3 April 2025’ became ‘3 May 2025’", "‘3 de abril de 2025’ became ‘3 de junio de 2025’"],
        ),
        (
            ("From 3 May to 5 June.", "From 4 May to 6 June."),
            ("Del 3 de mayo al 5 de junio.", "Del 6 de mayo al 4 de junio."),
            [
                "‘3 May’ became ‘4 May’",
                "‘5 June’ became ‘6 June’",
                "‘3 de mayo’ became ‘6 de mayo’",
                "‘5 de junio’ became ‘4 de junio’",
            ],
        ),
        (
            ("On Monday, 7 April.", "On Tuesday, 8 April."),
            ("El lunes 7 de abril.", "El miércoles 8 de abril."),
            ["‘Monday, 7 April’ became ‘Tuesday, 8 April’", "‘lunes 7 de abril’ became ‘miércoles 8 de abril’"],
        ),
        (
            ("Pay CHF 100 now.", "Pay USD 100 now."),
            ("Pague 100 CHF ya.", "Pague 100 EUR ya."),
            ["‘CHF 100’ became ‘USD 100’", "‘100 CHF’ became ‘100 EUR’"],
        ),
        (
            ("At 100 MHz.", "At 100 GHz."),
            ("A 100 MHz.", "A 100 kHz."),
            ["‘100 MHz’ became ‘100 GHz’", "‘100 MHz’ became ‘100 kHz’"],
        ),
        (
            ("Write to a@example.int by 3 May.", "Write to b@example.int by 4 May."),
            ("Escriba a a@example.int antes del 3 de mayo.", "Escriba a a@example.int antes del 4 de mayo."),
            ["‘a@example.int’ became ‘b@example.int’"],
        ),
        (
            ("The City of Madrid hosts it.", "The City of Toledo hosts it."),
            ("La Ciudad de Madrid lo acoge.", "La Ciudad de Sevilla lo acoge."),
            ["‘Madrid’ became ‘Toledo’", "‘Madrid’ became ‘Sevilla’"],
        ),
        (
            ("By 3 May. Bring ID. Eat.", "By 4 May. Bring ID. Badges are personal. Eat."),
            ("Antes del 3 de mayo. Venga. Coma.", "Antes del 4 de mayo. Venga. Coma."),
            ["‘Badges are personal’ was added"],
        ),
        (
            ("By 3 May. Replies are public.", "By 4 May. Replies are public."),
            ("Antes del 3 de mayo. Son públicas.", "Antes del 4 de mayo."),
            ["‘Son públicas’ was removed"],
        ),
    ],
)  # fmt: skip
def test_what_changed_otherwise_in_another_language_is_asked(
    english: tuple[str, str], spanish: tuple[str, str], said: list[str]
) -> None:
    """Another month, weekday, currency, unit, address or name, and a sentence that came or went, beside a date."""
    texts = {"en": word_changes(*english, "en"), "es": word_changes(*spanish, "es")}

    assert [one.what for one in differences(texts)] == said


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (("On 5–7 May.", "On 12–14 June."), ("Del 5 al 7 de mayo.", "Del 12 al 14 de junio.")),
        (("Pay 100 Swiss francs.", "Pay USD 100."), ("Pague 100 CHF.", "Pague 100 dólares estadounidenses.")),
        (("Up 2.5 %.", "Up 3.5 per cent."), ("Sube un 2,5 por ciento.", "Sube un 3,5 %.")),
        (("The Madrid office.", "The Seville office."), ("La oficina de Madrid.", "La oficina de Sevilla.")),
        (("The UNESCO office.", "The WHO office."), ("La oficina de la UNESCO.", "La oficina de la OMS.")),
        (
            ("See https://a.example.int/ now.", "See https://a.example.int/en/x now."),
            ("Véase https://a.example.int/ ya.", "Véase https://a.example.int/es/x ya."),
        ),
        (("At 8 a.m. daily.", "At 9 a.m. daily."), ("A las 8 horas.", "A las 9 horas.")),
    ],
)  # fmt: skip
def test_values_in_the_words_of_each_language_are_the_same(english: tuple[str, str], spanish: tuple[str, str]) -> None:
    """Ranges, currencies by name, translated names and the address of a page in each language agree."""
    texts = {"en": word_changes(*english, "en"), "es": word_changes(*spanish, "es")}

    assert differences(texts) == ()


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
