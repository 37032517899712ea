"""Edits a letter's file in place: all bytes stay but those of the entry concerned."""

from circulars.source.editing.editing import EditedFile, edited, node_at, undone
from circulars.source.editing.file_bytes import Splice
from circulars.source.editing.forms import Path, text_paths
from circulars.source.editing.operations import (
    AddKey,
    Insert,
    Move,
    Nest,
    Operation,
    Remove,
    Rename,
    Replace,
    Transfer,
    Unnest,
)
from circulars.source.editing.remarks import with_comment
from circulars.source.editing.scalars import Value
from circulars.source.editing.tables import AddColumn, AddLanguage, Composite, MoveColumn, RemoveColumn

__all__ = [
    "AddColumn",
    "AddKey",
    "AddLanguage",
    "Composite",
    "EditedFile",
    "Insert",
    "Move",
    "MoveColumn",
    "Nest",
    "Operation",
    "Path",
    "Remove",
    "RemoveColumn",
    "Rename",
    "Replace",
    "Splice",
    "Transfer",
    "Unnest",
    "Value",
    "edited",
    "node_at",
    "text_paths",
    "undone",
    "with_comment",
]
