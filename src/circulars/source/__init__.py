"""Reads letters, and says everything that is wrong with them at once, with line and column."""

from circulars.source.excerpt import excerpt
from circulars.source.letters import FaultyLetterError, parse_letter, read_letter
from circulars.source.schema import letter_schema

__all__ = ["FaultyLetterError", "excerpt", "letter_schema", "parse_letter", "read_letter"]
