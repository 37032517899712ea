"""Reads the tags of a template as they were typed, and says what is wrong with each, and with the order they stand in.

A tag is looked at twice: as it stands, pieces and odd signs and all, and as it was meant.
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

_NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_ODD: Final = {
    "a curly quotation mark": ("“”„‟«»″", '"'),
    "a curly apostrophe": ("‘’‚‛′", "'"),
    "a long dash": ("–—‒―−\u2011\u2010", "-"),
    "a no-break space": ("\u00a0\u202f\u2007\u2009\u2002\u2003", " "),
    "an invisible sign": (_NOTHING, ""),
    "a full-width sign": ("｛｝％＃｜＝．，（）", "{}%#|=.,()"),
    "a tab or a line break": ("\t\n", "  "),
}
_PLAIN: Final = {
    sign: plain[place] if len(plain) > 1 else plain
    for signs, plain in _ODD.values()
    for place, sign in enumerate(signs)
}
_LITERAL = re.compile(r"""("[^"]*"|'[^']*')""")
_GAP = rf"[ \u00a0\t\n{_NOTHING}]*"
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
class Tag:
    """A tag between two places of a text: as it was typed, and as it was meant."""

    start: int
    end: int
    typed: str
    meant: str

    @property
    def kind(self) -> str:
        """ "{" for a value, "%" for a statement, "#" for a remark."""
        return self.meant[1]

    @property
    def letter(self) -> str:
        """What the tag stands for besides text: "p" a paragraph, "r" a run, "tr" a row, "tc" a cell, or ""."""
        found = re.match(r"\{[{%#](tr|tc|p|r)(?=\s)", self.meant)
        return found[1] if found else ""

    @property
    def plain(self) -> str:
        """The tag as Jinja reads it: without its letter."""
        return self.meant[:2] + self.meant[2 + len(self.letter) :]

    @property
    def word(self) -> str:
        """The first word of a statement: "if", "endfor"."""
        found = re.match(r"\{%[-+]?\s*(\w+)", self.plain) if self.kind == "%" else None
        return found[1] if found else ""

    @property
    def inside(self) -> str:
        """What stands between the braces."""
        return self.plain[2:-2].strip().strip("-+").strip()


@dataclass(frozen=True, slots=True)
class Torn:
    """Half a tag: an end that is missing, or one too many; ``meant`` are the braces that were looked for."""

    start: int
    end: int
    typed: str
    meant: str

    @property
    def opens(self) -> bool:
        """Whether it is a beginning without an end."""
        return self.meant.startswith("{")


def scan(text: str) -> tuple[Tag | Torn, ...]:
    """The tags of a text, and the halves of tags, in order."""
    found: list[Tag | Torn] = []
    open: re.Match[str] | None = None
    for edge in _EDGE.finditer(text):
        if edge["open"]:
            if open is not None:
                if _mark(open) == "#":  # nothing begins inside a remark
                    continue
                found.append(_torn(text, open, edge.start()))
            open = edge
        elif open is not None:
            if _mark(open) == _mark(edge):
                typed = text[open.start() : edge.end()]
                found.append(Tag(open.start(), edge.end(), typed, meant(typed)))
                open = None
        else:
            mark = _mark(edge)
            found.append(Torn(edge.start(), edge.end(), edge[0], f"{mark}}}"))
    if open is not None:
        found.append(_torn(text, open, len(text)))
    return tuple(found)


def _mark(edge: re.Match[str]) -> str:
    """The sign that tells the kinds of tags apart; a value's end has the same as its beginning."""
    inner = edge[0][-1] if edge["open"] else edge[0][0]
    plain = _PLAIN.get(inner, inner)
    return "}" if plain in "{}" else plain


def _torn(text: str, open: re.Match[str], end: int) -> Torn:
    mark = _mark(open)
    return Torn(open.start(), end, text[open.start() : end].rstrip(), "{" + mark.replace("}", "{"))


def meant(typed: str) -> str:
    """A tag as it was meant: braces side by side, plain signs outside quoted texts, its letter beside the brace."""
    edges = list(_EDGE.finditer(typed))
    mark = _mark(edges[0])
    inside = typed[edges[0].end() : edges[-1].start()]
    if mark != "#":
        inside = "".join(
            piece if nth % 2 else "".join(_PLAIN.get(sign, sign) for sign in piece)
            for nth, piece in enumerate(_LITERAL.split(inside))
        )
    begin, end = ("{{", "}}") if mark == "}" else (f"{{{mark}", f"{mark}}}")
    if letter := _LETTER.match(inside):
        rest = inside[letter.end() :]
        # "{{ p }}" is the field p, and "{{ r + 1 }}" a sum: a letter is followed by a name or by a statement.
        if re.match(r"\w", rest) and not re.match(r"(if|else|and|or|in|is|not)\b", rest if mark == "}" else ""):
            inside = inside[letter.start(1) :]
            if letter[1] != "r" and inside.rstrip().endswith("-"):
                # docxtpl takes it for a wish to join two paragraphs, and drops what stands between.
                inside = f"{inside.rstrip().rstrip('-').rstrip()} "
    return f"{begin}{inside}{end}"


def odd_signs(tag: Tag) -> str:
    """What stands in a tag that Jinja does not read: "a curly quotation mark, a long dash"; or ""."""
    edges = list(_EDGE.finditer(tag.typed))
    outside = "".join(
        piece for nth, piece in enumerate(_LITERAL.split(tag.typed[edges[0].end() : edges[-1].start()])) if nth % 2 == 0
    )
    braces = edges[0][0] + edges[-1][0]
    signs = braces if tag.kind == "#" else braces + outside
    odd = [name for name, (listed, _) in _ODD.items() if any(sign in listed for sign in signs)]
    if tag.typed != tag.meant and not odd:
        joins = re.search(r"-\s*[%}]", tag.typed) and not re.search(r"-\s*[%}]", tag.meant)
        odd = ["a hyphen before its end" if joins else "a space in the wrong place"]
    return ", ".join(odd) if tag.typed != tag.meant else ""


@functools.lru_cache(maxsize=4096)
def syntax_fault(tag: Tag) -> tuple[str, str]:
    """Why Jinja does not understand a tag alone, and the remedy; or two empty texts."""
    if tag.kind == "#":
        return "", ""
    if tag.kind == "%" and tag.word not in _WORDS:
        close = nearest(tag.word, _WORDS)
        fact = f"there is no statement '{tag.word}'" if tag.word else "the tag says nothing"
        return fact, f"did you mean '{close}'?" if close else "statements are 'if', 'for', 'set' and the like"
    if tag.word in _DOCXTPL or tag.word in _BLOCKS.values():
        return "", ""
    try:
        _GRAMMAR.parse(_whole(tag))
    except TemplateSyntaxError as error:
        return f"Jinja does not understand it: {error.message}", "compare it with the list of tags"
    except RecursionError:
        return "it is nested too deep", "write it in several tags"
    return "", ""


def _whole(tag: Tag) -> str:
    """A tag with what it needs around it to be read alone."""
    if tag.word in _MIDDLE:
        return f"{{% if 1 %}}{tag.plain}{{% endif %}}"
    if opens_block(tag):
        return f"{tag.plain}{{% {_BLOCKS[tag.word]} %}}"
    return tag.plain


def opens_block(tag: Tag) -> bool:
    """Whether a tag begins what another one ends; ``{% set x = 1 %}`` ends where it stands."""
    return tag.word in _BLOCKS and not (tag.word == "set" and "=" in tag.inside)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a statement stands, so that two can be held against each other: as what, inside what."""

    letter: str
    within: object
    told: str


def nesting_faults(statements: Sequence[tuple[Tag, Stand]]) -> Iterator[tuple[int, str, str]]:
    """The places, in the sequence, of statements that do not fit together, each with the fact and the remedy."""
    stack: list[int] = []
    for place, (tag, _) in enumerate(statements):
        if opens_block(tag):
            stack.append(place)
        elif tag.word in _MIDDLE:
            if not stack or statements[stack[-1]][0].word not in _MIDDLE[tag.word]:
                yield (
                    place,
                    f"'{tag.meant}' stands inside no '{_MIDDLE[tag.word][0]}'",
                    "take it out, or put the 'if' back",
                )
            else:
                yield from _apart(place, stack[-1], statements)
        elif tag.word in _BLOCKS.values():
            opened = next((nth for nth in reversed(stack) if _BLOCKS[statements[nth][0].word] == tag.word), None)
            if opened is None:
                begin = tag.word.removeprefix("end")
                yield place, f"'{tag.meant}' ends nothing: no '{begin}' stands before it", "take it out"
                continue
            for nth in reversed(stack[stack.index(opened) + 1 :]):
                yield _open(nth, statements)
            del stack[stack.index(opened) :]
            yield from _apart(place, opened, statements)
    for nth in stack:
        yield _open(nth, statements)


def _open(place: int, statements: Sequence[tuple[Tag, Stand]]) -> tuple[int, str, str]:
    tag, stand = statements[place]
    end = f"{{%{stand.letter} {_BLOCKS[tag.word]} %}}"
    return place, f"'{tag.meant}' has no end", f"write '{end}' where it ends"


def _apart(place: int, opened: int, statements: Sequence[tuple[Tag, Stand]]) -> Iterator[tuple[int, str, str]]:
    """Two statements of one block that stand as different things, or in different cells."""
    (tag, stand), (first, other) = statements[place], statements[opened]
    if stand.letter != other.letter:
        right = f"{{%{other.letter} {tag.inside} %}}"
        yield place, f"'{tag.meant}' belongs to '{first.meant}', and needs the same letter", f"write '{right}'"
    elif stand.within is not other.within:
        fact = f"'{tag.meant}' belongs to '{first.meant}', which stands in another {stand.told}"
        yield place, fact, f"put both into one {stand.told}"


def balanced(tags: Sequence[Tag], faulty: Sequence[Tag] = ()) -> list[str]:
    """The tags as lines that Jinja can read, whatever is missing: blocks are ended, ends of nothing left out.

    Of ``faulty`` tags, which Jinja does not understand, only the block is kept that they were to begin.
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


def guessed(found: Tag | Torn) -> Tag:
    """What a faulty tag was to be, as far as its first word tells: ``{% fr x in y %}`` was to begin a loop."""
    typed = found.typed if isinstance(found, Tag) else f"{found.typed} {found.meant[1]}}}".replace("{}", "}}")
    tag = Tag(found.start, found.end, found.typed, meant(typed))
    close = nearest(tag.word, _WORDS)
    return replace(tag, meant=tag.meant.replace(tag.word, close, 1)) if tag.word and close else tag
