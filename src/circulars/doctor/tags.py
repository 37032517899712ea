"""Reads the tags of a template, and finds faults in each tag and in their nesting.

Each tag is kept in two forms: as it was typed, and normalized, as it was meant.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.errors import nearest

CONTROL: Final = "content control"
SYMBOL: Final = "\u25a1"
"""Stands for a sign that Word keeps by its place in a font instead of as text."""
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_ODD_CHARACTERS: Final = {
    "a curly quotation mark": ("“”„‟«»″", '"'),
    "a curly apostrophe": ("‘’‚‛′", "'"),
    "a long dash": ("–—‒―−\u2011\u2010", "-"),
    "a no-break space": ("\u00a0\u202f\u2007\u2009\u2002\u2003", " "),
    "an invisible character": (_INVISIBLE, ""),
    "a full-width character": ("｛｝％＃｜＝．，（）", "{}%#|=.,()"),
    "a tab or a line break": ("\t\n", "  "),
    "a sign of a symbol font": (SYMBOL, ""),
}
_PLAIN: Final = {
    character: plain[index] if len(plain) > 1 else plain
    for odd, plain in _ODD_CHARACTERS.values()
    for index, character in enumerate(odd)
}
_LITERAL = re.compile(r"""("[^"]*"|'[^']*')""")
_GAP = rf"[ \u00a0\t\n{_INVISIBLE}]*"
_EDGE = re.compile(rf"(?P<open>[{{｛]{_GAP}[{{｛%％#＃])|(?P<close>[}}｝%％#＃]{_GAP}[}}｝])")
_LETTER = re.compile(r"\s*(tr|tc|p|r)(?=\s)\s*")

_GRAMMAR: Final = ImmutableSandboxedEnvironment()
_BLOCKS: Final = {
    "if": "endif", "for": "endfor", "filter": "endfilter", "macro": "endmacro", "call": "endcall", "with": "endwith",
    "autoescape": "endautoescape", "set": "endset", "raw": "endraw", "block": "endblock",
}  # fmt: skip
_MIDDLE: Final = {"else": ("if", "for"), "elif": ("if",)}
_ALONE: Final = ("do", "vm", "hm", "colspan", "cellbg", "set", "include", "import", "from", "extends")
_DOCXTPL: Final = ("vm", "hm", "colspan", "cellbg")
_WORDS: Final = (*_BLOCKS, *_BLOCKS.values(), *_MIDDLE, *_ALONE)


@dataclass(frozen=True, slots=True)
class TemplateTag:
    """A tag between two positions in a text, as it was typed, and normalized."""

    start: int
    end: int
    typed: str
    normalized: str

    @property
    def kind(self) -> str:
        """ "{" for a value, "%" for a statement, "#" for a comment."""
        return self.normalized[1]

    @property
    def letter(self) -> str:
        """What the tag replaces, if not text: "p" a paragraph, "r" a run, "tr" a row, "tc" a cell; else ""."""
        found = re.match(r"\{[{%#](tr|tc|p|r)(?=\s)", self.normalized)
        return found[1] if found else ""

    @property
    def plain(self) -> str:
        """The tag for Jinja, without its letter."""
        return self.normalized[:2] + self.normalized[2 + len(self.letter) :]

    @property
    def word(self) -> str:
        """The first word of a statement: "if", "endfor"."""
        found = re.match(r"\{%[-+]?\s*(\w+)", self.plain) if self.kind == "%" else None
        return found[1] if found else ""

    @property
    def inside(self) -> str:
        """The text between the braces."""
        return self.plain[2:-2].strip().strip("-+").strip()


@dataclass(frozen=True, slots=True)
class HalfTag:
    """A tag without its end, or an end without its tag; ``braces`` are the normalized braces that it has."""

    start: int
    end: int
    typed: str
    braces: str

    @property
    def opens(self) -> bool:
        """Whether it is a beginning without an end."""
        return self.braces.startswith("{")


@functools.lru_cache(maxsize=4096)
def scan(text: str) -> tuple[TemplateTag | HalfTag, ...]:
    """The tags and half tags of a text, in order."""
    found: list[TemplateTag | HalfTag] = []
    open: re.Match[str] | None = None
    for edge in _EDGE.finditer(text):
        if edge["open"]:
            if open is not None:
                if _mark(open) == "#":  # no tag begins inside a comment
                    continue
                found.append(_half_tag(text, open, edge.start()))
            open = edge
        elif open is not None:
            if _mark(open) == _mark(edge):
                typed = text[open.start() : edge.end()]
                found.append(TemplateTag(open.start(), edge.end(), typed, normalized(typed)))
                open = None
        else:
            mark = _mark(edge)
            found.append(HalfTag(edge.start(), edge.end(), edge[0], f"{mark}}}"))
    if open is not None:
        found.append(_half_tag(text, open, len(text)))
    return tuple(found)


def _mark(edge: re.Match[str]) -> str:
    """The character that tells the kind of a tag: "}" for a value, "%" for a statement, "#" for a comment."""
    inner = edge[0][-1] if edge["open"] else edge[0][0]
    plain = _PLAIN.get(inner, inner)
    return "}" if plain in "{}" else plain


def _half_tag(text: str, open: re.Match[str], end: int) -> HalfTag:
    mark = _mark(open)
    return HalfTag(open.start(), end, text[open.start() : end].rstrip(), "{" + mark.replace("}", "{"))


def normalized(typed: str) -> str:
    """The tag as it was meant: no space in the braces or before the letter, and plain characters outside quotes."""
    edges = list(_EDGE.finditer(typed))
    mark = _mark(edges[0])
    inside = typed[edges[0].end() : edges[-1].start()]
    if mark != "#":
        inside = "".join(
            piece if index % 2 else "".join(_PLAIN.get(character, character) for character in piece)
            for index, piece in enumerate(_LITERAL.split(inside))
        )
    begin, end = ("{{", "}}") if mark == "}" else (f"{{{mark}", f"{mark}}}")
    if letter := _LETTER.match(inside):
        rest = inside[letter.end() :]
        # A letter is followed by a name or a statement: in "{{ p }}" and "{{ r + 1 }}", "p" and "r" are fields.
        if re.match(r"\w", rest) and not re.match(r"(if|else|and|or|in|is|not)\b", rest if mark == "}" else ""):
            inside = inside[letter.start(1) :]
            if letter[1] != "r" and inside.rstrip().endswith("-"):
                # To docxtpl, "-%}" means to join two paragraphs and to drop everything between them.
                inside = f"{inside.rstrip().rstrip('-').rstrip()} "
    return f"{begin}{inside}{end}"


def odd_characters(tag: TemplateTag) -> str:
    """The odd characters in a tag, in words: "a curly quotation mark, a long dash"; or ""."""
    if tag.typed == tag.normalized:
        return ""
    edges = list(_EDGE.finditer(tag.typed))
    outside = "".join(
        piece
        for index, piece in enumerate(_LITERAL.split(tag.typed[edges[0].end() : edges[-1].start()]))
        if index % 2 == 0
    )
    braces = edges[0][0] + edges[-1][0]
    text = braces if tag.kind == "#" else braces + outside
    odd = [name for name, (listed, _) in _ODD_CHARACTERS.items() if any(character in listed for character in text)]
    if not odd:
        joins = re.search(r"-\s*[%}]", tag.typed) and not re.search(r"-\s*[%}]", tag.normalized)
        odd = ["a hyphen before its end" if joins else "a space in the wrong place"]
    return ", ".join(odd)


@functools.lru_cache(maxsize=4096)
def syntax_fault(tag: TemplateTag) -> tuple[str, str]:
    """Why Jinja does not understand a tag by itself, and the remedy; or two empty strings."""
    if tag.kind == "#":
        return "", ""
    if tag.kind == "%" and tag.word not in _WORDS:
        close = nearest(tag.word, _WORDS)
        fact = f"there is no statement '{tag.word}'" if tag.word else "the tag has no statement"
        return fact, f"did you mean '{close}'?" if close else "statements are 'if', 'for', 'set' and the like"
    if tag.word in _DOCXTPL or tag.word in _BLOCKS.values():
        return "", ""
    try:
        _GRAMMAR.parse(_parsable(tag))
    except TemplateSyntaxError as error:
        return f"Jinja does not understand it: {error.message}", "compare it with the list of tags"
    except RecursionError:
        return "it is nested too deeply", "write it in several tags"
    return "", ""


def _parsable(tag: TemplateTag) -> str:
    """A tag with what it needs around it so that Jinja can parse it."""
    if tag.word in _MIDDLE:
        return f"{{% if 1 %}}{tag.plain}{{% endif %}}"
    if opens_block(tag):
        return f"{tag.plain}{{% {_BLOCKS[tag.word]} %}}"
    return tag.plain


def opens_block(tag: TemplateTag) -> bool:
    """Whether a tag begins a block that another one ends; ``{% set x = 1 %}`` does not."""
    return tag.word in _BLOCKS and not (tag.word == "set" and "=" in tag.inside)


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a statement: its letter, the element that it is in, and the name of that element in messages."""

    letter: str
    within: object
    name: str


def nesting_faults(statements: Sequence[tuple[TemplateTag, Position]]) -> Iterator[tuple[int, str, str]]:
    """The indexes of statements that do not fit together, each with the fact and the remedy."""
    stack: list[int] = []
    for place, (tag, _) in enumerate(statements):
        if opens_block(tag):
            stack.append(place)
        elif tag.word in _MIDDLE:
            if not stack or statements[stack[-1]][0].word not in _MIDDLE[tag.word]:
                fact = f"'{tag.normalized}' is not inside an '{_MIDDLE[tag.word][0]}'"
                yield place, fact, "remove it, or put the 'if' back"
            else:
                yield from _mismatch(place, stack[-1], statements)
        elif tag.word in _BLOCKS.values():
            opened = next((nth for nth in reversed(stack) if _BLOCKS[statements[nth][0].word] == tag.word), None)
            if opened is None:
                begin = tag.word.removeprefix("end")
                yield place, f"'{tag.normalized}' ends nothing: there is no '{begin}' before it", "remove it"
                continue
            for nth in reversed(stack[stack.index(opened) + 1 :]):
                yield _without_end(nth, statements)
            del stack[stack.index(opened) :]
            yield from _mismatch(place, opened, statements)
    for nth in stack:
        yield _without_end(nth, statements)


def _without_end(place: int, statements: Sequence[tuple[TemplateTag, Position]]) -> tuple[int, str, str]:
    tag, position = statements[place]
    end = f"{{%{position.letter} {_BLOCKS[tag.word]} %}}"
    return place, f"'{tag.normalized}' has no end", f"write '{end}' where it should end"


def _mismatch(
    place: int, opened: int, statements: Sequence[tuple[TemplateTag, Position]]
) -> Iterator[tuple[int, str, str]]:
    """A fault if two statements of the same block have different letters, or are in different elements."""
    (tag, position), (first, other) = statements[place], statements[opened]
    if position.letter != other.letter:
        right = f"{{%{other.letter} {tag.inside} %}}"
        fact = f"'{tag.normalized}' belongs to '{first.normalized}', and needs the same letter"
        yield place, fact, f"write '{right}'"
    elif position.within is not other.within:
        if CONTROL in (position.name, other.name):
            fact = f"'{tag.normalized}' belongs to '{first.normalized}', but they are not in the same content control"
            yield place, fact, "right-click the control in Word, and choose Remove Content Control"
            return
        fact = f"'{tag.normalized}' belongs to '{first.normalized}', which is in another {position.name}"
        yield place, fact, f"put both into the same {position.name}"


def balanced(tags: Sequence[TemplateTag], faulty: Sequence[TemplateTag] = ()) -> list[str]:
    """The tags as lines that Jinja can read: open blocks are ended, and unmatched ends are left out.

    Jinja does not understand the tags in ``faulty``. Each becomes an empty line, or a ``with`` block if it was meant to
    begin a block.
    """
    lines: list[str] = []
    stack: list[tuple[str, str]] = []
    for tag in tags:
        line = tag.plain.replace("\n", " ") if tag.kind != "#" and tag.word not in _DOCXTPL else ""
        if opens_block(tag):
            stack.append((tag.word, "with" if tag in faulty else tag.word))
            line = "{% with %}" if tag in faulty else line
        elif tag in faulty or (tag.word in _MIDDLE and (not stack or stack[-1][1] not in _MIDDLE[tag.word])):
            line = ""
        elif tag.word in _BLOCKS.values():
            line, begun = "", tag.word.removeprefix("end")
            while any(word == begun for word, _ in stack):
                word, written = stack.pop()
                line += f"{{% {_BLOCKS[written]} %}}"
                if word == begun:
                    break
        lines.append(line)
    return [*lines, "".join(f"{{% {_BLOCKS[written]} %}}" for _, written in reversed(stack))]


def intended_tag(found: TemplateTag | HalfTag) -> TemplateTag:
    """The tag that a faulty one was probably meant to be: ``{% fr x in y %}`` was meant to begin a loop."""
    typed = found.typed if isinstance(found, TemplateTag) else f"{found.typed} {found.braces[1]}}}".replace("{}", "}}")
    tag = TemplateTag(found.start, found.end, found.typed, normalized(typed))
    close = nearest(tag.word, _WORDS)
    return replace(tag, normalized=tag.normalized.replace(tag.word, close, 1)) if tag.word and close else tag
