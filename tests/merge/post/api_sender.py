"""Sends a letter as a program of somebody else would: a process of its own, so that it can be killed.

python api_sender.py FOLDER PORT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from circulars import api

ORDER = api.MergeOrder(formats=("docx",))


def through(port: int) -> dict[str, Any]:
    """The sender, the server and the clock, for sending as fast as possible."""
    return {
        "sender": api.read_mailbox("TSB <tsb@example.int>"),
        "server": api.Server("127.0.0.1", port, security="none", timeout=600),
        "clock": api.MachineClock(),
    }


def main(folder: str, port: str) -> None:
    """Sends to all addressees of the list."""
    workspace = api.Workspace(Path(folder))
    letter = api.read_letter(workspace.letters / "meeting.yaml")
    sent = api.send(
        letter, "list.csv", workspace, ORDER, confirm=True, pace=api.Pace(per_minute=0), **through(int(port))
    )
    print(sent.sent)


if __name__ == "__main__":
    main(*sys.argv[1:])
