"""An insider's hands: facts that no command would decide, written by SQL, and logged by everybody.

Rows have entries, chains and places as the ledger makes them; log and witnesses sign the tree that
they are in. So nothing but what the facts say can be found wrong.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from ledger.audit.evidence import Evidence
from ledger.audit.findings import Finding
from ledger.audit.verify import verify
from ledger.facts import Act, Change
from ledger.store.mapper import FactMapper
from ledger.store.registry import FACT_TYPES
from tests_support.attacked_copy import AttackedCopy, Fact
from tests_support.attacked_house import PART
from tests_support.toy_ledger import OpenSeals, fresh_id


@dataclass
class Insider:
    """Who owns the ledger's database, and whose log everybody signs."""

    copy: AttackedCopy

    def __post_init__(self) -> None:
        """Begin after the last fact."""
        self._facts = self.copy.facts()
        self._mapper = FactMapper(FACT_TYPES, OpenSeals(), fresh_id)

    def act(self, actor: str, role: str, organisation: str | None = None) -> Act:
        """Return an act of a second later."""
        self.copy.at += timedelta(seconds=1)
        return Act(self.copy.at, actor, role, organisation)

    def say(self, stream: UUID, act: Act, *facts: object, subject: UUID | None = None) -> int:
        """Write facts to a stream; return the position of the last one."""
        before = [one for one in self._facts if one.stream == stream.bytes]
        head = sha256(before[-1].entry).digest() if before else None
        change = Change(stream, len(before), facts, subject, head)
        for row in self._mapper.rows_of(act, [change], None):
            place = len(self._facts) + 1
            self._facts.append(
                Fact(place, row.event_id.bytes, row.stream_id.bytes, row.version, row.topic,
                     row.state, row.entry)
            )  # fmt: skip
        return len(self._facts)

    def found(self) -> list[Finding]:
        """Have all of it logged and cosigned, and return what an auditor finds."""
        self.copy.write(self._facts)
        self.copy.at += timedelta(seconds=1)
        self.copy.log_lawfully(self.copy.at)
        places = self.copy.places
        evidence = Evidence(places.ledger, places.log, self.copy.house.policy)
        return list(verify(evidence, at=self.copy.at, part_rows=PART).findings)
