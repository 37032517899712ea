"""Caches finished layouts, so that the same letter is laid out only once.

The address of a cache entry is a hash of everything that the layout depends on. A lookup returns exactly what a layout
would make, or nothing. The cache may be deleted at any time. A missing or damaged cache makes a command slower, and has
no other effect.
"""

from circulars.cache.folder import Cache, open_cache

__all__ = ["Cache", "open_cache"]
