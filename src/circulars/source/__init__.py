"""Reads letters and lists of addressees."""
