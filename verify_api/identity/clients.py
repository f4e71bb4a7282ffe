"""Systems that are registered with their public keys, and what they may call.

A key is known by its thumbprint (RFC 7638). Two keys of one system may stand side by side, so that
it changes over without a pause: register the new one, use it, revoke the old one. The algorithm
belongs to the key that is registered here, never to what somebody sends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, import_key

from ledger.errors import ConflictError, InvalidInputError, NotFoundError
from verify_api.caller_database import CallerDatabase
from verify_api.callers import Role
from verify_api.identity.journal import Deed, append
from verify_api.moments import microseconds, moment

LONGEST_KEY_LIFE: Final = timedelta(days=2 * 366)
MOST_KEYS: Final = 4
"""That count at the same time, of one system."""
SYSTEM_ROLES: Final = frozenset({Role.PORTAL_SYSTEM, Role.FACILITY_SYSTEM, Role.VERIFIER})
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_ALGORITHMS: Final = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "Ed25519"}

PublicJwk = ECKey | OKPKey


@dataclass(frozen=True, slots=True)
class Client:
    """One system."""

    client_id: str
    """What facts name as actor."""
    title: str
    role: Role
    organisation: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One of its keys."""

    thumbprint: str
    """SHA-256 over the key's members (RFC 7638), base64url."""
    client_id: str
    added_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


class Clients:
    """The systems in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def register(self, client: Client, *, at: datetime, by: str) -> None:
        """Register a system, which has no key yet.

        Raises:
            InvalidInputError: A role that no system may have.
            ConflictError: There is one of this reference.
        """
        if client.role not in SYSTEM_ROLES:
            raise InvalidInputError("role", "system_role", "a role that systems may have")
        with self._database.transaction() as transaction:
            made = transaction.run(
                "INSERT INTO clients (client_id, title, role, organisation, disabled, created_at) "
                "VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT (client_id) DO NOTHING RETURNING client_id",
                (
                    client.client_id, client.title, client.role.value, client.organisation,
                    microseconds(at),
                ),
            )  # fmt: skip
            if not made:
                raise ConflictError("there is a system of this reference already")
            append(
                transaction, Deed.CLIENT_REGISTERED, at=at, account=by,
                organisation=client.organisation, client=client.client_id, role=client.role.value,
            )  # fmt: skip

    def add_key(
        self, client_id: str, jwk: bytes, *, until: datetime, at: datetime, by: str
    ) -> ClientKey:
        """Register a public key; the key is told by its thumbprint.

        Raises:
            InvalidInputError: Not a public EC P-256 or Ed25519 key as a JWK, or a life too long.
            NotFoundError: There is no such system.
            ConflictError: The key is registered already, or there are too many.
        """
        key = public_jwk(jwk)
        if not timedelta(0) < until - at <= LONGEST_KEY_LIFE:
            raise InvalidInputError("until", "key_life", "within two years")
        made = ClientKey(key.thumbprint(), client_id, at, until)
        now = microseconds(at)
        with self._database.transaction() as transaction:
            known = transaction.run(
                "SELECT organisation FROM clients WHERE client_id = ?", (client_id,)
            )
            if not known:
                raise NotFoundError("there is no such system")
            ((live,),) = transaction.run(
                "SELECT COUNT(*) FROM client_keys "
                "WHERE client_id = ? AND revoked_at IS NULL AND expires_at > ?",
                (client_id, now),
            )
            if live >= MOST_KEYS:
                raise ConflictError(f"a system has at most {MOST_KEYS} keys: revoke one first")
            added = transaction.run(
                "INSERT INTO client_keys (thumbprint, client_id, jwk, added_at, expires_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (thumbprint) DO NOTHING RETURNING thumbprint",
                (
                    made.thumbprint, client_id,
                    orjson.dumps(key.as_dict(private=False)).decode(), now, microseconds(until),
                ),
            )  # fmt: skip
            if not added:
                raise ConflictError("this key is registered, or was: make a new one")
            append(
                transaction, Deed.CLIENT_KEY_ADDED, at=at, account=by, organisation=known[0][0],
                client=client_id, thumbprint=made.thumbprint,
            )  # fmt: skip
        return made

    def revoke_key(self, thumbprint: str, *, at: datetime, by: str) -> None:
        """Let a key count no more, nor any access token that it got.

        Raises:
            NotFoundError: There is no such key.
        """
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT k.client_id, c.organisation FROM client_keys k "
                "JOIN clients c ON c.client_id = k.client_id WHERE thumbprint = ?",
                (thumbprint,),
            )
            if not rows:
                raise NotFoundError("there is no such key")
            transaction.run(
                "UPDATE client_keys SET revoked_at = ? WHERE thumbprint = ? AND revoked_at IS NULL",
                (microseconds(at), thumbprint),
            )
            transaction.run("DELETE FROM access_tokens WHERE thumbprint = ?", (thumbprint,))
            append(
                transaction, Deed.CLIENT_KEY_REVOKED, at=at, account=by,
                organisation=rows[0][1], client=rows[0][0], thumbprint=thumbprint,
            )  # fmt: skip

    def disable(self, client_id: str, *, at: datetime, by: str) -> None:
        """Let a system call no more, with any key or access token.

        Raises:
            NotFoundError: There is no such system.
        """
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "UPDATE clients SET disabled = 1 WHERE client_id = ? RETURNING organisation",
                (client_id,),
            )
            if not rows:
                raise NotFoundError("there is no such system")
            transaction.run("DELETE FROM access_tokens WHERE client_id = ?", (client_id,))
            append(
                transaction, Deed.CLIENT_DISABLED, at=at, account=by, organisation=rows[0][0],
                client=client_id,
            )  # fmt: skip

    def key(self, client_id: str, thumbprint: str, *, at: datetime) -> PublicJwk | None:
        """Return the key if it is this system's and counts at ``at``."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT k.jwk FROM client_keys k JOIN clients c ON c.client_id = k.client_id "
                "WHERE k.thumbprint = ? AND k.client_id = ? AND k.revoked_at IS NULL "
                "AND k.expires_at > ? AND c.disabled = 0",
                (thumbprint, client_id, microseconds(at)),
            )
        return public_jwk(rows[0][0].encode()) if rows else None

    def named(self, client_id: str) -> Client | None:
        """Return the system of this reference."""
        return next((one for one in self.all() if one.client_id == client_id), None)

    def all(self) -> list[Client]:
        """Return every system, in the order of their references."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT client_id, title, role, organisation, disabled FROM clients "
                "ORDER BY client_id"
            )
        return [
            Client(one, title, Role(role), code, bool(off)) for one, title, role, code, off in rows
        ]

    def keys(self) -> list[ClientKey]:
        """Return every key that was ever registered, the oldest first."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "SELECT thumbprint, client_id, added_at, expires_at, revoked_at FROM client_keys "
                "ORDER BY added_at, thumbprint"
            )
        return [
            ClientKey(
                thumbprint, client, moment(added), moment(expires),
                None if revoked is None else moment(revoked),
            )
            for thumbprint, client, added, expires, revoked in rows
        ]  # fmt: skip


def public_jwk(text: bytes) -> PublicJwk:
    """Return the key that the JWK ``text`` writes.

    Raises:
        InvalidInputError: Not a JWK, a private one, or of another algorithm.
    """
    expected = "a public EC P-256 or Ed25519 key as a JWK (RFC 7517)"
    try:
        members = orjson.loads(text)
        if not isinstance(members, dict) or _PRIVATE & members.keys():
            raise InvalidInputError("key", "public_jwk", expected)
        key = import_key(members)
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise InvalidInputError("key", "public_jwk", expected) from error
    if not isinstance(key, ECKey | OKPKey) or algorithm_of(key) is None:
        raise InvalidInputError("key", "public_jwk", expected)
    return key


def algorithm_of(key: PublicJwk) -> str | None:
    """Return the one JWS algorithm of ``key``; None if it is of no sort that is taken."""
    members = key.as_dict(private=False)
    return _ALGORITHMS.get((str(members["kty"]), str(members["crv"])))
