"""Runs a pack's templates in a sandbox within limits, and checks the result for external resources."""
