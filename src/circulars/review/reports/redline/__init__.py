"""Writes the changes of a letter as a Word file with tracked changes.

If all changes are accepted, the file reads as the Word file of the new letter; if all are rejected, as that of the old
one, laid out with the template of the new one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from circulars.files.opc import relationships_name, targets
from circulars.pack import Pack
from circulars.render.docx.markup import w
from circulars.review.comparing.comparison import Comparison
from circulars.review.reports.redline.blocks import Block, all_paragraphs
from circulars.review.reports.redline.editions import WordVersion, edition_of, holder_of
from circulars.review.reports.redline.links import Links, links_of
from circulars.review.reports.redline.lists import bring_lists
from circulars.review.reports.redline.names import bookmarks_of, rename_bookmarks
from circulars.review.reports.redline.notes import (
    bring_footnotes,
    put_in_order,
    removed_twin,
    renumber_references,
    with_footnote_part,
)
from circulars.review.reports.redline.package import (
    Parts,
    bring,
    bring_properties,
    number_again,
    packed,
    relations_of,
    serialized,
)
from circulars.review.reports.redline.pairing import cut_alike
from circulars.review.reports.redline.remarks import CommentText, add_comments, place_comments, remarks_of
from circulars.review.reports.redline.tables import RedlineWriter
from circulars.review.reports.redline.tracked import Tracker


@dataclass(frozen=True, slots=True)
class _TextPair:
    """A text of the new Word file that is written anew: the body, a header, a footnote."""

    holder: etree._Element
    old: list[Block]
    new: list[Block]


def redline(
    compared: Comparison, pack: Pack, author: str, date: datetime.datetime, problems: Sequence[str] = ()
) -> bytes:
    """The Word file of the new letter, in which the changes are tracked; the ``problems`` of the letter are comments.

    Raises:
        PackError: the Word template cannot be used.
    """
    old, new = edition_of(compared.old, pack), edition_of(compared.new, pack)
    links = links_of(compared)
    if old.notes and not new.notes:
        with_footnote_part(old, new)
    parts = dict(new.parts)
    parts |= _brought(old, new, parts)
    rename_bookmarks([*old.trees.values()], [*new.trees.values()], bookmarks_of(compared))
    texts = [*_texts(old, new, links)]
    before = [*all_paragraphs(block for text in texts for block in text.old)]
    after = [*all_paragraphs(block for text in texts for block in text.new)]
    cut_alike(before, after, links)
    for name in targets(new.parts, new.main, "numbering"):
        numbering = new.read(name)
        bring_lists(old.read(name), numbering, (before, after), links)
        parts[name] = serialized(numbering)
    remarks = [*(CommentText("letter", problem) for problem in problems), *remarks_of(compared)]
    place_comments(remarks, [*all_paragraphs(texts[0].new)])
    writer = RedlineWriter(links, Tracker(author, date))
    for text in texts:
        _write(text, new, writer)
    if new.notes:
        put_in_order(new.trees[new.notes], new.trees[new.main])
    number_again([*new.trees.values()])
    add_comments(parts, new.main, remarks, author, date)
    return packed(parts | {name: serialized(tree) for name, tree in new.trees.items()})


def _brought(old: WordVersion, new: WordVersion, parts: Parts) -> Parts:
    """Brings the addresses, pictures and properties that the old text names; the parts that name them."""
    changed: Parts = {}
    for name, tree in old.trees.items():
        if name in new.trees:
            relations = relations_of(parts, name)
            bring(old.parts, parts, name, tree, relations)
            if len(relations.tree):
                changed[relationships_name(name)] = serialized(relations.tree)
    bring_properties(old.parts, parts, [*old.trees.values()])
    return changed


def _texts(old: WordVersion, new: WordVersion, links: Links) -> Iterator[_TextPair]:
    """The texts of the new Word file, each in both versions."""
    before, after = old.footnotes, new.footnotes
    notes = bring_footnotes(before, after, new.trees[new.notes], links) if before else {}
    numbers = {note.get(w("id"), ""): notes[key].get(w("id"), "") for key, note in before.items()}
    for tree in old.trees.values():
        renumber_references(tree, numbers)
    old.signs = {numbers[number]: sign for number, sign in old.signs.items()}
    texts = old.texts_of_footnotes(), new.texts_of_footnotes()
    for name, tree in new.trees.items():
        if name != new.notes:
            yield _TextPair(holder_of(tree), old.blocks(name) if name in old.trees else [], new.blocks(name))
    olds = {id(note): texts[0][key] for key, note in notes.items()}
    news = {id(note): texts[1][key] for key, note in after.items()}
    for note in {id(one): one for one in (*notes.values(), *after.values())}.values():
        yield _TextPair(note, olds.get(id(note), []), news.get(id(note), []))


def _write(text: _TextPair, new: WordVersion, writer: RedlineWriter) -> None:
    """Writes a merged text into the tree of the new Word file. Footnotes come after the texts with their marks."""
    twin = removed_twin(text.holder, [*new.trees.values()]) if text.holder.tag == w("footnote") else None
    if twin is None:
        _fill(text.holder, writer.text(text.old, text.new))
    else:
        _fill(twin, writer.text(text.old, []))
        _fill(text.holder, writer.text([], text.new))


def _fill(holder: etree._Element, blocks: Sequence[etree._Element]) -> None:
    last = holder.find(w("sectPr"))
    for child in [*holder]:
        holder.remove(child)
    holder.extend(blocks)
    if last is not None:
        holder.append(last)
