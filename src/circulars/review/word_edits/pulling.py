"""Takes the edits of a Word file back into the letter that it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.errors import CircularsError, LetterError, Place, Problem, UsageError, did_you_mean
from circulars.files.opc import UnreadablePackageError
from circulars.files.output import save
from circulars.processes.crew import limited
from circulars.processes.limits import Part
from circulars.review.line_diff import line_diff
from circulars.review.versions.git import Version, read_version
from circulars.review.word_edits.accepted import AcceptedParagraph, accepted, authors_by_name
from circulars.review.word_edits.applying import Applied, EditedLetter, applied_edits
from circulars.review.word_edits.base import Embedded, WordLetter, composed, embedded_in
from circulars.review.word_edits.belonging import letter_of, refuse_other
from circulars.review.word_edits.edited import EditedDocument
from circulars.review.word_edits.edits import PlannedEdit, Rewrite
from circulars.review.word_edits.origins import origins_of
from circulars.review.word_edits.pairing import paired
from circulars.review.word_edits.planning import planned, refused_edit, whole_groups
from circulars.review.word_edits.proof import Mismatch, key_of, mismatches
from circulars.review.word_edits.reading import read_edited
from circulars.review.word_edits.remarks import LetterComment, letter_comments
from circulars.review.word_edits.rewrites import Refused, link_names
from circulars.review.word_edits.settling import field_results, results_of, settled
from circulars.review.word_edits.versions import PulledVersions
from circulars.source.editing import Path as LetterPath
from circulars.source.editing import Replace, edited, text_paths
from circulars.source.editing.forms import Form, at_path, form_of
from circulars.syntax.nodes import read_tree
from circulars.verify import changed_since
from circulars.workspace import Workspace, shown

_ROUNDS: Final = 6
_SECONDS: Final = 30
"""The CPU time for one file, in seconds; an ordinary one needs a tenth."""
_MOST_NEW: Final = 300
"""The most paragraphs that an edited file may have more than the letter's own."""
_ENDS: Final = ("from", "to")
_RANGE: Final = "/"
"""What is between the two dates of an answer about a range."""
_MODULES: Final = ("lxml.etree", "circulars.review.word_edits.pulling", "circulars.render.docx")


@dataclass(frozen=True, slots=True)
class PulledEdit:
    """An edit of the Word file, and what becomes of it in the letter.

    ``kind`` is "words", "added", "removed", "moved", "fact", "comment" or "other". ``outcome`` is "taken",
    "already there", "conflict", "question" or "not mapped"; the last three have a ``reason`` and a ``remedy``, and
    what is taken may have a reason as a note. ``now`` are the words of the letter as it is now, in a conflict. ``name``
    is what a question is about: a fact, "ref:" with an id, a link, or a spelling. ``is_fact`` says that it is a fact,
    which may get another value.
    """

    kind: str
    outcome: str
    old: str = ""
    new: str = ""
    now: str = ""
    reason: str = ""
    remedy: str = ""
    authors: tuple[str, ...] = ()
    name: str = ""
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class PulledFile:
    """What became of the edits of a Word file: the letter's bytes before and after, and each edit.

    ``notes`` say what has changed here since the file was made: what differs only for that is among the edits.
    """

    letter: Path
    file: str
    language: str
    before: bytes
    after: bytes
    edits: tuple[PulledEdit, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def diff(self) -> str:
        """The lines of the letter that change, as a unified diff."""
        return line_diff(self.before, self.after, self.file)

    @property
    def is_whole(self) -> bool:
        """Whether no edit waits for a decision: there is no conflict and no question."""
        return not any(one.outcome in ("conflict", "question") for one in self.edits)


def pull_edits(
    data: bytes,
    file: str,
    workspace: Workspace,
    letter: Path | None = None,
    *,
    here: Collection[str] = (),
    facts: Mapping[str, str] | None = None,
) -> PulledFile:
    """The edits of a Word file that was made from a letter, taken into the letter as it is now. Nothing is written.

    ``here`` and ``facts`` answer questions: words typed over what is named in ``here`` are said there only, and
    ``facts`` has new values of facts, which change everywhere.

    Raises:
        LetterError: the file is not a Word file with a letter's source in it, it was merged for an addressee, its
            source cannot be laid out here, or the letter is not there.
        LimitError: reading the file and comparing it takes too much time or memory.
    """
    part = Part(f"the file '{file}'", "edit the letter itself", Place(file), _SECONDS)
    answers = frozenset(here), dict(facts or {})
    return limited(part, _pulled_file, data, file, workspace, letter, *answers, modules=_MODULES)


def _pulled_file(
    data: bytes, file: str, workspace: Workspace, letter: Path | None, here: frozenset[str], facts: Mapping[str, str]
) -> PulledFile:
    """What :func:`pull_edits` returns, in a process within limits: the file may be a stranger's."""
    embedded = embedded_in(data, file)
    path = letter or letter_of(embedded, file, workspace)
    name = shown(path, workspace)
    now = read_version(Version("", str(path)), Path())
    refuse_other(path, now, embedded, name)
    read = _read(data, file)
    base = composed(embedded.source, embedded, file, workspace)
    facts = _with_whole_ranges(facts, form_of(read_tree(embedded.source, file).root))
    attempt = _Attempt(embedded, base, read, file, workspace, here)
    attempt.refuse_unknown(here, facts)
    edits, refused, answers = attempt.answered_edits(facts)
    refused = [_with_value(one, facts) for one in refused]
    facts_now = [one for ones in answers.values() for one in ones]
    target, applied = applied_edits([*edits, *facts_now], embedded.source, now, name)
    done = [_pulled(one, outcome) for one, outcome in applied]
    comments = [
        _commented(one, target.comment(one.path, one.lines))
        for one in letter_comments(read, attempt.versions.new, attempt.paths)
    ]
    found = (*done, *map(_refused, refused), *comments, *attempt.looks, *_others(attempt.unedited, read))
    notes = tuple(changed_since(embedded.making, workspace))
    return PulledFile(path, name, embedded.making.language, now, target.data, found, notes)


def _with_whole_ranges(facts: Mapping[str, str], form: Form) -> dict[str, str]:
    """The new values of facts, with both ends of a range of days of which one was named: "course.from"."""
    found: dict[str, str] = {}
    for name, value in facts.items():
        fact, _, end = name.partition(".")
        own = _range_of(fact, form) if end in _ENDS else None
        if own is None:
            found[name] = value
            continue
        known = found[fact].split(_RANGE) if found.get(fact, "").count(_RANGE) == 1 else own
        found[fact] = _RANGE.join({**dict(zip(_ENDS, known, strict=True)), end: value}.values())
    return found


def _range_of(fact: str, form: Form) -> list[str] | None:
    """The two days of a fact; None if it is not a range."""
    try:
        ends = [at_path(form, ("facts", fact, end)) for end in _ENDS]
    except LookupError:
        return None
    days = [one[0] for one in ends if isinstance(one, tuple)]
    return days if len(days) == len(_ENDS) else None


# What is not taken, although letters can have it: its kind, and the key that says it.
_BY_KEYS: Final = {"alignment": "align:", "page break": "new-page:"}


def _why(kind: str) -> str:
    key = _BY_KEYS.get(kind)
    return f"looks are not taken; the letter says it with '{key}'" if key else "letters cannot have this"


def _others(old: EditedDocument, new: EditedDocument) -> Iterator[PulledEdit]:
    """What an edited file has, or no longer has, that letters cannot have."""
    before, after = Counter(old.unmapped), Counter(new.unmapped)
    for one in (after - before).elements():
        yield PulledEdit("other", "not mapped", new=f"{one.kind}: {one.words}", reason=_why(one.kind))
    for one in (before - after).elements():
        yield PulledEdit("other", "not mapped", old=f"{one.kind}: {one.words}", reason=_why(one.kind))


def _read(data: bytes, file: str) -> EditedDocument:
    try:
        return read_edited(data)
    except UnreadablePackageError as error:
        raise LetterError(Problem(Place(file), "unreadable-file", error.fact, error.remedy)) from None


def write_pulled(pulled: PulledFile) -> None:
    """Writes the letter with the edits in the place of the old file.

    Raises:
        UsageError: the file has changed since it was read, or is a link to a file in another folder.
        LetterError: the file cannot be read any more.
        MachineError: the disk is full, or the folder cannot be written to.
    """
    path = pulled.letter
    if path.is_symlink():
        fact, hint = "this is a link; edits are not written there", "name the file itself"
        raise UsageError(Problem(Place(pulled.file), "outside-folder", fact, hint))
    if read_version(Version("", str(path)), Path()) != pulled.before:
        fact = "the file was changed while its edits were read"
        raise UsageError(Problem(Place(pulled.file), "changed-file", fact, "run the command again"))
    if pulled.after != pulled.before:
        save(path.parent, path.name, pulled.after)


class _Attempt:
    """Plans the edits of a file, and leaves out those after which the letter would not make what is in the file."""

    def __init__(
        self,
        embedded: Embedded,
        base: WordLetter,
        read: EditedDocument,
        file: str,
        workspace: Workspace,
        here: frozenset[str],
    ) -> None:
        self.embedded, self.file, self.workspace = embedded, file, workspace
        self.unedited, new = read_edited(base.data), accepted(read.paragraphs)
        old = accepted(self.unedited.paragraphs)
        if len(new) > len(old) + _MOST_NEW:
            fact = f"the file has {len(new) - len(old):,} paragraphs more than the letter; the limit is {_MOST_NEW}"
            raise LetterError(Problem(Place(file), "too-many", fact, "write them into the letter"))
        language = embedded.making.language
        paths = text_paths(read_tree(embedded.source, file).root)
        found = origins_of(base.letter, base.settled_texts, language, old, paths)
        origins, others = {n: one[0] for n, one in found.items()}, {n: one[1:] for n, one in found.items()}
        pairs, links = paired(old, new), link_names(base.letter, language)
        self.edited, settled_file = new, settled(old, new, pairs)
        self.listed = settled_file.listed
        authors = authors_by_name(read.paragraphs)
        self.versions = PulledVersions(
            base.letter, embedded.source, language, old, settled_file.new, pairs, origins, others, links, here,
            authors=authors, unsaid=settled_file.unsaid,
        )  # fmt: skip

    def proven(self) -> tuple[list[PlannedEdit], list[Refused]]:
        """The edits that are proven, and what is not taken. Numbers that programs renew are no edits."""
        edits, refused = self._proven()
        old, pairs = self.versions.old, self.versions.pairs
        usual = field_results(old)
        if any(text not in usual.get(key, ()) for one in self.edited for key, text in results_of(one)):
            renewed = field_results(self._made(edits) or ())
            again = settled(old, self.edited, pairs, renewed)
            if again.new != self.versions.new:
                self.versions = replace(self.versions, new=again.new, unsaid=again.unsaid)
                edits, refused = self._proven()
        return edits, refused

    def _proven(self) -> tuple[list[PlannedEdit], list[Refused]]:
        """The edits that are proven, and what is not taken, of the paragraphs as they are read."""
        edits, refused = planned(self.versions)
        for _ in range(_ROUNDS):
            wrong = self._wrong(edits, refused)
            if not wrong:
                return edits, refused
            left = [one for one in edits if one.near & wrong]
            if not left:
                break
            edits = [one for one in edits if not one.near & wrong]
            reason = "the letter would not say the same afterwards"
            refused += [refused_edit(one, reason) for one in left]
            edits, refused = whole_groups(edits, refused, self.versions.answered)
        return edits, [*refused, *self._unexplained(edits, refused)]

    def answered_edits(
        self, facts: Mapping[str, str]
    ) -> tuple[list[PlannedEdit], list[Refused], dict[str, tuple[PlannedEdit, ...]]]:
        """The edits, those that are not taken, and the facts to change: the answers with which the letter is right."""
        while True:
            self.versions = replace(self.versions, answered=frozenset(facts))
            edits, refused = self.proven()
            answers = self.answered(edits, refused, facts)
            if len(answers) == len(facts):
                break
            facts = {name: value for name, value in facts.items() if name in answers}
        return edits, [one for one in refused if not (one.question and one.question.unit.name in answers)], answers

    @property
    def paths(self) -> dict[int, LetterPath]:
        """The paths of the texts that the paragraphs of the edited file are from, by their numbers."""
        olds = enumerate(self.versions.pairs.olds)
        origins = ((number, self.versions.origins.get(place)) for number, place in olds if place is not None)
        return {number: origin.text.path for number, origin in origins if origin}

    @property
    def looks(self) -> Iterator[PulledEdit]:
        """What was made of words that are still there, and that letters cannot have."""
        for _, old, new in self.listed:
            yield PulledEdit("other", "not mapped", old, new, reason="letters cannot have this")

    def answered(
        self, edits: Sequence[PlannedEdit], refused: Sequence[Refused], facts: Mapping[str, str]
    ) -> dict[str, tuple[PlannedEdit, ...]]:
        """The facts to change, by their names: with each, the letter says what was typed over it."""
        found: dict[str, tuple[PlannedEdit, ...]] = {}
        for name, value in facts.items():
            asked = [one for one in refused if one.question and one.question.unit.name == name]
            changed = self._of_fact(name, value)
            if not asked or not changed:
                continue
            near = frozenset(number for one in asked for number in one.near)
            group = frozenset((-1 - min(near),))
            facts_now = tuple(
                PlannedEdit(one, "fact", one.old, one.new, near, asked[0].authors, group) for one in changed
            )
            made = self._made([*edits, *facts_now]) or ()
            if {self.versions.new[number].text for number in near} <= {one.text for one in made}:
                found[name] = facts_now
        return found

    def _of_fact(self, name: str, value: str) -> tuple[Rewrite, ...]:
        """The edits that give a fact another value, in the language of the file if it has one for each."""
        form = form_of(read_tree(self.embedded.source, self.file).root)
        for path in (("facts", name, self.versions.language), ("facts", name)):
            try:
                now = at_path(form, path)
            except LookupError:
                continue
            if isinstance(now, tuple):
                return (Rewrite(path, now[0], value),)
            if isinstance(now, dict) and value.count(_RANGE) == 1:
                values = dict(zip(_ENDS, value.split(_RANGE), strict=True))
                olds = {key: one[0] for key, one in now.items() if isinstance(one, tuple)}
                return tuple(
                    Rewrite((*path, key), olds[key], new)
                    for key, new in values.items()
                    if key in olds and olds[key] != new
                )
        return ()

    def refuse_unknown(self, here: Collection[str], facts: Collection[str]) -> None:
        """Checks that answers are to questions.

        Raises:
            UsageError: nothing was typed over what an answer names.
        """
        if not (here or facts):
            return
        _, refused = planned(replace(self.versions, here=frozenset(), answered=frozenset()))
        asked = sorted({one.question.unit.name for one in refused if one.question})
        otherwise = f"the questions are about: {', '.join(asked)}" if asked else "there are no questions"
        for name in sorted({*facts, *here} - {*asked}):
            hint = did_you_mean(name, asked, otherwise)
            raise UsageError(Problem(Place(self.file), "wrong-option", f"no words are typed over '{name}'", hint))

    def _wrong(self, edits: Sequence[PlannedEdit], refused: Sequence[Refused]) -> frozenset[int]:
        """The numbers of the paragraphs that the letter would make in another way, but for those that are refused."""
        known = frozenset(number for one in refused for number in one.near)
        made = self._made(edits)
        if made is None:
            alone = [one for one in edits if self._made([one]) is None]
            return frozenset(number for one in alone or edits for number in one.near) - known
        found: set[int] = set()
        for one in mismatches(made, self.versions.new):
            found |= one.near
        return frozenset(found) - known

    def _made(self, edits: Sequence[PlannedEdit]) -> tuple[AcceptedParagraph, ...] | None:
        """The paragraphs that the letter makes with some edits; None if it cannot be laid out, or not be edited."""
        language = self.versions.language
        target = EditedLetter(self.embedded.source, self.embedded.source, self.file, alone=True)
        if any(target.apply(one.edit).outcome != "taken" for one in edits):
            return None
        try:
            data = target.data
            if len(self.versions.letter.languages) > 1:
                data = edited(data, [Replace(("languages",), [language])], self.file).data
            made = composed(data, self.embedded, self.file, self.workspace)
        except CircularsError:
            return None
        return accepted(read_edited(made.data).paragraphs)

    def _follows(self, one: Mismatch) -> bool:
        """Whether what differs only follows from an edit: nobody has edited it, and no text of the letter is there."""
        for number in one.near:
            place = self.versions.pairs.olds[number] if 0 <= number < len(self.versions.new) else None
            if place is None or place in self.versions.origins:
                return False
            if key_of(self.versions.old[place]) != key_of(self.versions.new[number]):
                return False
        return True

    def _unexplained(self, edits: Sequence[PlannedEdit], refused: Sequence[Refused]) -> list[Refused]:
        """What in the file is not what the letter makes, without a reason so far."""
        known = {number for one in refused for number in one.near}
        made = self._made(edits)
        found: list[Refused] = []
        for one in mismatches(made or (), self.versions.new):
            if not one.near & known and not self._follows(one):
                words = ["\n".join(side.text for side in sides) for sides in (one.made, one.wanted)]
                reason = "this cannot be taken into the letter" + _what_differs(one)
                found.append(Refused(words[0], words[1], reason, "edit the letter", one.near))
        return found


def _with_value(one: Refused, facts: Mapping[str, str]) -> Refused:
    """A question, with what is wrong with the answer that was given."""
    if not one.question or one.question.unit.name not in facts:
        return one
    value = facts[one.question.unit.name]
    return replace(one, remedy=f"with '{value}' the letter would not say '{one.question.words}', as the file does")


def _what_differs(one: Mismatch) -> str:
    if len(one.made) != len(one.wanted) or any(a.text != b.text for a, b in zip(one.made, one.wanted, strict=True)):
        return ""
    is_style = all(key_of(a)[0] == key_of(b)[0] for a, b in zip(one.made, one.wanted, strict=True))
    return ": the style of the paragraph is another one" if is_style else ": the words look in another way"


def _pulled(edit: PlannedEdit, applied: Applied) -> PulledEdit:
    remedies = {"conflict": "write into the letter what is right", "not mapped": "edit the letter"}
    remedy = remedies.get(applied.outcome, "")
    reason, old, new = applied.reason or edit.note, edit.old, edit.new
    if isinstance(edit.edit, Rewrite) and old == new:
        old, new = edit.edit.old, edit.edit.new  # the words only look in another way: with the marks of the letter
    return PulledEdit(edit.kind, applied.outcome, old, new, applied.now, reason, remedy, edit.authors)


def _commented(one: LetterComment, applied: Applied) -> PulledEdit:
    remedy = "write it by hand" if applied.outcome == "not mapped" else ""
    authors = (one.author,) if one.author else ()
    return PulledEdit("comment", applied.outcome, new=one.words, reason=applied.reason, remedy=remedy, authors=authors)


def _refused(one: Refused) -> PulledEdit:
    outcome = "question" if one.question else "not mapped"
    name, hole = (one.question.unit.name, one.question.unit.hole) if one.question else ("", "")
    is_fact = bool(hole) and not hole.startswith("ref:")
    return PulledEdit(one.kind, outcome, one.old, one.new, "", one.reason, one.remedy, one.authors, name, is_fact)
