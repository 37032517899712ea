"""Lays out the masters and makes the copies."""
