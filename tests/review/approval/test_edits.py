"""An approval is void when what is read changes, and only then."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from circulars.api import format_letter
from circulars.model.letter import Letter
from circulars.review.approval.fingerprints import fingerprints
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT
from review.approval.reading import is_read_otherwise, plain_reading
from review.edits import drawn_letter, edited_letter
from review.pair_letters import letter_text

HERE = Workspace(ROOT)
_LINE = re.compile(r"^(?=[a-z])", re.MULTILINE)
Values = dict[str, Any]


def read(text: str) -> Letter:
    """A letter as the program reads its file."""
    return parse_letter(text.encode(), "letters/drawn.yaml", "drawn", ROOT)


def test_an_edit_voids_an_approval_if_it_changes_what_is_read(chance: random.Random) -> None:
    """The plain text for all audiences in a language says whether it does, or the links and headings of the page."""
    changing = 0
    for _ in range(30):
        pair = edited_letter(random.Random(chance.random()), most=1)
        old, new = (read(letter_text(one)) for one in (pair.old, pair.new))
        before, after = fingerprints(old, HERE).words, fingerprints(new, HERE).words
        changed = {code for code in before if before[code] != after.get(code)}

        assert changed == {code for code in before if is_read_otherwise(old, new, HERE, code)}, pair.edits
        changing += bool(changed)

    assert changing >= 12, "most edits should change what is read"


def text_of(letter: Values, quote: str | None = None) -> str:
    """A letter as the text of its file, with each text on a line: where Chinese lines end, there is no space."""
    return letter_text(letter, quote, width=10**6)


def with_comments(chance: random.Random, letter: Values) -> str:
    """Comments and empty lines before keys."""
    return _LINE.sub(lambda _: chance.choice(("# to be checked\n", "\n", "\n# a\n# b\n")), text_of(letter))


def in_another_order(chance: random.Random, letter: Values) -> str:
    """The keys of the letter on other lines."""
    keys = [*letter]
    chance.shuffle(keys)
    return text_of({key: letter[key] for key in keys})


def with_other_ids(chance: random.Random, letter: Values) -> str:
    """Other names for the parts that texts refer to."""
    text = text_of(letter)
    names = {name for name in re.findall(r"\bid: ([a-z][\w-]*)$", text, re.MULTILINE) if text.count(name) < 9}
    for name in sorted(names):
        text = re.sub(
            rf"(?<=id: ){name}$|(?<=\(#){name}(?=\))|(?<=ref:){name}\b|(?<=ref: ){name}\b",
            f"{name}-x",
            text,
            flags=re.M,
        )
    return text


def quoted_otherwise(chance: random.Random, letter: Values) -> str:
    """Other quotation marks."""
    return text_of(letter, quote=chance.choice(("'", '"')))


def with_windows_line_ends(chance: random.Random, letter: Values) -> str:
    """The line ends of another system, and a byte order mark."""
    return "\ufeff" + text_of(letter).replace("\n", "\r\n")


def formatted(chance: random.Random, letter: Values) -> str:
    """The layout of 'circulars fmt'."""
    return format_letter(text_of(letter).encode(), "drawn.yaml", ROOT).new.decode()


def with_more_facts(chance: random.Random, letter: Values) -> str:
    """A fact that no text shows."""
    changed = copy.deepcopy(letter)
    changed.setdefault("facts", {})["never-shown"] = "2030-01-01"
    return text_of(changed)


def with_bold_words(chance: random.Random, letter: Values) -> str:
    """A paragraph in bold type."""
    changed = copy.deepcopy(letter)
    code = str(letter["languages"][0])
    for block in changed["body"]:
        if re.fullmatch(r"[\w ,.]+", block.get(code, "")) and "\n" not in block[code]:
            block[code] = f"**{block[code]}**"
            break
    return text_of(changed)


NEUTRAL: tuple[Callable[[random.Random, Values], str], ...] = (
    with_comments, in_another_order, with_other_ids, quoted_otherwise, with_windows_line_ends, formatted,
    with_more_facts, with_bold_words,
)  # fmt: skip


@pytest.mark.parametrize("change", NEUTRAL)
def test_what_changes_only_the_file_voids_nothing(
    change: Callable[[random.Random, Values], str], chance: random.Random
) -> None:
    """Comments, lines, quotation marks, names of parts, formatting and bold type are not read."""
    for _ in range(4):
        letter = drawn_letter(chance)
        old, new = read(text_of(letter)), read(change(chance, letter))

        assert plain_reading(old, HERE) == plain_reading(new, HERE), "the change is not neutral"
        assert fingerprints(old, HERE).words == fingerprints(new, HERE).words
