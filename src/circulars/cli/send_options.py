"""Arguments of ``send``."""

from __future__ import annotations

import argparse

from circulars.cli.merge_options import add_addressee_options, add_message_options
from circulars.cli.parsing import (
    LETTER,
    Parser,
    RefuseSecret,
    add_cache,
    add_command,
    add_required_approvals,
    add_secret,
)
from circulars.cli.values import decision, names, number_of_messages, rate, seconds
from circulars.formats import WRITERS

# Importing typing would take longer than everything else here; see `parsing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_send(commands: Any) -> None:
    send = add_command(
        commands,
        "send",
        "send a letter by e-mail to each of many addressees, in the language that each chose",
        "Shows what is about to be sent, and sends it when you say yes. Nobody gets a letter twice: messages that the\n"
        "server may or may not have accepted are listed, for you to decide. The password is asked for at the\n"
        "terminal, or read from the first line of --password-file or --password-fd; it is never part of the command.",
    )
    send.alternatives["bounces"] = _bounces_parser
    send.add_argument("letter", metavar="LETTER", help=LETTER)
    send.add_argument("addressees", nargs="?", metavar="ADDRESSEES", help="a list's file, or a database's URL")
    send.add_argument("--smtp", metavar="URL", help="smtp://host:587 (STARTTLS) or smtps://host (TLS)")
    send.add_argument("--from", dest="sender", metavar="'NAME <ADDRESS>'", help="the sender")
    add_message_options(send)
    send.add_argument(
        "--bounces-to",
        default="",
        metavar="ADDRESS",
        help="where messages come back that cannot be delivered, as ADDRESS+TOKEN, with a token for each",
    )
    send.add_argument(
        "--formats", type=names, default=("pdf",), metavar=",".join(WRITERS), help="what is attached (default: pdf)"
    )
    send.add_argument("--to-self", metavar="ADDRESS", help="send three samples there, and nothing else")
    send.add_argument("--dry-run", action="store_true", help="show what would be sent, and send nothing")
    _add_all(send)
    send.add_argument("--yes", action="store_true", help="send without asking")
    _add_continuation(send)
    _add_server(send)
    add_addressee_options(send)
    send.add_argument("--out", default=None, metavar="FOLDER", help="the ledger is in FOLDER/LETTER (default: output)")
    add_cache(send)
    add_required_approvals(send, "send")
    send.set_defaults(kind="send", full_layout=False, source=True)
    secrets = ("-p", "--pass", "--password", "--passwd", "--passphrase")
    send.add_argument(*secrets, nargs="?", action=RefuseSecret, const="--password-file", help=argparse.SUPPRESS)


def _bounces_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="circulars send bounces",
        description="Read a mailbox of returned mail, and record which messages came back.",
        epilog="Nothing in the mailbox is changed, and nothing is sent. Reading a mailbox again records nothing again.",
    )
    parser.add_argument(
        "mailbox",
        metavar="MAILBOX",
        help="an mbox file, a Maildir, a folder with .eml files, one such file, or imaps://user@host/INBOX",
    )
    parser.add_argument(
        "letters", nargs="*", metavar="LETTER", help="a letter's file, or its name (default: all that were sent)"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be recorded, and record nothing")
    parser.add_argument(
        "--probable", action="store_true", help="also record messages that are found by their address alone"
    )
    _add_all(parser)
    parser.add_argument("--out", default=None, metavar="FOLDER", help="the ledgers are in FOLDER (default: output)")
    parser.add_argument("--user", default="", metavar="NAME", help="the user who logs in (default: the URL's)")
    add_secret(parser, "password")
    parser.add_argument(
        "--token-command", default="", metavar="COMMAND", help="log in with the token that this command prints (OAuth)"
    )
    parser.add_argument("--trust", metavar="FILE", help="a certificate to trust in addition to the system's")
    parser.add_argument("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for one answer (default: 60)")
    parser.add_argument("--plain", action="store_true", help="imap:// without encryption, for a server on this machine")
    secrets = ("-p", "--pass", "--password", "--passwd", "--passphrase")
    parser.add_argument(*secrets, nargs="?", action=RefuseSecret, const="--password-file", help=argparse.SUPPRESS)
    parser.set_defaults(command="send bounces")
    return parser


def _add_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="list every message, not only the first 50 of each kind")


def _add_continuation(send: argparse.ArgumentParser) -> None:
    """Options that continue or change a sending."""
    send.add_argument("--resume", action="store_true", help="continue a sending that was stopped")
    send.add_argument("--add", action="store_true", help="also send to these addressees, after an earlier list")
    send.add_argument(
        "--corrected",
        action="store_true",
        help="send to those alone whose address in the list was corrected since their letter was sent",
    )
    send.add_argument("--retry", action="store_true", help="also send the messages that failed")
    send.add_argument(
        "--decide",
        type=decision,
        action="append",
        default=[],
        metavar="ID=sent|again|came-back or FILE",
        help="what became of a message that is in doubt, or that it came back; may be repeated. FILE: a table with the "
        "columns id and decision, such as a report with one more column",
    )
    send.add_argument(
        "--changed",
        choices=("rest", "all"),
        help="the letter has changed since some were sent: the new one goes to the rest, or to all",
    )


def _add_server(send: argparse.ArgumentParser) -> None:
    """Options for the rate of messages, and for logging in to the server."""
    send.add_argument(
        "--rate",
        type=rate,
        default=(60.0, 60.0),
        metavar="N[/UNIT]",
        help="messages a minute, or N/second, N/hour, N/day (60/minute; 0: no limit)",
    )
    send.add_argument(
        "--per-connection", type=number_of_messages, default=100, metavar="N", help="messages on one connection (100)"
    )
    send.add_argument(
        "--tries",
        type=int,
        choices=range(1, 7),
        default=6,
        metavar="N",
        help="for messages that the server defers: 1 to 6 (default: 6, in 75 minutes)",
    )
    send.add_argument(
        "--wait",
        type=seconds,
        default=60.0,
        metavar="SECONDS",
        help="before the second try (60); longer before later ones",
    )
    send.add_argument("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for one answer (default: 60)")
    send.add_argument("--user", default="", metavar="NAME", help="the user who logs in (default: nobody, or the URL's)")
    add_secret(send, "password")
    send.add_argument(
        "--token-command", default="", metavar="COMMAND", help="log in with the token that this command prints (OAuth)"
    )
    send.add_argument(
        "--oauth",
        default="",
        metavar="microsoft|URL",
        help="log in with a token that you confirm in a browser; needs --oauth-client",
    )
    send.add_argument("--oauth-client", default="", metavar="ID", help="the program's id at that server")
    send.add_argument("--oauth-scope", default="", metavar="SCOPE", help="what the token is for (default: to send)")
    send.add_argument("--trust", metavar="FILE", help="a certificate to trust in addition to the system's")
    send.add_argument("--plain", action="store_true", help="without encryption, for a server on this machine")
