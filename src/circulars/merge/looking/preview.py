"""Makes the preview of a merge: a contact sheet of the copies that are worth checking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from circulars.compose import conditions
from circulars.formats import WRITERS
from circulars.language import MESSAGES
from circulars.merge.looking.cases import Case, Cases, find_cases
from circulars.merge.looking.contact import Thumbnails, contact_sheet, pictures
from circulars.merge.making.run import Merge
from circulars.merge.planning.order import MergeOrder
from circulars.model.document import Document
from circulars.model.letter import Letter
from circulars.processes.crew import limited
from circulars.processes.limits import SECONDS, TRIES, Part

_SHEET: Final = re.compile(r"preview(-[1-9][0-9]*)?\.png")


@dataclass(frozen=True, slots=True)
class Preview:
    """A contact sheet: its files by name, the copies on it, the lines at its head, and the thumbnails."""

    files: Mapping[str, bytes]
    cases: Cases
    about: tuple[str, ...]
    shown: tuple[Thumbnails, ...]


def preview_order(order: MergeOrder) -> MergeOrder:
    """The order for a preview: the same addressees, as PDFs that are filled from masters where possible."""
    return replace(order, kind="files", formats=("pdf",), whole=False)


def preview(merge: Merge) -> Preview:
    """The contact sheet of a planned merge: ``preview.pdf``, and a picture of each of its pages.

    If the merge adds a list, it shows only addressees who are added.

    Raises:
        CircularsError: a copy cannot be made.
    """
    kit = merge.kit(preview_order(merge.order))
    cases = find_cases(kit, merge.ledger.entries(merge.first))
    about = tuple(_about(cases, merge.letter))
    shown = tuple(_thumbnails(case, merge.letter) for case in cases.shown)
    named = _named(next(iter(kit.editions.values())).document)
    part = Part("the preview", "choose fewer addressees", seconds=2 * SECONDS, tries=TRIES)
    sheet = limited(part, contact_sheet, named, merge.planner.pack, about, shown, modules=[WRITERS["pdf"].preload])
    drawn = limited(part, pictures, sheet)
    names = ["preview.png"] if len(drawn) == 1 else [f"preview-{number}.png" for number in range(1, len(drawn) + 1)]
    return Preview({"preview.pdf": sheet, **dict(zip(names, drawn, strict=True))}, cases, about, shown)


def outdated(folder: Path, files: Iterable[str]) -> tuple[str, ...]:
    """The names of pictures from an earlier, longer preview that are still in a folder."""
    sheets = (path.name for path in sorted(folder.glob("preview*.png")) if _SHEET.fullmatch(path.name))
    return tuple(name for name in sheets if name not in files)


def _named(document: Document) -> Document:
    """A document with the title and date of the contact sheet."""
    # The words are the command's own, so they are in English.
    named = replace(document.properties, title=f"{document.properties.title} – preview", language=MESSAGES, subject="")
    return replace(document, language=MESSAGES, locale=MESSAGES, direction="ltr", properties=named, attachments=())


def _about(cases: Cases, letter: Letter) -> Iterator[str]:
    """The lines about all cases together."""
    total = sum(cases.editions.values())
    yield f"{_counted(total, 'addressee')}; the copies of {len(cases.shown):,} are worth seeing before all are made"
    if len(cases.editions) > 1:
        named = {key: ", ".join([key[0], *_audience(letter, key[1])]) for key in cases.editions}
        yield "who gets what: " + "; ".join(
            f"{named[key]} ({count:,})" for key, count in sorted(cases.editions.items())
        )
    if cases.apart:
        line = f"{_counted(cases.apart, 'copy has', 'copies have')} other lines than most"
        if cases.counted < cases.apart:
            line += f"; the pages of {cases.counted:,} were counted, of those with the most to show"
        yield line
    if cases.left_out:
        yield f"{_counted(cases.left_out, 'more reason')} to look at a copy found no room here"


def _thumbnails(case: Case, letter: Letter) -> Thumbnails:
    entry = case.entry
    facts = [f"row {entry.row}", entry.language, *_audience(letter, entry.audience), _counted(case.pages, "page")]
    if case.is_apart:
        facts.append("other lines than most")
    return Thumbnails(entry.id, " · ".join(facts), case.reasons, case.data)


def _audience(letter: Letter, audience: int) -> Iterator[str]:
    """The conditions of a letter that hold for an audience, as in the letter."""
    for place, condition in enumerate(conditions(letter)):
        if audience >> place & 1:
            yield ", ".join(f"{column}: {' or '.join(values)}" for column, values in condition)


def _counted(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
