"""Merging two versions of a letter by paragraph, language and sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from circulars.review.layout.sentences import sentences
from circulars.review.repository.merging import MergedLetter, merge_letters
from circulars.source.letters.reading import parse_as_far_as_possible
from conftest import ROOT
from review.merged_versions import draw_versions

HEAD = (
    "kind: tsb-circular\nnumber: 1\ndate: 2024-07-12\nlanguages: [en, es]\n"
    "subject: {en: A meeting, es: Una reunión}\nbody:\n"
)
ONE = (
    "  - en: The meeting opens on Monday. It will be held in Madrid.\n"
    "    es: La reunión comienza el lunes. Será en Madrid.\n"
)
TWO = "  - {id: languages, en: It will be held in English., es: Se celebrará en inglés.}\n"


def merged(base: str, ours: str, theirs: str) -> MergedLetter:
    """The merged version of letters with these bodies."""
    versions = [(HEAD + body).encode() for body in (base, ours, theirs)]
    return merge_letters(versions[0], versions[1], versions[2], "letters/x.yaml", ROOT / "letters")


def problems(data: bytes) -> list[tuple[str, int]]:
    """The codes and lines of the problems of a letter."""
    read = parse_as_far_as_possible(data, "letters/x.yaml", "x", ROOT / "letters")
    return [(problem.code, problem.where.line) for problem in read.problems]


def test_neighbouring_sentences_and_languages_are_merged() -> None:
    """Two people change two sentences of a line, or two languages of a paragraph, without a conflict."""
    result = merged(ONE, ONE.replace("Monday", "Tuesday"), ONE.replace("in Madrid.\n    es", "in Lima.\n    es"))

    assert result.conflicts == 0
    assert problems(result.data) == []
    assert " ".join(result.data.decode().split()).count("The meeting opens on Tuesday. It will be held in Lima.") == 1


def test_lines_stay_as_they_are_where_they_do_not_clash() -> None:
    """Letters are not formatted by a merge that needs no more than their lines."""
    ours, theirs = TWO.replace("English", "French"), ONE.replace("lunes", "martes")
    result = merged(ONE + TWO, ONE + ours, theirs + TWO)

    assert result == MergedLetter((HEAD + theirs + ours).encode())


def test_a_sentence_that_both_changed_is_a_conflict_with_both() -> None:
    """Ours stays, and a comment has theirs; check reports it, and the letter is not built."""
    result = merged(ONE, ONE.replace("Monday", "Tuesday"), ONE.replace("Monday", "Friday"))
    text = result.data.decode()

    assert result.conflicts == 1
    assert problems(result.data) == [("merge-conflict", 7)]
    assert text.partition("body:\n")[2].startswith(
        "  # circulars: conflict: both versions changed this. Keep what is right, and delete these comments.\n"
        "  #   theirs: The meeting opens on Friday.\n"
        "  #   before: The meeting opens on Monday.\n"
        "  - en: The meeting opens on Tuesday. It will be held in Madrid.\n"
    )


def test_a_paragraph_that_one_deleted_and_the_other_changed_is_a_conflict() -> None:
    """The changed words are in the comment."""
    deleted = merged(ONE + TWO, ONE, ONE + TWO.replace("in English", "in English and French"))
    changed = merged(ONE + TWO, ONE + TWO.replace("in English", "in English and French"), ONE)

    assert [code for code, _ in problems(deleted.data)] == ["merge-conflict"]
    assert "#   ours: (deleted)" in deleted.data.decode()
    assert "in English and French" in deleted.data.decode()
    assert [code for code, _ in problems(changed.data)] == ["merge-conflict"]
    assert "#   theirs: (deleted)" in changed.data.decode()


def test_a_moved_paragraph_and_a_change_elsewhere_are_merged() -> None:
    """The order of one version, and the words of the other."""
    three = "  - {en: Thank you., es: Gracias.}\n"
    result = merged(ONE + TWO + three, TWO + ONE + three, ONE + TWO + three.replace("Gracias", "Muchas gracias"))

    assert result.conflicts == 0
    assert result.data.decode().index("in English") < result.data.decode().index("Monday")
    assert "Muchas gracias" in result.data.decode()


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("order", ["TWO ONE THREE", "TWO THREE ONE", "THREE TWO ONE", "NEW TWO ONE THREE"])
def test_a_paragraph_that_one_moved_and_the_other_changed_is_merged(order: str, reverse: bool) -> None:
    """It is where one version has it, with the words of the other; both may have added paragraphs besides."""
    parts = {
        "ONE": ONE,
        "TWO": TWO,
        "THREE": "  - {en: Thank you., es: Gracias.}\n",
        "NEW": "  - {en: New., es: Nuevo.}\n",
    }
    base = ONE + TWO + parts["THREE"]
    moved = "".join(parts[name] for name in order.split())
    added = "  - {en: Added., es: Añadido.}\n"
    changed = ONE.replace("on Monday", "on Tuesday") + added + TWO.replace("in English", "in French") + parts["THREE"]
    result = merged(base, changed, moved) if reverse else merged(base, moved, changed)
    body = " ".join(result.data.decode().partition("body:")[2].split())

    assert (result.conflicts, problems(result.data)) == (0, [])
    marks = {
        "ONE": "on Tuesday. It will be held in Madrid.",
        "TWO": "held in French",
        "THREE": "Thank you",
        "NEW": "New.",
    }
    places = [body.index(marks[name]) for name in order.split()]
    assert places == sorted(places)
    assert body.count("Added.") == 1 and "Monday" not in body and "English" not in body


def test_versions_that_are_not_yaml_are_merged_by_their_lines() -> None:
    """Git's marks are around what clashes, and check reports them with their lines."""
    result = merged("  - {en: a", "  - {en: b", "  - {en: c")

    assert result.conflicts == 1
    assert b"<<<<<<< ours\n  - {en: b\n=======\n  - {en: c\n>>>>>>> theirs" in result.data
    assert problems(result.data) == [("merge-conflict", 7)]


def test_no_sentence_is_lost_in_drawn_merges(chance: random.Random) -> None:
    """Each sentence that a version has added or changed is in the result or in a comment; the result can be checked."""
    for _ in range(60):
        prove_merge(random.Random(chance.random()))


def prove_merge(chance: random.Random) -> int:
    """Merges two versions drawn by chance, and proves that nothing is lost; returns the number of conflicts."""
    base, ours, theirs = draw_versions(chance)
    typed = [_typed(one, chance) for one in (base, ours, theirs)]
    result = merge_letters(typed[0].encode(), typed[1].encode(), typed[2].encode(), "letters/x.yaml", ROOT / "letters")
    text = result.data.decode()
    before, first, second, after = (set(_sentences(yaml.safe_load(one))) for one in (*typed, text))
    whole = " ".join(line.strip().removeprefix("#").strip() for line in text.splitlines())
    shown = " ".join(whole.split())

    lost = [one for one in (first | second) - before if one not in after and one not in shown]
    assert not lost, (lost, typed, text)
    kept = [one for one in before & first & second if one not in after and not (result.conflicts and one in shown)]
    assert not kept, (kept, typed, text)
    found = parse_as_far_as_possible(result.data, "letters/x.yaml", "x", ROOT / "letters")
    assert found.letter is not None, text
    codes = [problem.code for problem in found.problems]
    assert codes.count("merge-conflict") == bool(result.conflicts) * codes.count("merge-conflict")
    assert bool(result.conflicts) == ("merge-conflict" in codes), text
    if not result.conflicts:
        gone = before - (first & second)
        assert not (gone & after) - first - second, text
    return result.conflicts


def _typed(letter: Any, chance: random.Random) -> str:
    text = yaml.dump(letter, allow_unicode=True, sort_keys=False, width=chance.choice([80, 120]))
    return text.replace("meeting: '2024-09-19'", "meeting: 2024-09-19")


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _sentences(one)
    elif isinstance(value, str):
        for paragraph in value.split("\n\n"):
            yield from (" ".join(one.split()) for one in sentences(" ".join(paragraph.split())))


def _prove(count: int) -> None:
    found = [prove_merge(random.Random(seed)) for seed in range(count)]
    print(f"{count} merges, {sum(map(bool, found))} with conflicts, {sum(found)} conflicts")


if __name__ == "__main__":
    import sys

    _prove(int(sys.argv[1]))
