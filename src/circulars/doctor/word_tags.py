"""Says what is wrong with the tags that stand in a Word template: each alone, and all of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from circulars.doctor.ailments import Finding
from circulars.doctor.names import uses_of, word_fault, word_shape
from circulars.doctor.tags import Stand, Tag, Torn, balanced, guessed, nesting_faults, odd_signs, scan, syntax_fault
from circulars.doctor.word import Paragraph, Piece, Word, joined, owner_of
from circulars.errors import nearest
from circulars.render.docx.markup import w
from circulars.render.docx.shapes import BLOCKS, RUNS
from circulars.render.docx.tags import NECESSARY, OPTIONAL, unasked

_MOST = 60  # signs of a tag that is told
_STANDS_ALONE = {"p": "paragraph", "tr": "row", "tc": "cell"}
_WITHIN = {"tr": "table", "tc": "row"}
_MEANT = {"": "a text", RUNS: "runs with looks of their own", BLOCKS: "whole paragraphs"}
_REPAIR = "'circulars template check --repair' does it"


@dataclass(frozen=True, slots=True)
class Standing:
    """A tag, or half of one, where it stands; ``tag`` is what it was to be."""

    tag: Tag
    paragraph: Paragraph
    found: Tag | Torn

    @property
    def is_faulty(self) -> bool:
        """Whether Jinja would not understand it."""
        return isinstance(self.found, Torn) or bool(syntax_fault(self.found)[0])

    @property
    def place(self) -> str:
        """Where it is."""
        return self.paragraph.place(self.tag.start, self.tag.end, self.tag.typed)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces of the paragraph's text that hold some of it."""
        return tuple(p for p in self.paragraph.pieces if p.start < self.tag.end and p.end > self.tag.start)

    @property
    def is_alone(self) -> bool:
        """Whether nothing else stands in its paragraph."""
        return self.paragraph.text.strip() == self.tag.typed and _picture(self.paragraph.element) is None


def tag_findings(word: Word) -> Iterator[Finding]:
    """Everything that is wrong with the tags of a Word template."""
    standing = standing_tags(word)
    wrong = [one.tag.typed for one in standing if one.is_faulty]
    for one in standing:
        if isinstance(one.found, Torn):
            yield _torn(one.found, one.paragraph)
        else:
            yield from _alone(one)
            yield from _beside(one)
    for story in dict.fromkeys(one.paragraph.story for one in standing):
        yield from _nested([one for one in standing if one.paragraph.story == story])
    trees: list[nodes.Template] = []
    names = {name for text in wrong for name in re.findall(r"\w+", text)}
    for tree, lines in trees_of(standing):
        trees.append(tree)
        for finding, name in _misnamed(tree, lines):
            if name not in names:  # the loop that gives the name has been told
                wrong.append(name)
                yield finding
    yield from _missing(trees, wrong)


def standing_tags(word: Word) -> tuple[Standing, ...]:
    """Every tag of a Word template, in the order of its stories."""
    return tuple(
        Standing(found if isinstance(found, Tag) and not syntax_fault(found)[0] else guessed(found), paragraph, found)
        for paragraph in whole_paragraphs(word)
        for found in scan(paragraph.text)
    )


def whole_paragraphs(word: Word) -> Iterator[Paragraph]:
    """Every paragraph; those that part a tag are one."""
    waiting: Paragraph | None = None
    for paragraph in word.paragraphs():
        if waiting is not None and _parts_a_tag(waiting, paragraph):
            waiting = joined(waiting, paragraph)
            continue
        if waiting is not None:
            yield waiting
        waiting = paragraph
    if waiting is not None:
        yield waiting


def _parts_a_tag(first: Paragraph, second: Paragraph) -> bool:
    """Whether a tag begins in one paragraph and ends in the next one of the same text."""
    last = (scan(first.text) or (None,))[-1]
    if not isinstance(last, Torn) or not last.opens or first.story != second.story:
        return False
    end = first.pieces[-1].element
    before = owner_of(end)
    after = before.getnext() if before is not None else None
    if after is not second.element:
        return False
    begun = next((tag for tag in scan(joined(first, second).text) if tag.start == last.start), None)
    return isinstance(begun, Tag) and not syntax_fault(begun)[0]


def _told(text: str) -> str:
    """A tag as it is told: on one line, not too long."""
    words = " ".join(text.split())
    return words if len(words) <= _MOST else words[:_MOST] + "…"


def _torn(found: Torn, paragraph: Paragraph) -> Finding:
    place = paragraph.place(found.start, found.end, found.typed)
    if found.opens:
        end = {"{{": "}}", "{%": "%}", "{#": "#}"}[found.meant]
        return Finding(
            "unclosed-tag", f"{place}: '{_told(found.typed)}' has no end", f"write '{end}' behind it", stops=True
        )
    begin = {"}}": "{{", "%}": "{%", "#}": "{#"}[found.meant]
    fact = f"{place}: '{found.typed}' ends a tag that does not begin"
    return Finding("unclosed-tag", fact, f"write '{begin}' before the tag, or take '{found.typed}' out", stops=True)


def _alone(one: Standing) -> Iterator[Finding]:
    """What is wrong with a tag by itself."""
    assert isinstance(one.found, Tag)
    tag, told = one.found, _told(one.found.meant)
    if len(pieces := one.pieces) > 1:
        looks = {_look(piece.element) for piece in pieces}
        how = f"{len(pieces)} pieces" + (" of different looks" if len(looks) > 1 else "")
        if owners := len({owner_of(piece.element) for piece in pieces}) - 1:
            how += f", in {owners + 1} paragraphs"
        yield Finding(
            "split-tag", f"{one.place}: '{told}' is in {how}", f"type it anew, in one go; {_REPAIR}", stops=True
        )
    if odd := odd_signs(tag):
        fact = f"{one.place}: '{told}' is typed with {odd}"
        yield Finding("mistyped-tag", fact, f"write '{told}' with plain signs; {_REPAIR}", stops=True)
    fact, remedy = syntax_fault(tag)
    if fact:
        yield Finding("wrong-tag", f"{one.place}: '{told}': {fact}", remedy, stops=True)


def _look(element: etree._Element) -> bytes:
    """A run's properties, those left out that nobody sees: who revised it, its language, its spelling."""
    run = element.getparent()
    look = run.find(w("rPr")) if run is not None else None
    seen = [] if look is None else [child for child in look if child.tag not in (w("lang"), w("noProof"))]
    return b"".join(sorted(etree.tostring(child) for child in seen))


def _beside(one: Standing) -> Iterator[Finding]:
    """What would vanish with a tag, and a row's tag that stands in no row."""
    letter = one.tag.letter
    if letter not in _STANDS_ALONE:
        return
    told = _told(one.tag.meant)
    around = one.paragraph.element
    if letter != "p":
        found = next(around.iterancestors(w(letter)), None)
        if found is None:
            fact = f"{one.place}: '{told}' stands in no {_STANDS_ALONE[letter]} of a table"
            yield Finding("misplaced-tag", fact, "write 'p' for it, or put it into the table", stops=True)
            return
        around = found
        text = "".join(node.text or "" for node in around.iter(w("t")))
    else:
        text = one.paragraph.text
    rest = " ".join(text.replace(one.tag.typed, "", 1).split())
    if not rest and _picture(around) is not None:
        rest = "a picture"
    if rest:
        what = f"'{_told(rest)}'" if rest != "a picture" else rest
        fact = f"{one.place}: '{told}' takes its whole {_STANDS_ALONE[letter]} away, and {what} with it"
        yield Finding("words-beside-tag", fact, f"put the tag into a {_STANDS_ALONE[letter]} of its own", stops=True)


def _picture(element: etree._Element) -> etree._Element | None:
    return next(element.iter(w("drawing"), w("pict"), w("object")), None)


def _nested(standing: Sequence[Standing]) -> Iterator[Finding]:
    statements = [one for one in standing if one.tag.kind == "%"]
    for place, fact, remedy in nesting_faults([(one.tag, _stand(one)) for one in statements]):
        yield Finding("wrong-nesting", f"{statements[place].place}: {fact}", remedy, stops=True)


def _stand(one: Standing) -> Stand:
    letter, element = one.tag.letter, one.paragraph.element
    if letter in _WITHIN:
        inner = next(element.iterancestors(w(letter)), element)
        return Stand(letter, inner.getparent(), _WITHIN[letter])
    parent = element.getparent()
    told = "cell" if parent is not None and parent.tag == w("tc") else "part of the text"
    return Stand("p" if letter == "p" else "", parent, told)


def trees_of(standing: Sequence[Standing]) -> Iterator[tuple[nodes.Template, tuple[Standing, ...]]]:
    """The tree of each story, its tags one on each line, and the tags by line."""
    environment = ImmutableSandboxedEnvironment()
    for story in dict.fromkeys(one.paragraph.story for one in standing):
        lines = tuple(one for one in standing if one.paragraph.story == story)
        source = "\n".join(balanced([one.tag for one in lines], [one.tag for one in lines if one.is_faulty]))
        try:
            yield environment.parse(source), lines
        except (TemplateSyntaxError, RecursionError):
            continue  # docxtpl's own statements, or a mistake that only the whole shows: the trial tells


def _misnamed(tree: nodes.Template, lines: Sequence[Standing]) -> Iterator[tuple[Finding, str]]:
    """Names that letters do not have, and fields that ask for another tag; each with the name."""
    told: set[tuple[int, str]] = set()
    for use in uses_of(tree):
        if use.line > len(lines) or (use.line, use.field) in told:
            continue
        told.add((use.line, use.field))
        one = lines[use.line - 1]
        tag = _told(one.tag.meant)
        if fault := word_fault(use.field):
            yield Finding("unknown-name", f"{one.place}: '{tag}': {fault[0]}", fault[1], stops=True), use.field
        elif use.shown and (wrong := _wrong_shape(one, use.field)):
            yield Finding(wrong[0], f"{one.place}: {wrong[1]}", wrong[2], stops=True), ""


def _wrong_shape(one: Standing, field: str) -> tuple[str, str, str] | None:
    """Code, fact and remedy where a tag shows a field in another way than it can be shown."""
    shape, tag = word_shape(field), _told(one.tag.meant)
    name = one.tag.inside
    if isinstance(shape, Mapping):
        return "wrong-tag", f"'{tag}' is no single text", "it has " + ", ".join(f"'{name}.{key}'" for key in shape)
    if isinstance(shape, tuple):
        entry = shape[0] if isinstance(shape[0], str) else ""
        remedy = f"write '{{%p for line in {name} %}}', '{{{{{entry} line }}}}', '{{%p endfor %}}', each in a paragraph"
        return "wrong-tag", f"'{tag}' is a list", remedy
    if shape is None or shape == one.tag.letter:
        return None
    alone = "" if shape != BLOCKS or one.is_alone else " in a paragraph of its own"
    return "wrong-letter", f"'{tag}' is {_MEANT[shape]}", f"write '{with_letter(one.tag, shape)}'{alone}"


def with_letter(tag: Tag, letter: str) -> str:
    """The tag with another letter."""
    return f"{{{{{letter} {tag.inside} }}}}"


def wrong_letters(word: Word) -> Iterator[tuple[Standing, str]]:
    """Each tag that bears a wrong letter and can simply bear the right one, with the right tag."""
    for tree, lines in trees_of(standing_tags(word)):
        for use in uses_of(tree):
            one = lines[use.line - 1] if use.line <= len(lines) else None
            shape = word_shape(use.field)
            if one is None or not use.shown or not isinstance(shape, str) or shape == one.tag.letter:
                continue
            if one.is_alone or shape != BLOCKS:
                yield one, with_letter(one.tag, shape)


def _missing(trees: Sequence[nodes.Template], torn: Sequence[str]) -> Iterator[Finding]:
    """The fields that letters need and no tag shows; a tag that is wrong, or misspelt, has been told already."""
    words = {word for text in torn for word in re.findall(r"\w+", text)}
    told = words | {nearest(word, (*NECESSARY, *OPTIONAL)) for word in words}
    for fact, remedy in unasked(trees):
        name = fact.rpartition(" ")[2].strip("'")
        if name not in told:
            yield Finding("missing-tag", fact, remedy, stops=True)
