"""Shapes of the contacts in a letter's head, and of the further rows beside them."""

from __future__ import annotations

from typing import Any

from circulars.model.letter import ByLanguage, Contact, ReferenceRow
from circulars.source.letters.by_language import InLanguages, OneOrMany
from circulars.source.letters.head_shapes import email_address, web_address
from circulars.source.letters.parts import LABEL, plain_text
from circulars.source.letters.prose_text import PROSE
from circulars.syntax.groups import Field, ListOf, Record
from circulars.syntax.nodes import Node
from circulars.syntax.scalars import NO_SENTENCE, OneOf, Text
from circulars.syntax.shape import Converted, Report, Shape

MAX_CONTACTS = 20
MAX_ROWS = 20
MAX_LINES = 10
MAX_BUREAU_LINES = 2
"""More lines would move the addressee's postal block out of the window of the envelope."""


def short_text(what: str) -> Shape[str]:
    """A text on one line, shown as typed."""
    return plain_text(Text(what, lines=False, max_length=200))


_OTHER_NAMES = {
    "name": ("contact", "person"),
    "post": ("title", "position", "function", "organization", "organisation", "department"),
    "tel": ("phone", "telephone", "mobile"),
    "email": ("mail", "e-mail"),
    "web": ("website", "url", "site"),
    "town": ("city", "place", "address"),
    "label": ("heading",),
}
"""What people call the keys of a contact."""


def _one_or_more(inner: Shape[str]) -> Shape[ByLanguage[str]]:
    """A text by language, or a list of several, which are its lines."""
    one = InLanguages(inner)
    several = OneOrMany(one, ListOf(one, "a list", most=MAX_LINES))
    return Converted(several, _as_lines)


def _as_lines(texts: tuple[ByLanguage[str], ...], node: Node, report: Report) -> ByLanguage[str]:
    return {code: "\n".join(text[code] for text in texts) for code in texts[0]}


def _contact(values: dict[str, Any], node: Node, report: Report) -> Contact:
    return Contact(**values, keys=tuple(name for name in values if name != "label"))


_CONTACT: Shape[Contact] = Converted(
    Record(
        dict,
        (
            Field("name", _one_or_more(short_text("a name")), "The person to contact."),
            Field("post", LABEL, "The person's post; its line breaks are kept."),
            Field("tel", _one_or_more(short_text("a telephone number")), "Telephone."),
            Field("fax", _one_or_more(short_text("a fax number")), "Fax."),
            Field("email", _one_or_more(Converted(short_text("an e-mail address"), email_address)), "E-mail address."),
            Field("web", _one_or_more(Converted(short_text("the address of a web page"), web_address)), "A web page."),
            Field("town", LABEL, "The town, or a postal address; its line breaks are kept."),
            Field("label", LABEL, "A label for the whole contact, such as 'For your reply:'."),
        ),
        "a contact",
        _OTHER_NAMES,
        keeps_order=True,  # of the lines of a contact
    ),
    _contact,
)
CONTACTS: Shape[tuple[Contact, ...]] = OneOrMany(_CONTACT, ListOf(_CONTACT, "a list of contacts", most=MAX_CONTACTS))


def _row(values: dict[str, Any], node: Node, report: Report) -> ReferenceRow:
    if not values.keys() & {"label", "text"}:
        raise report.refuse(node, "missing-field", "this row has neither 'label' nor 'text'", "write one of them")
    return ReferenceRow(**values)


_ROW: Shape[ReferenceRow] = Converted(
    Record(
        dict,
        (
            Field("label", LABEL, "The label at the left: 'Your reference:'."),
            Field("text", PROSE, "The text beside it; its line breaks are kept."),
            Field("below", OneOf(("reference", "contact")), "Below which rows; the reference by default."),
        ),
        "a row",
    ),
    _row,
)
ROWS: Shape[tuple[ReferenceRow, ...]] = OneOrMany(_ROW, ListOf(_ROW, "a list of rows", most=MAX_ROWS))


def _bureau(text: str, node: Node, report: Report) -> str:
    if text.count("\n") >= MAX_BUREAU_LINES:
        fact = f"the letterhead has {text.count(chr(10)) + 1} lines under the organization's name"
        hint = f"write at most {MAX_BUREAU_LINES}; further rows of the head go under 'rows:'"
        raise report.refuse(node, "too-many", fact, hint)
    return text


BUREAU: Shape[ByLanguage[str]] = InLanguages(
    Converted(plain_text(Text("the bureau", max_length=200, refused=NO_SENTENCE)), _bureau)
)
