"""Takes what somebody edited in a Word file back into the letter that it was made from."""

from circulars.review.word_edits.pulling import PulledEdit, PulledFile, pull_edits, write_pulled

__all__ = ["PulledEdit", "PulledFile", "pull_edits", "write_pulled"]
