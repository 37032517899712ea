"""Warns of what a language file says that CLDR contradicts, of what it lacks, and of what has no effect."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from circulars.errors import Problem, nearest
from circulars.language.language import DATE_FORMATS
from circulars.language.locales import (
    PLURALS,
    Plurals,
    direction_of,
    has_locale,
    locale_of,
    plurals_of_counts,
    plurals_of_hours,
    plurals_of_ordinals,
    script_of,
)
from circulars.language.names import MESSAGES, country_codes, is_known_code, named_language
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar, Tree, children, descendant

_LISTS: Final = (("forms",), ("conjunctions",))
_LISTS_BY_NAME: Final = (("weekdays",), ("months",))
_SIMILAR: Final = 0.85
"""How similar the name of a further format must be to that of a format of every language to be one that is misspelt."""


def file_doubts(code: str, tree: Tree, titles: Sequence[str] = ()) -> Iterator[Problem]:
    """Warnings about the file of a language, which may have problems as well.

    ``titles`` are the keys of the titles of persons that languages share.
    """
    locale = _text(tree.root, "locale")
    known_locale = locale if has_locale(locale) else ""
    wrong_locale = [*_wrong_locale(code, known_locale, tree)] if is_known_code(code) else []
    yield from wrong_locale
    yield from _wrong_direction(code if is_known_code(code) and script_of(code) else known_locale, tree)
    if known_locale and not wrong_locale:
        yield from _wrong_plurals(known_locale, tree)
    yield from _unknown_countries(tree)
    yield from _repeated_entries(tree)
    yield from _unused_names(tree)
    yield from _misspelt_formats(tree)
    yield from _misspelt_titles(tree, titles)


def _text(root: Node, *keys: str) -> str:
    """A single value of the file; "" if it has none."""
    node = descendant(root, *keys)
    return node.text if isinstance(node, Scalar) else ""


def _pairs(node: Node | None) -> Iterable[tuple[str, Scalar, Node]]:
    """The names in a mapping, with their keys and values; none of any other node."""
    if isinstance(node, nodes.Mapping):
        yield from ((name, key, value) for name, (key, value) in node.pairs.items())


def _wrong_locale(code: str, locale: str, tree: Tree) -> Iterator[Problem]:
    """A warning if the locale is that of another language, script or country, and CLDR has the right one."""
    language = code.partition("-")[0]
    right = next((one for one in (code, language) if has_locale(one)), "")
    if not (locale and right):
        return
    given, known = locale_of(locale), locale_of(right)
    is_other = given.language != known.language or script_of(locale) != script_of(code)
    countries = {one.territory for one in (given, known) if one.territory in country_codes()}
    if is_other or len(countries) > 1:
        fact = f"the locale '{locale}' is that of {_described(locale)}, not of {named_language(code)}"
        node = descendant(tree.root, "locale")
        assert node
        yield Problem(tree.place(node), "wrong-locale", fact, f"write 'locale: {right.replace('-', '_')}'")


def _described(locale: str) -> str:
    """A locale in a message: "Spanish (Spain)"."""
    return str(locale_of(locale).get_display_name(MESSAGES) or locale)


def _wrong_direction(code: str, tree: Tree) -> Iterator[Problem]:
    """A warning if the script of a language is written in the other direction."""
    node, right = descendant(tree.root, "direction"), direction_of(code)
    typed = _text(tree.root, "direction")
    if node and script_of(code) and typed in ("ltr", "rtl") and typed != right:
        words = {"ltr": "left to right", "rtl": "right to left"}[right]
        fact = f"{named_language(code)} is written from {words}"
        yield Problem(tree.place(node), "wrong-direction", fact, f"write 'direction: {right}'")


def _wrong_plurals(locale: str, tree: Tree) -> Iterator[Problem]:
    """Warnings about plural categories that CLDR has and the file lacks, and about those that CLDR does not have."""
    counts, root = plurals_of_counts(locale), tree.root
    for name in ("count", "titles"):
        yield from _plurals(name, descendant(root, "annexes", name), counts, locale, tree)
    yield from _plurals("full-hour", descendant(root, "time", "full-hour"), plurals_of_hours(locale), locale, tree)
    ordinals = plurals_of_ordinals(locale)
    for name, _, node in _pairs(descendant(root, "ordinals")):
        yield from _plurals(name, node, ordinals, locale, tree)


def _plurals(name: str, node: Node | None, plurals: Plurals, locale: str, tree: Tree) -> Iterator[Problem]:
    if not isinstance(node, nodes.Mapping):
        return
    for form in sorted(plurals.needed - {"other"} - node.pairs.keys()):
        fact = f"'{name}' has no plural form '{form}', which CLDR has for {locale}; 'other' is used"
        yield Problem(tree.place(node), "missing-plural", fact, f"add '{form}:'")
    for form, key, _ in _pairs(node):
        if form in PLURALS and form not in plurals.all and not key.origin:
            fact = f"'{name}' has the plural form '{form}', which CLDR does not have for {locale}; it is never used"
            hint = f"delete it; the plural forms are {', '.join(one for one in PLURALS if one in plurals.all)}"
            yield Problem(tree.place(key), "unused-plural", fact, hint)


def _unknown_countries(tree: Tree) -> Iterator[Problem]:
    for code, key, _ in _pairs(descendant(tree.root, "addressees", "countries")):
        if len(code) == 2 and code.isupper() and code not in country_codes():
            fact = f"'{code}' is not the code of a country; its name is never used"
            yield Problem(tree.place(key), "unknown-country", fact, "write a code of ISO 3166-1, or delete the line")


def _repeated_entries(tree: Tree) -> Iterator[Problem]:
    """Warnings about entries of lists, and letters, that are there twice."""
    root = tree.root
    lists = [descendant(root, *keys) for keys in _LISTS]
    lists += [value for keys in _LISTS_BY_NAME for _, _, value in _pairs(descendant(root, *keys))]
    lists += [descendant(title, "typed") for _, _, title in _pairs(descendant(root, "addressees", "titles"))]
    for listed in filter(None, lists):
        seen: set[str] = set()
        for entry in children(listed):
            typed = unicodedata.normalize("NFC", entry.text) if isinstance(entry, Scalar) else ""
            if typed and typed in seen:
                fact = f"'{typed}' is in this list twice"
                yield Problem(tree.place(entry), "repeated-entry", fact, "delete it, or write what is missing")
            seen.add(typed)
    letters, node = _text(root, "letters"), descendant(root, "letters")
    for at, letter in enumerate(letters):
        if node and not letter.isspace() and letter in letters[:at]:
            fact = f"the letter '{letter}' is there twice; two entries of a list would have the same label"
            yield Problem(tree.place_in(node, letters, at, letter), "repeated-entry", fact, "delete one of the two")


def _unused_names(tree: Tree) -> Iterator[Problem]:
    """Warnings about names of days and months in a form in which no pattern of a date has them."""
    patterns = [
        one.text for one in nodes.all_nodes(descendant(tree.root, "dates") or tree.root) if isinstance(one, Scalar)
    ]
    for group, place in (("weekdays", "weekday"), ("months", "month")):
        for form, key, _ in _pairs(descendant(tree.root, group)):
            if not key.origin and not any(f"{{{place}|{form}}}" in text for text in patterns):
                fact = f"no pattern under 'dates:' has these names: none has '{{{place}|{form}}}'"
                yield Problem(tree.place(key), "unused-names", fact, f"write '{{{place}|{form}}}' where they belong")


def _misspelt_formats(tree: Tree) -> Iterator[Problem]:
    """Warnings about further formats of dates that are probably a usual one with another spelling."""
    named = {name: key for name, key, _ in _pairs(descendant(tree.root, "dates"))}
    usual = [name for name in DATE_FORMATS if name in named]
    for name, key in named.items():
        if name not in usual and not key.origin and (meant := nearest(name, usual, _SIMILAR)):
            fact = f"'{name}' is a further format of dates, which no letter has by itself"
            yield Problem(tree.place(key), "unknown-format", fact, f"did you mean '{meant}'?")


def _misspelt_titles(tree: Tree, titles: Sequence[str]) -> Iterator[Problem]:
    """Warnings about titles with a key that other languages do not have, and that is like one that the file lacks."""
    named = {name: key for name, key, _ in _pairs(descendant(tree.root, "addressees", "titles"))}
    lacking = [name for name in titles if name not in named]
    for name, key in named.items():
        if name not in titles and not key.origin and (meant := nearest(name, lacking)):
            fact = f"no other language has the title '{name}'; a title in a list is known by the key that all share"
            yield Problem(tree.place(key), "unknown-name", fact, f"did you mean '{meant}'?")
