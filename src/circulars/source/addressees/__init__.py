"""Reads lists of addressees, checks their rows, and chooses among them."""

from circulars.source.addressees.checks import Checks
from circulars.source.addressees.head import column_name
from circulars.source.addressees.lists import AddresseeList, FaultyRow
from circulars.source.addressees.opening import open_list

__all__ = ["AddresseeList", "Checks", "FaultyRow", "column_name", "open_list"]
