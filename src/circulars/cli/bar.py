"""The progress bar of a long command. In a narrow terminal the least important columns are left out first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

_WIDEST, _NARROWEST = 40, 8


class TimeAtInterval(ProgressColumn):
    """The remaining time of items that take a known time each, in seconds."""

    def __init__(self, interval: float) -> None:
        super().__init__()
        self._interval = interval

    def render(self, task: Task) -> Text:
        if task.remaining is None:
            return Text("")
        minutes, seconds = divmod(math.ceil(task.remaining * self._interval), 60)
        return Text(f"{minutes // 60}:{minutes % 60:02}:{seconds:02}", style="progress.remaining")


class Rate(ProgressColumn):
    """The rate: items per second, or per minute if it is less than one per second."""

    def render(self, task: Task) -> Text:
        if not task.speed:
            return Text("")
        return Text(f"{task.speed:,.0f}/s" if task.speed >= 1 else f"{task.speed * 60:,.0f}/min")


class FittingBar(Progress):
    """A label, a bar, the count, the rate, and the remaining time, on one line of the terminal.

    It reads the width of the terminal each time it is drawn. If there is too little room, the bar shrinks, then
    disappears; after it the label, the rate and the time disappear. The count is always shown whole.
    """

    def __init__(self, label: str, console: Console, interval: float = 0.0) -> None:
        self._label, self._count, self._rate, self._time = (
            TextColumn(label), MofNCompleteColumn(), Rate(),
            TimeAtInterval(interval) if interval else TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = BarColumn(_WIDEST)
        super().__init__(console=console, transient=True)

    def get_renderables(self) -> Iterable[RenderableType]:
        """The line, with the columns that fit."""
        for task in self.tasks:
            self.columns = self._fitting(task, self.console.width)
        yield self.make_tasks_table(self.tasks)

    def _fitting(self, task: Task, width: int) -> tuple[ProgressColumn, ...]:
        free = width - _width(self._count, task)
        kept: set[ProgressColumn] = {self._count}
        for column in (self._time, self._rate, self._label):
            taken = _width(column, task) + 1  # and a space
            if taken > free:
                break
            kept.add(column)
            free -= taken
        else:
            if free > _NARROWEST:
                self._bar.bar_width = min(_WIDEST, free - 1)
                kept.add(self._bar)
        return tuple(one for one in (self._label, self._bar, self._count, self._rate, self._time) if one in kept)


def _width(column: ProgressColumn, task: Task) -> int:
    shown = column(task)
    return shown.cell_len if isinstance(shown, Text) else 0


def fitting_bar(label: str, stream: TextIO, interval: float = 0.0) -> FittingBar:
    """A progress bar on a terminal. ``label`` may contain fields of the task, such as ``{task.description}``.

    ``interval`` is the number of seconds that each item takes, if it is known; otherwise it is measured.
    """
    return FittingBar(label, Console(file=stream), interval)
