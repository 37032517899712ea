"""Makes sure that pyHanko is there, and that it does not speak to people by itself."""

from __future__ import annotations

import importlib
import logging

from circulars.errors import MachineError, Place, Problem
from circulars.extras import Extra, to_install


def need(module: str = "pyhanko.sign", extra: Extra = "sign") -> None:
    """Nothing, when the extra is installed.

    Raises:
        MachineError: it is not.
    """
    try:
        importlib.import_module(module)
    except ImportError:
        fact = f"signatures need the library {module.partition('.')[0]}, which is not installed"
        raise MachineError(Problem(Place(), "missing-library", fact, to_install(extra))) from None
    # What pyHanko notes of a broken file would be printed, with tracebacks, where nobody listens.
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
