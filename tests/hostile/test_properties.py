"""Any text comes out as it went in, and any bytes are a letter or a problem; ``HYPOTHESIS_PROFILE=long`` tries more."""

from __future__ import annotations

import functools
import json
import os
import re
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from circulars.build import Order, build
from circulars.errors import CircularsError, LetterError, MachineError
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace
from conftest import LETTERS, ROOT
from fuzz import TARGETS
from hostile.mutations import mutated
from hostile.test_text import letter_of, squeezed, words_of

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SEEDS = (*(file.read_bytes() for file in LETTERS), letter_of("x"))
FOUND = sorted((Path(__file__).parent / "found").glob("*-*"))
REFUSED = (
    "control-character", "bidi-control", "lost-character", "empty-text", "wrong-field", "unclosed-field", "too-long",
    "undefined-field", "undefined-link", "undefined-id", "wrong-link", "deceptive-link", "empty-link", "wrong-type",
    "not-a-number", "ambiguous-link", "field-in-a-name", "wrong-language", "too-many", "lost-text", "not-a-date",
)  # fmt: skip

# Signs of several code points, what runs from right to left, and what XML and templates give a meaning.
SCRIPTS = st.sampled_from(
    [
        *(
            "e\u0301",
            "\u1100\u1161\u11a8",
            "\u0915\u094d\u0937",
            "\u05e9\u05dc\u05d5\u05dd",
            "\u0645\u0631\u062d\u0628",
        ),
        *("\u4e2d\u6587", "\U0001f468\u200d\U0001f469", "\U0001f1e8\U0001f1ed", "\u0e01\u0e33", "\u2011", "\u00ad"),
        *("\ufb01", "\u1e9e", "\u0130", "\U00010348", "\u2067", "\u2069", "\u200e", "&amp;", "]]>", "%s", "\t", "**"),
        *"<>&*[]()\\'\"=+@#:-?!|$\u00a0",
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cn", "Co")), min_size=1, max_size=30),
    st.lists(SCRIPTS, min_size=1, max_size=8).map("".join),
)


def bounded(examples: int) -> settings:
    """As many examples as the tests have time for, the same each time."""
    return settings(
        max_examples=examples * (50 if LONG else 1), deadline=None, derandomize=not LONG, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )  # fmt: skip


def plain(text: str) -> str:
    """A text without what Word, PDF and their readers have no sign for: white space and directions.

    A PDF says a letter with its accent as one character or as two.
    """
    kept = "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", squeezed(kept))


def spoken(text: str) -> tuple[str, bytes]:
    """A text between two letters, and a letter that says it in every field; where marks are, they are escaped."""
    words = re.sub("[{}]", "", f"a{text}b")
    return words, letter_of(words, re.sub(r"([*\[\]<>\\{}])", r"\\\1", words))


def written(text: str, format: str, reader: Callable[[str, bytes], str] = words_of) -> tuple[str, str]:
    """The text, and all words of a letter that says it everywhere; both empty when the letter is refused."""
    words, data = spoken(text)
    try:
        letter = parse_letter(data, "letter.yaml", "letter", ROOT)
        (output,) = build(letter, Workspace(ROOT), Order(formats=(format,)))
    except (LetterError, MachineError) as error:
        assert {problem.code for problem in error.problems} <= {*REFUSED, "missing-glyph"}
        return "", ""
    return plain(words), plain(reader(output.format, output.data))


@bounded(60)
@given(TEXTS)
@example("&amp; 7*7 <w:t> & \u202f]]>")
def test_any_text_in_any_field_comes_out_of_word(text: str) -> None:
    """Subject, contact, facts, paragraphs, items, tables, names, lists, annexes: a reader of XML finds it 17 times."""
    words, found = written(text, "docx")

    assert not words or found.count(words) >= 17


@bounded(10)
@given(TEXTS)
def test_any_text_in_any_field_comes_out_of_pdf(text: str) -> None:
    """Readers find each character as often, or the letter is refused: no installed font may have a sign for it."""
    words, found = written(text, "pdf", pdf_words)

    for sign in set(words):
        # What runs from right to left stands in a PDF in the order of the page: the letters are counted.
        assert found.count(sign) >= 17


def pdf_words(format: str, data: bytes) -> str:
    """What pdfium finds; and poppler of signs that are drawn as pictures, which pdfium leaves out at times."""
    said = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    drawn = [sign for sign in said if unicodedata.category(sign) == "So"]
    return "".join(sign for sign in words_of(format, data) if unicodedata.category(sign) != "So") + "".join(drawn)


def test_most_texts_are_not_refused() -> None:
    """What the tests above try is a letter more often than a problem: else they would show nothing."""
    tried: list[bool] = []

    @bounded(60)
    @given(TEXTS)
    def gather(text: str) -> None:
        tried.append(bool(written(text, "docx")[0]))

    gather()

    assert sum(tried) > len(tried) / 2


@bounded(150)
@given(mutated(SEEDS))
def test_any_bytes_are_a_letter_or_a_problem(data: bytes) -> None:
    """However a letter is spoilt, it is read and written, or told: nothing else is raised."""
    try:
        letter = parse_letter(data, "letter.yaml", "letter", ROOT / "letters")
        for _ in build(letter, Workspace(ROOT), Order(formats=("txt", "html", "docx"))):
            pass
    except CircularsError as error:
        assert error.problems
        assert all(problem.message for problem in error.problems)


@functools.cache
def spoilt(count: int) -> tuple[str, ...]:
    """Some spoilt letters, the same each time."""
    found: list[str] = []

    @bounded(count)
    @given(mutated(SEEDS, most=10))
    def gather(data: bytes) -> None:
        found.append(data.hex())

    gather()
    return tuple(found)


MEASURED = """
import json, resource, sys, time
from pathlib import Path
from circulars.build import Order, build
from circulars.workspace import Workspace
from circulars.errors import CircularsError
from circulars.source.letters import parse_letter
root, slowest = Path(sys.argv[1]), 0.0
for line in json.load(sys.stdin):
    start = time.process_time()
    try:
        letter = parse_letter(bytes.fromhex(line), "letter.yaml", "letter", root / "letters")
        for _ in build(letter, Workspace(root), Order(formats=("txt", "html", "docx", "pdf"))):
            pass
    except CircularsError:
        pass
    slowest = max(slowest, time.process_time() - start)
print(json.dumps([slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def test_no_spoilt_letter_takes_long_or_much() -> None:
    """In a process of its own that may not have more, none takes 5 seconds of the processor, or 500 MB."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (120, 120))

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(ROOT)],
        input=json.dumps(spoilt(20)),
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=limit,
    )
    slowest, megabytes = json.loads(done.stdout)

    assert slowest < 5
    assert megabytes < 500


@pytest.mark.parametrize("found", FOUND, ids=lambda path: path.name)
def test_what_was_found_once_is_mended(found: Path) -> None:
    """Each input that once broke the program is a problem now, or works; its name begins with its target's."""
    TARGETS[found.name.partition("-")[0]](found.read_bytes())


def test_every_target_of_the_search_can_be_run() -> None:
    """The search begins with inputs that are known to work."""
    import fuzz

    for name, target in TARGETS.items():
        target(fuzz.seeds(name)[0])
