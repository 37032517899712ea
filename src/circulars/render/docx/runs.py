"""Turns spans into runs with formatting and links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from circulars.model.directions import MARKS, OPAQUE, Direction, is_read_on
from circulars.model.document import SettledFootnote
from circulars.model.fonts import UPRIGHT, is_one_of
from circulars.model.marks import marked
from circulars.model.text import Span, Spans, plain
from circulars.render.docx.footnote_part import MARK_STYLE
from circulars.render.docx.markup import HOLE, OPEN, by_program, kept_apart
from circulars.render.docx.story import Story
from circulars.render.docx.voice import Voice, element_run, field_runs, text_runs

_SPACES: Final = " \u00a0"
_VALUE_NEXT: Final = re.compile(f"[{_SPACES}]*{OPAQUE}")
_SIZE = '<w:sz w:val="22"/><w:szCs w:val="22"/>'  # at which so many underscores are as long as the letter says


def runs_of(spans: Spans, story: Story) -> str:
    """The spans as runs. Adjacent spans with the same link share a hyperlink."""
    # LibreOffice does not see the direction of a run.
    spans = _with_values_apart(spans, story.voice.direction)
    if story.voice.direction == "rtl":
        spans = tuple(_with_notes_apart(spans))
    with_marks = marked(spans, story.voice.direction, _known, kept_apart)
    return "".join(_linked(link, tuple(group), story) for link, group in itertools.groupby(with_marks, _link))


def _with_values_apart(spans: Spans, around: Direction) -> Spans:
    """The spans; a hole whose value could be shown together with what follows is one by itself ("auto").

    One before another value is not: both may be one phrase. That other one has an ``inner`` direction: if it is a
    number, it is not shown together with the value before.
    """
    if not any(OPEN in span.text for span in spans):
        return spans
    whole, end, found = _known(spans), 0, list[Span]()
    for span in spans:
        start, end = end, end + len(_known((span,)))
        if OPEN in span.text:
            is_apart = not _VALUE_NEXT.match(whole, end) and is_read_on(whole[end:], around)
            is_behind = whole[:start].rstrip(_SPACES).endswith(OPAQUE)
            span = replace(span, direction="auto" if is_apart else "", inner=around if is_behind else "")
        found.append(span)
    return tuple(found)


def _with_notes_apart(spans: Spans) -> Iterator[Span]:
    """The spans of a text from right to left; the mark of a footnote is behind a number, not in it."""
    before = ""
    for span in spans:
        if span.note and not span.direction and before.isdecimal():
            yield Span(kept_apart(MARKS["rtl"]))
        yield span
        before = span.text[-1:]


def _known(spans: Spans) -> str:
    """The text of spans, with one character for each hole."""
    return HOLE.sub(OPAQUE, plain(spans))


def _link(span: Span) -> str:
    return span.link


def _linked(link: str, spans: Spans, story: Story) -> str:
    if not link:
        return "".join(_run(span, story) for span in spans)
    if spans[0].note:
        return _mark(spans[0], story)
    if not link.startswith("#"):
        style = f'<w:rStyle w:val="{story.style("Hyperlink")}"/>'
        inner = "".join(_run(span, story, style) for span in spans)
        return story.linked(link, inner)
    inner = "".join(_run(span, story) for span in spans)
    place = story.bookmark(link[1:])
    if story.numbers.get(link[1:]) == "".join(span.text for span in spans):
        voice = _voice(spans[0], story)
        return field_runs(rf"REF {place} \r \h", spans[0].text, voice, _look(spans[0], voice))
    words = "".join(span.text for span in spans)
    return story.led(link[1:], words, inner)


def _mark(span: Span, story: Story) -> str:
    """The mark of a footnote. Word counts the footnotes; a mark that is repeated refers to the first one."""
    numbered = story.footnotes[span.note]
    footnote, voice, look = numbered.footnote, _voice(span, story), _mark_look(story)
    if span.is_repeated and footnote.is_counted:
        code = rf"NOTEREF {story.bookmark(span.note)} \f \h"
        return _around_sign(footnote, voice, look, field_runs(code, footnote.sign, voice, look))
    if span.is_repeated:
        return story.led(span.note, footnote.mark, text_runs(footnote.mark, voice, look))
    number = f'w:id="{numbered.number}"'
    if footnote.is_counted:
        reference = element_run(f"<w:footnoteReference {number}/>", voice, look)
        runs = _around_sign(footnote, voice, look, reference)
    else:
        reference = f'</w:rPr><w:footnoteReference w:customMarkFollows="1" {number}/>'
        runs = text_runs(footnote.sign, voice, look).replace("</w:rPr>", reference, 1)
    return story.marked(span.note, runs) if numbered.is_repeated else runs


def footnote_label(footnote: SettledFootnote, story: Story) -> str:
    """The sign before a footnote."""
    voice, look = story.voice, _mark_look(story)
    if footnote.is_counted:
        return _around_sign(footnote, voice, look, element_run("<w:footnoteRef/>", voice, look))
    # LibreOffice shows the mark of such a footnote before its text, where Word wants it to be in the text.
    return by_program(text_runs(footnote.sign, voice, look), "")


def _around_sign(footnote: SettledFootnote, voice: Voice, look: str, sign: str) -> str:
    """The runs of a sign, between what the language writes before and after it: "（1）"."""
    before, _, after = footnote.mark.partition(footnote.sign)
    return text_runs(before, voice, look) + sign + text_runs(after, voice, look)


def _mark_look(story: Story) -> str:
    return f'<w:rStyle w:val="{story.style(MARK_STYLE)}"/>'


def _run(span: Span, story: Story, style: str = "") -> str:
    voice = _voice(span, story)
    look = style + _look(span, voice)
    if span.blank:
        return story.control(text_runs(span.text, voice, look + _SIZE * bool(span.width)))
    return text_runs(span.text, voice, look)


def _voice(span: Span, story: Story) -> Voice:
    if not span.language and not span.direction and not span.inner:
        return story.voice if story.voice.direction == "ltr" else replace(story.voice, is_settled=True)
    is_apart, is_behind = span.direction == "auto", OPEN in span.text and span.inner != ""
    direction = span.direction if span.direction in ("ltr", "rtl") else story.voice.direction
    is_settled = direction == "rtl" and not span.language and not span.direction
    return Voice(span.language or story.voice.language, direction, span.language != "", is_apart, is_behind, is_settled)


def _look(span: Span, voice: Voice) -> str:
    """The look of a run. Where a script has no slant, emphasis is a weight."""
    upright = span.emphasis and is_one_of(voice.language, UPRIGHT)
    strong = "<w:b/><w:bCs/>" if span.strong or upright else ""
    return strong + ("<w:i/><w:iCs/>" if span.emphasis and not upright else "")
