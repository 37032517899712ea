"""Draws letters by chance, typed in many ways, with comments that name what they belong to."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, Final

import yaml

from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar, read_tree
from random_letters import LetterMaker

Path = tuple[str | int, ...]
ALLOW: Final = "circulars: allow same-text, because of"


def draw_commented(chance: random.Random, **options: Any) -> str:
    """The text of a letter's file in one of several layouts, with its keys in any order, and comments everywhere."""
    made = _shuffled(LetterMaker(chance, **options).letter(), chance)
    if chance.random() < 0.3:
        typed = json.dumps(made, ensure_ascii=False, indent=chance.choice([1, 2, 4]))
    else:
        typed = yaml.dump(
            made,
            allow_unicode=True,
            sort_keys=False,
            width=chance.choice([40, 80, 120, 10_000]),
            default_flow_style=chance.choice([False, None]),
            indent=chance.choice([2, 4]),
        )
    for quoted in ("'", '"'):
        typed = typed.replace(f"meeting: {quoted}2024-09-19{quoted}", "meeting: 2024-09-19")
        typed = typed.replace(f'"meeting": {quoted}2024-09-19{quoted}', '"meeting": 2024-09-19')
    return with_comments(typed, chance)


def _shuffled(value: Any, chance: random.Random) -> Any:
    """The keys of mappings in another order, and some texts with another ending."""
    if isinstance(value, dict):
        names = [*value]
        if chance.random() < 0.4:
            chance.shuffle(names)
        return {name: _shuffled(value[name], chance) for name in names}
    return [_shuffled(one, chance) for one in value] if isinstance(value, list) else value


def with_comments(text: str, chance: random.Random) -> str:
    """The text with comments, each of which names the path of the entry after it, or of that on its line.

    None allows something of several entries in brackets: with each on a line of its own, it would be for the first.
    """
    tree = read_tree(text.encode(), "x.yaml")
    first = dict[int, Path]()
    inside, shared = set[int](), set[int]()
    for path, node in _entries(tree.root, ()):
        if path[:-1] == first.setdefault(node.line, path)[:-1] and path != first[node.line]:
            shared.add(node.line)
    for node in nodes.all_nodes(tree.root):
        if isinstance(node, Scalar):
            more = {*range(node.line + 1, node.line + 1 + text[node.start : node.end].rstrip().count("\n"))}
            inside |= more
            shared |= {node.line} if more & first.keys() else set()
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        column = len(line) - len(line.lstrip())
        if number in first and number not in inside and chance.random() < 0.25:
            kind = ALLOW if chance.random() < 0.2 and number not in shared else "before"
            lines += [""] * (chance.random() < 0.3) + [" " * column + f"# {kind} {shown(first[number])}"]
        is_whole = number not in inside and number + 1 not in inside
        if number in first and is_whole and chance.random() < 0.15 and not line.rstrip().endswith(("|", ">")):
            line += f"  # beside {number}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def shown(path: Path) -> str:
    """A path as a comment names it."""
    return "/".join(map(str, path))


def _entries(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """Keys and items with their paths, in the order of the file."""
    if isinstance(node, nodes.Mapping):
        for name, (key, value) in node.pairs.items():
            yield (*path, name), key
            yield from _entries(value, (*path, name))
    for number, item in enumerate(nodes.children(node)):
        yield (*path, number), item
        yield from _entries(item, (*path, number))


def owners(text: str) -> dict[str, set[str]]:
    """The paths of what begins on the first line after each comment on a line of its own, by the comment."""
    tree = read_tree(text.encode(), "x.yaml")
    first = dict[int, set[str]]()
    for path, node in _entries(tree.root, ()):
        first.setdefault(node.line, set()).add(shown(path))
    found, waiting = dict[str, set[str]](), list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("# "):
            waiting.append(line.strip())
        elif number in first:
            found |= dict.fromkeys(waiting, first[number])
            waiting.clear()
    return found
