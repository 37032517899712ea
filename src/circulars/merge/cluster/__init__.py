"""Runs a merge on many machines."""
