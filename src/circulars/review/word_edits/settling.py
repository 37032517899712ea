"""Brings an edited file's paragraphs to what letters can say: looks, addresses and numbers that no edit is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

from circulars.characters import is_no_letter
from circulars.review.word_edits.accepted import AcceptedParagraph, joined, united
from circulars.review.word_edits.edited import EditedRun
from circulars.review.word_edits.inline import BREAK
from circulars.review.word_edits.pairing import PairedFile
from circulars.review.word_edits.signs import RunSign, signs_of, starts_of, tokens_of
from circulars.syntax.autolinks import autolinks

_SHOWN: Final = 80

FieldKey = tuple[str, str]
"""The name of a field, and the bookmark that it refers to."""


@dataclass(frozen=True, slots=True)
class SettledFile:
    """The paragraphs of an edited file as letters can have them.

    ``listed`` has what was made of words that are still there, by the numbers of paragraphs: how it was before, and
    now. ``unsaid`` has what new words look like that letters cannot say.
    """

    new: tuple[AcceptedParagraph, ...]
    listed: tuple[tuple[int, str, str], ...] = ()
    unsaid: Mapping[int, str] = field(default_factory=dict)


def settled(
    old: Sequence[AcceptedParagraph],
    new: Sequence[AcceptedParagraph],
    pairs: PairedFile,
    results: Mapping[FieldKey, Set[str]] | None = None,
) -> SettledFile:
    """The paragraphs ``new`` without what nobody meant, or what letters cannot have.

    Words that were there keep their looks, a paragraph behind a removed one its style, and an address its spelling.
    A field has its old result where the new one is among ``results``, as programs renew them; without these, always.
    """
    found: list[AcceptedParagraph] = []
    listed: list[tuple[int, str, str]] = []
    unsaid: dict[int, str] = {}
    links = {run.link for one in old for run in one.runs}
    for number, one in enumerate(new):
        before = _before(number, old, pairs)
        place = pairs.olds[number]
        if place is not None and one.style == one.removed_style != old[place].style:
            one = replace(one, style=old[place].style, list_level=old[place].list_level)
        one = _with_results(one, before, results)
        if before and one.runs == before.runs:
            found.append(one)
            continue
        signs, now = signs_of(before) if before else [], [_with_link(sign, links) for sign in signs_of(one)]
        kept = _kept(signs, now)
        now = [*_with_addresses(now, kept)]
        listed += ((number, *change) for change in _changes(signs, now, kept))
        if words := _unsaid(now, kept):
            unsaid[number] = words
        found.append(replace(one, runs=tuple(united(_runs(one, [*_with_usual_looks(signs, now, kept)])))))
    return SettledFile(tuple(found), tuple(listed), unsaid)


def field_results(paragraphs: Sequence[AcceptedParagraph]) -> dict[FieldKey, set[str]]:
    """What each field shows, by its name and what it refers to."""
    found: dict[FieldKey, set[str]] = {}
    for one in paragraphs:
        for key, texts in _by_key(one).items():
            found.setdefault(key, set()).update(texts)
    return found


def results_of(paragraph: AcceptedParagraph) -> list[tuple[FieldKey, str]]:
    """The fields of a paragraph with their results, in order."""
    return [(key, "".join(paragraph.runs[at].text for at in range(*place))) for key, place in _fields(paragraph)]


def _fields(paragraph: AcceptedParagraph) -> Iterator[tuple[FieldKey, tuple[int, int]]]:
    """The fields of a paragraph, with the numbers of their runs."""
    start = 0
    runs = paragraph.runs
    for at in range(1, len(runs) + 1):
        key = runs[start].field, runs[start].link
        if at == len(runs) or (runs[at].field, runs[at].link) != key:
            if key[0]:
                yield key, (start, at)
            start = at


def _before(number: int, old: Sequence[AcceptedParagraph], pairs: PairedFile) -> AcceptedParagraph | None:
    """The paragraph that an edited one was, with those that were merged into it; or that it was split from."""
    place = pairs.olds[number]
    if place is None and number in pairs.split:
        place = pairs.olds[pairs.split[number]]
    return None if place is None else joined((old[place], *(old[one] for one in pairs.merged.get(number, ()))))


def _with_results(
    one: AcceptedParagraph, before: AcceptedParagraph | None, results: Mapping[FieldKey, Set[str]] | None
) -> AcceptedParagraph:
    """A paragraph with the old results of its fields where the new ones were not typed."""
    if before is None:
        return one
    usual, own = _by_key(before), _by_key(one)
    runs = [*one.runs]
    for key, (start, end) in [*_fields(one)][::-1]:
        text = own[key].pop()
        old = usual.get(key, [])
        is_renewed = text not in old and (results is None or text in results.get(key, ()))
        if old and is_renewed:
            runs[start:end] = [replace(runs[start], text=old[min(len(own[key]), len(old) - 1)])]
    return replace(one, runs=tuple(runs))


def _by_key(paragraph: AcceptedParagraph) -> dict[FieldKey, list[str]]:
    """The results of a paragraph's fields, by what they refer to."""
    found: dict[FieldKey, list[str]] = {}
    for key, text in results_of(paragraph):
        found.setdefault(key, []).append(text)
    return found


def _with_link(sign: RunSign, links: Set[str]) -> RunSign:
    """A character whose address is as the letter has it: LibreOffice adds a slash to those of whole sites."""
    link = sign.run.link
    return RunSign(sign.text, replace(sign.run, link=link[:-1])) if link not in links and link[:-1] in links else sign


def _kept(old: Sequence[RunSign], new: Sequence[RunSign]) -> dict[int, int]:
    """The characters that were there, by their numbers in the edited paragraph, with those that they had."""
    olds, news = tokens_of(old), tokens_of(new)
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    starts, firsts = starts_of(olds), starts_of(news)
    return {
        firsts[block.b + step] + at: starts[block.a + step] + at
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
        for at in range(len(news[block.b + step]))
    }


def _with_addresses(signs: Sequence[RunSign], kept: Mapping[int, int]) -> Iterator[RunSign]:
    """The characters with links where an address was typed: a letter makes a link of it."""
    links: dict[int, str] = {}
    for start, address, target in autolinks("".join(sign.text for sign in signs)):
        places = range(start, start + len(address))
        is_typed = not all(at in kept for at in places)
        if is_typed and not any(signs[at].run.link or signs[at].run.field for at in places):
            links |= dict.fromkeys(places, target)
    for at, sign in enumerate(signs):
        yield RunSign(sign.text, replace(sign.run, link=links[at])) if at in links else sign


def _changes(old: Sequence[RunSign], new: Sequence[RunSign], kept: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    """What was made of words that were there: each look that they have no longer, or have now, with the words."""
    for look in dict.fromkeys(look for sign in (*old, *new) for look in sign.run.looks):
        words = ["", ""]
        for at, place in sorted(kept.items()):
            had, has = look in old[place].run.looks, look in new[at].run.looks
            if had != has:
                words[has] += new[at].text
        for is_now, text in enumerate(words):
            if shown := text.strip()[:_SHOWN]:
                yield ("", f"{look}: {shown}") if is_now else (f"{look}: {shown}", "")


def _is_at_end(signs: Sequence[RunSign], at: int) -> bool:
    """Whether only spaces are before or after a character."""
    return all(sign.text.isspace() for sign in signs[:at]) or all(sign.text.isspace() for sign in signs[at:])


def _with_usual_looks(old: Sequence[RunSign], new: Sequence[RunSign], kept: Mapping[int, int]) -> Iterator[RunSign]:
    """The characters, those that were there with the looks that they had; without new spaces at the ends and breaks."""
    text = "".join(sign.text for sign in new)
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    for at, sign in enumerate(new):
        if at in kept:
            yield RunSign(sign.text, replace(sign.run, looks=old[kept[at]].run.looks))
        elif sign.run.looks == (BREAK,) and (text[at - 1 : at].isspace() or text[at + 1 : at + 2].isspace()):
            yield RunSign("", sign.run)
        else:
            is_inside = first <= at < last
            yield RunSign(sign.text * is_inside, replace(sign.run, looks=() if sign.text.isspace() else sign.run.looks))


def _unsaid(signs: Sequence[RunSign], kept: Mapping[int, int]) -> str:
    """The looks of new words that letters cannot say, with the words."""
    found: dict[str, str] = {}
    for at, sign in enumerate(signs):
        if at in kept or (sign.text.isspace() and (sign.text != "\t" or _is_at_end(signs, at))):
            continue
        others = ["tab"] * (sign.text == "\t") + ["a sign without a common meaning"] * is_no_letter(sign.text)
        for look in (*sign.run.looks, *others):
            found[look] = found.get(look, "") + sign.text
    return ", ".join(f"{look}: {words[:_SHOWN]}" for look, words in found.items())


def _runs(paragraph: AcceptedParagraph, signs: Sequence[RunSign]) -> Iterator[EditedRun]:
    """The runs of a paragraph with other characters in the place of its own; runs without text stay."""
    at = 0
    for run in paragraph.runs:
        if not run.text:
            yield run
        own = signs[at : at + len(run.text)]
        at += len(run.text)
        yield from (replace(sign.run, text=sign.text) for sign in own if sign.text)
