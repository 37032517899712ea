"""``benchmarks/merge`` as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys

from merge.mailroom import ROOT


def test_an_unknown_competitor_is_refused() -> None:
    """A mistyped name is reported with the known names, before anything is measured."""
    command = [sys.executable, "-m", "benchmarks.speed", "--only", "docxtpl,wrong-name"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "there is no 'wrong-name'; the others are docxtpl, docxtemplater," in done.stderr
    assert "Traceback" not in done.stderr
