"""Settles the footnotes, and numbers their marks in reading order."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace

from circulars.compose.draft import Draft
from circulars.compose.texts import settled
from circulars.model.document import AddressList, Document, Particular, SettledFootnote, spans_of, with_spans
from circulars.model.text import Span


def footnoted(draft: Draft, document: Document) -> Document:
    """The document with its footnotes in the order of their first marks, and with their signs in all marks.

    Footnotes without a mark, because only other readers get the part with it, are left out.
    """
    if not draft.source.footnotes:
        return document
    parts = _as_read(document)
    names = dict.fromkeys(span.note for span in spans_of(parts) if span.note)
    footnotes, count = dict[str, SettledFootnote](), 0
    for name in names:
        count += not draft.source.footnotes[name].sign
        footnotes[name] = _footnote(draft, name, count)
    seen: set[str] = set()
    first, addressees, others, rest = with_spans(parts, functools.partial(_marked, footnotes, seen))
    return replace(
        rest,
        particulars=first + others,
        addressees=addressees,
        footnotes=tuple(footnotes.values()),
        footnotes_label=draft.language.footnotes.label,
    )


def _as_read(
    document: Document,
) -> tuple[tuple[Particular, ...], tuple[AddressList, ...], tuple[Particular, ...], Document]:
    """The parts of a document as every layout of the head has them: the addressees after the first particular."""
    rest = replace(document, particulars=(), addressees=())
    return document.particulars[:1], document.addressees, document.particulars[1:], rest


def _footnote(draft: Draft, name: str, number: int) -> SettledFootnote:
    given, words = draft.source.footnotes[name], draft.language.footnotes
    sign = given.sign or str(number)
    return SettledFootnote(
        id=f"footnote:{name}",
        sign=sign,
        mark=given.sign or words.mark.filled(sign=sign),
        plain_mark=words.plain_mark.filled(sign=sign),
        spans=settled(draft, given.text[draft.language.code], begins=True),
        is_counted=not given.sign,
    )


def _marked(footnotes: Mapping[str, SettledFootnote], seen: set[str], span: Span) -> Span:
    """The span with its sign, if it is the mark of a footnote; ``seen`` has the names of those marked before."""
    if not span.note:
        return span
    footnote, is_repeated = footnotes[span.note], span.note in seen
    seen.add(span.note)
    return replace(span, text=footnote.mark, link=f"#{footnote.id}", note=footnote.id, is_repeated=is_repeated)
