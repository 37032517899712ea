"""A letter in its git repository: what git shows and merges, and who changed what."""
