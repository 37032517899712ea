"""Parsers that never guess an option, and never show a secret: argparse, as every command uses it."""

from __future__ import annotations

import argparse
import os
import sys

from circulars.cli.values import descriptor

# `circulars --help` must come at once: pathlib and typing would take longer to import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Parser(argparse.ArgumentParser):
    """A parser whose options are never guessed from their first letters: scripts must not change meaning.

    ``instead`` makes parsers of their own for what begins with certain words.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=Formatter, **options)
        self.instead: dict[str, Callable[[], argparse.ArgumentParser]] = {}

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse makes of the arguments; the value of ``--sort`` may begin with a hyphen."""
        if args and (other := self.instead.get(args[0])):
            return other().parse_known_args(args[1:], namespace)
        return super().parse_known_args(_sorted_so(sys.argv[1:] if args is None else args), namespace)


def _sorted_so(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--sort -surname`` as ``--sort=-surname``: argparse takes "-surname" for an option."""
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
    """A formatter that knows the terminal's width itself: argparse would import shutil to ask."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=_width())


def _width() -> int:
    try:
        return min(os.get_terminal_size().columns, 110) - 2
    except OSError:
        return 98


LETTER = "a letter's file, or its name in letters/"


def add_making(parser: argparse.ArgumentParser) -> None:
    """Options of commands that make files of letters."""
    parser.add_argument("--no-source", dest="source", action="store_false", help="files that do not carry their letter")
    add_cache(parser)


def add_secret(parser: argparse.ArgumentParser, name: str) -> None:
    """Options for where a secret is read from."""
    parser.add_argument(f"--{name}-file", metavar="FILE", help="one that only you can read")
    parser.add_argument(f"--{name}-fd", type=descriptor, metavar="N", help="an open file descriptor; 0 is the input")


def add_cache(parser: argparse.ArgumentParser) -> None:
    """The option of each command that lays something out."""
    told = "lay everything out anew, without the folder .circulars/cache"
    parser.add_argument("--no-cache", dest="cache", action="store_false", help=told)


def add_command(commands: Any, name: str, help: str, epilog: str = "") -> Parser:
    parser: Parser = commands.add_parser(
        name, help=help, description=help[0].upper() + help[1:] + ".", epilog=epilog or None
    )
    return parser


class NeverHere(argparse.Action):
    """Refuses a secret on the command line, and does not repeat it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.error(
            "a pass phrase, PIN or password may not stand on the command line, where others on this machine can read\n"
            f"it; leave it out, and it is asked for, or use {self.const} (and choose another one: this one was shown)"
        )
