"""Plans the edits of a letter that lead to what an edited Word file has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from circulars.review.word_edits.accepted import joined
from circulars.review.word_edits.edits import PlannedEdit
from circulars.review.word_edits.proof import key_of
from circulars.review.word_edits.rewrites import NOT_SAID, SPLIT, CutOff, PairedEdit, Refused, rewrites
from circulars.review.word_edits.settling import results_of
from circulars.review.word_edits.structure import structure
from circulars.review.word_edits.versions import PulledVersions


def planned(versions: PulledVersions) -> tuple[list[PlannedEdit], list[Refused]]:
    """The edits that may lead to the edited file, and those that are not taken into the letter."""
    changed = [(one, _unsaid(one, versions)) for one in _changed(versions)]
    unsaid = [_refused(one, words) for one, words in changed if words]
    said = [one for one, words in changed if not words]
    found = [*rewrites(said, versions.links, versions.here, versions.answered)]
    cut = {one.number: one.units for one in found if isinstance(one, CutOff)}
    edits, refused = structure(versions, cut)
    refused = [*(one for one in found if isinstance(one, Refused)), *unsaid, *refused]
    return whole_groups([*(one for one in found if isinstance(one, PlannedEdit)), *edits], refused, versions.answered)


def whole_groups(
    edits: Sequence[PlannedEdit], refused: Sequence[Refused], answered: Collection[str] = ()
) -> tuple[list[PlannedEdit], list[Refused]]:
    """The edits of which all that belong to them can be made, too; and the others, refused."""
    broken = {
        group for one in refused if not (one.question and one.question.unit.name in answered) for group in one.groups
    }
    left = list(edits)
    out: list[Refused] = []
    while any(one.groups & broken for one in left):
        found = [one for one in left if one.groups & broken]
        broken |= {group for one in found for group in one.groups}
        left = [one for one in left if not one.groups & broken]
        reason = "this belongs to an edit that is not taken: a paragraph was split, or two were joined"
        out += [refused_edit(one, reason) for one in found]
    return left, [*refused, *out]


def refused_edit(edit: PlannedEdit, reason: str) -> Refused:
    """An edit that is not made, for a reason."""
    return Refused(
        edit.old, edit.new, reason, "edit the letter", edit.near, edit.authors, kind=edit.kind, groups=edit.groups
    )


def _unsaid(pair: PairedEdit, versions: PulledVersions) -> str:
    """What new words of a paragraph look like that letters cannot say."""
    return ", ".join(filter(None, (versions.unsaid.get(number) for number in (pair.number, *pair.cut))))


def _refused(pair: PairedEdit, words: str) -> Refused:
    near, reason = frozenset((pair.number, *pair.cut)), f"{NOT_SAID}: {words}"
    new = pair.new.text.replace(SPLIT, "\n")
    return Refused(pair.old.text, new, reason, "edit the letter", near, pair.new.authors, groups=pair.groups)


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
        if key_of(old)[0] != key_of(new)[0] or results_of(old) != results_of(new) or merged or cut:
            yield PairedEdit(
                number, old, new, versions.origins.get(place), versions.others.get(place, ()), tuple(origins), cut
            )
