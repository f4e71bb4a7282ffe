"""What the people of an organisation checked, and what they were answered: one row a check.

Rows stand in the order of their organisation and time, so that a page of the history costs the same
however long it is. Number and issuer of a certificate are not kept here a second time: the register
has them (`projections.check_queries`). Of holders there is nothing.
"""

from typing import Final, NamedTuple

from ledger.facts import RecordedFact
from ledger.records.check import CheckRecorded
from projections.columns import microseconds, stream_text
from projections.view import Rows, Table, View


class CheckRow(NamedTuple):
    """One check."""

    organisation: str
    at: int
    """Microseconds since 1970 UTC."""
    position: int
    """Position of the fact."""
    reference: str
    """Stream."""
    account: str
    role: str
    channel: str
    state: str
    kind: str | None
    certificate: str | None
    """Stream."""
    code_digest: bytes | None
    """32 bytes."""
    person: str


CHECKS: Final = Table(
    "organisation_checks",
    CheckRow,
    keys=3,
    indexes=(
        ("organisation", "state", "at", "position"),
        ("organisation", "account", "at", "position"),
    ),
)
FIRST: Final = 1
"""A check's stream has one fact; whatever follows it changes nothing that was answered."""


def _recorded(recorded: RecordedFact, rows: Rows) -> None:
    fact, act = recorded.fact, recorded.act
    assert isinstance(fact, CheckRecorded)
    if act.organisation is None or recorded.version != FIRST:
        return
    row = CheckRow(
        organisation=act.organisation,
        at=microseconds(act.at),
        position=recorded.position,
        reference=stream_text(recorded.stream_id),
        account=act.actor,
        role=act.role,
        channel=fact.channel,
        state=fact.state,
        kind=fact.kind,
        certificate=None if fact.certificate is None else stream_text(fact.certificate),
        code_digest=fact.code_digest,
        person=fact.person.value,
    )
    rows.put(CHECKS, row)


VIEW: Final = View(
    name="organisation_checks",
    version=1,
    tables=(CHECKS,),
    handlers={CheckRecorded: _recorded},
)
