"""Dry run, preview, status and reports of a merge."""
