"""Finds and reads the versions of a letter that are meant: in files, finished files and git."""
