"""Finds everything that is wrong with a pack: its files one by one, then its letters on trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.doctor.ailments import Finding
from circulars.doctor.leftovers import leftover_findings
from circulars.doctor.names import uses_of
from circulars.doctor.outside import outside_findings
from circulars.doctor.page import misspelt_styles, page_findings, paper_of, stylesheet_findings
from circulars.doctor.sheet import font_findings, paper_findings
from circulars.doctor.styles import style_findings
from circulars.doctor.trial import tried
from circulars.doctor.word import UnopenedError, open_word
from circulars.doctor.word_tags import standing_tags, tag_findings, trees_of
from circulars.errors import PackError, Place, Problem
from circulars.pack import Pack
from circulars.render.docx import TEMPLATE as WORD_TEMPLATE
from circulars.render.page import STYLESHEET
from circulars.render.page import TEMPLATE as PAGE_TEMPLATE
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a template asks for: the template's file, and the field with "[]" for each entry of a list."""

    file: str
    field: str


def check_pack(name: str, workspace: Workspace) -> tuple[Problem, ...]:
    """What is wrong with a pack: its facts and words, each template, and what laying out each kind's skeleton shows."""
    try:
        pack = workspace.pack(name)
    except PackError as error:
        return error.problems
    problems: dict[Problem, None] = {}
    stopped: set[str] = set()
    for problem, stops in _examined(pack):
        problems[problem] = None
        if stops:
            stopped.add(problem.where.file)
    for problem in tried(pack, workspace):
        # What stops a letter has been told with its place; the trial says it again, and with less.
        if problem.where.file not in stopped or problem.code not in ("template-error", "outside-address"):
            problems[problem] = None
    return tuple(problems)


def examine(pack: Pack) -> tuple[Problem, ...]:
    """What is wrong with the templates of a pack as they stand, no letter being laid out."""
    return tuple(dict.fromkeys(problem for problem, _ in _examined(pack)))


def word_findings(
    data: bytes, fonts: tuple[str, ...] = (), paper: tuple[float, float] | None = None
) -> Iterator[Finding]:
    """What is wrong with a Word template, held against the pack's ``fonts`` and the stylesheet's ``paper``."""
    try:
        word = open_word(data)
    except UnopenedError as error:
        yield from error.findings
        return
    yield from tag_findings(word)
    yield from style_findings(word)
    yield from (replace(found, stops=found.stops or found.code in _REFUSED) for found in outside_findings(word))
    yield from leftover_findings(word)
    yield from paper_findings(word, paper)
    yield from font_findings(word, fonts)


# What the building of letters refuses in a template, whatever else it holds.
_REFUSED = frozenset(
    [
        "macros",
        "foreign-text",
        "embedded-object",
        "reaching-field",
        "attached-template",
        "outside-picture",
        "outside-part",
    ]
)


def _examined(pack: Pack) -> Iterator[tuple[Problem, bool]]:
    """Each problem of a pack's templates, and whether it stops every letter."""
    sources: dict[str, bytes] = {}
    for name in (WORD_TEMPLATE, PAGE_TEMPLATE, STYLESHEET):
        try:
            sources[name] = pack.read(name)
        except PackError as error:
            yield from ((problem, True) for problem in error.problems)
    texts = {name: data.decode(errors="replace") for name, data in sources.items() if name != WORD_TEMPLATE}
    paper = paper_of(texts[STYLESHEET]) if STYLESHEET in texts else None
    found: dict[str, Iterator[Finding]] = {}
    if WORD_TEMPLATE in sources:
        found[WORD_TEMPLATE] = word_findings(sources[WORD_TEMPLATE], pack.fonts, paper)
    if PAGE_TEMPLATE in texts:
        found[PAGE_TEMPLATE] = page_findings(texts[PAGE_TEMPLATE])
    if STYLESHEET in texts:
        found[STYLESHEET] = stylesheet_findings(texts[STYLESHEET], pack.fonts)
    for name, findings in found.items():
        file = str(pack.folder / name)
        stops = False
        for finding in findings:
            stops = stops or finding.stops
            yield finding.problem(file), finding.stops
        if name == STYLESHEET and not stops:
            yield from _passed_over(pack, file)


def _passed_over(pack: Pack, file: str) -> Iterator[tuple[Problem, bool]]:
    try:
        yield from ((finding.problem(file), False) for finding in misspelt_styles(pack))
    except PackError as error:
        yield from ((problem, True) for problem in error.problems)


def asked_by(pack: Pack) -> tuple[Asked, ...]:
    """The fields that a pack's templates ask for, each once, by template and name.

    Raises:
        PackError: a template is missing, or cannot be read as one.
    """
    page = {Asked(PAGE_TEMPLATE, field) for field in _page_fields(pack)}
    word = {Asked(WORD_TEMPLATE, field) for field in _word_fields(pack)}
    return tuple(sorted(page | word, key=lambda asked: (asked.file, asked.field)))


def _page_fields(pack: Pack) -> Iterator[str]:
    try:
        tree = ImmutableSandboxedEnvironment().parse(pack.read(PAGE_TEMPLATE).decode())
    except TemplateSyntaxError as error:
        place = Place(str(pack.folder / PAGE_TEMPLATE), error.lineno, 1)
        raise PackError(Problem(place, "template-error", f"a tag is wrong: {error.message}")) from None
    yield from (use.field for use in uses_of(tree))


_UNREADABLE = ("unclosed-tag", "wrong-tag", "wrong-nesting")


def _word_fields(pack: Pack) -> Iterator[str]:
    file = str(pack.folder / WORD_TEMPLATE)
    try:
        word = open_word(pack.read(WORD_TEMPLATE))
    except UnopenedError as error:
        raise PackError(*(finding.problem(file) for finding in error.findings)) from None
    if unreadable := [finding for finding in tag_findings(word) if finding.code in _UNREADABLE]:
        raise PackError(*(finding.problem(file) for finding in unreadable))
    for tree, _ in trees_of(standing_tags(word)):
        yield from (use.field for use in uses_of(tree))
