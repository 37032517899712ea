"""Settles a version of a letter in each language as far as possible, with all parts, whoever gets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from circulars.build import placed, settle
from circulars.compose import unknown_kind
from circulars.compose.part_lists import lists_of
from circulars.errors import CircularsError, Problem
from circulars.model.addressee import BLOCK
from circulars.model.document import Document
from circulars.model.letter import Condition, Grid, GridCell, Letter, Listing, ListPart, Part, Passage
from circulars.model.text import Span
from circulars.pack import Pack
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Settled:
    """A letter as it can be settled, its documents by language, and the problems that its pack and its languages find.

    ``audiences`` are those of :data:`circulars.review.comparing.tree.Audiences`.
    """

    letter: Letter
    audiences: Mapping[str, str]
    documents: Mapping[str, Document]
    problems: tuple[Problem, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the letter's languages, also of those in which it cannot be settled."""
        return tuple(named.name for named in self.letter.languages)


def settled(
    letter: Letter, other: Letter | None, workspace: Workspace, languages: Sequence[str], drawn: bool = True
) -> Settled:
    """The letter in those of its languages that are wanted, or in all of them; one that cannot be settled is left out.

    Where there is no such pack, or no such kind in it, those of the ``other`` version are used. Unless ``drawn``, QR
    codes are left out.
    """
    problems: list[Problem] = []
    whole = _with_known_names(for_everybody(letter), other, workspace, problems)
    documents = {}
    for named in letter.languages:
        if languages and named.name not in languages:
            continue
        composed, found = settle(whole, named, workspace, drawn=drawn)
        problems += found
        if composed:
            documents[named.name] = _with_block(composed.document, letter)
    stated = _without_unknown_posts(whole, workspace.pack_of(whole)) if documents else whole
    audiences = {key: _in_words(condition) for key, condition in audience_conditions(letter).items()}
    return Settled(stated, audiences, documents, tuple(dict.fromkeys(problems)))


def _with_known_names(letter: Letter, other: Letter | None, workspace: Workspace, problems: list[Problem]) -> Letter:
    """The letter with a pack and a kind that exist, if a version has them; problems with its own are added."""
    try:
        pack = workspace.pack_of(letter)
    except CircularsError as error:
        problems += [placed(problem, letter, letter.kind) for problem in error.problems]
        alike = letter if other is None else replace(letter, pack=other.pack, paper=other.paper)
        return _with_known_names(alike, other, workspace, problems) if alike != letter else letter
    if other is None or letter.kind.name in pack.kinds or other.kind.name not in pack.kinds:
        return letter
    problems.append(unknown_kind(letter.kind, pack))
    return replace(letter, kind=replace(letter.kind, name=other.kind.name))


def _without_unknown_posts(letter: Letter, pack: Pack) -> Letter:
    """The letter with the names alone of signatories whose post the pack does not have."""
    known = {post for words in pack.words.values() for post in words.signatories}
    signatory = (
        one if one.post is None or one.post.name in known else replace(one, post=None) for one in letter.signatory
    )
    return replace(letter, signatory=tuple(signatory))


def audience_conditions(letter: Letter) -> dict[str, Condition]:
    """Who gets each part and entry that is not for everybody, by its id, or by its key in the comparison."""
    flows: list[tuple[str, tuple[Part, ...]]] = [("body", letter.body)]
    flows += [(annex.id or f"annex.{number}", annex.body) for number, annex in enumerate(letter.annexes, start=1)]
    keyed = [(part.id or f"{name}.{place}", part) for name, parts in flows for place, part in enumerate(parts, start=1)]
    conditions = {key: part.when for key, part in keyed if part.when}
    for key, part in keyed:
        for own, listing in lists_of(key, part):
            conditions |= _entries(own, listing)
    return conditions


def _entries(key: str, listing: Listing) -> dict[str, Condition]:
    """Who gets the entries of a list that are not for everybody, by their keys in the comparison."""
    conditions: dict[str, Condition] = {}
    for number, entry in enumerate(listing.entries, start=1):
        if entry.when:
            conditions[f"{key}#{number}"] = entry.when
        if entry.listing:
            conditions |= _entries(f"{key}#{number}.items", entry.listing)
    return conditions


def _in_words(condition: Condition) -> str:
    return ", ".join(f"{column}: {' or '.join(values)}" for column, values in condition)


def for_everybody(letter: Letter) -> Letter:
    """The letter with all parts for everybody, so that no change is missed."""
    return replace(
        letter,
        body=tuple(map(_part_for_everybody, letter.body)),
        annexes=tuple(replace(annex, body=tuple(map(_part_for_everybody, annex.body))) for annex in letter.annexes),
    )


def _part_for_everybody(part: Part) -> Part:
    if isinstance(part, Passage):
        return replace(part, when=(), listing=_list_for_everybody(part.listing) if part.listing else None)
    if isinstance(part, ListPart):
        return replace(part, when=(), listing=_list_for_everybody(part.listing))
    if isinstance(part, Grid):
        heads, rows = tuple(map(_row_for_everybody, part.subheads)), tuple(map(_row_for_everybody, part.rows))
        return replace(part, when=(), columns=_row_for_everybody(part.columns), subheads=heads, rows=rows)
    return replace(part, when=())


def _row_for_everybody(row: tuple[GridCell, ...]) -> tuple[GridCell, ...]:
    return tuple(replace(cell, listing=_list_for_everybody(cell.listing)) if cell.listing else cell for cell in row)


def _list_for_everybody(listing: Listing) -> Listing:
    entries = (
        replace(entry, when=(), listing=_list_for_everybody(entry.listing) if entry.listing else None)
        for entry in listing.entries
    )
    return replace(listing, entries=tuple(entries))


def _with_block(document: Document, letter: Letter) -> Document:
    """The document with the addressee's block of merged copies, unless the letter leaves it out."""
    return replace(document, addressee=(Span("", hole=BLOCK),)) if letter.addressee_block else document
