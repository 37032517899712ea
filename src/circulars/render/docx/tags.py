"""Checks the tags of a Word template: none prints Word's XML as text, and none that a letter needs is missing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from jinja2 import meta, nodes
from markupsafe import Markup

from circulars.errors import did_you_mean
from circulars.render.docx.places import with_name
from circulars.render.docx.shapes import SHAPES

Fault = tuple[str, str]
"""A fact about a template, and its remedy."""

_LISTED = "{{%p if {0} %}}, {{{{ {0}.label }}}}, {{%p for entry in {0}.entries %}}, {{{{r entry.text }}}}"
_ADDRESSEES = (
    "{{%p for list in {0} %}}, {{{{ list.label }}}}, {{%p for entry in list.entries %}}, {{{{r entry.text }}}}"
)
_LINES = "{{%p for line in {0} %}}, {{{{r line }}}}"
# The fields that every letter needs, and the tags with which a template shows them.
NECESSARY: Final = {
    "letterhead": "{{r letterhead.mark }}, {{ letterhead.organization }}, {{ letterhead.bureau }}",
    "date_line": "{{ date_line }}",
    "first": "{{ first.label }}, " + _LINES.format("first.lines"),
    "others": "{%tr for particular in others %}, {{ particular.label }}, " + _LINES.format("particular.lines"),
    "addressees": _ADDRESSEES.format("addressees"),
    "subject": _LINES.format("subject"),
    "references": _LISTED.format("references"),
    "salutation": "{{ salutation }}",
    "body": "{{p body }}",
    "closing": "{{ closing }}",
    "signature": "{%p if signature %}, {{r signature.picture }}, {{ signature.lines }}",
    "link_code": "{%p if link_code %}, {{r link_code.picture }}, {{ link_code.caption }}",
    "annex_note": "{%p for line in annex_note %}, {{ line }}",
    "distribution": _LISTED.format("distribution"),
    "annexes": "{%p for annex in annexes %}, {{r annex.label }}, {{ annex.parent }}, "
    "{{r annex.title }}, {{p annex.body }}",
}
# The fields that only some letters need, and the tags with which a template shows them.
LATER: Final = {
    "signatures": "{{p signatures }} below the signature",
    "postscript": "{%p if postscript %}, {{r postscript }}",
    "drafter": "{%p if drafter %}, {{ drafter }}",
    "enclosures": _LISTED.format("enclosures"),
    "copies": _ADDRESSEES.format("copies"),
}
OPTIONAL: Final = (
    "addressee", "window", "layout", "language",
    "direction", "title", "reference", "particulars", "subject_label", "end", "running_header",
    "footer",
)  # fmt: skip
# All rows of the reference table include the first one and the others.
_INSTEAD = {"first": "particulars", "others": "particulars"}

_VALUE = re.compile(r"\{\{([-+]?)(.*?)([-+]?)\}\}", re.DOTALL)


KEEP_STYLES: Final = "keep all styles of the template"
SAVE_AS_DOCX: Final = "save it in Word as .docx"
NO_PAGE_SIZE: Final = "the template has no page size"


def tag_of(field: str) -> str:
    """The tags with which a template shows a field."""
    return NECESSARY.get(field) or LATER.get(field) or f"{{{{ {field} }}}}"


def no_style(name: str) -> str:
    return f"the template has no style '{name}'"


def no_part(name: str) -> str:
    return f"the template has no part '{name}'"


class UnfitTemplateError(Exception):
    """A template cannot be used; ``faults`` has each fact with its remedy, and ``code`` is that of the problems."""

    def __init__(self, *faults: Fault, code: str = "template-error") -> None:
        super().__init__(*faults)
        self.faults = faults
        self.code = code


def as_text(source: str) -> str:
    """The text of a run, with the filter ``text`` added to its tags."""
    return _VALUE.sub(_asked, source)


def _asked(tag: re.Match[str], filter: str = "text") -> str:
    before, expression, after = tag.groups()
    literal = expression.strip().replace("\\", "\\\\").replace("'", "\\'")
    return f"{{{{{before} ({expression}) | {filter}('{literal}') {after}}}}}"


def as_xml(source: str) -> str:
    """A tag beside runs, with the filter ``beside`` added to it."""
    return _VALUE.sub(functools.partial(_asked, filter="beside"), source)


def beside(value: object, expression: str) -> object:
    """The value of a tag that stands for runs or paragraphs.

    Raises:
        UnfitTemplateError: the value is text, which Word shows only in a run.
    """
    if isinstance(value, str) and not isinstance(value, Markup) and value:
        fact = f"the tag for '{expression}' has a letter before its name, but it is text"
        raise UnfitTemplateError((fact, f"write '{{{{ {expression} }}}}'"))
    return with_name(value)


def looped(tree: nodes.Template) -> Iterator[Fault]:
    """The loops through a field that is text: they would show each of its characters apart."""
    bound = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    for loop in tree.find_all(nodes.For):
        path: list[str] = []
        node: nodes.Node = loop.iter
        while isinstance(node, nodes.Getattr):
            path.insert(0, node.attr)
            node = node.node
        if isinstance(node, nodes.Name) and node.name not in bound:
            shape: object = SHAPES.get(node.name)
            for name in path:
                shape = shape.get(name) if isinstance(shape, Mapping) else None
            if isinstance(shape, str):
                name = ".".join([node.name, *path])
                yield f"a loop goes through '{name}', which is not a list", f"write '{{{{{shape} {name} }}}}' instead"


def text(value: object, expression: str) -> object:
    """The value of a tag that prints text.

    Raises:
        UnfitTemplateError: the value is Word's XML, a list, or an object with fields.
    """
    if isinstance(value, Markup) and "<w:" in value:
        kind, place = ("p", "paragraph") if "<w:p>" in value else ("r", "run")
        fact = f"the tag '{{{{ {expression} }}}}' would print XML: write '{{{{{kind} {expression} }}}}'"
        raise UnfitTemplateError((fact, f"put it in a {place} of its own"))
    if isinstance(value, list | tuple):
        entry = f"{{{{{'r' * any(isinstance(one, Markup) for one in value)} line }}}}"
        fact = f"the tag '{{{{ {expression} }}}}' is a list: write '{{%p for line in {expression} %}}', '{entry}'"
        raise UnfitTemplateError((fact, "end it with '{%p endfor %}' in a paragraph of its own"))
    if isinstance(value, Mapping):
        fields = ", ".join(f"'{expression}.{name}'" for name in value)
        raise UnfitTemplateError((f"the tag '{{{{ {expression} }}}}' is not text", f"it has the fields {fields}"))
    return with_name(value)


def missing(trees: Iterable[nodes.Template]) -> Iterator[Fault]:
    """The fields that a letter needs but the parts of a template do not show, and misspelt names in them."""
    trees = tuple(trees)
    yield from (lost := tuple(unasked(trees)))
    known = (*NECESSARY, *LATER, *OPTIONAL)
    asked = {name for tree in trees for name in meta.find_undeclared_variables(tree)} if lost else set()
    for name in sorted(asked.difference(known)):
        yield f"the template fails: '{name}' is undefined", did_you_mean(name, known)


def unasked(trees: Iterable[nodes.Template]) -> Iterator[Fault]:
    """The fields that a letter needs but the parts of a template do not show."""
    shown = {name for tree in trees for name in _shown(tree)}
    for name in NECESSARY:
        if name not in shown and _INSTEAD.get(name) not in shown:
            yield f"the template does not ask for '{name}'", f"write {NECESSARY[name]}"


def shown_later(trees: Iterable[nodes.Template]) -> frozenset[str]:
    """The fields that only some letters need, and that the parts of a template show."""
    return frozenset(name for tree in trees for name in _shown(tree)) & LATER.keys()


def _shown(node: nodes.Node) -> Iterator[str]:
    """The names that are used outside conditions: ``{%p if closing %}`` alone shows nothing."""
    if isinstance(node, nodes.Name) and node.ctx == "load":
        yield node.name
    for child in node.iter_child_nodes(exclude=("test",)):
        yield from _shown(child)
