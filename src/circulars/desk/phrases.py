"""The words of the pages, in each language that has a file of them."""

from __future__ import annotations

import datetime
import functools
import gettext
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages import mofile, pofile

from circulars.language import MESSAGES, direction_of, known_languages, load_language

FOLDER: Final = Path(__file__).parent / "words"


def marked(text: str) -> str:
    """The text itself. It marks a text of a module for translation, which pages do when they show it."""
    return text


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of the pages in one language: its code, and the translations of the texts."""

    code: str
    texts: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """The direction in which the language is written."""
        return direction_of(self.code)

    @property
    def name(self) -> str:
        """The language's own name for itself."""
        return Locale.parse(self.code, sep="-").get_display_name() or self.code

    def __call__(self, text: str) -> str:
        """The translation of a text."""
        return self.texts.gettext(text)

    def date(self, day: datetime.date) -> str:
        """A date as letters in the language have it: "30 November 2026"."""
        if self.code in known_languages():
            return load_language(self.code).date(day)
        return str(format_date(day, "long", locale=self.code.replace("-", "_")))

    def list(self, names: Sequence[str]) -> str:
        """Names in a row: "Ana, Ben, and Carla"."""
        return str(format_list(names, locale=self.code.replace("-", "_")))

    def moment(self, moment: datetime.datetime) -> str:
        """A date with the time of day: "30 November 2026, 06:44"."""
        return self(marked("%(date)s, %(time)s")) % {"date": self.date(moment), "time": f"{moment:%H:%M}"}


@functools.cache
def page_languages() -> tuple[str, ...]:
    """The codes of the languages that pages are written in, first the one that the texts of the program are in."""
    return MESSAGES, *sorted(path.stem for path in FOLDER.glob("*.po") if path.stem != MESSAGES)


@functools.cache
def page_words(code: str) -> PageWords:
    """The words of the pages in one of their languages."""
    path = FOLDER / f"{code}.po"
    if not path.exists():
        return PageWords(code, gettext.NullTranslations())
    written = io.BytesIO()
    mofile.write_mo(written, pofile.read_po(io.BytesIO(path.read_bytes()), locale=code.replace("-", "_")))
    written.seek(0)
    return PageWords(code, gettext.GNUTranslations(written))


def wished_language(accepted: str, chosen: str = "") -> str:
    """The language of the pages for a reader: the one that was chosen, or else by the header ``Accept-Language``."""
    if chosen in page_languages():
        return chosen
    for code in _accepted(accepted):
        for own in page_languages():
            if code == own.lower() or code.partition("-")[0] == own.lower():
                return own
    return page_languages()[0]


def _accepted(header: str) -> Iterable[str]:
    """The codes of an ``Accept-Language``, those first that the reader likes best."""
    weighed = []
    for number, one in enumerate(header.split(",")[:50]):
        code, _, parameters = one.partition(";")
        name, _, value = parameters.strip().partition("=")
        try:
            weight = float(value) if name == "q" else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighed.append((-weight, number, code.strip().lower()))
    return [code for _, _, code in sorted(weighed)]
