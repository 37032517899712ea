"""Finds the facts that changed between two versions of a letter, and the places where the letter shows them.

A fact is what a letter states once for all its languages: what is under ``facts:`` and ``links:``, its date and its
reference, the contacts and who signs. Where a text shows it is never guessed: both versions are composed once more with
a hole in its place.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, Literal, TypeVar

from circulars.compose.fields import fact_text
from circulars.errors import Place
from circulars.language import Language
from circulars.model.document import Document, strings_of
from circulars.model.letter import NO_DATE, Contact, Enclosure, Letter, QrCode, Signatory, Venue
from circulars.model.phrases import Noun
from circulars.model.text import Span
from circulars.review.comparing.changes import FactChange, FactPlace
from circulars.review.comparing.common import Pair
from circulars.review.comparing.comparison import Comparison, Opened
from circulars.review.comparing.holes import DATE, REFERENCE, Filling, hole, holes_in, marker, names_in
from circulars.review.comparing.people import Person, people_pairs

T = TypeVar("T")

Documents = Mapping[str, Document]
"""A letter's documents by language."""

_PROSE: Final = (
    "subject", "rows", "to", "attention", "copy", "references", "body", "postscript", "annexes", "footnotes",
    "enclosures", "distribution",
)  # fmt: skip
"""The fields of a letter with texts that may have holes for facts."""
_DETAILS: Final = {
    "name": "name", "post": "post", "tel": "telephone", "fax": "fax", "email": "e-mail", "web": "web page",
    "town": "town",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangedFacts:
    """What two versions of a letter state once and differently.

    ``facts`` and ``links`` are names under these keys, ``contacts`` the old and the new places of contacts with the key
    of a detail, and ``signatories`` old and new places. People are known by their names, by their posts, or by their
    places.
    """

    facts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    contacts: tuple[tuple[int, int, str], ...] = ()
    signatories: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.facts or self.links or self.contacts or self.signatories)


def changed_facts(old: Letter, new: Letter) -> ChangedFacts:
    """The facts that both versions have, with other values. The date and the reference are not among them."""
    return ChangedFacts(
        _changed(old.facts, new.facts),
        _changed(old.links, new.links),
        tuple(_changed_details(old.contact, new.contact)),
        tuple(_changed_signatories(old.signatory, new.signatory)),
    )


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in old.items() if name in new and _composed(new[name]) != _composed(value))


def _composed(value: Any) -> Any:
    """A value with its texts in NFC: another encoding of the same text is no change."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Noun):
        value = value.forms
    return {key: _composed(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def _changed_details(old: Sequence[Contact], new: Sequence[Contact]) -> Iterator[tuple[int, int, str]]:
    """The places of a contact and the key of each detail with another value, unless a value has several lines."""
    for i, j in people_pairs([_contact(one) for one in old], [_contact(one) for one in new]):
        for name in _DETAILS:
            before, after = getattr(old[i], name), getattr(new[j], name)
            texts = (*before.values(), *after.values())
            if before and after and _composed(before) != _composed(after) and not any("\n" in text for text in texts):
                yield i, j, name


def _changed_signatories(old: Sequence[Signatory], new: Sequence[Signatory]) -> Iterator[Pair]:
    if len(old) != len(new):
        return
    people = ([_person(one) for one in side] for side in (old, new))
    for i, j in people_pairs(*people):
        before, after = old[i], new[j]
        has_posts = before.post is not None and after.post is not None
        is_same_post = before.post is None or after.post is None or before.post.name == after.post.name
        is_same_form = before.gender == after.gender or not has_posts
        if _composed(before.name) != _composed(after.name) or not (is_same_post and is_same_form):
            yield i, j


def _contact(contact: Contact) -> Person:
    """A contact as a person, with the name and the post in each of the languages in which they differ."""
    name, post = (" ".join(dict.fromkeys(texts.values())) for texts in (contact.name, contact.post))
    return Person(name, post)


def _person(signatory: Signatory) -> Person:
    """A signatory as a person, with the name in each of the languages in which it differs."""
    names = dict.fromkeys(signatory.name.values())
    return Person(" ".join(names), signatory.post.name if signatory.post else "")


def with_holes(letter: Letter, changed: ChangedFacts, version: Literal["old", "new"]) -> Letter:
    """The letter, which is the old or the new ``version``, with a hole in place of each of the facts."""
    names = _signatory_names(changed, version)
    prose = {name: _opened(getattr(letter, name), changed.facts) for name in _PROSE} if changed.facts else {}
    codes = [named.name for named in letter.languages]
    return replace(
        letter,
        **prose,
        links={
            name: dict.fromkeys(value, marker(f"link:{name}")) if name in changed.links else value
            for name, value in letter.links.items()
        },
        contact=tuple(
            _opened_contact(contact, [detail for detail in changed.contacts if detail[version == "new"] == place])
            for place, contact in enumerate(letter.contact)
        ),
        signatory=tuple(
            _opened_signatory(one, names[place], codes) if place in names else one
            for place, one in enumerate(letter.signatory)
        ),
    )


def _opened(value: T, names: tuple[str, ...]) -> T:
    """A part of a letter with a hole in place of each fact in its texts."""
    if isinstance(value, Span):
        if value.hole.partition("|")[0] not in names:
            return value
        return replace(value, hole=hole(value.hole if "|" in value.hole else f"{value.hole}|"))
    if isinstance(value, str | Place):
        return value
    if isinstance(value, tuple):
        return tuple(_opened(item, names) for item in value)  # type: ignore[return-value]  # T: tuple
    if isinstance(value, Mapping):
        return {key: _opened(item, names) for key, item in value.items()}  # type: ignore[return-value]  # T: Mapping
    if is_dataclass(value) and not isinstance(value, type):
        changes = {one.name: _opened(getattr(value, one.name), names) for one in fields(value)}
        return replace(value, **changes)
    return value


def _opened_contact(contact: Contact, changed: Sequence[tuple[int, int, str]]) -> Contact:
    opened: dict[str, Any] = {
        name: dict.fromkeys(getattr(contact, name), marker(f"contact.{place}.{name}")) for _, place, name in changed
    }
    return replace(contact, **opened) if opened else contact


def _signatory_names(changed: ChangedFacts, version: Literal["old", "new"]) -> dict[int, str]:
    """What the holes of the signatories of a version are called, by their places: the same in both versions."""
    return {pair[version == "new"]: f"signatory.{pair[1]}" for pair in changed.signatories}


def _opened_signatory(signatory: Signatory, own: str, codes: Sequence[str]) -> Signatory:
    name = dict.fromkeys(codes, marker(f"{own}.name")) if signatory.name else signatory.name
    return replace(signatory, name=name, title=dict.fromkeys(codes, marker(f"{own}.title")))


def opened_documents(
    old: tuple[Letter, Documents],
    new: tuple[Letter, Documents],
    languages: Mapping[str, Language],
    compose: Callable[[Letter], Documents],
) -> dict[str, Opened]:
    """By language: the documents of two versions with holes in place of the facts that changed.

    ``compose`` settles a letter in the ``languages``, which both versions have.
    """
    changed = changed_facts(old[0], new[0])
    before, after = old[1], new[1]
    settled = frozenset(f"signatory.{j}.title" for i, j in changed.signatories if _have_posts(old[0], i, new[0], j))
    if changed and languages:
        before = _with_codes(old, compose(with_holes(old[0], changed, "old")), changed)
        after = _with_codes(new, compose(with_holes(new[0], changed, "new")), changed)
    return {
        code: Opened(
            before[code],
            after[code],
            Filling(
                _values(old[0], old[1][code], before[code], language, changed, "old"),
                _values(new[0], new[1][code], after[code], language, changed, "new"),
                _fact_names(changed, _names_shown(before[code]) | _names_shown(after[code])),
                settled,
            ),
        )
        for code, language in languages.items()
    }


def _have_posts(old: Letter, i: int, new: Letter, j: int) -> bool:
    """Whether the titles of a signatory in both versions are the pack's."""
    return all(one.post and not one.title for one in (old.signatory[i], new.signatory[j]))


def _with_codes(letter: tuple[Letter, Documents], opened: Documents, changed: ChangedFacts) -> Documents:
    """The documents with their QR codes, which need not be drawn again."""
    code, documents = letter[0].qr, letter[1]
    if code is None:
        return opened
    result = {}
    for language, document in opened.items():
        own = documents[language].link_code
        if own and code.link in changed.links:
            own = replace(own, address=marker(f"link:{code.link}"))
        result[language] = replace(document, link_code=own)
    return result


def _values(
    letter: Letter,
    document: Document,
    opened: Document,
    language: Language,
    changed: ChangedFacts,
    version: Literal["old", "new"],
) -> dict[str, str]:
    """The words of each fact in a version, by the names of the holes that show it."""
    code = language.code
    written = language.date(letter.date) if letter.date != NO_DATE else ""
    values = {DATE: written, REFERENCE: document.properties.reference}
    shown = _names_shown(opened)
    for name in changed.facts:
        values |= {
            hole: fact_text(language, letter.facts[name], hole.partition("|")[2]) for hole in _holes(name, shown)
        }
    values |= {f"link:{name}": letter.links[name][code] for name in changed.links}
    for *places, key in changed.contacts:
        contact = letter.contact[places[version == "new"]]
        values[f"contact.{places[1]}.{key}"] = getattr(contact, key)[code]
    for place, person in _signatory_names(changed, version).items():
        if place >= len(document.signatures):  # a post that the pack does not have
            values |= {f"{person}.name": "", f"{person}.title": ""}
            continue
        own, other = document.signatures[place], opened.signatures[place]
        lines = own.title[: len(own.title) - len(other.title) + 1]
        values |= {f"{person}.name": own.name, f"{person}.title": "\n".join(lines)}
    return values


def _holes(name: str, shown: Collection[str]) -> set[str]:
    """The names of the holes that show a fact: in its usual format, and in those in which a text shows it."""
    return {f"{name}|", *(hole for hole in shown if hole.startswith(f"{name}|"))}


def _names_shown(opened: Document) -> set[str]:
    """The names of the holes in a document."""
    return {name for text in strings_of(opened) for name in holes_in(text)}


def _fact_names(changed: ChangedFacts, shown: Collection[str]) -> dict[str, str]:
    """What the report calls the fact of each hole; ``shown`` has the names of the holes in the documents."""
    names = {DATE: "date of the letter"} | {hole: name for name in changed.facts for hole in _holes(name, shown)}
    names |= {f"link:{name}": f"link {name}" for name in changed.links}
    counts = Counter(place for _, place, _ in changed.contacts)
    for _, place, key in changed.contacts:
        own = f"contact{f' {place + 1}' * (len(counts) > 1)}"
        names[f"contact.{place}.{key}"] = own if counts[place] > 1 else f"{own}, {_DETAILS[key]}"
    for _, place in changed.signatories:
        own = f"signatory{f' {place + 1}' * (len(changed.signatories) > 1)}"
        names |= {f"signatory.{place}.name": own, f"signatory.{place}.title": f"{own}, title"}
    return names


def fact_changes(opened: Mapping[str, Opened], compared: Mapping[str, Comparison]) -> tuple[FactChange, ...]:
    """Each fact that changed, with its values and the places where it shows, by language."""
    first = next(iter(compared.values()), None)
    names = {part.new.key: part.new.place for part in first.bare.walk() if part.new} if first else {}
    places = {code: _places(one, names) for code, one in compared.items()}
    used = {DATE, REFERENCE}.union(*(_names_shown(side) for one in opened.values() for side in (one.old, one.new)))
    facts: dict[str, list[str]] = {}
    for name, fact in (item for one in compared.values() for item in one.filling.facts.items()):
        facts.setdefault(fact, []).append(name)
    found = (_fact_change(fact, holes, used, places, compared) for fact, holes in facts.items())
    return tuple(one for one in found if one)


def unshown_facts(old: Letter, new: Letter, languages: Mapping[str, Language]) -> Iterator[FactChange]:
    """The facts and links that only one version has, and that no text of it shows: without a value in the other one.

    Where a text shows it, that text changed.
    """
    for letter, other in ((old, new), (new, old)):
        facts = [name for name in letter.facts if name not in other.facts]
        links = [name for name in letter.links if name not in other.links]
        shown = {*_shown(letter)} if facts or links else set()
        values = {name: {c: fact_text(one, letter.facts[name], "") for c, one in languages.items()} for name in facts}
        values |= {f"link {name}": {code: letter.links[name][code] for code in languages} for name in links}
        for name, value in values.items():
            if name not in shown:
                nothing = dict.fromkeys(value, "")
                before, after = (value, nothing) if letter is old else (nothing, value)
                yield FactChange(name, before, after, used=False)


def _shown(value: object) -> Iterator[str]:
    """The names of the facts and the links ("link programme") that a part of a letter shows."""
    if isinstance(value, Span):
        yield value.hole.partition("|")[0]
    if isinstance(value, Span | QrCode | Venue | Enclosure):
        yield f"link {value.link}"
    if isinstance(value, tuple | Mapping):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _shown(one)
    elif is_dataclass(value) and not isinstance(value, Place | Span):
        for field in fields(value):
            yield from _shown(getattr(value, field.name))


def _fact_change(
    fact: str,
    holes: Sequence[str],
    used: set[str],
    places: Mapping[str, Mapping[str, tuple[FactPlace, ...]]],
    compared: Mapping[str, Comparison],
) -> FactChange | None:
    """The change of a fact that some holes show; None if it did not change, or could not be read in a version."""
    usual = [REFERENCE] if fact == REFERENCE else [*dict.fromkeys(name for name in holes if not name.partition("|")[2])]
    old = {code: ", ".join(one.filling.old[name] for name in usual) for code, one in compared.items()}
    new = {code: ", ".join(one.filling.new[name] for name in usual) for code, one in compared.items()}
    if _composed(old) == _composed(new) or not all((*old.values(), *new.values())):
        return None
    shown = {code: found[fact] for code, found in places.items() if fact in found}
    settled = any(not one.filling.settled.isdisjoint(usual) for one in compared.values())
    return FactChange(fact, old, new, shown, bool(shown) or bool(used & {*usual, *holes}), settled=settled)


def _places(compared: Comparison, names: Mapping[str, str]) -> dict[str, tuple[FactPlace, ...]]:
    """The places that show each fact in both versions, with other words, by the fact's name; in reading order.

    ``names`` are those of places in the first language, by the keys of the parts.
    """
    filling = compared.filling
    places: dict[str, dict[FactPlace, None]] = {}
    for part in compared.bare.walk():
        if part.old is None or part.new is None:
            continue
        in_old = names_in(part.old)
        for name in names_in(part.new):
            fact = filling.facts.get(name)
            if fact and name in in_old and filling.old[name] != filling.new[name]:
                was = part.old.place if part.old.place != part.new.place else ""
                place = FactPlace(names.get(part.new.key, part.new.place), was, part.old.key, part.new.key)
                places.setdefault(fact, {})[place] = None
    return {fact: tuple(found) for fact, found in places.items()}
