"""Reads letters, and reports all their problems at once, with line and column."""

from circulars.source.letters.excerpt import excerpt
from circulars.source.letters.reading import FaultyLetterError, parse_letter, read_letter
from circulars.source.letters.schema import letter_schema

__all__ = ["FaultyLetterError", "excerpt", "letter_schema", "parse_letter", "read_letter"]
