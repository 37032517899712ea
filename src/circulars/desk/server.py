"""Serves the desk on this machine, until it is stopped."""

from __future__ import annotations

import importlib
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from circulars.errors import MachineError, Place, Problem
from circulars.extras import to_install
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from uvicorn import Config


def serve(workspace: Workspace, port: int, on_ready: Callable[[str], None]) -> None:
    """Serves the folder at a port of this machine (0: the last one, or any that is free) until it is interrupted.

    ``on_ready`` is called with the link that begins the session, as soon as the desk answers.

    Raises:
        MachineError: the extra is not installed, or the port is taken.
    """
    require()
    from uvicorn import Server

    from circulars.desk.app import desk_app
    from circulars.desk.state import open_desk

    with closing(_listening_again(port, workspace)) as listener:
        desk = open_desk(workspace, listener.getsockname()[1])
        threading.Thread(target=desk.previews.warm_up, daemon=True).start()
        on_ready(desk.access.link)
        Server(settings_of(desk_app(desk))).run(sockets=[listener])


def _listening_again(port: int, workspace: Workspace) -> socket.socket:
    """A socket at the port, or else at that of the last time, so that pages that are still open find the desk again."""
    from circulars.desk.journal import Journal

    journal, last = Journal(workspace.folder), 0
    with suppress(MachineError):
        last = journal.port
    if last and not port:
        with suppress(MachineError):
            return listening(last)
    listener = listening(port)
    if port or not last:  # otherwise another desk over the folder is at the last one
        with suppress(MachineError):
            journal.note_port(listener.getsockname()[1])
    return listener


def require() -> None:
    """Checks that the extra is installed.

    Raises:
        MachineError: it is not.
    """
    for name in ("starlette", "uvicorn"):
        try:
            importlib.import_module(name)
        except ImportError:
            fact = f"the desk needs the library {name}, which is not installed"
            raise MachineError(Problem(Place(), "missing-library", fact, to_install("desk"))) from None


def settings_of(app: ASGIApp) -> Config:
    """How the desk is served: without a log of requests, without a name of the program in the answers.

    Connections are limited.
    """
    from uvicorn import Config

    from circulars.desk.connections import DeskConnection

    return Config(
        app,
        http=DeskConnection,
        log_level="error",
        access_log=False,
        lifespan="off",
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )


def listening(port: int) -> socket.socket:
    """A socket that listens on this machine only.

    Raises:
        MachineError: the port is taken, or may not be used.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        fact = f"the desk cannot use the port {port}: {getattr(error, 'strerror', None) or error}"
        raise MachineError(
            Problem(Place(), "port-in-use", fact, "choose another port, or none for any that is free")
        ) from None
    return listener
