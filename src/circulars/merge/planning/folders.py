"""Finds the folder for the copies of a letter and their ledger."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from circulars.errors import Choice, Place, Problem, UsageError
from circulars.model.letter import Letter
from circulars.workspace import Workspace


def folder_of(letter: Letter, workspace: Workspace, out: str = "", *, cluster: bool = False) -> Path:
    """The folder of a letter's copies and ledger: named after the letter, in ``out`` or in the workspace's output.

    A cluster may store copies at an address. The ledgers for each address then have their own folder in the output.

    Raises:
        UsageError: ``out`` is an address, and the copies are not made by a cluster.
    """
    if is_address(out):
        if not cluster:
            fact = f"'{out}' is an address; without a cluster, copies are written to a folder"
            choices = (Choice("out", "names a folder", "FOLDER"), Choice("cluster", "writes there", "ADDRESS"))
            raise UsageError(Problem(Place(), "not-a-folder", fact, choices=choices))
        return folder_of_address(out, workspace) / letter.name
    return (Path(out) if out else workspace.output) / letter.name


def is_address(out: str) -> bool:
    """Whether copies go to an address such as ``s3://bucket/folder`` rather than a local folder."""
    return "://" in out


def folder_of_address(address: str, workspace: Workspace) -> Path:
    """The folder that holds the ledgers of copies stored at an address."""
    words = re.sub(r"[^A-Za-z0-9.]+", "-", address).strip("-.")
    return workspace.output / f"{words}-{sha256(address.encode()).hexdigest()[:8]}"
