"""The languages that a letter is in, found before the rest of it is read."""

from __future__ import annotations

import re

from circulars.errors import Place, Problem, UsageError
from circulars.language import LANGUAGE_CODE, code_hint
from circulars.model.letter import Letter
from circulars.source.letters.head_shapes import LANGUAGES
from circulars.source.letters.report import LetterReport
from circulars.syntax import nodes
from circulars.syntax.shape import UnreadableError


def listed_languages(report: LetterReport) -> dict[str, Place]:
    """The languages that the letter lists, each with its place; empty if 'languages' is missing or wrong."""
    root = report.tree.root
    if not isinstance(root, nodes.Mapping) or "languages" not in root.pairs:
        return {}
    # Problems in the list are reported when the whole letter is read.
    trial = LetterReport(report.tree)
    try:
        return {named.name: named.where for named in LANGUAGES.read(root.pairs["languages"][1], trial)}
    except UnreadableError:
        return {}


def guessed_languages(root: nodes.Mapping) -> tuple[str, ...]:
    """The languages of the subject. With them the rest of a letter that lists no languages can be checked as well."""
    _, subject = root.pairs.get("subject", (None, None))
    codes = subject.pairs if isinstance(subject, nodes.Mapping) else ()
    return tuple(code for code in codes if re.fullmatch(LANGUAGE_CODE, code))


def no_such_language(letter: Letter, code: str) -> UsageError:
    """The error for a language that a letter does not have."""
    own = tuple(named.name for named in letter.languages)
    hint = code_hint(code, own, f"it is in {', '.join(own)}")
    return UsageError(Problem(Place(), "no-such-language", f"{letter.file} is not in the language '{code}'", hint))
