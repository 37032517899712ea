"""Adds a last page with what marks in the text cannot show, such as another picture or another footer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from circulars.errors import Problem, visible
from circulars.language import MESSAGES
from circulars.model.document import Direction
from circulars.review.comparing.changes import Change, Segment
from circulars.review.reports.marked_pdf.page import announce
from circulars.review.reports.marked_pdf.signs import ANY
from circulars.review.reports.spoken import Spoken, spoken

STYLES: Final = """
.remarks { break-before: page; direction: ltr; font-size: 10pt; text-align: left }
.remarks h2 { font-weight: bold; margin-block-end: 6pt }
.remarks li { margin-block-start: 3pt }
"""
_NOT_MARKED: Final = ("running-header", "footer", "addressee")
"""The parts that are in the margins of the pages, where there are no marks, or only in copies."""
_PICTURED: Final = "code"
"""The part that is a picture with words."""
_QUIET: Final = ("consequences", "typography")
_SHOWN: Final = re.compile("(?:now|no longer) (?:bold|italic)|other characters are bold|with its table")
"""Remarks that say what the marks in the text show."""
_ELEMENTS: Final = {"added": ("ins", "added"), "removed": ("del", "removed")}


def add_remarks(
    page: Element,
    changes: Sequence[Change],
    words: Spoken,
    direction: Direction = "ltr",
    problems: Sequence[Problem] = (),
) -> None:
    """Adds the problems of the new version and the remarks on some changes to a page; nothing if there are none.

    They are in English as in every report, with titles in the letter's ``words`` and ``direction``.
    """
    found = ((words.problems, [*map(_problem, problems)]), (words.also, [*_lines(changes)]))
    listed = [(title, lines) for title, lines in found if lines]
    if not listed:
        return
    section = SubElement(_main(page), "section", {"class": "remarks", "lang": MESSAGES, "dir": "ltr"})
    for title, lines in listed:
        SubElement(section, "h2", {"lang": words.language, "dir": direction}).text = title
        SubElement(section, "ul").extend(lines)
    announce(section, spoken(MESSAGES))


def _problem(problem: Problem) -> Element:
    """A line with a problem, and where it is in the letter's file."""
    return _line(f"{visible(problem.message)}{f' (line {problem.where.line})' if problem.where.line else ''}")


def _main(page: Element) -> Element:
    body = page.find("body")
    assert body is not None  # every page that was checked has one
    main = body.find("main")
    return body if main is None else main


def _lines(changes: Sequence[Change]) -> Iterator[Element]:
    for change in changes:
        if change.kind in _QUIET:
            continue
        if (change.new or change.old) in _NOT_MARKED:
            yield _marked(change.place, change.segments)
        if (change.new or change.old) == _PICTURED and change.kind in ("added", "removed"):
            yield _line(f"{change.place}: {change.kind}")
        yield from (_line(f"{change.place}: {remark}") for remark in change.remarks if not _SHOWN.match(remark))


def _line(text: str) -> Element:
    line = Element("li")
    line.text = ANY.sub("\ufffd", text)
    return line


def _marked(place: str, segments: Sequence[Segment]) -> Element:
    """A line with the words of a part that is in the margins."""
    line = _line(f"{place}: ")
    for segment in segments:
        text = ANY.sub("\ufffd", segment.text).replace("\n", " / ")
        if segment.mark == "equal":
            if len(line):
                line[-1].tail = (line[-1].tail or "") + text
            else:
                line.text = (line.text or "") + text
            continue
        tag, name = _ELEMENTS[segment.mark]
        SubElement(line, tag, {"class": name}).text = text
    return line
