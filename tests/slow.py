"""The tests that ``--fast`` leaves out because they are slow: ``slow.txt`` lists them, ``--renew-slow`` writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest

LIST: Final = Path(__file__).with_name("slow.txt")
_EACH: Final = 0.1  # seconds, on average of a test's cases
_TOGETHER: Final = 2.0  # seconds of all cases of a test


def slow_tests() -> frozenset[str]:
    """The slow tests, and the files all of whose tests are slow, as pytest names them."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


def name_of(nodeid: str) -> str:
    """The name of a test without its case, and without the group that xdist adds."""
    return nodeid.partition("[")[0].partition("@")[0]


def renewed(before: Iterable[str], seconds: Mapping[str, Collection[float]]) -> list[str]:
    """The slow tests by the seconds of each case of the tests that ran now; the others are as slow as before."""
    slow = {name for name, took in seconds.items() if sum(took) > min(_EACH * len(took), _TOGETHER)}
    files = {name.partition("::")[0] for name in seconds}
    return sorted(slow.union(name for name in before if name not in seconds and name not in files))


class Recorder:
    """Measures the tests that run, and writes the list at the end."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes how long a case took."""
        if report.when == "call":
            self._seconds[name_of(report.nodeid)].append(report.duration)

    def pytest_sessionfinish(self) -> None:
        """Writes the list."""
        LIST.write_text("".join(f"{name}\n" for name in renewed(slow_tests(), self._seconds)), encoding="utf-8")
