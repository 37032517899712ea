"""``circulars source`` shows the letter that a file was made from; ``circulars verify`` checks that they match."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from circulars import signing
from circulars.cli.finished import finished_files
from circulars.cli.show import option_words, print_problems
from circulars.errors import (
    Choice,
    CircularsError,
    Place,
    Problem,
    SigningError,
    UsageError,
    not_read,
    printable_json,
    visible,
)
from circulars.files.output import save_tree
from circulars.files.reading import Kind, read_file
from circulars.finished import active_content, attachments_of, read_trust_file, signatures_of, verify
from circulars.provenance import FACTS_FILE, making_of
from circulars.signing import SignatureReport
from circulars.unpack import Unpacked, check_target, unpack
from circulars.verify import Verdict
from circulars.workspace import Workspace

_SHOWN: Final = 20  # differences of a file


def source(options: argparse.Namespace) -> int:
    """Prints the letter that a file was made from, or writes it and its pictures to a folder.

    What a Word file runs or fetches is reported as well.
    """
    data = _read(Path(options.file), "finished file")
    carried = attachments_of(data, options.file)
    if data.startswith(b"PK"):
        print_problems(active_content(data, options.file), sys.stderr)
    if options.facts:
        making_of(carried, options.file)  # raises an error if there are none
        carried = tuple(one for one in carried if one.name == FACTS_FILE)
    if options.out:
        return _write(unpack(carried), Path(options.out), options)
    if sys.stdout.isatty():  # the file is untrusted, and may contain control characters
        print("\n".join(map(visible, carried[0].data.decode(errors="replace").split("\n"))), end="")
    else:
        sys.stdout.buffer.write(carried[0].data)
    return 0


def _read(path: Path, kind: Kind) -> bytes:
    try:
        return read_file(path, kind)
    except OSError as error:
        fact = not_read(error)
        raise UsageError(Problem(Place(str(path)), "unreadable-file", fact, "is the name right?")) from None


def _write(unpacked: Unpacked, folder: Path, options: argparse.Namespace) -> int:
    """Writes the letter's own files to a folder, and others that are asked for by name; reports the rest."""
    for place in (folder, *((folder / one.name).parent for one in unpacked.own)):
        check_target(place)
    chosen = unpacked.chosen(options.also, options.file)
    for path in save_tree(folder, {one.name: one.data for one in chosen}):
        print(path)
    problems = unpacked.problems(chosen, options.file)
    print_problems(problems, sys.stderr)
    return int(bool(problems))


def verify_files(options: argparse.Namespace, workspace: Workspace) -> int:
    """Prints whether each file is what its source makes, and its signatures. Returns 1 if a file has a problem."""
    trust = _trust_files(options.trust, options.crl, options.signer)
    now = datetime.datetime.now(datetime.UTC)
    files = finished_files(options.files, workspace)
    checked = [_checked(str(file), workspace, trust, now) for file in files]
    unused = _unused_lists(checked, trust)
    if options.format == "json":
        print(printable_json([_row(one) for one in checked]))
    for one in checked:
        if options.format == "text":
            for line in _lines(one):
                print(visible(line))
        print_problems(one.problems, sys.stderr)
    print_problems(unused, sys.stderr)
    return int(bool(unused) or not all(one.sound for one in checked))


@dataclass(frozen=True, slots=True)
class _Trust:
    """The certificates to trust, who must have signed, and revocation lists with the names of their files."""

    certificates: tuple[bytes, ...]
    signers: tuple[str, ...]
    lists: tuple[tuple[str, bytes], ...]


def _trust_files(trust: Sequence[str], lists: Sequence[str], signers: Sequence[str]) -> _Trust:
    """The certificates and revocation lists in the files of ``--trust`` and ``--crl``.

    A file for ``--trust`` may contain revocation lists, too.

    Raises:
        SigningError: a file holds something else; the problems of all files are reported together.
    """
    trusted: list[bytes] = []
    revocations: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for name, is_list in [*((name, False) for name in trust), *((name, True) for name in lists)]:
        try:
            certificates, found = read_trust_file(_read(Path(name), "revocation list"), name)
        except SigningError as error:
            problems += error.problems
            continue
        if is_list and not found:
            fact = "this is not a list of revoked certificates"
            problems.append(Problem(Place(name), "not-a-list", fact, "use a file in PEM or DER (.crl)"))
        elif not is_list and not certificates:
            fact = "this is not a certificate"
            problems.append(Problem(Place(name), "not-a-certificate", fact, "name it with --crl if it is a list"))
        trusted += [] if is_list else certificates
        revocations += [(name, one) for one in found]
    if problems:
        raise SigningError(*problems)
    return _Trust(tuple(trusted), tuple(signers), tuple(revocations))


def _unused_lists(checked: Sequence[_Checked], trust: _Trust) -> list[Problem]:
    """A problem for each revocation list that says nothing about any certificate in the files."""
    used = {position for one in checked for signature in one.signatures for position in signature.applied}
    fact, hint = "the revocation list says nothing about the signatures of these files", "is it the right list?"
    unused = (name for position, (name, _) in enumerate(trust.lists) if position not in used)
    return [Problem(Place(name), "unused-list", fact, hint) for name in dict.fromkeys(unused)]


@dataclass(frozen=True, slots=True)
class _Checked:
    """The result for one file. ``verdict`` is ``None`` for a file that carries no source, or cannot be rebuilt.

    ``unread`` means that the file has signatures that could not be validated.
    """

    file: str
    verdict: Verdict | None
    signatures: tuple[SignatureReport, ...]
    problems: tuple[Problem, ...]
    unread: bool = False

    @property
    def sound(self) -> bool:
        """Whether the file has no problem. Only signatures may be added to the built file."""
        return not self.problems and not (self.verdict and not self.verdict.same)


def _checked(name: str, workspace: Workspace, trust: _Trust, now: datetime.datetime) -> _Checked:
    try:
        data = _read(Path(name), "finished file")
    except UsageError as error:
        return _Checked(name, None, (), error.problems)
    problems: list[Problem] = []
    signatures: tuple[SignatureReport, ...] = ()
    verdict, without_source = None, False
    try:
        verdict = verify(data, name, workspace)
    except CircularsError as error:
        # A file from another program carries no source, but its signatures can be validated.
        without_source = all(problem.code == "no-source" for problem in error.problems)
        problems += error.problems
    unread = False
    if b"/ByteRange" in data or (verdict and verdict.signatures):
        try:
            signatures = signatures_of(
                data, trust.certificates, revocations=[one for _, one in trust.lists], now=now, file=name
            )
        except CircularsError as error:
            problems += error.problems
            unread = True
    if signatures and without_source:
        problems.clear()
    problems += [problem for one in signatures for problem in one.problems]
    if not unread and (signatures or not data.startswith(b"PK")):
        problems += _signer_problems(name, verdict, signatures, trust)
    return _Checked(name, verdict, signatures, tuple(problems), unread)


def _signer_problems(
    name: str, verdict: Verdict | None, signatures: Sequence[SignatureReport], trust: _Trust
) -> list[Problem]:
    """What is wrong with the signers of a PDF, if certificates to trust were named; else that nobody is known."""
    if verdict and verdict.signatures > len(signatures):
        fact = "a signature of the file cannot be read"
        return [Problem(Place(name), "unreadable-signature", fact, "ask the signer for the file as it was signed")]
    if trust.certificates:
        problem = signing.signer_problem(signatures, trust.signers or (verdict.signers if verdict else ()), name)
        return [problem] if problem else []
    if trust.signers:
        fact = "a name proves nothing without a certificate to trust"
        return [Problem(Place(name), "no-signer-named", fact, choices=(Choice("trusted", "name it: {}", "FILE"),))]
    if signatures and not verdict:
        fact = "nothing proves where the file comes from: it carries no source, and no certificate is trusted"
        choice = Choice("trusted", "name the certificate of the signer's authority: {}", "FILE")
        return [Problem(Place(name), "unknown-origin", fact, choices=(choice,))]
    return []


def _row(one: _Checked) -> dict[str, Any]:
    row: dict[str, Any] = {"file": one.file, "sound": one.sound, "source": None}
    if one.verdict:
        making = one.verdict.making
        row["source"] = {
            "same": one.verdict.same,
            "added": one.verdict.added,
            "program": one.verdict.program,
            "differences": list(one.verdict.differences),
            "reasons": list(one.verdict.reasons),
            "changes": list(one.verdict.changes),
            "made": asdict(making),
        }
    row["signatures"] = [
        {
            "signer": signature.signer,
            "kind": signature.kind,
            "claimed": signature.claimed and signature.claimed.isoformat(),
            "stamped": signature.stamped and signature.stamped.isoformat(),
            "reason": signature.reason,
            "location": signature.location,
            "whole": signature.whole,
            "trust": signature.trust,
            "sound": signature.sound,
            "remarks": list(signature.remarks),
        }
        for signature in one.signatures
    ]
    row["problems"] = [{"code": p.code, "message": p.message, "hint": p.remedy(option_words)} for p in one.problems]
    return row


def _lines(one: _Checked) -> Iterator[str]:
    if one.verdict:
        yield from _source_lines(one, one.verdict)
    elif one.signatures:
        yield f"{one.file}: carries no source, so only its signatures were checked"
    for signature in one.signatures:
        first, *others = signature.lines()
        yield f"    {first}"
        yield from (f"        {line}" for line in others)
    if one.unread:
        yield "    its signatures could not be validated"
    if one.signatures and one.sound:
        yield "    no problem was found with the signatures"


def _word_lines(verdict: Verdict) -> Iterator[str]:
    """What is the same and what is not in a Word file that another program has saved."""
    if not verdict.differences:
        yield "    its words, links and pictures are still those that its source makes; how they look was not compared"
        return
    yield "    its words, links or pictures are not those that its source makes:"
    yield from (f"    {difference}" for difference in verdict.differences[:_SHOWN])
    if len(verdict.differences) > _SHOWN:
        yield f"    and {len(verdict.differences) - _SHOWN} more"
    if verdict.reasons:
        yield f"    why: {'; '.join(verdict.reasons)}"


def _source_lines(one: _Checked, verdict: Verdict) -> Iterator[str]:
    making = verdict.making
    made = f"made from {making.letter} in '{making.language}' with the pack '{making.pack}'"
    if verdict.program:
        yield f"{one.file}: was saved again by {verdict.program}, {made}"
        yield from _word_lines(verdict)
    elif verdict.differences or verdict.reasons or not (verdict.same or verdict.changes):
        yield f"{one.file}: differs from what its source makes here, {made}"
        yield from (f"    {difference}" for difference in verdict.differences)
        others = "libraries" if one.file.lower().endswith(".docx") else "fonts or libraries"
        causes = verdict.reasons or (f"the file was changed, or this machine has other {others}",)
        yield f"    why: {'; '.join(causes)}"
    elif verdict.changes:
        yield f"{one.file}: was changed after it was built, {made}"
    else:
        yield f"{one.file}: the same bytes, {made}"
    for change in verdict.changes:
        yield f"    changed later: {change}"
