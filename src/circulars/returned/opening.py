"""Opens a mailbox by its name: a file, a folder, or a mailbox on a server."""

from __future__ import annotations

from pathlib import Path

from circulars.returned.imap import MailboxLogin, MailboxServer, open_on_server
from circulars.returned.sources import OpenedMailbox, open_local


def open_mailbox(mailbox: str | Path | MailboxServer, login: MailboxLogin) -> OpenedMailbox:
    """A mailbox; nothing in it is changed. ``login`` is for one on a server.

    Raises:
        UsageError: it cannot be read, or it is not a mailbox.
        MachineError: the server does not answer.
    """
    return open_on_server(mailbox, login) if isinstance(mailbox, MailboxServer) else open_local(Path(mailbox))
