"""The one rule for the names of files: which names every system can store, and which of them are the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_NAME: Final = 255
"""The maximum length of a file's name, in bytes of UTF-8."""
LETTER_ENDINGS: Final = 40
"""The bytes that stay free in a letter's name for what its outputs add to it, such as ``.envelopes.pdf``."""

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
# Windows opens these devices in every folder, with any suffix, and with blanks before the suffix. It also reads the
# superscript digits as digits, and some programs change full-width letters to ASCII: so the name is folded first.
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com\d|lpt\d) *(?:\.|$)", re.IGNORECASE)


def can_be_stored(name: str, room: int = 0) -> bool:
    """Whether a file can have this name on every system, with ``room`` more bytes added to its end.

    Letters are opened on other machines than the one that made them, so the rule is the same everywhere. A name has
    1 to 255 bytes, only characters that can be seen, none of ``<>:"/\\|?*``, and no blank or full stop at its end. It
    is not the name of a device of Windows.
    """
    if not name.isprintable() or _FORBIDDEN.search(name) or name[-1:] in ("", ".", " "):
        return False
    if name.isascii():
        return len(name) + room <= MAX_NAME and not _DEVICE.match(name)
    return len(name.encode()) + room <= MAX_NAME and not _DEVICE.match(unicodedata.normalize("NFKC", name))


def is_visible(name: str) -> bool:
    """Whether folders show a file of this name: it is not hidden, and not one of Word's lock files."""
    return not name.startswith((".", "~$"))


def same(name: str) -> str:
    """The form in which names are compared: file systems may treat names as equal that differ in case or in Unicode's
    composition.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
