"""Shapes of running text: one paragraph or several."""

from __future__ import annotations

import re
from dataclasses import dataclass

from circulars.addressing.deception import misleading_links
from circulars.model.text import Spans
from circulars.source.letters.by_language import InLanguages
from circulars.source.letters.links import is_target, wrong_target
from circulars.source.letters.report import LetterReport, Reference, letter_report
from circulars.syntax.half_width import half_width
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.prose import FOOTNOTE_NAME, is_link_name, marks, paragraphs, parse
from circulars.syntax.scalars import NO_SENTENCE, Text, is_blank
from circulars.syntax.shape import Report, Schema, Shape, UnreadableError, shortened
from circulars.syntax.unknown_marks import unknown_marks

_ADJACENT = re.compile(rf"(?<!\\)\[\^{FOOTNOTE_NAME}\]\[\^{FOOTNOTE_NAME}\]")
# "- item", "• item", "1. item", "(a) item"
_ENTRY = re.compile(r"^[ \t]*(?:[-*•–][ \t]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)][ \t])[^\n]{1,60}", re.MULTILINE)
MAX_MARKS = 20_000
MAX_MARKS_IN_TEXT = 1000
MAX_PARAGRAPHS = 100
_AS_LIST = "write a paragraph with a list, 'items:', 'dashes:', 'numbers:' or 'steps:', and its entries after '- '"
_IN_CELL = "give the cell a list, 'items:', 'dashes:', 'numbers:' or 'steps:', and its entries after '- '"


@dataclass(frozen=True, slots=True)
class ProseText(Shape[Spans]):
    """A lightly marked-up text in which each line feed is a line break."""

    what: str = "text"

    def read(self, node: Node, report: Report) -> Spans:
        letter_report(report).visit_text(node, lines=True)
        text = Text(self.what, hint="write it", refused=NO_SENTENCE).read(node, report)
        return _spans(text, True, node, letter_report(report), "")

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


PROSE = InLanguages(ProseText())


@dataclass(frozen=True, slots=True)
class Paragraphs(Shape[tuple[Spans, ...]]):
    """Marked-up text of one or more paragraphs, which blank lines separate.

    Other line ends become spaces; with ``lines`` they are line breaks. With ``blank``, a quoted text may be empty: it
    has no paragraph.
    """

    what: str = "text"
    hint: str = ""
    refused: str = NO_SENTENCE
    blank: bool = False
    lines: bool = False

    def read(self, node: Node, report: Report) -> tuple[Spans, ...]:
        letter_report(report).visit_text(node, lines=self.lines)
        text = Text(self.what, hint=self.hint, refused=self.refused, blank=self.blank).read(node, report)
        if is_blank(text):
            return ()
        if "\n" not in text:
            return (_spans(text, self.lines, node, letter_report(report), ""),)
        parts, result, before = paragraphs(text), [], ""
        if len(parts) > MAX_PARAGRAPHS:
            fact = f"this text has {len(parts):,} paragraphs; the limit is {MAX_PARAGRAPHS}"
            raise report.refuse(node, "too-many", fact, "split it into several texts")
        for part in parts:
            if not self.lines:
                _warn_of_list(part, before, node, letter_report(report), _IN_CELL if self.blank else _AS_LIST)
            result.append(_spans(part, self.lines, node, letter_report(report), before))
            before += part + "\n\n"
        return tuple(result)

    def allows_blank(self) -> bool:
        return self.blank

    def schema(self, definitions: Schema) -> Schema:
        return Text().schema(definitions)


def _warn_of_list(text: str, before: str, node: Node, report: LetterReport, hint: str) -> None:
    """Warns of the first line that looks like an entry of a list, since its line end becomes a space.

    One such line may be a coincidence, unless the line before it ends with a colon.
    """
    entries = [*_ENTRY.finditer(text)]
    follows = any(text[: entry.start()].rstrip().endswith((":", "：")) for entry in entries)
    if len(entries) > 1 or follows:
        words = entries[0][0]
        used = Reference("", "", node, words, (before + text[: entries[0].start()]).count(words))
        fact = (
            f"'{shortened(words)}' looks like an entry of a list; this text has no lists, and the line end is a space"
        )
        report.warn_at(report.place_of(used), "unknown-mark", fact, hint)


def _spans(text: str, lines: bool, node: Node, report: LetterReport, before: str) -> Spans:
    """The spans of a paragraph; ``before`` is the text before it in the node. Adds its references to the report.

    Raises:
        UnreadableError: the text has problems; they are in the report.
    """
    assert isinstance(node, Scalar)
    _check_text(text, node, report)
    prose = parse(text, lines)

    def reference(kind: str, name: str, words: str, at: int) -> Reference:
        return Reference(kind, name, node, words, (before + text[:at]).count(words), report.language)

    for mark in unknown_marks(text):
        where = report.place_of(reference("", "", mark.words, mark.at))
        report.warn_at(where, "unknown-mark", mark.fact, mark.hint)
    for found in half_width(text):
        where = report.place_of(reference("", "", found.mark, found.at))
        fact = f"'{found.mark}' is half-width punctuation in Chinese text, in '{found.words}'"
        report.warn_at(where, "half-width-punctuation", fact, f"write '{found.meant}' if you mean it")
    for pair in _ADJACENT.finditer(text):
        where = report.place_of(reference("", "", pair[0], pair.start()))
        fact = f"the marks of two footnotes, '{pair[0]}', are printed like one number"
        report.warn_at(where, "adjacent-footnotes", fact, "write a comma or other words between them")
    failed = bool(prose.faults)
    for link, words, wrong in misleading_links(prose.spans) if any(span.link for span in prose.spans) else ():
        if not is_link_name(link):
            typed = words if words in text else link
            report.add_at(report.place_of(reference("", "", typed, max(text.find(typed), 0))), "deceptive-link", *wrong)
            failed = True
    for fault in prose.faults:
        where = report.place_of(reference("", "", fault.words, fault.at))
        report.add_at(where, fault.code, fault.message, fault.hint)
    named: set[str] = set()
    fields: list[Reference] = []
    for use in prose.uses:
        used = reference(use.kind, use.name, use.words, use.at)
        if use.kind == "link" and not is_target(use.name):
            report.add_at(report.place_of(used), "wrong-link", *wrong_target(use.name))
            failed = True
        else:
            report.references.append(used)
            fields += [used] * (use.kind == "field")
            if use.kind == "link" and is_link_name(use.name) and use.name not in named:
                named.add(use.name)
                report.linked.append((report.place_of(used), use.name, prose.spans))
    if failed:
        raise UnreadableError
    if fields:
        report.fields.append((prose.spans, tuple(fields)))
    return prose.spans


def _check_text(text: str, node: Scalar, report: LetterReport) -> None:
    """Refuses a text whose end YAML takes for a comment, and one with too many marks."""
    if not node.quoted and re.match(r" +#\S", report.tree.rest_of_line(node)):
        fact = "YAML takes the line from this '#' on for a comment, which would not be in the letter"
        hint = "put the text in quotation marks; if it is a comment, write a space after the '#'"
        report.add_at(report.tree.place_at(report.tree.text.index("#", node.end)), "lost-text", fact, hint)
        raise UnreadableError
    found = marks(text)
    reported = report.marks > MAX_MARKS
    report.marks += found
    if found > MAX_MARKS_IN_TEXT:
        fact = f"this text has {found:,} marks, brackets and line ends; the limit is {MAX_MARKS_IN_TEXT:,}"
        raise report.refuse(node, "too-many", fact, "split it into several texts")
    if reported:
        raise UnreadableError
    if report.marks > MAX_MARKS:
        fact = f"the letter has more than {MAX_MARKS:,} marks, brackets and line ends in its texts up to here"
        raise report.refuse(node, "too-many", fact, "split it into several letters")
