"""The extras: libraries that only some commands need, and the command that installs one."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Literal

Extra = Literal["sign", "pkcs11", "database", "cluster", "desk"]


class Installer(Enum):
    """What installed this program, and how it installs an extra."""

    CHECKOUT = "in the checkout: scripts/install extras"
    PIPX = "pipx runpip circulars install 'circulars[{extra}]'"
    UV = "uv tool install 'circulars[{extra}]'"
    PIP = "pip install 'circulars[{extra}]'"


def to_install(extra: Extra, installer: Installer | None = None) -> str:
    """The command that installs an extra, by default with the program that installed circulars."""
    return (installer or installed_by(Path(sys.prefix), Path(__file__))).value.format(extra=extra)


def installed_by(environment: Path, module: Path) -> Installer:
    """What installed circulars.

    ``environment`` is the folder of the Python environment, where pipx and uv leave a file of their own;
    ``module`` is a file of this package, which an editable installation runs from ``src/`` in the checkout.
    """
    if (module.parents[2] / "pyproject.toml").is_file():
        return Installer.CHECKOUT
    if (environment / "pipx_metadata.json").is_file():
        return Installer.PIPX
    if (environment / "uv-receipt.toml").is_file():
        return Installer.UV
    return Installer.PIP
