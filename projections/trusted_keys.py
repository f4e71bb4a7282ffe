"""Every signing key there ever was: whose, for what, from when to when, and what became of it.

The list that verifiers hold is a signed document of its own (`keys.trust_document`); this view is
what operators and auditors look at.
"""

from typing import NamedTuple

from keys.algorithms import by_cose
from ledger.facts import RecordedFact
from ledger.records.signing_key import (
    SigningKeyActivated,
    SigningKeyCompromised,
    SigningKeyCreated,
    SigningKeyRetired,
)
from projections.columns import microseconds, stream_text
from projections.view import Key, Rows, Table, View


class KeyRow(NamedTuple):
    """One key. Times are microseconds since 1970 UTC."""

    stream: str
    kid: str
    """64 hexadecimal digits."""
    algorithm: str
    issuer: str
    name_vi: str
    name_en: str
    uses: str
    """Document types and services, separated by spaces."""
    state: str
    """pending, active, retired or revoked, as facts have it."""
    sign_from: int
    sign_until: int
    verify_until: int
    activated_at: int | None
    immediately_because: str | None
    compromised_since: int | None
    reason: str | None


KEYS = Table("trusted_keys", KeyRow, indexes=(("kid",), ("issuer",)))


def _row(recorded: RecordedFact, rows: Rows) -> KeyRow:
    row = rows.get(KEYS, (stream_text(recorded.stream_id),), KeyRow)
    assert row is not None, "a key's first fact is its making"
    return row


def _created(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, SigningKeyCreated)
    uses = [*(str(number) for number in fact.document_types), *fact.services]
    rows.put(
        KEYS,
        KeyRow(
            stream=stream_text(recorded.stream_id),
            kid=fact.kid.hex(),
            algorithm=by_cose(fact.algorithm).name,
            issuer=fact.issuer,
            name_vi=fact.name_vi,
            name_en=fact.name_en,
            uses=" ".join(uses),
            state="pending",
            sign_from=microseconds(fact.sign_from),
            sign_until=microseconds(fact.sign_until),
            verify_until=microseconds(fact.verify_until),
            activated_at=None,
            immediately_because=None,
            compromised_since=None,
            reason=None,
        ),
    )


def _activated(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, SigningKeyActivated)
    row = _row(recorded, rows)._replace(
        state="active",
        activated_at=microseconds(fact.activated_at),
        immediately_because=fact.immediately_because,
    )
    rows.put(KEYS, row)


def _retired(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, SigningKeyRetired)
    row = _row(recorded, rows)
    state = row.state if row.state == "revoked" else "retired"
    rows.put(KEYS, row._replace(state=state, sign_until=microseconds(fact.sign_until)))


def _compromised(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, SigningKeyCompromised)
    row = _row(recorded, rows)._replace(
        state="revoked", compromised_since=microseconds(fact.since), reason=fact.reason
    )
    rows.put(KEYS, row)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(KEYS, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="trusted_keys",
    version=1,
    tables=(KEYS,),
    handlers={
        SigningKeyCreated: _created,
        SigningKeyActivated: _activated,
        SigningKeyRetired: _retired,
        SigningKeyCompromised: _compromised,
    },
    touches=_touches,
)
