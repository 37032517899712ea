"""What messages have besides the letter: copies, replies, files, where they come back to, and how to unsubscribe."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest

from circulars.merge.planning.opening import open_merge
from circulars.merge.post.mailbox import read_mailbox
from circulars.merge.post.tokens import by_token, token_in
from commands import Done, run_here
from merge.post.server import MailServer, serving
from merge.post.test_command import LETTER
from signing.authority import Holder

Run = Callable[..., Done]
HEAD = "id,language,name,country,email,cc,bcc,reply-to,attachment\n"
PDF = b"%PDF-1.7\nan invoice\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a letter, and with a folder of files."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "meeting.yaml").write_text(LETTER, encoding="utf-8")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.pdf").write_bytes(PDF)
    (tmp_path / "files" / "Año «2».pdf").write_bytes(PDF + b"2")
    (tmp_path / "agenda.txt").write_text("Agenda: año\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Runs ``circulars`` in the folder."""
    return partial(run_here, folder)


@pytest.fixture
def arguments(server: MailServer, trust: Path) -> list[str]:
    """The arguments for sending, without PDFs, which take time."""
    typed = ["send", "meeting", "list.csv", "--smtp", server.address(), "--from", "TSB <tsb@example.int>"]
    return [*typed, "--trust", str(trust), "--formats", "txt", "--rate", "0", "--yes"]


def write_list(folder: Path, *rows: str, head: str = HEAD) -> None:
    """Writes the list."""
    (folder / "list.csv").write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def test_copies_go_to_those_of_the_list_and_of_the_row(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Each person once; blind copies are in no header; replies go where the row says, or else the option."""
    write_list(
        folder,
        "m-1,en,Ana,CH,ana@example.int,Max <max@example.int>; eva@example.int,boss@example.int,desk@example.int,",
        "m-2,en,Jan,CH,jan@example.int,JAN@example.int;archive@example.int,,,",
    )
    done = run(*arguments, "--cc", "Office <office@example.int>", "--bcc", "archive@example.int",
               "--reply-to", "Helpdesk <help@example.int>")  # fmt: skip

    assert done.stdout == "meeting: 2 sent\n"
    assert "  with copies to 5 further addresses\n" in done.stderr
    first, second = server.messages()
    assert server.recipients == [
        ["ana@example.int", "office@example.int", "max@example.int", "eva@example.int", "archive@example.int",
         "boss@example.int"],
        ["jan@example.int", "office@example.int", "archive@example.int"],
    ]  # fmt: skip
    assert str(first["Cc"]) == "Office <office@example.int>, Max <max@example.int>, eva@example.int"
    assert str(second["Cc"]) == "Office <office@example.int>, archive@example.int"
    assert [str(one["Reply-To"]) for one in (first, second)] == ["desk@example.int", "Helpdesk <help@example.int>"]
    assert b"archive" not in server.taken[0][1]
    assert not [one["Bcc"] for one in (first, second) if one["Bcc"]]


@pytest.mark.parametrize(
    ("cells", "fact"),
    [
        ("ana@@example.int,,,", "cc: 'ana@@example.int' is not an e-mail address"),
        (",nobody,,", "bcc: 'nobody' is not an e-mail address"),
        (",,Ana <x>,", "reply-to: 'x' is not an e-mail address"),
        ("a@example.int; b@,,,", "cc: 'b@' is not an e-mail address"),
        (",,,missing.pdf", "attachment: 'missing.pdf': the file cannot be read: No such file or directory"),
        (",,,../a.pdf", "attachment: '../a.pdf' is not the name of a file in the folder"),
        (",,,/etc/passwd", "attachment: '/etc/passwd' is not the name of a file in the folder"),
        (",,,link.pdf", "attachment: 'link.pdf': the file cannot be read: it is a symbolic link"),
        (",,,.hidden.pdf", "attachment: '.hidden.pdf' is not the name of a file in the folder"),
        (",,,program.exe", "attachment: 'program.exe' is of a type that is not attached"),
        (",,,macro.docm", "attachment: 'macro.docm' is of a type that is not attached"),
        (",,,false.pdf", "attachment: 'false.pdf' is not what its ending says"),
        (",,,empty.pdf", "attachment: 'empty.pdf' is empty"),
        (",,,a.pdf;A.PDF", "attachment: 'A.PDF' would be attached twice"),
        (",,,agenda.txt", "attachment: 'agenda.txt' would be attached twice"),
        (",,,meeting.en.txt", "attachment: 'meeting.en.txt' would be attached twice"),
        (",,,folder.pdf", "attachment: 'folder.pdf': the file cannot be read: Is a directory"),
        (",,,big1.pdf;big2.pdf", "attachment: the files of this message have 30,000,"),
        (",,,large.pdf", "attachment: 'large.pdf' is larger than 25 MB"),
    ],
)
def test_rows_are_checked_before_anything_is_sent(
    cells: str, fact: str, run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """A wrong address, or a file that cannot be attached, is a problem of its row; the first row gets nothing, too."""
    files = folder / "files"
    (files / "link.pdf").symlink_to(folder / "files" / "a.pdf")
    (files / "folder.pdf").mkdir()
    for name, data in {
        "program.exe": b"MZ", "macro.docm": b"PK\3\4", "false.pdf": b"MZ", "empty.pdf": b"", ".hidden.pdf": PDF,
        "agenda.txt": b"x", "meeting.en.txt": b"x", "A.PDF": PDF,
        "big1.pdf": PDF.ljust(15_000_000), "big2.pdf": PDF.ljust(15_000_000), "large.pdf": PDF.ljust(25_000_001),
    }.items():  # fmt: skip
        (files / name).write_bytes(data)
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,", f"m-2,en,Jan,CH,jan@example.int,{cells}")
    done = run(*arguments, "--attach-folder", "files", "--attach", "agenda.txt")

    code = "wrong-attachment" if fact.startswith("attachment") else "wrong-email"
    assert done.returncode == 1
    assert f"{code}  {fact}" in done.stderr
    assert "list.csv:3:" in done.stderr
    assert not server.taken


def test_files_are_attached_for_all_and_by_row(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """With their names, types and bytes; a name beyond ASCII is there for readers of both standards."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,a.pdf; Año «2».pdf", "m-2,en,Jan,CH,jan@example.int,,,,")
    done = run(*arguments, "--attach-folder", "files", "--attach", "agenda.txt")

    assert done.stdout == "meeting: 2 sent\n"
    first, second = server.messages()
    assert [(part.get_filename(), part.get_content_type()) for part in first.iter_attachments()] == [
        ("meeting.en.txt", "text/plain"), ("agenda.txt", "text/plain"), ("a.pdf", "application/pdf"),
        ("Año «2».pdf", "application/pdf"),
    ]  # fmt: skip
    assert [part.get_content() for part in first.iter_attachments()][1:] == ["Agenda: año\n", PDF, PDF + b"2"]
    assert [part.get_filename() for part in second.iter_attachments()] == ["meeting.en.txt", "agenda.txt"]
    last = [*first.iter_attachments()][-1]
    assert last["Content-Type"].params["name"] == "Año «2».pdf"
    assert b"filename*=utf-8''A%C3%B1o" in server.taken[0][1]

    assert "  with 3 further files attached\n" in done.stderr
    write_list(folder, "m-3,en,Eva,CH,eva@example.int,,,,")
    added = run(*arguments, "--add", "--attach-folder", "files", "--attach", "agenda.txt")
    assert "  with 1 further file attached\n" in added.stderr


def test_a_column_with_files_needs_their_folder(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """A list that names files is not sent without them; a folder without the column is a mistake, too."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,a.pdf")
    done = run(*arguments)
    assert (done.returncode, "--attach-folder FOLDER names it" in done.stderr) == (1, True)
    write_list(folder, "m-1,en,Ana,CH,ana@example.int", head="id,language,name,country,email\n")
    done = run(*arguments, "--attach-folder", "files")
    assert (done.returncode, "there is no column 'attachment'" in done.stderr) == (2, True)
    assert not server.taken


def test_a_file_that_changes_stops_the_sending(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Nobody gets other bytes than were checked, in the same run or after a resume; nobody is marked as failed."""
    write_list(folder, *(f"m-{n},en,Ana,CH,a{n}@example.int,,,,a.pdf" for n in range(3)))
    path = folder / "files" / "a.pdf"
    server.on_message = lambda address: (path.write_bytes(PDF + b"changed"), None)[1]
    typed = [*arguments, "--attach-folder", "files"]
    stopped = run(*typed)
    assert (stopped.returncode, "changed-attachment" in stopped.stderr) == (3, True)
    assert stopped.stdout.startswith("meeting: 1 sent, 2 still to be sent\n")

    refused = run(*typed, "--resume")
    assert (refused.returncode, "the attachment a.pdf changed after 1 of 3" in refused.stderr) == (2, True)
    path.write_bytes(PDF)
    server.on_message = lambda address: None
    assert run(*typed, "--resume").stdout == "meeting: 3 sent\n"
    assert len({[*message.iter_attachments()][-1].get_content() for message in server.messages()}) == 1


def test_other_options_are_reported_at_a_resume(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """What was sent to the first is sent to the others, or the difference is named."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,", "m-2,en,Jan,CH,jan@example.int,,,,")
    server.refusal = lambda address, before: "550 5.4.5 Daily user sending limit" if address.startswith("jan") else ""
    typed = [*arguments, "--bcc", "archive@example.int"]
    run(*typed)
    server.refusal = lambda address, before: ""

    refused = run(*arguments, "--resume")
    assert (refused.returncode, "the request (bcc) changed after 1 of 2" in refused.stderr) == (2, True)
    other = ["Other <o@example.int>" if word.startswith("TSB") else word for word in typed]
    assert "the request (sender) changed" in run(*other, "--resume").stderr
    assert run(*typed, "--resume").stdout == "meeting: 2 sent\n"


def test_a_refused_copy_is_recorded_and_reported(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """The addressee has the letter, once; the copy that was refused is named, now and in the report."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,max@example.int;eva@example.int,,,")
    server.refusal = lambda address, before: "550 5.1.1 no such user" if address.startswith("max") else ""
    done = run(*arguments)

    assert done.stdout.startswith("meeting: 1 sent\n")
    assert re.search(
        r"without a copy, .*:\n  m-1 <ana@example.int> .* no copy to max@example.int: 550 5.1.1", done.stdout
    )
    assert server.recipients == [["ana@example.int", "eva@example.int"]]
    run("merge", "status", "meeting", "--report", "told.csv")
    [line] = csv.DictReader((folder / "told.csv").read_text(encoding="utf-8-sig").splitlines())
    assert "no copy to max@example.int: 550 5.1.1 no such user" in "".join(line.values())


def test_a_deferred_copy_is_waited_for(run: Run, folder: Path, server: MailServer, arguments: list[str]) -> None:
    """The message is tried again for all; the addressee gets it once."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,max@example.int,,,")
    server.refusal = lambda address, before: "450 4.2.0 greylisted" if address[:3] == "max" and not before else ""
    done = run(*arguments, "--wait", "0.01")

    assert done.stdout == "meeting: 1 sent\n"
    assert server.recipients == [["ana@example.int", "max@example.int"]]


def test_messages_come_back_to_an_address_of_their_own(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Each has a token that the ledger can resolve; "From" is as always."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,", "m-2,en,Jan,CH,jan@example.int,,,,")
    assert run(*arguments, "--bounces-to", "bounces@example.int").stdout == "meeting: 2 sent\n"

    base = read_mailbox("bounces@example.int")
    tokens = [token_in(address, base) for address in server.senders]
    assert len(set(tokens)) == 2
    assert all(tokens)
    sent = [(message["Message-ID"][1:-1], str(message["To"].addresses[0].addr_spec)) for message in server.messages()]
    with open_merge(folder / "output" / "meeting", "send") as ledger:
        facts = ledger.facts()
    assert facts
    known = by_token(facts.token_key, sent)
    assert [known[token] for token in tokens] == sent
    assert {str(message["From"]) for message in server.messages()} == {"TSB <tsb@example.int>"}


@pytest.mark.parametrize("address", ["bounces", "b" * 60 + "@example.int", "bounces@", "a b@example.int"])
def test_an_address_without_room_for_a_token_is_refused(
    address: str, run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """A server would refuse each message: 64 characters are allowed before the "@"."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,")
    done = run(*arguments, "--bounces-to", address)

    assert (done.returncode, "wrong-email" in done.stderr) == (2, True)
    assert not server.taken


def test_a_misspelt_name_of_a_file_is_recognized(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Only if it differs in capitals or signs: a similar name may be another person's file."""
    (folder / "files" / "invoice-2026-17.pdf").write_bytes(PDF)
    row = "en,Ana,CH,ana@example.int,,,,"
    write_list(folder, f"m-1,{row}Invoice 2026_17.pdf", f"m-2,{row}invoice-2026-18.pdf")
    done = run(*arguments, "--attach-folder", "files")

    assert (done.returncode, done.stderr.count("did you mean 'invoice-2026-17.pdf'?")) == (1, 1)


def test_unsubscribing_is_offered_where_an_address_is_given(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """With one click only if the address says who unsubscribes."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,", "m-2,en,Jan,CH,jan@example.int,,,,")
    run(*arguments, "--unsubscribe", "mailto:leave@example.int?subject=leave",
        "--unsubscribe", "https://example.int/leave?m={token}")  # fmt: skip

    found = [message["List-Unsubscribe"] for message in server.messages()]
    assert len(set(found)) == 2
    for header in found:
        unfolded = "".join(header.split())
        assert re.fullmatch(
            r"<mailto:leave@example.int\?subject=leave>,<https://example.int/leave\?m=[a-z2-7]{20}>", unfolded
        )
    assert {message["List-Unsubscribe-Post"] for message in server.messages()} == {"List-Unsubscribe=One-Click"}


@pytest.mark.parametrize(
    "address",
    ["leave@example.int", "http://example.int/leave", "mailto:", "https://", "https://a@example.int/{token}",
     "https://example.int/{id}", "mailto:leave@example.int>, <x@example.com", "https://example.int/a b", "https://[x"],
)  # fmt: skip
def test_a_wrong_address_to_unsubscribe_at_is_refused(
    address: str, run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """Before anything is sent; nothing in it becomes a header."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,")
    done = run(*arguments, "--unsubscribe", address)

    assert (done.returncode, "wrong-unsubscribe" in done.stderr) == (2, True)
    assert not server.taken


def test_automatic_replies_are_declined_only_on_demand(
    run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """In the standard's way and in Exchange's; reports of messages that did not arrive are still wanted."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,")
    run(*arguments, "--no-auto-replies")

    [message] = server.messages()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Precedence"] is None


def test_drafts_have_what_messages_have(run: Run, folder: Path) -> None:
    """Copies, replies, files and headers; a draft also keeps its blind copies, for the program that sends it."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,max@example.int,,desk@example.int,a.pdf")
    done = run("merge", "meeting", "list.csv", "--as", "eml", "--from", "tsb@example.int", "--formats", "txt",
               "--cc", "office@example.int", "--bcc", "archive@example.int", "--attach-folder", "files",
               "--no-auto-replies", "--unsubscribe", "mailto:leave@example.int")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = message_from_bytes((folder / "output/meeting/m-1.en.eml").read_bytes(), policy=policy.default)

    told = {name: str(found[name]) for name in ("Cc", "Bcc", "Reply-To", "Auto-Submitted", "List-Unsubscribe")}
    assert told == {
        "Cc": "office@example.int, max@example.int", "Bcc": "archive@example.int", "Reply-To": "desk@example.int",
        "Auto-Submitted": "auto-generated", "List-Unsubscribe": "<mailto:leave@example.int>",
    }  # fmt: skip
    assert [part.get_filename() for part in found.iter_attachments()] == ["meeting.en.txt", "a.pdf"]


def test_copies_are_for_messages_alone(run: Run, folder: Path) -> None:
    """Files of letters have none: the option is refused, and named."""
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,")
    done = run("merge", "meeting", "list.csv", "--formats", "txt", "--cc", "office@example.int")

    assert (done.returncode, "only messages have copies" in done.stderr) == (2, True)
    assert "leave out --cc" in done.stderr


def test_files_are_held_against_the_size_that_the_server_accepts(
    run: Run, folder: Path, mail_holder: Holder, trust: Path, arguments: list[str]
) -> None:
    """Before the first message goes: the second row's file is too large, so nobody gets anything."""
    (folder / "files" / "large.pdf").write_bytes(PDF.ljust(100_000))
    write_list(folder, "m-1,en,Ana,CH,ana@example.int,,,,a.pdf", "m-2,en,Jan,CH,jan@example.int,,,,large.pdf")
    with serving(mail_holder, size=100_000) as small:
        typed = [small.address() if word.startswith("smtp://") else word for word in arguments]
        done = run(*typed, "--attach-folder", "files")
        assert done.returncode == 1
        assert "list.csv:3:9  message-too-large  attachment: the message to 'm-2' has" in done.stderr
        assert not small.offered

        (folder / "files" / "large.pdf").write_bytes(PDF)
        assert run(*typed, "--attach-folder", "files").stdout == "meeting: 2 sent\n"


@pytest.mark.parametrize(
    "heads",
    [
        ("Copy to", "Blind copy", "Reply to", "Attachments"),
        ("Con copia", "Copia oculta", "Responder a", "Archivos adjuntos"),
        ("Copie à", "Cci", "Répondre à", "Pièce jointe"),
        ("Копия", "Скрытая копия", "Адрес для ответа", "Вложения"),
        ("نسخة إلى", "نسخة مخفية إلى", "الرد إلى", "المرفقات"),
        ("抄送", "密送", "回复地址", "附件"),
    ],
)
def test_the_columns_have_their_names_in_six_languages(
    heads: tuple[str, ...], run: Run, folder: Path, server: MailServer, arguments: list[str]
) -> None:
    """They mean the same, and none of them is left unused."""
    head = f"id,language,name,country,email,{','.join(heads)}\n"
    write_list(
        folder, "m-1,en,Ana,CH,ana@example.int,max@example.int,eva@example.int,desk@example.int,a.pdf", head=head
    )
    done = run(*arguments, "--attach-folder", "files")

    assert done.stdout == "meeting: 1 sent\n"
    assert "unused" not in done.stderr
    assert server.recipients == [["ana@example.int", "max@example.int", "eva@example.int"]]
    [message] = server.messages()
    assert str(message["Reply-To"]) == "desk@example.int"
    assert [*message.iter_attachments()][-1].get_filename() == "a.pdf"
