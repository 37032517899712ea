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
from circulars.syntax.nodes import Tree


def wrong_writing(
    letter: Letter, languages: Mapping[str, Language], terms: Sequence[GlossaryTerm] = ()
) -> Iterator[RuleProblem]:
    """The problems of all rules of this family, each with its correction if there is one.

    ``terms`` are those of the folder's term base.
    """
    tree, texts = running_texts(letter, languages)
    source = Source(letter.file, letter.origin.text)
    for text in texts:
        for slip in (*typography(text), *spelling(text)):
            yield _problem(text, slip, tree, source)
    body = letter.places.get("body")
    own = [text for text in texts if body is None or text.node.line > body.line]
    for text, slip in (*late_introductions(own), *different_terms(texts, terms)):
        yield _problem(text, slip, tree, source)


def _problem(text: RunningText, slip: Slip, tree: Tree, source: Source) -> RuleProblem:
    typed = text.typed[slip.start : slip.end]
    place = tree.place_in(text.node, text.typed, slip.start, typed)
    about = (text.language.code, slip.words, text.typed)
    correction = None
    if slip.right != typed:
        correction = WordFix(text.path, text.typed, slip.start, slip.end, slip.right, slip.is_certain)
    found = Discrepancy(slip.code, slip.message, slip.hint, about)
    return source.problem_at(place, found, text.ranges, correction)
