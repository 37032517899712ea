"""Shapes of the contacts in a letter's head, and of the further rows beside them."""

from __future__ import annotations

from typing import Any

from circulars.model.letter import ByLanguage, Contact, ReferenceRow
from circulars.source.letters.by_language import InLanguages, OneOrMany
from circulars.source.letters.head_shapes import email_address, web_address
from circulars.source.letters.parts import LABEL, plain_text
from circulars.source.letters.prose_text import PROSE
from circulars.syntax import nodes
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_SENTENCE, Text
from circulars.syntax.shape import Converted, Report, Shape

MAX_CONTACTS = 20
MAX_ROWS = 20
MAX_BUREAU_LINES = 2
"""More lines would move the addressee's postal block out of the window of the envelope."""


def short_text(what: str) -> Shape[str]:
    """A text on one line, shown as typed."""
    return plain_text(Text(what, lines=False, max_length=200))


_OTHER_NAMES = {
    "name": ("contact", "person"),
    "post": ("title", "position", "function"),
    "tel": ("phone", "telephone", "mobile"),
    "email": ("mail", "e-mail"),
    "web": ("website", "url", "site"),
    "town": ("city", "place", "address"),
    "label": ("heading",),
}
"""What people call the keys of a contact."""


def _contact(values: dict[str, Any], node: Node, report: Report) -> Contact:
    return Contact(**values, keys=tuple(name for name in values if name != "label"))


_CONTACT: Shape[Contact] = Converted(
    Record(
        dict,
        (
            Field("name", InLanguages(short_text("a name")), "The person to contact."),
            Field("post", LABEL, "The person's post; its line breaks are kept."),
            Field("tel", InLanguages(short_text("a telephone number")), "Telephone."),
            Field("fax", InLanguages(short_text("a fax number")), "Fax."),
            Field("email", InLanguages(Converted(short_text("an e-mail address"), email_address)), "E-mail address."),
            Field("web", InLanguages(Converted(short_text("the address of a web page"), web_address)), "A web page."),
            Field("town", LABEL, "The town, or a postal address; its line breaks are kept."),
            Field("label", LABEL, "A label for the whole contact, such as 'For your reply:'."),
        ),
        "a contact",
        tuple((other, key) for key, others in _OTHER_NAMES.items() for other in others),
    ),
    _contact,
)
CONTACTS: Shape[tuple[Contact, ...]] = OneOrMany(
    _CONTACT,
    ListOf(_CONTACT, "a list of contacts", most=MAX_CONTACTS),
    lambda node: not isinstance(node, nodes.Sequence),
)


def _row(values: dict[str, Any], node: Node, report: Report) -> ReferenceRow:
    if not values:
        raise report.refuse(node, "missing-field", "this row has neither 'label' nor 'text'", "write one of them")
    return ReferenceRow(**values)


ROWS: Shape[tuple[ReferenceRow, ...]] = ListOf(
    Converted(
        Record(
            dict,
            (
                Field("label", LABEL, "The label at the left: 'Your reference:'."),
                Field("text", PROSE, "The text beside it; its line breaks are kept."),
            ),
            "a row",
        ),
        _row,
    ),
    "a list of rows",
    most=MAX_ROWS,
)


def _bureau(text: str, node: Node, report: Report) -> str:
    if text.count("\n") >= MAX_BUREAU_LINES:
        fact = f"the letterhead has {text.count(chr(10)) + 1} lines under the organization's name"
        hint = f"write at most {MAX_BUREAU_LINES}; further rows of the head go under 'rows:'"
        raise report.refuse(node, "too-many", fact, hint)
    return text


BUREAU: Shape[ByLanguage[str]] = InLanguages(
    Converted(plain_text(Text("the bureau", max_length=200, refused=NO_SENTENCE)), _bureau)
)
