"""Words changes for people to read on a terminal: with colours, or with the marks "[-removed-]" and "{+added+}"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from circulars.characters import UNSEEN
from circulars.review.comparing.changes import Change, FactChange, Mark, Segment, Segments, as_read
from circulars.review.comparing.consequences import listed, together
from circulars.review.comparing.holes import shown
from circulars.review.comparing.languages import PlaceChange

_INDENT: Final = " " * 6
_CONTEXT: Final = 8
_MARKS: Final[dict[Mark, tuple[str, str]]] = {"equal": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_COLOURS: Final[dict[Mark, tuple[str, str]]] = {
    "equal": ("", ""),
    "removed": ("\x1b[31;9m", "\x1b[0m"),
    "added": ("\x1b[32;4m", "\x1b[0m"),
}
# Control, direction and zero-width characters: a terminal obeys them, and a reader cannot see them.
_INVISIBLE: Final = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{UNSEEN}]")
_JOINED: Final = "\0"
"""In place of a space at which a text is not cut; no letter can have it."""
_SIGNS: Final = {
    "quotation marks": '"“”„«»‹›',
    "apostrophes": "'’‘‚ʼ",
    "dashes": "-‐‑–—−",
    "spaces": " \u00a0\u2009\u202f\u3000",
}
_SPACES: Final = str.maketrans(
    {" ": "␣", "\u00a0": "⍽"} | {space: f"⟨U+{ord(space):04X}⟩" for space in "\u2009\u202f\u3000"}
)


def fact_lines(fact: FactChange, colour: bool) -> Iterator[str]:
    """The lines of a fact: its values, in each language unless they are the same in all, and its places."""
    values = {code: _fact_value(old, fact.new[code]) for code, old in fact.old.items() if old != fact.new[code]}
    if len({*values.values()}) == 1 and len(values) == len(fact.old):
        yield visible(_indented(f"  {fact.name}: ", next(iter(values.values()))))
    else:
        yield visible(f"  {fact.name}")
        for code, value in values.items():
            yield visible(_indented(f"{_INDENT}{code}: ", value))
    places = [place.place for place in next(iter(fact.places.values()), ())]
    if places and places != ["date"]:
        yield visible(f"{_INDENT}in {together(places)}")
    if not fact.used:
        yield warning(f"{_INDENT}no text shows it", colour)
    yield from (warning(f"{_INDENT}{visible(question)}", colour) for question in fact.questions)


def _indented(lead: str, text: str) -> str:
    """The lead and a text of one or several lines, all as far from the margin."""
    return lead + text.replace("\n", "↵\n" + " " * len(lead))


def _fact_value(old: str, new: str) -> str:
    """ "30 → 40", or "added (40)" of a fact that the old version does not have."""
    if old and new:
        return f"{shown(old)} → {shown(new)}"
    return f"added ({shown(new)})" if new else f"removed ({shown(old)})"


def place_lines(entry: PlaceChange, has_several: bool, colour: bool, everything: bool = False) -> Iterator[str]:
    """The lines of what happened at one place; its words begin with their language if the letter ``has_several``.

    Changes of typography are marked if ``everything`` is shown.
    """
    only = warning(f"  ({visible(entry.only)})", colour) if entry.only else ""
    yield visible(f"  {_headline(entry)}") + only
    for code, line in _in_languages(entry, colour, everything):
        lead = f"{code}  " if has_several and code else ""
        yield _INDENT + lead + line.replace("\n", "\n" + " " * len(lead))
    yield from (warning(f"{_INDENT}{visible(question)}", colour) for question in entry.questions)


def audience_line(entry: PlaceChange) -> str:
    """The line of a part that is for other addressees than before."""
    remarks = next(iter(entry.changes.values())).remarks
    place, was = (text.partition(" (only for ")[0] for text in (entry.place, entry.was))
    return visible(f"  {place}{formerly(place, was if was != place else '')}: {'; '.join(remarks)}")


def quiet_line(kind: str, changes: Sequence[PlaceChange]) -> str:
    """One line for all changes of a kind that readers need not look at: "consequences: paragraph 3 was 2"."""
    said: dict[str, list[str]] = {}
    for one in changes:
        change = next(iter(one.changes.values()))
        in_signs = kind == "typography" and change.segments
        remarks = (listed(_signs(change.segments)),) if in_signs else change.remarks
        for remark in remarks:
            said.setdefault(remark, []).append(one.place)
    if kind == "consequences":
        return visible(f"{kind}: {'; '.join(said)}")
    return visible(f"{kind}: {'; '.join(f'{remark} in {together(places)}' for remark, places in said.items())}")


def _signs(segments: Segments) -> list[str]:
    """What kinds of signs differ in the typography of a text."""
    changed = {sign for one in segments if one.quiet == "typography" for sign in one.text if not sign.isalnum()}
    return [name for name, signs in _SIGNS.items() if changed & {*signs}] or ["signs"]


def _headline(entry: PlaceChange) -> str:
    """What happened, and where: "paragraph 3 (formerly 2): changed"."""
    kind, place, was = entry.kind, entry.place, entry.was
    if kind == "split":
        return f"{was}: split in {_pieces(entry)}, now {place}"
    if kind == "merged":
        return f"{place}: merged from {was}"
    if kind == "moved" or (kind == "column" and was):
        origin = f", formerly {was}" if was != place else ""
        return f"{place}: moved{origin}" + (", and changed" if kind == "moved" and _is_edited(entry) else "")
    change = next(iter(entry.changes.values()))
    what = {"look": "", "link": "", "column": "added" if change.new else "removed"}.get(kind, kind)
    return f"{place}{formerly(place, was)}{': ' if what else ''}{what}"


def formerly(place: str, was: str) -> str:
    """The old place in brackets, without what both places have in common: "(formerly 2)", "(formerly row 3)"."""
    if not was:
        return ""
    olds, news = was.split(", "), place.split(", ")
    same = next((n for n, (old, new) in enumerate(zip(olds, news, strict=False)) if old != new), 0)
    rest = ", ".join(olds[same:])
    what, _, number = rest.rpartition(" ")
    return f" (formerly {number if what and what == ', '.join(news[same:]).rpartition(' ')[0] else rest})"


def _pieces(entry: PlaceChange) -> str:
    """The number of pieces of a text that was split."""
    segments = next(iter(entry.changes.values())).segments
    number = 1 + sum(one.quiet == "list" and one.text == "\n" for one in segments)
    return {2: "two", 3: "three", 4: "four"}.get(number, str(number))


def _is_edited(entry: PlaceChange) -> bool:
    return any(one.mark != "equal" and not one.quiet for c in entry.changes.values() for one in c.segments)


def _in_languages(entry: PlaceChange, colour: bool, everything: bool) -> Iterator[tuple[str, str]]:
    """The words and the remarks of each language, with its code; once without a code if they are the same in all."""
    changes = entry.changes.items()
    words = [
        (code, marked(_with_typography(change) if everything else _with_breaks(change), colour))
        for code, change in changes
        if change.segments and (change.in_words or (everything and change.kind == "typography"))
    ]
    remarks = [(code, visible(f"({remark})")) for code, change in changes for remark in change.remarks]
    for lines in (words, remarks):
        texts = [text for _, text in lines]
        shared = len(changes) > 1 and all(texts.count(text) == len(changes) for text in texts)
        yield from dict.fromkeys(("", text) for text in texts) if shared else lines


def _with_typography(change: Change) -> Segments:
    """The words of a change, with those marked that differ in their typography only."""
    segments = _with_breaks(change)
    quiet = [one.quiet == "typography" for one in segments]
    spaces = ["".join(filter(str.isspace, one.text)) for one in segments]
    result = []
    for place, one in enumerate(segments):
        pair = place + 1 if one.mark == "removed" else place - 1
        is_in_spaces = 0 <= pair < len(segments) and quiet[pair] and spaces[pair] != spaces[place]
        text = one.text.translate(_SPACES) if is_in_spaces else one.text
        result.append(replace(one, quiet="", text=text) if quiet[place] else one)
    return tuple(result)


def _with_breaks(change: Change) -> Segments:
    """The words of a change; where a text was split or merged, the break between its pieces is marked."""
    if change.kind not in ("split", "merged"):
        return change.noted or change.segments
    result: list[Segment] = []
    for one in change.segments:
        if one.quiet == "list" and one.text == "\n":
            is_apart = bool(result) and result[-1].text[-1:].isspace()
            result.append(Segment(one.mark, "¶ " if is_apart else " ¶ "))
        else:
            result.append(one)
    return tuple(result)


def _with_facts(segments: Segments) -> Segments:
    """The segments with the words of each fact after its name, as one equal piece that is never cut."""
    result: list[Segment] = []
    for segment in segments:
        if segment.quiet != "fact":
            result.append(segment)
        elif segment.mark == "added":
            before = result.pop() if result and result[-1].fact == segment.fact else Segment("removed", "")
            piece = f"{{{segment.fact}: {before.text} → {segment.text}}}"
            result.append(Segment("equal", piece.replace(" ", _JOINED)))
        else:
            result.append(segment)
    return tuple(result)


def marked(segments: Segments, colour: bool) -> str:
    """The words with marks for removed and added ones; long equal pieces are shortened."""
    marks = _COLOURS if colour else _MARKS
    segments = as_read(_with_facts(segments))
    result = []
    for place, segment in enumerate(segments):
        before, after = marks[segment.mark]
        text = _shown(segment, place == 0, place == len(segments) - 1)
        # Otherwise a terminal would strike or underline the indentation, too.
        text = text.replace("\n", f"↵{after}\n{_INDENT}{before}")
        # After a line feed at the end of a marked piece, there is nothing to mark on the next line.
        result.append(f"{before}{text}{after}".replace(f"{before}{after}", "") if after else text)
    return "".join(result)


def _shown(segment: Segment, is_first: bool, is_last: bool) -> str:
    text = segment.text
    if segment.mark != "equal":
        return visible(text if text.strip() else text.translate(_SPACES))
    head = _CONTEXT if not is_first or is_last else 0
    tail = _CONTEXT if not is_last else 0
    return visible(_cut(text, head, tail).replace(_JOINED, " "))


def _cut(text: str, head: int, tail: int) -> str:
    """The first ``head`` and the last ``tail`` words of a text; the whole text if little would be left out."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    if len(words) <= head + tail + 3:
        return text
    begin = text[: words[head - 1][1]] + " " if head else ""
    end = " " + text[words[-tail][0] :] if tail else ""
    return f"{begin}…{end}"


def counted(count: int, noun: str) -> str:
    """The number of some things: "1 change", "2 changes"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def visible(text: str) -> str:
    """The text with numbers in place of characters that nobody sees, or that a terminal obeys."""
    return _INVISIBLE.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def bold(text: str, colour: bool) -> str:
    """The text in bold, on a terminal."""
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def warning(text: str, colour: bool) -> str:
    """The text in yellow, on a terminal."""
    return f"\x1b[33m{text}\x1b[0m" if colour else text
