"""Finds tags that nobody would see on paper: in the colour of the page, or in letters too small to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import Formatting, Run, WordFile, WordStory, word_file
from circulars.accessibility.word.text import background_of, contrast_on
from circulars.doctor.findings import TemplateFinding
from circulars.doctor.word import WordTemplate, paragraph_around
from circulars.doctor.word_tags import PlacedTag, placed_tags
from circulars.render.docx.markup import w
from circulars.render.docx.shapes import PICTURES

_LEAST_CONTRAST: Final = 1.5  # to 1; light grey on white has 1.8
_LEAST_SIZE: Final = 4  # points


def unseen_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """A finding for each tag whose words would be on the page, but not seen."""
    stories = tuple(WordStory(story, name, word.trees[name]) for name, story in word.stories.items())
    file = word_file("", word.parts, stories, word.part)
    for one in placed_tags(word):
        # What replaces a whole paragraph brings its own formatting.
        if one.tag.kind == "{" and one.tag.letter != "p" and one.tag.inside not in PICTURES:
            yield from _unseen(one, file)


def _unseen(one: PlacedTag, file: WordFile) -> Iterator[TemplateFinding]:
    element = one.pieces[0].element
    around, paragraph = next(element.iterancestors(w("r")), None), paragraph_around(element)
    if around is None or paragraph is None:
        return
    # Formatted words replace the tag's run, and keep only what the paragraph gives them.
    run = Run(etree.Element(w("r")) if one.tag.letter == "r" else around, one.tag.typed, file.by_element[paragraph])
    formatting = file.formatting(run)
    if formatting.hidden:
        return  # reported with the other leftovers
    for fact, remedy in _faults(formatting, background_of(run.paragraph, file)):
        yield TemplateFinding("hidden-text", f"{one.place}: '{one.tag.normalized}' {fact}", remedy)


def _faults(formatting: Formatting, background: str) -> Iterator[tuple[str, str]]:
    found = contrast_on(formatting, background)
    if found is not None and found < _LEAST_CONTRAST:
        colours = f"#{formatting.color} on #{formatting.fill or background}"
        yield (
            f"has the colour of what is behind it ({colours}), so nobody sees its words",
            "choose another colour for it",
        )
    if 0 < formatting.size < _LEAST_SIZE:
        points = f"{formatting.size:g} point{'s' * (formatting.size != 1)}"
        yield f"is {points} high, so nobody can read its words", "choose a larger size for it"
