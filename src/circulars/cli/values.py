"""Parses the values of options, for argparse's ``type``."""

from __future__ import annotations

import argparse
import re

# Importing typing would take longer than everything else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Final

_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_RATE: Final = re.compile(
    r"(?P<count>[^\s/a-z]+)\s*(?:(?:/|per|a|an)\s*(?P<unit>s|sec|second|m|min|minute|h|hr|hour|d|day))?", re.IGNORECASE
)


def decision(text: str) -> tuple[str, str]:
    """The id and the decision; the name of a file of decisions, and "", if it has the suffix of a table."""
    id, equals, word = text.rpartition("=")
    if id and equals and word in ("sent", "again", "came-back"):
        return id, word
    if text.lower().endswith((".csv", ".xlsx", ".ods")):
        return text, ""
    fact = f"'{text}' is not ID=sent, ID=again or ID=came-back, and not a file (.csv, .xlsx, .ods)"
    raise argparse.ArgumentTypeError(fact)


def day(text: str) -> datetime.date:
    """A date such as 2025-03-15."""
    import datetime

    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date: write it like 2025-03-15") from None


def number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number")
    return value


def port_number(text: str) -> int:
    """A port of this machine; 0 is any that is free."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"'{text}' is not a port: write a number such as 8137, or 0 for a free one")
    return int(text)


def listen_address(text: str) -> tuple[str, int]:
    """An IP address of this machine and a port: ``10.0.0.7:8137``, or ``[::1]:8137``."""
    import ipaddress  # few commands need it

    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
    except ValueError:
        fact = f"'{text}' is not an IP address and a port: write them like 10.0.0.7:8137"
        raise argparse.ArgumentTypeError(fact) from None
    return str(address), port_number(port)


def rate(text: str) -> tuple[float, float]:
    """Messages, and the seconds in which so many may go: ``100 per hour``, ``30/min``, or 60 (a minute)."""
    if not (found := _RATE.fullmatch(text.strip())):
        raise argparse.ArgumentTypeError(f"'{text}' is not a rate: write 60, 30/minute, 100/hour or 2000/day")
    return number(found["count"]), _SECONDS[(found["unit"] or "m")[0].lower()]


def seconds(text: str) -> float:
    if not (value := number(text)):
        raise argparse.ArgumentTypeError("it must be more than 0 seconds")
    return value


def number_of_messages(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 1_000_000):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of messages")
    return int(text)


def descriptor(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("give the number of an open file descriptor")  # the value may be a secret
    return int(text)


def box(text: str) -> tuple[int, float, float, float, float]:
    try:
        page, *numbers = text.split(",")
        left, top, width, height = map(float, numbers)
        return int(page), left, top, width, height
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not PAGE,X,Y,WIDTH,HEIGHT, in mm: 1,30,240,75,12") from None


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a positive whole number")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not found:
        raise argparse.ArgumentTypeError("name at least one")
    return found


def fact(text: str) -> tuple[str, str]:
    """The name of a fact, and its value."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def column(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not (column and equals):
        raise argparse.ArgumentTypeError(f"'{text}' is not COLUMN=VALUE")
    return column, value
