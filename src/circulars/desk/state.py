"""What the desk knows while it serves a folder: who may use it and is where, what is in the folder, what it built."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from circulars.build import Written
from circulars.desk.access import Access
from circulars.desk.edits import LetterEdits
from circulars.desk.listing import LetterListing
from circulars.desk.presence import Presence
from circulars.desk.preview import LetterPreviews
from circulars.errors import MachineError
from circulars.merge.looking.stages import MergeStages
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BuiltLetter:
    """The files that were built from a letter, and the hash of the file that they were built from."""

    version: str
    written: tuple[Written, ...]
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder that is served."""

    workspace: Workspace
    access: Access
    listing: LetterListing
    edits: LetterEdits
    previews: LetterPreviews
    stages: MergeStages
    built: dict[str, BuiltLetter] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)


def open_desk(workspace: Workspace, access: Access) -> Desk:
    """The desk over a folder. What a desk that was killed has begun is ended first."""
    edits = LetterEdits(workspace)
    with suppress(MachineError):  # it is tried again before each edit
        edits.recover()
    return Desk(
        workspace, access, LetterListing(workspace), edits, LetterPreviews(workspace), MergeStages(workspace.output)
    )
