"""What changed between two versions of a letter, as a reader would notice it."""

from circulars.review.changes import Change, Segment
from circulars.review.compare import compare
from circulars.review.report import ChangeReport
from circulars.review.versions import diff

__all__ = ["Change", "ChangeReport", "Segment", "compare", "diff"]
