"""The command that adds mended rows to a merge or a sending, told as it is to be typed."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Final

from circulars.workspace import Workspace

# What an addition must have as the first command had it, and how a sending reaches its server.
_REPEATED: Final = (
    ("--as", "kind", ("files", "send")),
    ("--formats", "formats", ((),)),
    ("--fallback", "fallback", ()),
    ("--duplex", "duplex", ()),
    ("--labels", "labels", ()),
    ("--skip", "skip", ()),
    ("--envelope", "envelope", ()),
    ("--full-layout", "full_layout", ()),
    ("--from", "sender", ()),
    ("--reply-to", "reply_to", ()),
    ("--smtp", "smtp", ()),
    ("--user", "user", ()),
    ("--password-file", "password_file", ()),
    ("--trust", "trust", ()),
    ("--plain", "plain", ()),
    ("--cluster", "cluster", ()),
    ("--out", "out", ()),
)
"""Options, their names in what was parsed, and values that need not be typed."""


def command_to_add(options: argparse.Namespace, rejected: Path, workspace: Workspace) -> str:
    """The command that adds the rows of a file, when they are mended, to what the options have begun."""
    words = ["circulars", options.command, options.letter, _typed(rejected, workspace), "--add"]
    if options.folder != ".":
        words[1:1] = ["-C", options.folder]
    for option, name, usual in _REPEATED:
        value = getattr(options, name, None)
        if not value or value in usual or (name == "formats" and options.command == "send" and value == ("pdf",)):
            continue
        words += [option] if value is True else [option, ",".join(value) if isinstance(value, tuple) else str(value)]
    if not options.source:
        words.append("--no-source")
    return shlex.join(words)


def _typed(path: Path, workspace: Workspace) -> str:
    """A file as it is typed to a command that works in a folder."""
    if path.is_absolute() or workspace.folder == Path():
        return str(path)
    absolute, folder = path.resolve(), workspace.folder.resolve()
    return str(absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute)
