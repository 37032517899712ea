"""Runs tasks in worker processes, within limits, from the main process.

Whatever a task does, it ends no more than its own worker: the task's problem is raised, and the next task gets another
worker. Tasks in worker processes may call :func:`limited`, too; they do not start more processes.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeVar

from circulars.errors import MachineError, Place, Problem
from circulars.processes import limits, server
from circulars.processes.limits import Part

T = TypeVar("T")

_ENDED: Final = Problem(
    Place(),
    "process-ended",
    "a process that was doing a part of the work was ended from outside",
    "there may be too little memory",
)
_BEGIN: Final = """
import sys
sys.path[:] = sys.argv[2:]
from circulars.processes.server import begin
begin(int(sys.argv[1]))
"""


def limited(part: Part, function: Callable[..., T], /, *arguments: object, modules: Sequence[str] = ()) -> T:
    """The function's result, computed in a worker process within the limits for a part.

    The function and its arguments must be picklable. ``modules`` are imported before the time is counted. In a worker
    process, the function is called there, and afterwards the task has its own time again.

    Raises:
        LimitError: the function takes too much time or memory, or crashes its process.
        MachineError: the process was ended from outside.
    """
    if not server.is_worker():
        return _own.run(part, function, *arguments, modules=modules)
    server.import_modules(modules)
    with server.naming(part):
        limits.allow(part)
        result = function(*arguments)
    server.renew()
    return result


class Crew:
    """Worker processes that share work: ``jobs`` tasks at a time.

    They import ``modules`` first. ``answer`` answers what tasks ask (:func:`circulars.processes.server.ask`), perhaps
    for several tasks at once. ``ended`` is the problem of a task whose worker was ended from outside.
    """

    def __init__(
        self,
        jobs: int,
        modules: Sequence[str] = (),
        *,
        answer: Callable[..., object] | None = None,
        ended: Problem = _ENDED,
    ) -> None:
        self._jobs, self._modules, self._answer, self._ended = jobs, modules, answer, ended
        self._idle: list[_Worker] = []
        self._threads: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Starts the server and lets it import the modules, without waiting for it."""
        _server.start(self._modules)

    def submit(self, part: Part, function: Callable[..., T], /, *arguments: object) -> Future[T]:
        """Runs a task as soon as a worker is free; see :meth:`run`."""
        if not self._threads:
            self.start()  # before there are threads, which make it slower
            self._threads = ThreadPoolExecutor(self._jobs)
        return self._threads.submit(self.run, part, function, *arguments)

    def run(self, part: Part, function: Callable[..., T], /, *arguments: object, modules: Sequence[str] = ()) -> T:
        """Runs a task and returns its result; the parameters and errors are those of :func:`limited`."""
        task = pickle.dumps((_current_folder(), part, function, arguments))
        tries = 0
        while True:
            worker = self._idle_worker((*self._modules, *modules))
            try:
                result: T = worker.result(task, part, self._answer)
            except _RaisedError as raised:
                self._release(worker)
                raise raised.error from None
            except _LostError:
                tries += 1
                exit_code = worker.kill()
                if limits.may_work_again(exit_code) and tries < worker.part.tries:
                    continue
                raise limits.error_of(exit_code, worker.part) or MachineError(self._ended) from None
            except BaseException:  # a lack of memory, or Ctrl-C while the task runs
                worker.kill()
                raise
            self._release(worker)
            return result

    def _idle_worker(self, modules: Sequence[str]) -> _Worker:
        with suppress(IndexError):
            return self._idle.pop()
        with suppress(OSError):  # the server was ended from outside
            return _Worker(modules)
        try:
            return _Worker(modules)
        except OSError:
            raise MachineError(self._ended) from None

    def _release(self, worker: _Worker) -> None:
        if worker.is_last_task:
            worker.end()
        else:
            self._idle.append(worker)

    def close(self) -> None:
        """Ends the workers after their tasks; tasks that have not begun are cancelled."""
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        while self._idle:
            self._idle.pop().end()

    def forget(self) -> None:
        """Leaves the workers to the process from which this one was forked."""
        self._idle, self._threads = [], None


def _current_folder() -> str:
    """The current folder; "" if it was deleted."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""


class _LostError(Exception):
    """A worker has ended in the middle of its task."""


class _RaisedError(Exception):
    """A task has raised an error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class _Worker:
    """A worker process. ``part`` is what its task works on; ``is_last_task`` says that it keeps too much memory."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.part, self.is_last_task = Part(""), False
        self._number, self._channel = _server.fork(modules)

    def result(self, task: bytes, part: Part, answer: Callable[..., object] | None) -> Any:
        """The result of a task.

        Raises:
            _LostError: the worker has ended; why, is known from its exit code.
            _RaisedError: the task has raised an error.
            LimitError: the task needs too much memory.
        """
        self.part = part
        self._send(task)
        while True:
            kind, value = self._received()
            if kind == "done":
                return value
            if kind == "raised":
                raise _RaisedError(value)
            if kind == "memory":
                raise limits.memory_exceeded(value)
            if kind == "part":
                self.part = value
            elif kind == "last":
                self.is_last_task = True
            elif answer:
                self._send(pickle.dumps(answer(*value)))

    def _send(self, data: bytes) -> None:
        try:
            self._channel.send_bytes(data)
        except OSError:
            raise _LostError from None

    def _received(self) -> tuple[str, Any]:
        try:
            data = self._channel.recv_bytes()
        except (EOFError, OSError):
            raise _LostError from None
        received: tuple[str, Any] = pickle.loads(data)  # noqa: S301  # our own
        return received

    def end(self) -> None:
        """Ends the process, which has no task."""
        with suppress(OSError):
            self._channel.send_bytes(server.NO_TASK)
        self._channel.close()
        _server.exit_code(self._number)

    def kill(self) -> int:
        """Ends the process at once, if it has not ended yet; returns its exit code."""
        self._channel.close()
        with suppress(ProcessLookupError):
            os.kill(self._number, signal.SIGKILL)
        return _server.exit_code(self._number)


class _Server:
    """The process that workers are forked from, and the socket for requests to it. It starts with the first request."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Lets the next request start another process; only for a process that was just forked."""
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._imported: set[str] = set()
        self._number = 0
        self._process: subprocess.Popen[bytes] | None = None

    def end(self) -> None:
        """Ends the process, whose workers have ended, and waits for it."""
        with self._lock:
            if self._socket and self._number:
                self._socket.close()
                with suppress(ChildProcessError):  # another part of the program has waited for it
                    os.waitpid(self._number, 0)
            self._socket, self._imported = None, set()

    def start(self, modules: Sequence[str]) -> None:
        """Has modules imported that are not yet; does not wait for it."""
        with self._exchange() as control:
            self._import(control, modules)

    def fork(self, modules: Sequence[str]) -> tuple[int, Connection]:
        """Starts a worker; returns its number (pid) and the channel to it."""
        ours, theirs = socket.socketpair()
        with theirs, self._exchange() as control:
            self._import(control, modules)
            _request(control, server.FORK, b"", theirs.fileno())
            return _number(control), Connection(ours.detach())

    def exit_code(self, worker: int) -> int:
        """The exit code of a worker that ends; 1 if it is not known."""
        try:
            with self._exchange() as control:
                _request(control, server.WAIT, server.NUMBER.pack(worker))
                return _number(control)
        except OSError:
            return 1

    @contextmanager
    def _exchange(self) -> Iterator[socket.socket]:
        """The socket, for one request and its answer. After an interrupt between them the server is not used again."""
        with self._lock:
            self._socket = self._socket or self._begun()
            try:
                yield self._socket
            except BaseException:
                self._socket, self._imported = None, set()
                raise

    def _import(self, control: socket.socket, modules: Sequence[str]) -> None:
        if missing := [module for module in modules if module not in self._imported]:
            self._imported.update(missing)
            _request(control, server.IMPORT, " ".join(missing).encode())

    def _begun(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs, _uninterrupted():
            if not _is_single_threaded():
                command = [sys.executable, "-c", _BEGIN, str(theirs.fileno()), *sys.path]
                self._process = subprocess.Popen(  # noqa: S603  # our own program
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
                )
                self._number = self._process.pid
            else:
                self._number = os.fork()
                if not self._number:
                    server.begin(theirs.detach())
        return ours


def _request(control: socket.socket, kind: bytes, payload: bytes, *files: int) -> None:
    socket.send_fds(control, [server.HEADER.pack(kind, len(payload))], files)
    control.sendall(payload)


def _number(control: socket.socket) -> int:
    """The server's answer to a request."""
    try:
        (number,) = server.NUMBER.unpack(server.received(control, server.NUMBER.size))
    except EOFError:
        raise ConnectionResetError from None
    return int(number)


def _is_single_threaded() -> bool:
    """Whether this process may be forked: another thread might hold a lock that nobody releases in the fork.

    Only Linux says so, and only its libraries may be used after a fork.
    """
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Blocks interrupts while the server starts, until it ignores them itself."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, server.INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_server = _Server()
_own = Crew(1)


def _forget_processes() -> None:
    """Makes a forked process start a server and workers of its own."""
    _server.forget()
    _own.forget()


def _end() -> None:
    _own.close()
    _server.end()


os.register_at_fork(after_in_child=_forget_processes)
atexit.register(_end)
