"""Settles a letter in one language, in one pack: the same letter as a document."""

from __future__ import annotations

from collections.abc import Mapping

from circulars.compose.addressees import addressee_block, addressee_lists, distribution, salutation
from circulars.compose.annexes import annex, annex_note
from circulars.compose.audience import NOBODY, asked_columns, conditions, holds, left_out_parts
from circulars.compose.body import blocks
from circulars.compose.draft import Draft, begin
from circulars.compose.end import link_code, signature
from circulars.compose.head import check_shown, date_line, letterhead, particulars, properties, references, subject
from circulars.compose.numbers import number_parts
from circulars.compose.reference import citation
from circulars.errors import LetterError
from circulars.language import Language
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.pack import Pack

__all__ = ["NOBODY", "asked_columns", "compose", "conditions", "holds", "left_out_parts"]


def compose(
    letter: Letter, language: Language, pack: Pack, audience: Mapping[str, str] = NOBODY, addressed: bool = False
) -> Document:
    """The letter settled in one language: numbers given, dates written out, labels chosen, addressees' holes left open.

    ``audience`` says which parts with a ``when`` are in it: an addressee's columns, or as many as matter.
    ``addressed`` gives the letter to one person each time: with the postal block, unless the letter or the pack leaves
    it out, and with the person's own salutation, unless the letter has its own.

    Raises:
        LetterError: the letter asks for what the pack or the language does not have; all problems at once.
    """
    draft = begin(letter, language, pack, audience, addressed)
    number_parts(draft)
    check_shown(draft)
    document = _document(draft)
    if draft.problems:
        raise LetterError(*draft.problems)
    return document


def _document(draft: Draft) -> Document:
    source, code = draft.source, draft.language.code
    return Document(
        language=code,
        locale=draft.language.locale.replace("_", "-"),
        direction=draft.language.direction,
        layout=draft.kind.layout,
        letterhead=letterhead(draft),
        date_line=date_line(draft),
        particulars=tuple(particulars(draft)),
        addressees=tuple(addressee_lists(draft)),
        subject_label=draft.label("subject"),
        subject=subject(draft),
        references=references(draft),
        salutation=salutation(draft),
        body=tuple(blocks(draft, "body", source.body)),
        closing=source.closing.get(code) or draft.kind_words.closing,
        signature=signature(draft),
        link_code=link_code(draft),
        annex_note=annex_note(draft),
        distribution=distribution(draft),
        annexes=tuple(annex(draft, number) for number in range(1, len(source.annexes) + 1)),
        running_header=(draft.language.page, citation(draft)),
        footer=draft.words.footer,
        properties=properties(draft),
        addressee=addressee_block(draft),
        window="right" if draft.pack.addressee_block == "right" else "left",
    )
