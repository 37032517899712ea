"""Compares two versions of a letter, and reports the changes that a reader would notice."""

from circulars.review.comparing.changes import Change, Segment
from circulars.review.comparing.compare import compare
from circulars.review.diffing import diff
from circulars.review.reports.report import ChangeReport

__all__ = ["Change", "ChangeReport", "Segment", "compare", "diff"]
