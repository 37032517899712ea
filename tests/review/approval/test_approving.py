"""Letters are approved, and refused where an approval is missing or void."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from circulars.api import (
    Approver,
    Letter,
    LetterError,
    MachineClock,
    MergeOrder,
    Order,
    Place,
    Problem,
    Server,
    UsageError,
    Workspace,
    approve_letter,
    build_files,
    check_approvals,
    diff_since_approval,
    merge,
    read_letter,
    read_mailbox,
    run_merge,
    send,
    withdraw_approval,
)
from circulars.cli.show import option_words
from circulars.language import forget_languages
from circulars.pack import forget_packs
from circulars.pack_files import SHIPPED
from commands import Done, run_here
from conftest import ROOT
from review.approval.desk import LETTER, Desk
from signing.authority import NOW, SIGNER, Authority, issue
from signing.timestamp_server import stamping

LISTED = "id,language,name,email,category\nA1,en,Ana,ana@example.int,academia\n"


@pytest.fixture
def office(desk: Desk) -> Desk:
    """The folder with the keys of both people, and a list of addressees."""
    (desk.folder / "director.p12").write_bytes(desk.authority.director.pkcs12(b""))
    (desk.folder / "drafter.p12").write_bytes(desk.authority.secretary.pkcs12(b""))
    (desk.folder / "list.csv").write_text(LISTED, "utf-8")
    return desk


def run(desk: Desk, *arguments: str) -> Done:
    """Runs ``circulars`` in the folder."""
    return run_here(desk.folder, *arguments)


def codes(done: Done) -> list[str]:
    """The codes of the problems that a command printed."""
    return [line.split("  ")[1] for line in done.stderr.splitlines() if line.startswith("letters/")]


def test_an_approved_letter_is_merged(office: Desk) -> None:
    """Each role that is required has approved it."""
    assert (
        codes(run(office, "merge", "one", "list.csv", "--require-approval", "drafter,director"))
        == ["missing-approval"] * 2
    )
    done = run(office, "approve", "one", "--role", "director", "--key", "director.p12")
    assert done.stdout.endswith(".approval.json: approved in en, es as director by Max Mustermann\n"), done
    assert run(office, "approve", "one", "--role", "drafter", "--key", "drafter.p12").returncode == 0

    done = run(office, "merge", "one", "list.csv", "--require-approval", "drafter,director")

    assert done.returncode == 0, done.stderr


def test_a_letter_that_changed_is_refused_with_the_reason(office: Desk) -> None:
    """A resumed merge is checked again, and so are a sending and a build."""
    run(office, "approve", "one", "--role", "director", "--key", "director.p12")
    required = ("--require-approval", "director")
    assert run(office, "merge", "one", "list.csv", *required).returncode == 0
    office.edit("Bring", "Please bring")

    for command in (
        ("merge", "one", "list.csv", *required),
        ("merge", "one", "list.csv", "--resume", *required),
        ("send", "one", "list.csv", "--smtp", "smtp://localhost:1", "--from", "a@example.int", "--yes", *required),
        ("build", "one", *required),
    ):
        done = run(office, *command)
        assert (codes(done), done.returncode) == (["missing-approval", "void-approval"], 1), done.stderr
        assert "what it says in en has changed since" in done.stderr
    assert not (office.folder / "output" / "one.en.pdf").exists()


def test_approvals_that_the_folder_requires_are_required_without_an_option(required: Desk) -> None:
    """Merges and sendings need them; a build, a preview and samples to oneself do not, for they come before."""
    office = required
    sent = ("send", "one", "list.csv", "--smtp", "smtp://localhost:1", "--from", "a@example.int", "--plain")

    assert codes(run(office, "merge", "one", "list.csv")) == ["missing-approval"]
    assert codes(run(office, *sent, "--yes")) == ["missing-approval"]
    done = run(office, "merge", "one", "list.csv", "--dry-run")
    assert (codes(done), done.returncode) == (["missing-approval"], 1)
    assert "1 addressee" in done.stdout, "a dry run shows what would be made"
    assert run(office, "build", "one").returncode == 0
    assert run(office, "merge", "one", "list.csv", "--preview").returncode == 0
    assert "missing-approval" not in run(office, *sent, "--to-self", "me@example.int").stderr


@pytest.fixture
def required(office: Desk) -> Desk:
    """The folder, whose letters the director must have approved."""
    settings = office.folder / "circulars.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("[approval]", '[approval]\nrequired = ["director"]', 1), "utf-8"
    )
    return office


def test_a_program_cannot_send_an_unapproved_letter(required: Desk) -> None:
    """Nor merge one: the functions check the letter that they are given, before they write or send anything."""
    letter, listed, by = read_letter(required.letter), "list.csv", read_mailbox("a@example.int")
    server, clock = Server("localhost", 1, security="none"), MachineClock()
    ways: list[Callable[[], object]] = [
        lambda: run_merge(letter, listed, required.workspace, now=clock.now()),
        lambda: next(merge(letter, listed, required.workspace, now=clock.now())),
        lambda: send(
            letter, listed, required.workspace, MergeOrder(), sender=by, server=server, clock=clock, confirm=True
        ),
    ]

    for way in ways:
        with pytest.raises(LetterError, match="missing-approval"):
            way()
    assert not (required.folder / "output").exists()

    required.approve("director")
    assert run_merge(letter, listed, required.workspace, now=NOW).summary.copies
    assert len(list(merge(letter, listed, required.workspace, MergeOrder(formats=("txt",)), now=NOW))) == 1


def test_a_merge_without_the_time_trusts_no_certificate(required: Desk) -> None:
    """Only a letter that needs no approval is merged without it; further roles are those of an argument."""
    required.approve("director")
    letter = read_letter(required.letter)

    with pytest.raises(UsageError, match="missing-option"):
        run_merge(letter, "list.csv", required.workspace)
    with pytest.raises(LetterError, match="drafter"):
        run_merge(letter, "list.csv", required.workspace, require_approval=("drafter",), now=NOW)


def test_what_is_built_is_what_was_checked(desk: Desk) -> None:
    """A letter that changes after its check is built as it was checked, because it is read once."""
    order, out = Order(("en",), ("txt",)), desk.folder / "output"

    def change(letter: Letter) -> None:
        desk.edit("a badge", "two badges")

    def refuse(letter: Letter) -> None:
        raise LetterError(Problem(Place(letter.file), "missing-approval", "it is not approved"))

    [built] = build_files([desk.letter], desk.workspace, order, out, 1, change)
    assert built.written and "a badge" in (out / "one.en.txt").read_text("utf-8")
    [refused] = build_files([desk.letter], desk.workspace, order, out, 1, refuse)
    assert (refused.written, [one.code for one in refused.problems]) == ((), ["missing-approval"])


def test_a_language_that_cannot_be_built_opens_no_way_round_an_approval(office: Desk) -> None:
    """What is read is not known then, so that a build of another language is refused as well."""
    words = shutil.copytree(SHIPPED / "itu", office.folder / "templates" / "itu")
    (words / "words" / "es.yaml").unlink()
    forget_packs()

    done = run(office, "build", "one", "--languages", "en", "--formats", "txt", "--require-approval", "drafter")

    assert done.returncode and not (office.folder / "output").exists(), done


def test_an_approval_without_a_key_must_be_asked_for_and_does_not_count(office: Desk) -> None:
    """It is a note among colleagues."""
    done = run(office, "approve", "one", "--role", "director")
    assert (done.returncode, office.records) == (2, []) and "--unsigned" in done.stderr

    done = run(office, "approve", "one", "--role", "director", "--unsigned", "--name", "Max Mustermann")
    assert done.returncode == 0 and "it does not count where an approval is required" in done.stderr
    assert office.lacks("director") == ["missing-approval", "unsigned-approval"]
    done = run(office, "approve", "one", "--role", "director", "--unsigned", "--key", "director.p12")
    assert "wrong-option" in done.stderr


def test_an_approval_is_withdrawn_for_a_role_or_a_person(office: Desk) -> None:
    """The files are deleted; others stay."""
    office.approve("director")
    office.approve("drafter")
    approve_letter(office.letter, "drafter", Approver("Ana"), office.workspace, NOW)

    done = run(office, "approve", "one", "--role", "drafter", "--withdraw", "--name", "Ana")
    assert done.stdout.endswith(".approval.json: withdrawn\n") and len(office.records) == 2
    assert len(withdraw_approval(office.letter, "drafter", office.workspace)) == 1
    assert office.lacks("director") == []
    with pytest.raises(UsageError, match=r"no-approval.*not approved as 'drafter'\n.*it is approved as director"):
        withdraw_approval(office.letter, "drafter", office.workspace)


def test_a_misspelt_role_is_refused(desk: Desk) -> None:
    """The settings name the roles."""
    with pytest.raises(UsageError, match=r"wrong-role.*'directr'\n.*did you mean 'director'"):
        desk.approve("directr", desk.authority.director)
    with pytest.raises(UsageError, match=r"wrong-role.*'the director' is not a role"):
        desk.lacks("the director")
    assert desk.records == []


def test_a_letter_with_problems_is_not_approved(desk: Desk) -> None:
    """What cannot be built cannot be read."""
    desk.edit("{{ meeting }}", "{{ meetin }}")

    with pytest.raises(LetterError, match="undefined-field"):
        desk.approve("director")
    assert desk.records == []


def test_languages_can_be_approved_apart(desk: Desk) -> None:
    """A role has approved a letter when all its languages are approved, by one or by several people."""
    desk.approve("director", languages=("en",))
    [missing] = desk.problems("director")
    assert missing.message == "the letter is not approved as 'director' in es, only in en"
    assert desk.lacks("director", languages=("en",)) == []

    desk.approve("director", languages=("es",))
    assert (desk.lacks("director"), len(desk.records)) == ([], 2)

    desk.edit("Traigan", "Lleven")
    assert desk.lacks("director") == ["missing-approval", "void-approval"]
    assert desk.lacks("director", languages=("en",)) == []


def test_a_new_approval_replaces_an_old_one_of_the_same_person(desk: Desk) -> None:
    """Those of other languages stay, and so do those of others."""
    desk.approve("director", languages=("en",))
    desk.edit("a badge", "two badges")
    desk.approve("director", languages=("es",))
    approve_letter(desk.letter, "director", Approver("Max Mustermann"), desk.workspace, NOW)
    assert len(desk.records) == 3

    desk.approve("director")

    assert (desk.lacks("director"), len(desk.records)) == ([], 2)


def test_a_certificate_with_the_same_name_replaces_nothing(desk: Desk, stranger: Authority) -> None:
    """Nor does it hide what has changed since the approval that counts."""
    desk.approve("director")
    desk.edit("a badge", "two badges")
    approved = desk.approve("director", stranger.director)

    assert (len(desk.records), approved.judged.signer) == (2, "Max Mustermann")
    assert diff_since_approval(desk.letter, desk.workspace, "director", now=NOW).report.differs
    desk.edit("two badges", "a badge")
    assert desk.lacks("director") == []


def test_an_approval_that_does_not_count_has_an_exit_code(office: Desk) -> None:
    """Unless it was asked for by --unsigned."""
    done = run(office, "approve", "one", "--role", "director", "--key", "drafter.p12")
    assert (done.returncode, "it does not count where an approval is required" in done.stderr) == (1, True)


def test_remedies_are_those_of_approvals(desk: Desk, stranger: Authority) -> None:
    """The command that shows the change, and the settings in which trust is named: there is no option for it."""
    [fault] = desk.approve("director", stranger.director).judged.faults
    assert fault.remedy() == "if you trust it, add it to trust or roles in circulars.toml"

    desk.approve("director")
    desk.edit("a badge", "two badges")
    [why] = [one for one in desk.problems("director") if one.code == "void-approval"]
    assert "'circulars diff one --since-approval director'" in why.remedy(option_words)


def test_a_language_that_is_added_is_not_approved(desk: Desk) -> None:
    """And one that is removed takes nothing from the others."""
    desk.approve("director")
    desk.edit("languages: [en, es]", "languages: [es]")
    assert desk.lacks("director") == []

    withdraw_approval(desk.letter, "director", desk.workspace)
    desk.write(LETTER.replace("languages: [en, es]", "languages: [en]"))
    desk.approve("director")
    desk.write()
    assert desk.lacks("director") == ["missing-approval"]


def test_who_gets_a_part_is_approved_too(desk: Desk) -> None:
    """The words are the same, but others would read them."""
    desk.approve("director")
    desk.edit(", when: {category: member-state}", ", when: {category: [member-state, academia]}")
    assert desk.lacks("director") == ["missing-approval", "void-approval"]

    desk.edit("[member-state, academia]", "[member-state, member-state]")
    desk.edit("[member-state, member-state]", "[member-state]")
    assert desk.lacks("director") == []


def test_where_a_link_leads_is_approved_too(desk: Desk) -> None:
    """Nobody sees it on paper, but everybody can follow it."""
    desk.approve("director")
    desk.edit("(https://example.int/) to all", "(https://example.net/) to all")

    assert desk.lacks("director") == ["missing-approval", "void-approval"]


def test_looks_count_only_if_they_are_required(desk: Desk) -> None:
    """Bold type and the pack's files change the looks; a new pack takes no approval of words away."""
    desk.approve("director")
    desk.edit("Members pay nothing.", "Members pay **nothing**.")

    assert desk.lacks("director") == []
    [missing, why] = desk.problems("director:looks")
    assert (missing.code, why.code) == ("missing-approval", "changed-looks")
    desk.approve("director")
    assert desk.lacks("director:looks") == []


def test_words_of_the_language_void_an_approval_and_are_named_as_the_reason(desk: Desk) -> None:
    """The letter's file is the same, but what is read has changed."""
    desk.approve("director")
    (desk.folder / "languages").mkdir()
    text = (ROOT / "src" / "circulars" / "languages" / "en.yaml").read_text("utf-8")
    assert 'subject: "Subject:"' in text
    changed = text.replace('subject: "Subject:"', 'subject: "About:"')
    (desk.folder / "languages" / "en.yaml").write_text(changed, "utf-8")
    forget_languages()

    [_, why] = desk.problems("director")
    assert why.message.endswith("the letter is the same, but words of its pack or of the language have changed since")


def test_an_approval_with_a_time_stamp_outlives_its_certificate(desk: Desk, authority: Authority) -> None:
    """The server proves that the certificate was valid when it was used."""
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    end = now + datetime.timedelta(days=30)
    short = issue("Max Mustermann", authority.issuing, end=end, extensions=SIGNER)
    with stamping(authority.stamper) as server:
        desk.approve("director", short, now=now, timestamp=server.address)

    assert desk.lacks("director", now=end + datetime.timedelta(days=1)) == []


def test_people_who_approve_at_the_same_time_lose_nothing(desk: Desk) -> None:
    """Each has a file of their own, which is written whole."""
    people = [f"Person {number}" for number in range(8)]

    def approve(name: str) -> None:
        approve_letter(desk.letter, "drafter", Approver(name), Workspace(desk.folder), NOW)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(approve, people * 2))

    assert sorted(json.loads(path.read_text("utf-8"))["name"] for path in desk.records) == people


def test_the_check_raises_all_problems_at_once(desk: Desk) -> None:
    """For programs: nothing is returned, or an error has what is missing."""
    letter = read_letter(desk.letter)
    with pytest.raises(LetterError) as caught:
        check_approvals(letter, desk.workspace, ("drafter", "director"), now=NOW)
    assert [one.code for one in caught.value.problems] == ["missing-approval"] * 2

    desk.approve("drafter")
    check_approvals(letter, desk.workspace, ("drafter",), now=NOW)


def test_a_letter_that_changes_while_it_is_checked_is_judged_as_it_was_read(desk: Desk) -> None:
    """What is merged is the letter in memory, not the file."""
    desk.approve("director")
    approved = desk.letter.read_bytes()
    desk.edit("a badge", "two badges")
    other = read_letter(desk.letter)
    desk.letter.write_bytes(approved)

    with pytest.raises(LetterError, match="void-approval"):
        check_approvals(other, desk.workspace, ("director",), now=NOW)


def test_where_a_link_within_the_letter_leads_is_approved_too(desk: Desk) -> None:
    """The names of places are not read, but which place it is."""
    links = "{en: 'See [it](#one).', es: 'Véase [aquí](#one).'}"
    body = ("{en: One., es: Uno., id: one}", "{en: Two., es: Dos., id: two}", links)
    desk.write(LETTER.replace("body:\n", "body:\n" + "".join(f"- {part}\n" for part in body)))
    desk.approve("director")
    desk.write(desk.letter.read_text("utf-8").replace("#one", "#first").replace("id: one", "id: first"))
    assert desk.lacks("director") == []

    desk.edit("#first", "#two")
    assert desk.lacks("director") == ["missing-approval", "void-approval"]


def test_a_picture_and_a_code_are_approved_too(desk: Desk) -> None:
    """A picture of a signature, and the address in a QR code, which nobody can read."""
    picture = (ROOT / "docs" / "page.png").read_bytes()
    (desk.letter.parent / "hand.png").write_bytes(picture)
    signed = "signatory: {name: Max Mustermann, title: Director, picture: hand.png}\n"
    text = LETTER.replace("signatory: tsb-director\n", signed) + "qr: {link: 'https://example.int/a'}\n"
    desk.write(text)
    desk.approve("director")
    assert desk.lacks("director") == []

    desk.edit("example.int/a", "example.int/b")
    assert desk.lacks("director") == ["missing-approval", "void-approval"]
    desk.write(text)
    (desk.letter.parent / "hand.png").write_bytes((ROOT / "docs" / "review-pdf.png").read_bytes())
    assert desk.lacks("director") == ["missing-approval", "void-approval"]


def test_a_new_pack_changes_the_looks_alone(desk: Desk) -> None:
    """The same words in another template."""
    desk.approve("director")
    shutil.copytree(SHIPPED / "itu", desk.folder / "templates" / "itu")
    page = desk.folder / "templates" / "itu" / "letter.html.j2"
    page.write_text(page.read_text("utf-8") + "\n", "utf-8")
    forget_packs()

    assert (desk.lacks("director"), desk.lacks("director:looks")) == ([], ["missing-approval", "changed-looks"])
    assert run(desk, "build", "one", "--formats", "txt", "--require-approval", "director").returncode == 0


@pytest.mark.parametrize("name", ["", " \n", "Max\x1b[2J", "Max\u202e", "M" * 1001])
def test_a_name_that_cannot_be_shown_is_refused(name: str, desk: Desk) -> None:
    """Nothing is written."""
    with pytest.raises(UsageError, match="wrong-option"):
        approve_letter(desk.letter, "director", Approver(name), desk.workspace, NOW)
    assert desk.records == []


@pytest.mark.parametrize(
    "name", ['Max "M" Mustermann', "Max\\n Mustermann", "王小明 😀 # {a: b}", "Jean: 'x' & *y", "0x1f", "~"]
)
def test_any_other_name_is_read_as_it_was_written(name: str, desk: Desk) -> None:
    """What is signed is what is read."""
    approved = approve_letter(desk.letter, "director", Approver(name), desk.workspace, NOW)

    assert approved.judged.approval and approved.judged.approval.name == name
    assert [one.code for one in approved.judged.faults] == ["unsigned-approval"]


def test_a_kind_of_letter_may_require_approvals(office: Desk) -> None:
    """The pack names the roles, and circulars.toml who has them."""
    shutil.copytree(SHIPPED / "itu", office.folder / "templates" / "itu")
    pack = office.folder / "templates" / "itu" / "pack.yaml"
    pack.write_text(
        pack.read_text("utf-8").replace("  tsb-circular:\n", "  tsb-circular:\n    approvals: [director]\n", 1), "utf-8"
    )

    assert codes(run(office, "merge", "one", "list.csv")) == ["missing-approval"]
    assert "director missing" in run(office, "status").stdout
    office.approve("director")
    assert run(office, "merge", "one", "list.csv").returncode == 0
    pack.write_text(pack.read_text("utf-8").replace("[director]", "[The Director]"), "utf-8")
    assert "pack.yaml:" in (done := run(office, "merge", "one", "list.csv")).stderr and "wrong-role" in done.stderr


def test_approvals_on_two_branches_are_merged_by_git(desk: Desk) -> None:
    """Nobody has to resolve a conflict, and both count; so do two people with the same role."""
    git(desk, "init", "-q", "-b", "main")
    commit(desk)
    for role, holder in (("director", desk.authority.director), ("drafter", desk.authority.secretary)):
        git(desk, "switch", "-q", "-c", role, "main")
        desk.approve(role, holder)
        approve_letter(desk.letter, "director", Approver(f"Deputy of {role}"), desk.workspace, NOW)
        commit(desk)
    git(desk, "merge", "-q", "-m", "Both", "director")

    assert (desk.lacks("director", "drafter"), len(desk.records)) == ([], 4)


def test_a_file_that_is_damaged_takes_nothing_from_the_others(desk: Desk) -> None:
    """One of two approvals of a role has the marks of a conflict in it."""
    desk.approve("director", languages=("en",))
    [damaged] = desk.records
    desk.approve("director")
    damaged.write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n", "utf-8")

    assert (desk.lacks("director"), len(desk.records)) == ([], 2)
    desk.edit("a badge", "two badges")
    assert {"missing-approval", "void-approval"} < {*desk.lacks("director")}


def git(desk: Desk, *arguments: str) -> None:
    """Runs git in the folder."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.int")
    subprocess.run(["git", *identity, *arguments], cwd=desk.folder, check=True, capture_output=True)


def commit(desk: Desk) -> None:
    """Commits all files of the folder."""
    git(desk, "add", ".")
    git(desk, "commit", "-q", "-m", "A commit")
