"""Reads what people wrote: letters, and lists of addressees."""
