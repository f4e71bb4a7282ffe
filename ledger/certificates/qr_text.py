"""What stands in the QR code: the verify page's address, ``#``, and the token in digits.

Any phone's camera opens the page; what follows ``#`` never leaves the phone for a server's log.
Institutions read the digits alone and hold the host against their own list (quishing).
"""

import re
from collections.abc import Collection
from hashlib import sha256
from typing import Final

from ledger.certificates.digits import digits_for, from_digits, to_digits
from ledger.errors import InvalidInputError

MAX_TOKEN_BYTES: Final = 2048
"""Longest token that is looked at. Source: the ledger's design, section 10."""
MAX_HOST: Final = 64
"""Longest host that is looked at, in characters, with its port."""
MAX_TEXT: Final = digits_for(MAX_TOKEN_BYTES) + len("https:///#") + MAX_HOST

_ADDRESS = re.compile(r"\s*(?:https?://([A-Za-z0-9.:\-]{1,64})/#)?(?=[0-9])", re.ASCII)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1):[0-9]{1,5}", re.ASCII)

SHORT_CODE_CHARACTERS: Final = 12
_GROUP: Final = 4
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED_ALIKE: Final = str.maketrans("OIL", "011", "- \t\r\n")


def address(host: str) -> str:
    """Return what stands before the digits: ``https://<host>/#``, all in lower case.

    Only a loopback host with a port, which cannot have a certificate, gets ``http``.

    Raises:
        InvalidInputError: ``host`` is no host name (with port) in lower case.
    """
    if len(host) > MAX_HOST or not _HOST.fullmatch(host):
        raise InvalidInputError("host", "host_form", "a lower-case host name, with port if needed")
    return f"{'http' if _LOOPBACK.fullmatch(host) else 'https'}://{host}/#"


def to_qr_text(token: bytes, host: str) -> str:
    """Return the text of the QR code: ``address(host)``, then decimal digits; ASCII.

    Raises:
        InvalidInputError: As for `address`, or the token is longer than `MAX_TOKEN_BYTES`.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise InvalidInputError("token", "too_long", f"at most {MAX_TOKEN_BYTES} bytes")
    return address(host) + to_digits(token)


def from_qr_text(text: str, *, hosts: Collection[str] | None = None) -> bytes:
    """Return the token in ``text``; white space around it (a hand scanner's Enter) is dropped.

    Args:
        text: As scanned, or its digits alone.
        hosts: The only hosts that the address may name; None accepts any.

    Raises:
        InvalidInputError: ``too_long``, ``qr_text_form``, ``foreign_host``, or as `from_digits`.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInputError("code", "too_long", f"at most {MAX_TEXT} characters")
    match = _ADDRESS.match(text)
    if match is None:
        raise InvalidInputError("code", "qr_text_form", "https://<host>/#<decimal digits>")
    host = match[1]
    if hosts is not None and host is not None and host.lower() not in hosts:
        raise InvalidInputError("code", "foreign_host", "the address of a known verify page")
    digits = text[match.end() :].rstrip()
    if host is None and not digits.isdigit():
        raise InvalidInputError("code", "qr_text_form", "https://<host>/#<decimal digits>")
    return from_digits(digits)


def short_code(token: bytes) -> str:
    """Return what can be typed when the code is damaged: 12 characters as ``XXXX-XXXX-XXXX``.

    60 bits of a hash of the token in Crockford's base 32: no I, L, O or U, so nothing looks alike.
    It finds the certificate by an exact, rate-limited look-up; it proves nothing by itself.
    """
    bits = int.from_bytes(sha256(b"records short code\x00" + token).digest()[:8], "big") >> 4
    characters = "".join(
        _CROCKFORD[bits >> shift & 31] for shift in range(5 * (SHORT_CODE_CHARACTERS - 1), -1, -5)
    )
    return _grouped(characters)


def normalise_short_code(typed: str) -> str:
    """Return the code as printed from what a person ``typed``: any case, O for 0, no hyphens.

    Raises:
        InvalidInputError: Not 12 characters of the alphabet.
    """
    characters = typed[:64].upper().translate(_TYPED_ALIKE)
    if len(characters) != SHORT_CODE_CHARACTERS or not set(characters) <= set(_CROCKFORD):
        raise InvalidInputError("short_code", "short_code_form", "12 characters, XXXX-XXXX-XXXX")
    return _grouped(characters)


def _grouped(characters: str) -> str:
    return "-".join(characters[i : i + _GROUP] for i in range(0, len(characters), _GROUP))
