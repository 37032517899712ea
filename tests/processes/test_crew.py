"""A task ends no more than its own process, and its end is reported as a problem of what it worked on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from circulars.errors import LimitError, MachineError, Place
from circulars.processes.crew import Crew, limited
from circulars.processes.limits import (
    KEPT,
    MEMORY,
    SECONDS,
    SECONDS_PER_LANGUAGE,
    SECONDS_PER_MEGABYTE,
    SHORT,
    Part,
    seconds_for,
)
from commands import HANGING
from tasks import (
    crash_at_first,
    end_from_outside,
    keep_memory,
    question,
    raise_a_problem,
    raise_an_odd_error,
    read_nothing,
    use_memory,
    work,
    work_after_a_part,
    work_for_ever,
    work_for_ever_at_first,
    work_on_items,
    work_on_two_parts,
    work_within,
)

SHORT_PART = Part("the drawing 'a.svg'", "draw less", Place("a.svg"), seconds=1)
NO_TIME = replace(SHORT_PART, seconds=0)
"""A part that is ended at the next whole second of computing time."""
PART = replace(SHORT_PART, seconds=60)
"""A part whose time does not run out, however busy the machine is."""


@pytest.mark.parametrize(
    ("task", "code", "fact"),
    [
        (work_for_ever, "too-much-work", "the drawing 'a.svg' takes more than 1 s of computing time"),
        (use_memory, "too-much-memory", "the drawing 'a.svg' needs more than 750 MB of memory"),
        (os.abort, "crashed", "the drawing 'a.svg' crashed the process that read it (SIGABRT)"),
        (read_nothing, "crashed", "the drawing 'a.svg' crashed the process that read it (SIGSEGV)"),
    ],
)
def test_a_task_that_exceeds_a_limit_is_a_problem_of_its_part(task: Callable[[], None], code: str, fact: str) -> None:
    """The problem has the place, the name and the remedy of the part."""
    with pytest.raises(LimitError) as refused:
        limited(SHORT_PART if code == "too-much-work" else PART, task)

    [problem] = refused.value.problems
    assert (problem.where.file, problem.code, problem.message, problem.hint) == ("a.svg", code, fact, "draw less")


def test_a_process_that_is_ended_from_outside_is_a_fault_of_the_machine() -> None:
    """The part is not to blame."""
    with pytest.raises(MachineError) as refused:
        limited(PART, end_from_outside)

    assert refused.value.problems[0].code == "process-ended"


@pytest.mark.parametrize("task", [work_for_ever, use_memory, os.abort, end_from_outside])
def test_other_tasks_go_on_after_one_has_ended_its_process(task: Callable[[], None]) -> None:
    """Tasks of the same command that are running, waiting or submitted later have their results."""
    with closing(Crew(2)) as crew:
        before = [crew.submit(PART, pow, 2, power) for power in range(5)]
        ended = crew.submit(NO_TIME, task)
        after = [crew.submit(PART, pow, 3, power) for power in range(5)]

        assert [one.result() for one in before] == [2**power for power in range(5)]
        assert isinstance(ended.exception(), LimitError | MachineError)
        assert [one.result() for one in after] == [3**power for power in range(5)]


def test_a_worker_does_one_task_after_the_other() -> None:
    """Ordinary tasks do not start a process each."""
    workers = {limited(SHORT_PART, os.getpid) for _ in range(5)}

    assert len(workers) == 1
    assert os.getpid() not in workers


def test_each_task_has_its_own_memory() -> None:
    """What earlier tasks of a worker have left does not count, and a worker that keeps too much is replaced."""
    with closing(Crew(1)) as crew:
        workers = [crew.submit(PART, keep_memory, KEPT // 5 * 2).result() for _ in range(2 * MEMORY // KEPT)]
        assert crew.submit(PART, keep_memory, MEMORY - KEPT // 2).result() > 0

    assert [workers.count(one) for one in dict.fromkeys(workers)] == [3, 2]


def test_each_task_has_its_own_time() -> None:
    """What earlier tasks of a worker have used does not count."""
    with closing(Crew(1)) as crew:
        for _ in range(3):
            crew.submit(SHORT_PART, work, 0.8).result()


@pytest.mark.parametrize(
    ("task", "expected"), [(raise_a_problem, MachineError), (int, int), (raise_an_odd_error, RuntimeError)]
)
def test_errors_of_a_task_are_raised_by_the_caller(task: Callable[[], None], expected: type) -> None:
    """Also an error that cannot be pickled has its text."""
    if expected is int:
        assert limited(SHORT_PART, task) == 0
        return
    with pytest.raises(expected) as raised:
        limited(SHORT_PART, task)

    assert expected is not RuntimeError or "_OddError: 1 2" in str(raised.value)


@pytest.mark.parametrize("task", [work_for_ever, use_memory, os.abort])
def test_the_problem_names_the_part_that_was_worked_on(task: Callable[[], None]) -> None:
    """A task may have several parts, such as languages and formats."""
    with pytest.raises(LimitError, match="the second part"):
        limited(SHORT_PART, work_on_two_parts, task)


def test_a_part_within_a_part_has_its_own_time_and_no_other_process() -> None:
    """A worker of a merge makes many copies, each within the limits of one."""
    with closing(Crew(1)) as crew:
        inside = crew.submit(SHORT_PART, work_within, 1).result()

        assert inside == crew.submit(SHORT_PART, os.getpid).result()


def test_a_task_has_its_own_time_again_after_a_part_within_it() -> None:
    """What the copies of a chunk need together is no problem of the last one."""
    with closing(Crew(1)) as crew:
        inside = crew.submit(replace(SHORT_PART, seconds=2), work_after_a_part, 1.3).result()

        assert inside == crew.submit(SHORT_PART, os.getpid).result()


def test_a_task_of_many_items_has_its_time_for_each() -> None:
    """A chunk of copies takes as long as it is long."""
    assert limited(SHORT_PART, work_on_items, 3, 0.8) == 3


@pytest.mark.parametrize("tries", [1, 2])
def test_the_time_is_a_problem_only_if_every_try_takes_too_long(tmp_path: Path, tries: int) -> None:
    """A machine that was halted counts the time of the halt as used."""
    part = replace(SHORT_PART, seconds=2, tries=tries)  # enough for the second try on a slow machine

    if tries == 2:
        assert limited(part, work_for_ever_at_first, tmp_path / "seen") == "done"
        return
    with pytest.raises(LimitError, match="takes more than 2 s of computing time"):
        limited(part, work_for_ever_at_first, tmp_path / "seen")


def test_a_crash_is_a_problem_only_if_every_try_crashes(tmp_path: Path) -> None:
    """Pango crashes where a machine has no thread for it at the moment."""
    assert limited(replace(SHORT_PART, tries=2), crash_at_first, tmp_path / "seen") == "done"
    with pytest.raises(LimitError, match="crashed the process"):
        limited(replace(SHORT_PART, tries=2), os.abort)


def test_a_task_that_always_takes_too_long_is_a_problem_however_often_it_is_tried() -> None:
    """The number of tries is limited."""
    with pytest.raises(LimitError, match="the drawing"):
        limited(replace(NO_TIME, tries=2), work_for_ever)


def test_tasks_can_ask_the_main_process() -> None:
    """It answers while they run."""
    with closing(Crew(2, answer=lambda number: number + 1)) as crew:
        answers = [crew.submit(SHORT_PART, question, number).result() for number in range(3)]

    assert answers == [1, 2, 3]


def test_the_time_grows_with_the_length_of_the_source() -> None:
    """An ordinary letter of a megabyte is laid out."""
    assert seconds_for(0) == seconds_for(SHORT) == SECONDS
    assert seconds_for(SHORT + 1_000_000) == SECONDS + SECONDS_PER_MEGABYTE
    assert seconds_for(SHORT, 6) == SECONDS + 4 * SECONDS_PER_LANGUAGE


def test_workers_end_with_a_process_that_is_killed() -> None:
    """No process is left that works on, and keeps the output open."""
    program = "import tasks; tasks.work_until_killed()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        workers = {int(killed.stdout.readline()) for _ in range(2)}
        killed.kill()
        rest = killed.stdout.read()  # until the last process that may write has ended

    assert len(workers) == 2
    assert rest == ""


@pytest.mark.parametrize("threads", [0, 1])
def test_a_script_needs_no_guard(tmp_path: Path, threads: int) -> None:
    """Workers do not run the script again, whether or not it has other threads."""
    script = tmp_path / "script.py"
    script.write_text(f"""
import os, threading
from circulars.processes.crew import limited
from circulars.processes.limits import Part
waiting = threading.Event()
for _ in range({threads}):
    threading.Thread(target=waiting.wait).start()
print(limited(Part("a part"), os.getpid) != os.getpid())
waiting.set()
""")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=HANGING, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_a_process_of_a_pool_of_multiprocessing_can_start_workers(tmp_path: Path) -> None:
    """Its processes may not start processes of multiprocessing."""
    script = tmp_path / "script.py"
    script.write_text("""
import multiprocessing, os
from circulars.processes.crew import limited
from circulars.processes.limits import Part
def one(number):
    return limited(Part("a part"), pow, 2, number)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(one(0), pool.map(one, range(5)))
""")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=HANGING, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "1 [1, 2, 4, 8, 16]\n", "")
