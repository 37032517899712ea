"""Recognizing renamed letters without git."""

from __future__ import annotations

from circulars.review.versions.renames import renames
from work import lines_run

TEXT = b"kind: tsb-circular\nnumber: 1\nbody:\n  - en: The fee is due.\n  - en: Kindly pay it.\n"


def test_the_same_bytes_come_before_a_similar_file() -> None:
    """Of two files, the one with the same bytes is the renamed one; the other is a new letter."""
    similar = TEXT.replace(b"Kindly", b"Please")

    assert renames({"old": TEXT}, {"similar": similar, "same": TEXT}) == {"same": "old"}


def test_the_reference_comes_before_similar_lines() -> None:
    """A letter that was rewritten keeps its kind and number; one that was copied has another number."""
    rewritten = b"kind: tsb-circular\nnumber: 1\nbody: [{en: All is new.}]\n"
    copied = TEXT.replace(b"number: 1", b"number: 2")

    assert renames({"old": TEXT}, {"copied": copied, "rewritten": rewritten}) == {"rewritten": "old"}


def test_letters_without_a_number_are_recognized_by_their_lines_only() -> None:
    """`number: false` is not a reference that two letters could share."""
    head = b"kind: letter\nnumber: false\n"
    gone, fresh = {"a": head + b"body:\n  - en: One.\n"}, {"b": head + b"subject: S\nto: [x]\nbody: [{en: Two.}]\n"}

    assert renames(gone, fresh) == {}


def test_a_file_that_is_no_letter_is_compared_by_its_lines() -> None:
    """Broken YAML has lines, too."""
    assert renames({"a": b"[\n1\n2\n3\n"}, {"b": b"[\n1\n2\n4\n"}) == {"b": "a"}


def test_very_many_renamed_letters_take_no_time() -> None:
    """Of more than 10,000 pairs of files the lines are not compared; equal files are still recognized."""
    gone = {f"a{n}": b"x: 1\n" * 20 + b"y: %d\n" % n for n in range(110)}
    fresh = {f"b{n}": b"x: 1\n" * 20 + b"z: %d\n" % n for n in range(109)} | {"same": gone["a5"]}
    found: dict[str, str] = {}

    lines = lines_run(lambda: found.update(renames(gone, fresh)))

    assert found == {"same": "a5"}
    assert lines < 2_000_000
