"""Sends what is planned in an outbox: a program of its own, so that it can be killed.

python sender.py LEDGER PORT TRUST
"""

from __future__ import annotations

import datetime
import sqlite3
import sys
import time
from contextlib import closing

from circulars.merge.post.mailbox import mailbox_of, read_mailbox
from circulars.merge.post.outbox import Outbox
from circulars.merge.post.pace import Pace
from circulars.merge.post.sending import Mail, send
from circulars.merge.post.smtp import Server

SENDER = read_mailbox("TSB <tsb@example.int>")


class Watch:
    """The machine's clock."""

    def time(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Waits."""
        time.sleep(max(0.0, seconds))
        return False


def address(n: int) -> str:
    """The address of an addressee, by number."""
    return f"a{n}@example.int"


def mail(n: int) -> Mail:
    """A message to an addressee, with lines that SMTP must escape."""
    text = f"To: {address(n)}\r\nSubject: {n}\r\n\r\n.\r\n..two\r\nlast\r\n"
    return Mail(SENDER, mailbox_of(address(n)), f"{n}@example.int", text.encode())


def main(ledger: str, port: str, trust: str) -> None:
    """Sends, and prints how many messages were found half sent."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as base:
        outbox = Outbox(base, lambda: datetime.datetime.now(datetime.UTC))
        print(outbox.find_interrupted(), flush=True)
        server = Server("127.0.0.1", int(port), authorities=trust, timeout=600, patience=600)
        for posted in send(outbox, mail, server, Watch(), Pace(per_minute=0, per_connection=5)):
            print(posted.n, posted.state, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
