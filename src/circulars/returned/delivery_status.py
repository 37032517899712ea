"""Reads reports on the delivery of a message to each of its recipients (RFC 3464, and RFC 6533 for all scripts)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, get_args

from circulars.returned.parsing import AnyMessage, parsed, text_of, value_of, within

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
TYPE: Final = "message/delivery-status"
"""The media type of such reports."""

_MAX_RECIPIENTS: Final = 500
_STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of a message to one recipient.

    ``original`` is the address that the message was sent to, and ``final`` the one that it was delivered to in the
    end; "" if the report does not say. ``status`` is a code of RFC 3463 ("5.1.1") or "", and ``words`` are the
    server's.
    """

    action: Action
    original: str = ""
    final: str = ""
    status: str = ""
    words: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of the recipient that are known."""
        return tuple(filter(None, (self.original, self.final)))


def recipient_reports(part: AnyMessage) -> list[RecipientReport]:
    """The reports in a part of the ``TYPE``."""
    return [report for fields in islice(_blocks(part), _MAX_RECIPIENTS) if (report := _report(fields))]


def _blocks(part: AnyMessage) -> Iterator[AnyMessage]:
    """The groups of fields. The parser splits them, unless the part is encoded."""
    if groups := within(part):
        yield from (group for group in groups if group.keys())
        return
    for block in re.split(r"\r?\n[ \t]*\r?\n", text_of(part).strip(), maxsplit=_MAX_RECIPIENTS):
        yield parsed(block.encode())


def _report(fields: AnyMessage) -> RecipientReport | None:
    words = value_of(fields, "action").lower().split()
    action = words[0].strip(";,()") if words else ""
    if action in ("failure", "error"):
        action = "failed"
    original, final = (address_of(value_of(fields, f"{name}-recipient")) for name in ("original", "final"))
    if action not in get_args(Action) or not (original or final or fields.get("status")):
        return None
    status = _STATUS.search(value_of(fields, "status"))
    said = value_of(fields, "diagnostic-code").partition(";")
    reason = (said[2] or said[0]).strip()
    return RecipientReport(action, original, final, status[0] if status else "", reason)  # type: ignore[arg-type]  # it is an Action


def address_of(value: str) -> str:
    """The address in a field such as ``rfc822; ana@example.int``; "" if there is none."""
    kind, found, address = value.partition(";")
    address = (address if found else kind).strip()
    angled = re.search(r"<([^<>]*)>", address)
    address = (angled[1] if angled else address).strip().strip('"')
    if kind.strip().lower() == "utf-8":
        address = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", _character, address)  # RFC 6533, 3
    return address if "@" in address and " " not in address else ""


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else escaped[0]
