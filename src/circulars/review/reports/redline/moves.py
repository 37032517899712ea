"""Finds the paragraphs of a merged text that moved: whole at both places, removed at one and added at the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from circulars.review.reports.redline.content import RunGroup, RunPiece
from circulars.review.reports.redline.links import Links
from circulars.review.reports.redline.merged import Joint
from circulars.review.reports.redline.pairing import EndMark
from circulars.review.reports.redline.settling import paragraphs_of


def name_moves(text: Sequence[Joint], links: Links) -> None:
    """Gives the words and the marks of paragraphs that moved the name of their move.

    A paragraph in which something else is tracked, too, is not a move for Word.
    """
    found = [(paragraph, {*_moves(paragraph, links)}) for paragraph in paragraphs_of(text)]
    alone = [(paragraph, moves.pop()) for paragraph, moves in found if len(moves) == 1 and _is_of_one_kind(paragraph)]
    names = [{move for _, (kind, move) in alone if kind == wanted} for wanted in ("removed", "added")]
    for paragraph, (kind, move) in alone:
        if move in names[0] & names[1]:
            _name(paragraph, kind, move, links)


def _is_of_one_kind(paragraph: Iterable[Joint]) -> bool:
    return len({one.kind for one in paragraph if one.kind != "kept" and not one.is_mark}) == 1


def _moves(paragraph: Iterable[Joint], links: Links) -> Iterator[tuple[str, str]]:
    for one in paragraph:
        if one.kind != "kept" and not one.is_mark and (move := _move(one, links)):
            yield one.kind, move


def _move(one: Joint, links: Links) -> str:
    moves = links.moved_from if one.kind == "removed" else links.moved_to
    key = next((piece.at.key for piece in _pieces(one) if piece.at), "")
    if isinstance(one.shown, EndMark) and one.shown.paragraph.end:
        key = one.shown.paragraph.end.key
    return moves.get(key, "")


def _pieces(one: Joint) -> list[RunPiece]:
    shown = one.shown
    return shown.pieces if isinstance(shown, RunGroup) else [shown] if isinstance(shown, RunPiece) else []


def _name(paragraph: Sequence[Joint], kind: str, move: str, links: Links) -> None:
    for one in paragraph:
        if one.kind == kind and (_move(one, links) or move) == move:
            one.move = move
            for part in one.parts:
                part.move = move
    named = [n for n, one in enumerate(paragraph) if one.move == move and not one.is_mark]
    for one in paragraph[named[0] : named[-1]]:
        one.move = move  # also bookmarks between the words: a move has one beginning
    mark = paragraph[-1]
    if mark.move and (not mark.is_mark or any(isinstance(one.shown, RunGroup) for one in paragraph)):
        mark.move = ""  # LibreOffice loses the end of a move with a link
