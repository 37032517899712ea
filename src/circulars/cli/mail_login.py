"""Logins to a mail server: passwords, and tokens of a command or of a login in a browser."""

from __future__ import annotations

import argparse
import sys
import time
import urllib.request

from circulars.cli.secret import read_secret
from circulars.errors import Place, Problem, UsageError, visible
from circulars.merge.post.dispatch import CommandTokens, DeviceCode, DeviceTokens, MailboxServer, Server, provider_of


def tokens_of(options: argparse.Namespace) -> CommandTokens | DeviceTokens | None:
    """Where the tokens to log in with come from; None for a login with a password, or none.

    Raises:
        UsageError: the options contradict each other, or one is missing.
    """
    secrets = {
        "--token-command": options.token_command, "--oauth": options.oauth,
        "--password-file": options.password_file, "--password-fd": options.password_fd is not None,
    }  # fmt: skip
    given = [option for option, value in secrets.items() if value]
    if len(given) > 1 and (options.token_command or options.oauth):
        fact = f"{given[0]} and {given[1]} are two ways to log in"
        raise UsageError(Problem(Place(), "wrong-option", fact, "leave out one of them"))
    if options.token_command:
        return CommandTokens(options.token_command)
    if not options.oauth:
        return None
    provider = provider_of(options.oauth, options.oauth_scope)
    if not options.oauth_client:
        hint = "your administrator registers the program at that server, and gets its id"
        raise UsageError(Problem(Place(), "missing-option", "--oauth needs --oauth-client ID", hint))
    proxies = urllib.request.getproxies()
    return DeviceTokens(provider, options.oauth_client, _Clock(), _print_code, proxies, options.trust or "")


def read_password(server: Server | MailboxServer, options: argparse.Namespace) -> str:
    """The password, from the terminal, a file or a file descriptor.

    Raises:
        UsageError: it cannot be read.
    """
    what = f"password of {server.user} at {server.host}"
    secret = read_secret(what, "--password", "password", options.password_file, options.password_fd)
    try:
        return secret.decode()
    except UnicodeDecodeError:
        raise UsageError(Problem(Place("--password"), "not-utf-8", "the password is not UTF-8", "")) from None


class _Clock:
    """The machine's clock; Ctrl-C ends waiting."""

    def time(self) -> float:
        """Seconds from a fixed but arbitrary moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Waits."""
        time.sleep(seconds)
        return False


def _print_code(device: DeviceCode) -> None:
    print(
        f"to log in, open {visible(device.address)} in a browser and enter the code {visible(device.code)}",
        file=sys.stderr, flush=True,
    )  # fmt: skip
