"""YAML and marked-up text, read into nodes that know their line and column."""
