"""A provider's mail server as offices meet it: it throttles, refuses, drops, has a quota, and returns mail later.

    python mailhost.py FOLDER --port 2525 --quota 700

serves without encryption until it is stopped (Ctrl-C), and keeps what it accepts in FOLDER: ``0001.eml`` …, and
``returned.mbox`` with the messages that came back. Which addressees it has trouble with follows from the numbers in
their addresses.
"""

from __future__ import annotations

import argparse
import mailbox
import re
import signal
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from merge.post.server import MailServer, Manner, serving

QUOTA = "550 5.4.5 Daily user sending limit exceeded"


def number_of(address: str) -> int:
    """The first number in an address; 1 if there is none."""
    found = re.search(r"\d+", address)
    return int(found[0]) if found else 1


def is_gone(address: str) -> bool:
    """Whether the server knows no such user."""
    return number_of(address) % 23 == 0


def is_returned(address: str) -> bool:
    """Whether the server accepts a message to an address, and returns it later."""
    return number_of(address) % 19 == 0


@dataclass(slots=True)
class MailHost:
    """What a server keeps, and when its quota ends: it accepts ``quota`` messages until that is raised.

    ``returned`` is the mailbox with what came back.
    """

    server: MailServer
    folder: Path
    quota: int
    returned: Path
    dropped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server.refusal = self._refusal
        self.server.manner = self._manner
        self.server.on_taken = self._keep

    def _refusal(self, address: str, before: int) -> str:
        if len(self.server.taken) >= self.quota:
            return QUOTA
        if is_gone(address):
            return "550 5.1.1 <" + address + ">: no such user here"
        if number_of(address) % 17 == 0 and before == 0:
            return "450 4.2.0 greylisted, come back later"
        return ""

    def _manner(self, address: str, before: int) -> Manner:
        """The connection is lost around the message, once, for some; "busy" is 421 and the end of the connection."""
        manners: dict[int, Manner] = {29: "drop taken", 31: "drop untaken", 37: "busy"}
        if address in self.dropped or len(self.server.taken) >= self.quota or is_gone(address):
            return "accept"
        manner: Manner = next((manner for n, manner in manners.items() if number_of(address) % n == 0), "accept")
        if manner != "accept":
            self.dropped.add(address)
        return manner

    def _keep(self, address: str, message: bytes) -> None:
        """Writes what was accepted into a file, and a report for what comes back."""
        (self.folder / f"{len(self.server.taken):04}.eml").write_bytes(message)
        if is_returned(address):
            box = mailbox.mbox(self.returned)
            box.add(returned(message_from_bytes(message, policy=policy.default), address))
            box.close()

    def kept(self) -> list[EmailMessage]:
        """The messages in the files, in the order in which they came."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.folder.glob("*.eml"))
        ]


def returned(message: EmailMessage, address: str) -> bytes:
    """The report of a server that could not deliver a message (RFC 3464), with the headers of the message."""
    headers = "".join(f"{name}: {message[name]}\n" for name in ("Message-ID", "From", "To"))
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mail.example.int>
To: {message["From"]}
Subject: Undelivered Mail Returned to Sender
Date: {message["Date"]}
Auto-Submitted: auto-replied
Message-ID: <returned-{address}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=report"

--=report
Content-Type: text/plain

I could not deliver your message to {address}: unknown user.

--=report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.int

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--=report
Content-Type: text/rfc822-headers

{headers}
--=report--
""".encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--quota", type=int, default=1_000_000)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serving(security="none", port=chosen.port) as server:
        host = MailHost(server, chosen.folder, chosen.quota, chosen.folder / "returned.mbox")
        try:
            signal.pause()
        except KeyboardInterrupt:
            print(f"accepted {len(host.kept())} messages")


if __name__ == "__main__":
    main()
