"""The state of composing: a letter that is being settled in one language."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from circulars.errors import LetterError, Place, Problem, did_you_mean
from circulars.language import Language
from circulars.model.letter import NO_DATE, Letter, PlacedName
from circulars.model.phrases import Noun, Pattern
from circulars.model.text import Span, Spans
from circulars.pack import Kind, KindWords, Pack, Words

_IN_REFERENCES: Final = ("number", "group")
"""What a kind makes its reference of: a letter with a reference of its own, or with none, needs none of it."""


@dataclass(frozen=True, slots=True)
class AnnexLabel:
    """An annex's label: in its heading ("ANNEX 1"), in a sentence ("Annex 1"), and in a list of annexes ("1").

    All three are the same if the letter has given it in words. ``noun`` has all forms of the name.
    """

    heading: str
    noun: Noun
    sign: str

    @property
    def name(self) -> str:
        return self.noun.plain

    @property
    def is_own(self) -> bool:
        """Whether the letter has given it in words."""
        return self.heading == self.name == self.sign


@dataclass(frozen=True, slots=True)
class SettledText:
    """How a text was settled: its spans as the letter has them, and the settled ones, each with the number of its own.

    The ``source`` is the very tuple of the letter, so that it shows which of two equal texts was settled.
    """

    source: Spans
    pieces: tuple[tuple[int, Span], ...]


@dataclass(slots=True)
class Draft:
    """A letter being settled: the language, the pack and the audience that it is settled for, and the results so far.

    ``annex_labels`` has the label of each annex. ``numbers`` maps the id of a numbered part to what a reference to it
    shows; ``ids`` has the ids of all parts of the audience; ``starts`` has the number of the first entry of each list,
    by its id. ``names`` has the forms of the names of annexes, by their ids, and ``reference`` those of the reference,
    once it is settled. ``warnings`` are doubts about the forms of words. ``characters`` is the length of all text
    settled so far. ``settled_texts`` has how each text was settled, if that is wanted. ``placed_texts`` has the places
    of the fields of each text, by its identity, since equal texts have other places.
    """

    source: Letter
    language: Language
    pack: Pack
    audience: Mapping[str, str]
    addressed: bool
    kind: Kind
    words: Words
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    names: dict[str, Noun] = field(default_factory=dict)
    reference: Noun | None = None
    numbers: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    starts: dict[str, int] = field(default_factory=dict)
    annex_labels: tuple[AnnexLabel, ...] = ()
    characters: int = 0
    settled_texts: list[SettledText] | None = None
    placed_texts: dict[int, tuple[Place, ...]] | None = None

    @property
    def kind_words(self) -> KindWords:
        return self.words.kinds[self.source.kind.name]

    @property
    def date(self) -> str:
        """The letter's date written out; "" if it could not be read."""
        return self.written(self.source.date)

    def written(self, date: datetime.date) -> str:
        """A date written out; "" if it could not be read."""
        return self.language.date(date) if date != NO_DATE else ""

    def label(self, name: str) -> str:
        """A label, as the letter, its kind or the language defines it, in this order."""
        own = self.source.labels.get(name)
        if own is not None:
            return own[self.language.code] if own else ""
        words = self.pattern(name)
        if words is None:
            fact = f"the language '{self.language.code}' has no label '{name}'"
            hint = f"add '{name}:' under 'labels:' in its file, or in the letter"
            self.problem(self.source.places.get(name, self.place("to")), "missing-words", fact, hint)
        return words.text if words else ""

    def pattern(self, name: str) -> Pattern | None:
        """A label that has places, as the kind or the language defines it, in this order; None without one."""
        return self.kind_words.labels.get(name, self.language.labels.get(name))

    def place(self, name: str) -> Place:
        """The place of a key or a reference in the letter's file; the whole file if it is not known."""
        return self.source.places.get(name, Place(self.source.file))

    def field_places(self, spans: Spans) -> Mapping[int, Place]:
        """The places of the fields of a text of the letter, by the numbers of their spans."""
        if self.placed_texts is None:
            self.placed_texts = {id(text): places for text, places in self.source.field_places}
        fields = [number for number, span in enumerate(spans) if span.hole]
        known = self.placed_texts.get(id(spans), ())
        places = known if len(known) == len(fields) else [self.place(spans[number].hole) for number in fields]
        return dict(zip(fields, places, strict=True))

    def text_place(self, spans: Spans, otherwise: Place) -> Place:
        """The place of a text of the letter in the draft's language; ``otherwise``, if the file has no such text."""
        code, letter = self.language.code, self.source
        for text in letter.texts:
            if code in text.ranges and any(one is spans for one in text.paragraphs.get(code, ())):
                return letter.origin.place_at(text.ranges[code][0], letter.file)
        return otherwise

    def doubt(self, where: Place, code: str, message: str, hint: str) -> None:
        self.warnings.append(Problem(where, code, message, hint))

    def problem(self, where: Place, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(where, code, message, hint))


def begin(source: Letter, language: Language, pack: Pack, audience: Mapping[str, str], addressed: bool) -> Draft:
    """A new draft. It has the problems that must be fixed before anything else can be settled.

    Raises:
        LetterError: the pack does not have the letter's kind or language, or no words for this kind in this language.
    """
    problems = list(_missing_basics(source, language, pack))
    if source.kind.name not in pack.kinds or language.code not in pack.words:
        raise LetterError(*problems)
    kind, words = pack.kinds[source.kind.name], pack.words[language.code]
    if missing := [*_missing_words(source, language, kind, words)]:
        raise LetterError(*problems, *missing)
    return Draft(source, language, pack, audience, addressed, kind, words, problems)


def _missing_words(source: Letter, language: Language, kind: Kind, words: Words) -> Iterator[Problem]:
    """The problems of an incomplete file of words: it lacks the letter's kind, or the bureau that sends it."""
    where, code = _listed(language, source), language.code
    if source.kind.name not in words.kinds:
        fact = f"the pack's words in '{code}' have no kind '{source.kind.name}'"
        yield Problem(where, "missing-words", fact, f"add it under 'kinds:' in 'words/{code}.yaml' of the pack")
    if kind.bureau not in words.bureaus and code not in source.bureau:
        fact = f"the pack's words in '{code}' have no bureau '{kind.bureau}'"
        yield Problem(where, "missing-words", fact, f"add it under 'bureaus:' in 'words/{code}.yaml' of the pack")


def _listed(language: Language, source: Letter) -> Place:
    """The place where a letter names a language."""
    return next((named.where for named in source.languages if named.name == language.code), Place(source.file))


def unknown_kind(kind: PlacedName, pack: Pack) -> Problem:
    """The problem with a kind that a pack does not have."""
    hint = did_you_mean(kind.name, pack.kinds, "its kinds: " + ", ".join(pack.kinds))
    return Problem(kind.where, "unknown-kind", f"the pack '{pack.name}' has no kind '{kind.name}'", hint)


def _asked_keys(kind: str, pack: Pack, language: str) -> tuple[str, ...]:
    """The keys that a letter of a kind must have: those of the kind, and the group if its reference names that."""
    asks, words = pack.kinds[kind].asks, pack.words.get(language)
    names_group = words is not None and kind in words.kinds and words.kinds[kind].reference.has("group")
    return (*asks, "group") if names_group and "group" not in asks else asks


def _missing_basics(source: Letter, language: Language, pack: Pack) -> Iterator[Problem]:
    """The problems that must be fixed before anything else can be settled."""
    kind = source.kind
    if kind.name not in pack.kinds:
        yield unknown_kind(kind, pack)
    else:
        for key in _asked_keys(kind.name, pack, language.code):
            given = getattr(source, key.replace("-", "_"), None)
            has_own_reference = source.reference is False or bool(source.reference)
            if not given and not (key in _IN_REFERENCES and has_own_reference):
                hint = f"add '{key}:'" + ("; a letter without one says 'number: false'" if key == "number" else "")
                yield Problem(kind.where, "missing-field", f"a {kind.name} needs '{key}'", hint)
    if source.paper and source.paper not in pack.paper:
        fact = f"the pack '{pack.name}' has no letters on the paper '{source.paper}'"
        hint = f"write one of: {', '.join(pack.paper)}; or add it to the pack's 'paper:'"
        yield Problem(source.places.get("paper", kind.where), "unknown-paper", fact, hint)
    if language.code not in pack.words:
        yield Problem(
            _listed(language, source),
            "unknown-language",
            f"the pack '{pack.name}' has no words in '{language.code}'",
            f"its languages: {', '.join(pack.words)}; 'circulars language new {language.code}' adds another",
        )
