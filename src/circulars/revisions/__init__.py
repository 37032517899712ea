"""Splits a PDF into its revisions and reads the objects of each, so that every byte of an update is accounted for."""

from circulars.revisions.layout import Revision, UnaccountedError, first_end, revisions_after
from circulars.revisions.state import State, read_base
from circulars.revisions.values import Name, Ref, Stream, Value

__all__ = [
    "Name",
    "Ref",
    "Revision",
    "State",
    "Stream",
    "UnaccountedError",
    "Value",
    "first_end",
    "read_base",
    "revisions_after",
]
