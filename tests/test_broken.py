"""Broken letters, each with exactly the problems reported; renew with ``python tests/test_broken.py``, then read."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars.build import check_files
from circulars.errors import LetterError, Problem
from circulars.source.letters.reading import parse_letter
from circulars.workspace import Workspace

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(BROKEN.glob("*.yaml"))

# Every code of problems that reading, composing with the pack "itu", or checking several letters can report.
CODES = re.findall(
    r"\S+",
    """
    ambiguous-link backward-range bad-picture bidi-control binary-file control-character deceptive-link duplicate-id
    duplicate-key duplicate-language empty-file empty-link empty-list empty-text endless-anchor key-not-text
    lost-character lost-text merge-key missing-field missing-language missing-picture not-a-date not-a-letter
    not-a-number not-a-time not-indented not-true-or-false not-utf-8 not-words outside-folder same-reference
    skipped-level stray-dash too-deep too-long too-many-values two-documents two-lists two-parts unclosed-field
    undefined-field undefined-id undefined-link uneven-row unknown-anchor unknown-field unknown-format unknown-kind
    unknown-language unknown-list unknown-name unknown-pack unknown-signatory unnumbered-reference unreachable-link
    unshown-field unused-anchor wrong-email wrong-field wrong-language wrong-link wrong-name wrong-type
    yaml-syntax yaml-tag
""",
)

GOOD = """\
kind: tsb-circular
number: 213
date: 2024-07-12
languages: [en, es]
subject: {en: Eighth meeting, es: Octava reunión}
body:
"""


def problems(case: Path) -> list[Problem]:
    """The problems that checking reports for a case; a file of the same name in ``beside/`` is checked before it."""
    first = BROKEN / "beside" / case.name
    sources = [first, case] if first.is_file() else [case]
    return [problem for built in check_files(sources, Workspace(BROKEN)) for problem in built.problems]


def printed(case: Path) -> str:
    """The problems of a case as they are printed."""
    return "".join(f"{problem}\n" for problem in problems(case))


def refused(data: str | bytes) -> tuple[Problem, ...]:
    """The problems of a file that cannot be read; finding them takes 15 seconds of CPU time at most."""
    start = time.process_time()
    with pytest.raises(LetterError) as raised:
        parse_letter(data if isinstance(data, bytes) else data.encode(), "letter.yaml", "letter", BROKEN)
    assert time.process_time() - start < 15
    return raised.value.problems


def seconds_to_refuse(*files: str) -> list[float]:
    """The CPU time that it takes to refuse each file: the least of three in turn, for others may use the machine."""
    taken: list[list[float]] = [[] for _ in files]
    for _ in range(3):
        for data, times in zip(files, taken, strict=True):
            start = time.process_time()
            assert refused(data)
            times.append(time.process_time() - start)
    return [min(times) for times in taken]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_letter_has_exactly_the_expected_problems(case: Path) -> None:
    """Checking a broken letter prints the text beside it, character for character."""
    expected = case.with_suffix(".txt")

    assert printed(case) == expected.read_text("utf-8"), "if the new words are better: python tests/test_broken.py"


def test_every_broken_letter_has_its_expected_problems_beside_it() -> None:
    """There is one ``.txt`` file for each ``.yaml`` file."""
    letters = {case.stem for case in CASES}
    expected = {file.stem for file in BROKEN.glob("*.txt")}

    assert letters == expected
    assert len(letters) >= 90


def test_every_code_has_a_broken_letter() -> None:
    """The codes of all cases are exactly those listed."""
    seen = {problem.code for case in CASES for problem in problems(case)}

    assert seen == set(CODES)


def test_every_problem_has_a_place_a_fact_and_a_remedy() -> None:
    """Each problem of each case has a file, a line and a column, a message, and a hint."""
    whole_files = {"binary-file", "not-utf-8"}
    lacking = [
        problem
        for case in CASES
        for problem in problems(case)
        if not (problem.message and problem.hint and problem.where.file)
        or not (problem.where.column or problem.code in whole_files)
    ]

    assert lacking == []


def test_every_place_is_in_its_file() -> None:
    """Each line of a place exists in the file, and each column is in the line or just after its end."""
    outside = []
    for case in CASES:
        lines = case.read_bytes().decode("utf-8-sig", "replace").split("\n")
        for where in {problem.where for problem in problems(case)}:
            if where.line and not (where.line <= len(lines) and where.column <= len(lines[where.line - 1]) + 1):
                outside.append(where)

    assert outside == []


def test_one_mistake_is_reported_once() -> None:
    """No two problems of a case have the same place, except for several missing keys."""
    for case in CASES:
        places = Counter(problem.where for problem in problems(case) if problem.code != "missing-field")

        assert max(places.values(), default=0) <= 1, case.stem


@pytest.mark.parametrize(
    ("case", "least"),
    [("many-problems", 14), ("many-problems-in-the-body", 17), ("many-problems-of-the-pack", 5), ("wrong-types", 15)],
)
def test_the_problems_of_a_file_are_reported_together(case: str, least: int) -> None:
    """All mistakes of a letter are reported at once, in the order of its lines."""
    found = problems(BROKEN / f"{case}.yaml")

    assert len(found) >= least
    assert found == sorted(found)


def test_messages_have_no_programmers_words() -> None:
    """Messages speak of text, lists and keys, not of scalars, mappings, tokens or exceptions."""
    jargon = re.compile(
        r"(?<!\.)\b(scalar|mapping|sequence|token|parser|exception|None|str|int|dict|regex|pattern|node)\b"
    )

    assert [line for case in CASES for line in printed(case).splitlines() if jargon.search(line)] == []


def test_a_file_of_five_mebibytes_is_refused_unread() -> None:
    """A letter's file may have at most 1 MiB."""
    (problem,) = refused(b"# " + b"a" * (5 * 1024 * 1024))

    assert problem.code == "too-large"
    assert problem.message == "the file is larger than the limit of 1 MiB (1,048,576 bytes)"


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "a: {", "[{"])
def test_endless_brackets_do_not_crash_the_process(opening: str) -> None:
    """200,000 levels of nesting are one problem, at the first line that is nested too deep."""
    (problem,) = refused("body: " + "\n" * opening.endswith(" ") + opening * 200_000)

    assert problem.code in ("too-deep", "yaml-syntax", "key-not-text")
    assert problem.where.line <= 2


def test_endless_indentation_does_not_crash_the_process() -> None:
    """Thousands of keys, each indented more than the one above, are one problem."""
    (problem,) = refused("\n".join(" " * level + "a:" for level in range(1200)))

    assert (problem.code, problem.where.line) == ("too-deep", 21)


def test_anchors_that_expand_to_too_many_values_are_refused() -> None:
    """The "billion laughs" attack is detected by counting; nothing is expanded."""
    (problem,) = refused((BROKEN / "billion-laughs.yaml").read_bytes())

    assert problem.code == "too-many-values"


def test_a_body_has_at_most_two_thousand_parts() -> None:
    """The 2,001st part is refused, in the body alone or together with the annexes."""
    paragraph = "  - {en: a, es: b}\n"
    annexes = "annexes:\n" + ("- title: One\n  body:\n" + paragraph * 1001) * 2

    (in_body,) = refused(GOOD + paragraph * 2001)
    (in_annexes,) = refused(GOOD + paragraph + annexes)

    assert str(in_body).startswith("letter.yaml:7:3  too-many  there are 2,001 entries; the limit is 2,000")
    assert str(in_annexes).startswith("letter.yaml:8:1  too-many  the letter and its annexes have 2,003 parts")


@pytest.mark.parametrize(
    "text",
    ["*a " * 6000, "*a*b" * 5000, "[a](b" * 4000, "{{ a }}" * 2000, "<a>" * 6000, "\\\\" * 9000, "{%" * 9000],
    ids=lambda text: text[:4],
)
def test_a_text_full_of_marks_is_refused(text: str) -> None:
    """A text with more than 1,000 marks is refused, and a file full of such texts is refused quickly."""
    entry = f'  - {{en: "{text}", es: "{text}"}}\n'

    found = refused(GOOD + entry * (900_000 // len(entry)))

    assert found[0].code == "too-many"


@pytest.mark.parametrize(
    "text",
    [
        lambda length: "http://a" + ")" * length,
        lambda length: "a@a.a." * (length // 6),
        lambda length: "www." * (length // 4),
        lambda length: "a." * (length // 2) + "@",
        lambda length: "x\\n\\n" * (length // 5),
        lambda length: "{{ a }}" * (length // 180),
        lambda length: " " * length + "a",
    ],
    ids=lambda text: text(1000)[:6],
)
def test_the_time_for_difficult_texts_grows_with_their_length(text: Callable[[int], str]) -> None:
    """Four times as many texts, each four times as long, take 16 times as long to refuse, not 64 times."""

    def file(times: int) -> str:
        return GOOD + f'  - {{en: "{text(4_500 * times)}"}}\n' * times

    short, long = seconds_to_refuse(file(1), file(4))

    assert long < 45 * max(short, 0.01)


def test_reading_stops_after_a_hundred_problems() -> None:
    """After a hundred problems reading stops, and one more problem says so."""
    found = refused(GOOD + "  - {en: a, es: b}\n" + "".join(f"key{n}: 1\n" for n in range(5000)))

    assert len(found) == 102
    assert found[0].code == "too-many-problems"


@pytest.mark.parametrize("name", ["facts", "links"])
def test_a_letter_has_at_most_five_hundred_names(name: str) -> None:
    """The 501st fact or link is refused."""
    names = "".join(f"  n{n}: https://www.itu.int\n" for n in range(501))

    (problem,) = refused(GOOD + "  - {en: a, es: b}\n" + f"{name}:\n{names}")

    assert problem.code == "too-many"


def renew() -> None:
    """Writes the current problems of every broken letter beside it; read each one before you commit it."""
    for file in BROKEN.glob("*.txt"):
        file.unlink()
    for case in CASES:
        case.with_suffix(".txt").write_text(printed(case), "utf-8")


if __name__ == "__main__":
    renew()
