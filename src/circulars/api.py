"""The Python interface: the functions that the commands use.

>>> from pathlib import Path
>>> from circulars import api
>>> workspace = api.Workspace(Path("."))
>>> letter = api.read_letter(Path("letters/tsb-circular-213.yaml"))
>>> for output in api.build(letter, workspace, api.Order(languages=("es",), formats=("txt",))):
...     print(output.name, output.data.decode().splitlines()[3])
tsb-circular-213.es.txt Ginebra, 12 de julio de 2024
"""

from circulars.accessibility import Finding
from circulars.build import Built, Order, Output, Written, build, build_file, build_files, check_files, documents
from circulars.cache import Cache, open_cache
from circulars.clock import MachineClock
from circulars.compose import compose
from circulars.doctor import Asked, asked_by, check_pack, repair_pack
from circulars.errors import (
    AddresseesError,
    Choice,
    CircularsError,
    LetterError,
    MachineError,
    PackError,
    Place,
    Problem,
    SigningError,
    UsageError,
)
from circulars.files.output import save, save_all, save_sums
from circulars.finished import attachments_of, check_output, read_key, sign, signatures_of, verify
from circulars.language import Language, load_language
from circulars.merge.front import (
    ENVELOPES,
    KINDS,
    LABELS,
    BeyondWindow,
    Copy,
    DryRun,
    Estimate,
    FoundProblems,
    ListProblem,
    Merged,
    MergeOrder,
    MergeRefusedError,
    MergeStatus,
    Previewed,
    Progress,
    Rejected,
    Scheduler,
    Stock,
    Summary,
    check_order,
    ledger_of,
    merge,
    merge_report,
    merge_status,
    merge_statuses,
    plan_merge,
    preview_merge,
    run_merge,
    save_problems,
)
from circulars.merge.post.dispatch import (
    AboutToSend,
    Changed,
    Decision,
    Elsewhere,
    LeftOut,
    Mailbox,
    Pace,
    SampleSent,
    Security,
    SendingStatus,
    Server,
    Timekeeper,
    Undelivered,
    Waiting,
    decide,
    read_mailbox,
    read_server,
    send,
    send_samples,
    sending_status,
)
from circulars.model.addressee import Addressee
from circulars.model.document import Attachment, Document
from circulars.model.letter import Letter
from circulars.pack import Pack, load_pack
from circulars.problems import Explanation, explain, explanations
from circulars.provenance import Making, making_of
from circulars.review import Change, compare, diff
from circulars.signing import SignatureReport, Signing, open_token
from circulars.source.addressees import AddresseeList, open_list
from circulars.source.letters import letter_schema, read_letter
from circulars.start import make_letter, make_workspace
from circulars.verify import Verdict
from circulars.workspace import Workspace

__all__ = [
    "ENVELOPES",
    "KINDS",
    "LABELS",
    "AboutToSend",
    "Addressee",
    "AddresseeList",
    "AddresseesError",
    "Asked",
    "Attachment",
    "BeyondWindow",
    "Built",
    "Cache",
    "Change",
    "Changed",
    "Choice",
    "CircularsError",
    "Copy",
    "Decision",
    "Document",
    "DryRun",
    "Elsewhere",
    "Estimate",
    "Explanation",
    "Finding",
    "FoundProblems",
    "Language",
    "LeftOut",
    "Letter",
    "LetterError",
    "ListProblem",
    "MachineClock",
    "MachineError",
    "Mailbox",
    "Making",
    "MergeOrder",
    "MergeRefusedError",
    "MergeStatus",
    "Merged",
    "Order",
    "Output",
    "Pace",
    "Pack",
    "PackError",
    "Place",
    "Previewed",
    "Problem",
    "Progress",
    "Rejected",
    "SampleSent",
    "Scheduler",
    "Security",
    "SendingStatus",
    "Server",
    "SignatureReport",
    "Signing",
    "SigningError",
    "Stock",
    "Summary",
    "Timekeeper",
    "Undelivered",
    "UsageError",
    "Verdict",
    "Waiting",
    "Workspace",
    "Written",
    "asked_by",
    "attachments_of",
    "build",
    "build_file",
    "build_files",
    "check_files",
    "check_order",
    "check_output",
    "check_pack",
    "compare",
    "compose",
    "decide",
    "diff",
    "documents",
    "explain",
    "explanations",
    "ledger_of",
    "letter_schema",
    "load_language",
    "load_pack",
    "make_letter",
    "make_workspace",
    "making_of",
    "merge",
    "merge_report",
    "merge_status",
    "merge_statuses",
    "open_cache",
    "open_list",
    "open_token",
    "plan_merge",
    "preview_merge",
    "read_key",
    "read_letter",
    "read_mailbox",
    "read_server",
    "repair_pack",
    "run_merge",
    "save",
    "save_all",
    "save_problems",
    "save_sums",
    "send",
    "send_samples",
    "sending_status",
    "sign",
    "signatures_of",
    "verify",
]
