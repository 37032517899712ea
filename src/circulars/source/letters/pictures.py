"""Finds the names of the pictures in a letter without reading the rest of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from circulars.errors import LetterError
from circulars.syntax import nodes


def picture_names(data: bytes) -> Iterator[str]:
    """The files named by "signatory: picture:", if any, without "." and ".."."""
    try:
        root = nodes.read_tree(data, "", []).root
    except LetterError:
        return
    signatory = _value(root, "signatory")
    for node in signatory.items if isinstance(signatory, nodes.Sequence) else (signatory,):
        picture = _value(node, "picture")
        if isinstance(picture, nodes.Scalar) and "\0" not in picture.text:
            yield posixpath.normpath(picture.text)


def _value(node: nodes.Node | None, key: str) -> nodes.Node | None:
    return node.pairs[key][1] if isinstance(node, nodes.Mapping) and key in node.pairs else None
