"""Three facilities, their keys, a patient, and papers between them; in memory or on a database."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from keys.algorithms import ESP256, PrivateKey
from keys.signer import MemorySigner
from keys.trust_list import STATUS_USE, KeyState, TrustedKey
from ledger.certificates.kind import CertificateKind
from ledger.certificates.kinds import KINDS
from ledger.commands import appointments, facilities, referrals
from ledger.commands.appointments import AppointmentUse
from ledger.commands.health_papers import Draft
from ledger.commands.issuing import IssuedCertificate, IssuingDesk
from ledger.commands.status_lists import StatusBoard
from ledger.facts import Act, FactStore
from ledger.records.facility import Level
from ledger.store.registry import FACT_TYPES
from tests_support.memory_facts import MemoryFacts

MONDAY: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""10:00 in Vietnam."""
DISTRICT, CENTRAL, PROVINCIAL = "79A02", "79A01", "79A03"
NAMES: Final = {
    DISTRICT: "Bệnh viện Mẫu Quận Hai",
    CENTRAL: "Bệnh viện Mẫu Trung ương",
    PROVINCIAL: "Bệnh viện Mẫu Tỉnh",
}
PATIENT = UUID(int=0xBE7)
HOST = "hs.example"
SALT = bytes(range(16))
TOPICS = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}
ADDED: Final = ("facility_name", "to_names", "salt")
"""Fields that the commands add."""

PRIVATE_KEYS: Final = {code: PrivateKey.generate(ESP256) for code in NAMES}
"""Made once a process, and no secret of anybody."""


def act(facility: str = DISTRICT, at: datetime = MONDAY, actor: str = "doctor-1") -> Act:
    """Return what somebody does for ``facility``."""
    return Act(at, f"{actor}-{facility}", "clinician", facility)


def trusted(code: str) -> TrustedKey:
    """Return a facility's key as the trust list has it."""
    return TrustedKey(
        public=PRIVATE_KEYS[code].public,
        issuer=code,
        names=(NAMES[code], NAMES[code]),
        uses=frozenset({STATUS_USE, 2, 3}),
        sign_from=MONDAY - timedelta(days=400),
        sign_until=MONDAY + timedelta(days=900),
        verify_until=MONDAY + timedelta(days=2000),
        state=KeyState.ACTIVE,
        status_prefixes=(f"https://{HOST}/s/{code}/",),
    )


def told(kind: CertificateKind, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a specimen's content as a facility sends it."""
    content = {name: value for name, value in kind.specimen.items() if name not in ADDED}
    return {name: value for name, value in {**content, **changes}.items() if value is not None}


@dataclass
class PaperTown:
    """The facilities and what happens between them."""

    facts: FactStore = field(default_factory=lambda: MemoryFacts(TOPICS))
    at: datetime = MONDAY
    seed: int = 1
    _drawn: int = 4000

    def __post_init__(self) -> None:
        """Register the facilities, unless they are."""
        for code, name in NAMES.items():
            facilities.register(
                self.facts, code=code, name=name, name_en=f"Specimen {code}", province="79",
                level=Level.SPECIALISED, act=Act(MONDAY, "registrar", "operator"),
            )  # fmt: skip
        self.desk = IssuingDesk(
            self.facts,
            MemorySigner(list(PRIVATE_KEYS.values())),
            random.Random(self.seed).randrange,
            StatusBoard(KINDS),
        )

    def new_id(self) -> UUID:
        """Return a reference that nobody has."""
        self._drawn += 1
        return UUID(int=self._drawn + self.seed * 100_000)

    def later(self, **by: float) -> datetime:
        """Let time go by; return the time that it is then."""
        self.at += timedelta(**by)
        return self.at

    def act(self, facility: str = DISTRICT, actor: str = "doctor-1") -> Act:
        """Return what somebody does now for ``facility``."""
        return act(facility, self.at, actor)

    def order(self, kind: CertificateKind, subject: UUID = PATIENT, **changes: Any) -> Draft:
        """Return an order of a paper: the specimen, changed; None leaves a field out."""
        return Draft(self.new_id(), subject, kind.specimen_holder, told(kind, changes), SALT)

    def referral(self, facility: str = DISTRICT, **changes: Any) -> UUID:
        """Issue a referral of ``facility``; return its reference."""
        return self.issued_referral(facility, **changes).certificate

    def issued_referral(self, facility: str = DISTRICT, **changes: Any) -> IssuedCertificate:
        """Issue a referral of ``facility``."""
        fields = {"facility": facility, "number": f"CT-{self.new_id().int}", **changes}
        order = self.order(KINDS["referral"], fields.pop("subject", PATIENT), **fields)
        referrals.draft(self.facts, order, act=self.act(facility))
        return referrals.issue(
            self.desk, certificate=order.certificate, key=trusted(facility),
            act=self.act(facility, "signer"),
        )  # fmt: skip

    def appointment(self, facility: str = DISTRICT, **changes: Any) -> UUID:
        """Issue an appointment at ``facility``, four weeks from now; return its reference."""
        return self.issued_appointment(facility, **changes).certificate

    def issued_appointment(self, facility: str = DISTRICT, **changes: Any) -> IssuedCertificate:
        """Issue an appointment at ``facility``, four weeks from now."""
        number = self.new_id().int
        fields = {
            "facility": facility,
            "number": f"HK-{number}",
            "episode_key": f"LK-{number}",
            "written": f"{self.at:%Y%m%d}",
            "appointed": f"{self.at + timedelta(days=28):%Y%m%d}0800",
            **changes,
        }
        order = self.order(KINDS["appointment"], fields.pop("subject", PATIENT), **fields)
        appointments.draft(self.facts, order, act=self.act(facility))
        return appointments.issue(
            self.desk, certificate=order.certificate, key=trusted(facility),
            act=self.act(facility, "signer"),
        )  # fmt: skip

    def accept(self, referral: UUID, facility: str = CENTRAL, **more: Any) -> None:
        """Let ``facility`` accept a referral now."""
        referrals.accept(self.facts, certificate=referral, act=self.act(facility), **more)

    def close(self, referral: UUID, facility: str = CENTRAL) -> None:
        """Let ``facility`` end its episode now."""
        referrals.close(self.facts, certificate=referral, act=self.act(facility))

    def consume(self, appointment: UUID, facility: str = DISTRICT, **more: Any) -> None:
        """Let ``facility`` see the patient by an appointment now."""
        appointments.consume(
            self.facts, shown=AppointmentUse(appointment, **more), act=self.act(facility)
        )

    def restarted(self) -> IssuingDesk:
        """Return the desk of a new process over the same ledger."""
        return replace(self.desk, board=StatusBoard(KINDS), numbered={})
