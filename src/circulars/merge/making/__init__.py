"""Lays the masters out and makes the copies."""
