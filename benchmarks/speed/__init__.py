"""How long a merge takes, beside what a user would do instead."""
