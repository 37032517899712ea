"""Runs the commands. Those that need more than a few lines have a module of their own."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from circulars.build import Built, Order, build_files
from circulars.cache import open_cache
from circulars.cli.approvals import refuse_unapproved
from circulars.cli.show import (
    print_problems,
    print_summary,
    print_warnings,
    progress,
)
from circulars.errors import Place, Problem, UsageError, did_you_mean
from circulars.files.names import same
from circulars.files.output import save_sums
from circulars.render import known_formats
from circulars.workspace import Workspace

T = TypeVar("T")
_PICTURES = (".png", ".jpg", ".jpeg")


def run(options: argparse.Namespace) -> int:
    """Runs the command that the options name, and returns its exit code."""
    return _COMMANDS[options.command](options)


def _workspace(options: argparse.Namespace) -> Workspace:
    if not Path(options.folder).is_dir():
        raise UsageError(Problem(Place(options.folder), "no-such-folder", "there is no such folder"))
    # Commands that lay nothing out have no option --no-cache.
    return Workspace(Path(options.folder), open_cache(Path(options.folder)) if vars(options).get("cache") else None)


def _sources(options: argparse.Namespace, workspace: Workspace) -> list[Path]:
    """The files of the named letters, or of all letters in ``letters/`` if none is named."""
    known = sorted(workspace.letters.glob("*.yaml"))
    if not options.letters:
        if not known:
            hint = "'circulars init' makes a folder to work in; 'circulars new NAME' a letter"
            raise UsageError(
                Problem(Place(str(workspace.letters)), "no-letters", "there is no letter in this folder", hint)
            )
        return known
    named = [_source(Path(name), known, workspace) for name in options.letters]
    return list({path.resolve(): path for path in named}.values())


def _finder(workspace: Workspace) -> Callable[[str], Path]:
    """Finds the file of a letter by its name."""
    known = sorted(workspace.letters.glob("*.yaml"))
    return lambda name: _source(Path(name), known, workspace)


def _source(name: Path, known: Sequence[Path], workspace: Workspace) -> Path:
    for path in (name, workspace.folder / name, workspace.letters / f"{name}.yaml", workspace.letters / name):
        with suppress(OSError):  # a name that is too long for a file name is not an error here
            if path.is_file():
                return path
    names = [path.stem for path in known]
    hint = did_you_mean(name.stem, names, "the letters are " + ", ".join(names) if names else "")
    raise UsageError(Problem(Place(), "no-such-letter", f"there is no letter '{name}'", hint))


def _init(options: argparse.Namespace) -> int:
    from circulars.start import ADDRESSEES, EXAMPLE, make_workspace

    target = Path(options.folder, options.target or "")
    made = make_workspace(target)
    for path in made:
        print(path)
    inside = "" if target == Path() else f"cd {target} && "
    print(f"now: {inside}circulars build", file=sys.stderr)
    merge = f"circulars merge {EXAMPLE.removesuffix('.yaml')} letters/{ADDRESSEES}"
    print(f"then, one letter to many addressees: {merge}", file=sys.stderr)
    return 0


def _new(options: argparse.Namespace) -> int:
    import datetime

    from circulars.start import make_letter

    workspace = _workspace(options)
    today = datetime.date.today()
    path = make_letter(options.name, options.kind, workspace, options.pack, today, options.languages)
    print(path)
    print(f"now: write it, then circulars build {options.name}", file=sys.stderr)
    return 0


def _check(options: argparse.Namespace) -> int:
    workspace = _workspace(options)
    if options.fix and options.outputs is not None:
        fact = "--fix is for letters, and --outputs checks finished files"
        raise UsageError(Problem(Place(), "wrong-option", fact, "fix the letters, and build them again"))
    if (options.unsafe or options.dry_run) and not options.fix:
        fact = "--unsafe and --dry-run are for fixes, and --fix is missing"
        raise UsageError(Problem(Place(), "wrong-option", fact, "write --fix as well"))
    if options.outputs is not None or options.strict or options.all:
        from circulars.cli import outputs

        return outputs.check(options, workspace)
    import datetime

    from circulars.cli import check

    today = datetime.date.today() if options.today == "today" else options.today
    sources = _sources(options, workspace)
    if not options.fix:
        return check.run(sources, workspace, options.format, today)
    from circulars.cli import fix

    stream = sys.stdout if options.format == "text" else sys.stderr
    code = fix.run(sources, workspace, stream, unsafe=options.unsafe, dry_run=options.dry_run)
    return max(code, check.run(sources, workspace, options.format, today))


def _fmt(options: argparse.Namespace) -> int:
    from circulars.cli import fmt

    workspace = _workspace(options)
    if options.letters == ["-"]:
        return fmt.run_on_input(workspace, check=options.check, diff=options.diff)
    names = [inner for name in options.letters for inner in _letters_in(Path(name), workspace)]
    options.letters = names
    return fmt.run(_sources(options, workspace), workspace, check=options.check, diff=options.diff)


def _letters_in(name: Path, workspace: Workspace) -> list[str]:
    """The names of the letters in a folder; the name itself if it is not that of a folder."""
    for folder in (name, workspace.folder / name):
        if folder.is_dir():
            return sorted(map(str, folder.glob("*.yaml")))
    return [str(name)]


def _confirm(options: argparse.Namespace) -> int:
    from circulars.cli import confirm

    workspace = _workspace(options)
    (letter,) = _sources(options, workspace)
    return confirm.run(letter, options.paragraph, options.language, workspace)


def _approve(options: argparse.Namespace) -> int:
    from circulars.cli import approve

    workspace = _workspace(options)
    (letter,) = _sources(options, workspace)
    return approve.run(letter, options, workspace)


def _status(options: argparse.Namespace) -> int:
    from circulars.cli import letter_status

    workspace = _workspace(options)
    return letter_status.run(_sources(options, workspace), workspace, options.format, is_whole=not options.letters)


def _explain(options: argparse.Namespace) -> int:
    from circulars.cli import explain

    return explain.run(options)


def _build(options: argparse.Namespace) -> int:
    workspace = _workspace(options)
    order = Order(options.languages, known_formats(options.formats), dict(options.audience), options.source)
    sources = _sources(options, workspace)
    _check_names(sources)
    if not options.watch:
        return _build_once(sources, workspace, order, options)
    return _watch(sources, workspace, order, options)


def _desk(options: argparse.Namespace) -> int:
    from circulars.cli import desk

    if options.listen or options.socket:
        return desk.run_for_people(_workspace(options), options.listen or Path(options.socket))
    return desk.run(_workspace(options), options.port, options.browser)


def _check_names(sources: Sequence[Path]) -> None:
    """Raises UsageError if two letters in different folders have the same name: they would write the same files."""
    first: dict[str, Path] = {}
    for source in sources:
        if (other := first.setdefault(same(source.stem), source)) is not source:
            fact = f"{other} and {source} would write the same files"
            raise UsageError(Problem(Place(), "same-name", fact, "give one of the two another name"))


def _build_once(sources: Sequence[Path], workspace: Workspace, order: Order, options: argparse.Namespace) -> int:
    start = time.monotonic()
    built: list[Built] = []
    folder, refuse = _output(options, workspace), partial(refuse_unapproved, options, workspace)
    with progress("building", len(sources), sys.stderr) as update:
        for one in build_files(sources, workspace, order, folder, options.jobs, refuse):
            built.append(one)
            update(len(built), "")
    written = [file.path.name for one in built for file in one.written]
    problems = {problem: None for one in built for problem in one.problems}
    print_problems(problems, sys.stderr)
    print_warnings((warning for one in built for warning in one.warnings), sys.stderr)
    if written:
        print_summary(built, time.monotonic() - start, sys.stdout)
    if faulty := [one.source.stem for one in built if one.problems]:
        print(f"not built: {', '.join(faulty)}", file=sys.stderr)
    if options.sums and written:
        print(f"sums: {save_sums(folder, written)}")
    return max(one.exit_code for one in built)


def _watch(sources: Sequence[Path], workspace: Workspace, order: Order, options: argparse.Namespace) -> int:
    from watchfiles import watch

    from circulars.language import forget_languages
    from circulars.pack import forget_packs

    letters = {folder.resolve() for folder in (workspace.letters, *(source.parent for source in sources))}
    watched = [folder for folder in (*letters, *_shared(workspace)) if folder.is_dir()]
    events = watch(*watched, rust_timeout=250, yield_on_timeout=True)
    next(events)  # starts watching, so that changes during the first build are noticed
    code = _build_once(sources, workspace, order, options)
    affected = (_affected(paths, sources, workspace, options) for changes in events if (paths := _paths(changes)))
    for again in _until_stopped(filter(None, affected)):
        forget_packs()
        forget_languages()
        code = _build_once(again, workspace, order, options)
    return code


def _shared(workspace: Workspace) -> list[Path]:
    """The folders whose files affect every letter: packs and languages."""
    return [folder.resolve() for folder in (*workspace.pack_folders, *workspace.language_folders)]


def _paths(changes: Iterable[tuple[object, str]]) -> set[Path]:
    """The files that changed. There are none when watching timed out."""
    return {Path(name).resolve() for _, name in changes}


def _affected(
    changed: Iterable[Path], sources: Sequence[Path], workspace: Workspace, options: argparse.Namespace
) -> Sequence[Path]:
    """The letters to build again after some files changed."""
    # Files written by a build must not start the next one.
    written, shared = _output(options, workspace).resolve(), _shared(workspace)
    edited = {path for path in changed if not path.is_relative_to(written)}
    current = sources if options.letters else sorted(workspace.letters.glob("*.yaml"))
    # A change in a pack or a language affects every letter, and so does a picture beside the letters.
    if any(path.suffix in _PICTURES or any(map(path.is_relative_to, shared)) for path in edited):
        return current
    return [source for source in current if source.resolve() in edited]


def _output(options: argparse.Namespace, workspace: Workspace) -> Path:
    return Path(options.out) if options.out else workspace.output


def _until_stopped(changes: Iterator[T]) -> Iterator[T]:
    """Yields each item until Ctrl-C, which is the normal way to end watching."""
    with suppress(KeyboardInterrupt):
        while True:
            print("watching; Ctrl-C stops", file=sys.stderr)
            yield next(changes)


def _merge(options: argparse.Namespace) -> int:
    from circulars.cli import merge

    workspace = _workspace(options)
    if options.letter == "status":  # typed after an option
        options.letters, options.signed, options.check = [options.addressees], False, []
        return _merge_status(options)
    return merge.run(options, workspace, _finder(workspace))


def _merge_status(options: argparse.Namespace) -> int:
    from circulars.cli import status

    if options.out and "://" in options.out:
        from circulars.merge.front import folder_of_address

        out = folder_of_address(options.out, _workspace(options))
    else:
        out = Path(options.out) if options.out else _workspace(options).output
    return status.run(options, out)


def _diff(options: argparse.Namespace) -> int:
    from circulars.cli import diff

    workspace = _workspace(options)
    return diff.run(options, workspace, _finder(workspace))


def _pull(options: argparse.Namespace) -> int:
    from circulars.cli import pull

    workspace = _workspace(options)
    return pull.run(options, workspace, _finder(workspace))


def _blame(options: argparse.Namespace) -> int:
    from circulars.cli import lineage

    workspace = _workspace(options)
    return lineage.blame(_sources(options, workspace)[0], workspace, options.pdf)


def _history(options: argparse.Namespace) -> int:
    from circulars.cli import lineage

    workspace = _workspace(options)
    return lineage.history(_sources(options, workspace)[0], workspace, options.count, options.pdf)


def _git(options: argparse.Namespace) -> int:
    from circulars.cli import git

    return git.run(options, _workspace(options))


def _schema(options: argparse.Namespace) -> int:
    import json

    from circulars.review.reports.json_schema import changes_schema
    from circulars.source.letters import letter_schema

    schema = changes_schema() if options.changes else letter_schema()
    print(json.dumps(schema, ensure_ascii=False, indent=2))
    return 0


def _completion(options: argparse.Namespace) -> int:
    import shtab

    from circulars.cli.parser import build_parser

    print(shtab.complete(build_parser(), shell=options.shell))
    return 0


def _trace_source(options: argparse.Namespace) -> int:
    from circulars.cli import trace

    return trace.source(options)


def _verify(options: argparse.Namespace) -> int:
    from circulars.cli import trace

    return trace.verify_files(options, _workspace(options))


def _template(options: argparse.Namespace) -> int:
    from circulars.cli import packs

    return packs.run(options, _workspace(options))


def _language(options: argparse.Namespace) -> int:
    from circulars.cli import languages

    return languages.run(options, _workspace(options))


def _sign(options: argparse.Namespace) -> int:
    from circulars.cli import signing

    return signing.run(options, _workspace(options))


def _send(options: argparse.Namespace) -> int:
    from circulars.cli import send

    workspace = _workspace(options)
    return send.run(options, workspace, _finder(workspace))


def _send_bounces(options: argparse.Namespace) -> int:
    from circulars.cli import bounces

    return bounces.run(options, Path(options.out) if options.out else _workspace(options).output)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "init": _init,
    "new": _new,
    "check": _check,
    "fmt": _fmt,
    "confirm": _confirm,
    "approve": _approve,
    "status": _status,
    "explain": _explain,
    "build": _build,
    "desk": _desk,
    "merge": _merge,
    "merge status": _merge_status,
    "diff": _diff,
    "pull": _pull,
    "source": _trace_source,
    "verify": _verify,
    "blame": _blame,
    "history": _history,
    "git": _git,
    "schema": _schema,
    "template": _template,
    "language": _language,
    "sign": _sign,
    "send": _send,
    "send bounces": _send_bounces,
    "completion": _completion,
}
