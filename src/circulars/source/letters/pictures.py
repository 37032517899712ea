"""Finds the names of the pictures in a letter without reading the rest of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from circulars.errors import LetterError
from circulars.syntax import nodes


def picture_names(data: bytes) -> Iterator[str]:
    """The file named by "signatory: picture:", if any, without "." and ".."."""
    try:
        node: nodes.Node = nodes.read_tree(data, "").root
    except LetterError:
        return
    for key in ("signatory", "picture"):
        if not isinstance(node, nodes.Mapping) or key not in node.pairs:
            return
        node = node.pairs[key][1]
    if isinstance(node, nodes.Scalar) and "\0" not in node.text:
        yield posixpath.normpath(node.text)
