"""Tokens of machines: ``lrl_`` and 256 random bits, stored as SHA-256, for one organisation.

Beside them stand the short-lived ones that a system gets for its signature
(`verify_api.identity.access_tokens`); a caller may send either.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from keys.base64url import to_base64url
from ledger.errors import InvalidInputError, NotFoundError
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Caller, Role
from verify_api.identity import access_tokens
from verify_api.moments import microseconds, moment

SECRET_BYTES: Final = 32
LONGEST_LIFE: Final = timedelta(days=366)

_FORM: Final = re.compile(r"lrl_[0-9A-Za-z_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token once it was handed out."""

    token_id: str
    """What facts name as actor; not secret."""
    role: Role
    organisation: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class ApiTokens:
    """The tokens in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def issue(self, token: ApiToken, *, secret: bytes) -> str:
        """Record ``token`` and return its text, which is shown this once.

        Args:
            token: What it may do, and until when: a year at most.
            secret: 32 random bytes.

        Raises:
            InvalidInputError: It would live too long, or not at all.
        """
        if not timedelta(0) < token.expires_at - token.issued_at <= LONGEST_LIFE:
            raise InvalidInputError("expires_at", "token_life", "within 366 days after its issue")
        text = f"lrl_{to_base64url(secret)}"
        with self._database.transaction() as transaction:
            transaction.run(
                "INSERT INTO api_tokens (token_hash, token_id, role, organisation, issued_at, "
                "expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (
                    _hash(text),
                    token.token_id,
                    token.role.value,
                    token.organisation,
                    microseconds(token.issued_at),
                    microseconds(token.expires_at),
                ),
            )
        return text

    def find(self, text: str, *, at: datetime) -> Caller | None:
        """Return who calls with the token ``text``; None if it is unknown, over or revoked."""
        if text.startswith(access_tokens.PREFIX):
            return access_tokens.find(self._database, text, at=at)
        if not _FORM.fullmatch(text):
            return None
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT token_id, role, organisation FROM api_tokens "
                "WHERE token_hash = ? AND issued_at <= ? AND expires_at > ? AND revoked_at IS NULL",
                (_hash(text), microseconds(at), microseconds(at)),
            )
        if not rows:
            return None
        token_id, role, organisation = rows[0]
        return Caller(token_id, Role(role), organisation)

    def revoke(self, token_id: str, *, at: datetime) -> None:
        """Let the token count no more.

        Raises:
            NotFoundError: There is no such token.
        """
        with self._database.transaction() as transaction:
            if not transaction.run("SELECT 1 FROM api_tokens WHERE token_id = ?", (token_id,)):
                raise NotFoundError(f"there is no token {token_id}")
            transaction.run(
                "UPDATE api_tokens SET revoked_at = ? WHERE token_id = ? AND revoked_at IS NULL",
                (microseconds(at), token_id),
            )

    def all(self) -> list[ApiToken]:
        """Return every token that was ever issued, oldest first."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT token_id, role, organisation, issued_at, expires_at, revoked_at "
                "FROM api_tokens ORDER BY issued_at, token_id"
            )
        return [
            ApiToken(
                token_id,
                Role(role),
                organisation,
                moment(issued_at),
                moment(expires_at),
                None if revoked_at is None else moment(revoked_at),
            )
            for token_id, role, organisation, issued_at, expires_at, revoked_at in rows
        ]


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
