"""Edits of letters drawn by chance, in layouts drawn by chance."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from circulars.errors import LetterError
from circulars.source.editing import AddKey, Insert, Move, Operation, Path, Remove, Replace, edited, undone
from circulars.syntax.nodes import read_tree
from random_letters import LetterMaker
from source.editing.layouts import LayoutMaker

LETTERS, EDITS = 6, 8
WORDS = """
    the a of “cities” {{ meeting }} [the page](page) <desk> ITU-T: # 5 don't "so" \\\\ é, **bold** 2024 - x
""".split()


def _said(data: bytes) -> Any:
    """What a file says, as another reader has it; the line ends at the end of a text do not count."""
    return _stripped(yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader))  # it makes texts only


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stripped(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value).rstrip("\n")


def _inner(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in pairs:
        yield (*path, step), one
        yield from _inner(one, (*path, step))


def _words(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.choice([1, 4, 12, 60]))).strip() or "x"


def _reworded(text: str, chance: random.Random) -> str:
    """A text with a few words replaced, added or removed; or another one."""
    words = text.split(" ")
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(words))
        words[at : at + chance.choice([0, 1, 1])] = _words(chance).split(" ")[: chance.choice([0, 1, 3])]
        words = words or ["x"]
    other = chance.choice([" ".join(words), " ".join(words), _words(chance), f"{text}\n\n{_words(chance)}"])
    return other.strip() or "x"


def _drawn(chance: random.Random, said: Any) -> tuple[Operation, Any]:
    """An edit, and what the file says afterwards."""
    after: Any = copy.deepcopy(said)
    new: Any
    lists: Any
    owner: Any
    places = [*_inner(after)]
    texts = [(path, one) for path, one in places if isinstance(one, str) and len(path) > 1]
    inside = [(path, one) for path, one in places if isinstance(one, dict | list) and one]
    several = [(path, one) for path, one in inside if len(one) > 1]
    match chance.choice(["replace", "replace", "insert", "key", "remove", "move"]):
        case "replace":
            path, old = chance.choice(texts)
            new = _reworded(old, chance)
            _at(after, path[:-1])[path[-1]] = new
            return Replace(path, new), after
        case "insert":
            path, lists = chance.choice([pair for pair in inside if isinstance(pair[1], list)])
            at = chance.randint(0, len(lists))
            new = chance.choice([_words(chance), {"en": _words(chance), "es": _words(chance)}, [_words(chance), "x"]])
            lists.insert(at, new)
            return Insert((*path, at), new), after
        case "key":
            path, keys = chance.choice([((), after), *(pair for pair in inside if isinstance(pair[1], dict))])
            before = chance.choice([*keys])
            new = chance.choice([_words(chance), {"en": _words(chance)}, [{"en": _words(chance), "es": "x"}]])
            pairs = [*keys.items()]
            pairs.insert([*keys].index(before) + 1, ("new-key", new))
            keys.clear()
            keys.update(pairs)
            return AddKey((*path, "new-key"), new, after=before), after
        case "remove":
            path, owner = chance.choice(several)
            step = chance.choice([*owner] if isinstance(owner, dict) else range(len(owner)))
            del owner[step]
            return Remove((*path, step)), after
        case _:
            path, owner = chance.choice(several)
            pairs = [*owner.items()] if isinstance(owner, dict) else [*enumerate(owner)]
            step, _ = pairs[number := chance.randrange(len(pairs))]
            to = chance.randrange(len(pairs))
            pairs.insert(to, pairs.pop(number))
            if isinstance(owner, dict):
                owner.clear()
                owner.update(pairs)
            else:
                owner[:] = [value for _, value in pairs]
            return Move((*path, step), to), after


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _ordered(value: Any) -> Any:
    """A value whose comparison counts the order of keys."""
    if isinstance(value, dict):
        return [(key, _ordered(one)) for key, one in value.items()]
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def _comments(data: bytes) -> list[str]:
    return re.findall(r"# note \d+", data.decode())


def test_every_edit_changes_what_is_asked_and_nothing_else(chance: random.Random) -> None:
    """Another reader finds what was asked for, all comments but those of what was removed, and the old line ends."""
    refused = Counter[str]()
    for _ in range(LETTERS):
        letter = LetterMaker(chance, most=40).letter()
        data = LayoutMaker(chance).file(letter)
        said = _said(data)
        assert _ordered(said) == _ordered(_stripped(letter)), data.decode()
        for _ in range(EDITS):
            operation, wanted = _drawn(chance, said)
            try:
                after = edited(data, [operation])
            except LetterError as error:
                refused[error.problems[0].message] += 1
                continue
            assert _ordered(_said(after.data)) == _ordered(_stripped(wanted)), (operation, data.decode())
            assert undone(after) == data
            assert (b"\r\n" in data) == (b"\r\n" in after.data) or data.count(b"\n") < 2
            assert after.data.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
            _check_rest(data, after.data, operation)
    assert sum(refused.values()) <= 2, refused


def _check_rest(old: bytes, new: bytes, operation: Operation) -> None:
    """The bytes outside of the entry are as they were."""
    if old == new:
        return
    if isinstance(operation, Move):
        assert sorted(_comments(old)) == sorted(_comments(new)), operation
        assert sorted(re.sub(rb"[\s,-]", b"", old)) == sorted(re.sub(rb"[\s,-]", b"", new)), operation
        return
    start, end = _changed(old, new)
    if isinstance(operation, Insert | AddKey):
        assert start == len(old) - end, (operation, old[start : len(old) - end])
    elif isinstance(operation, Replace):
        assert _comments(old) == _comments(new), operation
        tree = read_tree(old, "x")
        node = tree.root
        for step in operation.path:
            node = node.pairs[step][1] if isinstance(step, str) else node.items[step]  # type: ignore[attr-defined]
        text = old.decode("utf-8-sig").replace("\r\n", "\n")
        first, last = text.count("\n", 0, node.start), text.count("\n", 0, node.end)
        lines, after = old.split(b"\n"), new.split(b"\n")
        assert lines[:first] == after[:first], operation
        assert lines[last + 1 :] == after[len(after) - len(lines) + last + 1 :], operation
    else:
        assert start + end == len(new), (operation, new[start : len(new) - end])


def _changed(old: bytes, new: bytes) -> tuple[int, int]:
    """How many bytes are the same from the start, and how many from the end."""
    shortest = min(len(old), len(new))
    start = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    end = next((n for n in range(shortest - start) if old[-1 - n] != new[-1 - n]), shortest - start)
    return start, end
