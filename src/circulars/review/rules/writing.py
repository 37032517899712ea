"""The rules for language: how careful people write each of a letter's languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from circulars.language import Language
from circulars.model.letter import Letter
from circulars.review.rules.abbreviations import late_introductions
from circulars.review.rules.findings import Discrepancy, RuleProblem, Source, WordFix
from circulars.review.rules.running_text import RunningText, running_texts
from circulars.review.rules.slips import Slip
from circulars.review.rules.spelling import spelling
from circulars.review.rules.terms import GlossaryTerm, different_terms
from circulars.review.rules.typography import typography


def wrong_writing(
    letter: Letter, languages: Mapping[str, Language], terms: Sequence[GlossaryTerm] = ()
) -> Iterator[RuleProblem]:
    """The problems of all rules of this family, each with its correction if there is one.

    ``terms`` are those of the folder's term base.
    """
    texts = running_texts(letter, languages)
    source = Source(letter.file, letter.origin.text)
    for text in texts:
        for slip in (*typography(text), *spelling(text)):
            yield _problem(text, slip, source)
    body = source.at(letter.places["body"]) if "body" in letter.places else 0
    own = [text for text in texts if text.where[0] > body]
    for text, slip in (*late_introductions(own), *different_terms(texts, terms)):
        yield _problem(text, slip, source)


def _problem(text: RunningText, slip: Slip, source: Source) -> RuleProblem:
    typed = text.typed[slip.start : slip.end]
    about = (text.language.code, slip.words, text.typed)
    fix = None
    if slip.right != typed:
        fix = WordFix(text.where[0], text.typed, slip.start, slip.end, slip.right, slip.is_certain)
    place = source.place_of(text.where, typed, text.typed.count(typed, 0, slip.start) if typed else 0)
    return source.problem_at(place, Discrepancy(slip.code, slip.message, slip.hint, about), text.ranges, fix)
