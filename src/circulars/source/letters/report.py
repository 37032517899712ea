"""Collects the problems of a letter, the references in its texts, and missing languages."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from circulars.errors import Place, Problem
from circulars.language import MESSAGES, formats_in, known_languages, noun_forms_in, range_formats_in
from circulars.model.letter import ByLanguage
from circulars.model.text import Span, Spans
from circulars.model.written import WrittenText
from circulars.syntax.nodes import MAX_PROBLEMS, Mapping, Node, Scalar
from circulars.syntax.shape import Report

TO_DO = "TODO"
"""How a text begins that is still to be written or translated."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a text refers to: ``name`` is a field's expression or a link's target.

    Its place is the ``nth`` occurrence (from 0) of the words ``typed`` in ``node``. ``language`` is that of the text,
    or "" if the text is that of all languages.
    """

    kind: str
    name: str
    node: Node
    typed: str = ""
    nth: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class MissingLanguages:
    """The languages that a text lacks (``codes``) and has (``present``); ``what`` names the text in messages."""

    codes: tuple[str, ...]
    where: Place
    what: str
    present: tuple[str, ...]


@dataclass(slots=True)
class UnlistedLanguage:
    """A language with texts that ``languages:`` leaves out: its first text, and the number of its texts.

    ``beside`` is the number of those that stand beside a text in each of the letter's languages.
    """

    where: Place
    texts: int = 0
    beside: int = 0


@dataclass(slots=True)
class LetterReport(Report):
    """The report of a letter: its folder and languages, the folders with languages, and what reading it collects.

    ``ids`` has the parts' ids, ``files`` the contents of the files that the letter refers to, ``marks`` the number of
    marks in its texts. ``texts`` is the number of values by language. ``linked`` has the texts with a link by its name,
    each with the place of the link, and ``fields`` those with fields. ``written`` are the texts as the file has them,
    and ``unlisted_nodes`` those in languages that ``languages:`` leaves out. ``warnings`` are doubts about what is
    written. ``language`` is that of the text that is being read, or "" for all languages.
    """

    folder: Path = Path()
    languages: tuple[str, ...] = ()
    language_folders: tuple[Path, ...] = ()
    references: list[Reference] = field(default_factory=list)
    linked: list[tuple[Place, str, Spans]] = field(default_factory=list)
    fields: list[tuple[Spans, tuple[Reference, ...]]] = field(default_factory=list)
    ids: dict[str, Place] = field(default_factory=dict)
    missing: list[MissingLanguages] = field(default_factory=list)
    unlisted: dict[str, UnlistedLanguage] = field(default_factory=dict)
    unlisted_nodes: list[Node] = field(default_factory=list)
    written: list[WrittenText] = field(default_factory=list)
    texts: int = 0
    used_languages: set[str] = field(default_factory=set)
    marks: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    language: str = ""
    _only_warns: bool = False

    @contextmanager
    def unprinted(self, is_unprinted: bool) -> Iterator[None]:
        """Makes problems with a text warnings if it is not printed."""
        before, self._only_warns = self._only_warns, self._only_warns or is_unprinted
        try:
            yield
        finally:
            self._only_warns = before

    def add_at(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Adds a problem at a place, or a warning if the text there is not printed."""
        if self._only_warns:
            self.warn_at(place, code, f"{message}; this text is not printed", hint)
        else:
            Report.add_at(self, place, code, message, hint)

    def visit_languages(self, node: Mapping) -> None:
        """Is called with each mapping that has texts by language; reports that need them keep them."""

    def visit_text(self, node: Node, *, lines: bool) -> None:
        """Is called with each marked-up text; its line ends are line breaks if it has ``lines``, and else spaces."""

    @property
    def example(self) -> str:
        """An example of a text in the letter's languages, for hints: "{en: …, es: …}"."""
        return "{" + ", ".join(f"{code}: …" for code in self.languages or (MESSAGES,)) + "}"

    @property
    def formats(self) -> frozenset[str]:
        """The formats of facts and the forms of words that any language has."""
        return formats_in(self.language_folders)

    @property
    def noun_forms(self) -> frozenset[str]:
        """The forms of words that any language has."""
        return noun_forms_in(self.language_folders)

    @property
    def range_formats(self) -> tuple[str, ...]:
        """The formats of ranges of days that any language has."""
        return range_formats_in(self.language_folders)

    def is_language(self, code: str) -> bool:
        """Whether a key is a language: one that the letter lists, or one that this package has."""
        return code in self.languages or code in shipped_languages()

    def count_unlisted(self, codes: Iterable[str], node: Mapping, complete: bool) -> None:
        """Counts the text of a mapping for each language in it that ``languages:`` leaves out."""
        for code in codes:
            unlisted = self.unlisted.setdefault(code, UnlistedLanguage(self.tree.place(node.pairs[code][0])))
            unlisted.texts += 1
            self.unlisted_nodes.append(node.pairs[code][1])
            unlisted.beside += complete

    def record_text(self, values: ByLanguage[object], nodes: ByLanguage[Node]) -> None:
        """Records a text in its languages, unless its values are not running text, such as the names of something."""
        paragraphs = {code: _paragraphs(value) for code, value in values.items()}
        if all(paragraphs.values()):
            ranges = {code: (nodes[code].start, nodes[code].end) for code in values}
            typed = {code: node.text for code in values if isinstance(node := nodes[code], Scalar)}
            self.written.append(WrittenText({code: found or () for code, found in paragraphs.items()}, ranges, typed))

    def place_of(self, reference: Reference) -> Place:
        """The place of a reference; for a link with words, that of the target after "]("."""
        typed = reference.typed
        return self.tree.place_of(reference.node, typed, reference.nth, typed.startswith("](") * 2)

    def places(self) -> dict[str, Place]:
        """The place of each key of the letter, and the first place of each field and link."""
        root = self.tree.root
        pairs = root.pairs if isinstance(root, Mapping) else {}
        found = {name: self.tree.place(key) for name, (key, _) in pairs.items()}
        for reference in self.references:
            if reference.kind in ("field", "link") and reference.name not in found:
                found[reference.name] = self.place_of(reference)
        return found

    def field_places(self) -> tuple[tuple[Spans, tuple[Place, ...]], ...]:
        """The places of the fields of each text that has any, in their order, with the text itself."""
        return tuple((spans, tuple(map(self.place_of, fields))) for spans, fields in self.fields)

    def warn_at(self, place: Place, code: str, message: str, hint: str) -> None:
        """Adds a warning at a place, unless there are as many already as there may be problems."""
        if len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(Problem(place, code, message, hint))

    def listed(self, references: Sequence[Reference]) -> list[Reference]:
        """The references without those in texts that are not printed, in languages that ``languages:`` leaves out."""
        ranges = sorted((node.start, node.end) for node in self.unlisted_nodes)
        starts = [start for start, _ in ranges]
        found = []
        for reference in references:
            at = bisect.bisect_right(starts, reference.node.start) - 1
            if at < 0 or reference.node.start >= max(ranges[at][1], ranges[at][0] + 1):
                found.append(reference)
        return found

    def add_once(self, places: Sequence[Place], code: str, message: str, hint: str) -> None:
        """Adds one problem for several places: at the first, with the places of the others in its message."""
        others = list(dict.fromkeys(f"{place.line}:{place.column}" for place in sorted(places[1:])))
        if others:
            more = ", …" if len(others) > 5 else ""
            message += f" (also at {', '.join(others[:5])}{more})"
        self.add_at(places[0], code, message, hint)

    def register_id(self, name: str, node: Node) -> None:
        """Records the id of a part; reports an id that another part has already."""
        if name in self.ids:
            fact = f"duplicate id '{name}'; the first is on line {self.ids[name].line}"
            self.add(node, "duplicate-id", fact, "give one of the two another id")
        self.ids.setdefault(name, self.tree.place(node))


def _paragraphs(value: object) -> tuple[Spans, ...] | None:
    """The paragraphs of a text; None for a value of another kind."""
    match value:
        case str():
            return ((Span(value),),)
        case tuple():
            return (value,) if value and isinstance(value[0], Span) else value
        case _:
            return None


@functools.cache
def shipped_languages() -> tuple[str, ...]:
    """The codes of the languages that this package has."""
    return known_languages()


def letter_report(report: Report) -> LetterReport:
    """The report, typed as that of a letter: the shapes of this package are used for letters only."""
    assert isinstance(report, LetterReport)
    return report
