"""Compares two versions of a letter: their trees, what matches, what changed, and what follows from it."""
