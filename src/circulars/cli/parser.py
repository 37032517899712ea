"""The parser of the whole command line."""

from __future__ import annotations

import argparse

from circulars import __version__
from circulars.cli.file_options import add_sign, add_source_and_verify
from circulars.cli.letter_options import (
    add_approve,
    add_build,
    add_check,
    add_confirm,
    add_desk,
    add_diff,
    add_explain,
    add_fmt,
    add_git,
    add_init_and_new,
    add_languages,
    add_lineage,
    add_packs,
    add_pull,
    add_status,
)
from circulars.cli.merge_options import add_merge
from circulars.cli.parsing import Parser, add_command
from circulars.cli.send_options import add_send

_EPILOG = """\
Without names, a command uses every letter in letters/.
Exit codes: 0 done · 1 problems in the letters or the data · 2 used wrongly · 3 the machine.
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line. ``command`` in its result is the name of the command."""
    parser = Parser(
        prog="circulars",
        description="Official circular letters: one YAML file, Word and PDF in several languages.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"circulars {__version__}")
    parser.add_argument(
        "-C", "--folder", default=".", metavar="FOLDER", help="the folder to work in (default: this one)"
    )
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    add_init_and_new(commands)
    add_check(commands)
    add_fmt(commands)
    add_confirm(commands)
    add_approve(commands)
    add_status(commands)
    add_explain(commands)
    add_build(commands)
    add_desk(commands)
    add_merge(commands)
    add_diff(commands)
    add_pull(commands)
    add_lineage(commands)
    add_git(commands)
    add_source_and_verify(commands)
    add_packs(commands)
    add_languages(commands)
    add_sign(commands)
    add_send(commands)
    shell = add_command(commands, "completion", "print a shell's completion script")
    shell.add_argument("shell", choices=("bash", "zsh", "tcsh", "fish"), help='eval "$(circulars completion bash)"')
    return parser
