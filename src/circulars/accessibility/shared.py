"""Rules and facts that are the same for Word files and PDFs."""

from __future__ import annotations

from typing import Final

RULES: Final = {
    "encrypted-file": "The file can be opened without a password.",
    "title-says-nothing": "The title says what the document is about.",
    "bad-language": "Every language is given by a valid language tag.",
    "alternate-text-says-nothing": "An alternate text describes what the picture shows; it is not a file name.",
    "empty-heading": "Every heading has words.",
    "heading-skipped": "Headings do not skip levels.",
    "link-says-nothing": "The words of a link say where it leads.",
    "long-address": "A link whose words are its address has no more than 60 characters, and no '%' or '='.",
}
"""What a rule asks for, by its code."""
NO_TITLE: Final = "the file has no title"
ENCRYPTED: Final = "a password is needed to open it"
NO_LINK_WORDS: Final = "a link has no words"


def damaged(reason: str) -> str:
    return f"a part of it is damaged: {reason}"


def empty_title(title: str) -> str:
    return f"the title '{title[:80]}' does not say what the document is about"


def not_a_language(tag: str) -> str:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in tag[:40])
    return f"'{shown}' is not a language tag" if tag.strip() else "a language is empty"


def empty_link(words: str) -> str:
    return f"a link's words are '{words.strip()[:40]}'"


def long_address(length: int) -> str:
    return f"a link's words are an address of {length} characters"


def no_alternate_text(what: str) -> str:
    return f"{what} has no alternate text"


def empty_alternate_text(what: str, text: str) -> str:
    return f"{what} has the alternate text '{text.strip()[:60]}', which does not say what it shows"
