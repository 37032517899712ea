"""Writes the changes of a letter in one language as a Word file with tracked changes."""

from __future__ import annotations

import datetime

from circulars.review.formats import ReportOrder
from circulars.review.redline import redline
from circulars.review.report import LanguageChanges, LetterChanges


def write(letter: LetterChanges, changes: LanguageChanges, order: ReportOrder) -> bytes:
    """The Word file of the new version, with its changes tracked.

    They have the date of the letter.

    Raises:
        PackError: the Word template of the letter's pack cannot be used.
    """
    assert letter.new_letter and changes.compared  # the language is in both versions
    pack = order.workspace.pack_of(letter.new_letter)
    day = changes.compared.new.properties.date
    date = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return redline(changes.compared, pack, order.author, date)
