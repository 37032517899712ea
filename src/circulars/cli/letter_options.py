"""Arguments of the commands that take letters or packs."""

from __future__ import annotations

import argparse

from circulars.cli.parsing import LETTER, Parser, add_command, add_key, add_output_options, add_required_approvals
from circulars.cli.values import column, day, fact, listen_address, names, port_number
from circulars.formats import FORMATS, WRITERS

# Importing typing would take longer than everything else here; see `parsing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_init_and_new(commands: Any) -> None:
    init = add_command(commands, "init", "make a folder to work in, with an example that builds")
    init.add_argument("target", nargs="?", default=None, metavar="FOLDER", help="default: this one")
    new = add_command(commands, "new", "write a new letter from its kind's skeleton")
    new.add_argument("name", metavar="NAME", help="the letter's file will be letters/NAME.yaml")
    new.add_argument("--kind", default="", help="a kind of the pack (default: the kind in the name, or tsb-circular)")
    new.add_argument("--pack", default="itu", help="the template pack (default: itu)")
    new.add_argument(
        "--languages",
        type=names,
        default=(),
        metavar="en,es",
        help="the letter's languages, in this order (default: those of the kind's skeleton)",
    )


def _add_letters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("letters", nargs="*", metavar="LETTER", help=LETTER)


def add_check(commands: Any) -> None:
    check = add_command(
        commands,
        "check",
        "list every problem of the letters, or of finished files",
        "With --outputs, an error ends the command with 1; a warning does so with --strict only.",
    )
    _add_letters(check)
    check.add_argument(
        "--outputs",
        nargs="*",
        default=None,
        metavar="FILE",
        help="check the accessibility of Word and PDF files instead, made by any program (default: those in output)",
    )
    check.add_argument("--fix", action="store_true", help="fix what is certain in the letters; the diff is shown first")
    check.add_argument("--unsafe", action="store_true", help="with --fix: fix what is probable as well")
    check.add_argument("--dry-run", action="store_true", help="with --fix: show the diff, and write nothing")
    check.add_argument("--strict", action="store_true", help="with --outputs: warnings count as errors")
    check.add_argument("--all", action="store_true", help="with --outputs: show every finding of a kind")
    check.add_argument(
        "--format",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="how to list them (default: text); github and sarif are for review sites, and for letters only",
    )
    check.add_argument(
        "--today",
        nargs="?",
        type=day,
        const="today",
        default=None,
        metavar="DATE",
        help="also find deadlines that are past today, or on this date",
    )


def add_fmt(commands: Any) -> None:
    fmt = add_command(
        commands,
        "fmt",
        "write letters in one layout, without a change to what they say",
        "Each sentence of a long text is on a line of its own, so that changes are easy to see and to merge.\n"
        "Exit codes: 0 done · 1 problems, or with --check or --diff a letter that would change · 2 used wrongly.",
    )
    help = "a letter's file, its name in letters/, or a folder; - is standard input (default: all letters)"
    fmt.add_argument("letters", nargs="*", metavar="LETTER", help=help)
    fmt.add_argument("--check", action="store_true", help="change nothing, and name the letters that would change")
    fmt.add_argument("--diff", action="store_true", help="change nothing, and show what would change")


def add_confirm(commands: Any) -> None:
    confirm = add_command(
        commands,
        "confirm",
        "record that a translation is still right, after another language changed",
        "The record is a file beside the letter. It lapses where the words of either language change again.",
    )
    confirm.add_argument("letters", nargs=1, metavar="LETTER", help="the letter's file, or its name in letters/")
    confirm.add_argument(
        "paragraph",
        nargs="?",
        default="",
        metavar="PARAGRAPH",
        help="the line of a paragraph, or its id (default: all)",
    )
    confirm.add_argument("--language", required=True, metavar="CODE", help="the language that was read: es")


def add_approve(commands: Any) -> None:
    approve = add_command(
        commands,
        "approve",
        "record, signed, that what a letter says is approved",
        "The record is a file beside the letter. It is void when the words change; comments, formatting and a new\n"
        "template change nothing. The key is named as for 'circulars sign'.",
    )
    approve.add_argument("letters", nargs=1, metavar="LETTER", help=LETTER)
    approve.add_argument("--role", required=True, metavar="ROLE", help="as what: director")
    approve.add_argument("--languages", type=names, default=(), metavar="en,es", help="default: all of the letter")
    approve.add_argument("--name", default="", metavar="NAME", help="who approves (default: the certificate's name)")
    approve.add_argument("--unsigned", action="store_true", help="without a key; it counts nowhere as a required one")
    approve.add_argument("--withdraw", action="store_true", help="delete the approvals of the role, or those by --name")
    add_key(approve)


def add_status(commands: Any) -> None:
    status = add_command(
        commands,
        "status",
        "show the problems, stale translations and approvals of all letters, and when they were last built",
        "'circulars merge status' shows how far merges are.",
    )
    _add_letters(status)
    status.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_git(commands: Any) -> None:
    git = add_command(commands, "git", "set git up for letters, so that it shows and merges them as texts")
    actions = git.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    for name, help in (
        ("install", "show what git is told about letters and Word files, and set it in this repository"),
        ("uninstall", "remove what install has set"),
    ):
        action = add_command(actions, name, help)
        action.add_argument("--yes", action="store_true", help="do it without asking")
    add_command(actions, "workflow", "print a workflow for GitHub, which checks letters and comments on pull requests")
    text = add_command(actions, "text", "print the reading text of a letter or a Word file (git calls it)")
    text.add_argument("file", metavar="FILE")
    merge = add_command(actions, "merge", "merge two versions of a letter into OURS (git calls it)")
    for name in ("base", "ours", "theirs"):
        merge.add_argument(name, metavar=name.upper())
    merge.add_argument("path", metavar="PATH", help="the letter's path, for messages")


def add_pull(commands: Any) -> None:
    pull = add_command(
        commands,
        "pull",
        "take the edits of a Word file into the letter that it was made from",
        "Shows the lines of the letter that change, and what cannot be taken. Writes nothing without --write.\n"
        "Exit codes: 0 all edits are taken · 1 some are not · 2 used wrongly.",
    )
    pull.add_argument("file", metavar="EDITED.docx", help="an edited Word file that circulars made")
    pull.add_argument("--into", default="", metavar="LETTER", help="the letter, if its name and number do not find it")
    pull.add_argument("--write", action="store_true", help="write the letter, unless an edit waits for a decision")
    pull.add_argument("--partial", action="store_true", help="with --write, write the other edits nevertheless")
    help = "words typed over this fact, reference or link are said there only; may be repeated"
    pull.add_argument("--here", action="append", default=[], metavar="NAME", help=help)
    help = "the fact has this value now, everywhere; may be repeated"
    pull.add_argument("--fact", action="append", type=fact, default=[], metavar="NAME=VALUE", help=help)
    pull.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_desk(commands: Any) -> None:
    desk = add_command(
        commands,
        "desk",
        "write, check and build the letters of a folder in a browser",
        "The pages are served on this machine only, to the browser that opens the link first. Ctrl-C ends it.\n"
        "With --listen or --socket they are served to the people of 'desk.yaml', through a web server that knows them.",
    )
    place = desk.add_mutually_exclusive_group()
    place.add_argument(
        "--port",
        type=port_number,
        default=0,
        metavar="N",
        help="serve at this port (default: that of the last time, or a free one)",
    )
    place.add_argument(
        "--listen", type=listen_address, metavar="ADDRESS:PORT", help="serve the people at an IP address"
    )
    place.add_argument("--socket", metavar="PATH", help="serve the people at a unix socket")
    desk.add_argument("--no-browser", dest="browser", action="store_false", help="print the link, and open no browser")


def add_lineage(commands: Any) -> None:
    blame = add_command(
        commands,
        "blame",
        "show who last changed each text of a letter in each language",
        "Words count, not lines: a text that was moved or formatted was not changed. * is a text for all languages.",
    )
    blame.add_argument("letters", nargs=1, metavar="LETTER", help=LETTER)
    history = add_command(
        commands,
        "history",
        "show the commits that changed the words of a letter, and what each changed",
        "Commits that only moved or formatted it are left out.",
    )
    history.add_argument("letters", nargs=1, metavar="LETTER", help=LETTER)
    for command in (blame, history):
        command.add_argument("--pdf", default="", metavar="FILE", help="write it to this file, on the letter's paper")
    history.add_argument("--count", type=int, default=10, metavar="N", help="how many (default: 10)")


def add_explain(commands: Any) -> None:
    explain = add_command(
        commands,
        "explain",
        "explain a problem code: what is wrong, an example, and what to do",
        "Without CODE, all codes are listed.",
    )
    explain.add_argument(
        "code", nargs="?", default="", metavar="CODE", help="the code of a problem, such as not-a-date"
    )
    explain.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_build(commands: Any) -> None:
    build = add_command(
        commands,
        "build",
        "write the letters' files, in each language and format",
        "A letter with problems is not built; the others are.",
    )
    _add_letters(build)
    build.add_argument("--languages", type=names, default=(), metavar="en,es", help="default: each letter's own")
    build.add_argument(
        "--formats", type=names, default=FORMATS, metavar=",".join(WRITERS), help=f"default: {','.join(FORMATS)}"
    )
    build.add_argument(
        "--audience",
        type=column,
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="also the parts that only these addressees get; may be repeated",
    )
    build.add_argument("--out", default=None, metavar="FOLDER", help="default: output")
    build.add_argument("--sums", action="store_true", help="also write SHA256SUMS, for sha256sum -c")
    build.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (default: one for each core)")
    add_output_options(build)
    add_required_approvals(build, "build")
    build.add_argument("--watch", action="store_true", help="build again whenever a letter or a template changes")


def add_diff(commands: Any) -> None:
    diff = add_command(
        commands,
        "diff",
        "show what a reader would notice between two versions of letters",
        "A version is a letter, a file, a folder, or a revision: main, main..topic, main:letters/x.yaml. A Word\n"
        "file or a PDF stands for the letter that it was made from. Without NEW, a letter is compared with the\n"
        "last commit, and a revision with the folder; without both, all letters are compared with the\n"
        "last commit. Exit codes: 0 nothing changed · 1 something changed · 2 used wrongly.",
    )
    diff.add_argument(
        "versions", nargs="*", metavar="VERSION", help="OLD, then NEW; after revisions, the letters to compare"
    )
    diff.add_argument(
        "--staged", "--cached", action="store_true", help="the new version is what is staged for the next commit"
    )
    diff.add_argument(
        "--since-approval",
        nargs="?",
        const="",
        default=None,
        metavar="ROLE",
        help="the old version is what was last approved, or last approved as ROLE",
    )
    diff.add_argument("--languages", type=names, default=(), metavar="en,es", help="default: each letter's own")
    diff.add_argument(
        "--format",
        type=names,
        default=("text",),
        metavar="FORMAT",
        help="text, json, html, docx, pdf (default: text); several with commas",
    )
    diff.add_argument("--out", default=None, metavar="FOLDER", help="write the reports to this folder, or to this file")
    diff.add_argument("--author", default="", metavar="NAME", help="who made the changes, for tracked changes")
    diff.add_argument("-a", "--all", action="store_true", help="show other quotation marks, spaces and dashes, too")
    amount = diff.add_mutually_exclusive_group()
    amount.add_argument("-q", "--quiet", action="store_true", help="print nothing; the exit code tells")
    amount.add_argument("--summary", "--stat", action="store_true", help="one line for each letter")


def add_packs(commands: Any) -> None:
    schema = add_command(commands, "schema", "print the JSON Schema of a letter, for editors")
    schema.add_argument("--changes", action="store_true", help="that of 'diff --format json' instead, for programs")
    template = add_command(commands, "template", "list and check template packs")
    actions = template.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    add_command(actions, "list", "list the packs, their kinds of letters and their lists of addressees")
    check = add_command(actions, "check", "find what is wrong with a pack's templates")
    check.add_argument("name", nargs="?", default="itu", metavar="PACK", help="default: itu")
    check.add_argument("--repair", action="store_true", help="fix letter.docx where that is safe; the old file is kept")
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to list them (default: text)")
    new = add_command(
        actions,
        "new",
        "make a pack from a Word file",
        "The file may have tags; parts of which it has none are added from the shipped template.",
    )
    new.add_argument("name", metavar="PACK", help="the name of its folder in templates/")
    new.add_argument("--from", dest="source", required=True, metavar="FILE", help="the Word file, which is not changed")
    new.add_argument("--title", default="", metavar="NAME", help="the organization's name")
    fields = add_command(actions, "fields", "list the fields that a pack's templates use")
    fields.add_argument("name", nargs="?", default="itu", metavar="PACK", help="default: itu")


def add_languages(commands: Any) -> None:
    language = add_command(commands, "language", "list, begin and check languages")
    actions = language.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    add_command(actions, "list", "list the languages, and what is still to be translated")
    new = add_command(
        actions,
        "new",
        "begin a language",
        "What CLDR knows is filled in. All other words are those of another language, and marked with # TODO.",
    )
    new.add_argument("code", metavar="CODE", help="the language's code, as pt")
    new.add_argument(
        "--from", dest="base", default="", metavar="CODE", help="the language to begin with (default: the nearest)"
    )
    check = add_command(actions, "check", "find what languages lack, and what is still to be translated")
    check.add_argument("codes", nargs="*", metavar="CODE", help="default: all in use in this folder")
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to list them (default: text)")
