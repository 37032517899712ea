"""Opens a mailbox by its name: a file, a folder, or a mailbox on a server."""

from __future__ import annotations

from pathlib import Path

from circulars.returned.sources import LocalMailbox, open_local


def open_mailbox(name: str) -> LocalMailbox:
    """The mailbox of a name; nothing in it is changed.

    Raises:
        UsageError: it cannot be read, or it is not a mailbox.
    """
    return open_local(Path(name))
