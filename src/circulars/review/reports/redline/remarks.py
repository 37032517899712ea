"""Says as comments what Word cannot track: pictures, the layout, the footer, who gets a part."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from circulars.files.opc import relationships_name
from circulars.render.docx.markup import R
from circulars.review.comparing.comparison import Comparison
from circulars.review.comparing.looks import picture_remarks
from circulars.review.comparing.tree import Unit
from circulars.review.reports.redline.blocks import DocxParagraph
from circulars.review.reports.redline.content import Loose
from circulars.review.reports.redline.elements import element
from circulars.review.reports.redline.package import Parts, relations_of, serialized, with_part

_FAMILIES: Final = ("letter", "annex")
_TURNED: Final = "in landscape"
_FIELDS: Final = ("addressee", "signatures")
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_INITIALS: Final = 3


@dataclass(frozen=True, slots=True)
class CommentText:
    """What changed in the part with a key, in words."""

    key: str
    text: str


def remarks_of(compared: Comparison) -> Iterator[CommentText]:
    """What Word cannot track, in reading order."""
    for part in compared.root.walk():
        old, new = part.old, part.new
        if old is None or new is None:
            yield from _turned(old, new)
            continue
        found = [*picture_remarks(old.picture, new.picture), *_layout(old, new)]
        if old.audience != new.audience:
            found.append(f"{_audience(new)}, formerly {_audience(old)}")
        if new.key == "footer" and old.words != new.words:
            found.append(f"now “{_line(new)}”, formerly “{_line(old)}”")
        if new.key == "code" and _links(old) != _links(new):
            found.append(f"the code now leads to {_links(new)}, formerly to {_links(old)}")
        if found:
            shown = new.parts[0] if new.family == "signatures" else new
            yield CommentText(shown.key, f"{new.place}: {'; '.join(found)}")


def _turned(old: Unit | None, new: Unit | None) -> Iterator[CommentText]:
    """The layout of an annex that was added or removed, if its pages are turned: they are not tracked."""
    if new and new.family == "annex" and new.look == _TURNED:
        yield CommentText(new.key, f"{new.place}: now {_TURNED}, formerly not in the letter")
    if old and old.family == "annex" and old.look == _TURNED:
        yield CommentText(old.key, f"{old.place}: formerly {_TURNED}, now not in the letter")


def _layout(old: Unit, new: Unit) -> list[str]:
    if old.look == new.look or not (new.family in _FAMILIES or new.key in _FIELDS):
        return []
    return [f"now {new.look or 'as usual'}, formerly {old.look or 'as usual'}"]


def _audience(unit: Unit) -> str:
    return f"only for {unit.audience}" if unit.audience else "for everybody"


def _line(unit: Unit) -> str:
    return " ".join(unit.words.split())


def _links(unit: Unit) -> str:
    return " ".join(span.link for span in unit.spans if span.link)


def place_comments(remarks: Sequence[CommentText], paragraphs: Sequence[DocxParagraph]) -> None:
    """Puts the marks of comments around the paragraphs that show the parts; other comments are at the first one."""
    for number, remark in enumerate(remarks):
        found = next((one for one in paragraphs if _shows(one, remark.key)), paragraphs[0])
        id = {"id": str(number)}
        reference = element("r")
        reference.append(element("commentReference", id))
        found.parts.insert(0, Loose(element("commentRangeStart", id)))
        found.parts += [Loose(element("commentRangeEnd", id)), Loose(reference)]


def _shows(paragraph: DocxParagraph, key: str) -> bool:
    return any(one == key or one.startswith(f"{key}#") for one in paragraph.keys)


def add_comments(parts: Parts, main: str, remarks: Sequence[CommentText], author: str, date: datetime.datetime) -> None:
    """Adds the part with the comments to a Word file."""
    if not remarks:
        return
    tree = element("comments")
    for number, remark in enumerate(remarks):
        initials = "".join(word[0] for word in author.split())[:_INITIALS]
        attributes = {"id": str(number), "author": author, "date": f"{date:%Y-%m-%dT%H:%M:%SZ}", "initials": initials}
        comment = element("comment", attributes)
        comment.append(_paragraph(remark.text))
        tree.append(comment)
    name = main.rpartition("/")[0] + "/comments.xml"
    parts[name] = serialized(tree)
    relations = relations_of(parts, main)
    relations.add(f"{R}/comments", f"/{name}")
    parts[relationships_name(main)] = serialized(relations.tree)
    with_part(parts, name, _TYPE)


def _paragraph(text: str) -> etree._Element:
    paragraph, run, look, words = element("p"), element("r"), element("rPr"), element("t")
    look.append(element("lang", {"val": "en-GB"}))
    words.text = text
    run.extend((look, words))
    paragraph.append(run)
    return paragraph
