"""Plans the edits of a letter that lead to what an edited Word file has."""

from __future__ import annotations

from collections.abc import Iterator

from circulars.review.word_edits.accepted import joined
from circulars.review.word_edits.edits import PlannedEdit
from circulars.review.word_edits.proof import key_of
from circulars.review.word_edits.rewrites import SPLIT, CutOff, PairedEdit, Refused, rewrites
from circulars.review.word_edits.structure import structure
from circulars.review.word_edits.versions import PulledVersions


def planned(versions: PulledVersions) -> tuple[list[PlannedEdit], list[Refused]]:
    """The edits that may lead to the edited file, and those that are not taken into the letter."""
    found = [*rewrites([*_changed(versions)], versions.links, versions.here)]
    cut = {one.number: one.units for one in found if isinstance(one, CutOff)}
    edits, refused = structure(versions, cut)
    return (
        [*(one for one in found if isinstance(one, PlannedEdit)), *edits],
        [*(one for one in found if isinstance(one, Refused)), *refused],
    )


def _changed(versions: PulledVersions) -> Iterator[PairedEdit]:
    """The paragraphs with other words, or other looks of words, than before."""
    for number, place in enumerate(versions.pairs.olds):
        if place is None:
            continue
        old, new = versions.old[place], versions.new[number]
        if not new.text.strip() and new.cell is None:
            continue  # the paragraph is removed
        merged = versions.pairs.merged.get(number, ())
        cut = tuple(one for one, main in versions.pairs.split.items() if main == number)
        origins = [versions.origins[one] for one in merged if one in versions.origins]
        old = joined((old, *(versions.old[one] for one in merged if one in versions.origins)))
        new = joined((new, *(versions.new[one] for one in cut)), SPLIT)
        if key_of(old)[0] != key_of(new)[0] or merged or cut:
            yield PairedEdit(
                number, old, new, versions.origins.get(place), versions.others.get(place, ()), tuple(origins), cut
            )
