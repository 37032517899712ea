"""Reads what somebody edited in a Word file that was made from a letter."""
