"""The rules for parts of the letter that texts cite by hand: its annexes and its paragraphs."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from circulars.east_asian import has_unspaced
from circulars.errors import quoted
from circulars.language import Language
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.model.text import Paragraph, Span, plain
from circulars.model.written import WrittenText
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source
from circulars.review.rules.names import any_of

_SIGN: Final = r"(?:\d{1,2}|[A-Z]|[IVX]{1,4})(?!\w|\.\d)"
_SIGNS: Final = re.compile(_SIGN)
_BEFORE: Final = 400
"""The characters before "Annex" in which its sentence is sought."""
_MORE: Final = 60
"""The characters after "Annex" in which its signs may stand: "Annexes 1, 2 and 3"."""


_SENTENCE_END: Final = re.compile(r"[.!?…;](?:\s|$)|[。！？；]")
_SHORT_WORD: Final = r"(?:[^\W\d_]{1,3}['’ \u00a0])?"
"""An article between "see" and "Annex 3"."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A part that a text cites: its sign, what is before and after it, and where it is."""

    sign: str
    typed: str
    before: str
    after: str
    code: str
    where: tuple[int, int]
    of: tuple[tuple[int, int], ...]


def wrong_citations(
    letter: Letter, languages: Mapping[str, Language], documents: Sequence[Document]
) -> Iterator[RuleProblem]:
    """The problems of annexes that no text mentions, of those that are missing, and of paragraphs cited by hand."""
    source = Source(letter.file, letter.origin.text)
    document, texts = documents[0], [*_texts(letter)]
    if letter.annexes:
        yield from _annexes(letter, texts, languages, document, source)
    else:
        yield from _without_annexes(texts, languages, source)
    numbers = {block.number for block in document.body if isinstance(block, Paragraph) and block.number}
    cited = [*_citations(texts, languages, "paragraphs")] if numbers else []
    for one in cited:
        if one.sign in numbers and one.code == cited[0].code and not _is_elsewhere(one, languages):
            fact = f"{quoted(one.typed)} is typed by hand, and stays when paragraphs come or go"
            hint = "give the paragraph an 'id:', and write '{{ ref: ID }}' in place of its number"
            found = Discrepancy("typed-reference", fact, hint, (one.typed, one.after))
            yield source.problem(found, one.where, one.typed, one.of)


def _annexes(
    letter: Letter,
    texts: Sequence[_CitingText],
    languages: Mapping[str, Language],
    document: Document,
    source: Source,
) -> Iterator[RuleProblem]:
    signs = [_SIGNS.search(annex.name.replace(_noun(annex.name), "", 1)) for annex in document.annexes]
    known = [sign[0] if sign else "" for sign in signs]
    cited = [*_citations(texts, languages, "annexes")]
    mentioned = {sign for one in cited for sign in _all_of(one, known)}
    is_any = any(not (one.sign and all(known)) for one in cited)  # "the annex", or the only one
    referred = {*_referred(letter)}
    for annex, settled, sign in zip(letter.annexes, document.annexes, known, strict=True):
        is_named = sign in mentioned or is_any or (annex.id and annex.id in referred)
        if not is_named and not _has_words(settled.name, letter):
            fact = f"no text mentions {settled.name}"
            hint = "mention it in the letter, as '{{ ref: ID }}' with the 'id:' of the annex"
            found = Discrepancy("unmentioned-annex", fact, hint, (settled.name, plain(settled.title)))
            at = source.at(annex.where)
            yield source.problem(found, (at, at + 1))
    for one in cited:
        is_missing = one.sign and one.sign not in known and all(known) and _is_like(one.sign, known)
        if is_missing and one.code == cited[0].code and not _is_elsewhere(one, languages):
            fact = f"the letter has no {one.typed}"
            hint = f"its annexes are {', '.join(annex.name for annex in document.annexes)}"
            found = Discrepancy("missing-annex", fact, hint, (one.typed, one.after))
            yield source.problem(found, one.where, one.typed, one.of)


def _without_annexes(
    texts: Sequence[_CitingText], languages: Mapping[str, Language], source: Source
) -> Iterator[RuleProblem]:
    """A problem for each annex to which a letter without annexes refers, in sentences that name nothing else."""
    for one in _citations(texts, languages, "annexes"):
        if one.sign and not _is_elsewhere(one, languages) and _is_own(one, languages[one.code]):
            fact = f"the letter has no annexes, and so no {one.typed}"
            hint = "add it under 'annexes:', or correct the text"
            found = Discrepancy("missing-annex", fact, hint, (one.typed, one.after))
            yield source.problem(found, one.where, one.typed, one.of)


def _is_own(citation: Citation, language: Language) -> bool:
    """Whether a part is one of this letter, by the word before it, and no number of another text comes before that."""
    referring = "|".join(_bounded(word) for word in language.reading.referring)
    referred = referring and re.search(rf"(?:{referring}){_SHORT_WORD}$", citation.before, re.IGNORECASE)
    if not referred:
        return False
    sentence = _SENTENCE_END.split(citation.before[: referred.start()])[-1]
    return not any(character.isdecimal() for character in sentence)


def _bounded(word: str) -> str:
    return re.escape(word) if has_unspaced(word) else rf"(?<!\w){re.escape(word)}[ \u00a0]"


def _noun(name: str) -> str:
    """The words before the sign of an annex: "Annex " of "Annex A"."""
    return name[: max(name.rfind(" "), name.rfind("\u00a0")) + 1]


def _is_like(sign: str, known: Sequence[str]) -> bool:
    return all(sign.isdecimal() == other.isdecimal() for other in known)


def _is_elsewhere(citation: Citation, languages: Mapping[str, Language]) -> bool:
    """Whether the next word makes the part another document's: "Annex 1 of the Convention"."""
    words = languages[citation.code].reading.elsewhere
    return any(re.match(rf"\W{{0,2}}{re.escape(word)}(?!\w)", citation.after) for word in words)


def _all_of(citation: Citation, known: Sequence[str]) -> Iterator[str]:
    """The signs that a citation names, with those between two of them: "Annexes 1 to 3"."""
    signs = [sign for sign in _SIGNS.findall(citation.sign + citation.after) if sign in known]
    if signs:
        places = [known.index(sign) for sign in signs]
        yield from known[min(places) : max(places) + 1]


@dataclass(frozen=True, slots=True)
class _CitingText:
    """A text of a letter with the words of its paragraphs in each language."""

    written: WrittenText
    paragraphs: Mapping[str, Sequence[str]]


def _texts(letter: Letter) -> Iterator[_CitingText]:
    for text in letter.texts:
        yield _CitingText(text, {code: [_words(spans) for spans in found] for code, found in text.paragraphs.items()})


def _citations(texts: Sequence[_CitingText], languages: Mapping[str, Language], kind: str) -> Iterator[Citation]:
    """The places where texts name annexes or paragraphs, with the sign beside them or without."""
    named = {code: getattr(language.reading, kind) for code, language in languages.items()}
    stems = {code: _stems(words, code, texts) for code, words in named.items()}
    for text in texts if any(stems.values()) else ():
        ranges = text.written.ranges
        for code, paragraphs in text.paragraphs.items():
            reading = languages[code].reading
            for words in paragraphs if stems[code] else ():
                folded = words.casefold()
                if not any(map(folded.__contains__, stems[code])):
                    continue
                for found in _pattern(named[code], reading.prefixes, reading.referring).finditer(words):
                    after = words[found.end() : found.end() + _MORE]
                    sign = found["first"] or found["sign"] or ""
                    before = words[max(found.start() - _BEFORE, 0) : found.start()]
                    yield Citation(sign, found[0].strip(), before, after, code, ranges[code], tuple(ranges.values()))


def _stems(words: Sequence[str], code: str, texts: Sequence[_CitingText]) -> tuple[str, ...]:
    """The beginnings of some words that are in any text of a language, without regard to capitals."""
    every = "\n".join(one for text in texts for one in text.paragraphs.get(code, ())).casefold()
    return tuple(stem for word in words if (stem := word.removesuffix("*").casefold()) in every)


@functools.lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...], prefixes: tuple[str, ...], referring: tuple[str, ...]) -> re.Pattern[str]:
    """An expression for a word with the sign after it, also with prefixes ("الفقرة 6"), or before it ("见第6段").

    The sign is before a word only after words that refer to this letter: "第2号决议第6段" is another text's paragraph.
    """
    joined = rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, prefixes))}){{1,3}}" if prefixes else "(?!)"
    plain, with_prefix = any_of(words), "|".join(re.escape(word) for word in words if not word.endswith("*")) or "(?!)"
    after = rf"(?:{plain}|{joined}(?:{with_prefix})(?![^\W\d_]))[ \u00a0]?(?P<sign>{_SIGN})?"
    unspaced = any_of(word for word in words if has_unspaced(word))
    first = (
        rf"(?:{'|'.join(map(re.escape, referring)) or '(?!)'})第?[ \u00a0]?(?P<first>\d{{1,2}})[ \u00a0]?(?:{unspaced})"
    )
    return re.compile(f"{first}|{after}", re.IGNORECASE)


def _words(spans: Sequence[Span]) -> str:
    return "".join(" \ufffc " if span.hole else span.text for span in spans if not span.note)


def _referred(letter: Letter) -> Iterator[str]:
    """The ids of the parts to which texts refer or link."""
    for text in letter.texts:
        for paragraphs in text.paragraphs.values():
            for span in (span for spans in paragraphs for span in spans):
                yield span.hole.removeprefix("ref:").partition("|")[0] if span.hole.startswith("ref:") else ""
                yield span.link.removeprefix("#") if span.link.startswith("#") else ""


def _has_words(name: str, letter: Letter) -> bool:
    """Whether any text has the whole name of an annex."""
    return any(
        name.casefold() in plain(spans).casefold()
        for text in letter.texts
        for paragraphs in text.paragraphs.values()
        for spans in paragraphs
    )
