"""Writes letters in one layout, without a change to what they say: ``circulars fmt``."""

from circulars.review.layout.formatting import Formatted, format_letter

__all__ = ["Formatted", "format_letter"]
