"""The argument parser of every command: argparse, without guessed options, and with secrets kept out."""

from __future__ import annotations

import argparse
import os
import sys

from circulars.cli.values import descriptor, names

# `circulars --help` must be fast: importing pathlib and typing would take longer than parsing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Parser(argparse.ArgumentParser):
    """A parser that accepts no abbreviated options: a new option must not change the meaning of a script.

    ``alternatives`` maps a first argument to a function that makes the parser of the arguments after it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=Formatter, **options)
        self.alternatives: dict[str, Callable[[], argparse.ArgumentParser]] = {}

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parses as argparse does, but the value of ``--sort`` may begin with a hyphen."""
        if args and (other := self.alternatives.get(args[0])):
            return other().parse_known_args(args[1:], namespace)
        return super().parse_known_args(_with_sort_joined(sys.argv[1:] if args is None else args), namespace)


def _with_sort_joined(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--sort -surname`` as ``--sort=-surname``: argparse would read "-surname" as an option."""
    joined: list[str] = []
    for position, argument in enumerate(arguments):
        if joined[-1:] == ["--"]:
            return [*joined, *arguments[position:]]
        if joined[-1:] == ["--sort"] and argument[:1] == "-" and argument[1:2] not in ("", "-"):
            joined[-1] = f"--sort={argument}"
        else:
            joined.append(argument)
    return joined


class Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter that determines the terminal's width itself, because argparse would import shutil for that."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=_width())


def _width() -> int:
    try:
        return min(os.get_terminal_size().columns, 110) - 2
    except OSError:
        return 98


LETTER = "a letter's file, or its name in letters/"


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that make files from letters."""
    parser.add_argument("--no-source", dest="source", action="store_false", help="do not embed the letter in the files")
    add_cache(parser)


def add_secret(parser: argparse.ArgumentParser, name: str) -> None:
    """Options that name a file or a descriptor to read a secret from."""
    parser.add_argument(f"--{name}-file", metavar="FILE", help="a file that only you can read")
    parser.add_argument(
        f"--{name}-fd", type=descriptor, metavar="N", help="an open file descriptor; 0 is standard input"
    )


def add_cache(parser: argparse.ArgumentParser) -> None:
    """The option of every command that lays letters out."""
    effect = "lay everything out again, without .circulars/cache"
    parser.add_argument("--no-cache", dest="cache", action="store_false", help=effect)


def add_command(commands: Any, name: str, help: str, epilog: str = "") -> Parser:
    parser: Parser = commands.add_parser(
        name, help=help, description=help[0].upper() + help[1:] + ".", epilog=epilog or None
    )
    return parser


def add_required_approvals(parser: argparse.ArgumentParser, verb: str) -> None:
    """The option that refuses letters without approvals."""
    parser.add_argument(
        "--require-approval",
        type=names,
        default=(),
        metavar="ROLE[,ROLE]",
        help=f"{verb} only what all of these have approved; ROLE:looks: how it looks, too",
    )


class RefuseSecret(argparse.Action):
    """Refuses a secret on the command line, without showing it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.error(
            "a pass phrase, PIN or password must not be on the command line, where others on this machine can read\n"
            f"it; leave it out to be asked for it, or use {self.const} (and choose another one: this one was shown)"
        )


def add_key(parser: argparse.ArgumentParser) -> None:
    """Options that name a key to sign with."""
    parser.add_argument("--key", metavar="FILE", help="PKCS#12 (.p12, .pfx) or PEM")
    help = "its certificate and those above it, if not beside the key"
    parser.add_argument("--certificate", metavar="FILE", help=help)
    parser.add_argument("--pkcs11", metavar="MODULE", help="the library of a token that holds the key")
    parser.add_argument("--token", metavar="LABEL", help="which token")
    parser.add_argument("--key-label", metavar="LABEL", help="which key in it")
    add_secret(parser, "passphrase")
    parser.add_argument("--timestamp", metavar="URL", help="a time-stamp server's address (RFC 3161)")
    # People type these by habit. They are refused, and their values are not shown.
    secrets = ("-p", "--pass", "--passphrase", "--pass-phrase", "--password", "--passwd", "--pin")
    parser.add_argument(*secrets, nargs="?", action=RefuseSecret, const="--passphrase-file", help=argparse.SUPPRESS)
