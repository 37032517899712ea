"""A merge on many machines."""
