"""Real faults of real sendings: a server that misbehaves in every way, and ``circulars send`` killed at any moment.

Whatever happens, a message was taken once; or the ledger says that it failed, or that a person must decide.
"""

from __future__ import annotations

import ipaddress
import itertools
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from commands import HANGING
from merge.lists import write_list
from merge.post.server import Choice, MailServer, Manner, at_random, serving
from signing.authority import AUTHORITY, Holder, issue, pem


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of all addressees: how many the ledger calls sent, failed and in doubt; and how many were harmed.

    ``lost`` are those of whom the ledger says that they were sent a message, and the server has none; and those of whom
    it says nothing. ``doubled`` have more than one, ``half`` one that is not whole.
    """

    kills: int
    sent: int
    failed: int
    doubtful: int
    lost: int
    doubled: int
    half: int


def sent_through_faults(folder: Path, letter: Path, count: int, seed: int) -> Fate:
    """The fate of a sending by a server that treats each message at random, with kills."""
    (folder / "letters").mkdir(parents=True)
    shutil.copy(letter, folder / "letters")
    write_list(folder / "list.csv", count)
    authority = issue("Example Mail Root", None, extensions=AUTHORITY)
    (folder / "trust.pem").write_bytes(pem(authority.certificate))
    chance = random.Random(seed)
    with serving(_holder(authority)) as server:
        manner = at_random(seed)
        kills = runs = 0
        while _planned(folder / "output") != 0:
            runs += 1
            assert runs < 20 + 3 * count, "the sending does not come to its end"
            # A server that stalls or breaks off ends a run after some messages: the next one goes on.
            kills += _run(folder, letter.stem, server, manner, chance)
        return _fate(folder / "output", server, count, kills)


def _holder(authority: Holder) -> Holder:
    name = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return issue("127.0.0.1", authority, extensions=((name, False),))


def _run(folder: Path, letter: str, server: MailServer, manner: Choice, chance: random.Random) -> bool:
    """Whether a run of ``circulars send`` was killed (kill -9), a moment after the server got one of its messages."""
    command = [sys.executable, "-m", "circulars", "-C", str(folder), "send", letter, str(folder / "list.csv")]
    command += ["--smtp", server.address(), "--from", "TSB <tsb@example.int>", "--trust", str(folder / "trust.pem")]
    command += ["--yes", "--rate", "0", "--tries", "3", "--wait", "0.05", "--timeout", "3"]
    command += ["--out", str(folder / "output")]
    command += ["--resume"] if _planned(folder / "output") > 0 else []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8") as process:
        server.manner = _killing_who_waits(process, manner)
        if chance.random() < 0.5:
            server.on_message = _killing(process, chance.randint(1, 4), chance.uniform(0, 0.02))
        said = process.communicate(timeout=HANGING)[1]
    server.on_message = lambda address: None
    assert "Traceback" not in said, said
    if process.returncode == -signal.SIGKILL:
        return True
    assert process.returncode in (0, 1, 3), (process.returncode, said)
    return False


def _killing(process: subprocess.Popen[str], message: int, seconds: float) -> Callable[[str], None]:
    """Kills a process a few seconds after one of its messages has arrived, the first or a later one."""
    come = itertools.count(1)

    def on_message(address: str) -> None:
        if next(come) == message:
            threading.Timer(seconds, process.kill).start()

    return on_message


def _killing_who_waits(process: subprocess.Popen[str], manner: Choice) -> Choice:
    """The same manner; a process that meets a server that stalls is killed, or it would wait ten minutes.

    So long it waits for the answer to a message (RFC 5321, 4.5.3.2.6).
    """

    def choose(address: str, before: int) -> Manner:
        chosen = manner(address, before)
        if chosen == "stall":
            threading.Timer(0.2, process.kill).start()
        return chosen

    return choose


def _states(output: Path) -> dict[int, str]:
    """The state of each message in the ledger, by the addressee's number; empty before there is a plan."""
    for ledger in output.rglob("merge-send.sqlite"):
        with closing(sqlite3.connect(ledger)) as base:
            try:
                return dict(base.execute("SELECT n, state FROM messages"))
            except sqlite3.OperationalError:
                return {}
    return {}


def _planned(output: Path) -> int:
    """The number of messages still to be sent; -1 if none was planned yet."""
    states = _states(output)
    return sum(state in ("planned", "sending") for state in states.values()) if states else -1


def _fate(output: Path, server: MailServer, count: int, kills: int) -> Fate:
    states = _states(output)
    told = Counter(states.values())
    taken = server.count()
    sent = {f"addressee-{n + 1}@example.com" for n, state in states.items() if state == "sent"}
    failed = {f"addressee-{n + 1}@example.com" for n, state in states.items() if state == "failed"}
    lost = len(sent - set(taken)) + count - len(states)
    # One that failed, as the ledger says, and was taken all the same would be sent once more by --retry.
    doubled = sum(times > 1 for times in taken.values()) + len(failed & set(taken))
    half = sum(any(part.defects for part in message.walk()) for message in server.messages())
    return Fate(kills, told["sent"], told["failed"], told["unknown"], lost, doubled, half)
