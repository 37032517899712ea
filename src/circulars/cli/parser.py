"""What can be typed after ``circulars``."""

from __future__ import annotations

import argparse
import os
import sys

from circulars import __version__

# `circulars --help` must come at once: pathlib and typing would take longer to import than all that is done here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_EPILOG = """\
Without names, a command takes every letter in letters/.
Exit codes: 0 done · 1 problems in the letters or the data · 2 used wrongly · 3 the machine.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose options are never guessed from their first letters: scripts must not change meaning.

    ``instead`` makes parsers of their own for what begins with certain words.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, **options)
        self.instead: dict[str, Callable[[], argparse.ArgumentParser]] = {}

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse makes of the arguments; the value of ``--sort`` may begin with a hyphen."""
        if args and (other := self.instead.get(args[0])):
            return other().parse_known_args(args[1:], namespace)
        return super().parse_known_args(_sorted_so(sys.argv[1:] if args is None else args), namespace)


def _sorted_so(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--sort -surname`` as ``--sort=-surname``: argparse takes "-surname" for an option."""
    joined: list[str] = []
    for position, argument in enumerate(arguments):
        if joined[-1:] == ["--"]:
            return [*joined, *arguments[position:]]
        if joined[-1:] == ["--sort"] and argument[:1] == "-" and argument[1:2] not in ("", "-"):
            joined[-1] = f"--sort={argument}"
        else:
            joined.append(argument)
    return joined


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """A formatter that knows the terminal's width itself: argparse would import shutil to ask."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=_width())


def _width() -> int:
    try:
        return min(os.get_terminal_size().columns, 110) - 2
    except OSError:
        return 98


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; ``command`` in its result names what to do."""
    parser = _Parser(
        prog="circulars",
        description="Official circular letters: one YAML file, Word and PDF in several languages.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"circulars {__version__}")
    parser.add_argument(
        "-C", "--folder", default=".", metavar="FOLDER", help="the folder to work in (default: this one)"
    )
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_starts(commands)
    _add_check(commands)
    _add_explain(commands)
    _add_build(commands)
    _add_merge(commands)
    _add_diff(commands)
    _add_traces(commands)
    _add_packs(commands)
    _add_sign(commands)
    _add_send(commands)
    shell = _add(commands, "completion", "print a shell's completion script")
    shell.add_argument("shell", choices=("bash", "zsh", "tcsh"), help='eval "$(circulars completion bash)"')
    return parser


def _add(commands: Any, name: str, help: str, epilog: str = "") -> _Parser:
    parser: _Parser = commands.add_parser(
        name, help=help, description=help[0].upper() + help[1:] + ".", epilog=epilog or None
    )
    return parser


def _add_starts(commands: Any) -> None:
    init = _add(commands, "init", "make a folder to work in, with an example that builds")
    init.add_argument("target", nargs="?", default=None, metavar="FOLDER", help="default: this one")
    new = _add(commands, "new", "write a new letter from its kind's skeleton")
    new.add_argument("name", metavar="NAME", help="the letter's file will be letters/NAME.yaml")
    new.add_argument("--kind", default="tsb-circular", help="a kind of the pack (default: tsb-circular)")
    new.add_argument("--pack", default="itu", help="the template pack (default: itu)")


def _add_letters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("letters", nargs="*", metavar="LETTER", help="a letter's file, or its name in letters/")


def _add_check(commands: Any) -> None:
    check = _add(
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
        help="check Word and PDF files instead, of any maker: can everybody read them? (default: those in output)",
    )
    check.add_argument("--strict", action="store_true", help="with --outputs: warnings count as errors")
    check.add_argument("--all", action="store_true", help="with --outputs: show every finding of a kind")
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to list them (default: text)")


def _add_explain(commands: Any) -> None:
    explain = _add(
        commands,
        "explain",
        "explain a problem code: what is wrong, an example, and what to do",
        "Without CODE, all codes are listed.",
    )
    explain.add_argument("code", nargs="?", default="", metavar="CODE", help="a code of a problem, as not-a-date")
    explain.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_build(commands: Any) -> None:
    build = _add(
        commands,
        "build",
        "write the letters' files, in each language and format",
        "A letter with problems is not built; the others are.",
    )
    _add_letters(build)
    build.add_argument("--languages", type=_names, default=(), metavar="en,es", help="default: each letter's own")
    build.add_argument(
        "--formats", type=_names, default=("docx", "pdf"), metavar="docx,pdf,html,txt", help="default: docx,pdf"
    )
    build.add_argument(
        "--audience",
        type=_column,
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="also the parts that only these addressees get; may stand several times",
    )
    build.add_argument("--out", default=None, metavar="FOLDER", help="default: output")
    build.add_argument("--sums", action="store_true", help="also write SHA256SUMS, for sha256sum -c")
    build.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (default: one for each core)")
    build.add_argument("--no-source", dest="source", action="store_false", help="files that do not carry their letter")
    build.add_argument("--watch", action="store_true", help="build again whenever a letter or a template changes")


def _status_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="circulars merge status",
        description="Tell how far the merges of letters are, and what became of the messages.",
        epilog="It reads the ledgers beside the copies, and changes nothing.",
    )
    parser.add_argument(
        "letters", nargs="*", metavar="LETTER", help="a letter's file, or its name (default: all that were merged)"
    )
    _add_report(parser)
    parser.add_argument("--out", default=None, metavar="FOLDER", help="where they were merged to (default: output)")
    parser.set_defaults(command="merge status")
    return parser


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FILE",
        help="what became of each addressee, as .csv, .xlsx or .html; may stand several times",
    )


def _add_merge(commands: Any) -> None:
    merge = _add(
        commands,
        "merge",
        "write a letter for each of many addressees, in the language that each chose",
        "ADDRESSEES is a list (.csv, .xlsx, .yaml) or a database's URL with --query. Nothing is written when a row is\n"
        "wrong. A merge that was stopped goes on with --resume; 'circulars merge status' tells how far merges are.",
    )
    merge.instead["status"] = _status_parser
    merge.add_argument("letter", metavar="LETTER", help="a letter's file, or its name in letters/")
    merge.add_argument("addressees", metavar="ADDRESSEES", help="a list's file, or sqlite:///… or postgresql://…")
    add_choices(merge)
    merge.add_argument(
        "--as",
        dest="kind",
        choices=("files", "zip", "print", "labels", "envelopes", "eml"),
        default="files",
        help="files (default): one for each; zip: one ZIP; print: one PDF; labels; envelopes; eml: drafts",
    )
    merge.add_argument(
        "--formats", type=_names, default=(), metavar="docx,pdf,html,txt", help="default: docx,pdf; to print: pdf"
    )
    merge.add_argument("--duplex", action="store_true", help="print: each letter begins on a sheet of its own")
    merge.add_argument(
        "--labels",
        default="",
        metavar="SHEET",
        help="labels: which sheets, by their name: L7160 (the default), L7163, 5160 …",
    )
    merge.add_argument("--skip", type=int, default=0, metavar="N", help="labels: how many are used up")
    merge.add_argument("--envelope", default="", metavar="SIZE", help="envelopes: C4, C5 (default), C6, DL")
    merge.add_argument("--from", dest="sender", default="", metavar="'NAME <ADDRESS>'", help="eml: who sends")
    merge.add_argument("--out", default=None, metavar="FOLDER", help="write to FOLDER/LETTER (default: output)")
    merge.add_argument(
        "--jobs", type=_at_least_one, default=0, metavar="N", help="processes (default: one for each core)"
    )
    merge.add_argument(
        "--cluster",
        default="",
        metavar="tcp://HOST:PORT",
        help="let the workers of a Dask scheduler make the copies; --out may be any address, as s3://BUCKET/FOLDER",
    )
    merge.add_argument("--resume", action="store_true", help="go on with a merge that was stopped")
    merge.add_argument("--again", action="store_true", help="begin anew, whatever was merged before")
    merge.add_argument("--add", action="store_true", help="add these addressees to the merge that is finished here")
    merge.add_argument("--dry-run", action="store_true", help="tell what would be made, and write nothing")
    _add_report(merge)
    merge.add_argument(
        "--preview", action="store_true", help="put the copies worth seeing on a contact sheet, and make no others"
    )
    merge.add_argument("--full-layout", action="store_true", help="lay out every copy in full, for comparison")
    merge.add_argument("--no-source", dest="source", action="store_false", help="files that do not carry their letter")


def add_choices(parser: argparse.ArgumentParser) -> None:
    """What says which list, and who of it."""
    parser.add_argument("--query", default="", metavar="SELECT", help="what to ask a database")
    parser.add_argument(
        "--sheet", default="", metavar="NAME", help="the sheet of an .xlsx file (default: the first that is not hidden)"
    )
    parser.add_argument(
        "--fallback", default="", metavar="LANGUAGE", help="for those who chose no language that the letter is in"
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE[,VALUE]",
        help="only these addressees; also COLUMN!=VALUE; may stand several times",
    )
    parser.add_argument("--sort", default="", metavar="COLUMN[,COLUMN]", help="in this order; -COLUMN: the last first")
    parser.add_argument("--sample", type=_at_least_one, default=0, metavar="N", help="only N of them, always the same")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID[,ID]",
        help="only these; may stand several times; '\"A,B\"' is one id that has a comma",
    )
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out rows that are wrong, and write them into a file"
    )


def _add_diff(commands: Any) -> None:
    diff = _add(
        commands,
        "diff",
        "show what a reader would notice between two versions of a letter",
        "OLD and NEW are files, or files in git revisions (main:letters/x.yaml).",
    )
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", nargs="?", default=None, metavar="NEW", help="default: the file as it is now")
    diff.add_argument("--languages", type=_names, default=(), metavar="en,es", help="default: each letter's own")
    diff.add_argument("--format", choices=("text", "json"), default="text")


def _add_traces(commands: Any) -> None:
    source = _add(commands, "source", "print the letter that a Word file or a PDF was made from")
    source.add_argument("file", metavar="FILE")
    source.add_argument("--facts", action="store_true", help="how the file was made, as JSON, instead of the letter")
    source.add_argument("--out", default=None, metavar="FOLDER", help="write the letter and its pictures there")
    verify = _add(
        commands,
        "verify",
        "tell whether files are what their sources make, and whether their signatures hold",
        "Each file is built again, with the packs here, from the letter that it carries, and compared byte by byte. "
        "Nothing is fetched from the network.",
    )
    verify.add_argument(
        "files", nargs="*", metavar="FILE", help="Word files, PDFs, or folders of them; default: output"
    )
    verify.add_argument(
        "--trust", action="append", default=[], metavar="FILE", help="a certificate to trust; may stand several times"
    )
    verify.add_argument(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help="a list of revoked certificates, the same",
    )
    verify.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_packs(commands: Any) -> None:
    _add(commands, "schema", "print the JSON Schema of a letter, for editors")
    template = _add(commands, "template", "look into template packs")
    actions = template.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=_Parser)
    _add(actions, "list", "list the packs, their kinds of letters and their lists of addressees")
    check = _add(actions, "check", "find what is wrong with a pack's templates")
    check.add_argument("name", nargs="?", default="itu", metavar="PACK", help="default: itu")
    check.add_argument(
        "--repair", action="store_true", help="mend letter.docx where that is safe; the old file is kept"
    )
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to list them (default: text)")
    fields = _add(actions, "fields", "list what a pack's templates ask for")
    fields.add_argument("name", nargs="?", default="itu", metavar="PACK", help="default: itu")


def _add_sign(commands: Any) -> None:
    sign = _add(
        commands,
        "sign",
        "sign PDF files",
        "The key is a file (--key) or in a token (--pkcs11). Its pass phrase, or the token's PIN, is asked for at the\n"
        "terminal, or read from the first line of --passphrase-file or --passphrase-fd; it never stands on a command\n"
        "line. Either all files are signed, or none. Only --timestamp uses the network.",
    )
    sign.add_argument("files", nargs="+", metavar="FILE.pdf")
    sign.add_argument("--key", metavar="FILE", help="PKCS#12 (.p12, .pfx) or PEM")
    sign.add_argument("--certificate", metavar="FILE", help="its certificate and those above it, if not beside the key")
    sign.add_argument("--pkcs11", metavar="MODULE", help="the library of a token that holds the key")
    sign.add_argument("--token", metavar="LABEL", help="which token")
    sign.add_argument("--key-label", metavar="LABEL", help="which key in it")
    sign.add_argument("--passphrase-file", metavar="FILE", help="one that only you can read")
    sign.add_argument("--passphrase-fd", type=_descriptor, metavar="N", help="an open file descriptor; 0 is the input")
    sign.add_argument("--timestamp", metavar="URL", help="a time-stamp server's address (RFC 3161)")
    sign.add_argument("--visible", action="store_true", help="draw a block at the signature's place")
    sign.add_argument("--box", type=_box, metavar="PAGE,X,Y,W,H", help="draw it there: mm from the page's top left")
    sign.add_argument("--pack", default="itu", help="the template pack whose fonts the block has (default: itu)")
    for name in ("name", "reason", "location"):
        sign.add_argument(f"--{name}", default="", metavar="TEXT", help=f"the {name} that the signature tells")
    sign.add_argument("--out", metavar="FOLDER", help="write the signed files there, and leave FILE.pdf as it is")
    # What is typed by habit is refused without showing it again.
    secrets = ("-p", "--pass", "--passphrase", "--pass-phrase", "--password", "--passwd", "--pin")
    sign.add_argument(*secrets, nargs="?", action=_NeverHere, const="--passphrase-file", help=argparse.SUPPRESS)


def _add_send(commands: Any) -> None:
    send = _add(
        commands,
        "send",
        "send a letter by e-mail to each of many addressees, in the language that each chose",
        "What is about to be sent is told first, and sent when you say yes. Nobody gets a letter twice; what the\n"
        "server may have or not is listed, for you to decide. The password is asked for at the terminal, or read from\n"
        "the first line of --password-file or --password-fd; it never stands on a command line.",
    )
    send.add_argument("letter", metavar="LETTER", help="a letter's file, or its name in letters/")
    send.add_argument("addressees", nargs="?", metavar="ADDRESSEES", help="a list's file, or a database's URL")
    send.add_argument("--smtp", metavar="URL", help="smtp://host:587 (STARTTLS) or smtps://host (TLS)")
    send.add_argument("--from", dest="sender", metavar="'NAME <ADDRESS>'", help="who sends")
    send.add_argument("--reply-to", metavar="'NAME <ADDRESS>'", help="where answers go (default: to who sends)")
    send.add_argument(
        "--formats", type=_names, default=("pdf",), metavar="pdf,docx", help="what is attached (default: pdf)"
    )
    send.add_argument("--to-self", metavar="ADDRESS", help="send three samples there, and nothing else")
    send.add_argument("--yes", action="store_true", help="send without asking")
    _add_ways_on(send)
    _add_server(send)
    add_choices(send)
    send.add_argument("--out", default=None, metavar="FOLDER", help="the ledger is in FOLDER/LETTER (default: output)")
    send.set_defaults(kind="send", full_layout=False, source=True)
    secrets = ("-p", "--pass", "--password", "--passwd", "--passphrase")
    send.add_argument(*secrets, nargs="?", action=_NeverHere, const="--password-file", help=argparse.SUPPRESS)


def _add_ways_on(send: argparse.ArgumentParser) -> None:
    """What to do with a sending that was begun."""
    send.add_argument("--resume", action="store_true", help="go on with a sending that was stopped")
    send.add_argument("--add", action="store_true", help="also to these addressees, besides those who were sent to")
    send.add_argument("--retry", action="store_true", help="also the messages that failed")
    send.add_argument(
        "--decide",
        type=_decision,
        action="append",
        default=[],
        metavar="ID=sent|again",
        help="what became of a message that is in doubt; may stand several times",
    )
    send.add_argument(
        "--changed",
        choices=("rest", "all"),
        help="the letter has changed since some were sent: the new one goes to the rest, or to all",
    )


def _add_server(send: argparse.ArgumentParser) -> None:
    """How fast messages go, and how to be let in to the server."""
    send.add_argument("--rate", type=_number, default=60.0, metavar="N", help="messages a minute (60; 0: no limit)")
    send.add_argument(
        "--per-connection", type=_several, default=100, metavar="N", help="messages on one connection (100)"
    )
    send.add_argument(
        "--tries",
        type=int,
        choices=range(1, 7),
        default=6,
        metavar="N",
        help="of what the server puts off: 1 to 6 (default: 6, in 75 minutes)",
    )
    send.add_argument(
        "--wait", type=_seconds, default=60.0, metavar="SECONDS", help="before the second try (60); later ones: longer"
    )
    send.add_argument("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="for one answer (default: 60)")
    send.add_argument("--user", default="", metavar="NAME", help="who logs in (default: nobody, or URL's)")
    send.add_argument("--password-file", metavar="FILE", help="one that only you can read")
    send.add_argument("--password-fd", type=_descriptor, metavar="N", help="an open file descriptor; 0 is the input")
    send.add_argument("--trust", metavar="FILE", help="a certificate to trust besides the system's")
    send.add_argument("--plain", action="store_true", help="without encryption, for a server on this machine")


class _NeverHere(argparse.Action):
    """Refuses a secret on the command line, and does not repeat it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.error(
            "a pass phrase, PIN or password may not stand on the command line, where others on this machine can read\n"
            f"it; leave it out, and it is asked for, or use {self.const} (and choose another one: this one was shown)"
        )


def _decision(text: str) -> tuple[str, str]:
    id, equals, word = text.rpartition("=")
    if not (id and equals and word in ("sent", "again")):
        raise argparse.ArgumentTypeError(f"'{text}' is not ID=sent or ID=again")
    return id, word


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number")
    return number


def _seconds(text: str) -> float:
    if not (number := _number(text)):
        raise argparse.ArgumentTypeError("0 seconds are too few")
    return number


def _several(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 1_000_000):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of messages")
    return int(text)


def _descriptor(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("give the number of an open file descriptor")  # and do not show what it is
    return int(text)


def _box(text: str) -> tuple[int, float, float, float, float]:
    try:
        page, *numbers = text.split(",")
        left, top, width, height = map(float, numbers)
        return int(page), left, top, width, height
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not PAGE,X,Y,WIDTH,HEIGHT, in mm: 1,30,240,75,12") from None


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 on")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError("name at least one")
    return names


def _column(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not (column and equals):
        raise argparse.ArgumentTypeError(f"'{text}' is not COLUMN=VALUE")
    return column, value
