"""Settles a letter in one language, in one pack."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from itertools import groupby

from circulars.errors import LetterError, Place, Problem, did_you_mean
from circulars.files.picture import qr_picture
from circulars.language import Language, worded
from circulars.model import document, letter, text
from circulars.model.addressee import BLOCK, SALUTATION
from circulars.model.document import (
    AddressList,
    Document,
    Letterhead,
    LinkCode,
    ListOf,
    Particular,
    Properties,
    Signature,
)
from circulars.model.letter import DateRange, Fact, Letter, Named, Part, Prose
from circulars.model.text import Block, Cell, Item, Span, Spans, joined, one_line
from circulars.pack import Kind, KindWords, Pack, Words
from circulars.syntax.prose import is_link_name

MAX_LETTERS = 2_000_000
"""The most letters of a document: what is said once may be repeated, but not without end."""

NOBODY: Mapping[str, str] = {}
"""The audience of a letter that is built, not merged: parts that only some addressees get are left out."""


def compose(
    letter: Letter, language: Language, pack: Pack, audience: Mapping[str, str] = NOBODY, addressed: bool = False
) -> Document:
    """The letter settled in one language: numbers given, dates written out, labels chosen, addressees' holes left open.

    ``audience`` says which parts with a ``when`` are in it: an addressee's columns, or as many as matter.
    ``addressed`` gives the letter to one person each time: with the postal block, unless the letter or the pack leaves
    it out, and with the person's own salutation, unless the letter has its own.

    Raises:
        LetterError: the letter asks for what the pack or the language does not have; all problems at once.
    """
    return _setting(letter, language, pack, audience, addressed).whole()


def holds(condition: letter.Condition, audience: Mapping[str, str]) -> bool:
    """Whether an addressee's columns say what a part's ``when`` asks."""
    return all(audience.get(column) in values for column, values in condition)


def left_out_parts(source: Letter, audience: Mapping[str, str] = NOBODY) -> tuple[Part, ...]:
    """The parts of a letter that an audience does not get."""
    return tuple(part for part in _parts(source) if not holds(part.when, audience))


def conditions(source: Letter) -> tuple[letter.Condition, ...]:
    """The different conditions under which parts come into a letter, in the order of their first parts."""
    return tuple(dict.fromkeys(part.when for part in _parts(source) if part.when))


def asked_columns(source: Letter, audience: Mapping[str, str]) -> dict[str, str]:
    """The columns, of those that an audience has, by which parts came into its letter."""
    shown = (part for part in _parts(source) if holds(part.when, audience))
    asked = {column for part in shown for column, _ in part.when}
    return {column: value for column, value in audience.items() if column in asked}


def _parts(source: Letter) -> Iterator[Part]:
    for body in (source.body, *(annex.body for annex in source.annexes)):
        yield from body


def _setting(source: Letter, language: Language, pack: Pack, audience: Mapping[str, str], addressed: bool) -> _Setting:
    problems = list(_foundations(source, language, pack))
    if problems:
        raise LetterError(*problems)
    kind, words = pack.kinds[source.kind.name], pack.words[language.code]
    return _Setting(source, language, pack, audience, addressed, kind, words)


def _foundations(source: Letter, language: Language, pack: Pack) -> Iterator[Problem]:
    """What must hold before anything else can be settled."""
    kind = source.kind
    if kind.name not in pack.kinds:
        hint = did_you_mean(kind.name, pack.kinds, "its kinds: " + ", ".join(pack.kinds))
        yield Problem(kind.where, "unknown-kind", f"the pack '{pack.name}' has no kind '{kind.name}'", hint)
    else:
        for key in pack.kinds[kind.name].asks:
            if not getattr(source, key.replace("-", "_"), None) and not source.reference:
                yield Problem(kind.where, "missing-field", f"a {kind.name} cannot be without '{key}'", f"add '{key}:'")
    if language.code not in pack.words:
        where = next((named.where for named in source.languages if named.name == language.code), Place(source.file))
        yield Problem(
            where,
            "unknown-language",
            f"the pack '{pack.name}' has no words in '{language.code}'",
            f"its languages: {', '.join(pack.words)}; add 'words/{language.code}.yaml' to the pack",
        )


def _letters(number: int) -> str:
    """The ``number``-th label of a lettered list, as Word counts: a … z, aa, bb …"""
    turns, place = divmod(number - 1, 26)
    return string.ascii_lowercase[place] * (turns + 1)


@dataclass(slots=True)
class _Setting:
    """A letter on its way to a document: what it is settled with, and the problems found on the way."""

    source: Letter
    language: Language
    pack: Pack
    audience: Mapping[str, str]
    addressed: bool
    kind: Kind
    words: Words
    problems: list[Problem] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    letters: int = 0

    def whole(self) -> Document:
        self._number()
        self._check_shown()
        source, code = self.source, self.language.code
        result = Document(
            language=code,
            locale=self.language.locale.replace("_", "-"),
            direction=self.language.direction,
            layout=self.kind.layout,
            letterhead=self._letterhead(),
            date_line=self._date_line(),
            particulars=tuple(self._particulars()),
            addressees=tuple(self._addressees()),
            subject_label=self._label("subject"),
            subject=_lines(self._settled(source.subject[code])),
            references=self._references(),
            salutation=self._salutation(),
            body=tuple(self._blocks("body", source.body)),
            closing=source.closing.get(code) or self._kind_words.closing,
            signature=self._signature(),
            link_code=self._link_code(),
            annex_note=self._annex_note(),
            distribution=self._distribution(),
            annexes=tuple(self._annex(number) for number in range(1, len(source.annexes) + 1)),
            running_header=(self.language.page, self._citation),
            footer=self.words.footer,
            properties=self._properties(),
            addressee=self._addressee(),
            window="right" if self.pack.addressee_block == "right" else "left",
        )
        if self.problems:
            raise LetterError(*self.problems)
        return result

    # Numbers come first: a text may refer to a paragraph that stands below it.

    def _number(self) -> None:
        """Gives every numbered part its number, and every id what a reference to it says."""
        self._number_parts("body", self.source.body)
        for number, annex in enumerate(self.source.annexes, start=1):
            name = _annex_id(annex, number)
            self.ids.add(name)
            self.numbers[name] = self._annex_name(number)
            self._number_parts(name, annex.body)

    def _number_parts(self, name: str, parts: tuple[Part, ...]) -> None:
        numbering = self.source.numbering or self.kind.numbering
        paragraphs, sections = 0, [0, 0, 0]
        for part_id, part in self._present(name, parts):
            self.ids.add(part_id)
            if isinstance(part, letter.Passage) and numbering == "paragraph" and part.numbered:
                paragraphs += 1
                self.numbers[part_id] = str(paragraphs)
            elif isinstance(part, letter.Title) and numbering == "section":
                if 0 in sections[: part.level - 1]:
                    fact = f"a heading of level {part.level} stands under none of level {part.level - 1}"
                    self._problem(part.where, "skipped-level", fact, f"make it level {sections.index(0) + 1}")
                sections[part.level - 1] += 1
                sections[part.level :] = [0] * (3 - part.level)
                self.numbers[part_id] = ".".join(str(section) for section in sections[: part.level])

    def _present(self, name: str, parts: tuple[Part, ...]) -> Iterator[tuple[str, Part]]:
        """The parts that the audience gets, each with its id: its own, or its place among them ("body.3").

        Parts that the audience does not get leave no gap: nothing tells a reader that others are told more.
        """
        present = (part for part in parts if holds(part.when, self.audience))
        for place, part in enumerate(present, start=1):
            yield part.id or f"{name}.{place}", part

    # The head.

    def _check_shown(self) -> None:
        """What a letter says of itself and its kind does not show is a problem: nothing is left out silently."""
        source, kind = self.source, self.source.kind.name
        shown = {"name" if name == "contact" else name for name in self.kind.particulars}
        for entry in fields(source.contact):
            if getattr(source.contact, entry.name) and entry.name not in shown:
                fact = f"a {kind} does not show the contact's '{entry.name}'"
                hint = "leave it out, or add it to the kind's 'particulars' in pack.yaml"
                self._problem(self._place("contact"), "unshown-contact", fact, hint)
        if source.place and self.kind.dateline == "date":
            fact, hint = f"a {kind} has no 'place' before its date", "leave it out"
            self._problem(self._place("place"), "unshown-field", fact, hint)
        if source.group and not source.reference and "{group}" not in self._kind_words.reference:
            fact, hint = f"the reference of a {kind} has no 'group'", "leave it out"
            self._problem(self._place("group"), "unshown-field", fact, hint)

    def _place(self, name: str) -> Place:
        return self.source.places.get(name, Place(self.source.file))

    @property
    def _kind_words(self) -> KindWords:
        return self.words.kinds[self.source.kind.name]

    def _label(self, name: str) -> str:
        return self._kind_words.labels.get(name, self.language.labels[name])

    def _letterhead(self) -> Letterhead:
        mark = self.pack.mark
        return Letterhead(
            self.words.organization,
            self.words.bureaus[self.kind.bureau],
            replace(mark, alt=self.words.organization) if mark else None,
        )

    def _date_line(self) -> str:
        date = self.language.date(self.source.date)
        if self.kind.dateline == "date":
            return date
        place = self.source.place.get(self.language.code) or self.words.place
        return worded(self.language.labels["dateline"], place=place, date=date)

    @property
    def _reference(self) -> str:
        """The reference of the letter, or of the one that it amends."""
        source = self.source
        return source.reference.get(self.language.code) or worded(
            self._kind_words.reference, number=source.number, group=source.group, year=str(source.date.year)
        )

    @property
    def _amendment(self) -> str:
        """ "Corrigendum 1 to", or nothing."""
        amends = self.source.amends
        if amends is None:
            return ""
        return f"{worded(self.language.amendments[amends.kind].name, number=str(amends.number))} {self._kind_words.to}"

    @property
    def _citation(self) -> str:
        """The whole reference in one line: "Corrigendum 1 to TSB Circular 213"."""
        return f"{self._amendment} {self._reference}".strip()

    def _particulars(self) -> Iterator[Particular]:
        for name in self.kind.particulars:
            if name == "reference":
                yield self._reference_particular()
            elif value := getattr(self.source.contact, "name" if name == "contact" else name, ""):
                yield Particular(self._label(name), ((Span(value, link=_contact_link(name, value)),),))

    def _reference_particular(self) -> Particular:
        label, lines = self._label("reference"), [self._reference, self.source.initials]
        if self._amendment and self.kind.layout == "title":
            label = self._amendment
        else:
            lines.insert(0, self._amendment)
        return Particular(label, tuple((Span(line),) for line in lines if line))

    def _addressees(self) -> Iterator[AddressList]:
        for name, given, usual in (("to", self.source.to, self.kind.to), ("copy", self.source.copy, self.kind.copy)):
            listed = given if given is not None else tuple(Named(item, self.source.kind.where) for item in usual)
            if listed:
                yield AddressList(self._label(name), self._entries(listed, "" if self.kind.layout == "title" else "–"))

    def _entries(self, listed: tuple[Named | Prose, ...], label: str) -> tuple[Item, ...]:
        end = Span(self.language.labels["entry-end"])
        spans = [self._listed(entry) for entry in listed]
        return tuple(Item(label, joined((*entry, end)) if entry is not spans[-1] else entry) for entry in spans)

    def _listed(self, entry: Named | Prose) -> Spans:
        if not isinstance(entry, Named):
            return self._settled(entry[self.language.code])
        if entry.name not in self.words.lists:
            known = self.words.lists
            self._problem(
                entry.where,
                "unknown-list",
                f"the pack '{self.pack.name}' has no list '{entry.name}'",
                did_you_mean(entry.name, known, "its lists: " + ", ".join(known)),
            )
        return (Span(self.words.lists.get(entry.name, entry.name)),)

    def _references(self) -> ListOf | None:
        entries = (self._settled(reference[self.language.code]) for reference in self.source.references)
        items = tuple(Item(f"{number})", spans) for number, spans in enumerate(entries, start=1))
        return ListOf(self._label("references"), items) if items else None

    def _addressee(self) -> Spans:
        wanted = self.addressed and self.source.addressee_block and self.pack.addressee_block != "none"
        return (Span("", hole=BLOCK),) if wanted else ()

    def _salutation(self) -> Spans:
        if own := self.source.salutation.get(self.language.code):
            return (Span(own),)
        if not self.kind.salutation:
            return ()
        if self.addressed:
            return (Span("", hole=f"{SALUTATION}|{self.source.kind.name}"),)
        return (Span(usual),) if (usual := self._kind_words.salutation) else ()

    # The body.

    def _blocks(self, name: str, parts: tuple[Part, ...]) -> Iterator[Block]:
        for part_id, part in self._present(name, parts):
            yield from self._part(part_id, part)

    def _part(self, part_id: str, part: Part) -> Iterator[Block]:
        code = self.language.code
        match part:
            case letter.Passage():
                yield from self._passage(part_id, part)
            case letter.Title():
                number = self.numbers.get(part_id, "")
                yield text.Heading(self._settled(part.text[code]), part.level, number, part_id)
            case letter.Deadlines():
                yield self._deadlines(part_id, part)
            case letter.Grid():
                yield self._table(part_id, part)
            case letter.Remark():
                yield text.Note(self._label("note"), self._settled(part.text[code]), part_id)
            case letter.Venue():
                yield self._venue(part_id, part)

    def _passage(self, part_id: str, part: letter.Passage) -> Iterator[Block]:
        first, *others = part.text[self.language.code]
        yield text.Paragraph(self._settled(first), self.numbers.get(part_id, ""), part_id)
        for place, spans in enumerate(others, start=2):
            yield text.Paragraph(self._settled(spans), "", f"{part_id}.{place}")
        if part.items:
            entries = (self._settled(item[self.language.code]) for item in part.items)
            labels = (f"{_letters(n)})" if part.style == "letters" else "•" for n in range(1, len(part.items) + 1))
            yield text.Items(part.style, tuple(map(Item, labels, entries)), f"{part_id}.items")

    def _deadlines(self, part_id: str, part: letter.Deadlines) -> Block:
        entries = sorted(part.entries, key=lambda d: (d.date, (d.time.hour, d.time.minute) if d.time else (24, 1)))
        rows = tuple(
            (
                Cell(((Span(self.language.date(date)),),)),
                Cell(tuple(self._deadline(entry) for entry in due), dashes=True),
            )
            for date, due in groupby(entries, key=lambda entry: entry.date)
        )
        return text.Table((), rows, (0.3, 0.7), row_heads=True, id=part_id)

    def _deadline(self, entry: letter.Deadline) -> Spans:
        spans = self._settled(entry.text[self.language.code])
        if entry.time is None:
            return spans
        time = self.language.time(entry.time.hour, entry.time.minute, entry.time.zone)
        return joined((*spans, Span(worded(self.language.labels["deadline-time"], time=time))))

    def _table(self, part_id: str, part: letter.Grid) -> Block:
        shares = part.widths or (1,) * len(part.columns)
        widths = tuple(share / sum(shares) for share in shares)
        rows = tuple(tuple(self._cell(cell) for cell in row) for row in part.rows)
        return text.Table(tuple(self._cell(cell) for cell in part.columns), rows, widths, id=part_id)

    def _cell(self, cell: letter.ByLanguage[tuple[Spans, ...]]) -> Cell:
        return Cell(tuple(self._settled(line) for line in cell[self.language.code]))

    def _venue(self, part_id: str, part: letter.Venue) -> Block:
        code = self.language.code
        spans = [Span(part.name[code], strong=True)]
        if part.address:
            spans.append(Span("\n" + part.address[code]))
        if part.link:
            spans += [Span("\n"), *self._settled((Span("", link=part.link),))]
        return text.Paragraph(joined(spans), "", part_id)

    # Texts.

    def _settled(self, spans: Spans) -> Spans:
        """The spans with fields and links looked up; the addressees' holes stay.

        Words marked as being in the letter's own language need no mark: what is marked in Spanish for the English
        letter may be the same text as in the Spanish one.
        """
        own = self.language.code
        settled = joined(
            self._settled_span(replace(span, language="") if span.language == own else span) for span in spans
        )
        self.letters += sum(len(span.text) + len(span.link) for span in settled)
        if self.letters > MAX_LETTERS:
            fact = f"the letter has more than {MAX_LETTERS:,} letters when its facts are written out"
            where = self._place("facts")
            raise LetterError(*self.problems, Problem(where, "too-long", fact, "make several letters of it"))
        return settled

    def _settled_span(self, span: Span) -> Span:
        if span.link.startswith("#") and span.link[1:] not in self.ids:
            self._problem(
                self._place(span.link),
                "unreachable-link",
                f"'{span.link}' leads to a part that not every reader gets",
                "link to another part, or give this one the same 'when'",
            )
        if span.link and not span.link.startswith("#"):
            address = self.source.links[span.link][self.language.code] if is_link_name(span.link) else span.link
            shown = span.text or ("" if span.hole else address.removeprefix("mailto:").removeprefix("tel:"))
            span = replace(span, text=shown, link=address)
        if not span.hole or span.hole.startswith("addressee."):
            return span
        if span.hole.startswith("ref:"):
            name = span.hole.removeprefix("ref:")
            return replace(span, text=self._referred(span.hole, name), link=span.link or f"#{name}", hole="")
        name, _, form = span.hole.partition("|")
        return replace(span, text=self._written(self.source.facts[name], form), hole="")

    def _referred(self, hole: str, name: str) -> str:
        if name not in self.numbers:
            self._problem(
                self._place(hole),
                "unnumbered-reference",
                f"'{name}' has no number that a text could refer to",
                "refer to a numbered paragraph, a numbered heading or an annex that every reader gets",
            )
        return self.numbers.get(name, "")

    def _written(self, fact: Fact, form: str) -> str:
        if isinstance(fact, Decimal):
            return self.language.number(fact, form or "number")
        if isinstance(fact, DateRange):
            return self.language.date_range(fact.first, fact.last)
        if isinstance(fact, Mapping):
            return fact[self.language.code]
        return self.language.date(fact, form or "date")

    # The end.

    def _signature(self) -> Signature | None:
        signatory, code = self.source.signatory, self.language.code
        if signatory is None:
            return None
        name, title = signatory.name, signatory.title.get(code, "")
        if (post := signatory.post) is not None:
            known = self.words.signatories
            if post.name not in known:
                self._problem(
                    post.where,
                    "unknown-signatory",
                    f"the pack '{self.pack.name}' has no signatory '{post.name}'",
                    did_you_mean(post.name, known, "its signatories: " + ", ".join(known)),
                )
                return None
            name, title = name or known[post.name].name, title or known[post.name].title
        picture = signatory.picture
        alt = worded(self.language.labels["signature-of"], name=name or title)
        return Signature(
            self.language.labels["signed"] if signatory.signed else "",
            replace(picture, alt=alt) if picture else None,
            name,
            tuple(title.split("\n")),
        )

    def _link_code(self) -> LinkCode | None:
        code = self.source.qr
        if code is None:
            return None
        address = self.source.links[code.link][self.language.code] if is_link_name(code.link) else code.link
        alt = worded(self.language.labels["code-of"], address=address)
        return LinkCode(address, qr_picture(address, alt), code.caption.get(self.language.code, ""))

    def _annex_note(self) -> tuple[str, ...]:
        annexes, words = self.source.annexes, self.language.annexes
        if not annexes or self.kind.annex_note == "none":
            return ()
        if self.kind.annex_note == "count":
            return (self.language.counted(words.count, len(annexes)),)
        label = self.language.counted(words.titles, len(annexes))
        titles = [one_line(self._settled(annex.title[self.language.code])) for annex in annexes]
        if len(titles) == 1:
            return (f"{label} {titles[0]}",)
        return (label, *(f"{number} – {title}" for number, title in enumerate(titles, start=1)))

    def _distribution(self) -> ListOf | None:
        listed = self.source.distribution
        return ListOf(self._label("distribution"), self._entries(listed, "–")) if listed else None

    def _annex_name(self, number: int) -> str:
        words = self.language.annexes
        return worded(words.name, number=str(number)) if len(self.source.annexes) > 1 else words.name_only

    def _annex(self, number: int) -> document.Annex:
        annex, words = self.source.annexes[number - 1], self.language.annexes
        many, amends = len(self.source.annexes) > 1, self.source.amends
        to = self.language.amendments[amends.kind].to if amends else self._kind_words.to
        name = _annex_id(annex, number)
        return document.Annex(
            id=name,
            label=worded(words.heading, number=str(number)) if many else words.heading_only,
            parent=worded(words.parent, to=to, reference=self._citation),
            title=self._settled(annex.title[self.language.code]),
            body=tuple(self._blocks(name, annex.body)),
        )

    def _properties(self) -> Properties:
        source, code = self.source, self.language.code
        title = one_line(self._settled(source.subject[code]))
        return Properties(title, self._citation, self.words.organization, self._citation, code, source.date)

    def _problem(self, where: Place, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(where, code, message, hint))


def _annex_id(annex: letter.Annex, number: int) -> str:
    return annex.id or f"annex.{number}"


def _contact_link(name: str, value: str) -> str:
    if name == "email":
        return f"mailto:{value}"
    if name == "web":
        return value if value.startswith(("http://", "https://")) else f"https://{value}"
    return ""


def _lines(spans: Iterable[Span]) -> tuple[Spans, ...]:
    """The spans parted at their forced line breaks."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n") if not span.hole else [""]
        lines[-1].append(replace(span, text=first))
        for rest in others:
            lines.append([replace(span, text=rest)])
    return tuple(tuple(span for span in line if span.text or span.hole) for line in lines)
