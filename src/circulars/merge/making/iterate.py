"""The merge as an iterator, for programs that handle the copies themselves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import chain

from circulars.errors import LetterError
from circulars.merge.making.copies import Copy, addressee_of
from circulars.merge.making.kit import Repertoire, make_kit
from circulars.merge.making.run import SAMPLES
from circulars.merge.planning.cells import split_cells
from circulars.merge.planning.ledger import Entry
from circulars.merge.planning.order import MergeOrder, check_order
from circulars.merge.planning.planner import Planner
from circulars.model.addressee import Addressee
from circulars.model.letter import Letter
from circulars.review.approval_check import check_approvals
from circulars.source.addressees import AddresseeList, open_list
from circulars.workspace import Workspace

_DEFAULT_ORDER = MergeOrder()


def merge(
    letter: Letter,
    addressees: AddresseeList | str,
    workspace: Workspace,
    order: MergeOrder = _DEFAULT_ORDER,
    *,
    require_approval: Sequence[str] = (),
    now: datetime.datetime | None = None,
) -> Iterator[Copy]:
    """Every copy of a letter, one addressee after the other. Nothing is written, and there is no ledger.

    ``addressees`` may be the name of a list, relative to the workspace's folder. The letter must have the approvals
    that its kind or the settings of the folder require, and those as the roles of ``require_approval``, each with a
    certificate that is valid at the time ``now``.

    Raises:
        CircularsError: the list, the letter or the pack has problems, or the letter lacks approvals; raised before the
            first copy is made.
    """
    check_approvals(letter, workspace, require_approval, now=now)
    check_order(order)
    if isinstance(addressees, str):
        addressees = open_list(addressees, folder=workspace.folder)
    planner = Planner(letter, addressees, workspace, order)
    rows = sorted(chain.from_iterable(planner.batches()), key=lambda row: (row[-1] or b"", row[0]))
    entries = [
        Entry(n, id, code, audience, split_cells(cells), row)
        for n, (_, id, code, audience, cells, row, _) in enumerate(rows)
    ]
    if planner.findings.problems and not order.skip_bad:
        raise LetterError(*planner.findings.problems)
    columns = addressees.columns
    samples: dict[tuple[str, int], list[Addressee]] = {}
    for entry in entries:
        samples.setdefault((entry.language, entry.audience), []).append(addressee_of(entry, columns))
    samples = {key: addressees[:SAMPLES] for key, addressees in samples.items()}
    kit = make_kit(
        letter,
        workspace,
        order,
        columns,
        samples,
        Repertoire(planner.findings.all_characters(), tuple(planner.findings.forms)),
    )
    for entry in entries:
        yield from kit.copies(entry)
