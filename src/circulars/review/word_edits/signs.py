"""The characters of an edited file's paragraphs with their looks, and the words that they are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from circulars.review.word_edits.accepted import AcceptedParagraph
from circulars.review.word_edits.edited import EditedRun

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class RunSign:
    """A character of a paragraph, with its look."""

    text: str
    run: EditedRun


def signs_of(paragraph: AcceptedParagraph) -> list[RunSign]:
    """The characters of a paragraph."""
    return [RunSign(character, run) for run in paragraph.runs for character in run.text]


def tokens_of(signs: Sequence[RunSign]) -> list[str]:
    """The words, spaces and other signs of a text, which are compared with those of another; a field is one of them."""
    found: list[str] = []
    for (field, _), group in itertools.groupby(
        signs, key=lambda sign: (sign.run.field, sign.run.field and sign.run.link)
    ):
        text = "".join(sign.text for sign in group)
        found += [text] if field else _TOKEN.findall(text)
    return found


def starts_of(tokens: Sequence[str]) -> list[int]:
    """Where each token begins, and where the last one ends."""
    found = [0]
    for token in tokens:
        found.append(found[-1] + len(token))
    return found
