"""Turns spans into runs with formatting and links."""

from __future__ import annotations

import itertools

from circulars.model.text import Span, Spans
from circulars.render.docx.story import Story
from circulars.render.docx.voice import Voice, field_runs, text_runs


def runs_of(spans: Spans, story: Story) -> str:
    """The spans as runs. Adjacent spans with the same link share a hyperlink."""
    return "".join(_linked(link, tuple(group), story) for link, group in itertools.groupby(spans, _link))


def _link(span: Span) -> str:
    return span.link


def _linked(link: str, spans: Spans, story: Story) -> str:
    if not link:
        return "".join(_run(span, story) for span in spans)
    if not link.startswith("#"):
        style = f'<w:rStyle w:val="{story.style("Hyperlink")}"/>'
        inner = "".join(_run(span, story, style) for span in spans)
        return story.linked(link, inner)
    inner = "".join(_run(span, story) for span in spans)
    place = story.bookmark(link[1:])
    if story.numbers.get(link[1:]) == "".join(span.text for span in spans):
        return field_runs(rf"REF {place} \r \h", spans[0].text, _voice(spans[0], story), _look(spans[0]))
    words = "".join(span.text for span in spans)
    return story.led(link[1:], words, inner)


def _run(span: Span, story: Story, style: str = "") -> str:
    return text_runs(span.text, _voice(span, story), style + _look(span))


def _voice(span: Span, story: Story) -> Voice:
    return Voice(span.language, story.voice.direction, stated=True) if span.language else story.voice


def _look(span: Span) -> str:
    strong = "<w:b/><w:bCs/>" if span.strong else ""
    return strong + ("<w:i/><w:iCs/>" if span.emphasis else "")
