"""Reports links of a settled letter whose words name another address than the link's."""

from __future__ import annotations

from circulars.addressing.deception import deception, misleading_links
from circulars.compose.draft import Draft
from circulars.compose.fields import address_of
from circulars.errors import Place
from circulars.model.document import Document, texts_of


def report_misleading_links(draft: Draft, document: Document) -> None:
    """Adds a problem for each link that misleads, at the first place in the letter that leads there.

    Only now the facts and the pack's words are known. A QR code is a link, and its caption is the link's words.
    """
    linked = (spans for spans in texts_of(document) if any(span.link for span in spans))
    found = {(link, wrong) for spans in linked for link, _, wrong in misleading_links(spans)}
    for link, (fact, remedy) in sorted(found):
        draft.problem(_place(draft, link), "deceptive-link", fact, remedy)
    code = draft.source.qr
    caption = code.caption.get(draft.language.code, "") if code else ""
    if code and (wrong := deception(address_of(draft, code.link), caption)):
        draft.problem(draft.place("qr"), "deceptive-link", *wrong)


def _place(draft: Draft, link: str) -> Place:
    """The first place with a link to an address, under its own name or that of a link of the letter."""
    language = draft.language.code
    names = (name for name, address in draft.source.links.items() if address[language] == link)
    return next(
        (draft.source.places[name] for name in (link, *names) if name in draft.source.places), draft.place("contact")
    )
