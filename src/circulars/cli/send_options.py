"""What can be typed after 'send'."""

from __future__ import annotations

import argparse

from circulars.cli.merge_options import add_choices
from circulars.cli.parsing import LETTER, NeverHere, add_cache, add_command, add_secret
from circulars.cli.values import decision, names, number, number_of_messages, seconds
from circulars.formats import WRITERS

# As in `parsing`: an import of typing would take longer than all that is done here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_send(commands: Any) -> None:
    send = add_command(
        commands,
        "send",
        "send a letter by e-mail to each of many addressees, in the language that each chose",
        "What is about to be sent is told first, and sent when you say yes. Nobody gets a letter twice; what the\n"
        "server may have or not is listed, for you to decide. The password is asked for at the terminal, or read from\n"
        "the first line of --password-file or --password-fd; it never stands on a command line.",
    )
    send.add_argument("letter", metavar="LETTER", help=LETTER)
    send.add_argument("addressees", nargs="?", metavar="ADDRESSEES", help="a list's file, or a database's URL")
    send.add_argument("--smtp", metavar="URL", help="smtp://host:587 (STARTTLS) or smtps://host (TLS)")
    send.add_argument("--from", dest="sender", metavar="'NAME <ADDRESS>'", help="who sends")
    send.add_argument("--reply-to", metavar="'NAME <ADDRESS>'", help="where answers go (default: to who sends)")
    send.add_argument(
        "--formats", type=names, default=("pdf",), metavar=",".join(WRITERS), help="what is attached (default: pdf)"
    )
    send.add_argument("--to-self", metavar="ADDRESS", help="send three samples there, and nothing else")
    send.add_argument("--yes", action="store_true", help="send without asking")
    _add_ways_on(send)
    _add_server(send)
    add_choices(send)
    send.add_argument("--out", default=None, metavar="FOLDER", help="the ledger is in FOLDER/LETTER (default: output)")
    add_cache(send)
    send.set_defaults(kind="send", full_layout=False, source=True)
    secrets = ("-p", "--pass", "--password", "--passwd", "--passphrase")
    send.add_argument(*secrets, nargs="?", action=NeverHere, const="--password-file", help=argparse.SUPPRESS)


def _add_ways_on(send: argparse.ArgumentParser) -> None:
    """What to do with a sending that was begun."""
    send.add_argument("--resume", action="store_true", help="go on with a sending that was stopped")
    send.add_argument("--add", action="store_true", help="also to these addressees, besides those who were sent to")
    send.add_argument("--retry", action="store_true", help="also the messages that failed")
    send.add_argument(
        "--decide",
        type=decision,
        action="append",
        default=[],
        metavar="ID=sent|again",
        help="what became of a message that is in doubt; may stand several times",
    )
    send.add_argument(
        "--changed",
        choices=("rest", "all"),
        help="the letter has changed since some were sent: the new one goes to the rest, or to all",
    )


def _add_server(send: argparse.ArgumentParser) -> None:
    """How fast messages go, and how to be let in to the server."""
    send.add_argument("--rate", type=number, default=60.0, metavar="N", help="messages a minute (60; 0: no limit)")
    send.add_argument(
        "--per-connection", type=number_of_messages, default=100, metavar="N", help="messages on one connection (100)"
    )
    send.add_argument(
        "--tries",
        type=int,
        choices=range(1, 7),
        default=6,
        metavar="N",
        help="of what the server puts off: 1 to 6 (default: 6, in 75 minutes)",
    )
    send.add_argument(
        "--wait", type=seconds, default=60.0, metavar="SECONDS", help="before the second try (60); later ones: longer"
    )
    send.add_argument("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for one answer (default: 60)")
    send.add_argument("--user", default="", metavar="NAME", help="who logs in (default: nobody, or URL's)")
    add_secret(send, "password")
    send.add_argument("--trust", metavar="FILE", help="a certificate to trust besides the system's")
    send.add_argument("--plain", action="store_true", help="without encryption, for a server on this machine")
