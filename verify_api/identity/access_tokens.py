"""Short-lived access tokens of systems: ``lra_`` and 256 random bits, stored as SHA-256.

A token is got for a signed assertion (`verify_api.identity.client_assertion`) and lives ten
minutes. It ends at once with the key that got it, and with its system.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from keys.base64url import to_base64url
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Caller, Role
from verify_api.identity.client_assertion import CLOCKS_DIFFER, check_assertion, unverified_client
from verify_api.identity.clients import Clients, algorithm_of
from verify_api.identity.errors import ClientRefusedError
from verify_api.identity.journal import Deed, append
from verify_api.identity.signed_claims import UnreadableTokenError, signed_claims
from verify_api.identity.spent_tokens import spend
from verify_api.moments import microseconds

PREFIX: Final = "lra_"
LIFE: Final = timedelta(minutes=10)
SECRET_BYTES: Final = 32
_FORM: Final = re.compile(r"lra_[0-9A-Za-z_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Granted:
    """What a system is handed."""

    text: str
    role: Role
    """What it may do; the one scope that there is."""


def grant(
    database: CallerDatabase, assertion: str, *, scope: str, for_us: frozenset[str],
    secret: bytes, at: datetime,
) -> Granted:  # fmt: skip
    """Return an access token for ``assertion``.

    Args:
        database: Of callers.
        assertion: A compact JWS, as it was sent.
        scope: What is asked for: the system's own role, or empty.
        for_us: The texts by which ``aud`` may mean us.
        secret: 32 random bytes.
        at: Now.

    Raises:
        ClientRefusedError: It is not believed, or was shown before.
    """
    clients = Clients(database)
    # 1. Whose key: what the assertion claims is a key of ours that counts, or nothing is checked.
    shown = unverified_client(assertion)
    key = clients.key(shown.client_id, shown.thumbprint, at=at)
    client = clients.named(shown.client_id)
    if key is None or client is None:
        raise ClientRefusedError("invalid_client", "key_unknown")
    # 2. The signature, by the registered key's own algorithm.
    try:
        claims = signed_claims(assertion, key, str(algorithm_of(key)))
    except UnreadableTokenError as error:
        raise ClientRefusedError("invalid_client", error.rule) from error
    # 3. What it says. 4. That nothing else is asked for than was registered.
    jti, ends = check_assertion(claims, client_id=client.client_id, for_us=for_us, at=at)
    if scope not in {"", client.role.value}:
        raise ClientRefusedError("invalid_scope", "scope")
    text = PREFIX + to_base64url(secret)
    with database.transaction() as transaction:
        # 5. Once only, in the transaction of the token that it is spent for.
        until = ends + CLOCKS_DIFFER
        if not spend(transaction, client.client_id, jti, until=until, at=at):
            raise ClientRefusedError("invalid_client", "shown_before")
        transaction.run("DELETE FROM access_tokens WHERE expires_at < ?", (microseconds(at),))
        transaction.run(
            "INSERT INTO access_tokens (token_hash, client_id, thumbprint, issued_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                _hash(text), client.client_id, shown.thumbprint, microseconds(at),
                microseconds(at + LIFE),
            ),
        )  # fmt: skip
        append(
            transaction, Deed.TOKEN_GRANTED, at=at, account=client.client_id,
            organisation=client.organisation, thumbprint=shown.thumbprint,
        )  # fmt: skip
    return Granted(text, client.role)


def find(database: CallerDatabase, text: str, *, at: datetime) -> Caller | None:
    """Return who calls with the access token ``text``; None if it is unknown or over."""
    if not _FORM.fullmatch(text):
        return None
    now = microseconds(at)
    with database.transaction() as transaction:
        rows = transaction.run(
            "SELECT c.client_id, c.role, c.organisation FROM access_tokens t "
            "JOIN clients c ON c.client_id = t.client_id "
            "JOIN client_keys k ON k.thumbprint = t.thumbprint "
            "WHERE t.token_hash = ? AND t.issued_at <= ? AND t.expires_at > ? "
            "AND c.disabled = 0 AND k.revoked_at IS NULL AND k.expires_at > ?",
            (_hash(text), now, now, now),
        )
    if not rows:
        return None
    client_id, role, organisation = rows[0]
    return Caller(client_id, Role(role), organisation)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
