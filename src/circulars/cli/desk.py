"""``circulars desk``: serves the folder to a browser on this machine, or to several people."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import Final

from circulars.cli.secret import read_secret
from circulars.desk.server import Where, serve, serve_people
from circulars.desk.settings import FILE, OpenIdSettings, read_settings
from circulars.errors import Place, Problem, UsageError
from circulars.workspace import Workspace

_OPEN: Final = "the desk is open in the browser; Ctrl-C ends it"
_LISTENS: Final = "the desk listens at {} for the people of desk.yaml; Ctrl-C ends it"
_SECRET: Final = "client secret"  # noqa: S105  # what it is called
_TO_OPEN: Final = "open this link in a browser: it works once; Ctrl-C ends the desk"


def run(workspace: Workspace, port: int, browser: bool) -> int:
    """Serves the folder until Ctrl-C, and shows the link in a browser or prints it."""

    def show(link: str) -> None:
        print(link, flush=True)
        is_open = browser and webbrowser.open(link)
        print(_OPEN if is_open else _TO_OPEN, file=sys.stderr)

    serve(workspace, port, show)
    return 0


def run_for_people(workspace: Workspace, where: Where) -> int:
    """Serves the folder to several people until Ctrl-C, and prints the address of the desk."""

    def show(address: str) -> None:
        place = f"{where[0]}, port {where[1]}" if isinstance(where, tuple) else where
        print(_LISTENS.format(place), file=sys.stderr)
        print(address, flush=True)

    openid = read_settings(workspace).openid
    serve_people(workspace, where, _secret(openid) if openid else "", show)
    return 0


def _secret(openid: OpenIdSettings) -> str:
    """The secret by which the provider knows the desk.

    Raises:
        UsageError: there is none, or others can read its file.
    """
    if openid.secret_file:
        return read_secret(_SECRET, "secret", _SECRET, openid.secret_file, None).decode("utf-8", "replace")
    if secret := os.environ.get(openid.secret_variable, ""):
        return secret
    fact = f"the variable {openid.secret_variable} of the environment is empty, or not set"
    hint = f"set it to the {_SECRET} before the desk is started"
    raise UsageError(Problem(Place(FILE), "empty-secret", fact, hint))
