"""Counts how many pairs of independent edits git merges, before letters are formatted and after.

``.venv/bin/python tests/review/layout/merging.py 500`` prints the figures of ``docs/git.md``.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from circulars.review.layout import format_letter
from circulars.review.layout.sentences import sentences
from circulars.review.repository.merging import merge_letters
from circulars.source.letters.reading import parse_letter

LETTERS: Final = sorted(Path("letters").glob("*.yaml"))
_WORD: Final = re.compile(r"(?<![\w{<\[(|/.@-])[^\W\d_]{3,}(?![\w}>\])|/.@-])")
_PLANE: Final = ("approved", "further", "second")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a letter: the number of its text and language, its own, and its range in the file."""

    text: tuple[int, str]
    number: int
    start: int
    end: int


def sentences_in(source: str) -> list[Sentence]:
    """The sentences of a letter's texts that are longer than one line."""
    letter = parse_letter(source.encode(), "letters/x.yaml", "x", Path("letters"))
    found = []
    for number, text in enumerate(letter.texts):
        for language, (start, end) in text.ranges.items():
            if len(text.ranges) > 1 and len({*text.ranges.values()}) == 1:
                continue
            typed = source[start:end]
            at = 0
            for count, one in enumerate(sentences(" ".join(typed.removeprefix(">-").split()))):
                pattern = r"\s+".join(map(re.escape, one.split()))
                if (match := re.search(pattern, typed[at:])) and _WORD.search(match[0]):
                    place = (start + at + match.start(), start + at + match.end())
                    found.append(Sentence((number, language), count, *place))
                    at += match.end()
    return found


def edited(source: str, sentence: Sentence, chance: random.Random, refill: bool) -> str:
    """The letter with another word, or two, in a sentence; its lines are filled anew if an editor does so."""
    words = [*_WORD.finditer(source, sentence.start, sentence.end)]
    word = chance.choice(words)
    new = chance.choice([chance.choice(_PLANE), f"{word[0]} {chance.choice(_PLANE)}", ""])
    made = source[: word.start()] + new + source[word.end() :]
    made = made.replace("  ", " ") if not new and source[word.start() - 1] == " " == source[word.end()] else made
    if not new:
        made = source[: word.start()].rstrip(" ") + " " + source[word.end() :].lstrip(" ")
    return _refilled(made, sentence.start) if refill else made


def _refilled(source: str, at: int) -> str:
    """The letter with the lines of one folded text filled to 120 characters."""
    lines = source.split("\n")
    line = source.count("\n", 0, at)
    first = last = line
    while first and not lines[first - 1].rstrip().endswith((">-", "|")):
        if not lines[first].startswith("      ") or len(lines[first]) < 2:
            return source
        first -= 1
    if not first or lines[first - 1].rstrip().endswith("|"):
        return source
    margin = re.match(" *", lines[first])[0]  # type: ignore[index]  # any line matches
    while last + 1 < len(lines) and lines[last + 1].startswith(margin) and lines[last + 1].strip():
        last += 1
    filled = textwrap.wrap(" ".join(map(str.strip, lines[first : last + 1])), 120 - len(margin))
    return "\n".join([*lines[:first], *(margin + one for one in filled), *lines[last + 1 :]])


def merges(base: str, one: str, other: str) -> bool:
    """Whether git merges two versions without a conflict."""
    with TemporaryDirectory() as folder:
        names = []
        for name, text in (("one", one), ("base", base), ("other", other)):
            (Path(folder) / name).write_text(text)
            names.append(name)
        done = subprocess.run(["git", "merge-file", "-p", "-q", *names], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def count(pairs: int, kind: str, chance: random.Random, letters: Sequence[Path] = LETTERS) -> Counter[str]:
    """How many of some pairs of edits git merges: in letters as typed, filled anew by an editor, and formatted.

    "driver" counts those that the merge driver merges in formatted letters, "touching" those whose edits have no line
    between them, and "unexplained" those that git merges although they touch, or does not although they do not.
    ``kind`` is "paragraphs" for two texts of a letter, in any languages, "sentences" for any two of its sentences, or
    "neighbours" for two of one paragraph in one language.
    """
    sources = [path.read_text() for path in letters]
    formatted = [format_letter(text.encode(), "letters/x.yaml", Path("letters")).new.decode() for text in sources]
    ways = {"typed": (sources, False), "filled": (sources, True), "formatted": (formatted, False)}
    known = {name: [sentences_in(text) for text in texts] for name, (texts, _) in ways.items()}
    counts = Counter[str]()
    while counts["pairs"] < pairs:
        at, seed = chance.randrange(len(sources)), chance.random()
        results = {
            name: _pair(texts[at], known[name][at], kind, random.Random(seed), refill)
            for name, (texts, refill) in ways.items()
        }
        counts["pairs"] += 1
        counts.update(name for name, result in results.items() if "git" in result)
        formatted_way = results["formatted"]
        counts["driver"] += bool({"git", "driver"} & formatted_way)
        counts["touching"] += "touches" in formatted_way
        counts["unexplained"] += ("git" in formatted_way) == ("touches" in formatted_way)
    return counts


def _pair(source: str, known: list[Sentence], kind: str, chance: random.Random, refill: bool) -> set[str]:
    """By what a pair of edits is merged: git alone ("git"), the merge driver ("driver").

    It "touches" if no line that neither edit changed is between those that they changed.
    """
    one = other = chance.choice(known)
    while other == one or (kind != "sentences" and (other.text == one.text) != (kind == "neighbours")):
        one, other = chance.choice(known), chance.choice(known)
    versions = [edited(source, sentence, chance, refill) for sentence in (one, other)]
    ways = {"git": merges(source, *versions), "touches": _touch(*(_changed(source, version) for version in versions))}
    if not ways["git"]:
        base, ours, theirs = (text.encode() for text in (source, *versions))
        ways["driver"] = not merge_letters(base, ours, theirs, "letters/x.yaml", Path("letters")).conflicts
    return {name for name, holds in ways.items() if holds}


def _changed(source: str, version: str) -> range:
    """The lines that an edit changed, from the first to the last one."""
    blocks = SequenceMatcher(None, source.split("\n"), version.split("\n"), autojunk=False).get_opcodes()
    changes = [block for block in blocks if block[0] != "equal"]
    return range(changes[0][1], changes[-1][2]) if changes else range(-1, -1)


def _touch(one: range, other: range) -> bool:
    return one.start <= other.stop and other.start <= one.stop


if __name__ == "__main__":
    for kind in ("paragraphs", "sentences", "neighbours"):
        counted = count(int(sys.argv[1]), kind, random.Random(1))
        names = ("typed", "filled", "formatted", "driver", "touching", "unexplained")
        shares = (f"{name} {counted[name] / counted['pairs']:.1%}" for name in names)
        print(f"{kind}: {counted['pairs']} pairs: {', '.join(shares)}")
