"""Recording checks: what an organisation's people checked is durable before they are answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.facts import Act, Change, FactStore, Receipt
from ledger.records import check
from ledger.records.check import PersonCompared

MOST_AT_ONCE: Final = 100
"""Checks a transaction: as many as one part of a batch's answer has."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One check, as it is to be kept; `ledger.records.check.CheckRecorded` says what is what."""

    check: UUID
    """A new random reference: the stream's name."""
    state: str
    channel: str
    kind: str | None = None
    certificate: UUID | None = None
    code_digest: bytes | None = None
    person: PersonCompared = PersonCompared.NOT_COMPARED


def record_checks(facts: FactStore, checks: Sequence[Checked], *, act: Act) -> list[Receipt]:
    """Record ``checks``, `MOST_AT_ONCE` a transaction; all are durable when it returns.

    Raises:
        RefusedError: The act's actor checks for no organisation.
        InvalidInputError: A check is not of the form wanted; nothing is recorded.
        ConflictError: A reference is taken.
        StoreUnavailableError: A part could not be recorded; the parts before it are.
    """
    changes = [_change(one, act) for one in checks]
    return [facts.append(act, *part) for part in _parts(changes)]


def _change(one: Checked, act: Act) -> Change:
    fact = check.record(
        act,
        state=one.state,
        channel=one.channel,
        kind=one.kind,
        certificate=one.certificate,
        code_digest=one.code_digest,
        person=one.person,
    )
    return Change(one.check, 0, (fact,))


def _parts(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for start in range(0, len(changes), MOST_AT_ONCE):
        yield changes[start : start + MOST_AT_ONCE]
