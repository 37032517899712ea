"""Checks Word files: their styles, tables, objects and colours."""
