"""Each field of the head and the end says what it is, as the letter format does."""

from __future__ import annotations

import re
from html import unescape

import pytest

from circulars.desk.hints import hint_of
from circulars.source.editing import Path
from desk.desks import Reader

NAME = "tsb-circular-213"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (("date",), "The date of the letter: 2024-07-12."),
        (("contact", "email"), "E-mail address."),
        (("contact", 1, "email"), "E-mail address."),
        (("languages", 0), "The languages of the letter, as codes: [en, es]."),
        (("facts", "meeting", "from"), "The first day."),
        (("links", "page"), "An address."),
        (("signatory", "gender"), "f or m, for titles that have two forms."),
        (("body", 3, "deadlines", 0, "time"), 'The time of that day: "23:59 UTC".'),
        (("body", 3, "steps", 0, "items", 1, "id"), "A stable name for this part, for {{ ref: id }} and for reviews."),
        (("annexes", 0, "listed"), "false: the note below the signature neither counts nor lists it."),
        (("nothing",), ""), (("contact", "nothing"), ""), (("body", "x"), ""), ((), ""),
    ],
)  # fmt: skip
def test_the_hint_is_the_description_of_the_key(path: Path, hint: str) -> None:
    """In the JSON Schema, which is made of the shapes that read letters."""
    assert hint_of(path) == hint


def test_each_field_of_the_head_has_its_hint(same_reader: Reader) -> None:
    """By aria-describedby, whose text is on the page once, and in its own language."""
    page = same_reader.get(f"/letters/{NAME}", **{"Accept-Language": "es"}).text

    described = re.findall(r'aria-describedby="([^"]+)"', page)
    hints = dict(re.findall(r'<p class="hint" id="([^"]+)" lang="en" dir="ltr">([^<]+)</p>', page))
    field = re.findall(r'<input type="text" name="text" value="2024-07-12" [^>]*aria-describedby="([^"]+)"', page)[0]
    assert set(described) == set(hints) and len(hints) > 20
    assert page.count('<p class="hint"') == len(hints)
    assert unescape(hints[field]) == "The date of the letter: 2024-07-12."
    paragraphs = re.findall(r'<textarea name="text"[^>]*aria-label="Bloque 2 · Párrafo[^>]*>', page)
    assert paragraphs and not any("aria-describedby" in one for one in paragraphs)
