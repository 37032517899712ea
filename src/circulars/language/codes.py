"""Finds the code of a language that is meant by another spelling of it, or by the language's name."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from circulars.errors import nearest
from circulars.language.names import MESSAGES, is_known_code

_SHORT: Final = 3
"""The most letters of a language's code without its script and region."""
_MODIFIERS: Final = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva", "arabic": "Arab"}
"""Scripts in the names of locales of POSIX, as in sr_RS@latin."""
_ALIKE: Final = 0.8


def code_hint(typed: str, known: Sequence[str], otherwise: str) -> str:
    """A hint with the one of the ``known`` codes that is meant by a code or a name; ``otherwise`` if none is.

    The code of another language is never taken for a misspelt one.
    """
    usual = usual_code(typed)
    if usual == typed:
        return otherwise
    subtags = usual.split("-")
    shorter = ("-".join(subtags[:length]) for length in range(len(subtags), 0, -1))
    meant = next((code for code in shorter if code in known), "") or nearest(typed, known)
    return f"did you mean '{meant}'?" if meant else otherwise


def begun_by(typed: str) -> str:
    """The end of a hint: how to begin the language that is meant by a code; "" if none is."""
    usual = usual_code(typed)
    return f"; 'circulars language new {usual}' begins another one" if usual else ""


def usual_code(typed: str) -> str:
    """The code of a language in its usual spelling: "pt-BR" for "pt_BR.UTF-8", "fr" for "fre" and "French".

    "" if no language is meant.
    """
    code, _, modifier = typed.strip().partition("@")
    language, *subtags = re.split(r"[-_ ]", code.partition(".")[0])
    if language.isascii() and len(language) <= _SHORT:
        script = _MODIFIERS.get(modifier.lower(), "")
        scripts = [tag.title() for tag in subtags if len(tag) == 4] or [script] * bool(script)
        regions = [tag.upper() for tag in subtags if len(tag) != 4]
        found = "-".join([_current(language.lower()), *scripts, *regions])
        return found if is_known_code(found) else ""
    names = _codes_by_name()
    return names.get(nearest(typed.casefold(), names, _ALIKE), "")


def own_names() -> Iterator[tuple[str, str]]:
    """The codes of CLDR's languages, some with a region, each with the language's own name of itself."""
    from babel import Locale, UnknownLocaleError

    for code in sorted(map(str, Locale(MESSAGES).languages)):
        try:
            name = Locale.parse(code).languages.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        if name:
            yield code.replace("_", "-"), str(name)


def _current(code: str) -> str:
    """The code that stands for a former one, or for one of three letters: "he" for "iw", "pt" for "por"."""
    from babel.core import get_global

    return str(get_global("language_aliases").get(code, code)).replace("_", "-")


@functools.cache
def _codes_by_name() -> Mapping[str, str]:
    """The codes of languages by their names, in English and in their own language."""
    from babel import Locale

    english = ((str(name), str(code).replace("_", "-")) for code, name in Locale(MESSAGES).languages.items())
    named = {name.casefold(): code for code, name in own_names()} | {name.casefold(): code for name, code in english}
    return {name: code for name, code in named.items() if is_known_code(code)}
