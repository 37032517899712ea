"""Where the copies of a letter go, and the ledger beside them."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.model.letter import Letter
from circulars.workspace import Workspace


def folder_of(letter: Letter, workspace: Workspace, out: str = "", *, cluster: bool = False) -> Path:
    """The folder of a letter's copies and ledger: one of the letter's name in ``out``, or in the workspace's output.

    A cluster's copies may go to an address; what goes to each has a ledger, and a folder for it, of its own.

    Raises:
        UsageError: ``out`` is an address, and no cluster makes the copies.
    """
    if is_address(out):
        if not cluster:
            fact = f"'{out}' is an address, and one machine writes into a folder"
            choices = (Choice("out", "names a folder", "FOLDER"), Choice("cluster", "writes there", "ADDRESS"))
            raise UsageError(Problem(Place(), "not-a-folder", fact, choices=choices))
        return folder_of_address(out, workspace) / letter.name
    return (Path(out) if out else workspace.output) / letter.name


def is_address(out: str) -> bool:
    """Whether copies go to an address, as ``s3://bucket/folder``, and not into a folder of this machine."""
    return "://" in out


def folder_of_address(address: str, workspace: Workspace) -> Path:
    """Where the ledgers are of what goes to an address."""
    words = re.sub(r"[^A-Za-z0-9.]+", "-", address).strip("-.")
    return workspace.output / f"{words}-{sha256(address.encode()).hexdigest()[:8]}"
