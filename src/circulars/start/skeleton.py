"""Edits a skeleton as text, so that its comments and its arrangement stay: its languages, and its dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Sequence

from circulars.language import nearest_language
from circulars.source.letters.listed import guessed_languages
from circulars.source.letters.report import TO_DO
from circulars.syntax import nodes
from circulars.syntax.edits import Edit, edited, range_of
from circulars.syntax.nodes import Node, Scalar

_COMMENTS = re.compile(r"(?:^ *#.*\n)+", re.MULTILINE)
_OF_LANGUAGE = re.compile(r"( *)#([a-z]{2,3}(?:-[A-Za-z0-9]+)*) (.*\n)")
"""A comment for letters whose first language is the one after "#"."""
_WEEK = 7


def in_languages(skeleton: str, languages: Sequence[str] = ()) -> str:
    """The skeleton in some languages, in that order; without ``languages`` in those that it lists.

    A text that the skeleton lacks in a language is that of the nearest language that it has, marked as to be done.
    Comments are those for the first language, or else those without a language.
    """
    root = _root(skeleton)
    codes = tuple(guessed_languages(root))
    chosen = tuple(languages) or _listed(root)
    if not codes or not chosen:
        return skeleton
    mappings = (node for node in _nodes(root) if isinstance(node, nodes.Mapping))
    edits = [edit for mapping in mappings for edit in _edits(mapping, codes, chosen, skeleton)]
    if "languages" in root.pairs:
        edits.append(Edit(*range_of(root.pairs["languages"][1], skeleton), f"[{', '.join(chosen)}]"))
    return _with_comments(edited(skeleton, edits), codes, chosen[0])


def on_date(skeleton: str, date: datetime.date) -> str:
    """The skeleton with the date of its letter, and all its other dates as far before or after it, in whole weeks."""
    root = _root(skeleton)
    typed = root.pairs["date"][1] if "date" in root.pairs else None
    old = _date(typed)
    if typed is None or old is None:
        return skeleton
    edits = [
        Edit(node.start, node.end, _moved(day, old, date).isoformat())
        for node in _scalars(root)
        if (day := _date(node))
    ]
    return edited(skeleton, edits)


def _moved(day: datetime.date, old: datetime.date, new: datetime.date) -> datetime.date:
    """A day with its weekday, moved by whole weeks: a day before, on or after ``old`` is so of ``new``."""
    if day == old:
        return new
    days = (new - old).days
    weeks = -(-days // _WEEK) if day > old else days // _WEEK
    return day + datetime.timedelta(days=weeks * _WEEK)


def _date(node: Node | None) -> datetime.date | None:
    if not isinstance(node, Scalar) or node.quoted or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.text):
        return None
    try:
        return datetime.date.fromisoformat(node.text)
    except ValueError:
        return None


def _root(text: str) -> nodes.Mapping:
    root = nodes.read_tree(text.encode(), "").root
    return root if isinstance(root, nodes.Mapping) else nodes.Mapping(1, 1, 0)


def _listed(root: nodes.Mapping) -> tuple[str, ...]:
    listed = root.pairs["languages"][1] if "languages" in root.pairs else None
    return tuple(one.text for one in nodes.children(listed) if isinstance(one, Scalar)) if listed else ()


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    inside = [value for _, value in node.pairs.values()] if isinstance(node, nodes.Mapping) else nodes.children(node)
    for one in inside:
        yield from _nodes(one)


def _scalars(root: Node) -> Iterator[Scalar]:
    return (node for node in _nodes(root) if isinstance(node, Scalar))


def _edits(mapping: nodes.Mapping, codes: Collection[str], chosen: Sequence[str], text: str) -> Iterator[Edit]:
    """The edits that leave a mapping the texts of the chosen languages."""
    present = [code for code in mapping.pairs if code in codes]
    if not present:
        return
    (key, value), *others = (mapping.pairs[code] for code in present)
    is_flow = text[mapping.start] == "{"
    entries = [_entry(code, present, mapping, text) for code in chosen]
    between = ", " if is_flow else f"\n{' ' * (key.column - 1)}"
    yield Edit(key.start, range_of(value, text)[1], between.join(entries))
    for key, value in others:
        yield Edit(text.rfind("," if is_flow else "\n", 0, key.start), range_of(value, text)[1])


def _entry(code: str, present: Sequence[str], mapping: nodes.Mapping, text: str) -> str:
    """The key and the text of a language; a text that the mapping lacks is that of another, marked as to be done."""
    own = code if code in present else nearest_language(code, present)
    key, value = mapping.pairs[own]
    start, end = range_of(value, text)
    typed = text[start:end]
    if own != code:
        # The mark goes inside quotation marks, and into the first line of a block.
        place = re.match(r"[\"']|[|>][-+0-9]*[^\n]*\n *|", typed)
        at = place.end() if place else 0
        typed = f"{typed[:at]}{TO_DO} {typed[at:]}"
    return f"{code}{text[key.end : start]}{typed}"


def _with_comments(text: str, codes: Collection[str], first: str) -> str:
    """The text with the comments for a first language; where there are none, with those that have no language."""
    inside = [range_of(node, text) for node in _scalars(_root(text))]
    edits = []
    for block in _COMMENTS.finditer(text):
        if not any(start <= block.start() < end for start, end in inside):
            lines = [(_OF_LANGUAGE.match(line), line) for line in block[0].splitlines(keepends=True)]
            own = [f"{of[1]}# {of[3]}" for of, _ in lines if of and of[2] == first]
            plain = [line for of, line in lines if not of or of[2] not in codes]
            edits.append(Edit(block.start(), block.end(), "".join(own or plain)))
    return edited(text, edits)
