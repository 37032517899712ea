"""``circulars approve``: records who has approved what a letter says, and as what."""

from __future__ import annotations

import argparse
import datetime
import sys
import urllib.request
from pathlib import Path

from circulars import signing
from circulars.cli.show import print_problems
from circulars.cli.signing import open_key
from circulars.errors import Choice, Place, Problem, UsageError, visible
from circulars.review.approval import Approved, Approver, approve_letter, withdraw_approval
from circulars.review.versions.git import NoGitError, run_git
from circulars.workspace import Workspace, shown


def run(letter: Path, options: argparse.Namespace, workspace: Workspace) -> int:
    """Approves a letter, or withdraws its approvals, and returns the exit code."""
    if options.withdraw:
        for path in withdraw_approval(letter, options.role, workspace, options.name):
            print(f"{visible(shown(path, workspace))}: withdrawn")
        return 0
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    has_key = bool(options.key or options.pkcs11)
    if options.unsigned == has_key:
        raise _not_decided(options)
    if options.unsigned:
        approver = Approver(options.name or _git_name(workspace))
        _print(approve_letter(letter, options.role, approver, workspace, now, options.languages), workspace)
        return 0  # one that does not count is what was asked for
    proxies = urllib.request.getproxies() if options.timestamp else {}
    with open_key(options) as key:

        def sign(data: bytes) -> bytes:
            return signing.sign_detached(data, key, now, timestamp=options.timestamp or "", proxies=proxies)

        approver = Approver(options.name or key.name, key.fingerprint, sign)
        return _print(approve_letter(letter, options.role, approver, workspace, now, options.languages), workspace)


def _not_decided(options: argparse.Namespace) -> UsageError:
    """The error for an approval with neither a key nor --unsigned, or with both."""
    if options.unsigned:
        fact = "--unsigned is for approvals without a key, and a key is named"
        return UsageError(Problem(Place(), "wrong-option", fact, "leave out one of the two"))
    choice = Choice("unsigned", "{} records it without a signature, but then it does not count where one is required")
    hint = "--key FILE, or --pkcs11 MODULE --token LABEL --key-label LABEL"
    return UsageError(Problem(Place(), "no-key-named", "name the key", hint, (choice,)))


def _git_name(workspace: Workspace) -> str:
    """The name that git knows.

    Raises:
        UsageError: it knows none.
    """
    try:
        name = run_git(workspace.folder, "config", "user.name", allow_failure=True).strip()
    except NoGitError:
        name = ""
    if not name:
        choice = Choice("name", "name who approves: {}", "NAME")
        raise UsageError(Problem(Place(), "missing-option", "git does not know who approves", choices=(choice,)))
    return name


def _print(approved: Approved, workspace: Workspace) -> int:
    """Prints what was approved, and why it does not count, if so; returns the exit code that this has."""
    one, languages = approved.judged, ", ".join(approved.languages)
    words = f"approved in {languages} as {one.role} by {one.signer}"
    print(f"{visible(shown(approved.file, workspace))}: {visible(words)}")
    if one.faults:
        print("it does not count where an approval is required:", file=sys.stderr)
        print_problems(one.faults, sys.stderr)
    return int(bool(one.faults))
