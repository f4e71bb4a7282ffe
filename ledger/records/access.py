"""Who looked at a person's data, and why: one stream a person, for ever. Facts and decision.

Every look is recorded before the answer leaves. Who, in which role, for which organisation and on
which legal basis stand in the act around the fact; the fact says what was looked at.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.names import check_text

MAX_LEGAL_BASIS = 120
"""Characters of the law, decision or consent that a look rests on."""
_CODE = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_PERSONS_NUMBER = re.compile(r"[0-9]{8}|[0-9]{4}[ .-][0-9]{4}", re.ASCII)


class RecordKind(StrEnum):
    """What kind of record was looked at."""

    PERSON = "person"
    REQUEST = "request"
    JUDICIAL_RECORD = "judicial-record"
    CERTIFICATE = "certificate"
    HEALTH_BOOK = "health-book"
    VISIT = "visit"
    REFERRAL = "referral"
    APPOINTMENT = "appointment"
    SHARE = "share"
    """What was read through a link that the person gave."""
    RIGHTS = "rights"
    """Consents, and requests about the data."""
    ACCESS = "access"
    """The list of who looked."""


class Channel(StrEnum):
    """Through which door."""

    PAGE = "page"
    API = "api"
    PORTAL = "portal"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class AccessRecorded:
    """Somebody was shown something about this person."""

    kind: RecordKind
    purpose: str
    """Why, as a code: ``process_request``, ``own_record``, ``employment_check`` …"""
    channel: Channel
    reference: UUID | None = None
    """The stream that was read, where it is one."""


@dataclass(frozen=True, slots=True)
class AccessRefused:
    """Somebody who had signed in asked to see it and was shown nothing."""

    kind: RecordKind
    purpose: str
    channel: Channel


Fact: TypeAlias = AccessRecorded | AccessRefused

TOPICS: dict[str, type] = {
    "access.recorded/1": AccessRecorded,
    "access.refused/1": AccessRefused,
}
"""Stored name with schema version, and the fact; never renamed once written."""

OWN_LOOK = "citizen"
"""The one role that needs no legal basis: the person looks at what is theirs."""


def record(
    act: Act, *, kind: RecordKind, purpose: str, channel: Channel, reference: UUID | None = None
) -> AccessRecorded:
    """Return the look as a fact.

    Raises:
        InvalidInputError: The purpose is no code, or the legal basis is not one: it is kept in the
            clear for ever, so nobody's number may stand in it.
        RefusedError: Somebody else looks and names no legal basis.
    """
    if not _CODE.fullmatch(purpose):
        raise InvalidInputError("purpose", "purpose_code", "a code of 2 to 40 of a-z 0-9 _ -")
    if act.role != OWN_LOOK and not act.legal_basis:
        raise RefusedError("access_needs_a_legal_basis", "nobody looks without a legal basis")
    if act.legal_basis:
        check_text(act.legal_basis, place="legal_basis", longest=MAX_LEGAL_BASIS)
        if _PERSONS_NUMBER.search(act.legal_basis):
            raise InvalidInputError("legal_basis", "legal_basis", "a law or decision, no person")
    return AccessRecorded(kind, purpose, channel, reference)
