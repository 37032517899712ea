"""Arguments of ``merge`` and ``merge status``."""

from __future__ import annotations

import argparse

from circulars.cli.parsing import LETTER, Parser, add_command, add_key, add_output_options, add_required_approvals
from circulars.cli.values import at_least_one, names
from circulars.formats import FORMATS, WRITERS

# Importing typing would take longer than everything else here; see `parsing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _status_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="circulars merge status",
        description="Show the progress of merges, and what became of the messages.",
        epilog="Reads the ledgers beside the copies, and changes nothing.",
    )
    parser.add_argument(
        "letters", nargs="*", metavar="LETTER", help="a letter's file, or its name (default: all that were merged)"
    )
    _add_report(parser)
    parser.add_argument("--signed", action="store_true", help="sign the reports: FILE.p7s beside each, with --key")
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        metavar="FILE",
        help="hold a report, a copy, an attachment or a message against the record; may be repeated",
    )
    add_key(parser)
    parser.add_argument("--out", default=None, metavar="FOLDER", help="where they were merged to (default: output)")
    parser.set_defaults(command="merge status")
    return parser


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FILE",
        help="what became of each addressee, as .csv, .xlsx or .html; may be repeated",
    )


def add_merge(commands: Any) -> None:
    merge = add_command(
        commands,
        "merge",
        "write a letter for each of many addressees, in the language that each chose",
        "ADDRESSEES is a list (.csv, .xlsx, .ods, .yaml, .vcf, .ldif) or a database's URL with --query. Nothing is\n"
        "written when a row is wrong. --resume continues a merge that was stopped; 'circulars merge status' shows how\n"
        "far merges are.",
    )
    merge.alternatives["status"] = _status_parser
    merge.add_argument("letter", metavar="LETTER", help=LETTER)
    merge.add_argument("addressees", metavar="ADDRESSEES", help="a list's file, or sqlite:///… or postgresql://…")
    add_addressee_options(merge)
    merge.add_argument(
        "--as",
        dest="kind",
        choices=("files", "zip", "print", "labels", "envelopes", "eml"),
        default="files",
        help="files (default): one for each; zip: one ZIP; print: one PDF; labels; envelopes; eml: drafts",
    )
    merge.add_argument(
        "--formats",
        type=names,
        default=(),
        metavar=",".join(WRITERS),
        help=f"default: {','.join(FORMATS)}; to print: pdf",
    )
    merge.add_argument("--duplex", action="store_true", help="print: each letter begins on a sheet of its own")
    merge.add_argument(
        "--labels",
        default="",
        metavar="SHEET",
        help="labels: which sheets, by their name: L7160 (the default), L7163, 5160 …",
    )
    merge.add_argument(
        "--skip",
        type=int,
        default=0,
        metavar="N",
        help="labels: how many on the first sheet (with --add: on the next) are already used",
    )
    merge.add_argument("--envelope", default="", metavar="SIZE", help="envelopes: C4, C5 (default), C6, DL")
    merge.add_argument("--from", dest="sender", default="", metavar="'NAME <ADDRESS>'", help="eml: who sends")
    add_message_options(merge, "eml: ")
    merge.add_argument("--out", default=None, metavar="FOLDER", help="write to FOLDER/LETTER (default: output)")
    merge.add_argument(
        "--jobs", type=at_least_one, default=0, metavar="N", help="processes (default: one for each core)"
    )
    _add_cluster(merge)
    merge.add_argument("--resume", action="store_true", help="continue a merge that was stopped")
    merge.add_argument("--again", action="store_true", help="start over, whatever was merged before")
    merge.add_argument("--add", action="store_true", help="add these addressees to a finished merge")
    merge.add_argument("--dry-run", action="store_true", help="show what would be made, and write nothing")
    _add_report(merge)
    merge.add_argument(
        "--preview", action="store_true", help="put the copies worth checking on a contact sheet, and make no others"
    )
    merge.add_argument("--full-layout", action="store_true", help="lay out every copy in full, for comparison")
    add_output_options(merge)
    add_required_approvals(merge, "merge")


def _add_cluster(merge: argparse.ArgumentParser) -> None:
    """Options for the scheduler of a cluster, and for TLS."""
    merge.add_argument(
        "--cluster",
        default="",
        metavar="tls://HOST:PORT",
        help="let the workers of a Dask scheduler make the copies; --out may be any address, as s3://BUCKET/FOLDER",
    )
    merge.add_argument("--cluster-authority", default="", metavar="FILE", help="the certificate of its authority")
    merge.add_argument("--cluster-certificate", default="", metavar="FILE", help="this machine's certificate for it")
    merge.add_argument("--cluster-key", default="", metavar="FILE", help="the key of that certificate")
    merge.add_argument("--insecure-cluster", action="store_true", help="allow a scheduler without TLS (tcp://…)")


def add_message_options(parser: argparse.ArgumentParser, kind: str = "") -> None:
    """Options for what messages have besides the letter. ``kind`` begins the help of each."""
    named, several = "'NAME <ADDRESS>'", "; may be repeated"
    parser.add_argument(
        "--reply-to", default="", metavar=named, help=f"{kind}where answers go (default: to the sender)"
    )
    parser.add_argument(
        "--cc", action="append", default=[], metavar=named, help=f"{kind}gets a copy of every message{several}"
    )
    parser.add_argument(
        "--bcc", action="append", default=[], metavar=named, help=f"{kind}the same, unseen by the others{several}"
    )
    parser.add_argument(
        "--attach", action="append", default=[], metavar="FILE", help=f"{kind}attached to every message{several}"
    )
    parser.add_argument(
        "--attach-folder",
        default="",
        metavar="FOLDER",
        help=f"{kind}where the files are that the column 'attachment' names",
    )
    parser.add_argument(
        "--unsubscribe",
        action="append",
        default=[],
        metavar="URL",
        help=f"{kind}where to unsubscribe: mailto:ADDRESS, or https://… with {{token}} for one click{several}",
    )
    parser.add_argument(
        "--no-auto-replies", action="store_true", help=f"{kind}ask for no automatic replies (out of office)"
    )


def add_addressee_options(parser: argparse.ArgumentParser) -> None:
    """Options that choose the list, and the addressees in it."""
    parser.add_argument("--query", default="", metavar="SELECT", help="the query for a database")
    parser.add_argument(
        "--sheet", default="", metavar="NAME", help="the sheet of a workbook (default: the first that is not hidden)"
    )
    parser.add_argument(
        "--encoding",
        default="",
        metavar="NAME",
        help="of a list that is text: windows-1252 … (default: what its bytes show)",
    )
    parser.add_argument("--hidden", action="store_true", help="also the hidden and filtered rows of a workbook")
    parser.add_argument(
        "--columns",
        action="append",
        default=[],
        metavar="COLUMN=HEAD[,HEAD][+HEAD]",
        help="what a column is made of, as address=Street,ZIP+Town (comma: a new line); may be repeated",
    )
    parser.add_argument(
        "--fallback", default="", metavar="LANGUAGE", help="for addressees who chose none of the letter's languages"
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE[,VALUE]",
        help="only these addressees; also COLUMN!=VALUE; may be repeated",
    )
    parser.add_argument("--sort", default="", metavar="COLUMN[,COLUMN]", help="in this order; -COLUMN: descending")
    parser.add_argument("--sample", type=at_least_one, default=0, metavar="N", help="only N of them, always the same")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID[,ID]",
        help="only these; may be repeated; for an id that contains a comma write '\"A,B\"'",
    )
    parser.add_argument(
        "--once-per-address", action="store_true", help="one message per e-mail address, or letter per name and address"
    )
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out rows with problems, and write them to a file"
    )
    parser.add_argument(
        "--problems",
        default="",
        metavar="FILE",
        help="all problems of the list, as .csv or .xlsx (default: a file beside the copies, if they are many)",
    )
