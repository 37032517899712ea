"""Reads the comments of a Word file: who wrote what, about which words, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lxml import etree

from circulars.accessibility.word.file import is_on
from circulars.files.opc import links_of, parse_part, target_of, targets
from circulars.render.docx.markup import w
from circulars.review.word_edits.edited import Comment, EditedParagraph
from circulars.review.word_edits.inline import StoryContext, content_of, person, safe
from circulars.review.word_edits.stories import CommentMark

_EXTENDED: Final = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
_W15: Final = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def read_comments(
    parts: Mapping[str, bytes],
    main: str,
    marks: Iterable[CommentMark],
    paragraphs: Sequence[EditedParagraph],
    context: StoryContext,
) -> tuple[Comment, ...]:
    """The comments in the order of the file; an answer names the comment that it answers."""
    name = next((name for name in targets(parts, main, "comments") if name in parts), "")
    if not name:
        return ()
    placed: dict[tuple[str, str], CommentMark] = {}
    for mark in marks:
        placed.setdefault((mark.id, mark.kind), mark)
    found = [one for one in parse_part(parts[name]) if one.tag == w("comment")]
    ids = {key: number for number, one in enumerate(found) for key in _paragraph_ids(one)}
    about = _extended(parts, main)
    lengths = [sum(len(run.text) for run in paragraph.runs) for paragraph in paragraphs]
    return tuple(_comment(one, placed, ids, about, context, lengths) for one in found)


def _comment(
    comment: etree._Element,
    placed: Mapping[tuple[str, str], CommentMark],
    ids: Mapping[str, int],
    about: Mapping[str, tuple[str, bool]],
    context: StoryContext,
    lengths: Sequence[int],
) -> Comment:
    id = comment.get(w("id"), "")
    start = placed.get((id, "commentRangeStart")) or placed.get((id, "commentReference"))
    end = placed.get((id, "commentRangeEnd"))
    lines = ("".join(run.text for run in content_of(one, context).runs) for one in comment.iter(w("p")))
    parent, is_done = next((about[key] for key in _paragraph_ids(comment) if key in about), ("", False))
    first, last = _range(start, end, lengths)
    return Comment(
        person(comment.get(w("author"), "")),
        safe(comment.get(w("date"), "")),
        "\n".join(map(safe, lines)).strip(),
        start.paragraph if start else None,
        first,
        last,
        ids.get(parent),
        is_done,
    )


def _range(start: CommentMark | None, end: CommentMark | None, lengths: Sequence[int]) -> tuple[int, int]:
    """The offsets of the words that a comment is about, in the paragraph where it begins."""
    if start is None:
        return 0, 0
    if end is None or end.paragraph < start.paragraph:
        return start.offset, start.offset
    return start.offset, end.offset if end.paragraph == start.paragraph else lengths[start.paragraph]


def _paragraph_ids(comment: etree._Element) -> list[str]:
    """The ids of a comment's paragraphs, by the last of which answers name it."""
    return [id for one in comment.iter(w("p")) if (id := one.get(f"{_W14}paraId", ""))]


def _extended(parts: Mapping[str, bytes], main: str) -> dict[str, tuple[str, bool]]:
    """What each comment answers, and whether it is done, by the ids of their last paragraphs."""
    for link in links_of(parts, main):
        if link.get("Type") == _EXTENDED and (part := parts.get(target_of(link, main))) is not None:
            return {
                one.get(f"{_W15}paraId", ""): (
                    one.get(f"{_W15}paraIdParent", ""), is_on(one.get(f"{_W15}done", "0"))
                )
                for one in parse_part(part)
            }  # fmt: skip
    return {}
