"""One letter to many addressees: each in their language, none twice, none lost."""

from circulars.merge.copies import Copy
from circulars.merge.iterate import merge
from circulars.merge.order import MergeOrder

__all__ = ["Copy", "MergeOrder", "merge"]
