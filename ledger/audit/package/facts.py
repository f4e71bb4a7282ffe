"""The facts of a package: each stored row as it is, one line of JSON.

position, index       in the ledger from 1, in the log from 0
event_id, stream, version, topic, state, entry        the stored row; bytes in base64
recorded_at           as the state says; null where the state cannot be read
opening               only if parts are sealed and opened: {purpose: {salt, plaintext}}
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from ledger.audit.package.openings import Salted
from ledger.audit.rows import RawRow
from ledger.errors import TamperedError, UnknownFactError
from ledger.store.entry import Envelope, read_state
from ledger.store.fact_codec import moment
from ledger.store.rows import Row
from ledger.transparency.log import index_of

_UUID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class PackagedFact:
    """One stored row, and what of it is opened."""

    row: Row
    opening: Mapping[str, Salted] = field(default_factory=dict)
    """By purpose; empty if nothing is."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        row = self.row
        told: dict[str, Any] = {
            "position": row.position,
            "index": index_of(row.position),
            "event_id": str(row.event_id),
            "stream": str(row.stream_id),
            "version": row.version,
            "topic": row.topic,
            "recorded_at": _recorded_at(row),
            "state": _base64(row.state),
            "entry": _base64(row.entry),
        }
        if self.opening:
            told["opening"] = {
                purpose: {"salt": _base64(one.salt), "plaintext": _base64(one.plaintext)}
                for purpose, one in sorted(self.opening.items())
            }
        return told


def lines_of(facts: Iterable[PackagedFact]) -> bytes:
    """Return one line of JSON a fact."""
    lines = (json.dumps(one.as_json(), ensure_ascii=False) for one in facts)
    return "".join(f"{line}\n" for line in lines).encode()


def row_of(raw: RawRow) -> Row:
    """Return a raw row whose columns have our types; whether it is honest is for its reader to see.

    Raises:
        TamperedError: A column has another type, so that the row cannot be told as it is.
    """
    match raw:
        case RawRow(int(), bytes() as event, bytes() as stream, int(), str(), bytes(), bytes()) if (
            len(event) == len(stream) == _UUID_BYTES
        ):
            return Row(
                raw.position, UUID(bytes=event), UUID(bytes=stream),
                raw.version, raw.topic, raw.state, raw.entry,
            )  # fmt: skip
        case _:
            raise TamperedError("a stored column has another type or length than ours")


def envelope_of(row: Row) -> Envelope | None:
    """Return who did what when, as stored; None where it cannot be read."""
    try:
        return read_state(row.state).envelope
    except (TamperedError, UnknownFactError):
        return None


def _recorded_at(row: Row) -> str | None:
    envelope = envelope_of(row)
    try:
        return None if envelope is None else moment(envelope.recorded_at).isoformat()
    except (TypeError, ValueError, OverflowError):
        return None


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
