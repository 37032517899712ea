"""Sending for programs: through ``circulars.api`` alone, to a real server, with crashes, additions and changes."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from circulars import api
from circulars.merge.looking.stages import MergeStages
from merge.post.api_sender import ORDER, through
from merge.post.server import MailServer, always, serving, to
from merge.post.test_command import ADDRESSES, LETTER, LIST, folder  # noqa: F401  # a fixture

PROGRAM = Path(__file__).with_name("api_sender.py")
HEAD = LIST.splitlines()[0]


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server on this machine, without encryption."""
    with serving(security="none") as server:
        yield server


@dataclass(frozen=True, slots=True)
class Office:
    """A folder with a letter and lists, and the mail server."""

    workspace: api.Workspace
    mail: MailServer

    @property
    def letter(self) -> api.Letter:
        """The letter as it is now."""
        return api.read_letter(self.workspace.letters / "meeting.yaml")

    def send(self, listed: str = "list.csv", **more: Any) -> api.SendingStatus:
        """The result of sending to a list, confirmed unless ``confirm`` is given."""
        with_all: dict[str, Any] = {"confirm": True, "pace": api.Pace(per_minute=0), **through(self.mail.port), **more}
        order = with_all.pop("order", ORDER)
        return api.send(self.letter, listed, self.workspace, order, **with_all)

    def kill_when_sending_to(self, address: str) -> None:
        """A sending by another process, killed (kill -9) when the server has a message but has not answered."""
        senders: list[subprocess.Popen[bytes]] = []
        self.mail.on_message = lambda to: senders[0].kill() if to == address else None
        senders.append(subprocess.Popen([sys.executable, PROGRAM, self.workspace.folder, str(self.mail.port)]))
        assert senders[0].wait(120) == -signal.SIGKILL
        self.mail.on_message = lambda to: None

    def write(self, name: str, *rows: str) -> None:
        """Writes a list into the folder."""
        (self.workspace.folder / name).write_text("\n".join((HEAD, *rows, "")), encoding="utf-8")

    def change(self, words: str) -> None:
        """Changes the text of the letter."""
        path = self.workspace.letters / "meeting.yaml"
        path.write_text(LETTER.replace("is invited", words), encoding="utf-8")


@pytest.fixture
def office(folder: Path, mail: MailServer) -> Office:  # noqa: F811
    """An office that has sent nothing yet."""
    return Office(api.Workspace(folder), mail)


def test_a_whole_sending_goes_through_the_python_interface(office: Office) -> None:
    """Killed, resumed, decided, extended and changed: everybody has the letter once, as the statuses say."""
    office.kill_when_sending_to(ADDRESSES[2])
    broken_off: list[int] = []
    resumed = office.send(resume=True, on_interrupted=broken_off.append)
    assert (broken_off, resumed.sent, [one.id for one in resumed.in_doubt]) == ([1], 4, ["fr-001"])
    stages = MergeStages(office.workspace.output)
    part = stages.stages()["meeting"]
    assert (part.stage, part.done, part.total) == ("sending", 4, 5)

    decided = api.decide(office.letter, office.workspace, {"fr-001": "again"}, clock=api.MachineClock())
    assert (decided.planned, decided.is_done) == (1, False)
    assert office.send(resume=True).is_done
    assert stages.stages()["meeting"].stage == "sent"

    office.write("late.csv", "de-001,en,Erika Muster,Muster,DE,erika@example.int")
    office.mail.manner = to({"erika@example.int": "refuse"})
    added = office.send("late.csv", add=True)
    assert [(one.email, one.reply) for one in added.failed] == [("erika@example.int", "550 5.1.1 no such user here")]
    office.mail.manner = always("accept")
    assert office.send("late.csv", add=True, resume=True, retry=True).sent == 6

    office.change("is kindly invited")
    office.write("new.csv", *LIST.splitlines()[1:], "us-003,en,New Person,Example,US,new@example.int")
    with pytest.raises(api.UsageError) as refused:
        office.send("new.csv")
    assert [(one.parameter, one.value) for one in refused.value.problems[0].choices] == [
        ("changed", "rest"),
        ("changed", "all"),
    ]
    changed = office.send("new.csv", changed="rest")
    assert (changed.sent, changed.before, changed.is_done) == (1, 6, True)
    assert api.sending_status(office.letter, office.workspace) == changed

    once = dict.fromkeys([*ADDRESSES, "erika@example.int", "new@example.int"], 1)
    assert office.mail.count() == once | {ADDRESSES[2]: 2}


def test_what_is_not_confirmed_is_neither_sent_nor_kept(office: Office) -> None:
    """The callback sees what is about to be sent; after a no the folder is unchanged."""
    seen: list[api.AboutToSend] = []

    def no(about: api.AboutToSend) -> bool:
        seen.append(about)
        return False

    with pytest.raises(api.UsageError, match="not-confirmed"):
        office.send(confirm=no)

    [about] = seen
    assert (about.messages, about.languages, about.formats) == (5, {"en": 3, "es": 2}, ("docx",))
    assert about.subjects == {"en": "A meeting", "es": "Una reunión"}
    assert not (office.workspace.output / "meeting").exists()
    assert not office.mail.taken


def test_nothing_is_sent_by_default(office: Office) -> None:
    """Without ``confirm`` the sending is refused, and the argument is named."""
    with pytest.raises(api.UsageError) as refused:
        office.send(confirm=False)

    [problem] = refused.value.problems
    assert (problem.code, problem.choices) == ("not-confirmed", (api.Choice("confirm", "sends without asking"),))
    assert not office.mail.taken


@pytest.mark.parametrize("confirm", ["no", "yes", 1, lambda _: "no", lambda _: 1])
def test_only_true_confirms_a_sending(office: Office, confirm: Any) -> None:
    """A text such as "no" is true for Python, and is no confirmation."""
    with pytest.raises(api.UsageError, match="not-confirmed"):
        office.send(confirm=confirm)

    assert not (office.workspace.output / "meeting").exists()
    assert not office.mail.taken


@pytest.mark.parametrize("word", ["Rest", "ALL", "everybody", None])
def test_a_misspelt_word_for_a_changed_letter_sends_nothing(office: Office, word: Any) -> None:
    """Nobody who has the letter gets the changed one by mistake; the ledger is not touched."""
    first = office.send()
    office.change("is expected")
    before, taken = first.ledger.read_bytes(), len(office.mail.taken)

    with pytest.raises(api.UsageError, match=f"wrong-option  '{word}' is not who gets a changed letter"):
        office.send(changed=word)

    assert first.ledger.read_bytes() == before
    assert len(office.mail.taken) == taken


def test_an_unknown_format_sends_nothing(office: Office) -> None:
    """It is refused before the folder of the sending is made."""
    with pytest.raises(api.UsageError, match="unknown-format"):
        office.send(order=api.MergeOrder(formats=("zz",)))

    assert not (office.workspace.output / "meeting").exists()


@pytest.mark.parametrize(
    "wrong", [{"per_minute": -1}, {"per_minute": float("nan")}, {"per_connection": 0}, {"delays": (60, -1)}]
)
def test_an_impossible_pace_is_refused(wrong: dict[str, Any]) -> None:
    """Before anything is sent, with the number or what is wrong."""
    with pytest.raises(api.UsageError, match="wrong-option") as refused:
        api.Pace(**wrong)

    assert refused.value.problems[0].hint


def test_progress_is_reported_from_the_beginning_to_the_end(office: Office) -> None:
    """A program can draw a bar: from none to all, with the language of each message."""
    heard: list[tuple[int, int, str]] = []
    office.send(on_progress=lambda progress: heard.append((progress.done, progress.total, progress.language)))

    assert heard == [(0, 5, ""), (1, 5, "en"), (2, 5, "es"), (3, 5, "en"), (4, 5, "en"), (5, 5, "es")]


def test_a_stopped_clock_ends_a_sending_between_two_messages(office: Office) -> None:
    """Nothing is in doubt then, and the others are still planned."""
    clock = api.MachineClock()
    status = office.send(clock=clock, on_progress=lambda progress: clock.stop() if progress.done == 2 else None)

    assert (status.sent, status.planned, status.in_doubt, status.is_done) == (2, 3, (), False)
    assert office.send(resume=True).is_done
    assert office.mail.count() == dict.fromkeys(ADDRESSES, 1)


def test_samples_touch_nothing(office: Office) -> None:
    """Three letters go to the person who checks them; no sending is begun."""
    me = api.read_mailbox("me@example.int")
    sent = list(api.send_samples(office.letter, "list.csv", office.workspace, ORDER, me, **through(office.mail.port)))

    assert [(one.id, one.language, one.answer) for one in sent] == [
        ("ch-001", "en", "sent"),
        ("us-001", "en", "sent"),
        ("es-001", "es", "sent"),
    ]
    assert office.mail.count() == {"me@example.int": 3}
    with pytest.raises(api.UsageError, match="no-sending"):
        api.sending_status(office.letter, office.workspace)


def test_rows_that_are_left_out_are_reported(office: Office) -> None:
    """The number of faulty rows, and their file."""
    office.write("wrong.csv", LIST.splitlines()[1], "x-1,en,Nobody,Example,CH,nobody@@example.int")
    heard: list[api.LeftOut] = []
    order = api.MergeOrder(formats=("docx",), skip_bad=True)
    status = office.send("wrong.csv", order=order, on_left_out=heard.append)

    assert status.sent == 1
    assert heard == [api.LeftOut(1, office.workspace.output / "meeting" / "merge-send.rejected.csv")]


@pytest.mark.parametrize("changed", ["rest", "all"])
def test_a_list_is_not_added_to_a_letter_that_changes(office: Office, changed: str) -> None:
    """The two arguments contradict each other, whatever was sent before."""
    with pytest.raises(api.UsageError, match="wrong-option"):
        office.send(add=True, changed=changed)


def test_a_password_is_never_sent_in_the_clear(office: Office) -> None:
    """It is not even requested; planned messages can be sent when the server's address is corrected."""
    asked: list[str] = []

    def password() -> str:
        asked.append("password")
        return "secret"

    server = api.Server("127.0.0.1", office.mail.port, security="none", user="tsb")
    with pytest.raises(api.UsageError, match='leave out security="none", or the user'):
        office.send(server=server, ask_password=password)

    assert not asked
    assert not office.mail.taken
