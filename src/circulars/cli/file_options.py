"""What can be typed after the commands that take finished files."""

from __future__ import annotations

import argparse

from circulars.cli.parsing import NeverHere, add_command, add_secret
from circulars.cli.values import box

# As in `parsing`: an import of typing would take longer than all that is done here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_traces(commands: Any) -> None:
    source = add_command(commands, "source", "print the letter that a Word file or a PDF was made from")
    source.add_argument("file", metavar="FILE")
    source.add_argument("--facts", action="store_true", help="how the file was made, as JSON, instead of the letter")
    source.add_argument("--out", default=None, metavar="FOLDER", help="write the letter and its pictures there")
    verify = add_command(
        commands,
        "verify",
        "tell whether files are what their sources make, and whether their signatures hold",
        "Each file is built again, with the packs here, from the letter that it carries, and compared byte by byte. "
        "Nothing is fetched from the network.",
    )
    verify.add_argument(
        "files", nargs="*", metavar="FILE", help="Word files, PDFs, or folders of them; default: output"
    )
    verify.add_argument(
        "--trust", action="append", default=[], metavar="FILE", help="a certificate to trust; may stand several times"
    )
    verify.add_argument(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help="a list of revoked certificates, the same",
    )
    verify.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_sign(commands: Any) -> None:
    sign = add_command(
        commands,
        "sign",
        "sign PDF files",
        "The key is a file (--key) or in a token (--pkcs11). Its pass phrase, or the token's PIN, is asked for at the\n"
        "terminal, or read from the first line of --passphrase-file or --passphrase-fd; it never stands on a command\n"
        "line. Either all files are signed, or none. Only --timestamp uses the network.",
    )
    sign.add_argument("files", nargs="+", metavar="FILE.pdf")
    sign.add_argument("--key", metavar="FILE", help="PKCS#12 (.p12, .pfx) or PEM")
    sign.add_argument("--certificate", metavar="FILE", help="its certificate and those above it, if not beside the key")
    sign.add_argument("--pkcs11", metavar="MODULE", help="the library of a token that holds the key")
    sign.add_argument("--token", metavar="LABEL", help="which token")
    sign.add_argument("--key-label", metavar="LABEL", help="which key in it")
    add_secret(sign, "passphrase")
    sign.add_argument("--timestamp", metavar="URL", help="a time-stamp server's address (RFC 3161)")
    sign.add_argument("--visible", action="store_true", help="draw a block at the signature's place")
    sign.add_argument("--box", type=box, metavar="PAGE,X,Y,W,H", help="draw it there: mm from the page's top left")
    sign.add_argument("--pack", default="itu", help="the template pack whose fonts the block has (default: itu)")
    for name in ("name", "reason", "location"):
        sign.add_argument(f"--{name}", default="", metavar="TEXT", help=f"the {name} that the signature tells")
    sign.add_argument("--out", metavar="FOLDER", help="write the signed files there, and leave FILE.pdf as it is")
    # What is typed by habit is refused without showing it again.
    secrets = ("-p", "--pass", "--passphrase", "--pass-phrase", "--password", "--passwd", "--pin")
    sign.add_argument(*secrets, nargs="?", action=NeverHere, const="--passphrase-file", help=argparse.SUPPRESS)
