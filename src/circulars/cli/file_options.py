"""Arguments of the commands that take finished files: ``source``, ``verify``, ``sign``."""

from __future__ import annotations

from circulars.cli.parsing import add_command, add_key
from circulars.cli.values import box

# Importing typing would take longer than everything else here; see `parsing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_source_and_verify(commands: Any) -> None:
    source = add_command(commands, "source", "print the letter that a Word file or a PDF was made from")
    source.add_argument("file", metavar="FILE")
    source.add_argument("--facts", action="store_true", help="how the file was made, as JSON, instead of the letter")
    source.add_argument(
        "--out", default=None, metavar="FOLDER", help="write the letter and its pictures to this folder"
    )
    source.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="NAME",
        help="with --out, also write this file, which is not one of the letter's own; may be repeated",
    )
    verify = add_command(
        commands,
        "verify",
        "check whether files are what their sources make, and validate their signatures",
        "Each file is built again, with the packs here, from the letter that it carries, and compared byte by byte. "
        "Nothing is fetched from the network.",
    )
    verify.add_argument(
        "files", nargs="*", metavar="FILE", help="Word files, PDFs, or folders of them; default: output"
    )
    verify.add_argument(
        "--trust", action="append", default=[], metavar="FILE", help="a certificate to trust; may be repeated"
    )
    verify.add_argument(
        "--signer",
        action="append",
        default=[],
        metavar="NAME",
        help="who must have signed, as the certificate names them; may be repeated, and one of them is enough",
    )
    verify.add_argument(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help="a list of revoked certificates; may be repeated",
    )
    verify.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_sign(commands: Any) -> None:
    sign = add_command(
        commands,
        "sign",
        "sign PDF files",
        "The key is a file (--key) or in a token (--pkcs11). Its pass phrase, or the token's PIN, is asked for at the\n"
        "terminal, or read from the first line of --passphrase-file or --passphrase-fd; it is never part of\n"
        "the command. Either all files are signed, or none. Only --timestamp uses the network.",
    )
    sign.add_argument("files", nargs="+", metavar="FILE.pdf")
    add_key(sign)
    sign.add_argument("--visible", action="store_true", help="draw a block where the letter is signed")
    sign.add_argument("--box", type=box, metavar="PAGE,X,Y,W,H", help="draw it there: mm from the page's top left")
    sign.add_argument("--pack", default="itu", help="the template pack whose fonts the block has (default: itu)")
    for name in ("name", "reason", "location"):
        sign.add_argument(f"--{name}", default="", metavar="TEXT", help=f"the {name} that the signature states")
    sign.add_argument("--out", metavar="FOLDER", help="write the signed files there, and leave FILE.pdf as it is")
