"""Writes the changes of a letter in one language as a PDF: the new letter with marks, and bars in its margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from circulars.errors import Problem
from circulars.pack import Pack
from circulars.render.page import page_of, stylesheet_of
from circulars.review.comparing.changes import Change
from circulars.review.comparing.comparison import Comparison
from circulars.review.reports.formats import ReportOrder
from circulars.review.reports.marked_pdf import remarks
from circulars.review.reports.marked_pdf.merged import merged
from circulars.review.reports.marked_pdf.page import STYLES, mark
from circulars.review.reports.marked_pdf.remarks import add_remarks
from circulars.review.reports.report import LanguageChanges, LetterChanges
from circulars.review.reports.spoken import spoken


def write(letter: LetterChanges, changes: LanguageChanges, order: ReportOrder) -> bytes:
    """The PDF of the new version with the changes in it.

    Raises:
        PackError: the pack's template or stylesheet is wrong.
        MachineError: a font of the pack is not installed, no font shows a character, or Pango is missing.
    """
    assert letter.new_letter and changes.compared  # the language is in both versions
    return marked_pdf(
        changes.compared,
        changes.changes,
        order.workspace.pack_of(letter.new_letter),
        since(letter),
        letter.new_problems,
    )


def since(letter: LetterChanges) -> str:
    """The old version of a letter as readers name it: "main, letters/x.yaml"."""
    revision, _, path = letter.old.partition(":")
    return f"{revision}, {path}" if revision and path else letter.old.removeprefix(":")


def marked_pdf(
    compared: Comparison, changes: Sequence[Change], pack: Pack, version: str, problems: Sequence[Problem] = ()
) -> bytes:
    """The PDF of a comparison and its changes; the head of each page says since which ``version``.

    The last page lists the ``problems`` of the new version.
    """
    words = spoken(compared.new.language)
    document = merged(compared, words)
    tree = page_of(document, pack).tree
    mark(tree, words)
    add_remarks(tree, changes, words, document.direction, problems)
    # Importing WeasyPrint takes half a second.
    from circulars.render.pdf.press import press_with, see_nothing
    from circulars.review.reports.marked_pdf.bars import Bars

    press = press_with(
        stylesheet_of(pack) + STYLES + remarks.STYLES + _notice(words.since.format(version=version)), pack.fonts
    )
    # Words that were deleted may make a page too full; it is printed all the same.
    return press.print(document, tree, Bars(document.direction), look=see_nothing)


_NOTICE: Final = """
@media pdf { @page { @top-right-corner {
  content: "%s"; color: #57606a; font-size: 7pt; line-height: 1.15; overflow-wrap: anywhere; padding: 4mm 10mm 0 0;
  margin-left: -130mm; direction: ltr; text-align: right; vertical-align: top;
} } }
"""


def _notice(text: str) -> str:
    """The rules that put a notice at the upper right edge of each page, in one line, where no pack has anything."""
    safe = "".join(f"\\{ord(one):x} " for one in text)
    return _NOTICE % safe
