"""What the check finds in templates, and damaged templates after the repair, each once for all tests of a process."""

from __future__ import annotations

import functools

from circulars.doctor.examine import word_findings
from circulars.doctor.findings import TemplateFinding
from circulars.doctor.repair import repair_template
from circulars.doctor.window import page_measures
from circulars.pack import load_pack
from circulars.render.measures import measures_of
from doctor.damages import Damage, damaged

WINDOW, PAPER = load_pack().window, (210, 297)
PAGE = page_measures(measures_of(load_pack()))


@functools.cache
def examined(data: bytes) -> tuple[TemplateFinding, ...]:
    """The findings about a Word template of the pack "itu"."""
    return tuple(word_findings(data, ("Carlito",), PAPER, WINDOW, PAGE))


@functools.cache
def repaired(template: bytes) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """A template after the repair, and the fixes."""
    return repair_template(template, WINDOW, PAPER, PAGE)


@functools.cache
def fixed_file(one: Damage) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """The damaged template after the repair, and the fixes."""
    return repair_template(damaged(one), WINDOW, PAPER, PAGE)
