"""Loads pyHanko, which is optional, and silences its log."""

from __future__ import annotations

import importlib
import logging

from circulars.errors import MachineError, Place, Problem
from circulars.extras import Extra, to_install


def require(module: str = "pyhanko.sign", extra: Extra = "sign") -> None:
    """Checks that an extra is installed.

    Raises:
        MachineError: it is not.
    """
    try:
        importlib.import_module(module)
    except ImportError:
        fact = f"signatures need the library {module.partition('.')[0]}, which is not installed"
        raise MachineError(Problem(Place(), "missing-library", fact, to_install(extra))) from None
    # Without a handler, Python would print what pyHanko logs about a broken file, tracebacks included.
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
