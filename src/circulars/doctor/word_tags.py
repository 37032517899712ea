"""Finds faults in the tags of a Word template: in each tag, and in all of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from circulars.doctor.findings import TemplateFinding
from circulars.doctor.names import uses_of, word_field_fault, word_shape
from circulars.doctor.tags import (
    CONTROL,
    HalfTag,
    Position,
    TemplateTag,
    balanced,
    intended_tag,
    nesting_faults,
    odd_characters,
    scan,
    syntax_fault,
)
from circulars.doctor.word import TemplateParagraph, TextPiece, WordTemplate, joined, paragraph_around
from circulars.errors import nearest
from circulars.render.docx.markup import typed_text, w
from circulars.render.docx.shapes import BLOCKS, RUNS
from circulars.render.docx.tags import LATER, NECESSARY, OPTIONAL, unasked

_MAX_LENGTH = 60  # characters of a tag in a message
_REPLACES = {"p": "paragraph", "tr": "row", "tc": "cell"}
_WITHIN = {"tr": "table", "tc": "row"}
_SHAPES = {"": "text", RUNS: "formatted text", BLOCKS: "whole paragraphs"}


@dataclass(frozen=True, slots=True)
class PlacedTag:
    """A tag in its paragraph: ``found`` is what is there, ``tag`` what it was probably meant to be."""

    tag: TemplateTag
    paragraph: TemplateParagraph
    found: TemplateTag | HalfTag

    @property
    def is_faulty(self) -> bool:
        """Whether Jinja does not understand it."""
        return isinstance(self.found, HalfTag) or bool(syntax_fault(self.found)[0])

    @property
    def place(self) -> str:
        """Its place, for messages."""
        return self.paragraph.place(self.tag.start, self.tag.end, self.tag.typed)

    @property
    def pieces(self) -> tuple[TextPiece, ...]:
        """The pieces of the paragraph's text that it extends over."""
        return tuple(p for p in self.paragraph.pieces if p.start < self.tag.end and p.end > self.tag.start)

    @property
    def is_alone(self) -> bool:
        """Whether nothing else is in its paragraph."""
        return self.paragraph.text.strip() == self.tag.typed and _picture(self.paragraph.element) is None


def tag_findings(word: WordTemplate) -> Iterator[TemplateFinding]:
    """The faults of a Word template's tags."""
    placed = placed_tags(word)
    wrong = [one.tag.typed for one in placed if one.is_faulty]
    for one in placed:
        if isinstance(one.found, HalfTag):
            yield _half_tag_finding(one.found, one.paragraph)
        else:
            yield from _own_faults(one)
            yield from _lost_with(one)
    for story in dict.fromkeys(one.paragraph.story for one in placed):
        yield from _nested([one for one in placed if one.paragraph.story == story])
    trees: list[nodes.Template] = []
    names = {name for text in wrong for name in re.findall(r"\w+", text)}
    for tree, lines in trees_of(placed):
        trees.append(tree)
        for finding, name in _misnamed(tree, lines):
            if name not in names:  # the faulty loop that defines the name has been reported
                wrong.append(name)
                yield finding
    yield from _missing(trees, wrong)


def placed_tags(word: WordTemplate) -> tuple[PlacedTag, ...]:
    """Every tag of a Word template, in the order of its stories."""
    return tuple(
        PlacedTag(
            found if isinstance(found, TemplateTag) and not syntax_fault(found)[0] else intended_tag(found),
            paragraph,
            found,
        )
        for paragraph in joined_paragraphs(word)
        for found in scan(paragraph.text)
    )


def joined_paragraphs(word: WordTemplate) -> Iterator[TemplateParagraph]:
    """Every paragraph; where a tag is split between paragraphs, they are joined."""
    waiting: TemplateParagraph | None = None
    for paragraph in word.paragraphs():
        if waiting is not None and _share_a_tag(waiting, paragraph):
            waiting = joined(waiting, paragraph)
            continue
        if waiting is not None:
            yield waiting
        waiting = paragraph
    if waiting is not None:
        yield waiting


def _share_a_tag(first: TemplateParagraph, second: TemplateParagraph) -> bool:
    """Whether a tag begins in one paragraph and ends in the paragraph right after it."""
    last = (scan(first.text) or (None,))[-1]
    if not isinstance(last, HalfTag) or not last.opens or first.story != second.story:
        return False
    end = first.pieces[-1].element
    before = paragraph_around(end)
    after = before.getnext() if before is not None else None
    if after is not second.element:
        return False
    begun = next((tag for tag in scan(joined(first, second).text) if tag.start == last.start), None)
    return isinstance(begun, TemplateTag) and not syntax_fault(begun)[0]


def _shortened(text: str) -> str:
    """A tag for a message: on one line, and not too long."""
    words = " ".join(text.split())
    return words if len(words) <= _MAX_LENGTH else words[:_MAX_LENGTH] + "…"


def _half_tag_finding(found: HalfTag, paragraph: TemplateParagraph) -> TemplateFinding:
    place = paragraph.place(found.start, found.end, found.typed)
    if found.opens:
        end = {"{{": "}}", "{%": "%}", "{#": "#}"}[found.braces]
        return TemplateFinding(
            "unclosed-tag", f"{place}: '{_shortened(found.typed)}' has no end", f"write '{end}' after it", stops=True
        )
    begin = {"}}": "{{", "%}": "{%", "#}": "{#"}[found.braces]
    fact = f"{place}: '{found.typed}' ends a tag that has no beginning"
    return TemplateFinding(
        "unclosed-tag", fact, f"write '{begin}' before the tag, or remove '{found.typed}'", stops=True
    )


def _own_faults(one: PlacedTag) -> Iterator[TemplateFinding]:
    """The faults of a tag by itself."""
    assert isinstance(one.found, TemplateTag)
    tag, shown = one.found, _shortened(one.found.normalized)
    if len(pieces := one.pieces) > 1:
        looks = {_look(piece.element) for piece in pieces}
        how = f"{len(pieces)} pieces" + (" with different formatting" if len(looks) > 1 else "")
        if owners := len({paragraph_around(piece.element) for piece in pieces}) - 1:
            how += f", in {owners + 1} paragraphs"
        yield TemplateFinding(
            "split-tag", f"{one.place}: '{shown}' is in {how}", "type it again in one go", stops=True, repair="does it"
        )
    if odd := odd_characters(tag):
        fact = f"{one.place}: '{shown}' is typed with {odd}"
        remedy = f"type '{shown}' with plain characters"
        yield TemplateFinding("mistyped-tag", fact, remedy, stops=True, repair="does it")
    fact, remedy = syntax_fault(tag)
    if fact:
        yield TemplateFinding("wrong-tag", f"{one.place}: '{shown}': {fact}", remedy, stops=True)


def _look(element: etree._Element) -> bytes:
    """A run's formatting, without invisible properties such as its language."""
    run = element.getparent()
    look = run.find(w("rPr")) if run is not None else None
    seen = [] if look is None else [child for child in look if child.tag not in (w("lang"), w("noProof"))]
    return b"".join(sorted(etree.tostring(child) for child in seen))


def _lost_with(one: PlacedTag) -> Iterator[TemplateFinding]:
    """A fault if a tag would remove other words with its paragraph, row or cell, or has no row or cell to remove."""
    letter = one.tag.letter
    if letter not in _REPLACES:
        return
    shown = _shortened(one.tag.normalized)
    around = one.paragraph.element
    if letter != "p":
        found = next(around.iterancestors(w(letter)), None)
        if found is None:
            fact = f"{one.place}: '{shown}' is not in a {_REPLACES[letter]} of a table"
            remedy = f"write 'p' instead of '{letter}', or put it into the table"
            yield TemplateFinding("misplaced-tag", fact, remedy, stops=True)
            return
        around = found
        text = typed_text(around)
    else:
        text = one.paragraph.text
    rest = " ".join(text.replace(one.tag.typed, "", 1).split())
    if not rest and _picture(around) is not None:
        rest = "a picture"
    if rest:
        what = f"'{_shortened(rest)}'" if rest != "a picture" else rest
        fact = f"{one.place}: '{shown}' removes its whole {_REPLACES[letter]}, and {what} with it"
        remedy = f"put the tag into a {_REPLACES[letter]} of its own"
        yield TemplateFinding("words-beside-tag", fact, remedy, stops=True)


def _picture(element: etree._Element) -> etree._Element | None:
    return next(element.iter(w("drawing"), w("pict"), w("object")), None)


def _nested(placed: Sequence[PlacedTag]) -> Iterator[TemplateFinding]:
    statements = [one for one in placed if one.tag.kind == "%"]
    for place, fact, remedy in nesting_faults([(one.tag, _position(one)) for one in statements]):
        yield TemplateFinding("wrong-nesting", f"{statements[place].place}: {fact}", remedy, stops=True)


def _position(one: PlacedTag) -> Position:
    letter, element = one.tag.letter, one.paragraph.element
    if letter in _WITHIN:
        inner = next(element.iterancestors(w(letter)), element)
        return _position_in(letter, inner.getparent(), _WITHIN[letter])
    parent = element.getparent()
    name = "cell" if parent is not None and parent.tag == w("tc") else "part of the text"
    return _position_in("p" if letter == "p" else "", parent, name)


def _position_in(letter: str, parent: etree._Element | None, name: str) -> Position:
    is_control = parent is not None and parent.tag == w("sdtContent")
    return Position(letter, parent, CONTROL if is_control else name)


def trees_of(placed: Sequence[PlacedTag]) -> Iterator[tuple[nodes.Template, tuple[PlacedTag, ...]]]:
    """The tree of each story, parsed with one tag on each line, and the tags by line."""
    for story in dict.fromkeys(one.paragraph.story for one in placed):
        lines = tuple(one for one in placed if one.paragraph.story == story)
        source = "\n".join(balanced([one.tag for one in lines], [one.tag for one in lines if one.is_faulty]))
        try:
            yield _parsed(source), lines
        except (TemplateSyntaxError, RecursionError):
            continue  # docxtpl's own statements, or a mistake that only the trial can report


@lru_cache(maxsize=16)  # a check and its repair read each story several times
def _parsed(source: str) -> nodes.Template:
    """The tree of a story, which nobody changes.

    Raises:
        TemplateSyntaxError: it has none.
    """
    return ImmutableSandboxedEnvironment().parse(source)


def _misnamed(tree: nodes.Template, lines: Sequence[PlacedTag]) -> Iterator[tuple[TemplateFinding, str]]:
    """The findings about fields that letters do not have, or that need another tag; each with the wrong name or ""."""
    reported: set[tuple[int, str]] = set()
    for use in uses_of(tree):
        if use.line > len(lines) or (use.line, use.field) in reported:
            continue
        reported.add((use.line, use.field))
        one = lines[use.line - 1]
        tag = _shortened(one.tag.normalized)
        if fault := word_field_fault(use.field):
            yield TemplateFinding("unknown-name", f"{one.place}: '{tag}': {fault[0]}", fault[1], stops=True), use.field
        elif use.shown and (wrong := _wrong_shape(one, use.field)):
            yield TemplateFinding(wrong[0], f"{one.place}: {wrong[1]}", wrong[2], stops=True), ""


def _wrong_shape(one: PlacedTag, field: str) -> tuple[str, str, str] | None:
    """The code, fact and remedy if a tag does not fit the shape of its field, or None."""
    shape, tag = word_shape(field), _shortened(one.tag.normalized)
    name = one.tag.inside
    if isinstance(shape, Mapping):
        return (
            "wrong-tag",
            f"'{tag}' is not text but has fields",
            "use one of them: " + ", ".join(f"'{name}.{key}'" for key in shape),
        )
    if isinstance(shape, tuple):
        entry = shape[0] if isinstance(shape[0], str) else ""
        remedy = f"write '{{%p for line in {name} %}}', '{{{{{entry} line }}}}', '{{%p endfor %}}', each in a paragraph"
        return "wrong-tag", f"'{tag}' is a list", remedy
    if shape is None or shape == one.tag.letter:
        return None
    alone = "" if shape != BLOCKS or one.is_alone else " in a paragraph of its own"
    return "wrong-letter", f"'{tag}' is {_SHAPES[shape]}", f"write '{with_letter(one.tag, shape)}'{alone}"


def with_letter(tag: TemplateTag, letter: str) -> str:
    """The tag with another letter."""
    return f"{{{{{letter} {tag.inside} }}}}"


def wrong_letters(word: WordTemplate) -> Iterator[tuple[PlacedTag, str]]:
    """Each tag whose letter is wrong and can simply be replaced, with the right tag."""
    for tree, lines in trees_of(placed_tags(word)):
        for use in uses_of(tree):
            one = lines[use.line - 1] if use.line <= len(lines) else None
            shape = word_shape(use.field)
            if one is None or not use.shown or not isinstance(shape, str) or shape == one.tag.letter:
                continue
            if one.is_alone or shape != BLOCKS:
                yield one, with_letter(one.tag, shape)


def _missing(trees: Sequence[nodes.Template], faulty: Sequence[str]) -> Iterator[TemplateFinding]:
    """The fields that letters need but no tag uses, except those in ``faulty`` tags, which have been reported."""
    words = {word for text in faulty for word in re.findall(r"\w+", text)}
    reported = words | {nearest(word, (*NECESSARY, *LATER, *OPTIONAL)) for word in words}
    for fact, remedy in unasked(trees):
        name = fact.rpartition(" ")[2].strip("'")
        if name not in reported:
            yield TemplateFinding("missing-tag", fact, remedy, stops=True)
