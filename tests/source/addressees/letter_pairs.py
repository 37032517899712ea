"""Counts the pairs of letters that tell encodings apart, in the names that CLDR has in many languages, and in others.

``python tests/source/addressees/letter_pairs.py`` writes ``letter_pairs.json`` anew, from the version of Babel that is
installed.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

import circulars.source.addressees

LANGUAGES = {
    "german": "de en nl lb",
    "french": "fr ca it",
    "iberian": "es pt gl eu",
    "nordic": "sv da nb fo fi",
    "icelandic": "is",
    "polish": "pl",
    "czech": "cs sk",
    "hungarian": "hu",
    "balkan": "hr sl sq",
    "romanian": "ro",
    "east-slavic": "ru uk be",
    "south-slavic": "bg sr mk",
    "greek": "el",
    "turkish": "tr",
    "hebrew": "he",
    "arabic": "ar fa ur",
    "lithuanian": "lt",
    "latvian": "lv",
    "estonian": "et",
    "vietnamese": "vi",
    "thai": "th",
}
"""Languages that write letters in similar ways."""
NAMES = dict(
    line.split(" ", 1) for line in Path(__file__).with_name("letter_pairs.txt").read_text("utf-8").splitlines()
)
"""Names and words of organizations that are common where a language is spoken, by language."""
_OFTEN = 3  # as often as such words count, since CLDR's names are those of countries, languages and currencies
_WORD = re.compile(r"[^\x00-\x26\x28-\x40\x5b-\x60\x7b-\x7f]+")
# The encodings of Windows have Romanian's letters with a cedilla, CLDR has them with a comma.
_CEDILLA = str.maketrans("șț", "şţ")


def counted(languages: str) -> dict[str, dict[str, int]]:
    """How often each letter occurs, and each pair in which at least one letter is not ASCII.

    "^" and "$" are the beginning and the end of a word.
    """
    letters, pairs = Counter[str](), Counter[str]()
    for language in languages.split():
        for word in _words(Locale.parse(language)):
            text = f"^{word.casefold().translate(_CEDILLA)}$"
            letters.update(text)
            pairs.update(first + second for first, second in itertools.pairwise(text))
    return {
        "letters": dict(sorted(letters.items())),
        "pairs": {pair: count for pair, count in sorted(pairs.items()) if not pair.isascii()},
    }


def _words(locale: Locale) -> Iterator[str]:
    names = [*locale.territories.values(), *locale.languages.values(), *locale.currencies.values()]
    names += [name for form in locale.months.values() for width in form.values() for name in width.values()]
    names += NAMES.get(str(locale), "").split() * _OFTEN
    for name in names:
        yield from _WORD.findall(str(name))


if __name__ == "__main__":
    path = Path(circulars.source.addressees.__file__).with_name("letter_pairs.json")
    made = {name: counted(languages) for name, languages in LANGUAGES.items()}
    path.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
