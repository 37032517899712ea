"""Serves the desk to one person on this machine, or to several, until it is stopped."""

from __future__ import annotations

import functools
import importlib
import os
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import getproxies

from circulars.desk.settings import FILE, NOT_KNOWN, DeskSettings, read_settings
from circulars.errors import LetterError, MachineError, Place, Problem
from circulars.extras import to_install
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from uvicorn import Config

    from circulars.desk.access import Access


Where = Path | tuple[str, int]
"""The path of a unix socket, or the IP address and the port at which a desk for several people listens."""


def serve(workspace: Workspace, port: int, on_ready: Callable[[str], None]) -> None:
    """Serves the folder at a port of this machine (0: the last one, or any that is free) until it is interrupted.

    ``on_ready`` is called with the link that begins the session, as soon as the desk answers.

    Raises:
        MachineError: the extra is not installed, or the port is taken.
    """
    require()
    from circulars.desk.access import LinkAccess

    with closing(_listening_again(port, workspace)) as listener:
        _serve(workspace, LinkAccess(listener.getsockname()[1]), listener, on_ready)


def serve_people(workspace: Workspace, where: Where, secret: str, on_ready: Callable[[str], None]) -> None:
    """Serves the folder to the people of its ``desk.yaml`` until it is interrupted.

    The OpenID provider, if there is one, knows the desk by the ``secret``. ``on_ready`` is called with the address of
    the desk, as soon as it answers.

    Raises:
        LetterError: ``desk.yaml`` has problems, or does not say how people are known who come from there.
        MachineError: the extra is not installed, or the port or the socket cannot be used.
    """
    require()
    access = _access(functools.partial(read_settings, workspace), secret, is_socket=isinstance(where, Path))
    with closing(_listening_at(where)) as listener:
        try:
            _serve(workspace, access, listener, on_ready)
        finally:
            if isinstance(where, Path):
                where.unlink(missing_ok=True)


def _access(read: Callable[[], DeskSettings], secret: str, *, is_socket: bool) -> Access:
    """How the people of ``desk.yaml`` are known."""
    from circulars.desk.access import ProxyAccess
    from circulars.desk.sessions import OpenIdAccess

    settings = read()
    if settings.openid:
        require("authlib", "joserfc")
        from circulars.desk.openid import OpenIdProvider

        return OpenIdAccess(OpenIdProvider(settings.openid, secret, getproxies()), read)
    assert settings.proxy  # otherwise the file has a problem
    if not is_socket and not settings.proxy.address:
        fact = "the proxy has no address, so that whoever reaches the port could say to be anybody"
        hint = "add 'from: ADDRESS' under 'proxy:', or serve at a unix socket"
        raise LetterError(Problem(Place(FILE), NOT_KNOWN, fact, hint))
    return ProxyAccess(settings.proxy, read, is_socket=is_socket)


def _serve(workspace: Workspace, access: Access, listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    from uvicorn import Server

    from circulars.desk.app import desk_app
    from circulars.desk.state import open_desk

    desk = open_desk(workspace, access)
    threading.Thread(target=desk.previews.warm_up, daemon=True).start()
    on_ready(access.link)
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


def require(*names: str) -> None:
    """Checks that the extra is installed; the libraries with these ``names`` are only needed for some desks.

    Raises:
        MachineError: it is not.
    """
    for name in names or ("starlette", "uvicorn"):
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
        proxy_headers=False,  # otherwise a header could say that a request comes from another address
        ws="none",
        timeout_graceful_shutdown=2,
    )


def listening(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket that listens at a port: on this machine only, or at the IP address of one that others reach.

    Raises:
        MachineError: the port is taken, or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:  # otherwise the address of a proxy would be written in two ways
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return _bound(listener, (host, port), f"port {port}", "choose another port, or none for any that is free")


def _listening_at(where: Where) -> socket.socket:
    """A socket that listens where a desk for several people does. That of a desk that was killed is removed first.

    Raises:
        MachineError: another program listens there, or the place may not be used.
    """
    if not isinstance(where, Path):
        return listening(where[1], where[0])
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if where.is_socket() and not _answers(where):
        where.unlink(missing_ok=True)
    before = os.umask(0o117)  # whoever may connect could say to be anybody: only this user and its group may
    try:
        return _bound(listener, str(where), f"socket {where}", "choose another path, or end the program that uses it")
    finally:
        os.umask(before)


def _answers(path: Path) -> bool:
    """Whether a program listens at a unix socket."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as client, suppress(OSError):
        client.connect(str(path))
        return True
    return False


def _bound(listener: socket.socket, address: str | tuple[str, int], what: str, remedy: str) -> socket.socket:
    try:
        listener.bind(address)
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        fact = f"the desk cannot use the {what}: {getattr(error, 'strerror', None) or error}"
        raise MachineError(Problem(Place(), "port-in-use", fact, remedy)) from None
    return listener
