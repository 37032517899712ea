"""Settles the lists of addressees and the postal block."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from circulars.compose.contacts import labelled
from circulars.compose.draft import Draft
from circulars.compose.texts import settled
from circulars.compose.typed_labels import without_dash
from circulars.errors import Problem, did_you_mean, nearest
from circulars.model.addressee import BLOCK
from circulars.model.document import AddressList, LabelledList
from circulars.model.letter import AddresseeEntry, AddresseeGroup, Letter, NamedAddressee, PlacedName, Prose, Sentence
from circulars.model.text import Item, Span, Spans, joined, plain
from circulars.pack import Pack
from circulars.pack_words import ListName

_DASH: Final = "–"
_SAME_NAME: Final = 0.9
"""How similar words must be to the name of a list, so that it is meant: "member states"."""
_ADDRESS_LINES: Final = 3
"""A text of so many lines is somebody's address, and no entry of a list."""


def addressee_lists(draft: Draft) -> Iterator[AddressList]:
    """The lists "to" and "copy": those in the letter, or else the usual ones of its kind; between them, "attention".

    The list "copy" may be at the end of the letter instead.
    """
    to = tuple(_list(draft, "to", draft.source.to, draft.kind.to))
    yield from to
    if draft.source.attention:
        attention = NamedAddressee(attention=draft.source.attention)
        yield AddressList("", (Item("", _address(draft, attention)),), part=bool(to))
    if not _copies_are_last(draft):
        yield from _list(draft, "copy", draft.source.copy, draft.kind.copy)


def copies(draft: Draft) -> tuple[AddressList, ...]:
    """The list "copy", if it is at the end of the letter."""
    return tuple(_list(draft, "copy", draft.source.copy, draft.kind.copy)) if _copies_are_last(draft) else ()


def _copies_are_last(draft: Draft) -> bool:
    return (draft.source.copy_at or draft.kind.copy_at) == "end"


def _list(
    draft: Draft, name: str, given: Sequence[AddresseeEntry | AddresseeGroup] | None, usual: Sequence[str]
) -> Iterator[AddressList]:
    """The addressees under a label, if there are any; without ``given`` they are the ``usual`` ones."""
    listed = given if given is not None else [PlacedName(item, draft.source.kind.where) for item in usual]
    if listed:
        label = draft.label(name) or _usual_label(draft, name, listed[0])
        opens = name == "copy" or not label or _opens(draft, listed[0], label)
        lists = tuple(_lists(draft, listed, opens))
        is_said = (opens and name == "to") or (
            not lists[0].label and _says(draft, plain(lists[0].entries[0].spans), label)
        )
        yield from _under_label("" if is_said else label, lists)


def _usual_label(draft: Draft, name: str, first: AddresseeEntry | AddresseeGroup) -> str:
    """The language's label where the kind has none, before a list that does not say itself to whom a letter goes."""
    known = draft.words.lists.get(first.name) if isinstance(first, PlacedName) and name == "to" else None
    if known is None or known.to or "to" in draft.source.labels:
        return ""
    label = draft.language.labels["to"].text
    return "" if _says(draft, known.plain, label) else label


def _opens(draft: Draft, first: AddresseeEntry | AddresseeGroup, label: str) -> bool:
    """Whether the first addressee of a letter says to whom it goes, so that no label need do it."""
    if isinstance(first, PlacedName):
        known = draft.words.lists.get(first.name)
        return bool(known and known.to) or bool(known and _says(draft, known.plain, label))
    return isinstance(first, Mapping) and _says(draft, plain(first.get(draft.language.code, ())), label)


def usual_copies(letter: Letter, pack: Pack) -> Iterator[Problem]:
    """A warning if a letter that names its addressees also gets the usual copies of its kind."""
    usual = pack.kinds[letter.kind.name].copy if letter.kind.name in pack.kinds else ()
    if letter.to is not None and letter.copy is None and usual:
        fact = f"this letter names its addressees, and goes to the usual copies as well: {', '.join(usual)}"
        hint = "if that is not meant, add 'copy: false'; otherwise name the lists under 'copy:'"
        yield Problem(letter.places.get("to", letter.kind.where), "usual-copies", fact, hint)


def distribution(draft: Draft) -> LabelledList | None:
    """The distribution list at the end of the letter, if it has one."""
    listed = draft.source.distribution
    return LabelledList(draft.label("distribution"), _entries(draft, listed, _DASH, opens=False)) if listed else None


def addressee_block(draft: Draft) -> Spans:
    """The hole for the addressee's postal block; empty if the letter has none."""
    wanted = draft.addressed and draft.source.addressee_block and draft.pack.addressee_block != "none"
    return (Span("", hole=BLOCK),) if wanted else ()


def _under_label(label: str, lists: tuple[AddressList, ...]) -> Iterator[AddressList]:
    """The lists with the label over them; a group has a label of its own."""
    first, *others = lists
    if first.label:
        yield from (AddressList(label, ()),) if label else ()
        yield replace(first, part=bool(label))
    else:
        yield replace(first, label=label)
    yield from (replace(other, part=True) for other in others)


def _lists(draft: Draft, listed: Iterable[AddresseeEntry | AddresseeGroup], opens: bool) -> Iterator[AddressList]:
    """The addressees as lists: neighbours that are texts or lists of the pack, each address, each sentence, each group.

    Only a group has a label. ``opens`` says that the names of lists say to whom the letter goes.
    """
    code = draft.language.code
    dash = _DASH if draft.kind.entry_dash else ""
    for kind, found in itertools.groupby(listed, _kind_of_entry):
        entries = tuple(found)
        if kind == "listed":
            yield AddressList("", _entries(draft, cast("tuple[PlacedName | Prose, ...]", entries), dash, opens))
            continue
        for entry in entries:
            if isinstance(entry, NamedAddressee):
                yield AddressList("", (Item("", _address(draft, entry)),))
            elif isinstance(entry, Sentence):
                yield AddressList("", (Item("", settled(draft, entry.text[code])),))
            elif isinstance(entry, Mapping):
                yield AddressList("", (Item("", settled(draft, entry[code])),))
            elif isinstance(entry, PlacedName):  # it is listed
                raise AssertionError(entry)
            else:
                yield from _under_label(entry.label[code], tuple(_lists(draft, entry.entries, opens=False)))


def _kind_of_entry(entry: AddresseeEntry | AddresseeGroup) -> str:
    if isinstance(entry, Mapping):
        is_address = any(plain(text).count("\n") + 1 >= _ADDRESS_LINES for text in entry.values())
        return "single" if is_address else "listed"
    return "listed" if isinstance(entry, PlacedName) else "single"


def _address(draft: Draft, addressee: NamedAddressee) -> Spans:
    """The lines of an address, and below them to whose attention the letter goes."""
    code = draft.language.code
    lines = [settled(draft, line[code]) for line in addressee.lines]
    if addressee.attention:
        lines.append(labelled(draft, draft.label("attention"), settled(draft, addressee.attention[code])))
    return joined(span for place, line in enumerate(lines) for span in ((Span("\n"),) if place else ()) + line)


def _entries(draft: Draft, listed: tuple[PlacedName | Prose, ...], label: str, opens: bool) -> tuple[Item, ...]:
    """The entries of a list, each with the label; an entry that was typed with a dash has one, and not a second.

    If the kind says so, all but the last get the language's "entry-end" (";"), unless they end with a conjunction.
    """
    end = Span(draft.language.labels["entry-end"].text)
    *spans, last = (_entry(draft, entry, opens) for entry in listed)
    if draft.kind.entry_end:
        spans = [
            entry if has_end(plain(entry), draft.language.conjunctions) else joined((*entry, end)) for entry in spans
        ]
    return tuple(_item(entry, label) for entry in (*spans, last))


def _item(entry: Spans, label: str) -> Item:
    rest = without_dash(entry)
    return Item(label if rest == entry else _DASH, rest, is_filled=any(span.hole for span in entry))


def has_end(entry: str, conjunctions: Sequence[str] = ()) -> bool:
    """Whether an entry ends with punctuation, with a word after a semicolon ("…; and"), or with a conjunction."""
    text = entry.rstrip()
    return bool(text) and (
        unicodedata.category(text[-1]) in ("Po", "Pd")
        or re.search(r"[;؛；]\s*\w+$", text) is not None
        or any(_ends_with(text, word) for word in conjunctions)
    )


def _ends_with(text: str, word: str) -> bool:
    """Whether a text ends with a word. Chinese has no spaces between words."""
    is_whole = not text[: -len(word)][-1:].isalnum() or "\u4e00" <= word[0] <= "\u9fff"
    return text.endswith(word) and is_whole


def _says(draft: Draft, entry: str, label: str) -> bool:
    """Whether an addressee begins with the word of its label, or with one that says the same ("Al Director")."""
    known = draft.language.to_words
    return any(says_itself(entry, word) for word in (known if _word(label) in known else (label,)))


def _word(label: str) -> str:
    return label.strip().rstrip(":：").rstrip().casefold()


def says_itself(entry: str, label: str) -> bool:
    """Whether the first entry of a list begins with the word of its label, so that it need not be said twice."""
    word = _word(label)
    following = entry.strip()[len(word) :][:1]
    # Chinese has no spaces between words.
    is_whole = not following.isalnum() or "\u4e00" <= following <= "\u9fff"
    return bool(word) and entry.strip().casefold().startswith(word.casefold()) and is_whole


def _entry(draft: Draft, entry: PlacedName | Prose, opens: bool) -> Spans:
    """The text of one entry: the pack's words for a named list, or the letter's own text."""
    if not isinstance(entry, PlacedName):
        return settled(draft, entry[draft.language.code])
    known = draft.words.lists
    if " " in entry.name and not nearest(entry.name.replace(" ", "-"), known, _SAME_NAME):
        return (Span(entry.name),)
    if entry.name not in known:
        listed = f"its lists: {', '.join(known)}"
        if len(draft.source.languages) == 1:
            listed += f"; if these are the words, write {{{draft.language.code}: {entry.name}}}"
        hint = did_you_mean(entry.name.replace(" ", "-"), known, listed)
        draft.problem(entry.where, "unknown-list", f"the pack '{draft.pack.name}' has no list '{entry.name}'", hint)
    name = known.get(entry.name) or ListName(entry.name)
    return (Span(name.to if opens and name.to else name.plain),)
