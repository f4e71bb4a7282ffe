"""Posts JSON to a payment platform: https alone, or plain http on loopback; no redirects."""

import http.client
import ssl
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from ledger.errors import InvalidInputError
from verify_api.payment import PaymentUnavailableError

TIMEOUT_SECONDS: Final = 5.0
MOST_ANSWER_BYTES: Final = 16 << 10


def check_address(address: str, *, place: str) -> str:
    """Return ``address`` if secrets and money may be spoken of over it.

    Raises:
        InvalidInputError: Neither https nor plain http on loopback.
    """
    parts = urlsplit(address)
    plain_at_home = parts.scheme == "http" and _is_loopback(parts.hostname)
    if not parts.hostname or parts.username or not (parts.scheme == "https" or plain_at_home):
        raise InvalidInputError(place, "address", "an https address without a user name")
    return address


def post_json(address: str, body: bytes) -> bytes:
    """Send ``body`` and return the answer's.

    Raises:
        InvalidInputError: The address is not one that may be called.
        PaymentUnavailableError: No answer, or not one of success.
    """
    parts = urlsplit(check_address(address, place="payment"))
    host = parts.hostname or ""
    connection = (
        http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
        if parts.scheme == "http"
        else http.client.HTTPSConnection(
            host, parts.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    )
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        told = answer.read(MOST_ANSWER_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise PaymentUnavailableError("the platform did not answer") from error
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise PaymentUnavailableError("the platform did not answer with success")
    return told


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
