"""Signed HTTP messages: who sent this, and is it as it was sent.

Source: RFC 9421 (HTTP Message Signatures) with ecdsa-p256-sha256, over the method, the target and
RFC 9530's Content-Digest; nothing else is negotiated.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from keys.algorithms import PublicKey

WINDOW = timedelta(minutes=5)
"""How far ``created`` may lie from now: a message kept back longer is not taken."""
_COMPONENTS = '("@method" "@target-uri" "content-digest")'
_INPUT = re.compile(  # ten digits reach the year 2286, and no further than a datetime does
    r'sig1=(?P<params>\("@method" "@target-uri" "content-digest"\)'
    r';created=(?P<created>[0-9]{1,10});keyid="(?P<kid>[0-9a-f]{64})"'
    r';alg="ecdsa-p256-sha256")'
)
_SIGNATURE = re.compile(r"sig1=:(?P<value>[A-Za-z0-9+/=]{88}):")


def sign_message(
    *, method: str, target: str, body: bytes, kid: bytes, at: datetime,
    sign: Callable[[bytes], bytes],
) -> dict[str, str]:  # fmt: skip
    """Return the headers that make ``body`` a signed message; ``kid`` has 32 bytes."""
    digest = content_digest(body)
    created = int(at.timestamp())
    parameters = f'{_COMPONENTS};created={created};keyid="{kid.hex()}";alg="ecdsa-p256-sha256"'
    signature = sign(_base(method, target, digest, parameters))
    return {
        "Content-Digest": digest,
        "Signature-Input": f"sig1={parameters}",
        "Signature": f"sig1=:{base64.b64encode(signature).decode()}:",
    }


def is_signed(
    *, method: str, target: str, body: bytes, headers: Mapping[str, str], at: datetime,
    key: Callable[[bytes], PublicKey | None],
) -> bool:  # fmt: skip
    """Say whether the message is whole, fresh, and signed by a key that ``key`` knows by kid."""
    said = _INPUT.fullmatch(headers.get("Signature-Input", ""))
    found = _SIGNATURE.fullmatch(headers.get("Signature", ""))
    if said is None or found is None:
        return False
    created = datetime.fromtimestamp(int(said["created"]), UTC)
    digest = content_digest(body)
    public = key(bytes.fromhex(said["kid"]))
    if abs(at - created) > WINDOW or headers.get("Content-Digest") != digest or public is None:
        return False
    try:
        signature = base64.b64decode(found["value"], validate=True)
    except binascii.Error:
        return False
    return public.verify(signature, _base(method, target, digest, said["params"]))


def content_digest(body: bytes) -> str:
    """Return the Content-Digest field of ``body``. Source: RFC 9530, section 2."""
    return f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"


def _base(method: str, target: str, digest: str, parameters: str) -> bytes:
    """Return the signature base. Source: RFC 9421, section 2.5."""
    return (
        f'"@method": {method}\n"@target-uri": {target}\n"content-digest": {digest}\n'
        f'"@signature-params": {parameters}'
    ).encode()
