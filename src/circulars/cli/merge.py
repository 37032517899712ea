"""``circulars merge``: one letter to many addressees."""

from __future__ import annotations

import argparse
import datetime
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO, TypedDict

from circulars.cli import status
from circulars.cli.adding import command_to_add
from circulars.cli.approvals import print_lacking, refuse_unapproved
from circulars.cli.found import NAMED, print_found, print_refused, save_found
from circulars.cli.show import plural, print_columns, print_problems, progress, size
from circulars.errors import MachineError, Place, Problem, UsageError, visible
from circulars.merge import front
from circulars.merge.front import BeyondWindow, DryRun, MergeOrder, MergeRefusedError, Progress, Scheduler, Summary
from circulars.model.letter import Letter
from circulars.render import known_formats
from circulars.source.addressees import AddresseeList, open_list, parse_only
from circulars.source.letters import read_letter
from circulars.workspace import Workspace, shown

_STOPPED = 130


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """Runs ``merge`` and returns its exit code. ``source`` finds a letter's file by its name."""
    for report in options.report:
        front.check_report(Path(report))  # an unknown kind of report is reported before the merge, not after it
    if options.problems:
        front.check_problem_file(Path(options.problems))
    _check_use(options)
    order = order_of(options)
    front.check_order(order)
    path = source(options.letter)
    letter = read_letter(path, shown(path, workspace), workspace.language_folders)
    if options.preview:
        refuse_unapproved(options, workspace, letter)
    listed = list_of(options, letter, workspace)
    try:
        if options.preview:
            return _preview(options, letter, listed, workspace, order)
        with ExitStack() as bars:
            if options.dry_run:
                code = _dry_run(options, letter, listed, workspace, order, _Bars(bars))
                return code or print_lacking(options, letter, workspace)
            return _merge(options, letter, listed, workspace, order, _Bars(bars))
    except MergeRefusedError as error:
        return _print_refusal(error, options, front.ledger_of(letter, workspace, order, out=options.out or ""))


def _merge(
    options: argparse.Namespace, letter: Letter, listed: AddresseeList, workspace: Workspace, order: MergeOrder,
    bars: _Bars,
) -> int:  # fmt: skip
    started = time.monotonic()
    ledger = front.ledger_of(letter, workspace, order, out=options.out or "")
    try:
        merged = front.run_merge(
            letter, listed, workspace, order, **_where(options), resume=options.resume,
            require_approval=options.require_approval, now=datetime.datetime.now(datetime.UTC),
            on_measured=bars.measured, on_planned=bars.planned, on_progress=bars.merged,
        )  # fmt: skip
    except KeyboardInterrupt as interrupt:
        if not bars.is_planned:
            raise
        bars.end()
        print(_stopped(ledger), file=sys.stderr)
        return getattr(interrupt, "exit_code", _STOPPED)
    except MachineError as error:
        if not bars.is_planned:
            raise
        bars.end()
        print_problems(error.problems, sys.stderr)
        print(_stopped(ledger), file=sys.stderr)
        return error.exit_code
    bars.end()
    print_found(merged.rejected.problems, merged.found, options, ledger, sys.stderr)
    _print_summary(merged.summary, time.monotonic() - started, sys.stdout)
    if used := _used_labels(order, merged.summary):
        assert order.sheet
        labels = f"{used:,} of {order.sheet.fields:,} labels"
        print(f"the last sheet has {labels} used: --add with --skip {used} begins after them")
    print_columns(merged.columns, sys.stdout)
    if merged.changed:
        changed = " and ".join(merged.changed)
        print(f"{changed} changed since the earlier merge here: its copies differ from these")
    if file := merged.rejected.file:
        command = command_to_add(options, file, workspace, skip=_used_labels(order, merged.summary))
        print_rejected(merged.rejected.count, command, file, sys.stdout)
    _print_beyond_window(merged.beyond_window, sys.stdout)
    print_problems(merged.warnings, sys.stdout)
    for report in options.report:
        status.write_report(report, merged.ledger)
    return 0


class _Where(TypedDict):
    """Arguments that a merge and its dry run share."""

    out: str
    again: bool
    add: bool
    jobs: int
    cluster: Scheduler | str


def _where(options: argparse.Namespace) -> _Where:
    files = (options.cluster_authority, options.cluster_certificate, options.cluster_key)
    cluster = Scheduler(options.cluster, *files, insecure=options.insecure_cluster) if options.cluster else ""
    return _Where(out=options.out or "", again=options.again, add=options.add, jobs=options.jobs, cluster=cluster)


class _Bars:
    """The progress bars of a merge: first while addresses are measured, then while copies are made."""

    def __init__(self, until_end: ExitStack) -> None:
        self._until_end = until_end
        self._show: Callable[[int, str], None] | None = None
        self.is_planned = False

    def measured(self, count: int) -> None:
        """Shows how many addresses have been measured."""
        if not self._show:
            self._show = self._until_end.enter_context(progress("measuring addresses", None, sys.stderr))
        self._show(count, "")

    def planned(self, total: int) -> None:
        """Starts the progress bar of the copies."""
        self.end()
        self._show = self._until_end.enter_context(progress("merging", total, sys.stderr))
        self.is_planned = True

    def merged(self, progress: Progress) -> None:
        """Shows how many copies have been made."""
        if self._show:
            self._show(progress.done, progress.language)

    def end(self) -> None:
        """Removes the progress bar."""
        self._until_end.close()
        self._show = None


def list_of(options: argparse.Namespace, letter: Letter, workspace: Workspace) -> AddresseeList:
    """The list that the options of ``merge`` or ``send`` name. What is resumed keeps the encoding of its list."""
    encoding = options.encoding
    if options.resume and not encoding:
        ledger = front.ledger_of(letter, workspace, order_of(options), out=options.out or "")
        encoding = front.planned_encoding(ledger, options.addressees)
    return open_list(
        options.addressees,
        query=options.query,
        sheet=options.sheet,
        hidden=options.hidden,
        columns=options.columns,
        encoding=encoding,
        folder=workspace.folder,
    )


def order_of(options: argparse.Namespace) -> MergeOrder:
    """The order that the options of ``merge`` or ``send`` describe."""
    return MergeOrder(
        kind=options.kind,
        formats=known_formats(options.formats or front.KINDS[options.kind].default_formats),
        fallback=options.fallback,
        where=tuple(options.where),
        sort=options.sort,
        sample=options.sample,
        only=tuple(dict.fromkeys(id for text in options.only for id in parse_only(text).ids)),
        skip_bad=options.skip_bad,
        once_per_address=options.once_per_address,
        whole=options.full_layout,
        source=options.source,
        stock=getattr(options, "labels", "") or getattr(options, "envelope", ""),
        skip=getattr(options, "skip", 0),
        duplex=getattr(options, "duplex", False),
        sender=options.sender if options.kind != "send" else "",
        reply_to=options.reply_to,
        cc=tuple(options.cc),
        bcc=tuple(options.bcc),
        attach=tuple(options.attach),
        attach_folder=options.attach_folder,
        unsubscribe=tuple(options.unsubscribe),
        no_auto_replies=options.no_auto_replies,
        bounces_to=getattr(options, "bounces_to", ""),
    )


def _check_use(options: argparse.Namespace) -> None:
    """Checks the options against the kind of output.

    Raises:
        UsageError: the kind of output does not have an option.
    """
    for kind, given in {"labels": options.labels, "envelopes": options.envelope}.items():
        if given and options.kind != kind:
            name = {"labels": "--labels", "envelopes": "--envelope"}[kind]
            raise UsageError(Problem(Place(), "wrong-option", f"{name} is only for --as {kind}"))
    if options.formats and not front.KINDS[options.kind].default_formats:
        raise UsageError(Problem(Place(), "wrong-option", f"{options.kind} are PDF", "leave out --formats"))


def _print_refusal(error: MergeRefusedError, options: argparse.Namespace, ledger: Path) -> int:
    """Prints the problems of the list or the letter, and returns the exit code. Nothing has been merged."""
    print_refused(error, options, ledger)
    if error.faults:
        rows = f"{error.faulty:,} of {error.rows:,} {plural(error.rows, 'row')}"
        print(f"nothing was merged: {error.faults:,} {plural(error.faults, 'problem')} in {rows}", file=sys.stderr)
    if 0 < error.faulty < error.rows and all(problem.code != "missing-column" for problem in error.problems):
        rest = "the rejected rows into a file; --add adds them once they are corrected"
        print(f"--skip-bad merges the others, and writes {rest}", file=sys.stderr)
    return error.exit_code


def print_rejected(count: int, command: str, rejected: Path, stream: TextIO) -> None:
    """Prints which file has the rejected rows, and the command that adds them once they are corrected."""
    print(f"{count:,} {plural(count, 'row')} rejected: correct {rejected}, then run", file=stream)
    print(f"  {command}", file=stream)
    if rejected.suffix == ".csv":
        excel = "in Excel, open it with Data, From Text/CSV, and 'Do not detect data types'"
        print(f"    {excel}: a double click loses zeros at the beginning of cells", file=stream)


def _dry_run(
    options: argparse.Namespace, letter: Letter, listed: AddresseeList, workspace: Workspace, order: MergeOrder,
    bars: _Bars,
) -> int:  # fmt: skip
    """Prints what would be made."""
    found = front.plan_merge(
        letter, listed, workspace, order, **_where(options), resume=options.resume, clock=time.monotonic,
        on_measured=bars.measured,
    )  # fmt: skip
    bars.end()
    _print_plan(found, order, added=options.add)
    ledger = front.ledger_of(letter, workspace, order, out=options.out or "")
    is_saved = print_found(found.rejected.problems, found.found, options, ledger, sys.stderr)
    _print_beyond_window(found.beyond_window, sys.stdout)
    print_problems(found.warnings, sys.stdout)
    print(f"nothing {'else ' if is_saved else ''}was written (--dry-run)", file=sys.stderr)
    if found.refusal:
        print_problems(found.refusal, sys.stderr)
        return UsageError.exit_code
    return 0


def _print_plan(found: DryRun, order: MergeOrder, *, added: bool) -> None:
    """Prints what would be made."""
    estimate = found.estimate
    about = "" if estimate.is_exact else "about "
    people = f"{estimate.addressees:,} {plural(estimate.addressees, 'addressee')}"
    print(f"{people}, {_made_of(order, found)}")
    if added:
        print(f"added: {found.added:,}; already in the merge: {found.already:,}")
    print(f"by language: {_counted(estimate.languages)}")
    if any(estimate.categories):
        print(f"by category: {_counted(estimate.categories)}")
    if estimate.audiences > 1:
        print(f"{estimate.audiences} audiences: they get different parts of the letter")
    if estimate.copies:
        print(f"laid out in full: {about}{estimate.whole:,}")
    processes = f"{estimate.jobs:,} {plural(estimate.jobs, 'process', 'processes')}"
    print(f"{about}{size(estimate.bytes)}, about {estimate.seconds:,.1f} s with {processes} on this machine")
    print(f"to: {found.address}")
    print_columns(found.columns, sys.stdout)
    if found.fell_back:
        get = plural(found.fell_back, "gets", "get")
        print(f"{found.fell_back:,} chose none of the letter's languages and {get} '{order.fallback}'")
    if count := found.rejected.count:
        print(f"{count:,} {plural(count, 'row')} would be rejected")


def _print_beyond_window(found: Sequence[BeyondWindow], stream: TextIO) -> None:
    """Prints the addressees whose address an envelope's window does not show whole. The page shows all of it."""
    if not found:
        return
    named = ", ".join(f"{visible(one.id)} (row {one.row:,})" for one in found[:NAMED])
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    has = plural(len(found), "addressee has", "addressees have")
    print(f"{len(found):,} {has} more lines than an envelope's window shows: {named}{more}", file=stream)
    print("    shorten them in the list, or use envelopes without a window", file=stream)


def _made_of(order: MergeOrder, found: DryRun) -> str:
    """The number of copies, envelopes or labels that would be made; for labels, the number of sheets as well."""
    count, stock = found.added or found.estimate.addressees, found.stock
    if not stock:
        return f"{found.estimate.copies:,} {plural(found.estimate.copies, 'copy', 'copies')} as {order.kind}"
    if stock.fields == 1:
        return f"{count:,} {plural(count, 'envelope')} of {stock.name}"
    sheets = -(-(count + order.skip) // stock.fields)
    return f"{count:,} {plural(count, 'label')} on {sheets:,} {plural(sheets, 'sheet')} of {stock.name}"


def _preview(
    options: argparse.Namespace, letter: Letter, listed: AddresseeList, workspace: Workspace, order: MergeOrder
) -> int:
    """Writes a contact sheet of the copies that are worth checking, and prints what is on it."""
    made = front.preview_merge(
        letter, listed, workspace, order, out=options.out or "", again=options.again, add=options.add
    )
    for line in made.about:
        print(line)
    print_columns(made.columns, sys.stdout)
    for one in made.shown:
        print(f"{one.name}  {one.facts}")
        for remark in one.remarks:
            print(f"    {remark}")
    print_problems(made.warnings, sys.stdout)
    ledger = front.ledger_of(letter, workspace, order, out=options.out or "")
    save_found(made.found, options, ledger, sys.stderr, is_cut=bool(made.found.counts))
    print("look at:")
    for path in made.files:
        print(f"  {path}")
    return 0


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name or '(none)'} {count:,}" for name, count in counts.items())


def _stopped(ledger: Path) -> str:
    state = front.merge_status(ledger)
    again = "the same command with --resume continues"
    return f"stopped after {state.done:,} of {state.total:,} addressees; what was written is complete; {again}"


def _print_files(summary: Summary, stream: TextIO) -> None:
    """Prints the files that hold all copies and, if a list was added, which ones to print now."""
    for name in summary.late:
        path = Path(summary.path, name)
        print(f"print now: {path}  {size(path.stat().st_size)}, the {summary.added:,} added", file=stream)
    for name in summary.names:
        path = Path(summary.path, name)
        everybody = f", all {summary.addressees:,}" if summary.late else ""
        print(f"{path}  {size(path.stat().st_size)}{everybody}", file=stream)


def _used_labels(order: MergeOrder, summary: Summary) -> int:
    """How many labels of the last sheet are used; 0 if all are, or if there are no labels."""
    if not order.sheet or order.sheet.fields == 1:
        return 0
    return (order.skip + (summary.added if summary.late else summary.addressees)) % order.sheet.fields


def _print_summary(summary: Summary, seconds: float, stream: TextIO) -> None:
    """Prints the result of a merge: counts, place, time, and what somebody should check."""
    languages = _counted(summary.languages)
    people = f"{summary.addressees:,} {plural(summary.addressees, 'addressee')}"
    copies = f", {summary.copies:,} {plural(summary.copies, 'copy', 'copies')}" if summary.copies else ""
    print(f"{people} ({languages}){copies}", file=stream)
    if summary.added:
        print(f"added: {summary.added:,}; already in the merge: {summary.addressees - summary.added:,}", file=stream)
    if summary.names:
        _print_files(summary, stream)
        print(f"in {seconds:.1f} s", file=stream)
    else:
        print(f"{summary.path}  {size(summary.bytes)} in {seconds:.1f} s", file=stream)
    if summary.whole:
        why = "(--full-layout)" if summary.every_whole else "because a value could move a line"
        print(f"{summary.whole:,} {plural(summary.whole, 'copy', 'copies')} laid out in full {why}", file=stream)
    if summary.fell_back:
        get = plural(summary.fell_back, "gets", "get")
        print(f"{summary.fell_back:,} chose none of the letter's languages and {get} the fallback", file=stream)
    if summary.former:
        are, belong = plural(summary.former, "file is", "files are"), plural(summary.former, "does", "do")
        print(f"{summary.former:,} {are} here from an earlier merge and {belong} not belong to this one", file=stream)
