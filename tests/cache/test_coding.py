"""Serializing values: each comes back equal, and other data is refused."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.cache.coding import Coded, coded, decoded
from circulars.cache.values import digest_of
from circulars.model.document import Document
from conftest import Example


@dataclass(frozen=True)
class Leaf:
    """The end of a branch."""

    name: str
    kind: Literal["oak", "elm"] = "oak"


@dataclass(frozen=True)
class Tree:
    """A field of every supported type."""

    grown: float
    rings: int
    is_green: bool
    bark: bytes
    planted: datetime.date
    place: Path
    signs: frozenset[str]
    names: Mapping[str, tuple[int, ...]]
    pair: tuple[str, bytes]
    parts: tuple[Tree | Leaf, ...] = ()
    note: str | None = None


LEAVES = st.builds(Leaf, st.text(), st.sampled_from(["oak", "elm"]))
SMALL = st.builds(
    Tree,
    st.floats(allow_nan=False) | st.integers(),
    st.integers(),
    st.booleans(),
    st.binary(),
    st.dates(),
    st.sampled_from([Path("a"), Path("/b/c")]),
    st.frozensets(st.text(max_size=2)),
    st.dictionaries(st.text(), st.lists(st.integers()).map(tuple)),
    st.tuples(st.text(), st.binary()),
    st.lists(LEAVES, max_size=3).map(tuple),
    st.none() | st.text(),
)
TREES = st.builds(lambda tree, parts: replace(tree, parts=parts), SMALL, st.lists(LEAVES | SMALL).map(tuple))
TREE = Tree(1.5, 2, True, b"b", datetime.date(2025, 1, 15), Path("a"), frozenset("xy"), {"n": (1,)}, ("a", b"b"))


@given(TREES)
def test_a_value_comes_back_as_it_was(tree: Tree) -> None:
    """The type of each number and the order of each mapping are kept."""
    found = decoded(coded(tree, Tree), Tree)

    assert found == tree
    assert repr(found.grown) == repr(tree.grown)
    assert list(found.names) == list(tree.names)


def test_every_example_comes_back_as_it_was(examples: tuple[Example, ...]) -> None:
    """A document holds only supported types."""
    for example in examples:
        assert decoded(coded(example.document, Document), Document) == example.document


@given(TREES)
def test_equal_values_have_equal_digests(tree: Tree) -> None:
    """It makes no difference which values inside them are the same objects."""
    other = decoded(coded(tree, Tree), Tree)

    assert digest_of(other, Tree) == digest_of(tree, Tree)


@pytest.mark.parametrize(
    "change",
    [
        {"grown": 1.25},
        {"rings": 3},
        {"is_green": False},
        {"bark": b"c"},
        {"planted": datetime.date(2025, 1, 16)},
        {"signs": frozenset("x")},
        {"names": {"n": (1, 2)}},
        {"pair": ("b", b"a")},
        {"parts": (Leaf("a"),)},
        {"note": ""},
    ],
)
def test_different_values_have_different_digests(change: dict[str, Any]) -> None:
    """Each field changes the digest."""
    assert digest_of(replace(TREE, **change), Tree) != digest_of(TREE, Tree)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_json_that_is_not_a_value_of_the_type_is_refused(plain: object) -> None:
    """Any JSON raises a ValueError and no other error."""
    with pytest.raises(ValueError):
        decoded(Coded(json.dumps(plain), ()), Tree)


@given(st.data())
def test_a_value_with_one_field_replaced_is_refused_or_of_the_type(data: st.DataObject) -> None:
    """Decoding never gives anything but a value of the type."""
    whole = coded(replace(TREE, parts=(Leaf("a"), TREE)), Tree)
    plain = json.loads(whole.json)
    plain[data.draw(st.integers(0, len(plain) - 1))] = data.draw(JSON)

    try:
        found = decoded(Coded(json.dumps(plain), whole.blobs), Tree)
    except ValueError:
        return
    assert coded(found, Tree)


def test_deeply_nested_json_is_refused() -> None:
    """It does not crash the process."""
    with pytest.raises(ValueError):
        decoded(Coded("[" * 100_000, ()), Tree)


@pytest.mark.parametrize("value", [replace(TREE, rings=True), replace(TREE, note=1), Leaf("a", "ash"), "tree"])  # type: ignore[arg-type]
def test_a_value_of_another_type_is_not_coded(value: object) -> None:
    """It would come back as a different value."""
    with pytest.raises(TypeError):
        coded(value, Leaf if isinstance(value, Leaf) else Tree)
