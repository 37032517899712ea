"""Compares two versions of a letter, and reports the changes that a reader would notice."""

from circulars.review.changes import Change, Segment
from circulars.review.compare import compare
from circulars.review.report import ChangeReport
from circulars.review.versions import diff

__all__ = ["Change", "ChangeReport", "Segment", "compare", "diff"]
