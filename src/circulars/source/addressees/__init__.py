"""Reads lists of addressees, checks their rows, and chooses among them."""

from circulars.source.addressees.address_words import address_part
from circulars.source.addressees.checks import WHO, Checks, unknown_names
from circulars.source.addressees.choosing import Only, Sort, Where, parse_only, parse_sort, parse_where, rank, sample
from circulars.source.addressees.head import with_mark, without_mark
from circulars.source.addressees.layout import ColumnsRead, ReadColumn, Understood
from circulars.source.addressees.lists import MAX_NAMED, AddresseeList, FaultyRow
from circulars.source.addressees.meaning import column_name
from circulars.source.addressees.opening import open_list
from circulars.source.addressees.reading import remembering
from circulars.source.addressees.rejected import RejectedRow, RejectedTable, read_rejected, rejected_table, rows_left
from circulars.source.addressees.same import OncePerAddress, Repeats, SameAddress, Sameness

__all__ = [
    "MAX_NAMED",
    "WHO",
    "AddresseeList",
    "Checks",
    "ColumnsRead",
    "FaultyRow",
    "OncePerAddress",
    "Only",
    "ReadColumn",
    "RejectedRow",
    "RejectedTable",
    "Repeats",
    "SameAddress",
    "Sameness",
    "Sort",
    "Understood",
    "Where",
    "address_part",
    "column_name",
    "open_list",
    "parse_only",
    "parse_sort",
    "parse_where",
    "rank",
    "read_rejected",
    "rejected_table",
    "remembering",
    "rows_left",
    "sample",
    "unknown_names",
    "with_mark",
    "without_mark",
]
