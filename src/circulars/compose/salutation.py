"""Settles the salutation, and the closing, which may take it up."""

from __future__ import annotations

from circulars.compose.draft import Draft
from circulars.model.addressee import CLOSING, SALUTATION
from circulars.model.text import Span, Spans, plain


def salutation(draft: Draft) -> Spans:
    """The letter's own salutation, a hole for the addressee's, or the usual one of the kind of letter."""
    given = draft.source.salutation
    if given and (own := given.get(draft.language.code)):
        return (Span(own),)
    if given is False or not draft.kind.salutation:
        return ()
    if draft.addressed:
        return (Span("", hole=f"{SALUTATION}|{draft.source.kind.name}"),)
    return (Span(usual),) if (usual := draft.kind_words.salutation) else ()


def closing(draft: Draft) -> str:
    """The letter's own closing, or the usual one of its kind, which may take up the salutation; "" for none.

    If the salutation is the addressee's, so is such a closing: the text is its hole.
    """
    given, words = draft.source.closing, draft.kind_words
    if given is False:
        return ""
    if own := given.get(draft.language.code):
        return own
    opening = salutation(draft)
    if words.follows_salutation and any(span.hole for span in opening):
        return plain((Span("", hole=CLOSING.format(kind=draft.source.kind.name)),))
    called = draft.language.called(plain(opening))
    return words.closing_after(called, draft.language.manner_of(plain(opening)))
