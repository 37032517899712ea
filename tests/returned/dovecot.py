"""Starts Dovecot, an IMAP server, for the tests: in its own folder, without root's rights, and for one user."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from commands import HANGING

USER, PASSWORD = "bounces", "a pässword"
_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
ssl = required
ssl_cert = <{folder}/chain.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


def is_installed() -> bool:
    """Whether Dovecot is on this machine."""
    return shutil.which("dovecot") is not None


@contextmanager
def running(fill: Callable[[Path], object], chain: bytes, key: bytes) -> Iterator[tuple[int, Path]]:
    """A server with a certificate, for a Maildir that ``fill`` fills; yields its port (IMAP over TLS) and the Maildir.

    It does not run as root: then it runs as "nobody".
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "mail").mkdir()
        fill(folder / "mail")
        (folder / "chain.pem").write_bytes(chain)
        (folder / "key.pem").write_bytes(key)
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        group = grp.getgrgid(user.pw_gid).gr_name
        text = _CONFIGURATION.format(
            folder=folder, user=user.pw_name, group=group, uid=user.pw_uid, gid=user.pw_gid, port=port
        )
        (folder / "dovecot.conf").write_text(text, encoding="utf-8")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
        rights = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        command = ["dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, **rights)  # type: ignore[call-overload]
        try:
            _wait(process, port)
            yield port, folder / "mail"
        finally:
            process.terminate()
            process.communicate(timeout=HANGING)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Returns when the server accepts connections.

    Raises:
        OSError: it has ended, or does not answer.
    """
    until = time.monotonic() + HANGING
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    assert process.stderr
    raise OSError(process.stderr.read() if process.poll() is not None else "it does not answer")
