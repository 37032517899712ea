"""Settles the lists of addressees, the postal block and the salutation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from circulars.compose.draft import Draft
from circulars.compose.texts import settled
from circulars.errors import Problem, did_you_mean
from circulars.model.addressee import BLOCK, SALUTATION
from circulars.model.document import AddressList, LabelledList
from circulars.model.letter import Letter, PlacedName, Prose
from circulars.model.text import Item, Span, Spans, joined, plain
from circulars.pack import Pack


def addressee_lists(draft: Draft) -> Iterator[AddressList]:
    """The lists "to" and "copy": those in the letter, or else the usual ones of its kind."""
    for name, given, usual in (("to", draft.source.to, draft.kind.to), ("copy", draft.source.copy, draft.kind.copy)):
        listed = given if given is not None else tuple(PlacedName(item, draft.source.kind.where) for item in usual)
        if listed:
            entries = _entries(draft, listed, "" if draft.kind.layout == "title" else "–")
            label = draft.label(name)
            yield AddressList("" if says_itself(plain(entries[0].spans), label) else label, entries)


def doubts(letter: Letter, pack: Pack) -> Iterator[Problem]:
    """A warning if a letter that names its addressees also gets the usual copies of its kind."""
    usual = pack.kinds[letter.kind.name].copy if letter.kind.name in pack.kinds else ()
    if letter.to is not None and letter.copy is None and usual:
        fact = f"this letter names its addressees, and goes to the usual copies as well: {', '.join(usual)}"
        hint = "if that is not meant, add 'copy: false'; otherwise name the lists under 'copy:'"
        yield Problem(letter.places.get("to", letter.kind.where), "usual-copies", fact, hint)


def distribution(draft: Draft) -> LabelledList | None:
    """The distribution list at the end of the letter, if it has one."""
    listed = draft.source.distribution
    return LabelledList(draft.label("distribution"), _entries(draft, listed, "–")) if listed else None


def addressee_block(draft: Draft) -> Spans:
    """The hole for the addressee's postal block; empty if the letter has none."""
    wanted = draft.addressed and draft.source.addressee_block and draft.pack.addressee_block != "none"
    return (Span("", hole=BLOCK),) if wanted else ()


def salutation(draft: Draft) -> Spans:
    """The letter's own salutation, a hole for the addressee's, or the usual one of the kind of letter."""
    given = draft.source.salutation
    if given and (own := given.get(draft.language.code)):
        return (Span(own),)
    if given is False or not draft.kind.salutation:
        return ()
    if draft.addressed:
        return (Span("", hole=f"{SALUTATION}|{draft.source.kind.name}"),)
    return (Span(usual),) if (usual := draft.kind_words.salutation) else ()


def _entries(draft: Draft, listed: tuple[PlacedName | Prose, ...], label: str) -> tuple[Item, ...]:
    """The entries of a list. If the kind says so, all but the last get the language's "entry-end" (";")."""
    end = Span(draft.language.labels["entry-end"])
    *spans, last = (_entry(draft, entry) for entry in listed)
    if draft.kind.entry_end:
        spans = [entry if has_end(plain(entry)) else joined((*entry, end)) for entry in spans]
    return tuple(Item(label, entry) for entry in (*spans, last))


def has_end(entry: str) -> bool:
    """Whether an entry of a list ends with punctuation, or with a conjunction after a semicolon ("…; and")."""
    text = entry.rstrip()
    return bool(text) and (
        unicodedata.category(text[-1]) in ("Po", "Pd") or re.search(r"[;؛；]\s*\w+$", text) is not None
    )


def says_itself(entry: str, label: str) -> bool:
    """Whether the first entry of a list begins with the word of its label, so that it need not be said twice."""
    word = label.strip().rstrip(":：").rstrip()
    following = entry.strip()[len(word) :][:1]
    # Chinese has no spaces between words.
    is_whole = not following.isalnum() or "\u4e00" <= following <= "\u9fff"
    return bool(word) and entry.strip().casefold().startswith(word.casefold()) and is_whole


def _entry(draft: Draft, entry: PlacedName | Prose) -> Spans:
    """The text of one entry: the pack's words for a named list, or the letter's own text."""
    if not isinstance(entry, PlacedName):
        return settled(draft, entry[draft.language.code])
    if entry.name not in draft.words.lists:
        known = draft.words.lists
        draft.problem(
            entry.where,
            "unknown-list",
            f"the pack '{draft.pack.name}' has no list '{entry.name}'",
            did_you_mean(entry.name, known, "its lists: " + ", ".join(known)),
        )
    return (Span(draft.words.lists.get(entry.name, entry.name)),)
