"""The extras: libraries that only some commands need, and what to type where one is missing."""

from __future__ import annotations

from typing import Literal

Extra = Literal["sign", "pkcs11", "database", "cluster"]


def to_install(extra: Extra) -> str:
    """What to type to install an extra: from the checkout, for no registry has the package."""
    installed, built = f"pipx install --force '.[{extra}]'", f".venv/bin/pip install -e '.[{extra}]'"
    return f"from the checkout: {installed}, or after scripts/build: {built}"
