"""An address that was corrected in the list gets the letter, once; nobody else gets another one."""

from __future__ import annotations

import csv
import hashlib
import re
import shlex
from pathlib import Path

import pytest

from merge.post.server import MailServer, to
from merge.post.test_command import LETTER, Run, arguments, edit, folder, run  # noqa: F401  # fixtures

BEFORE = """\
id,language,title,surname,name,email
m0,en,Ms,Uno,Ana,ok1@example.org
m1,en,Ms,Dos,Eva,tpyo@example.org
"""
AFTER = BEFORE.replace("tpyo", "right")


class Office:
    """A list, and the command that sends the letter to it."""

    def __init__(self, run: Run, folder: Path, typed: list[str]) -> None:  # noqa: F811
        self._run, self.folder, self._typed = run, folder, typed
        edit(folder, "is invited")

    def send(self, listed: str, *options: str) -> tuple[int, str, str]:
        """The exit code and the output of sending to a list, which replaces the one that was there."""
        (self.folder / "list.csv").write_text(listed, encoding="utf-8")
        done = self._run(*self._typed, "--yes", *options)
        return done.returncode, done.stdout, done.stderr

    def type(self, *words: str) -> str:
        """The output of a command."""
        done = self._run(*words)
        return done.stdout + done.stderr

    def status(self, *options: str) -> str:
        """The output of ``merge status``."""
        return self._run("merge", "status", "meeting", *options).stdout

    def check(self, report: str) -> str:
        """What holding a report against the record says, and the exit code."""
        done = self._run("merge", "status", "meeting", "--check", report)
        return f"{done.stdout}{done.stderr}rc {done.returncode}"

    def decide(self, *decisions: str) -> str:
        """The output of decisions about messages."""
        options = [word for one in decisions for word in ("--decide", one)]
        done = self._run("send", "meeting", *options)
        return done.stdout + done.stderr


@pytest.fixture
def office(run: Run, folder: Path, arguments: list[str]) -> Office:  # noqa: F811
    """An office that has sent the letter to the list with the wrong address."""
    office = Office(run, folder, arguments)
    assert office.send(BEFORE)[0] == 0
    return office


def test_a_corrected_address_gets_the_letter_and_nobody_else_does(office: Office, server: MailServer) -> None:
    """The refusal names the address and the option; the option sends one message, and then nothing is left."""
    code, _, refused = office.send(AFTER)
    assert (code, "1 addressee has another address than their letter was sent to: "
            "m1 tpyo@example.org → right@example.org" in refused) == (2, True)  # fmt: skip
    assert "--corrected sends the letter to corrected addresses, and to nobody else" in refused

    code, said, asked = office.send(AFTER, "--corrected")
    assert (code, said) == (0, "meeting: 2 sent\n")
    assert "meeting: 1 message (en 1)" in asked
    assert "m1  tpyo@example.org → right@example.org  (the earlier one was accepted)" in asked
    for again in ((), ("--corrected",), ("--resume",), ("--retry",), ("--changed", "rest")):
        assert office.send(AFTER, *again)[2].startswith("nothing is left to send")

    assert server.count() == dict.fromkeys(["ok1@example.org", "tpyo@example.org", "right@example.org"], 1)
    names = [message["Message-ID"] for message in server.messages()]
    assert len(set(names)) == 3


def test_a_letter_that_came_back_goes_only_to_a_corrected_address(office: Office, server: MailServer) -> None:
    """It is recorded once; the same list sends nothing, and the corrected one sends one message."""
    for _ in range(2):
        assert office.decide("m1=came-back").startswith("meeting: 1 sent, 1 came back\n")
    for option in ((), ("--resume",), ("--retry",), ("--corrected",)):
        code, said, _ = office.send(BEFORE, *option)
        assert (code, len(server.taken)) == (1, 2)
        assert "came back: correct these addresses in the list, then send it with --corrected:\n  m1 <tpyo@ex" in said

    assert office.send(AFTER, "--corrected")[:2] == (0, "meeting: 2 sent\n")
    assert office.send(AFTER)[:2] == (0, "meeting: 2 sent\n")
    assert server.count() == dict.fromkeys(["ok1@example.org", "tpyo@example.org", "right@example.org"], 1)


@pytest.mark.parametrize("option", [["--corrected"], ["--changed", "rest"]])
def test_an_address_from_which_a_letter_came_back_gets_no_other(
    office: Office, server: MailServer, option: list[str]
) -> None:
    """Not even if the list has it again after another one failed as well, unless somebody says so."""
    office.decide("m1=came-back")
    office.send(AFTER, "--corrected")
    office.decide("m1=came-back")
    for options in (option, ["--resume"]):
        code, said, _ = office.send(BEFORE, *options)
        assert (code, said.splitlines()[0]) == (1, "meeting: 1 sent, 1 came back")
        assert "  m1 <tpyo@example.org>  " in said
    assert len(server.taken) == 3

    assert office.decide("m1=again").startswith("meeting: 1 sent, 1 still to be sent\n")
    assert office.send(BEFORE, "--resume")[:2] == (0, "meeting: 2 sent\n")
    assert server.count() == {"ok1@example.org": 1, "tpyo@example.org": 2, "right@example.org": 1}


def test_a_letter_that_came_back_can_be_sent_again_when_somebody_says_so(office: Office, server: MailServer) -> None:
    """The mailbox was full, for example: it is a new message, whose Message-ID no program has seen."""
    office.decide("m1=came-back")
    assert office.decide("m1=again").startswith("meeting: 1 sent, 1 still to be sent\n")
    assert office.send(BEFORE, "--resume")[:2] == (0, "meeting: 2 sent\n")

    assert server.count() == {"ok1@example.org": 1, "tpyo@example.org": 2}
    assert len({message["Message-ID"] for message in server.messages()}) == 3


def test_a_list_of_corrections_that_is_cut_names_the_command_that_has_all(office: Office, server: MailServer) -> None:
    """Before anything is sent and after a sending, the command lists every corrected address, and sends nothing."""
    several = BEFORE + "".join(f"n{n},en,Ms,Dos,Eva,old{n}@example.org\n" for n in range(53))
    corrected = several.replace("old", "new")
    assert office.send(several, "--changed", "rest")[0] == 0

    cut = office.send(f"{corrected}p1,en,Ms,Dos,Eva,p1@example.org\n", "--changed", "rest")
    sent = len(server.taken)
    [before] = [line.strip() for line in cut[2].splitlines() if "and 3 more" in line]
    [after] = [line.strip() for line in cut[1].splitlines() if "and 3 more" in line]
    command = after.partition("all of them: circulars ")[2]
    assert before == after
    assert command.endswith(" --changed rest --dry-run --all")

    every = office.type(*shlex.split(command))
    assert len(re.findall(r"old\d+@example.org → new\d+@example.org", every)) == 53
    assert "more;" not in every
    assert len(server.taken) == sent


def test_what_was_not_sent_cannot_have_come_back(office: Office) -> None:
    """An id that is not in the sending, and one whose message is still to be sent."""
    assert "not-sent  no message to 'm9' was sent, so none can have come back" in office.decide("m9=came-back")
    assert "not-in-doubt  the message to 'm1' is not in doubt" in office.decide("m1=again")


@pytest.mark.parametrize("same", ["TPYO@example.org", "tpyo@EXAMPLE.org", "  tpyo@example.org "])
def test_capital_letters_and_white_space_are_no_correction(office: Office, server: MailServer, same: str) -> None:
    """A list whose addresses were put into other letters sends nothing."""
    listed = BEFORE.replace("tpyo@example.org", same)
    refused = office.send(listed)[2]
    assert "another address" not in refused

    office.send(listed, "--corrected")
    assert office.send(listed, "--changed", "rest")[0] == 0
    assert len(server.taken) == 2


def test_the_rest_includes_who_was_not_reached(office: Office, server: MailServer) -> None:
    """--changed rest sends to a corrected address if the letter came back, and names the others."""
    both = AFTER.replace("ok1@", "ok2@") + "m2,en,Ms,Tres,Zoe,new@example.org\n"
    office.decide("m1=came-back")
    code, said, asked = office.send(both, "--changed", "rest")

    assert "1 addressee has another address than their letter was sent to, and gets no message" in asked
    assert "m0  ok1@example.org → ok2@example.org  (the earlier one was accepted)" in asked
    assert (code, said.splitlines()[0]) == (1, "meeting: 2 sent")
    assert "1 addressee has another address than their letter was sent to; --corrected sends it to them" in said
    assert office.send(both, "--corrected")[:2] == (0, "meeting: 3 sent\n")
    addresses = [f"{name}@example.org" for name in ("ok1", "tpyo", "right", "new", "ok2")]
    assert server.count() == dict.fromkeys(addresses, 1)


def test_a_corrected_run_leaves_new_addressees_for_later(office: Office, server: MailServer) -> None:
    """They are in the list, and wait: exactly the corrected ones get a message."""
    listed = AFTER + "m2,en,Ms,Tres,Zoe,new@example.org\n"
    code, said, _ = office.send(listed, "--corrected")
    assert (code, said.splitlines()[0]) == (1, "meeting: 2 sent, 1 still to be sent")
    assert "new@example.org" not in server.count()

    assert office.send(listed, "--resume")[:2] == (0, "meeting: 3 sent\n")
    assert server.count()["new@example.org"] == 1


def test_a_corrected_address_that_was_refused_is_tried(office: Office, server: MailServer) -> None:
    """Also after the server refused the wrong one; the right one is not tried twice."""
    listed = BEFORE + "m2,en,Ms,Tres,Zoe,wrong@example.org\n"
    server.manner = to({"wrong@example.org": "refuse"})
    assert office.send(listed, "--changed", "rest")[1].startswith("meeting: 2 sent, 1 failed\n")
    assert office.send(listed.replace("wrong", "right"), "--corrected")[1] == "meeting: 3 sent\n"

    assert server.count()["right@example.org"] == 1


@pytest.mark.parametrize("other", ["--add", "--changed=rest"])
def test_corrections_cannot_be_combined(office: Office, other: str) -> None:
    """The two options would mean different addressees."""
    code, _, said = office.send(AFTER, "--corrected", other)

    assert (code, "wrong-option  these two cannot be used together" in said) == (2, True)


def report(office: Office) -> list[dict[str, str]]:
    """The lines of a report on the sending."""
    assert office.status("--report", "told.csv").startswith("output/meeting/merge-send.sqlite\n")
    return list(csv.DictReader((office.folder / "told.csv").read_text(encoding="utf-8-sig").splitlines()))


def test_every_message_that_left_stays_in_the_report(office: Office, server: MailServer) -> None:
    """With its address, Message-ID, words, letter and sums: also after the letter changed, and of who left the list."""
    office.decide("m1=came-back")
    office.send(AFTER, "--corrected")
    first = hashlib.sha256((office.folder / "letters" / "meeting.yaml").read_bytes()).hexdigest()
    edit(office.folder, "is kindly invited")
    second = hashlib.sha256((office.folder / "letters" / "meeting.yaml").read_bytes()).hexdigest()
    listed = AFTER.replace("m0,en,Ms,Uno,Ana,ok1@example.org\n", "") + "m2,en,Ms,Tres,Zoe,new@example.org\n"
    assert office.send(listed, "--changed", "all")[0] == 0

    lines = report(office)
    assert [(line["Id"], line["E-mail"], line["State"], line["SHA-256 of the letter's file"]) for line in lines] == [
        ("m1", "tpyo@example.org", "came back", first), ("m1", "right@example.org", "replaced", first),
        ("m1", "right@example.org", "sent", second), ("m2", "new@example.org", "sent", second),
        ("m0", "ok1@example.org", "has it as it was", first),
    ]  # fmt: skip
    by_name = {f"<{line['Message-ID']}>": line for line in lines}
    assert len(by_name) == len(server.taken) == 5
    for (address, data), message in zip(server.taken, server.messages(), strict=True):
        line = by_name[message["Message-ID"]]
        assert (line["E-mail"], line["Attempts"], line["The server's words"][:3]) == (address, "1", "250")
        assert line["SHA-256 of the message"] == hashlib.sha256(data).hexdigest()
        [attached] = message.iter_attachments()
        content = attached.get_payload(decode=True)
        assert isinstance(content, bytes)
        sums = f"{hashlib.sha256(content).hexdigest()}  {attached.get_filename()}"
        assert line["SHA-256 of the attachments"] == sums
    returned, replaced, *_ = lines
    assert (returned["Why it came back"], returned["Came back at"][-1]) == ("a person recorded that it came back", "Z")
    assert (returned["Replaced by"], replaced["Replaced by"]) == (replaced["Message-ID"], lines[2]["Message-ID"])
    assert "ever tried:     5 (2 sent, 1 came back, 1 replaced, 1 has it as it was)" in office.status()


def test_a_list_of_the_corrected_rows_alone_is_enough(office: Office, server: MailServer) -> None:
    """--add names the option that fits; those who are not in that list keep their letter, and their lines."""
    head, _, corrected = AFTER.splitlines()
    alone = f"{head}\n{corrected}\n"
    assert "--corrected sends the letter to addresses that were corrected" in office.send(alone, "--add")[2]
    assert office.send(alone, "--corrected")[:2] == (0, "meeting: 1 sent\n")
    assert [line["State"] for line in report(office)] == ["replaced", "sent", "sent"]
    assert office.send(AFTER, "--changed", "rest")[1] == "meeting: 2 sent\n"

    assert server.count() == dict.fromkeys(["ok1@example.org", "tpyo@example.org", "right@example.org"], 1)


def test_an_earlier_version_that_came_back_is_listed(office: Office) -> None:
    """The letter changed after it was sent: who has it as it was, and whose came back, add up to all."""
    edit(office.folder, "is warmly invited")
    assert office.send(BEFORE + "m2,en,Ms,Tres,Zoe,ok3@example.org\n", "--changed", "rest")[0] == 0

    said = office.decide("m1=came-back")
    assert said.startswith("meeting: 1 sent, 1 came back, 1 has it as it was\ncame back: correct these addresses")
    assert "\n  m1 <tpyo@example.org>  " in said
    assert "messages:       1 sent, 0 failed, 0 in doubt, 0 still to be sent, 1 came back, 1 has it" in office.status()
    code, said, _ = office.send(AFTER + "m2,en,Ms,Tres,Zoe,ok3@example.org\n", "--corrected")
    assert (code, said) == (0, "meeting: 2 sent, 1 has it as it was\n")


DAILY = "550 5.4.5 Daily user sending limit exceeded"
FIVE = BEFORE + "".join(f"m{n},en,Ms,Otro,Zoe,ok{n}@example.org\n" for n in (2, 3, 4))


def stop_changed_to_all(office: Office, server: MailServer, refused: str = "") -> None:
    """Sends a letter to five, and, as it is after a change, to all: it stops at the fourth, and ``refused`` fails."""
    assert office.send(FIVE, "--changed", "rest")[1] == "meeting: 5 sent\n"
    edit(office.folder, "is warmly invited")
    answers = {"ok3@example.org": DAILY, refused: "550 5.1.1 user unknown"}
    server.refusal = lambda address, _: answers.get(address, "")
    assert office.send(FIVE, "--changed", "all")[0] != 0
    server.refusal = lambda address, _: ""


def test_a_corrected_run_leaves_what_a_stopped_run_has_still_to_send(office: Office, server: MailServer) -> None:
    """The letter changed, and a limit of the server stopped it on its way to all; the correction comes in between."""
    stop_changed_to_all(office, server)
    after = FIVE.replace("tpyo", "right")
    code, said, _ = office.send(after, "--corrected")
    assert (code, said.splitlines()) == (1, [
        "meeting: 3 sent, 2 still to be sent, 2 have it as it was",
        "the same command with --resume in place of --corrected continues",
    ])  # fmt: skip

    assert office.send(after, "--resume")[:2] == (0, "meeting: 5 sent\n")
    twice = dict.fromkeys([f"{name}@example.org" for name in ("ok1", "tpyo", "ok2", "ok3", "ok4")], 2)
    assert server.count() == twice | {"right@example.org": 1}


def test_a_corrected_run_stops_nothing_when_no_address_was_corrected(office: Office, server: MailServer) -> None:
    """The same list: nobody gets a message, and the stopped run continues as before."""
    stop_changed_to_all(office, server)
    assert office.send(FIVE, "--corrected")[1].startswith("meeting: 3 sent, 2 still to be sent, 2 have it as it was\n")

    assert office.send(FIVE, "--resume")[:2] == (0, "meeting: 5 sent\n")
    assert set(server.count().values()) == {2}


def test_a_corrected_run_leaves_what_failed_to_be_tried_again(office: Office, server: MailServer) -> None:
    """The addressee has the letter as it was, and the server refused it as it is now."""
    stop_changed_to_all(office, server, refused="ok2@example.org")
    after = FIVE.replace("tpyo", "right")
    said = office.send(after, "--corrected")[1]
    assert said.startswith("meeting: 2 sent, 1 failed, 2 still to be sent, 3 have it as it was\n")

    assert office.send(after, "--retry")[:2] == (0, "meeting: 5 sent\n")
    assert server.count()["ok2@example.org"] == 2


def test_the_command_that_continues_a_stopped_correction_sends_all_that_is_left(
    office: Office, server: MailServer
) -> None:
    """A limit of the server stops the corrected address; the command is shown as it is typed."""
    after = FIVE.replace("tpyo", "right")
    server.refusal = lambda address, _: DAILY
    said = office.send(after, "--corrected")[1]
    server.refusal = lambda address, _: ""
    assert said.splitlines()[-1].endswith(" --yes --resume")
    assert "--corrected" not in said

    assert office.send(after, "--resume")[:2] == (0, "meeting: 5 sent\n")


@pytest.mark.parametrize("listed", [BEFORE, BEFORE.replace("m1,", "M1,")])
def test_an_earlier_version_that_came_back_can_be_sent_again_as_it_is_now(
    office: Office, server: MailServer, listed: str
) -> None:
    """The mailbox was full, and the letter has changed since: only this addressee gets it, once."""
    edit(office.folder, "is warmly invited")
    more = listed + "m2,en,Ms,Tres,Zoe,ok3@example.org\n"
    id = listed.splitlines()[2].split(",")[0]
    assert office.send(more, "--changed", "rest")[0] == 0
    office.decide(f"{id}=came-back")
    assert "state:          not all were sent" in office.status()

    said = office.decide(f"{id}=again")
    assert said.startswith("meeting: 1 sent, 1 still to be sent, 1 has it as it was\n")
    assert office.send(more, "--resume")[:2] == (0, "meeting: 2 sent, 1 has it as it was\n")
    assert office.send(more, "--resume")[2].startswith("nothing is left to send")
    assert server.count() == {"ok1@example.org": 1, "tpyo@example.org": 2, "ok3@example.org": 1}
    last = server.messages()[-1]
    assert len({message["Message-ID"] for message in server.messages()}) == 4
    assert "warmly" in str(last.get_body(("plain",)))


def test_an_earlier_version_that_has_arrived_after_all_is_not_sent_again(office: Office, server: MailServer) -> None:
    """Somebody says so: the addressee has the letter as it was."""
    edit(office.folder, "is warmly invited")
    more = BEFORE + "m2,en,Ms,Tres,Zoe,ok3@example.org\n"
    assert office.send(more, "--changed", "rest")[0] == 0
    office.decide("m1=came-back")

    assert office.decide("m1=sent") == "meeting: 1 sent, 2 have it as it was\n"
    assert office.send(more, "--resume")[2].startswith("nothing is left to send")
    assert len(server.taken) == 3


def test_a_decision_is_kept_when_another_plan_follows(office: Office, server: MailServer) -> None:
    """To be sent again, but the list grows first: it is a new message all the same."""
    office.decide("m1=came-back")
    office.decide("m1=again")
    assert office.send(FIVE, "--changed", "rest")[:2] == (0, "meeting: 5 sent\n")

    assert server.count()["tpyo@example.org"] == 2
    assert len({message["Message-ID"] for message in server.messages()}) == 6


def test_a_decision_leaves_what_the_server_said(office: Office, server: MailServer) -> None:
    """The first message stays ``came back``, with the server's words; the next one has a line and a name of its own."""
    office.decide("m1=came-back")
    before = report(office)[1]
    office.decide("m1=again")
    first, planned = report(office)[1:]
    for _ in range(2):
        office.send(BEFORE, "--resume")
        office.send(BEFORE, "--corrected")
    kept, later = report(office)[1:]

    decided = first["A person decided"]
    assert decided.endswith("Z: a person decided to send it again")
    assert first == before | {"A person decided": decided}
    assert kept == first | {"Replaced by": later["Message-ID"]}
    assert (planned["State"], planned["Message-ID"], planned["Attempts"]) == ("still to be sent", "", "0")
    assert (later["State"], later["The server's words"][:3], later["A person decided"]) == ("sent", "250", "")
    assert {before["Message-ID"], later["Message-ID"]} == {
        str(message["Message-ID"]).strip("<>") for message in server.messages()[1:]
    }
    assert len(server.taken) == 3


def test_again_holds_when_the_list_is_corrected_first(office: Office, server: MailServer) -> None:
    """--corrected plans the messages anew; the one that somebody decided to send again is among them."""
    office.decide("m1=came-back")
    office.decide("m1=again")
    office.send(BEFORE.replace("ok1@", "ok2@"), "--corrected")
    office.send(BEFORE.replace("ok1@", "ok2@"), "--resume")

    assert server.count() == {"ok1@example.org": 1, "ok2@example.org": 1, "tpyo@example.org": 2}
    assert [line["State"] for line in report(office)] == ["replaced", "sent", "came back", "sent"]


def test_a_return_that_is_taken_back_leaves_the_words(office: Office) -> None:
    """``sent`` makes it sent, with the words and the time of the server that took it."""
    sent = report(office)[1]
    office.decide("m1=came-back")
    returned = report(office)[1]
    office.decide("m1=sent")
    taken = report(office)[1]

    assert (sent["State"], returned["State"], taken["State"]) == ("sent", "came back", "sent")
    assert taken["A person decided"].endswith("Z: a person decided that the server took it")
    assert taken | {"State": "came back", "A person decided": ""} == returned


def test_a_doubt_that_is_sent_again_stays_in_the_record(office: Office, server: MailServer) -> None:
    """It says why it was in doubt; corrected before it is sent, the first message is in doubt, not "not sent"."""
    listed = AFTER + "m2,en,Ms,Tres,Zoe,doubt@example.org\n"
    server.manner = to({"doubt@example.org": "drop taken"})
    office.send(listed, "--changed", "rest")
    doubtful = report(office)[-1]
    office.decide("m2=again")
    planned = report(office)[-1]
    assert (doubtful["State"], planned["State"]) == ("in doubt", "still to be sent")
    assert planned["A person decided"].endswith("a person decided to send it again")
    assert planned | {"State": "in doubt", "A person decided": ""} == doubtful

    server.manner = to({})
    assert office.send(listed.replace("doubt@", "sure@"), "--corrected")[0] == 0
    first, later = report(office)[-2:]
    assert (first["State"], first["E-mail"], later["State"]) == ("in doubt", "doubt@example.org", "sent")
    assert first["Replaced by"] == later["Message-ID"] != first["Message-ID"]


def test_every_report_of_a_sending_is_right_for_ever(office: Office) -> None:
    """Each report that was written on the way, between decisions and corrections, is held against the record."""
    names: list[str] = []

    def told() -> None:
        names.append(f"told-{len(names)}.csv")
        office.status("--report", names[-1])
        for name in names:
            assert "rc 0" in office.check(name)

    told()
    for step in ("came-back", "again", "", "came-back", "sent", "came-back", "again", ""):
        if step:
            office.decide(f"m1={step}")
        else:
            office.send(BEFORE, "--resume")
        told()
    office.send(AFTER, "--corrected")
    told()
    assert len(names) == 10


def test_a_return_is_of_the_message_that_stands(office: Office, server: MailServer) -> None:
    """Corrected, and corrected back after the new address was wrong: then the first message comes back, too."""
    office.send(AFTER, "--corrected")
    office.decide("m1=came-back")
    office.send(BEFORE, "--corrected")
    assert [line["State"] for line in report(office)[1:]] == ["sent", "came back"]
    for _ in range(2):
        assert office.decide("m1=came-back").startswith("meeting: 1 sent, 1 came back\n")
    assert [line["State"] for line in report(office)[1:]] == ["came back", "came back"]

    assert office.send(BEFORE.replace("tpyo", "third"), "--corrected")[:2] == (0, "meeting: 2 sent\n")
    assert server.count()["third@example.org"] == 1


def test_a_report_that_names_who_was_left_out_is_right_later(office: Office) -> None:
    """Two addressees had one address; after it was corrected, both have the letter."""
    listed = BEFORE + "m2,en,Ms,Tres,Zoe,ok1@example.org\n"
    assert office.send(listed, "--changed", "rest", "--once-per-address")[0] == 0
    assert "left out: same address as row 2 of list.csv" in [line["State"] for line in report(office)]
    listed = listed.replace("Zoe,ok1@", "Zoe,new@")
    assert office.send(listed, "--changed", "rest", "--once-per-address")[0] == 0

    (office.folder / "old.csv").write_bytes((office.folder / "told.csv").read_bytes())
    assert [line["State"] for line in report(office)] == ["sent", "sent", "sent"]
    assert "rc 0" in office.check("old.csv")
