"""``circulars desk``: serves the folder to a browser on this machine, or to several people."""

from __future__ import annotations

import sys
import webbrowser
from typing import Final

from circulars.desk.server import Where, serve, serve_people
from circulars.workspace import Workspace

_OPEN: Final = "the desk is open in the browser; Ctrl-C ends it"
_LISTENS: Final = "the desk listens at {}, for the proxy that knows the people; Ctrl-C ends it"
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
        print(address, flush=True)
        place = f"{where[0]}, port {where[1]}" if isinstance(where, tuple) else where
        print(_LISTENS.format(place), file=sys.stderr)

    serve_people(workspace, where, show)
    return 0
