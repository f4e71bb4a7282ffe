"""The two calls of a relying party: over https, or http on loopback; never to a redirect."""

import http.client
import ssl
from base64 import b64encode
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote_plus, urlencode, urlsplit

from ledger.errors import InvalidInputError
from verify_api.identity.errors import ProviderUnavailableError
from verify_api.payment_http import check_address

TIMEOUT_SECONDS: Final = 5.0
MOST_ANSWER_BYTES: Final = 256 << 10


class HttpCalls(Protocol):
    """What a relying party asks of the network."""

    def get(self, address: str) -> tuple[int, bytes]:
        """Return status and body of ``address``.

        Raises:
            ProviderUnavailableError: No answer.
        """
        ...

    def post_form(
        self, address: str, fields: Mapping[str, str], *, user: str, secret: str
    ) -> tuple[int, bytes]:
        """Send a form as ``user`` (HTTP Basic) and return status and body.

        Raises:
            ProviderUnavailableError: No answer.
        """
        ...


class DirectCalls:
    """Calls over a connection of its own each."""

    def get(self, address: str) -> tuple[int, bytes]:
        """Return status and body of ``address``."""
        return _call("GET", address, None, {"Accept": "application/json"})

    def post_form(
        self, address: str, fields: Mapping[str, str], *, user: str, secret: str
    ) -> tuple[int, bytes]:
        """Send a form and return status and body."""
        # RFC 6749, 2.3.1: both are form-encoded before they are joined.
        both = f"{quote_plus(user)}:{quote_plus(secret)}"
        headers = {
            "Accept": "application/json",
            "Authorization": f"Basic {b64encode(both.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return _call("POST", address, urlencode(fields).encode(), headers)


def _call(
    method: str, address: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    try:
        parts = urlsplit(check_address(address, place="oidc"))
    except InvalidInputError as error:
        raise ProviderUnavailableError("the provider has no safe address") from error
    host = parts.hostname or ""
    connection = (
        http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
        if parts.scheme == "http"
        else http.client.HTTPSConnection(
            host, parts.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    )
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        told = answer.read(MOST_ANSWER_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise ProviderUnavailableError("the provider does not answer") from error
    finally:
        connection.close()
    return answer.status, told
