"""The server process, from which workers are forked, and the workers themselves.

A worker that is forked starts in milliseconds, with all modules that the server has imported.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import socket
import struct
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NoReturn

from circulars.errors import Place
from circulars.processes import limits
from circulars.processes.limits import Part

IMPORT: Final = b"I"
"""A request: the names of modules to import; there is no answer."""
FORK: Final = b"F"
"""A request: a worker's end of a socket; the answer is the worker's number (pid)."""
WAIT: Final = b"W"
"""A request: the number of a worker that ends; the answer is its exit code."""
HEADER: Final = struct.Struct(">cI")
NUMBER: Final = struct.Struct(">i")
INTERRUPTS: Final = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)

NO_TASK: Final = b""
"""Sent to a worker instead of a task: it ends."""

_channels: list[Connection] = []
_parts: list[Part] = []


def begin(control: int) -> NoReturn:
    """Makes a process that was just forked or started the server; ``control`` is its end of the socket for requests."""
    # Ctrl-C and a closed terminal reach every process of a command. The main process alone reacts.
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGXCPU, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTS)
    _close_files(control)
    # Objects of the forking process are never collected here: their ends are its own business.
    gc.freeze()
    _serve(socket.socket(fileno=control))


def _close_files(control: int) -> None:
    """Closes inherited files, so that no lock or pipe of the main process stays open here."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    for opened in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        if opened > 2 and opened != control:  # 2: warnings are printed
            with suppress(OSError):  # the folder that was listed
                os.close(opened)


def _serve(control: socket.socket) -> NoReturn:
    """Answers requests until the main process ends, even if it is killed; then ends all workers."""
    workers: set[int] = set()
    try:
        while request := _received(control):
            kind, payload, files = request
            if kind == IMPORT:
                import_modules(payload.decode().split())
            elif kind == FORK:
                worker = os.fork()
                if not worker:
                    control.close()
                    _work(Connection(files[0]))
                os.close(files[0])
                workers.add(worker)
                control.sendall(NUMBER.pack(worker))
            else:
                (worker,) = NUMBER.unpack(payload)
                workers.discard(worker)
                control.sendall(NUMBER.pack(_exit_code(worker)))
    except OSError:
        pass  # the main process has ended
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        os._exit(0)


def _exit_code(worker: int) -> int:
    """The exit code of a worker that ends; 1 if it is another server's."""
    try:
        _, status = os.waitpid(worker, 0)
    except ChildProcessError:
        return 1
    return os.waitstatus_to_exitcode(status)


def _received(control: socket.socket) -> tuple[bytes, bytes, list[int]] | None:
    """The next request: its kind, its payload and its files. None at the end."""
    header, files, _, _ = socket.recv_fds(control, HEADER.size, 1)
    if not header:
        return None
    kind, size = HEADER.unpack(header + received(control, HEADER.size - len(header)))
    return kind, received(control, size), list(files)


def received(control: socket.socket, size: int) -> bytes:
    """A number of bytes from a socket.

    Raises:
        EOFError: the other end is closed.
    """
    data = b""
    while len(data) < size:
        piece = control.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def import_modules(names: Iterable[str]) -> None:
    """Imports modules in advance. One that cannot be imported is reported when it is used."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)


def _work(channel: Connection) -> NoReturn:
    """Runs tasks, one after the other, until the other end of the channel is closed."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _channels.append(channel)
        most = limits.memory_used() + limits.KEPT
        while task := channel.recv_bytes():
            limits.prepare()
            result = _result(task)
            if limits.memory_used() > most:
                channel.send_bytes(pickle.dumps(("last", None)))
            channel.send_bytes(result)
    except (EOFError, OSError):
        pass  # the main process has ended
    finally:
        os._exit(0)


def _result(task: bytes) -> bytes:
    """What a task has come to, for the main process: a result, an error or a lack of memory."""
    try:
        folder, part, function, arguments = pickle.loads(task)  # noqa: S301  # our own
        with suppress(OSError):  # it was deleted
            os.chdir(folder)
        _parts[:] = [part]
        limits.allow(part)
        return pickle.dumps(("done", function(*arguments)))
    except MemoryError:
        pass  # leaving the block frees the memory
    except BaseException as error:
        return _raised(error)
    limits.lift_memory()
    return pickle.dumps(("memory", _parts[-1]))


def _raised(error: BaseException) -> bytes:
    error.add_note("".join(traceback.format_exception(error)))
    with suppress(Exception):
        data = pickle.dumps(("raised", error))
        pickle.loads(data)  # noqa: S301  # our own; some errors can be written, but not read
        return data
    return pickle.dumps(("raised", RuntimeError(f"{type(error).__name__}: {error}")))


def renew() -> None:
    """Gives the part that a task works on its whole time again, from now on; does nothing outside a worker.

    For tasks of many items, each of which may use the time.
    """
    if _channels:
        limits.allow(_parts[-1])


def is_worker() -> bool:
    """Whether this process is a worker."""
    return bool(_channels)


def ask(*arguments: object) -> Any:
    """What the main process answers to a question of a task."""
    [channel] = _channels
    channel.send_bytes(pickle.dumps(("ask", arguments)))
    return pickle.loads(channel.recv_bytes())  # noqa: S301  # our own


@contextmanager
def naming(part: Part) -> Iterator[None]:
    """Names the part that a task works on inside the block, for the problem if it exceeds a limit.

    After a lack of memory the part stays named.
    """
    if not _channels:
        yield
        return
    _announce(part)
    try:
        yield
    except MemoryError:
        raise
    except BaseException:
        _end_part()
        raise
    _end_part()


@contextmanager
def working_on(name: str, remedy: str, where: Place | None = None) -> Iterator[None]:
    """Names a part of the part that a task works on, which shares its time."""
    if not _channels:
        yield
        return
    whole = _parts[-1]
    with naming(replace(whole, name=f"{name} for {whole.name}", remedy=remedy, where=where or whole.where)):
        yield


def _end_part() -> None:
    _parts.pop()
    _announce(_parts.pop())


def _announce(part: Part) -> None:
    _parts.append(part)
    _channels[0].send_bytes(pickle.dumps(("part", part)))
