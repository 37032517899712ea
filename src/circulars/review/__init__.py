"""Compares versions of a letter, and handles their reviews: reports, remarks, approvals, files that come back."""
