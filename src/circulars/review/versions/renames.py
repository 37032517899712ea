"""Recognizes letters whose file was renamed: by equal bytes, by an equal reference, or by similar lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping

from circulars.errors import LetterError
from circulars.syntax import nodes

_SIMILAR = 0.6
"""How similar two files must be (shared lines among all lines) to be the same letter."""
MAX_PAIRS = 10_000
"""The pairs of files whose lines are compared; beyond it, only equal files and references are recognized."""
_REFERENCE_KEYS = ("pack", "kind", "number", "group", "amends", "reference")


def renames(gone: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> dict[str, str]:
    """The former name of each renamed file, by its new name.

    ``gone`` has the files that only the old version has, by name; ``fresh`` those that only the new one has.
    """
    former: dict[str, str] = {}
    for found in (_by_key(gone, fresh, bytes), _by_key(gone, fresh, _reference), _by_lines(gone, fresh)):
        for old, new in found:
            if new not in former and old not in former.values():
                former[new] = old
    return former


def _by_key(
    gone: Mapping[str, bytes], fresh: Mapping[str, bytes], key: Callable[[bytes], Hashable]
) -> Iterator[tuple[str, str]]:
    """The pairs of files that alone have the same key; files without one have the key None."""
    if not gone or not fresh:
        return
    before, after = ([(name, key(data)) for name, data in files.items()] for files in (gone, fresh))
    for new, found in after:
        same = [old for old, other in before if other == found]
        if found is not None and len(same) == 1 and sum(other == found for _, other in after) == 1:
            yield same[0], new


def _reference(data: bytes) -> Hashable:
    """What the reference of a letter is made of; None if it has no number of its own, or is not YAML."""
    try:
        root = nodes.read_tree(data, "").root
    except LetterError:
        return None
    if not isinstance(root, nodes.Mapping):
        return None
    own = {key: _words(root.pairs[key][1]) for key in _REFERENCE_KEYS if key in root.pairs}
    is_numbered = own.get("number", "false").lower() != "false" or own.get("reference", "false").lower() != "false"
    return frozenset(own.items()) if is_numbered else None


def _words(node: nodes.Node) -> str:
    if isinstance(node, nodes.Mapping):
        return " ".join(f"{key}={_words(value)}" for key, (_, value) in sorted(node.pairs.items()))
    return node.text if isinstance(node, nodes.Scalar) else ""


def _by_lines(gone: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The pairs of files with similar lines, the most similar first."""
    if len(gone) * len(fresh) > MAX_PAIRS:
        return
    before, after = ({name: Counter(data.split(b"\n")) for name, data in files.items()} for files in (gone, fresh))
    found = [
        (2 * (lines & others).total() / ((lines.total() + others.total()) or 1), old, new)
        for old, lines in before.items()
        for new, others in after.items()
    ]
    yield from ((old, new) for similar, old, new in sorted(found, reverse=True) if similar >= _SIMILAR)
