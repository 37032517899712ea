"""The SMTP commands and replies of one connection (RFC 5321), with limits on what a server may send and how slowly."""

from __future__ import annotations

import re
import smtplib
import ssl
from typing import Final

from circulars.sockets import Allowance, Clock, LimitedSocket, LimitedTLSSocket, connected, encrypted

_REPLY: Final = 65_536  # bytes; real replies have a few hundred
_LINE: Final = 8_192  # bytes; RFC 5321, 4.5.3.1.5, allows 512, but extensions may need more
_SLOWEST: Final = 10_000  # bytes a second that a server must accept
_CODE: Final = re.compile(rb"[2-5][0-9][0-9](?:[ -]|$)")


class SmtpClient(smtplib.SMTP):
    """Python's SMTP client, but each command has a deadline until the last byte of its reply.

    It never reads further than the reply that it waits for. So what a server sends unasked is found, and cannot be
    taken for the reply to a later command.
    """

    sock: LimitedSocket | LimitedTLSSocket | None  # type: ignore[assignment]  # what it uses of a socket, both have

    def __init__(self, timeout: float, clock: Clock, tls: ssl.SSLContext | None = None) -> None:
        """``timeout`` is for each reply, in seconds. With ``tls`` the connection is encrypted from its first byte."""
        super().__init__(local_hostname="localhost", timeout=timeout)
        self.allowance = Allowance(clock)
        self._seconds, self._tls = timeout, tls

    def _get_socket(self, host: str, port: int, timeout: float) -> LimitedSocket | LimitedTLSSocket:
        self._host = host
        self.allowance.begin(timeout, _REPLY)
        sock = connected(host, port, self.allowance)
        return encrypted(sock, self._tls, host) if self._tls else sock

    def send(self, data: bytes | str, seconds: float | None = None) -> None:  # type: ignore[override]  # smtplib has no `seconds`
        """Sends bytes, and allows ``seconds`` (by default the timeout) until the end of the reply.

        Raises:
            smtplib.SMTPServerDisconnected: the connection is closed, or the server did not accept them in time.
        """
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection was closed")
        data = data.encode(self.command_encoding) if isinstance(data, str) else data
        self.allowance.begin((self._seconds if seconds is None else seconds) + len(data) / _SLOWEST, _REPLY)
        try:
            self.sock.sendall(data)
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(_cause(error)) from None

    def getreply(self) -> tuple[int, bytes]:
        """The code of a reply, and the words of its lines; the code is -1 if it is not a reply by RFC 5321.

        Raises:
            smtplib.SMTPServerDisconnected: the connection is closed, or the reply is too long or too slow.
        """
        lines = [self._line()]
        while _CODE.match(lines[-1]) and lines[-1][3:4] == b"-":
            lines.append(self._line())
        codes = {line[:3] for line in lines}
        if len(codes) > 1 or not _CODE.match(lines[0]):
            return -1, b"\n".join(lines)
        return int(lines[0][:3]), b"\n".join(line[4:].strip() for line in lines)

    def _line(self) -> bytes:
        """One line of a reply, without its end."""
        line = bytearray()
        try:
            while not line.endswith(b"\n"):
                if not (byte := self.sock.recv(1) if self.sock else b""):
                    raise ConnectionError("the connection was closed")
                line += byte
                if len(line) > _LINE:
                    raise ConnectionError(f"a line of more than {_LINE:,} bytes")
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(_cause(error)) from None
        return bytes(line).rstrip(b" \t\r\n")

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Encrypts the connection (STARTTLS, RFC 3207).

        Raises:
            smtplib.SMTPException, OSError: the server refuses it, or has sent something that was to come encrypted.
        """
        code, words = self.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        assert isinstance(self.sock, LimitedSocket)
        if self.sock.unasked() is not None:
            self.close()
            raise ssl.SSLError(1, "bytes after the reply to STARTTLS, before the encryption")
        self.sock = encrypted(self.sock, context, self._host)
        # What an unencrypted server said of itself may have been changed on the way.
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False


def _cause(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
