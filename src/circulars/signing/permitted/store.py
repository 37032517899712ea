"""What an update may change in the data for validation (document security store; ISO 32000-2, 12.8.4.3)."""

from __future__ import annotations

from collections.abc import Mapping

from circulars.revisions import Ref, Stream, Value
from circulars.revisions.parsing import NotStrictError
from circulars.revisions.tables import unpacked
from circulars.revisions.values import refs_in
from circulars.signing.permitted.comparing import NotPermittedError, Review

MAX_EVIDENCE = 20_000_000
"""The maximum size of a certificate, a revocation list or an OCSP response, in bytes."""

_EVIDENCE = {"Certs": "Cert", "OCSPs": "OCSP", "CRLs": "CRL"}


def review_store(review: Review, before: Value, after: Value) -> None:
    """Data for validation: certificates, revocation lists and OCSP responses (ISO 32000-2, 12.8.4.3)."""
    if after == before and not _evidence_changed(review, after):
        return
    if after is None:
        raise NotPermittedError("data for validation were removed")
    store = _evidence_part(review, after, {"Type", "VRI", *_EVIDENCE})
    for name in _EVIDENCE:
        _evidence_streams(review, store.get(name))
    for one in _evidence_part(review, store.get("VRI"), None).values():
        part = _evidence_part(review, one, {"Type", "TU", "TS", *_EVIDENCE.values()})
        for name in _EVIDENCE.values():
            _evidence_streams(review, part.get(name))
        if "TS" in part:
            _evidence_streams(review, (part["TS"],))
    review.evidence = True


def _evidence_changed(review: Review, store: Value) -> bool:
    """Whether the update changes an object below the store."""
    waiting, seen = [store], set[Ref]()
    while waiting:
        for ref in refs_in(waiting.pop()):
            if ref in review.revision.objects:
                return True
            if ref not in seen:
                seen.add(ref)
                value = review.new.get(ref)
                waiting += [] if isinstance(value, Stream) else [value]
    return False


def _evidence_part(review: Review, value: Value, names: set[str] | None) -> Mapping[str, Value]:
    found = review.new.get(value)
    if value is None:
        return {}
    if not isinstance(found, Mapping) or (names is not None and found.keys() - names):
        raise NotPermittedError("the data for validation have more than they need")
    _adopt_evidence(review, value)
    return found


def _evidence_streams(review: Review, value: Value) -> None:
    if value is None:
        return
    found = review.new.get(value)
    if not isinstance(found, tuple):
        raise NotPermittedError("the data for validation are not a list")
    _adopt_evidence(review, value)
    for one in found:
        stream = review.new.get(one)
        if not isinstance(one, Ref) or not isinstance(stream, Stream) or stream.entries.keys() - {"Filter", "Type"}:
            raise NotPermittedError("the data for validation have more than they need")
        if one in review.revision.objects:
            if review.old.has(one) or not _is_der(stream):
                raise NotPermittedError("the data for validation are not certificates, lists or responses")
            review.allowed.add(one)


def _adopt_evidence(review: Review, value: Value) -> None:
    """Allows an object of the store. One that exists already must have been a part of the store before."""
    if not review.is_changed(value):
        return
    if review.old.has(value) and (value not in _stored(review) or review.old.uses(value) > 1):
        raise NotPermittedError("the data for validation replace another object")
    review.allowed.add(value)


def _stored(review: Review) -> set[Ref]:
    """The dictionaries and lists of the store before the update."""
    store = review.old.dictionary(review.old.root).get("DSS")
    found, waiting = set[Ref](), [store]
    while waiting:
        for ref in refs_in(waiting.pop()):
            value = review.old.get(ref)
            if ref not in found and not isinstance(value, Stream):
                found.add(ref)
                waiting.append(value)
    return found


def _is_der(stream: Stream) -> bool:
    """Whether a stream holds one value in DER, as certificates, revocation lists and OCSP responses are."""
    try:
        content = unpacked(stream, 0, MAX_EVIDENCE)
    except NotStrictError:
        return False
    if len(content) < 4 or content[0] != 0x30:
        return False
    if content[1] < 0x80:
        return len(content) == 2 + content[1]
    count = content[1] - 0x80
    return 1 <= count <= 4 and len(content) == 2 + count + int.from_bytes(content[2 : 2 + count], "big")
