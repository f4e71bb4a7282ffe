"""Organisations, who administers them, and whom their administrators let in and out.

An administrator sees and changes members of their own organisation alone, in roles that the sort of
organisation has. No officer's role is among them: whom an authority lets work on files, sign or
keep keys, is decided at its own console, by nobody over the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from keys.base64url import to_base64url
from ledger.certificates.kind import Wording
from ledger.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError
from verify_api.accounts import LONGEST_NAME, Account, account_of
from verify_api.caller_database import CallerDatabase, Transaction
from verify_api.callers import Role
from verify_api.identity.journal import Deed, append
from verify_api.moments import microseconds, moment
from verify_api.passwords import check_new_password, hash_password

INVITATION_LIFE: Final = timedelta(days=7)
CODE_BYTES: Final = 32
LONGEST_TITLE: Final = 120
MOST_MEMBERS: Final = 500
"""Members and open invitations of one organisation."""
_COLUMNS: Final = (
    "a.account_id, a.name, a.title, a.role, a.organisation, a.subject, a.password, a.disabled"
)


class OrganisationKind(StrEnum):
    """The sort of an organisation."""

    EMPLOYER = "employer"
    FACILITY = "facility"
    AUTHORITY = "authority"


ROLES: Final[Mapping[OrganisationKind, tuple[Role, ...]]] = MappingProxyType({
    OrganisationKind.EMPLOYER: (Role.VERIFIER,),
    OrganisationKind.FACILITY: (Role.CLINICIAN, Role.FACILITY_SIGNER, Role.VERIFIER),
    OrganisationKind.AUTHORITY: (Role.VERIFIER,),
})  # fmt: skip
"""Which roles an administrator may give, and take from who has them."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation whose members sign in."""

    code: str
    kind: OrganisationKind
    name: Wording


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of it, as its administrator sees them."""

    account: Account
    administers: bool
    removable: bool
    """Whether their role is one that an administrator may take."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation."""

    invitation_id: str
    name: str
    title: str
    role: Role
    expires_at: datetime


class Organisations:
    """The organisations in one database."""

    def __init__(self, database: CallerDatabase) -> None:
        """Use ``database``."""
        self._database = database

    def name(self, organisation: Organisation, *, at: datetime, by: str) -> None:
        """Enter an organisation, or its new name.

        Raises:
            ConflictError: It is of another sort.
        """
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "INSERT INTO organisations (code, kind, name_vi, name_en, created_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET "
                "name_vi = excluded.name_vi, name_en = excluded.name_en RETURNING kind",
                (
                    organisation.code, organisation.kind.value, organisation.name.vi,
                    organisation.name.en, microseconds(at),
                ),
            )  # fmt: skip
            if rows[0][0] != organisation.kind.value:
                raise ConflictError("an organisation never changes its sort")
            append(
                transaction, Deed.ORGANISATION_NAMED, at=at, account=by,
                organisation=organisation.code, kind=organisation.kind.value,
            )  # fmt: skip

    def appoint(self, account_name: str, *, at: datetime, by: str) -> Account:
        """Let the account administer the organisation that it belongs to.

        Raises:
            NotFoundError: There is no such account, or its organisation is not entered.
            RefusedError: ``not_an_administrator``: its role is none that members may have.
        """
        with self._database.transaction() as transaction:
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM accounts a WHERE a.name = ? AND a.disabled = 0",  # noqa: S608 (our own names)
                (account_name,),
            )
            if not rows:
                raise NotFoundError("there is no account of this name that signs in")
            account = account_of(rows[0])
            known = _organisation(transaction, account.organisation or "")
            if account.role not in ROLES[known.kind]:
                raise _not_administrator()
            transaction.run(
                "INSERT INTO organisation_administrators (account_id, organisation) VALUES (?, ?) "
                "ON CONFLICT (account_id) DO NOTHING",
                (account.account_id, known.code),
            )
            append(
                transaction, Deed.ADMINISTRATOR_NAMED, at=at, account=by,
                organisation=known.code, administrator=account.account_id,
            )  # fmt: skip
        return account

    def administered(self, account_id: str) -> Organisation:
        """Return the organisation that the account administers.

        Raises:
            RefusedError: ``not_an_administrator``.
        """
        with self._database.transaction() as transaction:
            return _administered(transaction, account_id)

    def members(self, account_id: str) -> list[Member]:
        """Return who signs in for the organisation that ``account_id`` administers, by name.

        Raises:
            RefusedError: ``not_an_administrator``.
        """
        with self._database.transaction() as transaction:
            known = _administered(transaction, account_id)
            rows = transaction.run(
                f"SELECT {_COLUMNS}, d.account_id FROM accounts a "  # noqa: S608 (our own names)
                "LEFT JOIN organisation_administrators d ON d.account_id = a.account_id "
                "WHERE a.organisation = ? AND a.disabled = 0 ORDER BY a.name",
                (known.code,),
            )
        found = [(account_of(row[:8]), row[8] is not None) for row in rows]
        return [
            Member(one, leads, one.role in ROLES[known.kind] and one.account_id != account_id)
            for one, leads in found
        ]

    def titles(self, account_id: str) -> dict[str, str]:
        """Return what everybody is called who signs or signed in for that organisation, by account.

        Raises:
            RefusedError: ``not_an_administrator``.
        """
        with self._database.transaction() as transaction:
            code = _administered(transaction, account_id).code
            rows = transaction.run(
                "SELECT account_id, title FROM accounts WHERE organisation = ?", (code,)
            )
        return {str(account): str(title) for account, title in rows}

    def invitations(self, account_id: str, *, at: datetime) -> list[Invitation]:
        """Return the open invitations of the organisation that ``account_id`` administers.

        Raises:
            RefusedError: ``not_an_administrator``.
        """
        with self._database.transaction() as transaction:
            known = _administered(transaction, account_id)
            rows = transaction.run(
                "SELECT invitation_id, name, title, role, expires_at FROM invitations "
                "WHERE organisation = ? AND ended_at IS NULL AND expires_at > ? ORDER BY name",
                (known.code, microseconds(at)),
            )
        return [
            Invitation(one, name, title, Role(role), moment(expires))
            for one, name, title, role, expires in rows
        ]

    def invite(
        self, account_id: str, *, name: str, title: str, role: str, invitation_id: str,
        secret: bytes, at: datetime,
    ) -> str:  # fmt: skip
        """Return the code by which somebody joins; it is shown this once.

        Args:
            account_id: Of the administrator.
            name: What they will sign in with; lower case.
            title: What their screen shows.
            role: One that members of this organisation may have.
            invitation_id: A new random reference.
            secret: 32 random bytes.
            at: Now.

        Raises:
            RefusedError: ``not_an_administrator``, ``too_many_members``.
            InvalidInputError: A field is not of the form wanted.
            ConflictError: The name is taken.
        """
        code = to_base64url(secret)
        with self._database.transaction() as transaction:
            known = _administered(transaction, account_id)
            given = _role_given(known, role)
            name, title = _form(name, title)
            _require_room(transaction, known, at)
            _require_free(transaction, name, at)
            transaction.run(
                "INSERT INTO invitations (code_hash, invitation_id, organisation, name, title, "
                "role, made_at, expires_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    _hash(code), invitation_id, known.code, name, title, given.value,
                    microseconds(at), microseconds(at + INVITATION_LIFE),
                ),
            )  # fmt: skip
            append(
                transaction, Deed.MEMBER_INVITED, at=at, account=account_id,
                organisation=known.code, invitation=invitation_id, role=given.value,
            )  # fmt: skip
        return code

    def withdraw(self, account_id: str, invitation_id: str, *, at: datetime) -> None:
        """End an open invitation of the organisation that ``account_id`` administers.

        Raises:
            RefusedError: ``not_an_administrator``.
            NotFoundError: It has none of this reference that is open.
        """
        with self._database.transaction() as transaction:
            known = _administered(transaction, account_id)
            ended = transaction.run(
                "UPDATE invitations SET ended_at = ? WHERE invitation_id = ? AND organisation = ? "
                "AND ended_at IS NULL RETURNING invitation_id",
                (microseconds(at), invitation_id, known.code),
            )
            if not ended:
                raise NotFoundError("there is no such open invitation")
            append(
                transaction, Deed.INVITATION_WITHDRAWN, at=at, account=account_id,
                organisation=known.code, invitation=invitation_id,
            )  # fmt: skip

    def remove(self, account_id: str, member: str, *, at: datetime) -> None:
        """Let a member sign in no more, and end their sessions.

        Raises:
            RefusedError: ``not_an_administrator``; ``not_removable``: oneself, or a role that no
                administrator gives.
            NotFoundError: The organisation has no such member.
        """
        with self._database.transaction() as transaction:
            transaction.alone("remove a member")  # of two who remove each other, one is left
            known = _administered(transaction, account_id)
            rows = transaction.run(
                f"SELECT {_COLUMNS} FROM accounts a "  # noqa: S608 (our own names)
                "WHERE a.account_id = ? AND a.organisation = ? AND a.disabled = 0",
                (member, known.code),
            )
            if not rows:
                raise NotFoundError("the organisation has no such member")
            role = account_of(rows[0]).role
            if member == account_id or role not in ROLES[known.kind]:
                raise RefusedError("not_removable", "expected another one, of a member's role")
            transaction.run("UPDATE accounts SET disabled = 1 WHERE account_id = ?", (member,))
            transaction.run("DELETE FROM sessions WHERE account_id = ?", (member,))
            transaction.run(
                "DELETE FROM organisation_administrators WHERE account_id = ?", (member,)
            )
            append(
                transaction, Deed.MEMBER_REMOVED, at=at, account=account_id,
                organisation=known.code, member=member, role=role.value,
            )  # fmt: skip

    def join(
        self, code: str, password: str, *, account_id: str, salt: bytes, at: datetime
    ) -> Account:
        """Return the new account of who was invited by ``code``, which is used up.

        Raises:
            RefusedError: ``invitation_unknown``: there is none, it was used, withdrawn, or is over.
            InvalidInputError: The password is not of the form wanted.
            ConflictError: The name was taken meanwhile.
        """
        with self._database.transaction() as transaction:
            rows = transaction.run(
                "UPDATE invitations SET ended_at = ? WHERE code_hash = ? AND ended_at IS NULL "
                "AND expires_at > ? RETURNING invitation_id, organisation, name, title, role",
                (microseconds(at), _hash(code.strip()[:64]), microseconds(at)),
            )
            if not rows:
                raise RefusedError("invitation_unknown", "expected the code of an open invitation")
            invitation_id, organisation, name, title, role = rows[0]
            check_new_password(password, account_name=name)
            account = Account(account_id, name, title, Role(role), organisation)
            if transaction.run("SELECT 1 FROM accounts WHERE name = ?", (name,)):
                raise ConflictError("there is an account of this name already")
            transaction.run(
                "INSERT INTO accounts (account_id, name, title, role, organisation, subject, "
                "password, disabled, created_at) VALUES (?, ?, ?, ?, ?, NULL, ?, 0, ?)",
                (
                    account_id, name, title, role, organisation,
                    hash_password(password, salt=salt), microseconds(at),
                ),
            )  # fmt: skip
            append(
                transaction, Deed.MEMBER_JOINED, at=at, account=account_id,
                organisation=organisation, invitation=invitation_id, role=role,
            )  # fmt: skip
        return account


def _organisation(transaction: Transaction, code: str) -> Organisation:
    rows = transaction.run(
        "SELECT code, kind, name_vi, name_en FROM organisations WHERE code = ?", (code,)
    )
    if not rows:
        raise NotFoundError("there is no organisation of this code")
    known, kind, vi, en = rows[0]
    return Organisation(known, OrganisationKind(kind), Wording(vi, en))


def _administered(transaction: Transaction, account_id: str) -> Organisation:
    # The organisation of the account itself: an administrator who moved on has nothing to say.
    rows = transaction.run(
        "SELECT d.organisation FROM organisation_administrators d "
        "JOIN accounts a ON a.account_id = d.account_id AND a.organisation = d.organisation "
        "WHERE d.account_id = ? AND a.disabled = 0",
        (account_id,),
    )
    if not rows:
        raise _not_administrator()
    return _organisation(transaction, str(rows[0][0]))


def _not_administrator() -> RefusedError:
    return RefusedError("not_an_administrator", "expected an administrator of the organisation")


def _role_given(organisation: Organisation, role: str) -> Role:
    allowed = {one.value for one in ROLES[organisation.kind]}
    if role not in allowed:
        raise InvalidInputError("role", "member_role", f"one of {', '.join(sorted(allowed))}")
    return Role(role)


def _form(name: str, title: str) -> tuple[str, str]:
    name, title = name.strip().casefold(), " ".join(title.split())
    plain = name.isascii() and name.replace("-", "").replace(".", "").isalnum()
    if not 1 <= len(name) <= LONGEST_NAME or not plain:
        raise InvalidInputError("name", "account_name", "1 to 64 of a-z 0-9 . -")
    if not 1 <= len(title) <= LONGEST_TITLE or not title.isprintable():
        raise InvalidInputError("title", "member_title", f"1 to {LONGEST_TITLE} characters")
    return name, title


def _require_room(transaction: Transaction, organisation: Organisation, at: datetime) -> None:
    ((members,),) = transaction.run(
        "SELECT COUNT(*) FROM accounts WHERE organisation = ? AND disabled = 0",
        (organisation.code,),
    )
    ((invited,),) = transaction.run(
        "SELECT COUNT(*) FROM invitations "
        "WHERE organisation = ? AND ended_at IS NULL AND expires_at > ?",
        (organisation.code, microseconds(at)),
    )
    if members + invited >= MOST_MEMBERS:
        raise RefusedError("too_many_members", f"an organisation has at most {MOST_MEMBERS}")


def _require_free(transaction: Transaction, name: str, at: datetime) -> None:
    taken = transaction.run("SELECT 1 FROM accounts WHERE name = ?", (name,)) or transaction.run(
        "SELECT 1 FROM invitations WHERE name = ? AND ended_at IS NULL AND expires_at > ?",
        (name, microseconds(at)),
    )
    if taken:
        raise ConflictError("this name is taken: choose another one")


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()
