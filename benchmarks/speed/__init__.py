"""Measures how long a merge takes, compared with other ways to make the same files."""
