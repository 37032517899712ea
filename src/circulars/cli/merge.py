"""``circulars merge``: one letter to many addressees."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from circulars.build import FORMATS, Workspace, known_formats, shown
from circulars.cli import status
from circulars.cli.adding import command_to_add, list_file
from circulars.cli.show import plural, print_many, print_problems, progress, size
from circulars.errors import LetterError, MachineError, Place, Problem, UsageError, visible
from circulars.files.output import save_all, take_away
from circulars.merge.looking.estimate import Estimate, estimate
from circulars.merge.looking.window import beyond_window
from circulars.merge.making.run import Merge, Summary
from circulars.merge.making.work import Crew
from circulars.merge.paper.stock import check_skip, envelope_of, labels_of
from circulars.merge.planning.ledger import Ledger
from circulars.merge.planning.opening import ledger_path, open_merge
from circulars.merge.planning.order import FIELDED, MergeOrder
from circulars.merge.post.mailbox import read_mailbox
from circulars.model.letter import Letter
from circulars.source.addressees import AddresseeList, open_list, parse_only
from circulars.source.letters import read_letter

_STOPPED = 130
_NAMED = 10
"""How many addressees a line of the summary names."""


def run(options: argparse.Namespace, workspace: Workspace, source: Callable[[str], Path]) -> int:
    """The exit code of ``merge``; ``source`` finds a letter's file by what was typed."""
    for report in options.report:
        status.writer_of(report)  # whoever asks for one that there is not should know it first
    order = _printed(order_of(options), options)
    path = source(options.letter)
    letter = read_letter(path, shown(path, workspace))
    listed = open_list(options.addressees, query=options.query, sheet=options.sheet, folder=workspace.folder)
    folder = folder_of(options, letter, workspace)
    read_from = list_file(options, workspace)
    if options.preview:
        shown_as = _shown_order(order, options)
        with trial(folder, shown_as.kind, is_copy=options.add) as ledger:
            merge = Merge(letter, listed, workspace, shown_as, folder, ledger, add=options.add, read_from=read_from)
            return _preview(merge, folder, again=options.again)
    started = time.monotonic()
    if options.dry_run:
        return _dry_run(options, letter, listed, workspace, order, folder, started)
    with open_merge(folder, order.kind) as ledger, _crew(options, order) as crew:
        merge = Merge(letter, listed, workspace, order, folder, ledger, crew, add=options.add, read_from=read_from)
        merge = _on_machines(options, merge)
        try:
            with _looking(merge):
                merge.plan(resume=options.resume, again=options.again)
        except LetterError as error:
            return _tell(error, merge)
        rejected = merge.save_rejected()
        try:
            _make(merge)
        except KeyboardInterrupt as interrupt:
            print(_stopped(merge), file=sys.stderr)
            return getattr(interrupt, "exit_code", _STOPPED)
        except LetterError as error:
            return _tell(error, merge)
        except MachineError as error:
            print_problems(error.problems, sys.stderr)
            print(_stopped(merge), file=sys.stderr)
            return error.exit_code
        print_many(merge.planner.read.problems, sys.stderr, merge.planner.read.faults)
        _print_summary(merge.summary(), time.monotonic() - started, sys.stdout)
        if merge.changed:
            changed = " and ".join(merge.changed)
            print(f"{changed} changed since the merge that was here: copies that were made then are other ones")
        if rejected:
            count = len(merge.planner.read.rejected)
            tell_rejected(count, command_to_add(options, rejected, workspace), rejected, sys.stdout)
        _tell_beyond_window(merge, sys.stdout)
        tell_doubts(merge, sys.stdout)
    for report in options.report:
        status.write_report(report, folder, order.kind)
    return 0


def order_of(options: argparse.Namespace) -> MergeOrder:
    """What the command's options ask for; of those that ``send`` has, too."""
    usual = {"eml": ("pdf",), "print": ("pdf",), "labels": (), "envelopes": ()}.get(options.kind, FORMATS)
    return MergeOrder(
        kind=options.kind,
        formats=known_formats(options.formats or usual),
        fallback=options.fallback,
        where=tuple(options.where),
        sort=options.sort,
        sample=options.sample,
        only=tuple(dict.fromkeys(id for text in options.only for id in parse_only(text).ids)),
        skip_bad=options.skip_bad,
        whole=options.full_layout,
        source=options.source,
    )


def _shown_order(order: MergeOrder, options: argparse.Namespace) -> MergeOrder:
    """The order whose plan is told or shown, and not carried out."""
    if not options.preview or options.add:
        return order
    from circulars.merge.looking.preview import preview_order  # it reads PDFs, which a merge does not

    return preview_order(order)


def _printed(order: MergeOrder, options: argparse.Namespace) -> MergeOrder:
    """The order with what it says of paper and drafts."""
    check_use(options)
    stock = options.labels or options.envelope
    return replace(order, stock=stock, skip=options.skip, duplex=options.duplex, sender=options.sender)


def check_use(options: argparse.Namespace) -> None:
    """Refuses options that the kind of output does not have.

    Raises:
        UsageError: some do not fit it, or one is missing.
    """
    of_kinds = {
        "labels": (("--labels", options.labels), ("--skip", options.skip)),
        "envelopes": (("--envelope", options.envelope),),
        "print": (("--duplex", options.duplex),),
        "eml": (("--from", options.sender),),
    }
    for kind, given in of_kinds.items():
        for name, value in given:
            if value and options.kind != kind:
                raise UsageError(Problem(Place(), "wrong-option", f"{name} is only for --as {kind}"))
    if options.resume and options.again:
        fact, hint = "--resume goes on with what was begun, --again begins anew", "leave out one of the two"
        raise UsageError(Problem(Place(), "wrong-option", fact, hint))
    # What a name or a number is wrong for must be known before an earlier merge's ledger is touched.
    if options.kind == "labels":
        check_skip(labels_of(options.labels), options.skip)
    elif options.kind == "envelopes":
        envelope_of(options.envelope)
    elif options.sender:
        read_mailbox(options.sender)
    if options.kind == "eml" and not options.sender:
        fact, hint = "a draft needs somebody who sends it", "--from 'TSB <tsb@example.int>'"
        raise UsageError(Problem(Place(), "missing-option", fact, hint))
    if options.kind == "print" and set(options.formats) - {"docx", "pdf"}:
        raise UsageError(Problem(Place(), "wrong-option", "only docx and pdf can be printed"))
    if options.kind in ("labels", "envelopes") and options.formats:
        raise UsageError(Problem(Place(), "wrong-option", f"{options.kind} are PDF", "leave out --formats"))


def folder_of(options: argparse.Namespace, letter: Letter, workspace: Workspace) -> Path:
    """Where the copies go, and the ledger: a folder of the letter's name.

    A cluster's copies may go to an address; what goes to each has a ledger, and a folder for it, of its own.

    Raises:
        UsageError: an address is named, and no cluster.
    """
    if options.out and "://" in options.out:
        if not options.cluster:
            fact, hint = "--out is an address, and one machine writes into a folder", "name a folder, or --cluster"
            raise UsageError(Problem(Place(), "not-a-folder", fact, hint))
        return folder_of_address(options.out, workspace) / letter.name
    return (Path(options.out) if options.out else workspace.output) / letter.name


def folder_of_address(address: str, workspace: Workspace) -> Path:
    """Where the ledgers are of what goes to an address."""
    words = re.sub(r"[^A-Za-z0-9.]+", "-", address).strip("-.")
    return workspace.output / f"{words}-{sha256(address.encode()).hexdigest()[:8]}"


@contextmanager
def _crew(options: argparse.Namespace, order: MergeOrder) -> Iterator[Crew]:
    """The processes of this machine; letters are joined by one alone, and a cluster has its own."""
    alone = options.cluster or order.kind == "print"
    crew = Crew(1 if alone else options.jobs, ("pdf",) if order.kind in FIELDED else order.formats)
    try:
        yield crew
    finally:
        crew.end()


def _on_machines(options: argparse.Namespace, merge: Merge) -> Merge:
    """The merge on this machine, or by the workers of the cluster that the options name."""
    if not options.cluster:
        return merge
    from circulars.merge.cluster.workers import ClusterMerge

    address = options.out if options.out and "://" in options.out else merge.folder.parent.resolve().as_uri()
    of = (merge.letter, merge.listed, merge.workspace, merge.order, merge.folder, merge.ledger)
    return ClusterMerge(*of, add=merge.add, read_from=merge.read_from).on(options.cluster, address)


def _tell(error: LetterError, merge: Merge) -> int:
    """Prints what is wrong with the list or the letter; nothing has been written."""
    read, name = merge.planner.read, merge.listed.name
    lines = [problem.where.line for problem in error.problems if problem.where.file == name and problem.where.line > 1]
    faults, faulty = max(len(lines), read.faults), max(len(set(lines)), read.faulty)
    print_many(error.problems, sys.stderr, faults)
    if faults:
        rows = f"{faulty:,} of {read.rows:,} {plural(read.rows, 'row')}"
        print(f"nothing was merged: {faults:,} {plural(faults, 'problem')} in {rows}", file=sys.stderr)
    if 0 < faulty < read.rows and all(problem.code != "missing-column" for problem in error.problems):
        rest = "the rejected rows into a file; --add adds them when they are mended"
        print(f"--skip-bad merges the others, and writes {rest}", file=sys.stderr)
    return error.exit_code


def tell_rejected(count: int, command: str, rejected: Path, stream: TextIO) -> None:
    """Prints where the rows are that were left out, and what to type when they are mended."""
    print(f"{count:,} {plural(count, 'row')} rejected: mend {rejected}, then type", file=stream)
    print(f"  {command}", file=stream)


@contextmanager
def trial(folder: Path, kind: str, *, is_copy: bool) -> Iterator[Ledger]:
    """A ledger that is gone at the end of the block, with its folder; at first a copy of another's, perhaps."""
    path = ledger_path(folder, kind)
    with tempfile.TemporaryDirectory() as scratch, open_merge(Path(scratch), kind) as ledger:
        if is_copy and path.is_file() and path.stat().st_size:
            with closing(Ledger(path, reading=True)) as there:
                there.copy_into(ledger)
        yield ledger


def _dry_run(
    options: argparse.Namespace, letter: Letter, listed: AddresseeList, workspace: Workspace, order: MergeOrder,
    folder: Path, started: float,
) -> int:  # fmt: skip
    """Prints what would be made; nothing is written but in a folder that is gone afterwards."""
    with trial(folder, order.kind, is_copy=True) as ledger, _crew(options, order) as crew:
        read_from = list_file(options, workspace)

        def begun() -> Merge:
            merge = Merge(letter, listed, workspace, order, folder, ledger, crew, add=options.add, read_from=read_from)
            merge.planner.seeks_room = True  # of an address that has none is told here, too
            return merge

        merge, refusal = begun(), None
        address = _on_machines(options, merge).address
        try:
            try:
                with _looking(merge):
                    merge.plan(resume=options.resume and options.add, again=options.resume or options.again)
            except UsageError as error:
                if any(problem.code != "finished-merge" for problem in error.problems):
                    raise
                refusal, merge = error, begun()  # a look at a part of the list is worth having all the same
                with _looking(merge):
                    merge.plan(again=True)
            merge.folder = ledger.path.parent  # some copies are made, to see how long it takes
            if order.kind in FIELDED and not order.skip_bad:
                started = time.monotonic()  # a merge finds out who has no room while it prints
            _tell_plan(merge, address, started)
        except LetterError as error:
            return _tell(error, merge)
    if refusal:
        print_problems(refusal.problems, sys.stderr)
    return refusal.exit_code if refusal else 0


def _tell_plan(merge: Merge, to: str, started: float) -> None:
    told = estimate(merge, time.monotonic, started)
    about = "" if told.is_exact else "about "
    people = f"{told.addressees:,} {plural(told.addressees, 'addressee')}"
    print(f"{people}, {_made_of(merge.order, told)}")
    if merge.add:
        print(f"added: {told.addressees - merge.first:,}; there already: {merge.first:,}")
    print(f"by language: {_counted(told.languages)}")
    if any(told.categories):
        print(f"by category: {_counted(told.categories)}")
    if told.audiences > 1:
        print(f"{told.audiences} audiences: they get different parts of the letter")
    if told.copies:
        print(f"laid out in full: {about}{told.whole:,}")
    processes = f"{told.jobs:,} {plural(told.jobs, 'process', 'processes')}"
    print(f"{about}{size(told.bytes)}, about {told.seconds:,.1f} s with {processes} of this machine")
    print(f"to: {to}")
    read = merge.planner.read
    if read.fell_back:
        get = plural(read.fell_back, "gets", "get")
        print(f"{read.fell_back:,} chose no language of the letter, and {get} '{merge.order.fallback}'")
    if read.rejected:
        print(f"{len(read.rejected):,} {plural(len(read.rejected), 'row')} would be rejected")
        print_many(read.problems, sys.stderr, read.faults)
    _tell_beyond_window(merge, sys.stdout)
    tell_doubts(merge, sys.stdout)
    print("nothing was written (--dry-run)", file=sys.stderr)


def _tell_beyond_window(merge: Merge, stream: TextIO) -> None:
    """Prints whose address an envelope's window does not show whole: all of it stands on the page."""
    if not (long := list(beyond_window(merge))):
        return
    named = ", ".join(f"{visible(entry.id)} (row {entry.row:,})" for entry in long[:_NAMED])
    more = f" and {len(long) - _NAMED:,} more" if len(long) > _NAMED else ""
    has = plural(len(long), "addressee has", "addressees have")
    print(f"{len(long):,} {has} more lines than an envelope's window shows: {named}{more}", file=stream)
    print("    shorten them in the list, or take envelopes without a window", file=stream)


def tell_doubts(merge: Merge, stream: TextIO) -> None:
    """Prints what a person should look at in the list, though nothing is wrong with it."""
    print_problems(merge.planner.doubts(), stream)


def _made_of(order: MergeOrder, told: Estimate) -> str:
    """How many copies would be made; or on how many sheets the addresses would be, or envelopes."""
    count = told.addressees
    if order.kind == "labels":
        sheet = labels_of(order.stock)
        sheets = -(-(count + order.skip) // sheet.fields)
        return f"{count:,} {plural(count, 'label')} on {sheets:,} {plural(sheets, 'sheet')} of {sheet.name}"
    if order.kind == "envelopes":
        return f"{count:,} {plural(count, 'envelope')} of {envelope_of(order.stock).name}"
    return f"{told.copies:,} {plural(told.copies, 'copy', 'copies')} as {order.kind}"


def _preview(merge: Merge, folder: Path, *, again: bool) -> int:
    """Writes a contact sheet of the copies that are worth seeing, and nothing else; tells what is on it."""
    from circulars.merge.looking.preview import outdated, preview

    try:
        merge.plan(again=again)
    except LetterError as error:
        return _tell(error, merge)
    made = preview(merge)
    paths = save_all(folder, made.files)
    take_away(folder, outdated(folder, made.files))
    for line in made.about:
        print(line)
    for one in made.shown:
        print(f"{one.name}  {one.facts}")
        for remark in one.remarks:
            print(f"    {remark}")
    tell_doubts(merge, sys.stdout)
    print("look at:")
    for path in paths:
        print(f"  {path}")
    return 0


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name or '(none)'} {count:,}" for name, count in counts.items())


@contextmanager
def _looking(merge: Merge) -> Iterator[None]:
    """A bar while it is looked for who has no room on a label or an envelope, which takes long for many."""
    with ExitStack() as until_end:
        shown: list[Callable[[int, str], None]] = []

        def looked(count: int) -> None:
            if not shown:
                shown.append(until_end.enter_context(progress("looking for room", None, sys.stderr)))
            shown[0](count, "")

        merge.planner.looked = looked
        yield


def _make(merge: Merge) -> None:
    with progress("merging", int(merge.facts["count"]), sys.stderr) as tell:
        merge.run(lambda progress: tell(progress.done, progress.language))


def _stopped(merge: Merge) -> str:
    done, total = merge.ledger.written(), int(merge.facts["count"])
    again = "the same command with --resume goes on"
    return f"stopped after {done:,} of {total:,} addressees; what was written is whole; {again}"


def _print_summary(summary: Summary, seconds: float, stream: TextIO) -> None:
    """Prints what became of a merge: counts, where, how long, and what needs a person."""
    languages = _counted(summary.languages)
    people = f"{summary.addressees:,} {plural(summary.addressees, 'addressee')}"
    copies = f", {summary.copies:,} {plural(summary.copies, 'copy', 'copies')}" if summary.copies else ""
    print(f"{people} ({languages}){copies}", file=stream)
    if summary.added:
        print(f"added: {summary.added:,}; there before: {summary.addressees - summary.added:,}", file=stream)
    if summary.names:
        for name in summary.names:
            path = Path(summary.path, name)
            print(f"{path}  {size(path.stat().st_size)}", file=stream)
        print(f"in {seconds:.1f} s", file=stream)
    else:
        print(f"{summary.path}  {size(summary.bytes)} in {seconds:.1f} s", file=stream)
    if summary.whole:
        why = "(--full-layout)" if summary.every_whole else "because a value could move a line"
        print(f"{summary.whole:,} {plural(summary.whole, 'copy', 'copies')} laid out in full {why}", file=stream)
    if summary.fell_back:
        get = plural(summary.fell_back, "gets", "get")
        print(f"{summary.fell_back:,} chose no language of the letter, and {get} the fallback", file=stream)
    if summary.former:
        stand, are = plural(summary.former, "file stands", "files stand"), plural(summary.former, "is", "are")
        print(f"{summary.former:,} {stand} here from an earlier merge, too, and {are} none of these", file=stream)
