"""Settles the end of a letter: the signatures, the QR code beside them, and the postscript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from circulars.compose.contacts import labelled
from circulars.compose.draft import Draft
from circulars.compose.fields import address_of
from circulars.compose.texts import settled
from circulars.compose.typed_labels import has_label
from circulars.errors import Problem, did_you_mean
from circulars.files.picture import qr_picture
from circulars.model.document import LinkCode, Signature
from circulars.model.letter import Gender, Letter, PlacedName, Signatory
from circulars.model.office import SignatoryWords
from circulars.model.text import Block, Items, Spans, Table
from circulars.pack import Pack

_BRIEF: Final = 130
"""The characters that may be on one line."""


def ends_briefly(blocks: Sequence[Block]) -> bool:
    """Whether the last block may have only one line; what its holes get is not known."""
    return bool(blocks) and _is_brief(blocks[-1])


def _is_brief(block: Block) -> bool:
    if isinstance(block, Table):
        return len(block.rows) < 2 and not (block.columns or block.caption)
    if isinstance(block, Items):
        return len(block.entries) == 1 and not block.entries[0].blocks and _is_short(block.entries[0].spans)
    return _is_short(block.spans)


def _is_short(spans: Spans) -> bool:
    text = "".join(span.text for span in spans)
    return len(text) <= _BRIEF and "\n" not in text


def signatures(draft: Draft) -> tuple[Signature, ...]:
    """The signature blocks, in order."""
    return tuple(filter(None, (_signature(draft, signatory) for signatory in draft.source.signatory)))


def _signature(draft: Draft, signatory: Signatory) -> Signature | None:
    code = draft.language.code
    name, title = signatory.name.get(code, ""), signatory.title.get(code, "")
    if signatory.post is not None:
        office = _office(draft, signatory.post)
        if office is None and not name:
            return None
        if office is not None:
            gender = gender_of(signatory, office, code)
            title = title or {"f": office.title_f, "m": office.title_m}.get(gender or "", "") or office.title
            name = name or office.name
    lines = (*title.split("\n"), *_behalf(draft, signatory).split("\n"))
    picture = signatory.picture
    alt = draft.language.labels["signature-of"].filled(name=name or title)
    return Signature(
        draft.label("signed") if signatory.signed else "",
        replace(picture, alt=alt) if picture else None,
        name,
        tuple(filter(None, lines)),
    )


def _behalf(draft: Draft, signatory: Signatory) -> str:
    """The words that say for whom a signatory signs: "for the Director"; "" if the signatory signs alone."""
    behalf = signatory.behalf
    if not isinstance(behalf, PlacedName):
        return behalf.get(draft.language.code, "") if behalf else ""
    office = _office(draft, behalf)
    if office is None:
        return ""
    if not office.behalf:
        fact = f"the pack '{draft.pack.name}' does not say in '{draft.language.code}' how somebody signs for this post"
        hint = f"write the words, as {{en: for the Director}}, or add 'behalf:' to '{behalf.name}' in the pack's words"
        draft.problem(behalf.where, "missing-words", fact, hint)
    return {"f": office.behalf_f, "m": office.behalf_m}.get(office.gender or "", "") or office.behalf


def _office(draft: Draft, post: PlacedName) -> SignatoryWords | None:
    """The pack's words for a post; None, with a problem, if it has no such post."""
    known = draft.words.signatories
    if post.name not in known:
        draft.problem(
            post.where,
            "unknown-signatory",
            f"the pack '{draft.pack.name}' has no signatory '{post.name}'",
            did_you_mean(post.name, known, "its signatories: " + ", ".join(known)),
        )
    return known.get(post.name)


def gender_of(signatory: Signatory, office: SignatoryWords, code: str) -> Gender | None:
    """The gender of a signatory: the letter's, or that of the office-holder whom the pack knows."""
    name = signatory.name.get(code, "")
    is_holder = not (name and office.name) or name == office.name
    return signatory.gender or (office.gender if is_holder else None)


def unknown_genders(letter: Letter, pack: Pack) -> Iterator[Problem]:
    """A warning for each named signatory whose title has a form for women and one for men, without a gender."""
    for signatory in letter.signatory:
        if signatory.post is not None and signatory.name:
            titles = ((_unsure_title(signatory, named.name, pack), named.name) for named in letter.languages)
            if found := next(((title, code) for title, code in titles if title), None):
                title, code = found
                name = signatory.name[code]
                fact = f"the title '{title}' depends on the gender of {name}, which the letter does not give"
                hint = "add 'gender: f' or 'gender: m' to the signatory"
                yield Problem(signatory.post.where, "unknown-gender", fact, hint)


def _unsure_title(signatory: Signatory, code: str, pack: Pack) -> str:
    """The title that a signatory has in a language, if it depends on a gender that nobody gives; otherwise ""."""
    words = pack.words[code].signatories if code in pack.words and code not in signatory.title else {}
    office = words.get(signatory.post.name) if signatory.post else None
    is_unsure = office and (office.title_f or office.title_m) and not gender_of(signatory, office, code)
    return " ".join(office.title.split()) if office and is_unsure else ""


def link_code(draft: Draft) -> LinkCode | None:
    """The QR code; None if the letter has none."""
    code = draft.source.qr
    if code is None:
        return None
    address = address_of(draft, code.link)
    alt = draft.language.labels["code-of"].filled(address=address)
    return LinkCode(address, qr_picture(address, alt), code.caption.get(draft.language.code, ""))


def postscript(draft: Draft) -> Spans:
    """The postscript after its label; the label is left out if the postscript begins with it."""
    given = draft.source.postscript.get(draft.language.code)
    if not given:
        return ()
    words, label = settled(draft, given), draft.label("postscript")
    return words if has_label(words, label, signed=False) else labelled(draft, label.rstrip(" "), words)
