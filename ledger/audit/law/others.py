"""Other streams, asked for what a fact rests on. Their names are computed, so each is one question.

What is found stands anywhere in the ledger: streams that are written in one transaction come in any
order. Where the time matters, positions are compared.
"""

from collections.abc import Collection, Iterator
from typing import Final, TypeVar
from uuid import UUID

from ledger.audit.law.forms import sealed_parts
from ledger.audit.law.reading import readable
from ledger.audit.rows import RowSource
from ledger.errors import InvalidInputError
from ledger.facts import RecordedFact
from ledger.identifiers import (
    access_stream,
    consent_stream,
    emergency_stream,
    facility_stream,
    health_book_stream,
    misuse_stream,
    rights_stream,
    written_order_stream,
)
from ledger.personal import KEY_ID_BYTES
from ledger.records import facility
from ledger.records.passcode import passcode_stream
from ledger.store.registry import FACT_TYPES

_MOST_KEPT: Final = 20_000
"""Facilities that are kept ready; a country has some fifteen thousand."""
_TOPICS: Final = {FACT_TYPES.codec(one).fact_class: one for one in FACT_TYPES.current_topics}
Kind = TypeVar("Kind")


def own_streams(subject: UUID) -> Iterator[UUID]:
    """Yield the streams that are one person's and no other's."""
    yield subject
    for name in (
        access_stream, consent_stream, emergency_stream, health_book_stream, misuse_stream,
        rights_stream, written_order_stream, passcode_stream,
    ):  # fmt: skip
        yield name(subject)


class Others:
    """The other streams of a copy."""

    def __init__(self, rows: RowSource) -> None:
        """Ask ``rows``."""
        self._rows = rows
        self._facilities: dict[str, list[RecordedFact]] = {}

    def of(self, stream: UUID, *kinds: type) -> list[RecordedFact]:
        """Return a stream's facts of these kinds, as far as they can be read."""
        topics = frozenset(FACT_TYPES.spellings([_TOPICS[kind] for kind in kinds]))
        rows = [row for row in self._rows.stream(stream.bytes) if row.topic in topics]
        return [fact for fact in map(readable, rows) if fact is not None]

    def facts(self, stream: UUID, kind: type[Kind]) -> list[Kind]:
        """Return a stream's facts of one kind, without where they stand."""
        return [one.fact for one in self.of(stream, kind) if isinstance(one.fact, kind)]

    def sealed_after(
        self, stream: UUID, keys: Collection[bytes | None], position: int
    ) -> int | None:
        """Return where after ``position`` a part was first sealed under one of ``keys``."""
        for row in self._rows.stream(stream.bytes):
            if isinstance(row.position, int) and row.position > position:
                parts = sealed_parts(row) or {}
                if any(bytes(part[:KEY_ID_BYTES]) in keys for part in parts.values()):
                    return row.position
        return None

    def facility(self, code: str, before: int) -> facility.Facility | None:
        """Return a facility as it stood before a position; None if it was not registered."""
        state: facility.Facility | None = None
        for one in self._history(code):
            registers = isinstance(one.fact, facility.FacilityRegistered)
            if one.position < before and (state is not None or registers):
                state = facility.evolve(state, one.fact)  # type: ignore[arg-type]  # of its topics
        return state

    def _history(self, code: str) -> list[RecordedFact]:
        known = self._facilities.get(code)
        if known is None:
            if len(self._facilities) >= _MOST_KEPT:
                self._facilities.clear()
            try:
                known = self.of(facility_stream(code), *facility.TOPICS.values())
            except InvalidInputError:  # no facility's code
                known = []
            self._facilities[code] = known
        return known
