"""Finds the faults of a pack: first in each of its files, then by laying out its skeletons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from circulars.doctor.attributes import attribute_findings
from circulars.doctor.findings import TemplateFinding
from circulars.doctor.languages import language_doubts, language_problems
from circulars.doctor.leftovers import leftover_findings
from circulars.doctor.measures import measure_findings
from circulars.doctor.names import uses_of
from circulars.doctor.outside import outside_findings
from circulars.doctor.page import ignored_styles, page_findings, paper_of, stylesheet_findings
from circulars.doctor.paper import font_findings, paper_findings
from circulars.doctor.same_words import same_words_problems
from circulars.doctor.shown import shown_findings
from circulars.doctor.styles import style_findings
from circulars.doctor.trial import trial_problems
from circulars.doctor.unseen import unseen_findings
from circulars.doctor.window import (
    PageMeasures,
    page_measures,
    stylesheet_window_findings,
    word_window_findings,
)
from circulars.doctor.word import UnreadableTemplateError, open_word
from circulars.doctor.word_tags import placed_tags, tag_findings, trees_of
from circulars.errors import PackError, Place, Problem
from circulars.model.fonts import EAST_ASIAN, RIGHT_TO_LEFT, UPRIGHT, is_one_of
from circulars.model.window import EnvelopeWindow
from circulars.pack import Pack
from circulars.render.docx import TEMPLATE as WORD_TEMPLATE
from circulars.render.measures import measures_of
from circulars.render.page import ADDITIONS, MACROS, STYLESHEET, page_source
from circulars.render.page import TEMPLATE as PAGE_TEMPLATE
from circulars.workspace import Workspace

_SLOTS = (("cs", RIGHT_TO_LEFT), ("eastAsia", EAST_ASIAN))


@dataclass(frozen=True, slots=True)
class Asked:
    """A field in a template: the file of the template, and the path of the field, in which "[]" is a list's entry."""

    file: str
    field: str


def check_pack(name: str, workspace: Workspace) -> tuple[Problem, ...]:
    """The problems of a pack: in its facts and words, in its templates, and in laying out each kind's skeleton."""
    try:
        pack = workspace.pack(name)
    except PackError as error:
        return error.problems
    problems = dict.fromkeys(language_problems(pack, workspace))
    # What has been reported with its place is reported again by the trial, without one: the codes of that by file.
    repeated: set[tuple[str, str]] = set()
    for problem, stops in _examined(pack):
        problems[problem] = None
        if stops:
            repeated.add((problem.where.file, "template-error"))
        if problem.code in ("active-content", "outside-address"):
            repeated.add((problem.where.file, "outside-address"))
    for problem in _tried(pack, workspace):
        if (problem.where.file, problem.code) not in repeated:
            problems[problem] = None
    return tuple(problems)


def doubts_about(name: str, workspace: Workspace) -> tuple[Problem, ...]:
    """Warnings about words of a pack and of its languages; none for a pack that cannot be read."""
    try:
        return language_doubts(workspace.pack(name), workspace)
    except PackError:
        return ()


def _tried(pack: Pack, workspace: Workspace) -> Iterator[Problem]:
    """The problems in laying out letters.

    Of the Word template, a letter with all parts says with which tag words are lost; of the page, the skeletons say
    which words.
    """
    skeletons, whole = list(trial_problems(pack, workspace)), list(same_words_problems(pack, workspace))
    word = str(pack.path(WORD_TEMPLATE))
    lost, lost_in_whole = (
        {one.where.file for one in found if one.code == "lost-words"} for found in (skeletons, whole)
    )
    for problem in skeletons:
        if not (problem.code == "lost-words" and problem.where.file == word and word in lost_in_whole):
            yield problem
    for problem in whole:
        if not (problem.code == "lost-words" and problem.where.file != word and problem.where.file in lost):
            yield problem


def examine(pack: Pack) -> tuple[Problem, ...]:
    """The problems of a pack's templates that can be found without laying out a letter."""
    return tuple(dict.fromkeys(problem for problem, _ in _examined(pack)))


def word_findings(
    data: bytes,
    fonts: tuple[str, ...] = (),
    paper: tuple[float, float] | None = None,
    window: EnvelopeWindow | None = None,
    page: PageMeasures | None = None,
    slots: tuple[str, ...] = (),
) -> Iterator[TemplateFinding]:
    """The faults of a Word template, compared with the pack's ``fonts`` and the stylesheet's page size (in mm).

    With ``window`` the place of the addressee's block is compared as well, with ``page`` margins and size of the text,
    with ``slots`` the fonts of other scripts.
    """
    try:
        word = open_word(data)
    except UnreadableTemplateError as error:
        yield from error.findings
        return
    yield from tag_findings(word)
    yield from attribute_findings(word)
    yield from style_findings(word)
    yield from (replace(found, stops=found.stops or found.code in _REFUSED) for found in outside_findings(word))
    yield from shown_findings(word)
    yield from leftover_findings(word)
    yield from unseen_findings(word)
    yield from paper_findings(word, paper)
    yield from font_findings(word, fonts, slots)
    if window:
        yield from word_window_findings(word, window, paper)
    if page:
        yield from measure_findings(word, page)


# ``build`` refuses templates with any of these faults.
_REFUSED = frozenset(
    [
        "macros",
        "foreign-text",
        "embedded-object",
        "reaching-field",
        "attached-template",
        "outside-picture",
        "outside-part",
        "outside-link",
        "mail-merge",
    ]
)


def _examined(pack: Pack) -> Iterator[tuple[Problem, bool]]:
    """Each problem of a pack's templates, and whether it stops every letter."""
    yield from ((problem, False) for problem in _unnamed_fonts(pack))
    sources: dict[str, bytes] = {}
    for name in (WORD_TEMPLATE, PAGE_TEMPLATE, STYLESHEET, *filter(pack.has, (MACROS, ADDITIONS))):
        try:
            sources[name] = pack.read(name)
        except PackError as error:
            yield from ((problem, True) for problem in error.problems)
    texts = {name: data.decode(errors="replace") for name, data in sources.items() if name != WORD_TEMPLATE}
    styles = [texts[name] for name in (STYLESHEET, ADDITIONS) if name in texts]
    paper = paper_of(measures_of(pack) + "".join(styles))
    window = pack.window if pack.addressee_block != "none" else None
    if WORD_TEMPLATE in sources:
        file = str(pack.path(WORD_TEMPLATE))
        page = page_measures(measures_of(pack) + "".join(styles))
        slots = tuple(slot for slot, codes in _SLOTS if any(is_one_of(code, codes) for code in pack.languages))
        fonts = (*pack.fonts.all, *pack.fonts.in_word) if slots else pack.fonts.all
        for finding in word_findings(sources[WORD_TEMPLATE], fonts, paper, window, page, slots):
            yield finding.problem(file), finding.stops
    if PAGE_TEMPLATE in texts:
        yield from _of_page(pack)
    for name in (STYLESHEET, ADDITIONS):
        if pack.has(name) and name in texts:
            yield from _of_stylesheet(pack, name, texts[name], window)


def _unnamed_fonts(pack: Pack) -> Iterator[Problem]:
    """A problem for each language in a script that the pack's only font, a Latin one, probably does not have."""
    where = Place(str(pack.path("pack.yaml")))
    for code in pack.languages:
        if is_one_of(code, UPRIGHT) and len(pack.fonts.families(code)) == 1:
            fact = f"'fonts:' names no font for '{code}'; the installed font that is found would be used"
            yield Problem(where, "unnamed-font", fact, f"add '{code}: [Font Family]' under 'fonts:'")


def _of_page(pack: Pack) -> Iterator[tuple[Problem, bool]]:
    """The problems of the page's template and of the pack's own macros in it."""
    try:
        source = page_source(pack)
    except PackError as error:
        yield from ((problem, True) for problem in error.problems)
        return
    for finding in page_findings(source.text):
        problem = finding.problem("")
        yield replace(problem, where=source.place(pack, finding.line)), finding.stops


def _of_stylesheet(pack: Pack, name: str, text: str, window: EnvelopeWindow | None) -> Iterator[tuple[Problem, bool]]:
    """The problems of one of the pack's own stylesheets. The measures before it take no line."""
    file, stops = str(pack.path(name)), False
    measured = stylesheet_window_findings(measures_of(pack) + text, window) if window else ()
    for finding in chain(stylesheet_findings(text, pack.fonts.all), measured):
        stops = stops or finding.stops
        yield finding.problem(file), finding.stops
    if not stops:
        yield from _ignored_styles(pack, name, file)


def _ignored_styles(pack: Pack, name: str, file: str) -> Iterator[tuple[Problem, bool]]:
    try:
        yield from ((finding.problem(file), False) for finding in ignored_styles(pack, name))
    except PackError as error:
        yield from ((problem, True) for problem in error.problems)


def asked_by(pack: Pack) -> tuple[Asked, ...]:
    """The fields that a pack's templates use, without duplicates, sorted by template and name.

    Raises:
        PackError: a template is missing, or it cannot be read.
    """
    page = {Asked(PAGE_TEMPLATE, field) for field in _page_fields(pack)}
    word = {Asked(WORD_TEMPLATE, field) for field in _word_fields(pack)}
    return tuple(sorted(page | word, key=lambda asked: (asked.file, asked.field)))


def _page_fields(pack: Pack) -> Iterator[str]:
    try:
        source = page_source(pack)
        tree = ImmutableSandboxedEnvironment().parse(source.text)
    except TemplateSyntaxError as error:
        place = source.place(pack, error.lineno)
        raise PackError(Problem(place, "template-error", f"a tag is wrong: {error.message}")) from None
    yield from (use.field for use in uses_of(tree))


_UNREADABLE = ("unclosed-tag", "wrong-tag", "wrong-nesting")


def _word_fields(pack: Pack) -> Iterator[str]:
    file = str(pack.folder / WORD_TEMPLATE)
    try:
        word = open_word(pack.read(WORD_TEMPLATE))
    except UnreadableTemplateError as error:
        raise PackError(*(finding.problem(file) for finding in error.findings)) from None
    if unreadable := [finding for finding in tag_findings(word) if finding.code in _UNREADABLE]:
        raise PackError(*(finding.problem(file) for finding in unreadable))
    for tree, _ in trees_of(placed_tags(word)):
        yield from (use.field for use in uses_of(tree))
