"""What signatures say in the tests, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from circulars.errors import CircularsError
from circulars.signing import SignatureReport, Signing
from circulars.signing.keys import Key
from signing.authority import NOW, Holder

SAID = Signing(NOW, "Max Mustermann", "I agree", "Geneva")
KeyOf = Callable[[Holder], Key]


def codes(caught: pytest.ExceptionInfo[CircularsError]) -> list[str]:
    """The codes of the problems of an error."""
    return [problem.code for problem in caught.value.problems]


def told(reports: tuple[SignatureReport, ...]) -> list[list[str]]:
    """The codes of the problems of each signature."""
    return [[problem.code for problem in report.problems] for report in reports]
