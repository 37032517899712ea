"""Runs a pack's templates within limits, and finds what they would fetch."""
