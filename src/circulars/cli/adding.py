"""Writes the command that adds corrected rows to a merge or a sending."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Final

from circulars.workspace import Workspace

# An addition must repeat these options of the first command. A sending must also repeat its server options.
_REPEATED: Final = (
    ("--as", "kind", ("files", "send")),
    ("--formats", "formats", ((),)),
    ("--fallback", "fallback", ()),
    ("--once-per-address", "once_per_address", ()),
    ("--duplex", "duplex", ()),
    ("--labels", "labels", ()),
    ("--envelope", "envelope", ()),
    ("--full-layout", "full_layout", ()),
    ("--from", "sender", ()),
    ("--reply-to", "reply_to", ()),
    ("--cc", "cc", ()),
    ("--bcc", "bcc", ()),
    ("--attach", "attach", ()),
    ("--attach-folder", "attach_folder", ()),
    ("--unsubscribe", "unsubscribe", ()),
    ("--no-auto-replies", "no_auto_replies", ()),
    ("--bounces-to", "bounces_to", ()),
    ("--smtp", "smtp", ()),
    ("--user", "user", ()),
    ("--password-file", "password_file", ()),
    ("--token-command", "token_command", ()),
    ("--oauth", "oauth", ()),
    ("--oauth-client", "oauth_client", ()),
    ("--oauth-scope", "oauth_scope", ()),
    ("--trust", "trust", ()),
    ("--plain", "plain", ()),
    ("--cluster", "cluster", ()),
    ("--cluster-authority", "cluster_authority", ()),
    ("--cluster-certificate", "cluster_certificate", ()),
    ("--cluster-key", "cluster_key", ()),
    ("--insecure-cluster", "insecure_cluster", ()),
    ("--out", "out", ()),
)
"""Each option, its attribute in the parsed arguments, and the values with which it need not be repeated."""


def command_to_add(options: argparse.Namespace, rejected: Path, workspace: Workspace, *, skip: int = 0) -> str:
    """The command that adds the rows of the file ``rejected``, once they are corrected, to what ``options`` began.

    ``skip`` is the number of labels that are used on the last sheet.
    """
    words = ["circulars", options.command, options.letter, _path_to_type(rejected, workspace), "--add"]
    if options.folder != ".":
        words[1:1] = ["-C", options.folder]
    for option, name, defaults in _REPEATED:
        value = getattr(options, name, None)
        if not value or value in defaults or (name == "formats" and options.command == "send" and value == ("pdf",)):
            continue
        if isinstance(value, list):
            words += [word for one in value for word in (option, one)]
        elif isinstance(value, tuple):
            words += [option, ",".join(value)]
        else:
            words += [option] if value is True else [option, str(value)]
    if skip:
        words += ["--skip", str(skip)]
    if not options.source:
        words.append("--no-source")
    return shlex.join(words)


def _path_to_type(path: Path, workspace: Workspace) -> str:
    """The path of a file as the user types it: relative to the folder that the command works in, where possible."""
    if path.is_absolute() or workspace.folder == Path():
        return str(path)
    absolute, folder = path.resolve(), workspace.folder.resolve()
    return str(absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute)
