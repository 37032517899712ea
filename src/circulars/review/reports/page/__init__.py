"""Writes a report of changes as one HTML page for reviewers, with the languages side by side."""

from __future__ import annotations

from circulars.review.reports.formats import ReportOrder
from circulars.review.reports.page.writing import page_of
from circulars.review.reports.report import ChangeReport


def write(report: ChangeReport, order: ReportOrder) -> bytes:
    """The report as an HTML page in UTF-8."""
    return page_of(report, order.worded).encode("utf-8", "backslashreplace")


__all__ = ["page_of", "write"]
