"""Starts a PostgreSQL server for the tests, in its own folder and with a socket in that folder."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from commands import HANGING

USER, PASSWORD = "ana", "o pen:se/same@1"


def programs() -> Path | None:
    """The folder with PostgreSQL's programs, or None; on Debian they are not on the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@dataclass(slots=True)
class Server:
    """A server that is running or was killed."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int = 5432

    @property
    def url(self) -> str:
        """The address of its database, with user and password."""
        return f"postgresql://{USER}:o%20pen%3Ase%2Fsame%401@/postgres?host={self.folder}"

    def connect(self) -> psycopg.Connection:
        """A new connection, independent of the code under test."""
        return psycopg.connect(
            host=str(self.folder), port=self.port, user=USER, password=PASSWORD, dbname="postgres", autocommit=True
        )

    def wait(self) -> None:
        """Returns when the server accepts connections.

        Raises:
            psycopg.OperationalError: the server has ended, or does not answer.
        """
        until = time.monotonic() + HANGING
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)


@contextmanager
def server(bin: Path, certificate: bytes = b"", port: int = 5432) -> Iterator[Server]:
    """A new server, which is stopped and deleted with its folder at the end.

    With a certificate and its key (PEM), it also listens at a port of 127.0.0.1, with TLS.

    PostgreSQL refuses to run as root. When root runs the tests, it runs as the user ``postgres``, or as ``nobody``.
    """
    folder = Path(tempfile.mkdtemp(prefix="circulars-pg-"))
    user = _user() if os.geteuid() == 0 else None
    process = None
    try:
        (folder / "word").write_text(PASSWORD)
        (folder / "server.pem").write_bytes(certificate)
        (folder / "server.pem").chmod(0o600)
        rights = {}
        if user:
            for path in (folder, folder / "word", folder / "server.pem"):
                os.chown(path, user.pw_uid, user.pw_gid)
            rights = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = folder / "data"
        command = [bin / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={folder / 'word'}"]
        command += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **rights)  # type: ignore[call-overload]
        command = [bin / "postgres", "-D", data, "-k", folder, "-F", "-p", str(port)]
        command += ["-c", f"listen_addresses={'127.0.0.1' if certificate else ''}"]
        if certificate:
            command += ["-c", "ssl=on", *(f"--ssl_{kind}_file={folder / 'server.pem'}" for kind in ("cert", "key"))]
        process = subprocess.Popen(command, stdout=-3, stderr=-3, cwd=folder, **rights)  # type: ignore[call-overload]
        running = Server(folder, process, port)
        running.wait()
        yield running
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
        if process is not None:
            process.wait(HANGING)
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
