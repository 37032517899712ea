"""Makes one document of two: the new letter, with what is no longer in it at its old place, and signs for the marks."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from circulars.model.document import (
    AddressList,
    Document,
    LabelledList,
    Letterhead,
    LinkCode,
    Particular,
    SettledFootnote,
    Signature,
    with_texts,
)
from circulars.model.text import Item, Span, Spans
from circulars.review.comparing.comparison import Comparison, Matched
from circulars.review.comparing.moves import settled
from circulars.review.reports.marked_pdf.body import OLD_ID, Merger, id_of
from circulars.review.reports.marked_pdf.signs import OLD, Sign, lines_of, runs_of, signed, text_of
from circulars.review.reports.marked_pdf.sources import sources_of
from circulars.review.reports.marked_pdf.words import WordMarks, line, lines, number, whole_line
from circulars.review.reports.spoken import Spoken

_NOBODY = Signature("", None, "", ())


def merged(compared: Comparison, words: Spoken) -> Document:
    """The document of both letters. It is not a letter: nothing is attached to it, and its title says so in words."""
    old, new = compared.old, compared.new
    merger = Merger(sources_of(old), sources_of(new), _words_of(compared.root))
    parts = _Parts(settled(compared.root), merger)
    first, *others = _signatures(parts.inner("signatures"), old, new) or (None,)
    document = replace(
        new,
        letterhead=_letterhead(old.letterhead, new.letterhead),
        addressee=(),  # only copies have it
        date_line=text_of(parts.words("date")),
        particulars=tuple(parts.particulars()),
        addressees=tuple(parts.lists("addressees", old.addressees, new.addressees)),
        subject_label=line(old.subject_label, new.subject_label),
        subject=parts.lines("subject"),
        references=parts.labelled("references", old.references, new.references),
        salutation=parts.words("salutation"),
        body=merger.blocks(parts.inner("body.flow")),
        closing=line(old.closing, new.closing),
        signature=first,
        cosignatures=tuple(one for one in others if one),
        link_code=_link_code(old.link_code, new.link_code),
        postscript=parts.words("postscript"),
        annex_note=lines(old.annex_note, new.annex_note),
        enclosures=parts.labelled("enclosures", old.enclosures, new.enclosures),
        copies=tuple(parts.lists("copies", old.copies, new.copies)),
        distribution=parts.labelled("distribution", old.distribution, new.distribution),
        drafter=line(old.drafter, new.drafter),
        annexes=tuple(merger.annex(part) for part in parts.inner("annexes")),
        footnotes=tuple(_footnotes(parts.inner("footnotes"), merger)),
        attachments=(),
        properties=replace(new.properties, title=words.title.format(title=new.properties.title)),
    )
    return with_texts(document, functools.partial(_with_marks, {one.id for one in new.footnotes}))


def _with_marks(footnotes: Set[str], text: Spans) -> Spans:
    """A text in which each mark of a footnote is one by itself, and leads to its own footnote."""
    return tuple(one for span in text for one in (_mark(span, footnotes) if span.note else (span,)))


def _mark(span: Span, footnotes: Set[str]) -> Spans:
    # Templates show neighbours with the same address as one link.
    if not any(sign in OLD for sign, _ in runs_of(span.text)):
        return span, _NOTHING
    if span.note in footnotes:
        return replace(span, is_repeated=True), _NOTHING
    return replace(span, note=f"{OLD_ID}{span.note}", link=f"#{OLD_ID}{span.note}"), _NOTHING


_NOTHING: Final = Span("")


def _words_of(root: Matched) -> WordMarks:
    return WordMarks({one.old.key: one for one in root.walk() if one.old and one.new})


class _Parts:
    """The parts of the whole letter by their keys."""

    def __init__(self, root: Matched, merger: Merger) -> None:
        self._root, self._merger = root, merger
        self._by_key = {part.unit.key: part for part in root.parts}

    def inner(self, key: str) -> tuple[Matched, ...]:
        """The parts in a part; none if there is no such part."""
        return self._by_key[key].parts if key in self._by_key else ()

    def words(self, key: str) -> Spans:
        """The words of a part; none if there is no such part."""
        return self._merger.words.of(self._by_key[key]) if key in self._by_key else ()

    def lines(self, key: str) -> tuple[Spans, ...]:
        """The lines of a part; none if it has no words."""
        return tuple(one for one in lines_of(self.words(key)) if one)

    def particulars(self) -> Iterator[Particular]:
        """The rows of the reference table."""
        for part in self._root.walk():
            if part.unit.family == "particular":
                [label] = (one for one in part.parts if one.unit.name == "label")
                words = self._merger.words.of(part)
                yield Particular(text_of(self._merger.words.of(label)), lines_of(words) if words else ())

    def lists(self, name: str, old: Sequence[AddressList], new: Sequence[AddressList]) -> Iterator[AddressList]:
        """The lists of addressees: those of the new letter, and at the end those that only the old one has."""
        for place, (before, after) in enumerate(zip_longest(old, new), start=1):
            shown = after or before
            label = line(before.label if before else "", after.label if after else "")
            yield replace(shown, label=label, entries=self._entries(f"{name}.{place}"))

    def labelled(self, key: str, old: LabelledList | None, new: LabelledList | None) -> LabelledList | None:
        """A list with a label, if one of the letters has it."""
        if not (old or new):
            return None
        return LabelledList(line(old.label if old else "", new.label if new else ""), self._entries(key))

    def _entries(self, key: str) -> tuple[Item, ...]:
        return self._merger.entries(self.inner(key))


def _letterhead(old: Letterhead, new: Letterhead) -> Letterhead:
    return replace(new, organization=line(old.organization, new.organization), bureau=line(old.bureau, new.bureau))


def _signatures(parts: Iterable[Matched], old: Document, new: Document) -> list[Signature | None]:
    """The signatures of both letters; one that moved is whole at both places."""
    olds, news = (_by_key(document.signatures) for document in (old, new))
    found: list[Signature | None] = []
    for part in parts:
        before, after = (side.get(unit.key) if unit else None for side, unit in ((olds, part.old), (news, part.new)))
        if before and part.fate == "moved away":
            found.append(_whole(before, Sign.MOVED_AWAY))
        elif after and part.fate == "moved":
            found.append(_whole(after, Sign.MOVED_HERE))
        elif before or after:
            found.append(_signature(before, after))
    return found


def _by_key(signatures: Iterable[Signature]) -> dict[str, Signature]:
    return {f"signature.{number}" if number > 1 else "signature": one for number, one in enumerate(signatures, start=1)}


def _whole(signature: Signature, sign: Sign) -> Signature:
    """A signature with the same sign on all its lines."""
    own, name, *title = (
        signed(one, sign) if one else "" for one in (signature.signed, signature.name, *signature.title)
    )
    return Signature(own, signature.picture, name, tuple(title))


def _signature(old: Signature | None, new: Signature | None) -> Signature:
    before, after = old or _NOBODY, new or _NOBODY
    return Signature(
        line(before.signed, after.signed),
        after.picture,
        whole_line(before.name, after.name),
        tuple(whole_line(*pair) for pair in zip_longest(before.title, after.title, fillvalue="")),
    )


def _link_code(old: LinkCode | None, new: LinkCode | None) -> LinkCode | None:
    shown = new or old
    if shown is None:
        return None
    return replace(shown, caption=line(old.caption if old else "", new.caption if new else ""))


def _footnotes(parts: Iterable[Matched], merger: Merger) -> Iterator[SettledFootnote]:
    for part in parts:
        source = merger.source(part)
        assert isinstance(source, SettledFootnote)  # footnotes match footnotes only
        was = merger.old.get(part.old.key) if part.old else None
        before = was.mark if isinstance(was, SettledFootnote) else None
        mark = number(before, source.mark if part.new else None, part)
        yield replace(source, id=id_of(part), mark=mark, spans=merger.words.of(part))
