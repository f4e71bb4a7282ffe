"""That an organisation's people checked a paper, and what was answered: one stream a check.

The stream is named by the check's own reference and has one fact. Who checked, in which role, for
which organisation and when stand in the act around it. Of whom the paper is about, the fact says
nothing: not even a digest of a text that could be guessed back to a number.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act

DIGEST_BYTES: Final = 32
NOT_FOUND: Final = "not_found"
"""The state where nothing fits what was typed; all others are those of a verdict."""
_CODE: Final = re.compile(r"[a-z][a-z0-9_-]{1,39}", re.ASCII)


class PersonCompared(StrEnum):
    """Whether the paper is about the person whom the checker had in mind."""

    MATCHES = "matches"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class CheckRecorded:
    """Somebody of an organisation checked a paper and was answered."""

    state: str
    """What was answered, as a code: ``valid``, ``altered``, ``revoked`` … or `NOT_FOUND`."""
    kind: str | None
    """The certificate's kind, where it was genuine."""
    certificate: UUID | None
    """Its stream, if it is genuine and in the register as it is."""
    code_digest: bytes | None
    """SHA-256 of the signed token that was read, 32 bytes; None where none was: what is typed could
    be guessed back from a digest, the bytes of a signature cannot."""
    person: PersonCompared
    channel: str
    """Through which door, as a code: ``page``, ``api`` …"""


Fact: TypeAlias = CheckRecorded

TOPICS: dict[str, type] = {"check.recorded/1": CheckRecorded}
"""Stored name with schema version, and the fact; never renamed once written."""


def record(
    act: Act,
    *,
    state: str,
    channel: str,
    kind: str | None = None,
    certificate: UUID | None = None,
    code_digest: bytes | None = None,
    person: PersonCompared = PersonCompared.NOT_COMPARED,
) -> CheckRecorded:
    """Return the check as a fact.

    Raises:
        InvalidInputError: A code is none, or the digest is not of 32 bytes.
        RefusedError: ``check_needs_an_organisation``: it is nobody's history.
    """
    if act.organisation is None:
        message = "a check is kept for the organisation that checks"
        raise RefusedError("check_needs_an_organisation", message)
    for place, code in (("state", state), ("channel", channel), ("kind", kind)):
        if code is not None and not _CODE.fullmatch(code):
            raise InvalidInputError(place, "check_code", "a code of 2 to 40 of a-z 0-9 _ -")
    if code_digest is not None and len(code_digest) != DIGEST_BYTES:
        raise InvalidInputError("code_digest", "digest_length", f"{DIGEST_BYTES} bytes")
    return CheckRecorded(state, kind, certificate, code_digest, person, channel)
