"""One letter to many addressees: each in their language, none twice, none lost."""

from circulars.merge.making.copies import Copy
from circulars.merge.making.iterate import merge
from circulars.merge.planning.order import MergeOrder

__all__ = ["Copy", "MergeOrder", "merge"]
