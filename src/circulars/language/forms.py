"""Shapes that compare the forms and formats that a language file names with those that it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from circulars.errors import Place, did_you_mean
from circulars.language.beside import RANGE
from circulars.language.date_patterns import DatePattern, DateText
from circulars.language.language import DATE_FORMATS, REFERENCE, TEXT
from circulars.model.phrases import FORM_NAME, Gap, Pattern, Term
from circulars.syntax import nodes
from circulars.syntax.groups import ListOf, MapOf
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.phrase_shapes import PLAIN_TEXT, Inflected, PatternText, term
from circulars.syntax.scalars import Text
from circulars.syntax.shape import AnyOf, Converted, Report, Shape

T = TypeVar("T")
FORM: Final = Text("the name of a form", FORM_NAME, hint="use lower-case letters, digits and hyphens: nominative")
PLAIN_AND_TO: Final = ("plain", "to")
"""The forms of a file that names none: those of languages whose nouns are the same after "to"."""


def noun_in_forms(needed: tuple[str, ...] = ()) -> Shape[Term]:
    """The shape of a noun whose forms the language has."""

    def checked(noun: Term, node: Node, report: Report) -> Term:
        _check_forms(((form, where) for form, where in noun.places.items() if form), report)
        return noun

    return Converted(term(needed), checked)


def pattern_of_nouns(*places: str) -> Shape[Pattern]:
    """The shape of a pattern with places for nouns in forms that the language has."""

    def checked(pattern: Pattern, node: Node, report: Report) -> Pattern:
        _check_forms(((gap.form, gap.where) for gap in pattern.gaps if gap.form), report)
        return pattern

    return Converted(PatternText(places, nouns=places), checked)


def date_in_forms(needed: str = "") -> Shape[dict[str, DatePattern]]:
    """How a date is written: one pattern, or one for each form of a noun ("accusative")."""

    def with_names(pattern: DatePattern, node: Node, report: Report) -> DatePattern:
        for gap in pattern.pieces:
            if isinstance(gap, Gap):
                group = f"{gap.name}s"
                known = _keys(report, group)
                _check([(gap.form, gap.where)], known, report, f"write the names of {group} in it under '{group}:'")
        return pattern

    def in_forms(patterns: dict[str, DatePattern], node: Node, report: Report) -> dict[str, DatePattern]:
        if isinstance(node, nodes.Mapping):
            named = ((name, report.tree.place(key)) for name, (key, _) in node.pairs.items())
            _check_forms(named, report)
        return patterns

    return Converted(Inflected(Converted(DateText(needed), with_names), lambda forms, _: forms), in_forms)


def _known_form(form: str, node: Node, report: Report) -> str:
    _check_forms([(form, report.tree.place(node))], report)
    return form


def _for_all_formats(form: str, node: Node, report: Report) -> dict[str, str]:
    return {"": form}


def _known_formats(forms: dict[str, str], node: Node, report: Report) -> dict[str, str]:
    """The forms by the format that has them; each must be that of a date, :data:`REFERENCE` or :data:`TEXT`."""
    formats = (*_keys(report, "dates"), REFERENCE, TEXT)
    assert isinstance(node, nodes.Mapping)
    for name, (key, _) in node.pairs.items():
        if name not in formats:
            fact = f"there is no format of dates '{name}'"
            report.add(key, "unknown-format", fact, did_you_mean(name, formats, f"write one of: {', '.join(formats)}"))
    return forms


def by_known_forms(values: dict[str, T], node: Node, report: Report) -> dict[str, T]:
    """Values by the names of forms, which the language has."""
    if isinstance(node, nodes.Mapping):
        _check_forms(((name, report.tree.place(key)) for name, (key, _) in node.pairs.items()), report)
    return values


KNOWN_FORM: Final = Converted(FORM, _known_form)
"""The name of a form that the language has."""
FORM_AFTER: Final[Shape[dict[str, str]]] = AnyOf(
    {
        "form": Converted(KNOWN_FORM, _for_all_formats),
        "formats": Converted(MapOf(KNOWN_FORM, "a form for each format"), _known_formats),
    },
    lambda node: "formats" if isinstance(node, nodes.Mapping) else "form",
)
"""The form after a word: one for all formats of dates, or one for each."""


def _known_date_formats(words: dict[str, dict[str, str]], node: Node, report: Report) -> dict[str, dict[str, str]]:
    """The words by the formats before which they stand, which the file has, or must have."""
    formats = tuple(dict.fromkeys((*_keys(report, "dates"), *DATE_FORMATS, RANGE)))
    assert isinstance(node, nodes.Mapping)
    for listed, (key, _) in node.pairs.items():
        for name in listed.split():
            if name not in formats:
                where = report.tree.place_in(key, listed, listed.index(name), name)
                hint = did_you_mean(name, formats, f"write one of: {', '.join(formats)}")
                report.add_at(where, "unknown-format", f"there is no format of dates '{name}'", hint)
    return words


BEFORE_DATES: Final = Converted(
    MapOf(
        MapOf(
            Converted(PatternText(blank=True), lambda pattern, *_: pattern.text),
            "a group of words",
            r"\w[\w' .-]{0,40}(?: … \w{1,20})?",
            "a word, or several: 'starting from'",
        ),
        "a group of formats",
        r"[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*){0,20}",
        "the names of formats of dates: date weekday-date",
    ),
    _known_date_formats,
)
"""What words become before a date, by its formats, or "" if none belongs there; several formats may be in one key."""


RIGHT_WORDS: Final[Shape[tuple[str, ...]]] = AnyOf(
    {
        "word": Converted(PLAIN_TEXT, lambda word, *_: (word,)),
        "choice": Converted(ListOf(PLAIN_TEXT, "a list of words"), lambda words, *_: tuple(words)),
    },
    lambda node: "choice" if isinstance(node, nodes.Sequence) else "word",
)
"""What a word becomes, or a list of those of which only the writer knows the right one."""


def _check_forms(named: Iterable[tuple[str, Place]], report: Report) -> None:
    """Reports each form of a noun that the file does not have."""
    if known := _forms(report):
        _check(named, known, report)


def _check(named: Iterable[tuple[str, Place]], known: Sequence[str], report: Report, otherwise: str = "") -> None:
    """Reports each form that is not known."""
    otherwise = otherwise or f"the forms are {', '.join(known)}; a new one is added to 'forms:'"
    for form, where in named:
        if form not in known:
            report.add_at(where, "unknown-form", f"there is no form '{form}'", did_you_mean(form, known, otherwise))


def _forms(report: Report) -> tuple[str, ...]:
    """The forms of nouns that the file has; none if they cannot be read, and then no form is unknown."""
    named = nodes.descendant(report.tree.root, "forms")
    # A name with capitals is reported as such, and not again wherever it is right.
    return (
        tuple(one.text.lower() for one in nodes.children(named) if isinstance(one, Scalar)) if named else PLAIN_AND_TO
    )


def _keys(report: Report, group: str) -> tuple[str, ...]:
    """The names in one of the file's groups."""
    named = nodes.descendant(report.tree.root, group)
    return tuple(named.pairs) if isinstance(named, nodes.Mapping) else ()
