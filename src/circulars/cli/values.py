"""Parses the values of options, for argparse's ``type``."""

from __future__ import annotations

import argparse


def decision(text: str) -> tuple[str, str]:
    id, equals, word = text.rpartition("=")
    if not (id and equals and word in ("sent", "again")):
        raise argparse.ArgumentTypeError(f"'{text}' is not ID=sent or ID=again")
    return id, word


def number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number")
    return value


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


def column(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not (column and equals):
        raise argparse.ArgumentTypeError(f"'{text}' is not COLUMN=VALUE")
    return column, value
