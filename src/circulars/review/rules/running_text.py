"""The texts of a letter as they are typed, with what is no text of their language masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from circulars.language import Language
from circulars.model.letter import Letter
from circulars.source.editing import Path
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar, Tree, read_tree

MASK: Final = "\ufffc"
_NO_TEXT: Final = re.compile(
    r"\{\{.*?\}\}|\[(?:[^\[\]\\]|\\.)*\]\{lang=[^{}]*\}|\]\([^\s()]*\)|<[^\s<>]+>|\[\^[\w-]+\]"
    r"|(?:[a-z]{2,10}://|www\.)[^\s<>]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\\.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RunningText:
    """A text in one language as typed, and ``masked``: fields, links and addresses are characters that no word has.

    ``path`` leads to it in the letter; ``ranges`` are the characters of the file of the text in all languages.
    """

    language: Language
    typed: str
    masked: str
    node: Scalar
    path: Path
    ranges: tuple[tuple[int, int], ...]


def running_texts(letter: Letter, languages: Mapping[str, Language]) -> tuple[Tree, tuple[RunningText, ...]]:
    """The texts of a letter in their languages, without those that are the same in several, and the letter's tree."""
    tree = read_tree(letter.origin.text.encode(), letter.file)
    places = {node.start: (path, node) for path, node in _scalars(tree.root)}
    found = []
    for text in letter.texts:
        ranges = tuple(dict.fromkeys(text.ranges.values()))
        if len(ranges) < len(text.ranges):
            continue
        for code, (start, _) in text.ranges.items():
            if start in places:
                path, node = places[start]
                found.append(RunningText(languages[code], node.text, _masked(node.text), node, path, ranges))
    return tree, tuple(found)


def _masked(text: str) -> str:
    return _NO_TEXT.sub(lambda found: MASK * len(found[0]), text)


def _scalars(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, nodes.Mapping):
        for key, (_, value) in node.pairs.items():
            yield from _scalars(value, (*path, key))
    for number, item in enumerate(nodes.children(node)):
        yield from _scalars(item, (*path, number))
