"""Merges versions of letters, as git's merge driver."""

from circulars.review.repository.merging.letters import MergedLetter, merge_letters

__all__ = ["MergedLetter", "merge_letters"]
