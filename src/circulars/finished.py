"""Reads finished files in a worker process, so that no file can take more than a certain time and memory.

A PDF can ask for any amount of work: with a form whose fields contain themselves, streams that unpack to gigabytes, or
objects within objects. The libraries that read PDFs have few limits of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from circulars import accessibility, provenance
from circulars import signing as unlimited
from circulars import verify as verifying
from circulars.errors import LimitError, Place
from circulars.model.document import Attachment
from circulars.processes.crew import limited
from circulars.processes.limits import Part
from circulars.signing import DetachedData, Placement, SignatureReport, Signing, TrustedSigners
from circulars.signing.library import require
from circulars.signing.values import AskSecret
from circulars.verify import Verdict
from circulars.workspace import Workspace

if TYPE_CHECKING:
    from circulars.signing.keys import Key

_PIKEPDF: Final = ("pikepdf", "lxml.etree", "circulars.accessibility.pdf.checks", "circulars.accessibility.word.checks")
_PYHANKO: Final = (
    "circulars.signing.embedding",
    "circulars.signing.validation",
    "circulars.signing.detached",
    "circulars.signing.keys",
)
SECONDS: Final = 4
"""The CPU time for one look at a file, in seconds. An ordinary file needs a tenth; a command looks several times."""
_SECONDS_TO_SIGN: Final = 3
_SECONDS_FOR_A_SPOT: Final = 2
_SECONDS_TO_CHECK: Final = 7
_SECONDS_PER_MEGABYTE: Final = 2  # to check every page


def _part(file: str, seconds: int = SECONDS) -> Part:
    return Part(f"the file '{file}'" if file else "the file", "use the file as it was made", Place(file), seconds)


def attachments_of(data: bytes, file: str) -> tuple[Attachment, ...]:
    """The files that circulars embedded in a PDF or a Word file, the source first.

    Raises:
        LetterError: it is neither a PDF nor a Word file, it is broken, or nothing is embedded in it.
        LimitError: reading it takes too much time or memory.
    """
    return limited(_part(file), provenance.attachments_of, data, file, modules=_PIKEPDF)


def check_output(data: bytes, name: str) -> tuple[accessibility.Finding, ...]:
    """What keeps people from reading a finished Word file or PDF with assistive technology; ``name`` is its file.

    A file that takes too much time or memory is a finding, too.
    """
    try:
        seconds = _SECONDS_TO_CHECK + _SECONDS_PER_MEGABYTE * len(data) // 1_000_000
        return limited(_part(name, seconds), accessibility.check_output, data, name, modules=_PIKEPDF)
    except LimitError as error:
        return tuple(accessibility.unreadable(name, problem.message) for problem in error.problems)


def active_content(data: bytes, name: str) -> tuple[accessibility.Finding, ...]:
    """What would run, or be fetched, when somebody opens a finished file: see :mod:`circulars.accessibility`.

    A file that takes too much time or memory is a finding, too.
    """
    try:
        return limited(_part(name), accessibility.active_content, data, name, modules=_PIKEPDF)
    except LimitError as error:
        return tuple(accessibility.unreadable(name, problem.message) for problem in error.problems)


def verify(data: bytes, file: str, workspace: Workspace) -> Verdict:
    """Rebuilds a file from the source inside it, with the workspace's packs and languages, and compares the two.

    Raises:
        CircularsError: the file carries no source, or its source cannot be built here, or not within the limits.
    """
    return limited(_part(file), verifying.verify, data, file, workspace, modules=_PIKEPDF)


def signatures_of(
    data: bytes,
    trusted: Sequence[bytes] = (),
    *,
    revocations: Sequence[bytes] = (),
    now: datetime | None = None,
    file: str = "",
) -> tuple[SignatureReport, ...]:
    """A report on each signature of a PDF: see :func:`circulars.signing.signatures_of`.

    Raises:
        SigningError, MachineError: see there.
        LimitError: reading the PDF takes too much time or memory.
    """
    require()
    validate = partial(unlimited.signatures_of, revocations=revocations, now=now, file=file)
    return limited(_part(file), validate, data, trusted, modules=_PYHANKO)


def detached_signature_of(
    signed: DetachedData, trusted: TrustedSigners, now: datetime | None = None, file: str = ""
) -> SignatureReport:
    """A report on a separate signature: see :func:`circulars.signing.detached_signature_of`.

    Raises:
        SigningError, MachineError: see there.
        LimitError: reading the signature takes too much time or memory.
    """
    require()
    return limited(_part(file), unlimited.detached_signature_of, signed, trusted, now, file, modules=_PYHANKO)


def sign(
    data: bytes,
    key: Key,
    signing: Signing,
    *,
    timestamp: str = "",
    proxies: Mapping[str, str] | None = None,
    file: str = "",
) -> bytes:
    """The PDF with one more signature: see :func:`circulars.signing.sign`.

    A key in a token cannot be used in another process. So the PDF is first signed in a worker, with a key made for it:
    what that takes, the real signature takes too.

    Raises:
        SigningError, UsageError, MachineError: see there.
        LimitError: signing the PDF takes too much time or memory.
    """
    require()
    limited(_part(file, _SECONDS_TO_SIGN), _rehearse, data, signing, file, modules=_PYHANKO)
    return unlimited.sign(data, key, signing, timestamp=timestamp, proxies=proxies, file=file)


def _rehearse(data: bytes, signing: Signing, file: str) -> None:
    from circulars.signing.keys import throwaway_key

    unlimited.sign(data, throwaway_key(signing.moment), signing, file=file)


def find_spot(data: bytes, width: float, height: float, file: str = "") -> Placement:
    """A free place at the letter's signature: see :func:`circulars.signing.find_spot`.

    Raises:
        SigningError: see there.
        LimitError: reading the PDF takes too much time or memory.
    """
    return limited(_part(file, _SECONDS_FOR_A_SPOT), unlimited.find_spot, data, width, height, file, modules=_PIKEPDF)


def spot_at(data: bytes, page: int, left: float, top: float, size: tuple[float, float], file: str = "") -> Placement:
    """The place on a page that the user named: see :func:`circulars.signing.spot_at`.

    Raises:
        SigningError, UsageError: see there.
        LimitError: reading the PDF takes too much time or memory.
    """
    return limited(
        _part(file, _SECONDS_FOR_A_SPOT), unlimited.spot_at, data, page, left, top, size, file, modules=_PIKEPDF
    )


def language_of(data: bytes, file: str = "") -> str:
    """The language that a PDF declares ("es"), or "".

    Raises:
        SigningError: the PDF cannot be read.
        LimitError: reading the PDF takes too much time or memory.
    """
    return limited(_part(file, _SECONDS_FOR_A_SPOT), unlimited.language_of, data, file, modules=_PIKEPDF)


def read_key(data: bytes, file: str, ask: AskSecret, certificates: bytes = b"", certificates_file: str = "") -> Key:
    """The key in a file, with its certificate: see :func:`circulars.signing.read_key`.

    A file can ask for any number of rounds to derive a key from the pass phrase.

    Raises:
        SigningError, MachineError: see there.
        LimitError: reading the key takes too much time or memory.
    """
    require()
    part = Part(f"the key '{file}'", "ask whoever made it for another one", Place(file))
    arguments = (data, file, certificates, certificates_file)
    try:
        opened = limited(part, _opened_key, None, *arguments, modules=_PYHANKO)
    except _EncryptedError:
        opened = limited(part, _opened_key, ask(), *arguments, modules=_PYHANKO)
    return unlimited.read_key(opened, file, ask)


class _EncryptedError(Exception):
    """A key is encrypted, and no pass phrase was given."""


def _opened_key(secret: bytes | None, data: bytes, file: str, certificates: bytes, certificates_file: str) -> bytes:
    """A key and its certificates in PEM, without encryption: the objects themselves cannot be sent to a process."""
    from circulars.signing.keys import as_pem

    def given() -> bytes:
        if secret is None:
            raise _EncryptedError
        return secret

    return as_pem(unlimited.read_key(data, file, given, certificates, certificates_file))


def read_trust_file(data: bytes, file: str = "") -> tuple[list[bytes], list[bytes]]:
    """The certificates and the revocation lists (CRL) in a PEM or DER file, each in DER.

    Raises:
        SigningError: the file holds neither.
        LimitError: reading it takes too much time or memory.
        MachineError: pyHanko is not installed.
    """
    require()
    return limited(_part(file), unlimited.read_trust_file, data, file, modules=_PYHANKO)
