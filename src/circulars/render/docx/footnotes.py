"""Writes the footnotes of a letter into the part of footnotes that its Word template has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from circulars.model.document import SettledFootnote
from circulars.render.docx.footnote_part import TEXT_STYLE
from circulars.render.docx.places import block_name
from circulars.render.docx.runs import footnote_label, runs_of
from circulars.render.docx.story import Story
from circulars.render.docx.voice import text_runs

_END: Final = re.compile(r"</w:footnotes>\s*$")


def with_footnotes(story: Story, stories: Mapping[str, str]) -> dict[str, str]:
    """The parts with text, with the letter's footnotes at the end of their part."""
    if not story.document.footnotes:
        return dict(stories)
    name = story.paper.footnotes
    written = "".join(_footnote(footnote, story) for footnote in story.document.footnotes)
    return {**stories, name: _END.sub(lambda end: written + end[0], stories[name])}


def _footnote(footnote: SettledFootnote, story: Story) -> str:
    style = f'<w:pStyle w:val="{story.style(TEXT_STYLE)}"/>'
    label = footnote_label(footnote, story) + text_runs(" ", story.voice)
    return (
        f'<w:footnote w:id="{story.footnotes[footnote.id].number}"><w:p><w:pPr>{style}</w:pPr>'
        f"{label}{story.inside(block_name(footnote.id), runs_of(footnote.spans, story))}</w:p></w:footnote>"
    )
