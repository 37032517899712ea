"""Reads letters, and says everything that is wrong with them at once, with line and column."""

from circulars.source.letters import FaultyLetterError, read_letter
from circulars.source.schema import letter_schema

__all__ = ["FaultyLetterError", "letter_schema", "read_letter"]
