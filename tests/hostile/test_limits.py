"""Limits on what a small letter file can expand to."""

from __future__ import annotations

import subprocess
import sys

import pytest

from circulars.build import Order, documents
from circulars.errors import LetterError
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import ROOT

HEAD = "kind: tsb-circular\nnumber: 1\ndate: 2025-01-15\nlanguages: [en]\nsubject: S\n"


def refused(text: str) -> str:
    """The code of a letter's first problem."""
    with pytest.raises(LetterError) as raised:
        letter = parse_letter((HEAD + text).encode(), "letter.yaml", "letter", ROOT)
        list(documents(letter, Workspace(ROOT), Order()))
    assert len(raised.value.problems) <= 102
    return raised.value.problems[0].code


def test_a_fact_cannot_be_repeated_without_limit() -> None:
    """A fact of 19,000 characters in 4,000 places would be 76 million characters."""
    fact = f"facts: {{a: '{'b ' * 9500}'}}\n"

    assert refused(fact + "body:\n" + f"- en: '{'{{ a }} ' * 200}'\n" * 20) == "too-long"


def test_a_text_cannot_be_repeated_by_anchors() -> None:
    """The characters of a repeated text are counted each time."""
    assert refused(f"body:\n- en: &a '{'ab ' * 6000}'\n" + "- en: *a\n" * 1900) == "too-many-values"


@pytest.mark.parametrize(
    "text",
    [
        "body: [{en: a}]\n" + "x: 1\n" * 100_000,
        "body: [{en: a}]\n" + "".join(f"x{n}: !!python/object:os.system 1\n" for n in range(20_000)),
        'body: [{en: "' + "\\x07" * 200_000 + '"}]\n',
        "body:\n" + "- en: a\n  - b\n" * 20_000,
        "body:\n" + "".join(f"- en: &a{n} b\n" for n in range(20_000)),
        "body:\n" + "".join(f"- {{x{n}: 1}}\n" for n in range(1_900)),
    ],
    ids=["keys", "tags", "escapes", "dashes", "anchors", "fields"],
)
def test_at_most_about_a_hundred_problems_are_reported(text: str) -> None:
    """After a hundred problems, no more are looked for."""
    assert refused(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "*" * 900,
            "**a " * 240,
            "[" * 900,
            "[" * 450 + "]" * 450,
            "[a](" * 240,
            "[a](" + "(" * 900 + "a",
            "{{" * 450,
        ),
        *("{{ " + "a" * 15_000, "<a" * 900, "<" + "a" * 15_000, "\\" * 900, "https://" * 2300, "www." * 4700),
        *("a@" * 9000, "a.a" * 6000 + "@", ("a" * 63 + "@" + "b." * 9) * 200, "a@" + "a." * 9000, "a@" + "-" * 18_000),
        *(
            f"[{words}](https://a.example/)"
            for words in ("a" * 18_000, "a.-" * 6000, "a.example/..." * 1300, "1 " * 9000)
        ),
        *("a\n" * 900, " " * 18_000 + "a", "a" + " " * 18_000 + "\nb", "https://a" + ")" * 18_000),
    ],
    ids=lambda text: text[:8].strip(),
)
def test_no_text_makes_the_reader_search_for_ever(text: str) -> None:
    """Marks, brackets and addresses that are never closed are read, or reported, like others."""
    quoted = text.replace("'", "''")
    try:
        parse_letter(f"{HEAD}body:\n- en: '{quoted}'\n".encode() * 1, "letter.yaml", "letter", ROOT)
    except LetterError as error:
        assert error.problems


IN_KHITAN = """
import resource, sys
from pathlib import Path
from circulars.build import Order, build
from circulars.errors import MachineError
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace

root = Path(sys.argv[1])
text = chr(0x18B00)
letter = parse_letter(sys.stdin.buffer.read().replace(b"TEXT", text.encode()), "letter.yaml", "letter", root)
workspace = Workspace(root)
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
try:
    list(build(letter, workspace, Order(formats=("pdf",))))
except MachineError as error:
    print([problem.code for problem in error.problems])
"""


def test_a_character_that_no_font_shows_takes_no_memory() -> None:
    """A letter in the Khitan script is refused before a font is reduced to its used glyphs, which would take 11 GB."""
    letter = HEAD + "body:\n- en: TEXT\n"

    done = subprocess.run(
        [sys.executable, "-c", IN_KHITAN, str(ROOT)], input=letter, capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("['missing-glyph']\n", "")
