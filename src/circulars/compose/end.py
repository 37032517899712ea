"""Settles the end of a letter: the closing, the signature, and the QR code beside it."""

from __future__ import annotations

from dataclasses import replace

from circulars.compose.draft import Draft
from circulars.compose.texts import address_of
from circulars.errors import did_you_mean
from circulars.files.picture import qr_picture
from circulars.language import worded
from circulars.model.document import LinkCode, Signature


def closing(draft: Draft) -> str:
    """The letter's own closing, or the usual one of its kind; "" if the letter has none."""
    given = draft.source.closing
    return "" if given is False else given.get(draft.language.code) or draft.kind_words.closing


def signature(draft: Draft) -> Signature | None:
    """The signature block; None if the letter has no signatory."""
    signatory, code = draft.source.signatory, draft.language.code
    if signatory is None:
        return None
    name, title = signatory.name, signatory.title.get(code, "")
    if (post := signatory.post) is not None:
        known = draft.words.signatories
        if post.name not in known:
            draft.problem(
                post.where,
                "unknown-signatory",
                f"the pack '{draft.pack.name}' has no signatory '{post.name}'",
                did_you_mean(post.name, known, "its signatories: " + ", ".join(known)),
            )
            return None
        name, title = name or known[post.name].name, title or known[post.name].title
    picture = signatory.picture
    alt = worded(draft.language.labels["signature-of"], name=name or title)
    return Signature(
        draft.label("signed") if signatory.signed else "",
        replace(picture, alt=alt) if picture else None,
        name,
        tuple(title.split("\n")),
    )


def link_code(draft: Draft) -> LinkCode | None:
    """The QR code; None if the letter has none."""
    code = draft.source.qr
    if code is None:
        return None
    address = address_of(draft, code.link)
    alt = worded(draft.language.labels["code-of"], address=address)
    return LinkCode(address, qr_picture(address, alt), code.caption.get(draft.language.code, ""))
