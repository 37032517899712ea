"""Checks what letters say by rules: whether their languages state the same."""

from circulars.review.rules.confirming import Confirmed, confirm_translation
from circulars.review.rules.findings import RuleProblem, WordFix
from circulars.review.rules.fixes import FixedLetter, fixes, write_fixes
from circulars.review.rules.many import check_letters
from circulars.review.rules.reports import check_report, text_entries
from circulars.review.rules.settings import CheckSettings, read_settings
from circulars.review.rules.table import RULES, LetterRule

__all__ = [
    "RULES",
    "CheckSettings",
    "Confirmed",
    "FixedLetter",
    "LetterRule",
    "RuleProblem",
    "WordFix",
    "check_letters",
    "check_report",
    "confirm_translation",
    "fixes",
    "read_settings",
    "text_entries",
    "write_fixes",
]
