"""The text of a SMART Health Link: what a QR code shows and a viewer reads.

Source: HL7 SMART Health Cards and Links 1.0.0 (STU1), "SMART Health Links payload".
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from keys.base64url import from_base64url, to_base64url
from ledger.errors import InvalidInputError

SCHEME: Final = "shlink:/"
FLAGS: Final = "LPU"
"""Long-term; passcode; one file by a direct address."""
LONGEST_URL: Final = 128
LONGEST_LABEL: Final = 80
KEY_BYTES: Final = 32
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class HealthLink:
    """What a link says."""

    url: str
    """Where its manifest is asked for."""
    key: bytes
    """Opens the files; 32 bytes, 43 characters in the text."""
    expires_at: datetime | None = None
    flags: str = ""
    """Of `FLAGS`, in that order; U never with P: a direct address could not ask for a passcode."""
    label: str | None = None


def write_link(link: HealthLink, *, viewer: str | None = None) -> str:
    """Return the text, behind the address of a viewer if one is given.

    Raises:
        InvalidInputError: A part breaks a rule of the specification; names the place.
    """
    _check(link)
    payload: dict[str, object] = {"url": link.url, "key": to_base64url(link.key)}
    if link.expires_at is not None:
        payload["exp"] = int(link.expires_at.timestamp())
    if link.flags:
        payload["flag"] = link.flags
    if link.label is not None:
        payload["label"] = link.label
    payload["v"] = VERSION
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    written = SCHEME + to_base64url(text.encode())
    return written if viewer is None else f"{viewer.rstrip('#')}#{written}"


def read_link(text: str) -> HealthLink:
    """Return what a link says, with or without a viewer before it.

    Raises:
        InvalidInputError: It is no link, or breaks a rule of the specification.
    """
    _, found, encoded = text.rpartition(SCHEME)
    if not found:
        raise InvalidInputError("link", "health_link", f"a text with {SCHEME}")
    try:
        payload = json.loads(from_base64url(encoded))
        link = _read(payload)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidInputError("link", "health_link", "a SMART Health Link") from error
    _check(link)
    return link


def _read(payload: dict[str, object]) -> HealthLink:
    if payload.get("v", VERSION) != VERSION:
        raise ValueError("another version")
    expires, label = payload.get("exp"), payload.get("label")
    if expires is not None and (isinstance(expires, bool) or not isinstance(expires, int | float)):
        raise TypeError("exp")
    return HealthLink(
        str(payload["url"]),
        from_base64url(str(payload["key"])),
        None if expires is None else datetime.fromtimestamp(expires, tz=UTC),
        str(payload.get("flag", "")),
        None if label is None else str(label),
    )


def _check(link: HealthLink) -> None:
    if not link.url.startswith(("https://", "http://")) or len(link.url) > LONGEST_URL:
        raise InvalidInputError("url", "url", f"an address of at most {LONGEST_URL} characters")
    if len(link.key) != KEY_BYTES:
        raise InvalidInputError("key", "key", f"{KEY_BYTES} bytes")
    if link.flags != "".join(flag for flag in FLAGS if flag in link.flags):
        raise InvalidInputError("flag", "flag", "L, P and U in this order, each once")
    if {"P", "U"} <= set(link.flags):
        raise InvalidInputError("flag", "flag", "U never with P")
    if link.label is not None and len(link.label) > LONGEST_LABEL:
        raise InvalidInputError("label", "label", f"at most {LONGEST_LABEL} characters")
