"""The details of the tests' signatures, and the problem codes in what validation reports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from circulars.errors import CircularsError
from circulars.signing import SignatureReport, Signing
from circulars.signing.keys import Key
from signing.authority import NOW, Holder

DETAILS = Signing(NOW, "Max Mustermann", "I agree", "Geneva")
KeyOf = Callable[[Holder], Key]


def codes(caught: pytest.ExceptionInfo[CircularsError]) -> list[str]:
    """The problem codes of an error."""
    return [problem.code for problem in caught.value.problems]


def codes_by_signature(reports: tuple[SignatureReport, ...]) -> list[list[str]]:
    """The problem codes of each signature."""
    return [[problem.code for problem in report.problems] for report in reports]
