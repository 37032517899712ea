"""Understands persons' titles as lists have them, in any language: "H.E. Prof.", "Excmo. Sr.", "г-н", "阁下".

A title is split into spellings, each of which has a key that all languages share: "S.E. Mme l'Ambassadrice" has the
keys ``he``, ``ms`` and ``ambassador-f``. From them a language makes its own title. A key that ends in -m or -f states
that the person is a man or a woman.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from circulars.characters import bare_letters
from circulars.model.phrases import Manner
from circulars.syntax.own_tables import own_table

_GENDER: Final = re.compile("-([mf])$")
_COURTESIES: Final = {"mr": "m", "don": "m", "ms": "f", "mrs": "f", "miss": "f", "dona": "f", "mx": ""}
"""The keys of titles that any person may have, with the gender that each states."""
_STYLES: Final = ("hrh", "he", "fakhama", "dawla", "maali", "rt-hon", "hon")
"""The keys of styles, which come before any other title: the Arabic ones are of presidents, heads of government and
ministers. The first five decide the salutation."""
_RANKS: Final = tuple(
    """
    ambassador minister admiral vice-admiral rear-admiral commodore navy-captain commander general lieutenant-general
    major-general brigadier-general brigadier colonel lieutenant-colonel major captain lieutenant rev prof assoc-prof dr
    dr-ing eng arch lic
    """.split()
)
"""The keys of offices, ranks and degrees in the order in which they are written."""
_LONGEST: Final = 120
"""The maximum length of a title that is split, in characters."""
_MOST: Final = 10_000
"""The maximum number of titles that are remembered."""
_MOST_WORDS: Final = 6
_NAME: Final = re.compile(r"\\{(?:sur)?name\\}")
"""The place of a name in a salutation, escaped."""
_MARK: Final = re.compile(r"[\s,.:!،：，]*$")
_HAN: Final = re.compile("[\u3400-\u9fff]+")
_WORD: Final = re.compile(r"[^\W_]+|[^\w\s.,'’()\-]")
_ELISION: Final = re.compile(r"\b[dl]['’]")
_ARTICLE: Final = "ال"
_IGNORED: Final = "ignored"
_FOLDER: Final = "languages/titles"
_MOST_LANGUAGES: Final = 100


@dataclass(frozen=True, slots=True)
class CourtesyTitle:
    """A person's title: its written form before the name ("Ms", "Sra."), and the salutation that goes with it.

    If ``written`` is "", the title stays as typed in the list. A salutation may contain ``{surname}`` and ``{name}``;
    if it is "", the letter has its usual one. ``salutation_m`` and ``salutation_f`` are for a man and for a woman, if
    the list states that. ``typed`` has other spellings of the title in lists.
    """

    written: str = ""
    salutation: str = ""
    salutation_m: str = ""
    salutation_f: str = ""
    typed: tuple[str, ...] = ()

    def salutation_for(self, gender: str) -> str:
        """The salutation of a man ("m"), a woman ("f") or anyone ("")."""
        return {"m": self.salutation_m, "f": self.salutation_f}.get(gender, "") or self.salutation


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of one language.

    ``titles`` are those of the language's file, and ``keys`` maps spellings in all languages that have a file to the
    titles' keys. Others are looked up in the package's files of titles.
    """

    language: str = ""
    titles: Mapping[str, CourtesyTitle] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    _all: dict[str, CourtesyTitle] = field(default_factory=dict)
    _spellings: dict[tuple[str, ...], str] = field(default_factory=dict)
    _own: dict[tuple[str, ...], str] = field(default_factory=dict)
    _known: dict[str, CourtesyTitle | None] = field(default_factory=dict)
    _manners: dict[Manner, re.Pattern[str]] = field(default_factory=dict)

    def of(self, typed: str) -> CourtesyTitle | None:
        """This language's form of a title typed in any language; None for an unknown title.

        A title in words of this language stays as typed, but for dots, spaces and capitals: "Comandante" is as good a
        title as "Mayor", and "Excmo. Sr. D." says more than "Excmo. Sr.".
        """
        if typed not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[typed] = self._read(typed)
        return self._known[typed]

    def manner_of(self, salutation: str, conjunctions: Iterable[str] = ()) -> Manner:
        """How a salutation addresses somebody, by the salutations of this language's titles.

        The ``conjunctions`` tell "Dear Sir or Madam," from "Dear Sir Max,".
        """
        if not self._manners:
            self._collect()
            styles = {
                text for key, title in self._all.items() if key.startswith(_STYLES[:5]) for text in _salutations(title)
            }
            self._manners["styled"] = _any_of(text for text in styles if "{" not in text)
            named = (text for title in self._all.values() for text in _salutations(title) if "{" in text)
            self._manners["named"] = _any_of(named, conjunctions)
        return next((manner for manner, pattern in self._manners.items() if pattern.fullmatch(salutation)), "")

    def _read(self, typed: str) -> CourtesyTitle | None:
        if not typed or len(typed) > _LONGEST:
            return None
        self._collect()
        words = _words(typed)
        keys, is_own = _keys_in(words, self._own)
        title = self._translated(typed, words, keys if is_own else [])
        if not title or not is_own or "".join(words) == "".join(_words(title.written)):
            return title
        return replace(title, written="")

    def _collect(self) -> None:
        """Fills the tables of titles and spellings, if they are still empty."""
        if not self._spellings:
            spellings, titles = _further_titles()
            self._all.update(titles.get(self.language, {}) | dict(self.titles))
            own = [(one, key) for key, title in self.titles.items() for one in (title.written, *title.typed) if one]
            self._own.update(_by_words([*own, *spellings.get(self.language, ())]))
            known = _by_words(self.keys.items())
            self._spellings.update(known | _further_spellings(self.language, known))

    def _translated(self, typed: str, words: Sequence[str], own: Sequence[str]) -> CourtesyTitle | None:
        """This language's title for the words of another; ``own`` are the keys if all words are of this language."""
        if title := self.titles.get(self.keys.get(normalized(typed), "")):
            return title
        keys, is_whole = (own, True) if own else _keys_in(words, self._spellings)
        if is_whole:
            return self._composed(keys)
        # "H.E. the Secretary of Examples": the style is enough for the salutation.
        style = self._all.get(keys[0].partition("-")[0]) if keys else None
        return CourtesyTitle(salutation=style.salutation) if style and keys[0].startswith(_STYLES[:5]) else None

    def _composed(self, keys: Sequence[str]) -> CourtesyTitle | None:
        """The title with these keys; None if they contradict each other, or this language has none of them."""
        bare = [part for key in keys for part in _parts(key)]
        genders = {_gender(part) for part in bare} - {""}
        if len(genders) > 1:
            return None
        gender = "".join(genders)
        kinds = list(dict.fromkeys(_GENDER.sub("", part) for part in bare))
        style = next((kind for kind in _STYLES if kind in kinds), "")
        courtesy = next((kind for kind in kinds if kind in _COURTESIES), "")
        offices = sorted((kind for kind in kinds if kind not in _STYLES and kind not in _COURTESIES), key=_rank)
        whole = [style, *(offices or [courtesy])] if style else offices
        if len(whole) > 1 and (title := self._form("-".join(filter(None, whole)), gender)):
            return title
        kept = [style, *offices] if style or offices else [courtesy]
        if style and courtesy and not offices and not (gender and f"{style}-{gender}" in self._all):
            kept = [style, courtesy]
        forms = [form for kind in kept if kind and (form := self._form(kind, gender))]
        if not forms:
            return None
        written = _side_by_side([form.written for form in forms], bool(style))
        salutations = (form.salutation for form in (*forms, *self._courtesies(gender)) if form.salutation)
        return CourtesyTitle("" if len(forms) < len([*filter(None, kept)]) else written, next(salutations, ""))

    def _form(self, kind: str, gender: str) -> CourtesyTitle | None:
        """This language's title of a kind, with the salutation for a man or a woman."""
        title = self._all.get(f"{kind}-{gender}") or self._all.get(kind)
        return CourtesyTitle(title.written, title.salutation_for(gender)) if title else None

    def _courtesies(self, gender: str) -> Iterator[CourtesyTitle]:
        """The title of any man or any woman, for offices whose own salutation this language does not have."""
        if gender and (title := self._all.get("mr" if gender == "m" else "ms")):
            yield title


_TITLES: Final[dict[int, Titles]] = {}


def titles_of(language: str, titles: Mapping[str, CourtesyTitle], keys: Mapping[str, str]) -> Titles:
    """The titles of a language; the same object for the same ``keys``, which remembers what it has understood."""
    known = _TITLES.get(id(keys))
    if known is None:  # otherwise it holds these keys, so nothing else can have their id
        if len(_TITLES) >= _MOST_LANGUAGES:
            _TITLES.clear()
        known = _TITLES[id(keys)] = Titles(language, titles, keys)
    return known


def normalized(title: str) -> str:
    """A title with single spaces and without upper case, to compare spellings."""
    return " ".join(title.split()).casefold()


def common_key(key: str, other: str) -> str:
    """The first of two keys for the same spelling, without its gender if the keys differ in gender only.

    "Dr." is only a man's title in Spanish, but anyone's in English, so "Dr." in a list does not state the gender.
    """
    neutral = _GENDER.sub("", key)
    return neutral if key != other and neutral == _GENDER.sub("", other) else key


def _salutations(title: CourtesyTitle) -> Iterator[str]:
    yield from filter(None, (title.salutation, title.salutation_m, title.salutation_f))


def _any_of(salutations: Iterable[str], conjunctions: Iterable[str] = ()) -> re.Pattern[str]:
    """Matches each of some salutations, with any mark at its end; a name in it does not begin with a conjunction."""
    name = "".join(rf"(?!{re.escape(word)}\b)" for word in conjunctions) + r"\w.*?"
    words = {_NAME.sub(name.replace("\\", r"\\"), re.escape(_MARK.sub("", text))) for text in salutations}
    return re.compile("|".join(word + _MARK.pattern for word in sorted(words)) or "(?!)", re.IGNORECASE)


def _by_words(spellings: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], str]:
    """The keys of titles by the words of each spelling."""
    found: dict[tuple[str, ...], str] = {}
    for typed, key in spellings:
        if not (words := _words(typed)):
            continue
        found[words] = common_key(found.get(words, key), key)
        if len(words) > 1 and all(len(word) == 1 for word in words):  # "S.E." is often written "SE"
            found.setdefault(("".join(words),), key)
    return found


def _further_spellings(language: str, known: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """The keys of the package's further spellings and of those that are ``known``, by their words.

    A spelling with different meanings in two other languages is left out: "Exmo. Sr." is any man's title in Portuguese,
    and in Spanish that of an Excellency.
    """
    further, found = _further_words(), dict(known)
    sources = dict.fromkeys(found, language)
    unclear: set[tuple[str, ...]] = set()
    for source in sorted(further, key=lambda source: source != language):
        for words, key in further[source].items():
            before, known_from = found.get(words, key), sources.setdefault(words, source)
            found[words] = common_key(before, key)
            if known_from not in (source, language) and _GENDER.sub("", before) != _GENDER.sub("", key):
                unclear.add(words)
    return {words: key for words, key in found.items() if words not in unclear}


@functools.cache  # they are the same for every language
def _further_words() -> dict[str, dict[tuple[str, ...], str]]:
    """The keys of the package's further spellings by language, by their words."""
    spellings, _ = _further_titles()
    return {source: _by_words(found) for source, found in spellings.items()}


@functools.cache
def _further_titles() -> tuple[dict[str, list[tuple[str, str]]], dict[str, dict[str, CourtesyTitle]]]:
    """The package's further titles by language: the spellings with their keys, and the titles by key."""
    spellings: dict[str, list[tuple[str, str]]] = {}
    titles: dict[str, dict[str, CourtesyTitle]] = {}
    folder = importlib.resources.files("circulars").joinpath(_FOLDER)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        data = own_table("circulars", f"{_FOLDER}/{file.name}")
        language = file.name.partition(".")[0]
        titles[language] = found = {key: _title_of(entry) for key, entry in data.items() if isinstance(entry, dict)}
        spellings[language] = [
            (one, key)
            for key, entry in data.items()
            for one in ((found[key].written, *found[key].typed) if key in found else entry)
            if one
        ]
    return spellings, titles


def _title_of(entry: Mapping[str, str | list[str]]) -> CourtesyTitle:
    words = {key.replace("-", "_"): text for key, text in entry.items() if isinstance(text, str)}
    return CourtesyTitle(**words, typed=tuple(entry.get("typed", ())))


def _words(title: str) -> tuple[str, ...]:
    words = _WORD.findall(_ELISION.sub(" ", bare_letters(title)))
    return tuple(word[2:] if word.startswith(_ARTICLE) and len(word) > 3 else word for word in words)


def _keys_in(words: Sequence[str], spellings: Mapping[tuple[str, ...], str]) -> tuple[list[str], bool]:
    """The keys of a title's words, as far as they are known, and whether all of them are."""
    rest, keys = [*words], list[str]()
    while rest:
        length = next((n for n in range(_MOST_WORDS, 0, -1) if n <= len(rest) and tuple(rest[:n]) in spellings), 0)
        if not length and (piece := _han_piece(rest[0], spellings)):
            rest[:1] = [piece, rest[0][len(piece) :]]
            length = 1
        if not length:
            return keys, False
        keys.append(spellings[tuple(rest[:length])])
        del rest[:length]
    known = [key for key in keys if key != _IGNORED]
    return known, bool(known)


def _han_piece(word: str, spellings: Mapping[tuple[str, ...], str]) -> str:
    """The longest spelling at the beginning of a word in Han, which has no spaces; "" if there is none."""
    if not _HAN.fullmatch(word):
        return ""
    return next((word[:n] for n in range(len(word) - 1, 0, -1) if (word[:n],) in spellings), "")


def _side_by_side(forms: Sequence[str], has_style: bool) -> str:
    """Several titles as one; "" if one of them is not written. In Han the style is the last of them: 上校阁下."""
    if not all(forms):
        return ""
    if not all(map(_HAN.fullmatch, forms)):
        return " ".join(forms)
    return "".join([*forms[1:], forms[0]] if has_style else forms)


def _parts(key: str) -> Iterable[str]:
    """The parts of a key: ``he-mr`` is a style and a courtesy, ``prof-dr-f`` are two degrees of a woman."""
    head, _, rest = key.partition("-")
    if rest in ("", "m", "f") or _GENDER.sub("", key) in _RANKS or head not in (*_STYLES, *_RANKS):
        return (key,)
    return (head, *_parts(rest))


def _gender(key: str) -> str:
    found = _GENDER.search(key)
    return found[1] if found else _COURTESIES.get(key, "")


def _rank(kind: str) -> int:
    return _RANKS.index(kind) if kind in _RANKS else len(_RANKS)
