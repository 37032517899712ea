"""The mark of a line that is still to be translated: a comment at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from circulars.language import TO_TRANSLATE
from circulars.syntax import nodes
from circulars.syntax.edits import range_of
from circulars.syntax.nodes import Node, Scalar, Tree

MARK: Final = "# TODO"
SAME: Final = "# same"
"""The mark of a line whose words are those of another language on purpose."""
_GONE: Final = "\x00"
"""Is where a comment was; no text of a file can have it."""
_BLOCKS: Final = ("|", ">")
_QUOTED: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_SAME: Final = re.compile(r"[ \t]#[ \t]*same\b")
_COMMENT: Final = re.compile(r"(?:^|[ \t]+)#[^\n]*$", re.MULTILINE)


def without_comments(text: str) -> str:
    """The text without comments, and without the lines that had nothing else."""
    root = nodes.read_tree(text.encode(), "").root
    inside = [_words(value, text) for _, value in values(root)]

    def kept(mark: re.Match[str]) -> str:
        at = mark.start() + mark[0].index("#")
        return mark[0] if any(start <= at < end for start, end in inside) else _GONE

    return re.sub(rf"^{_GONE}\n|{_GONE}", "", _COMMENT.sub(kept, text), flags=re.MULTILINE)


def _words(value: Scalar, text: str) -> tuple[int, int]:
    """The range of a value's words: a comment may stand behind the head of a block."""
    start, end = range_of(value, text)
    return (text.find("\n", start) if text[start : start + 1] in _BLOCKS else start), end


def is_marked_same(line: str) -> bool:
    """Whether a line has the mark of words that are those of another language on purpose."""
    return _SAME.search(_QUOTED.sub('""', line)) is not None


def marked(text: str, lines: set[int]) -> str:
    """The text with the mark at the end of some of its lines, which count from 1."""
    typed = text.split("\n")
    return "\n".join(f"{line}  {MARK}" if at in lines else line for at, line in enumerate(typed, 1))


def values(root: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """The single values below a node, each with the keys that lead to it; entries of lists have none of their own."""
    if isinstance(root, Scalar):
        yield path, root
    elif isinstance(root, nodes.Mapping):
        for name, (_, value) in root.pairs.items():
            yield from values(value, (*path, name))
    else:
        for item in nodes.children(root):
            yield from values(item, path)


def mark_line(tree: Tree, value: Scalar) -> int:
    """The line of a value at whose end there may be a comment: that of its head in a block, otherwise its last one."""
    if tree.text[value.start : value.start + 1] in _BLOCKS:
        return value.line
    return value.line + tree.text[value.start : value.end].rstrip().count("\n")


def untranslated(tree: Tree) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """The first value on each line with the mark, with the keys that lead to it."""
    lines = tree.text.split("\n")
    seen: set[int] = set()
    for path, value in values(tree.root):
        line = mark_line(tree, value)
        if line not in seen and TO_TRANSLATE.search(_QUOTED.sub('""', lines[line - 1])):
            yield path, value
        seen.add(line)
