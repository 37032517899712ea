"""Names the titles in a list for which a letter opens with its general salutation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from circulars.errors import Place, Problem
from circulars.language import Language

_MOST: Final = 10


def unknown_titles(titles: Counter[str], languages: Sequence[Language], where: Place) -> Iterator[Problem]:
    """A warning for titles that are not known, and one for those without a salutation in all of the languages.

    ``titles`` has the number of addressees by title.
    """
    forms = {title: [form for language in languages if (form := language.title(title))] for title in titles if title}
    silent = {title for title, found in forms.items() if found and not any(form.salutation for form in found)}
    for group, why, hint in (
        ({title for title, found in forms.items() if not found}, "not known", "correct a misspelt title"),
        (silent, "without a salutation of its own", "state the gender, as in 'Dra.', if the language needs it"),
    ):
        if group:
            counted = [(title, count) for title, count in titles.most_common() if title in group]
            named = ", ".join(f"'{title}' ({count:,})" for title, count in counted[:_MOST])
            more = f" and {len(counted) - _MOST:,} more" if len(counted) > _MOST else ""
            fact = f"title: {named}{more} {why}: these letters open with the general salutation"
            remedy = f"{hint}; otherwise leave them, or add a column 'salutation' with the opening"
            yield Problem(where, "unknown-title", fact, remedy)
