"""Reads secrets: from the terminal, a file or a file descriptor, never from the command line."""

from __future__ import annotations

import getpass
import os
import stat

from circulars.errors import Place, Problem, UsageError, not_read

_LONGEST = 4096  # bytes


def read_secret(what: str, option: str, word: str, file: str | None, descriptor: int | None) -> bytes:
    """A pass phrase, PIN or password. No message contains it or the name of its file.

    ``what`` is the prompt at the terminal. ``option`` with "-file" and "-fd" gives the names of the command's options.
    ``word`` says what the file contains, such as "password".

    Raises:
        UsageError: it cannot be read, others can read the file, or there is no terminal to ask at.
    """
    if file is not None:
        return _from_file(file, f"{option}-file", word)
    if descriptor is not None:
        return _from_descriptor(descriptor, f"{option}-fd", word)
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        fact = f"the {what} is needed, and there is no terminal to ask at"
        raise UsageError(Problem(Place(), "no-terminal", fact, f"use {option}-file or {option}-fd")) from None
    return getpass.getpass(f"{what}: ").encode()


def _from_file(name: str, option: str, word: str) -> bytes:
    place = Place(option)
    try:
        handle = os.open(name, os.O_RDONLY)
    except (OSError, ValueError) as error:
        # The name is not shown: it may be the secret itself, typed in the wrong place.
        fact = not_read(error, otherwise="wrong name")
        raise UsageError(Problem(place, "unreadable-file", fact, f"name the file that contains the {word}")) from None
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode) and mode & 0o077:
        os.close(handle)
        fact = f"others on this machine can read the file (its mode is {stat.S_IMODE(mode):o})"
        raise UsageError(Problem(place, "open-secret", fact, "make it readable for you alone: chmod 600 FILE"))
    return _first_line(handle, place, word)


def _from_descriptor(number: int, option: str, word: str) -> bytes:
    place = Place(option)
    try:
        handle = os.dup(number)
    except (OSError, OverflowError):
        fact = "there is no such open file descriptor"
        raise UsageError(Problem(place, "unreadable-file", fact, f"open it in the shell: {option} 3 3< FILE")) from None
    return _first_line(handle, place, word)


def _first_line(handle: int, place: Place, word: str) -> bytes:
    try:
        with os.fdopen(handle, "rb") as stream:
            line = stream.readline(_LONGEST).rstrip(b"\r\n")
    except OSError as error:
        raise UsageError(Problem(place, "unreadable-file", f"it cannot be read: {error.strerror}")) from None
    if not line:
        raise UsageError(Problem(place, "empty-secret", "its first line is empty", f"write the {word} on it"))
    return line
