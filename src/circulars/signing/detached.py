"""Signs a file of any kind by a separate signature (CMS, RFC 5652), which OpenSSL and other programs validate."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, select_suitable_signing_md

from circulars.signing.keys import Key, check_key
from circulars.signing.timestamp_server import TimestampServer


def detached_signature(data: bytes, key: Key, moment: datetime, timestamp: str, proxies: Mapping[str, str]) -> bytes:
    """The signature of some bytes, in DER, with the certificates that belong to it.

    Raises:
        SigningError, UsageError: see :func:`circulars.signing.sign`.
    """
    check_key(key, moment)
    server = TimestampServer(timestamp, proxies) if timestamp else None
    certificate = key.signer.signing_cert
    assert certificate is not None
    signature = asyncio.run(
        key.signer.async_sign_general_data(
            data,
            select_suitable_signing_md(certificate.public_key),
            timestamper=server,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=moment),
        )
    )
    return bytes(signature.dump())
