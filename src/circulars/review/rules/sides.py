"""A text in one of the letter's languages: what it states, and the words in which it does."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from circulars.compose.fields import fact_text
from circulars.language import Language
from circulars.model.letter import DateRange, Fact, Letter
from circulars.model.text import Span, Spans
from circulars.review.rules.reader import reader_of
from circulars.review.rules.stated import Atom, Expression, Kind, Reading
from circulars.syntax.prose import is_link_name

# Where no space separates words, an address stands between other letters.
# It begins where such characters do, so that each is looked at once.
_MAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++")
_LINK: Final = re.compile(r"(?:[a-z]{2,10}://|www\.)[!-;=?-~]*[0-9A-Za-z/#&=_~-]")
_GAP: Final = " \ufffc "
_PIECE: Final = re.compile(r"[^\W_]+|[\W_]")
_REGION: Final = re.compile(r"\*[-_][a-z]{2}(?=/|$)")
_NAMED: Final = re.compile(r"[?&][a-z]+=\*(?=&|$)|(?<=[/.])\*[/.]|[-_/.]?\*")
"""What is left out of an address in the language of a site's first pages: "es/", "?lang=es", "-S"."""
_TRANSLATED: Final = re.compile(r"(?<![\w.])[^\W\d_]{3,}(?:-[^\W\d_]+)*(?![\w.])")
"""Words of a path that may be others in another language: "registration", "inscripcion", but not "sg5" or "a.pdf"."""
_SCHEME: Final = re.compile(r"^(?:https?:)?//(?:www\.)?|/$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """A text in one language: its words without addresses, with a gap for each field; its items, and all they state.

    ``uncertain`` is what they state without words that say what it means.
    """

    language: Language
    text: str
    items: tuple[Expression, ...]
    atoms: frozenset[Atom]
    uncertain: frozenset[Atom]

    def states(self, item: Expression) -> bool:
        """Whether the text states what an item of another language may mean, and with no other unit."""
        return any(
            reading <= (self.atoms if not item.certain or number < item.certain else self.uncertain)
            and not self._has_other_unit(reading, item.unit)
            for number, reading in enumerate(item.readings)
        )

    def _has_other_unit(self, reading: Reading, unit: str) -> bool:
        """Whether the text has a number with other units only; a number without one may be of any."""
        units = {item.unit for item in self.items if unit and reading in item.readings}
        return bool(units) and not units & {"", unit}


def side_of(spans: Spans, letter: Letter, language: Language, *, is_written_out: bool) -> Side:
    """A text of a letter in a language; facts are compared by their names, or also as they are written out.

    As long as they need not be written out, neither are numbers in words read.
    """
    words: list[str] = []
    found: list[Expression] = []
    for span in spans:
        if span.note:
            continue
        if span.hole:
            found += _fields(span.hole, letter, language, is_written_out)
            words.append(_GAP)
        if span.link:
            found += _link(span.link, span.text, letter, language)
        if span.text != span.link:
            words.append(span.text)
    text = unicodedata.normalize("NFC", "".join(words))
    rest = text
    for pattern, kind in ((_MAIL, "mail"), (_LINK, "link")):
        if "@" in rest or "www." in rest or "://" in rest:
            for match in pattern.finditer(rest):
                found.append(_address(match[0], kind, language, match[0], match.start()))
            rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    found += reader_of(language).items(rest, with_words=is_written_out)
    unique = {(item.kind, item.readings, item.demanded, item.unit): item for item in reversed(found)}
    items = tuple(sorted(unique.values(), key=lambda item: item.at))
    atoms, uncertain = (
        frozenset(atom for item in some for atom in item.atoms)
        for some in (items, [item for item in items if not item.certain])
    )
    return Side(language, rest, items, atoms, uncertain)


def _fields(hole: str, letter: Letter, language: Language, is_written_out: bool) -> Iterator[Expression]:
    name, _, form = hole.partition("|")
    named: Reading = frozenset({("field", name)})
    fact = letter.facts.get(name)
    if fact is None:
        yield Expression("reference", f"{{{{ {name} }}}}", 0, (named,), demanded=name.startswith("ref:"))
        return
    kind = _kind_of(fact)
    written = fact_text(language, fact, form) if is_written_out or form else ""
    inside = [*reader_of(language).items(written)] if written else []
    # In its usual format no date has a day of the week: if a field asks for one, the other languages must have it.
    if kind == "date" and form:
        yield from (replace(item, at=0, demanded=True) for item in inside if item.kind == "weekday")
    if not is_written_out:
        yield Expression(kind, name, 0, (named,))
        return
    meaning = frozenset(atom for item in inside if item.demanded for atom in item.readings[0])
    yield Expression(kind, written, 0, (named, meaning))
    yield from (Expression(item.kind, written, 0, item.readings, demanded=False) for item in inside)


def _kind_of(fact: Fact) -> Kind:
    return "date" if isinstance(fact, datetime.date | DateRange) else "number"


def _link(link: str, words: str, letter: Letter, language: Language) -> Iterator[Expression]:
    if link.startswith("#"):
        yield Expression("reference", link, 0, (frozenset({("part", link)}),))
    elif is_link_name(link):
        target = _address(letter.links[link][language.code], "link", language, link, 0)
        yield Expression("address", f"<{link}>", 0, (frozenset({("name", link)}), *target.readings))
    elif link.startswith("mailto:"):
        yield _address(link.removeprefix("mailto:"), "mail", language, link.removeprefix("mailto:"), 0)
    elif link.startswith("tel:"):
        yield Expression("number", link, 0, (frozenset({("phone", re.sub(r"\D", "", link))}),))
    else:
        yield _address(link, "link", language, link, 0)


def _address(address: str, kind: str, language: Language, typed: str, at: int) -> Expression:
    """An address; the piece of it that names the language of the text may be another in other languages."""
    if address.startswith("mailto:"):
        kind, address = "mail", address.removeprefix("mailto:")
    whole = _SCHEME.sub("", address.casefold())
    if kind == "mail":
        return Expression("address", typed, at, (frozenset({("mail", whole)}),))
    readings = frozenset({("link", whole)}), *_in_general(whole, language.reading.addresses)
    return Expression("address", typed, at, readings)


def _in_general(address: str, marks: tuple[str, ...]) -> Iterator[Reading]:
    """An address with a sign for the piece that names its language, without that piece, and with translated words."""
    pieces = _PIECE.findall(address)
    named = [place for place, piece in enumerate(pieces) if piece in marks]
    if not named:
        return
    general = _REGION.sub("*", "".join("*" if piece in marks else piece for piece in pieces))
    yield frozenset({("link", general)})
    yield frozenset({("link", _NAMED.sub("", general))})
    path, query, rest = "".join(pieces[named[0] + 1 :]).partition("?")
    begin = "".join(pieces[: named[0]])
    yield frozenset({("link", f"{begin}*{_TRANSLATED.sub('~', path)}{query}{rest}")})


def words_of_own(spans: Spans, language: Language) -> list[str]:
    """The words of a text that are in its language: without fields, addresses, and words marked as of another one."""
    own = "".join(_GAP if span.hole else span.text for span in spans if _is_own(span, language))
    return re.findall(r"\w+", _MAIL.sub(" ", _LINK.sub(" ", own)))


def _is_own(span: Span, language: Language) -> bool:
    return not span.note and span.language in ("", language.code) and span.text != span.link
