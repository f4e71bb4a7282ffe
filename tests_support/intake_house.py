"""A ledger with real keys and databases, a registered facility, and visits that come to it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from keys.root_key import FileRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger.commands import facilities, visits
from ledger.commands.deliveries import Delivery, Taken
from ledger.facts import Act
from ledger.identifiers import visit_stream
from ledger.records.facility import Level
from ledger.records.health_book.facts import AssertedIdentity, AssertedNumber
from ledger.records.visit import Form
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from tests_support.toy_ledger import fresh_id

AT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FACILITY: Final = "79A02"
OTHER: Final = "01B01"
REGISTRAR: Final = Act(AT, "account-registrar", "data_steward")


def sender(facility: str = FACILITY) -> Act:
    """Return the act of a facility's system."""
    return Act(AT, f"token-{facility}", "facility_system", facility)


def patient(number: str = "000099000001", **more: str) -> AssertedIdentity:
    """Return a patient who is nobody, under a personal number that is issued to nobody."""
    numbers = [AssertedNumber("personal", number)] if number else []
    numbers += [AssertedNumber(kind.replace("_", "-"), value) for kind, value in more.items()]
    return AssertedIdentity("NGUYỄN VĂN MẪU", "1985", 1, tuple(numbers))


def delivery(
    key: str = "LK-1", received: bytes = b'{"visit":1}', *, facility: str = FACILITY,
    whose: AssertedIdentity | None = None, **more: object,
) -> Delivery:  # fmt: skip
    """Return a visit as it comes from a facility, checked already."""
    return Delivery(
        visit_stream(facility, key), Form.FHIR_VISIT, "r4-test", received, whose or patient(),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


@dataclass
class IntakeHouse:
    """One opened ledger."""

    facts: LedgerFactStore
    keys: SubjectKeys
    _open: ExitStack = field(default_factory=ExitStack)

    def take(self, one: Delivery, *, facility: str = FACILITY) -> Taken:
        """Take in one."""
        return visits.record_visit(
            self.facts, self.keys.numbers, one, act=sender(facility), new_id=uuid4
        )

    def take_many(self, *many: Delivery, facility: str = FACILITY) -> list[Taken]:
        """Take in many."""
        return visits.record_visits(
            self.facts, self.keys.numbers, many, act=sender(facility), new_id=uuid4
        )


@contextmanager
def intake_house(ledger: str, folder: Path, *, keys: str | None = None) -> Iterator[IntakeHouse]:
    """Open the ledger at ``ledger`` with a key store in ``folder``; two facilities may send."""
    with ExitStack() as opened:
        root = FileRootKey(folder / "root", os.urandom)
        url = keys or f"sqlite:///{folder / 'keys.db'}"
        subject_keys = open_subject_keys(url, root, random=os.urandom)
        opened.callback(subject_keys.close)
        facts = open_store(
            ledger, types=FACT_TYPES, seals=SealedParts(subject_keys, os.urandom), ids=fresh_id
        )
        opened.callback(facts.close)
        for code, province in ((FACILITY, "79"), (OTHER, "01")):
            register(facts, code, province)
        yield IntakeHouse(facts, subject_keys)


def register(facts: LedgerFactStore, code: str, province: str) -> UUID:
    """Register a facility that may send."""
    receipt = facilities.register(
        facts, code=code, name=f"Bệnh viện mẫu {code}", name_en=f"Specimen hospital {code}",
        province=province, level=Level.BASIC, act=REGISTRAR,
    )  # fmt: skip
    return receipt.event_ids[0]
