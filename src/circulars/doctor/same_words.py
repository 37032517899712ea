"""Compares the words that a pack's templates show with those of letters with all parts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final

from circulars.build import Order, documents
from circulars.doctor.names import uses_of
from circulars.doctor.whole_letter import WORD, WholeLetter, lacking_letters, top, whole_letters
from circulars.doctor.word import UnreadableTemplateError, open_word, paragraphs_of
from circulars.doctor.word_tags import placed_tags, trees_of
from circulars.errors import CircularsError, Place, Problem
from circulars.files.opc import parse_part, read_parts, targets
from circulars.model.document import Document
from circulars.model.letter import PlacedName
from circulars.pack import Pack
from circulars.render import writer
from circulars.render.docx import TEMPLATE as WORD_TEMPLATE
from circulars.render.docx import laid_out, later_fields
from circulars.render.docx.markup import w
from circulars.render.docx.stationery import story_names
from circulars.render.docx.tags import LATER, tag_of
from circulars.render.page import TEMPLATE as PAGE_TEMPLATE
from circulars.source.letters import read_letter
from circulars.workspace import Workspace

_ORDER: Final = (
    ("letterhead", "date_line", "first", "others", "addressees", "subject_label", "subject", "references"),
    ("salutation",),
    ("body",),
    ("closing",),
    ("signature", "signatures"),
    ("annexes",),
)
"""The fields that must follow each other, each group of them in any order; other fields come before the annexes."""
_AS_THEY_ARE: Final = frozenset(
    ["first", "others", "addressees", "subject", "references", "body", "annexes", "enclosures", "copies",
     "distribution", "annex_note"]
)  # fmt: skip
"""The fields whose own words must be in their order."""
_OTHER_TAGS: Final = {"footer": "{%p for line in footer %}, {{ line }}"}
_ANYWHERE: Final = ("footer", "footnotes")
"""The fields that may be in any place."""
_OFTEN: Final = frozenset(
    ["letterhead", "date_line", "first", "others", "addressees", "subject_label", "subject", "footer", "footnotes"]
)
"""The fields that a template may show more than once, and the parts of annexes of which it may have a list."""
_OFTEN_IN_ANNEXES: Final = ("annexes[].label", "annexes[].title", "annexes[].parent")


@dataclass(frozen=True, slots=True)
class _WordFault:
    """What is wrong with the words of a field: its problem code, and the field that it should follow, or ""."""

    code: str
    field: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class _ShownWords:
    """The words of a finished page, and those of its running text in their order: without headers and text boxes."""

    all: Counter[str]
    running: Sequence[str]


@dataclass(slots=True)
class _Found:
    """The letters in which a fault was found: their layouts and languages, and the part that the first one lacks."""

    layouts: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    lacking: str = ""


def same_words_problems(pack: Pack, workspace: Workspace) -> Iterator[Problem]:
    """The words that the pack's templates lose, repeat or show in another order, in letters with all parts.

    The Word template is tried with letters of each layout and language of the pack's kinds, with one signatory and with
    several; if all of them are right, also with letters that lack one part each. The page, whose macros are the same in
    every language, is tried in the first one.
    """
    every = _bases(pack, workspace)
    first = [base for base in every if base.language == every[0].language]
    for template, bases, written in ((WORD_TEMPLATE, every, _in_word), (PAGE_TEMPLATE, first, _on_page)):
        try:
            shown = later_fields(bases[0], pack) if template == WORD_TEMPLATE and bases else frozenset(LATER)
            found = _Trial(pack, bases, written, shown).faults(with_lacking=template == WORD_TEMPLATE)
        except CircularsError as error:
            yield from error.problems
            continue
        tags = _tags_of(pack) if template == WORD_TEMPLATE else {}
        for fault, where in found.items():
            yield _problem(fault, Place(str(pack.path(template))), tags, _context(where, bases))


def _bases(pack: Pack, workspace: Workspace) -> list[Document]:
    """A document of each layout and language of the pack's skeletons; of those with problems, none."""
    bases: dict[tuple[str, bool, str], Document] = {}
    for kind in pack.kinds:
        skeleton = pack.folder / "skeletons" / f"{kind}.yaml"
        try:
            letter = replace(read_letter(skeleton), pack=PlacedName(pack.name, Place(str(skeleton))))
            for document in documents(letter, workspace, Order(), drawn=False):
                bases.setdefault((document.layout, document.date_first, document.language), document)
        except (CircularsError, OSError):
            continue  # the trial of the skeletons reports it
    return [*bases.values()]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Letters with all parts in the languages and layouts of documents, and how one of them is written.

    ``shown`` are those of the fields that only some letters need that the template shows.
    """

    pack: Pack
    bases: Sequence[Document]
    written: Callable[[WholeLetter, Pack], _ShownWords]
    shown: frozenset[str]

    def faults(self, *, with_lacking: bool) -> Mapping[_WordFault, _Found]:
        """What is wrong with the words of the letters, and in which of them."""
        found: dict[_WordFault, _Found] = {}
        letters = [whole_letters(base, self.shown) for base in self.bases]
        for letter in itertools.chain.from_iterable(letters):
            self._note(found, letter)
        if not found and with_lacking:
            ordinary = (one[0] for one in letters if one[0].document.language == self.bases[0].language)
            for letter in itertools.chain.from_iterable(map(lacking_letters, ordinary)):
                self._note(found, letter)
        return found

    def _note(self, found: dict[_WordFault, _Found], letter: WholeLetter) -> None:
        for fault in faults_of(letter, self.written(letter, self.pack)):
            where = found.setdefault(fault, _Found(lacking=letter.lacking))
            where.layouts.add(letter.document.layout)
            where.languages.add(letter.document.language)


def faults_of(letter: WholeLetter, page: _ShownWords) -> Iterator[_WordFault]:
    """The fields of a letter of which a page loses or repeats words, or that are in another order."""
    lost = {path for word, path in letter.fields.items() if not page.all[word]}
    kept = {path for word, path in letter.fields.items() if page.all[word]}
    whole = {top(path) for path in lost} - {top(path) for path in kept}
    yield from (
        _WordFault("lost-words", name)
        for name in dict.fromkeys(
            top(path) if top(path) in whole else path for path in letter.fields.values() if path in lost
        )
    )
    counts = Counter(page.running)
    twice = {path for word, path in letter.fields.items() if counts[word] > 1}
    yield from (
        _WordFault("repeated-words", name)
        for name in dict.fromkeys(top(path) for path in letter.fields.values() if path in twice and _is_once(path))
    )
    yield from _disorder([word for word in page.running if counts[word] == 1], letter)


def _is_once(path: str) -> bool:
    return top(path) not in _OFTEN and path not in _OFTEN_IN_ANNEXES


def _disorder(words: Sequence[str], letter: WholeLetter) -> Iterator[_WordFault]:
    """The fields of which words come after those of a field that they should precede."""
    ranks = {name: rank for rank, names in enumerate(_ORDER) for name in names}
    places = {word: place for place, word in enumerate(letter.fields)}
    before, last = "", dict[str, str]()
    faults: dict[_WordFault, None] = {}
    for word in words:
        path = letter.fields.get(word, "")
        name = top(path)
        if name in _ANYWHERE:
            continue
        # What is not in the order may be anywhere before the annexes.
        rank = ranks.get(name, -1)
        if before and (rank if name in ranks else len(_ORDER) - 2) < ranks[before]:
            faults[_WordFault("words-out-of-order", before, name)] = None
        elif name in ranks:
            before = name
        if name in _AS_THEY_ARE:
            if name in last and places[word] < places[last[name]]:
                faults[_WordFault("words-out-of-order", letter.fields[last[name]], path)] = None
            last[name] = word
    yield from faults


def _context(found: _Found, bases: Sequence[Document]) -> str:
    """In which letters a fault was found, if not in all."""
    layouts, languages = ({getattr(base, name) for base in bases} for name in ("layout", "language"))
    parts = []
    if found.layouts != layouts:
        parts.append("with the layout " + " or ".join(f"'{name}'" for name in sorted(found.layouts)))
    if found.languages != languages and not found.lacking:
        parts.append("in the language " + " or ".join(f"'{name}'" for name in sorted(found.languages)))
    if found.lacking:
        parts.append(f"without {found.lacking}")
    return f" in letters {' '.join(parts)}" if parts else ""


def _problem(fault: _WordFault, place: Place, tags: Mapping[str, Sequence[str]], context: str) -> Problem:
    name = top(fault.field)
    own = tags.get(fault.field) or tags.get(name) or ()
    where = f"{own[0]}: " if own else ""
    if fault.code == "lost-words":
        fact = f"{where}words of '{fault.field}' are not on the page{context}"
        tag = _OTHER_TAGS.get(name) or tag_of(name)
        is_word = place.file.endswith(WORD_TEMPLATE)
        remedy = f"show all of them: {tag}" if is_word else "put its tag back into the template"
        return Problem(place, fault.code, fact, remedy)
    if fault.code == "repeated-words":
        listed = f" ({'; '.join(own)})" if len(own) > 1 else ""
        fact = f"the words of '{fault.field}' are on the page more than once{context}{listed}"
        return Problem(place, fault.code, fact, "keep one of its tags")
    fact = f"{where}'{fault.field}' comes before '{fault.after}'{context}; in the letter it comes after"
    return Problem(
        place, fault.code, fact, f"move it below '{fault.after}': that is the order in which letters are read"
    )


def _tags_of(pack: Pack) -> Mapping[str, Sequence[str]]:
    """The places of the tags that show each field, and of those that show a part of it by its first name."""
    try:
        placed = placed_tags(open_word(pack.read(WORD_TEMPLATE)))
    except UnreadableTemplateError:
        return {}
    tags: dict[str, list[str]] = {}
    for tree, lines in trees_of(placed):
        for use in uses_of(tree):
            if not use.shown or use.line > len(lines):
                continue
            for name in dict.fromkeys((use.field, top(use.field))):
                one = lines[use.line - 1]
                tags.setdefault(name, []).append(f"{one.place}: '{' '.join(one.tag.typed.split())}'")
    return tags


def _in_word(letter: WholeLetter, pack: Pack) -> _ShownWords:
    data = laid_out(letter.document, pack, letter.values).packed({})
    parts = read_parts(data)
    main = targets(parts, "", "officeDocument")[0]
    every, running = Counter[str](), list[str]()
    for name in story_names(parts, main):
        for paragraph in paragraphs_of(parse_part(parts[name]), name):
            around = {str(element.tag) for element in paragraph.element.iterancestors()}
            if _FALLBACK in around:
                continue  # what older programs show instead of a text box
            words = WORD.findall(paragraph.text.lower())
            every.update(words)
            if name == main and _TEXT_BOX not in around:
                running += words
    return _ShownWords(every, running)


def _on_page(letter: WholeLetter, pack: Pack) -> _ShownWords:
    reader = _PageWords()
    reader.feed(writer("html")(letter.document, pack).fill(letter.values).decode())
    words = WORD.findall("".join(reader.found).lower())
    return _ShownWords(Counter(words), words)


class _PageWords(HTMLParser):
    """Collects the text of an HTML page's body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Drops the title and the stylesheet."""
        if tag == "body":
            self.found.clear()

    def handle_data(self, data: str) -> None:
        """Collects a piece of text."""
        self.found.append(data)


_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX: Final = w("txbxContent")
