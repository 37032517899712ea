"""The progress bar of a long command, in terminals of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from circulars.cli.bar import FittingBar, Rate


def _line(width: int, done: int, total: int) -> str:
    """The line that a terminal of this width shows."""
    console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    bar = FittingBar("merging {task.fields[language]}", console)
    bar.add_task("merging", total=total, language="es")
    bar.update(bar.task_ids[0], completed=done)
    with console.capture() as shown:
        console.print(*bar.get_renderables())
    (line,) = shown.get().splitlines()
    return line.rstrip()


@pytest.mark.parametrize("width", range(9, 120))
def test_the_count_is_whole_in_a_terminal_of_any_width(width: int) -> None:
    """The bar is one line that fits the terminal, and nothing is cut off."""
    line = _line(width, 800, 1500)

    assert "800/1500" in line
    assert len(line) <= width
    assert "…" not in line


def test_the_least_important_columns_are_left_out_first() -> None:
    """The bar is left out first, then the language, the rate, the time."""
    assert _line(100, 1500, 1500).count("━") == 40
    assert 8 <= _line(44, 1500, 1500).count("━") < 40
    assert "━" not in _line(33, 1500, 1500)
    assert [_line(width, 800, 1500).split() for width in (33, 20, 12)] == [
        ["merging", "es", "800/1500", "-:--:--"],
        ["800/1500", "-:--:--"],
        ["800/1500"],
    ]


@pytest.mark.parametrize(("seconds", "shown_rate"), [(0.5, "2/s"), (4, "15/min")])
def test_a_slow_rate_is_shown_per_minute(seconds: float, shown_rate: str) -> None:
    """Sixty messages a minute are many, for example."""
    clock = iter([0.0, 0.0, seconds, 2 * seconds, 3 * seconds]).__next__
    bar = FittingBar("sending", Console(width=80, file=io.StringIO(), force_terminal=True, color_system=None))
    bar.get_time = clock
    task = bar.add_task("sending", total=10)
    for _ in range(3):
        bar.advance(task)
    (shown,) = bar.tasks

    assert Rate().render(shown).plain == shown_rate


def test_a_count_of_millions_is_whole_as_well() -> None:
    """If the count is long, the bar is short."""
    line = _line(60, 9_000_000, 10_000_000)

    assert " 9000000/10000000" in line
    assert len(line) <= 60
