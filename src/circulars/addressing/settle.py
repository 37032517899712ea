"""Computes the values of a document's holes for one addressee."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final

from circulars.addressing.cell_formats import written
from circulars.addressing.postal import POSTAL, fitted, full_name, goes_from_largest, names_country, postal_lines
from circulars.language import Language, country_in, with_capital
from circulars.model.addressee import BLOCK, SALUTATION, Addressee, CellHole
from circulars.model.document import Document, holes_of
from circulars.model.filling import with_isolates
from circulars.model.phrases import Pattern
from circulars.pack import Pack

_NAMES: Final = ("name", "surname", "suffix", "organization")


def settle(addressee: Addressee, language: Language, pack: Pack, holes: Iterable[str]) -> dict[str, str]:
    """The value of each hole: a cell as typed or in a format, a country, a title, the postal block, the salutation."""
    return {hole: _settled(addressee, language, pack, hole) for hole in holes}


def needed_columns(document: Document) -> frozenset[str]:
    """The columns that a document's text uses. A list must have them, and their cells must not be empty."""
    computed = (BLOCK, SALUTATION)
    holes = (hole for hole in holes_of(document) if hole.partition("|")[0] not in computed)
    return frozenset(map(column_of, holes))


def used_columns(holes: Iterable[str]) -> frozenset[str]:
    """The columns whose cells :func:`settle` reads for these holes."""
    used: set[str] = set()
    for hole in holes:
        if hole == BLOCK:
            used |= {"title", "name", "surname", "suffix", "organization", "country", *POSTAL}
        elif hole.startswith(SALUTATION):
            used |= {"salutation", "title", "name", "surname"}
        else:
            used.add(column_of(hole))
    return frozenset(used)


def column_of(hole: str) -> str:
    """The column that a hole shows: ``due`` for ``addressee.due|date``."""
    return CellHole.of(hole).column


def formats_of(holes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The columns that holes show in a format, each with the format; a country has forms of its name instead."""
    shown = (CellHole.of(hole) for hole in holes if not hole.startswith(SALUTATION))
    return tuple(dict.fromkeys((hole.column, hole.form) for hole in shown if hole.form and hole.column != "country"))


def _settled(addressee: Addressee, language: Language, pack: Pack, hole: str) -> str:
    columns = addressee.columns
    if hole == BLOCK:
        return with_isolates(_block(columns, language, pack), columns.values())
    if hole.startswith(SALUTATION):
        kind, _, closing = hole.removeprefix(f"{SALUTATION}|").partition("|")
        opening = _salutation(columns, language, pack, kind)
        if not closing:
            return with_isolates(opening, [columns.get(name, "") for name in _NAMES])
        manner = language.manner_of(opening) or ("named" if _has_name(opening, columns) else "")
        return pack.words[language.code].kinds[kind].closing_after(language.called(opening), manner)
    return _in_sentence(CellHole.of(hole), columns, language)


def _in_sentence(hole: CellHole, columns: Mapping[str, str], language: Language) -> str:
    """The text of a cell with what depends on it in its sentence, or the word before it."""
    value = _cell(hole, columns, language)
    contracted = language.beside.with_prefix(hole.word or hole.prefix, value)[1] if hole.word or hole.is_apart else ""
    if hole.word:
        word = hole.word.rstrip()
        if contracted:
            return contracted.partition(hole.word[-1])[0] + hole.word[-1]
        right = language.beside.word_before(hole.word, value)[1] or word
        right = with_capital(right) if word[:1].istitle() or word[:1].isupper() else right
        return right if right[-1] in "'’" else right + (hole.word[len(word) :] or " ")
    if hole.is_capital:
        value = with_capital(value)
    if hole.is_apart:
        value = contracted.partition(hole.prefix[-1])[2] or value
    elif hole.prefix:
        prefix, whole = language.beside.with_prefix(hole.prefix, value)
        value = hole.prefix.removesuffix(prefix) + whole if prefix else _with_word(hole.prefix, value, language)
    return value if not hole.has_stop or value.endswith(".") else f"{value}."


def _with_word(words: str, value: str, language: Language) -> str:
    """A value after some words, of which the last may have to be another one before it: "d'Israël" after "de "."""
    typed, right = language.beside.word_before(words, value)
    if not right:
        return words + value
    space = "" if right[-1] in "'’" else " "
    return f"{words.rstrip().removesuffix(typed)}{right}{space}{value}"


def _cell(hole: CellHole, columns: Mapping[str, str], language: Language) -> str:
    value = columns.get(hole.column, "")
    if hole.column == "country":
        return language.country(value, hole.form)
    if hole.form:
        return written(value, hole.form, language)
    return _titled(value, language) if hole.column == "title" else value


def _salutation(columns: Mapping[str, str], language: Language, pack: Pack, kind: str) -> str:
    """The salutation in the addressee's row, or else that for the title, or else that of the kind of letter."""
    if own := columns.get("salutation", ""):
        return own
    title = language.title(columns.get("title", ""))
    if title and (salutation := _addressed(title.salutation, columns, language)):
        return salutation
    words = pack.words[language.code].kinds
    return words[kind].salutation if kind in words else ""


def _addressed(salutation: str, columns: Mapping[str, str], language: Language) -> str:
    """A title's salutation to a person; "" if the person lacks a name that it needs.

    Without a surname, the whole name may be in the column of names: "王小明".
    """
    if "{" not in salutation:
        return salutation
    names = {"surname": columns.get("surname", ""), "name": columns.get("name", "")}
    if language.addressees.whole_name and not names["surname"] and "{name}" not in salutation:
        names["surname"] = names["name"]
    if any(not name and f"{{{key}}}" in salutation for key, name in names.items()):
        return ""
    if names["surname"].partition(" ")[0] in language.addressees.surname_particles:
        names["surname"] = names["surname"][0].upper() + names["surname"][1:]
    return Pattern.of(salutation).filled(**names)


def _has_name(salutation: str, columns: Mapping[str, str]) -> bool:
    """Whether a salutation in the list has the name of the addressee: "Dear Ana,"."""
    return any(name and name in salutation for name in (columns.get("name", ""), columns.get("surname", "")))


def _titled(typed: str, language: Language) -> str:
    """A title as the language writes it; an unknown title stays as typed."""
    title = language.title(typed)
    return title.written or typed if title else typed


def _block(columns: Mapping[str, str], language: Language, pack: Pack) -> str:
    """The lines of the postal block; the country is named only if it is not the pack's own."""
    get = columns.get
    country = get("country", "")
    title, order = _titled(get("title", ""), language), language.addressees
    name = full_name(title, get("name", ""), get("surname", ""), country, order.full_name, order.other_name)
    if title and name.startswith(title) and language.title(title):
        name = name[:1].upper() + name[1:]  # Russian titles are in lower case in a sentence: "г-н"
    if name and (suffix := get("suffix", "")):
        name = f"{name} {suffix}"
    named = country_in(pack.country_names, country) if pack.country_names else language.country(country)
    abroad = "" if country == pack.country else _capitals(named)
    organization, address = get("organization", "").split("\n"), postal_lines(columns, country)
    largest_first = order.largest_first and goes_from_largest(columns, country)
    if address and names_country(columns, address[0 if largest_first else -1].strip(), country, abroad):
        abroad = ""
    if largest_first:
        # Where the pack has the names of countries in a language of its own, they are for the post, at the end.
        first, last = ([], [abroad]) if pack.country_names else ([abroad], [])
        lines = [*first, *address, *organization, name, *last]
    else:
        lines = [name, *organization, *address, abroad]
    return "\n".join(fitted(lines, pack.window))


@functools.cache
def _capitals(country: str) -> str:
    return country.upper()
