"""The rule for stale translations: paragraphs that changed in a language since the others were changed or confirmed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path
from typing import Final

from circulars.characters import bare_letters
from circulars.errors import quoted
from circulars.language import language_name
from circulars.model.letter import Letter
from circulars.review.rules.confirmed import ConfirmedTexts, read_record
from circulars.review.rules.earlier import EarlierVersions
from circulars.review.rules.findings import Discrepancy, OutdatedWords, RuleProblem, Source
from circulars.review.rules.wordings import ParagraphWords, matched, wordings

_HINT: Final = "translate the change, or record that the text is still right with 'circulars confirm'"
_SHOWN: Final = 3
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class StaleText:
    """A paragraph whose text in a language is older than that in another one, which had some ``old`` words then.

    Without a history these are not known, and are "".
    """

    wording: ParagraphWords
    language: str
    other: str
    old: str


def stale_translations(
    letter: Letter, path: Path, earlier: EarlierVersions, originals: Set[str] = frozenset()
) -> Iterator[RuleProblem]:
    """A problem for each language of each paragraph that is stale; ``originals`` are those that make others stale."""
    source = Source(letter.file, letter.origin.text)
    for one in stale_texts(letter, path, earlier, originals):
        here, there = f"the {language_name(one.language)} text ({one.language})", language_name(one.other)
        new = one.wording.words[one.other]
        if one.old:
            fact = f"{here} is older than the {there} one, in which {_changes(one.old, new)}"
        else:
            fact = f"{here} was confirmed beside another {there} text than this: {quoted(new)}"
        found = Discrepancy(
            "stale-translation", fact, _HINT, (one.language, one.wording.words[one.language], one.old, new)
        )
        ranges = one.wording.ranges
        problem = source.problem(found, ranges[one.language], one.wording.beginnings[one.language], ranges.values())
        yield replace(problem, outdated=OutdatedWords(one.language, one.other, one.old, new))


def stale_texts(
    letter: Letter, path: Path, earlier: EarlierVersions, originals: Set[str] = frozenset()
) -> Iterator[StaleText]:
    """The texts of a letter in the folder that are stale, in its order, by its record and its history in git.

    Only changes in the ``originals`` make others stale; without any of them, those in each language do.

    Raises:
        LetterError: the record is not one.
    """
    codes = [named.name for named in letter.languages]
    if len(codes) < 2:
        return
    record, text = read_record(path), letter.origin.text
    olds = earlier.of(path, text.encode())
    newest_old = next(olds, None)
    if newest_old is None and not record.entries:  # most letters: nothing is known of them
        return
    for now, history in _versions(text, codes, chain(filter(None, [newest_old]), olds)):
        pending = _pending(history, record, originals)
        for code in (code for code in codes if code in now.words):
            found = [StaleText(now, code, other, old) for other, old in pending.get(code, {}).items()]
            found += _lapsed(now, code, record) if not found else []
            own = originals & now.words.keys()
            found = [one for one in found if one.other in own] if own else found
            yield from sorted(found, key=lambda one: codes.index(one.other))[:1]


def _versions(
    text: str, codes: Sequence[str], olds: Iterable[str]
) -> list[tuple[ParagraphWords, list[ParagraphWords]]]:
    """Each paragraph with its versions, from the oldest on; it is not read further back than it can matter."""
    newest = [*wordings(text, codes)]
    chains: dict[int, list[ParagraphWords]] = {place: [one] for place, one in enumerate(newest)}
    at = {place: place for place in chains}  # the places in the version that was read last
    newer: Sequence[ParagraphWords] = newest
    for old in olds:
        if not at:
            break
        older = wordings(old, codes)
        if not older:
            continue
        found = matched(newer, older)
        at = {place: found[now] for place, now in at.items() if now in found}
        for place, then in [*at.items()]:
            later = chains[place][-1].words
            if older[then].words != later:
                chains[place].append(older[then])
                if all(_is_other(older[then].words.get(code), words) for code, words in later.items()):
                    del at[place]  # all changed together, so nothing before that matters
        newer = older
    return [(newest[place], chain[::-1]) for place, chain in chains.items()]


def _pending(
    history: Sequence[ParagraphWords], record: ConfirmedTexts, originals: Set[str]
) -> dict[str, dict[str, str]]:
    """By language: the languages that changed since, each with its words at that time.

    Where a text changes that was stale, that is the translation. Where one changes that was not, it is new, and the
    texts of the other languages are stale, unless they change together.
    """
    pending: dict[str, dict[str, str]] = {}
    for before, after in pairwise(history):
        changed = {code for code, words in after.words.items() if _is_other(before.words.get(code), words)}
        new = {code for code in changed if code in before.words and not pending.get(code)}
        new &= originals & after.words.keys() or new
        for code in after.words:
            if code in changed:
                pending.pop(code, None)
            else:
                for other in sorted(new):
                    pending.setdefault(code, {}).setdefault(other, before.words[other])
        _settle(pending, after, record)
    return pending


def _is_other(before: str | None, after: str) -> bool:
    """Whether a text has other words, and not only other marks, capitals or accents."""
    return before is None or (before != after and _letters(before) != _letters(after))


def _letters(words: str) -> list[str]:
    return re.findall(r"\w+", bare_letters(words))


def _settle(pending: dict[str, dict[str, str]], now: ParagraphWords, record: ConfirmedTexts) -> None:
    """Removes what was confirmed, and what is again as it was."""
    for code, others in pending.items():
        for other, old in [*others.items()]:
            words = now.words.get(other)
            if (
                words is None
                or not _is_other(old, words)
                or record.holds(code, now.words.get(code, ""), other, words or "")
            ):
                del others[other]


def _lapsed(now: ParagraphWords, language: str, record: ConfirmedTexts) -> list[StaleText]:
    """The languages that are others than those beside which a text was confirmed."""
    entries = record.of(language, now.words[language])
    others = [other for other in now.words if any(other in dict(one.read) for one in entries)]
    return [
        StaleText(now, language, other, "")
        for other in others
        if not record.holds(language, now.words[language], other, now.words[other])
    ]


def _changes(old: str, new: str) -> str:
    """What became of the words of a text: "'14 March' became '21 March'"."""
    before, after = old.split(), new.split()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    hunks = [
        (" ".join(before[i:j]), " ".join(after[m:n])) for kind, i, j, m, n in matcher.get_opcodes() if kind != "equal"
    ]
    shown = [
        f"{quoted(one, _MOST)} became {quoted(other, _MOST)}"
        if one and other
        else (f"{quoted(other, _MOST)} is new" if other else f"{quoted(one, _MOST)} is gone")
        for one, other in hunks[:_SHOWN]
    ]
    return ", ".join(shown) + (" …" if len(hunks) > _SHOWN else "")
