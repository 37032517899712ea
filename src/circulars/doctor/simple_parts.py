"""The parts of a letter in plain paragraphs, for Word files that have tags of their own for the parts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from circulars.render.docx.markup import w

_Paragraph = tuple[str, ...]
"""The id of a style of the shipped template, and the text of each run: a tag for runs needs one of its own."""

_ORDER: Final = ("date_line", "first", "addressees", "others", "subject", "closing", "signature", "link_code")
"""The fields in the order in which letters are read."""

_SIMPLE: Final[Mapping[str, tuple[_Paragraph, ...]]] = {
    "letterhead": (
        ("LetterheadMark", "{%p if letterhead.mark %}"),
        ("LetterheadMark", "{{r letterhead.mark }}"),
        ("LetterheadMark", "{%p endif %}"),
        ("LetterheadOrganization", "{{ letterhead.organization }}"),
        ("LetterheadBureau", "{%p if letterhead.bureau %}"),
        ("LetterheadBureau", "{{ letterhead.bureau }}"),
        ("LetterheadBureau", "{%p endif %}"),
    ),
    "date_line": (("Date", "{{ date_line }}"),),
    "first": (
        ("Particulars", "{%p for line in first.lines %}"),
        ("Particulars", "{% if loop.first and first.label %}", "{{ first.label }} ", "{% endif %}", "{{r line }}"),
        ("Particulars", "{%p endfor %}"),
    ),
    "addressees": (
        ("AddresseeLabel", "{%p for list in addressees %}"),
        ("AddresseeLabel", "{%p if list.label %}"),
        ("AddresseeLabel", "{{ list.label }}"),
        ("AddresseeLabel", "{%p endif %}"),
        ("Particulars", "{%p for entry in list.entries %}"),
        ("Particulars", "{% if entry.label %}", "{{ entry.label }} ", "{% endif %}", "{{r entry.text }}"),
        ("Particulars", "{%p endfor %}"),
        ("AddresseeLabel", "{%p endfor %}"),
    ),
    "others": (
        ("Particulars", "{%p for particular in others %}"),
        ("Particulars", "{%p for line in particular.lines %}"),
        ("Particulars", "{% if loop.first and particular.label %}", "{{ particular.label }} ", "{% endif %}",
         "{{r line }}"),
        ("Particulars", "{%p endfor %}"),
        ("Particulars", "{%p endfor %}"),
    ),
    "subject": (
        ("Subject", "{%p if subject[0] %}"),
        ("Subject", "{%p for line in subject %}"),
        ("Subject", "{% if loop.first and subject_label %}", "{{ subject_label }} ", "{% endif %}", "{{r line }}"),
        ("Subject", "{%p endfor %}"),
        ("Subject", "{%p endif %}"),
    ),
    "closing": (("Closing", "{%p if closing %}"), ("Closing", "{{ closing }}"), ("Closing", "{%p endif %}")),
    "signature": (
        ("Signed", "{%p if signature %}"),
        ("Signed", "{%p if signature.signed %}"),
        ("Signed", "{{ signature.signed }}"),
        ("Signed", "{%p endif %}"),
        ("SignaturePicture", "{%p if signature.picture %}"),
        ("SignaturePicture", "{{r signature.picture }}"),
        ("SignaturePicture", "{%p else %}"),
        ("SignatureRoom", ""),
        ("SignaturePicture", "{%p endif %}"),
        ("Signature", "{{ signature.lines }}"),
        ("Signed", "{%p endif %}"),
    ),
    "link_code": (
        ("LinkCode", "{%p if link_code %}"),
        ("LinkCode", "{{r link_code.picture }}"),
        ("Caption", "{{ link_code.caption }}"),
        ("LinkCode", "{%p endif %}"),
    ),
}  # fmt: skip


def in_reading_order(fields: frozenset[str]) -> list[str]:
    """The fields of a part of a letter that has plain paragraphs, in the order in which letters are read."""
    return [name for name in _ORDER if name in fields]


def simple_part(field: str) -> list[etree._Element]:
    """The paragraphs that show a field, in styles of the shipped template."""
    return [_paragraph(style, *texts) for style, *texts in _SIMPLE[field]]


def _paragraph(style: str, *texts: str) -> etree._Element:
    paragraph = etree.Element(w("p"))
    etree.SubElement(etree.SubElement(paragraph, w("pPr")), w("pStyle"), {w("val"): style})
    for text in texts:
        node = etree.SubElement(etree.SubElement(paragraph, w("r")), w("t"))
        node.text = text
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return paragraph
