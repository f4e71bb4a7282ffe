"""What an organisation's people are answered is in its history before the answer leaves.

Whoever checks by an endpoint hands what it answered to `note_checks`, and sends nothing before that
returns. Anonymous checks, and those of accounts that belong to no organisation, are nobody's
history. That somebody looked at a person's data is another fact (`verify_api.access_rules`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ledger.certificates.qr_text import from_qr_text
from ledger.certificates.token import read_signed
from ledger.errors import ConflictError, InvalidInputError, StoreUnavailableError
from ledger.records.check import PersonCompared
from verify_api.access_rules import channel_of, the_caller
from verify_api.errors import AccessNotRecordedError
from verify_api.governing import new_id
from verify_api.ports import CheckNote
from verify_api.running import the_ports
from verify_api.verdict import SubjectMatch, Verdict

_COMPARED: Final[Mapping[SubjectMatch, PersonCompared]] = MappingProxyType({
    SubjectMatch.MATCHES: PersonCompared.MATCHES,
    SubjectMatch.DOES_NOT_MATCH: PersonCompared.DIFFERS,
    SubjectMatch.NOT_ASKED: PersonCompared.NOT_COMPARED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer that is about to leave."""

    verdict: Verdict | None
    """None if nothing fits what was typed."""
    text: str | None = None
    """The code that was read; None where there was none."""
    person: PersonCompared | None = None
    """Whether the person was compared, where the verdict does not say that."""
    check: UUID | None = None
    """Its reference, where a receipt names it; else a new one is drawn."""


def note_checks(answered: Sequence[Answered]) -> None:
    """Return when every answer to a caller with an organisation is durable in its history.

    Raises:
        AccessNotRecordedError: It could not be recorded: nothing may be answered.
    """
    caller, ports = the_caller(), the_ports()
    if not answered or not caller.signed_in or caller.organisation is None:
        return
    at, channel = ports.clock(), channel_of(caller)
    notes = [
        CheckNote(
            one.check or new_id(),
            caller,
            at,
            one.verdict,
            None if one.text is None else code_digest(one.text),
            one.person or person_compared(one.verdict),
            channel,
        )
        for one in answered
    ]
    try:
        ports.record_checks(notes)
    except (StoreUnavailableError, ConflictError) as error:
        message = "that you checked could not be recorded, so nothing is shown"
        raise AccessNotRecordedError(message) from error


def code_digest(text: str) -> bytes | None:
    """Return the SHA-256 of the signed token in ``text``, 32 bytes; None if there is none.

    A signature cannot be guessed, whatever it is worth: so nobody gets from the digest to what the
    token says. From a digest of typed words one could.
    """
    try:
        token = from_qr_text(text)
        read_signed(token)
    except InvalidInputError:
        return None
    return sha256(token).digest()


def person_compared(verdict: Verdict | None) -> PersonCompared:
    """Return whether the verdict is about the person whom the checker had in mind."""
    return PersonCompared.NOT_COMPARED if verdict is None else _COMPARED[verdict.subject]
