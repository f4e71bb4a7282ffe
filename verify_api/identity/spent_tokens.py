"""Tokens that count once: what was shown before is not taken again while it would still be good."""

from datetime import datetime
from hashlib import sha256

from verify_api.caller_database import Transaction
from verify_api.moments import microseconds


def spend(
    transaction: Transaction, issuer: str, identifier: str, *, until: datetime, at: datetime
) -> bool:
    """Return whether ``identifier`` of ``issuer`` is shown for the first time, and note it.

    One statement decides: of two who show it at the same moment, one is first.

    Args:
        transaction: Notes it exactly if all else of it is noted.
        issuer: Who made the token; identifiers of different issuers never meet.
        identifier: Its ``jti``.
        until: When the token ends and its note may be forgotten.
        at: Now.
    """
    transaction.run("DELETE FROM spent_tokens WHERE expires_at < ?", (microseconds(at),))
    digest = sha256(f"{len(issuer)}:{issuer}:{identifier}".encode()).hexdigest()
    first = transaction.run(
        "INSERT INTO spent_tokens (token_hash, expires_at) VALUES (?, ?) "
        "ON CONFLICT (token_hash) DO NOTHING RETURNING token_hash",
        (digest, microseconds(until)),
    )
    return bool(first)
