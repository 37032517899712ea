"""Finds the messages of sendings that returned mail is about, in the ledgers of several sendings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from circulars.addressing.emails import mailboxes_in
from circulars.errors import Choice, Place, Problem, UsageError, did_you_mean
from circulars.merge.planning.cells import split_cells
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.mail_checks import TOKEN
from circulars.merge.post.history import TO_ADDRESSEES, Delivery, deliveries_of, mailbox_key
from circulars.merge.post.outbox import has_messages
from circulars.merge.post.tokens import by_token

Evidence = Literal["message-id", "token", "address"]
"""By what a message was found: its Message-ID, the token of its address for returned mail, or only its address."""

_ADDRESSED: Final = f"SELECT message_id, email FROM deliveries WHERE {TO_ADDRESSEES}"  # noqa: S608  # a constant
_TOKEN: Final = re.compile(rf"(?<![a-z0-9])[a-z2-7]{{{TOKEN}}}(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of a sending that was found: the letter's name, the ledger, the delivery, and the evidence."""

    letter: str
    ledger: Path
    delivery: Delivery
    evidence: Evidence


def sendings_in(out: Path, letters: Sequence[str] = ()) -> list[Path]:
    """The ledgers of the sendings in a folder and one folder deeper: of the named letters, or of all.

    Raises:
        UsageError: there is none, or none of a named letter.
    """
    known = sorted(path for pattern in ("*", "*/*") for path in out.glob(f"{pattern}/merge-send.sqlite"))
    names = [Path(letter).stem for letter in letters]
    others = sorted({path.parent.name for path in known})
    for name in names or [""]:
        if not known or (name and name not in others):
            fact = f"no sending of {name} was begun here" if name else "no letter was sent from here"
            hint = did_you_mean(name, others, "letters that were sent: " + ", ".join(others)) if others else ""
            choice = Choice("out", "names another folder", "FOLDER")
            raise UsageError(Problem(Place(str(out)), "no-sending", fact, hint, () if others else (choice,)))
    return [path for path in known if path.parent.name in names] if names else known


class SentMessages:
    """The messages of sendings, in their ledgers, which are only read. Use it as a context."""

    def __init__(self, ledgers: Sequence[Path]) -> None:
        """Opens the ledgers.

        Raises:
            MachineError: a ledger cannot be read.
        """
        self._opened = ExitStack()
        self._ledgers: list[tuple[Path, Ledger]] = []
        self._tokens: dict[str, tuple[Path, str]] | None = None
        self._addresses: dict[str, tuple[Path, str] | None] | None = None
        with ExitStack() as opened:
            for path in ledgers:
                ledger = opened.enter_context(closing(Ledger(path, read_only=True)))
                ledger.check()
                if has_messages(ledger.connection):
                    self._ledgers.append((path, ledger))
            self._opened = opened.pop_all()

    def __enter__(self) -> SentMessages:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._opened.close()

    def found(self, message_ids: Iterable[str], came_to: Iterable[str]) -> list[SentMessage]:
        """The messages with the first of these Message-IDs that is known; else with a token in one of the addresses."""
        for message_id in message_ids:
            if found := [*self._with_id(message_id, "message-id")]:
                return found
        for address in came_to:
            for token in _TOKEN.findall(address.rpartition("@")[0].lower()):
                if known := self._by_token().get(token):
                    path, message_id = known
                    return [one for one in self._with_id(message_id, "token") if one.ledger == path]
        return []

    def only_message_to(self, address: str) -> SentMessage | None:
        """The message to an address, if all sendings together have only one."""
        known = self._by_address().get(mailbox_key(address).casefold())
        if not known:
            return None
        path, message_id = known
        return next((one for one in self._with_id(message_id, "address") if one.ledger == path), None)

    def copies_of(self, one: SentMessage) -> list[str]:
        """The addresses that got a copy of a message, as far as the plan that is in the ledger says."""
        ledger = dict(self._ledgers)[one.ledger]
        if not (facts := ledger.facts()):
            return []
        order, copies = facts.inputs.order, list[str]()
        texts = [*order.cc, *order.bcc]
        row = ledger.connection.execute(
            "SELECT cells FROM addressees JOIN messages USING (n) WHERE messages.id = ?", (one.delivery.id,)
        ).fetchone()
        if row:
            cells = dict(zip(facts.inputs.columns, split_cells(row[0]), strict=False))
            texts += [cells.get(column, "") for column in ("cc", "bcc")]
        for text in filter(None, texts):
            copies += [address for _, address in mailboxes_in(text)]
        return copies

    def _with_id(self, message_id: str, evidence: Evidence) -> Iterator[SentMessage]:
        for path, ledger in self._ledgers:
            for delivery in deliveries_of(ledger.connection, message_id):
                yield SentMessage(path.parent.name, path, delivery, evidence)

    def _by_token(self) -> dict[str, tuple[Path, str]]:
        """The messages by their tokens; made when a token is first asked for."""
        if self._tokens is None:
            self._tokens = {}
            for path, ledger in self._ledgers:
                messages = ledger.connection.execute(_ADDRESSED)
                tokens = by_token(facts.token_key if (facts := ledger.facts()) else "", messages)
                self._tokens |= {token: (path, message_id) for token, (message_id, _) in tokens.items()}
        return self._tokens

    def _by_address(self) -> dict[str, tuple[Path, str] | None]:
        """The only message to each address; None where there are several."""
        if self._addresses is None:
            self._addresses = {}
            for path, ledger in self._ledgers:
                for message_id, email in ledger.connection.execute(_ADDRESSED):
                    key = mailbox_key(email).casefold()
                    self._addresses[key] = None if key in self._addresses else (path, message_id)
        return self._addresses
