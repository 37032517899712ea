"""Starts a MariaDB server for the tests, in its own folder and with a socket in that folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from commands import HANGING

USER, PASSWORD = "ana", "o pen:se/same@1"


def is_installed() -> bool:
    """Whether the programs of MariaDB are on this machine."""
    return all(map(shutil.which, ("mariadbd", "mariadb-install-db")))


@dataclass(slots=True)
class Server:
    """A server that is running or was killed."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int = 0

    @property
    def url(self) -> str:
        """The address of its database, with user and password."""
        return f"mysql://{USER}:o%20pen%3Ase%2Fsame%401@/people?unix_socket={self.folder}/socket"

    def over_tcp(self, host: str, options: str) -> str:
        """The same database at a port of this machine."""
        return f"mariadb://{USER}:o%20pen%3Ase%2Fsame%401@{host}:{self.port}/people?{options}"

    def connect(self, **named: Any) -> Any:
        """A new connection, independent of the code under test, by default as the administrator."""
        user = named or {"user": "root"}
        return pymysql.connect(unix_socket=f"{self.folder}/socket", autocommit=True, **user)

    def wait(self) -> None:
        """Returns when the server accepts connections.

        Raises:
            OSError: the server has ended, or does not answer.
        """
        until = time.monotonic() + HANGING
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    return probe.connect(f"{self.folder}/socket")
                except OSError:
                    if self.process.poll() is not None or time.monotonic() > until:
                        raise
            time.sleep(0.05)


@contextmanager
def server(certificate: bytes = b"", port: int = 0) -> Iterator[Server]:
    """A new server, which is killed and deleted with its folder at the end.

    With a certificate and its key (PEM), it also listens at a port of 127.0.0.1, with TLS.
    """
    folder = Path(tempfile.mkdtemp(prefix="circulars-my-"))
    me = pwd.getpwuid(os.geteuid()).pw_name
    process = None
    try:
        (folder / "server.pem").write_bytes(certificate)
        (folder / "server.pem").chmod(0o600)
        data = folder / "data"
        command = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={me}", "--skip-test-db"]
        command += ["--auth-root-authentication-method=normal", "--innodb-log-file-size=4M"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        command = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--user={me}", f"--socket={folder}/socket"]
        command += [f"--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0", "--innodb-log-file-size=4M"]
        if certificate:
            command += [f"--port={port}", "--bind-address=127.0.0.1"]
            command += [f"--ssl-{kind}={folder}/server.pem" for kind in ("cert", "key")]
        else:
            command += ["--skip-networking"]
        process = subprocess.Popen(command, stdout=-3, stderr=-3, cwd=folder)
        running = Server(folder, process, port)
        running.wait()
        with running.connect() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE people CHARACTER SET utf8mb4")
            for host in ("localhost", "127.0.0.1"):
                cursor.execute(f"CREATE USER '{USER}'@'{host}' IDENTIFIED BY %s", (PASSWORD,))
                cursor.execute(f"GRANT ALL ON *.* TO '{USER}'@'{host}'")
        yield running
    finally:
        if process is not None:
            process.kill()
            process.wait(HANGING)
        shutil.rmtree(folder, ignore_errors=True)
