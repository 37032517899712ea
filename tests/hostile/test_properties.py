"""Properties: any text is unchanged in the output, and any bytes are a letter or a problem.

``HYPOTHESIS_PROFILE=long`` tries fifty times as many examples.
"""

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

# Characters of several code points, right-to-left text, and text with a meaning in XML or templates.
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
    """Settings for a number of examples, which are the same in each run."""
    return settings(
        max_examples=examples * (50 if LONG else 1), deadline=None, derandomize=not LONG, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )  # fmt: skip


def plain(text: str) -> str:
    """A text without white space and control characters, which readers of Word files and PDFs do not return.

    It is normalized, because a PDF may have a letter and its accent as one character or as two.
    """
    kept = "".join(char for char in text if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", squeezed(kept))


def letter_with(text: str) -> tuple[str, bytes]:
    """A text between "a" and "b", and a letter with it in every field, with formatting marks escaped."""
    words = re.sub("[{}]", "", f"a{text}b")
    return words, letter_of(words, re.sub(r"([*\[\]<>\\{}])", r"\\\1", words))


def written(text: str, format: str, reader: Callable[[str, bytes], str] = words_of) -> tuple[str, str]:
    """The text, and all text of a letter that has it in every field; both empty if the letter is refused."""
    words, data = letter_with(text)
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
def test_any_text_in_any_field_is_in_the_word_file(text: str) -> None:
    """Subject, contact, facts, paragraphs, items, tables, names, lists, annexes: a reader finds the text 17 times."""
    words, found = written(text, "docx")

    assert not words or found.count(words) >= 17


@bounded(10)
@given(TEXTS)
def test_any_text_in_any_field_is_in_the_pdf(text: str) -> None:
    """Readers find each character 17 times, unless the letter is refused because no installed font has it."""
    words, found = written(text, "pdf", pdf_words)

    for character in set(words):
        # Characters are counted, because right-to-left text is in the order of the page.
        assert found.count(character) >= 17


def pdf_words(format: str, data: bytes) -> str:
    """The text that pdfium finds, and the text of poppler for characters that pdfium sometimes leaves out."""
    text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    return "".join(c for c in words_of(format, data) if not pdfium_omits(c)) + "".join(filter(pdfium_omits, text))


def pdfium_omits(character: str) -> bool:
    """Whether pdfium sometimes omits a character: a symbol, or one above U+FFFF in a replacement text (ActualText)."""
    return unicodedata.category(character) == "So" or ord(character) > 0xFFFF


def test_most_texts_are_not_refused() -> None:
    """Most texts in the tests above give a letter, not a problem; otherwise the tests would show nothing."""
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
    """A mutated letter is built, or its problems are reported; no other error is raised."""
    try:
        letter = parse_letter(data, "letter.yaml", "letter", ROOT / "letters")
        for _ in build(letter, Workspace(ROOT), Order(formats=("txt", "html", "docx"))):
            pass
    except CircularsError as error:
        assert error.problems
        assert all(problem.message for problem in error.problems)


@functools.cache
def mutated_letters(count: int) -> tuple[str, ...]:
    """Some mutated letters, the same in each run."""
    found: list[str] = []

    @bounded(count)
    @given(mutated(SEEDS, most=10))
    def gather(data: bytes) -> None:
        found.append(data.hex())

    gather()
    return tuple(found)


MEASURED = r"""
import json, re, sys
from pathlib import Path
from circulars.build import Order, build
from circulars.processes import crew
from circulars.workspace import Workspace
from circulars.errors import CircularsError
from circulars.source.letters import parse_letter
root = Path(sys.argv[1])
sys.path.append(str(root / "tests"))
from work import lines_run
crew._own.run = lambda part, function, *arguments, modules=(): function(*arguments)  # here, where lines are counted
def make(data):
    try:
        letter = parse_letter(data, "letter.yaml", "letter", root / "letters")
        for _ in build(letter, Workspace(root), Order(formats=("txt", "html", "docx", "pdf"))):
            pass
    except CircularsError:
        pass
most = max(lines_run(lambda: make(bytes.fromhex(line))) for line in json.load(sys.stdin))
# Unlike resource.getrusage, this is not inherited from the process that started this one.
peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([most, int(peak[1]) / 1024]))
"""


def test_no_mutated_letter_needs_much_work_or_memory() -> None:
    """None runs 30 million lines of Python or needs 500 MB, in a process with 120 seconds of processor time.

    The lines count the work in Python. The process's limit ends endless work in C, such as a regular expression's.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (120, 120))

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(ROOT)],
        input=json.dumps([*mutated_letters(20), SEEDS[-1].hex()]),  # the last is certainly laid out
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=limit,
    )
    most, megabytes = json.loads(done.stdout)

    assert 100_000 < most < 30_000_000
    assert megabytes < 500


@pytest.mark.parametrize("found", FOUND, ids=lambda path: path.name)
def test_faults_that_were_found_are_fixed(found: Path) -> None:
    """Each input that once broke the program works, or is a problem; its name begins with the target's name."""
    TARGETS[found.name.partition("-")[0]](found.read_bytes())


def test_every_target_of_the_search_can_be_run() -> None:
    """Every target of the fuzzer accepts its first seed."""
    import fuzz

    for name, target in TARGETS.items():
        target(fuzz.seeds(name)[0])
