"""Which account is whose, by the name that the provider of identities has for them.

The name stands only as a keyed hash: some providers take the national number for it.
"""

from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from ledger.errors import ConflictError, InvalidInputError, NotFoundError
from ledger.identifiers import NumberKind, check_number
from verify_api.accounts import Account, account_of
from verify_api.caller_database import CallerDatabase, Transaction
from verify_api.callers import Role
from verify_api.identity.id_token import Identity
from verify_api.identity.journal import Deed, append
from verify_api.moments import microseconds
from verify_api.passwords import hash_password

SECRET_BYTES: Final = 32
_SUBJECT: Final = "oidc-subject"
_SESSION: Final = "oidc-session"
_COLUMNS: Final = (
    "a.account_id, a.name, a.title, a.role, a.organisation, a.subject, a.password, a.disabled"
)


class NumberDirectory(Protocol):
    """`keys.blind_index.BlindIndex`, as far as it is needed."""

    def tag(self, number: str, kind: str) -> bytes:
        """Return the 32 keyed bytes under which a text of this kind is known."""
        ...

    def find(self, number: str, *, kind: str) -> UUID | None:
        """Return whose number it is now."""
        ...


class Links:
    """The links in one database."""

    def __init__(self, database: CallerDatabase, directory: NumberDirectory, issuer: str) -> None:
        """Use ``database`` for the names that ``issuer`` gives."""
        self._database = database
        self._directory = directory
        self._issuer = issuer

    def subject_hash(self, subject: str) -> str:
        """Return what is kept of the provider's name for somebody."""
        return self._tag(_SUBJECT, subject)

    def session_hash(self, session: str) -> str:
        """Return what is kept of the name of a session of the provider's."""
        return self._tag(_SESSION, session)

    def account(self, subject_hash: str) -> Account | None:
        """Return whose account it is; None if nobody's, or if it may not sign in."""
        with self._database.transaction() as transaction:
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM identity_links l "  # noqa: S608 (our own names)
                "JOIN accounts a ON a.account_id = l.account_id "
                "WHERE l.subject_hash = ? AND a.disabled = 0",
                (subject_hash,),
            )
        return account_of(rows[0]) if rows else None

    def link(self, name: str, subject: str, *, at: datetime, by: str) -> Account:
        """Let who is ``subject`` at the provider sign in to the account ``name``.

        Raises:
            NotFoundError: There is no such account.
            ConflictError: The provider's name leads to an account already.
        """
        hashed = self.subject_hash(subject)
        with self._database.transaction() as transaction:
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM accounts a WHERE a.name = ?",  # noqa: S608 (our own names)
                (name,),
            )
            if not rows:
                raise NotFoundError("there is no account of this name")
            account = account_of(rows[0])
            if not _linked(transaction, hashed, account.account_id, at):
                raise ConflictError("this name of the provider's leads to an account already")
            append(
                transaction, Deed.ACCOUNT_LINKED, at=at, account=by,
                organisation=account.organisation, linked=account.account_id,
            )  # fmt: skip
        return account

    def person(self, identity: Identity) -> UUID | None:
        """Return whom the ledger knows by the number that the provider tells; None if nobody."""
        if identity.number is None:
            return None
        try:
            number = check_number(identity.number, NumberKind.PERSONAL, place="number")
        except InvalidInputError:
            return None
        return self._directory.find(number, kind=NumberKind.PERSONAL)

    def open_citizen(
        self, subject_hash: str, person: UUID, *, account_id: str, secret: bytes, at: datetime
    ) -> Account:
        """Return the account of ``person``, a new one at their first sign-in, and link it.

        Args:
            subject_hash: Of the provider's name for them.
            person: Their pseudonym.
            account_id: A new random reference.
            secret: 32 random bytes: a password that nobody has, so that only the provider lets in.
            at: Now.

        Raises:
            ConflictError: Their account may not sign in.
        """
        hashed = hash_password(secret.hex(), salt=secret[:16])
        made = Account(account_id, f"oidc-{account_id}", "", Role.CITIZEN, None, person)
        with self._database.transaction() as transaction:
            # Of two first sign-ins of a person at once, the second finds the first one's account.
            transaction.alone(f"open the account of {person}")
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM accounts a WHERE a.subject = ? AND a.role = ? "  # noqa: S608 (our own names)
                "ORDER BY a.created_at, a.account_id",
                (str(person), Role.CITIZEN.value),
            )
            account = account_of(rows[0]) if rows else made
            if account.disabled:
                raise ConflictError("the account of this person is closed")
            if not rows:
                transaction.run(
                    "INSERT INTO accounts (account_id, name, title, role, organisation, subject, "
                    "password, disabled, created_at) VALUES (?, ?, ?, ?, NULL, ?, ?, 0, ?)",
                    (
                        made.account_id, made.name, made.title, made.role.value, str(person),
                        hashed, microseconds(at),
                    ),
                )  # fmt: skip
                append(transaction, Deed.ACCOUNT_OPENED, at=at, account=account.account_id)
            if _linked(transaction, subject_hash, account.account_id, at):
                append(
                    transaction, Deed.ACCOUNT_LINKED, at=at, account=account.account_id,
                    linked=account.account_id,
                )  # fmt: skip
        return account

    def _tag(self, kind: str, text: str) -> str:
        return self._directory.tag(f"{len(self._issuer)}:{self._issuer}:{text}", kind).hex()


def _linked(transaction: Transaction, hashed: str, account_id: str, at: datetime) -> bool:
    made = transaction.run(
        "INSERT INTO identity_links (subject_hash, account_id, linked_at) VALUES (?, ?, ?) "
        "ON CONFLICT (subject_hash) DO NOTHING RETURNING subject_hash",
        (hashed, account_id, microseconds(at)),
    )
    return bool(made)
