"""Begins a language file, or a pack's words, from those of another language."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from circulars.language import MESSAGES, PLURALS, language_name, named_language, script_of
from circulars.syntax import nodes
from circulars.syntax.edits import Edit, edited, range_of
from circulars.syntax.nodes import Node, Scalar
from circulars.translation.cldr import Path, categories, facts
from circulars.translation.marks import MARK, mark_line, marked, values, without_comments

_PLACE: Final = re.compile(r"\{[^{}]*\}")
_PLAIN: Final = re.compile(r"\w[\w './()-]*")
"""What needs no quotation marks, also in a mapping on one line."""
_COUNTRIES: Final = ("addressees", "countries")
_COUNTRY_FORMS: Final = ("addressees", "country-forms")
_OWN_RULES: Final = re.compile(
    r"^(?:before|before-dates|contracted|articles|prefixes):.*\n(?:[ \t].*\n|\n(?=[ \t]))*", re.MULTILINE
)
"""The rules for words beside values: no other language has the same."""
_OWN_ORDINALS: Final = re.compile(r"^  ordinal-(?!feminine:).*\n", re.MULTILINE)
"""The formats of ordinals that a language has besides those that every one has."""
_NOT_WORDS: Final = ("gender",)
"""Keys of a pack's words whose values are no words."""


def begun_language(text: str, code: str, base: str, explained: str = "") -> str:
    """A language file with what CLDR knows of a language; all other words are those of ``base``, with the mark.

    Its comments are those of the file ``explained``, in the language of the program's messages.
    """
    known = facts(code)
    text = _OWN_ORDINALS.sub("", _OWN_RULES.sub("", without_comments(text)))
    tree = nodes.read_tree(text.encode(), "")
    if isinstance(tree.root, nodes.Mapping):
        text = edited(text, _edits(tree.root, (), text, code, known))
    done = {path for path, value in known.items() if value}
    done |= {(*path, first) for path in done if (first := _first_form(tree.root, path))}
    done -= {path[:-1] for path in done}

    def is_done(path: Path, words: str) -> bool:
        given = any(path[: len(one)] == one for one in (*done, _COUNTRIES, _COUNTRY_FORMS))
        return given or (path[0] != "ordinals" and not _has_words(words, code, base))

    return f"{_head('the program itself says', code, base)}{_with_comments(_marked(text, is_done), explained)}"


def begun_words(text: str, code: str, base: str, explained: str = "") -> str:
    """A pack's words in a language: those of ``base``, with the mark; the comments are those of ``explained``."""
    text = without_comments(text)

    def is_done(path: Path, words: str) -> bool:
        return path[-1] in _NOT_WORDS or not _has_words(words, code, base)

    return f"{_head('the pack says', code, base)}{_with_comments(_marked(text, is_done), explained)}"


def _head(says: str, code: str, base: str) -> str:
    return (
        f"# What {says} in {named_language(code)}, begun from {named_language(base)}.\n"
        f'# Translate each line with the mark "{MARK}" at its end, and delete the mark.\n'
    )


def _with_comments(text: str, explained: str) -> str:
    """A file with the comments that another file has above the same keys, but for those about marks or its language.

    The first comment of that file is about the file itself. A line about its language begins with the language's name.
    """
    other = rf"\b(?:unseen|TODO)\b|^ *# {re.escape(language_name(MESSAGES))}:"
    comments = {
        key: "".join(f"{line}\n" for line in comment.splitlines() if not re.search(other, line))
        for comment, key in re.findall(r"^((?: *#.*\n)+)( *[\w-]+:)", explained.partition("\n")[2], re.MULTILINE)
    }
    return re.sub(r"^ *[\w-]+:", lambda key: comments.pop(key[0], "") + key[0], text, flags=re.MULTILINE)


def _edits(
    group: nodes.Mapping, path: Path, text: str, code: str, known: Mapping[Path, str | list[str]]
) -> Iterator[Edit]:
    """The edits that write what CLDR knows in place of what another language has."""
    for name, (key, value) in group.pairs.items():
        inside = (*path, name)
        written = ""
        if given := known.get(inside):
            written = _written(given)
            if isinstance(value, nodes.Mapping):  # the plain form is the first one
                key, value = next(iter(value.pairs.values()))
        elif isinstance(value, nodes.Mapping):
            if inside in (_COUNTRIES, _COUNTRY_FORMS):
                written = "{}"
            elif ("locale",) in known and "other" in value.pairs and set(PLURALS).issuperset(value.pairs):
                written = _plural(value, text, categories(code, ordinal=inside[0] == "ordinals"))
            else:
                yield from _edits(value, inside, text, code, known)
        if written:
            yield Edit(key.end, range_of(value, text)[1], f": {written}")


def _first_form(root: Node, path: Path) -> str:
    """The first key of the mapping that a path leads to; "" if it leads to something else."""
    node = nodes.descendant(root, *path)
    return next(iter(node.pairs), "") if isinstance(node, nodes.Mapping) else ""


def _plural(group: nodes.Mapping, text: str, names: tuple[str, ...]) -> str:
    """A group of plural forms with the categories of another language."""
    typed = {}
    for name in names:
        start, end = range_of(group.pairs[name if name in group.pairs else "other"][1], text)
        typed[name] = text[start:end]
    return "{" + ", ".join(f"{name}: {value}" for name, value in typed.items()) + "}"


def _written(value: str | list[str]) -> str:
    """A value as YAML."""
    if isinstance(value, list):
        return f"[{', '.join(json.dumps(one, ensure_ascii=False) for one in value)}]"
    if _PLAIN.fullmatch(value) and not value.endswith(" "):
        return value
    typed = json.dumps(value, ensure_ascii=False)
    return "".join(f"\\u{ord(one):04x}" if unicodedata.category(one) == "Zs" and one != " " else one for one in typed)


@functools.lru_cache(maxsize=4096)
def _has_words(text: str, code: str, base: str) -> bool:
    """Whether a text has something to translate: letters, or in another script also marks, beside its places."""
    rest = _PLACE.sub("", text)
    if script_of(code) != script_of(base):
        return bool(rest.strip())
    return any(unicodedata.category(character)[0] == "L" for character in rest)


def _marked(text: str, is_done: Callable[[Path, str], bool]) -> str:
    tree = nodes.read_tree(text.encode(), "")
    found: Iterator[tuple[Path, Scalar]] = values(tree.root)
    return marked(text, {mark_line(tree, value) for path, value in found if not is_done(path, value.text)})
