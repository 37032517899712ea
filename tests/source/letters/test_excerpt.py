"""Which parts of a letter's YAML are embedded in the finished files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.compose import left_out_parts
from circulars.errors import LetterError
from circulars.source.letters import excerpt, parse_letter
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from conftest import LETTERS

WITH_PARTS = """\
kind: sg-letter
number: DM-24/1
date: 2024-10-21
languages: [en]
subject: Subject
facts:
  prize: 2025-01-01
  secret: 2025-02-02
links:
  members: https://members.example.int/
body:
  - en: For all, until {{ prize }}.
  # Only members are told.
  - when: {category: member-state}
    en: "For members: {{ secret }}, at <members>." # and no others

  - en: For all again.
annexes:
  - title: Annex
    body:
      - en: First.
      - {when: {category: member-state}, en: Confidential.}
"""


def test_comments_are_removed() -> None:
    """Comments are removed, with the line if nothing else is on it; texts with a "#" stay."""
    text = 'a: |  # head\n  x # not\n\n# line\nb: "x # y" # é\nc: [1, "#2"] # tail\n  # indented\nd: x#y\n# end'

    assert excerpt(text) == 'a: |\n  x # not\n\nb: "x # y"\nc: [1, "#2"]\nd: x#y\n'


def test_parts_for_others_are_removed_with_what_only_they_use() -> None:
    """A part that the copy's readers do not get is removed, and so are facts and links that only it uses."""
    letter = parse_letter(WITH_PARTS.encode(), "x.yaml", "x", Path())
    places = frozenset(part.where for part in left_out_parts(letter))

    kept = excerpt(WITH_PARTS, places)

    for word in ("members", "secret", "Confidential", "category", "told"):
        assert word not in kept
    again = parse_letter(kept.encode(), "x.yaml", "x", Path())
    assert [len(again.body), len(again.annexes[0].body), tuple(again.facts)] == [2, 1, ("prize",)]


def test_parts_in_brackets_are_removed_too() -> None:
    """Any entries of a list in brackets can be removed."""
    parts = ["{en: A.}", "{en: B.}", "{en: C.}", "{en: D.}"]
    for gone in ({0}, {1}, {3}, {0, 1}, {2, 3}, {0, 3}):
        marked = [part.replace("{", "{when: {a: b}, ") if at in gone else part for at, part in enumerate(parts)]
        body = f"body: [{', '.join(marked)}]\n"
        text = f"kind: tsb-circular\nnumber: 1\ndate: 2024-01-01\nlanguages: [en]\nsubject: S\n{body}"
        letter = parse_letter(text.encode(), "x.yaml", "x", Path())

        kept = excerpt(text, frozenset(part.where for part in left_out_parts(letter)))

        whole = parse_letter(kept.encode(), "x.yaml", "x", Path())
        assert len(whole.body) == 4 - len(gone)
        assert "when" not in kept


@pytest.mark.parametrize("body", ["[{when: {a: b}, en: A.}]", "[{when: {a: b}, en: &one A.}, {en: *one }]"])
def test_without_a_safe_cut_nothing_is_embedded(body: str) -> None:
    """If removing a part would leave a body empty or break an alias, the excerpt is empty."""
    text = f"kind: tsb-circular\nnumber: 1\ndate: 2024-01-01\nlanguages: [en]\nsubject: S\nbody: {body}\n"
    letter = parse_letter(text.encode(), "x.yaml", "x", Path())

    assert excerpt(text, frozenset(part.where for part in left_out_parts(letter))) == ""


@pytest.mark.parametrize("file", LETTERS, ids=lambda file: file.stem)
def test_the_examples_have_the_same_values_without_comments(file: Path) -> None:
    """The excerpt of an example letter has the same keys and values, and no comments."""
    text = file.read_text()
    kept = excerpt(text)

    assert _values(nodes.read_tree(kept.encode(), "").root) == _values(nodes.read_tree(text.encode(), "").root)
    assert excerpt(kept) == kept


_MARKS = ["#", "- ", ": ", "b: ", '"', "'", "|", ">", "|-\n", "&x ", "[", "]", "{", "}", ","]
_PIECES = st.sampled_from(["a", "é", " ", "  ", "\n", "\n\n", " # c", "\n# line\n", *_MARKS])


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_removing_comments_changes_no_value(text: str) -> None:
    """Any YAML has the same keys and values without its comments."""
    try:
        before = nodes.read_tree(text.encode(), "").root
    except LetterError:
        return

    kept = excerpt(text)

    assert _values(nodes.read_tree(kept.encode(), "").root) == _values(before)


def _values(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, nodes.Mapping):
        return {key: _values(value) for key, (_, value) in node.pairs.items()}
    return [_values(child) for child in nodes.children(node)]
