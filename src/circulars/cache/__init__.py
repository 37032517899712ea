"""Keeps what was laid out, so that the same letter is laid out once.

What is kept has the hash of everything that went into it as its address: asking for an address gives what a layout
would make, or nothing. Nobody needs the cache: it may be deleted at any time, and whatever is wrong with it makes a
command slower, and nothing else.
"""

from circulars.cache.folder import Cache, open_cache

__all__ = ["Cache", "open_cache"]
