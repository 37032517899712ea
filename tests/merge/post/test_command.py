"""``circulars send`` as it is typed: summary, confirmation, one message each, and resumption after any fault."""

from __future__ import annotations

import csv
import os
import pty
import re
import shlex
import signal
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

import commands
from commands import HANGING, PROGRAM, Done, run_here
from conftest import hear_interrupts
from merge.post.server import PASSWORD, USER, MailServer, always, serving, to
from signing.authority import Holder

Run = Callable[..., Done]
LETTER = """\
kind: tsb-circular
number: 7
date: 2026-03-14
languages: [en, es]
to: [member-states]
subject: {en: A meeting, es: Una reunión}
body:
- {en: "{{ addressee.name }} is invited.", es: "Se invita a {{ addressee.name }}."}
signatory: tsb-director
"""
LIST = """\
id,language,name,organization,country,email
ch-001,en,Ana Ejemplo,Example Office,CH,ana@example.int
es-001,es,Max Mustermann,Oficina Ejemplo,ES,max@example.int
fr-001,en,"Zoë ""Пример"" 👩‍💻",Bureau Exemple,FR,zoe@bücher.example
us-001,en,Jan Voorbeeld,A very long name of an office that nobody has ever heard of,US,jan@example.int
us-002,es,Eva Ejemplo,Example,US,eva@example.int
"""
ADDRESSES = [
    "ana@example.int", "max@example.int", "zoe@xn--bcher-kva.example", "jan@example.int", "eva@example.int",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a letter and a list of five."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def command(*more: str) -> list[str]:
    """The program with its arguments."""
    return [*PROGRAM, *more]


@pytest.fixture
def arguments(server: MailServer, trust: Path) -> list[str]:
    """The arguments for sending to everybody as fast as possible; without PDFs, which take time."""
    typed = ["send", "meeting", "list.csv", "--smtp", server.address(), "--from", "TSB <tsb@example.int>"]
    return [*typed, "--trust", str(trust), "--formats", "docx", "--rate", "0", "--timeout", str(HANGING)]


def _without_password(command: Run, folder: Path, *typed: str) -> Done:
    done = command(folder, *typed)
    assert PASSWORD not in done.stdout + done.stderr
    return done


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs ``circulars`` in the folder; its output never has a password."""
    return partial(_without_password, run_here, folder)


@pytest.fixture
def start(folder: Path) -> Run:
    """The same in a separate process without a terminal."""
    return partial(_without_password, commands.start, folder)


def test_everybody_gets_one_letter_in_their_language(run: Run, server: MailServer, arguments: list[str]) -> None:
    """Five messages, each with its addressee's name in text, HTML and file, and nobody else's."""
    done = run(*arguments, "--yes")

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    assert "meeting: 5 messages (en 3, es 2)\n  en: A meeting\n  es: Una reunión\n" in done.stderr
    assert [address for address, _ in server.taken] == ADDRESSES
    names = ["Ana Ejemplo", "Max Mustermann", 'Zoë "Пример" 👩‍💻', "Jan Voorbeeld", "Eva Ejemplo"]
    for message, address, name in zip(server.messages(), ADDRESSES, names, strict=True):
        assert [(one.addr_spec, one.display_name) for one in message["To"].addresses] == [(address, name)]
        for kind in ("plain", "html"):
            shown = _content(message, kind)
            assert name in shown.replace("&quot;", '"')
            assert not [other for other in names if other != name and other in shown]
    languages = [message["Content-Language"] for message in server.messages()]
    assert languages == ["en", "es", "en", "en", "es"]
    subjects = [message["Subject"] for message in server.messages()]
    assert subjects == [{"en": "A meeting", "es": "Una reunión"}[language] for language in languages]
    files = [part.get_filename() for message in server.messages() for part in message.iter_attachments()]
    assert files == [f"meeting.{language}.docx" for language in languages]


def _content(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body
    return str(body.get_content())


def test_nothing_is_sent_unless_somebody_says_yes(start: Run, server: MailServer, arguments: list[str]) -> None:
    """Without a terminal and without --yes the program prints the summary and does nothing."""
    done = start(*arguments)

    assert done.returncode == 2
    assert "5 messages (en 3, es 2)" in done.stderr
    assert "not-confirmed  there is no terminal to ask for confirmation at" in done.stderr
    assert not server.taken


def test_before_the_question_a_file_names_every_row_with_a_warning(
    run: Run, folder: Path, arguments: list[str]
) -> None:
    """The warning names five of the rows with an address that came before; the file is named before the question."""
    rows = [f"x-{n},en,Ana Ejemplo {n},Office,CH,ana@example.int\n" for n in range(8)]
    (folder / "list.csv").write_text(LIST + "".join(rows), encoding="utf-8")
    done = run(*arguments)
    (saved,) = folder.rglob("merge-send.problems.csv")
    with saved.open(encoding="utf-8-sig", newline="") as stream:
        found = [int(row["Row"]) for row in csv.DictReader(stream) if row["Code"] == "same-email"]

    assert " and 3 more" in done.stderr
    named = re.search(r" warnings, with row, column, value and remedy: (.*)\n", done.stderr)
    assert named
    assert (folder / named[1]).samefile(saved)
    assert done.stderr.index(named[0]) < done.stderr.index("not-confirmed")
    assert found == [*range(7, 15)]


@pytest.mark.parametrize("answer", ["n", ""])
def test_a_terminal_is_asked(answer: str, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """Only "y" sends, as the next test shows."""
    shown, code = _typed(command(*arguments), folder, answer)

    assert "send them? [y/N]" in shown
    assert (code, len(server.taken)) == (2, 0)


@pytest.mark.parametrize("columns", ["12", "80"])
def test_a_narrow_terminal_shows_how_many_are_sent(
    columns: str, folder: Path, server: MailServer, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count is complete even if there is no room for anything else."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm-256color")
    shown, code = _typed(command(*arguments), folder, "y")

    assert (code, len(server.taken)) == (0, 5)
    assert "5/5" in shown
    assert "send them? [y/N]" in shown
    assert ("sending es" in shown) == (columns == "80")


def _typed(arguments: list[str], folder: Path, answer: str) -> tuple[str, int]:
    """What a terminal shows of a command with one line of input, and the exit code."""
    process, terminal = pty.fork()
    if not process:
        os.chdir(folder)
        os.execvp(arguments[0], arguments)
    os.write(terminal, answer.encode() + b"\n")
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says so when nobody holds the other end any more
            break
        if not piece:
            break
        shown += piece
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_samples_go_to_oneself_first(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """Three: the first letter, the longest, and one in another language; nobody else gets any. They are recorded as
    samples, and all addressees get their letters afterwards.
    """
    done = run(*arguments, "--to-self", "me@example.int")

    assert done.returncode == 0
    assert [address for address, _ in server.taken] == ["me@example.int"] * 3
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ch-001.en", "us-001.en", "es-001.es"]
    assert run("merge", "status", "meeting").stdout.splitlines()[1:] == [
        "  plan:           none",
        "  samples:        3, to me@example.int",
    ]
    assert run(*arguments, "--yes").stdout == "meeting: 5 sent\n"
    ids = [message["Message-ID"] for message in server.messages()]
    assert len(set(ids)) == 8


def test_nobody_gets_a_letter_twice(run: Run, server: MailServer, arguments: list[str]) -> None:
    """The same command a second time sends nothing, and says so."""
    run(*arguments, "--yes")
    done = run(*arguments, "--yes")

    assert done.returncode == 0
    assert "nothing is left to send" in done.stderr
    assert [*server.count().values()] == [1] * 5


def test_what_failed_and_what_is_in_doubt_is_listed(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """With the server's words and the remedy; a decision settles a doubt, --retry tries failed messages again."""
    server.manner = to({"jan@example.int": "refuse", "eva@example.int": "drop untaken"})
    done = run(*arguments, "--yes")
    assert done.returncode == 1
    assert done.stdout.startswith("meeting: 3 sent, 1 failed, 1 in doubt\n")
    assert re.search(r"  us-001 <jan@example.int>  \S+Z  550 5.1.1 no such user here\n", done.stdout)
    closed = re.search(
        r"  us-002 <eva@example.int>  \S+Z  no answer to the message: the connection was closed\n"
        r"    Message-ID: <(circular\.\w+@example\.int)>\n",
        done.stdout,
    )
    assert closed
    assert "circulars send meeting --decide ID=sent" in done.stdout
    assert run("merge", "status", "meeting", "--report", "told.csv").returncode == 0
    told = list(csv.DictReader((folder / "told.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [line["State"] for line in told] == ["sent", "sent", "sent", "failed", "in doubt"]
    assert [line["E-mail"] for line in told][-2:] == ["jan@example.int", "eva@example.int"]
    assert [line["Message-ID"] for line in told][-1] == closed[1]

    server.manner = always("accept")
    assert run("send", "meeting", "--decide", "us-002=again").returncode == 0
    done = run(*arguments, "--yes", "--resume", "--retry")

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_a_retry_that_does_not_get_through_changes_nothing(run: Run, server: MailServer, arguments: list[str]) -> None:
    """With a wrong address failed messages stay failed, and the advice fits the command that was typed."""
    server.manner = to({"jan@example.int": "refuse"})
    before = run(*arguments, "--yes").stdout
    assert before.startswith("meeting: 4 sent, 1 failed\n")
    server.manner = always("accept")
    done = run(*(typed for typed in arguments if typed != "--trust" and "authority" not in typed), "--yes", "--retry")

    assert done.returncode == 2
    assert "meeting: 1 message (en 1)" in done.stderr
    assert done.stdout == before + "correct the command, and run it again\n"
    assert run(*arguments, "--yes", "--retry").stdout == "meeting: 5 sent\n"
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_a_first_run_that_does_not_get_through_says_how_to_go_on(
    run: Run, server: MailServer, arguments: list[str]
) -> None:
    """The command must be corrected first: the same one would be refused again."""
    wrong = run(*(typed for typed in arguments if typed != "--trust" and "authority" not in typed), "--yes")

    assert wrong.returncode == 2
    assert wrong.stdout == (
        "meeting: 0 sent, 5 still to be sent\ncorrect the command, and run it again with --resume\n"
    )
    assert run(*arguments, "--yes", "--resume").stdout == "meeting: 5 sent\n"


def test_a_dry_run_shows_what_would_be_sent(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """The summary is the one of a sending; no message goes, none is planned, and the next sending is the first."""
    done = run(*arguments, "--dry-run")

    assert (done.returncode, done.stdout) == (0, "")
    assert "meeting: 5 messages (en 3, es 2)\n  en: A meeting\n" in done.stderr
    assert done.stderr.endswith("nothing was sent (--dry-run)\n")
    assert server.connections == 0
    assert run(*arguments, "--yes").stdout == "meeting: 5 sent\n"
    assert run(*arguments, "--dry-run").stderr.startswith("nothing is left to send")
    for option in ("--yes", "--to-self=ana@example.int"):
        assert "wrong-option  --dry-run sends nothing" in run(*arguments, "--dry-run", option).stderr


def test_a_dry_run_changes_no_plan(run: Run, folder: Path, arguments: list[str]) -> None:
    """Not even if nobody is left to get the changed letter, so that nothing has to be confirmed."""
    run(*arguments, "--yes")
    edit(folder, "is kindly invited")
    done = run(*arguments, "--changed", "rest", "--dry-run")

    assert done.stderr.startswith("nothing is left to send")
    assert "changed-letter" in run(*arguments, "--yes").stderr


def test_ctrl_c_stops_after_the_current_message(
    folder: Path, run: Run, server: MailServer, arguments: list[str]
) -> None:
    """The sent messages are known, nothing is in doubt, and --resume sends the rest."""
    senders: list[subprocess.Popen[str]] = []
    server.on_message = lambda address: senders[0].send_signal(signal.SIGINT) if address == ADDRESSES[1] else None
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    typed = command(*arguments, "--yes")
    senders.append(subprocess.Popen(typed, cwd=folder, preexec_fn=hear_interrupts, **pipes))  # type: ignore[call-overload]
    said, _ = senders[0].communicate(timeout=HANGING)
    assert senders[0].returncode == 130
    assert said == "meeting: 2 sent, 3 still to be sent\nthe same command with --resume continues\n"

    refused = run(*arguments, "--yes")
    assert refused.returncode == 2
    assert "unfinished  3 of 5 messages of an earlier run are still to be sent" in refused.stderr
    assert run(*arguments, "--yes", "--resume").stdout == "meeting: 5 sent\n"
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_a_second_ctrl_c_stops_at_once(folder: Path, server: MailServer, arguments: list[str]) -> None:
    """A stalled server blocks nobody: the current message is in doubt, and the others are still planned."""
    senders: list[subprocess.Popen[str]] = []

    def stop(address: str) -> None:
        senders[0].send_signal(signal.SIGINT)
        senders[0].send_signal(signal.SIGTERM)

    server.manner = to({ADDRESSES[0]: "stall"})
    server.on_message = stop
    typed = command(*arguments, "--yes")
    senders.append(
        subprocess.Popen(typed, cwd=folder, preexec_fn=hear_interrupts, stdout=subprocess.PIPE, encoding="utf-8")
    )
    said, _ = senders[0].communicate(timeout=HANGING)

    assert senders[0].returncode in (130, 143)
    assert said.startswith("meeting: 0 sent, 1 in doubt, 4 still to be sent\n")


def test_a_killed_command_resumes(folder: Path, run: Run, server: MailServer, arguments: list[str]) -> None:
    """It is killed when the server has a message but has not answered: that one is in doubt, the others are sent."""
    senders: list[subprocess.Popen[bytes]] = []
    server.on_message = lambda address: senders[0].kill() if address == ADDRESSES[2] else None
    senders.append(subprocess.Popen(command(*arguments, "--yes"), cwd=folder, stderr=subprocess.DEVNULL))
    assert senders[0].wait(HANGING) == -signal.SIGKILL
    done = run(*arguments, "--yes", "--resume")

    assert done.returncode == 1
    assert done.stdout.startswith("meeting: 4 sent, 1 in doubt\n")
    assert "  fr-001 <" in done.stdout
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_messages_to_decide_first_are_named(folder: Path, run: Run, server: MailServer, arguments: list[str]) -> None:
    """A changed letter goes to nobody while a message is in doubt: it is named, with the command to type."""
    senders: list[subprocess.Popen[bytes]] = []
    server.on_message = lambda address: senders[0].kill() if address == ADDRESSES[2] else None
    senders.append(subprocess.Popen(command(*arguments, "--yes"), cwd=folder, stderr=subprocess.DEVNULL))
    senders[0].wait(HANGING)
    (folder / "letters" / "meeting.yaml").write_text(LETTER.replace("A meeting", "The meeting"), encoding="utf-8")
    done = run(*arguments, "--yes", "--changed", "rest")

    assert done.returncode == 2
    assert "in-doubt  1 message is in doubt, of the earlier version of the letter" in done.stderr
    assert re.search(r"circulars send meeting --decide ID=sent.*\n  fr-001 <zoe@bücher.example>", done.stderr)


def test_a_server_that_is_waited_for_is_named(run: Run, arguments: list[str]) -> None:
    """A bar that does not move explains nothing: the server's words are shown, and the time of the next try."""
    away = [*arguments[:4], "smtp://127.0.0.1:9", *arguments[5:]]
    done = run(*away, "--plain", "--yes", "--tries", "2", "--wait", "1")

    assert done.returncode == 3
    assert re.search(r"does not answer: Connection refused; the next try is in 1 s\n", done.stderr)


def test_an_impossible_server_name_is_misspelt(run: Run, arguments: list[str]) -> None:
    """An impossible name is refused at once; planned messages can be sent after it is corrected."""
    done = run(*arguments[:4], "smtp://mail..example:25", *arguments[5:], "--yes")

    assert done.returncode == 2
    assert "no-such-server  there is no server 'mail..example'" in done.stderr
    assert done.stdout.startswith("meeting: 0 sent, 5 still to be sent\n")


@pytest.mark.parametrize(("host", "is_told"), [("192.0.2.1", True), ("mail.example.int", True), ("127.0.0.1", False)])
def test_unencrypted_sending_is_reported(run: Run, arguments: list[str], host: str, is_told: bool) -> None:
    """Without encryption to another machine there is a warning before the confirmation and before anything is sent."""
    done = run(*arguments[:4], f"smtp://{host}:25", *arguments[5:], "--plain")

    assert done.returncode == 2
    assert ("not encrypted: anyone on the way can read the letters" in done.stderr) == is_told


def test_a_letter_that_changed_is_noticed(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """Nothing more is sent until the user chooses: the rest, or everybody."""
    server.manner = to({"jan@example.int": "refuse"})
    run(*arguments, "--yes")
    server.manner = always("accept")
    letter = folder / "letters" / "meeting.yaml"
    letter.write_text(LETTER.replace("is invited", "is kindly invited"), encoding="utf-8")
    with (folder / "list.csv").open("a", encoding="utf-8") as listed:
        listed.write("us-003,en,New Person,Example,US,new@example.int\n")

    refused = run(*arguments, "--yes", "--resume")
    assert refused.returncode == 2
    assert "--add" not in refused.stderr
    assert "the letter and the list of addressees changed after 4 of 5 messages were sent" in refused.stderr
    done = run(*arguments, "--yes", "--changed", "rest")
    assert (done.returncode, done.stdout) == (0, "meeting: 2 sent, 4 have it as it was\n")
    assert "  4 have the letter as it was before it changed, and get no message\n" in done.stderr
    assert server.count() == dict.fromkeys([*ADDRESSES, "new@example.int"], 1)
    assert "is kindly invited" in _content(server.messages()[-1], "plain")


def edit(folder: Path, words: str) -> None:
    """Changes the text of the letter."""
    letter = folder / "letters" / "meeting.yaml"
    letter.write_text(LETTER.replace("is invited", words), encoding="utf-8")


def test_addressees_of_an_earlier_version_never_get_another_unasked(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """However often the letter or an option changes, each sending is refused; only ``--changed all`` sends."""
    run(*arguments, "--yes")
    as_it_was = "meeting: 0 sent, 5 have it as it was\n"
    edit(folder, "is kindly invited")
    assert run(*arguments, "--yes", "--changed", "rest").stdout == as_it_was
    assert "0 still to be sent, 5 have it as it was\n" in run("merge", "status", "meeting").stdout
    edit(folder, "is warmly invited")
    for typed in (arguments, [*arguments, "--fallback", "en"], [*arguments, "--resume"], [*arguments, "--retry"]):
        refused = run(*typed, "--yes")
        assert (refused.returncode, "changed-letter" in refused.stderr) == (2, True), refused.stderr
    assert "and 5 have the letter as it was" in refused.stderr
    capitals = LIST.replace("us-001", "US-001") + "us-003,en,New Person,Example,US,new@example.int\n"
    (folder / "list.csv").write_text(capitals, encoding="utf-8")
    assert run(*arguments, "--yes", "--changed", "rest").stdout == "meeting: 1 sent, 5 have it as it was\n"
    edit(folder, "is asked")
    assert "changed-letter" in run(*arguments, "--yes").stderr
    everybody = dict.fromkeys([*ADDRESSES, "new@example.int"], 1)
    assert server.count() == everybody

    (folder / "list.csv").write_text(capitals.replace("US-001", "us-001"), encoding="utf-8")
    for told in (True, False):
        done = run(*arguments, "--yes", "--changed", "all")
        assert done.stdout == "meeting: 6 sent\n"
        assert ("  6 of them go to addressees who have the letter as it was before it changed\n" in done.stderr) == told
    assert server.count() == dict.fromkeys(everybody, 2)


def test_a_list_of_latecomers_is_to_be_added(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """If only the list changed after the sending, ``--add`` is suggested; nothing is sent."""
    run(*arguments, "--yes")
    late = LIST.splitlines()[0] + "\nus-003,en,New Person,Example,US,new@example.int\n"
    (folder / "late.csv").write_text(late, encoding="utf-8")
    refused = run(*adding(arguments, "late.csv")[:-1], "--yes")
    assert refused.returncode == 2
    assert "the list of addressees changed after 5 of 5 messages were sent" in refused.stderr
    assert "--add sends the letter also to this list" in refused.stderr
    assert len(server.taken) == 5
    assert run(*adding(arguments, "late.csv"), "--yes").stdout == "meeting: 6 sent\n"


def test_an_unconfirmed_changed_letter_must_be_chosen_again(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """An unconfirmed sending to all leaves no trace: the next command must choose again, unless one has begun."""
    run(*arguments, "--yes")
    edit(folder, "is kindly invited")
    assert "not-confirmed" in run(*arguments, "--changed", "all").stderr
    refused = run(*arguments, "--yes")
    assert (refused.returncode, "changed-letter" in refused.stderr) == (2, True)
    wrong = [typed for typed in arguments if typed != "--trust" and "authority" not in typed]
    assert run(*wrong, "--yes", "--changed", "all").returncode == 2
    assert "--resume sends them" in run(*arguments, "--yes").stderr
    assert server.count() == dict.fromkeys(ADDRESSES, 1)
    assert run(*arguments, "--yes", "--resume").stdout == "meeting: 5 sent\n"


@pytest.mark.parametrize(
    ("row", "fact"),
    [("x-1,en,Nobody,Example,CH,", "email"), ("x-2,en,Wrong,Example,CH,ana@@example.int", "email")],
)
def test_rows_without_an_address_are_reported_before_anything_is_sent(
    row: str, fact: str, run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Nothing is sent; --skip-bad sends to the others."""
    (folder / "list.csv").write_text(f"{LIST}{row}\n", encoding="utf-8")
    refused = run(*arguments, "--yes")
    assert refused.returncode == 1
    assert "list.csv:7:" in refused.stderr
    assert "--skip-bad leaves out rows with problems" in refused.stderr
    assert not server.taken

    done = run(*arguments, "--yes", "--skip-bad")
    assert "5 sent" in done.stdout
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_a_wrong_letter_does_not_suggest_skipping_rows(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """The letter's problem is reported, without a remedy that would not help."""
    wrong = LETTER.replace("addressee.name }} is", "addressee.seat }} is")
    (folder / "letters" / "meeting.yaml").write_text(wrong, encoding="utf-8")
    refused = run(*arguments, "--yes")

    assert refused.returncode == 1
    assert "seat" in refused.stderr
    assert "nothing was sent\n" in refused.stderr
    assert "--skip-bad" not in refused.stderr
    assert not server.taken


def test_a_password_comes_from_a_private_file(
    run: Run, start: Run, folder: Path, mail_holder: Holder, trust: Path
) -> None:
    """Its first line; a file that others can read is refused, and so is a password on the command line."""
    secret = folder / "secret"
    secret.write_text(f"{PASSWORD}\nsecond line\n", encoding="utf-8")
    with serving(mail_holder, login=True) as server:
        typed = ["send", "meeting", "list.csv", "--smtp", f"smtp://{USER}@127.0.0.1:{server.port}"]
        typed += ["--from", "tsb@example.int", "--trust", str(trust), "--formats", "docx", "--rate", "0", "--yes"]
        secret.chmod(0o644)
        assert "open-secret" in run(*typed, "--password-file", "secret").stderr
        secret.chmod(0o600)
        assert "no-terminal" in start(*typed).stderr
        shown = run(*typed, "--password", "hunter2")
        assert shown.returncode == 2
        assert "hunter2" not in shown.stderr
        assert not server.logins
        assert run(*typed, "--password-file", "secret").stdout == "meeting: 5 sent\n"


def test_a_server_that_requires_a_login_is_reported(run: Run, mail_holder: Holder, trust: Path) -> None:
    """Without a user name nothing is sent, and the option for it is named."""
    with serving(mail_holder, login=True) as server:
        typed = ["send", "meeting", "list.csv", "--smtp", f"smtp://127.0.0.1:{server.port}", "--from"]
        done = run(*typed, "tsb@example.int", "--trust", str(trust), "--formats", "docx", "--rate", "0", "--yes")

        assert done.returncode == 2
        assert "sender-refused" in done.stderr
        assert "name the user with --user" in done.stderr
        assert not server.count()


def test_a_doubt_elsewhere_is_decided_as_it_is_printed(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """The printed command names the folder that was typed."""
    server.manner = to({"eva@example.int": "drop untaken"})
    done = run(*arguments, "--yes", "--out", "else where")
    told = next(line for line in done.stdout.splitlines() if "--decide ID=sent" in line)
    typed = shlex.split(told.partition(" --decide")[0])

    assert typed[:3] == ["circulars", "send", "meeting"]
    assert run(*typed[1:], "--decide", "us-002=sent").returncode == 0


def test_a_server_that_is_down_leaves_everything_planned(run: Run, folder: Path, trust: Path) -> None:
    """The exit code for machine errors, the server's name, and how to resume."""
    typed = ["send", "meeting", "list.csv", "--smtp", "smtp://127.0.0.1:9", "--from", "tsb@example.int"]
    done = run(*typed, "--formats", "docx", "--yes", "--tries", "1")

    assert done.returncode == 3
    assert "127.0.0.1:9  server-busy  the server does not answer: Connection refused" in done.stderr
    assert done.stdout == "meeting: 0 sent, 5 still to be sent\nthe same command with --resume continues\n"


@pytest.fixture
def left_out(folder: Path, run: Run, arguments: list[str]) -> Path:
    """A sending that left out one row because of a duplicate id; the row is in the file of rejected rows."""
    (folder / "list.csv").write_text(LIST.replace("us-001,en,Jan", "ch-001,en,Jan"), encoding="utf-8")
    done = run(*arguments, "--yes", "--skip-bad")
    assert (done.returncode, done.stdout) == (0, "meeting: 4 sent\n")
    rejected = Path("output/meeting/merge-send.rejected.csv")
    assert f"1 row rejected: correct {rejected}, then run\n  circulars send meeting {rejected} --add" in done.stderr
    return folder / rejected


def adding(arguments: list[str], listed: str | Path) -> list[str]:
    """The arguments for sending the letter to another list as well."""
    return [str(listed) if word == "list.csv" else word for word in arguments] + ["--add"]


def correct(rejected: Path) -> None:
    """Gives the row a unique id."""
    text = rejected.read_text(encoding="utf-8-sig")
    rejected.write_text(text.replace("ch-001", "us-001", 1), encoding="utf-8")


def test_corrected_rows_are_added_to_a_sending(
    run: Run, folder: Path, server: MailServer, arguments: list[str], left_out: Path
) -> None:
    """Only with --add, and only when corrected: everybody gets one message, and either list can be resumed."""
    typed = adding(arguments, left_out)
    for options in (typed[:-1], [*typed[:-1], "--changed", "rest"]):
        refused = run(*options, "--yes")
        assert (refused.returncode, "--add sends the letter also" in refused.stderr) == (2, True)
    taken = run(*typed, "--yes")
    assert (taken.returncode, "'ch-001' is already in this sending" in taken.stderr) == (1, True)
    assert len(server.taken) == 4
    correct(left_out)
    done = run(*typed, "--yes")

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    assert "meeting: 1 message (en 1)" in done.stderr
    assert server.count() == dict.fromkeys(ADDRESSES, 1)
    told = run("merge", "status", "meeting").stdout
    assert "messages:       5 sent, 0 failed, 0 in doubt, 0 still to be sent\n  state:          done\n" in told
    for again in ([*typed, "--resume"], [*arguments, "--skip-bad"], [*arguments, "--skip-bad", "--resume"]):
        done = run(*again, "--yes")
        assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n"), done.stderr
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_an_unconfirmed_addition_adds_nobody(
    run: Run, folder: Path, server: MailServer, arguments: list[str], left_out: Path
) -> None:
    """The list can be corrected further, and added then."""
    correct(left_out)
    before = run("merge", "status", "meeting").stdout
    shown, code = _typed(command(*adding(arguments, left_out)), folder, "n")
    assert ("send them? [y/N]" in shown, code) == (True, 2)
    assert run("merge", "status", "meeting").stdout == before
    left_out.write_text(left_out.read_text(encoding="utf-8").replace("jan@", "johan@"), encoding="utf-8")
    done = run(*adding(arguments, left_out), "--yes")

    assert (done.returncode, done.stdout) == (0, "meeting: 5 sent\n")
    assert server.taken[-1][0] == "johan@example.int"


def test_samples_of_an_addition_go_to_oneself(
    run: Run, server: MailServer, arguments: list[str], left_out: Path
) -> None:
    """One message, to the person who checks it; nobody is added."""
    correct(left_out)
    before = run("merge", "status", "meeting").stdout
    done = run(*adding(arguments, left_out), "--to-self", "me@example.int")

    assert done.returncode == 0, done.stderr
    assert [address for address, _ in server.taken[4:]] == ["me@example.int"]
    assert "Jan Voorbeeld" in _content(server.messages()[-1], "plain")
    after = run("merge", "status", "meeting").stdout.splitlines()
    assert [line for line in after if line not in before.splitlines()] == ["  samples:        1, to me@example.int"]
    assert run(*adding(arguments, left_out), "--yes").stdout == "meeting: 5 sent\n"


def test_samples_stay_samples_in_every_report(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """Before a sending, after it and after the letter has changed, they count as no addressee's message."""
    run(*arguments, "--to-self", "me@example.int")
    run("merge", "status", "meeting", "--report", "before.csv")
    run(*arguments, "--yes")
    run(*arguments, "--to-self", "me@example.int")
    run("merge", "status", "meeting", "--report", "after.csv")
    letter = folder / "letters" / "meeting.yaml"
    letter.write_text(LETTER.replace("is invited", "is kindly invited"), encoding="utf-8")
    (folder / "sample.eml").write_bytes(server.taken[0][1])

    assert [(line["Id"], line["E-mail"], line["State"]) for line in _lines(folder / "before.csv")] == [
        ("ch-001", "me@example.int", "sample"),
        ("us-001", "me@example.int", "sample"),
        ("es-001", "me@example.int", "sample"),
    ]
    states = [line["State"] for line in _lines(folder / "after.csv")]
    assert states == ["sent"] * 5 + ["sample"] * 6
    status = run("merge", "status", "meeting").stdout
    assert "  messages:       5 sent, 0 failed, 0 in doubt, 0 still to be sent\n" in status
    assert "  samples:        6, to me@example.int\n" in status
    assert "ever tried" not in status
    assert run(*arguments, "--yes", "--changed", "all").stdout == "meeting: 5 sent\n"
    assert run(*arguments, "--yes").stderr.startswith("nothing is left to send")
    assert server.count() == {**dict.fromkeys(ADDRESSES, 2), "me@example.int": 6}
    for report in ("before.csv", "after.csv", "sample.eml"):
        held = run("merge", "status", "meeting", "--check", report)
        assert (held.returncode, held.stderr) == (0, "")


def test_a_sample_that_is_refused_is_not_recorded(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """If none has left, no file is left."""
    server.manner = always("refuse")
    done = run(*arguments, "--to-self", "me@example.int")

    assert done.returncode == 3
    assert not (folder / "output").exists()


def _lines(report: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))


def test_a_killed_addition_resumes(
    run: Run, folder: Path, server: MailServer, arguments: list[str], left_out: Path
) -> None:
    """The message without an answer is in doubt, the others are sent, and nobody gets two."""
    correct(left_out)
    rows = "".join(f"de-{n},en,Erika {n},Muster,DE,e{n}@example.int\n" for n in range(4))
    head = LIST.splitlines()[0]
    (folder / "late.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    senders: list[subprocess.Popen[bytes]] = []
    server.on_message = lambda address: senders[0].kill() if address == "e1@example.int" else None
    typed = adding(arguments, "late.csv")
    senders.append(subprocess.Popen(command(*typed, "--yes"), cwd=folder, stderr=subprocess.DEVNULL))
    assert senders[0].wait(HANGING) == -signal.SIGKILL
    early = run(*adding(arguments, left_out), "--yes")
    assert (early.returncode, "2 of 8 messages of an earlier run are still to be sent" in early.stderr) == (2, True)
    done = run(*typed, "--yes", "--resume")
    assert (done.returncode, done.stdout.startswith("meeting: 7 sent, 1 in doubt\n")) == (1, True)
    assert "--decide settles what is in doubt" in run("merge", "status", "meeting").stdout
    assert run("send", "meeting", "--decide", "de-1=again").returncode == 0
    server.on_message = lambda address: None
    assert run(*typed, "--yes", "--resume").stdout == "meeting: 8 sent\n"
    assert run(*adding(arguments, left_out), "--yes").stdout == "meeting: 9 sent\n"

    twice = "e1@example.int"
    assert server.count() == dict.fromkeys([*ADDRESSES, *(f"e{n}@example.int" for n in range(4))], 1) | {twice: 2}
    names = [message["Message-ID"] for message in server.messages() if twice in message["To"]]
    assert (len(names), len(set(names))) == (2, 1)


def test_a_changed_letter_is_not_sent_to_an_added_list(
    run: Run, folder: Path, server: MailServer, arguments: list[str], left_out: Path
) -> None:
    """Added addressees get the letter that the others have, or the change is reported."""
    correct(left_out)
    letter = folder / "letters" / "meeting.yaml"
    letter.write_text(LETTER.replace("is invited", "is kindly invited"), encoding="utf-8")
    done = run(*adding(arguments, left_out), "--yes")

    assert done.returncode == 1
    assert "since the merge began, the letter changed" in done.stderr
    assert len(server.taken) == 4


def test_nothing_is_added_to_a_sending_that_was_not_begun(run: Run, folder: Path, arguments: list[str]) -> None:
    """It is refused, for samples too, and no file is left."""
    for more in (("--yes",), ("--to-self", "me@example.int")):
        done = run(*arguments, "--add", *more)
        assert (done.returncode, "no-sending  no sending of meeting was begun here" in done.stderr) == (2, True)

    assert not (folder / "output").exists()


@pytest.mark.parametrize(("changed", "code", "count"), [("rest", 1, 1), ("all", 0, 2)])
def test_addressees_of_an_earlier_version_are_added_only_if_all_get_the_new_one(
    changed: str, code: int, count: int, run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """A row that was left out after a change counts as sent to, unless the letter went to all again."""
    run(*arguments, "--yes")
    letter = folder / "letters" / "meeting.yaml"
    letter.write_text(LETTER.replace("is invited", "is kindly invited"), encoding="utf-8")
    spoilt = LIST.replace(",US,eva", ",QQ,eva") + "us-003,en,New Person,Example,US,new@example.int\n"
    (folder / "list.csv").write_text(spoilt, encoding="utf-8")
    assert run(*arguments, "--yes", "--changed", changed, "--skip-bad").returncode == 0
    rejected = folder / "output" / "meeting" / "merge-send.rejected.csv"
    rejected.write_text(rejected.read_text(encoding="utf-8-sig").replace(",QQ,", ",US,"), encoding="utf-8")
    done = run(*adding(arguments, rejected), "--yes")

    assert done.returncode == code, done.stderr
    assert ("'us-002' is already in this sending" in done.stderr) == bool(code)
    assert server.count()["eva@example.int"] == count


def test_a_limit_of_the_sender_says_when_and_how_to_go_on(run: Run, server: MailServer, arguments: list[str]) -> None:
    """The server's words, the time when the limit ends, and the whole command to type then; nobody has failed."""
    server.refusal = lambda address, before: "" if server.count().total() < 2 else "550 5.4.5 Daily user sending limit"
    done = run(*arguments, "--yes")
    assert done.returncode == 3
    assert "sender-limit  the server accepts no more messages from you for now: 550 5.4.5 Daily user" in done.stderr
    told = re.fullmatch(
        r"meeting: 2 sent, 3 still to be sent\n"
        r"the limit should have ended by \d{4}-\d\d-\d\d \d\d:\d\d; then continue with\n  (circulars send .*)\n",
        done.stdout,
    )
    assert told

    server.refusal = lambda address, before: ""
    assert run(*shlex.split(told[1])[1:]).stdout == "meeting: 5 sent\n"
    assert server.count() == dict.fromkeys(ADDRESSES, 1)


def test_a_rate_for_an_hour_is_shown_with_its_duration(run: Run, arguments: list[str]) -> None:
    """Before the confirmation, in the unit that was typed."""
    typed = ["2/hour" if word == "0" else word for word in arguments]

    assert ", 2 an hour: at least 2.5 hours\n" in run(*typed).stderr


def test_one_message_goes_to_each_address_if_asked(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Two rows with one address get two messages, which is said before; with --once-per-address they get one."""
    (folder / "list.csv").write_text(LIST.replace("jan@example.int", "ANA@Example.int"), encoding="utf-8")
    asked = run(*arguments)
    warning = "list.csv:5:1  same-email  1 addressee has the e-mail address of an earlier row: row 5 as row 2"

    assert warning in asked.stderr
    assert "--once-per-address sends one message to each address" in asked.stderr
    done = run(*arguments, "--yes", "--once-per-address")
    assert "us-001 (row 5) as row 2" in done.stderr
    assert [address for address, _ in server.taken] == [one for one in ADDRESSES if not one.startswith("jan")]
    run("merge", "status", "meeting", "--report", "report.csv")
    with (folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        states = {row["Id"]: row["State"] for row in csv.DictReader(file)}
    assert states["us-001"] == "left out: same address as row 2 of list.csv"
    assert states["ch-001"] == "sent"
