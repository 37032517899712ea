"""Reads YAML and lightly marked-up text, and keeps the line and column of everything."""
